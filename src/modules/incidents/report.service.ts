import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { listFiles } from '#platform/files/files.service.ts';
import { renderReport } from '#platform/report/press.ts';
import { type AlarmDetail, causeOf, dispositionOf } from '#modules/alarms/public.ts';
import { isInsideByGlass, organisationOf } from '#modules/identity/public.ts';
import { siteCardOf } from '#modules/sites/public.ts';
import { listTasks } from '#modules/tasks/public.ts';
import type * as contract from './contract.ts';
import type { Incident, LogEntry } from './contract.ts';
import { logQuery, readIncident } from './read.service.ts';
import { incidents, READ } from './record.ts';
import { refuseField } from './refusals.ts';
import { INCIDENT_TEMPLATE, incidentReport } from './report/data.ts';
import type { AlarmFacts, FileFacts, ReportFacts, TaskFacts } from './report/facts.ts';
import { alarmsBehind } from './thread.service.ts';

const MOST_ENTRIES = 5_000;

/** Prints an incident for this reader: what they may see of it, down to the bytes on the wire. That it was printed, and what for, is recorded before the paper leaves. */
export async function printReport(ctx: Ctx, { id, purpose, paper }: Input<typeof contract.printReport>, { reply }: Exchange): Promise<void> {
  const incident = await readIncident(ctx, { id });
  if (incident.isWalled && purpose === undefined) throw refuseField('/purpose', 'incidents.say_purpose', 'It stands behind a wall: say what the paper is for. It is printed on it and recorded.');
  if (incident.isWalled) await refuseByGlass(ctx, id);
  const { title, data } = incidentReport(await factsFor(ctx, incident, purpose ?? null));
  const pdf = await renderReport(INCIDENT_TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await recordPrint(ctx, id, { purpose: purpose ?? null, paper });
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${incident.number}.pdf"`).send(pdf);
}

/** Who broke the glass reads, and takes nothing along. */
async function refuseByGlass(ctx: Ctx, id: string): Promise<void> {
  const row = await incidents.read(ctx, READ).selectFrom('incidents.incident').select('wallId').where('id', '=', id).executeTakeFirst();
  if (row?.wallId && (await isInsideByGlass(ctx, row.wallId))) throw new Problem('refused', 'incidents.not_by_glass', 'Who broke the glass of a wall reads what is behind it, and prints nothing. Ask a member for the paper.');
}

const recordPrint = (ctx: Ctx, id: string, how: { purpose: string | null; paper: string }): Promise<null> =>
  incidents.writeMany(ctx, READ, async (tx) => {
    const row = await tx.selectFrom('incidents.incident').select(['id', 'siteId', 'wallId']).where('id', '=', id).executeTakeFirstOrThrow();
    return { changes: [{ verb: 'printed', before: null, after: { id, ...how }, of: { recordId: id, siteId: row.siteId, wallId: row.wallId, readPermission: READ } }], result: null };
  });

async function factsFor(ctx: Ctx, incident: Incident, purpose: string | null): Promise<ReportFacts> {
  const { id, siteId } = incident;
  const [[log, heads, people], alarms, site, tasks, files, organisation] = await Promise.all([
    incidents.readAll(ctx, READ, (db) => [
      logQuery(db, id, undefined, MOST_ENTRIES),
      db.selectFrom('ledger.head').select(['size', 'root', 'at', 'note']).orderBy('size', 'desc').limit(1),
      db.selectFrom('access.person').select('name').where('id', '=', ctx.personId),
    ]),
    alarmsBehind(ctx, id), siteId === null ? null : siteCardOf(ctx, siteId), tasksOf(ctx, id), filesOf(ctx, id), organisationOf(ctx),
  ]);
  const [head] = heads;
  return {
    incident, site, alarms: alarms.map(alarmFacts), log: inOrder(log), tasks, files, head: head ? { ...head, root: head.root.toString('hex') } : null,
    print: { by: people[0]?.name ?? '', at: ctx.now().toISOString(), organisation: organisation.name, department: 'Corporate security', purpose, isDemo: organisation.isDemo },
  };
}

const inOrder = (log: readonly LogEntry[]): LogEntry[] => log.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);

const alarmFacts = (alarm: AlarmDetail): AlarmFacts => ({
  ...alarm, disposition: titleOf(alarm.disposition, dispositionOf), cause: titleOf(alarm.cause, causeOf),
});

const titleOf = (key: string | null, find: (key: string) => { title: string } | null): string | null => (key === null ? null : (find(key)?.title ?? key));

/** Nothing, for a reader who has no permission for this part of the paper. */
const noneForbidden = (error: unknown): { items: [] } => {
  if ((error as { kind?: string }).kind === 'forbidden') return { items: [] };
  throw error;
};

const filesOf = async (ctx: Ctx, recordId: string): Promise<FileFacts[]> => (await listFiles(ctx, { recordId }).catch(noneForbidden)).items;

async function tasksOf(ctx: Ctx, recordId: string): Promise<TaskFacts[]> {
  const { items } = await listTasks(ctx, { recordId, limit: 200 }).catch(noneForbidden);
  return items.map((task) => ({ title: task.title, assignee: task.owner?.name ?? null, dueAt: task.dueAt, state: task.state, doneAt: task.endedAt }));
}
