import type { Refusal } from '../refusal.ts';
import { wrongModel } from './check.ts';
import type { LossModel, Measure, Scenario } from './model.ts';
import { certain, momentsOf, quantileOf, shareBelow, type Quantity } from './quantity.ts';

/** Mean and standard deviation of a row, and the chance of a row without loss where it is known; null where there is no closed form. */
export type ClosedForm = { id: string; mean: number; sd: number | null; noLoss: number | null };

type Product = { mean: number; square: number };

const POINTS = 4000;
const ONE: Product = { mean: 1, square: 1 };

const both = (a: Product, b: Product): Product => ({ mean: a.mean * b.mean, square: a.square * b.square });
const sum = (a: Product, b: Product): Product => ({ mean: a.mean + b.mean, square: a.square + b.square + 2 * a.mean * b.mean });
const rest = (cut: Quantity): Product => {
  const { mean, square } = momentsOf(cut);
  return { mean: 1 - mean, square: 1 - 2 * mean + square };
};

/** P(capability > resistance) by quadrature over the capability's quantiles: the midpoints of 4,000 even steps; equal values do not exceed. */
export function chanceAbove(capability: Quantity, resistance: Quantity): number {
  const known = certain(capability);
  if (known !== null) return shareBelow(resistance, known);
  let share = 0;
  for (let i = 0; i < POINTS; i++) share += shareBelow(resistance, quantileOf(capability, (i + 0.5) / POINTS)) / POINTS;
  return share;
}

/** Loss events a year: the product of what the tree gives, less what measures take off. */
function frequencyOf(scenario: Scenario, cuts: readonly Quantity[]): Product {
  const { lossEventFrequency, threatEventFrequency, contactFrequency, probabilityOfAction, vulnerability, threatCapability, resistanceStrength } = scenario;
  const factors = [lossEventFrequency, threatEventFrequency, contactFrequency, probabilityOfAction, vulnerability].filter((one) => one !== undefined).map(momentsOf);
  const share = threatCapability === undefined || resistanceStrength === undefined ? 1 : chanceAbove(threatCapability, resistanceStrength);
  return [...factors, ...cuts.map(rest)].reduce(both, { mean: share, square: share ** 2 });
}

/** Amount of an event: the primary loss, and each secondary one in its share of events (`year`) or at its share of the amount (`annualised`). */
function amountOf({ primaryLoss, secondary = [] }: Scenario, row: LossModel['row']): Product {
  return secondary.reduce((total: Product, { lossEventFrequency, lossMagnitude }) => {
    const share = momentsOf(lossEventFrequency);
    const amount = momentsOf(lossMagnitude);
    return sum(total, row === 'annualised' ? both(share, amount) : { mean: share.mean * amount.mean, square: share.mean * amount.square });
  }, momentsOf(primaryLoss));
}

const cutsOf = (measures: readonly Measure[], scenario: string, side: 'frequency' | 'magnitude'): Quantity[] =>
  measures.flatMap(({ effects }) => effects.flatMap((effect) => (effect.scenario === scenario && effect.on === side ? [effect.reduction] : [])));

const spread = (square: number, mean: number): number => Math.sqrt(Math.max(0, square - mean ** 2));

function closedOf(scenario: Scenario, { row, measures = [] }: LossModel): ClosedForm {
  const frequency = frequencyOf(scenario, cutsOf(measures, scenario.id, 'frequency'));
  const kept = cutsOf(measures, scenario.id, 'magnitude').map(rest).reduce(both, ONE);
  const amount = amountOf(scenario, row);
  const mean = frequency.mean * amount.mean * kept.mean;
  if (row === 'annualised') return { id: scenario.id, mean, sd: spread(frequency.square * amount.square * kept.square, mean), noLoss: null };
  // A year's sum given its rate has mean λm and square λq + λ²m² (m and q the amount's moments); what the measures keep is one number a year.
  const square = kept.square * (frequency.mean * amount.square + frequency.square * amount.mean ** 2);
  const isCertain = spread(frequency.square, frequency.mean) <= 1e-12 * frequency.mean;
  return { id: scenario.id, mean, sd: spread(square, mean), noLoss: isCertain && momentsOf(scenario.primaryLoss).low > 0 ? Math.exp(-frequency.mean) : null };
}

/**
 * Each scenario's moments worked out instead of drawn, and last those of all. Where correlations stand, the spread of all has no closed form, nor has a
 * scenario with a correlation inside it.
 */
export function closedForm(model: LossModel): { ok: true; scenarios: ClosedForm[]; all: ClosedForm } | Refusal {
  const wrong = wrongModel(model);
  if (wrong) return wrong;
  const { correlations = [] } = model;
  const isTied = (id: string): boolean => correlations.some(({ a, b }) => a.scenario === id && b.scenario === id);
  const scenarios = model.scenarios.map((scenario) => (isTied(scenario.id) ? { id: scenario.id, mean: Number.NaN, sd: null, noLoss: null } : closedOf(scenario, model)));
  const total = scenarios.reduce((a, { mean }) => a + mean, 0);
  const shared = (model.measures ?? []).some(({ effects }) => new Set(effects.filter(({ reduction }) => certain(reduction) === null).map(({ scenario }) => scenario)).size > 1);
  const variance = scenarios.reduce((a, { sd }) => a + (sd ?? Number.NaN) ** 2, 0);
  const noLoss = scenarios.reduce((a, one) => a * (one.noLoss ?? Number.NaN), 1);
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return { ok: true, scenarios, all: { id: '', mean: total, sd: correlations.length > 0 || shared ? null : known(Math.sqrt(variance)), noLoss: correlations.length > 0 ? null : known(noLoss) } };
}
