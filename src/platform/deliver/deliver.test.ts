import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aPerson } from '#modules/identity/testing.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { clientOver } from '#platform/net/net.service.ts';
import { aCertificate, aWebServer, type WebServer } from '#platform/net/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type ChannelOptions, makeVapid, openChannels, signWebhook } from './channels.ts';
import { readSmtpUrl } from './mail.ts';
import type { Channel, Composed, Due, Source } from './port.ts';
import { freeAt, mailOutcome, pauseAfter, pushOutcome, readRetryAfter, webhookOutcome } from './rules.ts';
import { recoverSending, sendDue } from './send.ts';
import { aBrowser, aMailServer, queue, readVapid, smtpError } from './testing.ts';

let fresh: FreshDatabase;
let worker: Database;
let olga: string;
let now = new Date();
const opened: { close(): Promise<void> }[] = [];
const kept = async <T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> => {
  const one = await made;
  opened.push(one);
  return one;
};

const MESSAGE = { title: 'An alarm was not taken in time', text: 'ALM-2026-00007, Door forced, Halden House', link: 'https://parapet.example/notices/1', at: '2026-11-21T12:00:00Z', urgent: false, data: { class: 'alarms.not-taken' } };
let compose: (due: Due) => Promise<Composed> = async () => ({ message: MESSAGE });
const sources = new Map<string, Source>([['test', { name: 'test', compose: (due) => compose(due) }]]);

