import { useCallback, useEffect, useState } from 'react';
import type { Plan } from '../../plan-contract.ts';
import type { Drawing } from '../../plan-rules.ts';

type History = { version: number; past: readonly Drawing[]; now: Drawing; future: readonly Drawing[] };

const MOST_STEPS = 100;
/** What was drawn and not saved, so that a look at another page loses nothing. Kept while this window stands. */
const drafts = new Map<string, History>();

export type DrawingState = {
  drawing: Drawing;
  /** The version that the drawing was begun on. */
  version: number;
  isChanged: boolean;
  /** Somebody saved another one since. */
  isBehind: boolean;
  change: (next: Drawing) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
  /** Takes what is saved, and forgets what was drawn here. */
  take: (plan: Plan) => void;
};

const begun = ({ version, drawing }: Plan): History => ({ version, past: [], now: drawing, future: [] });

/** What is being drawn on a plan, with its steps back and forth. What another saves meanwhile is shown once nothing here is unsaved. */
export function useDrawing(plan: Plan): DrawingState {
  const [own, setOwn] = useState<History>(() => drafts.get(plan.floorId) ?? begun(plan));
  const isChanged = own.past.length > 0 && own.now !== own.past[0];
  const history = !isChanged && own.version !== plan.version ? begun(plan) : own;
  const put = useCallback((next: History): void => {
    if (next.past.length > 0) drafts.set(plan.floorId, next);
    else drafts.delete(plan.floorId);
    setOwn(next);
  }, [plan.floorId]);
  useEffect(() => {
    if (!isChanged) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isChanged]);
  const { past, now, future, version } = history;
  const [before, after] = [past.at(-1), future[0]];
  return {
    drawing: now, version, isChanged, isBehind: isChanged && plan.version !== version,
    change: (next) => put({ version, past: [...past, now].slice(-MOST_STEPS), now: next, future: [] }),
    undo: before ? () => put({ version, past: past.slice(0, -1), now: before, future: [now, ...future] }) : null,
    redo: after ? () => put({ version, past: [...past, now], now: after, future: future.slice(1) }) : null,
    take: (saved) => put(begun(saved)),
  };
}
