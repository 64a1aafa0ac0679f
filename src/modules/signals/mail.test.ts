import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { decodeMail } from '#connectors/mail/message.ts';
import { readMail } from '#connectors/mail/mime.ts';
import { startMailReceiver } from '#connectors/mail/receiver.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aCertificate } from '#platform/net/testing.ts';
import type { Receiver, Sink } from '#platform/wire/port.ts';
import type { Signal, SignalDetail, Source } from './contract.ts';
import { type Intake, openIntake } from './intake/intake.ts';
import { readSignal } from './meaning.ts';
import signals from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let admin: Somebody;
let intake: Intake;
let receiver: Receiver;
let source: Source;
const refusals: string[] = [];
let isFailing = false;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [signals] });
  admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
  intake = await openIntake({ url: fresh.url, onLost: () => undefined });
  const sink: Sink = { ...intake.sink, refused: (kind) => void refusals.push(kind), accept: (arrival, done) => (isFailing ? done(new Error('The disk is full.')) : intake.sink.accept(arrival, done)) };
  receiver = await startMailReceiver({ host: '127.0.0.1', port: 0, sink, accounts: () => intake.accountsOf('mail'), tls: aCertificate('localhost'), limits: { mail: 300_000, kept: 100_000, idleMs: 1_500 } });
  source = (await app.inject({ method: 'POST', url: '/api/signals/sources', headers: admin.headers, payload: { protocol: 'mail', name: 'Old recorder' } })).json<Source>();
  await vi.waitUntil(() => intake.accountsOf('mail').includes(source.account), { timeout: 10_000 });
});
afterAll(async () => {
  await receiver.close();
  await intake.close();
  await app.close();
  await fresh.drop();
});

