import { afterAll, beforeAll, expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { readSignal } from '../meaning.ts';
import { type Intake, openIntake } from './intake.ts';
import { toleranceS } from './supervision.ts';

let fresh: FreshDatabase;
const opened: Intake[] = [];

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
});
afterAll(async () => {
  for (const intake of opened) await intake.close();
  await fresh.drop();
});

/** An intake that watches by a clock of the test's own: each look comes 10 s after the one before, as long as it is allowed. */
async function watching(clock: { at: number; until: number }): Promise<Intake> {
  const intake = await openIntake({ url: fresh.url, onLost: () => undefined });
  opened.push(intake);
  intake.supervise(['dc09'], { everyMs: 5, now: () => (clock.at = Math.min(clock.at + 2_500, clock.until)) });
  return intake;
}

type Told = { silence: string; effect: string; type: string; rawLength: number };
async function toldOf(account: string): Promise<Told[]> {
  const { rows } = await fresh.owner.query<{ raw: Buffer; clear: Buffer }>('select g.raw, g.clear from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = $1 and g.clear is not null order by g.received_at, g.seq', [account]);
  return rows.map(({ raw, clear }) => {
    const [event] = readSignal('dc09', raw, clear).events;
    return { silence: event?.meaning.code ?? '', effect: event?.classified.effect ?? '', type: event?.classified.type ?? '', rawLength: raw.length };
  });
}
const since = (clock: { at: number; until: number }, ms: number) => {
  clock.until = clock.at + ms;
  return expect.poll(() => clock.at >= clock.until, { timeout: 20_000 }).toBe(true);
};

test('a silence past interval and tolerance is a signal, once; its end another; and our own absence is nobody’s silence', async () => {
  expect([20, 40, 60, 3600].map(toleranceS)).toEqual([10, 20, 30, 30]);
  const start = Date.now();
  const clock = { at: start, until: start };
  const ids = { watched: uuidv7(), talking: uuidv7() };
  for (const [account, id] of Object.entries(ids)) await fresh.owner.query(`insert into signals.source (id, protocol, account, name, supervise_s, supervised_at) values ($1, 'dc09', upper($2), $2, 60, to_timestamp($3::float8 / 1000))`, [id, account, start]);
  const first = await watching(clock);
  await expect.poll(() => first.sink.keyOf?.('dc09', 'TALKING') instanceof Promise, { timeout: 20_000 }).toBe(false);

  await since(clock, 80_000);
  first.sink.heard('TALKING', clock.at, '127.0.0.1');
  await since(clock, 5_000);
  expect(await toldOf('WATCHED')).toEqual([]);
  await since(clock, 30_000);
  await expect.poll(() => toldOf('WATCHED'), { timeout: 20_000 }).toEqual([{ silence: 'silent', effect: 'raise', type: 'equipment.comms-lost', rawLength: 0 }]);
  await since(clock, 40_000);
  expect([(await toldOf('WATCHED')).length, await toldOf('TALKING')]).toEqual([1, []]);

  await first.close();
  opened.pop();
  clock.at = clock.until = clock.at + 3_600_000;
  const second = await watching(clock);
  await expect.poll(() => second.sink.keyOf?.('dc09', 'TALKING') instanceof Promise, { timeout: 20_000 }).toBe(false);
  await since(clock, 60_000);
  expect(await toldOf('TALKING')).toEqual([]);
  second.sink.heard('WATCHED', clock.at, '127.0.0.1');
  await since(clock, 10_000);
  await expect.poll(async () => (await toldOf('WATCHED')).map(({ effect }) => effect), { timeout: 20_000 }).toEqual(['raise', 'restore']);
  await since(clock, 60_000);
  await expect.poll(async () => (await toldOf('TALKING')).map(({ effect }) => effect), { timeout: 20_000 }).toEqual(['raise']);
  await fresh.owner.query(`update signals.source set supervise_s = null, supervised_at = null where id = $1`, [ids.talking]);
  await expect.poll(async () => (await toldOf('TALKING')).map(({ effect }) => effect), { timeout: 20_000 }).toEqual(['raise', 'restore']);
}, 60_000);
