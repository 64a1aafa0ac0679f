import { type Cause, causesFor, type Disposition, dispositionOf } from '../rules.ts';

/** What has been said so far on the way to closing. `cause` null: none to name; undefined: not asked yet. */
export type Said = { disposition?: string; group?: string; cause?: string | null };

/** The question that comes next, with what can be answered. `group` only where the causes that fit are of several. */
export type CloseStep = { ask: 'disposition' } | { ask: 'group'; groups: readonly string[]; canSkip: boolean } | { ask: 'cause'; causes: readonly Cause[]; canSkip: boolean } | { ask: 'rest'; disposition: Disposition };

/** Which question comes next. */
export function closeStep({ disposition: key, group, cause }: Said): CloseStep {
  const disposition = key === undefined ? null : dispositionOf(key);
  if (!disposition) return { ask: 'disposition' };
  const causes = causesFor(disposition);
  if (causes.length === 0 || cause !== undefined) return { ask: 'rest', disposition };
  const canSkip = disposition.cause === 'optional';
  const groups = [...new Set(causes.map((one) => one.group))];
  if (groups.length > 1 && group === undefined) return { ask: 'group', groups, canSkip };
  return { ask: 'cause', causes: group === undefined ? causes : causes.filter((one) => one.group === group), canSkip: canSkip && group === undefined };
}

/** Takes the last answer back. */
export function oneStepBack({ disposition, group, cause }: Said): Said {
  if (cause !== undefined) return { ...(disposition !== undefined && { disposition }), ...(group !== undefined && cause !== null && { group }) };
  return group !== undefined && disposition !== undefined ? { disposition } : {};
}

const KEYS = [...'1234567890ABCDEFGH'];

/** The key of the answer at a place: the digits, and letters behind them. */
export const keyAt = (index: number): string | undefined => KEYS[index];
