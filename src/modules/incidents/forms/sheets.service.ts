import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Standing } from '../contract.ts';
import type * as contract from '../form-contract.ts';
import type { FormKey, SheetField } from '../form-contract.ts';
import { json } from '../given.ts';
import { readIncident } from '../read.service.ts';
import { changeLine, holdIncident, incidents, ofIncident, READ, type Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import { formOf, FORMS, PLAN as PLAN_FORMS } from './catalogue.ts';
import { isUnit, standing, unitsWithTask } from './facts.ts';
import { fillForm } from './fills.ts';
import { factsOfSheet, gatherFacts, type Gathered, subjectOf, subjectTitle } from './gather.ts';
import { checkValues, fieldsOf, sheetOf, sheetQuery, type SheetRow, writtenIn } from './sheet-row.ts';

const PLAN = 'incidents:plan-section';

/** The first subject that a form could be for, so that how much is filled can be said before one is begun. */
const exampleSubject = (gathered: Gathered, kind: ReturnType<typeof formOf>['for']): string | null => {
  if (kind === 'resource') return gathered.cards[0]?.id ?? null;
  if (kind === 'position') return standing(gathered)[0]?.id ?? null;
  return kind === 'unit' ? (unitsWithTask(gathered)[0]?.id ?? null) : null;
};

/** The catalogue, how much of each form is filled, and the sheets that were begun. */
export async function listForms(ctx: Ctx, { id }: Input<typeof contract.listForms>): Promise<Reply<typeof contract.listForms>> {
  const incident = await readIncident(ctx, { id });
  const [gathered, sheets] = await Promise.all([gatherFacts(ctx, incident), sheetQuery(incidents.read(ctx, READ), id).orderBy('s.form').orderBy('s.subject').orderBy('s.version', 'desc').limit(2_000).execute()]);
  const periodId = gathered.command?.periods[0]?.id ?? null;
  const forms = FORMS.map(({ form, title, preparedBy, when, for: of, isApproved, fields }) => {
    const filled = [...fillForm(form, factsOfSheet(gathered, { periodId, subjectId: exampleSubject(gathered, of) })).values()].filter((value) => value !== null).length;
    return { form, title, preparedBy, when, for: of, isApproved, fields: fields.length, filled };
  });
  const [all, filled] = [forms.reduce((sum, { fields }) => sum + fields, 0), forms.reduce((sum, one) => sum + one.filled, 0)];
  const named = ({ id: of, title }: { id: string; title: string }) => ({ id: of, title });
  return {
    forms, sheets: sheets.map(sheetOf), periods: (gathered.command?.periods ?? []).map(({ id: of, number, startsAt, endsAt, endedAt }) => ({ id: of, number, startsAt, endsAt: endedAt ?? endsAt, isOver: endedAt !== null })),
    units: unitsWithTask(gathered).map(named), positions: standing(gathered).map(named), resources: gathered.cards.map(({ id: of, name }) => ({ id: of, title: name })), coverage: { fields: all, filled, share: Math.round((1_000 * filled) / all) / 1_000 },
  };
}

/** Every field of a sheet: of a draft as it is filled now, of a signed one as it was frozen. */
export async function readSheet(ctx: Ctx, { id, rowId }: Input<typeof contract.readSheet>): Promise<Reply<typeof contract.readSheet>> {
  const incident = await readIncident(ctx, { id });
  const [[row], [body], versions] = await incidents.readAll(ctx, READ, (db) => [
    sheetQuery(db, id).where('s.id', '=', rowId), db.selectFrom('incidents.formSheet').select(['written', 'frozen']).where('id', '=', rowId).where('incidentId', '=', id),
    db.selectFrom('incidents.formSheet as s').innerJoin('incidents.formSheet as one', 'one.chainId', 's.chainId').select(['s.id', 's.version', 's.signedAt']).where('one.id', '=', rowId).where('s.incidentId', '=', id).orderBy('s.version', 'desc').limit(200),
  ]);
  if (!row || !body) throw notFound();
  const sheet = sheetOf(row);
  const fields = (body.frozen as unknown as SheetField[] | null) ?? fieldsOf(sheet.form, factsOfSheet(await gatherFacts(ctx, incident), sheet), writtenIn(body));
  return { ...sheet, fields, versions: versions.map(({ id: of, version, signedAt }) => ({ id: of, version, state: signedAt === null ? 'draft' : 'signed' })) };
}

/** Reads what forms are filled from, for who may prepare them: 403 comes before 404. */
async function gatherToPlan(ctx: Ctx, id: string): Promise<Gathered> {
  // A look that is recorded on the way is not what the key of this call answers.
  const { command: _none, ...reader } = ctx;
  await incidents.read(reader, PLAN).selectFrom('incidents.incident').select('id').where('id', '=', id).executeTakeFirst();
  return gatherFacts(reader, await readIncident(reader, { id }));
}

type NewSheet = { form: FormKey; periodId: string | null; subjectId: string | null; subject: string };

async function insertSheet(ctx: Ctx, tx: Tx, incidentId: string, sheet: NewSheet): Promise<{ id: string } | null> {
  const id = uuidv7();
  const at = ctx.now().toISOString();
  const done = await tx.insertInto('incidents.formSheet').values({ id, incidentId, ...sheet, chainId: id, version: 1, begunAt: at, begunBy: ctx.personId, changedAt: at }).onConflict((conflict) => conflict.doNothing()).returning('id').executeTakeFirst();
  return done ?? null;
}

/** Begins a form. A form that exists for this period and subject is 409: what was signed gets a new version instead. */
export async function beginForm(ctx: Ctx, { id, form, periodId, subjectId }: Input<typeof contract.beginForm>): Promise<Standing> {
  const gathered = await gatherToPlan(ctx, id);
  return changeLine(ctx, id, async (tx) => {
    const subject = checkSheet(gathered, { form, periodId, subjectId });
    const made = await insertSheet(ctx, tx, id, { form, periodId, subjectId, subject });
    if (!made) throw new Problem('conflict', 'incidents.form_begun', `ICS ${form}${subject && ` for ${subject}`} is begun for this period already. Open it, or begin a new version of what was signed.`);
    return { verb: 'form-begun', row: { ...made, form, periodId, subjectId } };
  }, PLAN);
}

/** The name of what a form is for. Throws 422 where the form is for something else, or the period is not of this command. */
function checkSheet(gathered: Gathered, { form, periodId, subjectId }: Omit<NewSheet, 'subject'>): string {
  const of = formOf(form).for;
  const subject = subjectOf(gathered, subjectId);
  const isRight = of === 'incident' ? subjectId === null : of === 'resource' ? subject?.is === 'resource' : subject?.is === 'position' && (of === 'position' || isUnit(subject.position));
  if (!isRight) throw refuseField('/subjectId', 'incidents.form_subject', of === 'incident' ? `ICS ${form} is for the incident as a whole.` : `Say for which ${of} of this incident ICS ${form} is.`);
  if (periodId !== null && !gathered.command?.periods.some((period) => period.id === periodId)) throw refuseField('/periodId', 'incidents.form_period', 'Choose an operational period of this command.');
  return subjectTitle(subject);
}

/** Begins what an action plan needs and is not begun: one 204 for each unit with a task, one 214 for each position. */
export async function preparePlan(ctx: Ctx, { id, periodId }: Input<typeof contract.preparePlan>): Promise<Reply<typeof contract.preparePlan>> {
  const gathered = await gatherToPlan(ctx, id);
  const units = unitsWithTask(gathered);
  const wanted: NewSheet[] = [
    ...PLAN_FORMS.flatMap((form): NewSheet[] => (formOf(form).for === 'unit' ? units.map((unit): NewSheet => ({ form, periodId, subjectId: unit.id, subject: unit.title })) : [{ form, periodId, subjectId: null, subject: '' }])),
    ...standing(gathered).filter(({ holders }) => holders.length > 0).map(({ id: subjectId, title }) => ({ form: '214' as const, periodId, subjectId, subject: title })),
  ];
  return incidents.writeMany(ctx, PLAN, async (tx) => {
    const incident = await holdIncident(tx, id, PLAN);
    if (periodId !== null) checkSheet(gathered, { form: '202', periodId, subjectId: null });
    const changes = [];
    for (const sheet of wanted) {
      const made = await insertSheet(ctx, tx, id, sheet);
      if (made) changes.push({ verb: 'form-begun', before: null, after: { id, rowId: made.id, form: sheet.form, periodId, subjectId: sheet.subjectId } as { id: string }, of: ofIncident(incident) });
    }
    return { changes, result: { begun: changes.length } };
  });
}

/** The sheet within its held incident. Throws 404. */
async function holdSheet(tx: Tx, incidentId: string, rowId: string): Promise<SheetRow> {
  const row = await tx.selectFrom('incidents.formSheet').selectAll().where('id', '=', rowId).where('incidentId', '=', incidentId).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

async function signedBefore(tx: Tx, row: SheetRow): Promise<Problem> {
  const signer = await tx.selectFrom('access.person').select('name').where('id', '=', row.signedBy).executeTakeFirst();
  return new Problem('conflict', 'incidents.form_signed', `${signer?.name ?? 'Somebody'} signed it: it is frozen. Begin a new version to change it.`, { by: signer?.name, at: row.signedAt });
}

const staleDraft = (edition: number): Problem => new Problem('stale', 'incidents.stale', 'Somebody changed this form since you read it. Read it again; what you wrote is still on your screen.', { version: edition });

/** Writes fields of a draft; null lets one be filled again. */
export const writeFields = (ctx: Ctx, { id, rowId, values }: Input<typeof contract.writeFields>): Promise<Standing> =>
  changeLine(ctx, id, async (tx) => {
    const row = await holdSheet(tx, id, rowId);
    if (row.signedAt !== null) throw await signedBefore(tx, row);
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.edition) throw staleDraft(row.edition);
    checkValues(row.form as FormKey, values);
    const by = (await tx.selectFrom('access.person').select('name').where('id', '=', ctx.personId).executeTakeFirst())?.name ?? '';
    const written = Object.fromEntries(Object.entries({ ...writtenIn(row), ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value === null ? null : { value, by }])) }).filter(([, one]) => one !== null));
    await tx.updateTable('incidents.formSheet').set({ written: json(written), edition: row.edition + 1, changedAt: ctx.now().toISOString() }).where('id', '=', rowId).execute();
    return { verb: 'form-written', row: { id: rowId, form: row.form, edition: row.edition + 1, values }, erasable: ['values'] };
  }, PLAN);

