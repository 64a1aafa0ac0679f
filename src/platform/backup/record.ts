import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs, type Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Manifest } from '#platform/snapshot/manifest.ts';
import type { Setting } from './contract.ts';
import { backups, changeOf, type Fact, newestKept, RECORD, runRows } from './rows.ts';
import type { Past } from './schedule.ts';

/** Who records what came of backups. */
export const asSteward = (db: Database): Promise<Ctx> => actAs(db, SERVICE.steward);

/** What a run says of a backup. */
export type Outcome = { file: string; bytes: number; sha256: string } & Pick<Manifest, 'madeAt' | 'tables' | 'files' | 'ledger' | 'hasKeys'>;

const figures = ({ file, bytes, sha256, madeAt, tables, files, ledger, hasKeys }: Outcome) => ({ file, bytes, sha256, madeAt, rows: tables.reduce((sum, table) => sum + table.rows, 0), files: files.count, leaves: ledger.leaves, hasKeys });

type Values = Partial<Omit<Fact, 'id'>> & { startedAt?: string; endedAt?: string; node?: string; rows?: number; files?: number; removedAt?: string };

async function move(ctx: Ctx, id: string, verb: string, from: readonly Fact['state'][], values: Values): Promise<boolean> {
  return backups.writeMany(ctx, RECORD, async (tx) => {
    const before = await tx.selectFrom('backup.run').select(['id', 'kind', 'cause', 'state', 'file', 'madeAt', 'bytes', 'sha256', 'leaves', 'hasKeys', 'failure', 'proofOf']).where('id', '=', id).executeTakeFirst();
    if (!before || !from.includes(before.state)) return { changes: [], result: false };
    await tx.updateTable('backup.run').set(values).where('id', '=', id).execute();
    const { startedAt: _s, endedAt: _e, node: _n, rows: _r, files: _f, removedAt: _d, ...told } = values;
    return { changes: [changeOf(verb, before, { ...before, ...told })], result: true };
  });
}

/** False where it does not wait any more. */
export const startRun = (ctx: Ctx, id: string, node: string): Promise<boolean> => move(ctx, id, 'begun', ['waiting'], { state: 'running', startedAt: ctx.now().toISOString(), node });

export const madeRun = (ctx: Ctx, id: string, outcome: Outcome): Promise<boolean> => move(ctx, id, 'made', ['running'], { state: 'done', endedAt: ctx.now().toISOString(), ...figures(outcome) });

export const provedRun = (ctx: Ctx, id: string, { rows, files, leaves, bytes }: { rows: number; files: number; leaves: number; bytes: number }): Promise<boolean> =>
  move(ctx, id, 'proved', ['running'], { state: 'done', endedAt: ctx.now().toISOString(), rows, files, leaves, bytes });

export const failRun = (ctx: Ctx, id: string, failure: string): Promise<boolean> => move(ctx, id, 'failed', ['waiting', 'running'], { state: 'failed', endedAt: ctx.now().toISOString(), failure: failure.slice(0, 1000) });

export const removedRun = (ctx: Ctx, id: string): Promise<boolean> => move(ctx, id, 'removed', ['done'], { removedAt: ctx.now().toISOString() });

/** What was done at the command line is entered as it ended. */
export async function enterRun(ctx: Ctx, kind: 'backup' | 'restore', outcome: Outcome, { startedAt, node, rolledBack = null }: { startedAt: string; node: string; rolledBack?: number | null }): Promise<void> {
  const row = { id: uuidv7(), kind, cause: 'command-line', state: 'done', rolledBack, ...figures(outcome) } as const;
  await backups.writeMany(ctx, RECORD, async (tx) => {
    await tx.insertInto('backup.run').values({ ...row, node, askedAt: startedAt, startedAt, endedAt: ctx.now().toISOString() }).execute();
    const { rows: _rows, files: _files, ...fact } = row;
    return { changes: [changeOf(kind === 'backup' ? 'made' : 'restored', null, fact)], result: null };
  });
}

/** The setting and what was done by it, the newest first. */
export async function readSchedule(ctx: Ctx): Promise<{ setting: Setting & { beganAt: string }; past: Past[] }> {
  const [settings, past] = await backups.readAll(ctx, RECORD, (db) => [
    db.selectFrom('backup.setting').select(['isOn', 'atHour', 'timeZone', 'keep', 'proveEveryDays', 'version', 'beganAt']),
    db.selectFrom('backup.run').select(['kind', 'cause', 'state', 'askedAt']).where('kind', 'in', ['backup', 'proof']).where('cause', '<>', 'command-line').orderBy('askedAt', 'desc').orderBy('id', 'desc').limit(200),
  ] as const);
  return { setting: settings[0] as Setting & { beganAt: string }, past: past as Past[] };
}

/** Enters what the schedule asks for; false where there is something under way, or nothing to prove. */
export async function planRun(ctx: Ctx, kind: 'backup' | 'proof'): Promise<boolean> {
  return backups.writeMany(ctx, RECORD, async (tx) => {
    const id = uuidv7();
    const base = { id, cause: 'scheduled', state: 'waiting' } as const;
    const proof = kind === 'proof' ? await newestKept(tx) : {};
    if (proof === null) return { changes: [], result: false };
    await tx.insertInto('backup.run').values({ ...base, kind, ...proof, askedAt: ctx.now().toISOString() }).execute();
    return { changes: [changeOf('asked', null, { ...base, kind, ...proof })], result: true };
  });
}

/** The files that may go, so that the newest `keep` and the newest proven one are left; none while a legal hold keeps them all. */
export async function surplusRuns(ctx: Ctx, node: string): Promise<{ id: string; file: string }[]> {
  const { setting } = await readSchedule(ctx);
  const [held] = await backups.read(ctx, RECORD).selectFrom(sql<{ keeps: boolean }>`(select retention.keeps_backups() as keeps)`.as('h')).select('keeps').execute();
  if (held?.keeps) return [];
  const kept = await runRows(backups.read(ctx, RECORD)).where('r.kind', '=', 'backup').where('r.state', '=', 'done').where('r.cause', '<>', 'command-line').where('r.node', '=', node).where('r.removedAt', 'is', null).orderBy('r.madeAt', 'desc').limit(1000).execute();
  const newestProven = kept.find(({ provenAt }) => provenAt !== null)?.id;
  return kept.slice(setting.keep).flatMap(({ id, file }) => (id === newestProven || file === null ? [] : [{ id, file }]));
}

/** The file that a run is about. */
export const runOf = (ctx: Ctx, id: string) => backups.read(ctx, RECORD).selectFrom('backup.run').select(['id', 'kind', 'state', 'file', 'proofOf']).where('id', '=', id).executeTakeFirst();

