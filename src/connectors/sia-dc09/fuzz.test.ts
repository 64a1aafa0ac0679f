import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Dialler } from './dialler.ts';
import { encodeFrame, frameText } from './encode.ts';
import { aReceiver, until } from './testing.ts';

const SEED = 20_281_121;
const ROUNDS = 40;

/** mulberry32: the same numbers for the same seed on every machine. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

const valid = (random: Random): Buffer =>
  encodeFrame({ token: random(2) ? 'SIA-DCS' : 'ADM-CID', sequence: random(10_000), account: `BAD${random(50)}`, data: 'Nri1/BA001' }, random(2) ? 'ascii' : 'binary');

/** Every way of being wrong that we know. */
const HOSTILE: Record<string, (random: Random) => Buffer> = {
  noise: (random) => Buffer.from(Array.from({ length: random(3_000) }, () => random(256))),
  endless: () => Buffer.concat([Buffer.from('\n00000FFF"SIA-DCS"'), Buffer.alloc(50_000, 65)]),
  'flipped bit': (random) => {
    const frame = valid(random);
    const at = random(frame.length);
    frame[at] = (frame[at] as number) ^ (1 << random(8));
    return frame;
  },
  'lying length': (random) => Buffer.from(valid(random).toString('latin1').replace(/[0-9A-F]{4}"/, `${random(65_536).toString(16).padStart(4, '0')}"`), 'latin1'),
  headers: () => Buffer.from('\n00000010"'.repeat(2_000)),
  'line feeds': () => Buffer.alloc(20_000, 10),
  'another protocol': () => Buffer.from('GET / HTTP/1.1\r\nHost: panel\r\n\r\n'),
  encrypted: () => Buffer.from(frameText('"*SIA-DCS"0001L0#BAD[00FF]', 'ascii'), 'latin1'),
  'unknown token': (random) => Buffer.from(frameText(`"${'X'.repeat(random(30))}"0001L0#BAD[]`, 'ascii'), 'latin1'),
  'empty bodies': () => Buffer.from(frameText('"', 'ascii') + frameText('""', 'ascii') + frameText('""0000', 'binary'), 'latin1'),
  'hostile data': (random) => encodeFrame({ token: 'SIA-DCS', sequence: 1, account: 'BAD', data: `N${'ri1^'.repeat(random(900))}` }),
  duplicates: (random) => Buffer.concat(Array.from({ length: 20 }, () => valid(random)).flatMap((frame) => [frame, frame])),
  'a broken-off frame': (random) => valid(random).subarray(0, random(30)),
  'an answer': () => Buffer.from(frameText('"ACK"0001L0#BAD[]', 'ascii'), 'latin1'),
};

async function attack(port: number, random: Random): Promise<void> {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  const gone = new Promise((resolve) => socket.once('close', resolve));
  if (random(3) > 0) socket.resume();
  const kinds = Object.keys(HOSTILE);
  for (let i = 0; i < 6; i++) {
    const bytes = HOSTILE[kinds[random(kinds.length)] as string]?.(random) ?? Buffer.alloc(0);
    if (random(2)) socket.write(bytes);
    else for (let at = 0; at < Math.min(bytes.length, 200); at += 7) socket.write(bytes.subarray(at, at + 7));
    if (random(4) === 0) await pause(1);
  }
  if (random(3) === 0) socket.resetAndDestroy();
  else if (random(2)) socket.end();
  else socket.destroy();
  await Promise.race([gone, pause(50)]);
  socket.destroy();
}

it('a good panel beside hostile ones gets every acknowledgement, and nothing grows, throws or is left over', async () => {
  const faults: unknown[] = [];
  const note = (fault: unknown): number => faults.push(fault);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  const receiver = await aReceiver({ drainMs: 100, waitingOfAConnection: 16, waiting: 64 });
  const random = randomFrom(SEED);
  const good = new Dialler({ host: '127.0.0.1', port: receiver.port, account: '600D', window: 8, resendMs: 10_000 });
  const answers: Promise<{ kind: string }>[] = [];
  const heapBefore = process.memoryUsage().rss;
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < 25; i++) answers.push(good.sendEvent('SIA-DCS', `Nri1/BA${String(answers.length).padStart(4, '0')}`));
    await Promise.all(Array.from({ length: 8 }, () => attack(receiver.port, random)));
  }
  const kinds = new Set((await Promise.all(answers)).map(({ kind }) => kind));
  const stored = receiver.sink.arrivals.filter(({ account }) => account === '600D').map(({ sequence }) => sequence);
  expect(kinds).toEqual(new Set(['ACK']));
  expect(stored).toEqual(Array.from({ length: 25 * ROUNDS }, (_, i) => i + 1));
  expect(good.resent).toBe(0);
  expect(new Set(receiver.sink.refusals)).toEqual(new Set(['bad-crc', 'bad-length', 'oversized', 'malformed', 'no-key', 'unknown-token']));
  expect(process.memoryUsage().rss - heapBefore).toBeLessThan(300_000_000);
  good.close();
  await until(() => receiver.connections() === 0);
  await receiver.close();
  process.off('unhandledRejection', note).off('uncaughtException', note);
  expect(faults).toEqual([]);
});
