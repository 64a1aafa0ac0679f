import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson } from '#modules/identity/testing.ts';
import { PART_BYTES, type StoredFile } from '#platform/files/contract.ts';
import files from '#platform/files/module.ts';
import { aDataFolder, attach, partFiles } from '#platform/files/testing.ts';
import { openVault, ownVault } from '#platform/files/vault.ts';
import { folderShelf } from '#platform/files/folder-shelf.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { storedFilesAt } from '#platform/snapshot/stored-files.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');

let data: ReturnType<typeof aDataFolder>;
let fresh: FreshDatabase;
let app: FastifyInstance;
let small: StoredFile;
let large: StoredFile;
const bytes = randomBytes(PART_BYTES + 100);

const parapet = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, PARAPET_DATA: data.folder, DATABASE_URL: fresh.ownerUrl };
    execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [files] });
  const chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const recordId = uuidv7();
  await fresh.owner.query(`insert into platform.record (id, kind, title, state, read_permission, at) values ($1, 'incidents.incident', 'A record', 'open', 'incidents:read', now())`, [recordId]);
  small = await attach(app, chief, { recordId, name: 'small.bin', bytes: randomBytes(500) });
  large = await attach(app, chief, { recordId, name: 'large.bin', bytes });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  data.remove();
});

describe('stored files in a backup', () => {
  test('are taken part by part as they lie there, and open again from another folder with the same key', async () => {
    const here = storedFilesAt(join(data.folder, 'demo/files'));
    const there = storedFilesAt(join(data.folder, 'elsewhere'));
    expect([await here.isEmpty(), await there.isEmpty()]).toEqual([false, true]);
    const client = new pg.Client({ connectionString: fresh.ownerUrl });
    await client.connect();
    await client.query('begin isolation level repeatable read read only');
    const names: string[] = [];
    for await (const name of here.referred(client)) names.push(name);
    await client.end();
    expect(names.sort()).toEqual([`${large.id}/0`, `${large.id}/1`, `${small.id}/0`].sort());
    for (const name of names) await there.write(name, (await here.read(name)) ?? Buffer.alloc(0));
    expect(await here.read(`${uuidv7()}/0`)).toBeNull();
    const { rows } = await fresh.owner.query<{ data_key: Buffer }>('select data_key from files.file where id = $1', [large.id]);
    const chunks: Buffer[] = [];
    for await (const chunk of openVault(folderShelf(join(data.folder, 'elsewhere')), ownVault().keys).read({ blob: large.id, size: bytes.length, dataKey: rows[0]?.data_key ?? Buffer.alloc(0) }, Buffer.from(large.sha256, 'hex'))) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('under a name that climbs are neither read nor written', async () => {
    const here = storedFilesAt(join(data.folder, 'demo/files'));
    for (const name of ['../keys/files.key', `${small.id}/../x`, '/etc/passwd', `${small.id}/0/..`]) {
      await expect(here.read(name)).rejects.toThrow('no name');
      await expect(here.write(name, Buffer.from('x'))).rejects.toThrow('no name');
    }
  });
});

describe('parapet', () => {
  test('verify --full reads the stored files again, and names one with a flipped bit, its record and its place; verify alone does not read them', async () => {
    expect(await parapet('verify', '--full', '--demo')).toMatchObject({ code: 0, out: expect.stringContaining('The stored files are whole: 2 files') });
    const [path] = partFiles({ blob: small.id }) as [string];
    const sealed = readFileSync(path);
    sealed[40] = (sealed[40] as number) ^ 1;
    writeFileSync(path, sealed);
    const { code, out } = await parapet('verify', '--full', '--demo');
    expect(code).toBe(1);
    for (const part of [`File: ${small.id}`, `record: ${small.recordId}`, `attached: ${small.addedAt.replace(/0*Z$/, '')}`, small.id.slice(-2)]) expect(out).toContain(part);
    expect(out).not.toContain(large.id);
    expect((await parapet('verify', '--demo')).code).toBe(0);
  }, 180_000);

  test('doctor names the damaged file, a missing key and a place that cannot be used', async () => {
    await fresh.owner.query(`insert into files.damage (blob, detail) values ($1, 'a bit')`, [small.id]);
    const { code, out } = await parapet('doctor', '--demo');
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`wrong +Files +.*${small.id}.*record ${small.recordId}`));
    rmSync(join(data.folder, 'demo/keys/files.key'));
    expect((await parapet('doctor', '--demo')).out).toMatch(/wrong +Files +.*files\.key.*missing/);
    process.env['PARAPET_FILES'] = 's3://Not A Bucket/prefix';
    try {
      expect((await parapet('doctor', '--demo')).out).toMatch(/wrong +Files +PARAPET_FILES names no bucket/);
      expect(await parapet('serve')).toMatchObject({ code: 1, err: expect.stringContaining('PARAPET_FILES names no bucket') });
    } finally {
      delete process.env['PARAPET_FILES'];
    }
  }, 180_000);
});
