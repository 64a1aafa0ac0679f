import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { Dialler } from './dialler.ts';
import { encodeFrame, frameText } from './encode.ts';
import { startDc09Receiver } from './receiver.ts';
import { aReceiver, TestLine, TestSink, until } from './testing.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(limits: Parameters<typeof aReceiver>[0] = {}) {
  const receiver = await aReceiver({ drainMs: 200, ...limits });
  ends.push(() => receiver.close());
  return receiver;
}

type Told = { text: string; port: number };

/** A socket of its own that keeps what it is answered, and from which port. */
async function aPanel(port: number): Promise<{ told: Told[]; send: (bytes: Buffer | string) => void; socket: Socket }> {
  const socket = createSocket('udp4');
  const told: Told[] = [];
  socket.on('message', (bytes, from) => told.push({ text: bytes.toString('latin1'), port: from.port }));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  ends.push(() => socket.close());
  return { told, socket, send: (bytes) => socket.send(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, port, '127.0.0.1') };
}

const event = (sequence: number, data = 'Nri1/BA001'): Buffer => encodeFrame({ token: 'SIA-DCS', sequence, account: '1234', data });
const ack = (sequence: number): string => frameText(`"ACK"${String(sequence).padStart(4, '0')}L0#1234[]`, 'ascii');

it('a datagram is acknowledged only once the sink says that it is durable, from the port that it was sent to', async () => {
  const { port, sink } = await start();
  sink.isHolding = true;
  const panel = await aPanel(port);
  panel.send(event(7));
  await until(() => sink.pending.length === 1);
  expect(panel.told).toEqual([]);
  sink.settle();
  await until(() => panel.told.length === 1);
  expect(panel.told).toEqual([{ text: ack(7), port }]);
  expect(sink.arrivals[0]).toMatchObject({ account: '1234', sequence: 7, remote: '127.0.0.1', raw: event(7) });
});

it('a message that could not be stored gets no answer, and neither does what is broken or cut off', async () => {
  const { port, sink } = await start();
  const panel = await aPanel(port);
  sink.isHolding = true;
  panel.send(event(1));
  await until(() => sink.pending.length === 1);
  sink.settle([...sink.pending], new Error('the disk is full'));
  sink.isHolding = false;
  for (const bytes of [event(2).toString('latin1').replace('BA001', 'BA002'), event(3).subarray(0, 25), 'GET / HTTP/1.1\r\n', '', frameText('"XYZ"0005L0#1[]', 'ascii'), event(4)]) panel.send(bytes);
  await until(() => panel.told.length === 2);
  expect(panel.told.map(({ text }) => text)).toEqual([frameText('"DUH"0005L0#1[]', 'ascii'), ack(4)]);
  expect(sink.refusals).toEqual(['bad-crc', 'malformed', 'malformed', 'unknown-token']);
});

it('takes several frames of one datagram, and the same port takes TCP beside it', async () => {
  const { port, sink } = await start();
  const panel = await aPanel(port);
  panel.send(Buffer.concat([event(1), event(2)]));
  const line = await TestLine.open(port);
  ends.push(() => line.socket.destroy());
  expect(await line.ask(event(3))).toHaveLength(1);
  await until(() => panel.told.length === 2);
  expect(sink.arrivals.map(({ sequence }) => sequence).sort()).toEqual([1, 2, 3]);
});

it('a flood over the bound is dropped and counted, and neither grows nor holds back who is connected', async () => {
  const { port, sink } = await start({ waitingDatagrams: 20, waitingOfAConnection: 20 });
  sink.isHolding = true;
  const panel = await aPanel(port);
  for (let i = 1; i <= 100; i++) panel.send(event(i));
  await until(() => sink.refusals.length === 80);
  expect(sink.pending).toHaveLength(20);
  const line = await TestLine.open(port);
  ends.push(() => line.socket.destroy());
  line.socket.write(event(500));
  await until(() => sink.pending.length === 21);
  sink.settle();
  await until(() => line.answers.length === 1 && panel.told.length === 20);
  expect(new Set(sink.refusals)).toEqual(new Set(['too-many-datagrams']));
  sink.isHolding = false;
  panel.send(event(501));
  await until(() => panel.told.some(({ text }) => text === ack(501)));
});

it('closing lets what is being stored be acknowledged', async () => {
  const receiver = await start();
  receiver.sink.isHolding = true;
  const panel = await aPanel(receiver.port);
  panel.send(event(1));
  await until(() => receiver.sink.pending.length === 1);
  const closing = receiver.close();
  receiver.sink.settle();
  await closing;
  await until(() => panel.told.length === 1);
});

it('our dialler sends the same bytes again until they are acknowledged, also to a receiver that comes later', async () => {
  const first = await aReceiver({ drainMs: 10 });
  first.sink.isHolding = true;
  const dialler = new Dialler({ host: '127.0.0.1', port: first.port, account: '1234', transport: 'udp', resendMs: 40, reconnectMs: 10 });
  ends.push(() => dialler.close());
  const answer = dialler.sendEvent('SIA-DCS', 'NBA1');
  await until(() => first.sink.arrivals.length > 1);
  await first.close();
  const sink = new TestSink();
  const second = await startDc09Receiver({ host: '127.0.0.1', port: first.port, sink });
  ends.push(() => second.close());
  expect(await answer).toEqual({ kind: 'ACK', now: null });
  expect(new Set([...first.sink.arrivals, ...sink.arrivals].map(({ raw }) => raw.toString('latin1'))).size).toBe(1);
  expect(await dialler.testLink()).toMatchObject({ kind: 'ACK' });
});
