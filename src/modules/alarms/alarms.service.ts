import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { deviceAt, devicesOf, placesOf } from '#modules/devices/public.ts';
import { beginByType, endRuns, endRunsByRule } from '#modules/procedures/public.ts';
import { makeCursor, readCursor, signalsByKey } from '#modules/signals/public.ts';
import { type AlarmRow, alarms, changed, holdAlarm, lostTo, mayAt, nextVersion, ROW, selectAlarms, stateColumns, stateOf, type Tx } from './alarm-row.ts';
import type * as contract from './contract.ts';
import type { Alarm } from './contract.ts';
import type * as heldContract from './held-contract.ts';
import { atPlaces } from './device-costs.service.ts';
import * as rules from './rules.ts';
import { type AlarmActor, type AlarmState, dispositionOf, type Step } from './rules.ts';

const HISTORY_DAYS = 90;
const SHIFT_HOURS = 8;

export async function listAlarms(ctx: Ctx, { state, handling, isFolded, siteId, sourceId, deviceId, foldedInto, signalId, priority, type, disposition, from, to, after, limit }: Input<typeof contract.listAlarms>): Promise<Reply<typeof contract.listAlarms>> {
  let query = selectAlarms(alarms.read(ctx)).limit(limit);
  if (state === 'open') query = query.where('a.handling', '<>', 'closed').orderBy('a.priority').orderBy('a.raisedAt').orderBy('a.id');
  else query = query.orderBy('a.raisedAt', 'desc').orderBy('a.id', 'desc');
  if (state === 'closed') query = query.where('a.handling', '=', 'closed');
  if (siteId) query = query.where('a.siteId', '=', siteId);
  if (handling) query = query.where('a.handling', '=', handling);
  if (isFolded) query = query.where('a.foldedInto', 'is not', null);
  else if (foldedInto) query = query.where('a.foldedInto', '=', foldedInto);
  else if (state === 'open' && !deviceId) query = query.where('a.foldedInto', 'is', null);
  if (deviceId) query = query.where(atPlaces(await placesOf(ctx, deviceId)));
  if (sourceId) query = query.where('a.sourceId', '=', sourceId);
  if (signalId) query = query.where('a.id', 'in', (db) => db.selectFrom('alarms.alarmSignal').select('alarmId').where('signalKey', '=', signalId));
  if (priority) query = query.where('a.priority', '=', priority);
  if (type) query = query.where('a.type', '=', type);
  if (disposition) query = query.where('a.disposition', '=', disposition);
  if (from) query = query.where('a.raisedAt', '>=', from);
  if (to) query = query.where('a.raisedAt', '<', to);
  if (after && state === 'open') {
    const [p, at, id] = readCursor(after, 3);
    query = query.where(sql<boolean>`(a.priority, a.raised_at, a.id) > (${p}::smallint, ${at}::timestamptz, ${id}::uuid)`);
  } else if (after) {
    const [at, id] = readCursor(after, 2);
    query = query.where(sql<boolean>`(a.raised_at, a.id) < (${at}::timestamptz, ${id}::uuid)`);
  }
  const items = (await query.execute()) as Alarm[];
  const last = items.at(-1);
  const key = last && (state === 'open' ? [String(last.priority), last.raisedAt, last.id] : [last.raisedAt, last.id]);
  return { items, next: items.length === limit && key ? makeCursor(key) : null };
}

export async function getAlarm(ctx: Ctx, { id }: Input<typeof contract.getAlarm>): Promise<Reply<typeof contract.getAlarm>> {
  const alarm = await readAlarm(ctx, id);
  const since = sql<string>`now() - make_interval(days => ${HISTORY_DAYS})`;
  const [links, latest, perDay, rule] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    db.selectFrom('alarms.alarmSignal').select(['signalKey', 'effect']).where('alarmId', '=', id).orderBy('at').limit(100),
    db.selectFrom('alarms.alarm').select(['id', 'number', 'title', 'raisedAt', 'disposition', 'cause']).where('sourceId', '=', alarm.sourceId).where('id', '<>', id)
      .where(sql<boolean>`point is not distinct from ${alarm.point}`).where('raisedAt', '>', since).orderBy('raisedAt', 'desc').limit(5),
    db.selectFrom('alarms.alarm').select(['disposition', sql<string>`(raised_at at time zone 'UTC')::date::text`.as('day'), sql<number>`count(*)::int`.as('count')]).where('sourceId', '=', alarm.sourceId)
      .where(sql<boolean>`point is not distinct from ${alarm.point}`).where('raisedAt', '>', since).groupBy(['disposition', sql`2`]).limit(2000),
    db.selectFrom('alarms.ruleVersion as v').innerJoin('alarms.rule as r', 'r.id', 'v.ruleId').select(['r.id', 'r.number', 'v.n']).where('v.id', '=', alarm.ruleVersionId),
  ]);
  const signals = await signalsByKey(ctx, links.map((link) => link.signalKey)).catch(() => []);
  const effects = new Map(links.map((link) => [link.signalKey, link.effect]));
  const days = Map.groupBy(perDay, (row) => row.day);
  const counted = perDay.filter((row) => row.disposition !== null);
  return {
    ...alarm,
    device: alarm.sourceId === null ? null : await deviceAt(ctx, { sourceId: alarm.sourceId, point: alarm.point, at: alarm.raisedAt }),
    behind: alarm.foldedBehind === null ? null : ((await devicesOf(ctx, [alarm.foldedBehind])).get(alarm.foldedBehind) ?? null),
    rule: rule[0] ?? null,
    signals: signals.map((signal) => ({ ...signal, effect: effects.get(signal.id) ?? 'raise' })),
    history: {
      days: HISTORY_DAYS, total: sum(perDay), counted: sum(counted), countedFalse: sum(counted.filter(isFalse)),
      perDay: [...days].map(([day, rows]) => ({ day, count: sum(rows), countFalse: sum(rows.filter(isFalse)) })).sort((a, b) => (a.day < b.day ? -1 : 1)), latest,
    },
  };
}

