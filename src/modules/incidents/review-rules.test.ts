import { describe, expect, test } from 'vitest';
import { type ActionFact, causeTitle, countActions, REVIEW, type ReviewFact, trendsOf } from './review-rules.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const done = (endedAt: string, dueAt: string): ActionFact => ({ title: 'Mend it', state: 'done', dueAt, endedAt });
const aReview = (number: string, occurredFrom: string, cause: string, actions: ActionFact[] = [], siteId = 'here'): ReviewFact => ({ incidentId: number, number, siteId, occurredFrom, ratings: {}, findings: [{ cause, actions }] });

describe('corrective actions', () => {
  test('nine of twelve that were due and closed on time are three quarters, as the worked example of HSEEP figures has it', () => {
    const actions = [...Array.from({ length: 9 }, () => done('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')), done('2026-11-09T00:00:00Z', '2026-11-02T00:00:00Z'), ...Array.from({ length: 2 }, (): ActionFact => ({ title: 'Late', state: 'open', dueAt: '2026-11-02T00:00:00Z', endedAt: null }))];
    const { due, onTime, overdue, done: ended } = countActions([...actions, { title: 'Not due yet', state: 'open', dueAt: '2027-01-01T00:00:00Z', endedAt: null }, { title: 'Dropped', state: 'dropped', dueAt: '2026-11-02T00:00:00Z', endedAt: '2026-11-01T00:00:00Z' }], NOW);
    expect({ due, share: onTime / due, overdue, ended }).toEqual({ due: 12, share: 0.75, overdue: 2, ended: 10 });
  });
});

describe('recurring causes', () => {
  const period = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z', now: NOW };

  test('are counted once a review, of the reviews of each quarter', () => {
    const two: ReviewFact = { ...aReview('B', '2026-05-01T00:00:00Z', 'people-tired'), findings: [{ cause: 'people-tired', actions: [] }, { cause: 'people-tired', actions: [] }] };
    const { causes, periods } = trendsOf([aReview('A', '2026-02-01T00:00:00Z', 'people-tired'), two, aReview('C', '2026-05-02T00:00:00Z', 'site-design'), aReview('Old', '2025-05-02T00:00:00Z', 'site-design')], period);
    expect(periods).toEqual([{ key: '2026-Q1', reviews: 1 }, { key: '2026-Q2', reviews: 2 }, { key: '2026-Q3', reviews: 0 }, { key: '2026-Q4', reviews: 0 }]);
    expect(causes).toEqual([{ cause: 'people-tired', reviews: 2, observations: 3, byPeriod: [1, 1, 0, 0] }, { cause: 'site-design', reviews: 1, observations: 1, byPeriod: [0, 1, 0, 0] }]);
  });

  test('return only where the action was done before the later incident began, and also where it was mended before the period', () => {
    const mended = aReview('Old', '2025-05-02T00:00:00Z', 'site-design', [done('2025-08-01T00:00:00Z', '2025-08-02T00:00:00Z')]);
    const open = aReview('A', '2026-02-01T00:00:00Z', 'people-tired', [{ title: 'More people', state: 'open', dueAt: null, endedAt: null }]);
    const after = trendsOf([mended, open, aReview('B', '2026-05-01T00:00:00Z', 'site-design', [], 'there'), aReview('C', '2026-06-01T00:00:00Z', 'people-tired')], period);
    expect(after.returned).toEqual([{ cause: 'site-design', earlier: { incidentId: 'Old', number: 'Old', action: 'Mend it', doneAt: '2025-08-01T00:00:00Z' }, later: { incidentId: 'B', number: 'B', occurredFrom: '2026-05-01T00:00:00Z' }, isSameSite: false }]);
    expect(trendsOf([{ ...mended, occurredFrom: '2026-09-01T00:00:00Z' }, aReview('B', '2026-05-01T00:00:00Z', 'site-design')], period).returned).toEqual([]);
  });

  test('have keys that are there once, each within a group', () => {
    const keys = REVIEW.causeGroups.flatMap(({ causes }) => causes.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.map(causeTitle).every((title) => title.includes(': '))).toBe(true);
  });
});
