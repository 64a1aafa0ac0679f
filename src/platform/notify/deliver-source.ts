import type { Composed, Source } from '#platform/deliver/port.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Language } from '#platform/kernel/language.ts';
import { store } from '#platform/kernel/store.ts';
import { discoverNotices, titleIn } from './port.ts';
import { outsideWords, type Quiet, quietEnd, type Seen } from './rules.ts';

type Row = { class: string; urgent: boolean; recordId: string | null; words: string; at: string; readAt: string | null; acknowledgedAt: string | null; escalationState: string | null; quiet: Quiet | null; language: Language | null };

const READ = `select n.class, n.urgent, n.record_id, n.words, n.at, n.read_at, n.acknowledged_at, e.state as escalation_state,
  case when w.zone is not null then jsonb_build_object('zone', w.zone, 'fromMinute', w.from_minute, 'toMinute', w.to_minute) end as quiet, w.language
  from notify.notice n left join notify.escalation e on e.id = n.escalation_id left join notify.wish w on w.person_id = n.person_id where n.id = $1::uuid`;
const kernel = store<object>('notify');

/** The record as the receiver sees it now; null where it is not there or not for them. */
const seenBy = (receiver: Ctx, id: string): Promise<(Seen & { kind: string }) | undefined> =>
  kernel.read(receiver, '').selectFrom('platform.record').select((eb) => ['kind', 'number', 'title', eb('wallId', 'is not', null).as('isWalled')]).where('id', '=', id).executeTakeFirst() as Promise<(Seen & { kind: string }) | undefined>;

/** What a notice says when it leaves, under the receiver's own sight at that moment. */
async function compose(sourceId: string, receiver: Ctx, worker: Database): Promise<Composed> {
  const [answer] = await worker.send([{ text: READ, values: [sourceId] }]);
  const row = answer?.rows[0] as Row | undefined;
  const of = row && (await discoverNotices()).classes.get(row.class);
  if (!row || !of) return { drop: 'nobody here knows any more what it says' };
  if (row.acknowledgedAt !== null || (!row.urgent && row.readAt !== null)) return { drop: 'seen in Parapet before it left' };
  if (row.escalationState !== null && row.escalationState !== 'running') return { drop: 'somebody took it before it left' };
  const record = row.recordId === null ? null : await seenBy(receiver, row.recordId);
  if (record === undefined) return { drop: 'no longer theirs to see' };
  const until = !row.urgent && row.quiet ? quietEnd(receiver.now(), row.quiet) : null;
  if (until) return { hold: until, why: 'quiet hours' };
  const link = `${readConfig().publicUrl}/notices/${sourceId}`;
  const data = record?.isWalled ? {} : { class: row.class, ...(record ? { record: { id: row.recordId, kind: record.kind, number: record.number, title: record.title } } : {}) };
  return { message: { ...outsideWords(titleIn(of, row.language ?? 'en'), row.words, record, row.language ?? 'en'), link, at: row.at, urgent: row.urgent, data } };
}

export const source: Source = { name: 'notify', compose: ({ sourceId }, receiver, worker) => compose(sourceId, receiver, worker) };
