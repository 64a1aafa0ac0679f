import { createHmac } from 'node:crypto';
import webPush from 'web-push';
import { timeNow } from '#platform/kernel/clock.ts';
import type { Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Client } from '#platform/net/outgoing.ts';
import { openMail } from './mail.ts';
import type { Channel, MailAddress, Message } from './port.ts';
import { faulted, type Outcome, pushOutcome, readRetryAfter, webhookOutcome } from './rules.ts';

/** A delivery that is due, as the sender read it. */
export type Row = { id: string; source: string; sourceId: string; personId: string; channel: Channel; targetId: string | null; urgent: boolean; attempts: number };

/**
 * How one channel sends. `prepare` does all that can fail without anything having left (address, connection) and answers
 * how to send; after a crash between the two nothing went, after one during `send` it may have.
 */
export type ChannelSender = {
  prepare(row: Row, message: Message, receiver: Ctx | null): Promise<{ send(): Promise<Outcome> } | Outcome>;
  /** Whether sending the same delivery again shows it twice to nobody, since the receiver knows it by its id. */
  isRepeatable: boolean;
  close(): Promise<void>;
};

export type ChannelOptions = { worker: Database; client: Client; mailAddresses: readonly MailAddress[]; smtpUrl?: string; publicUrl: string; now?: () => Date };

const one = async <T>(worker: Database, text: string, id: string | null): Promise<T | undefined> => (await worker.send([{ text, values: [id] }]))[0]?.rows[0] as T | undefined;
type Device = { endpoint: string; p256dh: string; auth: string; publicKey: string; privateKey: string };
const GONE: Outcome = { kind: 'dead', detail: 'its receiver was taken away' };
const retryAfterOf = (headers: { 'retry-after'?: string | undefined }, now: Date): Date | null => readRetryAfter(headers['retry-after'], now);

const MOST_TEXT = 1000;
const TTL_S = { urgent: 3600, other: 86_400 };

/** Makes the keys by which push services know this installation, where there are none. */
export async function makeVapid(worker: Database): Promise<void> {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  await worker.send([{ text: 'insert into deliver.vapid (public_key, private_key) values ($1, $2) on conflict do nothing', values: [publicKey, privateKey] }]);
}

/** Web push (RFC 8030): sealed for the device (RFC 8291), signed by this installation (RFC 8292), replaced and not doubled by its topic. */
function pushSender({ worker, client, publicUrl, now = timeNow }: ChannelOptions): ChannelSender {
  const subject = publicUrl.startsWith('https://') ? publicUrl : 'mailto:parapet@localhost.invalid';
  return {
    isRepeatable: true,
    close: async () => undefined,
    prepare: async (row, { title, text, link, urgent }) => {
      const device = await one<Device>(worker, 'select d.endpoint, d.p256dh, d.auth, v.public_key, v.private_key from deliver.device d, deliver.vapid v where d.id = $1::uuid and d.ended_at is null', row.targetId);
      if (!device) return GONE;
      const { endpoint, p256dh, auth, publicKey, privateKey } = device;
      const payload = JSON.stringify({ id: row.id, title, text: text.slice(0, MOST_TEXT), link, urgent });
      const request = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, {
        vapidDetails: { subject, publicKey, privateKey }, TTL: TTL_S[urgent ? 'urgent' : 'other'], urgency: urgent ? 'high' : 'normal', topic: Buffer.from(row.id.replaceAll('-', ''), 'hex').toString('base64url'), contentEncoding: 'aes128gcm',
      });
      const { 'Content-Length': _length, ...headers } = request.headers as Record<string, string | number>;
      return {
        send: async () => {
          const answer = await client.send({ url: request.endpoint, purpose: 'web-push', method: 'POST', headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), body: request.body ?? Buffer.alloc(0), maxRedirects: 0, maxBytes: 64 * 1024 }).catch(faulted);
          if ('kind' in answer) return answer;
          if (answer.status === 404 || answer.status === 410) await one(worker, `update deliver.device set ended_at = now(), ended_why = 'gone' where id = $1::uuid`, row.targetId);
          return pushOutcome(answer.status, retryAfterOf(answer.headers, now()));
        },
      };
    },
  };
}

/** The signature of a webhook after the Standard Webhooks specification: HMAC-SHA256 over id, seconds since 1970 and body. */
export const signWebhook = (secret: Buffer, id: string, atS: number, body: string): string => `v1,${createHmac('sha256', secret).update(`${id}.${atS}.${body}`).digest('base64')}`;

function webhookSender({ worker, client, now = timeNow }: ChannelOptions): ChannelSender {
  return {
    isRepeatable: true,
    close: async () => undefined,
    prepare: async (row, message) => {
      const hook = await one<{ url: string; secret: Buffer }>(worker, 'select url, secret from deliver.webhook where id = $1::uuid and ended_at is null', row.targetId);
      if (!hook) return GONE;
      const body = JSON.stringify({ id: row.id, at: message.at, title: message.title, text: message.text, link: message.link, urgent: message.urgent, ...message.data });
      return {
        send: async () => {
          const atS = Math.floor(now().getTime() / 1000);
          const headers = { 'content-type': 'application/json', 'user-agent': 'Parapet', 'webhook-id': row.id, 'webhook-timestamp': String(atS), 'webhook-signature': signWebhook(hook.secret, row.id, atS, body) };
          const answer = await client.send({ url: hook.url, purpose: 'webhook', method: 'POST', headers, body, maxRedirects: 0, maxBytes: 64 * 1024 }).catch(faulted);
          if ('kind' in answer) return answer;
          if (answer.status === 410) await one(worker, `update deliver.webhook set ended_at = now(), ended_why = 'gone' where id = $1::uuid`, row.targetId);
          return webhookOutcome(answer.status, retryAfterOf(answer.headers, now()));
        },
      };
    },
  };
}

/** The channels that can send here; mail only where a server is set. */
export function openChannels(options: ChannelOptions): Partial<Record<Channel, ChannelSender>> {
  const { smtpUrl } = options;
  return { push: pushSender(options), webhook: webhookSender(options), ...(smtpUrl === undefined ? {} : { mail: openMail({ ...options, smtpUrl }) }) };
}
