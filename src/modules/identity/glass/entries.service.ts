import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { lookOnce } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { identity, type Tx } from '../change.ts';
import type * as contract from '../glass-contract.ts';
import type { WallEntry } from '../glass-contract.ts';
import { SETTLE } from '../handover.service.ts';
import { BREAK_GLASS } from '../roles.ts';

type Db = Pick<Parameters<Parameters<typeof identity.readAll>[2]>[0], 'selectFrom'>;

const selectEntries = (db: Db) =>
  db.selectFrom('identity.glassEntry as e').innerJoin('access.person as asker', 'asker.id', 'e.askerId').innerJoin('access.person as witness', 'witness.id', 'e.witnessId').leftJoin('access.person as ender', 'ender.id', 'e.endedBy').leftJoin('access.person as reviewer', 'reviewer.id', 'e.reviewedBy')
    .select([
      'e.id', 'e.wallId', 'e.recordId', 'e.siteId', 'e.keepPermission', 'e.readPermission', 'e.askerId', 'asker.name as asker', 'e.witnessId', 'witness.name as witness', 'e.reason', 'e.words', 'e.enteredAt', 'e.until', 'e.endedAt', 'ender.name as endedBy',
      'reviewer.name as reviewer', 'e.reviewedAt', 'e.verdict', 'e.reviewWhy', sql<number>`identity.glass_uses(e.asker_id)`.as('uses'),
      sql<boolean>`access.me() not in (e.asker_id, e.witness_id) and access.may_at(e.site_id, e.wall_id, e.keep_permission)`.as('mayKeep'),
    ]);
type Row = Awaited<ReturnType<ReturnType<typeof selectEntries>['execute']>>[number];

const HOUR_MS = 3_600_000;
const toEntry = (row: Row): WallEntry => ({
  id: row.id, asker: { id: row.askerId, name: row.asker }, witness: { id: row.witnessId, name: row.witness }, reason: row.reason, words: row.words, enteredAt: row.enteredAt, until: row.until, endedAt: row.endedAt, endedBy: row.endedBy, usesIn90Days: row.uses,
  reviewDueAt: new Date(Date.parse(row.enteredAt) + BREAK_GLASS.reviewWithinHours * HOUR_MS).toISOString(),
  review: row.verdict === null ? null : { by: row.reviewer ?? '', at: row.reviewedAt ?? '', verdict: row.verdict, why: row.reviewWhy }, mayKeep: row.mayKeep,
});

/** What happened to the wall of a record, for who stands behind it; that somebody reads it is recorded first. */
export async function listWall(ctx: Ctx, { recordId }: Input<typeof contract.listWall>): Promise<Reply<typeof contract.listWall>> {
  const [records, entries, events] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('platform.record').select(['siteId', 'wallId', 'readPermission']).where('id', '=', recordId).where('wallId', 'is not', null),
    selectEntries(db).where('e.recordId', '=', recordId).orderBy('e.enteredAt', 'desc').limit(200),
    db.selectFrom('identity.wallEvent as v').innerJoin('platform.record as r', 'r.wallId', 'v.wallId').innerJoin('access.person as p', 'p.id', 'v.personId').leftJoin('access.person as o', 'o.id', 'v.otherId')
      .select(['v.id', 'v.verb', 'p.name as person', 'o.name as other', 'v.at']).where('r.id', '=', recordId).orderBy('v.at', 'desc').limit(200),
  ]);
  const record = records[0];
  if (record) await lookOnce(ctx, { id: recordId, wallId: record.wallId }, () => identity.recordLook(ctx, { id: recordId, ...record }));
  return { entries: entries.map(toEntry), events };
}

async function held(tx: Tx | Db, id: string): Promise<Row> {
  const row = await selectEntries(tx).where('e.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

const of = ({ recordId, siteId, wallId, readPermission }: Pick<Row, 'recordId' | 'siteId' | 'wallId' | 'readPermission'>) => ({ recordId, siteId, wallId, readPermission });
const told = (row: Row, verb: string, after: object): Change<{ id: string }> => ({ verb, before: null, after: { ...after, id: row.recordId, entryId: row.id } as { id: string }, of: of(row), erasable: 'why' in after ? ['why'] : [] });

/** Somebody who keeps the wall, and neither entered nor witnessed. */
async function kept(ctx: Ctx, id: string): Promise<Row> {
  const row = await held(identity.read(ctx, ''), id);
  if (!row.mayKeep) throw notAllowed(row.keepPermission);
  return row;
}

/** Sends out who entered, before their time. */
export async function endEntry(ctx: Ctx, { id, why }: Input<typeof contract.endEntry>): Promise<WallEntry> {
  const { keepPermission } = await kept(ctx, id);
  return identity.writeMany(ctx, keepPermission, async (tx) => {
    const before = await held(tx, id);
    if (before.endedAt !== null || Date.parse(before.until) <= ctx.now().getTime()) throw new Problem('conflict', 'identity.glass_ended', before.endedBy ? `${before.endedBy} sent them out already.` : 'Their time ran out already.', { by: before.endedBy, at: before.endedAt ?? before.until });
    await sql`select identity.end_glass(${id})`.execute(tx);
    return { changes: [told(before, 'glass-ended', { askerId: before.askerId, why })], result: toEntry(await held(tx, id)) };
  });
}

/** Says afterwards whether it was justified; once, by somebody who keeps the wall. */
export async function reviewEntry(ctx: Ctx, { id, verdict, why }: Input<typeof contract.reviewEntry>): Promise<WallEntry> {
  const { keepPermission } = await kept(ctx, id);
  return identity.writeMany(ctx, keepPermission, async (tx) => {
    const done = await tx.updateTable('identity.glassEntry').set({ verdict, reviewWhy: why, reviewedBy: ctx.personId, reviewedAt: ctx.now().toISOString() }).where('id', '=', id).where('verdict', 'is', null).executeTakeFirst();
    const after = await held(tx, id);
    if (done.numUpdatedRows === 0n) throw new Problem('conflict', 'identity.glass_reviewed', `${after.reviewer ?? 'Somebody'} has looked at it already.`, { by: after.reviewer, at: after.reviewedAt });
    return { changes: [told(after, 'glass-reviewed', { askerId: after.askerId, verdict, why })], result: toEntry(after) };
  });
}

/** Tells each wall whose visitor's time ran out, or who was sent out. For the steward; answers how many. */
export function tellRunOut(ctx: Ctx): Promise<number> {
  return identity.writeMany(ctx, SETTLE, async (tx) => {
    const rows = await tx.selectFrom(sql<{ id: string; recordId: string; siteId: string | null; wallId: string; readPermission: string; askerId: string }>`identity.glass_run_out()`.as('e')).select(['id', 'recordId', 'siteId', 'wallId', 'readPermission', 'askerId']).execute();
    return { changes: rows.map((row) => ({ verb: 'glass-over', before: null, after: { id: row.recordId, entryId: row.id, askerId: row.askerId } as { id: string }, of: of(row) })), result: rows.length };
  });
}

/** Is the person of the context behind this wall by having broken its glass? Such a visitor reads, and takes nothing along. */
export async function isInsideByGlass(ctx: Ctx, wallId: string): Promise<boolean> {
  const [row] = await identity.read(ctx, '').selectFrom(sql<{ inside: boolean }>`(select access.is_by_glass(${wallId}) as inside)`.as('g')).select('inside').execute();
  return row?.inside === true;
}
