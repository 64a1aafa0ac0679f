import { neverSuppressed } from './conditions.ts';
import type { AlarmKind } from './conditions.ts';
import { faultOf } from './dispositions.ts';
import type { Finding } from './dispositions.ts';

export * from './conditions.ts';
export * from './dispositions.ts';
export * from './routing-rules.ts';
export * from './targets.ts';

/** What a person did about an alarm; whether the condition still goes on is `isActive`. */
export type Handling = 'unacknowledged' | 'acknowledged' | 'shelved' | 'closed';

/** The part of an alarm that the state machine (ISA-18.2) reads and changes. Times are ISO, UTC. */
export type AlarmState = {
  readonly kind: AlarmKind;
  readonly handling: Handling;
  readonly isActive: boolean;
  readonly returnedAt: string | null;
  readonly ownerId: string | null;
  readonly claimedAt: string | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: string | null;
  readonly shelvedBy: string | null;
  readonly shelvedUntil: string | null;
  readonly shelvedWhy: string | null;
  readonly closedBy: string | null;
  readonly closedAt: string | null;
  /** Closed while the condition went on. */
  readonly closedWhilePresent: boolean;
  readonly repeats: number;
};

/** Who acts, with what their grants allow at the alarm's site. */
export type AlarmActor = { readonly personId: string; readonly mayHandle: boolean; readonly mayClose: boolean; readonly maySupervise: boolean };

/** Refused, and why, in words for the person; `heldBy` is who won, where somebody did. */
export type Refusal = { readonly ok: false; readonly kind: 'forbidden' | 'conflict' | 'refused'; readonly code: string; readonly reason: string; readonly heldBy?: string | null; readonly field?: string };

export type Step = { readonly ok: true; readonly alarm: AlarmState; readonly changed: boolean } | Refusal;

/** The states of ISA-18.2 that a screen shows. */
export type ShownState = 'unacknowledged' | 'acknowledged' | 'returned-unacknowledged' | 'returned-acknowledged' | 'shelved' | 'closed';

const LONGEST_SHELF_MS = 8 * 3600_000;
const RINGS_AGAIN_AFTER_MS = 5 * 60_000;
const SHORTEST_REASON = 3;

/** A new alarm of this kind, as its first signal raises it. */
export function raised(kind: AlarmKind): AlarmState {
  return {
    kind, handling: 'unacknowledged', isActive: true, returnedAt: null, ownerId: null, claimedAt: null, acknowledgedBy: null, acknowledgedAt: null,
    shelvedBy: null, shelvedUntil: null, shelvedWhy: null, closedBy: null, closedAt: null, closedWhilePresent: false, repeats: 0,
  };
}

export function shownState(alarm: Pick<AlarmState, 'handling' | 'isActive'>): ShownState {
  if (alarm.handling === 'closed' || alarm.handling === 'shelved') return alarm.handling;
  return alarm.isActive ? alarm.handling : `returned-${alarm.handling}`;
}

/** Takes an alarm that nobody holds. One wins; the other is told by whom it is held. */
export function claim(alarm: AlarmState, actor: AlarmActor, now: Date): Step {
  const stop = mayNot(actor.mayHandle) ?? isOver(alarm) ?? isShelved(alarm);
  if (stop) return stop;
  if (alarm.ownerId === actor.personId) return same(alarm);
  if (alarm.ownerId !== null) return held(alarm, 'Somebody else has it. Take it over if they cannot go on.');
  return to(alarm, { ownerId: actor.personId, claimedAt: now.toISOString() });
}

/** Takes an alarm from the person who holds it; `from` is who the taker saw holding it, so that a third is not run over. */
export function takeOver(alarm: AlarmState, actor: AlarmActor, from: string | null, now: Date): Step {
  const stop = mayNot(actor.mayHandle) ?? isOver(alarm) ?? isShelved(alarm);
  if (stop) return stop;
  if (alarm.ownerId === actor.personId) return same(alarm);
  if (alarm.ownerId !== null && from !== null && alarm.ownerId !== from) return held(alarm, 'It has changed hands since you looked.');
  return to(alarm, { ownerId: actor.personId, claimedAt: now.toISOString() });
}

