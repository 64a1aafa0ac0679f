export { FAULT_CODES, faultTitle, suggestedCode } from './fault-codes.ts';
import { momentMs, wallMs } from '#engines/recurrence/occurrences.ts';

export const STATES = ['raised', 'assigned', 'working', 'waiting', 'fixed', 'retesting', 'tested', 'closed', 'cancelled'] as const;
export type State = (typeof STATES)[number];
export const ENDED: readonly State[] = ['closed', 'cancelled'];
export const OPEN: readonly State[] = STATES.filter((state) => !ENDED.includes(state));
/** In which somebody may be at the device, so that what it sends may come of the work. */
export const UNDER_WORK: readonly State[] = ['assigned', 'working', 'waiting'];

export const ORIGINS = ['fault', 'alarm', 'incident', 'inspection', 'calendar'] as const;
export type Origin = (typeof ORIGINS)[number];

/** The verbs of a work order, and the states from which each goes. Where each leads is said by its verb. */
export const FROM = {
  change: ['raised', 'assigned', 'working', 'waiting', 'fixed', 'retesting', 'tested'],
  assign: ['raised', 'assigned', 'working', 'waiting'],
  visit: ['raised', 'assigned', 'working', 'waiting'],
  start: ['assigned', 'waiting'],
  pause: ['working'],
  fix: ['working'],
  retest: ['fixed'],
  close: ['fixed', 'tested'],
  reopen: ['fixed', 'tested', 'closed'],
  cancel: ['raised', 'assigned', 'working', 'waiting'],
} as const satisfies Record<string, readonly State[]>;
export type Verb = keyof typeof FROM;
export const mayFrom = (verb: Verb, state: State): boolean => (FROM[verb] as readonly State[]).includes(state);

/** With which permission each verb is done. */
export const PERMISSION = {
  change: 'workorders:raise', assign: 'workorders:assign', visit: 'workorders:assign', start: 'workorders:perform', pause: 'workorders:perform', fix: 'workorders:perform',
  retest: 'workorders:retest', close: 'workorders:retest', reopen: 'workorders:retest', cancel: 'workorders:assign',
} as const satisfies Record<Verb, string>;

/** The one next step, which the screen draws filled: of the verbs that the reader may do, the first that brings it on. */
export function nextVerb(state: State, may: (permission: string) => boolean): Verb | null {
  const way: Partial<Record<State, Verb>> = { raised: 'assign', assigned: 'start', working: 'fix', waiting: 'start', fixed: 'retest', tested: 'close' };
  const verb = way[state];
  return verb !== undefined && may(PERMISSION[verb]) ? verb : null;
}

/** Targets for repair: hours that run at night too for the two upper priorities, working days' ends for the others. */
export type Targets = { urgentHours: number; highHours: number; normalDays: number; lowDays: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY_ENDS_MS = 17 * HOUR_MS;

/** When work of a priority is due that was raised at `atMs`: after so many hours, or at 17:00 by the site's clock so many days on. */
export function dueOf({ priority, atMs, zone, targets }: { priority: number; atMs: number; zone: string; targets: Targets }): number {
  if (priority === 1) return atMs + targets.urgentHours * HOUR_MS;
  if (priority === 2) return atMs + targets.highHours * HOUR_MS;
  const wall = wallMs(atMs, zone);
  const days = priority === 3 ? targets.normalDays : targets.lowDays;
  return momentMs(Math.floor(wall / DAY_MS) * DAY_MS + days * DAY_MS + DAY_ENDS_MS, zone);
}

export const EXPECTATIONS = ['any', 'alarm', 'restore'] as const;
/** What must be heard of a device: anything of itself, an alarm or test signal, or its restore (after the alarm, where that is asked too). */
export type Expectation = (typeof EXPECTATIONS)[number];
export type Check = { deviceId: string; expect: Expectation; heardAt: string | null; signalKey: string | null; type: string | null };

/** What was heard of a device, with when its signal came in. */
export type Heard = { deviceId: string; at: string; signalKey: string; type: string; effect: string; isLoss: boolean };

const fits = (expect: Expectation, { effect, isLoss }: Heard): boolean => {
  const isEnd = effect === 'restore' || effect === 'restore-point';
  if (expect === 'restore') return isEnd;
  // That somebody says a thing is gone is no word of the thing itself.
  if (isLoss && !isEnd) return false;
  return expect === 'any' || effect === 'raise' || effect === 'note';
};

/** Ticks off what was heard, in the order in which it came. A restore counts only once the alarm that is asked of the same device was heard before it. */
export function tickOff(checks: readonly Check[], heard: readonly Heard[]): Check[] {
  const now = checks.map((check) => ({ ...check }));
  for (const one of heard.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    for (const check of now) {
      if (check.heardAt !== null || check.deviceId !== one.deviceId || !fits(check.expect, one)) continue;
      const alarm = now.find((other) => other.deviceId === check.deviceId && other.expect === 'alarm');
      if (check.expect === 'restore' && alarm && (alarm.heardAt === null || alarm.signalKey === one.signalKey || Date.parse(one.at) < Date.parse(alarm.heardAt))) continue;
      Object.assign(check, { heardAt: one.at, signalKey: one.signalKey, type: one.type });
    }
  }
  return now;
}

export const isPassed = (checks: readonly Check[]): boolean => checks.length > 0 && checks.every(({ heardAt }) => heardAt !== null);
