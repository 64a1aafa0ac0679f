import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { aCertificate } from '#platform/net/testing.ts';
import type { Arrival, Sink } from '#platform/wire/port.ts';
import type { Limits } from './limits.ts';
import { startSyslogReceiver, type SyslogReceiver } from './receiver.ts';

/** A sink in memory that settles when it is told to. */
class TestSink implements Sink {
  readonly lines: string[] = [];
  readonly arrivals: Arrival[] = [];
  readonly refusals: string[] = [];
  readonly pending: ((failure: Error | null) => void)[] = [];
  isHolding = false;

  accept(arrival: Arrival, done: (failure: Error | null) => void): void {
    this.arrivals.push(arrival);
    this.lines.push(arrival.raw.toString());
    if (this.isHolding) this.pending.push(done);
    else setImmediate(() => done(null));
  }

  heard(): void {
    throw new Error('The sink hears by accepting.');
  }

  refused(kind: string): void {
    this.refusals.push(kind);
  }
}

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function aReceiver(limits: Partial<Limits> = {}, tls?: { cert: string; key: string }): Promise<{ receiver: SyslogReceiver; sink: TestSink }> {
  const sink = new TestSink();
  const receiver = await startSyslogReceiver({ host: '127.0.0.1', port: 0, sink, limits, ...(tls && { tls }) });
  opened.push(receiver);
  return { receiver, sink };
}

async function aLine(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  opened.push({ close: () => socket.destroy() });
  await once(socket, 'connect');
  return socket;
}

const soon = (holds: () => unknown): Promise<void> => expect.poll(holds, { timeout: 10_000, interval: 5 }).toBeTruthy() as Promise<void>;
const LINE = '<13>1 2026-11-21T02:00:00Z gate door - - - ';

describe('over TCP', () => {
  test('both framings come on one connection, and the last line without its end too', async () => {
    const { receiver, sink } = await aReceiver();
    const line = await aLine(receiver.port);
    line.end(`${LINE}one\n${LINE.length + 3} ${LINE}two${LINE}three`);
    await soon(() => sink.lines.length === 3);
    expect(sink.lines).toEqual([`${LINE}one`, `${LINE}two`, `${LINE}three`]);
    expect(sink.arrivals[0]).toMatchObject({ account: 'gate', remote: '127.0.0.1' });
  });

  test('nothing more is read while too much waits to be stored, and all of it comes once there is room', async () => {
    const { receiver, sink } = await aReceiver({ waitingOfAConnection: 20, waiting: 30 });
    sink.isHolding = true;
    const [one, other] = [await aLine(receiver.port), await aLine(receiver.port)];
    for (let i = 0; i < 100; i++) for (const line of [one, other]) line.write(`${LINE}${i}\n`);
    one.end();
    other.end();
    await soon(() => receiver.waiting() === 30);
    expect(sink.lines).toHaveLength(30);
    sink.isHolding = false;
    for (const done of sink.pending.splice(0)) done(null);
    await soon(() => sink.lines.length === 200);
    await soon(() => receiver.connections() === 0);
    expect(sink.refusals).toEqual([]);
  });

  test('what could not be stored is counted, since nobody can be asked to send it again', async () => {
    const { receiver, sink } = await aReceiver();
    sink.isHolding = true;
    (await aLine(receiver.port)).write(`${LINE}one\n${LINE}two\n`);
    await soon(() => sink.pending.length === 2);
    sink.pending[0]?.(new Error('The disk is full.'));
    sink.pending[1]?.(null);
    expect(sink.refusals).toEqual(['syslog-not-stored']);
    expect(receiver.waiting()).toBe(0);
  });

  test('a line without end, a message that stalls and a silent stranger are ended and counted, and others go on', async () => {
    const { receiver, sink } = await aReceiver({ message: 1_000, stallMs: 400, strangerMs: 400 });
    const good = await aLine(receiver.port);
    good.write(`${LINE}before\n`);
    const [giant, stalling, silent] = [await aLine(receiver.port), await aLine(receiver.port), await aLine(receiver.port)];
    giant.write('x'.repeat(300_000));
    stalling.write(`${LINE}first\n500 <13>never ends`);
    await Promise.all([giant, stalling, silent].map((socket) => once(socket.resume(), 'close')));
    good.write(`${LINE}after\n`);
    await soon(() => sink.lines.includes(`${LINE}after`));
    expect(sink.lines).toEqual([`${LINE}before`, `${LINE}first`, `${LINE}after`]);
    expect(sink.refusals.toSorted()).toEqual(['syslog-cut-off', 'syslog-cut-off', 'syslog-too-long']);
  });

  test('one address has only so many connections', async () => {
    const { receiver, sink } = await aReceiver({ connectionsOfAnAddress: 2 });
    const lines = [await aLine(receiver.port), await aLine(receiver.port), await aLine(receiver.port)];
    await once(lines[2]?.resume() as Socket, 'close');
    expect(sink.refusals).toEqual(['too-many-connections']);
    lines[0]?.write(`${LINE}one\n`);
    await soon(() => sink.lines.length === 1);
  });
});

