import { type Selectable, sql } from 'kysely';
import { Problem } from '#platform/kernel/problem.ts';
import type { FieldValue, FormKey, Sheet, SheetField } from '../form-contract.ts';
import type { incidents } from '../record.ts';
import type { IncidentsFormSheet } from '../tables.gen.ts';
import { formOf } from './catalogue.ts';
import type { FormFacts } from './facts.ts';
import { fillForm } from './fills.ts';

type Reader = Parameters<Parameters<typeof incidents.readAll>[2]>[0];
export type SheetRow = Selectable<IncidentsFormSheet>;

export const sheetQuery = (db: Reader, incidentId: string) =>
  db.selectFrom('incidents.formSheet as s').leftJoin('incidents.period as d', 'd.id', 's.periodId').leftJoin('access.person as b', 'b.id', 's.begunBy').leftJoin('access.person as g', 'g.id', 's.signedBy').leftJoin('access.person as a', 'a.id', 's.approvedBy')
    .select(['s.id', 's.form', 's.subject', 's.subjectId', 's.periodId', 'd.number as period', 's.chainId', 's.version', 's.edition', 's.why', 's.changedAt', 's.signedAt', 's.signedAs', 's.approvedAt', sql<string>`coalesce(b.name, '')`.as('begunBy'), 'g.name as signedBy', 'a.name as approvedBy'])
    .where('s.incidentId', '=', incidentId);
type Read = { id: string; form: string; subject: string; subjectId: string | null; periodId: string | null; period: number | null; chainId: string; version: number; edition: number; why: string; changedAt: string; signedAt: string | null; signedAs: string; approvedAt: string | null; begunBy: string; signedBy: string | null; approvedBy: string | null };

export const sheetOf = ({ chainId: _, ...row }: Read): Sheet => ({ ...row, form: row.form as FormKey, title: formOf(row.form).title, state: row.signedAt === null ? 'draft' : 'signed' });

type Written = Readonly<Record<string, { value: FieldValue; by: string }>>;
export const writtenIn = (row: { written: unknown }): Written => row.written as Written;

/** Every field of a draft: what was written stands, the rest is filled from what is known now. */
export function fieldsOf(form: FormKey, facts: FormFacts, written: Written): SheetField[] {
  const filled = fillForm(form, facts);
  return formOf(form).fields.map((field) => {
    const own = written[field.key];
    if (own) return { ...field, value: own.value, origin: 'written', source: own.by };
    const found = filled.get(field.key) ?? null;
    return { ...field, value: found?.value ?? null, origin: found ? 'filled' : 'empty', source: found?.source ?? null };
  });
}

/** Refuses a value for a field that the form does not have, or of another shape than the field's. Throws 422 naming each. */
export function checkValues(form: FormKey, values: Readonly<Record<string, FieldValue | null>>): void {
  const fields = new Map(formOf(form).fields.map((field) => [field.key, field]));
  const errors = Object.entries(values).flatMap(([key, value]) => {
    const field = fields.get(key);
    const pointer = `/values/${key}`;
    if (!field) return [{ pointer, detail: 'This form has no such field.' }];
    if (value === null || shapeOf(value, field.shape) === field.shape) return field.shape === 'table' && value !== null && (value as string[][]).some((row) => row.length !== field.columns.length) ? [{ pointer, detail: `Each row has ${field.columns.length} columns.` }] : [];
    return [{ pointer, detail: field.shape === 'text' ? 'Write a text.' : field.shape === 'lines' ? 'Write a list of lines.' : 'Write rows of columns.' }];
  });
  if (errors.length > 0) throw new Problem('refused', 'incidents.fields_refused', 'Some fields cannot be kept as they are.', { errors });
}

const shapeOf = (value: FieldValue, wanted: SheetField['shape']): SheetField['shape'] => (typeof value === 'string' ? 'text' : value.length === 0 ? wanted : Array.isArray(value[0]) ? 'table' : 'lines');
