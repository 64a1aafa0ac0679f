import { createHash, hash, randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leafHash, rootOf } from '#engines/merkle/hash.ts';
import { isConsistent, isIncluded } from '#engines/merkle/verify.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { buildServer, type Exchange } from '#platform/kernel/http.ts';
import { erasable } from '#platform/kernel/ledger/body.ts';
import { openHead } from '#platform/kernel/ledger/head.ts';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { listEntries } from './browse.ts';
import { bundleEntries } from './bundle.ts';
import type { Bundle, LedgerEntry, LedgerHead } from './contract.ts';
import { checkBundle } from '#platform/verify/check-bundle.ts';
import { fileOf, verifiedByPython, withoutPython } from '#platform/verify/testing.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import module from './module.ts';
import { ledgerFiles } from './prove.ts';

const SITE = uuidv7();
const OTHER_SITE = uuidv7();
const WALL = uuidv7();
const RECORD = uuidv7();
const people = { auditor: uuidv7(), manager: uuidv7(), investigator: uuidv7(), guard: uuidv7() };
type Who = keyof typeof people;
const tokens: Record<string, string> = {};
const hasPython = withoutPython() === null;

let ledger: TestLedger;
let app: FastifyInstance;
const ctxOf = async (who: Who): Promise<Ctx> => ledger.database.as(people[who]);
const get = (who: Who, path: string) => app.inject({ url: `/api/ledger${path}`, headers: { authorization: `Bearer ${tokens[who]}` } });
const list = async (who: Who, query: Partial<Parameters<typeof listEntries>[1]> = {}): Promise<string[]> => (await listEntries(await ctxOf(who), { limit: 200, show: 'all', ...query })).items.map(({ verb }) => verb);

type NewEntry = { verb: string; site?: string; wall?: string; record?: string; body?: string; at?: string };

