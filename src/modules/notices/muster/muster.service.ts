import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { siteOf } from '#modules/sites/public.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { neutral } from './csv.ts';
import { incidentToName } from '../incident.ts';
import { checkMay, notices, refuse, seen as seenNotice, type Tx } from '../notice-row.ts';
import type * as contract from '../muster-contract.ts';
import type { ExpectedState, MusterDetail } from '../muster-contract.ts';
import { heldMuster, musterChange, musterDetail, musterHeader, musterOf, musters, seenMuster } from './muster-row.ts';

const MUSTER = 'notices:muster';

export async function listMusters(ctx: Ctx, { state, after, limit }: Input<typeof contract.listMusters>): Promise<Reply<typeof contract.listMusters>> {
  let query = musters(notices.read(ctx, MUSTER)).orderBy('m.openedAt', 'desc').orderBy('m.id', 'desc').limit(limit);
  if (state) query = query.where('m.state', '=', state);
  if (after) {
    const { at, id } = readCursor(after);
    query = query.where(sql<boolean>`(m.opened_at, m.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const items = await query.execute();
  const last = items.at(-1);
  return { items: items.map(musterOf), next: items.length === limit && last ? cursorAfter(last.openedAt, last.id) : null };
}

export async function readMuster(ctx: Ctx, { id }: Input<typeof contract.readMuster>): Promise<MusterDetail> {
  const db = notices.read(ctx, MUSTER);
  return musterDetail(db, await seenMuster(db, id));
}

/** Puts people and guests among who is expected; who stands there already stays as they are. */
async function expect(tx: Tx, musterId: string, people: readonly string[], guests: readonly string[]): Promise<void> {
  const rows = [...people.map((personId) => ({ id: uuidv7(), person_id: personId, name: '' })), ...guests.map((name) => ({ id: uuidv7(), person_id: null, name }))];
  if (rows.length === 0) return;
  await sql`insert into notices.expected (id, muster_id, person_id, name) select r.id, ${musterId}::uuid, r.person_id, r.name from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, person_id uuid, name text)
    where r.person_id is null or not exists (select from notices.expected e where e.muster_id = ${musterId}::uuid and e.person_id = r.person_id)`.execute(tx);
}

/** Active and invited people among these, and where asked everybody whose home is at the place. */
async function peopleOf(tx: Tx, siteId: string | null, everyone: boolean, personIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ personId: string }>`select person_id from notices.roll(${siteId}::uuid, ${everyone}, ${personIds}::uuid[])`.execute(tx);
  return rows.map(({ personId }) => personId);
}

type Opening = Input<typeof contract.openMuster>;

/** Opens a roll call; the same id twice is one. */
export async function openMuster(ctx: Ctx, asked: Opening): Promise<MusterDetail> {
  const db = notices.read(ctx, MUSTER);
  const known = await musters(db).where('m.id', '=', asked.id).executeTakeFirst();
  if (known) return musterDetail(db, known);
  return notices.writeMany(ctx, MUSTER, async (tx) => {
    const { id, title, siteId, everyone, noticeId, personIds, guests } = asked;
    if (siteId !== null && !(await siteOf(ctx, siteId))) throw toProblem({ code: '23503' });
    await checkMay(tx, siteId, MUSTER);
    if (noticeId !== undefined && !(await seenNotice(tx, noticeId))) throw refuse('no_such_notice', 'That notification is not there, or it is not for you to see.', '/noticeId');
    const incidentId = await incidentToName(tx, asked.incidentId);
    const people = await peopleOf(tx, siteId, everyone, personIds);
    const { rows: [numbered] } = await sql<{ number: string }>`select platform.next_number('MUS', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
    await tx.insertInto('notices.muster').values({ id, number: numbered?.number ?? '', title, siteId, noticeId: noticeId ?? null, openedAt: ctx.now().toISOString(), openedBy: ctx.personId }).execute();
    await expect(tx, id, people, guests);
    if (noticeId !== undefined) await takeAnswers(tx, id, noticeId);
    const after = await seenMuster(tx, id);
    if (after.missing + after.help + after.safe + after.away === 0) throw refuse('nobody', 'Nobody is expected. Choose everybody of a site, a notification, people or guests.', '/personIds');
    const opened = musterChange('muster-opened', null, after, { guests, incidentId });
    if (incidentId !== null) {
      await tx.insertInto('platform.record').values({ id, ...musterHeader(after) }).execute();
      await tx.insertInto('platform.link').values({ fromId: incidentId, toId: id, kind: 'told', at: ctx.now().toISOString(), actor: ctx.personId }).execute();
    }
    return { changes: [opened], result: await musterDetail(tx, after) };
  });
}

/** Whom the notification went to is expected, and what they have answered already counts. */
async function takeAnswers(tx: Tx, musterId: string, noticeId: string): Promise<void> {
  const told = await tx.selectFrom('notices.recipient').select('personId').where('noticeId', '=', noticeId).execute();
  await expect(tx, musterId, told.map(({ personId }) => personId), []);
  await sql`update notices.expected e set state = case r.answer when 'unaffected' then 'away' else r.answer end, place = left(r.note, 200), said_by = r.person_id, said_way = 'notice', said_at = r.answered_at
    from notices.recipient r where e.muster_id = ${musterId}::uuid and r.notice_id = ${noticeId}::uuid and r.person_id = e.person_id and r.answer in ('safe', 'help', 'unaffected')`.execute(tx);
}

