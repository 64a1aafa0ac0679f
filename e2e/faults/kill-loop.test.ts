import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../src/app/demo/random.ts';
import { type Api, type Product, signIn, startProduct } from '../product.ts';
import { expectPromiseKept, startPanels, untilAcknowledging } from './panels.ts';

const ROUNDS = Number(process.env['PARAPET_KILL_ROUNDS'] ?? (process.env['PARAPET_SOAK'] ? 20 : 3));
const SEED = Number(process.env['PARAPET_KILL_SEED'] ?? 20261121);
const PANELS = 16;
const TARGETS = ['intake', 'postgres', 'worker', 'web'] as const;

let product: Product;
let api: Api;

beforeAll(async () => {
  product = await startProduct();
  api = await signIn(product.url);
});
afterAll(() => product.stop());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test(`${ROUNDS} rounds of kill -9 lose nothing that was acknowledged, store nothing twice and keep each device's order (seed ${SEED})`, async () => {
  const { next } = randomFrom(String(SEED));
  const panels = await startPanels(product, api, PANELS);
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(1200 + next() * 1500);
    const target = TARGETS[Math.floor(next() * TARGETS.length)] ?? 'intake';
    const victims = round === 0 ? [...product.pidsOf('intake')] : product.pidsOf(target);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    await untilAcknowledging(panels, product.output);
  }
  await Promise.all(panels.map(({ stop }) => stop()));
  await expectPromiseKept(product, panels);
  const owner = await product.owner();
  await untilCorrelated(owner);
  const open = await owner.query<{ n: number }>(`select count(*)::int as n from (select condition_key from alarms.alarm where handling <> 'closed' group by condition_key having count(*) > 1) x`);
  expect(open.rows[0]?.n).toBe(0);
  await owner.end();
  await expect.poll(() => fetch(`${product.url}/readyz`).then(({ status }) => status, () => 'nobody answers'), { timeout: 60_000 }).toBe(200);
}, 60_000 + ROUNDS * 30_000);

/** As long as it gets on it may take its time: the machine is shared with everything else that is tested. */
async function untilCorrelated(owner: Awaited<ReturnType<Product['owner']>>): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (let until = Date.now() + 20_000; Date.now() < until; await sleep(100)) {
    const { rows } = await owner.query<{ behind: number }>('select count(*)::int as behind from signals.batch b left join alarms.cursor c on c.stream = b.stream where b.seq > coalesce(c.seq, -1)');
    const behind = rows[0]?.behind ?? 0;
    if (behind === 0) return;
    if (behind < least) until = Date.now() + 20_000;
    least = Math.min(least, behind);
  }
  throw new Error(`The correlator got no further for 20 s, with ${least} batches to go.`);
}