/** Writes as a person does, by the statements of the store. */
async function write(who: Who, { verb, site, wall, record, body = '{}', at }: NewEntry): Promise<void> {
  const client = await ledger.database.db.pool.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('parapet.person', $1, true), set_config('role', (select db_role from access.person where id = $1::uuid), true)`, [people[who]]);
    await client.query('insert into ledger.entry (id, at, actor, verb, record_id, site_id, wall_id, body) values ($1, coalesce($2, now()), $3, $4, $5, $6, $7, $8)', [uuidv7(), at, people[who], verb, record, site, wall, body]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

beforeAll(async () => {
  ledger = await testLedger();
  const { owner } = ledger.database;
  for (const [name, id] of Object.entries(people)) {
    await owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', $2, 'active')`, [id, name]);
    const token = randomBytes(24).toString('base64url');
    tokens[name] = token;
    await owner.query(`insert into access.session (token_hash, id, person_id, kind, expires_at) values ($1, $2, $3, 'key', now() + interval '1 hour')`, [createHash('sha256').update(token).digest(), uuidv7(), id]);
  }
  for (const site of [SITE, OTHER_SITE]) await owner.query(`insert into access.site (id, path) values ($1::text::uuid, replace($1::text, '-', '')::ltree)`, [site]);
  await owner.query(`insert into access.role (key, title, kind) values ('t-auditor', 'Auditor', 'human'), ('t-lead', 'Lead', 'part')`);
  await owner.query(`insert into access.role_permission select 'ledger:read', id from access.role where key in ('t-auditor', 't-lead') on conflict do nothing`);
  const grant = `insert into access.grant (id, person_id, role_id, site_id) select $1, $2, id, $3 from access.role where key = 't-auditor'`;
  await owner.query(grant, [uuidv7(), people.auditor, null]);
  await owner.query(grant, [uuidv7(), people.manager, SITE]);
  await owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [WALL, people.investigator]);
  await owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = 't-lead'`, [WALL, people.investigator]);
  await write('auditor', { verb: 'sites.renamed' });
  await write('manager', { verb: 'alarms.closed', site: SITE, record: RECORD, body: '{"after":{"state":"closed"}}' });
  await write('auditor', { verb: 'alarms.opened', site: OTHER_SITE, at: '2026-01-05T08:00:00Z' });
  const sequencer = ledger.sequencer({ batch: 3 });
  expect((await seal(sequencer, 3)).sealed).toBe(3);
  await write('investigator', { verb: 'cases.opened', site: SITE, wall: WALL });
  expect((await seal(sequencer, 1)).sealed).toBe(1);
  await sequencer.stop();
  process.env['PARAPET_DATA'] = ledger.folder;
  cpSync(join(ledger.folder, 'keys'), ledgerFiles(readConfig().dataDir).keyFolder, { recursive: true });
  app = await buildServer({ db: ledger.database.db, modules: [module] });
});
afterAll(async () => {
  await app?.close();
  await ledger.drop();
});

describe('who sees an entry', () => {
  it('an organisation reader sees all but what is behind walls', async () => {
    expect(await list('auditor')).toEqual(['alarms.opened', 'alarms.closed', 'sites.renamed']);
  });

  it("a site's reader sees the site's, not what is behind a wall on it", async () => {
    expect(await list('manager')).toEqual(['alarms.closed']);
  });

  it('a member of a wall sees what is behind it, and nothing else', async () => {
    expect(await list('investigator')).toEqual(['cases.opened']);
  });

  it('a person without the permission is refused', async () => {
    expect((await get('guard', '/entries')).statusCode).toBe(403);
    expect((await get('guard', '/export')).statusCode).toBe(403);
    expect((await app.inject('/api/ledger/entries')).statusCode).toBe(401);
  });

  it('nobody writes in the name of another, chooses a place, or touches what the sequencer writes', async () => {
    const client = await ledger.database.db.pool.connect();
    const asManager = async (sql: string): Promise<unknown> => {
      await client.query('begin');
      await client.query(`select set_config('parapet.person', '${people.manager}', true), set_config('role', 'parapet_person', true)`);
      return client.query(sql).catch((error: { code: string }) => error.code).finally(() => client.query('rollback'));
    };
    try {
      expect(await asManager(`insert into ledger.entry (actor, verb, body) values ('${people.auditor}', 'a.b', '{}')`)).toBe('42501');
      expect(await asManager(`insert into ledger.entry (xid, actor, verb, body) values ('1', '${people.manager}', 'a.b', '{}')`)).toBe('42501');
      for (const sql of ['update ledger.entry set body = body', 'delete from ledger.entry', 'truncate ledger.entry', 'insert into ledger.leaf (n, xid, entry_id) values (99, 1::text::xid8, gen_random_uuid())', 'update ledger.cursor set size = 0', 'update ledger.tile set hashes = hashes', 'delete from ledger.head', 'select ledger.rebase()']) {
        expect(await asManager(sql), sql).toBe('42501');
      }
    } finally {
      client.release();
    }
  });

  it('refuses a body that is not a JSON object and a verb that is not a word', async () => {
    for (const body of ['', '[]', '{"a":1},"id":"x"', 'null']) await expect(write('auditor', { verb: 'a.b', body })).rejects.toMatchObject({ code: '23514' });
    await expect(write('auditor', { verb: 'a","x":"' })).rejects.toMatchObject({ code: '23514' });
  });
});

describe('the browser', () => {
  it('filters by record, actor, verb, module and time', async () => {
    expect(await list('auditor', { show: 'records' })).toEqual(['alarms.closed']);
    expect(await list('auditor', { record: RECORD })).toEqual(['alarms.closed']);
    expect(await list('manager', { record: RECORD })).toEqual(['alarms.closed']);
    expect(await list('investigator', { record: RECORD })).toEqual([]);
    expect(await list('auditor', { actor: people.manager })).toEqual(['alarms.closed']);
    expect(await list('auditor', { verb: 'alarms.opened' })).toEqual(['alarms.opened']);
    expect(await list('auditor', { verb: 'alarms.' })).toEqual(['alarms.opened', 'alarms.closed']);
    expect(await list('manager', { verb: 'alarms.' })).toEqual(['alarms.closed']);
    expect(await list('auditor', { from: '2026-01-01T00:00:00Z', to: '2026-01-06T00:00:00Z' })).toEqual(['alarms.opened']);
  });

  it('goes on where the page before ended', async () => {
    const first = await listEntries(await ctxOf('auditor'), { limit: 2, show: 'all' });
    expect(first.items.map(({ verb }) => verb)).toEqual(['alarms.opened', 'alarms.closed']);
    const second = (await get('auditor', `/entries?limit=2&after=${first.next}`)).json() as { items: LedgerEntry[]; next: string | null };
    expect(second.items.map(({ verb }) => verb)).toEqual(['sites.renamed']);
    expect(second.next).toBeNull();
  });

  it('says who did it and what, in words that can still be read', async () => {
    const { items } = (await get('manager', '/entries')).json() as { items: LedgerEntry[] };
    expect(items[0]).toMatchObject({ actor: { id: people.manager, name: 'manager' }, record: { id: RECORD, title: null }, siteId: SITE, wallId: null, body: { after: { state: 'closed' } }, texts: {} });
  });

  it('shows a text until it is erased, to those only who see the entry', async () => {
    const { body, row } = erasable('he said no');
    const id = uuidv7();
    await ledger.database.owner.query(`with e as (insert into ledger.entry (id, actor, verb, site_id, body) values ($1, $2, 'incidents.noted', $3, $4)) insert into ledger.erasable (entry_id, field, salt, text) values ($1, 'after.text', decode($5, 'hex'), $6)`, [id, people.manager, SITE, JSON.stringify({ after: { text: body } }), row.salt, row.text]);
    await sealAll();
    const texts = async (who: Who) => (await listEntries(await ctxOf(who), { limit: 1, show: 'all', verb: 'incidents.noted' })).items.map((item) => item.texts);
    expect(await texts('manager')).toEqual([{ 'after.text': 'he said no' }]);
    expect(await texts('investigator')).toEqual([]);
    await ledger.tamper('delete from ledger.erasable');
    expect(await texts('manager')).toEqual([{}]);
  });
});

describe('head, proofs and export', () => {
  it('a proof by the interface verifies against the signed head', async () => {
    const head = (await get('auditor', '/head')).json() as LedgerHead;
    expect(head.publicKeys).toEqual([ledger.keys.publicLine]);
    expect(openHead(head.note ?? '', ledger.publicKeys)).toMatchObject({ ok: true, head: { size: head.size } });
    for (let n = 0; n < head.size; n++) {
      const answer = (await get('auditor', `/leaves/${n}/proof`)).json() as { leafHash: string; size: number; root: string; proof: string[] };
      expect(isIncluded({ leafHash: Buffer.from(answer.leafHash, 'base64'), index: n, size: answer.size, root: Buffer.from(answer.root, 'base64'), proof: answer.proof.map((one) => Buffer.from(one, 'base64')) })).toBe(true);
      expect(answer.root).toBe(head.root);
    }
    expect((await get('auditor', `/leaves/${head.size}/proof`)).statusCode).toBe(404);
    expect((await get('auditor', '/leaves/0/proof?size=9999')).statusCode).toBe(422);
  });

  it('growth from an older head is proved', async () => {
    const first = (await ledger.database.owner.query<{ size: number }>('select min(size)::int as size from ledger.head')).rows[0]?.size;
    const answer = (await get('auditor', `/consistency?size1=${first}`)).json() as { size1: number; size2: number; root1: string; root2: string; proof: string[] };
    expect(answer.size2).toBeGreaterThan(first ?? 0);
    expect(isConsistent({ ...answer, root1: Buffer.from(answer.root1, 'base64'), root2: Buffer.from(answer.root2, 'base64'), proof: answer.proof.map((one) => Buffer.from(one, 'base64')) })).toBe(true);
    expect((await get('auditor', '/consistency?size1=9999')).statusCode).toBe(422);
  });

  type Line = { n: number; hash: string; entry?: { verb: string } };

  it.each([['auditor', 4], ['manager', 2], ['investigator', 2]] as const)('the export of the %s has %i open entries, the rest sealed, and verifies from its bytes alone', async (who, open) => {
    const answer = await get(who, '/export');
    expect(answer.headers['content-type']).toContain('application/jsonl');
    const lines = answer.body.trimEnd().split('\n');
    const last = JSON.parse(lines.pop() ?? '') as { head: { size: number; root: string; note: string }; publicKeys: string[] };
    const leaves = lines.map((line) => JSON.parse(line) as Line);
    expect(leaves.map(({ n }) => n)).toEqual(leaves.map((_, i) => i));
    expect(leaves.filter(({ entry }) => entry).length).toBe(open);
    for (const [i, line] of lines.entries()) {
      const bytes = /,"entry":(.*)\}$/.exec(line)?.[1];
      if (bytes) expect(hash('sha256', Buffer.concat([Buffer.from([0]), Buffer.from(bytes)]), 'hex')).toBe(leaves[i]?.hash);
    }
    expect(Buffer.from(rootOf(leaves.map((leaf) => Buffer.from(leaf.hash, 'hex')))).toString('base64')).toBe(last.head.root);
    expect(openHead(last.head.note, ledger.publicKeys)).toMatchObject({ ok: true, head: { size: leaves.length } });
    expect(answer.body).not.toContain(who === 'investigator' ? 'alarms.closed' : 'cases.opened');
  });

  it('an entry that was removed is shown as missing, not as sealed', async () => {
    await ledger.tamper(`create table public.gone as select * from ledger.entry where verb = 'alarms.closed'; delete from ledger.entry where verb = 'alarms.closed'`);
    expect((await get('auditor', '/export')).body).toContain('"missing":true');
    await ledger.tamper('insert into ledger.entry (id, xid, at, actor, verb, record_id, site_id, wall_id, body) select id, xid, at, actor, verb, record_id, site_id, wall_id, body from public.gone');
  });

  it('an entry that was altered no longer has its hash', async () => {
    await ledger.tamper(`update ledger.entry set body = '{"after":{"state":"open"}}' where verb = 'alarms.closed'`);
    const line = (await get('auditor', '/export')).body.split('\n').find((one) => one.includes('alarms.closed')) ?? '';
    const bytes = /,"entry":(.*)\}$/.exec(line)?.[1] ?? '';
    expect(Buffer.from(leafHash(Buffer.from(bytes))).toString('hex')).not.toBe((JSON.parse(line) as Line).hash);
  });
});

async function sealAll(): Promise<void> {
  const sequencer = ledger.sequencer();
  const { rows } = await ledger.database.owner.query<{ n: number }>('select ((select count(*) from ledger.entry) - (select size from ledger.cursor))::int as n');
  await seal(sequencer, rows[0]?.n ?? 0);
  await sequencer.stop();
}

describe('what stands behind a wall', () => {
  const looksOf = async (verb: string): Promise<number> => Number((await ledger.database.owner.query(`select count(*) as n from ledger.entry where verb = $1 and actor = $2 and wall_id = $3`, [verb, people.investigator, WALL])).rows[0].n);

  it('is shown of the ledger once it was recorded who looks, once a minute, and never where that cannot be recorded', async () => {
    await ledger.tamper(`delete from ledger.entry where verb in ('ledger.looked', 'ledger.exported') and not exists (select from ledger.leaf l where l.entry_id = id)`);
    const seen = await looksOf('ledger.looked');
    const later = async (minutes: number): Promise<Ctx> => ledger.database.as(people.investigator, () => new Date(Date.now() + minutes * 60_000));
    await listEntries(await later(2), { limit: 200, show: 'all' });
    await listEntries(await later(2), { limit: 200, show: 'all' });
    expect(await looksOf('ledger.looked')).toBe(seen + 1);
    await listEntries(await later(4), { limit: 200, show: 'all' });
    expect(await looksOf('ledger.looked')).toBe(seen + 2);
    const { n } = (await listEntries(await later(4), { limit: 200, show: 'all', verb: 'cases.opened' })).items[0] ?? { n: -1 };
    const exports = await looksOf('ledger.exported');
    expect((await get('investigator', '/export')).body).toContain('cases.opened');
    expect(await looksOf('ledger.exported')).toBe(exports + 1);
    await ledger.database.owner.query(`alter table ledger.entry add constraint nothing_recorded check (verb not in ('ledger.looked', 'ledger.exported')) not valid`);
    await expect(later(9).then((ctx) => listEntries(ctx, { limit: 200, show: 'all' }))).rejects.toThrow();
    await expect(later(9).then((ctx) => bundleEntries(ctx, { n }, {} as Exchange))).rejects.toThrow();
    const refused = await get('investigator', '/export');
    expect([refused.statusCode >= 400, refused.body.includes('cases.opened')]).toEqual([true, false]);
    await ledger.database.owner.query('alter table ledger.entry drop constraint nothing_recorded');
  });

  it('is not a look for who sees nothing of it', async () => {
    const count = async (): Promise<number> => Number((await ledger.database.owner.query(`select count(*) as n from ledger.entry where verb = 'ledger.looked'`)).rows[0].n);
    const before = await count();
    await list('auditor');
    await list('manager');
    expect(await count()).toBe(before);
  });
});

describe('a bundle', () => {
  const bundleOf = async (who: Who, query: string) => get(who, `/bundle?${query}`);

  it('proves what was written of a record at one moment, with its texts, to both verifiers and without a server', async () => {
    const { body, row } = erasable('he said no, and 東京');
    const [id, record, at] = [uuidv7(), uuidv7(), '2026-11-20T10:00:00.123Z'];
    await ledger.database.owner.query(`with e as (insert into ledger.entry (id, at, actor, verb, record_id, site_id, body) values ($1, $2, $3, 'incidents.noted', $4, $5, $6)) insert into ledger.erasable (entry_id, field, salt, text) values ($1, 'after.text', decode($7, 'hex'), $8)`, [id, at, people.manager, record, SITE, JSON.stringify({ after: { text: body } }), row.salt, row.text]);
    await write('manager', { verb: 'incidents.closed', site: SITE, record, at: '2026-11-20T11:00:00Z' });
    await sealAll();
    const answer = await bundleOf('manager', `record=${record}&at=${encodeURIComponent(at)}`);
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="parapet-proof-\d+\.json"$/);
    const bundle = answer.json<Bundle>();
    expect(bundle.leaves).toMatchObject([{ texts: [{ field: 'after.text', text: 'he said no, and 東京' }] }]);
    expect(checkBundle(bundle, ledger.publicKeys)).toMatchObject({ ok: true, entries: [{ verb: 'incidents.noted', record, at: '2026-11-20T10:00:00.123000Z' }] });
    expect((await bundleOf('manager', `record=${record}`)).json<Bundle>().leaves).toHaveLength(2);
    expect((await bundleOf('manager', `record=${record}&at=2026-11-20T10:00:00.120Z`)).json<Bundle>().leaves).toHaveLength(1);
    for (const none of ['2026-11-20T09:59:00Z', '2026-11-20T10:00:00.200Z']) expect((await bundleOf('manager', `record=${record}&at=${none}`)).statusCode).toBe(404);
    if (hasPython) expect(verifiedByPython([[fileOf(ledger.folder, 'bundle.json', answer.body), '--key', ledger.keys.publicLine]])).toEqual([{ code: 0, words: expect.stringMatching(new RegExp(`The bundle holds: 1 entries[^]*record: ${record} · hour: 2026-11-20T10:00Z`)) as string }]);
  });

  it('is refused by both verifiers with any bit changed, in entry, proof, text or head, and by another key', async () => {
    const { body } = await bundleOf('manager', `n=${((await listEntries(await ctxOf('manager'), { limit: 1, show: 'all', verb: 'incidents.noted' })).items[0] as LedgerEntry).n}`);
    const bundle = JSON.parse(body) as Bundle;
    const [leaf] = bundle.leaves as [Bundle['leaves'][number]];
    const [text] = leaf.texts as [Bundle['leaves'][number]['texts'][number]];
    const changed: Bundle[] = [
      ...Array.from({ length: 40 }, (_, i) => Math.floor((i * leaf.entry.length) / 40)).map((at) => ({ ...bundle, leaves: [{ ...leaf, entry: leaf.entry.slice(0, at) + String.fromCharCode(leaf.entry.charCodeAt(at) ^ 1) + leaf.entry.slice(at + 1) }] })),
      ...leaf.proof.map((hash, i) => ({ ...bundle, leaves: [{ ...leaf, proof: leaf.proof.with(i, `${hash.startsWith('A') ? 'B' : 'A'}${hash.slice(1)}`) }] })),
      ...leaf.proof.map((_, i) => ({ ...bundle, leaves: [{ ...leaf, proof: leaf.proof.toSpliced(i, 1) }] })),
      { ...bundle, leaves: [{ ...leaf, n: leaf.n + 1 }] }, { ...bundle, leaves: [] },
      { ...bundle, leaves: [{ ...leaf, texts: [{ ...text, text: 'he said yes' }] }] }, { ...bundle, leaves: [{ ...leaf, texts: [{ ...text, field: 'after.other' }] }] },
      ...bundle.head.split('').flatMap((_, at) => (at % 9 === 0 ? [{ ...bundle, head: bundle.head.slice(0, at) + String.fromCharCode(bundle.head.charCodeAt(at) ^ 1) + bundle.head.slice(at + 1) }] : [])),
    ];
    expect(changed.filter((one) => checkBundle(one, ledger.publicKeys).ok)).toEqual([]);
    const other = await testLedger();
    expect(checkBundle(bundle, other.publicKeys)).toMatchObject({ ok: false, reason: expect.stringContaining('not one of this ledger') as string });
    if (hasPython) {
      const said = verifiedByPython(changed.map((one, i) => [fileOf(ledger.folder, `bundle-${i}.json`, JSON.stringify(one)), '--key', ledger.keys.publicLine]));
      expect(said.filter(({ code, words }) => code !== 1 || !words.startsWith('The bundle does not hold ('))).toEqual([]);
      expect(verifiedByPython([[fileOf(ledger.folder, 'bundle.json', body), '--key', other.keys.publicLine]])[0]?.code).toBe(1);
    }
    await other.drop();
  });

  it('is of what its reader sees, names one thing, and is not without end', async () => {
    const hidden = (await ledger.database.owner.query<{ n: string }>(`select l.n from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where e.verb = 'cases.opened'`)).rows[0]?.n;
    expect((await bundleOf('manager', `n=${hidden}`)).statusCode).toBe(404);
    expect((await bundleOf('manager', 'n=99999999')).statusCode).toBe(404);
    expect((await bundleOf('investigator', `n=${hidden}`)).statusCode).toBe(200);
    for (const query of ['', `n=1&record=${RECORD}`]) expect((await bundleOf('manager', query)).statusCode).toBe(400);
    const record = uuidv7();
    for (let i = 0; i < 3; i++) await ledger.database.owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, body) select $1, 'a.b', $2, $3, '{}' from generate_series(1, 80)`, [people.manager, record, SITE]);
    await sealAll();
    expect((await bundleOf('manager', `record=${record}`)).json()).toMatchObject({ status: 422, type: 'urn:problem:ledger.bundle_too_large' });
  });

  it('is never made from a tree that does not prove it', async () => {
    await ledger.tamper('create table public.kept_tile as select * from ledger.tile; update ledger.tile set hashes = set_byte(hashes, 3, 255 - get_byte(hashes, 3)) where level = 0');
    const fresh = openDatabase({ url: ledger.database.url, max: 1 });
    const broken = await buildServer({ db: fresh, modules: [module] });
    const ask = (path: string) => broken.inject({ url: `/api/ledger${path}`, headers: { authorization: `Bearer ${tokens['manager']}` } });
    expect((await ask('/leaves/1/proof')).json()).toMatchObject({ status: 503, type: 'urn:problem:ledger.tree_altered' });
    await ledger.tamper('update ledger.tile t set hashes = k.hashes from public.kept_tile k where k.level = t.level and k.idx = t.idx');
    expect((await ask('/leaves/1/proof')).statusCode).toBe(200);
    await broken.close();
    await fresh.close();
  });
});

