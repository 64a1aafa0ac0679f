import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { correlate, letTimePass, readPosition } from './correlator.ts';
import { RuleWatch } from './rule-watch.ts';
import { anActor, arrange, type Arranged, sendFrame } from './testing-pipeline.ts';
import { anHour, HOUR_MS, play, putIntoForce, raisedSet, testedSet, THREE } from './testing-rules.ts';

const DEVICES = 20;
const PER_DEVICE = 60;
const FASTER = 10;
/** What is heard within so long goes together, and is durable before the next: at ten times the speed the lateness is a second, and no stream may be further behind. */
const SLICE_MS = 4000;
const account = (letter: string) => (device: number) => `${letter}${String(device).padStart(2, '0')}`;
const devices = [...Array(DEVICES).keys()];

let fresh: FreshDatabase;
let world: Arranged;
let leader: ChildProcess;

const lead = (): ChildProcess => spawn(process.execPath, [join(import.meta.dirname, 'testing-correlator.ts'), fresh.url], { stdio: ['ignore', 'inherit', 'inherit'] });

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, [...devices.map(account('A')), ...devices.map(account('B'))]);
});
afterAll(async () => {
  leader?.kill('SIGKILL');
  await world.intake.close();
  await fresh.drop();
});

/** All that was stored is read, here, by a leader that goes again. */
async function readAll(): Promise<void> {
  const ctx = await fresh.as(SERVICE.correlator);
  const position = await readPosition(ctx);
  const watch = await RuleWatch.open(ctx, position);
  await letTimePass(ctx, position, watch, 0);
  while ((await correlate(ctx, position, watch)) > 0);
}

const isReadTo = async (account_: string): Promise<boolean> =>
  (await fresh.owner.query(`select 1 from alarms.rule_clock c where c.known_at >= (select max(g.received_at) from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = $1)`, [account_])).rows.length > 0;

test('an hour of mixed signals on twin devices, ten times faster, with a kill -9 of the leader midway, raises what three rules’ tests had said', async () => {
  const hour = anHour(11, DEVICES, PER_DEVICE);
  const now = Math.floor(Date.now() / 1000) * 1000;
  const past = now - 2 * HOUR_MS;
  await play(world, hour, { start: past, accountOf: account('A'), first: 0 });
  await readAll();
  const author = await anActor(fresh, 'Noor Said', 'gsoc-supervisor');
  const publisher = await anActor(fresh, 'Ada Lind', 'deputy-cso');
  const inForce = [];
  for (const rule of THREE) inForce.push(await putIntoForce({ author, publisher }, rule, now));
  await readAll();
  const tested = await testedSet(fresh, inForce.map(({ backTestId }) => backTestId), past);

  leader = lead();
  const start = Math.ceil(Date.now() / 1000) * 1000 + 1000;
  const began = Date.now();
  let killed = 0;
  for (let at = 0; at < hour.length; ) {
    const clock = (Date.now() - began) * FASTER;
    const reached = Math.min(clock, (hour[at]?.offsetMs ?? 0) + SLICE_MS);
    const until = hour.findIndex(({ offsetMs }, i) => i >= at && offsetMs > reached);
    const due = hour.slice(at, until === -1 ? hour.length : until);
    await play(world, due, { start, accountOf: account('B'), first: at });
    at += due.length;
    if (killed === 0 && clock > HOUR_MS / 2) {
      leader.kill('SIGKILL');
      killed++;
      leader = lead();
    }
    if (due.length === 0) await sleep(20);
  }
  // Time goes on by what is heard: a last signal, two hours after the first.
  await sendFrame(world, { account: 'B00', sequence: 9998, data: 'Nri1/RX0001', at: start + 2 * HOUR_MS });
  await expect.poll(() => isReadTo('B00'), { timeout: 60_000, interval: 200 }).toBe(true);
  expect(killed).toBe(1);
  expect(tested.length).toBeGreaterThan(DEVICES);
  expect(await raisedSet(fresh, 'Panel B%', start)).toEqual(tested);
}, 600_000);
