import { sql } from 'kysely';
import { sameDeviceAs } from '#modules/alarms/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { recordLook } from '../looks.ts';
import type * as contract from '../merge-contract.ts';
import { incidents, READ } from '../record.ts';
import { likenessOf, NEAR_MS } from './likeness.ts';

const MOST_NEAR = 300;

/** Incidents that may be of the same event, the most alike first. */
export async function listSimilar(ctx: Ctx, { id, limit }: Input<typeof contract.listSimilar>): Promise<Reply<typeof contract.listSimilar>> {
  const [rows] = await incidents.readAll(ctx, READ, (db) => [db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId', 'typeKey', 'occurredFrom', 'isSimulated', 'mergedInto', sql<boolean>`exists (select from incidents.incident m where m.merged_into = incidents.incident.id)`.as('hasMerged')]).where('id', '=', id)]);
  const one = rows[0];
  if (!one) throw notFound();
  await recordLook(ctx, one);
  const found = await nearOf(ctx, one);
  const devices = await sameDeviceAs(ctx, id, found.map((row) => row.id)).catch(nothingForbidden);
  const items = found.map((row) => ({ row, ...likenessOf(one, row, devices.has(row.id)) })).filter(({ isOffered }) => isOffered)
    .sort((a, b) => b.alike.length - a.alike.length || a.apartMs - b.apartMs || (a.row.id < b.row.id ? -1 : 1)).slice(0, limit);
  const isFree = one.wallId === null && one.mergedInto === null && !one.hasMerged;
  return { items: items.map(({ row: { siteId, typeKey: _, ...row }, alike, apartMs }) => ({ ...row, alike, apartMs, mayMerge: isFree && siteId === one.siteId })) };
}

type One = { id: string; occurredFrom: string; isSimulated: boolean };

const nearOf = (ctx: Ctx, { id, occurredFrom, isSimulated }: One) =>
  incidents.read(ctx, READ).selectFrom('incidents.incident as i')
    .select(['i.id', 'i.number', 'i.title', 'i.state', 'i.severity', 'i.occurredFrom', 'i.siteId', 'i.typeKey', sql<string | null>`(select s.name from sites.v_site s where s.id = i.site_id)`.as('site'), sql<string | null>`(select s.time_zone from sites.v_site s where s.id = i.site_id)`.as('timeZone')])
    .where('i.id', '<>', id).where('i.wallId', 'is', null).where('i.mergedInto', 'is', null).where('i.isSimulated', '=', isSimulated)
    .where('i.occurredFrom', '>=', new Date(Date.parse(occurredFrom) - NEAR_MS).toISOString()).where('i.occurredFrom', '<=', new Date(Date.parse(occurredFrom) + NEAR_MS).toISOString())
    .orderBy(sql`abs(extract(epoch from i.occurred_from - ${occurredFrom}::timestamptz))`).limit(MOST_NEAR).execute();

/** Who may not see alarms is told nothing by them. */
const nothingForbidden = (error: unknown): ReadonlySet<string> => {
  if (error instanceof Problem && error.kind === 'forbidden') return new Set();
  throw error;
};
