import type { Candidate } from '#engines/alarm-analysis/savings.ts';
import { correlations, typeOf } from '#modules/signals/public.ts';
import { neverSuppressed } from '../conditions.ts';
import type { Definition } from '../correlation-rules.ts';
import { engineRule } from '../engine-rules.ts';

/** A rule to try, as it would be written as a draft. */
export type Tried = { candidate: Candidate; name: string; definition: Extract<Definition, { kind: 'suppress' }> };

const WINDOWS_S = [60, 120, 300, 600, 1800, 3600] as const;
/** Types with the most false alarms, for which repeats are tried. */
const MOST_TYPES = 12;

const minutes = (s: number): string => (s === 60 ? 'a minute' : s < 3600 ? `${s / 60} minutes` : s === 3600 ? 'an hour' : `${s / 3600} hours`);

function tried(name: string, definition: Tried['definition']): Tried {
  const key = `${definition.cause.join()}>${definition.held.join()}@${definition.place}:${definition.withinS}`;
  return { name, definition, candidate: { key, types: [...new Set([...definition.cause, ...definition.held])], rule: engineRule({ id: key, n: 1, name, definition }, typeOf) } };
}

const titleOf = (type: string): string => typeOf(type)?.title ?? type;
const mayBeHeld = (type: string): boolean => {
  const kind = typeOf(type);
  return kind?.raisesAlarm === true && !neverSuppressed(kind);
};

/**
 * Rules that could hold alarms of these types (most false first): the same again at one point, at several lengths; and what
 * the shipped proposals say that one type explains of another. Never one that would hold what is vital.
 */
export function candidatesFor(types: readonly string[]): Tried[] {
  const there = new Set(types);
  const repeats = types.filter(mayBeHeld).slice(0, MOST_TYPES).flatMap((type) =>
    WINDOWS_S.map((withinS) => tried(`${titleOf(type)}: again at the same point within ${minutes(withinS)}`, { kind: 'suppress', cause: [type], held: [type], withinS, place: 'point' })));
  const explained = correlations.flatMap(({ effect, when, windowS }) => {
    const [cause, held] = when.map(({ type }) => type);
    const isTriable = (effect === 'suppress' || effect === 'group') && cause !== undefined && held !== undefined && there.has(cause) && there.has(held) && mayBeHeld(held) && windowS >= 1;
    return isTriable ? [tried(`${titleOf(held)}: within ${minutes(Math.max(60, windowS))} of ${titleOf(cause).toLowerCase()} at the same site`, { kind: 'suppress', cause: [cause], held: [held], withinS: Math.max(60, windowS), place: 'site' })] : [];
  });
  return [...repeats, ...explained];
}
