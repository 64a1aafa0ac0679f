import { describe, expect, it } from 'vitest';
import { nextStep, type Rights, verbsFor } from './next-step.ts';

const operator: Rights = { handle: true, close: true, supervise: false, declare: true };
const supervisor: Rights = { ...operator, supervise: true };
const reader: Rights = { handle: false, close: false, supervise: false, declare: false };
const alarm = { handling: 'unacknowledged' as const, isActive: true, ownerId: null, type: 'intrusion.alarm', priority: 2, incidentId: null };
const mine = { ...alarm, ownerId: 'me' };

describe('the next action', () => {
  it('is to claim, then to acknowledge, then to close', () => {
    expect(nextStep(alarm, 'me', operator)).toBe('claim');
    expect(nextStep(mine, 'me', operator)).toBe('acknowledge');
    expect(nextStep({ ...mine, handling: 'acknowledged' }, 'me', operator)).toBe('close');
    expect(nextStep({ ...mine, handling: 'closed' }, 'me', operator)).toBeNull();
  });

  it('is nobody else’s: what another holds can be taken over, which is never the filled button', () => {
    const theirs = { ...alarm, ownerId: 'ines' };
    expect(nextStep(theirs, 'me', supervisor)).toBeNull();
    expect(verbsFor(theirs, 'me', operator).has('take-over')).toBe(true);
  });

  it('is to bring back what is shelved, for a supervisor', () => {
    expect(nextStep({ ...alarm, handling: 'shelved' }, 'me', supervisor)).toBe('unshelve');
    expect(nextStep({ ...alarm, handling: 'shelved' }, 'me', operator)).toBeNull();
  });

  it('is nothing for who may only read', () => expect([...verbsFor(alarm, 'me', reader)]).toEqual([]));
});

describe('what else can be done', () => {
  it('shelving is a supervisor’s, and never of duress or fire', () => {
    expect(verbsFor(alarm, 'me', operator).has('shelve')).toBe(false);
    expect(verbsFor(alarm, 'me', supervisor).has('shelve')).toBe(true);
    expect(verbsFor({ ...alarm, type: 'duress.panic', priority: 1 }, 'me', supervisor).has('shelve')).toBe(false);
  });

  it('a closed alarm can still become an incident, once', () => {
    expect([...verbsFor({ ...mine, handling: 'closed' }, 'me', supervisor)]).toEqual(['declare']);
    expect([...verbsFor({ ...mine, handling: 'closed', incidentId: 'i' }, 'me', supervisor)]).toEqual([]);
  });
});
