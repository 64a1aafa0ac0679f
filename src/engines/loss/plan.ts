import { poissonQuantile } from '../distributions/poisson.ts';
import type { Place } from '../draws/draws.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { leavesOf, wrongModel } from './check.ts';
import { factorCorrelations, keyOf, type Factor } from './correlate.ts';
import type { LeafName, LossModel, Scenario } from './model.ts';
import { certain, momentsOf, type Moments, type Quantity } from './quantity.ts';

/** A quantity as it is drawn: where its words come from, and its table; a certain one has only its value. */
export type Leaf = Moments & { place: Place; table: number | null; value: number; correlated: number | null };

/** A scenario as it is worked out, row by row: factors of the frequency and what is taken off it, the contest that makes the vulnerability, the magnitude. */
export type ScenarioPlan = {
  id: string;
  frequency: readonly Leaf[];
  frequencyCuts: readonly Leaf[];
  contest: { capability: Leaf; resistance: Leaf } | null;
  primary: Leaf;
  secondary: readonly { share: Leaf; amount: Leaf; happens: Place }[];
  magnitudeCuts: readonly Leaf[];
  events: { place: Place; correlated: number | null };
};

export type Uncertain = Exclude<Quantity, number>;

/** What a curve is of: a scenario, the scenarios of a site, or all. Its losses lie below `most`. */
export type CurvePlan = { of: 'scenario' | 'site' | 'all'; id: string; most: number };

/** A model ready to run. Curves stand in the order scenarios, sites, all; `sites` lists the scenarios of each site, and last those of none. */
export type LossPlan = {
  model: LossModel;
  scenarios: readonly ScenarioPlan[];
  sites: readonly { curve: number | null; scenarios: readonly number[] }[];
  curves: readonly CurvePlan[];
  /** What tables are made of where the plan is run; `normal` is the number of one more, of the standard normal distribution. */
  tables: readonly Uncertain[];
  normal: number;
  factor: Factor | null;
  factorPlaces: readonly Place[];
};

const MOST_TABLES = 4000;
const SLOTS: Partial<Record<LeafName, number>> = { contactFrequency: 0, probabilityOfAction: 1, threatEventFrequency: 2, lossEventFrequency: 3, vulnerability: 4, threatCapability: 5, resistanceStrength: 6, events: 7, primaryLoss: 8 };
const FIRST_SECONDARY_SLOT = 16;
const FREQUENCY_LEAVES = ['lossEventFrequency', 'threatEventFrequency', 'contactFrequency', 'probabilityOfAction', 'vulnerability'] as const satisfies LeafName[];

/** FNV-1a of a text, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Streams by name, so that a scenario draws the same numbers whatever stands beside it; where two names hash alike, the later takes the next number. */
function streamsOf(names: readonly string[]): Map<string, number> {
  const taken = new Set<number>();
  return new Map(names.map((name) => {
    let stream = hashOf(name);
    while (taken.has(stream)) stream = (stream + 1) >>> 0;
    taken.add(stream);
    return [name, stream];
  }));
}

const slotOf = (leaf: LeafName): number => SLOTS[leaf] ?? FIRST_SECONDARY_SLOT + 3 * Number(/\d+/.exec(leaf)?.[0] ?? 0) + (leaf.endsWith('lossMagnitude') ? 1 : 0);

type Maker = { leaf(quantity: Quantity, place: Place, correlated: number | null): Leaf; tables: Uncertain[] };

/** Makes leaves, and one table for all that are alike. */
function leafMaker(): Maker {
  const tables: Uncertain[] = [];
  const known = new Map<string, number>();
  const tableOf = (quantity: Uncertain): number => {
    const key = JSON.stringify(quantity);
    const table = known.get(key) ?? tables.push(quantity) - 1;
    known.set(key, table);
    return table;
  };
  const leaf = (quantity: Quantity, place: Place, correlated: number | null): Leaf => {
    const value = certain(quantity);
    return { ...momentsOf(quantity), place, table: value === null && typeof quantity !== 'number' ? tableOf(quantity) : null, value: value ?? 0, correlated };
  };
  return { leaf, tables };
}

