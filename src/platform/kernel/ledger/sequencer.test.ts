import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leafHash, rootOf } from '#engines/merkle/hash.ts';
import { openHead } from './head.ts';
import { headFileBytes, readHeadFile } from './head-file.ts';
import { LEAF_TEXT } from './leaf.ts';
import { openKeys } from './keys.ts';
import { oldestUnsequencedS, startSequencer } from './sequencer.ts';
import { seal, sealedVerbs, type TestLedger, testLedger, WRITE } from './testing.ts';

let ledger: TestLedger;
const one = async <T>(sql: string, values: unknown[] = []): Promise<T> => Object.values((await ledger.database.owner.query<Record<string, T>>(sql, values)).rows[0] ?? {})[0] as T;
const verbs = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `test.${from + i}`);

/** The root recomputed from the entries alone, by the definition. */
async function rootOfEntries(): Promise<string> {
  const { rows } = await ledger.database.owner.query<{ leaf: string }>(`select ${LEAF_TEXT} as leaf from ledger.entry e join ledger.leaf l on l.xid = e.xid and l.entry_id = e.id order by l.n`);
  return Buffer.from(rootOf(rows.map(({ leaf }) => leafHash(Buffer.from(leaf))))).toString('base64');
}

async function fileNotes(file = ledger.headFile): Promise<string[]> {
  const notes: string[] = [];
  for await (const note of readHeadFile(file, headFileBytes(file))) notes.push(note);
  return notes;
}

