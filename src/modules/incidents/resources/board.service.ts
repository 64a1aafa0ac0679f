import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { recordLook } from '../looks.ts';
import { incidents, READ } from '../record.ts';
import { MOST_RESOURCES, type Resource, type ResourceMove } from '../resource-contract.ts';
import type * as contract from '../resource-contract.ts';
import { countResources } from '../resource-rules.ts';
import { CARD } from './card.ts';

type Reader = Parameters<Parameters<typeof incidents.readAll>[2]>[0];

export const cardsQuery = (db: Reader, id: string) =>
  db.selectFrom('incidents.resource as r').leftJoin('access.person as asker', 'asker.id', 'r.requestedBy').leftJoin('access.person as checker', 'checker.id', 'r.checkedInBy').leftJoin('access.person as striker', 'striker.id', 'r.struckBy')
    .select([...CARD, sql<string>`coalesce(asker.name, '')`.as('requestedBy'), 'checker.name as checkedInBy', 'striker.name as struckBy']).where('r.incidentId', '=', id).orderBy('r.seq').limit(MOST_RESOURCES);

/** All cards of an incident and their counts. */
export async function listResources(ctx: Ctx, { id }: Input<typeof contract.listResources>): Promise<Reply<typeof contract.listResources>> {
  const [rows, cards] = await incidents.readAll(ctx, READ, (db) => [db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id), cardsQuery(db, id)]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const items = cards as Resource[];
  return { items, counts: countResources(items.filter(({ struckAt }) => struckAt === null)) };
}

/** Moves of one card, or of all cards of an incident, the latest first. */
export const movesQuery = (db: Reader, id: string, rowId: string | null) => {
  const query = db.selectFrom('incidents.resourceMove as m').leftJoin('access.person as p', 'p.id', 'm.byId')
    .select(['m.id', 'm.resourceId', 'm.verb', 'm.was', 'm.became', 'm.at', 'm.notedAt', sql<string>`coalesce(p.name, '')`.as('by'), 'm.words']).where('m.incidentId', '=', id).orderBy('m.notedAt', 'desc').orderBy('m.id', 'desc').limit(2_000);
  return rowId === null ? query : query.where('m.resourceId', '=', rowId);
};

export async function listResourceMoves(ctx: Ctx, { id, rowId }: Input<typeof contract.listResourceMoves>): Promise<Reply<typeof contract.listResourceMoves>> {
  const [rows, cards, moves] = await incidents.readAll(ctx, READ, (db) => [
    db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id), db.selectFrom('incidents.resource').select('id').where('id', '=', rowId).where('incidentId', '=', id), movesQuery(db, id, rowId),
  ]);
  const row = rows[0];
  if (!row || !cards[0]) throw notFound();
  await recordLook(ctx, row);
  return { items: moves.map(({ resourceId: _, ...move }) => move) as ResourceMove[] };
}
