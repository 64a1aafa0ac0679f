import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Statement } from '#platform/kernel/db/flush.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import { EXPIRES_S } from './rules.ts';

export type Channel = 'mail' | 'push' | 'webhook';

/**
 * A message as it leaves. `title` and `text` may be read by who sees a lock screen or a mail server; what stands behind
 * a wall is never in them. `data` goes to webhooks as JSON. `link` is an address of ours.
 */
export type Message = { title: string; text: string; link: string; at: string; urgent: boolean; data: Readonly<Record<string, unknown>>; /** Where mail goes, where whoever queued it knows that better than their sign-in does. */ to?: string };

/** What a source says of a delivery at the moment of sending: the message, or that it is let go or waits, and why. */
export type Composed = { message: Message } | { drop: string } | { hold: Date; why: string };

/** What is asked to be told: `receiver` acts as the person who gets it, and sees what they see. */
export type Due = { sourceId: string; personId: string; channel: Channel };

/** A service or module that queues deliveries: `deliver-source.ts` in its folder. `toRegister`: also to who stands in the register and has no sign-in; then there is no receiver to see by. */
export type Source = { name: string; compose(due: Due, receiver: Ctx, worker: Database): Promise<Composed>; toRegister?(due: Due, worker: Database): Promise<Composed> };

/** A module that knows where mail of a person goes: `mail-address.ts` in its folder. Null where they have no address. */
export type MailAddress = (receiver: Ctx) => Promise<string | null>;

const load = async <T>(file: string, name: string): Promise<T[]> =>
  Promise.all(['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', file)).sort()).map(async (path) => ((await import(pathToFileURL(path).href)) as Record<string, T>)[name] as T));

/** Every source by its name, found by folder. */
export const discoverSources = async (): Promise<ReadonlyMap<string, Source>> => new Map((await load<Source>('deliver-source.ts', 'source')).map((source) => [source.name, source]));

/** Who knows mail addresses, found by folder. */
export const discoverMailAddresses = (): Promise<MailAddress[]> => load<MailAddress>('mail-address.ts', 'mailAddressOf');

/** One thing to be delivered to one person by one channel; a push goes to each of their devices, a webhook to each of theirs. */
export type Queued = { source: string; sourceId: string; personId: string; channel: Channel; /** A word for who keeps the system; null for what stands behind a wall, of which they see nothing. */ topic: string | null; urgent: boolean };

/** The statement that queues, for the caller's own transaction under the worker's role: the same thing is never queued twice. */
export const queueStatement = (rows: readonly Queued[]): Statement => ({
  text: `insert into deliver.delivery (source, source_id, person_id, channel, target_id, topic, is_walled, urgent, expires_at)
    select q.source, q.source_id, q.person_id, q.channel, t.id, coalesce(q.topic, ''), q.topic is null, q.urgent, now() + make_interval(secs => case when q.urgent then ${EXPIRES_S.urgent} else ${EXPIRES_S.other} end)
    from jsonb_to_recordset($1::jsonb) as q(source text, source_id uuid, person_id uuid, channel text, topic text, urgent boolean)
    left join lateral (
      select d.id from deliver.device d where q.channel = 'push' and d.person_id = q.person_id and d.ended_at is null
      union all select w.id from deliver.webhook w where q.channel = 'webhook' and w.person_id = q.person_id and w.ended_at is null
    ) t on true
    where q.channel = 'mail' or t.id is not null on conflict do nothing`,
  values: [JSON.stringify(rows.map(({ source, sourceId, personId, channel, topic, urgent }) => ({ source, source_id: sourceId, person_id: personId, channel, topic, urgent })))],
});

/** What became of deliveries, by what queued them: the best of a person's devices. */
export type Became = { sourceId: string; state: 'queued' | 'sending' | 'sent' | 'delivered' | 'dead' | 'unknown' | 'dropped'; reason: string; attempts: number; endedAt: string | null };

/** The statement that asks, for the worker; it answers rows of `Became`. */
export const becameStatement = (source: string, sourceIds: readonly string[]): Statement => ({
  text: `select distinct on (d.source_id) d.source_id, d.state, d.reason, d.attempts, coalesce(d.ended_at, d.sent_at) as ended_at from deliver.delivery d where d.source = $1 and d.source_id = any ($2::uuid[])
    order by d.source_id, array_position(array['delivered', 'sent', 'sending', 'queued', 'unknown', 'dead', 'dropped'], d.state), d.id`,
  values: [source, sourceIds],
});
