import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { deviceCard, pointsUnder } from '#modules/devices/public.ts';
import { sourceCard, typeOf } from '#modules/signals/public.ts';
import { siteOf } from '#modules/sites/public.ts';
import { alarms, mayAt, type Tx } from './alarm-row.ts';
import { neverSuppressed } from './conditions.ts';
import type * as contract from './held-contract.ts';
import type { OnTest, WalkedPoint } from './held-contract.ts';

const PUT = 'alarms:site-on-test';
const LONGEST_MS = 31 * 86_400_000;
const AHEAD_MS = 366 * 86_400_000;

type Db = Pick<Tx, 'selectFrom'>;

const STATE = sql<OnTest['state']>`case when t.holds_until is not null or (t.ended_at is not null and t.holds_from is null) or (t.holds_from is null and t.ends_at <= now()) then 'over' when t.holds_from is null then 'planned' else 'under-way' end`;
const tests = (db: Db) =>
  db.selectFrom('alarms.onTest as t').leftJoin('platform.record as site', 'site.id', 't.siteId').innerJoin('access.person as o', 'o.id', 't.ownerId').innerJoin('access.person as p', 'p.id', 't.putBy').leftJoin('access.person as e', 'e.id', 't.endedBy')
    .select(['t.id', 't.mode', 't.type', 't.scope', 't.name', 't.siteId', 'site.title as site', 't.deviceId', 't.sourceId', 't.point', 't.beginsAt', 't.endsAt', 't.reason', 't.ownerId', 'o.name as ownerName', 't.putBy', 'p.name as putter', 't.putAt', 't.endedBy', 'e.name as ender', 't.endedAt', 't.endedWhy', 't.holdsFrom', 't.holdsUntil', 't.held', 't.version', STATE.as('state'),
      sql<number>`(select count(*)::int from alarms.alarm a where a.on_test_id = t.id)`.as('rang'), sql<number>`(select count(*)::int from alarms.test_point w where w.on_test_id = t.id)`.as('heardPoints'), sql<number>`(select count(*)::int from alarms.test_point w where w.on_test_id = t.id and w.is_open)`.as('stillOpen')]);
type Row = Awaited<ReturnType<ReturnType<typeof tests>['execute']>>[number];

const shown = ({ ownerId, ownerName, putBy, putter, endedBy, ender, ...row }: Row): OnTest =>
  ({ ...row, mode: row.mode as OnTest['mode'], scope: row.scope as OnTest['scope'], owner: { id: ownerId, name: ownerName }, putBy: { id: putBy, name: putter }, endedBy: endedBy === null ? null : { id: endedBy, name: ender ?? '' } });

