import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Receiver } from '#platform/wire/port.ts';
import { Dialler } from './dialler.ts';
import { encodeNak, frameText } from './encode.ts';
import { startDc09Receiver } from './receiver.ts';
import { aReceiver, TestSink, until } from './testing.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function dial(port: number, more: Partial<ConstructorParameters<typeof Dialler>[0]> = {}): Dialler {
  const dialler = new Dialler({ host: '127.0.0.1', port, account: '1234', resendMs: 60, reconnectMs: 10, ...more });
  ends.push(() => dialler.close());
  return dialler;
}

async function receiving(): Promise<Receiver & { sink: TestSink }> {
  const receiver = await aReceiver({ drainMs: 50 });
  ends.push(() => receiver.close());
  return receiver;
}

/** A server that does with each segment what it is told. */
async function listening(onSegment: (text: string, socket: Socket) => void): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => void socket.on('error', () => undefined).on('data', (segment: Buffer) => onSegment(segment.toString('latin1'), socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

it('numbers its events from 1 to 9999 and again from 1', async () => {
  const { port, sink } = await receiving();
  const dialler = dial(port, { firstSequence: 9_998, receiver: '1', line: '2', crc: 'binary' });
  for (const data of ['NBA1', 'NBR1', 'NCL2']) expect(await dialler.sendEvent('SIA-DCS', data)).toEqual({ kind: 'ACK', now: null });
  expect(await dialler.testLink()).toMatchObject({ kind: 'ACK' });
  expect(sink.arrivals.map(({ sequence }) => sequence)).toEqual([9_998, 9_999, 1]);
  expect(sink.arrivals[0]?.identity).toBe('"SIA-DCS"9998R1L2#1234[#1234|NBA1]');
});

it('sends the same bytes again until they are acknowledged, over a new connection where the old one stays silent', async () => {
  const segments: string[] = [];
  const connections = new Set<Socket>();
  const { port } = await listening((text, socket) => {
    segments.push(text);
    connections.add(socket);
    if (connections.size === 2) socket.write(frameText('"ACK"0001L0#1234[]', 'ascii'), 'latin1');
  });
  const dialler = dial(port);
  expect(await dialler.sendEvent('SIA-DCS', 'NBA1')).toMatchObject({ kind: 'ACK' });
  expect(segments).toHaveLength(3);
  expect(new Set(segments).size).toBe(1);
  expect(dialler.resent).toBe(2);
});

it('waits for a receiver that is not there yet, and takes up where it was cut off', async () => {
  const first = await aReceiver({ drainMs: 50 });
  first.sink.isHolding = true;
  const dialler = dial(first.port, { window: 4, resendMs: 5_000 });
  const answers = Promise.all(['NBA1', 'NBA2', 'NBA3', 'NBA4', 'NBA5'].map((data) => dialler.sendEvent('SIA-DCS', data)));
  await until(() => first.sink.pending.length === 4);
  await first.close();
  const sink = new TestSink();
  const second = await startDc09Receiver({ host: '127.0.0.1', port: first.port, sink, limits: { drainMs: 50 } });
  ends.push(() => second.close());
  expect((await answers).map(({ kind }) => kind)).toEqual(['ACK', 'ACK', 'ACK', 'ACK', 'ACK']);
  expect(sink.arrivals.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(dialler.resent).toBe(4);
});

it('hands back what is not understood, and the time of a receiver whose clock differs', async () => {
  const now = Date.UTC(2028, 1, 29, 12, 0, 0);
  const { port } = await listening((text, socket) => socket.write(text.includes('NBA1') ? encodeNak(now, 'ascii') : frameText('"DUH"0002L0#1234[]', 'ascii'), 'latin1'));
  const dialler = dial(port, { resendMs: 5_000 });
  expect(await dialler.sendEvent('SIA-DCS', 'NBA1')).toEqual({ kind: 'NAK', now });
  expect(await dialler.sendEvent('SIA-DCS', 'NBA2')).toEqual({ kind: 'DUH', now: null });
});

it('takes no answer to another sequence for its own', async () => {
  const { port } = await listening((_, socket) => socket.write(frameText('"ACK"0999L0#1234[]', 'ascii') + frameText('"DUH"0001L0#1234[]', 'ascii'), 'latin1'));
  expect(await dial(port, { resendMs: 5_000 }).sendEvent('SIA-DCS', 'NBA1')).toMatchObject({ kind: 'DUH' });
});

it('says that it was closed to what was not answered', async () => {
  const { port, sink } = await receiving();
  sink.isHolding = true;
  const dialler = dial(port);
  const answer = expect(dialler.sendEvent('SIA-DCS', 'NBA1')).rejects.toThrow('closed before an answer');
  await until(() => sink.pending.length === 1);
  dialler.close();
  await answer;
  await expect(dialler.testLink()).rejects.toThrow('closed');
});
