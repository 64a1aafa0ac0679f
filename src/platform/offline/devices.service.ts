import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import * as contract from './contract.ts';
import type { Device } from './contract.ts';
import { changeOf, offline } from './record.ts';

const KEEP = 'identity:sessions';
const MOST_DEVICES = 10;
const MOST_TAKEN = 50;
const DAY_MS = 86_400_000;

const COLUMNS = ['d.id', 'd.personId', 'p.name as person', 'd.label', 'd.madeAt', 'd.seenAt', 'd.skewMs', 'd.unsent', 'd.leftAt', 'd.wipeAt', 'w.name as wipeBy', 'd.wipeReason', 'd.wipedAt'] as const;
type Row = Omit<Device, 'records' | 'sessions' | 'state' | 'skewMs'> & { skewMs: number | string; leftAt: string | null };

const devices = (ctx: Ctx, permission: string) => offline.read(ctx, permission).selectFrom('offline.device as d').innerJoin('access.person as p', 'p.id', 'd.personId').leftJoin('access.person as w', 'w.id', 'd.wipeBy').select(COLUMNS);

function stateOf({ wipedAt, wipeAt, leftAt, seenAt }: Row, now: Date): Device['state'] {
  if (wipeAt !== null) return wipedAt === null ? 'to be wiped' : 'wiped';
  if (leftAt !== null) return 'left';
  return now.getTime() - Date.parse(seenAt) > contract.KEPT_DAYS * DAY_MS ? 'silent' : 'in use';
}

/** With what each took along, as far as the reader may see it. */
async function withRecords(ctx: Ctx, permission: string, rows: readonly Row[]): Promise<Device[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [taken, sessions] = await offline.readAll(ctx, permission, (db) => [
    db.selectFrom('offline.taken as t').innerJoin('platform.record as r', 'r.id', 't.recordId').select(['t.deviceId', 'r.id', 'r.kind', 'r.number', 'r.title']).where('t.deviceId', 'in', ids).where('t.droppedAt', 'is', null).orderBy('t.at').limit(2_000),
    db.selectFrom(sql<{ deviceId: string; n: number }>`offline.sessions_of(${ids}::uuid[])`.as('s')).select(['deviceId', 'n']),
  ]);
  return rows.map(({ leftAt, ...row }) => ({
    ...row, skewMs: Number(row.skewMs), state: stateOf({ leftAt, ...row }, ctx.now()), sessions: sessions.find(({ deviceId }) => deviceId === row.id)?.n ?? 0,
    records: taken.filter(({ deviceId }) => deviceId === row.id).map(({ deviceId: _, ...record }) => record),
  }));
}

export async function listDevices(ctx: Ctx): Promise<Reply<typeof contract.listDevices>> {
  const rows = await devices(ctx, '').where('d.personId', '=', me).where('d.leftAt', 'is', null).orderBy('d.id', 'desc').limit(100).execute();
  return { items: await withRecords(ctx, '', rows), keptDays: contract.KEPT_DAYS };
}

/** Devices carry ids in order of time: the newest first, page by page. */
export async function listPeoplesDevices(ctx: Ctx, { q, after, limit }: Input<typeof contract.listPeoplesDevices>): Promise<Reply<typeof contract.listPeoplesDevices>> {
  let query = devices(ctx, KEEP).where('d.leftAt', 'is', null).where(sql<boolean>`identity.is_within_reach(d.person_id)`).orderBy('d.id', 'desc').limit(limit);
  if (q) query = query.where('p.name', 'ilike', `%${q.replace(/[\\%_]/g, '\\$&')}%`);
  if (after) query = query.where('d.id', '<', after);
  const rows = await query.execute();
  return { items: await withRecords(ctx, KEEP, rows), next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null };
}

/** What devices are called, for who reads what came from them. */
export async function deviceNames(ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await offline.read(ctx, '').selectFrom(sql<{ id: string; label: string }>`offline.labels_of(${[...ids]}::uuid[])`.as('d')).select(['id', 'label']).execute();
  return new Map(rows.map(({ id, label }) => [id, label]));
}

/** The same device of the same person again is no other one. */
export async function addDevice(ctx: Ctx, { id, label, token }: Input<typeof contract.addDevice>): Promise<{ id: string }> {
  return offline.writeMany(ctx, '', async (tx) => {
    const mine = await tx.selectFrom('offline.device').select(['id', 'wipeAt', 'leftAt']).where('personId', '=', me).execute();
    if (mine.some((device) => device.id === id)) return { changes: [], result: { id } };
    if (mine.filter(({ wipeAt, leftAt }) => wipeAt === null && leftAt === null).length >= MOST_DEVICES) throw new Problem('refused', 'offline.many_devices', `Records are kept on ${MOST_DEVICES} devices at most. Wipe one that you use no more.`);
    const now = ctx.now().toISOString();
    await tx.insertInto('offline.device').values({ id, personId: ctx.personId, label, tokenHash: hashToken(token), half: randomBytes(32), madeAt: now, seenAt: now }).execute();
    return { changes: [changeOf('device-added', { id, personId: ctx.personId, label })], result: { id } };
  });
}

