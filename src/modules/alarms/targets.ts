import type { AlarmKind } from './conditions.ts';

/** One time within which an alarm is to be answered (acknowledged), counted in seconds from when it was raised. */
export type AnswerTarget = {
  withinS: number;
  /** The share of alarms that must meet it; null where each one must. */
  share: number | null;
  from: 'priority' | 'profile';
  /** False: the figure is quoted, and its source was not read in the edition in force. */
  isVerified: boolean;
};

const SHIFT_S = 8 * 3600;
const BY_PRIORITY = { 1: 30, 2: 90, 3: 180, 4: SHIFT_S } as const;
const ESCALATE_BY_PRIORITY = { 1: 180, 2: 180, 3: 360, 4: null } as const;
const LIFE_SAFETY = { answerS: 30, escalateS: 60 } as const;

/** Seconds within which the alarm is to be answered, and after which the supervisor is told; null where nobody is told. */
export function answerTimes(kind: AlarmKind): { answerS: number; escalateS: number | null } {
  const priority = kind.priority ?? 4;
  if (kind.profile.key === 'fast') return LIFE_SAFETY;
  return { answerS: BY_PRIORITY[priority], escalateS: ESCALATE_BY_PRIORITY[priority] };
}

/** Every target of a kind, shortest first: its own by priority, and those of its answer profile (EN 50518), which are unverified. */
export function targetsOf(kind: AlarmKind): readonly AnswerTarget[] {
  const own: AnswerTarget = { withinS: answerTimes(kind).answerS, share: null, from: 'priority', isVerified: true };
  const profile = kind.profile.targets.map((target): AnswerTarget => ({ ...target, from: 'profile', isVerified: kind.profile.verify === undefined }));
  return [own, ...profile].sort((a, b) => a.withinS - b.withinS);
}

/** When an alarm of this kind that was raised at `raisedAt` (ISO, UTC) is to be answered, and when the supervisor is told. */
export function dueTimes(kind: AlarmKind, raisedAt: string): { answerBy: string; escalateAt: string | null } {
  const { answerS, escalateS } = answerTimes(kind);
  return { answerBy: later(raisedAt, answerS), escalateAt: escalateS === null ? null : later(raisedAt, escalateS) };
}

/** Milliseconds left until the answer is due; negative when overdue. */
export const msUntilDue = (answerBy: string, now: Date): number => Date.parse(answerBy) - now.getTime();

const later = (at: string, seconds: number): string => new Date(Date.parse(at) + seconds * 1000).toISOString();
