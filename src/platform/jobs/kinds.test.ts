import type { FastifyInstance } from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Job } from './contract.ts';
import { discoverJobKinds } from './port.ts';
import { aJobWorker } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let worker: { stop(): Promise<void> };
let folder: string;
let cleo: Somebody;

const post = (path: string, who: Somebody, payload?: object) => app.inject({ method: 'POST', url: `/api${path}`, headers: who.headers, ...(payload && { payload }) });
async function ended(id: string, who: Somebody): Promise<Job & { result: unknown }> {
  const read = async () => (await app.inject({ url: `/api/jobs/${id}`, headers: who.headers })).json<Job & { result: unknown }>();
  await expect.poll(async () => (await read()).state, { timeout: 20_000, interval: 50 }).toMatch(/done|failed|stopped/);
  return read();
}

beforeAll(async () => {
  fresh = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'parapet-jobs-'));
  process.env['PARAPET_DATA'] = folder;
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  cleo = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  worker = await aJobWorker(fresh.url, await discoverJobKinds());
});
afterAll(async () => {
  await worker.stop();
  await app.close();
  await fresh.drop();
  delete process.env['PARAPET_DATA'];
  rmSync(folder, { recursive: true, force: true });
});

test('the ledger is verified by a job that says whether it holds; who altered what is behind a wall is not named', async () => {
  await post('/sites', cleo, { code: 'NL', name: 'Netherlands', kind: 'country', timeZone: 'Europe/Amsterdam' });
  const { keyFolder, headFile } = ledgerFiles(join(folder, 'demo'));
  const sealing = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  const sequencer = startSequencer({ pool: sealing.pool, keys: openKeys(keyFolder), headFile });
  const sealed = `select from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where e.verb = 'sites.added' and l.n < (select max(size) from ledger.head)`;
  await expect.poll(async () => (await fresh.owner.query(sealed)).rowCount, { timeout: 60_000 }).toBe(1);
  const whole = await post('/ledger/verify', cleo);
  expect(await ended(whole.json<{ id: string }>().id, cleo)).toMatchObject({ state: 'done', result: { isWhole: true, lines: expect.arrayContaining([expect.stringMatching(/^The ledger is whole: leaves 0 to \d+/), expect.stringContaining('Newest head')]) } });
  await sequencer.stop();
  await sealing.close();
  await fresh.owner.query(`set parapet.retention = 'on'; update ledger.entry set verb = 'sites.forged' where verb = 'sites.added'; reset parapet.retention`);
  const broken = await ended((await post('/ledger/verify', cleo)).json<{ id: string }>().id, cleo);
  expect(broken).toMatchObject({ state: 'done', result: { isWhole: false } });
  expect(JSON.stringify(broken.result)).not.toMatch(/forged|record/);
  const auditor = await aPerson(fresh, 'Arne Auditor', { role: 'auditor', siteId: (await fresh.owner.query<{ id: string }>('select id from sites.site limit 1')).rows[0]?.id ?? '' });
  expect((await post('/ledger/verify', auditor)).statusCode).toBe(403);
});
