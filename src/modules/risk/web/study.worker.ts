import type { Response } from '#engines/interruption/path/task.ts';
import { sensitivityOf } from '#engines/interruption/path/sensitivity.ts';
import { openStudy } from '#engines/interruption/study/study.ts';
import { type Asked, facilityOf } from '../path-rules.ts';
import { answerOf, cheapestTo, whyMoved, worthOf } from '../study-rules.ts';
import type { Said, ToWorker } from './study-messages.ts';

// The compiler takes this file for a page's; in a worker `postMessage` has one argument.
const say = (said: Said): void => (globalThis.postMessage as (message: Said) => void)(said);
/** Lets what was sent meanwhile be heard. */
const breathe = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });

let opened: Pick<Asked, 'floor' | 'protection' | 'states'> | null = null;
let latest = 0;
/** The answer without changes, which stays the same while elements are changed. */
let before: { of: string; answer: ReturnType<typeof answerOf> } | null = null;

function unchanged(asked: Asked, response: Response): ReturnType<typeof answerOf> {
  const of = JSON.stringify([asked.asset, asked.threat, response]);
  if (before?.of !== of) before = { of, answer: answerOf({ ...asked, changes: [], measures: [] }, response) };
  return before.answer;
}

/** First the answer itself, then what takes longer, unless a newer question has come. */
async function answer(question: Extract<ToWorker, { kind: 'ask' }>): Promise<void> {
  if (!opened) return;
  const { id, response, least, keep, ...rest } = question;
  const asked: Asked = { ...opened, asset: rest.asset, threat: rest.threat, changes: rest.changes, measures: rest.measures };
  say({ kind: 'begun', id });
  const start = performance.now();
  const now = answerOf(asked, response);
  const tookMs = performance.now() - start;
  const isChanged = asked.changes.length + asked.measures.length > 0;
  const was = isChanged ? unchanged(asked, response) : now;
  say({ kind: 'answer', id, now, before: was, why: now.ok && was.ok ? whyMoved(was.path, now.path, response) : null, tookMs });
  if (!now.ok) return;
  for (const part of ['list', 'slopes', 'strategies', 'worth', 'cheapest'] as const) {
    await breathe();
    if (id !== latest) return;
    say(partOf(part, { id, asked, response, least, keep }));
  }
}

function partOf(part: 'list' | 'slopes' | 'strategies' | 'worth' | 'cheapest', { id, asked, response, least, keep }: { id: number; asked: Asked; response: Response; least: number | null; keep: number }): Said {
  if (part === 'list') {
    const study = openStudy(facilityOf(asked));
    return { kind: 'list', id, list: study.ok ? study.study.list(asked.asset.id, asked.threat.strategy, response, keep) : study };
  }
  if (part === 'slopes') {
    const now = answerOf(asked, response);
    const slopes = now.ok ? sensitivityOf(now.path.steps.map(({ element, detection, place, delayS, delaySdS }) => ({ name: element?.id ?? '', detection, place, delayS, delaySdS })), response) : now;
    return { kind: 'slopes', id, slopes };
  }
  if (part === 'strategies') {
    return { kind: 'strategies', id, strategies: (['mixed', 'stealth', 'force', 'deceit'] as const).map((strategy) => {
      const one = answerOf({ ...asked, threat: { ...asked.threat, strategy } }, response);
      return { strategy, interruption: one.ok ? one.path.easi : null, delayS: one.ok ? one.path.delayS : null };
    }) };
  }
  if (part === 'worth') return { kind: 'worth', id, worth: worthOf(asked, response) };
  return { kind: 'cheapest', id, least, cheapest: least === null || asked.protection.measures.length === 0 ? null : cheapestTo({ ...asked, measures: [] }, response, least, 120) };
}

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'open') {
    opened = data;
    before = null;
    return;
  }
  latest = data.id;
  void answer(data);
};
