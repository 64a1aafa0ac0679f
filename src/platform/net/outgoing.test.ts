import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Allowance } from './address.ts';
import { type Client, type Noted, openClient, type Outgoing } from './outgoing.ts';
import { aCertificate, aNameServer, aWebServer, type NameServer, type WebServer } from './testing.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
const kept = async <T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> => {
  const one = await made;
  opened.push(one);
  return one;
};
const web = (...given: Parameters<typeof aWebServer>): Promise<WebServer> => kept(aWebServer(...given));
const names = (...given: Parameters<typeof aNameServer>): Promise<NameServer> => kept(aNameServer(...given));
const hello = (): Promise<WebServer> => web((_request, response) => void response.end('hello'));
const clientFor = (allowed: readonly Allowance[], options: Parameters<typeof openClient>[0] = {}): Client => openClient({ allowed: async () => allowed, ...options });
const at = (host: string, port: number): Allowance => ({ range: `${host}/32`, port });
const ask = (client: Client, url: string, rest: Partial<Outgoing> = {}) => client.send({ url, purpose: 'test', ...rest });
const reasonOf = (sent: Promise<unknown>): Promise<unknown> => sent.then(() => 'answered', (error: { reason?: string }) => error.reason ?? error);

describe('the guarded client', () => {
  test('reaches nothing inside without an allowance, however the address is spelled, and opens no connection to find out', async () => {
    const server = await hello();
    const client = clientFor([]);
    const spellings = ['127.0.0.1', 'localhost', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[::7f00:1]', '0', '0.0.0.0', '[::]', '127.0.0.1.', 'LOCALHOST', '①②⑦.0.0.1'];
    for (const host of spellings) expect([host, await reasonOf(ask(client, `http://${host}:${server.port}/`))]).toEqual([host, 'forbidden-target']);
    for (const url of ['http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://10.0.0.1/', 'http://192.168.1.1/', 'http://[fe80::1]/', 'http://224.0.0.1/']) expect([url, await reasonOf(ask(client, url))]).toEqual([url, 'forbidden-target']);
    expect(server.connections).toBe(0);
  });

  test('speaks http and https only, to ports of the web, and takes no name and password in an address', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://host.example/', 'gopher://host.example/', 'data:text/plain,x', 'javascript:1', 'nonsense', '//host.example', 'http://user:pass@host.example/', 'http://8.8.8.8:25/', 'https://8.8.8.8:22/']) expect([url, await reasonOf(ask(clientFor([]), url))]).toEqual([url, 'forbidden-target']);
  });

  test('reaches what is allowed, on the allowed port only', async () => {
    const [server, other] = [await hello(), await hello()];
    const client = clientFor([at('127.0.0.1', server.port)]);
    expect((await ask(client, server.url)).body.toString()).toBe('hello');
    expect(await reasonOf(ask(client, other.url))).toBe('forbidden-target');
    expect(other.connections).toBe(0);
  });

  test('refuses a name of which one address is forbidden, whichever comes first', async () => {
    const server = await hello();
    const zone = await names((name) => (name === 'first.example' ? ['127.0.0.1', '10.0.0.9'] : name === 'last.example' ? ['10.0.0.9', '127.0.0.1'] : name === 'six.example' ? ['fd00::1'] : name === 'mapped.example' ? ['::ffff:10.0.0.9'] : []));
    const client = clientFor([at('127.0.0.1', server.port)], { resolve: zone.resolve });
    for (const name of ['first.example', 'last.example', 'six.example', 'mapped.example']) expect([name, await reasonOf(ask(client, `http://${name}:${server.port}/`))]).toEqual([name, 'forbidden-target']);
    expect(await reasonOf(ask(client, `http://nothing.example:${server.port}/`))).toBe('name');
    expect(server.connections).toBe(0);
  });

  test('connects to the address that it checked, though the name leads elsewhere a moment later', async () => {
    const good = await web((_request, response) => void response.end('good'), { host: '127.0.0.2' });
    const secret = await web((_request, response) => void response.end('secret'), { host: '127.0.0.1', port: good.port });
    const zone = await names((_name, asking) => [asking <= 1 ? '127.0.0.2' : '127.0.0.1']);
    const client = clientFor([at('127.0.0.2', good.port)], { resolve: zone.resolve });
    const answer = await ask(client, `http://rebinds.example:${good.port}/path?q=1`, { headers: { Authorization: 'Bearer x' } });
    expect([answer.body.toString(), secret.connections, zone.asked]).toEqual(['good', 0, ['rebinds.example']]);
    expect(good.requests[0]).toMatchObject({ url: '/path?q=1', headers: { host: `rebinds.example:${good.port}`, authorization: 'Bearer x' } });
    expect(await reasonOf(ask(client, `http://rebinds.example:${good.port}/`))).toBe('forbidden-target');
    expect(secret.connections).toBe(0);
  });

  test('tries another address of the name where one is not reached', async () => {
    const server = await web((_request, response) => void response.end('second'), { host: '127.0.0.2' });
    const zone = await names(() => ['127.0.0.3', '127.0.0.2']);
    const client = clientFor([at('127.0.0.2', server.port), at('127.0.0.3', server.port)], { resolve: zone.resolve });
    expect((await ask(client, `http://two.example:${server.port}/`)).body.toString()).toBe('second');
  });
});

