import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { siteOf } from '#modules/sites/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { sitesBelow } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx } from '#platform/kernel/store.ts';
import { readWordCursor, wordCursorAfter } from '#platform/kernel/word-cursor.ts';
import type * as contract from './contract.ts';
import type { Device, DeviceDetail, Point } from './contract.ts';
import { changeOf, type Db, devices, type DeviceTx, pointsOf, rows } from './device-row.ts';
import { statesOf } from './health.ts';
import { plateOfDevice } from './plates/plates.service.ts';
import { putPoints, releasePoints } from './points.ts';
import { LONGEST_CHAIN } from './rules.ts';
import { modelOf } from './settings.service.ts';
import type { Tables } from './tables.gen.ts';

const REGISTER = 'devices:register';

type Where = ExpressionBuilder<{ d: Tables['devices.device']; h: Tables['devices.health'] }, 'd' | 'h'>;

const containing = (words: string) => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

const fits = ({ state, kind, reach, under, behind, q }: Omit<Input<typeof contract.listDevices>, 'sort' | 'limit'>) => (where: Where) =>
  where.and([
    ...(state ? [where('d.state', '=', state)] : []),
    ...(kind ? [where('d.kind', '=', kind)] : []),
    ...(reach ? [sql<boolean>`coalesce(h.reach, 'unknown') = ${reach}`] : []),
    ...(under ? [sql<boolean>`d.site_id in ${sitesBelow(under)}`] : []),
    ...(behind ? [where('d.behindId', '=', behind)] : []),
    ...(q ? [where.or((['d.code', 'd.name', 'd.make', 'd.model', 'd.serial', 'd.address'] as const).map((column) => where(column, 'ilike', containing(q))))] : []),
  ]);

const beyond = (column: 'd.name' | 'd.code', after: string | undefined) => (where: Where) => {
  if (after === undefined) return sql<boolean>`true`;
  const { word, id } = readWordCursor(after);
  return where(where.refTuple(column, 'd.id'), '>', where.tuple(word, id));
};

/** Devices in order of name or code, page by page. */
export async function listDevices(ctx: Ctx, input: Input<typeof contract.listDevices>): Promise<Reply<typeof contract.listDevices>> {
  const by = `d.${input.sort}` as const;
  const [items, counted] = await devices.readAll(ctx, 'devices:read', (db) => [
    rows(db).where(fits(input)).where(beyond(by, input.after)).orderBy(by).orderBy('d.id').limit(input.limit),
    db.selectFrom('devices.device as d').leftJoin('devices.health as h', 'h.deviceId', 'd.id').select((eb) => eb.fn.countAll<number>().as('n')).where(fits(input)),
  ]);
  const last = items.at(-1);
  return { items, next: last && items.length === input.limit ? wordCursorAfter(last[input.sort], last.id) : null, total: counted[0]?.n ?? 0 };
}

const seen = (db: Db, id: string): Promise<Device | undefined> => rows(db).where('d.id', '=', id).executeTakeFirst();

/** What a device stands behind, nearest first, as far as it is seen; never more than the longest chain. */
const aboveOf = (id: string) => sql<DeviceDetail['above'][number]>`(
  with recursive way(id, n) as (
    select d.behind_id, 1 from devices.device d where d.id = ${id} union all
    select d.behind_id, w.n + 1 from way w join devices.device d on d.id = w.id where w.n <= ${LONGEST_CHAIN})
  select v.id, v.name, v.reach from way w join devices.v_device v on v.id = w.id order by w.n)`;

