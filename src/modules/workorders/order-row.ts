import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Part, Retest, Visit, WorkOrder, WorkOrderDetail } from './contract.ts';
import { faultTitle } from './fault-codes.ts';
import { FROM, PERMISSION, type State, type Verb } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const orders = store<Tables>('workorders');
export type Tx = Parameters<Parameters<typeof orders.writeMany>[2]>[0];
export type Db = Pick<Tx, 'selectFrom'>;

const VISIT = sql`jsonb_build_object('id', v.id, 'plannedFrom', v.planned_from, 'plannedUntil', v.planned_until, 'who', v.who, 'arrivedAt', v.arrived_at, 'leftAt', v.left_at, 'struckWhy', v.struck_why)`;

/** Work orders with names, under the reader's sight. */
export const rows = (db: Db) =>
  db.selectFrom('workorders.workorder as w').leftJoin('access.person as o', 'o.id', 'w.ownerId').innerJoin('access.person as r', 'r.id', 'w.raisedBy').leftJoin('access.person as f', 'f.id', 'w.fixedBy').leftJoin('access.person as e', 'e.id', 'w.endedBy')
    .select([
      'w.id', 'w.number', 'w.title', 'w.detail', 'w.siteId', 'w.origin', 'w.isSimulated', 'w.faultCode', 'w.priority', 'w.state', 'w.ownerId', 'w.firm', 'w.firmContact', 'w.dueAt', 'w.failedAt', 'w.raisedAt', 'w.raisedBy', 'w.assignedAt', 'w.startedAt', 'w.waitingWhy', 'w.fixedAt', 'w.fixedBy', 'w.cause', 'w.done',
      'w.labourMinutes', 'w.testedAt', 'w.exemption', 'w.endedAt', 'w.endedBy', 'w.cancelReason', 'w.returns', 'w.version', 'o.name as ownerName', 'r.name as raiserName', 'f.name as fixerName', 'e.name as enderName',
      sql<string | null>`(select s.name from sites.v_site s where s.id = w.site_id)`.as('site'), sql<string | null>`(select s.time_zone from sites.v_site s where s.id = w.site_id)`.as('timeZone'),
      sql<WorkOrder['devices']>`coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name) order by d.name) from workorders.concern c join devices.v_device d on d.id = c.device_id where c.workorder_id = w.id), '[]')`.as('devices'),
      sql<Visit | null>`(select ${VISIT} from workorders.visit v where v.workorder_id = w.id and v.struck_why = '' and v.left_at is null order by v.arrived_at is null, v.planned_from limit 1)`.as('visit'),
    ]);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

const utc = (at: string | null): string | null => (at === null ? null : new Date(at).toISOString());
const visitOf = (one: Visit): Visit => ({ ...one, plannedFrom: utc(one.plannedFrom) ?? '', plannedUntil: utc(one.plannedUntil) ?? '', arrivedAt: utc(one.arrivedAt), leftAt: utc(one.leftAt) });

export const orderOf = ({ id, number, title, siteId, site, timeZone, origin, isSimulated, faultCode, priority, state, ownerId, ownerName, firm, dueAt, failedAt, raisedAt, raiserName, fixedAt, endedAt, waitingWhy, returns, devices, visit, version }: Row): WorkOrder => ({
  id, number, title, siteId, site, timeZone, origin, isSimulated, faultCode, priority, state, owner: ownerId === null ? null : { id: ownerId, name: ownerName ?? '' }, firm, dueAt, failedAt, raisedAt, raisedBy: raiserName, fixedAt, endedAt, waitingWhy, returns, devices, visit: visit && visitOf(visit), version,
});

/** What came out of it in money, by currency; struck parts are not counted. */
export const costsOf = (parts: readonly Part[]): WorkOrderDetail['costs'] =>
  [...Map.groupBy(parts.filter(({ struckWhy }) => struckWhy === ''), ({ currency }) => currency)].map(([currency, all]) => ({ currency, minor: all.reduce((sum, { quantity, unitMinor }) => sum + quantity * unitMinor, 0) })).sort((a, b) => a.currency.localeCompare(b.currency));

export async function detailOf(db: Db, row: Row): Promise<WorkOrderDetail> {
  const { id } = row;
  const visits = await db.selectFrom('workorders.visit').select(['id', 'plannedFrom', 'plannedUntil', 'who', 'arrivedAt', 'leftAt', 'struckWhy']).where('workorderId', '=', id).orderBy('plannedFrom').orderBy('id').limit(200).execute();
  const parts = await db.selectFrom('workorders.part').select(['id', 'name', 'partNumber', 'quantity', 'unitMinor', 'currency', 'addedAt', 'struckWhy']).where('workorderId', '=', id).orderBy('addedAt').orderBy('id').limit(500).execute();
  const retests = await db.selectFrom('workorders.retest as t').innerJoin('access.person as s', 's.id', 't.startedBy').leftJoin('access.person as h', 'h.id', 't.byHand').select(['t.id', 't.startedAt', 's.name as startedBy', 't.until', 't.checks', 't.state', 't.endedAt', 't.reason', 'h.name as byHand']).where('t.workorderId', '=', id).orderBy('t.startedAt').orderBy('t.id').limit(100).execute();
  const from = await db.selectFrom('platform.link as l').innerJoin('platform.record as p', 'p.id', 'l.fromId').select(['p.id', 'p.kind', 'p.number', 'p.title']).where('l.toId', '=', id).where('l.kind', '=', 'became').limit(20).execute();
  return {
    ...orderOf(row), detail: row.detail, firmContact: row.firmContact, assignedAt: row.assignedAt, startedAt: row.startedAt, fixedBy: row.fixedBy === null ? null : { id: row.fixedBy, name: row.fixerName ?? '' }, cause: row.cause, done: row.done, labourMinutes: row.labourMinutes,
    testedAt: row.testedAt, exemption: row.exemption, endedBy: row.enderName, cancelReason: row.cancelReason, from, visits, parts, retests: retests.map((one) => ({ ...one, checks: one.checks as unknown as Retest['checks'] })), costs: costsOf(parts),
  };
}

