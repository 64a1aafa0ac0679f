import { firstRefusal, refuse, wrongIds, type Refusal } from '../refusal.ts';
import type { Correlation, LeafName, LossModel, Measure, Scenario } from './model.ts';
import { AMOUNT, ANY, certain, FREQUENCY, momentsOf, SHARE, wrongQuantity, type Quantity, type Range } from './quantity.ts';

const RANGES = {
  lossEventFrequency: FREQUENCY, threatEventFrequency: FREQUENCY, contactFrequency: FREQUENCY, probabilityOfAction: SHARE,
  vulnerability: SHARE, threatCapability: ANY, resistanceStrength: ANY, primaryLoss: AMOUNT,
} as const satisfies Record<string, Range>;
type PlainLeaf = keyof typeof RANGES;

const MOST_EVENTS = 10_000;
const MOST_SCENARIOS = 2000;

/** The quantities of a scenario by their names. */
export function leavesOf(scenario: Scenario): Map<LeafName, Quantity> {
  const leaves = new Map<LeafName, Quantity>();
  for (const name of Object.keys(RANGES) as PlainLeaf[]) {
    const value = scenario[name];
    if (value !== undefined) leaves.set(name, value);
  }
  for (const [j, { lossEventFrequency, lossMagnitude }] of (scenario.secondary ?? []).entries()) leaves.set(`secondary[${j}].lossEventFrequency`, lossEventFrequency).set(`secondary[${j}].lossMagnitude`, lossMagnitude);
  return leaves;
}

/** Which levels of the frequency's tree are given: exactly one way from the top. */
function wrongTree(scenario: Scenario, at: string): Refusal | null {
  const has = (name: PlainLeaf): boolean => scenario[name] !== undefined;
  const below: PlainLeaf[] = ['threatEventFrequency', 'contactFrequency', 'probabilityOfAction', 'vulnerability', 'threatCapability', 'resistanceStrength'];
  if (has('lossEventFrequency')) {
    const second = below.find(has);
    return second ? refuse(`${at}.${second}`, 'The frequency of loss events is given already, so nothing below it can be.') : null;
  }
  if (has('threatEventFrequency')) {
    const second = (['contactFrequency', 'probabilityOfAction'] as const).find(has);
    if (second) return refuse(`${at}.${second}`, 'The frequency of threat events is given already, so nothing below it can be.');
  } else {
    if (!has('contactFrequency')) return refuse(`${at}.lossEventFrequency`, 'A frequency is missing: of loss events, of threat events, or of contacts.');
    if (!has('probabilityOfAction')) return refuse(`${at}.probabilityOfAction`, 'The share of contacts that act is missing.');
  }
  if (has('vulnerability')) {
    const second = (['threatCapability', 'resistanceStrength'] as const).find(has);
    return second ? refuse(`${at}.${second}`, 'The vulnerability is given already, so nothing below it can be.') : null;
  }
  if (!has('threatCapability')) return refuse(`${at}.vulnerability`, 'The vulnerability is missing, or the threat capability and the resistance strength that it comes from.');
  return has('resistanceStrength') ? null : refuse(`${at}.resistanceStrength`, 'The resistance strength that the threat capability is compared with is missing.');
}

function* scenarioChecks(scenario: Scenario, at: string): Iterable<Refusal | null> {
  yield wrongTree(scenario, at);
  for (const name of Object.keys(RANGES) as PlainLeaf[]) if (name === 'primaryLoss' || scenario[name] !== undefined) yield wrongQuantity(scenario[name], RANGES[name], `${at}.${name}`);
  for (const [j, { lossEventFrequency, lossMagnitude }] of (scenario.secondary ?? []).entries()) {
    yield wrongQuantity(lossEventFrequency, SHARE, `${at}.secondary[${j}].lossEventFrequency`);
    yield wrongQuantity(lossMagnitude, AMOUNT, `${at}.secondary[${j}].lossMagnitude`);
  }
}

/** How many events a year are to be drawn at most on average, vulnerability left out. */
function meanEvents({ lossEventFrequency, threatEventFrequency, contactFrequency, probabilityOfAction }: Scenario): number {
  const mean = (value: Quantity | undefined): number => (value === undefined ? 1 : momentsOf(value).mean);
  return lossEventFrequency === undefined ? mean(threatEventFrequency ?? contactFrequency) * (threatEventFrequency === undefined ? mean(probabilityOfAction) : 1) : mean(lossEventFrequency);
}

