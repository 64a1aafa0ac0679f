import type { Field } from './classification.ts';

/** What stands in place of a value: that there is none, or that it is not known. */
export type Stated = { stated: 'none' | 'unknown' };

/** The decision on a legal duty to notify. `note` says to whom and when, or why not. */
export type ClockDecision = { decision: 'met' | 'not-due' | 'handed-over'; note: string };

/** An amount in minor units of an ISO 4217 currency. */
export type Money = { amountMinor: number; currency: string };

const LONGEST = { text: 500, place: 500, narrative: 20_000 } as const;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** Whether the value says “none” or “not known”, as the field allows. */
export function isStated(field: Field, value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 1 && (field.may ?? []).some((word) => word === value['stated']);
}

/** What is wrong with a value of a field and what to do; null where it is well-formed. Lists are rows of their own and are refused here. */
export function faultOfValue(field: Field, value: unknown): string | null {
  if (isStated(field, value)) return null;
  switch (field.kind) {
    case 'text': case 'place': case 'narrative':
      return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST[field.kind] ? null : `Write it in at most ${LONGEST[field.kind]} characters.`;
    case 'datetime':
      return typeof value === 'string' && ISO_TIME.test(value) && !Number.isNaN(Date.parse(value)) ? null : 'Give a date and a time.';
    case 'choice':
      return (field.options ?? []).some((option) => option.key === value) ? null : 'Choose one of the answers.';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : 'Give a number, zero or more.';
    case 'money':
      return isMoney(value) ? null : 'Give an amount and its currency.';
    case 'country':
      return typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? null : 'Choose a country.';
    case 'site':
      return typeof value === 'string' && value !== '' ? null : 'Choose the site.';
    case 'clock':
      return isDecision(value) ? null : 'Say that it was met, is not due or was handed over, and to whom or why.';
    case 'persons': case 'vehicles': case 'things': case 'losses':
      return 'Add each one on its own line.';
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isMoney(value: unknown): value is Money {
  return isRecord(value) && Number.isSafeInteger(value['amountMinor']) && Number(value['amountMinor']) >= 0 && typeof value['currency'] === 'string' && /^[A-Z]{3}$/.test(value['currency']);
}

function isDecision(value: unknown): value is ClockDecision {
  return isRecord(value) && ['met', 'not-due', 'handed-over'].includes(String(value['decision'])) && typeof value['note'] === 'string' && value['note'].trim().length >= 3;
}
