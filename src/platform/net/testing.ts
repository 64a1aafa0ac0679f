import { createSocket } from 'node:dgram';
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A name server on a port of its own. `zone` says what a name leads to at the moment of asking. */
export type NameServer = { resolve(host: string): Promise<readonly string[]>; asked: string[]; close(): Promise<void> };

const A = 1;
const AAAA = 28;

export async function aNameServer(zone: (name: string, asking: number) => readonly string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, from) => {
    const { name, type, end } = questionOf(query);
    if (type === A) asked.push(name);
    const found = type === A ? zone(name, asked.length) : zone(name, asked.length).filter((address) => address.includes(':'));
    const records = found.filter((address) => address.includes(':') === (type === AAAA)).map((address) => recordOf(address, type));
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8580, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const all = async (host: string): Promise<readonly string[]> => (await Promise.all([resolver.resolve4(host).catch(none), resolver.resolve6(host).catch(none)])).flat();
  return { resolve: all, asked, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}

const none = (): string[] => [];

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function recordOf(address: string, type: number): Buffer {
  const data = type === A ? Buffer.from(address.split('.').map(Number)) : Buffer.from(new URL(`http://[${address}]`).hostname.slice(1, -1).split('::').map((half, i, halves) => words(half, i === 0 && halves.length === 2 ? 8 - halves.join(':').split(':').filter(Boolean).length : 0)).join(''), 'hex');
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
}

const words = (half: string, zeros: number): string => [...half.split(':').filter(Boolean).map((word) => word.padStart(4, '0')), ...Array<string>(zeros).fill('0000')].join('');

/** A web server that counts who connects. */
export type WebServer = { url: string; port: number; connections: number; requests: { method: string; url: string; headers: Record<string, unknown>; body: Buffer }[]; close(): Promise<void> };

export async function aWebServer(answer: RequestListener, { host = '127.0.0.1', port = 0, tls }: { host?: string; port?: number; tls?: { key: string; cert: string } } = {}): Promise<WebServer> {
  const sockets = new Set<Socket>();
  const heard: WebServer = { url: '', port: 0, connections: 0, requests: [], close: async () => undefined };
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      answer(request, response);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connection', (socket: Socket) => {
    heard.connections += 1;
    sockets.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, host, resolve));
  heard.port = (server.address() as AddressInfo).port;
  heard.url = `${tls ? 'https' : 'http'}://${host}:${heard.port}`;
  heard.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return heard;
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? Buffer.from([body.length]) : body.length < 256 ? Buffer.from([0x81, body.length]) : Buffer.from([0x82, body.length >> 8, body.length & 255]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
};
const ECDSA_SHA256 = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
const named = (name: string): Buffer => der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from(name)))));
const utc = (date: Date): Buffer => der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));

/** A certificate for one name, signed by itself (RFC 5280), valid for a day; it is its own authority. */
export function aCertificate(name: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const basic = der(0x30, Buffer.from('0603551d13', 'hex'), Buffer.from([1, 1, 255]), der(0x04, der(0x30, Buffer.from([1, 1, 255]))));
  const names = der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, der(0x30, der(0x82, Buffer.from(name)))));
  const content = der(0x30, der(0xa0, Buffer.from([2, 1, 2])), der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), ECDSA_SHA256, named(name), der(0x30, utc(new Date(Date.now() - 3_600_000)), utc(new Date(Date.now() + 86_400_000))), named(name), publicKey.export({ type: 'spki', format: 'der' }), der(0xa3, der(0x30, basic, names)));
  const signature = createSign('SHA256').update(content).sign(privateKey);
  const cert = der(0x30, content, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
  return { key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), cert: `-----BEGIN CERTIFICATE-----\n${cert.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n` };
}
