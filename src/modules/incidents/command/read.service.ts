import { sql } from 'kysely';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { siteOf } from '#modules/sites/public.ts';
import { icsLevels } from '../classification.ts';
import type * as contract from '../command-contract.ts';
import type { Activation, Command, Holder, LeftOpen, Period, Position, Transfer } from '../command-contract.ts';
import type { Need, Objective } from '../objectives-contract.ts';
import { cycleOf, spans } from '../command-rules.ts';
import { clocksOf } from '../facts.ts';
import { recordLook } from '../looks.ts';
import { mineQuery } from '../read.service.ts';
import { COLUMNS, incidents, READ } from '../record.ts';
import { levelFor, startsWith } from './starts.ts';

type Db = Parameters<Parameters<typeof incidents.readAll>[2]>[0];
const MOST_POSITIONS = 300;
const MOST_HOLDERS = 1_000;

const incidentQuery = (db: Db, id: string) => db.selectFrom('incidents.incident as i').select(COLUMNS).where('i.id', '=', id);

const activationQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.activation as a').leftJoin('access.person as b', 'b.id', 'a.activatedBy').leftJoin('access.person as e', 'e.id', 'a.endedBy')
    .select(['a.id', 'a.number', 'a.level', 'a.mode', 'a.why', 'a.activatedAt', sql<string>`coalesce(b.name, '')`.as('activatedBy'), 'a.endedAt', 'e.name as endedBy', 'a.endedWhy', sql<LeftOpen | null>`a.left_open`.as('leftOpen')])
    .where('a.incidentId', '=', id).orderBy('a.number', 'desc').limit(20);

/** Of the command in force, else of the last one. */
const isShown = sql<boolean>`x.activation_id = (select a.id from incidents.activation a where a.incident_id = x.incident_id order by a.number desc limit 1)`;

const positionQuery = (db: Db, id: string) => db.selectFrom('incidents.commandPosition as x').select(['x.id', 'x.parentId', 'x.kind', 'x.title', 'x.addedAt', 'x.closedAt']).where('x.incidentId', '=', id).where(isShown).orderBy('x.ordinal').limit(MOST_POSITIONS);

const holderQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.positionHolder as h').innerJoin('incidents.commandPosition as x', 'x.id', 'h.positionId').leftJoin('access.person as p', 'p.id', 'h.personId')
    .select(['h.id', 'h.positionId', 'h.seat', 'h.personId', sql<string>`coalesce(p.name, h.name)`.as('name'), 'h.agency', 'h.fromAt', 'h.untilAt']).where('x.incidentId', '=', id).where(isShown).orderBy('h.fromAt', 'desc').orderBy('h.seat').limit(MOST_HOLDERS);

const transferQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.transfer as x').innerJoin('incidents.positionHolder as h', 'h.id', 'x.holderId').leftJoin('access.person as f', 'f.id', 'h.personId').leftJoin('access.person as t', 't.id', 'x.toId').leftJoin('access.person as d', 'd.id', 'x.decidedBy')
    .select(['x.id', 'x.holderId', sql<string>`coalesce(f.name, h.name)`.as('from'), 'x.toId', sql<string>`coalesce(t.name, '')`.as('to'), 'x.state', sql<Record<string, string>>`x.briefing`.as('briefing'), 'x.proposedAt', 'x.decidedAt', 'd.name as decidedBy', 'x.why'])
    .where('x.incidentId', '=', id).where(isShown).orderBy('x.proposedAt', 'desc').limit(50);

const periodQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.period as x').leftJoin('access.person as b', 'b.id', 'x.begunBy').select(['x.id', 'x.number', 'x.startsAt', 'x.endsAt', 'x.emphasis', 'x.endedAt', sql<string>`coalesce(b.name, '')`.as('begunBy')]).where('x.incidentId', '=', id).where(isShown).orderBy('x.number', 'desc').limit(60);

const stepQuery = (db: Db, id: string) => db.selectFrom('incidents.periodStep').select(['periodId', 'step', 'doneAt']).where('incidentId', '=', id).where('isDone', '=', true).limit(2_000);

const objectiveQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.objective as x').leftJoin('incidents.period as p', 'p.id', 'x.periodId').leftJoin('access.person as b', 'b.id', 'x.setBy').leftJoin('access.person as s', 's.id', 'x.struckBy')
    .select(['x.id', 'x.number', 'x.text', 'x.strategies', 'x.priority', 'x.positionId', 'p.number as period', 'x.state', 'x.setAt', sql<string>`coalesce(b.name, '')`.as('setBy'), 'x.changedAt', 'x.struckAt', 's.name as struckBy', 'x.struckReason'])
    .where('x.incidentId', '=', id).where(isShown).orderBy('x.priority').orderBy('x.number').limit(200);

const needQuery = (db: Db, id: string) => db.selectFrom('incidents.need').select(['id', 'objectiveId', 'text', 'state', 'changedAt']).where('incidentId', '=', id).orderBy('addedAt').orderBy('id').limit(1_000);

const decisionQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.decision as x').leftJoin('access.person as b', 'b.id', 'x.decidedBy').leftJoin('access.person as n', 'n.id', 'x.notedBy').leftJoin('access.person as s', 's.id', 'x.struckBy')
    .select(['x.id', 'x.number', 'x.decision', 'x.why', 'x.options', sql<string>`coalesce(b.name, '')`.as('decidedBy'), 'x.at', sql<string>`coalesce(n.name, '')`.as('notedBy'), 'x.struckAt', 's.name as struckBy', 'x.struckReason'])
    .where('x.incidentId', '=', id).where(isShown).orderBy('x.number', 'desc').limit(200);

const safetyQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.safetyMessage as x').leftJoin('access.person as b', 'b.id', 'x.byId').select(['x.id', 'x.text', 'x.at', sql<string>`coalesce(b.name, '')`.as('by'), 'x.endedAt']).where('x.incidentId', '=', id).where(isShown).orderBy('x.at', 'desc').limit(100);

const timerQuery = (db: Db, id: string) =>
  db.selectFrom('incidents.timer as x').leftJoin('access.person as b', 'b.id', 'x.startedBy').select(['x.id', 'x.name', 'x.dueAt', 'x.startedAt', sql<string>`coalesce(b.name, '')`.as('startedBy'), 'x.stoppedAt']).where('x.incidentId', '=', id).orderBy(sql`x.stopped_at is not null`).orderBy('x.dueAt').limit(100);

/** The board of a command in one round trip; of a walled incident the look is recorded first. */
export async function readCommand(ctx: Ctx, { id }: Input<typeof contract.readCommand>): Promise<Command> {
  const [rows, activations, positions, holders, transfers, periods, steps, mine, objectives, needs, decisions, safety, timers] = await incidents.readAll(ctx, READ, (db) => [
    incidentQuery(db, id), activationQuery(db, id), positionQuery(db, id), holderQuery(db, id), transferQuery(db, id), periodQuery(db, id), stepQuery(db, id), mineQuery(db, id),
    objectiveQuery(db, id), needQuery(db, id), decisionQuery(db, id), safetyQuery(db, id), timerQuery(db, id),
  ]);
  const row = rows[0];
  if (!row) throw notFound();
  await recordLook(ctx, row);
  const site = row.siteId === null ? null : await siteOf(ctx, row.siteId);
  return {
    id: row.id, number: row.number, title: row.title, state: row.state, severity: row.severity, site: site?.name ?? null, timeZone: site?.timeZone ?? null, isWalled: row.wallId !== null, isSimulated: row.isSimulated, logCount: row.logCount,
    current: (activations as Activation[]).find(({ endedAt }) => endedAt === null) ?? null, past: (activations as Activation[]).filter(({ endedAt }) => endedAt !== null),
    suggested: { level: levelFor(row.typeKey), levels: icsLevels.filter(({ level }) => level > 0).map((level) => ({ ...level, starts: startsWith(row.typeKey, level.level).map(({ kind, title }) => ({ kind, title })) })) },
    positions: positionsOf(positions, holders), transfers: transfers as Transfer[], periods: periodsOf(periods, steps, ctx.now().getTime()),
    objectives: objectivesOf(objectives, needs), decisions, safety, timers, duties: row.state === 'open' ? clocksOf(row).filter(({ decision }) => decision === null).map(({ key, title, dueAt }) => ({ key, title, dueAt })).sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9')) : [], mine: mine.map(({ permission }) => permission).sort(),
  };
}

function objectivesOf(rows: readonly Omit<Objective, 'needs'>[], needs: readonly (Need & { objectiveId: string })[]): Objective[] {
  const needed = Map.groupBy(needs, ({ objectiveId }) => objectiveId);
  return rows.map((row) => ({ ...row, needs: (needed.get(row.id) ?? []).map(({ objectiveId: _, ...need }) => need) }));
}

type Row<Q extends (db: Db, id: string) => { execute: () => Promise<unknown[]> }> = Awaited<ReturnType<ReturnType<Q>['execute']>>[number];

function positionsOf(rows: readonly Row<typeof positionQuery>[], holders: readonly Row<typeof holderQuery>[]): Position[] {
  const led = spans(rows.map(({ id, parentId, kind, closedAt }) => ({ id, parentId, kind, isClosed: closedAt !== null })));
  const seats = Map.groupBy(holders, ({ positionId }) => positionId);
  return rows.map((row) => {
    const all: Holder[] = (seats.get(row.id) ?? []).map(({ positionId: _, ...holder }) => holder);
    const span = led.get(row.id);
    return { ...row, holders: all.filter(({ untilAt }) => untilAt === null).sort((a, b) => a.seat - b.seat), before: all.filter(({ untilAt }) => untilAt !== null), reports: span?.reports ?? 0, span: span?.verdict ?? 'none' };
  });
}

function periodsOf(rows: readonly Row<typeof periodQuery>[], steps: readonly Row<typeof stepQuery>[], nowMs: number): Period[] {
  const done = Map.groupBy(steps, ({ periodId }) => periodId);
  return rows.map((row) => ({ ...row, steps: cycleOf(row, new Map((done.get(row.id) ?? []).map(({ step, doneAt }) => [step, doneAt])), nowMs) }));
}
