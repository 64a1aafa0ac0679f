import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { v7 as uuidv7 } from 'uuid';
import type { FreshDatabase } from '#platform/testing/database.ts';
import type { Channel, Queued } from './port.ts';
import { queueStatement } from './port.ts';

/** A mail as a server took it. */
export type Mail = { from: string; to: string[]; raw: string; header(name: string): string | undefined; body: string };

/** A real mail server on a port of its own that keeps what it takes. */
export type MailServer = { url: string; port: number; mails: Mail[]; connections: number; close(): Promise<void> };

const mailOf = (raw: string, from: string, to: string[]): Mail => {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = new Map(head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { raw, from, to, header: (name) => headers.get(name.toLowerCase()), body: rest.join('\r\n\r\n') };
};

/** `onMail` may answer an error with a `responseCode`, or never. */
export async function aMailServer({ onMail = async () => undefined, ...options }: SMTPServerOptions & { onMail?: (mail: Mail) => Promise<void> } = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const kept: MailServer = { url: '', port: 0, mails, connections: 0, close: async () => undefined };
  const server = new SMTPServer({
    authOptional: true, hideSTARTTLS: options.key === undefined, disabledCommands: options.key === undefined ? ['STARTTLS'] : [], logger: false, closeTimeout: 50, ...options,
    onConnect: (_session, done) => {
      kept.connections += 1;
      done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = mailOf(Buffer.concat(chunks).toString(), mailFrom ? mailFrom.address : '', rcptTo.map(({ address }) => address));
        mails.push(mail);
        onMail(mail).then(() => done(), (error: Error) => { mails.splice(mails.indexOf(mail), 1); done(error); });
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  kept.port = ((server.server as unknown as { address(): AddressInfo }).address()).port;
  kept.url = `smtp://127.0.0.1:${kept.port}?from=parapet@works.example`;
  kept.close = () => new Promise((resolve) => server.close(() => resolve()));
  return kept;
}

/** A refusal of a mail server with its code. */
export const smtpError = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

/** A browser's half of web push: its keys, and how it opens what comes. */
export type Browser = { keys: { p256dh: string; auth: string }; open(body: Buffer): string };

export function aBrowser(fixed?: { privateKey: string; auth: string }): Browser {
  const ecdh = createECDH('prime256v1');
  if (fixed) ecdh.setPrivateKey(Buffer.from(fixed.privateKey, 'base64url'));
  else ecdh.generateKeys();
  const auth = fixed ? Buffer.from(fixed.auth, 'base64url') : randomBytes(16);
  const own = ecdh.getPublicKey();
  return {
    keys: { p256dh: own.toString('base64url'), auth: auth.toString('base64url') },
    // RFC 8291 §3.4 over RFC 8188: salt (16), record size (4), key id length (1), key id, one record.
    open: (body) => {
      const salt = body.subarray(0, 16);
      const theirs = body.subarray(21, 21 + (body[20] ?? 0));
      const sealed = body.subarray(21 + (body[20] ?? 0));
      const secret = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(theirs), auth, Buffer.concat([Buffer.from('WebPush: info\0'), own, theirs]), 32));
      const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
      const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
      const decipher = createDecipheriv('aes-128-gcm', key, nonce);
      decipher.setAuthTag(sealed.subarray(-16));
      const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      return padded.subarray(0, padded.lastIndexOf(2)).toString();
    },
  };
}

/** What a push service reads in the authorisation (RFC 8292); throws where the signature does not hold. */
export function readVapid(authorization: string): { claims: { aud: string; exp: number; sub: string }; key: string } {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') } });
  if (!verify('sha256', Buffer.from(`${head}.${body}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) throw new Error('The signature does not hold.');
  return { claims: JSON.parse(Buffer.from(body, 'base64url').toString()) as { aud: string; exp: number; sub: string }, key };
}

/** Queues something for a person; answers the ids of its deliveries. */
export async function queue(fresh: FreshDatabase, personId: string, channel: Channel, more: Partial<Queued> = {}): Promise<string[]> {
  const sourceId = more.sourceId ?? uuidv7();
  const { text, values } = queueStatement([{ source: 'test', sourceId, personId, channel, topic: 'test.said', urgent: false, ...more }]);
  await fresh.owner.query(text, [...values]);
  return (await fresh.owner.query<{ id: string }>('select id from deliver.delivery where source_id = $1 and channel = $2 order by id', [sourceId, channel])).rows.map(({ id }) => id);
}
