import { globSync, readFileSync } from 'node:fs';
import { type AddressInfo, createConnection } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { createLog } from '#platform/kernel/log.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import live from '#platform/live/module.ts';
import { listening } from '#platform/live/testing.ts';
import { aCertificate } from '#platform/net/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { tlsOptions } from './tls.ts';
import { buildWeb } from './web-server.ts';

/** Single keys off, the theme, where the second window of the Watch stood, the last currency, that something is kept to work offline, and the name of this device in the list of those that take push messages. */
const KEPT_HERE = ['incidents.currency', 'parapet-offline', 'parapet-push-device', 'parapet.desk.visit', 'parapet.language', 'parapet.single-keys', 'parapet.theme', 'parapet.watch.second'];
const ABSENT = '01890000-0000-7000-8000-00000000dead';

let fresh: FreshDatabase;
let app: FastifyInstance;
let served: Awaited<ReturnType<typeof listening>>;
let clerk: Somebody;
const lines: Record<string, unknown>[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  const log = createLog('web', 'info', { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  app = await buildWeb({ db: fresh.db, modules: await discoverModules(), trustProxy: '127.0.0.1', log });
  served = await listening(app, fresh);
  clerk = await aPerson(fresh, 'Clara Clerk', { role: 'employee' });
});
afterAll(async () => {
  await served.stop();
  await fresh.drop();
});

const origin = (): string => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
const byTls = { 'x-forwarded-proto': 'https' };

/** One of each sort of answer: what is read, refused, unknown, for machines, of the screens, and the stream. */
const ANSWERS = ['/api/identity/setup', '/api/identity/me', '/api/identity/grants', '/api/people/not-an-id', `/api/people/${ABSENT}`, '/nowhere.txt', '/healthz', '/readyz', '/metrics', '/openapi.json', '/', '/theme.js', '/sw.js', '/api/live'];

async function answerTo(path: string, headers: Record<string, string> = byTls): Promise<Headers> {
  const giveUp = new AbortController();
  const { headers: answered } = await fetch(`${origin()}${path}`, { headers: { ...headers, ...clerk.headers }, signal: giveUp.signal });
  giveUp.abort();
  return answered;
}

describe('every answer', () => {
  test.each(ANSWERS)('%s says what may be done with it: no sniffing, no framing, nothing run from elsewhere, no address told on, by TLS only', async (path) => {
    const headers = await answerTo(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    const policy = headers.get('content-security-policy')?.split('; ') ?? [];
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]));
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('content-type')).toMatch(/^(application\/problem\+json|.*; charset=utf-8)$/i);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    if (path.startsWith('/api/') || path === '/metrics') expect(headers.get('cache-control')).toBe('no-store');
  });

  test('over plain HTTP asks for no TLS, which is not there', async () => {
    expect((await answerTo('/api/identity/me', {})).get('strict-transport-security')).toBeNull();
  });

  test.each(['/.git/config', '/..%2f..%2fpackage.json', '/assets/', '/src/main.ts', '/data/main/keys/ledger.ed25519', '/package.json'])('%s is no file of the machine and no list of a folder', async (path) => {
    const answer = await app.inject(path);
    const isScreen = answer.statusCode === 200 && answer.body.startsWith('<!doctype html>') && !answer.body.includes('Index of');
    expect(isScreen || answer.statusCode === 404 || answer.statusCode === 400 || answer.statusCode === 403).toBe(true);
    expect(answer.body).not.toMatch(/repositoryformatversion|"dependencies"|PRIVATE|import /);
  });

  test('TRACE and other methods that nobody needs are not answered', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'CONNECT'] as const) {
      const answer = await app.inject({ method: method as 'GET', url: '/api/identity/me', headers: clerk.headers }).catch(() => ({ statusCode: 404, body: '' }));
      expect([method, answer.statusCode >= 400]).toEqual([method, true]);
    }
  });
});

describe('the cookie of a session', () => {
  const ADA = { email: 'ada@test.example', password: 'correct horse battery' };
  const cookieOf = (reply: { headers: Record<string, unknown> }): string => String(reply.headers['set-cookie']);
  const me = async (cookie: string, headers: Record<string, string>): Promise<number> => (await app.inject({ url: '/api/identity/me', headers: { ...headers, cookie } })).statusCode;

  test('is for this host, TLS and requests of our own pages only, and no script reads it', async () => {
    await app.inject({ method: 'POST', url: '/api/identity/setup', payload: { ...ADA, organisation: 'Test Works', name: 'Ada Admin' } });
    const signedIn = await app.inject({ method: 'POST', url: '/api/identity/sign-in', payload: ADA, headers: byTls });
    expect(cookieOf(signedIn)).toMatch(/^__Host-parapet_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure$/);
    expect(signedIn.body).not.toContain(cookieOf(signedIn).split('=')[1]?.split(';')[0]);
    const [pair = ''] = cookieOf(signedIn).split(';');
    expect([await me(pair, byTls), await me(pair.replace('__Host-', ''), byTls), await me(pair, {})]).toEqual([200, 401, 401]);
    const out = await app.inject({ method: 'POST', url: '/api/identity/sign-out', headers: { ...byTls, cookie: pair } });
    expect(cookieOf(out)).toMatch(/^__Host-parapet_session=; .*Max-Age=0; Secure$/);
    expect(await me(pair, byTls)).toBe(401);
  });
});

