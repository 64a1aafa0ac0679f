import type { CallInput } from '#platform/kernel/contract.ts';
import type { changeFacts, Incident } from '../contract.ts';
import type { FieldSet } from './classification.ts';

/** What may stand instead of a value. */
export type Stated = { stated: 'none' | 'unknown' };
export type Money = { amountMinor: number; currency: string };

export const isStated = (value: unknown): value is Stated => typeof value === 'object' && value !== null && 'stated' in value;
export const isMoney = (value: unknown): value is Money => typeof value === 'object' && value !== null && 'amountMinor' in value;

const COLUMNS = ['occurredFrom', 'occurredTo', 'knownAt', 'reportedBy', 'place', 'narrative'] as const;

/** What stands in a field: of the incident itself, or an answer of its type. */
export function valueOf(incident: Incident, key: string): unknown {
  if (isStated(incident.fields[key])) return incident.fields[key];
  if (key === 'siteId') return incident.siteId;
  const column = COLUMNS.find((one) => one === key);
  return column ? incident[column] : incident.fields[key];
}

type Changes = Omit<CallInput<typeof changeFacts>, 'id'>;
/** What was typed so far, by field. */
export type Draft = Record<string, unknown>;

const TEXTS = ['reportedBy', 'place', 'narrative'] as const;
const TIMES = ['occurredFrom', 'knownAt'] as const;

/** What of a draft differs from the incident, as the server takes it: its own facts, and answers by field. */
export function changesOf(incident: Incident, set: FieldSet, draft: Draft): Changes {
  const changes: Record<string, unknown> = {};
  const fields: Record<string, unknown> = {};
  for (const { key } of set.fields) {
    if (!(key in draft)) continue;
    const value = draft[key];
    if (isStated(value)) fields[key] = value;
    else if (isOwn(key)) {
      if (isStated(incident.fields[key])) fields[key] = null;
      if (ownValue(key, value) !== undefined) changes[key] = ownValue(key, value);
    } else fields[key] = value ?? null;
  }
  for (const key of ['title', 'commanderId'] as const) if (key in draft) changes[key] = draft[key];
  return { ...changes, ...(Object.keys(fields).length > 0 && { fields }) } as Changes;
}

const isOwn = (key: string): boolean => key === 'siteId' || key === 'occurredTo' || [...TEXTS, ...TIMES].some((one) => one === key);

/** A time that was cleared stays as it is: an incident always began and was known at some time. */
function ownValue(key: string, value: unknown): unknown {
  if (TEXTS.some((one) => one === key)) return value ?? '';
  if (TIMES.some((one) => one === key)) return value ?? undefined;
  return value ?? null;
}

/** The incident as it stands after changes that were just saved; its lists and what is missing come with the next reading. */
export function laidOver(incident: Incident, { fields = {}, ...own }: Changes, version: number): Incident {
  const answers = Object.fromEntries(Object.entries({ ...incident.fields, ...fields }).filter(([, value]) => value !== null));
  return { ...incident, ...own, fields: answers, version } as Incident;
}
