import { sql } from 'kysely';
import { namesOf } from '#modules/sites/public.ts';
import { tasksBy } from '#modules/tasks/public.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Kysely } from 'kysely';
import type { Content, Pack, PackHead, PackLine, Section } from '../pack-contract.ts';
import type { Tables } from '../tables.gen.ts';
import type { Tables as KernelTables } from '#platform/kernel/tables.gen.ts';

export const desk = store<Tables>('desk');
export type Tx = Kysely<Tables & KernelTables>;
export type Db = Pick<Tx, 'selectFrom'>;
export const READ = 'desk:read';

type Row = Omit<PackHead, 'site'> & { sections: Section[]; content: Content | null; digest: Buffer | null };

/** Packs with the names of who did what. */
export const selectPacks = (db: Db) =>
  db.selectFrom('desk.pack as p').innerJoin('access.person as m', 'm.id', 'p.madeBy').leftJoin('access.person as f', 'f.id', 'p.frozenBy').leftJoin('access.person as r', 'r.id', 'p.proposedBy').leftJoin('access.person as a', 'a.id', 'p.approvedBy')
    .select(['p.id', 'p.number', 'p.title', 'p.kind', 'p.siteId', 'p.state', 'p.cutoffId', 'm.name as madeBy', 'p.madeAt', 'f.name as frozenBy', 'p.frozenAt', 'r.name as proposedBy', 'a.name as approvedBy', 'p.issuedAt', 'p.version', 'p.sections', 'p.content', 'p.digest']).$castTo<Row>();

export async function packIn(db: Db, id: string): Promise<Row> {
  const row = await selectPacks(db).where('p.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

export const staleOf = (version: number): Problem => new Problem('stale', 'desk.stale', 'Somebody changed the pack since you read it. Read it again; what you wrote is still on your screen.', { version });

/** The pack, taken for this transaction; 404 where it is not seen, 412 where the caller read another version. */
export async function holdPack(ctx: Ctx, tx: Tx, id: string): Promise<Row> {
  await packIn(tx, id);
  await tx.selectFrom('desk.pack').select('id').where('id', '=', id).forUpdate().execute();
  const row = await packIn(tx, id);
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw staleOf(row.version);
  return row;
}

/** What the ledger says of a change; until it is issued a pack is found by who writes packs alone. */
export function changeOf(verb: string, before: Partial<Row> | null, { sections: _s, content: _c, ...after }: Row): Change<{ id: string }> {
  const told: { id: string } & Record<string, unknown> = { ...after, digest: after.digest?.toString('hex') ?? null };
  return {
    verb, before: before === null ? null : ({ state: before.state, version: before.version } as object), after: told, words: `${after.number} ${after.title}`,
    header: { kind: 'desk.pack', number: after.number, title: after.title, state: after.state, siteId: after.siteId, wallId: null, readPermission: after.state === 'issued' ? READ : 'desk:write', at: after.madeAt },
  };
}

/** What the ledger says of something at a pack. */
export const ofPack = (verb: string, row: Row, after: { id: string } & Record<string, unknown>): Change<{ id: string }> => ({ verb, before: null, after, of: { recordId: row.id, siteId: row.siteId, wallId: null, readPermission: row.state === 'issued' ? READ : 'desk:write' } });

type Line = { id: string; kind: PackLine['kind']; text: string; taskId: string | null; by: string; at: string; struckAt: string | null; striker: string | null; struckWhy: string };

/** Lines with their tasks as they stand, for who sees tasks. */
async function linesOf(ctx: Ctx, db: Db, id: string): Promise<PackLine[]> {
  const rows: Line[] = await db.selectFrom('desk.packLine as l').innerJoin('access.person as p', 'p.id', 'l.addedBy').leftJoin('access.person as s', 's.id', 'l.struckBy')
    .select(['l.id', 'l.kind', 'l.text', 'l.taskId', 'p.name as by', 'l.addedAt as at', 'l.struckAt', 's.name as striker', 'l.struckWhy']).where('l.packId', '=', id).orderBy('l.addedAt').orderBy('l.id').limit(500).execute();
  const ids = rows.flatMap(({ taskId }) => taskId ?? []);
  const tasks = await tasksBy(ctx, ids).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'forbidden') return new Map<string, never>();
    throw error;
  });
  return rows.map(({ taskId, struckAt, striker, struckWhy, ...line }) => {
    const task = taskId === null ? undefined : tasks.get(taskId);
    return { ...line, struck: struckAt === null ? null : { at: struckAt, by: striker ?? '', why: struckWhy }, task: task === undefined ? null : { id: task.id, state: task.state, owner: task.owner?.name ?? null, dueAt: task.dueAt } };
  });
}

export async function packOf(ctx: Ctx, db: Db, id: string): Promise<Pack> {
  const { digest, ...row } = await packIn(db, id);
  const [sites, lines] = [await namesOf(ctx, [row.siteId]), await linesOf(ctx, db, id)];
  return { ...row, site: row.siteId === null ? null : (sites.get(row.siteId)?.name ?? null), digest: digest?.toString('hex') ?? null, lines };
}

/** Throws 403 where the reader does not hold a permission at the place of a pack. */
export const mayAt = (siteId: string | null, permission: string) => sql<boolean>`access.may_at(${siteId}::uuid, null, ${permission})`;
