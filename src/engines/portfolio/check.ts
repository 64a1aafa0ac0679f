import { firstRefusal, refuse, wrongIds, type Refusal } from '../refusal.ts';
import type { Measure, Portfolio } from './problem.ts';

const MOST = 1e15;
const MOST_PHASES = 20;

const wrongMoney = (value: number | null | undefined, at: string): Refusal | null =>
  Number.isSafeInteger(value) && (value ?? -1) >= 0 && (value ?? 0) <= MOST ? null : refuse(at, `This is a whole number of minor units from 0 to 10^15; ${value ?? 'nothing'} is not.`);

const wrongSize = (value: number | null | undefined, at: string): Refusal | null =>
  typeof value === 'number' && value >= 0 && value <= MOST ? null : refuse(at, `This is a number from 0 to 10^15; ${value ?? 'nothing'} is not.`);

function* measureChecks({ cost, effects, from = 0 }: Measure, at: string, losses: ReadonlyMap<string, number>, phases: number): Iterable<Refusal | null> {
  yield wrongMoney(cost, `${at}.cost`);
  if (!Number.isInteger(from) || from < 0 || from >= phases) yield refuse(`${at}.from`, `There is no phase ${from}.`);
  const seen = new Set<string>();
  for (const [j, { scenario, saves }] of effects.entries()) {
    const loss = losses.get(scenario);
    if (loss === undefined) yield refuse(`${at}.effects[${j}].scenario`, `There is no scenario ${scenario}.`);
    if (seen.has(scenario)) yield refuse(`${at}.effects[${j}].scenario`, `The measure has two effects on ${scenario}.`);
    seen.add(scenario);
    yield wrongSize(saves, `${at}.effects[${j}].saves`);
    if (loss !== undefined && saves > loss) yield refuse(`${at}.effects[${j}].saves`, `The measure cannot save ${saves} of a loss of ${loss}.`);
  }
}

/** All that a measure needs, directly or through what it needs; itself where it goes round in a circle. */
function needsOf(id: string, needs: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const open = [...(needs.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(needs.get(next) ?? []));
  }
  return found;
}

function* ruleChecks({ measures, exclusions = [], prerequisites = [] }: Portfolio): Iterable<Refusal | null> {
  const ids = new Set(measures.map(({ id }) => id));
  for (const [i, list] of exclusions.entries()) {
    for (const [j, id] of list.entries()) if (!ids.has(id)) yield refuse(`exclusions[${i}][${j}]`, `There is no measure ${id}.`);
    if (new Set(list).size !== list.length) yield refuse(`exclusions[${i}]`, 'A measure stands twice in the list.');
  }
  const needs = new Map<string, string[]>();
  for (const [i, { measure, needs: other }] of prerequisites.entries()) {
    if (!ids.has(measure)) yield refuse(`prerequisites[${i}].measure`, `There is no measure ${measure}.`);
    if (!ids.has(other)) yield refuse(`prerequisites[${i}].needs`, `There is no measure ${other}.`);
    needs.set(measure, [...(needs.get(measure) ?? []), other]);
  }
  for (const [i, { measure }] of prerequisites.entries()) {
    const all = needsOf(measure, needs);
    if (all.has(measure)) yield refuse(`prerequisites[${i}]`, `${measure} needs itself in the end.`);
    if (exclusions.some((list) => list.filter((id) => id === measure || all.has(id)).length > 1)) yield refuse(`prerequisites[${i}]`, `${measure} can never be bought: what it needs is excluded.`);
  }
}

function* pairChecks({ combine, measures, scenarios }: Portfolio): Iterable<Refusal | null> {
  if (!['additive', 'best-of-group', 'pairwise', 'compounding'].includes(combine.kind)) yield refuse('combine.kind', 'Effects combine additive, best-of-group, pairwise or compounding.');
  if (combine.kind !== 'pairwise') return;
  const ids = new Set(measures.map(({ id }) => id));
  const losses = new Map(scenarios.map(({ id, loss }) => [id, loss]));
  const seen = new Set<string>();
  for (const [i, { a, b, scenario, saves }] of combine.pairs.entries()) {
    const at = `combine.pairs[${i}]`;
    for (const [field, id] of [['a', a], ['b', b]] as const) if (!ids.has(id)) yield refuse(`${at}.${field}`, `There is no measure ${id}.`);
    if (a === b) yield refuse(at, 'A pair is of two measures.');
    if (!losses.has(scenario)) yield refuse(`${at}.scenario`, `There is no scenario ${scenario}.`);
    if (!(Math.abs(saves) <= MOST)) yield refuse(`${at}.saves`, `What a pair saves is a number; ${saves} is not.`);
    if (Math.abs(saves) > (losses.get(scenario) ?? MOST)) yield refuse(`${at}.saves`, `A pair cannot change a loss of ${losses.get(scenario)} by ${saves}.`);
    const key = JSON.stringify([scenario, ...[a, b].sort()]);
    if (seen.has(key)) yield refuse(at, 'This pair is listed already.');
    seen.add(key);
  }
}

function* checks(problem: Portfolio): Iterable<Refusal | null> {
  const { scenarios, measures, phases } = problem;
  yield wrongIds(scenarios.map(({ id }) => id), (i) => `scenarios[${i}].id`);
  for (const [i, { loss }] of scenarios.entries()) yield wrongSize(loss, `scenarios[${i}].loss`);
  if (phases.length === 0 || phases.length > MOST_PHASES) yield refuse('phases', `There are from 1 to ${MOST_PHASES} phases.`);
  for (const [p, { budget, years }] of phases.entries()) yield wrongMoney(budget, `phases[${p}].budget`) ?? wrongSize(years, `phases[${p}].years`);
  yield wrongIds(measures.map(({ id }) => id), (i) => `measures[${i}].id`);
  const losses = new Map(scenarios.map(({ id, loss }) => [id, loss]));
  for (const [i, measure] of measures.entries()) yield* measureChecks(measure, `measures[${i}]`, losses, phases.length);
  yield* ruleChecks(problem);
  yield* pairChecks(problem);
}

/** Null, or what is wrong first with a problem. */
export const wrongPortfolio = (problem: Portfolio): Refusal | null => firstRefusal(checks(problem));
