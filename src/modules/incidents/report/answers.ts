import { type Field, fieldsOf, type Money } from '../rules.ts';
import { moneyWords } from './money.ts';
import { bothClocks } from './times.ts';
import { WORDS_EN as words } from './words.ts';

/** A fact with its name. */
export type Fact = { label: string; value: string };

const SHOWN_ELSEWHERE = new Set(['occurredFrom', 'occurredTo', 'knownAt', 'reportedBy', 'siteId', 'place', 'narrative']);
const countries = new Intl.DisplayNames('en', { type: 'region' });

/** What was answered to the questions of the incident's type, in their order. What stands elsewhere in the report is left out. */
export function answersIn(typeKey: string | null, answers: Readonly<Record<string, unknown>>, timeZone: string): Fact[] {
  const fields = (typeKey === null ? null : fieldsOf(typeKey)) ?? [];
  return fields.flatMap((field) => {
    const value = SHOWN_ELSEWHERE.has(field.key) || field.kind === 'clock' ? '' : wordsOf(field, answers[field.key], timeZone);
    return value === '' ? [] : [{ label: field.label, value }];
  });
}

function wordsOf(field: Field, value: unknown, timeZone: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object' && 'stated' in value) return value.stated === 'none' ? words.none : words.unknown;
  if (field.kind === 'choice') return field.options?.find(({ key }) => key === value)?.title ?? String(value);
  if (field.kind === 'datetime' && typeof value === 'string' && !Number.isNaN(Date.parse(value))) return bothClocks(value, timeZone);
  if (field.kind === 'country' && typeof value === 'string' && /^[A-Z]{2}$/.test(value)) return countries.of(value) ?? value;
  if (field.kind === 'money' && isMoney(value)) return moneyWords(value.amountMinor, value.currency);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

const isMoney = (value: unknown): value is Money => typeof value === 'object' && value !== null && 'amountMinor' in value && Number.isSafeInteger(value.amountMinor) && 'currency' in value && /^[A-Z]{3}$/.test(String(value.currency));
