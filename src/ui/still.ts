import { useState } from 'react';

/** A row as it stands while the list is held: a gone one keeps its place, with what was last known of it. */
export type Held<T> = { row: T; isGone: boolean };

/** What a held list shows: the rows that stood there, in their order, with what is now known of them; and how many new ones wait. */
export function holdStill<T>(before: readonly T[], now: readonly T[], idOf: (row: T) => string): { rows: Held<T>[]; waiting: number } {
  const current = new Map(now.map((row) => [idOf(row), row]));
  const stood = new Set(before.map(idOf));
  return {
    rows: before.map((row) => {
      const known = current.get(idOf(row));
      return { row: known ?? row, isGone: known === undefined };
    }),
    waiting: now.filter((row) => !stood.has(idOf(row))).length,
  };
}

export type Still<T> = {
  rows: readonly Held<T>[];
  /** New rows that wait behind "2 new". */
  waiting: number;
  /** Shows what waits now. */
  release: () => void;
  /** Spread onto the list's element. */
  hold: { onPointerEnter: () => void; onPointerLeave: () => void };
};

/** A live list in which nothing moves under the pointer: while it is over the list, rows keep their places and new ones wait. */
export function useStill<T>(rows: readonly T[], idOf: (row: T) => string): Still<T> {
  const [stood, setStood] = useState<readonly T[] | null>(null);
  const { rows: shown, waiting } = holdStill(stood ?? rows, rows, idOf);
  const hold = { onPointerEnter: () => setStood(rows), onPointerLeave: () => setStood(null) };
  return { rows: shown, waiting, release: () => setStood(stood && rows), hold };
}
