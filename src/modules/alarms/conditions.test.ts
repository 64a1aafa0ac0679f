import { describe, expect, it } from 'vitest';
import { conditionKey, decide, neverSuppressed } from './conditions.ts';
import type { OpenCondition, Outcome, SignalFact } from './conditions.ts';
import { aCondition, aKind, aSignal, kinds } from './testing.ts';

type Case = [name: string, signal: SignalFact, open: OpenCondition[], expected: Outcome[]];
const returns = (id: string): Outcome => ({ do: 'return', id });
const nothing: Outcome = { do: 'journal', why: 'nothing-open' };

describe('decide', () => {
  const cases: Case[] = [
    ['raises the first signal of a condition', aSignal(), [], [{ do: 'raise', key: 'intrusion.alarm|site|panel|zone:7' }]],
    ['folds the same condition into its open alarm', aSignal(), [aCondition()], [{ do: 'repeat', id: 'a1' }]],
    ['raises another zone on its own', aSignal({ point: 'zone:8' }), [aCondition()], [{ do: 'raise', key: 'intrusion.alarm|site|panel|zone:8' }]],
    ['raises the same zone of another area on its own', aSignal({ area: '2' }), [aCondition({ area: '1' })], [{ do: 'raise', key: 'intrusion.alarm|site|panel|area:2 zone:7' }]],
    ['folds when a sender leaves the area out', aSignal({ area: '2' }), [aCondition()], [{ do: 'repeat', id: 'a1' }]],
    ['raises the same zone of another panel on its own', aSignal({ sourceId: 'other' }), [aCondition()], [{ do: 'raise', key: 'intrusion.alarm|site|other|zone:7' }]],
    ['raises another type at the same zone on its own', aSignal({ kind: kinds.zoneTrouble }), [aCondition()], [{ do: 'raise', key: 'intrusion.zone-trouble|site|panel|zone:7' }]],
    ['ends the condition at its place on a restore', aSignal({ effect: 'restore' }), [aCondition()], [returns('a1')]],
    ['ends what lists the restored type', aSignal({ effect: 'restore' }), [aCondition({ kind: kinds.confirmed })], [returns('a1')]],
    ['leaves other places alone on a restore', aSignal({ effect: 'restore', point: 'zone:8' }), [aCondition()], [nothing]],
    ['leaves every zone alone when a restore names none', aSignal({ effect: 'restore', point: null }), [aCondition()], [nothing]],
    ['ends alarm and fault of a point, and not its bypass', aSignal({ effect: 'restore-point' }), [aCondition(), aCondition({ id: 'a2', kind: kinds.zoneTrouble }), aCondition({ id: 'a3', kind: kinds.bypass })], [returns('a1'), returns('a2')]],
    ['ends forced and held when the door closes', aSignal({ kind: kinds.doorClosed, effect: 'note', point: 'door:3' }), [aCondition({ kind: kinds.forced, point: 'door:3' }), aCondition({ id: 'a2', kind: kinds.held, point: 'door:3' })], [returns('a1'), returns('a2')]],
    ['ends “not armed” of the area that a user arms', aSignal({ kind: kinds.armed, effect: 'note', point: 'area:2', area: '2', isAreaWide: true }), [aCondition({ kind: kinds.notArmed, point: 'area:2', area: '2' }), aCondition({ id: 'a2', kind: kinds.notArmed, point: 'area:3', area: '3' })], [returns('a1')]],
    ['withdraws the break-ins of the area that a user cancels', aSignal({ effect: 'cancel', point: 'area:1', area: '1', isAreaWide: true }), [aCondition({ area: '1' }), aCondition({ id: 'a2', area: '2' }), aCondition({ id: 'a3', area: '1', kind: kinds.zoneTrouble })], [{ do: 'withdraw', id: 'a1', ends: true }]],
    ['notes the cancelling of a fire and lets the alarm go on', aSignal({ kind: kinds.fire, effect: 'cancel' }), [aCondition({ kind: kinds.fire })], [{ do: 'withdraw', id: 'a1', ends: false }]],
    ['keeps a note in the journal', aSignal({ kind: kinds.armed, effect: 'note', isAreaWide: true, point: null }), [], [{ do: 'journal', why: 'journal-type' }]],
    ['keeps the raise of a journal type in the journal', aSignal({ kind: kinds.armed }), [], [{ do: 'journal', why: 'journal-type' }]],
    ['raises “still present” that was never seen opening', aSignal({ stillPresent: true }), [], [{ do: 'raise', key: 'intrusion.alarm|site|panel|zone:7' }]],
    ['folds “still present” into the open alarm', aSignal({ stillPresent: true }), [aCondition()], [{ do: 'repeat', id: 'a1' }]],
  ];
  it.each(cases)('%s', (_name, signal, open, expected) => expect(decide(signal, open)).toEqual(expected));

  it('opens no second alarm on “still present” of a condition that was closed while it went on', () => {
    const closed = new Set([conditionKey(aSignal())]);
    expect(decide(aSignal({ stillPresent: true }), [], closed)).toEqual([{ do: 'journal', why: 'closed-while-present' }]);
    expect(decide(aSignal(), [], closed)).toEqual([{ do: 'raise', key: 'intrusion.alarm|site|panel|zone:7' }]);
  });

  it('is the same whatever stands open at other sources', () => {
    const elsewhere = aCondition({ id: 'x', sourceId: 'other' });
    for (const [, signal, open, expected] of cases.filter(([, signal]) => signal.sourceId === 'panel')) expect(decide(signal, [elsewhere, ...open])).toEqual(expected);
  });
});

describe('neverSuppressed', () => {
  it('holds for duress, fire and whatever must be answered fast, and for nothing that is only journal', () => {
    expect([kinds.panic, kinds.fire, aKind({ key: 'guard.sos', profile: kinds.fire.profile })].every(neverSuppressed)).toBe(true);
    expect([kinds.burglary, kinds.held, kinds.armed, aKind({ key: 'fire.trouble', priority: 3 })].some(neverSuppressed)).toBe(false);
  });

  it('holds for duress and fire even if somebody gives them another answer profile', () => {
    expect(neverSuppressed(aKind({ key: 'duress.panic', priority: 1 }))).toBe(true);
  });
});
