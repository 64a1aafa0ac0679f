import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { keyFiles, type LedgerKeys, openKeys, type PublicKey, readPublicKeys } from './keys.ts';
import { type Sequencer, startSequencer } from './sequencer.ts';

/** A ledger of its own: a database, a worker's pool, keys and a heads file in a temporary folder. */
export type TestLedger = {
  database: FreshDatabase;
  worker: pg.Pool;
  folder: string;
  keys: LedgerKeys;
  publicKeys: PublicKey[];
  headFile: string;
  sequencer(options?: { batch?: number; headFile?: string; everyMs?: number }): Sequencer;
  /** Commits `count` entries in one transaction, with verbs `test.<first>` and on. */
  write(count: number, first?: number): Promise<void>;
  /** What the database's owner can do with the append-only triggers out of the way. */
  tamper(sql: string): Promise<void>;
  drop(): Promise<void>;
};

/** Opens it. */
export async function testLedger(): Promise<TestLedger> {
  const database = await freshDatabase();
  const { pool: worker } = openDatabase({ url: database.url, role: 'parapet_worker', max: 4 });
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  const keys = openKeys(join(folder, 'keys'));
  const headFile = join(folder, 'heads');
  const running: Sequencer[] = [];
  return {
    database, worker, folder, keys, headFile,
    publicKeys: readPublicKeys(keyFiles(join(folder, 'keys')).publicFile),
    sequencer: (options = {}) => {
      const one = startSequencer({ pool: worker, keys, headFile, everyMs: 0, ...options });
      running.push(one);
      return one;
    },
    write: async (count, first = 0) => {
      await database.owner.query(WRITE, [first, first + count - 1]);
    },
    tamper: async (sql) => {
      await database.owner.query(`begin; set local parapet.retention = 'on'; ${sql}; commit`);
    },
    drop: async () => {
      for (const one of running) await one.stop();
      await worker.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Entries `test.<n>`, each about a record of its own. */
export const WRITE = `insert into ledger.entry (actor, verb, record_id, body)
  select '00000000-0000-7000-8000-0000000000aa', 'test.' || n, gen_random_uuid(), '{"after":{"n":' || n || '}}' from generate_series($1::int, $2::int) n`;

/** Ticks until `wanted` more leaves are sealed: other tests' transactions on the same server hold the horizon for a moment. */
export async function seal(sequencer: Sequencer, wanted: number): Promise<{ sealed: number; heads: number }> {
  const total = { sealed: 0, heads: 0 };
  for (const until = Date.now() + 20_000; total.sealed < wanted && Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const { sealed, heads } = await sequencer.tick();
    total.sealed += sealed;
    total.heads += heads;
  }
  return total;
}

/** The verbs of the leaves, in their order. */
export async function sealedVerbs(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ verb: string }>('select e.verb from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id order by l.n');
  return rows.map(({ verb }) => verb);
}