describe('a request that is refused', () => {
  const logged = async (request: { method?: 'GET' | 'POST'; url: string; headers?: Record<string, string>; payload?: object }): Promise<Record<string, unknown>> => {
    lines.length = 0;
    await app.inject({ method: 'GET', ...request });
    expect(lines.filter(({ msg }) => msg === 'refused')).toHaveLength(1);
    return lines.find(({ msg }) => msg === 'refused') ?? {};
  };

  test('is logged with who, from where, what was wanted and why not', async () => {
    const refused = await logged({ url: '/api/identity/grants', headers: clerk.headers });
    expect(refused).toMatchObject({ level: 'info', status: 403, code: 'platform.forbidden', method: 'GET', route: '/api/identity/grants', personId: clerk.id, remote: '127.0.0.1', time: expect.stringMatching(/Z$/), requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await logged({ url: '/api/identity/grants' })).toMatchObject({ status: 401, code: 'platform.sign_in_first' });
    expect(await logged({ url: `/api/people/${ABSENT}`, headers: (await aPerson(fresh, 'Reader', { role: 'gsoc-supervisor' })).headers })).toMatchObject({ status: expect.toSatisfy((status: number) => status === 404 || status === 403), params: { id: ABSENT } });
  });

  test('is logged by who really asked, also while they see as another', async () => {
    const chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
    expect((await app.inject({ method: 'POST', url: '/api/identity/see-as', headers: chief.headers, payload: { roleKey: 'employee' } })).statusCode).toBe(201);
    expect(await logged({ method: 'POST', url: '/api/people', headers: chief.headers, payload: { name: 'Nobody' } })).toMatchObject({ status: 403, personId: chief.id });
  });

  test('is logged where a check was to be got round: another site, unknown fields, an address that is none', async () => {
    expect(await logged({ method: 'POST', url: '/api/identity/sign-out', headers: { cookie: 'a=b', 'sec-fetch-site': 'cross-site' } })).toMatchObject({ status: 403, code: 'platform.cross_site' });
    expect(await logged({ method: 'POST', url: '/api/identity/sign-in', payload: { email: 'a@b.example', password: 'not in any log', isAdmin: true } })).toMatchObject({ status: 400, code: 'platform.invalid_input' });
    expect(await logged({ url: '/api/nowhere?q=nor-this' })).toMatchObject({ status: 404 });
  });

  test('leaves nothing of what was sent in the log', async () => {
    lines.length = 0;
    await app.inject({ method: 'POST', url: '/api/identity/sign-in', payload: { email: 'quiet@test.example', password: 'not in any log' } });
    await app.inject({ url: '/api/search?q=nor+this+word', headers: { cookie: `parapet_session=${'S'.repeat(43)}` } });
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toMatch(/quiet@test|not in any log|nor.this|SSSS/);
  });
});

describe('a session', () => {
  const lastSeen = (minutes: number) => fresh.owner.query(`update access.session set last_seen_at = now() - make_interval(mins => $1) where person_id = $2`, [minutes, clerk.id]);

  test('that was left alone for an hour has ended', async () => {
    await lastSeen(59);
    expect((await app.inject({ url: '/api/identity/me', headers: clerk.headers })).statusCode).toBe(200);
    const left = await aPerson(fresh, 'Left Alone', { role: 'employee' });
    await fresh.owner.query(`update access.session set last_seen_at = now() - interval '61 minutes' where person_id = $1`, [left.id]);
    expect((await app.inject({ url: '/api/identity/me', headers: left.headers })).statusCode).toBe(401);
  });

  test('of a screen that stays open is not left alone', async () => {
    let seen = 0;
    const watch = () => ({ before: () => undefined, held: () => void seen++, unknown: () => undefined, stop: async () => undefined });
    const own = await buildWeb({ db: fresh.db, modules: [live, { name: 'watcher', watch }] });
    await own.listen({ host: '127.0.0.1', port: 0 });
    const giveUp = new AbortController();
    await fetch(`http://127.0.0.1:${(own.server.address() as AddressInfo).port}/api/live`, { headers: clerk.headers, signal: giveUp.signal });
    const first = seen;
    expect(first).toBeGreaterThan(0);
    await expect.poll(() => seen, { timeout: 15_000, interval: 100 }).toBeGreaterThan(first);
    giveUp.abort();
    await own.close();
  });
});

describe('who asks from where', () => {
  const setupOf = async (options: { trustProxy?: string }, headers: Record<string, string>) => {
    const refused: object[] = [];
    const own = await buildWeb({ db: fresh.db, modules: [], ...options, log: { info: (fields) => void refused.push(fields), warn: () => undefined, error: () => undefined } });
    const { headers: answered } = await own.inject({ url: '/api/nowhere', headers, remoteAddress: '192.0.2.7' });
    await own.close();
    return { remote: (refused[0] as { remote: string }).remote, isByTls: answered['strict-transport-security'] !== undefined };
  };
  const forwarded = { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'https' };

  test('is told by a proxy that is believed, and by nobody else', async () => {
    expect(await setupOf({ trustProxy: '192.0.2.7' }, forwarded)).toEqual({ remote: '198.51.100.9', isByTls: true });
    expect(await setupOf({ trustProxy: '192.0.2.8' }, forwarded)).toEqual({ remote: '192.0.2.7', isByTls: false });
    expect(await setupOf({}, { ...forwarded, 'x-real-ip': '198.51.100.9', forwarded: 'for=198.51.100.9' })).toEqual({ remote: '192.0.2.7', isByTls: false });
  });

  test.each([
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}'], ['a length beside chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunks by another name', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'], ['a length that is none', 'Content-Length: +2\r\n\r\n{}'],
  ])('is not left in doubt where a request ends: %s', async (_name, rest) => {
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = createConnection((app.server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(`POST /api/identity/sign-out HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\n${rest}`));
      socket.on('data', (data: Buffer) => (text += data.toString())).on('close', () => resolve(text)).on('error', () => resolve(text));
      setTimeout(() => socket.destroy(), 5000).unref();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('the source of the screens', () => {
  const sources = globSync('src/**/*.{ts,tsx,js,html}').filter((file) => !/\.test\.tsx?$/.test(file)).map((file) => [file, readFileSync(file, 'utf8')] as const);

  test('writes no markup and runs no text', () => {
    expect(sources.length).toBeGreaterThan(300);
    expect(sources.filter(([, text]) => /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|(?<![.\w])eval\(|new Function\(|javascript:/.test(text)).map(([file]) => file)).toEqual([]);
  });

  test('keeps in the browser what the reader prefers, and of what they read only what was taken along, by one store that seals it', () => {
    const kept = sources.flatMap(([file, text]) => [...text.matchAll(/(?:localStorage|sessionStorage)\.setItem\((\w+)/g)].map(([, key = '']) => `${file} ${new RegExp(`${key} = '([^']+)'`).exec(text)?.[1] ?? key}`));
    expect(kept.map((line) => line.split(' ')[1]).sort()).toEqual(KEPT_HERE);
    expect(sources.filter(([, text]) => /\bindexedDB\b|\bcaches\.open|document\.cookie/.test(text)).map(([file]) => file).sort()).toEqual(['src/app/web/public/sw.js', 'src/platform/offline/web/database.ts', 'src/platform/offline/web/keep-shell.ts']);
    expect(sources.filter(([file, text]) => file !== 'src/platform/offline/web/device.ts' && /\.put\('(?:records|queue)'|\.append\(\{ id, sealed/.test(text)).map(([file]) => file)).toEqual([]);
  });
});

describe('TLS of our own', () => {
  const { key, cert } = aCertificate('parapet.test');
  const handshake = (port: number, options: ConnectionOptions): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', servername: 'parapet.test', ca: cert, ...options }, () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
        socket.end();
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });

  test('is 1.3 or 1.2 with suites that authenticate and forget their key, and nothing older or weaker', async () => {
    const secure = await buildWeb({ db: fresh.db, modules: [], https: tlsOptions({ key: Buffer.from(key), cert: Buffer.from(cert) }) });
    await secure.listen({ host: '127.0.0.1', port: 0 });
    const { port } = secure.server.address() as AddressInfo;
    expect(await handshake(port, {})).toBe('TLSv1.3 TLS_AES_256_GCM_SHA384');
    expect(await handshake(port, { maxVersion: 'TLSv1.2' })).toBe('TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384');
    expect(await handshake(port, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA256' })).toMatch(/ALERT|HANDSHAKE|ECONNRESET/);
    expect(await handshake(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).toMatch(/ALERT|PROTOCOL|ECONNRESET|UNSUPPORTED/);
    await secure.close();
  });
});
