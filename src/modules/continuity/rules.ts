/** What a standstill harms. */
export const CATEGORIES = ['people', 'operations', 'money', 'law', 'reputation'] as const;
export type Category = (typeof CATEGORIES)[number];
/** After how long a standstill is looked at, in minutes: an hour, four, a day, three days, a week. */
export const BANDS_MIN = [60, 240, 1440, 4320, 10_080] as const;
/** The gravest of the five levels, and the first that nobody accepts. */
export const MOST_LEVEL = 4;
export const UNACCEPTABLE = 3;
export const KINDS = ['process', 'site', 'system', 'vendor', 'people'] as const;
export type Kind = (typeof KINDS)[number];
/** The longest time that is stated, in minutes: a year. */
export const MOST_MIN = 525_600;

export type Impacts = Partial<Record<Category, readonly number[]>>;

/** The band at which the first category becomes unacceptable, in minutes; null where none does. */
export function limitMin(impacts: Impacts): number | null {
  const reached = BANDS_MIN.find((_, band) => CATEGORIES.some((category) => (impacts[category]?.[band] ?? 0) >= UNACCEPTABLE));
  return reached ?? null;
}

/** Does the gravity fall again with time? A standstill does not become better by going on. */
export const falls = (impacts: Impacts): Category | null => CATEGORIES.find((category) => (impacts[category] ?? []).some((level, band, all) => band > 0 && level < (all[band - 1] ?? 0))) ?? null;

export type Needed = { id: string; name: string; rtoMin: number | null };
export type Judged = { impacts: Impacts; mtpdMin: number | null; rtoMin: number | null; reviewOn: string; needs: readonly Needed[] };
export type Gap = { kind: 'not-assessed' | 'no-times' | 'mtpd-too-long' | 'slower' | 'unknown' | 'review-due'; name: string; min: number | null };

/** What does not fit, the gravest first. `slower`: a dependency comes back later than what needs it; `today` is a day like 2026-11-22. */
export function gapsOf({ impacts, mtpdMin, rtoMin, reviewOn, needs }: Judged, today: string): Gap[] {
  const gap = (kind: Gap['kind'], name = '', min: number | null = null): Gap => ({ kind, name, min });
  const limit = limitMin(impacts);
  return [
    ...(mtpdMin !== null && limit !== null && mtpdMin > limit ? [gap('mtpd-too-long', '', limit)] : []),
    ...needs.filter((one) => one.rtoMin !== null && rtoMin !== null && one.rtoMin > rtoMin).map(({ name, rtoMin: min }) => gap('slower', name, min)),
    ...(mtpdMin === null || rtoMin === null ? [gap('no-times')] : []),
    ...(Object.keys(impacts).length === 0 ? [gap('not-assessed')] : []),
    ...needs.filter((one) => one.rtoMin === null).map(({ name }) => gap('unknown', name)),
    ...(reviewOn < today ? [gap('review-due')] : []),
  ];
}