/** What is planned or under way by its end, the next first; what is over by its end, the last first. */
export async function listOnTest(ctx: Ctx, { state, after, limit }: Input<typeof contract.listOnTest>): Promise<Reply<typeof contract.listOnTest>> {
  const place = after === undefined ? null : readCursor(after);
  const isOver = state === 'over';
  let query = tests(alarms.read(ctx)).where(sql<boolean>`(${STATE} = 'over') = ${isOver}`).orderBy('t.endsAt', isOver ? 'desc' : 'asc').orderBy('t.id', isOver ? 'desc' : 'asc').limit(limit);
  if (place) query = query.where(isOver ? sql<boolean>`(t.ends_at, t.id) < (${place.at}::timestamptz, ${place.id}::uuid)` : sql<boolean>`(t.ends_at, t.id) > (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = (await query.execute()).map(shown);
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.endsAt, last.id) : null };
}

export async function getOnTest(ctx: Ctx, { id }: Input<typeof contract.getOnTest>): Promise<Reply<typeof contract.getOnTest>> {
  const [rows, walked] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    tests(db as unknown as Db).where('t.id', '=', id),
    db.selectFrom('alarms.testPoint').select(['sourceId', 'sourceName', 'point', 'heard', 'firstAt', 'lastAt', 'lastType', 'isOpen']).where('onTestId', '=', id).orderBy('sourceName').orderBy('point').limit(2000),
  ]);
  if (!rows[0]) throw notFound();
  const test = shown(rows[0]);
  const [may] = await alarms.read(ctx).selectNoFrom([mayAt(test, PUT).as('may')]).execute();
  const known = await knownPoints(ctx, test);
  const heard = new Map(walked.map((row) => [`${row.sourceId} ${row.point}`, row]));
  const devices = new Map(known.map((one) => [`${one.sourceId} ${one.point}`, one]));
  const expected = known.map(({ sourceId, point, deviceId, name }): WalkedPoint => {
    const row = heard.get(`${sourceId} ${point}`);
    return { sourceId, sourceName: row?.sourceName ?? '', point, device: { id: deviceId, name }, isExpected: true, heard: row?.heard ?? 0, firstAt: row?.firstAt ?? null, lastAt: row?.lastAt ?? null, lastType: row?.lastType ?? null, isOpen: row?.isOpen ?? false };
  });
  const others = walked.filter(({ sourceId, point }) => !devices.has(`${sourceId} ${point}`)).map((row): WalkedPoint => ({ ...row, device: null, isExpected: false }));
  return { ...test, points: [...expected, ...others], expected: expected.length, expectedHeard: expected.filter((one) => one.heard > 0).length, mayEnd: may?.may === true };
}

async function knownPoints(ctx: Ctx, { mode, scope, siteId, deviceId }: OnTest) {
  if (mode === 'suppressed') return [];
  if (scope === 'site' && siteId !== null) return pointsUnder(ctx, { siteId });
  return scope === 'device' && deviceId !== null ? pointsUnder(ctx, { deviceId }) : [];
}

const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `alarms.${code}`, detail, { errors: [{ pointer, detail }] });
const told = (verb: string, before: object | null, after: { id: string; siteId: string | null } & Record<string, unknown>): Change<{ id: string }> =>
  ({ verb, before, after, of: { recordId: after.id, siteId: after.siteId, wallId: null, readPermission: 'alarms:read' }, erasable: ['reason'] });

type Place = Input<typeof contract.putOnTest>['place'];

/** What the place is called and where it is; a place that is not there is refused like one out of sight. */
async function placeOf(ctx: Ctx, place: Place): Promise<{ name: string; siteId: string | null; deviceId: string | null; sourceId: string | null; point: string | null }> {
  const none = { deviceId: null, sourceId: null, point: null };
  if (place.scope === 'site') {
    const site = await siteOf(ctx, place.siteId);
    if (!site) throw refuse('no_such_site', 'Choose a site that you see.', '/place/siteId');
    return { ...none, name: site.name, siteId: site.id };
  }
  if (place.scope === 'device') {
    const device = await deviceCard(ctx, place.deviceId);
    if (!device) throw refuse('no_such_device', 'Choose a device that you see.', '/place/deviceId');
    return { ...none, name: device.name, siteId: device.siteId, deviceId: device.id };
  }
  const source = await sourceCard(ctx, place.sourceId);
  if (!source) throw refuse('no_such_source', 'Choose a source that you see.', '/place/sourceId');
  return { ...none, name: place.point === '' ? source.name : `${source.name} · ${place.point}`, siteId: source.siteId, sourceId: source.id, point: place.point };
}

async function checkMay(tx: Tx, siteId: string | null): Promise<void> {
  const [row] = (await tx.selectNoFrom([mayAt({ siteId }, PUT).as('may')]).execute()) as { may: boolean }[];
  if (!row?.may) throw notAllowed(PUT);
}

function checkSpan(from: number, until: number, now: number): void {
  if (from > now + AHEAD_MS) throw refuse('test_too_far', 'Choose a beginning within a year.', '/beginsAt');
  if (!(until > Math.max(from, now))) throw refuse('test_ends_before', 'Choose an end after the beginning, and after now.', '/endsAt');
  if (until - Math.max(from, now) > LONGEST_MS) throw refuse('test_too_long', 'Choose an end within 31 days of the beginning.', '/endsAt');
}

/** From the next signal on, once the correlator has given it its place; or from its beginning. */
export async function putOnTest(ctx: Ctx, { mode, place, beginsAt, endsAt, ownerId, reason }: Input<typeof contract.putOnTest>): Promise<OnTest> {
  return alarms.writeMany(ctx, PUT, async (tx) => {
    const at = await placeOf(ctx, place);
    await checkMay(tx, at.siteId);
    const now = ctx.now();
    const from = Math.max(now.getTime(), beginsAt === null ? 0 : Date.parse(beginsAt));
    checkSpan(from, Date.parse(endsAt), now.getTime());
    const owner = await ownerIn(ctx, tx, ownerId);
    const row = { id: uuidv7(), mode, scope: place.scope, ...at, beginsAt: new Date(from).toISOString(), endsAt, reason, ownerId: owner, putBy: ctx.personId, putAt: now.toISOString() };
    await tx.insertInto('alarms.onTest').values(row).execute();
    return { changes: [told('put-on-test', null, row)], result: await read(tx, row.id) };
  });
}

async function ownerIn(ctx: Ctx, tx: Tx, ownerId: string | null): Promise<string> {
  const owner = ownerId ?? ctx.personId;
  if (owner !== ctx.personId && !(await tx.selectFrom('access.person').select('id').where('id', '=', owner).where('kind', '=', 'human').executeTakeFirst())) throw refuse('no_such_owner', 'Choose who answers for it.', '/ownerId');
  return owner;
}

/** Suppresses a type at a site and below, by the entry that says why it rings; from the next signal on, as a test is. */
export async function suppressType(ctx: Ctx, { type, siteId, endsAt, ownerId, reason }: Input<typeof contract.suppressType>): Promise<OnTest> {
  return alarms.writeMany(ctx, PUT, async (tx) => {
    const at = await placeOf(ctx, { scope: 'site', siteId });
    await checkMay(tx, at.siteId);
    const kind = typeOf(type);
    if (kind?.raisesAlarm !== true) throw refuse('no_such_type', 'Choose a type that raises alarms.', '/type');
    if (neverSuppressed(kind)) throw refuse('vital', 'Duress, hold-up, fire and medical alarms are never suppressed.', '/type');
    const entry = await tx.selectFrom('alarms.rationale').select('id').where('type', '=', type).where('state', '=', 'approved').executeTakeFirst();
    if (!entry) throw refuse('no_entry', 'The register has no approved entry of this type. Write one first, and let it be approved.', '/type');
    const now = ctx.now();
    checkSpan(now.getTime(), Date.parse(endsAt), now.getTime());
    const owner = await ownerIn(ctx, tx, ownerId);
    const row = { id: uuidv7(), mode: 'suppressed' as const, type, rationaleId: entry.id, scope: 'site' as const, ...at, name: `${kind.title} · ${at.name}`.slice(0, 300), beginsAt: now.toISOString(), endsAt, reason, ownerId: owner, putBy: ctx.personId, putAt: now.toISOString() };
    await tx.insertInto('alarms.onTest').values(row).execute();
    return { changes: [told('type-suppressed', null, row)], result: await read(tx, row.id) };
  });
}

const read = async (tx: Tx, id: string): Promise<OnTest> => shown(await tests(tx).where('t.id', '=', id).executeTakeFirstOrThrow());

/** Locks one that still goes on, or is planned. 404, 403, 409. */
async function hold(ctx: Ctx, tx: Tx, id: string): Promise<OnTest> {
  const before = await tests(tx).where('t.id', '=', id).executeTakeFirst();
  if (!before) throw notFound();
  await checkMay(tx, before.siteId);
  const locked = await tx.updateTable('alarms.onTest').set((eb) => ({ version: eb('version', '+', 1) })).where('id', '=', id).where('endedAt', 'is', null).where('holdsUntil', 'is', null).where('endsAt', '>', ctx.now().toISOString()).returning('id').executeTakeFirst();
  if (!locked) throw new Problem('conflict', 'alarms.test_is_over', before.ender === null ? 'It is over already. Put the place on test again.' : `It is over already. ${before.ender} ended it.`);
  return shown(before);
}

export async function extendTest(ctx: Ctx, { id, endsAt, reason }: Input<typeof contract.extendTest>): Promise<OnTest> {
  return alarms.writeMany(ctx, PUT, async (tx) => {
    const before = await hold(ctx, tx, id);
    checkSpan(Date.parse(before.beginsAt), Date.parse(endsAt), ctx.now().getTime());
    await tx.updateTable('alarms.onTest').set({ endsAt }).where('id', '=', id).execute();
    return { changes: [told('test-extended', { endsAt: before.endsAt }, { id, siteId: before.siteId, endsAt, reason })], result: await read(tx, id) };
  });
}

export async function endTest(ctx: Ctx, { id, reason }: Input<typeof contract.endTest>): Promise<OnTest> {
  return alarms.writeMany(ctx, PUT, async (tx) => {
    const before = await hold(ctx, tx, id);
    const endedAt = ctx.now().toISOString();
    await tx.updateTable('alarms.onTest').set({ endedBy: ctx.personId, endedAt, endedWhy: reason }).where('id', '=', id).execute();
    return { changes: [told('test-ended', null, { id, siteId: before.siteId, endedAt, reason })], result: await read(tx, id) };
  });
}