function* measureChecks({ effects }: Measure, at: string, ids: ReadonlySet<string>): Iterable<Refusal | null> {
  const seen = new Set<string>();
  for (const [j, { scenario, on, reduction }] of effects.entries()) {
    const here = `${at}.effects[${j}]`;
    if (!ids.has(scenario)) yield refuse(`${here}.scenario`, `There is no scenario ${scenario}.`);
    if (on !== 'frequency' && on !== 'magnitude') yield refuse(`${here}.on`, 'A measure acts on the frequency or on the magnitude.');
    if (seen.has(`${on} ${scenario}`)) yield refuse(here, `The measure acts twice on the ${on} of ${scenario}.`);
    seen.add(`${on} ${scenario}`);
    yield wrongQuantity(reduction, SHARE, `${here}.reduction`);
  }
}

/** A leaf that is drawn once a row, and drawn at all. */
function wrongLeaf({ row, scenarios }: LossModel, { scenario, leaf }: Correlation['a'], at: string): Refusal | null {
  const found = scenarios.find(({ id }) => id === scenario);
  if (!found) return refuse(`${at}.scenario`, `There is no scenario ${scenario}.`);
  if (leaf === 'events') return row === 'year' ? null : refuse(`${at}.leaf`, 'Events are counted only where a row is a year.');
  const value = leavesOf(found).get(leaf);
  if (value === undefined) return refuse(`${at}.leaf`, `The scenario ${scenario} has no ${leaf}.`);
  if (certain(value) !== null) return refuse(`${at}.leaf`, `The ${leaf} of ${scenario} is certain, so nothing can rise with it.`);
  if (leaf === 'threatCapability' || leaf === 'resistanceStrength') return refuse(`${at}.leaf`, 'The vulnerability is one mean over all rows, so what it comes from cannot rise with anything.');
  if (row === 'year' && (leaf === 'primaryLoss' || leaf.startsWith('secondary'))) return refuse(`${at}.leaf`, 'In a year each event has its own amount; correlate the frequencies or the events.');
  return null;
}

function* correlationChecks(model: LossModel): Iterable<Refusal | null> {
  const seen = new Set<string>();
  for (const [i, { a, b, rank }] of (model.correlations ?? []).entries()) {
    const at = `correlations[${i}]`;
    yield wrongLeaf(model, a, `${at}.a`) ?? wrongLeaf(model, b, `${at}.b`);
    if (!(rank >= -1 && rank <= 1)) yield refuse(`${at}.rank`, `A rank correlation lies between −1 and 1; ${rank} does not.`);
    const pair = [a, b].map(({ scenario, leaf }) => JSON.stringify([scenario, leaf])).sort();
    if (pair[0] === pair[1]) yield refuse(at, 'A quantity cannot be correlated with itself.');
    if (seen.has(pair.join())) yield refuse(at, 'This pair is listed already.');
    seen.add(pair.join());
  }
}

function* modelChecks(model: LossModel): Iterable<Refusal | null> {
  const { row, scenarios, measures = [] } = model;
  if (row !== 'annualised' && row !== 'year') yield refuse('row', 'A row is annualised or a year.');
  if (scenarios.length === 0) yield refuse('scenarios', 'There is no scenario.');
  if (scenarios.length > MOST_SCENARIOS) yield refuse('scenarios', `There are more than ${MOST_SCENARIOS} scenarios.`);
  yield wrongIds(scenarios.map(({ id }) => id), (i) => `scenarios[${i}].id`);
  for (const [i, scenario] of scenarios.entries()) {
    yield* scenarioChecks(scenario, `scenarios[${i}]`);
    if (row === 'year' && meanEvents(scenario) > MOST_EVENTS) yield refuse(`scenarios[${i}]`, `More than ${MOST_EVENTS} events a year are not drawn one by one; let a row be annualised.`);
  }
  const ids = new Set(scenarios.map(({ id }) => id));
  yield wrongIds(measures.map(({ id }) => id), (i) => `measures[${i}].id`);
  for (const [i, measure] of measures.entries()) yield* measureChecks(measure, `measures[${i}]`, ids);
  yield* correlationChecks(model);
}

/** Null, or what is wrong first with a model. That correlations fit each other is checked where they are put together. */
export const wrongModel = (model: LossModel): Refusal | null => firstRefusal(modelChecks(model));
