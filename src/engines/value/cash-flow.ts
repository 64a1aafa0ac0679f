import { firstRefusal, refuse, type Refusal } from '../refusal.ts';
import { wrongAmount, type Figure } from './loss.ts';

/** Amounts at the ends of periods 0, 1, 2 …: what is paid is negative. Period 0 is today and is not discounted. */
export type CashFlow = readonly number[];

const ROUNDS = 2000;

function wrongFlow(flow: CashFlow, at: string): Refusal | null {
  if (flow.length === 0) return refuse(at, 'There is no cash flow.');
  return firstRefusal(flow.map((amount, t) => (Number.isFinite(amount) ? null : refuse(`${at}[${t}]`, `The amount of period ${t} is missing or no number: ${amount}.`))));
}

const wrongRate = (rate: number, at = 'rate'): Refusal | null => (rate > -1 && rate < Number.POSITIVE_INFINITY ? null : refuse(at, `A rate a period lies above −1 (0.1 is 10 %); ${rate} does not.`));

const valueAt = (flow: CashFlow, rate: number): number => flow.reduceRight((later, amount) => amount + later / (1 + rate), 0);

/** NPV = Σ CF_t / (1 + r)^t. */
export function netPresentValue(flow: CashFlow, rate: number): Figure | Refusal {
  return wrongFlow(flow, 'flow') ?? wrongRate(rate) ?? { ok: true, value: valueAt(flow, rate) };
}

/** How often a flow changes from paying to receiving or back, periods of 0 left out. */
export function signChanges(flow: CashFlow): number {
  const signs = flow.filter((amount) => amount !== 0).map(Math.sign);
  return signs.filter((sign, i) => i > 0 && sign !== signs[i - 1]).length;
}

/**
 * IRR: the rate at which NPV is 0. A flow that changes its sign once has exactly one (Descartes); one that never does has none, and one that does so
 * several times may have several: both are refused.
 */
export function internalRate(flow: CashFlow): Figure | Refusal {
  const wrong = wrongFlow(flow, 'flow');
  if (wrong) return wrong;
  const changes = signChanges(flow);
  if (changes === 0) return refuse('flow', 'The flow is only paid or only received, so no rate brings it to 0.');
  if (changes > 1) return refuse('flow', `The flow changes its sign ${changes} times, so it may have up to ${changes} rates; none of them is its return.`);
  // In x = 1 / (1 + r) the value is a polynomial with one root above 0.
  const first = Math.sign(flow.find((amount) => amount !== 0) ?? 0);
  const value = (x: number): number => first * flow.reduceRight((later, amount) => amount + later * x, 0);
  let [low, high] = [0, 1];
  while (value(high) > 0 && high < 1e100) [low, high] = [high, high * 2];
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (value(middle) > 0) low = middle;
    else high = middle;
  }
  return high > 0 && high < 1e100 ? { ok: true, value: 1 / high - 1 } : refuse('flow', 'The rate is too far from 0 to be worked out.');
}

/**
 * Payback: after how many periods what came in makes up for what was paid, evenly within the period; of discounted amounts where a rate is given. Of a flow
 * that goes under again later it is the last time that counts. Refused where it never does.
 */
export function payback(flow: CashFlow, rate = 0): Figure | Refusal {
  const wrong = wrongFlow(flow, 'flow') ?? wrongRate(rate);
  if (wrong) return wrong;
  const amounts = flow.map((amount, t) => amount / (1 + rate) ** t);
  let sum = 0;
  let found: number | null = null;
  for (const [t, amount] of amounts.entries()) {
    const before = sum;
    sum += amount;
    if (sum < 0) found = null;
    else found ??= t === 0 ? 0 : t - 1 + (amount > 0 ? -before / amount : 0);
  }
  return found === null ? refuse('flow', 'What is paid is never made up for.') : { ok: true, value: found };
}

/** BCR = PV(benefits) / PV(costs), both given as amounts of 0 or more. */
export function benefitCost({ benefits, costs, rate }: { benefits: CashFlow; costs: CashFlow; rate: number }): Figure | Refusal {
  const wrongOf = (flow: CashFlow, at: string): Refusal | null => wrongFlow(flow, at) ?? firstRefusal(flow.map((amount, t) => wrongAmount(amount, `${at}[${t}]`)));
  const wrong = wrongOf(benefits, 'benefits') ?? wrongOf(costs, 'costs') ?? wrongRate(rate);
  if (wrong) return wrong;
  const cost = valueAt(costs, rate);
  return cost === 0 ? refuse('costs', 'Without a cost there is no ratio to it.') : { ok: true, value: valueAt(benefits, rate) / cost };
}
