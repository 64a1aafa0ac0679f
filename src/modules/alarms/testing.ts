import type { AlarmKind, OpenCondition, SignalFact } from './conditions.ts';
import type { AlarmActor } from './rules.ts';

const standard = { key: 'standard', targets: [{ withinS: 90, share: 0.8 }, { withinS: 180, share: 0.985 }], verify: 'to be verified' };
const fast = { key: 'fast', targets: [{ withinS: 30, share: 0.8 }, { withinS: 60, share: 0.985 }], verify: 'to be verified' };
const none = { key: 'none', targets: [] };

/** A kind of alarm for tests: a latching break-in of priority 2 unless said otherwise. */
export function aKind(change: Partial<AlarmKind> = {}): AlarmKind {
  const key = change.key ?? 'intrusion.alarm';
  const family = key.split('.')[0] ?? '';
  return { key, family, title: key, priority: 2, profile: standard, raisesAlarm: true, restoredBy: [`${key}#restore`], latches: true, endsAtPoint: [], withdraws: [], ...change };
}

/** A few kinds as they ship, small enough to reason about. */
export const kinds = {
  burglary: aKind({ endsAtPoint: ['intrusion.alarm', 'intrusion.zone-trouble'], withdraws: ['intrusion.alarm', 'intrusion.confirmed'] }),
  confirmed: aKind({ key: 'intrusion.confirmed', priority: 1, restoredBy: ['intrusion.confirmed#restore', 'intrusion.alarm#restore'] }),
  zoneTrouble: aKind({ key: 'intrusion.zone-trouble', priority: 4, profile: none, latches: false }),
  bypass: aKind({ key: 'intrusion.zone-bypassed', priority: 4, profile: none, latches: false }),
  forced: aKind({ key: 'access.forced', restoredBy: ['access.closed', 'access.forced#restore'] }),
  held: aKind({ key: 'access.held', priority: 3, latches: false, restoredBy: ['access.closed', 'access.held#restore'] }),
  doorClosed: aKind({ key: 'access.closed', priority: null, profile: none, raisesAlarm: false, restoredBy: [], latches: false }),
  fire: aKind({ key: 'fire.alarm', priority: 1, profile: fast, withdraws: ['fire.alarm'] }),
  panic: aKind({ key: 'duress.panic', priority: 1, profile: fast }),
  notArmed: aKind({ key: 'intrusion.arm-failed', priority: 3, latches: false, restoredBy: ['intrusion.armed', 'intrusion.arm-failed#restore'] }),
  armed: aKind({ key: 'intrusion.armed', priority: null, profile: none, raisesAlarm: false, restoredBy: [], latches: false }),
} as const;

/** A raise at zone 7 of panel `panel`, unless said otherwise. */
export const aSignal = (change: Partial<SignalFact> = {}): SignalFact => ({
  kind: kinds.burglary, effect: 'raise', siteId: 'site', sourceId: 'panel', point: 'zone:7', area: null, isAreaWide: false, stillPresent: false, ...change,
});

/** An open condition at zone 7 of panel `panel`, unless said otherwise. */
export const aCondition = (change: Partial<OpenCondition> = {}): OpenCondition => ({ id: 'a1', kind: kinds.burglary, sourceId: 'panel', point: 'zone:7', area: null, ...change });

/** An operator. */
export const anOperator = (personId = 'ana', change: Partial<AlarmActor> = {}): AlarmActor => ({ personId, mayHandle: true, mayClose: true, maySupervise: false, ...change });
