import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { aReceiver, until } from '#connectors/sia-dc09/testing.ts';
import { planSources } from './organisation.ts';
import { LiveStream } from './stream.ts';

const open: { stop(): void }[] = [];
const aStream = (options: ConstructorParameters<typeof LiveStream>[0]): LiveStream => {
  const stream = new LiveStream(options);
  open.push(stream);
  return stream;
};
afterEach(() => open.splice(0).forEach((stream) => stream.stop()));

describe('the live stream over a socket', () => {
  it('sends accounts of the plan, each with its own time, and not faster than four a second at any speed', async () => {
    const receiver = await aReceiver();
    const answers: string[] = [];
    const began = Date.now();
    aStream({ port: receiver.port, seed: 'halden', speed: 100_000, told: (_signal, outcome) => answers.push(outcome) });
    await until(() => answers.length >= 8, 20_000);
    expect(receiver.sink.arrivals.length).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 250) + 1);
    const accounts = new Set(planSources().map((source) => source.account));
    for (const arrival of receiver.sink.arrivals) expect(accounts.has(arrival.account) && Math.abs((arrival.sentAt ?? 0) - Date.now()) < 60_000).toBe(true);
    expect(new Set(answers)).toEqual(new Set(['ACK']));
    await receiver.close();
  }, 180_000);

  it('sends nothing more once it is stopped', async () => {
    const receiver = await aReceiver();
    const stream = aStream({ port: receiver.port, seed: 'halden', speed: 60 });
    await until(() => receiver.sink.arrivals.length > 0, 20_000);
    stream.stop();
    const sent = receiver.sink.arrivals.length;
    await pause(1_500);
    expect(receiver.sink.arrivals.length).toBe(sent);
    await receiver.close();
  }, 180_000);

  it('keeps one message an account on its way while a receiver does not answer, and drops the rest', async () => {
    let bytes = 0;
    const deaf = createServer((socket) => socket.on('error', () => undefined).on('data', (data) => (bytes += data.length)));
    await once(deaf.listen(0, '127.0.0.1'), 'listening');
    const { port } = deaf.address() as { port: number };
    const dropped: string[] = [];
    const stream = aStream({ port, seed: 'one', speed: 60, skip: 3, told: (signal, outcome) => void (outcome === 'dropped' && dropped.push(signal.account)) });
    await until(() => dropped.length > 0, 60_000);
    expect(bytes).toBeLessThan(54 * 200);
    stream.stop();
    deaf.close();
  }, 90_000);
});