beforeAll(async () => {
  fresh = await freshDatabase();
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 4 });
  await makeVapid(worker);
});
beforeEach(async () => {
  compose = async () => ({ message: MESSAGE });
  // Ahead of the database, so that what is queued now is due.
  now = new Date(Date.now() + 60_000);
  olga = (await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator' })).id;
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await fresh.owner.query(`update net.allowance set ended_at = now(), ended_by = made_by where ended_at is null; delete from deliver.attempt; delete from deliver.delivery`);
});
afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

const allow = (port: number) => fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (uuidv7(), '127.0.0.1/32', $1, 'For a test', now(), $2)`, [port, olga]);
const channelsFor = (more: Partial<ChannelOptions & { ca: string }> = {}) =>
  openChannels({ worker, client: clientOver(worker, { now: () => now.getTime(), ...(more.ca === undefined ? {} : { ca: more.ca }) }), mailAddresses: [async ({ personId }) => `${personId.slice(-6)}@works.example`], publicUrl: 'https://parapet.example', now: () => now, ...more });
async function send(channel: Channel, channels: ReturnType<typeof channelsFor>): Promise<number> {
  const sender = channels[channel];
  if (!sender) throw new Error(`There is no ${channel}.`);
  return sendDue(channel, sender, { db: fresh.db, worker, sources, now: () => now, spread: () => 0 });
}
type Kept = { state: string; reason: string; attempts: number; nextAt: Date; sentAt: Date | null };
const deliveries = async (): Promise<Kept[]> => (await fresh.owner.query<Kept>(`select state, reason, attempts, next_at as "nextAt", sent_at as "sentAt" from deliver.delivery order by id`)).rows;
const states = async (): Promise<string[]> => (await deliveries()).map(({ state }) => state);
const after = (seconds: number): Date => (now = new Date(now.getTime() + seconds * 1000));

describe('mail', () => {
  test('goes to the address that the receiver has, says what its source says, and is kept with its proof', async () => {
    const server = await kept(aMailServer());
    const channels = channelsFor({ smtpUrl: server.url });
    const [id = ''] = await queue(fresh, olga, 'mail');
    await send('mail', channels);
    await channels.mail?.close();
    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect([mail?.from, mail?.to, mail?.header('subject'), mail?.header('message-id'), mail?.header('auto-submitted')]).toEqual(['parapet@works.example', [`${olga.slice(-6)}@works.example`], MESSAGE.title, `<${id}@parapet.example>`, 'auto-generated']);
    expect(mail?.body).toContain(MESSAGE.text);
    expect(mail?.body).toContain(MESSAGE.link);
    expect(await deliveries()).toMatchObject([{ state: 'sent', attempts: 1, reason: expect.stringContaining('taken by the mail server: 250') }]);
    expect((await fresh.owner.query('select n, result, detail from deliver.attempt where delivery_id = $1', [id])).rows).toEqual([{ n: 1, result: 'sent', detail: expect.stringContaining('250') }]);
    expect(await send('mail', channelsFor({ smtpUrl: server.url }))).toBe(0);
  });

  test('a title with line breaks adds no header', async () => {
    const server = await kept(aMailServer());
    compose = async () => ({ message: { ...MESSAGE, title: 'One\r\nBcc: spy@evil.example' } });
    const channels = channelsFor({ smtpUrl: server.url });
    await queue(fresh, olga, 'mail');
    await send('mail', channels);
    await channels.mail?.close();
    expect([server.mails[0]?.to, server.mails[0]?.header('bcc')]).toEqual([[`${olga.slice(-6)}@works.example`], undefined]);
  });

  test('what may pass is tried again later, longer each time; what will not is given up at once', async () => {
    let code: number | null = 451;
    const server = await kept(aMailServer({ onMail: async () => { if (code !== null) throw smtpError(code, `${code} says the server`); } }));
    const channels = channelsFor({ smtpUrl: server.url });
    await queue(fresh, olga, 'mail');
    await send('mail', channels);
    expect(await deliveries()).toMatchObject([{ state: 'queued', attempts: 1, nextAt: new Date(now.getTime() + 30_000), reason: expect.stringContaining('451') }]);
    expect(await send('mail', channels)).toBe(0);
    after(30);
    await send('mail', channels);
    expect(await deliveries()).toMatchObject([{ state: 'queued', attempts: 2, nextAt: new Date(now.getTime() + 60_000) }]);
    after(60);
    code = null;
    await send('mail', channels);
    expect([await states(), server.mails.length]).toEqual([['sent'], 1]);
    code = 550;
    await queue(fresh, olga, 'mail');
    await send('mail', channels);
    await channels.mail?.close();
    expect((await deliveries())[1]).toMatchObject({ state: 'dead', attempts: 1, reason: expect.stringContaining('550') });
  });

  test('a dead server is left alone after five tries, and what waits for it loses none of its own', async () => {
    const gone = await aMailServer();
    await gone.close();
    const channels = channelsFor({ smtpUrl: gone.url });
    for (let i = 0; i < 12; i++) await queue(fresh, olga, 'mail');
    await send('mail', channels);
    const all = await deliveries();
    expect([new Set(all.map(({ state, attempts }) => `${state} ${attempts}`)), all.filter(({ reason }) => /does not take mail/.test(reason)).length, all.filter(({ reason }) => /failed 5 times/.test(reason)).length]).toEqual([new Set(['queued 0']), 5, 7]);
    expect(all.every(({ nextAt }) => nextAt.getTime() >= now.getTime() + 30_000)).toBe(true);
  });

  test('a name and a password go to no server that does not encrypt, except on this machine', async () => {
    expect(readSmtpUrl('smtp://user:p%40ss@mail.works.example', 'https://parapet.example')).toMatchObject({ port: 587, secure: false, requireTLS: true, auth: { user: 'user', pass: 'p@ss' }, from: 'parapet@parapet.example' });
    expect(readSmtpUrl('smtps://desk%40works.example:x@mail.works.example', 'https://p.example')).toMatchObject({ port: 465, secure: true, from: 'desk@works.example' });
    const tls = aCertificate('localhost');
    const server = await kept(aMailServer({ ...tls }));
    const channels = channelsFor({ smtpUrl: `smtp://user:pass@localhost:${server.port}` });
    await queue(fresh, olga, 'mail');
    await send('mail', channels);
    expect([await states(), server.mails.length]).toEqual([['queued'], 0]);
    expect((await deliveries())[0]?.reason).toMatch(/certificate|self.signed/i);
  });
});

const RUN = fileURLToPath(new URL('testing-process.ts', import.meta.url));