/** A warden says what is known; missing again where it was said by mistake. */
export const markExpected = (ctx: Ctx, { id, expectedIds, state, place }: Input<typeof contract.markExpected>): Promise<MusterDetail> =>
  notices.writeMany(ctx, MUSTER, async (tx) => {
    const before = await heldMuster(tx, id);
    const was = await tx.selectFrom('notices.expected').select(['id', 'state']).where('musterId', '=', id).where('id', 'in', expectedIds).execute();
    if (was.length < new Set(expectedIds).size) throw refuse('no_such_person', 'Somebody named here is not on this roll call.', '/expectedIds');
    await tx.updateTable('notices.expected').set({ state, place, saidBy: ctx.personId, saidWay: 'warden', saidAt: ctx.now().toISOString() }).where('musterId', '=', id).where('id', 'in', expectedIds).execute();
    const changes = was.map((one): Change<{ id: string }> => ({ verb: 'muster-marked', before: { id: one.id, state: one.state } as { id: string }, after: { id: one.id, state, place, way: 'warden' } as { id: string }, erasable: ['place'], of: { recordId: id, siteId: before.siteId, wallId: null, readPermission: MUSTER } }));
    return { changes, result: await musterDetail(tx, await seenMuster(tx, id)) };
  });

export const addExpected = (ctx: Ctx, { id, personIds, guests }: Input<typeof contract.addExpected>): Promise<MusterDetail> =>
  notices.writeMany(ctx, MUSTER, async (tx) => {
    const before = await heldMuster(tx, id);
    await expect(tx, id, await peopleOf(tx, before.siteId, false, personIds), guests);
    const after = await seenMuster(tx, id);
    return { changes: [musterChange('muster-extended', before, after, { personIds, guests })], result: await musterDetail(tx, after) };
  });

/** Closes it with what was found; who is missing then stays so on its record. */
export const closeMuster = (ctx: Ctx, { id, report }: Input<typeof contract.closeMuster>): Promise<MusterDetail> =>
  notices.writeMany(ctx, MUSTER, async (tx) => {
    const before = await heldMuster(tx, id);
    await tx.updateTable('notices.muster').set({ state: 'closed', closedAt: ctx.now().toISOString(), closedBy: ctx.personId, report, version: before.version + 1 }).where('id', '=', id).execute();
    const after = await seenMuster(tx, id);
    const { missing, help, safe, away } = after;
    return { changes: [musterChange('muster-closed', before, after, { counts: { missing, help, safe, away } })], result: await musterDetail(tx, after) };
  });

/** Who is missing or needs help, as a file. */
export async function missingCsv(ctx: Ctx, { id }: Input<typeof contract.missingCsv>, { reply }: Exchange): Promise<void> {
  const muster = await readMuster(ctx, { id });
  const wanted: readonly ExpectedState[] = ['missing', 'help'];
  const lines = muster.people.filter(({ state }) => wanted.includes(state)).map(({ name, state, place, saidAt }) => [name, state, place, saidAt ?? ''].map(neutral).join(','));
  await reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${muster.number}-missing.csv"`).send(['name,state,place,said_at', ...lines, ''].join('\r\n'));
}

type MineRow = { expectedId: string; musterId: string; number: string; title: string; siteId: string | null; openedAt: string; state: ExpectedState; place: string; saidAt: string | null };
const mineIn = (db: Pick<Tx, 'selectFrom'>): Promise<MineRow[]> => db.selectFrom(sql<MineRow>`(select * from notices.my_musters())`.as<'m'>(sql`m`)).selectAll().execute() as Promise<MineRow[]>;
const mineOf = ({ musterId, expectedId: _e, siteId: _s, ...row }: MineRow) => ({ id: musterId, ...row });

export async function listMyMusters(ctx: Ctx): Promise<Reply<typeof contract.listMyMusters>> {
  return { items: (await mineIn(notices.read(ctx, ''))).map(mineOf) };
}

export const sayHowIAm = (ctx: Ctx, { id, state, place }: Input<typeof contract.sayHowIAm>): Promise<Reply<typeof contract.sayHowIAm>> =>
  notices.writeMany(ctx, '', async (tx) => {
    const before = (await mineIn(tx)).find(({ musterId }) => musterId === id);
    if (!before) throw notFound();
    await sql`select notices.said_of_me(${id}::uuid, ${state}, ${place}, ${ctx.now().toISOString()}::timestamptz)`.execute(tx);
    const after = (await mineIn(tx)).find(({ musterId }) => musterId === id);
    if (!after) throw new Problem('conflict', 'notices.muster_closed', 'This roll call was closed just now.');
    const change: Change<{ id: string }> = { verb: 'muster-marked', before: { id: before.expectedId, state: before.state } as { id: string }, after: { id: after.expectedId, state, place, way: 'self' } as { id: string }, erasable: ['place'], of: { recordId: id, siteId: after.siteId, wallId: null, readPermission: MUSTER } };
    return { changes: [change], result: mineOf(after) };
  });