export const seen = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('w.id', '=', id).executeTakeFirst();

type Fact = { id: string };
const TEXTS = ['detail', 'firmContact', 'cause', 'done', 'waitingWhy', 'exemption', 'cancelReason', 'reason'];

export const headerOf = ({ number, title, isSimulated, state, siteId, raisedAt }: Pick<Row, 'number' | 'title' | 'isSimulated' | 'state' | 'siteId' | 'raisedAt'>): NonNullable<Change<Fact>['header']> =>
  ({ kind: 'workorders.workorder', number, title: isSimulated ? `Simulated: ${title}` : title, state, siteId, wallId: null, readPermission: 'workorders:read', at: raisedAt });

/** A change of a work order, with its header and the words to find it by. */
export const changeOf = (verb: string, before: Row | null, after: Row, more: object = {}): Change<Fact> => {
  const bare = ({ ownerName: _o, raiserName: _r, fixerName: _f, enderName: _e, site: _s, timeZone: _t, visit: _v, ...row }: Row): Fact => row;
  const none = Object.fromEntries(Object.keys(more).map((key) => [key, null]));
  return {
    verb, before: before && { ...bare(before), ...none }, after: { ...bare(after), ...more }, header: headerOf(after), erasable: TEXTS,
    words: [after.number, after.title, faultTitle(after.faultCode), after.firm, ...after.devices.map(({ name }) => name), after.detail.slice(0, 2000)].join(' '),
  };
};

export const changedMeanwhile = (): Problem => new Problem('stale', 'workorders.changed_meanwhile', 'Somebody changed this work order since you read it. Look again, then change it.');

const WORDS: Record<State, string> = { raised: 'raised', assigned: 'assigned', working: 'in work', waiting: 'waiting', fixed: 'fixed', retesting: 'in retest', tested: 'tested', closed: 'closed', cancelled: 'cancelled' };
const already = (row: Row): Problem =>
  new Problem('conflict', 'workorders.already', row.enderName !== null && row.endedAt !== null ? `${row.enderName} has ${row.state} it already.` : `It is ${WORDS[row.state]} now. Look again.`, { state: row.state, ...(row.enderName !== null && { by: row.enderName, at: row.endedAt }) });

/** Who sees a work order and may not do this is told that first. */
export async function checkMay(tx: Tx, { siteId }: Pick<Row, 'siteId'>, permission: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, null, ${permission}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(permission);
}

/** Takes the order for this transaction under the verb's permission: 404 where it is not seen, 403 where not the writer's, 409 where it has gone on. */
export async function holdOrder(ctx: Ctx, tx: Tx, id: string, verb: Verb, permission: string = PERMISSION[verb]): Promise<Row> {
  const first = await seen(tx, id);
  if (!first) throw notFound();
  await checkMay(tx, first, permission);
  await tx.selectFrom('workorders.workorder').select('id').where('id', '=', id).forUpdate().execute();
  const row = await seen(tx, id);
  if (!row) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== row.version) throw changedMeanwhile();
  if (!(FROM[verb] as readonly State[]).includes(row.state)) throw already(row);
  return row;
}

export type Values = Partial<Pick<Row, 'title' | 'detail' | 'faultCode' | 'priority' | 'state' | 'ownerId' | 'firm' | 'firmContact' | 'dueAt' | 'failedAt' | 'assignedAt' | 'startedAt' | 'waitingWhy' | 'fixedAt' | 'fixedBy' | 'cause' | 'done' | 'labourMinutes' | 'testedAt' | 'exemption' | 'endedAt' | 'endedBy' | 'cancelReason' | 'returns'>>;

/** Brings a held order to `values` and answers it as it is then. */
export async function bring(tx: Tx, before: Row, values: Values): Promise<Row> {
  const { numUpdatedRows } = await tx.updateTable('workorders.workorder').set({ ...values, version: before.version + 1 }).where('id', '=', before.id).where('version', '=', before.version).executeTakeFirst();
  const after = await seen(tx, before.id);
  if (!after) throw notFound();
  if (numUpdatedRows === 0n) throw changedMeanwhile();
  return after;
}

export const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `workorders.${code}`, detail, { errors: [{ pointer, detail }] });