const isFalse = (row: { disposition: string | null }): boolean => dispositionOf(row.disposition ?? '')?.countsAsTrue === false;

const sum = (rows: readonly { count: number }[]): number => rows.reduce((total, row) => total + row.count, 0);

async function readAlarm(ctx: Ctx, id: string): Promise<Alarm> {
  const alarm = (await selectAlarms(alarms.read(ctx)).where('a.id', '=', id).executeTakeFirst()) as Alarm | undefined;
  if (!alarm) throw notFound();
  return alarm;
}

type Verb = { permission: string; done: string; step: (state: AlarmState, actor: AlarmActor, now: Date) => Step; extra?: Partial<AlarmRow>; /** What other modules do or refuse with it, in the same transaction. */ along?: (ctx: Ctx, row: AlarmRow, next: AlarmState) => Promise<void> };

/** One transition: locks the alarm, asks the rules, writes what changed. A lost race is told who won. */
async function transit(ctx: Ctx, id: string, { permission, done, step, extra = {}, along }: Verb): Promise<Alarm> {
  return alarms.writeMany(ctx, permission, async (tx) => {
    const before = await holdAlarm(tx, id, permission);
    const actor = await actorAt(ctx, tx, before, permission);
    const next = step(stateOf(before), actor, ctx.now());
    if (!next.ok) throw next.kind === 'conflict' ? await lostTo(ctx, tx, next.code, next.reason, next.heldBy ?? null) : new Problem(next.kind, next.code, next.reason, next.field ? { errors: [{ pointer: `/${next.field}`, detail: next.reason }] } : {});
    if (!next.changed) return { changes: [], result: await named(tx, id) };
    await along?.(ctx, before, next.alarm);
    const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...stateColumns(next.alarm), ...extra, version: nextVersion(eb) })).where('id', '=', id).returning(ROW).executeTakeFirstOrThrow()) as AlarmRow;
    return { changes: [changed(done, before, after)], result: await named(tx, id) };
  });
}

const named = async (tx: Tx, id: string): Promise<Alarm> => (await selectAlarms(tx).where('a.id', '=', id).executeTakeFirstOrThrow()) as Alarm;

async function actorAt(ctx: Ctx, tx: Tx, row: AlarmRow, permission: string): Promise<AlarmActor> {
  if (permission === 'alarms:handle') return { personId: ctx.personId, mayHandle: true, mayClose: false, maySupervise: false };
  const [may] = (await tx.selectNoFrom([mayAt(row, 'alarms:supervise').as('supervise')]).execute()) as { supervise: boolean }[];
  return { personId: ctx.personId, mayHandle: true, mayClose: permission === 'alarms:close', maySupervise: may?.supervise === true };
}

export const claim = (ctx: Ctx, { id }: Input<typeof contract.claim>): Promise<Alarm> => transit(ctx, id, { permission: 'alarms:handle', done: 'claimed', step: rules.claim });

export const takeOver = (ctx: Ctx, { id, from }: Input<typeof contract.takeOver>): Promise<Alarm> =>
  transit(ctx, id, { permission: 'alarms:handle', done: 'taken-over', step: (state, actor, now) => rules.takeOver(state, actor, from, now) });

export const release = (ctx: Ctx, { id }: Input<typeof contract.release>): Promise<Alarm> => transit(ctx, id, { permission: 'alarms:handle', done: 'released', step: (state, actor) => rules.release(state, actor) });

