import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Config } from '#platform/kernel/config.ts';
import type { Ctx } from '#platform/kernel/context.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { makeBackup } from '#platform/snapshot/make.ts';
import { storedFilesAt } from '#platform/snapshot/stored-files.ts';
import { clearScratch, proveBackup, type ProveOptions } from './prove.ts';
import { failRun, madeRun, provedRun, removedRun, runOf, startRun, surplusRuns } from './record.ts';
import { requireRoom } from './room.ts';

/** The lock that whoever carries a run out holds while it lives; with the hash of the run's id. */
export const KEEPER_LOCK = 7_204_320;

/** What this machine is called in the list of backups. */
export const nodeName = (): string => hostname();

/** Where a proof puts its scratch database. */
export const scratchOf = ({ dataDir }: Pick<Config, 'dataDir'>): string => join(dataDir, 'proving');

export type KeeperOptions = Pick<ProveOptions, 'ownerUrl' | 'migrateForward' | 'batchCheckers'> & { config: Config; ctx: Ctx; log: { info(fields: object, message: string): void; error(fields: object, message: string): void } };

/** Carries out the run with this id, where it waits and nobody else does, and records what came of it. */
export async function carryOut(id: string, options: KeeperOptions): Promise<void> {
  const { ctx, log, ownerUrl, config } = options;
  const lock = new pg.Client({ connectionString: ownerUrl, application_name: 'parapet keeper' });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    const { rows } = await lock.query<{ mine: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as mine', [KEEPER_LOCK, id]);
    if (!rows[0]?.mine || !(await startRun(ctx, id, nodeName()))) return;
    const run = await runOf(ctx, id);
    try {
      clearLeftovers(config);
      if (run?.kind === 'proof') await prove(id, run.file ?? '', options);
      else await backUp(id, options);
    } catch (error) {
      log.error({ err: error, run: id }, 'a backup or proof failed');
      await failRun(ctx, id, error instanceof Fault ? error.message : `It broke: ${(error as Error).message}`);
    }
  } finally {
    await lock.end();
  }
}

/** What was killed in the middle: drafts that are no backup, and a scratch database with a copy of everything. */
export function clearLeftovers(config: Pick<Config, 'backups' | 'dataDir'>): void {
  mkdirSync(config.backups, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(config.backups)) if (/^parapet-[\w-]+\.tar\.[0-9a-f]{8}\.part$/.test(name)) rmSync(join(config.backups, name), { force: true });
  clearScratch(scratchOf(config));
}

async function backUp(id: string, { ctx, config, ownerUrl, log }: KeeperOptions): Promise<void> {
  requireRoom(config.backups, await likelyBytes(ownerUrl), 'a backup');
  const stamp = ctx.now().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const file = join(config.backups, `parapet-${config.mode === 'main' ? 'main' : 'demo'}-${stamp}.tar`);
  const { manifest, bytes, sha256, tookMs } = await makeBackup({ ownerUrl, file, organisation: config.mode, ...ledgerFiles(config.dataDir), files: storedFilesAt(config.files) });
  await madeRun(ctx, id, { ...manifest, file, bytes, sha256 });
  log.info({ file, bytes, tookMs }, 'backup made');
  for (const surplus of await surplusRuns(ctx, nodeName())) {
    rmSync(surplus.file, { force: true });
    await removedRun(ctx, surplus.id);
  }
}

/** As much as the last backup and a half; a third of the database where there is none. */
async function likelyBytes(ownerUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ bytes: string }>(`select coalesce((select 1.5 * bytes from backup.run where kind = 'backup' and state = 'done' order by made_at desc limit 1), pg_database_size(current_database()) / 3)::bigint as bytes`);
    return Number(rows[0]?.bytes ?? 0);
  } finally {
    await client.end();
  }
}

async function prove(id: string, file: string, { ctx, config, log, ...options }: KeeperOptions): Promise<void> {
  const { keyFolder } = ledgerFiles(config.dataDir);
  const proven = await proveBackup({ ...options, file, keyFolder, scratch: scratchOf(config) });
  await provedRun(ctx, id, proven);
  log.info({ file, ...proven }, 'a restore was proven');
}
