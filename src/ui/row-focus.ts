import { useState } from 'react';

/** Where the focus goes when the rows change: it stays with its record, and where that left, with the row that took its place. */
export function keepFocus(before: readonly string[], after: readonly string[], id: string | null): string | null {
  if (id === null || after.includes(id)) return id;
  const at = before.indexOf(id);
  return after[Math.min(Math.max(at, 0), after.length - 1)] ?? null;
}

export type RowFocus = { id: string | null; movedBy: 'keys' | 'hand'; move: (step: number) => string | null; take: (id: string) => void };

type State = { id: string | null; movedBy: 'keys' | 'hand'; ids: readonly string[] };

const isSame = (one: readonly string[], other: readonly string[]): boolean => one.length === other.length && one.every((id, at) => id === other[at]);

/** The focused record of a list, by its id. */
export function useRowFocus(ids: readonly string[]): RowFocus {
  const [state, setState] = useState<State>({ id: null, movedBy: 'hand', ids });
  const id = keepFocus(state.ids, ids, state.id);
  if (!isSame(state.ids, ids)) setState({ ...state, id, ids });
  const move = (step: number): string | null => {
    const at = id === null ? (step > 0 ? -1 : ids.length) : ids.indexOf(id);
    const next = ids[Math.min(Math.max(at + step, 0), ids.length - 1)] ?? null;
    setState({ ids, id: next, movedBy: 'keys' });
    return next;
  };
  const take = (taken: string): void => setState((old) => (old.id === taken ? old : { ...old, id: taken, movedBy: 'hand' }));
  return { id, movedBy: state.movedBy, move, take };
}