describe('a redirect', () => {
  test('to what is inside is refused at each step, by address and by a name that rebinds', async () => {
    const inside = await web((_request, response) => void response.end('secret'), { host: '127.0.0.3' });
    const zone = await names((name) => [name === 'inside.example' ? '127.0.0.3' : '127.0.0.1']);
    const hop = await web((request, response) => void response.writeHead(302, { location: request.url === '/name' ? `http://inside.example:${inside.port}/` : request.url === '/scheme' ? 'file:///etc/passwd' : request.url === '/far' ? '/address' : `${inside.url}/` }).end());
    const client = clientFor([at('127.0.0.1', hop.port)], { resolve: zone.resolve });
    for (const path of ['/address', '/name', '/scheme', '/far']) expect([path, await reasonOf(ask(client, hop.url + path))]).toEqual([path, 'forbidden-target']);
    expect(inside.connections).toBe(0);
  });

  test('to another origin takes no credentials along, to the same origin all', async () => {
    const end = await hello();
    const hop = await web((request, response) => void (request.url === '/end' ? response.end('same') : response.writeHead(302, { location: request.url === '/same' ? '/end' : `${end.url}/` }).end()));
    const client = clientFor([at('127.0.0.1', hop.port), at('127.0.0.1', end.port)]);
    const headers = { Authorization: 'Bearer secret', Cookie: 'a=b', 'X-Signature': 'secret', 'Proxy-Authorization': 'secret', Accept: 'text/plain' };
    await ask(client, `${hop.url}/other`, { headers });
    expect(JSON.stringify(end.requests)).not.toMatch(/secret|a=b/);
    expect(end.requests[0]?.headers).toMatchObject({ accept: 'text/plain', host: `127.0.0.1:${end.port}` });
    await ask(client, `${hop.url}/same`, { headers });
    expect(hop.requests.at(-1)?.headers).toMatchObject({ authorization: 'Bearer secret', cookie: 'a=b' });
  });

  test('of something sent becomes a reading, and takes the body nowhere else', async () => {
    const end = await hello();
    const hop = await web((request, response) => void response.writeHead(Number(request.url?.slice(1)), { location: `${end.url}/` }).end());
    const client = clientFor([at('127.0.0.1', hop.port), at('127.0.0.1', end.port)]);
    const send = (status: number) => reasonOf(ask(client, `${hop.url}/${status}`, { method: 'POST', body: 'text', headers: { 'content-type': 'text/plain' } }));
    expect([await send(303), await send(307), await send(308)]).toEqual(['answered', 'redirect', 'redirect']);
    expect(end.requests.map(({ method, body, headers }) => [method, body.toString(), headers['content-type']])).toEqual([['GET', '', undefined]]);
  });

  test('ends after three', async () => {
    const loop = await web((_request, response) => void response.writeHead(302, { location: '/again' }).end());
    expect(await reasonOf(ask(clientFor([at('127.0.0.1', loop.port)]), loop.url))).toBe('redirect');
    expect(loop.connections).toBe(4);
  });
});

// Packed before anybody waits for it.
const PACKED = gzipSync(Buffer.alloc(50_000_000));

