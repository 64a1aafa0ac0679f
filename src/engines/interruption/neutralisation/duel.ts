import { refuse, type Refusal } from '../path/task.ts';

/** Who still stands: responders who are there when the fight begins, and adversaries. Whole numbers of at most 1,000. */
export type Sides = { responders: number; adversaries: number };

/** P_N of a duel. */
export type Duel = { ok: true; neutralisation: number };

const MOST = 1000;

const wrongCount = (value: number, at: string): Refusal | null => (Number.isInteger(value) && value >= 0 && value <= MOST ? null : refuse(at, `A side has a whole number of people from 0 to ${MOST}; ${value} is none.`));

/** W(r, a) = p W(r, a − 1) + (1 − p) W(r − 1, a); W(·, 0) = 1; W(0, a) = 0 for a above 0. */
function duel(sides: Sides, adversaryFalls: (responders: number, adversaries: number) => number): Duel | Refusal {
  const wrong = wrongCount(sides.responders, 'responders') ?? wrongCount(sides.adversaries, 'adversaries');
  if (wrong) return wrong;
  let wins = new Float64Array(sides.adversaries + 1);
  wins[0] = 1;
  for (let r = 1; r <= sides.responders; r++) {
    const next = new Float64Array(sides.adversaries + 1);
    next[0] = 1;
    for (let a = 1; a <= sides.adversaries; a++) {
      const p = adversaryFalls(r, a);
      next[a] = p * (next[a - 1] as number) + (1 - p) * (wins[a] as number);
    }
    wins = next;
  }
  return { ok: true, neutralisation: wins[sides.adversaries] as number };
}

/** A duel of constant odds: `adversaryFalls` is the probability that the next to fall is an adversary, whatever the numbers. */
export const constantDuel = (sides: Sides, adversaryFalls: number): Duel | Refusal =>
  adversaryFalls >= 0 && adversaryFalls <= 1 ? duel(sides, () => adversaryFalls) : refuse('adversaryFalls', `A probability lies between 0 and 1; ${adversaryFalls} does not.`);

/** A duel in which the odds follow the numbers (a stochastic Lanchester square law): p = αr / (αr + a), α the response's lethality over the adversary's. */
export const proportionalDuel = (sides: Sides, lethality: number): Duel | Refusal =>
  lethality >= 0 && lethality < Number.POSITIVE_INFINITY ? duel(sides, (r, a) => (lethality * r) / (lethality * r + a)) : refuse('lethality', `A ratio of lethality is 0 or more; ${lethality} is not.`);

/** How many responders are there at a time, from waves of people with the time of their arrival in seconds. A wave that arrives just then counts. */
export const respondersAt = (waves: readonly { people: number; arrivesS: number }[], timeS: number): number =>
  waves.reduce((there, wave) => there + (wave.arrivesS <= timeS ? wave.people : 0), 0);
