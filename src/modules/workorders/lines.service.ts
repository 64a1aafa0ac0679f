import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { WorkOrderDetail } from './contract.ts';
import { changeOf, checkMay, detailOf, holdOrder, orders, refuse, type Row, seen, type Tx } from './order-row.ts';

type Line = { said: string; line: Record<string, unknown> };

/** Adds or changes a line of a work order, whose own facts and version stay. `isOpen` asks that work goes on. */
const changeLines = (ctx: Ctx, id: string, { permission, isOpen }: { permission: string; isOpen: boolean }, work: (tx: Tx, row: Row) => Promise<Line>): Promise<WorkOrderDetail> =>
  orders.writeMany(ctx, permission, async (tx) => {
    const row = isOpen ? await holdOrder(ctx, tx, id, 'visit', permission) : await seen(tx, id);
    if (!row) throw notFound();
    await checkMay(tx, row, permission);
    const { said, line } = await work(tx, row);
    const after = (await seen(tx, id)) ?? row;
    const { header: _header, words: _words, ...change } = changeOf(said, null, after, line);
    return { changes: [{ ...change, of: { recordId: id, siteId: row.siteId, wallId: null, readPermission: 'workorders:read' } }], result: await detailOf(tx, after) };
  });

export const planVisit = (ctx: Ctx, { id, from, until, who }: Input<typeof contract.planVisit>): Promise<WorkOrderDetail> =>
  changeLines(ctx, id, { permission: 'workorders:assign', isOpen: true }, async (tx) => {
    if (Date.parse(until) <= Date.parse(from)) throw refuse('visit_ends_first', 'It has to end after it begins.', '/until');
    const line = { id: uuidv7(), workorderId: id, plannedFrom: from, plannedUntil: until, who };
    await tx.insertInto('workorders.visit').values(line).execute();
    return { said: 'visit-planned', line: { visitId: line.id, plannedFrom: from, plannedUntil: until, who } };
  });

const already = (words: string): Problem => new Problem('conflict', 'workorders.visit_already', words);

type Visited = { arrivedAt: string | null; leftAt: string | null; struckWhy: string };

async function visitIn(tx: Tx, id: string, rowId: string): Promise<Visited> {
  const visit = await tx.selectFrom('workorders.visit').select(['arrivedAt', 'leftAt', 'struckWhy']).where('id', '=', rowId).where('workorderId', '=', id).executeTakeFirst();
  if (!visit) throw notFound();
  return visit;
}

const wordsOf = ({ struckWhy, leftAt, arrivedAt }: Visited): string => (struckWhy !== '' ? 'This visit was taken back.' : leftAt !== null ? 'They left already.' : arrivedAt !== null ? 'They are on site already.' : 'They have not come yet.');

/** Moves a visit on where it stands as `from` says; of two at once one does it. */
const moveVisit = (ctx: Ctx, { id, rowId }: { id: string; rowId: string }, how: { permission: string; said: string; fits: (visit: Visited) => boolean; set: Partial<Visited> }): Promise<WorkOrderDetail> =>
  changeLines(ctx, id, { permission: how.permission, isOpen: false }, async (tx, row) => {
    const before = await visitIn(tx, id, rowId);
    await checkMay(tx, row, how.permission);
    if (!how.fits(before)) throw already(wordsOf(before));
    const { numUpdatedRows } = await tx.updateTable('workorders.visit').set({ ...how.set, version: (eb) => eb('version', '+', 1) }).where('id', '=', rowId)
      .where('struckWhy', '=', before.struckWhy).where('arrivedAt', 'is not distinct from', before.arrivedAt).where('leftAt', 'is not distinct from', before.leftAt).executeTakeFirst();
    if (numUpdatedRows === 0n) throw already(wordsOf(await visitIn(tx, id, rowId)));
    return { said: how.said, line: { visitId: rowId, ...how.set } };
  });

export const arriveVisit = (ctx: Ctx, input: Input<typeof contract.arriveVisit>): Promise<WorkOrderDetail> =>
  moveVisit(ctx, input, { permission: 'workorders:perform', said: 'visit-arrived', fits: ({ struckWhy, arrivedAt }) => struckWhy === '' && arrivedAt === null, set: { arrivedAt: ctx.now().toISOString() } });

export const leaveVisit = (ctx: Ctx, input: Input<typeof contract.leaveVisit>): Promise<WorkOrderDetail> =>
  moveVisit(ctx, input, { permission: 'workorders:perform', said: 'visit-left', fits: ({ arrivedAt, leftAt }) => arrivedAt !== null && leftAt === null, set: { leftAt: ctx.now().toISOString() } });

export const strikeVisit = (ctx: Ctx, { reason, ...input }: Input<typeof contract.strikeVisit>): Promise<WorkOrderDetail> =>
  moveVisit(ctx, input, { permission: 'workorders:assign', said: 'visit-struck', fits: ({ struckWhy, arrivedAt }) => struckWhy === '' && arrivedAt === null, set: { struckWhy: reason } });

/** Parts are noted while work goes on, and after it: the bill often comes later. */
export const addPart = (ctx: Ctx, { id, ...part }: Input<typeof contract.addPart>): Promise<WorkOrderDetail> =>
  changeLines(ctx, id, { permission: 'workorders:perform', isOpen: false }, async (tx, { state }) => {
    if (state === 'cancelled') throw new Problem('conflict', 'workorders.already', 'It was cancelled: no parts are noted on it.');
    const rowId = uuidv7();
    await tx.insertInto('workorders.part').values({ ...part, id: rowId, workorderId: id, addedAt: ctx.now().toISOString() }).execute();
    return { said: 'part-added', line: { partId: rowId, part: part.name, quantity: part.quantity, unitMinor: part.unitMinor, currency: part.currency } };
  });

export const strikePart = (ctx: Ctx, { id, rowId, reason }: Input<typeof contract.strikePart>): Promise<WorkOrderDetail> =>
  changeLines(ctx, id, { permission: 'workorders:perform', isOpen: false }, async (tx) => {
    const part = await tx.selectFrom('workorders.part').select(['name', 'struckWhy']).where('id', '=', rowId).where('workorderId', '=', id).executeTakeFirst();
    if (!part) throw notFound();
    const { numUpdatedRows } = await tx.updateTable('workorders.part').set({ struckWhy: reason }).where('id', '=', rowId).where('struckWhy', '=', '').executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Problem('conflict', 'workorders.part_already', 'This part was struck already.');
    return { said: 'part-struck', line: { partId: rowId, part: part.name, reason } };
  });
