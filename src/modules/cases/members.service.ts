import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type CaseRow, changeLine, insertStep, type Reader, refuse, type Tx } from './case-row.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { checkNoSubject } from './findings.service.ts';
import { isKeptPart, lackingPart } from './rules.ts';

export const WALL = 'cases:wall';

export async function checkActive(tx: Tx, personId: string, pointer: string): Promise<string> {
  const person = await tx.selectFrom('access.person').select('name').where('id', '=', personId).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
  if (!person) throw refuse('not_active', 'Choose a person who signs in here and is active.', pointer);
  return person.name;
}

export const membersOf = (tx: Tx, wallId: string) =>
  tx.selectFrom('access.wallMember as m').innerJoin('access.role as r', 'r.id', 'm.partId').select(['m.personId', 'r.key as part']).where('m.wallId', '=', wallId).where('m.until', '>', sql<string>`now()`).execute();

/** A room keeps a lead and a custodian, whoever goes. */
function checkKept(members: readonly { part: string }[]): void {
  const lacking = lackingPart(members);
  if (lacking) throw refuse('room_unkept', `A room always has a ${lacking === 'case-lead' ? 'lead' : 'custodian'}. Give that part to another person first.`, '/personId');
}

/** Lets a person into the room, or gives a member another part or end. A new lead takes over from the one before, who goes on investigating. */
export function admitMember(ctx: Ctx, { id, personId, part, until, reason }: Input<typeof contract.admitMember>): Promise<Standing> {
  return changeLine(ctx, WALL, id, async (tx, row) => {
    if (until !== undefined && Date.parse(until) <= ctx.now().getTime()) throw refuse('ends_before', 'Give an end that lies ahead.', '/until');
    if (until !== undefined && isKeptPart(part)) throw refuse('part_without_end', 'A lead and a custodian have no end date: the room would be left alone on that day.', '/until');
    const name = await checkActive(tx, personId, '/personId');
    await checkNoSubject(tx, id, personId);
    const others = (await membersOf(tx, row.wallId)).filter((member) => member.personId !== personId);
    const isHandedOver = part === 'case-lead' && row.leadId !== personId;
    checkKept([...others, { part }]);
    await sql`select access.admit(${row.wallId}, ${personId}, ${part}, ${until ?? 'infinity'}::timestamptz)`.execute(tx);
    await insertStep(ctx, tx, id, { verb: 'admitted', became: `${name}, ${part}`, reason });
    if (isHandedOver) await handOver(tx, row, personId, others.some((one) => one.personId === row.leadId));
    return { verb: 'admitted', row: { id: uuidv7(), personId, part, until: until ?? null, reason } };
  });
}

/** The lead before goes last to the part of an investigator: who hands over may not write here afterwards. */
async function handOver(tx: Tx, row: CaseRow, leadId: string, staysInside: boolean): Promise<void> {
  await tx.updateTable('cases.case').set({ leadId, version: row.version + 1 }).where('id', '=', row.id).execute();
  if (staysInside) await sql`select access.admit(${row.wallId}, ${row.leadId}, 'case-investigator', 'infinity')`.execute(tx);
}

/** Takes a member out of the room. */
export function removeMember(ctx: Ctx, { id, personId, reason }: Input<typeof contract.removeMember>): Promise<Standing> {
  return changeLine(ctx, WALL, id, async (tx, row) => {
    const members = await membersOf(tx, row.wallId);
    if (!members.some((member) => member.personId === personId)) throw notFound();
    checkKept(members.filter((member) => member.personId !== personId));
    const person = await tx.selectFrom('access.person').select('name').where('id', '=', personId).executeTakeFirst();
    await insertStep(ctx, tx, id, { verb: 'removed', was: person?.name ?? null, reason });
    await tx.deleteFrom('access.wallMember').where('wallId', '=', row.wallId).where('personId', '=', personId).execute();
    return { verb: 'removed', row: { id: uuidv7(), personId, reason } };
  });
}

/** Who stands in the room now. */
export const memberQuery = (db: Reader, id: string) =>
  db.selectFrom('access.wallMember as m').innerJoin('cases.case as c', 'c.wallId', 'm.wallId').innerJoin('access.person as p', 'p.id', 'm.personId').innerJoin('access.role as r', 'r.id', 'm.partId')
    .select(['m.personId', 'p.name', 'r.key as part', 'r.title as partTitle', 'm.since', sql<string | null>`nullif(m.until, 'infinity')`.as('until')])
    .where('c.id', '=', id).where('m.since', '<=', sql<string>`now()`).where('m.until', '>', sql<string>`now()`).orderBy('p.name').limit(500);