describe('an entry that names a record of elsewhere', () => {
  it('goes behind the wall of that record with it, in the list and in the export, and comes back to nobody outside', async () => {
    const [alarm, incident] = [uuidv7(), uuidv7()];
    const { owner } = ledger.database;
    for (const id of [alarm, incident]) await owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) values ($1, 'test.record', $2, 'A record', 'open', $3, 'ledger:read', now())`, [id, `T-${id.slice(-6)}`, SITE]);
    await write('manager', { verb: 'alarms.became-incident', site: SITE, record: alarm, body: JSON.stringify({ after: { incidentId: incident, incidentNumber: 'INC-2026-00042', ownerId: people.manager } }) });
    await write('manager', { verb: 'alarms.noted', site: SITE, record: alarm, body: JSON.stringify({ after: { ownerId: people.manager, siteId: SITE, alarmId: alarm } }) });
    await sealAll();
    expect((await owner.query('select record_id from ledger.mention')).rows).toEqual([{ record_id: incident }]);
    for (const who of ['auditor', 'manager'] as const) expect(await list(who, { record: alarm })).toEqual(['alarms.noted', 'alarms.became-incident']);
    await owner.query('update platform.record set wall_id = $1 where id = $2', [WALL, incident]);
    for (const who of ['auditor', 'manager'] as const) {
      expect(await list(who, { record: alarm })).toEqual(['alarms.noted']);
      expect(await list(who, {})).not.toContain('alarms.became-incident');
      const { body } = await get(who, '/export');
      expect(body).not.toMatch(/INC-2026-00042|"missing"/);
      expect(body).not.toContain(incident);
    }
    // Behind the wall the entry is still its own record's: who sees both sees it.
    await owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = 't-lead'`, [WALL, people.manager]);
    expect(await list('manager', { record: alarm })).toEqual(['alarms.noted', 'alarms.became-incident']);
    await owner.query('delete from access.wall_member where person_id = $1', [people.manager]);
    expect(await list('manager', { record: alarm })).toEqual(['alarms.noted']);
  });
});