function scenarioPlan(scenario: Scenario, { measures = [] }: LossModel, make: Maker, streams: ReadonlyMap<string, number>, correlated: ReadonlyMap<string, number>): ScenarioPlan {
  const stream = streams.get(`scenario ${scenario.id}`) ?? 0;
  const leaves = leavesOf(scenario);
  const correlatedOf = (leaf: LeafName): number | null => correlated.get(keyOf({ scenario: scenario.id, leaf })) ?? null;
  const make1 = (leaf: LeafName): Leaf => make.leaf(leaves.get(leaf) ?? 0, { stream, slot: slotOf(leaf) }, correlatedOf(leaf));
  const cuts = (side: 'frequency' | 'magnitude'): Leaf[] =>
    measures.flatMap(({ id, effects }) => effects.flatMap(({ scenario: on, on: what, reduction }, j) => (on === scenario.id && what === side ? [make.leaf(reduction, { stream: streams.get(`measure ${id}`) ?? 0, slot: j }, null)] : [])));
  return {
    id: scenario.id,
    frequency: FREQUENCY_LEAVES.filter((name) => leaves.has(name)).map(make1),
    frequencyCuts: cuts('frequency'),
    contest: leaves.has('threatCapability') ? { capability: make1('threatCapability'), resistance: make1('resistanceStrength') } : null,
    primary: make1('primaryLoss'),
    secondary: (scenario.secondary ?? []).map((_, j) => ({ share: make1(`secondary[${j}].lossEventFrequency`), amount: make1(`secondary[${j}].lossMagnitude`), happens: { stream, slot: FIRST_SECONDARY_SLOT + 3 * j + 2 } })),
    magnitudeCuts: cuts('magnitude'),
    events: { place: { stream, slot: SLOTS.events ?? 0 }, correlated: correlatedOf('events') },
  };
}

const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

/** Above every loss that a row of a scenario can have. */
function mostLoss({ frequency, primary, secondary }: ScenarioPlan, row: LossModel['row']): number {
  const rate = product(frequency.map(({ high }) => high));
  const amount = primary.high + secondary.reduce((sum, { share, amount: one }) => sum + (row === 'annualised' ? share.high : 1) * one.high, 0);
  return amount * (row === 'annualised' ? rate : poissonQuantile(1 - 2 ** -34, rate));
}

function sitesOf(scenarios: readonly Scenario[]): { names: string[]; members: number[][] } {
  const bySite = new Map<string | undefined, number[]>();
  for (const [i, { site }] of scenarios.entries()) bySite.set(site, [...(bySite.get(site) ?? []), i]);
  const names = [...bySite.keys()].filter((name) => name !== undefined);
  return { names, members: [...names, undefined].map((name) => bySite.get(name) ?? []) };
}

/** Checks a model and makes ready to run it. */
export function planLoss(model: LossModel): { ok: true; plan: LossPlan } | Refusal {
  const wrong = wrongModel(model);
  if (wrong) return wrong;
  const factored = model.correlations?.length ? factorCorrelations(model.correlations) : null;
  if (factored?.ok === false) return factored;
  const factor = factored?.factor ?? null;
  const correlated = new Map((factor?.leaves ?? []).map((leaf, i) => [keyOf(leaf), i]));
  const streams = streamsOf([...model.scenarios.map(({ id }) => `scenario ${id}`), ...(model.measures ?? []).map(({ id }) => `measure ${id}`)]);
  const make = leafMaker();
  const scenarios = model.scenarios.map((scenario) => scenarioPlan(scenario, model, make, streams, correlated));
  if (make.tables.length > MOST_TABLES) return refuse('scenarios', `There are more than ${MOST_TABLES} different uncertain quantities.`);
  const most = scenarios.map((one) => mostLoss(one, model.row));
  const { names, members } = sitesOf(model.scenarios);
  const sum = (of: readonly number[]): number => of.reduce((total, i) => total + (most[i] ?? 0), 0);
  const curves: CurvePlan[] = [
    ...scenarios.map(({ id }, i): CurvePlan => ({ of: 'scenario', id, most: most[i] ?? 0 })),
    ...names.map((id, i): CurvePlan => ({ of: 'site', id, most: sum(members[i] ?? []) })),
    { of: 'all', id: '', most: sum(scenarios.map((_, i) => i)) },
  ];
  const sites = members.map((of, i) => ({ curve: i < names.length ? scenarios.length + i : null, scenarios: of }));
  const factorPlaces = (factor?.leaves ?? []).map(({ scenario, leaf }) => ({ stream: streams.get(`scenario ${scenario}`) ?? 0, slot: slotOf(leaf) }));
  return { ok: true, plan: { model, scenarios, sites, curves, tables: make.tables, normal: make.tables.length, factor, factorPlaces } };
}
