import { sql } from 'kysely';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Run } from './contract.ts';
import type { Tables } from './tables.gen.ts';

/** With which runs are read, and asked for by people. */
export const SYSTEM = 'platform:system';
/** With which the steward records what came of them. */
export const RECORD = 'platform:backup';

export const backups = store<Tables>('backup');
export type Tx = Parameters<Parameters<typeof backups.writeMany>[2]>[0];
type Db = Pick<Parameters<Parameters<typeof backups.readAll>[2]>[0], 'selectFrom'>;

/** Runs as they are shown. */
export const runRows = (db: Db) =>
  db.selectFrom('backup.run as r').leftJoin('access.person as p', 'p.id', 'r.askedBy').select([
    'r.id', 'r.kind', 'r.cause', 'r.state', 'p.name as askedBy', 'r.askedAt', 'r.startedAt', 'r.endedAt', 'r.node', 'r.file', 'r.madeAt', 'r.bytes', 'r.rows', 'r.files', 'r.leaves', 'r.sha256', 'r.hasKeys', 'r.rolledBack', 'r.failure', 'r.removedAt',
    sql<string | null>`(select max(q.ended_at) from backup.run q where q.proof_of = r.id and q.state = 'done')`.as('provenAt'),
  ]);

/** The newest backup of the folder that is still there, as a proof of it names it. */
export async function newestKept(tx: Tx): Promise<{ proofOf: string; file: string | null; madeAt: string | null } | null> {
  const row = await tx.selectFrom('backup.run').select(['id as proofOf', 'file', 'madeAt']).where('kind', '=', 'backup').where('state', '=', 'done').where('removedAt', 'is', null).where('cause', '<>', 'command-line').orderBy('madeAt', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

/** What the ledger is told of a run. */
export type Fact = Pick<Run, 'id' | 'kind' | 'cause' | 'state'> & Partial<Pick<Run, 'file' | 'madeAt' | 'bytes' | 'leaves' | 'sha256' | 'hasKeys' | 'rolledBack' | 'failure'>> & { proofOf?: string | null };

export const changeOf = (verb: string, before: Partial<Fact> | null, after: Fact): Change<Fact> => ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: SYSTEM } });

/** The run that waits or is under way; there is one at most. */
export const underWay = (ctx: Ctx, permission: string): Promise<Run | undefined> => runRows(backups.read(ctx, permission)).where('r.state', 'in', ['waiting', 'running']).executeTakeFirst();
