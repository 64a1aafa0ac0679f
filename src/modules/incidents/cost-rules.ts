import type { CostLine, CostMissing, CostSum, MeasuredHours } from './cost-contract.ts';

/** Somebody or something that gave hours. Times ISO; `until` null while it runs. */
export type Giver = { source: 'card' | 'holder'; id: string; what: MeasuredHours['what']; name: string; agency: string; units: number; from: string; until: string | null; mergedFrom: string | null };
export type Rate = { what: MeasuredHours['what']; agency: string; rateMinor: number; currency: string; validFrom: string; setAt: string };
type Loss = { currency: string; amountMinor: number; recoveredMinor: number; isEstimate: boolean };
export type CostFacts = { givers: readonly Giver[]; rates: readonly Rate[]; lines: readonly CostLine[]; losses: readonly Loss[]; noLoss: boolean | null; isOpen: boolean; now: string };

const MINUTE_MS = 60_000;

/** An hour's price for minutes, rounded to the minor unit, half up; as the database checks it. */
export const priceOf = (minutes: number, rateMinor: number): number => Math.round((minutes * rateMinor) / 60);

/** The rate in force when the hours began: of the agency, else of whoever has none of their own; of several the one that began last. */
export function rateFor({ what, agency, from }: Pick<Giver, 'what' | 'agency' | 'from'>, rates: readonly Rate[]): Rate | null {
  const of = (name: string): Rate | undefined => rates.filter((rate) => rate.what === what && rate.agency.toLocaleLowerCase() === name.toLocaleLowerCase() && Date.parse(rate.validFrom) <= Date.parse(from))
    .sort((a, b) => Date.parse(b.validFrom) - Date.parse(a.validFrom) || Date.parse(b.setAt) - Date.parse(a.setAt))[0];
  return of(agency) ?? (agency === '' ? null : (of('') ?? null));
}

/** Hours that were measured, each with its price or why it has none. Who holds two positions at once, or holds one and stands on a card by name, is counted once at a time. */
export function measuredHours({ givers, rates, lines, now }: Pick<CostFacts, 'givers' | 'rates' | 'lines' | 'now'>): MeasuredHours[] {
  const inLine = new Set(lines.flatMap(({ insteadOf, struckAt }) => (insteadOf !== null && struckAt === null ? [insteadOf] : [])));
  const takenBy = new Map<string, [number, number][]>();
  const inOrder = [...givers].sort((a, b) => Number(a.source === 'holder') - Number(b.source === 'holder') || Date.parse(a.from) - Date.parse(b.from) || (a.id < b.id ? -1 : 1));
  return inOrder.map((giver) => {
    const span: [number, number] = [Date.parse(giver.from), Date.parse(giver.until ?? now)];
    const isOne = giver.source === 'holder' || giver.what === 'person';
    const taken = giver.source === 'holder' ? (takenBy.get(keyOf(giver)) ?? []) : [];
    const ms = Math.max(0, span[1] - span[0]) - overlapMs(span, taken);
    if (isOne) takenBy.set(keyOf(giver), [...(takenBy.get(keyOf(giver)) ?? []), span]);
    const minutes = Math.round((Math.max(0, ms) * giver.units) / MINUTE_MS);
    const rate = rateFor(giver, rates);
    const counted = inLine.has(giver.id) ? 'in-line' : minutes === 0 && taken.length > 0 ? 'same-person' : rate === null ? 'no-rate' : 'yes';
    const { source, id, what, name, agency, units, from, until, mergedFrom } = giver;
    return { source, id, what, name, agency, units, minutes, from, until, rateMinor: rate?.rateMinor ?? null, amountMinor: counted === 'yes' && rate ? priceOf(minutes, rate.rateMinor) : null, currency: rate?.currency ?? null, counted, mergedFrom };
  });
}

const keyOf = ({ name }: Giver): string => name.trim().toLocaleLowerCase();

/** How much of a span others cover; what two of them cover counts once. */
function overlapMs([from, until]: [number, number], others: readonly [number, number][]): number {
  let reached = from;
  let covered = 0;
  for (const [start, end] of [...others].sort((a, b) => a[0] - b[0])) {
    const [a, b] = [Math.max(start, reached), Math.min(end, until)];
    if (b > a) covered += b - a;
    reached = Math.max(reached, b);
  }
  return covered;
}

/** What it comes to in each currency, and what is missing before that is a total. */
export function costSheet(facts: CostFacts): { sums: CostSum[]; isWhole: boolean; hasEstimates: boolean; missing: CostMissing[]; hours: MeasuredHours[] } {
  const hours = measuredHours(facts);
  const lines = facts.lines.filter(({ struckAt }) => struckAt === null);
  const sums = new Map<string, CostSum>();
  const of = (currency: string): CostSum => {
    const sum = sums.get(currency) ?? { currency, lossMinor: 0, recoveredMinor: 0, hoursMinor: 0, linesMinor: 0, netMinor: 0 };
    sums.set(currency, sum);
    return sum;
  };
  for (const loss of facts.losses) {
    of(loss.currency).lossMinor += loss.amountMinor;
    of(loss.currency).recoveredMinor += loss.recoveredMinor;
  }
  for (const { amountMinor, currency } of hours) if (amountMinor !== null && currency !== null) of(currency).hoursMinor += amountMinor;
  for (const { kind, amountMinor, currency } of lines) of(currency)[kind === 'hours' ? 'hoursMinor' : 'linesMinor'] += amountMinor;
  const all = [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)).map((sum) => ({ ...sum, netMinor: sum.lossMinor - sum.recoveredMinor + sum.hoursMinor + sum.linesMinor }));
  const missing = missingOf(facts, hours);
  return { sums: all, isWhole: missing.length === 0, hasEstimates: lines.some(({ isEstimate }) => isEstimate) || facts.losses.some(({ isEstimate }) => isEstimate), missing, hours };
}

function missingOf({ losses, noLoss, isOpen }: CostFacts, hours: readonly MeasuredHours[]): CostMissing[] {
  return [
    ...(losses.length === 0 && noLoss !== true ? [{ kind: 'losses' as const, words: '', minutes: null }] : []),
    ...hours.filter(({ counted }) => counted === 'no-rate').map(({ name, agency, minutes }) => ({ kind: 'rate' as const, words: agency === '' ? name : `${name}, ${agency}`, minutes })),
    ...hours.filter(({ until, counted }) => until === null && counted !== 'in-line').map(({ name, agency, minutes }) => ({ kind: 'running' as const, words: agency === '' ? name : `${name}, ${agency}`, minutes })),
    ...(isOpen ? [{ kind: 'open' as const, words: '', minutes: null }] : []),
  ];
}
