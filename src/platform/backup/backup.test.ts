import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { setup } from '#modules/identity/accounts.service.ts';
import identity from '#modules/identity/module.ts';
import { aPerson } from '#modules/identity/testing.ts';
import { openFileKeys } from '#platform/files/seal.ts';
import { openVault, shelfAt } from '#platform/files/vault.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { type Config, readConfig } from '#platform/kernel/config.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { migrate } from '#platform/kernel/migrate.ts';
import { aSource, type Source } from '#platform/snapshot/testing.ts';
import type { Run } from './contract.ts';
import { carryOut, clearLeftovers, KEEPER_LOCK, scratchOf } from './keeper.ts';
import backup from './module.ts';
import { asSteward, planRun } from './record.ts';
import { lookAtBackups } from './work.ts';

vi.setConfig({ testTimeout: 180_000 });

type State = { isRed: boolean; unprovenS: number; running: Run | null; newest: Run | null; proven: Run | null; setting: { version: number; keep: number } };

let source: Source;
let app: FastifyInstance;
let config: Config;
let admin: { authorization: string };
let operator: { authorization: string };
const log = { info: () => undefined, error: () => undefined };

beforeAll(async () => {
  source = await aSource(60);
  const { database, folder } = source;
  mkdirSync(join(folder, 'main', 'ledger'), { recursive: true });
  renameSync(join(folder, 'keys'), join(folder, 'main', 'keys'));
  renameSync(join(folder, 'heads'), join(folder, 'main', 'ledger', 'heads'));
  process.env['PARAPET_DATA'] = folder;
  process.env['PARAPET_MODE'] = 'main';
  config = readConfig();
  app = await buildServer({ db: database.db, modules: [identity, backup] });
  const door = await database.as(SERVICE.frontDoor);
  await setup(door, { organisation: 'Here', name: 'Ada', email: 'ada@here.example', password: 'only-for-this-test', isDemo: false });
  admin = await signedIn('ada@here.example');
  operator = (await aPerson(database, 'Bo', { role: 'gsoc-operator' })).headers;
}, 180_000);
afterAll(async () => {
  await app.close();
  await source.drop();
});
beforeEach(() => source.database.owner.query('update backup.setting set is_on = true, keep = 7'));
afterEach(async () => {
  await source.database.owner.query('delete from backup.run');
  for (const name of existsSync(config.backups) ? readdirSync(config.backups) : []) renameSync(join(config.backups, name), join(source.folder, `${name}.old`));
});

async function signedIn(email: string): Promise<{ authorization: string }> {
  const reply = await app.inject({ method: 'POST', url: '/api/identity/sign-in', payload: { email, password: 'only-for-this-test' } });
  return { authorization: `Bearer ${/parapet_session=([\w-]+)/.exec(String(reply.headers['set-cookie']))?.[1]}` };
}
const ask = (path: string, who = admin) => app.inject({ method: 'POST', url: `/api/backup/${path}`, headers: who });
const state = async (): Promise<State> => (await app.inject({ url: '/api/backup', headers: admin })).json<State>();
const runs = async (): Promise<Run[]> => (await app.inject({ url: '/api/backup/runs', headers: admin })).json<{ items: Run[] }>().items;
const keep = async (id: string): Promise<void> => carryOut(id, { config, ctx: await asSteward(source.database.db), ownerUrl: source.database.ownerUrl, log, batchCheckers: {}, migrateForward: (target) => migrate({ ...target, isRestore: true }) });
const backUp = async (): Promise<Run> => {
  await keep((await ask('runs')).json<Run>().id);
  return (await state()).newest as Run;
};
const prove = async (): Promise<Run> => {
  const { id } = (await ask('runs/prove')).json<Run>();
  await keep(id);
  return (await runs()).find((run) => run.id === id) as Run;
};
const age = (days: number) => source.database.owner.query(`update backup.run set made_at = made_at - make_interval(days => $1)`, [days]);

