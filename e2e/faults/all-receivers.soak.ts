import { loadavg } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../src/app/demo/random.ts';
import { type Api, freePort, type Product, signIn, startProduct } from '../product.ts';
import { aBroker, expectAllKept, type Flow, startFlood } from './flood.ts';

// PARAPET_FLOOD_RATE signals a second in all, PARAPET_FLOOD_ROUNDS kills, PARAPET_FLOOD_SEED for what is killed and when.
const setting = (name: string, standard: number): number => Number(process.env[`PARAPET_FLOOD_${name}`] ?? standard);
const [RATE, ROUNDS, SEED] = [setting('RATE', 200), setting('ROUNDS', 8), setting('SEED', 20261122)];
const TARGETS = ['intake', 'postgres', 'web', 'worker'] as const;
const BETWEEN_MS = 6_000;

let product: Product;
let api: Api;
let broker: Awaited<ReturnType<typeof aBroker>>;
let syslogPort: number;

beforeAll(async () => {
  [broker, syslogPort] = [await aBroker(), await freePort()];
  product = await startProduct({ env: { PARAPET_SYSLOG_PORT: String(syslogPort), PARAPET_MQTT_URL: broker.url } });
  api = await signIn(product.url);
}, 180_000);
afterAll(async () => {
  await product?.stop();
  await broker?.close();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Until each flow that is answered at all has been answered again. */
async function untilAnswered(flows: readonly Flow[], withinMs = 60_000): Promise<void> {
  const answered = flows.filter(({ protocol }) => protocol !== 'syslog');
  const before = answered.map(({ acknowledged }) => acknowledged.length);
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(50)) if (answered.every(({ acknowledged }, i) => acknowledged.length > (before[i] ?? 0))) return;
  throw new Error(`Not acknowledging again within ${withinMs / 1000} s:\n${product.output().slice(-3000)}`);
}

test(`${ROUNDS} rounds of kill -9 at ${RATE} signals a second over DC-09, HTTP, MQTT and syslog: every promise is kept (seed ${SEED})`, async () => {
  const { next } = randomFrom(String(SEED));
  const flows = await startFlood({ product, syslogPort, brokerUrl: broker.url }, api, RATE);
  await untilAnswered(flows);
  const began = Date.now();
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(BETWEEN_MS * (0.5 + next()));
    const target = TARGETS[round < TARGETS.length ? round : Math.floor(next() * TARGETS.length)] ?? 'intake';
    for (const pid of product.pidsOf(target)) process.kill(pid, 'SIGKILL');
    await untilAnswered(flows);
  }
  await sleep(BETWEEN_MS);
  await Promise.all(flows.map(({ stop }) => stop()));
  const seconds = (Date.now() - began) / 1000;
  const kept = await expectAllKept(product, flows);
  const by = Map.groupBy(kept, ({ protocol }) => protocol);
  const sum = (of: typeof kept, what: 'sent' | 'acknowledged' | 'stored' | 'missing'): number => of.reduce((total, one) => total + one[what], 0);
  for (const [protocol, of] of by) console.log(`${protocol}: ${sum(of, 'sent')} sent, ${sum(of, 'acknowledged')} acknowledged, ${sum(of, 'stored')} stored, ${sum(of, 'missing')} counted as missing by their numbers`);
  console.log(`${Math.round(sum(kept, 'stored') / seconds)} a second stored over ${Math.round(seconds)} s with ${ROUNDS} kills; load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const syslog = by.get('syslog') ?? [];
  expect(sum(syslog, 'stored'), 'syslog: some of it at least').toBeGreaterThan(0);
  expect(sum(syslog, 'stored') + sum(syslog, 'missing'), 'syslog: nothing is counted as missing that is stored').toBeLessThanOrEqual(sum(syslog, 'sent'));
}, 300_000 + ROUNDS * 90_000);
