import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { WallAsk } from './contract.ts';
import { uuidIn } from './items.service.ts';
import { at, type Db, ERASE, KEEPS_WALL, subjects } from './rows.ts';

const rows = (db: Db) =>
  db.selectFrom('subjects.ask as k').select(['k.id', 'k.kind', 'k.name', 'k.state', 'k.askedAt', 'k.ground', 'k.wallId', 'k.requestId', (eb) => eb.selectFrom('subjects.behind as b').select(sql<number>`count(*)::int`.as('n')).whereRef('b.askId', '=', 'k.id').as('found')]);
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];
const askOf = ({ id, kind, name, state, askedAt, ground, found }: Row): WallAsk => ({ id, kind: kind as WallAsk['kind'], name, state: state as WallAsk['state'], askedAt, ground, found: found ?? 0 });

/** What is asked of me, of the walls that I keep; each look at one is recorded behind its wall. */
export async function listAsks(ctx: Ctx, { after, limit }: Input<typeof contract.listAsks>): Promise<Reply<typeof contract.listAsks>> {
  let query = rows(subjects.read(ctx, KEEPS_WALL)).orderBy('k.id', 'desc').limit(limit);
  if (after !== undefined) query = query.where(sql<boolean>`k.id < ${uuidIn(after)}::uuid`);
  const found = await query.execute();
  const last = found.at(-1);
  return { items: found.map(askOf), next: last && found.length === limit ? last.id : null };
}

export async function readAsk(ctx: Ctx, { id }: Input<typeof contract.readAsk>): Promise<Reply<typeof contract.readAsk>> {
  const [found, items] = await subjects.readAll(ctx, KEEPS_WALL, (db) => [
    rows(db).where('k.id', '=', id),
    db.selectFrom('subjects.behind').select(['id', 'tbl as table', 'why', 'at', sql<Record<string, unknown>>`body`.as('body')]).where('askId', '=', id).orderBy('id').limit(200),
  ] as const);
  const [row] = found;
  if (!row) throw notFound();
  await subjects.recordLook(ctx, { id, siteId: null, wallId: row.wallId, readPermission: KEEPS_WALL });
  return { ...askOf(row), items };
}

/** Releases what stands behind the wall, or refuses. Behind the wall it is known which; who handles the request reads the answer. */
export async function answerAsk(ctx: Ctx, { id, isReleased, ground }: Input<typeof contract.answerAsk>): Promise<Reply<typeof contract.answerAsk>> {
  const state = isReleased ? 'released' : 'refused';
  return subjects.writeMany(ctx, KEEPS_WALL, async (tx) => {
    const ask = await rows(tx).where('k.id', '=', id).executeTakeFirst();
    if (!ask) throw notFound();
    if (ask.state !== 'waiting') throw new Problem('conflict', 'subjects.answered', 'This was answered already, or the request has ended.');
    const [done] = await tx.updateTable('subjects.ask').set({ state, ground, decidedBy: ctx.personId, decidedAt: at(ctx) }).where('id', '=', id).where('state', '=', 'waiting').returning('id').execute();
    if (!done) throw notFound();
    return {
      changes: [
        { verb: `wall-${state}`, before: { id }, after: { id, state, ground }, of: { recordId: id, siteId: null, wallId: ask.wallId, readPermission: KEEPS_WALL }, erasable: ['ground'] },
        { verb: 'wall-answered', before: null, after: { id: ask.requestId, state }, of: { recordId: ask.requestId, siteId: null, wallId: null, readPermission: ERASE } },
      ],
      result: { id, state },
    };
  });
}