async function detailOf(ctx: Ctx, db: Db, device: Device): Promise<DeviceDetail> {
  const points = await pointsOf(db, device.id).execute();
  const above = device.behindId === null ? [] : await db.selectFrom(aboveOf(device.id).as<'a'>(sql`a`)).selectAll().execute();
  const counted = await db.selectFrom('devices.device').select((eb) => eb.fn.countAll<number>().as('n')).where('behindId', '=', device.id).where('state', '=', 'active').executeTakeFirst();
  const faults = await db.selectFrom('devices.fault').select(['type', 'point', 'since']).where('deviceId', '=', device.id).where('until', 'is', null).orderBy('since').limit(200).execute();
  const drift = await db.selectFrom('devices.health').select(['driftMs', 'driftSince']).where('deviceId', '=', device.id).executeTakeFirst();
  const model = await modelOf(ctx, device);
  const health = statesOf({ ...device, driftMs: drift?.driftMs ?? null, driftSince: drift?.driftSince ?? null, faults, wantedFirmware: model?.wantedFirmware ?? null, modelEndOfLifeOn: model?.endOfLifeOn ?? null }, ctx.now());
  return { ...device, plate: await plateOfDevice(db, device.id), health, points, above, behindIt: counted?.n ?? 0 };
}

export async function readDevice(ctx: Ctx, { id }: Input<typeof contract.readDevice>): Promise<DeviceDetail> {
  const db = devices.read(ctx);
  const device = await seen(db, id);
  if (!device) throw notFound();
  return detailOf(ctx, db, device);
}

const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `devices.${code}`, detail, { errors: [{ pointer, detail }] });
const changedMeanwhile = (): Problem => new Problem('stale', 'devices.changed_meanwhile', 'Somebody changed this device since you read it. Look at it again, then change it.');

/** The database's refusals that have a plainer word here. */
function inOurWords(error: unknown): unknown {
  const { code, message, constraint } = error as { code?: string; message?: string; constraint?: string };
  if (code === '23505' && (constraint === 'device_code' || message?.includes('device_code'))) return new Problem('conflict', 'devices.code_taken', 'Another device of this site has this code. Give another, or change that one.', { errors: [{ pointer: '/code', detail: 'Another device of this site has this code.' }] });
  if (code === '23503' && message?.includes('no such device')) return refuse('behind_unknown', 'There is no such device, or it is not for you to see.', '/behindId');
  if (code === '23514' && message?.includes('behind itself')) return refuse('behind_itself', 'A device cannot stand behind itself, nor behind one that stands behind it.', '/behindId');
  if (code === '23514' && message?.includes('chain of devices')) return refuse('chain_too_long', `At most ${LONGEST_CHAIN} devices stand behind one another.`, '/behindId');
  if (code === '23514' && message?.includes('retired device')) return refuse('behind_retired', 'Nothing stands behind a retired device.', '/behindId');
  if (code === '23514' && message?.includes('others stand behind')) return refuse('others_behind', 'Others stand behind it. Say first what they stand behind instead.', '/state');
  return error;
}

const inWords = (error: unknown): never => {
  throw inOurWords(error);
};

async function checkSite(ctx: Ctx, siteId: string | null): Promise<void> {
  if (siteId === null) return;
  const site = await siteOf(ctx, siteId);
  if (!site) throw toProblem({ code: '23503' });
  if (site.state === 'closed') throw refuse('site_closed', 'This site is closed.', '/siteId');
}

export async function addDevice(ctx: Ctx, { points, ...input }: Input<typeof contract.addDevice>): Promise<DeviceDetail> {
  return devices.writeMany(ctx, REGISTER, async (tx) => {
    await checkSite(ctx, input.siteId);
    const id = uuidv7();
    const now = ctx.now().toISOString();
    await tx.insertInto('devices.device').values({ ...input, id, createdAt: now, changedAt: now }).execute().catch(inWords);
    await tx.insertInto('devices.health').values({ deviceId: id, reachSince: now }).execute();
    await putPoints(ctx, tx, id, points);
    const after = await seen(tx, id);
    if (!after) throw notFound();
    const detail = await detailOf(ctx, tx, after);
    return { changes: [changeOf('added', null, detail)], result: detail };
  });
}

