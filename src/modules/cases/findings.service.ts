import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { allegationTypeOf } from './allegation-rules.ts';
import { type CaseRow, changeLine, checkOpen, checkType, insertStep, refuse, type Tx, WRITE } from './case-row.ts';
import type { Standing } from './contract.ts';
import type * as contract from './finding-contract.ts';

const FINDINGS = 'cases:findings';

/** Names a person in the case: one who signs in here, or a name. */
export function namePerson(ctx: Ctx, { id, role, personId, name, details }: Input<typeof contract.namePerson>): Promise<Standing> {
  return changeLine(ctx, WRITE, id, async (tx, room) => {
    checkOpen(room);
    if (personId === null && name === '') throw refuse('name_person', 'Say who: a person we know, or a name, “unknown driver” too.', '/name');
    if (role === 'subject' && personId !== null) await checkOutside(tx, room, personId);
    const row = { id: uuidv7(), role, personId, name, details };
    await tx.insertInto('cases.person').values({ ...row, caseId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'person-named', row, erasable: ['name', 'details'] };
  });
}

async function checkOutside(tx: Tx, room: CaseRow, personId: string): Promise<void> {
  const member = await tx.selectFrom('access.wallMember').select('personId').where('wallId', '=', room.wallId).where('personId', '=', personId).where('until', '>', sql<string>`now()`).executeTakeFirst();
  if (member) throw refuse('subject_inside', 'This person stands in the room. Take them out first, then name the subject.', '/personId');
}

/** Refuses to let in whom the case is about; the database refuses it too. */
export async function checkNoSubject(tx: Tx, id: string, personId: string): Promise<void> {
  const subject = await tx.selectFrom('cases.person').select('id').where('caseId', '=', id).where('personId', '=', personId).where('role', '=', 'subject').where('struckAt', 'is', null).executeTakeFirst();
  if (subject) throw refuse('subject_inside', 'This person is named as a subject here, and a subject never stands in the room.', '/personId');
}

const LINES = { person: 'cases.person', allegation: 'cases.allegation', loss: 'cases.loss' } as const;

/** Strikes a line with the reason; it stays readable. */
export function strike(ctx: Ctx, kind: keyof typeof LINES, { id, rowId, reason }: { id: string; rowId: string; reason: string }): Promise<Standing> {
  return changeLine(ctx, WRITE, id, async (tx, room) => {
    checkOpen(room);
    const struck = await tx.updateTable(LINES[kind]).set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).where('caseId', '=', id).where('struckAt', 'is', null).returning('id').executeTakeFirst();
    if (!struck) throw await alreadyStruck(tx, kind, id, rowId);
    return { verb: `${kind}-struck`, row: { id: rowId, reason } };
  });
}

async function alreadyStruck(tx: Tx, kind: keyof typeof LINES, id: string, rowId: string): Promise<Problem> {
  const before = await tx.selectFrom(LINES[kind]).leftJoin('access.person as by', (join) => join.onRef('by.id', '=', sql.ref('struck_by'))).select(['by.name', 'struckAt']).where(`${LINES[kind]}.id`, '=', rowId).where(`${LINES[kind]}.caseId`, '=', id).executeTakeFirst();
  return before ? new Problem('conflict', 'cases.already_struck', `${before.name ?? 'Somebody'} struck it already, at ${before.struckAt ?? ''}.`, { by: before.name, at: before.struckAt }) : notFound();
}

