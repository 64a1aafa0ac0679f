import { useEffect, useRef, useState } from 'react';
import type { Asked } from '../path-rules.ts';
import type { Said, ToWorker } from './study-messages.ts';

type Part<Kind extends Said['kind']> = Extract<Said, { kind: Kind }>;
/** What is known of the newest question; parts of an older one stay until the newer comes, and `isWorking` says so. */
export type Known = { [Kind in Said['kind']]?: Part<Kind> } & { isWorking: boolean; hasFailed: boolean };
export type Question = Omit<Extract<ToWorker, { kind: 'ask' }>, 'kind' | 'id'>;

const NOTHING: Known = { isWorking: true, hasFailed: false };

/** Asks the worker whenever what stands or the question changes; the page itself never works anything out. */
export function useStudy(standing: Pick<Asked, 'floor' | 'protection' | 'states'>, question: Question | null): Known {
  const [known, setKnown] = useState<Known>(NOTHING);
  const worker = useRef<Worker | null>(null);
  const latest = useRef(0);
  useEffect(() => {
    const one = new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module' });
    worker.current = one;
    one.onmessage = ({ data }: MessageEvent<Said>) => { if (data.id === latest.current) setKnown((before) => ({ ...before, [data.kind]: data, isWorking: data.kind === 'begun' || (data.kind !== 'answer' && before.isWorking) })); };
    one.onerror = () => setKnown((before) => ({ ...before, isWorking: false, hasFailed: true }));
    return () => one.terminate();
  }, []);
  const { floor, protection, states } = standing;
  useEffect(() => { worker.current?.postMessage({ kind: 'open', floor, protection, states } satisfies ToWorker); }, [floor, protection, states]);
  const asked = question === null ? null : JSON.stringify(question);
  useEffect(() => {
    if (asked === null) return;
    latest.current += 1;
    worker.current?.postMessage({ kind: 'ask', id: latest.current, ...(JSON.parse(asked) as Question) } satisfies ToWorker);
  }, [asked, floor, protection, states]);
  return known;
}
