import { describe, expect, it } from 'vitest';
import { wrongModel } from './check.ts';
import type { Correlation, LeafName, LossModel, Measure, Scenario } from './model.ts';
import { planLoss } from './plan.ts';
import type { Quantity } from './quantity.ts';
import { simulateLoss } from './reduce.ts';
import { good, lognormal, pert, refusedAt, uniform } from './testing.ts';

const plain: Scenario = { id: 'a', lossEventFrequency: 1, primaryLoss: 1000 };
const model = (scenario: Partial<Scenario>, row: LossModel['row'] = 'annualised'): LossModel => ({ row, scenarios: [{ ...plain, ...scenario }] });
const wanting = (quantity: unknown): LossModel => model({ primaryLoss: quantity as Quantity });
/** A scenario whose frequency is given by these and nothing else. */
const tree = (given: Partial<Scenario>): LossModel => ({ row: 'annualised', scenarios: [{ id: 'a', primaryLoss: 1, ...given }] });

describe('a quantity is refused with its field', () => {
  it.each<[string, unknown, string]>([
    ['missing', undefined, 'scenarios[0].primaryLoss'],
    ['null', null, 'scenarios[0].primaryLoss'],
    ['not a number', Number.NaN, 'scenarios[0].primaryLoss'],
    ['infinite', Number.POSITIVE_INFINITY, 'scenarios[0].primaryLoss'],
    ['negative', -1, 'scenarios[0].primaryLoss'],
    ['a text', '5', 'scenarios[0].primaryLoss.low'],
    ['with a negative low end', pert(-1, 2, 3), 'scenarios[0].primaryLoss.low'],
    ['with a low end that is no number', pert(Number.NaN, 2, 3), 'scenarios[0].primaryLoss.low'],
    ['with its ends crossed', pert(3, 2, 1), 'scenarios[0].primaryLoss.high'],
    ['with the mode below the low end', pert(2, 1, 3), 'scenarios[0].primaryLoss.mode'],
    ['with the mode above the high end', pert(1, 4, 3), 'scenarios[0].primaryLoss.mode'],
    ['without a mode', { kind: 'pert', low: 1, high: 3 }, 'scenarios[0].primaryLoss.mode'],
    ['without weight on the mode', { kind: 'pert', low: 1, mode: 2, high: 3, weight: 0 }, 'scenarios[0].primaryLoss.weight'],
    ['of a shape that is not one', { kind: 'pert', low: 1, mode: 2, high: 3, shape: 'beta' }, 'scenarios[0].primaryLoss.shape'],
    ['lognormal from 0', lognormal(0, 3), 'scenarios[0].primaryLoss.low'],
    ['lognormal with one end', lognormal(3, 3), 'scenarios[0].primaryLoss.high'],
    ['lognormal crossed', lognormal(4, 3), 'scenarios[0].primaryLoss.high'],
    ['of no kind', { kind: 'gamma', low: 1, high: 2 }, 'scenarios[0].primaryLoss.kind'],
  ])('%s', (_what, quantity, at) => {
    expect(refusedAt(wrongModel(wanting(quantity)))).toBe(at);
  });

  it('and a share may not reach past 1', () => {
    for (const [vulnerability, at] of [[1.1, ''], [pert(0, 0.5, 1.2), '.high'], [lognormal(0.1, 0.9), '']] as const) {
      expect(refusedAt(wrongModel(tree({ threatEventFrequency: 1, vulnerability })))).toBe(`scenarios[0].vulnerability${at}`);
    }
  });

  it('while ends that are one make it certain', () => {
    expect(wrongModel(wanting(pert(5, 5, 5)))).toBeNull();
    expect(wrongModel(wanting(uniform(5, 5)))).toBeNull();
  });
});

describe('a tree is refused with its field', () => {
  it.each<[string, Partial<Scenario>, string]>([
    ['without a frequency', {}, 'lossEventFrequency'],
    ['with contacts that are not said to act', { contactFrequency: 1, vulnerability: 1 }, 'probabilityOfAction'],
    ['without a vulnerability', { threatEventFrequency: 1 }, 'vulnerability'],
    ['with a capability and nothing against it', { threatEventFrequency: 1, threatCapability: 1 }, 'resistanceStrength'],
    ['with two frequencies', { lossEventFrequency: 1, threatEventFrequency: 1 }, 'threatEventFrequency'],
    ['with threat events and contacts', { threatEventFrequency: 1, contactFrequency: 1, vulnerability: 1 }, 'contactFrequency'],
    ['with a vulnerability and where it comes from', { threatEventFrequency: 1, vulnerability: 1, resistanceStrength: 1 }, 'resistanceStrength'],
    ['with a vulnerability below loss events', { lossEventFrequency: 1, vulnerability: 0.5 }, 'vulnerability'],
    ['with a negative frequency', { lossEventFrequency: -0.1 }, 'lossEventFrequency'],
    ['with a secondary loss without amount', { lossEventFrequency: 1, secondary: [{ lossEventFrequency: 0.5, lossMagnitude: Number.NaN }] }, 'secondary[0].lossMagnitude'],
    ['with a secondary share above 1', { lossEventFrequency: 1, secondary: [{ lossEventFrequency: 1.5, lossMagnitude: 1 }] }, 'secondary[0].lossEventFrequency'],
  ])('%s', (_what, given, field) => {
    expect(refusedAt(wrongModel(tree(given)))).toBe(`scenarios[0].${field}`);
  });
});