const send = (mail: object) => {
  const transport = createTransport({ host: '127.0.0.1', port: receiver.port, tls: { rejectUnauthorized: false } });
  return transport.sendMail({ from: 'recorder@works.example', to: `${source.account}@parapet.invalid`, subject: 'Motion Detected', text: 'Camera 2', ...mail }).finally(() => transport.close());
};
/** A bare conversation: speaks after the greeting, and the mail itself after it was asked for. Answers all that was said to it. */
const raw = (text: string): Promise<string> => new Promise((resolve) => {
  let said = '';
  const parts = text.split(/(?<=DATA\r\n)/);
  const socket = connect(receiver.port, '127.0.0.1');
  socket.on('data', (bytes) => {
    said += bytes.toString();
    const isAsked = said.endsWith('\r\n') && (/^220 [^\r]*\r\n$/.test(said) || (/^354 /m.test(said) && parts.length === 1));
    if (isAsked && parts.length > 0) socket.write(parts.shift() ?? '');
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(said));
});
const stored = async (): Promise<Signal[]> => (await app.inject({ url: `/api/signals?source=${source.id}`, headers: admin.headers })).json<{ items: Signal[] }>().items;

test('a mail to the address of a source is stored before it is answered, picture and all, and once when it is sent again', async () => {
  expect(source.account).toMatch(/^[a-z2-7]{24}$/);
  const date = new Date(Date.now() - 60_000);
  const mail = `Date: ${date.toUTCString().replace('GMT', '+0000')}\r\nSubject: =?utf-8?Q?L=C3=ADnea_cruzada?= Tripwire\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n\r\nCamera 2\r\n--x\r\nContent-Type: image/jpeg; name="ch2.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.alloc(20_000, 7).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--x--\r\n`;
  const say = () => raw(`EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<${source.account.toUpperCase()}@x>\r\nDATA\r\n${mail}.\r\nQUIT\r\n`);
  expect(await say()).toMatch(/\r\n250 [^\r]*\r\n221/);
  expect(await say()).toMatch(/\r\n250 [^\r]*\r\n221/);
  const [first, ...more] = await stored();
  expect(more).toEqual([]);
  expect(first).toMatchObject({ repeats: 1, type: 'video.line-crossed', hasTime: true, occurredAt: expect.stringContaining(date.toISOString().slice(0, 19)) });
  const detail = (await app.inject({ url: `/api/signals/${first?.id}`, headers: admin.headers })).json<SignalDetail>();
  expect(detail.facts).toEqual(expect.arrayContaining([{ name: 'Subject', value: 'Línea cruzada Tripwire' }, { name: 'Text', value: 'Camera 2' }, { name: 'Attached', value: 'ch2.jpg · image/jpeg · 20000 bytes' }]));
  expect(Buffer.from(detail.hex, 'hex').toString()).toBe(mail);
});

test('mail for anybody else, or too much of it, is refused and counted; what is longer than is kept is cut behind its words', async () => {
  refusals.length = 0;
  await expect(send({ to: 'boss@works.example' })).rejects.toMatchObject({ responseCode: 550 });
  await expect(send({ to: `${source.account.slice(0, -1)}@parapet.invalid` })).rejects.toMatchObject({ responseCode: 550 });
  await expect(send({ attachments: [{ filename: 'a.jpg', content: Buffer.alloc(400_000, 1) }] })).rejects.toMatchObject({ responseCode: 552 });
  expect(refusals.slice(0, 2)).toEqual(['mail-unknown-address', 'mail-unknown-address']);
  const before = (await stored()).length;
  await send({ subject: 'HDD error', attachments: [{ filename: 'a.jpg', content: Buffer.alloc(150_000, 1), contentType: 'image/jpeg' }] });
  const after = await stored();
  expect(after).toHaveLength(before + 1);
  expect(after[0]).toMatchObject({ type: 'video.storage-failed' });
  const { hex } = (await app.inject({ url: `/api/signals/${after[0]?.id}`, headers: admin.headers })).json<SignalDetail>();
  expect(hex).toHaveLength(200_000);
});

test('where it cannot be stored nothing is acknowledged, and the sender tries again', async () => {
  isFailing = true;
  const mail = { messageId: '<late@works.example>', date: new Date(), subject: 'Video Loss' };
  await expect(send(mail)).rejects.toMatchObject({ responseCode: 451 });
  isFailing = false;
  const before = (await stored()).length;
  await send(mail);
  expect(await stored()).toHaveLength(before + 1);
});

test('a recorder without date and identity may say the same again; a silent caller is ended; nobody signs in', async () => {
  const before = (await stored()).length;
  const say = (words: string) => raw(`EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<${source.account}@x>\r\nDATA\r\nSubject: Alarm\r\n\r\n${words}\r\n.\r\nQUIT\r\n`);
  expect(await say('one')).toMatch(/250 .*\r\n221/s);
  await say('two');
  expect(await stored()).toHaveLength(before + 2);
  expect(await raw('EHLO x\r\nAUTH LOGIN\r\nQUIT\r\n')).toMatch(/\r\n50[0-9] /);
  expect(await raw('EHLO x\r\n')).toMatch(/421|250/);
});

test('mails of old recorders are read by the words of their subject', () => {
  const type = (subject: string) => readSignal('mail', Buffer.from(`Subject: ${subject}\r\n\r\nx`)).events.map(({ classified, meaning }) => `${classified.type} ${classified.effect} ${meaning.text}`);
  expect(type('VIDEO LOSS on D3')).toEqual(['video.signal-lost raise VIDEO LOSS on D3']);
  expect(type('=?utf-8?B?TW90aW9u?=')).toEqual(['video.motion raise Motion']);
  expect(type('Test mail')).toEqual(['equipment.test note Test mail']);
  expect(type('Something')).toEqual(['equipment.not-understood raise Something']);
});

test('any bytes are read as a mail, bombs of parts and of nesting too, in bounded time', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('\r\n', '\r\n\r\n', 'Content-Type: multipart/mixed; boundary=x\r\n\r\n', '--x\r\n', '--x--', 'Content-Transfer-Encoding: base64\r\n', '=?utf-8?Q?=zz?=')), { maxLength: 30 }), (pieces) => {
    const { subject } = decodeMail(Buffer.from(pieces.join('')));
    expect(JSON.parse(JSON.stringify(subject))).toEqual(subject);
  }), { numRuns: 200 });
  const began = performance.now();
  expect(readMail(Buffer.from(`Content-Type: multipart/mixed; boundary=x\n\n${'--x\n\na\n'.repeat(100_000)}`)).text.length).toBeLessThan(1_000);
  readMail(Buffer.from('Content-Type: multipart/mixed; boundary=x\n\n--x\n'.repeat(20_000)));
  for (const bad of ['<style', '<', '&nbsp;', '=', '\n ', '<br ']) readMail(Buffer.from(`Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n${bad.repeat(1_000_000 / bad.length)}`));
  readMail(Buffer.from(`Subject: ${'=?'.repeat(400_000)}`));
  expect(performance.now() - began).toBeLessThan(4_000);
});
