import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { JsonValue } from '#platform/report/text.ts';
import type { Incident } from '../contract.ts';
import type * as contract from '../form-contract.ts';
import type { FormKey, Sheet, SheetField } from '../form-contract.ts';
import { checkPrint, printPaper } from '../printing.ts';
import { readIncident } from '../read.service.ts';
import { incidents, READ } from '../record.ts';
import { bothClocks } from '../report/times.ts';
import { PLAN } from './catalogue.ts';
import { factsOfSheet, gatherFacts, type Gathered } from './gather.ts';
import { readSheet } from './sheets.service.ts';
import { fieldsOf, sheetOf, sheetQuery, writtenIn } from './sheet-row.ts';

export const FORM_TEMPLATE = 'modules/incidents/forms/report/forms.typ';
const WORDS = { draft: 'Draft: filled from what is known, not signed', empty: 'Not filled in', field: 'Field', contents: 'Forms of this plan', heads: ['Form', 'For', 'Version', 'State'], source: 'Where each filled value is from' };

type Whole = Sheet & { fields: readonly SheetField[] };

const stateWords = (sheet: Sheet, zone: string): string =>
  sheet.signedAt === null ? 'Draft' : [`Signed ${bothClocks(sheet.signedAt, zone)} by ${sheet.signedBy ?? 'somebody'}${sheet.signedAs && `, ${sheet.signedAs}`}`, sheet.approvedAt && `approved ${bothClocks(sheet.approvedAt, zone)} by ${sheet.approvedBy ?? 'somebody'}`].filter(Boolean).join('; ');

const fieldOf = ({ key, label, shape, columns, value, origin, source }: SheetField, sheet: Sheet, zone: string): JsonValue => {
  // What nobody has approved is not printed as approved.
  const shown = key === 'approvedBy' && sheet.approvedAt !== null ? `${sheet.approvedBy ?? 'somebody'}, ${bothClocks(sheet.approvedAt, zone)}` : value;
  return { label, shape, columns: [...columns], text: typeof shown === 'string' ? shown : '', lines: shape === 'lines' && Array.isArray(shown) ? (shown as string[]) : [], rows: shape === 'table' && Array.isArray(shown) ? (shown as string[][]) : [], isEmpty: shown === null || shown.length === 0, source: origin === 'filled' ? (source ?? '') : '' };
};

/** What `forms.typ` shows of each sheet, in order; several have a table of contents before them. */
export function formsPaper(incident: Pick<Incident, 'number' | 'title' | 'timeZone'>, sheets: readonly Whole[], plan: { title: string } | null): { title: string; data: Record<string, JsonValue> } {
  const zone = incident.timeZone ?? 'UTC';
  const heading = plan?.title ?? (sheets[0] ? `ICS ${sheets[0].form} ${sheets[0].title}` : '');
  return {
    title: `${incident.number} ${heading}`,
    data: {
      words: WORDS, incident: `${incident.number} ${incident.title}`, zone: `Times are the site’s, ${zone}, with UTC beside them where it differs.`, plan: plan ? heading : null,
      sheets: sheets.map((sheet) => ({
        heading: `ICS ${sheet.form} ${sheet.title}${sheet.subject && `: ${sheet.subject}`}`, form: `ICS ${sheet.form}`, for: sheet.subject || sheet.title, version: String(sheet.version), state: stateWords(sheet, zone), isDraft: sheet.state === 'draft', why: sheet.why,
        fields: sheet.fields.map((field) => fieldOf(field, sheet, zone)),
      })),
    },
  };
}

/** Prints one form. */
export async function printForm(ctx: Ctx, { id, rowId, purpose, paper }: Input<typeof contract.printForm>, exchange: Exchange): Promise<void> {
  const incident = await readIncident(ctx, { id });
  const sheet = await readSheet(ctx, { id, rowId });
  await checkPrint(ctx, incident, purpose);
  const { title, data } = formsPaper(incident, [sheet], null);
  await printPaper(ctx, { incident, purpose, paper, kind: `ICS ${sheet.form}`, name: `${incident.number}-ICS-${sheet.form}-v${sheet.version}`, title, template: FORM_TEMPLATE, data }, exchange);
}

/** Prints the action plan of a period, or of the incident where none is said: the newest version of each of its forms. */
export async function printPlan(ctx: Ctx, { id, periodId, purpose, paper }: Input<typeof contract.printPlan>, exchange: Exchange): Promise<void> {
  const incident = await readIncident(ctx, { id });
  await checkPrint(ctx, incident, purpose);
  const gathered = await gatherFacts(ctx, incident);
  const sheets = await newestSheets(ctx, id, periodId ?? null, gathered);
  if (sheets.length === 0) throw new Problem('refused', 'incidents.no_plan', 'No form of an action plan is begun for this period. Prepare the plan first.');
  const period = gathered.command?.periods.find((one) => one.id === periodId);
  const { title, data } = formsPaper(incident, sheets, { title: period ? `Incident action plan, operational period ${period.number}` : 'Incident action plan' });
  await printPaper(ctx, { incident, purpose, paper, kind: 'Incident action plan', name: `${incident.number}-IAP${period ? `-${period.number}` : ''}`, title, template: FORM_TEMPLATE, data }, exchange);
}

async function newestSheets(ctx: Ctx, id: string, periodId: string | null, gathered: Gathered): Promise<Whole[]> {
  const [rows, bodies] = await incidents.readAll(ctx, READ, (db) => [
    sheetQuery(db, id).where('s.periodId', 'is not distinct from', periodId).orderBy('s.subject').orderBy('s.version', 'desc').limit(1_000), db.selectFrom('incidents.formSheet').select(['id', 'written', 'frozen']).where('incidentId', '=', id).where('periodId', 'is not distinct from', periodId).limit(1_000),
  ]);
  const bodyOf = new Map(bodies.map((body) => [body.id, body]));
  const newest = [...new Map(rows.toReversed().map((row) => [row.chainId, row])).values()];
  return PLAN.flatMap((form: FormKey) => newest.filter((row) => row.form === form).map((row): Whole => {
    const sheet = sheetOf(row);
    const body = bodyOf.get(row.id);
    return { ...sheet, fields: (body?.frozen as unknown as SheetField[] | null) ?? fieldsOf(sheet.form, factsOfSheet(gathered, sheet), writtenIn(body ?? { written: {} })) };
  }));
}
