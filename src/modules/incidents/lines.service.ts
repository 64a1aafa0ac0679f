import { sql, type Updateable } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { checkDevice } from '#platform/offline/accept.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { utc } from './given.ts';
import { changeLine, checkOpen, type Tx } from './record.ts';
import type { IncidentsLogEntry } from './tables.gen.ts';

/** Writes into the command log. What comes late is taken too, closed or not: it keeps when it happened and when it was noted. */
export function addLogEntry(ctx: Ctx, { id, entryId, kind, text, at, corrects, device }: Input<typeof contract.addLogEntry>): Promise<Standing> {
  return changeLine(ctx, id, async (tx) => {
    const rowId = entryId ?? uuidv7();
    const notedAt = ctx.now().toISOString();
    const given = at === undefined ? notedAt : utc(at);
    // A device that was alone cannot know that its clock runs ahead: its own time is kept beside ours.
    const happened = device && given > notedAt ? notedAt : given;
    if (Date.parse(happened) > Date.parse(notedAt) + 60_000) throw new Problem('refused', 'incidents.not_yet', 'A log tells what has happened; this time lies ahead.', { errors: [{ pointer: '/at', detail: 'Give a time that has passed.' }] });
    const isKnown = entryId && (await tx.selectFrom('incidents.logEntry').select('id').where('id', '=', entryId).where('incidentId', '=', id).where('authorId', '=', ctx.personId).executeTakeFirst());
    if (isKnown) return null;
    if (device) await checkDevice(ctx, device);
    if (corrects) await checkCorrected(tx, id, corrects);
    const late = { corrects: corrects ?? null, deviceId: device?.deviceId ?? null, writtenAt: device ? utc(device.writtenAt) : null };
    const { logCount: seq } = await tx.updateTable('incidents.incident').set({ logCount: sql<number>`log_count + 1` }).where('id', '=', id).returning('logCount').executeTakeFirstOrThrow();
    await tx.insertInto('incidents.logEntry').values({ id: rowId, incidentId: id, seq, kind, text, at: happened, notedAt, authorId: ctx.personId, ...late }).execute();
    return { verb: 'log-added', row: { id: rowId, seq, kind, text, at: happened, notedAt, ...late }, erasable: ['text'] };
  });
}

async function checkCorrected(tx: Tx, id: string, corrects: string): Promise<void> {
  const found = await tx.selectFrom('incidents.logEntry').select('id').where('id', '=', corrects).where('incidentId', '=', id).executeTakeFirst();
  if (!found) throw new Problem('refused', 'incidents.no_such_entry', 'The entry that this corrects is not in this log.', { errors: [{ pointer: '/corrects', detail: 'Choose an entry of this log.' }] });
}

export const strikeLogEntry = (ctx: Ctx, input: Input<typeof contract.strikeLogEntry>): Promise<Standing> => strike(ctx, input, 'incidents.logEntry', 'log-struck', false);
export const strikePerson = (ctx: Ctx, input: Input<typeof contract.strikePerson>): Promise<Standing> => strike(ctx, input, 'incidents.personInvolved', 'person-struck');
export const strikeThing = (ctx: Ctx, input: Input<typeof contract.strikeThing>): Promise<Standing> => strike(ctx, input, 'incidents.thingInvolved', 'thing-struck');
export const strikeLoss = (ctx: Ctx, input: Input<typeof contract.strikeLoss>): Promise<Standing> => strike(ctx, input, 'incidents.loss', 'loss-struck');

type LineTable = 'incidents.logEntry' | 'incidents.personInvolved' | 'incidents.thingInvolved' | 'incidents.loss';
type Struck = Pick<Updateable<IncidentsLogEntry>, 'struckAt' | 'struckBy' | 'struckReason'>;

