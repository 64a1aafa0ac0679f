import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type BrokenFile, checkFiles } from './check.ts';
import type { StoredFile } from './contract.ts';
import files from './module.ts';
import { aDataFolder, attach, partFiles, sendPart } from './testing.ts';
import { ownVault } from './vault.ts';
import { clearAway, drawPreviews, keepFiles, lookForDamage, noteDamage } from './work.ts';

let data: ReturnType<typeof aDataFolder>;
let fresh: FreshDatabase;
let worker: Database;
let app: FastifyInstance;
let chief: Somebody;
let record: string;
const told: object[] = [];
const log = { info: () => undefined, warn: (fields: object) => void told.push(fields), error: (fields: object) => void told.push(fields) };

const get = (url: string) => app.inject({ url: `/api/files${url}`, headers: chief.headers });
const rowOf = async (id: string) => (await fresh.owner.query<{ blob: string | null; name: string; sha256: Buffer }>('select blob, name, sha256 from files.file where id = $1', [id])).rows[0];
const blobOf = async (id: string): Promise<string> => (await rowOf(id))?.blob ?? '';
const isThere = (blob: string): boolean => existsSync(ownVault().shelf.placeOf(blob));
const aRecord = async (): Promise<string> => {
  const id = uuidv7();
  await fresh.owner.query(`insert into platform.record (id, kind, title, state, read_permission, at) values ($1, 'incidents.incident', 'A record', 'open', 'incidents:read', now())`, [id]);
  return id;
};
const flip = async (file: StoredFile, at = 50): Promise<void> => {
  const [path] = partFiles({ blob: await blobOf(file.id) }) as [string];
  const sealed = readFileSync(path);
  sealed[at] = (sealed[at] as number) ^ 1;
  writeFileSync(path, sealed);
};

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase();
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  app = await buildServer({ db: fresh.db, modules: [files] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  record = await aRecord();
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await fresh.drop();
  data.remove();
});