describe('the sequencer', () => {
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(() => ledger.drop());

  it('numbers what is committed without gaps, signs the root and writes the head outside', async () => {
    const sequencer = ledger.sequencer({ batch: 100 });
    await ledger.write(350);
    expect(await seal(sequencer, 350)).toEqual({ sealed: 350, heads: 4 });
    expect(await sealedVerbs(ledger.database.owner)).toEqual(verbs(0, 350));
    const [note = '', ...others] = (await fileNotes()).reverse();
    const opened = openHead(note, ledger.publicKeys);
    expect(others.length).toBe(3);
    expect(opened.ok && opened.head.root.toString('base64')).toBe(await rootOfEntries());
    expect(await one('select note from ledger.head order by size desc limit 1')).toBe(note);
    await sequencer.stop();
  });

  it('does nothing where nothing happened', async () => {
    const sequencer = ledger.sequencer();
    expect(await sequencer.tick()).toEqual({ leads: true, sealed: 0, heads: 0 });
    expect(await oldestUnsequencedS(ledger.database.owner)).toBe(0);
    await sequencer.stop();
  });

  it('never passes an entry that commits late, and keeps the order of transactions', async () => {
    const sequencer = ledger.sequencer();
    const before = await one<string>('select size from ledger.cursor');
    const a = await ledger.database.owner.connect();
    const b = await ledger.database.owner.connect();
    try {
      await a.query('begin');
      await a.query(WRITE, [1001, 1001]);
      await b.query(WRITE, [1002, 1002]);
      expect((await sequencer.tick()).sealed).toBe(0);
      expect(await oldestUnsequencedS(ledger.database.owner)).toBeGreaterThan(0);
      expect(await oldestUnsequencedS(ledger.database.db.pool)).toBeLessThan(60);
      await a.query('commit');
      expect((await seal(sequencer, 2)).sealed).toBe(2);
    } finally {
      a.release();
      b.release();
    }
    expect((await sealedVerbs(ledger.database.owner)).slice(Number(before))).toEqual(['test.1001', 'test.1002']);
    await sequencer.stop();
  });

  it('never numbers what was rolled back', async () => {
    const sequencer = ledger.sequencer();
    const a = await ledger.database.owner.connect();
    await a.query('begin');
    await a.query(WRITE, [2001, 2001]);
    await a.query('rollback');
    a.release();
    expect((await sequencer.tick()).sealed).toBe(0);
    await sequencer.stop();
  });

  it('leads alone: a second one waits, keeps its own heads file level, and takes over', async () => {
    const first = ledger.sequencer();
    const file = join(ledger.folder, 'second-heads');
    const second = ledger.sequencer({ headFile: file });
    await ledger.write(10, 3000);
    expect((await seal(first, 10)).sealed).toBe(10);
    expect(await second.tick()).toMatchObject({ leads: false, sealed: 0 });
    expect(await fileNotes(file)).toEqual(await fileNotes());
    await first.stop();
    await ledger.write(5, 3010);
    expect(await seal(second, 5)).toEqual({ sealed: 5, heads: 1 });
    await second.stop();
  });

  it('that lost its turn without knowing is fenced off', async () => {
    const sequencer = ledger.sequencer();
    await sequencer.tick();
    const before = await one<number>('select size::int from ledger.cursor');
    await ledger.database.owner.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 7204002 and database = (select oid from pg_database where datname = current_database())`);
    await ledger.write(3, 4000);
    await sequencer.tick().catch(() => undefined);
    await expect.poll(() => one('select size::int from ledger.cursor').finally(() => sequencer.tick().catch(() => undefined)), { timeout: 10_000 }).toBe(before + 3);
    await sequencer.stop();
  });

  it('writes nothing once another has moved the cursor', async () => {
    const sequencer = ledger.sequencer();
    await sequencer.tick();
    await ledger.write(2, 4500);
    await ledger.tamper('update ledger.cursor set size = size + 1');
    await expect(sequencer.tick()).rejects.toThrow(/fenced/);
    await ledger.tamper('update ledger.cursor set size = size - 1');
    expect((await seal(sequencer, 2)).sealed).toBe(2);
    await sequencer.stop();
  });

  it('seals all of a load from many writers, in two processes at once', async () => {
    const running = [ledger.sequencer({ everyMs: 10, batch: 50 }), ledger.sequencer({ everyMs: 10, batch: 50, headFile: join(ledger.folder, 'other-heads') })];
    await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; i < 40; i++) await ledger.write(2, 10_000 + writer * 1000 + i * 2);
    }));
    await expect.poll(() => one('select count(*)::int from ledger.entry e where not exists (select from ledger.leaf l where l.xid = e.xid and l.entry_id = e.id)'), { timeout: 20_000 }).toBe(0);
    for (const sequencer of running) await sequencer.stop();
    await expectWhole();
  });

  it('does not go on where the database was rolled back behind its heads file, or its tree altered', async () => {
    await ledger.write(1, 5000);
    const size = await one<string>('select max(size) from ledger.head');
    const flip = `update ledger.tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where level = 0 and idx = (select max(idx) from ledger.tile where level = 0)`;
    await ledger.tamper(`create table public.kept as select * from ledger.head where size = ${size}; delete from ledger.head where size = ${size}`);
    await expect(ledger.sequencer().tick()).rejects.toThrow(/rolled back/);
    await ledger.tamper('insert into ledger.head select * from public.kept');
    await ledger.tamper(flip);
    await expect(ledger.sequencer().tick()).rejects.toThrow(/does not have the root/);
    await ledger.tamper(flip);
    expect((await seal(ledger.sequencer(), 1)).sealed).toBe(1);
  });
});

/** Entries = leaves, numbers without a gap, the root recomputed from the entries alone, and the file level with the heads. */
async function expectWhole(): Promise<void> {
  const { rows: [counts] } = await ledger.database.owner.query('select (select count(*) from ledger.entry)::int as entries, count(*)::int as leaves, max(n)::int + 1 as next from ledger.leaf');
  expect(counts).toEqual({ entries: counts.entries, leaves: counts.entries, next: counts.entries });
  const { rows: heads } = await ledger.database.owner.query<{ note: string }>('select note from ledger.head order by size');
  const opened = openHead(heads.at(-1)?.note ?? '', ledger.publicKeys);
  expect(opened.ok && opened.head).toMatchObject({ size: counts.entries });
  expect(opened.ok && opened.head.root.toString('base64')).toBe(await rootOfEntries());
  expect(await fileNotes()).toEqual(heads.map(({ note }) => note));
}

describe('a node with a key of its own beside another node', () => {
  it('seals nothing once it would lead, and says why', async () => {
    const shared = await testLedger();
    await shared.write(2);
    const first = shared.sequencer();
    await seal(first, 2);
    await first.stop();
    const second = startSequencer({ pool: shared.worker, keys: openKeys(join(shared.folder, 'own')), headFile: join(shared.folder, 'own-heads'), everyMs: 0, objectionTo: (note) => (note.includes(shared.keys.name) ? 'another key' : null) });
    await shared.write(2, 10);
    await expect(second.tick()).rejects.toThrow('another key');
    expect((await shared.database.owner.query('select size::int from ledger.cursor')).rows).toEqual([{ size: 2 }]);
    await second.stop();
    await shared.drop();
  });
});

describe('a sequencer killed again and again while many write', () => {
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(() => ledger.drop());

  it('loses no entry, doubles none and leaves a whole tree', async () => {
    let writing = true;
    const writers = Array.from({ length: 3 }, async (_, writer) => {
      for (let i = 0; writing; i++) await ledger.write(1 + (i % 5), writer * 100_000 + i * 5);
    });
    const heads = () => one<number>('select count(*)::int from ledger.head');
    for (let round = 0; round < 10; round++) {
      const signed = await heads();
      const child = start();
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      if (round % 2 === 0) await expect.poll(heads, { timeout: 20_000 }).toBeGreaterThan(signed);
      await new Promise((resolve) => setTimeout(resolve, 20 + ((round * 37) % 160)));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    writing = false;
    await Promise.all(writers);
    const sequencer = ledger.sequencer();
    await expect.poll(async () => ((await sequencer.tick()).leads ? one('select count(*)::int from ledger.entry e where not exists (select from ledger.leaf l where l.xid = e.xid and l.entry_id = e.id)') : -1), { timeout: 20_000 }).toBe(0);
    expect(await heads()).toBeGreaterThanOrEqual(5);
    await expectWhole();
  }, 180_000);
});

const start = (): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, 'testing-process.ts'), ledger.database.url, join(ledger.folder, 'keys'), ledger.headFile], { stdio: ['ignore', 'pipe', 'inherit'] });
