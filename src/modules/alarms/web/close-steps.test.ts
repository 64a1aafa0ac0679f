import { describe, expect, it } from 'vitest';
import { causesFor, dispositions, faultOf } from '../rules.ts';
import { closeStep, keyAt, oneStepBack, type Said } from './close-steps.ts';

/** Every way through the questions by answers that are offered. */
function ways(said: Said): Said[] {
  const step = closeStep(said);
  if (step.ask === 'rest') return [said];
  if (step.ask === 'disposition') return dispositions.flatMap((one) => ways({ disposition: one.key }));
  const skipped = step.canSkip ? ways({ ...said, cause: null }) : [];
  return [...skipped, ...(step.ask === 'group' ? step.groups.flatMap((group) => ways({ ...said, group })) : step.causes.flatMap((cause) => ways({ ...said, cause: cause.key })))];
}

describe('the way to closing', () => {
  const all = ways({});

  it('offers every disposition with every cause that fits it, once', () => {
    const expected = dispositions.reduce((total, one) => total + causesFor(one).length + (one.cause === 'required' ? 0 : 1), 0);
    expect(all).toHaveLength(expected);
  });

  it('never ends at a finding that would be refused for its cause', () => {
    for (const { disposition = '', cause = null } of all) expect(faultOf({ disposition, cause, note: 'seen on camera' })).toBeNull();
  });

  it('asks the group first only where there are several', () => {
    expect(closeStep({ disposition: 'nuisance' })).toMatchObject({ ask: 'group', groups: ['environment', 'people', 'process', 'design'] });
    expect(closeStep({ disposition: 'user-error' })).toMatchObject({ ask: 'cause' });
    expect(closeStep({ disposition: 'genuine' })).toMatchObject({ ask: 'rest' });
  });

  it('goes back one answer at a time', () => {
    const said = { disposition: 'nuisance', group: 'environment', cause: 'wind' };
    const back = oneStepBack(said);
    expect(back).toEqual({ disposition: 'nuisance', group: 'environment' });
    expect(oneStepBack(back)).toEqual({ disposition: 'nuisance' });
    expect(oneStepBack(oneStepBack(back))).toEqual({});
  });

  it('has a key for every answer of a step', () => {
    const most = Math.max(dispositions.length, ...dispositions.flatMap((one) => Object.values(Object.groupBy(causesFor(one), ({ group }) => group)).map((causes) => causes.length + 1)));
    expect(keyAt(most - 1)).toBeDefined();
    expect([keyAt(0), keyAt(9), keyAt(10)]).toEqual(['1', '0', 'A']);
  });
});
