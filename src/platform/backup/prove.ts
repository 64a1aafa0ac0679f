import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { checkFiles } from '#platform/files/check.ts';
import { openFileKeys } from '#platform/files/seal.ts';
import { openVault, shelfAt } from '#platform/files/vault.ts';
import { Fault } from '#platform/kernel/fault.ts';
import type { BatchChecker } from '#platform/verify/verify-ledger.ts';
import { CLUSTER_OWNER, DATABASE, startCluster } from '#platform/postgres/cluster.ts';
import { makeFolder, placeOf } from '#platform/postgres/place.ts';
import { openBackup } from '#platform/snapshot/manifest.ts';
import { restoreBackup } from '#platform/snapshot/restore.ts';
import { storedFilesAt } from '#platform/snapshot/stored-files.ts';
import { requireRoom } from './room.ts';

export type ProveOptions = {
  file: string;
  /** A folder that may be made and removed. */
  scratch: string;
  /** Of the system that the backup is of: its heads must hold the backup's, and its keys open the stored files. */
  ownerUrl: string;
  keyFolder: string;
  migrateForward: (database: { ownerUrl: string; login: string }) => Promise<string[]>;
  batchCheckers: Readonly<Record<string, BatchChecker>>;
};

/** What was restored and found equal. */
export type Proven = { rows: number; files: number; leaves: number; bytes: number; tookMs: number };

const LOGIN = 'parapet_app';
// Nothing in the scratch database has to outlive the machine.
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0', shared_buffers: '128MB', max_connections: '20' };

/** Removes what a proof left behind, wherever its database was put. */
export function clearScratch(scratch: string): void {
  const dir = join(scratch, 'postgres');
  if (existsSync(dir)) rmSync(placeOf(dir), { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

/**
 * Restores a backup into a database of its own that is thrown away, and compares: every table byte for byte, the whole
 * ledger by its signed heads, every stored file by its own key and hash, and the newest head with the running system's.
 * @throws Fault at the first thing that is not as it must be.
 */
export async function proveBackup({ file, scratch, ownerUrl, keyFolder, migrateForward, batchCheckers }: ProveOptions): Promise<Proven> {
  const began = performance.now();
  clearScratch(scratch);
  const backup = await openBackup(file);
  const { manifest, archive } = backup;
  await requireHeadOf(ownerUrl, manifest.ledger);
  if (manifest.files.missing.length > 0) throw new Fault(`${manifest.files.missing.length} parts of stored files were missing when it was made, ${manifest.files.missing[0]} first.`);
  makeFolder(scratch);
  requireRoom(scratch, manifest.tables.reduce((sum, { bytes }) => sum + 2 * bytes, 0) + manifest.files.bytes, 'a proof');
  const cluster = await startCluster({ dir: join(scratch, 'postgres'), settings: SETTINGS });
  try {
    await cluster.ensureLogin(LOGIN);
    const target = { ownerUrl: cluster.url(DATABASE, CLUSTER_OWNER), login: LOGIN };
    const [dataDir, files] = [join(scratch, 'data'), join(scratch, 'files')];
    const { ledger } = await restoreBackup({
      backup, ...target, dataDir, keyFolder: join(dataDir, 'keys'), headFile: join(dataDir, 'ledger', 'heads'), files: storedFilesAt(files), compare: true, batchCheckers, migrateForward: () => migrateForward(target),
    });
    if (!ledger.ok) throw new Fault(`It was restored, and its ledger is broken (${ledger.reason}): ${ledger.detail}`);
    if (ledger.size !== manifest.ledger.leaves) throw new Fault(`It was restored, and its ledger has ${ledger.size} leaves instead of ${manifest.ledger.leaves}.`);
    if (manifest.files.count > 0) await requireFiles(target.ownerUrl, openVault(shelfAt(files), openFileKeys(keyFolder, () => true)));
    return { rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0), files: manifest.files.count, leaves: ledger.size, bytes: archive.bytes, tookMs: Math.round(performance.now() - began) };
  } finally {
    await cluster.stop();
    clearScratch(scratch);
  }
}

/** Another system's backup, or one of before a roll-back, proves nothing here. */
async function requireHeadOf(ownerUrl: string, { leaves, note }: { leaves: number; note: string | null }): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'parapet proof' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ note: string }>('select note from ledger.head where size = $1', [leaves]);
    if (note !== null && rows[0]?.note !== note) throw new Fault(`The head of ${leaves} leaves in it is not one of this system's ledger: it is another system's, or this one was rolled back since.`);
  } finally {
    await client.end();
  }
}

async function requireFiles(ownerUrl: string, vault: Parameters<typeof checkFiles>[1]): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1 });
  // The scratch server may be stopped before the connection is quite closed.
  pool.on('error', () => undefined);
  try {
    await checkFiles(pool, vault, {
      found: ({ id, detail }) => {
        throw new Fault(`The stored file ${id} in it does not hold: ${detail}.`);
      },
    });
  } finally {
    await pool.end();
  }
}
