import { sql } from 'kysely';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Health } from './contract.ts';
import { checkState, clockState, databaseState, diskState, processState, worst } from './rules.ts';
import type { Tables } from './tables.gen.ts';

const SYSTEM = 'platform:system';
const health = store<Tables>('health');

type DatabaseFacts = { version: string; sizeBytes: number; connections: number; mostConnections: number; ledgerBehindS: number; askedAt: string };
type Row = Tables['health.process'];

const secondsSince = (at: string, now: string): number => (Date.parse(at) - Date.parse(now)) / -1000;

/** One disk or clock a node: of the process that spoke last. */
const perNode = <T>(rows: readonly Row[], of: (row: Row) => T): T[] => [...new Map(rows.toSorted((a, b) => (a.beatAt < b.beatAt ? -1 : 1)).map((row) => [row.node, row])).values()].map(of);

export async function readHealth(ctx: Ctx): Promise<Health> {
  const [rows, facts, noted] = await health.readAll(ctx, SYSTEM, (db) => [
    db.selectFrom('health.process').select(['node', 'role', 'pid', 'version', 'startedAt', 'beatAt', 'rssBytes', 'loopMs', 'clockMs', 'jumpedAt', 'jumpMs', 'diskFolder', 'diskBytes', 'freeBytes']).orderBy('node').orderBy('role').limit(200),
    db.selectFrom(sql<DatabaseFacts>`health.database()`.as('d')).select(['version', 'sizeBytes', 'connections', 'mostConnections', 'ledgerBehindS', 'askedAt']),
    db.selectFrom('health.check').select(['key', 'state', 'words', 'at', 'dueAt']).orderBy('key').limit(200),
  ]);
  const now = facts[0]?.askedAt ?? ctx.now().toISOString();
  const processes = rows.map(({ node, role, pid, version, startedAt, beatAt, rssBytes, loopMs }) => ({ node, role, pid, version, startedAt, beatAt, rssBytes, loopMs, state: processState(secondsSince(beatAt, now), loopMs) }));
  const disks = perNode(rows, ({ node, diskFolder, diskBytes, freeBytes }) => ({ node, folder: diskFolder, bytes: diskBytes, freeBytes, state: diskState(diskBytes, freeBytes) }));
  const clocks = perNode(rows, ({ node, clockMs, jumpedAt, jumpMs }) => ({ node, clockMs, jumpedAt, jumpMs, state: clockState(clockMs, jumpedAt === null ? null : secondsSince(jumpedAt, now)) }));
  const checks = noted.map((one) => ({ ...one, state: checkState(one.state, one.dueAt, new Date(now)) }));
  const database = facts.map(({ askedAt: _at, ...rest }) => ({ ...rest, state: databaseState(rest) }))[0] ?? null;
  const parts = [...processes, ...disks, ...clocks, ...checks, ...(database ? [database] : [])];
  return { state: worst(parts.map(({ state }) => state)), at: now, processes, disks, clocks, database, checks };
}