test('over UDP a datagram is a message; what finds no room is dropped and counted', async () => {
  const { receiver, sink } = await aReceiver({ waiting: 2 });
  sink.isHolding = true;
  const socket = createSocket('udp4');
  opened.push({ close: () => new Promise<void>((resolve) => void socket.close(() => resolve())) });
  for (const text of ['<13>one\n', '7 <13>two', '<13>three']) await new Promise((resolve) => socket.send(text, receiver.port, '127.0.0.1', resolve));
  await soon(() => sink.lines.length + sink.refusals.length === 3);
  expect(sink.lines).toEqual(['<13>one', '<13>two']);
  expect(sink.arrivals[0]).toMatchObject({ account: '127.0.0.1' });
  expect(sink.refusals).toEqual(['syslog-udp-dropped']);
  for (const done of sink.pending) done(null);
});

describe('over TLS', () => {
  test('messages come, and neither a half-open handshake nor a line in clear holds anybody up', async () => {
    const made = aCertificate('localhost');
    const { receiver, sink } = await aReceiver({ strangerMs: 1_500 }, made);
    const halfOpen = await aLine(receiver.port);
    halfOpen.write(Buffer.from([22, 3, 1, 0, 200]));
    const inClear = await aLine(receiver.port);
    inClear.write(`${LINE}in clear\n`);
    const line = connectTls({ port: receiver.port, host: '127.0.0.1', ca: made.cert, servername: 'localhost' });
    await once(line, 'secureConnect');
    line.end(`${LINE.length + 6} ${LINE}secure`);
    await soon(() => sink.lines.length === 1);
    await Promise.all([halfOpen, inClear].map(async (socket) => socket.closed || once(socket.resume(), 'close')));
    expect(sink.lines).toEqual([`${LINE}secure`]);
    await soon(() => sink.refusals.filter((kind) => kind === 'syslog-tls-failed').length === 2);
  });
});

test.skipIf(!existsSync('/usr/bin/logger'))('logger of util-linux is understood in all that it can send', async () => {
  const { receiver, sink } = await aReceiver();
  const logger = (...args: string[]) => promisify(execFile)('/usr/bin/logger', ['-n', '127.0.0.1', '-P', String(receiver.port), '-t', 'accessd', '-p', 'auth.crit', ...args]);
  await logger('-d', '--rfc3164', 'one');
  await logger('-d', '--rfc5424', '--msgid', 'DOOR01', '--sd-id', 'door@32473', '--sd-param', 'reader="R-12"', 'two');
  await logger('-T', '--rfc5424', 'three');
  await logger('-T', '--octet-count', '--rfc5424', 'four\nfive');
  await soon(() => sink.lines.length >= 4);
  expect(sink.lines.map((line) => /(one|two|three|four)/.exec(line)?.[0])).toEqual(['one', 'two', 'three', 'four']);
  expect(sink.arrivals.map(({ token }) => token)).toEqual(['rfc3164', 'rfc5424', 'rfc5424', 'rfc5424']);
});

test.skipIf(!existsSync('/usr/bin/loggen') && process.env['CI'] !== 'true')('loggen of syslog-ng is taken line by line over TCP in both framings, from several connections at once, and by datagram', async () => {
  const { receiver, sink } = await aReceiver();
  const loggen = (...args: string[]) => promisify(execFile)('/usr/bin/loggen', ['--inet', '--quiet', '--rate', '2000', ...args, '127.0.0.1', String(receiver.port)]);
  const numbers = (): number[] => sink.lines.splice(0).map((line) => Number(/seq: (\d+)/.exec(line)?.[1]));
  const whole = Array.from({ length: 300 }, (_, n) => n);
  await loggen('--stream', '--number', '300');
  await soon(() => sink.lines.length >= 300);
  expect(numbers()).toEqual(whole);
  await loggen('--stream', '--syslog-proto', '--number', '300');
  await soon(() => sink.lines.length >= 300);
  expect(sink.arrivals.at(-1)?.token).toBe('rfc5424');
  expect(numbers()).toEqual(whole);
  await loggen('--stream', '--syslog-proto', '--active-connections', '3', '--number', '100');
  await soon(() => sink.lines.length >= 300);
  expect(numbers().toSorted((a, b) => a - b)).toEqual(whole.map((n) => Math.floor(n / 3)));
  await loggen('--dgram', '--number', '20');
  await soon(() => sink.lines.length > 0);
  expect(sink.refusals).toEqual([]);
});
