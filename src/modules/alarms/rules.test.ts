import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledge, claim, close, conditionKey, decide, raised, reopen, repeat, returnToNormal, shelve, shownState, takeOver, unshelve } from './rules.ts';
import type { AlarmState, OpenCondition, Refusal, Step } from './rules.ts';
import { aSignal, anOperator, kinds } from './testing.ts';

const t0 = new Date('2026-11-20T12:00:00Z');
const after = (seconds: number): Date => new Date(t0.getTime() + seconds * 1000);
const ana = anOperator('ana');
const ben = anOperator('ben');
const boss = anOperator('boss', { maySupervise: true });
const reader = anOperator('reader', { mayHandle: false, mayClose: false });
const finding = { disposition: 'nuisance', cause: 'wind' };

function done(step: Step): AlarmState {
  if (!step.ok) throw new Error(`${step.code}: ${step.reason}`);
  return step.alarm;
}
function refusal(step: Step): Refusal {
  if (step.ok) throw new Error('was allowed');
  return step;
}

const fresh = raised(kinds.burglary);
const claimed = done(claim(fresh, ana, t0));
const acked = done(acknowledge(fresh, ana, t0));
const returned = done(returnToNormal(fresh, 'signal', t0));
const closed = done(close(acked, ana, finding, t0));
const shelved = done(shelve(fresh, boss, { until: after(3600), reason: 'roof work' }, t0));

describe('claiming', () => {
  it('gives the alarm to the first, and tells the second who has it', () => {
    expect(claimed.ownerId).toBe('ana');
    expect(refusal(claim(claimed, ben, t0))).toMatchObject({ kind: 'conflict', code: 'alarms.held', heldBy: 'ana' });
  });
  it('changes nothing for who holds it already', () => expect(claim(claimed, ana, after(5))).toEqual({ ok: true, alarm: claimed, changed: false }));
  it('is refused to a reader', () => expect(refusal(claim(fresh, reader, t0)).kind).toBe('forbidden'));
});

describe('taking over', () => {
  it('takes it from who was seen holding it', () => expect(done(takeOver(claimed, ben, 'ana', after(9)))).toMatchObject({ ownerId: 'ben', claimedAt: after(9).toISOString() }));
  it('does not run over a third who was faster', () => expect(refusal(takeOver(done(takeOver(claimed, ben, 'ana', t0)), boss, 'ana', t0))).toMatchObject({ kind: 'conflict', heldBy: 'ben' }));
  it('takes an alarm that was given back in the meantime', () => expect(done(takeOver(fresh, ben, 'ana', t0)).ownerId).toBe('ben'));
});

describe('acknowledging', () => {
  it('also takes an alarm that nobody holds', () => expect(acked).toMatchObject({ handling: 'acknowledged', ownerId: 'ana', acknowledgedBy: 'ana' }));
  it('is refused while another holds it', () => expect(refusal(acknowledge(claimed, ben, t0))).toMatchObject({ code: 'alarms.held', heldBy: 'ana' }));
  it('tells the slower of two who acknowledged', () => expect(refusal(acknowledge(acked, ben, t0))).toMatchObject({ code: 'alarms.already_acknowledged', heldBy: 'ana' }));
  it('changes nothing the second time', () => expect(acknowledge(acked, ana, after(5))).toMatchObject({ changed: false }));
});

describe('returning to normal', () => {
  it.each([
    ['a latching alarm stays, unacknowledged', fresh, 'returned-unacknowledged'],
    ['an acknowledged alarm stays with its owner', acked, 'returned-acknowledged'],
    ['a low one that somebody took stays', done(claim(raised(kinds.zoneTrouble), ana, t0)), 'returned-unacknowledged'],
    ['a low one that nobody took closes by rule', raised(kinds.zoneTrouble), 'closed'],
    ['a door that shuts again stays to be closed by a person', raised(kinds.held), 'returned-unacknowledged'],
  ] as const)('%s', (_name, alarm, state) => expect(shownState(done(returnToNormal(alarm, 'signal', t0)))).toBe(state));

  it('closes by rule without a closer and without being present', () => {
    expect(done(returnToNormal(raised(kinds.zoneTrouble), 'signal', t0))).toMatchObject({ closedBy: null, closedWhilePresent: false, isActive: false });
  });
  it('needs a reason from a person', () => {
    expect(refusal(returnToNormal(acked, { actor: ana, reason: ' ' }, t0)).field).toBe('reason');
    expect(done(returnToNormal(acked, { actor: ana, reason: 'door shut by officer' }, t0)).isActive).toBe(false);
  });
  it('changes nothing when it had returned', () => expect(returnToNormal(returned, 'signal', after(9))).toMatchObject({ changed: false }));
});

