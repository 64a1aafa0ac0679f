import { openDraws, type Draws } from '../draws/draws.ts';
import { normalTable } from '../draws/quantile-table.ts';
import { correlate } from './correlate.ts';
import type { Leaf, LossPlan, ScenarioPlan } from './plan.ts';
import { tableFor } from './quantity.ts';
import { drawEvents, type Years } from './year.ts';

/** Rows of a block: what is worked out in one go, and summed up by itself before blocks are joined in order. */
export const BLOCK_ROWS = 16_384;
const PIECE_ROWS = 1024;

export const blocksOf = (rows: number): number => Math.ceil(rows / BLOCK_ROWS);

/** A part of a block: its first row of all, where it starts in the block, and how many rows it has. */
export type Piece = { first: number; start: number; count: number };

/** The pieces of a block of a run of so many rows. */
export function piecesOf(block: number, rows: number): Piece[] {
  const count = Math.min(BLOCK_ROWS, rows - block * BLOCK_ROWS);
  return Array.from({ length: Math.ceil(count / PIECE_ROWS) }, (_, i) => ({ first: block * BLOCK_ROWS + i * PIECE_ROWS, start: i * PIECE_ROWS, count: Math.min(PIECE_ROWS, count - i * PIECE_ROWS) }));
}

/** Works out rows of scenarios, piece by piece. */
export type Rows = {
  /** The losses of a scenario, as `scenario` leaves them. */
  readonly losses: Float64Array;
  /** Makes ready for a block: what its correlated quantities are. */
  begin(pieces: readonly Piece[]): void;
  scenario(number: number, vulnerability: number, piece: Piece): void;
  /** In how many rows a scenario's threat capability exceeds its resistance strength; 0 without such a contest. */
  contest(number: number, piece: Piece): number;
};

/** Columns: losses, what is drawn, and a second for products. */
const [LOSS, DRAWN, SECOND] = [0, 1, 2];

/** How many entries exceed their counterparts: equal ones do not. */
export function countAbove(capability: ArrayLike<number>, resistance: ArrayLike<number>, count: number): number {
  let above = 0;
  for (let i = 0; i < count; i++) above += (capability[i] as number) > (resistance[i] as number) ? 1 : 0;
  return above;
}

/** Values of a leaf for a piece of a block, into a column. */
function drawLeaf(draws: Draws, leaf: Leaf, column: number, { first, start, count }: Piece, correlated: readonly Uint32Array[]): void {
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

/** Opens rows over the tables of a plan. Throws RangeError for a seed that is no whole number from 0 to 2^53 − 1. */
export function openRows(plan: LossPlan, seed: number): Rows {
  const tables = [...plan.tables.map(tableFor), ...(plan.factor ? [normalTable()] : [])];
  const draws = openDraws({ seed, tables, columns: 3, most: PIECE_ROWS });
  const [losses, drawn] = draws.columns as [Float64Array, Float64Array];
  const leaves = plan.factor?.leaves ?? [];
  const correlated = leaves.map(() => new Uint32Array(BLOCK_ROWS));
  const independent = leaves.map(() => new Float64Array(PIECE_ROWS));
  const years: Years = { counts: new Float64Array(PIECE_ROWS), amounts: new Float64Array(PIECE_ROWS) };
  return {
    losses,
    begin: (pieces) => {
      if (!plan.factor) return;
      for (const { first, start, count } of pieces) {
        for (const [i, place] of plan.factorPlaces.entries()) {
          draws.fill(place, first, count);
          draws.look(plan.normal, DRAWN, count);
          (independent[i] as Float64Array).set(drawn.subarray(0, count));
        }
        correlate(plan.factor, independent, correlated.map((words) => words.subarray(start)), count);
      }
    },
    scenario: (number, vulnerability, piece) => {
      const scenario = plan.scenarios[number] as ScenarioPlan;
      const chance = scenario.contest ? vulnerability : 1;
      if (plan.model.row === 'annualised') annualise(draws, scenario, chance, piece, correlated);
      else liveYears(draws, scenario, chance, piece, correlated, years);
    },
    contest: (number, piece) => {
      const { contest } = plan.scenarios[number] as ScenarioPlan;
      if (!contest) return 0;
      drawLeaf(draws, contest.capability, LOSS, piece, []);
      drawLeaf(draws, contest.resistance, DRAWN, piece, []);
      return countAbove(losses, drawn, piece.count);
    },
  };
}
