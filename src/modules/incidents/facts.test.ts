import { describe, expect, test } from 'vitest';
import { clocksOf, dueAfter, pointerOf } from './facts.ts';
import type { IncidentRow } from './record.ts';

describe('the end of a legal clock', () => {
  test.each([
    ['72 hours', '2026-11-20T01:12:00.000Z', { amount: 72, unit: 'h' }, '2026-11-23T01:12:00.000Z'],
    ['a month from the 31st, which is the last day of a short one', '2026-01-31T10:00:00.000Z', { amount: 1, unit: 'month' }, '2026-02-28T10:00:00.000Z'],
    ['a month over the turn of the year', '2026-12-15T10:00:00.000Z', { amount: 1, unit: 'month' }, '2027-01-15T10:00:00.000Z'],
    ['four business days from a Thursday, over the weekend', '2026-11-19T10:00:00.000Z', { amount: 4, unit: 'business-days' }, '2026-11-25T10:00:00.000Z'],
    ['four business days from a Saturday', '2026-11-21T10:00:00.000Z', { amount: 4, unit: 'business-days' }, '2026-11-26T10:00:00.000Z'],
    ['seven calendar days', '2026-11-19T10:00:00.000Z', { amount: 7, unit: 'calendar-days' }, '2026-11-26T10:00:00.000Z'],
    ['none where the law gives no figure', '2026-11-19T10:00:00.000Z', { amount: 0, unit: 'undue-delay' }, null],
  ] as const)('is %s', (_name, start, clock, due) => expect(dueAfter(start, clock)).toBe(due));
});

const breach = (fields: Record<string, unknown>): IncidentRow => ({ typeKey: 'breach-personal', knownAt: '2026-11-20T08:00:00Z', occurredFrom: '2026-11-18T08:00:00Z', fields }) as unknown as IncidentRow;
const clock = (fields: Record<string, unknown>, key: string) => clocksOf(breach(fields)).find((one) => one.key === key);

describe('the duties of a breach', () => {
  test('run from when we became aware, and until that is said from when it was known', () => {
    expect(clock({}, 'gdpr-authority')).toMatchObject({ startedAt: '2026-11-20T08:00:00Z', dueAt: '2026-11-23T08:00:00.000Z', decision: null });
    expect(clock({ 'info.awareAt': '2026-11-20T10:00:00+01:00' }, 'gdpr-authority')).toMatchObject({ startedAt: '2026-11-20T09:00:00.000Z', dueAt: '2026-11-23T09:00:00.000Z' });
  });

  test('carry the decision with its note', () => {
    expect(clock({ 'clock.gdpr-authority': { decision: 'not-due', note: 'No personal data' } }, 'gdpr-authority')).toMatchObject({ decision: 'not-due', note: 'No personal data' });
  });

  test('say nothing of a type that is not there', () => expect(clocksOf({ ...breach({}), typeKey: null })).toEqual([]));
});

test('a missing thing is pointed to where it is given', () => {
  expect(['typeKey', 'narrative', 'losses', 'persons', 'tasks', 'access.method', 'clock.insurer'].map((field) => pointerOf(field, 'burglary'))).toEqual(['/type', '/narrative', '/losses', '/fields/persons', '/tasks', '/fields/access.method', '/fields/clock.insurer']);
  expect(pointerOf('persons', 'trespass')).toBe('/people');
});