/** What a session may have of its device: the half of the key, and which records. Throws 404 for a device that is another's, left or to be wiped. */
export async function contactServer(ctx: Ctx, { id, deviceTime, unsent }: Input<typeof contract.contactServer>): Promise<Reply<typeof contract.contactServer>> {
  const now = ctx.now();
  const token = ctx.actor.kind === 'token' ? ctx.actor.tokenHash : null;
  return offline.writeMany(ctx, '', async (tx) => {
    const { rows } = await sql<{ half: Buffer | null }>`select offline.contact(${id}::uuid, ${token}::bytea, ${Date.parse(deviceTime) - now.getTime()}::bigint, ${unsent}::int, ${now.toISOString()}::timestamptz) as half`.execute(tx);
    const half = rows[0]?.half;
    if (!half) throw notFound();
    const records = await tx.selectFrom('offline.taken as t').innerJoin('platform.record as r', 'r.id', 't.recordId').select(['r.id', 'r.kind']).where('t.deviceId', '=', id).where('t.droppedAt', 'is', null).where('r.wallId', 'is', null).limit(MOST_TAKEN).execute();
    return { changes: [], result: { half: half.toString('base64'), serverTime: now.toISOString(), until: new Date(now.getTime() + contract.KEPT_DAYS * DAY_MS).toISOString(), records } };
  });
}

type Tx = Parameters<Parameters<typeof offline.writeMany>[2]>[0];

async function checkMine(tx: Tx, id: string): Promise<void> {
  const device = await tx.selectFrom('offline.device').select('id').where('id', '=', id).where('personId', '=', me).where('wipeAt', 'is', null).where('leftAt', 'is', null).executeTakeFirst();
  if (!device) throw notFound();
}

/** That a record left the house on a device enters the ledger of that record. */
export async function takeAlong(ctx: Ctx, { id, recordId }: Input<typeof contract.takeAlong>): Promise<{ id: string }> {
  return offline.writeMany(ctx, '', async (tx) => {
    await checkMine(tx, id);
    const record = await tx.selectFrom('platform.record').select(['id', 'siteId', 'wallId', 'readPermission']).where('id', '=', recordId).executeTakeFirst();
    if (!record) throw notFound();
    if (record.wallId !== null) throw new Problem('refused', 'offline.walled', 'What stands behind a wall is not taken along on a device.');
    const { n } = await tx.selectFrom('offline.taken').select(sql<number>`count(*)::int`.as('n')).where('deviceId', '=', id).where('droppedAt', 'is', null).executeTakeFirstOrThrow();
    if (n >= MOST_TAKEN) throw new Problem('refused', 'offline.many_records', `A device takes ${MOST_TAKEN} records along at most. Leave one behind first.`);
    const at = ctx.now().toISOString();
    await tx.insertInto('offline.taken').values({ deviceId: id, recordId, at }).onConflict((conflict) => conflict.columns(['deviceId', 'recordId']).doUpdateSet({ at, droppedAt: null })).execute();
    const of = { recordId, siteId: record.siteId, wallId: null, readPermission: record.readPermission };
    return { changes: [{ verb: 'taken-along', before: null, after: { id: recordId, deviceId: id } as { id: string }, of }], result: { id: recordId } };
  });
}

export async function leaveBehind(ctx: Ctx, { id, recordId }: Input<typeof contract.leaveBehind>): Promise<{ id: string }> {
  return offline.writeMany(ctx, '', async (tx) => {
    await checkMine(tx, id);
    await tx.updateTable('offline.taken').set({ droppedAt: ctx.now().toISOString() }).where('deviceId', '=', id).where('recordId', '=', recordId).where('droppedAt', 'is', null).execute();
    return { changes: [changeOf('left-behind', { id, recordId })], result: { id: recordId } };
  });
}

export async function leaveDevice(ctx: Ctx, { id }: Input<typeof contract.leaveDevice>): Promise<{ id: string }> {
  return offline.writeMany(ctx, '', async (tx) => {
    const { rows } = await sql<{ gone: boolean }>`select offline.leave(${id}::uuid, ${ctx.now().toISOString()}::timestamptz) as gone`.execute(tx);
    if (!rows[0]?.gone) throw notFound();
    return { changes: [changeOf('device-left', { id, personId: ctx.personId })], result: { id } };
  });
}

const orderWipe = async (ctx: Ctx, permission: string, id: string, reason: string, refusal: () => Problem): Promise<{ id: string }> =>
  offline.writeMany(ctx, permission, async (tx) => {
    const { rows } = await sql<{ owner: string | null }>`select offline.order_wipe(${id}::uuid, ${reason}, ${ctx.now().toISOString()}::timestamptz) as owner`.execute(tx);
    const personId = rows[0]?.owner;
    if (!personId) throw refusal();
    return { changes: [changeOf('device-wiped', { id, personId, reason })], result: { id } };
  });

export const wipeDevice = (ctx: Ctx, { id, reason }: Input<typeof contract.wipeDevice>): Promise<{ id: string }> => orderWipe(ctx, '', id, reason, notFound);
export const wipePeoplesDevice = (ctx: Ctx, { deviceId, reason }: Input<typeof contract.wipePeoplesDevice>): Promise<{ id: string }> =>
  orderWipe(ctx, KEEP, deviceId, reason, () => new Problem('refused', 'offline.no_such_device', 'There is no such device in use, or its person is not within your reach.', { errors: [{ pointer: '/deviceId', detail: 'Choose a device of the list.' }] }));

/** Needs no session: a lost phone is to hear it too. By its random token a device learns of itself only. */
export async function hearOrder(ctx: Ctx, { device, done }: Input<typeof contract.hearOrder>): Promise<Reply<typeof contract.hearOrder>> {
  const [answer] = await ctx.db.send([{ text: 'select offline.hear_order($1::bytea, $2::boolean) as "order"', values: [hashToken(device), done] }]);
  return { order: answer?.rows[0]?.['order'] as 'keep' | 'wipe' | 'unknown' };
}