describe('a filter that no index answers', () => {
  it('looks so far back at once and no further, and says where to go on', async () => {
    const { owner } = ledger.database;
    const before = (await owner.query<{ size: number }>('select size::int from ledger.cursor')).rows[0]?.size ?? 0;
    await ledger.tamper(`update ledger.cursor set size = ${before + 500_000}`);
    try {
      const page = await listEntries(await ctxOf('auditor'), { limit: 50, show: 'all', verb: 'alarms.opened' });
      expect(page).toEqual({ items: [], next: String(before + 400_000) });
      const further = await listEntries(await ctxOf('auditor'), { limit: 50, show: 'all', verb: 'alarms.opened', after: before + 90_000 });
      expect([further.items.map(({ verb }) => verb), further.next]).toEqual([['alarms.opened'], null]);
      expect((await listEntries(await ctxOf('manager'), { limit: 50, show: 'all', actor: uuidv7() })).next).toBe(String(before + 400_000));
      expect(await listEntries(await ctxOf('auditor'), { limit: 50, show: 'all', actor: uuidv7() })).toEqual({ items: [], next: null });
    } finally {
      await ledger.tamper(`update ledger.cursor set size = ${before}`);
    }
  });

  it('by who did it is answered by an index', async () => {
    const client = await ledger.database.owner.connect();
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain select f.n from ledger.leaf f where f.actor = '${uuidv7()}' order by f.n desc limit 51`);
    client.release(true);
    expect(rows.map((row) => row['QUERY PLAN']).join()).toMatch(/leaf_actor_n_idx/);
  });
});
