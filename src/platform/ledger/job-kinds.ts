import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import pg from 'pg';
import { z } from 'zod';
import { type JobKind, jobKind } from '#platform/jobs/port.ts';
import { startJob } from '#platform/jobs/jobs.service.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { keyFiles, readPublicKeys } from '#platform/kernel/ledger/keys.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { verifyLedger } from '#platform/verify/verify-ledger.ts';
import { discoverCheckers, wordsOn } from '#platform/verify/words.ts';
import { ledger } from './browse.ts';
import { ledgerFiles } from './prove.ts';

const READ = 'ledger:read';

/** It recomputes what nobody may see one by one, and says only whether it holds; who may ask reads the ledger of the whole organisation. */
async function checkReadsAll(ctx: Ctx): Promise<void> {
  const [row] = await ledger.read(ctx, READ).selectFrom(sql<{ may: boolean }>`(select access.org_may(${READ}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(READ);
}

/** Where the ledger breaks, without the record: it may stand behind a wall. The verb at the machine says the rest. */
const hidden = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/ · record: \S+ · verb: \S+/, ''));

const verifyWhole: JobKind = jobKind({
  key: 'ledger.verify', title: 'Verification of the whole ledger', permission: READ, args: z.null(), isOneWrite: false,
  run: async (ctx, _args, { worker, signal }) => {
    await checkReadsAll(ctx);
    const { keyFolder, headFile } = ledgerFiles(readConfig().dataDir);
    const { publicFile } = keyFiles(keyFolder);
    // One snapshot may be read for minutes, so without the limits of the worker's own pool; stopping breaks its connections.
    const pool = new pg.Pool({ connectionString: worker.pool.options.connectionString, max: 3, application_name: 'parapet verify', options: '-c role=parapet_worker -c TimeZone=UTC' });
    const clients = new Set<pg.PoolClient>();
    pool.on('error', () => undefined);
    pool.on('connect', (client) => clients.add(client.on('error', () => undefined)));
    const stop = (): void => clients.forEach((client) => void (client as unknown as pg.Client).end().catch(() => undefined));
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await verifyLedger({ pool, publicKeys: existsSync(publicFile) ? readPublicKeys(publicFile) : [], headFile, full: true, batchCheckers: await discoverCheckers() });
      return { isWhole: answer.ok, lines: hidden(wordsOn(answer)) };
    } finally {
      signal.removeEventListener('abort', stop);
      await pool.end();
    }
  },
});

export const jobKinds: readonly JobKind[] = [verifyWhole];

/** Starts a verification from the first leaf on, as a job. Throws 403 where the reader does not read the ledger of the whole organisation. */
export async function startVerification(ctx: Ctx): Promise<{ id: string }> {
  await checkReadsAll(ctx);
  return startJob(ctx, verifyWhole, null);
}
