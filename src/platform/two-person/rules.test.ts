import { describe, expect, test } from 'vitest';
import { type DecisionState, type DecisionVerb, type Standing, step, verbsFor } from './rules.ts';

const T = 1_000;
const AT = { proposed: 0, inTime: T - 1, late: T };
const base: Standing = { state: 'waiting', proposedBy: 'ann', subjectId: 'sue', expiresAt: T, isReviewed: false };
const who = (personId: string, over: object = {}) => ({ personId, may: true, isIndependent: true, ...over });

describe('a decision', () => {
  test('is approved or refused by another who may, in time', () => {
    for (const [verb, state] of [['approve', 'approved'], ['refuse', 'refused']] as const) expect(step(base, who('bob'), verb, AT.inTime)).toEqual({ ok: true, state });
    expect(verbsFor(base, who('bob'), AT.inTime)).toEqual(['approve', 'refuse']);
    expect(verbsFor(base, who('ann'), AT.inTime)).toEqual(['withdraw']);
  });

  test.each([
    ['who proposed it', who('ann'), 'decisions.own'], ['whom it is about', who('sue'), 'decisions.about_you'], ['who may not do it there', who('bob', { may: false }), 'decisions.not_qualified'],
    ['whose sign-in the proposer made within a day', who('bob', { isIndependent: false }), 'decisions.not_independent'],
  ])('is not approved by %s', (_who, decider, code) => {
    expect(step(base, decider, 'approve', AT.inTime)).toMatchObject({ ok: false, code });
  });

  test('is not decided once its time ran out, at the very moment neither', () => {
    expect(step(base, who('bob'), 'approve', AT.late)).toMatchObject({ ok: false, kind: 'conflict' });
  });

  test('that was taken alone is looked at once, by another', () => {
    const alone: Standing = { ...base, state: 'alone' };
    expect(step(alone, who('bob'), 'review', AT.late)).toEqual({ ok: true, state: 'alone' });
    expect(step(alone, who('ann'), 'review', AT.late)).toMatchObject({ code: 'decisions.own' });
    expect(step({ ...alone, isReviewed: true }, who('bob'), 'review', AT.late)).toMatchObject({ code: 'decisions.reviewed' });
    expect(step(base, who('bob'), 'review', AT.inTime)).toMatchObject({ code: 'decisions.not_alone' });
  });
});

type Act = { by: 'ann' | 'bob'; verb: DecisionVerb | 'expire' };
const ACTS: readonly Act[] = (['ann', 'bob'] as const).flatMap((by) => (['approve', 'refuse', 'withdraw', 'review', 'expire'] as const).map((verb) => ({ by, verb })));

/** Every order of five acts of two people, whoever proposed, and what each brought about. */
function* courses(depth: number): Generator<readonly Act[]> {
  if (depth === 0) return yield [];
  for (const act of ACTS) for (const rest of courses(depth - 1)) yield [act, ...rest];
}

test('in every order of acts of two people it is decided at most once, never by who proposed it, and never after its end', () => {
  const seen = new Map<string, number>();
  for (const course of courses(5)) {
    let standing: Standing = { ...base, subjectId: null };
    let decided = 0;
    for (const { by, verb } of course) {
      const before: DecisionState = standing.state;
      if (verb === 'expire') {
        if (before === 'waiting') standing = { ...standing, state: 'expired' };
        continue;
      }
      const next = step(standing, who(by), verb, AT.inTime);
      if (!next.ok) continue;
      expect(before).toBe('waiting');
      expect(by === 'ann').toBe(verb === 'withdraw');
      decided++;
      standing = { ...standing, state: next.state };
    }
    expect(decided).toBeLessThanOrEqual(1);
    seen.set(standing.state, (seen.get(standing.state) ?? 0) + 1);
  }
  expect([...seen.keys()].sort()).toEqual(['approved', 'expired', 'refused', 'waiting', 'withdrawn']);
  expect([...seen.values()].reduce((sum, n) => sum + n, 0)).toBe(ACTS.length ** 5);
});
