import { type Became, becameStatement, queueStatement } from '#platform/deliver/port.ts';
import type { Database, HeldClient } from '#platform/kernel/db/pool.ts';
import { writeNotices } from '#platform/notify/tell.ts';
import { TOLD } from './notices.ts';
import { pathOfMine } from './words.ts';

const BATCH = 1000;
const SKIP = `update notices.send s set state = 'skipped', reason = 'read or answered before', ended_at = $1::timestamptz from notices.recipient r
  where r.id = s.recipient_id and s.state = 'queued' and s.turn > 0 and s.next_at <= $1::timestamptz and (r.seen_at is not null or r.answer is not null)`;
const TAKE = `with due as (select s.id from notices.send s where s.channel = any ($1::text[]) and s.state = 'queued' and s.next_at <= $2::timestamptz order by s.next_at, s.id limit ${BATCH} for update skip locked),
  taken as (update notices.send s set state = $3, reason = $4, sent_at = case when $3 = 'sent' then $2::timestamptz end, ended_at = case when $3 = 'sent' then $2::timestamptz end from due where s.id = due.id returning s.id, s.channel, s.notice_id, s.recipient_id)
  select t.id, t.channel, t.notice_id, r.person_id, n.title from taken t join notices.recipient r on r.id = t.recipient_id join notices.notice n on n.id = t.notice_id`;
const HANDED = `select s.id from notices.send s where s.state = 'handed' order by s.id limit 20000`;
const MIRROR = `update notices.send s set state = b.state, reason = left(b.reason, 300), attempts = b.attempts, sent_at = case when b.state in ('sent', 'delivered') then coalesce(b.at, $2::timestamptz) else s.sent_at end, ended_at = case when b.state = 'handed' then null else coalesce(b.at, $2::timestamptz) end
  from jsonb_to_recordset($1::jsonb) as b(id uuid, state text, reason text, attempts int, at timestamptz) where s.id = b.id and s.state = 'handed' and (s.state, s.reason, s.attempts) is distinct from (b.state, left(b.reason, 300), b.attempts)`;
// A device may say later that it came.
const LATER = `select s.id from notices.send s where s.channel = 'push' and s.state = 'sent' and s.sent_at > $1::timestamptz - interval '1 hour' limit 20000`;
const CAME = `update notices.send set state = 'delivered' where id = any ($1::uuid[]) and state = 'sent'`;

type Taken = { id: string; channel: 'app' | 'mail' | 'push'; noticeId: string; personId: string; title: string };

/** Puts what is due into people's lists of notices and into the queues of mail and push, each in the transaction that marks it; answers how many. */
export async function handOver(worker: Database, now: Date): Promise<number> {
  await worker.send([{ text: SKIP, values: [now] }]);
  const inApp = await inTransaction(worker, async (client) => {
    const rows = await take(client, ['app'], now, 'sent', 'stands in their notices');
    await writeNotices(client, rows.map(({ personId, noticeId, title }) => ({ personId, class: TOLD, causeId: noticeId, recordId: null, isWalled: false, words: title, path: pathOfMine(noticeId) })));
    return rows.length;
  });
  const queued = await inTransaction(worker, async (client) => {
    const rows = await take(client, ['mail', 'push'], now, 'handed', '');
    if (rows.length > 0) await client.send([queueStatement(rows.map(({ id, personId, channel }) => ({ source: 'notices', sourceId: id, personId, channel: channel === 'push' ? 'push' : 'mail', topic: TOLD.key, urgent: true })))]);
    return rows.length;
  });
  if (inApp + queued > 0) worker.committed();
  return inApp + queued;
}

const take = async (client: HeldClient, channels: readonly string[], now: Date, state: string, reason: string): Promise<Taken[]> => ((await client.send([{ text: TAKE, values: [channels, now, state, reason] }]))[0]?.rows ?? []) as Taken[];

const SAYS: Readonly<Record<Became['state'], string>> = { queued: 'handed', sending: 'handed', sent: 'sent', delivered: 'delivered', dead: 'failed', unknown: 'unknown', dropped: 'skipped' };
const RECALLED = 'recalled before it left';

/** Notes what became of what was handed to mail and push. */
export async function mirror(worker: Database, now: Date): Promise<void> {
  const [handed, sent] = await worker.send([{ text: HANDED, values: [] }, { text: LATER, values: [now] }]);
  const ids = (handed?.rows ?? []).map((row) => row['id'] as string);
  const went = (sent?.rows ?? []).map((row) => row['id'] as string);
  if (ids.length + went.length === 0) return;
  const [answer] = await worker.send([becameStatement('notices', [...ids, ...went])]);
  const became = new Map(((answer?.rows ?? []) as Became[]).map((one) => [one.sourceId, one]));
  const rows = ids.map((id) => rowOf(id, became.get(id)));
  await worker.send([{ text: MIRROR, values: [JSON.stringify(rows), now] }, { text: CAME, values: [went.filter((id) => became.get(id)?.state === 'delivered')] }]);
}

function rowOf(id: string, became: Became | undefined): object {
  if (!became) return { id, state: 'failed', reason: 'no device takes messages any more', attempts: 0, at: null };
  return { id, state: became.reason === RECALLED ? 'recalled' : SAYS[became.state], reason: became.reason, attempts: became.attempts, at: became.endedAt };
}

async function inTransaction<T>(worker: Database, work: (client: HeldClient) => Promise<T>): Promise<T> {
  return worker.hold(async (client) => {
    await client.send([{ text: 'begin', values: [] }]);
    try {
      const result = await work(client);
      await client.send([{ text: 'commit', values: [] }]);
      return result;
    } catch (error) {
      await client.send([{ text: 'rollback', values: [] }]).catch(() => undefined);
      throw error;
    }
  });
}