/** Gives up an alarm, so that the next may take it; an acknowledgement goes with it. */
export function release(alarm: AlarmState, actor: AlarmActor): Step {
  const stop = mayNot(actor.mayHandle) ?? isOver(alarm) ?? isShelved(alarm) ?? notMine(alarm, actor);
  if (stop) return stop;
  if (alarm.ownerId === null) return same(alarm);
  return to(alarm, { ownerId: null, claimedAt: null, handling: 'unacknowledged', acknowledgedBy: null, acknowledgedAt: null });
}

/** Says “I have seen it and I am on it”; takes the alarm where nobody holds it. */
export function acknowledge(alarm: AlarmState, actor: AlarmActor, now: Date): Step {
  const stop = mayNot(actor.mayHandle) ?? isOver(alarm) ?? isShelved(alarm);
  if (stop) return stop;
  if (alarm.handling === 'acknowledged') return alarm.acknowledgedBy === actor.personId ? same(alarm) : taken(alarm.acknowledgedBy, 'alarms.already_acknowledged', 'It is acknowledged already.');
  if (alarm.ownerId !== null && alarm.ownerId !== actor.personId) return held(alarm, 'Somebody else has it. Take it over first.');
  const at = now.toISOString();
  return to(alarm, { handling: 'acknowledged', acknowledgedBy: actor.personId, acknowledgedAt: at, ownerId: actor.personId, claimedAt: alarm.claimedAt ?? at });
}

/**
 * The condition has ended, by its own signal or because a person saw to it.
 * An alarm of the lowest priority that does not latch and that nobody took closes by this rule, without a disposition.
 */
export function returnToNormal(alarm: AlarmState, by: 'signal' | { actor: AlarmActor; reason: string }, at: Date): Step {
  if (by !== 'signal') {
    const stop = mayNot(by.actor.mayHandle) ?? isOver(alarm) ?? notMine(alarm, by.actor) ?? noReason(by.reason);
    if (stop) return stop;
  }
  const over = isOver(alarm);
  if (over) return over;
  if (!alarm.isActive) return same(alarm);
  const ended = { isActive: false, returnedAt: at.toISOString() };
  const closesByRule = !alarm.kind.latches && alarm.kind.priority === 4 && alarm.handling !== 'acknowledged' && alarm.ownerId === null;
  return to(alarm, closesByRule ? { ...ended, ...unshelved, handling: 'closed', closedAt: at.toISOString() } : ended);
}

/**
 * The condition came again while its alarm is open: it folds into it. One that had been over for five minutes
 * rings again, even if it was acknowledged, so that a new break-in never hides behind an old one.
 */
export function repeat(alarm: AlarmState, at: Date): Step {
  const over = isOver(alarm);
  if (over) return over;
  const counted = { repeats: alarm.repeats + 1, isActive: true, returnedAt: null };
  const ringsAgain = alarm.handling === 'acknowledged' && alarm.returnedAt !== null && at.getTime() - Date.parse(alarm.returnedAt) >= RINGS_AGAIN_AFTER_MS;
  return to(alarm, ringsAgain ? { ...counted, handling: 'unacknowledged', acknowledgedBy: null, acknowledgedAt: null } : counted);
}

/** Closes with what it turned out to be. Closed is closed: if the condition comes again, that is a new alarm. */
export function close(alarm: AlarmState, actor: AlarmActor, finding: Finding, now: Date): Step {
  const stop = mayNot(actor.mayClose) ?? isOver(alarm) ?? isShelved(alarm) ?? notMine(alarm, actor);
  if (stop) return stop;
  if (alarm.handling === 'unacknowledged') return refuse('alarms.acknowledge_first', 'Acknowledge it first.');
  const fault = faultOf(finding);
  if (fault) return { ...refuse('alarms.finding_incomplete', fault.detail), field: fault.field };
  if (alarm.isActive && neverSuppressed(alarm.kind) && (finding.note ?? '').trim().length < SHORTEST_REASON)
    return { ...refuse('alarms.still_present', 'The condition goes on. Say in a note why the alarm can be closed all the same.'), field: 'note' };
  return to(alarm, { handling: 'closed', closedBy: actor.personId, closedAt: now.toISOString(), closedWhilePresent: alarm.isActive });
}

/** Never: the record of what was decided stays. */
export function reopen(): Refusal {
  return refuse('alarms.closed_stays_closed', 'A closed alarm stays closed. If the condition comes again it raises a new alarm; if there is more to do, declare an incident from this one.');
}

