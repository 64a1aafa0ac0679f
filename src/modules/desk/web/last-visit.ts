import { useState } from 'react';

const KEY = 'parapet.desk.visit';
/** Coming back within this time is the same visit. */
const SAME_VISIT_MS = 30 * 60_000;

type Visit = { before: string | null; at: string };

/** The visit that begins now, from what is known of the last one; what cannot be read is none. */
export function visitAfter(kept: string | null, now: Date): Visit {
  const [before, at] = (kept ?? '').split(' ');
  const last = Date.parse(at ?? '');
  if (Number.isNaN(last) || last > now.getTime()) return { before: null, at: now.toISOString() };
  const isSame = now.getTime() - last < SAME_VISIT_MS;
  return { before: isSame ? (Number.isNaN(Date.parse(before ?? '')) ? null : (before ?? null)) : new Date(last).toISOString(), at: now.toISOString() };
}

/** When this person was last at the desk on this device; null for the first time. It stays the same while they stay. */
export function useLastVisit(personId: string): string | null {
  const [visit] = useState(() => {
    try {
      const made = visitAfter((localStorage.getItem(KEY) ?? '').split('\n').find((line) => line.startsWith(personId))?.slice(personId.length + 1) ?? null, new Date());
      localStorage.setItem(KEY, `${personId} ${made.before ?? '-'} ${made.at}`);
      return made;
    } catch {
      return { before: null };
    }
  });
  return visit.before;
}
