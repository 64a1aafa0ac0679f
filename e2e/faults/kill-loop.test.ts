import { afterAll, beforeAll, expect, test } from 'vitest';
import { Dialler } from '../../src/connectors/sia-dc09/dialler.ts';
import { type Api, type Product, signIn, startProduct } from '../product.ts';

const ROUNDS = Number(process.env['PARAPET_KILL_ROUNDS'] ?? (process.env['PARAPET_SOAK'] ? 20 : 3));
const SEED = Number(process.env['PARAPET_KILL_SEED'] ?? 20261121);
const PANELS = 16;
const TARGETS = ['intake', 'postgres', 'worker', 'web'] as const;

let product: Product;
let api: Api;
const accounts = Array.from({ length: PANELS }, (_, i) => `A${String(i).padStart(3, '0')}`);

beforeAll(async () => {
  product = await startProduct();
  api = await signIn(product.url);
  await api.post('/api/signals/sources', accounts.map((account) => ({ protocol: 'dc09', account, name: `Panel ${account}` })) as unknown as object);
});
afterAll(() => product.stop());

/** mulberry32: the same seed kills at the same moments. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A panel that sends one event after the other until told to stop, and never forgets what was acknowledged. */
function panel(account: string, isOver: () => boolean): { acknowledged: number[]; finished: Promise<void> } {
  const acknowledged: number[] = [];
  const dialler = new Dialler({ host: '127.0.0.1', port: product.dc09Port, account, resendMs: 700, reconnectMs: 60 });
  const run = async () => {
    for (let i = 1; !isOver(); i++) {
      const answer = await dialler.sendEvent('SIA-DCS', `Nri1/${['BA', 'OP', 'CL', 'TA'][i % 4]}${String(i).padStart(4, '0')}`, { sentAt: Date.now() });
      if (answer.kind === 'ACK') acknowledged.push(i);
    }
    dialler.close();
  };
  return { acknowledged, finished: run() };
}

test(`${ROUNDS} rounds of kill -9 lose nothing that was acknowledged, store nothing twice and keep each device's order (seed ${SEED})`, async () => {
  const next = random(SEED);
  let isOver = false;
  const panels = accounts.map((account) => ({ account, ...panel(account, () => isOver) }));
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(1200 + next() * 1500);
    const target = TARGETS[Math.floor(next() * TARGETS.length)] ?? 'intake';
    const victims = round === 0 ? [...product.pidsOf('intake')] : product.pidsOf(target);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    await untilAcknowledging(panels.map(({ acknowledged }) => acknowledged));
  }
  isOver = true;
  await Promise.all(panels.map(({ finished }) => finished));

  const owner = await product.owner();
  const { rows } = await owner.query<{ account: string; raw: Buffer }>('select s.account, g.raw from signals.signal g join signals.source s on s.ref = g.source_ref order by g.received_at, g.seq');
  for (const { account, acknowledged } of panels) {
    const stored = rows.filter((row) => row.account === account).map(({ raw }) => Number(/Nri1\/[A-Z]{2}(\d+)\]/.exec(raw.toString('latin1'))?.[1]));
    expect(acknowledged.length).toBeGreaterThan(3);
    expect(new Set(stored).size, `${account}: none twice`).toBe(stored.length);
    expect(acknowledged.filter((i) => !stored.includes(i)), `${account}: acknowledged and not stored`).toEqual([]);
    expect(stored, `${account}: in order`).toEqual(stored.toSorted((a, b) => a - b));
  }
  await untilCorrelated(owner);
  const open = await owner.query<{ n: number }>(`select count(*)::int as n from (select condition_key from alarms.alarm where handling <> 'closed' group by condition_key having count(*) > 1) x`);
  expect(open.rows[0]?.n).toBe(0);
  await owner.end();
  await expect.poll(() => fetch(`${product.url}/readyz`).then(({ status }) => status, () => 'nobody answers'), { timeout: 60_000 }).toBe(200);
}, 60_000 + ROUNDS * 30_000);

async function untilAcknowledging(lists: readonly number[][]): Promise<void> {
  const before = lists.map((list) => list.length);
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(50)) {
    if (lists.every((list, i) => list.length > (before[i] ?? 0) + 1)) return;
  }
  throw new Error(`Not acknowledging again within 30 s of the kill:\n${product.output().slice(-3000)}`);
}

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
