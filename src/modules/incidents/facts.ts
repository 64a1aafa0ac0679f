import { type Field, fieldsOf, incidentTypeOf, type IncidentFacts, legalClockOf, type LegalClock, type Missing } from './rules.ts';
import type { FieldFault } from '#platform/kernel/problem.ts';
import { withMerged } from './merges/merge-rows.ts';
import type { IncidentRow, Tx } from './record.ts';

const HOUR_MS = 3_600_000;
const LISTS: Partial<Record<Field['kind'], string>> = { persons: '/people', vehicles: '/things', things: '/things', losses: '/losses' };
const COLUMNS = new Set(['siteId', 'occurredFrom', 'occurredTo', 'knownAt', 'reportedBy', 'place', 'narrative']);

type Lines = Pick<IncidentFacts, 'persons' | 'things' | 'losses' | 'openTasks'>;

/** An incident as the pure rules read it. */
export const factsOf = (row: IncidentRow, lines: Lines = { persons: [], things: [], losses: [], openTasks: [] }): IncidentFacts => ({
  ...row, fields: answersOf(row), ...lines,
});

export const answersOf = (row: Pick<IncidentRow, 'fields'>): Record<string, unknown> => (row.fields ?? {}) as Record<string, unknown>;

/** The lines in force of an incident and of those merged into it, for the rules; struck ones are left out. */
export async function linesOf(tx: Tx, id: string): Promise<Pick<Lines, 'persons' | 'things' | 'losses'>> {
  const persons = await tx.selectFrom('incidents.personInvolved as p').leftJoin('access.person as known', 'known.id', 'p.personId').select(['p.role', 'p.name', 'p.injury', 'known.name as knownName']).where('p.incidentId', 'in', withMerged(id)).where('p.struckAt', 'is', null).execute();
  const things = await tx.selectFrom('incidents.thingInvolved').select('kind').where('incidentId', 'in', withMerged(id)).where('struckAt', 'is', null).execute();
  const losses = await tx.selectFrom('incidents.loss').select('id').where('incidentId', 'in', withMerged(id)).where('struckAt', 'is', null).execute();
  return { persons: persons.map(({ knownName, ...person }) => ({ ...person, name: knownName ?? person.name })), things, losses };
}

/** Where in the incident a missing thing is given. */
export function pointerOf(field: string, typeKey: string | null): string {
  if (field === 'typeKey') return '/type';
  if (field === 'tasks') return '/tasks';
  if (COLUMNS.has(field)) return `/${field}`;
  const kind = (typeKey === null ? null : fieldsOf(typeKey))?.find(({ key }) => key === field)?.kind;
  return (kind && LISTS[kind]) ?? `/fields/${field}`;
}

export const faultsOf = (missing: readonly Missing[], typeKey: string | null): FieldFault[] => missing.map(({ field, label, detail }) => ({ pointer: pointerOf(field, typeKey), detail: `${label}: ${detail}` }));

export type ClockState = { key: string; title: string; appliesWhen: string; startsAt: string; startedAt: string | null; dueAt: string | null; allowance: string; confidence: string; advice: string; decision: 'met' | 'not-due' | 'handed-over' | null; note: string | null };

/** The legal clocks of an incident's type: when each runs out, where the law names a time and its start is known. */
export function clocksOf(row: IncidentRow): ClockState[] {
  const type = row.typeKey === null ? null : incidentTypeOf(row.typeKey);
  return (type?.legalClocks ?? []).flatMap((key) => {
    const clock = legalClockOf(key);
    return clock ? [clockState(clock, row)] : [];
  });
}

function clockState(clock: LegalClock, row: IncidentRow): ClockState {
  const answers = answersOf(row);
  const startedAt = startOf(clock.startsAt, row, answers);
  const given = answers[`clock.${clock.key}`] as { decision?: ClockState['decision']; note?: string } | undefined;
  return {
    key: clock.key, title: clock.title, appliesWhen: clock.appliesWhen, startsAt: clock.startsAt, startedAt, dueAt: startedAt === null ? null : dueAfter(startedAt, clock),
    allowance: clock.amount > 0 ? `${clock.amount} ${clock.unit}` : clock.unit, confidence: clock.confidence, advice: clock.legalAdvice, decision: given?.decision ?? null, note: given?.note ?? null,
  };
}

function startOf(name: string, row: IncidentRow, answers: Record<string, unknown>): string | null {
  if (name === 'knownAt') return row.knownAt;
  if (name === 'occurredFrom' || name === 'occurredAt') return row.occurredFrom;
  const said = answers[name === 'awareAt' ? 'info.awareAt' : name];
  if (typeof said === 'string' && !Number.isNaN(Date.parse(said))) return new Date(said).toISOString();
  // Until somebody says when we became aware, the moment that we knew is the earliest it can have been.
  return name === 'awareAt' ? row.knownAt : null;
}

/** The end of a clock's time in UTC; null where the law gives no figure. Business days are Monday to Friday, without public holidays. */
export function dueAfter(start: string, { amount, unit }: Pick<LegalClock, 'amount' | 'unit'>): string | null {
  const from = new Date(start);
  if (amount === 0) return null;
  if (unit === 'h') return new Date(from.getTime() + amount * HOUR_MS).toISOString();
  if (unit === 'days' || unit === 'calendar-days') return new Date(from.getTime() + amount * 24 * HOUR_MS).toISOString();
  if (unit === 'month') return addMonths(from, amount).toISOString();
  if (unit === 'business-days') return addBusinessDays(from, amount).toISOString();
  return null;
}

function addMonths(from: Date, months: number): Date {
  const due = new Date(from);
  due.setUTCDate(1);
  due.setUTCMonth(due.getUTCMonth() + months);
  const last = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate();
  due.setUTCDate(Math.min(from.getUTCDate(), last));
  return due;
}

function addBusinessDays(from: Date, days: number): Date {
  const due = new Date(from);
  for (let left = days; left > 0; ) {
    due.setUTCDate(due.getUTCDate() + 1);
    if (due.getUTCDay() !== 0 && due.getUTCDay() !== 6) left -= 1;
  }
  return due;
}
