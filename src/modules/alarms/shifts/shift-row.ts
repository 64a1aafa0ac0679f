import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { alarms, mayAt, type Tx } from '../alarm-row.ts';
import type { HandOver, Shift, Standing } from '../shift-contract.ts';

export const KEEP = 'alarms:handover';
export type Db = Pick<Tx, 'selectFrom'>;

/** Shifts with the names of site and people, under the reader's sight. */
export const selectShifts = (db: Db) =>
  db.selectFrom('alarms.shift as s').innerJoin('access.person as p', 'p.id', 's.personId').leftJoin('platform.record as site', 'site.id', 's.siteId').leftJoin('access.person as e', 'e.id', 's.endedBy')
    .select(['s.id', 's.number', 's.siteId', 'site.title as site', 's.personId', 'p.name', 's.desk', 's.reach', 's.beganAt', 's.endedAt', 's.endedBy', 'e.name as ender', 's.endedHow', 's.endedWhy', 's.version']);
export type ShiftRow = Awaited<ReturnType<ReturnType<typeof selectShifts>['execute']>>[number];

export const shiftOf = ({ personId, name, endedBy: _, endedHow, ...row }: ShiftRow): Shift => ({ ...row, endedHow: endedHow as Shift['endedHow'], person: { id: personId, name } });

export const selectHandOvers = (db: Db) =>
  db.selectFrom('alarms.handOver as h').innerJoin('alarms.shift as s', 's.id', 'h.shiftId').innerJoin('access.person as p', 'p.id', 's.personId').leftJoin('access.person as d', 'd.id', 'h.decidedBy')
    .select(['h.id', 'h.shiftId', 'h.state', 's.personId', 'p.name', 'h.proposedAt', 'h.notes', 'h.checked', 'h.frozen', 'h.decidedAt', 'd.name as decider', 'h.why', 'h.nextShift as nextShiftId', 'h.moved', 'h.returned']);
type HandOverRow = Awaited<ReturnType<ReturnType<typeof selectHandOvers>['execute']>>[number];

export const handOverOf = ({ personId, name, state, frozen, checked, ...row }: HandOverRow): HandOver =>
  ({ ...row, state: state as HandOver['state'], checked: checked as HandOver['checked'], frozen: frozen as Standing, from: { id: personId, name } });

export async function shiftById(db: Db, id: string): Promise<ShiftRow> {
  const row = await selectShifts(db).where('s.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** The shift, held until the end of the transaction: 404 where it is not there or hidden, 403 where it is seen but not with this permission. */
export async function holdShift(tx: Tx, id: string, permission: string): Promise<ShiftRow> {
  const held = await tx.selectFrom('alarms.shift').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  const row = await shiftById(tx, id);
  if (!held) throw notAllowed(permission);
  return row;
}

/** The open shift of the person who asks, if there is one. */
export const openShiftOf = async (db: Db, personId: string): Promise<ShiftRow | undefined> => selectShifts(db).where('s.personId', '=', personId).where('s.endedAt', 'is', null).executeTakeFirst();

export async function checkMayAt(tx: Tx, siteId: string | null, permission: string): Promise<void> {
  const [row] = (await tx.selectNoFrom([mayAt({ siteId }, permission).as('may')]).execute()) as { may: boolean }[];
  if (!row?.may) throw notAllowed(permission);
}

/** What the store records of a shift that began, changed or ended. */
export const shiftChanged = (verb: string, before: ShiftRow | null, after: ShiftRow): Change<ShiftRow> => ({
  verb, before, after, erasable: ['endedWhy', 'reach'],
  header: { kind: 'alarms.shift', number: after.number, title: after.name, state: after.endedAt === null ? 'open' : 'ended', siteId: after.siteId, wallId: null, readPermission: 'alarms:read', at: after.beganAt },
  ...(before === null ? { words: `${after.number} ${after.name} ${after.desk}` } : {}),
});

/** A change of what hangs on a shift. */
export const ofShift = (verb: string, { id: recordId, siteId }: Pick<ShiftRow, 'id' | 'siteId'>, after: { id: string } & Record<string, unknown>, before: Record<string, unknown> | null = null): Change<{ id: string }> =>
  ({ verb, before, after, of: { recordId, siteId, wallId: null, readPermission: 'alarms:read' }, erasable: ['words', 'notes', 'why'].filter((field) => typeof after[field] === 'string') });

/** Ends an open shift in the caller's transaction. */
export async function endIn(ctx: Ctx, tx: Tx, shift: ShiftRow, { how, why }: { how: NonNullable<Shift['endedHow']>; why: string | null }): Promise<Change<ShiftRow>> {
  await tx.updateTable('alarms.shift').set((eb) => ({ endedAt: ctx.now().toISOString(), endedBy: ctx.personId, endedHow: how, endedWhy: why, version: eb('version', '+', 1) })).where('id', '=', shift.id).where('endedAt', 'is', null).executeTakeFirst();
  return shiftChanged('shift-ended', shift, await shiftById(tx, shift.id));
}

type Passed = { id: string; siteId: string | null; wallId: string | null; ownerId: string | null };

/** Gives what the person of the shift holds to the receiver as far as they may handle it, and the rest back to the queue. */
export async function passOn(tx: Tx, shift: ShiftRow, receiver: string | null): Promise<{ changes: Change<{ id: string }>[]; moved: number; returned: number }> {
  const rows = await tx.selectFrom(sql<Passed>`alarms.pass_on(${shift.id}::uuid, ${receiver}::uuid)`.as('h')).select(['id', 'siteId', 'wallId', 'ownerId']).execute();
  return {
    changes: rows.map(({ id, siteId, wallId, ownerId }) => ({ verb: 'handed-over', before: { id, ownerId: shift.personId }, after: { id, ownerId }, of: { recordId: id, siteId, wallId, readPermission: 'alarms:read' } })),
    moved: rows.filter(({ ownerId }) => ownerId !== null).length, returned: rows.filter(({ ownerId }) => ownerId === null).length,
  };
}

export const hasEnded = (shift: ShiftRow): Problem => new Problem('conflict', 'alarms.shift_ended', `This shift has ended${shift.ender === null ? '' : `: by ${shift.ender}`}.`);

export const read = (ctx: Ctx) => alarms.read(ctx) as unknown as Db;
