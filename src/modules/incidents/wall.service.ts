import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { recordLook } from './looks.ts';
import { checkNotMerged } from './merges/merge-rows.ts';
import { changeIncident, changeLine, incidents, insertStep, READ, type Tx } from './record.ts';
import { refuseField } from './refusals.ts';

export const WALL = 'incidents:wall';
const NEEDED = ['wall-lead', 'wall-custodian'] as const;

/** Opens a wall that I lead. Answers its id. */
export async function openWall(tx: Tx): Promise<string> {
  const wallId = uuidv7();
  await sql`select access.open_wall(${wallId}, 'wall-lead')`.execute(tx);
  return wallId;
}

/** Gives a new wall its keeper: another active person than its lead. */
export async function admitCustodian(ctx: Ctx, tx: Tx, wallId: string, custodianId: string): Promise<void> {
  if (custodianId === ctx.personId) throw refuseField('/custodianId', 'incidents.another_custodian', 'Choose another person than yourself: a wall always has a keeper beside its lead.');
  await checkActive(tx, custodianId, '/custodianId');
  await sql`select access.admit(${wallId}, ${custodianId}, 'wall-custodian', 'infinity')`.execute(tx);
}

export async function checkActive(tx: Tx, personId: string, pointer: string): Promise<string> {
  const person = await tx.selectFrom('access.person').select('name').where('id', '=', personId).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
  if (!person) throw refuseField(pointer, 'incidents.not_active', 'Choose a person who signs in here and is active.');
  return person.name;
}

export async function checkNoSubject(tx: Tx, incidentId: string, personId: string, pointer: string): Promise<void> {
  const subject = await tx.selectFrom('incidents.personInvolved').select('id').where('incidentId', '=', incidentId).where('personId', '=', personId).where('role', '=', 'subject').where('struckAt', 'is', null).executeTakeFirst();
  if (subject) throw refuseField(pointer, 'incidents.subject_inside', 'This person is named as a subject here, and a subject never stands behind the wall.');
}

/** Moves an incident with all that belongs to it behind a wall. It keeps its number; only members find it from now on. */
export function wallIncident(ctx: Ctx, { id, custodianId, reason }: Input<typeof contract.wallIncident>): Promise<Standing> {
  return changeIncident(ctx, WALL, id, async (tx, before) => {
    if (before.wallId !== null) throw new Problem('conflict', 'incidents.already_walled', 'It stands behind a wall already. Let people in there.');
    await checkNotMerged(tx, before, 'put it behind a wall');
    await checkNoSubject(tx, id, ctx.personId, '/');
    await checkNoSubject(tx, id, custodianId, '/custodianId');
    const wallId = await openWall(tx);
    await admitCustodian(ctx, tx, wallId, custodianId);
    return { set: { wallId }, verb: 'walled', step: { reason }, more: { reason, custodianId } };
  });
}

export const membersOf = (tx: Tx, wallId: string) =>
  tx.selectFrom('access.wallMember as m').innerJoin('access.role as r', 'r.id', 'm.partId').select(['m.personId', 'r.key as part']).where('m.wallId', '=', wallId).where('m.until', '>', sql<string>`now()`).execute();

/** A wall keeps at least one lead and one custodian, whoever goes. */
export function checkKept(members: readonly { part: string }[]): void {
  for (const part of NEEDED) {
    if (!members.some((member) => member.part === part)) throw refuseField('/personId', 'incidents.wall_unkept', `A wall always has a ${part === 'wall-lead' ? 'lead' : 'custodian'}. Give that part to another person first.`);
  }
}

/** Lets a person behind the wall, or gives a member another part or end. */
export function admitMember(ctx: Ctx, { id, personId, part, until, reason }: Input<typeof contract.admitMember>): Promise<Standing> {
  return changeLine(ctx, id, async (tx, incident) => {
    const wallId = walledOf(incident.wallId);
    if (until !== undefined && Date.parse(until) <= ctx.now().getTime()) throw refuseField('/until', 'incidents.ends_before', 'Give an end that lies ahead.');
    if (until !== undefined && (NEEDED as readonly string[]).includes(part)) throw refuseField('/until', 'incidents.part_without_end', 'A lead and a custodian have no end date: the wall would be left alone on that day.');
    const name = await checkActive(tx, personId, '/personId');
    await checkNoSubject(tx, id, personId, '/personId');
    checkKept([...(await membersOf(tx, wallId)).filter((member) => member.personId !== personId), { part }]);
    await sql`select access.admit(${wallId}, ${personId}, ${part}, ${until ?? 'infinity'}::timestamptz)`.execute(tx);
    await insertStep(ctx, tx, id, { verb: 'admitted', became: `${name}, ${part}`, reason });
    return { verb: 'admitted', row: { id: uuidv7(), personId, part, until: until ?? null, reason } };
  }, WALL);
}

export function removeMember(ctx: Ctx, { id, personId, reason }: Input<typeof contract.removeMember>): Promise<Standing> {
  return changeLine(ctx, id, async (tx, incident) => {
    const wallId = walledOf(incident.wallId);
    const members = await membersOf(tx, wallId);
    if (!members.some((member) => member.personId === personId)) throw notFound();
    checkKept(members.filter((member) => member.personId !== personId));
    const person = await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst();
    await insertStep(ctx, tx, id, { verb: 'removed', was: person?.name ?? null, reason });
    await tx.deleteFrom('access.wallMember').where('wallId', '=', wallId).where('personId', '=', personId).execute();
    return { verb: 'removed', row: { id: uuidv7(), personId, reason } };
  }, WALL);
}

export function walledOf(wallId: string | null): string {
  if (wallId === null) throw new Problem('refused', 'incidents.not_walled', 'It stands behind no wall: everybody with a grant on its site sees it. Wall it first.');
  return wallId;
}

/** Who stands behind the wall of an incident; nobody is named where there is none. */
export async function listMembers(ctx: Ctx, { id }: Input<typeof contract.listMembers>): Promise<Reply<typeof contract.listMembers>> {
  const [rows, items] = await incidents.readAll(ctx, READ, (db) => [db.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id), memberQuery(db, id)]);
  if (!rows[0]) throw notFound();
  await recordLook(ctx, rows[0]);
  return { items };
}

type Reader = Parameters<Parameters<typeof incidents.readAll>[2]>[0];

export const memberQuery = (db: Reader, id: string) =>
  db.selectFrom('access.wallMember as m').innerJoin('incidents.incident as i', 'i.wallId', 'm.wallId').innerJoin('access.person as p', 'p.id', 'm.personId').innerJoin('access.role as r', 'r.id', 'm.partId')
    .select(['m.personId', 'p.name', 'r.key as part', 'r.title as partTitle', 'm.since', sql<string | null>`nullif(m.until, 'infinity')`.as('until')])
    .where('i.id', '=', id).where('m.since', '<=', sql<string>`now()`).where('m.until', '>', sql<string>`now()`).orderBy('p.name').limit(500);
