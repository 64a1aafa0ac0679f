import { refuse, type Refusal } from '../refusal.ts';
import { levelOf, spreadOf, type Curve } from './curve.ts';
import { MOST_ROWS } from './model.ts';
import type { CurvePlan, LossPlan } from './plan.ts';
import { blocksOf } from './rows.ts';
import { openLossRun, type LossPart, type LossRun, type TailSums } from './simulate.ts';
import { mergeHistogram, mergeMoments, openHistogram, type BlockMoments } from './tally.ts';

/** Changes whenever the same model, seed and rows may give other figures than before. */
export const LOSS_ENGINE = 'loss 1';

/** The curves of a run, with what it takes to run it again to the same bytes: engine, seed, rows and, kept by the caller, the model. */
export type LossResult = { ok: true; engine: string; seed: number; rows: number; vulnerability: readonly (number | null)[]; curves: readonly Curve[]; tail: Tail | null };

/** What each scenario brings to the worst rows of all: those whose loss exceeds the value at risk. `means` are their mean losses there; they add up to `mean`. */
export type Tail = { share: number; threshold: number; rows: number; mean: number; means: readonly number[] };

const NOTHING: BlockMoments = { rows: 0, mean: 0, squares: 0 };

/** Null, or what is wrong with the seed or the number of rows of a run. */
export function wrongRun(seed: number, rows: number): Refusal | null {
  if (!Number.isSafeInteger(seed) || seed < 0) return refuse('seed', `A seed is a whole number from 0 to 2^53 - 1; ${seed} is not.`);
  return Number.isInteger(rows) && rows >= 2 && rows <= MOST_ROWS ? null : refuse('rows', `The number of rows is a whole one from 2 to ${MOST_ROWS}; ${rows} is not.`);
}

/** Each scenario's vulnerability: the share of all rows in which the capability exceeds the resistance, from the contests of every block. */
export const vulnerabilityOf = ({ scenarios }: LossPlan, contests: readonly (readonly number[])[], rows: number): number[] => scenarios.map((_, s) => contests.reduce((sum, counts) => sum + (counts[s] ?? 0), 0) / rows);

/** Variance that a mean has because the vulnerabilities under it are means themselves. */
function contestVariance(plan: LossPlan, curve: number, means: readonly number[], vulnerability: readonly number[], rows: number): number {
  const s = plan.scenarios.length;
  const members = curve < s ? [curve] : (plan.sites.find((site) => site.curve === curve)?.scenarios ?? plan.scenarios.map((_, i) => i));
  return members.reduce((sum, i) => {
    const v = vulnerability[i] ?? 0;
    return plan.scenarios[i]?.contest && v > 0 ? sum + ((means[i] ?? 0) ** 2 * (1 - v)) / (v * rows) : sum;
  }, 0);
}

function convergenceOf(blocks: readonly BlockMoments[]): Curve['convergence'] {
  const out: { rows: number; mean: number; standardError: number }[] = [];
  let sum = NOTHING;
  for (const [i, block] of blocks.entries()) {
    sum = mergeMoments(sum, block);
    if (i + 1 === blocks.length || ((i + 1) & i) === 0) out.push({ rows: sum.rows, mean: sum.mean, standardError: spreadOf(sum).standardError });
  }
  return out;
}

function curveOf({ of, id, most }: CurvePlan, c: number, parts: readonly LossPart[], blocks: readonly BlockMoments[]): Curve {
  const histogram = openHistogram(most);
  for (const part of parts) mergeHistogram(histogram, part.histograms[c] as Curve['histogram']);
  const total = blocks.reduce(mergeMoments, NOTHING);
  return { of, id, rows: total.rows, mean: total.mean, ...spreadOf(total), noLoss: histogram.zeros / total.rows, histogram, convergence: convergenceOf(blocks) };
}

/** Joins the parts of a run, block by block in their order. Refused where a block is missing or there twice: a partial sum is no sum. */
export function reduceLoss(plan: LossPlan, seed: number, rows: number, vulnerability: readonly number[], parts: readonly LossPart[]): LossResult | Refusal {
  const blocks = parts.flatMap((part) => part.blocks).sort((a, b) => a.block - b.block);
  const wrong = blocks.findIndex(({ block }, i) => block !== i);
  if (blocks.length !== blocksOf(rows) || wrong >= 0) return refuse('parts', `The run is not whole: it has ${blocks.length} of ${blocksOf(rows)} blocks${wrong >= 0 ? `, and number ${wrong} is not there once` : ''}.`);
  const curves = plan.curves.map((curve, c) => curveOf(curve, c, parts, blocks.map(({ moments }) => moments[c] ?? NOTHING)));
  const means = curves.map(({ mean }) => mean);
  return {
    ok: true, engine: LOSS_ENGINE, seed, rows, tail: null,
    vulnerability: plan.scenarios.map(({ contest }, s) => (contest ? (vulnerability[s] ?? null) : null)),
    curves: curves.map((curve, c) => ({ ...curve, standardError: Math.sqrt(curve.standardError ** 2 + contestVariance(plan, c, means, vulnerability, rows)) })),
  };
}

/** Where the worst rows begin: the value at risk of all at a share of rows below 1. */
export function tailThreshold({ curves }: LossResult, share: number): { ok: true; threshold: number } | Refusal {
  const all = curves.at(-1);
  if (!(share >= 0 && share < 1) || !all) return refuse('share', `A tail begins at a share of rows from 0 to below 1; ${share} is not one.`);
  const level = levelOf(all, share);
  return level.ok ? { ok: true, threshold: level.valueAtRisk } : level;
}

/** Joins the tails of every block, in their order. Of no row above the threshold the means are 0. */
export function reduceTail(share: number, threshold: number, blocks: readonly TailSums[]): Tail {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const sums = (blocks[0]?.sums ?? []).map((_, s) => blocks.reduce((sum, block) => sum + (block.sums[s] ?? 0), 0));
  const means = sums.map((sum) => (rows === 0 ? 0 : sum / rows));
  return { share, threshold, rows, mean: means.reduce((sum, mean) => sum + mean, 0), means };
}

/** Runs a model in one go, in this thread; with what each scenario brings to the worst rows, from a share on, where one is given. */
export function simulateLoss(plan: LossPlan, seed: number, rows: number, tailShare?: number): LossResult | Refusal {
  const wrong = wrongRun(seed, rows);
  if (wrong) return wrong;
  const run: LossRun = openLossRun(plan, seed, rows);
  const blocks = Array.from({ length: blocksOf(rows) }, (_, block) => block);
  const vulnerability = vulnerabilityOf(plan, blocks.map((block) => run.contests(block)), rows);
  for (const block of blocks) run.losses(block, vulnerability);
  const result = reduceLoss(plan, seed, rows, vulnerability, [run.part()]);
  if (!result.ok || tailShare === undefined) return result;
  const from = tailThreshold(result, tailShare);
  return from.ok ? { ...result, tail: reduceTail(tailShare, from.threshold, blocks.map((block) => run.tail(block, vulnerability, from.threshold))) } : from;
}
