import type { CostMissing, CostSheet } from '../cost-contract.ts';
import { amountWords } from './money.ts';
import { spanWords } from './times.ts';

const MINUTE_MS = 60_000;

const missingWords = ({ kind, words, minutes }: CostMissing): string => {
  if (kind === 'losses') return 'Nobody has said what was lost, or that nothing was.';
  if (kind === 'open') return 'The incident is open: more may come.';
  if (kind === 'running') return `${words} is still there: hours go on.`;
  return `No hourly rate for ${words}: ${spanWords((minutes ?? 0) * MINUTE_MS)} are not in the sums.`;
};

export type CostTable = { heading: string; rows: { currency: string; loss: string; recovered: string; hours: string; lines: string; net: string }[]; missing: string[]; estimates: boolean };

/** What it cost, a row a currency. It is called a total only where nothing is missing; what is missing is named. */
export function costTable(sheet: CostSheet | null): CostTable | null {
  if (sheet === null || (sheet.sums.length === 0 && sheet.hours.length === 0)) return null;
  return {
    heading: sheet.isWhole ? 'Total cost' : 'Cost so far, not a total', estimates: sheet.hasEstimates, missing: sheet.missing.map(missingWords),
    rows: sheet.sums.map(({ currency, lossMinor, recoveredMinor, hoursMinor, linesMinor, netMinor }) => ({ currency, loss: amountWords(lossMinor, currency), recovered: amountWords(recoveredMinor, currency), hours: amountWords(hoursMinor, currency), lines: amountWords(linesMinor, currency), net: amountWords(netMinor, currency) })),
  };
}
