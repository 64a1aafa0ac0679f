import type { LossPlan } from './plan.ts';
import { BLOCK_ROWS, openRows, piecesOf, type Piece } from './rows.ts';
import { addLosses, closeBlock, openTally, type BlockMoments, type Column, type Histogram, type Tally } from './tally.ts';

/** What a run has worked out: histograms and moments of its blocks, by curve. */
export type LossPart = { histograms: Histogram[]; blocks: { block: number; moments: BlockMoments[] }[] };

/** Of the rows of a block in which all scenarios together lose more than a threshold: how many, and what each scenario loses in them. */
export type TailSums = { rows: number; sums: number[] };

/**
 * A run over some of the blocks of a model. First `contests` of every block, whose sums give each scenario's vulnerability; then `losses` of every block; then,
 * if wanted, `tail` of every block. Which run does which blocks, and in what order, changes nothing.
 */
export type LossRun = {
  /** In how many rows of the block each scenario's threat capability exceeds its resistance strength; 0 where there is no such contest. */
  contests(block: number): number[];
  losses(block: number, vulnerability: readonly number[]): void;
  part(): LossPart;
  tail(block: number, vulnerability: readonly number[], threshold: number): TailSums;
};

const columnOf = (values: Float64Array): Column => ({ values, bits: new Uint32Array(values.buffer, values.byteOffset, 2 * values.length) });

function addTo(into: Float64Array, start: number, values: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) into[start + i] = (into[start + i] as number) + (values[i] as number);
}

/** The sum of a scenario's losses in the rows of a piece in which all together exceed the threshold. */
function sumAbove(losses: Float64Array, all: Float64Array, { start, count }: Piece, threshold: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) if ((all[start + i] as number) > threshold) sum += losses[i] as number;
  return sum;
}

/** Opens a run of a model of so many rows. Throws RangeError for a seed that is no whole number from 0 to 2^53 − 1. */
export function openLossRun(plan: LossPlan, seed: number, rows: number): LossRun {
  const work = openRows(plan, seed);
  const tallies = plan.curves.map(({ most }) => openTally(most));
  const tallyOf = (curve: number): Tally => tallies[curve] as Tally;
  const blocks: LossPart['blocks'] = [];
  const loss = columnOf(work.losses);
  const site = columnOf(new Float64Array(BLOCK_ROWS));
  const all = columnOf(new Float64Array(BLOCK_ROWS));

  /** Works out all scenarios of a block, site by site; `all` then has the sums of its rows. */
  const eachScenario = (pieces: readonly Piece[], vulnerability: readonly number[], onPiece: (scenario: number, piece: Piece) => void, onSite: (curve: number | null, count: number) => void): void => {
    const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
    work.begin(pieces);
    all.values.fill(0);
    for (const { curve, scenarios } of plan.sites) {
      site.values.fill(0);
      for (const s of scenarios) {
        for (const piece of pieces) {
          work.scenario(s, vulnerability[s] ?? 0, piece);
          onPiece(s, piece);
          addTo(site.values, piece.start, loss.values, piece.count);
        }
      }
      onSite(curve, count);
      addTo(all.values, 0, site.values, count);
    }
  };
  const nothing = (): void => {};
  return {
    contests: (block) => plan.scenarios.map((_, s) => piecesOf(block, rows).reduce((sum, piece) => sum + work.contest(s, piece), 0)),
    losses: (block, vulnerability) => {
      const pieces = piecesOf(block, rows);
      eachScenario(pieces, vulnerability, (s, { count }) => addLosses(tallyOf(s), loss, count), (curve, count) => {
        if (curve !== null) addLosses(tallyOf(curve), site, count);
      });
      addLosses(tallyOf(tallies.length - 1), all, pieces.reduce((sum, { count }) => sum + count, 0));
      blocks.push({ block, moments: tallies.map(closeBlock) });
    },
    part: () => ({ histograms: tallies.map(({ histogram }) => histogram), blocks }),
    tail: (block, vulnerability, threshold) => {
      const pieces = piecesOf(block, rows);
      eachScenario(pieces, vulnerability, nothing, nothing);
      const totals = all.values.slice();
      const sums = plan.scenarios.map(() => 0);
      const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
      eachScenario(pieces, vulnerability, (s, piece) => {
        sums[s] = (sums[s] ?? 0) + sumAbove(loss.values, totals, piece, threshold);
      }, nothing);
      return { rows: totals.subarray(0, count).reduce((sum, total) => sum + (total > threshold ? 1 : 0), 0), sums };
    },
  };
}
