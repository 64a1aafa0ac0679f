import { sql, type Selectable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import type { LogEntry, Standing } from '../contract.ts';
import { checkOpen, COLUMNS, headerOf, holdIncident, incidents, type IncidentRow, insertStep, ofIncident, standingOf, TEXTS, type Tx } from '../record.ts';
import { refuseField } from '../refusals.ts';
import type { IncidentsActivation } from '../tables.gen.ts';

export const COMMAND = 'incidents:command';
export const ACTIVATE = 'incidents:activate';
export const PLAN = 'incidents:plan-section';

export type ActivationRow = Selectable<IncidentsActivation>;
export type Held = { incident: IncidentRow; activation: ActivationRow };

/** What one act of the command does: the row it wrote, the line that the log writes of it, and who leads the incident from then on. */
export type Act = { verb: string; row: Record<string, unknown> & { id: string }; said: string; kind?: LogEntry['kind']; leads?: string; erasable?: readonly string[] };

/** An act on the command that is in force, in one transaction with the line of the log. Throws 404, 403, then 409 where the incident is closed or has no command. */
export const changeCommand = (ctx: Ctx, permission: string, id: string, work: (tx: Tx, held: Held) => Promise<Act | null>): Promise<Standing> =>
  actOn(ctx, permission, id, async (tx, incident) => work(tx, { incident, activation: await commandOf(tx, id) }));

/** An act on an open incident, whether it has a command or not. */
export function actOn(ctx: Ctx, permission: string, id: string, work: (tx: Tx, incident: IncidentRow) => Promise<Act | null>): Promise<Standing> {
  return incidents.writeMany(ctx, permission, async (tx) => {
    const incident = await holdIncident(tx, id, permission);
    await checkOpen(tx, incident);
    const act = await work(tx, incident);
    if (!act) return { changes: [], result: standingOf(incident) };
    const { id: rowId, ...rest } = act.row;
    const done: Change<{ id: string }> = { verb: act.verb, before: null, after: { ...rest, id, rowId } as { id: string }, of: ofIncident(incident), erasable: ['said', ...(act.erasable ?? [])] };
    const changes = [done, await logged(ctx, tx, incident, act), ...(act.leads !== undefined && act.leads !== incident.commanderId ? [await led(ctx, tx, incident, act.leads)] : [])];
    return { changes, result: standingOf(incident, rowId) };
  });
}

async function logged(ctx: Ctx, tx: Tx, incident: IncidentRow, { said, kind = 'note' }: Act): Promise<Change<{ id: string }>> {
  const at = ctx.now().toISOString();
  const { logCount: seq } = await tx.updateTable('incidents.incident').set({ logCount: sql<number>`log_count + 1` }).where('id', '=', incident.id).returning('logCount').executeTakeFirstOrThrow();
  const row = { id: uuidv7(), seq, kind, text: said.slice(0, 20_000), at, notedAt: at };
  await tx.insertInto('incidents.logEntry').values({ ...row, incidentId: incident.id, authorId: ctx.personId }).execute();
  return { verb: 'log-added', before: null, after: { ...row, id: incident.id, rowId: row.id } as { id: string }, of: ofIncident(incident), erasable: ['text'] };
}

/** Who commands leads the incident. */
async function led(ctx: Ctx, tx: Tx, before: IncidentRow, commanderId: string): Promise<Change<{ id: string }>> {
  const after = await tx.updateTable('incidents.incident as i').set({ commanderId, version: before.version + 1 }).where('i.id', '=', before.id).returning(COLUMNS).executeTakeFirstOrThrow();
  await insertStep(ctx, tx, before.id, { verb: 'assigned', became: await nameOf(tx, commanderId) });
  return { verb: 'assigned', before, after, header: headerOf(after), erasable: TEXTS };
}

export async function nameOf(tx: Tx, personId: string): Promise<string> {
  return (await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst())?.name ?? '';
}

/** The command in force. Throws 409 where there is none. */
export async function commandOf(tx: Tx, incidentId: string): Promise<ActivationRow> {
  const row = await findCommand(tx, incidentId);
  if (!row) throw new Problem('conflict', 'incidents.no_command', 'No command is in force here. Activate one first.');
  return row;
}

export const findCommand = (tx: Tx, incidentId: string): Promise<ActivationRow | undefined> =>
  tx.selectFrom('incidents.activation').selectAll().where('incidentId', '=', incidentId).where('endedAt', 'is', null).executeTakeFirst();

/** Refuses whom the incident would be hidden from, or who could not do what the position asks. */
export async function checkMay(tx: Tx, personId: string, { siteId, wallId }: IncidentRow, permission: string, pointer: string): Promise<string> {
  const person = await tx.selectFrom('access.person').select(['name', sql<boolean>`two_person.may(id, ${siteId}::uuid, ${wallId}::uuid, ${permission})`.as('may')]).where('id', '=', personId).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
  if (!person) throw refuseField(pointer, 'incidents.not_active', 'Choose a person who signs in here and is active.');
  if (!person.may) throw refuseField(pointer, permission === COMMAND ? 'incidents.may_not_command' : 'incidents.may_not_see', permission === COMMAND ? `${person.name} may not hold command here. Choose another, or have them granted a role that may.` : `${person.name} cannot see this incident. Have them let in first.`);
  return person.name;
}
