/** How bad it is if nobody acts, 1 the worst, and how soon acting stops helping, 1 the soonest. */
export type Severity = 1 | 2 | 3 | 4;
export type Urgency = 1 | 2 | 3 | 4;

/** Upper ends of the urgencies in minutes; longer is the last. */
const URGENT_MIN = [3, 10, 60] as const;

/** How urgent acting is, by the minutes within which it still prevents the consequence. */
export const urgencyOf = (withinMin: number): Urgency => (URGENT_MIN.findIndex((most) => withinMin <= most) + 1 || 4) as Urgency;

/** Priority by severity (row) and urgency (column), 1 the highest. Our own matrix in the manner of ISA-18.2; never lower where either grows. */
export const PRIORITY_MATRIX: readonly (readonly (1 | 2 | 3 | 4)[])[] = [[1, 1, 2, 2], [1, 2, 2, 3], [2, 3, 3, 4], [3, 4, 4, 4]];

export const priorityFor = (severity: number, withinMin: number): 1 | 2 | 3 | 4 => PRIORITY_MATRIX[severity - 1]?.[urgencyOf(withinMin) - 1] ?? 4;

/** Why an entry wants a look. */
export const FLAGS = ['missing', 'not-approved', 'review-due', 'other-priority', 'mostly-false', 'silent'] as const;
export type Flag = (typeof FLAGS)[number];

export type Rang = { raised: number; counted: number; countedFalse: number };
export type Known = { state: string; priority: number; reviewOn: string };

/** From so many findings on a false share says something. */
const ENOUGH_FINDINGS = 10;
const MOSTLY = 0.5;

/** What stands against a type's entry: what it does in fact, or that there is none. `today` like 2026-11-22. */
export function flagsOf(rings: number, entry: Known | null, draft: boolean, rang: Rang, today: string): Flag[] {
  const isMostlyFalse = rang.counted >= ENOUGH_FINDINGS && rang.countedFalse / rang.counted > MOSTLY;
  return [
    ...(entry === null && !draft ? ['missing' as const] : []),
    ...(draft ? ['not-approved' as const] : []),
    ...(entry !== null && entry.reviewOn < today ? ['review-due' as const] : []),
    ...(entry !== null && entry.priority !== rings ? ['other-priority' as const] : []),
    ...(isMostlyFalse ? ['mostly-false' as const] : []),
    ...(entry !== null && rang.raised === 0 ? ['silent' as const] : []),
  ];
}
