import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { openRelay, type Relay, type RelayOptions } from './relay.ts';
import { RtspReader, writeRtsp } from './rtsp.ts';

const opened: (Server | Socket | Relay)[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) {
    if ('destroy' in one) one.destroy();
    else one.close();
  }
});

/** Something at a camera's address that answers whatever it likes; `asked` is what it was asked. */
async function camera(answer: (head: string, socket: Socket) => void): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => void socket.on('error', () => undefined).on('data', (chunk) => {
    asked.push(chunk.toString());
    opened.push(socket);
    answer(chunk.toString(), socket);
  })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return { port: (server.address() as AddressInfo).port, asked };
}

async function relayTo(port: number, options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await openRelay({ address: '127.0.0.1', host: 'camera.example', port, path: '/live?x=1', credentials: { user: 'watcher', password: 'correct horse' }, ...options });
  opened.push(relay);
  return relay;
}

async function ask(relay: Relay, method = 'DESCRIBE', url = relay.url): Promise<{ socket: Socket; told: () => string; isOver: () => boolean }> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1').on('error', () => undefined);
  opened.push(socket);
  let told = '';
  let isOver = false;
  socket.on('data', (chunk) => (told += chunk.toString('latin1'))).on('close', () => (isOver = true));
  await once(socket, 'connect');
  socket.write(`${method} ${url} RTSP/1.0\r\nCSeq: 7\r\nAccept: application/sdp\r\n\r\n`);
  return { socket, told: () => told, isOver: () => isOver };
}

const cseqOf = (head: string): string => /cseq: (\d+)/i.exec(head)?.[1] ?? '';
const SDP = 'v=0\r\nm=video 0 RTP/AVP 96\r\na=control:rtsp://10.0.0.9/live/track1\r\n';

test('its reader hears nothing of where the camera is, the camera is asked by its own address and name, and no redirect is followed', async () => {
  const { port, asked } = await camera((head, socket) => void socket.write(writeRtsp('RTSP/1.0 200 OK', new Map([['CSeq', cseqOf(head)], ['Location', 'rtsp://10.0.0.9/'], ['Server', 'Halden']]), Buffer.from(SDP))));
  const relay = await relayTo(port);
  const { told } = await ask(relay);
  await expect.poll(told).toContain('track1');
  expect(asked[0]).toMatch(new RegExp(`^DESCRIBE rtsp://camera\\.example:${port}/live\\?x=1 RTSP/1\\.0\r\n`));
  expect(told()).toContain(`a=control:${relay.url}/live/track1`);
  expect(told()).not.toMatch(/10\.0\.0\.9|Halden|location/i);
  const elsewhere = await camera((head, socket) => void socket.write(writeRtsp('RTSP/1.0 302 Moved', new Map([['CSeq', cseqOf(head)], ['Location', `rtsp://127.0.0.1:${port}/`]]))));
  const moved = await relayTo(elsewhere.port);
  await ask(moved);
  expect(await moved.ended).toMatchObject({ trouble: 'fault', detail: expect.stringContaining('302') });
});

test('it serves one reader who knows its address, and nobody beside', async () => {
  const { port, asked } = await camera((head, socket) => void socket.write(writeRtsp('RTSP/1.0 200 OK', new Map([['CSeq', cseqOf(head)]]), Buffer.from(SDP))));
  const relay = await relayTo(port);
  const stranger = await ask(relay, 'DESCRIBE', `rtsp://127.0.0.1/${'0'.repeat(32)}`);
  await expect.poll(stranger.isOver).toBe(true);
  expect(asked).toEqual([]);
  const { told, socket } = await ask(relay);
  await expect.poll(told).toContain('track1');
  await expect(once(connect(Number(new URL(relay.url).port), '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
  socket.destroy();
  expect(await relay.ended).toBeNull();
});

test.each([
  ['noise', () => Buffer.alloc(64, 'x'), 'unreadable'],
  ['a head without an end', () => Buffer.alloc(20_000, 'x'), 'unreadable'],
  ['a body of a gigabyte', () => Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 1000000000\r\n\r\n'), 'unreadable'],
  ['more than is taken', () => Buffer.concat(Array.from({ length: 4 }, () => Buffer.concat([Buffer.from([0x24, 0, 0xff, 0xff]), Buffer.alloc(0xffff)]))), 'fault'],
  ['nothing', () => Buffer.alloc(0), 'unreachable'],
])('a camera that sends %s is given up', async (_what, bytes, trouble) => {
  const { port } = await camera((_head, socket) => void socket.write(Buffer.concat([bytes(), Buffer.from(bytes().length > 30_000 || bytes().length === 0 ? '' : '\r\n\r\n')])));
  const relay = await relayTo(port, { silentMs: 300, mostBytesPerS: 20_000 });
  await ask(relay);
  expect(await relay.ended).toMatchObject({ trouble });
});

test('a connection reads the same whatever the pieces are in which it comes', () => {
  const frame = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.concat([Buffer.from([0x24, 1, 0, bytes.length]), bytes]));
  const message = fc.uint8Array({ maxLength: 40 }).map((bytes) => writeRtsp('RTSP/1.0 200 OK', new Map([['cseq', '3']]), Buffer.from(bytes)));
  fc.assert(fc.property(fc.array(fc.oneof(frame, message), { minLength: 1, maxLength: 8 }), fc.array(fc.nat({ max: 30 }), { maxLength: 20 }), (parts, cuts) => {
    const whole = Buffer.concat(parts);
    const reader = new RtspReader();
    const read = [];
    let at = 0;
    for (const cut of cuts) read.push(...reader.push(whole.subarray(at, (at += cut))));
    read.push(...reader.push(whole.subarray(at)));
    expect(Buffer.concat(read.map((part) => (part.kind === 'frame' ? part.bytes : writeRtsp(part.line, part.headers, part.body))))).toEqual(whole);
  }));
});
