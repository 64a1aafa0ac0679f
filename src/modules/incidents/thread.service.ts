import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type AlarmDetail, alarmForIncident, alarmsOfIncident } from '#modules/alarms/public.ts';
import type * as contract from './contract.ts';
import { recordLook } from './looks.ts';
import { mergeQuery, mergesOf } from './merges/merge-rows.ts';
import { incidents, READ } from './record.ts';

type Thread = Reply<typeof contract.readThread>;

const MOST_ALARMS = 10;

/** The alarms that became this incident, with their signals down to the bytes, as far as the reader may see them. */
export async function alarmsBehind(ctx: Ctx, id: string): Promise<AlarmDetail[]> {
  const alarms = await alarmsOfIncident(ctx, id).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'forbidden') return [];
    throw error;
  });
  const details = await Promise.all(alarms.slice(0, MOST_ALARMS).map((alarm) => alarmForIncident(ctx, alarm.id)));
  return details.filter((alarm) => alarm !== null);
}

/** The alarms behind an incident and those merged into it. */
export const alarmsWith = async (ctx: Ctx, id: string, merged: readonly { id: string }[]): Promise<AlarmDetail[]> => (await Promise.all([id, ...merged.map((one) => one.id)].map((one) => alarmsBehind(ctx, one)))).flat();

/** The thread through this incident: signals, alarms, the incident, what came of it, and its report. */
export async function readThread(ctx: Ctx, { id }: Input<typeof contract.readThread>): Promise<Thread> {
  const [rows, after, merges] = await incidents.readAll(ctx, READ, (db) => [
    db.selectFrom('incidents.incident').select(['id', 'number', 'title', 'siteId', 'wallId', 'occurredFrom', 'closedAt']).where('id', '=', id),
    db.selectFrom('platform.link as l').innerJoin('platform.record as r', 'r.id', 'l.toId').select(['r.id', 'r.kind', 'r.number', 'r.title', 'l.at']).where('l.fromId', '=', id).orderBy('l.at').limit(50),
    mergeQuery(db, id),
  ]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const { merged } = mergesOf(id, merges);
  const before = (await alarmsWith(ctx, id, merged)).flatMap((alarm): Thread['items'] => [
    ...alarm.signals.map((signal) => ({ id: signal.id, kind: 'signals.signal', number: `${signal.account} ${signal.sequence}`, title: signal.title, at: signal.receivedAt, raw: signal.raw, hex: signal.hex, isHere: false })),
    { id: alarm.id, kind: 'alarms.alarm', number: alarm.number, title: alarm.title, at: alarm.raisedAt, priority: alarm.priority, isHere: false },
  ]);
  return {
    items: [
      ...before,
      { id, kind: 'incidents.incident', number: row.number, title: row.title, at: row.occurredFrom, isHere: true },
      ...merged.map((one) => ({ id: one.id, kind: 'incidents.incident', number: one.number, title: one.title, at: one.at, isHere: false })),
      ...after.map((record) => ({ ...record, isHere: false })),
      { id, kind: 'report', number: row.number, title: 'Report', at: row.closedAt, isHere: false },
    ],
  };
}