describe('repeating', () => {
  it('folds into the open alarm and makes it active again', () => expect(done(repeat(returned, after(3)))).toMatchObject({ repeats: 1, isActive: true, returnedAt: null }));
  it('does not ring again for an alarm that somebody is working on', () => expect(done(repeat(done(returnToNormal(acked, 'signal', t0)), after(299))).handling).toBe('acknowledged'));
  it('rings again when it had been over for five minutes, and keeps its owner', () => {
    expect(done(repeat(done(returnToNormal(acked, 'signal', t0)), after(300)))).toMatchObject({ handling: 'unacknowledged', ownerId: 'ana', acknowledgedBy: null });
  });
});

describe('closing', () => {
  it('keeps who, when and that the condition went on', () => expect(closed).toMatchObject({ handling: 'closed', closedBy: 'ana', closedWhilePresent: true }));
  it.each([
    ['before it is acknowledged', claimed, ana, finding, 'alarms.acknowledge_first'],
    ['by another than its owner', acked, ben, finding, 'alarms.held'],
    ['twice', closed, ben, finding, 'alarms.already_closed'],
    ['while it is shelved', shelved, boss, finding, 'alarms.shelved'],
    ['without a disposition that exists', acked, ana, { disposition: 'whatever' }, 'alarms.finding_incomplete'],
    ['as nuisance without a cause', acked, ana, { disposition: 'nuisance' }, 'alarms.finding_incomplete'],
    ['with a cause that does not fit', acked, ana, { disposition: 'user-error', cause: 'wind' }, 'alarms.finding_incomplete'],
    ['by a reader', acked, reader, finding, 'platform.forbidden'],
  ] as const)('is refused %s', (_name, alarm, actor, said, code) => expect(refusal(close(alarm, actor, said, t0)).code).toBe(code));
  it('is allowed to a supervisor for another', () => expect(done(close(acked, boss, finding, t0)).closedBy).toBe('boss'));
  it('asks for a note while a fire goes on, and for none once it is over', () => {
    const fire = done(acknowledge(raised(kinds.fire), ana, t0));
    const said = { disposition: 'user-error', cause: 'wrong-code' };
    expect(refusal(close(fire, ana, said, t0))).toMatchObject({ code: 'alarms.still_present', field: 'note' });
    expect(done(close(fire, ana, { ...said, note: 'brigade has left, panel to be reset' }, t0)).handling).toBe('closed');
    expect(done(close(done(returnToNormal(fire, 'signal', t0)), ana, said, t0)).handling).toBe('closed');
  });
  it('is for good', () => expect(reopen()).toMatchObject({ ok: false, code: 'alarms.closed_stays_closed' }));
});

describe('shelving', () => {
  it('puts it away until its end, and the clock brings it back unacknowledged', () => {
    expect(shownState(shelved)).toBe('shelved');
    expect(unshelve(shelved, 'clock', after(3599))).toMatchObject({ changed: false });
    expect(shownState(done(unshelve(shelved, 'clock', after(3600))))).toBe('unacknowledged');
  });
  it.each([
    ['by an operator', fresh, ana, after(60), 'roof work', 'platform.forbidden'],
    ['for longer than eight hours', fresh, boss, after(8 * 3600 + 1), 'roof work', 'alarms.shelf_too_long'],
    ['into the past', fresh, boss, after(-1), 'roof work', 'alarms.shelf_too_long'],
    ['to a time that is none', fresh, boss, new Date(Number.NaN), 'roof work', 'alarms.shelf_too_long'],
    ['without a reason', fresh, boss, after(60), '', 'alarms.say_why'],
    ['for a fire', raised(kinds.fire), boss, after(60), 'roof work', 'alarms.never_shelved'],
    ['for a panic button', raised(kinds.panic), boss, after(60), 'roof work', 'alarms.never_shelved'],
    ['for a closed alarm', closed, boss, after(60), 'roof work', 'alarms.already_closed'],
  ] as const)('is refused %s', (_name, alarm, actor, until, reason, code) => expect(refusal(shelve(alarm, actor, { until, reason }, t0)).code).toBe(code));
});

/** A whole queue in memory: the model against which sequences of signals and verbs are tried. */
type Row = { id: string; key: string; point: string; alarm: AlarmState };
const isOpen = (row: Row): boolean => row.alarm.handling !== 'closed';

class Queue {
  readonly rows: Row[] = [];
  at = t0;

