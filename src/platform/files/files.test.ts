import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, aSession, type Somebody } from '#modules/identity/testing.ts';
import sites from '#modules/sites/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { MOST_BYTES, PART_BYTES, type StoredFile } from './contract.ts';
import { attachmentNamed, openFile } from './files.service.ts';
import files from './module.ts';
import { aDataFolder, attach, partFiles, sendPart, sha256Of } from './testing.ts';
import { attachFile } from './uploads.service.ts';

let data: ReturnType<typeof aDataFolder>;
let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let olga: Somebody;
let reader: Somebody;
let outsider: Somebody;
let site: string;
let walled: string;

const NOWHERE = '019a0000-0000-7000-8000-000000000000';
const ask = (method: 'GET' | 'POST', url: string, who: Somebody, payload?: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/files${url}`, headers: { ...who.headers, ...headers }, ...(payload ? { payload } : {}) });
const begin = (who: Somebody, size: number, { id = uuidv7(), recordId = site, name = 'camera.mp4' } = {}) => ask('POST', '/uploads', who, { id, recordId, name, size });
const entries = async (verb: string) => (await fresh.owner.query<{ record_id: string; body: string; wall_id: string | null; actor: string }>('select record_id, body, wall_id, actor from ledger.entry where verb = $1 order by at', [verb])).rows;
const blobOf = async (id: string): Promise<string> => (await fresh.owner.query<{ blob: string }>('select blob from files.file where id = $1', [id])).rows[0]?.blob ?? '';
const bare = ({ statusCode, body, headers }: { statusCode: number; body: string; headers: object }) => [statusCode, body.replace(/"instance":"[^"]+"/, ''), Object.keys(headers).sort()];

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [sites, files] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const aSite = async (code: string): Promise<string> => (await app.inject({ method: 'POST', url: '/api/sites', headers: chief.headers, payload: { code, name: `Site ${code}`, kind: 'site', timeZone: 'UTC' } })).json().id;
  site = await aSite('UTR');
  const cork = await aSite('CRK');
  olga = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: site });
  reader = await aPerson(fresh, 'Rita Reader', { role: 'intel-analyst' });
  outsider = await aPerson(fresh, 'Otto Outsider', { role: 'gsoc-operator', siteId: cork });
  walled = uuidv7();
  await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [walled, olga.id]);
  await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) values ($1, 'incidents.incident', 'Behind the wall', 'open', $2, $1, 'incidents:read', now())`, [walled, site]);
  await fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = 'wall-lead'`, [walled, olga.id]);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
  data.remove();
});

describe('an upload', () => {
  test('comes in parts, is told how far it came, and becomes a file with the hash and the type of its content', async () => {
    const bytes = randomBytes(PART_BYTES + 1234);
    const id = uuidv7();
    expect((await begin(olga, bytes.length, { id })).json()).toMatchObject({ id, stored: 0, state: 'open', size: bytes.length });
    expect((await sendPart(app, olga, id, 0, bytes.subarray(0, PART_BYTES))).json()).toMatchObject({ stored: PART_BYTES });
    expect((await ask('GET', `/uploads/${id}`, olga)).json()).toMatchObject({ stored: PART_BYTES, state: 'open' });
    expect((await ask('GET', `/uploads?recordId=${site}`, olga)).json().items).toMatchObject([{ id, stored: PART_BYTES }]);
    expect((await sendPart(app, olga, id, PART_BYTES, bytes.subarray(PART_BYTES))).json()).toMatchObject({ stored: bytes.length });
    const done = await ask('POST', `/uploads/${id}/complete`, olga, { sha256: sha256Of(bytes) });
    expect(done.json()).toMatchObject({ id, recordId: site, name: 'camera.mp4', size: bytes.length, sha256: sha256Of(bytes), mediaType: 'application/octet-stream', addedBy: 'Olga Operator', isDamaged: false, preview: 'none' });
    expect((await ask('GET', `/uploads?recordId=${site}`, olga)).json().items).toEqual([]);
    const down = await ask('GET', `/${id}/content`, olga);
    expect(down.rawPayload.equals(bytes)).toBe(true);
    const [entry] = (await entries('files.attached')).filter(({ body }) => body.includes(id));
    expect(entry).toMatchObject({ record_id: site, actor: olga.id });
    expect(JSON.parse(entry?.body ?? '')).toMatchObject({ after: { id, sha256: sha256Of(bytes), size: bytes.length, name: { text: expect.stringMatching(/^sha256:/) } } });
  });

  test('goes on after a new sign-in of the same person, and is nobody else’s', async () => {
    const bytes = randomBytes(PART_BYTES + 10);
    const id = (await begin(olga, bytes.length)).json().id as string;
    await sendPart(app, olga, id, 0, bytes.subarray(0, PART_BYTES));
    const again: Somebody = { id: olga.id, headers: await aSession(fresh, olga.id) };
    await fresh.owner.query('select 1');
    expect((await ask('GET', `/uploads/${id}`, again)).json()).toMatchObject({ stored: PART_BYTES });
    for (const who of [chief, outsider]) {
      expect(bare(await ask('GET', `/uploads/${id}`, who))).toEqual(bare(await ask('GET', `/uploads/${NOWHERE}`, who)));
      expect((await sendPart(app, who, id, PART_BYTES, bytes.subarray(PART_BYTES))).statusCode).toBe(404);
      expect((await ask('POST', `/uploads/${id}/complete`, who, { sha256: sha256Of(bytes) })).statusCode).toBe(404);
    }
    expect((await sendPart(app, again, id, PART_BYTES, bytes.subarray(PART_BYTES))).statusCode).toBe(200);
    expect((await ask('POST', `/uploads/${id}/complete`, again, { sha256: sha256Of(bytes) })).json()).toMatchObject({ id, sha256: sha256Of(bytes) });
  });

  test('does each step once however often it is asked: begun, a part, completed', async () => {
    const bytes = randomBytes(PART_BYTES + 10);
    const id = uuidv7();
    for (let i = 0; i < 2; i++) expect((await begin(olga, bytes.length, { id })).json()).toMatchObject({ id, stored: 0 });
    expect((await begin(olga, bytes.length + 1, { id })).json()).toMatchObject({ status: 409, type: 'urn:problem:files.another_upload' });
    const both = await Promise.all([0, 0, 0].map((offset) => sendPart(app, olga, id, offset, bytes.subarray(0, PART_BYTES))));
    for (const answer of both) expect(answer.json()).toMatchObject({ stored: PART_BYTES });
    expect((await sendPart(app, olga, id, 0, bytes.subarray(0, PART_BYTES))).json()).toMatchObject({ stored: PART_BYTES });
    await sendPart(app, olga, id, PART_BYTES, bytes.subarray(PART_BYTES));
    const completed = await Promise.all([1, 2, 3].map(() => ask('POST', `/uploads/${id}/complete`, olga, { sha256: sha256Of(bytes) })));
    for (const answer of completed) expect(answer.json()).toMatchObject({ id, sha256: sha256Of(bytes) });
    expect((await entries('files.attached')).filter(({ body }) => body.includes(id))).toHaveLength(1);
    expect(partFiles({ blob: id })).toHaveLength(2);
  });

  test('refuses a part of the wrong length or out of turn, and says from where to go on', async () => {
    const id = (await begin(olga, PART_BYTES + 10)).json().id as string;
    for (const length of [0, 5, PART_BYTES - 1, PART_BYTES + 1]) expect((await sendPart(app, olga, id, 0, randomBytes(length))).json()).toMatchObject({ status: 400 });
    expect((await sendPart(app, olga, id, PART_BYTES, randomBytes(10))).json()).toMatchObject({ status: 409, type: 'urn:problem:files.another_offset', offset: 0 });
    expect((await sendPart(app, olga, id, 77, randomBytes(10))).statusCode).toBe(400);
    expect((await ask('POST', `/uploads/${id}/complete`, olga, { sha256: sha256Of(randomBytes(1)) })).json()).toMatchObject({ status: 409, offset: 0 });
    expect((await ask('GET', `/uploads/${id}`, olga)).json()).toMatchObject({ stored: 0 });
    expect((await app.inject({ method: 'PUT', url: `/api/files/uploads/${id}/bytes?offset=0`, headers: { ...olga.headers, 'content-type': 'text/plain' }, payload: 'x' })).statusCode).toBe(415);
  });

  test('that is not what its sender hashed is not attached', async () => {
    const id = (await begin(olga, 10)).json().id as string;
    await sendPart(app, olga, id, 0, randomBytes(10));
    expect((await ask('POST', `/uploads/${id}/complete`, olga, { sha256: sha256Of(randomBytes(10)) })).json()).toMatchObject({ status: 422, type: 'urn:problem:files.other_bytes' });
    expect((await ask('GET', `/uploads/${id}`, olga)).json()).toMatchObject({ state: 'dropped' });
    expect((await ask('GET', `/${id}`, olga)).statusCode).toBe(404);
  });

  test('whose stored part was damaged before it was complete is not attached', async () => {
    const bytes = randomBytes(1000);
    const id = (await begin(olga, bytes.length)).json().id as string;
    await sendPart(app, olga, id, 0, bytes);
    const [file] = partFiles({ blob: id }) as [string];
    const sealed = readFileSync(file);
    sealed[100] = (sealed[100] as number) ^ 1;
    writeFileSync(file, sealed);
    expect((await ask('POST', `/uploads/${id}/complete`, olga, { sha256: sha256Of(bytes) })).json()).toMatchObject({ status: 422, type: 'urn:problem:files.damaged_on_the_way' });
    expect((await ask('GET', `/${id}`, olga)).statusCode).toBe(404);
  });

  test('has bounds that are told: size, name, how many at once', async () => {
    expect((await begin(olga, MOST_BYTES + 1)).json().errors[0]).toMatchObject({ pointer: '/size', detail: expect.stringContaining('4 GiB') });
    expect((await begin(olga, 0)).json().errors[0]).toMatchObject({ pointer: '/size' });
    for (const name of ['', '..', 'a/b', 'a\\b', 'a\u0000b', 'invoice\u202egnp.exe', 'a\r\nSet-Cookie: x', 'x'.repeat(256)]) expect((await begin(olga, 5, { name })).statusCode).toBe(400);
    const many = await aPerson(fresh, 'Many', { role: 'gsoc-operator', siteId: site });
    const statuses: number[] = [];
    for (let i = 0; i < 21; i++) statuses.push((await begin(many, 10)).statusCode);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 429]);
    const [one] = (await ask('GET', `/uploads?recordId=${site}`, many)).json().items as { id: string }[];
    expect((await ask('POST', `/uploads/${one?.id}/drop`, many)).json()).toMatchObject({ state: 'dropped' });
    expect((await begin(many, 10)).statusCode).toBe(201);
    const greedy = await aPerson(fresh, 'Greedy', { role: 'gsoc-operator', siteId: site });
    expect([await begin(greedy, MOST_BYTES), await begin(greedy, MOST_BYTES), await begin(greedy, MOST_BYTES), await begin(greedy, MOST_BYTES), await begin(greedy, 1)].map(({ statusCode }) => statusCode).at(-1)).not.toBe(201);
  });

  test('needs the permission on the record itself', async () => {
    expect((await begin(reader, 10)).statusCode).toBe(403);
    expect((await begin(outsider, 10)).statusCode).toBe(403);
    expect((await begin(outsider, 10, { recordId: NOWHERE })).statusCode).toBe(403);
    expect(bare(await begin(outsider, 10, { recordId: walled }))).toEqual(bare(await begin(outsider, 10, { recordId: NOWHERE })));
  });
});

describe('a file', () => {
  test('is sent as a download that no browser runs, whatever it contains', async () => {
    const svg = await attach(app, olga, { recordId: site, name: 'plan.svg', bytes: Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>') });
    const html = await attach(app, olga, { recordId: site, name: 'page.html', bytes: Buffer.from('<!doctype html><script>alert(1)</script>') });
    const gifar = await attach(app, olga, { recordId: site, name: 'both.gif', bytes: Buffer.concat([Buffer.from('GIF89a/*'), Buffer.from('*/=1;alert(1);<script>alert(1)</script>')]) });
    for (const file of [svg, html, gifar]) {
      const { headers, statusCode } = await ask('GET', `/${file.id}/content`, olga);
      expect(statusCode).toBe(200);
      expect(headers['content-type']).toMatch(/^(application\/octet-stream|image\/gif)$/);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox", 'cross-origin-resource-policy': 'same-origin', 'cache-control': 'no-store' });
      expect(headers['content-disposition']).toMatch(/^attachment; /);
      expect((await ask('GET', `/${file.id}/preview`, olga)).json()).toMatchObject({ status: 422, type: 'urn:problem:files.no_preview' });
    }
    expect([svg.preview, html.preview]).toEqual(['none', 'none']);
  });

  test('keeps its name in the download, in any script and with any sign', () => {
    expect(attachmentNamed('plan.pdf')).toBe(`attachment; filename="plan.pdf"; filename*=UTF-8''plan.pdf`);
    expect(attachmentNamed('Übersicht "neu" (2).pdf')).toBe(`attachment; filename="_bersicht _neu_ (2).pdf"; filename*=UTF-8''%C3%9Cbersicht%20%22neu%22%20%282%29.pdf`);
    for (const name of ['日本語.txt', "it's 100%;.txt", 'a\\b', 'line\r\nbreak']) expect(attachmentNamed(name)).toMatch(/^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]*"; filename\*=UTF-8''[A-Za-z0-9%!#$&+.^_`|~-]+$/);
  });

  test('is struck with a reason, stays readable, and only once', async () => {
    const file = await attach(app, olga, { recordId: site, name: 'wrong.txt', bytes: Buffer.from('of another case') });
    expect((await ask('POST', `/${file.id}/strike`, reader, { reason: 'Because' })).statusCode).toBe(403);
    expect((await ask('POST', `/${file.id}/strike`, olga, { reason: '' })).statusCode).toBe(400);
    expect((await ask('POST', `/${file.id}/strike`, olga, { reason: 'Belongs elsewhere' })).json()).toMatchObject({ struckBy: 'Olga Operator', struckReason: 'Belongs elsewhere' });
    expect((await ask('POST', `/${file.id}/strike`, chief, { reason: 'Because' })).json()).toMatchObject({ status: 409, by: 'Olga Operator' });
    expect((await ask('GET', `/${file.id}/content`, olga)).body).toBe('of another case');
    expect((await entries('files.struck')).filter(({ body }) => body.includes(file.id))).toHaveLength(1);
  });

  test('that was flipped on the disk fails to come, is named, and shows it from then on', async () => {
    const small = await attach(app, olga, { recordId: site, name: 'small.bin', bytes: randomBytes(3000) });
    const large = await attach(app, olga, { recordId: site, name: 'large.bin', bytes: randomBytes(PART_BYTES) });
    for (const [file, at] of [[small, 1500], [large, PART_BYTES - 100]] as const) {
      const [path] = partFiles({ blob: await blobOf(file.id) }) as [string];
      const sealed = readFileSync(path);
      sealed[at] = (sealed[at] as number) ^ 4;
      writeFileSync(path, sealed);
    }
    expect((await ask('GET', `/${small.id}/content`, olga)).json()).toMatchObject({ status: 503, type: 'urn:problem:files.damaged' });
    await expect(ask('GET', `/${large.id}/content`, olga)).rejects.toThrow();
    for (const { id } of [small, large]) {
      expect((await ask('GET', `/${id}`, olga)).json()).toMatchObject({ isDamaged: true });
      const [told] = (await entries('files.damage-found')).filter(({ body }) => body.includes(id));
      expect(JSON.parse(told?.body ?? '')).toMatchObject({ after: { id, place: expect.stringContaining(await blobOf(id)) } });
    }
    await ask('GET', `/${small.id}/content`, olga);
    expect((await entries('files.damage-found')).filter(({ body }) => body.includes(small.id))).toHaveLength(1);
  });
});

