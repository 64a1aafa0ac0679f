import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Change, store } from '#platform/kernel/store.ts';
import type { Audience, Notice, NoticeDetail } from './contract.ts';
import type { Answer, Channel, NoticeState, Question, SendState, Texts } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const notices = store<Tables>('notices');
export type Tx = Parameters<Parameters<typeof notices.writeMany>[2]>[0];
export type Db = Pick<Tx, 'selectFrom'>;

const siteName = sql<string | null>`(select o.title from platform.record o where o.id = n.site_id)`;
const count = (what: string) => sql<number>`(select count(*)::int from notices.recipient r where r.notice_id = n.id and ${sql.raw(what)})`;
const REACHED = `exists (select from notices.send s where s.recipient_id = r.id and s.state in ('sent', 'delivered'))`;

/** Notices with what a list shows of them. */
export const rows = (db: Db) =>
  db.selectFrom('notices.notice as n').innerJoin('access.person as m', 'm.id', 'n.madeBy').leftJoin('access.person as c', 'c.id', 'n.recalledBy')
    .selectAll('n').select(['m.name as maker', 'c.name as recaller', siteName.as('site'), count(REACHED).as('reached'), count('r.answer is not null').as('answered'), count(`r.answer = 'help'`).as('help')]);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

export const noticeOf = (row: Row): Notice => ({
  id: row.id, number: row.number, title: row.title, siteId: row.siteId, site: row.site, state: row.state as NoticeState, size: row.size, question: row.question as Question, madeAt: row.madeAt, madeBy: row.maker, releasedAt: row.releasedAt, endedAt: row.endedAt,
  reached: row.reached, answered: row.answered, help: row.help, version: row.version,
});

export const seen = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('n.id', '=', id).executeTakeFirst();

/** A notice whole: how far each channel is, what was answered, and what it is about where that may be seen. */
export async function detailOf(db: Db, row: Row): Promise<NoticeDetail> {
  const { id } = row;
  const counts = await db.selectFrom('notices.send').select((eb) => ['channel', 'state', eb.fn.countAll<number>().as('n')]).where('noticeId', '=', id).groupBy(['channel', 'state']).orderBy('channel').orderBy('state').execute();
  const answers = await db.selectFrom('notices.recipient').select((eb) => ['answer', eb.fn.countAll<number>().as('n')]).where('noticeId', '=', id).where('answer', 'is not', null).groupBy('answer').execute();
  const about = await db.selectFrom('platform.link as l').innerJoin('platform.record as p', 'p.id', 'l.fromId').select(['p.id', 'p.kind', 'p.number', 'p.title']).where('l.toId', '=', id).where('l.kind', '=', 'told').limit(20).execute();
  const rooms = await db.selectFrom('notices.send as s').innerJoin('notices.gateway as g', 'g.id', 's.gatewayId').select(['g.name', 's.state', 's.reason']).where('s.noticeId', '=', id).where('s.channel', '=', 'room').orderBy('g.name').limit(50).execute();
  return {
    ...noticeOf(row), audience: row.audience as unknown as Audience, texts: row.texts as unknown as Texts, channels: row.channels as Channel[], pace: row.pace as NoticeDetail['pace'], turnS: row.turnS, templateKey: row.templateKey, overQuietWhy: row.overQuietWhy,
    isLifeSafety: row.isLifeSafety, decisionId: row.decisionId, answersUntil: row.answersUntil, recalledAt: row.recalledAt, recalledBy: row.recaller, recallWhy: row.recallWhy,
    counts: counts.map((one) => ({ ...one, channel: one.channel as Channel, state: one.state as SendState })), answers: answers.map(({ answer, n }) => ({ answer: answer as Answer, n })), about,
    rooms: rooms.map((one) => ({ ...one, state: one.state as SendState })),
  };
}

type Fact = { id: string };
const COUNTED = ['maker', 'recaller', 'site', 'reached', 'answered', 'help'] as const;
const bare = (row: Row): Fact => Object.fromEntries(Object.entries(row).filter(([key]) => !(COUNTED as readonly string[]).includes(key))) as Fact;

/** A change of a notice, with its header and the words to find it by. */
export const changeOf = (verb: string, before: Row | null, after: Row, more: object = {}): Change<Fact> => ({
  verb, before: before && bare(before), after: { ...bare(after), ...more }, erasable: ['texts', 'overQuietWhy', 'recallWhy'], words: `${after.number} ${after.title}`,
  header: { kind: 'notices.notice', number: after.number, title: after.title, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'notices:read', at: after.madeAt },
});

export const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `notices.${code}`, detail, { errors: [{ pointer, detail }] });
export const changedMeanwhile = (): Problem => new Problem('stale', 'notices.changed_meanwhile', 'Somebody changed this since you read it. Look again, then change it.');

/** Who may do this nowhere, or not for this site, is told so first. */
export async function checkMay(db: Db, siteId: string | null, permission: string): Promise<void> {
  const [row] = await db.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, null, ${permission}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(permission);
}
