import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms, mayAt, type Tx } from './alarm-row.ts';
import type * as contract from './held-contract.ts';
import type { HeldSignal, Runaway } from './held-contract.ts';

const SUPERVISE = 'alarms:supervise';

type Db = Pick<Tx, 'selectFrom'>;

const runaways = (db: Db) =>
  db.selectFrom('alarms.runaway as w').innerJoin('alarms.ruleVersion as v', 'v.id', 'w.ruleVersionId').innerJoin('alarms.rule as r', 'r.id', 'v.ruleId').leftJoin('platform.record as site', 'site.id', 'w.siteId').leftJoin('access.person as p', 'p.id', 'w.releasedBy')
    .select(['w.id', 'w.siteId', 'site.title as site', 'w.sourceId', 'w.sourceName', 'w.point', 'r.id as ruleId', 'r.number as ruleNumber', 'v.name as ruleName', 'v.n as ruleN', 'w.since', 'w.lastAt', 'w.held', 'w.releasedBy', 'p.name as releaser', 'w.releasedAt', 'w.releasedWhy', 'w.endedAt', 'w.version',
      sql<number>`case when w.minute < now() - interval '2 minutes' then 0 when date_trunc('minute', w.minute) = date_trunc('minute', now()) then greatest(w.last_minute, w.this_minute) else w.this_minute end`.as('perMinute')]);
type Row = Awaited<ReturnType<ReturnType<typeof runaways>['execute']>>[number];

const shown = ({ ruleId, ruleNumber, ruleName, ruleN, releasedBy, releaser, ...row }: Row): Runaway =>
  ({ ...row, rule: { id: ruleId, number: ruleNumber, name: ruleName, n: ruleN }, releasedBy: releasedBy === null ? null : { id: releasedBy, name: releaser ?? '' } });

/** Those that are held, the longest first; those that were, the last first. */
export async function listRunaways(ctx: Ctx, { state, after, limit }: Input<typeof contract.listRunaways>): Promise<Reply<typeof contract.listRunaways>> {
  const place = after === undefined ? null : readCursor(after);
  const isHeld = state === 'held';
  let query = runaways(alarms.read(ctx)).where('w.endedAt', isHeld ? 'is' : 'is not', null).orderBy('w.since', isHeld ? 'asc' : 'desc').orderBy('w.id', isHeld ? 'asc' : 'desc').limit(limit);
  if (place) query = query.where(isHeld ? sql<boolean>`(w.since, w.id) > (${place.at}::timestamptz, ${place.id}::uuid)` : sql<boolean>`(w.since, w.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = (await query.execute()).map(shown);
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.since, last.id) : null };
}

/** Only a person releases; the correlator lets it ring from the next signal on. A lost race is told who won. */
export async function releaseRunaway(ctx: Ctx, { id, reason }: Input<typeof contract.releaseRunaway>): Promise<Runaway> {
  return alarms.writeMany(ctx, SUPERVISE, async (tx) => {
    const before = await runaways(tx).where('w.id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    const [row] = (await tx.selectNoFrom([mayAt(before, SUPERVISE).as('may')]).execute()) as { may: boolean }[];
    if (!row?.may) throw notAllowed(SUPERVISE);
    const releasedAt = ctx.now().toISOString();
    const done = await tx.updateTable('alarms.runaway').set((eb) => ({ releasedBy: ctx.personId, releasedAt, releasedWhy: reason, version: eb('version', '+', 1) })).where('id', '=', id).where('releasedAt', 'is', null).where('endedAt', 'is', null).returning('id').executeTakeFirst();
    if (!done) throw new Problem('conflict', 'alarms.runaway_released', before.releaser === null ? 'It is held no more.' : `It is released already. ${before.releaser} did.`);
    const { siteId, sourceName, point, held } = before;
    return { changes: [{ verb: 'runaway-released', before: null, after: { id, siteId, sourceName, point, held, releasedAt, reason }, of: { recordId: id, siteId, wallId: null, readPermission: 'alarms:read' }, erasable: ['reason'] }], result: shown(await runaways(tx).where('w.id', '=', id).executeTakeFirstOrThrow()) };
  });
}

/** What did not ring, the newest first. */
export async function listHeldSignals(ctx: Ctx, { why, onTestId, siteId, sourceId, after, limit }: Input<typeof contract.listHeldSignals>): Promise<Reply<typeof contract.listHeldSignals>> {
  const place = after === undefined ? null : readCursor(after);
  let query = alarms.read(ctx).selectFrom('alarms.heldSignal as h').leftJoin('alarms.ruleVersion as v', 'v.id', 'h.ruleVersionId').leftJoin('alarms.rule as r', 'r.id', 'v.ruleId').leftJoin('platform.record as site', 'site.id', 'h.siteId')
    .select(['h.id', 'h.at', 'h.signalKey as signalId', 'h.siteId', 'site.title as site', 'h.sourceId', 'h.sourceName', 'h.point', 'h.type', 'h.why', 'h.onTestId', 'r.id as ruleId', 'r.number', 'v.name', 'v.n']).orderBy('h.at', 'desc').orderBy('h.id', 'desc').limit(limit);
  if (why) query = query.where('h.why', '=', why);
  if (onTestId) query = query.where('h.onTestId', '=', onTestId);
  if (siteId) query = query.where('h.siteId', '=', siteId);
  if (sourceId) query = query.where('h.sourceId', '=', sourceId);
  if (place) query = query.where(sql<boolean>`(h.at, h.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = (await query.execute()).map(({ ruleId, number, name, n, ...row }): HeldSignal => ({ ...row, why: row.why as HeldSignal['why'], rule: ruleId === null ? null : { id: ruleId, number: number ?? '', name: name ?? '', n: n ?? 0 } }));
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.at, last.id) : null };
}
