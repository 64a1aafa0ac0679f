import { openDraws, type Draws } from '../draws/draws.ts';
import { normalTable } from '../draws/quantile-table.ts';
import { correlate } from './correlate.ts';
import type { Leaf, LossPlan, ScenarioPlan } from './plan.ts';
import { tableFor } from './quantity.ts';
import { addLosses, closeBlock, openTally, type BlockMoments, type Column, type Histogram } from './tally.ts';
import { drawEvents, type Years } from './year.ts';

/** Rows of a block: what is worked out in one go, and summed up by itself before blocks are joined in order. */
export const BLOCK_ROWS = 16_384;
const PIECE = 1024;

export const blocksOf = (rows: number): number => Math.ceil(rows / BLOCK_ROWS);
const rowsOf = (block: number, rows: number): number => Math.min(BLOCK_ROWS, rows - block * BLOCK_ROWS);

/** What a run has worked out: histograms and moments of its blocks, by curve. */
export type LossPart = { histograms: Histogram[]; blocks: { block: number; moments: BlockMoments[] }[] };

/**
 * A run over some of the blocks of a model. First `contests` of every block, whose sums give each scenario's vulnerability; then `losses` of every block.
 * Which run does which blocks, and in what order, changes nothing.
 */
export type LossRun = {
  /** In how many rows of the block each scenario's threat capability exceeds its resistance strength; 0 where there is no such contest. */
  contests(block: number): number[];
  losses(block: number, vulnerability: readonly number[]): void;
  part(): LossPart;
};

/** How many entries exceed their counterparts: equal ones do not. */
export function countAbove(capability: ArrayLike<number>, resistance: ArrayLike<number>, count: number): number {
  let above = 0;
  for (let i = 0; i < count; i++) above += (capability[i] as number) > (resistance[i] as number) ? 1 : 0;
  return above;
}

/** Columns of a run: losses, what is drawn, and a second for products. */
const [LOSS, DRAWN, SECOND] = [0, 1, 2];
const columnOf = (values: Float64Array): Column => ({ values, bits: new Uint32Array(values.buffer, values.byteOffset, 2 * values.length) });

type Piece = { first: number; start: number; count: number };

/** Values of a leaf for a piece of a block, into a column. */
export function drawLeaf(draws: Draws, leaf: Leaf, column: number, { first, start, count }: Piece, correlated: readonly Uint32Array[]): void {
  if (leaf.table === null) {
    (draws.columns[column] as Float64Array).fill(leaf.value, 0, count);
    return;
  }
  if (leaf.correlated === null) draws.fill(leaf.place, first, count);
  else draws.words.set((correlated[leaf.correlated] as Uint32Array).subarray(start, start + count));
  draws.look(leaf.table, column, count);
}

function times(into: Float64Array, by: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[i] = (into[i] as number) * (by[i] as number);
}

function timesRest(into: Float64Array, cut: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[i] = (into[i] as number) * (1 - (cut[i] as number));
}

function scale(into: Float64Array, by: number, count: number): void {
  if (by !== 1) for (let i = 0; i < count; i++) into[i] = (into[i] as number) * by;
}

function addProduct(into: Float64Array, a: Float64Array, b: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[i] = (into[i] as number) + (a[i] as number) * (b[i] as number);
}

function addTo(into: Float64Array, start: number, values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[start + i] = (into[start + i] as number) + (values[i] as number);
}

/** Multiplies a column by factors and by what cuts leave of it. */
function multiply(draws: Draws, into: number, leaves: readonly Leaf[], cuts: readonly Leaf[], piece: Piece, correlated: readonly Uint32Array[]): void {
  const target = draws.columns[into] as Float64Array;
  const drawn = draws.columns[DRAWN] as Float64Array;
  for (const leaf of leaves) {
    if (leaf.table === null) {
      scale(target, leaf.value, piece.count);
      continue;
    }
    drawLeaf(draws, leaf, DRAWN, piece, correlated);
    times(target, drawn, piece.count);
  }
  for (const cut of cuts) {
    drawLeaf(draws, cut, DRAWN, piece, correlated);
    timesRest(target, drawn, piece.count);
  }
}

/** LEF × LM of each row of a piece, into the column of losses. */
function annualise(draws: Draws, plan: ScenarioPlan, vulnerability: number, piece: Piece, correlated: readonly Uint32Array[]): void {
  const [loss, drawn, second] = draws.columns as [Float64Array, Float64Array, Float64Array];
  drawLeaf(draws, plan.primary, LOSS, piece, correlated);
  for (const { share, amount } of plan.secondary) {
    drawLeaf(draws, share, DRAWN, piece, correlated);
    drawLeaf(draws, amount, SECOND, piece, correlated);
    addProduct(loss, drawn, second, piece.count);
  }
  multiply(draws, LOSS, plan.frequency, [...plan.frequencyCuts, ...plan.magnitudeCuts], piece, correlated);
  scale(loss, vulnerability, piece.count);
}

