import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signHead } from '#platform/kernel/ledger/head.ts';
import { LEAF_TEXT } from '#platform/kernel/ledger/leaf.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import type { Break } from './break.ts';
import { type Verified, type VerifyOptions, verifyLedger } from './verify-ledger.ts';

const HEADS = 9;
const BATCH = 100;
const SIZE = HEADS * BATCH;
const TABLES = ['entry', 'leaf', 'tile', 'head', 'cursor'];

let ledger: TestLedger;
let heads: string;

const verify = (options: Partial<VerifyOptions> = {}): Promise<Verified | Break> =>
  verifyLedger({ pool: ledger.database.owner, publicKeys: ledger.publicKeys, headFile: ledger.headFile, full: true, ...options });

type Named = { id: string; record_id: string; verb: string; at: string };
const entryOf = async (n: number): Promise<Named> =>
  (await ledger.database.owner.query<Named>(`select e.id, e.record_id, e.verb, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n = $1`, [n])).rows[0] as Named;
const WHERE = (n: number): string => `(xid, id) = (select xid, entry_id from ledger.leaf where n = ${n})`;
const goodHeadAt = (size: number) => ({ lastGoodHead: expect.objectContaining({ size }) as object });

beforeAll(async () => {
  ledger = await testLedger();
  const sequencer = ledger.sequencer({ batch: BATCH });
  for (let i = 0; i < 3; i++) await ledger.write(SIZE / 3, i * 1000);
  expect(await seal(sequencer, SIZE)).toEqual({ sealed: SIZE, heads: HEADS });
  await sequencer.stop();
  heads = readFileSync(ledger.headFile, 'utf8');
  await ledger.tamper(TABLES.map((table) => `create table public.kept_${table} as select * from ledger.${table}`).join(';'));
});
afterAll(() => ledger.drop());

const COLUMNS = { entry: 'id, xid, at, actor, verb, record_id, site_id, wall_id, body', leaf: '*', tile: '*', head: '*', cursor: '*' } as const;

/** Puts everything back as it was sealed. */
afterEach(async () => {
  writeFileSync(ledger.headFile, heads);
  await ledger.tamper(Object.entries(COLUMNS).map(([table, columns]) => `delete from ledger.${table}; insert into ledger.${table}${columns === '*' ? '' : ` (${columns})`} select ${columns} from public.kept_${table}`).join(';'));
});

describe('a whole ledger', () => {
  it('verifies from the beginning and from a checkpoint', async () => {
    const full = await verify();
    expect(full).toMatchObject({ ok: true, from: 0, size: SIZE, heads: HEADS, headsNotInFile: 0, pending: 0 });
    const checkpoint = heads.split('\n').slice(0, 24).slice(18).join('\n') + '\n';
    expect(await verify({ full: false, checkpoint })).toMatchObject({ ok: true, from: 400, size: SIZE, heads: HEADS - 4 });
    expect(await verify({ full: false, checkpoint: full.ok ? full.note : null })).toMatchObject({ ok: true, from: SIZE, size: SIZE, heads: 0 });
  });

  it('without entries verifies', async () => {
    const empty = await testLedger();
    try {
      expect(await verifyLedger({ pool: empty.database.owner, publicKeys: empty.publicKeys, headFile: empty.headFile, full: true })).toMatchObject({ ok: true, size: 0, note: null });
    } finally {
      await empty.drop();
    }
  });

  it('counts what is not sealed yet, and does not call it a break', async () => {
    await ledger.write(3, 5000);
    expect(await verify()).toMatchObject({ ok: true, size: SIZE, pending: 3 });
  });

  it('may lack the last head in its file, for the moment of a crash', async () => {
    writeFileSync(ledger.headFile, `${heads.split('\n').slice(0, 6 * (HEADS - 1)).join('\n')}\n`);
    expect(await verify()).toMatchObject({ ok: true, headsNotInFile: 1 });
  });

  it('verifies after a text was erased', async () => {
    await ledger.database.owner.query(`insert into ledger.erasable (entry_id, field, salt, text) values (gen_random_uuid(), 'after.narrative', decode(repeat('00', 16), 'hex'), 'gone soon')`);
    await expect(ledger.database.owner.query('delete from ledger.erasable')).rejects.toThrow(/append-only/);
    await ledger.tamper('delete from ledger.erasable');
    expect(await verify()).toMatchObject({ ok: true });
  });
});

