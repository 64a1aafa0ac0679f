import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { NoticeDetail, Recipient } from './contract.ts';
import { detailOf, noticeOf, notices, rows, seen } from './notice-row.ts';

const READ = 'notices:read';

/** Notices, newest first, page by page. */
export async function listNotices(ctx: Ctx, { state, about, after, limit }: Input<typeof contract.listNotices>): Promise<Reply<typeof contract.listNotices>> {
  let query = rows(notices.read(ctx)).orderBy('n.madeAt', 'desc').orderBy('n.id', 'desc').limit(limit);
  if (state) query = query.where('n.state', '=', state);
  if (about) query = query.where(sql<boolean>`n.id in (select l.to_id from platform.link l where l.from_id = ${about}::uuid and l.kind = 'told')`);
  if (after) {
    const { at, id } = readCursor(after);
    query = query.where(sql<boolean>`(n.made_at, n.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const items = await query.execute();
  const last = items.at(-1);
  return { items: items.map(noticeOf), next: items.length === limit && last ? cursorAfter(last.madeAt, last.id) : null };
}

export async function readNotice(ctx: Ctx, { id }: Input<typeof contract.readNotice>): Promise<NoticeDetail> {
  const db = notices.read(ctx);
  const row = await seen(db, id);
  if (!row) throw notFound();
  return detailOf(db, row);
}

/** Who needs help stands first, then who has not answered, then the others: the number that a list is in order of. */
const RANK = sql<number>`case when r.answer = 'help' then 0 when r.answer is null then 1 else 2 end`;
const UNREACHED = sql<boolean>`not exists (select from notices.send s where s.recipient_id = r.id and s.state in ('sent', 'delivered', 'queued', 'handed', 'sending'))`;
const SENDS = sql<Recipient['sends']>`(select coalesce(jsonb_agg(jsonb_build_object('channel', s.channel, 'state', s.state, 'reason', s.reason, 'attempts', s.attempts, 'at', coalesce(s.ended_at, s.sent_at, s.next_at)) order by s.turn, s.channel), '[]') from notices.send s where s.recipient_id = r.id)`;

/** To whom a notice goes; who needs help first. */
export async function listRecipients(ctx: Ctx, { id, only, q, after, limit }: Input<typeof contract.listRecipients>): Promise<Reply<typeof contract.listRecipients>> {
  const place = after === undefined ? null : (/^([012]):([0-9a-f-]{36})$/.exec(after) ?? null);
  const wanted = [...(only === 'help' ? [sql<boolean>`r.answer = 'help'`] : []), ...(only === 'unanswered' ? [sql<boolean>`r.answer is null`] : []), ...(only === 'unreached' ? [UNREACHED] : []), ...(q ? [sql<boolean>`strpos(lower(p.name), lower(${q})) > 0`] : [])];
  const fits = wanted.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(wanted, sql` and `)}`;
  const beyond = place ? sql<boolean>`(${RANK}, r.id) > (${Number(place[1])}::int, ${place[2]}::uuid)` : sql<boolean>`true`;
  const [found, items, counted] = await notices.readAll(ctx, READ, (db) => [
    db.selectFrom('notices.notice').select('id').where('id', '=', id),
    db.selectFrom('notices.recipient as r').innerJoin('access.person as p', 'p.id', 'r.personId').select(['r.id', 'r.personId', 'p.name', 'r.language', 'r.seenAt', 'r.answer', 'r.note', 'r.answeredAt', SENDS.as('sends'), RANK.as('rank')]).where('r.noticeId', '=', id).where(fits).where(beyond).orderBy(RANK).orderBy('r.id').limit(limit),
    db.selectFrom('notices.recipient as r').innerJoin('access.person as p', 'p.id', 'r.personId').select((eb) => eb.fn.countAll<number>().as('n')).where('r.noticeId', '=', id).where(fits),
  ]);
  if (found.length === 0) throw notFound();
  const last = items.at(-1);
  return { items: items.map(({ rank: _rank, ...one }) => ({ ...one, language: one.language as Recipient['language'], answer: one.answer as Recipient['answer'] })), next: last && items.length === limit ? `${last.rank}:${last.id}` : null, total: counted[0]?.n ?? 0 };
}
