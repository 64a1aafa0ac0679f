import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Point } from './contract.ts';
import type { DeviceTx } from './device-row.ts';

const taken = (): Problem => {
  const detail = 'Another device is known by one of these points. Take it from that one first.';
  return new Problem('conflict', 'devices.point_taken', detail, { errors: [{ pointer: '/points', detail }] });
};

/** Makes these the points of a device. What it loses keeps the time in which it was its own; what was another's before is its own from now on. */
export async function putPoints(ctx: Ctx, tx: DeviceTx, deviceId: string, wanted: readonly Point[]): Promise<void> {
  const unique = [...new Map(wanted.map((one) => [`${one.sourceId} ${one.point}`, one])).values()];
  const [sources, points] = [unique.map(({ sourceId }) => sourceId), unique.map(({ point }) => point)];
  const now = ctx.now().toISOString();
  await tx.updateTable('devices.point').set({ until: now }).where('deviceId', '=', deviceId).where('until', 'is', null)
    .where(sql<boolean>`not exists (select from unnest(${sources}::uuid[], ${points}::text[]) w (source_id, point) where w.source_id = devices.point.source_id and w.point = devices.point.point)`).execute();
  const known = await tx.selectFrom('devices.point').select(['sourceId', 'point']).where('deviceId', '=', deviceId).where('until', 'is', null).execute();
  const has = new Set(known.map(({ sourceId, point }) => `${sourceId} ${point}`));
  const fresh = unique.filter(({ sourceId, point }) => !has.has(`${sourceId} ${point}`));
  if (fresh.length === 0) return;
  const seen = await tx.selectFrom(sql<{ id: string }>`(select id from signals.v_source where id = any (${sources}::uuid[]))`.as<'s'>(sql`s`)).select('id').execute();
  if (seen.length < new Set(sources).size) throw toProblem({ code: '23503' });
  const before = await tx.selectFrom('devices.point').select(['sourceId', 'point']).where(sql<boolean>`(source_id, point) in (select * from unnest(${fresh.map((one) => one.sourceId)}::uuid[], ${fresh.map((one) => one.point)}::text[]))`).execute();
  const hadOne = new Set(before.map(({ sourceId, point }) => `${sourceId} ${point}`));
  const rows = fresh.map((one) => ({ id: uuidv7(), deviceId, ...one, since: hadOne.has(`${one.sourceId} ${one.point}`) ? now : null }));
  await tx.insertInto('devices.point').values(rows).execute().catch((error: unknown) => {
    throw (error as { code?: string }).code === '23505' || (error as Problem).code === 'platform.taken' ? taken() : error;
  });
}

/** Ends all points of a device, as when it is retired. */
export async function releasePoints(ctx: Ctx, tx: DeviceTx, deviceId: string): Promise<void> {
  await tx.updateTable('devices.point').set({ until: ctx.now().toISOString() }).where('deviceId', '=', deviceId).where('until', 'is', null).execute();
}