async function toBeChanged(ctx: Ctx, tx: DeviceTx, id: string): Promise<DeviceDetail> {
  const before = await seen(tx, id);
  if (!before) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
  return detailOf(ctx, tx, before);
}

type Values = Partial<Omit<Input<typeof contract.changeDevice>, 'id' | 'points'>> & { state?: Device['state'] };

/** Brings a device to `values`; a lost race is told, and one that is seen but not the writer's is 403. */
async function update(ctx: Ctx, tx: DeviceTx, before: Device, values: Values): Promise<void> {
  const updated = await tx.updateTable('devices.device').set({ ...values, changedAt: ctx.now().toISOString(), version: before.version + 1 }).where('id', '=', before.id).where('version', '=', before.version).executeTakeFirst().catch(inWords);
  if (updated.numUpdatedRows > 0n) return;
  const now = await seen(tx, before.id);
  throw now?.version === before.version ? notAllowed(REGISTER) : changedMeanwhile();
}

const samePoints = (known: DeviceDetail['points'], wanted: readonly Point[]): boolean => {
  const key = ({ sourceId, point }: Point): string => `${sourceId} ${point}`;
  const has = new Set(known.map(key));
  return has.size === new Set(wanted.map(key)).size && wanted.every((one) => has.has(key(one)));
};

export async function changeDevice(ctx: Ctx, { id, points, ...asked }: Input<typeof contract.changeDevice>): Promise<DeviceDetail> {
  return devices.writeMany(ctx, REGISTER, async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    const values = Object.fromEntries(Object.entries(asked).filter(([field, value]) => value !== undefined && value !== before[field as keyof Device])) as Values;
    const isRewired = points !== undefined && !samePoints(before.points, points);
    if (Object.keys(values).length === 0 && !isRewired) return { changes: [], result: before };
    if (before.state === 'retired') throw refuse('retired', 'It is retired. Take it into use again first.', '/state');
    if (values.siteId) await checkSite(ctx, values.siteId);
    await update(ctx, tx, before, values);
    if (isRewired) await putPoints(ctx, tx, id, points);
    if (values.expectedEveryS !== undefined) await tx.updateTable('devices.health').set({ dueAt: sql`heard_at + make_interval(secs => ${values.expectedEveryS}::int)` }).where('deviceId', '=', id).execute();
    const seenNow = await seen(tx, id);
    if (!seenNow) throw notFound();
    const after = await detailOf(ctx, tx, seenNow);
    return { changes: [changeOf(values.siteId === undefined ? 'changed' : 'moved', before, after)], result: after };
  });
}

async function turn(ctx: Ctx, id: string, state: Device['state'], reason: string): Promise<DeviceDetail> {
  return devices.writeMany(ctx, REGISTER, async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    if (before.state === state) throw new Problem('conflict', 'devices.already', state === 'retired' ? 'This device is retired already.' : 'This device is in use already.');
    if (state === 'active') await checkSite(ctx, before.siteId);
    await update(ctx, tx, before, { state, ...(state === 'retired' && { behindId: null }) });
    if (state === 'retired') await releasePoints(ctx, tx, id);
    await tx.updateTable('devices.health').set({ reach: 'unknown', reachSince: ctx.now().toISOString(), reachWhy: '', dueAt: null }).where('deviceId', '=', id).execute();
    const seenNow = await seen(tx, id);
    if (!seenNow) throw notFound();
    const after = await detailOf(ctx, tx, seenNow);
    return { changes: [changeOf(state === 'retired' ? 'retired' : 'restored', before, after, { reason })], result: after };
  });
}

export const retireDevice = (ctx: Ctx, { id, reason }: Input<typeof contract.retireDevice>): Promise<DeviceDetail> => turn(ctx, id, 'retired', reason);
export const restoreDevice = (ctx: Ctx, { id, reason }: Input<typeof contract.restoreDevice>): Promise<DeviceDetail> => turn(ctx, id, 'active', reason);