export const acknowledge = (ctx: Ctx, { id }: Input<typeof contract.acknowledge>): Promise<Alarm> =>
  transit(ctx, id, { permission: 'alarms:handle', done: 'acknowledged', step: rules.acknowledge, along: (verbs, { siteId, type }) => beginByType(verbs, { recordId: id, siteId, wallId: null, type }) });

export const returnToNormal = (ctx: Ctx, { id, reason }: Input<typeof contract.returnToNormal>): Promise<Alarm> =>
  transit(ctx, id, { permission: 'alarms:handle', done: 'returned', step: (state, actor, now) => rules.returnToNormal(state, { actor, reason }, now), extra: { note: reason }, along: (verbs, { id: recordId }, { handling }) => endRunsByRule(verbs, handling === 'closed' ? [recordId] : [], { why: `The alarm ended: ${reason}`, as: 'procedures:follow' }) });

export const shelve = (ctx: Ctx, { id, until, reason }: Input<typeof contract.shelve>): Promise<Alarm> =>
  transit(ctx, id, { permission: 'alarms:supervise', done: 'shelved', step: (state, actor, now) => rules.shelve(state, actor, { until: new Date(until), reason }, now) });

export const extendShelf = (ctx: Ctx, { id, until, reason }: Input<typeof heldContract.extendShelf>): Promise<Alarm> =>
  transit(ctx, id, { permission: 'alarms:supervise', done: 'shelf-extended', step: (state, actor, now) => rules.extendShelf(state, actor, { until: new Date(until), reason }, now) });

export const unshelve = (ctx: Ctx, { id }: Input<typeof contract.unshelve>): Promise<Alarm> => transit(ctx, id, { permission: 'alarms:supervise', done: 'unshelved', step: rules.unshelve });

export const close = (ctx: Ctx, { id, disposition, cause, note, handedTo, duplicateOf }: Input<typeof contract.close>): Promise<Alarm> =>
  transit(ctx, id, {
    permission: 'alarms:close', done: 'closed', extra: { disposition, cause, note, handedTo, duplicateOf },
    step: (state, actor, now) => rules.close(state, actor, { disposition, cause, note, handedTo, duplicateOf }, now), along: (verbs) => endRuns(verbs, { recordId: id, disposition }),
  });

export async function mute(ctx: Ctx, { minutes, reason }: Input<typeof contract.mute>): Promise<Reply<typeof contract.mute>> {
  const id = uuidv7();
  const until = new Date(ctx.now().getTime() + minutes * 60_000).toISOString();
  return alarms.writeMany(ctx, 'alarms:mute', async () => ({
    changes: [{ verb: 'muted', before: null, after: { id, minutes, reason, until }, of: { recordId: id, siteId: null, wallId: null, readPermission: 'alarms:supervise' } }],
    result: { id, until },
  }));
}

export async function summarise(ctx: Ctx): Promise<Reply<typeof contract.summarise>> {
  const since = new Date(ctx.now().getTime() - SHIFT_HOURS * 3_600_000).toISOString();
  const [open, answered, load, held] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    db.selectFrom('alarms.alarm').select(['priority', sql<number>`count(*)::int`.as('count'), sql<number>`count(*) filter (where handling = 'unacknowledged')::int`.as('unacknowledged')]).where('handling', '<>', 'closed').where('foldedInto', 'is', null).groupBy('priority').orderBy('priority'),
    db.selectFrom('alarms.alarm').select([
      sql<number>`count(*) filter (where acknowledged_at is not null or answer_by < now())::int`.as('answered'),
      sql<number>`count(*) filter (where acknowledged_at <= answer_by)::int`.as('inTime'),
    ]).where('raisedAt', '>', since).where('priority', '<', 4).where('isSimulated', '=', false),
    db.selectFrom('alarms.alarm as a').innerJoin('access.person as p', 'p.id', 'a.acknowledgedBy').select(['p.id as personId', 'p.name', sql<number>`count(*)::int`.as('handled')])
      .where('a.acknowledgedAt', '>', sql<string>`now() - interval '1 hour'`).where('a.isSimulated', '=', false).groupBy(['p.id', 'p.name']).orderBy('handled', 'desc').limit(8),
    db.selectNoFrom([sql<number>`(select count(*)::int from alarms.on_test t where t.holds_until is null and t.ended_at is null and t.begins_at <= now() and t.ends_at > now())`.as('onTest'), sql<number>`(select count(*)::int from alarms.runaway w where w.ended_at is null)`.as('runaways')]),
  ]);
  return { since, open, answered: answered[0]?.answered ?? 0, inTime: answered[0]?.inTime ?? 0, onTest: held[0]?.onTest ?? 0, runaways: held[0]?.runaways ?? 0, load };
}