/** Silences an alarm until a time, at most eight hours away. Life-safety alarms are never shelved. */
export function shelve(alarm: AlarmState, actor: AlarmActor, input: { until: Date; reason: string }, now: Date): Step {
  const stop = mayNot(actor.maySupervise) ?? isOver(alarm) ?? isShelved(alarm) ?? noReason(input.reason);
  if (stop) return stop;
  if (neverSuppressed(alarm.kind)) return refuse('alarms.never_shelved', 'Duress, hold-up, fire and medical alarms are never shelved.');
  const ms = input.until.getTime() - now.getTime();
  if (!(ms > 0 && ms <= LONGEST_SHELF_MS)) return { ...refuse('alarms.shelf_too_long', 'Choose an end within the next eight hours.'), field: 'until' };
  return to(alarm, { handling: 'shelved', shelvedBy: actor.personId, shelvedUntil: input.until.toISOString(), shelvedWhy: input.reason.trim(), ownerId: null, claimedAt: null, acknowledgedBy: null, acknowledgedAt: null });
}

/** Gives a shelved alarm another end, counted anew from now, with who says so and why. */
export function extendShelf(alarm: AlarmState, actor: AlarmActor, { until, reason }: { until: Date; reason: string }, now: Date): Step {
  const stop = mayNot(actor.maySupervise) ?? isOver(alarm) ?? noReason(reason);
  if (stop) return stop;
  if (alarm.handling !== 'shelved') return refuse('alarms.not_shelved', 'It is not shelved any more.');
  const ms = until.getTime() - now.getTime();
  if (!(ms > 0 && ms <= LONGEST_SHELF_MS)) return { ...refuse('alarms.shelf_too_long', 'Choose an end within the next eight hours.'), field: 'until' };
  return to(alarm, { shelvedBy: actor.personId, shelvedUntil: until.toISOString(), shelvedWhy: reason.trim() });
}

/** Brings a shelved alarm back, unacknowledged: by a supervisor, or by the clock when its time is over. */
export function unshelve(alarm: AlarmState, by: 'clock' | AlarmActor, now: Date): Step {
  const stop = (by === 'clock' ? null : mayNot(by.maySupervise)) ?? isOver(alarm);
  if (stop) return stop;
  if (alarm.handling !== 'shelved') return same(alarm);
  if (by === 'clock' && Date.parse(alarm.shelvedUntil ?? '') > now.getTime()) return same(alarm);
  return to(alarm, { ...unshelved, handling: 'unacknowledged' });
}

const unshelved = { shelvedBy: null, shelvedUntil: null, shelvedWhy: null } as const;

const to = (alarm: AlarmState, change: Partial<AlarmState>): Step => ({ ok: true, alarm: { ...alarm, ...change }, changed: true });
const same = (alarm: AlarmState): Step => ({ ok: true, alarm, changed: false });
const refuse = (code: string, reason: string): Refusal => ({ ok: false, kind: 'refused', code, reason });
const taken = (heldBy: string | null, code: string, reason: string): Refusal => ({ ok: false, kind: 'conflict', code, reason, heldBy });
const held = (alarm: AlarmState, reason: string): Refusal => taken(alarm.ownerId, 'alarms.held', reason);

const mayNot = (may: boolean): Refusal | null => (may ? null : { ok: false, kind: 'forbidden', code: 'platform.forbidden', reason: 'Your grants do not allow this here.' });
const isOver = (alarm: AlarmState): Refusal | null => (alarm.handling === 'closed' ? taken(alarm.closedBy, 'alarms.already_closed', 'It is closed already.') : null);
const isShelved = (alarm: AlarmState): Refusal | null => (alarm.handling === 'shelved' ? taken(alarm.shelvedBy, 'alarms.shelved', 'It is shelved. Bring it back first.') : null);
const noReason = (reason: string): Refusal | null => (reason.trim().length >= SHORTEST_REASON ? null : { ...refuse('alarms.say_why', 'Say why, in a few words.'), field: 'reason' });

function notMine(alarm: AlarmState, actor: AlarmActor): Refusal | null {
  if (alarm.ownerId === null || alarm.ownerId === actor.personId || actor.maySupervise) return null;
  return held(alarm, 'Somebody else has it. Take it over first.');
}
