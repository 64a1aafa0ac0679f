import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { addTask } from '#modules/tasks/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Standing } from '../contract.ts';
import { recordLook } from '../looks.ts';
import { changeLine, checkOpen, incidents, READ, type Tx } from '../record.ts';
import type { SituationReport } from '../resource-contract.ts';
import type * as contract from '../resource-contract.ts';
import { happenedAt } from './card.ts';
import { insertCard } from './moves.service.ts';

type Reader = Parameters<Parameters<typeof incidents.readAll>[2]>[0];

/** Situation reports, the latest first, each with its needs. */
export const reportsQuery = (db: Reader, id: string, { before, limit, rowId }: { before?: number | undefined; limit: number; rowId?: string }) => {
  const query = db.selectFrom('incidents.situationReport as s').leftJoin('access.person as author', 'author.id', 's.authorId').leftJoin('access.person as striker', 'striker.id', 's.struckBy')
    .select([
      's.id', 's.seq', 's.conditions', 's.actions', 's.at', 's.notedAt', sql<string>`coalesce(author.name, '')`.as('author'), 's.struckAt', 'striker.name as struckBy', 's.struckReason',
      sql<SituationReport['needs']>`coalesce((select jsonb_agg(jsonb_build_object('id', n.id, 'seq', n.seq, 'need', n.need, 'became', n.became, 'becameId', n.became_id, 'becameAt', n.became_at, 'becameBy', (select p.name from access.person p where p.id = n.became_by)) order by n.seq) from incidents.reported_need n where n.report_id = s.id), '[]')`.as('needs'),
    ]).where('s.incidentId', '=', id).orderBy('s.seq', 'desc').limit(limit);
  const one = rowId === undefined ? query : query.where('s.id', '=', rowId);
  return before === undefined ? one : one.where('s.seq', '<', before);
};

export async function listSituationReports(ctx: Ctx, { id, after, limit }: Input<typeof contract.listSituationReports>): Promise<Reply<typeof contract.listSituationReports>> {
  const [rows, items] = await incidents.readAll(ctx, READ, (db) => [db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id), reportsQuery(db, id, { before: after, limit })]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const last = items.at(-1);
  return { items, next: items.length === limit && last && last.seq > 1 ? String(last.seq) : null };
}

export const writeSituationReport = (ctx: Ctx, { id, conditions, actions, needs, at }: Input<typeof contract.writeSituationReport>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    await checkOpen(tx, incident);
    const asOf = happenedAt(ctx, at);
    const { most } = await tx.selectFrom('incidents.situationReport').select((e) => e.fn.max('seq').as('most')).where('incidentId', '=', id).executeTakeFirstOrThrow();
    const row = { id: uuidv7(), seq: Number(most ?? 0) + 1, conditions, actions, at: asOf, notedAt: ctx.now().toISOString() };
    await tx.insertInto('incidents.situationReport').values({ ...row, incidentId: id, authorId: ctx.personId }).execute();
    if (needs.length > 0) await tx.insertInto('incidents.reportedNeed').values(needs.map((need, i) => ({ id: uuidv7(), incidentId: id, reportId: row.id, seq: i + 1, need }))).execute();
    return { verb: 'report-written', row: { ...row, needs }, erasable: ['conditions', 'actions', 'needs'] };
  });

/** Strikes a report: it stays, with who struck it and why. A second strike is told who was first. */
export const strikeSituationReport = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikeSituationReport>): Promise<Standing> =>
  changeLine(ctx, id, async (tx) => {
    const done = await tx.updateTable('incidents.situationReport').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason }).where('id', '=', rowId).where('incidentId', '=', id).where('struckAt', 'is', null).returning('id').executeTakeFirst();
    if (done) return { verb: 'report-struck', row: { id: rowId, reason } };
    const before = await tx.selectFrom('incidents.situationReport as s').leftJoin('access.person as p', 'p.id', 's.struckBy').select(['p.name', 's.struckAt']).where('s.id', '=', rowId).where('s.incidentId', '=', id).executeTakeFirst();
    throw before ? new Problem('conflict', 'incidents.already_struck', `${before.name ?? 'Somebody'} struck it already.`, { by: before.name, at: before.struckAt }) : notFound();
  });

type Need = { id: string; need: string; report: number };

/** A need that nothing was made of yet. Throws 404; 409 says who made what of it. */
async function openNeed(tx: Tx, incidentId: string, rowId: string): Promise<Need> {
  const need = await tx.selectFrom('incidents.reportedNeed as n').innerJoin('incidents.situationReport as s', 's.id', 'n.reportId').leftJoin('access.person as p', 'p.id', 'n.becameBy').select(['n.id', 'n.need', 's.seq as report', 's.struckAt', 'n.became', 'n.becameAt', 'p.name']).where('n.id', '=', rowId).where('n.incidentId', '=', incidentId).executeTakeFirst();
  if (!need) throw notFound();
  if (need.struckAt !== null) throw new Problem('conflict', 'incidents.already_struck', 'Its report was struck. Write the need into a new one.');
  if (need.became !== null) throw new Problem('conflict', 'incidents.need_taken', `${need.name ?? 'Somebody'} made it a ${need.became === 'task' ? 'task' : 'request for a resource'} already.`, { by: need.name, at: need.becameAt });
  return need;
}

const markNeed = (ctx: Ctx, tx: Tx, needId: string, became: 'task' | 'resource', becameId: string) =>
  tx.updateTable('incidents.reportedNeed').set({ became, becameId, becameAt: ctx.now().toISOString(), becameBy: ctx.personId }).where('id', '=', needId).where('became', 'is', null).execute();

export const taskFromNeed = (ctx: Ctx, { id, rowId, ownerId, dueAt }: Input<typeof contract.taskFromNeed>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    const need = await openNeed(tx, id, rowId);
    await checkOpen(tx, incident);
    const isLong = need.need.length > 200;
    const task = await addTask(ctx, { recordId: id, title: isLong ? `${need.need.slice(0, 199)}…` : need.need, detail: isLong ? need.need : `Need of situation report ${need.report}`, ownerId, dueAt });
    await markNeed(ctx, tx, rowId, 'task', task.id);
    return { verb: 'need-made-task', row: { id: rowId, taskId: task.id } };
  });

export const resourceFromNeed = (ctx: Ctx, { id, rowId, kind, name }: Input<typeof contract.resourceFromNeed>): Promise<Standing> =>
  changeLine(ctx, id, async (tx, incident) => {
    const need = await openNeed(tx, id, rowId);
    await checkOpen(tx, incident);
    const card = await insertCard(ctx, tx, id, { kind, name: name || need.need.slice(0, 200), notes: `Need of situation report ${need.report}: ${need.need}` }, ctx.now().toISOString());
    await markNeed(ctx, tx, rowId, 'resource', card.id);
    return { verb: 'need-made-resource', row: { id: rowId, resourceId: card.id } };
  });