describe('a backup that was asked for', () => {
  test('waits, is made into the folder, and stands in the list and in the ledger with who asked', async () => {
    const asked = await ask('runs');
    expect(asked.statusCode).toBe(202);
    expect((await state()).running).toMatchObject({ kind: 'backup', state: 'waiting', askedBy: 'Ada' });
    await keep(asked.json<Run>().id);
    const [run] = await runs();
    expect(run).toMatchObject({ state: 'done', askedBy: 'Ada', leaves: expect.any(Number) as number, hasKeys: false, provenAt: null, failure: null });
    expect(readdirSync(config.backups)).toEqual([expect.stringMatching(/^parapet-main-\d{8}T\d{6}Z\.tar$/)]);
    const { rows } = await source.database.owner.query<{ verb: string; body: { after: object } }>(`select verb, body::jsonb as body from ledger.entry where record_id = $1 order by at`, [run?.id]);
    expect(rows.map(({ verb }) => verb)).toEqual(['backup.asked', 'backup.begun', 'backup.made']);
    expect(rows[2]?.body.after).toMatchObject({ file: run?.file, bytes: run?.bytes });
  });

  test('is refused while another is under way, and to who does not keep the whole system', async () => {
    expect((await ask('runs', operator)).statusCode).toBe(403);
    expect((await app.inject({ url: '/api/backup', headers: operator })).statusCode).toBe(403);
    await ask('runs');
    const second = await ask('runs');
    expect(second.statusCode).toBe(409);
    expect(second.json<{ detail: string }>().detail).toContain('under way already');
  });

  test('keeps as many as was said, beyond those the newest that was proven, and all while a legal hold says so', async () => {
    await source.database.owner.query('update backup.setting set keep = 2');
    const first = await backUp();
    await prove();
    for (let i = 0; i < 3; i++) {
      await nextSecond();
      await backUp();
    }
    const there = readdirSync(config.backups).map((name) => join(config.backups, name));
    expect(there).toHaveLength(3);
    expect(there).toContain(first.file);
    expect((await runs()).filter(({ removedAt }) => removedAt !== null)).toHaveLength(1);
    await source.database.owner.query(`insert into retention.hold (id, number, matter, reason, custodian_id, keeps_backups, placed_by, placed_at) select uuidv7(), 'HLD-TEST', 'A claim', 'For a test', id, true, id, now() from access.person limit 1`);
    await nextSecond();
    await backUp();
    await source.database.owner.query('delete from retention.hold');
    expect(readdirSync(config.backups)).toHaveLength(4);
  });

  test('that cannot be made is shown with the reason in words, and leaves nothing', async () => {
    const own = config.backups;
    writeFileSync(join(source.folder, 'a-file'), '');
    config = { ...config, backups: join(source.folder, 'a-file') };
    try {
      await keep((await ask('runs')).json<Run>().id).catch(() => undefined);
    } finally {
      config = { ...config, backups: own };
    }
    const [run] = await runs();
    expect(run?.state).toBe('failed');
    expect(run?.failure).toMatch(/a-file/);
  });
});

describe('a proof', () => {
  test('restores the newest backup into a database that is gone afterwards, and is no more red', async () => {
    await backUp();
    await age(8);
    await source.database.owner.query(`update platform.migration set at = now() - interval '30 days'`);
    expect(await state()).toMatchObject({ isRed: true, proven: null });
    await nextSecond();
    await backUp();
    const proof = await prove();
    expect(proof).toMatchObject({ kind: 'proof', state: 'done', failure: null, rows: expect.any(Number) as number });
    const { isRed, unprovenS, proven, newest } = await state();
    expect({ isRed, isNewest: proven?.id === newest?.id }).toEqual({ isRed: false, isNewest: true });
    expect(unprovenS).toBeLessThan(60);
    expect(existsSync(scratchOf(config))).toBe(false);
    // What counts is up to when a restore was proven, not when somebody last tried.
    await age(8);
    expect((await state()).isRed).toBe(true);
  });

  test.each<[string, (file: string) => void, RegExp]>([
    ['a file that was cut', (file) => truncateSync(file, 5000), /no whole backup/],
    ['a file with a bit flipped', (file) => flip(file), /altered after it was made/],
    ['a file that is gone', (file) => renameSync(file, `${file}.away`), /cannot be read/],
  ])('of %s fails, and says so in the list', async (_what, harm, words) => {
    const { file } = await backUp();
    harm(file as string);
    expect(await prove()).toMatchObject({ state: 'failed', failure: expect.stringMatching(words) as string });
    expect((await state()).proven).toBe(null);
  });

  test('of a backup from before the ledger was rolled back fails', async () => {
    await backUp();
    await source.tamper(`update ledger.head set note = replace(note, 'parapet', 'another') where size = (select max(size) from ledger.head)`);
    try {
      expect(await prove()).toMatchObject({ state: 'failed', failure: expect.stringContaining('not one of this system') as string });
    } finally {
      await source.tamper(`update ledger.head set note = replace(note, 'another', 'parapet') where size = (select max(size) from ledger.head)`);
    }
  });

  test('of a backup whose ledger was tampered with before fails', async () => {
    await source.tamper(`update ledger.entry set body = '{"after":{"n":0}}' where verb = 'test.30'`);
    try {
      await backUp();
      expect(await prove()).toMatchObject({ state: 'failed', failure: expect.stringContaining('its ledger is broken') as string });
    } finally {
      await source.tamper(`update ledger.entry set body = '{"after":{"n":30}}' where verb = 'test.30'`);
    }
  });

  test('is refused where there is nothing to prove', async () => {
    expect((await ask('runs/prove')).json()).toMatchObject({ status: 422, type: 'urn:problem:backup.nothing_to_prove' });
  });
});

/** Files are named by the second. */
const nextSecond = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));

function flip(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 4;
  writeFileSync(file, bytes);
}

