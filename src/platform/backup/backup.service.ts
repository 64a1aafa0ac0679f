import { statSync } from 'node:fs';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { nearestFolder } from '#platform/postgres/place.ts';
import type * as contract from './contract.ts';
import { RED_AFTER_S, type Run, type Setting } from './contract.ts';
import { backups, changeOf, newestKept, runRows, SYSTEM, type Tx } from './rows.ts';

const SETTING = ['isOn', 'atHour', 'timeZone', 'keep', 'proveEveryDays', 'version'] as const;

export async function listRuns(ctx: Ctx, { after, limit }: Input<typeof contract.listRuns>): Promise<Reply<typeof contract.listRuns>> {
  const place = after === undefined ? null : readCursor(after);
  const items = await runRows(backups.read(ctx, SYSTEM)).where(place ? sql<boolean>`(r.asked_at, r.id) < (${place.at}::timestamptz, ${place.id}::uuid)` : sql<boolean>`true`).orderBy('r.askedAt', 'desc').orderBy('r.id', 'desc').limit(limit).execute();
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.askedAt, last.id) : null };
}

export async function readBackupState(ctx: Ctx): Promise<Reply<typeof contract.readBackupState>> {
  const { backups: folder, dataDir, mode } = readConfig();
  const [settings, unproven, running, newest, proven] = await backups.readAll(ctx, SYSTEM, (db) => [
    db.selectFrom('backup.setting').select(SETTING),
    db.selectFrom(sql<{ s: number }>`(select backup.unproven_s() as s)`.as('u')).select('s'),
    runRows(db).where('r.state', 'in', ['waiting', 'running']),
    runRows(db).where('r.kind', '=', 'backup').where('r.state', '=', 'done').orderBy('r.madeAt', 'desc').limit(1),
    runRows(db).where('r.kind', '=', 'backup').where(sql<boolean>`exists (select from backup.run q where q.proof_of = r.id and q.state = 'done')`).orderBy('r.madeAt', 'desc').limit(1),
  ] as const);
  const unprovenS = Math.max(0, Math.round(unproven[0]?.s ?? 0));
  return {
    setting: settings[0] as Setting, folder, isSameDisk: deviceOf(folder) === deviceOf(dataDir), isScheduled: mode === 'main', unprovenS, isRed: unprovenS > RED_AFTER_S,
    running: running[0] ?? null, newest: newest[0] ?? null, proven: proven[0] ?? null,
  };
}

const deviceOf = (folder: string): number => statSync(nearestFolder(folder)).dev;

export async function changeBackupSetting(ctx: Ctx, given: Input<typeof contract.changeBackupSetting>): Promise<Setting> {
  return backups.writeMany(ctx, SYSTEM, async (tx) => {
    await checkKeepsAll(tx);
    const before = await tx.selectFrom('backup.setting').select(SETTING).executeTakeFirstOrThrow();
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'backup.changed_meanwhile', 'Somebody changed this since you read it. Look again, then change it.');
    const after = await tx.updateTable('backup.setting').set({ ...given, version: before.version + 1 }).where('version', '=', before.version).returning(SETTING).executeTakeFirst();
    if (!after) throw new Problem('stale', 'backup.changed_meanwhile', 'Somebody changed this at the same moment. Look again, then change it.');
    const of = { recordId: NOBODYS, siteId: null, wallId: null, readPermission: SYSTEM };
    return { changes: [{ verb: 'set', before: { id: NOBODYS, ...before }, after: { id: NOBODYS, ...after }, of }], result: after };
  });
}

/** What the ledger calls the one row of settings. */
const NOBODYS = '00000000-0000-7000-8000-00000000ba00';

async function checkKeepsAll(tx: Tx): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.org_may(${SYSTEM}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(SYSTEM);
}

export const askForBackup = (ctx: Ctx): Promise<Run> => ask(ctx, async () => ({ kind: 'backup' }));

export const askForProof = (ctx: Ctx): Promise<Run> =>
  ask(ctx, async (tx) => {
    const newest = await newestKept(tx);
    if (!newest) throw new Problem('refused', 'backup.nothing_to_prove', 'There is no backup in the folder yet. Make one, then prove it.');
    return { kind: 'proof', ...newest };
  });

type Asked = { kind: 'backup' } | { kind: 'proof'; proofOf: string; file: string | null; madeAt: string | null };

async function ask(ctx: Ctx, what: (tx: Tx) => Promise<Asked>): Promise<Run> {
  return backups.writeMany(ctx, SYSTEM, async (tx) => {
    await checkKeepsAll(tx);
    const before = await runRows(tx).where('r.state', 'in', ['waiting', 'running']).executeTakeFirst();
    if (before) throw alreadyUnderWay(before);
    const asked = await what(tx);
    const id = uuidv7();
    await tx.insertInto('backup.run').values({ id, ...asked, cause: 'asked', state: 'waiting', askedBy: ctx.personId, askedAt: ctx.now().toISOString() }).execute();
    const run = await runRows(tx).where('r.id', '=', id).executeTakeFirstOrThrow();
    return { changes: [changeOf('asked', null, { id, cause: 'asked', state: 'waiting', ...asked })], result: run };
  });
}

const alreadyUnderWay = ({ kind, askedAt, startedAt }: Run): Problem =>
  new Problem('conflict', 'backup.under_way', `A ${kind} is under way already, since ${startedAt ?? askedAt}. Wait until it has ended.`, { state: 'running', at: startedAt ?? askedAt });
