import { describe, expect, it } from 'vitest';
import { answerTimes, dueTimes, msUntilDue, targetsOf } from './targets.ts';
import { aKind, kinds } from './testing.ts';

describe('answer targets', () => {
  it.each([
    ['life safety', kinds.panic, 30, 60],
    ['a confirmed break-in', kinds.confirmed, 30, 180],
    ['a break-in', kinds.burglary, 90, 180],
    ['a door held open', kinds.held, 180, 360],
    ['a fault of the lowest priority, within the shift', kinds.zoneTrouble, 28_800, null],
    ['life safety of a lower priority', aKind({ key: 'person.fight', profile: kinds.panic.profile }), 30, 60],
  ] as const)('are those of %s', (_name, kind, answerS, escalateS) => expect(answerTimes(kind)).toEqual({ answerS, escalateS }));

  it('lists the times of the answer profile as unverified beside our own', () => {
    expect(targetsOf(kinds.burglary)).toEqual([
      { withinS: 90, share: null, from: 'priority', isVerified: true },
      { withinS: 90, share: 0.8, from: 'profile', isVerified: false },
      { withinS: 180, share: 0.985, from: 'profile', isVerified: false },
    ]);
  });

  it('counts from when the alarm was raised', () => {
    expect(dueTimes(kinds.panic, '2026-11-20T23:59:45.000Z')).toEqual({ answerBy: '2026-11-21T00:00:15.000Z', escalateAt: '2026-11-21T00:00:45.000Z' });
    expect(dueTimes(kinds.zoneTrouble, '2026-11-20T12:00:00.000Z').escalateAt).toBeNull();
    expect(msUntilDue('2026-11-21T00:00:15.000Z', new Date('2026-11-21T00:00:16.500Z'))).toBe(-1500);
  });
});
