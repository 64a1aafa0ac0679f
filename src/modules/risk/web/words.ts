import { decimal } from '#platform/web/messages.ts';
import { moneyWords } from '#ui/times.ts';
import type { By, Finding, Tool } from '../path-rules.ts';
import { t } from './messages.en.ts';

/** P in two digits; never 0.00 or 1.00 of what is neither. */
export function chanceWords(value: number): string {
  if (value > 0 && value < 0.005) return `< ${decimal(0.01, 2)}`;
  if (value < 1 && value > 0.995) return `> ${decimal(0.99, 2)}`;
  return decimal(value, 2);
}
export const deltaWords = (value: number): string => (Math.abs(value) < 0.005 ? `±${decimal(0, 2)}` : `${value > 0 ? '+' : '−'}${decimal(Math.abs(value), 2)}`);
export const secondsWords = (seconds: number): string => t('risk.seconds', { n: Math.round(seconds) });
export const costWords = (costs: readonly { minor: number; currency: string }[]): string => (costs.length === 0 ? '' : costs.map((cost) => moneyWords(cost)).join(' + '));
export const byWords = (by: By): string => t(`risk.by.${by}`);
export const toolWords = (tools: readonly Tool[]): string => (tools.filter((tool) => tool !== 'none').length === 0 ? t('risk.by.none') : tools.filter((tool) => tool !== 'none').map((tool) => t(`risk.by.${tool}`)).join(', '));
export const findingWords = ({ rule, name, low }: Finding): string => (rule === 'above-evidence' ? t('risk.finding.above-evidence', { name, low: decimal(low ?? 0, 2) }) : rule === 'no-entry' ? t('risk.finding.no-entry') : t(`risk.finding.${rule}`, { name }));

const NUMBER = /^\s*\d{1,6}([.,]\d{1,6})?\s*$/;
/** Reads what was typed as a number of 0 or more; null where it is none. */
export const numberOf = (text: string): number | null => (NUMBER.test(text) ? Number(text.trim().replace(',', '.')) : null);
/** A number as a field holds it. */
export const fieldOf = (value: number | null, digits = 2): string => (value === null ? '' : String(Math.round(value * 10 ** digits) / 10 ** digits));
