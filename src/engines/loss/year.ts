import { poissonQuantile } from '../distributions/poisson.ts';
import type { Draws } from '../draws/draws.ts';
import type { Leaf, ScenarioPlan } from './plan.ts';

/** Arrays that years are worked out in, as long as a piece. */
export type Years = { counts: Float64Array; amounts: Float64Array };

const WORDS = 2 ** 32;
const DRAWN = 1;

/** Numbers of events of each row, from the words that stand in `draws`, by the quantile of the Poisson distribution. */
function countEvents({ words }: Draws, rate: Float64Array, counts: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) counts[i] = poissonQuantile(((words[i] as number) + 0.5) / WORDS, rate[i] as number);
}

/** Values of a leaf for the listed events, into the second column. */
function drawAt(draws: Draws, leaf: Leaf, count: number): Float64Array {
  const drawn = draws.columns[DRAWN] as Float64Array;
  if (leaf.table === null) return drawn.fill(leaf.value, 0, count);
  draws.fillAt(leaf.place, count);
  draws.look(leaf.table, DRAWN, count);
  return drawn;
}

/** Amounts of the listed events: the primary one, and each secondary one that happens. */
function drawAmounts(draws: Draws, { primary, secondary }: ScenarioPlan, amounts: Float64Array, count: number, happens: Uint8Array): void {
  amounts.set(drawAt(draws, primary, count).subarray(0, count));
  for (const { share, amount, happens: place } of secondary) {
    const drawn = drawAt(draws, share, count);
    draws.fillAt(place, count);
    for (let e = 0; e < count; e++) happens[e] = ((draws.words[e] as number) + 0.5) / WORDS < (drawn[e] as number) ? 1 : 0;
    const amountDrawn = drawAt(draws, amount, count);
    for (let e = 0; e < count; e++) if (happens[e] === 1) amounts[e] = (amounts[e] as number) + (amountDrawn[e] as number);
  }
}

/** Draws how many loss events each year of a piece has, and the amount of each; `loss` receives the sums of the years. */
export function drawEvents(draws: Draws, plan: ScenarioPlan, { counts, amounts }: Years, { first, count }: { first: number; count: number }, rate: Float64Array, loss: Float64Array): void {
  countEvents(draws, rate, counts, count);
  loss.fill(0, 0, count);
  const happens = new Uint8Array(draws.most);
  let listed = 0;
  const flush = (): void => {
    drawAmounts(draws, plan, amounts, listed, happens);
    for (let e = 0; e < listed; e++) {
      const row = (draws.rows[e] as number) - first;
      loss[row] = (loss[row] as number) + (amounts[e] as number);
    }
    listed = 0;
  };
  for (let i = 0; i < count; i++) {
    for (let event = 1; event <= (counts[i] as number); event++) {
      draws.rows[listed] = first + i;
      draws.events[listed++] = event;
      if (listed === draws.most) flush();
    }
  }
  if (listed > 0) flush();
}