/** Events of each row and their amounts summed up, into the column of losses. */
function liveYears(draws: Draws, plan: ScenarioPlan, vulnerability: number, piece: Piece, correlated: readonly Uint32Array[], years: Years): void {
  const [loss, , rate] = draws.columns as [Float64Array, Float64Array, Float64Array];
  rate.fill(vulnerability, 0, piece.count);
  multiply(draws, SECOND, plan.frequency, plan.frequencyCuts, piece, correlated);
  const { correlated: own } = plan.events;
  if (own === null) draws.fill(plan.events.place, piece.first, piece.count);
  else draws.words.set((correlated[own] as Uint32Array).subarray(piece.start, piece.start + piece.count));
  drawEvents(draws, plan, years, piece, rate, loss);
  multiply(draws, LOSS, [], plan.magnitudeCuts, piece, correlated);
}

const piecesOf = (block: number, rows: number): Piece[] => {
  const count = rowsOf(block, rows);
  return Array.from({ length: Math.ceil(count / PIECE) }, (_, i) => ({ first: block * BLOCK_ROWS + i * PIECE, start: i * PIECE, count: Math.min(PIECE, count - i * PIECE) }));
};

/** Opens a run of a model of so many rows. Throws RangeError for a seed that is no whole number from 0 to 2^53 − 1. */
export function openLossRun(plan: LossPlan, seed: number, rows: number): LossRun {
  const tables = [...plan.tables.map(tableFor), ...(plan.factor ? [normalTable()] : [])];
  const draws = openDraws({ seed, tables, columns: 3, most: PIECE });
  const tallies = plan.curves.map(({ most }) => openTally(most));
  const blocks: LossPart['blocks'] = [];
  const loss = columnOf(draws.columns[LOSS] as Float64Array);
  const site = columnOf(new Float64Array(BLOCK_ROWS));
  const all = columnOf(new Float64Array(BLOCK_ROWS));
  const leaves = plan.factor?.leaves ?? [];
  const correlated = leaves.map(() => new Uint32Array(BLOCK_ROWS));
  const independent = leaves.map(() => new Float64Array(PIECE));
  const years: Years = { counts: new Float64Array(PIECE), amounts: new Float64Array(PIECE) };

  const correlateBlock = (pieces: readonly Piece[]): void => {
    if (!plan.factor) return;
    for (const { first, start, count } of pieces) {
      for (const [i, place] of plan.factorPlaces.entries()) {
        draws.fill(place, first, count);
        draws.look(plan.normal, DRAWN, count);
        (independent[i] as Float64Array).set((draws.columns[DRAWN] as Float64Array).subarray(0, count));
      }
      correlate(plan.factor, independent, correlated.map((words) => words.subarray(start)), count);
    }
  };
  const simulateScenario = (s: number, vulnerability: number, pieces: readonly Piece[]): void => {
    const scenario = plan.scenarios[s] as ScenarioPlan;
    const chance = scenario.contest ? vulnerability : 1;
    for (const piece of pieces) {
      if (plan.model.row === 'annualised') annualise(draws, scenario, chance, piece, correlated);
      else liveYears(draws, scenario, chance, piece, correlated, years);
      addLosses(tallies[s] as (typeof tallies)[number], loss, piece.count);
      addTo(site.values, piece.start, loss.values, piece.count);
    }
  };
  return {
    contests: (block) => plan.scenarios.map(({ contest }) => {
      if (!contest) return 0;
      return piecesOf(block, rows).reduce((sum, piece) => {
        drawLeaf(draws, contest.capability, LOSS, piece, []);
        drawLeaf(draws, contest.resistance, DRAWN, piece, []);
        return sum + countAbove(draws.columns[LOSS] as Float64Array, draws.columns[DRAWN] as Float64Array, piece.count);
      }, 0);
    }),
    losses: (block, vulnerability) => {
      const pieces = piecesOf(block, rows);
      const count = rowsOf(block, rows);
      correlateBlock(pieces);
      all.values.fill(0);
      for (const { curve, scenarios } of plan.sites) {
        site.values.fill(0);
        for (const s of scenarios) simulateScenario(s, vulnerability[s] ?? 0, pieces);
        if (curve !== null) addLosses(tallies[curve] as (typeof tallies)[number], site, count);
        addTo(all.values, 0, site.values, count);
      }
      addLosses(tallies[plan.curves.length - 1] as (typeof tallies)[number], all, count);
      blocks.push({ block, moments: tallies.map(closeBlock) });
    },
    part: () => ({ histograms: tallies.map(({ histogram }) => histogram), blocks }),
  };
}