describe('a model is refused with its field', () => {
  it('with no scenario, two of one name, one without a name, or rows of no kind', () => {
    expect(refusedAt(wrongModel({ row: 'annualised', scenarios: [] }))).toBe('scenarios');
    expect(refusedAt(wrongModel({ row: 'annualised', scenarios: [plain, plain] }))).toBe('scenarios[1].id');
    expect(refusedAt(wrongModel(model({ id: '' })))).toBe('scenarios[0].id');
    expect(refusedAt(wrongModel({ ...model({}), row: 'month' as 'year' }))).toBe('row');
  });

  it('where more events a year are to be drawn than can be', () => {
    expect(refusedAt(wrongModel(model({ lossEventFrequency: 20_000 }, 'year')))).toBe('scenarios[0]');
    expect(wrongModel(model({ lossEventFrequency: 20_000 }))).toBeNull();
  });

  it.each<[string, Measure['effects'][number][], string]>([
    ['on no scenario', [{ scenario: 'b', on: 'frequency', reduction: 0.1 }], 'effects[0].scenario'],
    ['on nothing', [{ scenario: 'a', on: 'vulnerability' as 'frequency', reduction: 0.1 }], 'effects[0].on'],
    ['of more than all', [{ scenario: 'a', on: 'frequency', reduction: 1.1 }], 'effects[0].reduction'],
    ['that makes it worse', [{ scenario: 'a', on: 'frequency', reduction: -0.1 }], 'effects[0].reduction'],
    ['twice on one', [{ scenario: 'a', on: 'frequency', reduction: 0.1 }, { scenario: 'a', on: 'frequency', reduction: 0.2 }], 'effects[1]'],
  ])('with a measure %s', (_what, effects, at) => {
    expect(refusedAt(wrongModel({ ...model({}), measures: [{ id: 'm', effects }] }))).toBe(`measures[0].${at}`);
  });

  const tied = (a: LeafName, b: LeafName, rank: number, row: LossModel['row'] = 'annualised'): LossModel => ({
    row,
    scenarios: ['a', 'b'].map((id): Scenario => ({ id, threatEventFrequency: uniform(0, 5), threatCapability: uniform(0, 1), resistanceStrength: 0.5, primaryLoss: uniform(1, 2) })),
    correlations: [{ a: { scenario: 'a', leaf: a }, b: { scenario: 'b', leaf: b }, rank }],
  });
  it.each<[string, LossModel, string]>([
    ['past 1', tied('primaryLoss', 'primaryLoss', 1.2), 'correlations[0].rank'],
    ['that is no number', tied('primaryLoss', 'primaryLoss', Number.NaN), 'correlations[0].rank'],
    ['of what is certain', tied('primaryLoss', 'resistanceStrength', 0.5), 'correlations[0].b.leaf'],
    ['of what only makes a mean', tied('threatCapability', 'primaryLoss', 0.5), 'correlations[0].a.leaf'],
    ['of what is not in the tree', tied('contactFrequency', 'primaryLoss', 0.5), 'correlations[0].a.leaf'],
    ['of events where none are counted', tied('events', 'primaryLoss', 0.5), 'correlations[0].a.leaf'],
    ['of amounts where each event has its own', tied('events', 'primaryLoss', 0.5, 'year'), 'correlations[0].b.leaf'],
    ['with no scenario', { ...tied('primaryLoss', 'primaryLoss', 0), correlations: [{ a: { scenario: 'c', leaf: 'primaryLoss' }, b: { scenario: 'a', leaf: 'primaryLoss' }, rank: 0 }] }, 'correlations[0].a.scenario'],
    ['with itself', { ...tied('primaryLoss', 'primaryLoss', 0), correlations: [{ a: { scenario: 'a', leaf: 'primaryLoss' }, b: { scenario: 'a', leaf: 'primaryLoss' }, rank: 0 }] }, 'correlations[0]'],
  ])('with a correlation %s', (_what, given, at) => {
    expect(refusedAt(planLoss(given))).toBe(at);
  });

  it('with correlations that no three quantities can have together, or one listed twice', () => {
    const scenarios = ['a', 'b', 'c'].map((id): Scenario => ({ id, lossEventFrequency: uniform(0, 1), primaryLoss: 1 }));
    const pair = (a: string, b: string, rank: number): Correlation => ({ a: { scenario: a, leaf: 'lossEventFrequency' }, b: { scenario: b, leaf: 'lossEventFrequency' }, rank });
    expect(refusedAt(planLoss({ row: 'annualised', scenarios, correlations: [pair('a', 'b', 0.9), pair('b', 'c', 0.9), pair('a', 'c', -0.9)] }))).toBe('correlations');
    expect(refusedAt(planLoss({ row: 'annualised', scenarios, correlations: [pair('a', 'b', 1), pair('b', 'c', 1), pair('a', 'c', 0.5)] }))).toBe('correlations');
    expect(refusedAt(planLoss({ row: 'annualised', scenarios, correlations: [pair('a', 'b', 0.9), pair('b', 'a', 0.8)] }))).toBe('correlations[1]');
    expect(planLoss({ row: 'annualised', scenarios, correlations: [pair('a', 'b', 1), pair('b', 'c', 1), pair('a', 'c', 1)] }).ok).toBe(true);
  });
});

describe('a run is refused with its field', () => {
  it('with a seed or a number of rows that is none', () => {
    const { plan } = good(planLoss(model({})));
    for (const seed of [-1, 0.5, Number.NaN]) expect(refusedAt(simulateLoss(plan, seed, 100))).toBe('seed');
    for (const rows of [0, 1, 10.5, Number.NaN, 2e9]) expect(refusedAt(simulateLoss(plan, 1, rows))).toBe('rows');
  });
});