describe('an entry altered as superuser is found and named', () => {
  const values: Record<string, string> = {
    body: `'{"after":{"n":666}}'`, verb: `'test.other'`, actor: 'gen_random_uuid()', at: `at + interval '1 microsecond'`, site_id: 'gen_random_uuid()', wall_id: 'gen_random_uuid()', record_id: 'gen_random_uuid()',
  };
  it.each(Object.entries(values))('in its %s', async (column, value) => {
    const { record_id } = await entryOf(537);
    await ledger.tamper(`update ledger.entry set ${column} = ${value} where ${WHERE(537)}`);
    const { verb, at } = await entryOf(537);
    const isLabel = ['site_id', 'wall_id', 'record_id', 'actor'].includes(column);
    expect(await verify()).toMatchObject({ ok: false, reason: isLabel ? 'leaf' : 'entry', leaf: 537, verb, at, ...(column === 'record_id' ? {} : { recordId: record_id }), ...goodHeadAt(500) });
  });

  it('though the leaf says the same', async () => {
    await ledger.tamper(`update ledger.entry set wall_id = '00000000-0000-7000-8000-000000000001' where ${WHERE(537)}; update ledger.leaf set wall_id = '00000000-0000-7000-8000-000000000001', sight_id = '00000000-0000-7000-8000-000000000001' where n = 537`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry', leaf: 537 });
  });

  it('though its white space only changed', async () => {
    await ledger.tamper(`update ledger.entry set body = replace(body, ':', ': ') where ${WHERE(42)}`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry', leaf: 42, lastGoodHead: null });
  });

  it('though the tile was made to fit', async () => {
    await ledger.tamper(`update ledger.entry set body = '{}' where ${WHERE(537)}; update ledger.tile set hashes = overlay(hashes placing
      (select sha256('\\x00'::bytea || convert_to(${LEAF_TEXT}, 'UTF8')) from ledger.entry e where ${WHERE(537)}) from (537 % 256) * 32 + 1 for 32) where level = 0 and idx = 537 / 256`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry', leaf: 500, detail: expect.stringContaining('500 to 599') as string, ...goodHeadAt(500) });
  });

  it('where two were swapped', async () => {
    await ledger.tamper(`update ledger.entry e set body = o.body from ledger.entry o where (e.xid, e.id) = (select xid, entry_id from ledger.leaf where n = 700) and (o.xid, o.id) = (select xid, entry_id from ledger.leaf where n = 20)`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry', leaf: 700 });
  });
});

describe('an entry removed, inserted or moved as superuser is found and named', () => {
  it('removed', async () => {
    const { record_id } = await entryOf(250);
    await ledger.tamper(`delete from ledger.entry where ${WHERE(250)}`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry-removed', leaf: 250, recordId: record_id, at: expect.any(String) as string, ...goodHeadAt(200) });
  });

  it('removed, the last of all', async () => {
    await ledger.tamper(`delete from ledger.entry where ${WHERE(SIZE - 1)}`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry-removed', leaf: SIZE - 1 });
  });

  it('inserted among sealed ones', async () => {
    await ledger.tamper(`insert into ledger.entry (xid, actor, verb, record_id, body) select xid, actor, 'test.forged', '00000000-0000-7000-8000-00000000dead', '{}' from ledger.entry where ${WHERE(100)}`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry-inserted', verb: 'test.forged', recordId: '00000000-0000-7000-8000-00000000dead' });
  });

  it('inserted ahead of time', async () => {
    await ledger.tamper(`insert into ledger.entry (xid, actor, verb, body) values ('9000000000000000000', gen_random_uuid(), 'test.forged', '{}')`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'entry-inserted' });
  });

  it('with its place altered', async () => {
    await ledger.tamper(`update ledger.entry set id = gen_random_uuid() where ${WHERE(300)}`);
    expect(await verify()).toMatchObject({ ok: false, reason: expect.stringMatching(/entry-(inserted|removed)/) as string });
  });

  it.each([
    ['removed', 'delete from ledger.leaf where n = 300', { reason: 'entry-inserted' }],
    ['removed at the end of a head', 'delete from ledger.leaf where n = 399', { reason: 'entry-inserted' }],
    ['removed at the end of all', `delete from ledger.leaf where n = ${SIZE - 1}`, { reason: 'leaf', leaf: SIZE - 1 }],
    ['swapped', 'update ledger.leaf set n = -1 where n = 10; update ledger.leaf set n = 10 where n = 11; update ledger.leaf set n = 11 where n = -1', { reason: 'leaf', leaf: 10 }],
    ['about another record', 'update ledger.leaf set record_id = gen_random_uuid() where n = 800', { reason: 'leaf', leaf: 800 }],
    ['behind a wall that is not there', `update ledger.leaf set wall_id = gen_random_uuid() where n = 801`, { reason: 'leaf', leaf: 801 }],
    ['added at the end', `insert into ledger.leaf (n, xid, entry_id) values (${SIZE}, '1', gen_random_uuid())`, { reason: 'leaf', leaf: SIZE }],
    ['added before the beginning', `insert into ledger.leaf (n, xid, entry_id) values (-1, '1', gen_random_uuid())`, { reason: 'leaf', leaf: -1 }],
  ])('a leaf %s', async (_what, sql, found) => {
    await ledger.tamper(sql);
    expect(await verify()).toMatchObject({ ok: false, ...found });
  });
});

describe('a tree altered as superuser is found', () => {
  it.each([
    ['a tile', 'update ledger.tile set hashes = set_byte(hashes, 32 * 7 + 3, 1 + get_byte(hashes, 32 * 7 + 3) % 250) where level = 0 and idx = 2', { reason: 'tile', leaf: 519 }],
    ['a tile of the second level', 'update ledger.tile set hashes = set_byte(hashes, 33, 1 + get_byte(hashes, 33) % 250) where level = 1', { reason: 'tile', leaf: 256 }],
    ['a tile removed', 'delete from ledger.tile where level = 0 and idx = 1', { reason: 'tile', leaf: 256 }],
    ['a tile cut', 'update ledger.tile set hashes = substr(hashes, 1, 64) where level = 0 and idx = 3', { reason: 'tile', leaf: 770 }],
    ['a tile lengthened', 'update ledger.tile set hashes = hashes || substr(hashes, 1, 32) where level = 0 and idx = 3', { reason: 'tile' }],
    ['a tile added', `insert into ledger.tile values (2, 0, decode(repeat('ab', 32), 'hex'))`, { reason: 'tile' }],
    ['the cursor put back', 'update ledger.cursor set size = 800', { reason: 'cursor' }],
    ['the cursor moved on', `update ledger.cursor set xid = '8000000000000000000'`, { reason: 'cursor' }],
    ['the last head removed', `delete from ledger.head where size = ${SIZE}`, { reason: 'rolled-back', ...goodHeadAt(800) }],
    ['a head in the middle removed', 'delete from ledger.head where size = 300', { reason: 'head', leaf: 299, ...goodHeadAt(200) }],
    ['the root of a head', `update ledger.head set root = sha256('other') where size = 300`, { reason: 'head', leaf: 299, ...goodHeadAt(200) }],
    ['the time of a head', `update ledger.head set at = at - interval '1 hour' where size = 300`, { reason: 'head', leaf: 299, ...goodHeadAt(200) }],
    ['the note of a head', `update ledger.head set note = replace(note, E'\\n300\\n', E'\\n301\\n') where size = 300`, { reason: 'head', leaf: 299, ...goodHeadAt(200) }],
  ])('%s', async (_what, sql, found) => {
    await ledger.tamper(sql);
    expect(await verify()).toMatchObject({ ok: false, ...found });
  });

  it('rolled back as a whole to an older head: the file knows better', async () => {
    await ledger.tamper(`delete from ledger.entry where (xid, id) in (select xid, entry_id from ledger.leaf where n >= 700); delete from ledger.leaf where n >= 700; delete from ledger.head where size > 700;
      update ledger.tile set hashes = substr(hashes, 1, (700 - 512) * 32) where level = 0 and idx = 2; delete from ledger.tile where level = 0 and idx = 3; update ledger.tile set hashes = substr(hashes, 1, 64) where level = 1;
      update ledger.cursor set (xid, id, size) = (select xid, entry_id, 700 from ledger.leaf where n = 699)`);
    expect(await verify()).toMatchObject({ ok: false, reason: 'rolled-back', leaf: 700, at: expect.any(String) as string, ...goodHeadAt(700) });
  });

  it('with heads signed by another key', async () => {
    const other = openKeys(`${ledger.folder}/other-keys`);
    const { rows } = await ledger.database.owner.query<{ size: string; root: Buffer; at: Date }>('select size, root, at from ledger.head order by size');
    const notes = rows.map(({ size, root, at }) => signHead({ size: Number(size), root, at: at.toISOString() }, { ...other, name: ledger.keys.name }));
    for (const [i, note] of notes.entries()) await ledger.tamper(`update ledger.head set note = '${note}' where size = ${rows[i]?.size}`);
    writeFileSync(ledger.headFile, notes.join(''));
    expect(await verify()).toMatchObject({ ok: false, reason: 'head', lastGoodHead: null });
  });
});

describe('an altered heads file is found', () => {
  const lines = (): string[] => heads.split('\n');
  it.each([
    ['a root', () => heads.replace(lines()[6 * 4 + 2] ?? '', lines()[6 * 5 + 2] ?? ''), { reason: 'heads-file', leaf: 499, ...goodHeadAt(400) }],
    ['a size', () => heads.replace('\n500\n', '\n501\n'), { reason: 'heads-file', leaf: 499, ...goodHeadAt(400) }],
    ['a head taken out', () => lines().toSpliced(6 * 4, 6).join('\n'), { reason: 'heads-file', leaf: 499, ...goodHeadAt(400) }],
    ['a line taken out', () => lines().toSpliced(6 * 4 + 1, 1).join('\n'), { reason: 'heads-file', leaf: 499, ...goodHeadAt(400) }],
    ['cut by half', () => lines().slice(0, 6 * 4).join('\n') + '\n', { reason: 'heads-file' }],
    ['emptied', () => '', { reason: 'heads-file' }],
    ['words at its end', () => `${heads}${'forged\n'.repeat(6)}`, { reason: 'heads-file' }],
  ])('%s', async (_what, make, found) => {
    writeFileSync(ledger.headFile, make());
    expect(await verify()).toMatchObject({ ok: false, ...found });
  });

  it('removed', async () => {
    rmSync(ledger.headFile);
    expect(await verify()).toMatchObject({ ok: false, reason: 'heads-file' });
  });
});

describe('a verification from a checkpoint', () => {
  let checkpoint: string;
  beforeEach(() => {
    checkpoint = `${heads.split('\n').slice(18, 24).join('\n')}`;
    checkpoint = checkpoint.endsWith('\n') ? checkpoint : `${checkpoint}\n`;
  });

  it('finds what was altered after it, and leaves what lies before to --full', async () => {
    await ledger.tamper(`update ledger.entry set body = '{}' where ${WHERE(100)}`);
    expect(await verify({ full: false, checkpoint })).toMatchObject({ ok: true, from: 400 });
    await ledger.tamper(`update ledger.entry set body = '{}' where ${WHERE(450)}`);
    expect(await verify({ full: false, checkpoint })).toMatchObject({ ok: false, leaf: 450, ...goodHeadAt(400) });
    expect(await verify()).toMatchObject({ ok: false, leaf: 100 });
  });

  it('refuses a checkpoint that this ledger did not sign or does not have', async () => {
    expect(await verify({ full: false, checkpoint: checkpoint.replace('400', '401') })).toMatchObject({ ok: false, reason: 'heads-file' });
    await ledger.tamper('delete from ledger.head where size = 400');
    expect(await verify({ full: false, checkpoint })).toMatchObject({ ok: false, reason: 'rolled-back' });
  });
});

describe('what an entry vouches for', () => {
  it('is looked at by the checker of its verb, in a full verification only', async () => {
    const seen: string[] = [];
    const batchCheckers = { 'test.7': async (_pool: unknown, entry: { verb: string }) => (seen.push(entry.verb), null), 'test.8': async () => 'The batch of 12:00 has 3 rows, not 4.' };
    const { record_id, at } = await entryOf(8);
    expect(await verify({ batchCheckers })).toMatchObject({ ok: false, reason: 'batch', leaf: 8, verb: 'test.8', recordId: record_id, detail: 'The batch of 12:00 has 3 rows, not 4.', at: expect.stringContaining(at.slice(0, 19)) as string });
    expect(seen).toEqual(['test.7']);
    expect(await verify({ batchCheckers, full: false })).toMatchObject({ ok: true, batches: 0 });
  });
});

describe('the append-only tables', () => {
  it.each(['update ledger.entry set body = body', 'delete from ledger.leaf', 'truncate ledger.head', 'delete from ledger.tile', `set session_replication_role = 'replica'; delete from ledger.entry`])('refuse the owner: %s', async (sql) => {
    await expect(ledger.database.owner.query(sql)).rejects.toThrow(/append-only/);
  });
});

describe('a verification beside a running sequencer', () => {
  it('never calls a break', async () => {
    const sequencer = ledger.sequencer({ everyMs: 5, batch: 40 });
    let writing = true;
    const writer = (async () => {
      for (let i = 0; writing; i++) await ledger.write(1 + (i % 9), 20_000 + i * 9);
    })();
    try {
      for (let round = 0; round < 15; round++) expect(await verify()).toMatchObject({ ok: true });
    } finally {
      writing = false;
      await writer;
      await sequencer.stop();
    }
  });

  it('calls no break where heads were signed and kept after it looked at the file, before it looked at the database', async () => {
    const sequencer = ledger.sequencer({ batch: 5 });
    const sealMore = async () => {
      await ledger.write(50, 30_000);
      await seal(sequencer, 50);
      return ledger.database.owner.connect();
    };
    const late = Object.create(ledger.database.owner, { connect: { value: sealMore } }) as pg.Pool;
    try {
      expect(await verify({ pool: late })).toMatchObject({ ok: true, size: SIZE + 50, headsNotInFile: 0 });
    } finally {
      await sequencer.stop();
    }
  });
});

describe('after a restore into a new server', () => {
  it('entries go on behind the old ones once the ledger was rebased', async () => {
    const restored = await testLedger();
    try {
      const sequencer = restored.sequencer();
      await restored.tamper(`insert into ledger.entry (xid, actor, verb, body) select '7000000000', gen_random_uuid(), 'test.old' || n, '{}' from generate_series(1, 3) n`);
      await restored.write(2, 100);
      expect((await seal(sequencer, 2)).sealed).toBe(2);
      expect((await sequencer.tick()).sealed).toBe(0);
      await restored.database.owner.query('select ledger.rebase()');
      await restored.write(4, 200);
      expect((await seal(sequencer, 7)).sealed).toBe(7);
      await sequencer.stop();
      expect(await verifyLedger({ pool: restored.database.owner, publicKeys: restored.publicKeys, headFile: restored.headFile, full: true })).toMatchObject({ ok: true, size: 9, pending: 0 });
    } finally {
      await restored.drop();
    }
  });
});
