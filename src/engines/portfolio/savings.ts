import { closedForm } from '../loss/closed.ts';
import type { LossModel } from '../loss/model.ts';
import { refuse, type Refusal } from '../refusal.ts';
import type { Measure, Portfolio } from './problem.ts';

/** Scenarios and measures of a portfolio without their costs. */
export type Savings = { ok: true; scenarios: Portfolio['scenarios']; measures: Omit<Measure, 'cost'>[] };

/**
 * What each measure of a loss model saves of each scenario's mean loss a year when it stands alone, in closed form. Shares that measures take off compound, so
 * a portfolio of these is of the kind `compounding`. Refused where a scenario has no closed form, since its own quantities rise together.
 */
export function savingsOf(model: LossModel): Savings | Refusal {
  const { measures = [] } = model;
  const bare = closedForm({ ...model, measures: [] });
  if (!bare.ok) return bare;
  const unknown = bare.scenarios.findIndex(({ mean }) => Number.isNaN(mean));
  if (unknown >= 0) return refuse(`scenarios[${unknown}]`, 'Quantities of this scenario rise together, so its mean has no closed form; compare runs with and without each measure.');
  const alone = measures.map((measure) => closedForm({ ...model, measures: [measure] }));
  const wrong = alone.find((one) => !one.ok);
  if (wrong && !wrong.ok) return refuse(wrong.at.replace('measures[0]', `measures[${alone.indexOf(wrong)}]`), wrong.reason);
  return {
    ok: true,
    scenarios: bare.scenarios.map(({ id, mean }) => ({ id, loss: mean })),
    measures: measures.map(({ id, effects }, i) => {
      const one = alone[i];
      const touched = new Set(effects.map(({ scenario }) => scenario));
      const after = one?.ok ? one.scenarios : [];
      return { id, effects: bare.scenarios.flatMap(({ id: scenario, mean }, s) => (touched.has(scenario) ? [{ scenario, saves: Math.min(mean, Math.max(0, mean - (after[s]?.mean ?? mean))) }] : [])) };
    }),
  };
}