/** Signs a form: every field is frozen with its value and source as it stands now. */
export async function signForm(ctx: Ctx, { id, rowId, edition }: Input<typeof contract.signForm>): Promise<Standing> {
  const gathered = await gatherToPlan(ctx, id);
  return changeLine(ctx, id, async (tx) => {
    const row = await holdSheet(tx, id, rowId);
    if (row.signedAt !== null) throw await signedBefore(tx, row);
    if (edition !== row.edition) throw staleDraft(row.edition);
    const fields = fieldsOf(row.form as FormKey, factsOfSheet(gathered, row), writtenIn(row));
    const at = ctx.now().toISOString();
    await tx.updateTable('incidents.formSheet').set({ frozen: json(fields), signedAt: at, signedBy: ctx.personId, signedAs: gathered.writer.position, changedAt: at }).where('id', '=', rowId).where('signedAt', 'is', null).execute();
    return { verb: 'form-signed', row: { id: rowId, form: row.form, version: row.version, signedAs: gathered.writer.position, fields }, erasable: ['fields'] };
  }, PLAN);
}

/** Approves what another signed. */
export const approveForm = (ctx: Ctx, { id, rowId }: Input<typeof contract.approveForm>): Promise<Standing> =>
  changeLine(ctx, id, async (tx) => {
    const row = await holdSheet(tx, id, rowId);
    if (!formOf(row.form).isApproved) throw new Problem('refused', 'incidents.form_unapproved', `ICS ${row.form} is signed; nobody approves it.`);
    if (row.signedAt === null) throw new Problem('refused', 'incidents.form_unsigned', 'It is a draft. Have it signed first.');
    if (row.signedBy === ctx.personId) throw new Problem('refused', 'incidents.form_own', 'You signed it. Another approves it.');
    if (row.approvedAt !== null) throw new Problem('conflict', 'incidents.form_approved', 'It is approved already.');
    await tx.updateTable('incidents.formSheet').set({ approvedAt: ctx.now().toISOString(), approvedBy: ctx.personId }).where('id', '=', rowId).where('approvedAt', 'is', null).execute();
    return { verb: 'form-approved', row: { id: rowId, form: row.form, version: row.version } };
  }, PLAN);

/** Begins a new version of a signed form; it starts with what was written there. */
export const reviseForm = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.reviseForm>): Promise<Standing> =>
  changeLine(ctx, id, async (tx) => {
    const row = await holdSheet(tx, id, rowId);
    const last = await tx.selectFrom('incidents.formSheet').select(['id', 'version', 'signedAt']).where('chainId', '=', row.chainId).orderBy('version', 'desc').limit(1).executeTakeFirstOrThrow();
    if (row.signedAt === null || last.signedAt === null) throw new Problem('conflict', 'incidents.form_draft', 'A draft of it stands already. Write into that one.', { draftId: last.id });
    const at = ctx.now().toISOString();
    const made = { id: uuidv7(), form: row.form, version: last.version + 1 };
    await tx.insertInto('incidents.formSheet').values({ ...made, incidentId: id, periodId: row.periodId, subjectId: row.subjectId, subject: row.subject, chainId: row.chainId, why: reason, written: json(row.written), begunAt: at, begunBy: ctx.personId, changedAt: at }).execute();
    return { verb: 'form-revised', row: { ...made, reason } };
  }, PLAN);
