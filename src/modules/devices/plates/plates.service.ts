import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import type { CameraFacts } from '#platform/wire/port.ts';
import { describeCamera } from '../cameras.ts';
import { changeOf, type Db, devices, type DeviceTx, rows } from '../device-row.ts';
import type { DeviceDetail } from '../contract.ts';
import { changedIn, type Plate, PLATE_FIELDS, takenOver } from './plate-rules.ts';

const WATCH = 'devices:watch';
const AT_ONCE = 8;
const LONGEST = 120;

type Trouble = NonNullable<NonNullable<DeviceDetail['plate']>['why']>;
type Known = Plate & { readAt: string | null };

/** Devices that are the whole of a source that can be asked, and were not asked for a day, or for an hour where that came to nothing. */
export async function duePlates(ctx: Ctx): Promise<string[]> {
  const found = await devices.read(ctx, WATCH).selectFrom(sql<{ id: string }>`(
    select d.id from devices.device d left join devices.plate t on t.device_id = d.id
    where d.state = 'active' and (t.device_id is null or t.asked_at < now() - case when t.why is null then interval '1 day' else interval '1 hour' end)
      and exists (select from devices.point p join signals.v_source s on s.id = p.source_id where p.device_id = d.id and p.until is null and p.point = '' and s.protocol = 'onvif' and s.state = 'active')
    order by t.asked_at nulls first, d.id limit ${AT_ONCE})`.as<'d'>(sql`d`)).select('id').execute();
  return found.map(({ id }) => id);
}

/** Asks a device what it is, and brings the register to its word. Answers whether it said anything. */
export async function readPlate(ctx: Ctx, id: string): Promise<boolean> {
  const facts = await describeCamera(ctx, id);
  if ('trouble' in facts) await noteTrouble(ctx, id, facts.trouble);
  else await notePlate(ctx, id, plateOf(facts));
  return !('trouble' in facts);
}

const plateOf = (facts: CameraFacts): Plate => Object.fromEntries(PLATE_FIELDS.map((field) => [field, facts[field].replace(/\p{Cc}+/gu, ' ').trim().slice(0, LONGEST)])) as Plate;

async function noteTrouble(ctx: Ctx, deviceId: string, why: Trouble): Promise<void> {
  const askedAt = ctx.now().toISOString();
  await devices.writeMany(ctx, WATCH, async (tx) => {
    await tx.insertInto('devices.plate').values({ deviceId, askedAt, why }).onConflict((conflict) => conflict.column('deviceId').doUpdateSet({ askedAt, why })).execute();
    return { changes: [], result: null };
  });
}

async function notePlate(ctx: Ctx, deviceId: string, now: Plate): Promise<void> {
  const at = ctx.now().toISOString();
  await devices.writeMany(ctx, WATCH, async (tx) => {
    const before = await rows(tx).where('d.id', '=', deviceId).where('d.state', '=', 'active').executeTakeFirst();
    if (!before) return { changes: [], result: null };
    const known = await lastWord(tx, deviceId);
    const changed = changedIn(known, now);
    const was = changed.length > 0 && known ? { changedAt: at, wasMake: known.make, wasModel: known.model, wasSerial: known.serial, wasFirmware: known.firmware } : {};
    const row = { ...now, askedAt: at, readAt: at, why: null, ...was };
    await tx.insertInto('devices.plate').values({ deviceId, ...row }).onConflict((conflict) => conflict.column('deviceId').doUpdateSet(row)).execute();
    const values = takenOver(before, known, now);
    if (Object.keys(values).length === 0 && changed.length === 0) return { changes: [], result: null };
    if (Object.keys(values).length > 0) await tx.updateTable('devices.device').set({ ...values, changedAt: at, version: before.version + 1 }).where('id', '=', deviceId).where('version', '=', before.version).executeTakeFirstOrThrow();
    const after = await rows(tx).where('d.id', '=', deviceId).executeTakeFirstOrThrow();
    return { changes: [changeOf(changed.length > 0 ? 'plate-changed' : 'plate-read', before, after, { said: now, ...(changed.length > 0 && { saidBefore: known }) })], result: null };
  });
}

/** What the device said when it was read last; null where it never said anything. */
async function lastWord(tx: DeviceTx, deviceId: string): Promise<Plate | null> {
  const row: Known | undefined = await tx.selectFrom('devices.plate').select([...PLATE_FIELDS, 'readAt']).where('deviceId', '=', deviceId).forUpdate().executeTakeFirst();
  return row?.readAt ? row : null;
}

/** What is known of the word of a device; null where it is none that can be asked. */
export async function plateOfDevice(db: Db, deviceId: string): Promise<DeviceDetail['plate']> {
  const row = await db.selectFrom('devices.plate').selectAll().where('deviceId', '=', deviceId).executeTakeFirst();
  if (!row) return null;
  const was: Record<(typeof PLATE_FIELDS)[number], string | null> = { make: row.wasMake, model: row.wasModel, serial: row.wasSerial, firmware: row.wasFirmware };
  const changes = PLATE_FIELDS.flatMap((field) => { const from = was[field]; return from && from !== row[field] ? [{ field, from, to: row[field] }] : []; });
  return { askedAt: row.askedAt, readAt: row.readAt, why: row.why as Trouble | null, changedAt: row.changedAt, changes };
}