describe('a host that behaves badly', () => {
  test.each<[string, Parameters<typeof aWebServer>[0], string]>([
    ['says nothing', () => undefined, 'timeout'],
    ['answers a byte at a time without end', (_request, response) => void setInterval(() => response.write('x'), 40).unref(), 'timeout'],
    ['answers more than the limit', (_request, response) => void response.end(Buffer.alloc(200_000)), 'too-large'],
    ['answers packed, small on the wire and large in memory', (_request, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(PACKED), 'protocol'],
    ['sends endless headers', (_request, response) => void response.writeHead(200, { 'x-long': 'y'.repeat(40_000) }).end(), 'protocol'],
    ['speaks no HTTP', (request) => void request.socket.end('NONSENSE\r\n\r\n'), 'protocol'],
    ['breaks off', (request, response) => { response.writeHead(200, { 'content-length': '1000' }); response.write('half'); setTimeout(() => request.socket.destroy(), 30); }, 'connect'],
    ['wants to switch to another protocol', (request) => void request.socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'), 'protocol'],
  ])('and %s is left in time', async (_what, answer, reason) => {
    const server = await web(answer);
    const began = Date.now();
    const timeoutMs = reason === 'timeout' ? 600 : 20_000;
    expect(await reasonOf(ask(clientFor([at('127.0.0.1', server.port)]), server.url, { timeoutMs, maxBytes: 100_000 }))).toBe(reason);
    expect(Date.now() - began).toBeLessThan(timeoutMs + 1400);
  });

  test('rests after five failures, is tried once after half a minute, and longer where that fails; nothing is sent meanwhile', async () => {
    let now = Date.parse('2026-11-21T12:00:00Z');
    const noted: Noted[] = [];
    let isUp = false;
    const server = await web((_request, response) => void response.writeHead(isUp ? 200 : 503).end());
    const client = clientFor([at('127.0.0.1', server.port)], { now: () => now, note: (one) => noted.push(one) });
    const tries = async (n: number): Promise<unknown[]> => Promise.all(Array.from({ length: n }, () => reasonOf(ask(client, server.url))));
    for (let i = 0; i < 5; i++) await tries(1);
    expect([await tries(3), server.requests.length]).toEqual([['circuit-open', 'circuit-open', 'circuit-open'], 5]);
    now += 30_001;
    expect([(await tries(4)).filter((one) => one === 'answered').length, server.requests.length]).toEqual([1, 6]);
    now += 30_001;
    expect([await tries(1), server.requests.length]).toEqual([['circuit-open'], 6]);
    now += 30_001;
    isUp = true;
    expect([await tries(1), await tries(2), server.requests.length]).toEqual([['answered'], ['answered', 'answered'], 9]);
    expect(noted[4]).toMatchObject({ origin: server.url, purpose: 'test', result: 'answered', status: 503, breaker: 'open', inRow: 5 });
    expect(noted.at(-1)).toMatchObject({ status: 200, breaker: 'closed', openUntil: null });
  });
});

describe('TLS', () => {
  const { key, cert } = aCertificate('good.example');
  const start = async (): Promise<{ server: WebServer; zone: NameServer }> => ({ server: await web((_request, response) => void response.end('sealed'), { tls: { key, cert } }), zone: await names(() => ['127.0.0.1']) });

  test('holds for the name and the authority that are believed, and for no other', async () => {
    const { server, zone } = await start();
    const allowed = [at('127.0.0.1', server.port)];
    const believing = clientFor(allowed, { resolve: zone.resolve, ca: cert });
    expect((await ask(believing, `https://good.example:${server.port}/`)).body.toString()).toBe('sealed');
    expect(await reasonOf(ask(believing, `https://other.example:${server.port}/`))).toBe('tls');
    expect(await reasonOf(ask(believing, server.url))).toBe('tls');
    expect(await reasonOf(ask(clientFor(allowed, { resolve: zone.resolve }), `https://good.example:${server.port}/`))).toBe('tls');
    expect(server.requests).toHaveLength(1);
  });

  test('a redirect from https to http is refused', async () => {
    const plain = await hello();
    const server = await web((_request, response) => void response.writeHead(302, { location: plain.url }).end(), { tls: { key, cert } });
    const zone = await names(() => ['127.0.0.1']);
    expect(await reasonOf(ask(clientFor([at('127.0.0.1', server.port), at('127.0.0.1', plain.port)], { resolve: zone.resolve, ca: cert }), `https://good.example:${server.port}/`))).toBe('redirect');
    expect(plain.connections).toBe(0);
  });

  test('neither a proxy of the environment nor a wish to believe any certificate is followed', async () => {
    const { server } = await start();
    const [proxy, plain] = [await hello(), await hello()];
    const script = `const { openClient } = await import(${JSON.stringify(fileURLToPath(new URL('outgoing.ts', import.meta.url)))});
      const client = openClient({ allowed: async () => [{ range: '127.0.0.1/32', port: ${server.port} }, { range: '127.0.0.1/32', port: ${plain.port} }] });
      const tried = async (url) => client.send({ url, purpose: 'test' }).then(({ body }) => body.toString(), ({ reason }) => reason);
      console.log(JSON.stringify([await tried('${server.url}'), await tried('${plain.url}')]));`;
    const env = { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, http_proxy: proxy.url, https_proxy: proxy.url, NO_PROXY: '', no_proxy: '', NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    expect([JSON.parse(stdout), proxy.connections]).toEqual([['tls', 'hello'], 0]);
  });
});
