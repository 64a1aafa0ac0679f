import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { startJob } from '#platform/jobs/jobs.service.ts';
import { type JobKind, jobKind, type JobTools } from '#platform/jobs/port.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms } from './alarm-row.ts';
import { compare, MOST_KEPT, replay } from './back-test.ts';
import { type Definition, MOST_DAYS } from './correlation-rules.ts';
import type { Version } from './correlation.ts';
import type * as contract from './rule-contract.ts';
import { noSuchVersion, toldOfRule } from './rules.service.ts';

const WRITE = 'alarms:rules';
const DAY_MS = 86_400_000;
const Args = z.object({ ruleId: z.uuid(), versionId: z.uuid(), days: z.number().int().min(1).max(MOST_DAYS), until: z.iso.datetime() });

/** Tries a version over stored signals, beside the version in force. It reads what its starter may see. */
export const backTest: JobKind = jobKind({
  key: 'alarms.back-test', title: 'Rule tried over stored signals', permission: WRITE, args: Args, isOneWrite: true,
  run: async (ctx, args, tools) => tryOver(ctx, args, tools),
});

export async function startBackTest(ctx: Ctx, { id, versionId, days }: Input<typeof contract.startBackTest>): Promise<Reply<typeof contract.startBackTest>> {
  const [rules, versions, reach] = await alarms.readAll(ctx, WRITE, (db) => [
    db.selectFrom('alarms.rule').select('id').where('id', '=', id), db.selectFrom('alarms.ruleVersion').select('id').where('id', '=', versionId).where('ruleId', '=', id), db.selectNoFrom([sql<boolean>`access.org_may(${WRITE})`.as('may')]),
  ]);
  if (!rules[0]) throw notFound();
  if (!reach[0]?.may) throw notAllowed(WRITE);
  if (!versions[0]) throw noSuchVersion();
  return alarms.writeMany(ctx, WRITE, async () => {
    const job = await startJob(ctx, backTest, { ruleId: id, versionId, days, until: ctx.now().toISOString() });
    return { changes: [], result: { jobId: job.id } };
  });
}

/** Runs a test at once, within the caller; for the job, and for tests. */
export async function tryOver(ctx: Ctx, { ruleId, versionId, days, until: end }: z.infer<typeof Args>, tools: Pick<JobTools, 'signal' | 'progress'>): Promise<{ backTestId: string; found: number }> {
  const [rows, reach] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    db.selectFrom('alarms.ruleVersion').select(['id', 'n', 'name', 'definition', 'state']).where('ruleId', '=', ruleId).where((eb) => eb.or([eb('id', '=', versionId), eb('state', '=', 'active')])),
    db.selectNoFrom([sql<boolean>`access.org_may('signals:read')`.as('isWhole')]),
  ]);
  const version = rows.find(({ id }) => id === versionId);
  if (!version) throw notFound();
  const other = rows.find(({ id }) => id !== versionId);
  const until = Date.parse(end);
  const from = until - days * DAY_MS;
  const versions = [version, ...(other ? [other] : [])].map(({ id, n, name, definition }): Version => ({ id, n, name, definition: definition as Definition }));
  const { would, signals, reached, isCut } = await replay(ctx, versions, { from, until }, tools);
  const tried = would.filter((one) => one.versionId === versionId);
  const rowsOf = compare(tried, other ? would.filter((one) => one.versionId === other.id) : null);
  const test = {
    id: uuidv7(), versionId, byId: ctx.personId, at: ctx.now().toISOString(), fromAt: new Date(from).toISOString(), untilAt: new Date(Math.max(reached, from + 1)).toISOString(), signals, found: tried.length,
    same: other ? rowsOf.filter(({ standing }) => standing === 'both').length : null, onlyActive: other ? rowsOf.filter(({ standing }) => standing === 'gone').length : null, isWhole: reach[0]?.isWhole === true, isCut,
  };
  const kept = rowsOf.slice(0, MOST_KEPT).map(({ at, siteId, sourceId, sourceName, point, area, standing, signals: causes }, n) => ({ id: uuidv7(), backTestId: test.id, n, siteId, at: new Date(at).toISOString(), sourceId, sourceName, point, area, signals: JSON.stringify(causes), standing }));
  return alarms.writeMany(ctx, WRITE, async (tx) => {
    await tx.insertInto('alarms.backTest').values(test).execute();
    for (let at = 0; at < kept.length; at += 200) await tx.insertInto('alarms.backTestAlarm').values(kept.slice(at, at + 200)).execute();
    return { changes: [toldOfRule('rule-tried', null, { id: ruleId, versionId, backTestId: test.id, days, signals, found: tried.length })], result: { backTestId: test.id, found: tried.length } };
  });
}