  signal(kind: (typeof kinds)[keyof typeof kinds], effect: 'raise' | 'restore' | 'restore-point' | 'cancel' | 'note', zone: number, stillPresent: boolean): void {
    const fact = aSignal({ kind, effect, point: `zone:${zone}`, stillPresent });
    const open = this.rows.filter(isOpen).map((row): OpenCondition => ({ id: row.id, kind: row.alarm.kind, sourceId: 'panel', point: row.point, area: null }));
    const closedKeys = new Set(this.rows.filter((row) => row.alarm.closedWhilePresent).map((row) => row.key));
    for (const outcome of decide(fact, open, closedKeys)) {
      if (outcome.do === 'raise') this.rows.push({ id: `${this.rows.length}`, key: conditionKey(fact), point: fact.point ?? '', alarm: raised(kind) });
      if (outcome.do === 'repeat') this.step(outcome.id, (alarm) => repeat(alarm, this.at));
      if (outcome.do === 'return' || (outcome.do === 'withdraw' && outcome.ends)) this.step(outcome.id, (alarm) => returnToNormal(alarm, 'signal', this.at));
    }
  }

  step(id: string, verb: (alarm: AlarmState) => Step): void {
    const row = this.rows[Number(id)];
    const step = row && verb(row.alarm);
    if (row && step?.ok) row.alarm = step.alarm;
  }
}

const anyActor = fc.constantFrom(ana, ben, boss, reader);
const anyRow = fc.nat(12).map(String);
const anyMove = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...Object.values(kinds)), fc.constantFrom('raise', 'raise', 'restore', 'restore-point', 'cancel', 'note'), fc.integer({ min: 1, max: 2 }), fc.boolean())
    .map(([kind, effect, zone, still]) => (queue: Queue) => queue.signal(kind, effect as 'raise', zone, still)) },
  fc.tuple(anyRow, anyActor).map(([id, actor]) => (queue: Queue) => queue.step(id, (alarm) => claim(alarm, actor, queue.at))),
  fc.tuple(anyRow, anyActor).map(([id, actor]) => (queue: Queue) => queue.step(id, (alarm) => takeOver(alarm, actor, alarm.ownerId, queue.at))),
  fc.tuple(anyRow, anyActor).map(([id, actor]) => (queue: Queue) => queue.step(id, (alarm) => acknowledge(alarm, actor, queue.at))),
  fc.tuple(anyRow, anyActor).map(([id, actor]) => (queue: Queue) => queue.step(id, (alarm) => close(alarm, actor, { ...finding, note: 'looked into' }, queue.at))),
  fc.tuple(anyRow, anyActor).map(([id, actor]) => (queue: Queue) => queue.step(id, (alarm) => shelve(alarm, actor, { until: new Date(queue.at.getTime() + 60_000), reason: 'work' }, queue.at))),
  anyRow.map((id) => (queue: Queue) => queue.step(id, (alarm) => unshelve(alarm, 'clock', queue.at))),
  fc.integer({ min: 1, max: 900 }).map((seconds) => (queue: Queue) => void (queue.at = new Date(queue.at.getTime() + seconds * 1000))),
);

describe('whatever signals and verbs come, in whatever order', () => {
  const always = (holds: (queue: Queue, before: readonly Row[]) => boolean): void =>
    fc.assert(
      fc.property(fc.array(anyMove, { minLength: 20, maxLength: 80, size: 'max' }), (moves) => {
        const queue = new Queue();
        return moves.every((move) => {
          const before = queue.rows.map((row) => ({ ...row }));
          move(queue);
          return holds(queue, before);
        });
      }),
      { numRuns: 300 },
    );

  it('never are two alarms of one condition open', () => always((queue) => new Set(queue.rows.filter(isOpen).map((row) => row.key)).size === queue.rows.filter(isOpen).length));
  it('a closed alarm stays as it was closed', () => always((queue, before) => before.every((row, i) => isOpen(row) || queue.rows[i]?.alarm === row.alarm)));
  it('no alarm is ever lost', () => always((queue, before) => queue.rows.length >= before.length));
  it('duress and fire are never shelved, and never close without a person', () =>
    always((queue) => queue.rows.every(({ alarm }) => alarm.kind.profile.key !== 'fast' || (alarm.handling !== 'shelved' && (alarm.handling !== 'closed' || alarm.closedBy !== null)))));
  it('who acknowledged owned it, and what is acknowledged has an owner', () => always((queue) => queue.rows.every(({ alarm }) => alarm.handling !== 'acknowledged' || (alarm.ownerId !== null && alarm.acknowledgedAt !== null))));
  it('a condition is active exactly when it has no time of its end', () => always((queue) => queue.rows.every(({ alarm }) => alarm.isActive === (alarm.returnedAt === null))));
  it('a reader changes nothing', () => always((queue) => queue.rows.every(({ alarm }) => ![alarm.ownerId, alarm.acknowledgedBy, alarm.closedBy, alarm.shelvedBy].includes('reader'))));
});