describe('behind a wall', () => {
  let secret: StoredFile;
  const bytes = randomBytes(5000);
  beforeAll(async () => { secret = await attach(app, olga, { recordId: walled, name: 'threat letter.bin', bytes }); });

  test('a file is told by nothing: not listed, not read, not there', async () => {
    for (const who of [chief, reader, outsider]) {
      expect((await ask('GET', `?recordId=${walled}`, who)).json()).toEqual({ items: [] });
      for (const path of ['', '/content', '/preview', '/thumbnail']) expect(bare(await ask('GET', `/${secret.id}${path}`, who))).toEqual(bare(await ask('GET', `/${NOWHERE}${path}`, who)));
    }
    expect(bare(await ask('POST', `/${secret.id}/strike`, chief, { reason: 'Because' }))).toEqual(bare(await ask('POST', `/${NOWHERE}/strike`, chief, { reason: 'Because' })));
  });

  test('each look is recorded, and what is read within a minute is one look', async () => {
    const before = (await entries('files.looked')).length;
    for (let i = 0; i < 3; i++) expect((await ask('GET', `/${secret.id}/content`, olga)).rawPayload.equals(bytes)).toBe(true);
    await ask('GET', `?recordId=${walled}`, olga);
    const looks = (await entries('files.looked')).slice(before);
    expect(looks.map(({ record_id, wall_id, actor }) => [record_id, wall_id, actor])).toEqual([[walled, walled, olga.id], [walled, walled, olga.id]]);
  });

  test('where the look cannot be recorded, nothing is given out', async () => {
    const lead = await aPerson(fresh, 'Second lead');
    await fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = 'wall-reader'`, [walled, lead.id]);
    await fresh.owner.query(`create function public.no_looks() returns trigger language plpgsql as $$ begin if new.verb = 'files.looked' then raise exception 'no' using errcode = '23514'; end if; return new; end $$`);
    await fresh.owner.query('create trigger no_looks before insert on ledger.entry for each row execute function public.no_looks()');
    try {
      for (const url of [`/${secret.id}/content`, `/${secret.id}`, `?recordId=${walled}`]) expect((await ask('GET', url, lead)).statusCode).toBeGreaterThanOrEqual(400);
    } finally {
      await fresh.owner.query('drop trigger no_looks on ledger.entry');
    }
    expect((await ask('GET', `/${secret.id}/content`, lead)).statusCode).toBe(200);
  });

  test('the same bytes outside are stored for themselves, so that nothing tells that they are there', async () => {
    const outside = await attach(app, chief, { recordId: site, name: 'mine.bin', bytes });
    expect(await blobOf(outside.id)).not.toBe(await blobOf(secret.id));
    const again = await attach(app, olga, { recordId: site, name: 'mine too.bin', bytes });
    expect(await blobOf(again.id)).toBe(await blobOf(outside.id));
    expect((await ask('GET', `/${again.id}/content`, olga)).rawPayload.equals(bytes)).toBe(true);
  });

  test('the same bytes again bring damaged content back under a new file', async () => {
    const other = randomBytes(777);
    const first = await attach(app, olga, { recordId: site, name: 'a.bin', bytes: other });
    const [path] = partFiles({ blob: await blobOf(first.id) }) as [string];
    writeFileSync(path, randomBytes(100));
    expect((await ask('GET', `/${first.id}/content`, olga)).statusCode).toBe(503);
    const second = await attach(app, olga, { recordId: site, name: 'b.bin', bytes: other });
    expect((await ask('GET', `/${second.id}/content`, olga)).rawPayload.equals(other)).toBe(true);
  });

  test('a record that goes behind a wall takes its files and its uploads along', async () => {
    const record = uuidv7();
    await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, read_permission, at) values ($1, 'incidents.incident', 'Open yet', 'open', $2, 'incidents:read', now())`, [record, site]);
    const file = await attach(app, chief, { recordId: record, name: 'a.bin', bytes: randomBytes(10) });
    const upload = (await begin(chief, 10, { recordId: record })).json().id as string;
    await fresh.owner.query('update platform.record set wall_id = $2 where id = $1', [record, walled]);
    expect((await ask('GET', `/${file.id}`, chief)).statusCode).toBe(404);
    expect((await ask('GET', `/uploads/${upload}`, chief)).statusCode).toBe(404);
    expect((await ask('GET', `/${file.id}`, olga)).statusCode).toBe(200);
  });
});

describe('for other modules', () => {
  test('a file of the server’s own is attached and opened by verbs that join the transaction', async () => {
    const ctx = await fresh.as(chief.id);
    const bytes = randomBytes(PART_BYTES + 3);
    const file = await attachFile(ctx, { recordId: site, name: 'made here.bin', size: bytes.length, bytes: (async function* () { yield bytes; })() });
    expect(file).toMatchObject({ sha256: sha256Of(bytes), addedBy: 'Cleo Chief' });
    const opened = await openFile(ctx, file.id);
    expect(Buffer.concat(await opened.bytes.toArray()).equals(bytes)).toBe(true);
    await expect(attachFile(await fresh.as(outsider.id), { recordId: site, name: 'x', size: 1, bytes: (async function* () { yield Buffer.from('x'); })() })).rejects.toMatchObject({ kind: 'forbidden' });
  });
});