describe('a worker that is killed', () => {
  async function killedWhile(server: { url: string }, isThere: () => boolean): Promise<void> {
    const child = fork(RUN, { env: { ...process.env, TEST_URL: fresh.url, TEST_SMTP: server.url }, execArgv: ['--no-warnings'], stdio: 'inherit' });
    await expect.poll(isThere, { timeout: 20_000, interval: 20 }).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  test('while a mail was being taken, sends it no second time; it stands as unknown and goes by hand', async () => {
    const server = await kept(aMailServer({ onMail: () => new Promise(() => undefined) }));
    const [id = ''] = await queue(fresh, olga, 'mail');
    await killedWhile(server, () => server.mails.length === 1);
    expect(await states()).toEqual(['sending']);
    await recoverSending(worker, ['push', 'webhook']);
    const well = await kept(aMailServer());
    const channels = channelsFor({ smtpUrl: well.url });
    for (let i = 0; i < 3; i++) await send('mail', channels);
    expect([await states(), well.mails.length]).toEqual([['unknown'], 0]);
    expect((await fresh.owner.query('select result from deliver.attempt where delivery_id = $1', [id])).rows).toEqual([{ result: 'unknown' }]);
    await fresh.owner.query(`update deliver.delivery set state = 'queued', next_at = now() - interval '1 second'`);
    await send('mail', channels);
    await channels.mail?.close();
    expect([await states(), well.mails.length]).toEqual([['sent'], 1]);
  });

  test('before a mail was handed over, sends it once afterwards', async () => {
    let greeted = 0;
    const silent = await kept(aWebServer(() => undefined));
    await queue(fresh, olga, 'mail');
    await killedWhile({ url: `smtp://127.0.0.1:${silent.port}` }, () => (greeted = silent.connections) > 0);
    await recoverSending(worker, ['push', 'webhook']);
    const well = await kept(aMailServer());
    const channels = channelsFor({ smtpUrl: well.url });
    await send('mail', channels);
    await channels.mail?.close();
    expect([greeted, await states(), well.mails.length]).toEqual([1, ['sent'], 1]);
  });

  test('while a webhook was being called, calls it again under the same id, by which its receiver knows it', async () => {
    let isWell = false;
    const hook = await kept(aWebServer((_request, response) => void (isWell && response.writeHead(204).end())));
    await allow(hook.port);
    await fresh.owner.query(`insert into deliver.webhook (id, person_id, name, url, secret, made_at) values (uuidv7(), $1, 'Test', $2, $3, now())`, [olga, hook.url, Buffer.alloc(32, 7)]);
    await queue(fresh, olga, 'webhook');
    await killedWhile({ url: 'smtp://127.0.0.1:9' }, () => hook.requests.length === 1);
    isWell = true;
    await recoverSending(worker, ['push', 'webhook']);
    after(1);
    await send('webhook', channelsFor());
    expect([await states(), new Set(hook.requests.map(({ headers }) => headers['webhook-id'])).size, hook.requests.length]).toEqual([['delivered'], 1, 2]);
  });
});

describe('web push', () => {
  const tls = aCertificate('localhost');
  const service = (answer: Parameters<typeof aWebServer>[0]): Promise<WebServer> => kept(aWebServer(answer, { tls }));
  async function subscribed(server: WebServer): Promise<ReturnType<typeof aBrowser>> {
    const browser = aBrowser();
    await allow(server.port);
    await fresh.owner.query(`insert into deliver.device (id, person_id, endpoint, p256dh, auth, label, made_at) values (uuidv7(), $1, $2, $3, $4, 'Firefox on Linux', now())`, [olga, `https://localhost:${server.port}/push/${olga}`, browser.keys.p256dh, browser.keys.auth]);
    return browser;
  }
  const pushing = () => channelsFor({ ca: tls.cert, client: clientOver(worker, { ca: tls.cert, now: () => now.getTime(), resolve: async () => ['127.0.0.1'] }) });

  test('the test’s own browser opens the example of RFC 8291, appendix A', () => {
    const browser = aBrowser({ privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94', auth: 'BTBZMqHH6r4Tts7J_aSIgg' });
    const body = 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN';
    expect(browser.open(Buffer.from(body, 'base64url'))).toBe('When I grow up, I want to be a watermelon');
  });

  test('is sealed for the device, signed by this installation, and replaced by its topic', async () => {
    const server = await service((_request, response) => void response.writeHead(201, { location: '/receipt/1' }).end());
    const browser = await subscribed(server);
    const [id = ''] = await queue(fresh, olga, 'push', { urgent: true });
    compose = async () => ({ message: { ...MESSAGE, urgent: true } });
    await send('push', pushing());
    const [request] = server.requests;
    const headers = request?.headers as Record<string, string>;
    expect(JSON.parse(browser.open(request?.body ?? Buffer.alloc(0)))).toEqual({ id, title: MESSAGE.title, text: MESSAGE.text, link: MESSAGE.link, urgent: true });
    expect(request?.body.toString('latin1')).not.toMatch(/alarm|Halden/i);
    expect(headers).toMatchObject({ ttl: '3600', urgency: 'high', 'content-encoding': 'aes128gcm', topic: expect.stringMatching(/^[\w-]{22}$/) });
    const { claims, key } = readVapid(headers['authorization'] ?? '');
    expect(claims).toMatchObject({ aud: `https://localhost:${server.port}`, sub: 'https://parapet.example' });
    expect(claims.exp * 1000 - Date.now()).toBeLessThan(86_400_000);
    expect((await fresh.owner.query('select public_key from deliver.vapid')).rows).toEqual([{ public_key: key }]);
    expect(await states()).toEqual(['sent']);
  });

  test('goes to each device; one that is gone is let go, and the keys of the installation stay', async () => {
    const server = await service((_request, response) => void response.writeHead(410).end());
    await subscribed(server);
    await makeVapid(worker);
    expect((await fresh.owner.query('select count(*)::int as n from deliver.vapid')).rows).toEqual([{ n: 1 }]);
    await queue(fresh, olga, 'push');
    await send('push', pushing());
    expect(await deliveries()).toMatchObject([{ state: 'dead', reason: 'this device no longer takes messages' }]);
    expect(await queue(fresh, olga, 'push')).toEqual([]);
  });

  test('waits as long as the push service asks', async () => {
    const server = await service((_request, response) => void response.writeHead(429, { 'retry-after': '120' }).end());
    await subscribed(server);
    await queue(fresh, olga, 'push');
    await send('push', pushing());
    expect(await deliveries()).toMatchObject([{ state: 'queued', nextAt: new Date(now.getTime() + 120_000) }]);
  });
});

describe('a webhook', () => {
  const SECRET = Buffer.alloc(32, 7);
  async function hooked(answer: Parameters<typeof aWebServer>[0], isAllowed = true): Promise<WebServer> {
    const server = await kept(aWebServer(answer));
    if (isAllowed) await allow(server.port);
    await fresh.owner.query(`insert into deliver.webhook (id, person_id, name, url, secret, made_at) values (uuidv7(), $1, 'Test', $2, $3, now())`, [olga, `${server.url}/hook?x=1`, SECRET]);
    return server;
  }

  test('is signed over id, time and body', async () => {
    const server = await hooked((_request, response) => void response.writeHead(204).end());
    const [id = ''] = await queue(fresh, olga, 'webhook');
    await send('webhook', channelsFor());
    const [request] = server.requests;
    const { 'webhook-id': sentId, 'webhook-timestamp': at, 'webhook-signature': signature } = (request?.headers ?? {}) as Record<string, string>;
    expect([sentId, signature, request?.url]).toEqual([id, signWebhook(SECRET, id, Number(at), request?.body.toString() ?? ''), '/hook?x=1']);
    expect(JSON.parse(request?.body.toString() ?? '')).toEqual({ id, at: MESSAGE.at, title: MESSAGE.title, text: MESSAGE.text, link: MESSAGE.link, urgent: false, class: 'alarms.not-taken' });
    expect(await deliveries()).toMatchObject([{ state: 'delivered', reason: 'answered 204' }]);
  });

  test('the signature is that of the Standard Webhooks specification', () => {
    // The example of its README.
    expect(signWebhook(Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'), 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test('is called again after a fault, and no more after 410', async () => {
    let status = 500;
    const server = await hooked((_request, response) => void response.writeHead(status).end());
    await queue(fresh, olga, 'webhook');
    await send('webhook', channelsFor());
    after(30);
    status = 410;
    await send('webhook', channelsFor());
    expect([await states(), server.requests.length, new Set(server.requests.map(({ headers }) => headers['webhook-id'])).size]).toEqual([['dead'], 2, 1]);
    expect(await queue(fresh, olga, 'webhook')).toEqual([]);
  });

  test('that leads inside without an allowance is not called, and says so', async () => {
    const server = await hooked(() => undefined, false);
    await queue(fresh, olga, 'webhook');
    await send('webhook', channelsFor());
    expect([await deliveries(), server.connections]).toMatchObject([[{ state: 'dead', reason: expect.stringContaining('this machine') }], 0]);
  });
});

describe('whether anything goes at all is asked at the moment of sending', () => {
  test('nothing goes to who is not active, or where its source lets it go; what is held waits', async () => {
    const server = await kept(aMailServer());
    const channels = channelsFor({ smtpUrl: server.url });
    const gone = await aPerson(fresh, 'Leo Leaver', { role: 'gsoc-operator' });
    await queue(fresh, gone.id, 'mail');
    await fresh.owner.query(`update access.person set state = 'leaver' where id = $1`, [gone.id]);
    await send('mail', channels);
    compose = async () => ({ drop: 'no longer theirs to see' });
    await queue(fresh, olga, 'mail');
    await send('mail', channels);
    const until = new Date(now.getTime() + 3_600_000);
    compose = async () => ({ hold: until, why: 'quiet hours' });
    await queue(fresh, olga, 'mail');
    await send('mail', channels);
    expect(await deliveries()).toMatchObject([{ state: 'dropped', reason: 'no longer active here' }, { state: 'dropped', reason: 'no longer theirs to see' }, { state: 'queued', reason: 'quiet hours', nextAt: until, attempts: 0 }]);
    expect(server.connections).toBe(0);
  });

  test('what is too old is not told any more, and what nobody knows is let go', async () => {
    const server = await kept(aMailServer());
    await queue(fresh, olga, 'mail');
    await queue(fresh, olga, 'mail', { source: 'gone' });
    after(3 * 86_400 - 60);
    const channels = channelsFor({ smtpUrl: server.url });
    compose = async () => ({ drop: 'seen' });
    await send('mail', channels);
    await queue(fresh, olga, 'mail', { urgent: true });
    after(60 * 60 * 24 * 4);
    await send('mail', channels);
    expect((await deliveries()).map(({ state, reason }) => [state, reason])).toEqual([['dropped', 'seen'], ['dropped', 'nobody here knows any more what it says'], ['dropped', 'too late to be told']]);
  });

  test('a source that breaks holds up nobody else, and is tried again', async () => {
    const server = await kept(aMailServer());
    const channels = channelsFor({ smtpUrl: server.url });
    const [first = ''] = await queue(fresh, olga, 'mail', { urgent: true });
    const [sourceId] = (await fresh.owner.query<{ source_id: string }>('select source_id from deliver.delivery where id = $1', [first])).rows;
    await queue(fresh, olga, 'mail');
    compose = async (due) => { if (due.sourceId === sourceId?.source_id) throw new TypeError('broken'); return { message: MESSAGE }; };
    await send('mail', channels);
    await channels.mail?.close();
    expect((await deliveries()).map(({ state }) => state)).toEqual(['queued', 'sent']);
  });

  test('a person gets twenty mails in ten minutes at most, the urgent ones first and beyond that', async () => {
    const server = await kept(aMailServer());
    const channels = channelsFor({ smtpUrl: server.url });
    for (let i = 0; i < 22; i++) await queue(fresh, olga, 'mail');
    await queue(fresh, olga, 'mail', { urgent: true });
    for (let i = 0; i < 3; i++) await send('mail', channels);
    await queue(fresh, olga, 'mail', { urgent: true });
    await send('mail', channels);
    const all = await deliveries();
    expect([all.filter(({ state }) => state === 'sent').length, all.filter(({ reason }) => reason === 'many messages in a short time').length]).toEqual([21, 3]);
    expect([all[22]?.state, all[23]?.state]).toEqual(['sent', 'sent']);
    after(601);
    await send('mail', channels);
    await channels.mail?.close();
    expect(new Set(await states())).toEqual(new Set(['sent']));
  });

  test('two who send at once send each message once', async () => {
    const server = await kept(aMailServer());
    const [one, other] = [channelsFor({ smtpUrl: server.url }), channelsFor({ smtpUrl: server.url })];
    for (let i = 0; i < 12; i++) await queue(fresh, olga, 'mail');
    await Promise.all([send('mail', one), send('mail', other), send('mail', one)]);
    await Promise.all([one.mail?.close(), other.mail?.close()]);
    expect([server.mails.length, new Set(server.mails.map((mail) => mail.header('message-id'))).size]).toEqual([12, 12]);
  });

  test('the same thing is queued once for a channel, however often it is asked', async () => {
    const sourceId = '019a0000-0000-7000-8000-0000000000b1';
    await queue(fresh, olga, 'mail', { sourceId });
    expect(await queue(fresh, olga, 'mail', { sourceId })).toHaveLength(1);
  });
});

describe('the rules', () => {
  test('pauses grow, and there are seven', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((attempts) => pauseAfter(attempts, 0))).toEqual([30, 60, 120, 300, 600, 1800, 3600, null]);
    fc.assert(fc.property(fc.integer({ min: 1, max: 7 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, spread) => { const pause = pauseAfter(attempts, spread) ?? 0; expect(pause).toBeGreaterThanOrEqual(pauseAfter(attempts, 0) ?? 0); expect(pause).toBeLessThanOrEqual((pauseAfter(attempts, 0) ?? 0) * 1.2 + 1); }));
  });

  test('no window of ten minutes holds more than is allowed', () => {
    const start = Date.parse('2026-11-21T00:00:00Z');
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 80 }), (gaps) => {
      const sent: number[] = [];
      let at = start;
      for (const gap of gaps) {
        at += gap * 1000;
        if (freeAt('mail', false, sent.toReversed().map((one) => new Date(one).toISOString()), new Date(at)) === null) sent.push(at);
      }
      for (const one of sent) expect(sent.filter((other) => other >= one && other < one + 600_000).length).toBeLessThanOrEqual(20);
    }));
  });

  test('what answers mean', () => {
    expect([201, 404, 410, 413, 429, 503].map((status) => pushOutcome(status, null).kind)).toEqual(['sent', 'dead', 'dead', 'dead', 'failed', 'failed']);
    expect([200, 204, 301, 400, 408, 410, 429, 500].map((status) => webhookOutcome(status, null).kind)).toEqual(['delivered', 'delivered', 'dead', 'dead', 'failed', 'dead', 'failed', 'failed']);
    expect([mailOutcome(451, 'x').kind, mailOutcome(550, 'x').kind, mailOutcome(undefined, 'x').kind]).toEqual(['failed', 'dead', 'failed']);
    const at = new Date('2026-11-21T12:00:00Z');
    expect([readRetryAfter('60', at), readRetryAfter('Sat, 21 Nov 2026 12:05:00 GMT', at), readRetryAfter('99999999', at), readRetryAfter('soon', at), readRetryAfter(undefined, at)].map((one) => one?.toISOString() ?? null)).toEqual(['2026-11-21T12:01:00.000Z', '2026-11-21T12:05:00.000Z', '2026-11-22T12:00:00.000Z', null, null]);
  });
});