/** Writes down what is alleged; what has to be shown comes from its type. */
export function addAllegation(ctx: Ctx, { id, type, text, subjectId }: Input<typeof contract.addAllegation>): Promise<Standing> {
  return changeLine(ctx, WRITE, id, async (tx, room) => {
    checkOpen(room);
    checkType(type);
    if (subjectId !== null) await checkNamed(tx, id, subjectId);
    const row = { id: uuidv7(), seq: await nextSeq(tx, 'cases.allegation', 'caseId', id), typeKey: type, text, subjectId };
    await tx.insertInto('cases.allegation').values({ ...row, caseId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    const elements = allegationTypeOf(type)?.elements ?? [];
    await tx.insertInto('cases.element').values(elements.map((element, i) => ({ id: uuidv7(), caseId: id, allegationId: row.id, seq: i + 1, text: element }))).execute();
    return { verb: 'allegation-added', row, erasable: ['text'] };
  });
}

async function checkNamed(tx: Tx, id: string, personRow: string): Promise<void> {
  const named = await tx.selectFrom('cases.person').select('id').where('id', '=', personRow).where('caseId', '=', id).where('struckAt', 'is', null).executeTakeFirst();
  if (!named) throw refuse('no_such_person', 'Name the person in the case first.', '/subjectId');
}

/** The row of the case is held, so nobody takes the same number. */
async function nextSeq(tx: Tx, table: 'cases.allegation' | 'cases.element', of: 'caseId' | 'allegationId', id: string): Promise<number> {
  const last = await tx.selectFrom(table).select(sql<number>`coalesce(max(seq), 0)`.as('seq')).where(sql.ref(of), '=', id).executeTakeFirst();
  return (last?.seq ?? 0) + 1;
}

export function addElement(ctx: Ctx, { id, rowId, text }: Input<typeof contract.addElement>): Promise<Standing> {
  return changeLine(ctx, WRITE, id, async (tx, room) => {
    const allegation = await tx.selectFrom('cases.allegation').select('id').where('id', '=', rowId).where('caseId', '=', id).where('struckAt', 'is', null).executeTakeFirst();
    if (!allegation) throw notFound();
    checkOpen(room);
    const row = { id: uuidv7(), allegationId: rowId, seq: await nextSeq(tx, 'cases.element', 'allegationId', rowId), text };
    await tx.insertInto('cases.element').values({ ...row, caseId: id }).execute();
    return { verb: 'element-added', row, erasable: ['text'] };
  });
}

/** Says whether an element was shown, and by what. */
export function settleElement(ctx: Ctx, { id, rowId, state, note }: Input<typeof contract.settleElement>): Promise<Standing> {
  return changeLine(ctx, WRITE, id, async (tx, room) => {
    const before = await tx.selectFrom('cases.element').select(['state', 'note']).where('id', '=', rowId).where('caseId', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    checkOpen(room);
    if (before.state === state && before.note === note) return null;
    await tx.updateTable('cases.element').set({ state, note }).where('id', '=', rowId).execute();
    return { verb: 'element-settled', row: { id: rowId, state, note }, erasable: ['note'] };
  });
}

/** Writes the finding of an allegation. A later one takes its place; the timeline and the ledger keep the one before. */
export function findAllegation(ctx: Ctx, { id, rowId, finding, why }: Input<typeof contract.findAllegation>): Promise<Standing> {
  return changeLine(ctx, FINDINGS, id, async (tx, room) => {
    const before = await tx.selectFrom('cases.allegation').select(['seq', 'finding']).where('id', '=', rowId).where('caseId', '=', id).where('struckAt', 'is', null).executeTakeFirst();
    if (!before) throw notFound();
    if (room.state !== 'investigating') throw new Problem('conflict', 'cases.not_investigating', 'Findings are written while the case is investigated. Begin it, or have it given back by the review.', { state: room.state });
    if (finding === 'substantiated') await checkShown(tx, rowId);
    await tx.updateTable('cases.allegation').set({ finding, findingWhy: why, foundBy: ctx.personId, foundAt: ctx.now().toISOString() }).where('id', '=', rowId).execute();
    await insertStep(ctx, tx, id, { verb: 'found', was: before.finding, became: finding, reason: `${before.seq}` });
    return { verb: 'found', row: { id: rowId, finding, why }, erasable: ['why'] };
  });
}

async function checkShown(tx: Tx, allegationId: string): Promise<void> {
  const open = await tx.selectFrom('cases.element').select('text').where('allegationId', '=', allegationId).where('state', '<>', 'shown').orderBy('seq').limit(1).executeTakeFirst();
  if (open) throw refuse('element_not_shown', `Substantiated means that every element was shown, and this was not: ${open.text}.`, '/finding');
}