/** Strikes a line: it stays, with who struck it and why. A second strike is told who was first. */
function strike(ctx: Ctx, { id, rowId, reason }: { id: string; rowId: string; reason: string }, table: LineTable, verb: string, needsOpen = true): Promise<Standing> {
  return changeLine(ctx, id, async (tx, incident) => {
    if (needsOpen) await checkOpen(tx, incident);
    const struck: Struck = { struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckReason: reason };
    const done = await tx.updateTable(table as 'incidents.logEntry').set(struck).where('id', '=', rowId).where('incidentId', '=', id).where('struckAt', 'is', null).returning('id').executeTakeFirst();
    if (!done) throw await struckBefore(tx, table, id, rowId);
    return { verb, row: { id: rowId, reason }, isFindable: table === 'incidents.personInvolved' || table === 'incidents.thingInvolved' };
  });
}

async function struckBefore(tx: Tx, table: LineTable, id: string, rowId: string): Promise<Problem> {
  const before = await tx.selectFrom(`${table as 'incidents.logEntry'} as l`).leftJoin('access.person as p', 'p.id', 'l.struckBy').select(['p.name', 'l.struckAt']).where('l.id', '=', rowId).where('l.incidentId', '=', id).executeTakeFirst();
  return before ? new Problem('conflict', 'incidents.already_struck', `${before.name ?? 'Somebody'} struck it already, at ${before.struckAt ?? ''}.`, { by: before.name, at: before.struckAt }) : notFound();
}

export function addPerson(ctx: Ctx, { id, role, personId, name, injury, details }: Input<typeof contract.addPerson>): Promise<Standing> {
  if (personId === null && name === '') throw new Problem('refused', 'incidents.name_person', 'Say who: a person we know, or a name.', { errors: [{ pointer: '/name', detail: 'Write a name, “unknown man” too, or choose a person.' }] });
  return changeLine(ctx, id, async (tx, incident) => {
    await checkOpen(tx, incident);
    if (role === 'subject' && personId !== null && incident.wallId !== null) await refuseSubjectBehindWall(tx, incident.wallId, personId);
    const row = { id: uuidv7(), role, personId, name, injury, details };
    await tx.insertInto('incidents.personInvolved').values({ ...row, incidentId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'person-added', row, erasable: ['name', 'details'], isFindable: true };
  });
}

async function refuseSubjectBehindWall(tx: Tx, wallId: string, personId: string): Promise<void> {
  const member = await tx.selectFrom('access.wallMember').select('personId').where('wallId', '=', wallId).where('personId', '=', personId).where('until', '>', sql<string>`now()`).executeTakeFirst();
  if (member) throw new Problem('refused', 'incidents.subject_inside', 'This person stands behind the wall. End the membership first, then name the subject.', { errors: [{ pointer: '/personId', detail: 'A subject never stands behind the wall.' }] });
}

export function addThing(ctx: Ctx, { id, ...thing }: Input<typeof contract.addThing>): Promise<Standing> {
  return changeLine(ctx, id, async (tx, incident) => {
    await checkOpen(tx, incident);
    const row = { id: uuidv7(), ...thing };
    await tx.insertInto('incidents.thingInvolved').values({ ...row, incidentId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'thing-added', row, erasable: ['description', 'identifier', 'details'], isFindable: true };
  });
}

export function addLoss(ctx: Ctx, { id, ...loss }: Input<typeof contract.addLoss>): Promise<Standing> {
  if (loss.recoveredMinor > loss.amountMinor) throw new Problem('refused', 'incidents.recovered_more', 'More cannot be recovered than was lost.', { errors: [{ pointer: '/recoveredMinor', detail: 'Give at most the amount of the loss.' }] });
  return changeLine(ctx, id, async (tx, incident) => {
    await checkOpen(tx, incident);
    const row = { id: uuidv7(), ...loss };
    await tx.insertInto('incidents.loss').values({ ...row, incidentId: id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
    return { verb: 'loss-added', row, erasable: ['description'] };
  });
}