describe('stored files', () => {
  test('come along as they lie there, and a proof opens and hashes each', async () => {
    const vault = openVault(shelfAt(config.files), openFileKeys(join(config.dataDir, 'keys'), () => false));
    const clear = Buffer.alloc(9_000_000, 'evidence');
    const content = { blob: uuidv7(), size: clear.length };
    const dataKey = vault.newKey(content.blob, content.size);
    await vault.storeAll({ ...content, dataKey }, clear);
    await source.database.owner.query(`insert into files.file (id, record_id, name, size, sha256, media_type, address, blob, data_key, added_by, added_at) select gen_random_uuid(), id, 'camera.mp4', $1, $2, 'video/mp4', sha256('a'), $3, $4, $5, now() from platform.record limit 1`,
      [clear.length, createHash('sha256').update(clear).digest(), content.blob, dataKey, SERVICE.frontDoor]);
    expect(await backUp()).toMatchObject({ files: 2 });
    expect(await prove()).toMatchObject({ state: 'done', files: 2 });

    const part = join(vault.shelf.placeOf(content.blob), '1');
    flip(part);
    await nextSecond();
    await backUp();
    expect(await prove()).toMatchObject({ state: 'failed', failure: expect.stringContaining('does not hold') as string });
    flip(part);
    renameSync(part, `${part}.away`);
    await nextSecond();
    expect(await backUp()).toMatchObject({ files: 1 });
    expect(await prove()).toMatchObject({ state: 'failed', failure: expect.stringContaining(`${content.blob}/1`) as string });
    await source.database.owner.query('delete from files.file');
  }, 120_000);
});

describe('the worker', () => {
  const worker = () => openDatabase({ url: source.database.url, role: 'parapet_worker', max: 1 });

  test('calls for what waits, ends what nobody carries out any more, and enters what is due', async () => {
    const tools = { worker: worker() };
    const ctx = await asSteward(source.database.db);
    const called: string[] = [];
    const look = (isScheduled = false) => lookAtBackups(tools, ctx, { isScheduled, call: (id) => called.push(id) });
    const { id } = (await ask('runs')).json<Run>();
    await look();
    expect(called).toEqual([id]);

    const holder = new pg.Client({ connectionString: source.database.ownerUrl });
    await holder.connect();
    await holder.query('select pg_advisory_lock($1, hashtext($2))', [KEEPER_LOCK, id]);
    await source.database.owner.query(`update backup.run set state = 'running', started_at = now() where id = $1`, [id]);
    await look();
    expect((await runs())[0]).toMatchObject({ state: 'running' });
    await holder.end();
    for (const until = Date.now() + 5000; Date.now() < until && (await runs())[0]?.state === 'running'; await new Promise((resolve) => setTimeout(resolve, 50))) await look();
    expect((await runs())[0]).toMatchObject({ state: 'failed', failure: expect.stringContaining('ended in the middle') as string });

    await look();
    expect(called).toHaveLength(1);
    await source.database.owner.query(`update backup.setting set at_hour = 0, began_at = now() - interval '2 days'`);
    await look(true);
    expect((await runs())[0]).toMatchObject({ kind: 'backup', cause: 'scheduled', state: 'waiting', askedBy: null });
    expect(called).toHaveLength(2);
    await tools.worker.close();
  });

  test('never enters two at once', async () => {
    const ctx = await asSteward(source.database.db);
    const planned = await Promise.allSettled(Array.from({ length: 4 }, () => planRun(ctx, 'backup')));
    expect(planned.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await runs()).toHaveLength(1);
  });

  test('carries nothing out twice, and clears what was killed in the middle', async () => {
    mkdirSync(config.backups, { recursive: true });
    writeFileSync(join(config.backups, 'parapet-main-20261121T000000Z.tar.0a0b0c0d.part'), 'half');
    mkdirSync(join(scratchOf(config), 'postgres', 'cluster'), { recursive: true });
    const { id } = (await ask('runs')).json<Run>();
    await Promise.all([keep(id), keep(id)]);
    expect(readdirSync(config.backups)).toHaveLength(1);
    expect(existsSync(scratchOf(config))).toBe(false);
    clearLeftovers(config);
    expect(readdirSync(config.backups)).toHaveLength(1);
  });
});

describe('the setting', () => {
  const change = (payload: object, headers: Record<string, string> = admin) => app.inject({ method: 'PATCH', url: '/api/backup/setting', headers, payload });
  const SOME = { isOn: true, atHour: 4, timeZone: 'Europe/Berlin', keep: 5, proveEveryDays: 2 };

  test('is changed by who keeps the whole system, and a stale reader is told', async () => {
    const { setting } = await state();
    const changed = await change(SOME, { ...admin, 'if-match': `"${setting.version}"` });
    expect(changed.json()).toEqual({ ...SOME, version: setting.version + 1 });
    expect((await change(SOME, { ...admin, 'if-match': `"${setting.version}"` })).statusCode).toBe(412);
    expect((await change(SOME, operator)).statusCode).toBe(403);
  });

  test.each([{ ...SOME, atHour: 24 }, { ...SOME, keep: 1 }, { ...SOME, timeZone: 'Nowhere/Here' }, { ...SOME, proveEveryDays: 8 }])('refuses %j', async (wrong) => {
    expect((await change(wrong)).statusCode).toBe(400);
  });
});

