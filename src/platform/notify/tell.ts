import { type Channel, queueStatement } from '#platform/deliver/port.ts';
import type { Statement } from '#platform/kernel/db/flush.ts';
import type { HeldClient } from '#platform/kernel/db/pool.ts';
import type { NoticeClass } from './port.ts';

/** One thing to be told to one person. `causeId` is what happened: the same is told to a person once. */
export type Told = { personId: string; class: NoticeClass; causeId: string; recordId: string | null; /** Behind a wall: nothing of it stands in the clear. */ isWalled: boolean; escalationId?: string; words?: string; path?: string };

const NOTICES = `insert into notify.notice (person_id, class, urgent, cause_id, record_id, escalation_id, words, path)
  select t.person_id, t.class, t.urgent, t.cause_id, t.record_id, t.escalation_id, t.words, t.path
  from jsonb_to_recordset($1::jsonb) as t(person_id uuid, class text, urgent boolean, cause_id uuid, record_id uuid, escalation_id uuid, words text, path text)
  on conflict (person_id, class, cause_id) do nothing returning id, person_id, class, cause_id`;
const WISHES = 'select person_id, channels from notify.wish where person_id = any ($1::uuid[])';
// One message for one person each: their screens read their notices again, and nobody else hears of it.
const RING = `insert into platform.outbox (topic, record_id, person_id, read_permission) select 'notify.told', n.id, n.person_id, '' from jsonb_to_recordset($1::jsonb) as n(id uuid, person_id uuid)`;

type Fresh = { id: string; personId: string; class: string; causeId: string };

/** Writes notices and queues their deliveries in the transaction that the client holds open; answers how many are new. */
export async function writeNotices(client: HeldClient, told: readonly Told[], more: readonly Statement[] = []): Promise<number> {
  if (told.length === 0) {
    if (more.length > 0) await client.send(more);
    return 0;
  }
  const rows = told.map((one) => ({ person_id: one.personId, class: one.class.key, urgent: one.class.urgent, cause_id: one.causeId, record_id: one.recordId, escalation_id: one.escalationId ?? null, words: one.words ?? '', path: one.path ?? null }));
  const people = [...new Set(told.map(({ personId }) => personId))];
  const answers = await client.send([...more, { text: NOTICES, values: [JSON.stringify(rows)] }, { text: WISHES, values: [people] }]);
  const fresh = (answers.at(-2)?.rows ?? []) as Fresh[];
  const wishes = new Map(((answers.at(-1)?.rows ?? []) as { personId: string; channels: Record<string, Channel[]> }[]).map((wish) => [wish.personId, wish.channels]));
  const asked = new Map(told.map((one) => [`${one.personId} ${one.class.key} ${one.causeId}`, one]));
  const queued = fresh.flatMap(({ id, personId, class: key, causeId }) => {
    const of = asked.get(`${personId} ${key} ${causeId}`);
    if (!of) return [];
    const channels = wishes.get(personId)?.[key] ?? of.class.channels;
    return channels.map((channel) => ({ source: 'notify', sourceId: id, personId, channel, topic: of.isWalled ? null : key, urgent: of.class.urgent }));
  });
  if (fresh.length > 0) await client.send([queueStatement(queued), { text: RING, values: [JSON.stringify(fresh.map(({ id, personId }) => ({ id, person_id: personId })))] }]);
  return fresh.length;
}
