import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { followDatabaseClock, nowMs, timeNow } from './clock.ts';
import { SOURCE_ROOT } from './modules.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

test('says the time of the database, and goes on with it whatever the clock of this machine is set to', async () => {
  await followDatabaseClock(fresh.db);
  const wallClock = Date.now;
  try {
    Date.now = () => wallClock() + 3_600_000;
    const { rows } = await fresh.owner.query<{ at: Date }>('select clock_timestamp() as at');
    expect(Math.abs(nowMs() - (rows[0]?.at.getTime() ?? 0))).toBeLessThan(1000);
    await followDatabaseClock(fresh.db);
    expect(timeNow().getTime() - wallClock()).toBeLessThan(1000);
  } finally {
    Date.now = wallClock;
  }
});

// Who sends as a device does has the device's clock; the log and the beat say that of this machine, which is what they are about; a provider's tokens are judged by how far the two are apart.
const OF_THE_MACHINE = /(?:sender|dialler|beat|log)\.ts$|oidc\/client\.ts$/;

test('receivers, sign-in, the kernel and alarms ask this clock and not that of the machine', () => {
  const files = ['connectors/**', 'platform/kernel/**', 'platform/files/**', 'modules/identity/**', 'modules/signals/**', 'modules/alarms/**'].flatMap((folder) => globSync(join(SOURCE_ROOT, folder, '*.ts')));
  const asked = files.filter((file) => !/\.test\.ts$|\.soak\.ts$|testing|\/web\//.test(file) && !OF_THE_MACHINE.test(file) && /\bDate\.now\b|new Date\(\)/.test(readFileSync(file, 'utf8')));
  expect(files.length).toBeGreaterThan(200);
  expect(asked, 'use nowMs() or timeNow() of #platform/kernel/clock.ts, or ctx.now()').toEqual([]);
});