describe('previews', () => {
  test('are drawn of images once, stored encrypted, and shown inline as what we drew', async () => {
    const photo = await sharp({ create: { width: 2000, height: 1000, channels: 3, background: '#a33' } }).jpeg().toBuffer();
    const file = await attach(app, chief, { recordId: record, name: 'gate.jpg', bytes: photo });
    expect(file).toMatchObject({ mediaType: 'image/jpeg', preview: 'coming' });
    expect((await get(`/${file.id}/thumbnail`)).statusCode).toBe(422);
    expect(await drawPreviews({ worker, log })).toBe(1);
    expect(await drawPreviews({ worker, log })).toBe(0);
    expect((await get(`/${file.id}`)).json()).toMatchObject({ preview: 'ready' });
    for (const [path, width] of [['preview', 1600], ['thumbnail', 320]] as const) {
      const shown = await get(`/${file.id}/${path}`);
      expect(shown.headers).toMatchObject({ 'content-type': 'image/webp', 'content-disposition': 'inline', 'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox", 'x-content-type-options': 'nosniff' });
      expect(await sharp(shown.rawPayload).metadata()).toMatchObject({ format: 'webp', width });
    }
    expect((await get(`/${file.id}/content`)).rawPayload.equals(photo)).toBe(true);
  });

  test('are not made of what cannot be drawn, and that is said', async () => {
    const file = await attach(app, chief, { recordId: record, name: 'cut.png', bytes: (await sharp({ create: { width: 500, height: 500, channels: 3, background: '#a33', noise: { type: 'gaussian', mean: 100, sigma: 20 } } }).png().toBuffer()).subarray(0, 3000) });
    expect(file.preview).toBe('coming');
    await drawPreviews({ worker, log });
    expect((await get(`/${file.id}`)).json()).toMatchObject({ preview: 'none' });
  });
});

describe('clearing away', () => {
  test('takes what nothing names and nothing else: files, uploads under way and previews stay', async () => {
    const kept = await attach(app, chief, { recordId: record, name: 'kept.bin', bytes: randomBytes(100) });
    const twin = await attach(app, chief, { recordId: record, name: 'twin.bin', bytes: (await get(`/${kept.id}/content`)).rawPayload });
    const underWay = uuidv7();
    await app.inject({ method: 'POST', url: '/api/files/uploads', headers: chief.headers, payload: { id: underWay, recordId: record, name: 'x', size: 10 } });
    await sendPart(app, chief, underWay, 0, randomBytes(10));
    const stray = uuidv7();
    await ownVault().storeAll({ blob: stray, size: 5, dataKey: ownVault().newKey(stray, 5) }, Buffer.from('stray'));
    const previews = (await fresh.owner.query<{ large: string; small: string }>(`select large, small from files.preview where state = 'ready'`)).rows.flatMap(({ large, small }) => [large, small]);
    expect(await clearAway({ worker, log })).toBe(0);
    expect(await clearAway({ worker, log }, 0)).toBe(2);
    expect([stray, twin.id].map(isThere)).toEqual([false, false]);
    expect([await blobOf(kept.id), await blobOf(twin.id), underWay, ...previews].map(isThere)).not.toContain(false);
    expect((await get(`/${twin.id}/content`)).statusCode).toBe(200);
    const draft = join(data.folder, 'demo/files/drafts/left.0.abc');
    writeFileSync(draft, 'left by a process that was killed');
    await fresh.owner.query(`update files.upload set touched_at = now() - interval '8 days' where id = $1`, [underWay]);
    expect(await clearAway({ worker, log }, 0)).toBe(1);
    expect([isThere(underWay), existsSync(draft)]).toEqual([false, false]);
  });

  test('of what retention lets go stops at a legal hold: held content stays, the rest goes with its key and leaves its hash', async () => {
    const held = await aRecord();
    const [inHold, free] = [await attach(app, chief, { recordId: held, name: 'held.bin', bytes: randomBytes(64) }), await attach(app, chief, { recordId: record, name: 'free canary.bin', bytes: randomBytes(64) })];
    const [heldBlob, freeBlob] = [await blobOf(inHold.id), await blobOf(free.id)];
    const hold = uuidv7();
    await fresh.owner.query(`insert into retention.hold (id, number, matter, reason, custodian_id, placed_by, placed_at) values ($1, 'HLD-TEST', 'A claim', 'For a test', $2, $2, now())`, [hold, chief.id]);
    await fresh.owner.query(`insert into retention.scope (id, hold_id, record_id) values ($1, $2, $3)`, [uuidv7(), hold, held]);
    const letGo = (id: string) => worker.send([{ text: 'select id, record_id, size from files.let_go($1)', values: [[id]] }]);
    await expect(letGo(inHold.id)).rejects.toThrow('It is under a legal hold, and stays.');
    expect((await letGo(free.id))[0]?.rows).toMatchObject([{ id: free.id, recordId: record, size: 64 }]);
    await clearAway({ worker, log }, 0);
    expect([isThere(heldBlob), isThere(freeBlob)]).toEqual([true, false]);
    expect(await rowOf(free.id)).toMatchObject({ blob: null, name: 'removed', sha256: Buffer.from(free.sha256, 'hex') });
    expect((await get(`/${free.id}/content`)).json()).toMatchObject({ status: 422, type: 'urn:problem:files.let_go' });
    expect((await get(`/${inHold.id}/content`)).statusCode).toBe(200);
  });
});

describe('reading everything again', () => {
  test('ends when it is told to, in the middle of a file', async () => {
    const stop = new AbortController();
    await attach(app, chief, { recordId: record, name: 'long.bin', bytes: randomBytes(3_000_000) });
    const reading = lookForDamage({ worker, log }, { signal: stop.signal, restMs: 50 });
    stop.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
  });

  test('names each file that does not hold, tells once, and tells no more when it was brought back', async () => {
    const file = await attach(app, chief, { recordId: record, name: 'flipped.bin', bytes: randomBytes(300) });
    await flip(file);
    const found: BrokenFile[] = [];
    const { files: count } = await checkFiles(fresh.owner, ownVault(), { found: (broken) => void found.push(broken) });
    expect(count).toBeGreaterThan(3);
    expect(found).toMatchObject([{ id: file.id, recordId: record, place: expect.stringContaining(await blobOf(file.id)), addedAt: new Date(file.addedAt).toISOString() }]);
    told.length = 0;
    await lookForDamage({ worker, log });
    expect(told).toMatchObject([{ place: expect.stringContaining(await blobOf(file.id)) }]);
    expect((await get(`/${file.id}`)).json()).toMatchObject({ isDamaged: true });
    const noted = async () => (await fresh.owner.query<{ state: string; words: string }>(`select state, words from health.check where key = 'files'`)).rows[0];
    await noteDamage({ worker, log });
    expect(await noted()).toMatchObject({ state: 'bad', words: expect.stringContaining(await blobOf(file.id)) });
    await flip(file);
    await lookForDamage({ worker, log });
    expect((await get(`/${file.id}`)).json()).toMatchObject({ isDamaged: false });
    await noteDamage({ worker, log });
    expect(await noted()).toMatchObject({ state: 'good' });
  });

  test('finds a row whose hash is not the one that the ledger has, and one of which the ledger knows nothing', async () => {
    const file = await attach(app, chief, { recordId: record, name: 'swapped.bin', bytes: randomBytes(300) });
    const other = await attach(app, chief, { recordId: record, name: 'other.bin', bytes: randomBytes(300) });
    const leaves = `insert into ledger.leaf (n, xid, entry_id, record_id) select row_number() over (order by xid, id) - 1, xid, id, record_id from ledger.entry`;
    await fresh.owner.query(leaves);
    await fresh.owner.query('update files.file f set sha256 = o.sha256, blob = o.blob, data_key = o.data_key from files.file o where f.id = $1 and o.id = $2', [file.id, other.id]);
    const found: BrokenFile[] = [];
    await checkFiles(fresh.owner, ownVault(), { found: (broken) => void found.push(broken) });
    expect(found).toMatchObject([{ id: file.id, detail: expect.stringContaining('ledger') }]);
    await fresh.owner.query(`insert into ledger.head (size, root, at, note) values (1, decode(repeat('00', 32), 'hex'), now() + interval '1 hour', 'x')`);
    await fresh.owner.query(`insert into files.file select '01890000-0000-7000-8000-00000000f11e', record_id, name, size, sha256, media_type, address, blob, data_key, added_by, added_at from files.file where id = $1`, [other.id]);
    found.length = 0;
    await checkFiles(fresh.owner, ownVault(), { found: (broken) => void found.push(broken) });
    expect(found.map(({ id }) => id)).toEqual(['01890000-0000-7000-8000-00000000f11e', file.id]);
  });
});

test('the work draws what comes while it runs, leads alone, and ends when asked', async () => {
  let ring: () => void = () => undefined;
  const wakeOn = async () => ({ now: () => ring(), within: (ms: number) => new Promise<void>((resolve) => { const timer = setTimeout(resolve, Math.min(ms, 50)); ring = () => { clearTimeout(timer); resolve(); }; }) });
  const idle = await keepFiles({ db: fresh.db, worker, log, lead: async () => false, wakeOn });
  const file = await attach(app, chief, { recordId: record, name: 'late.png', bytes: await sharp({ create: { width: 50, height: 50, channels: 3, background: '#333' } }).png().toBuffer() });
  await idle.stop();
  expect((await get(`/${file.id}`)).json()).toMatchObject({ preview: 'coming' });
  const work = await keepFiles({ db: fresh.db, worker, log, lead: async () => true, wakeOn });
  await expect.poll(async () => (await get(`/${file.id}`)).json().preview, { timeout: 10_000 }).toBe('ready');
  await work.stop();
});
