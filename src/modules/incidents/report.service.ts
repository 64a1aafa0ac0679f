import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { listFiles } from '#platform/files/files.service.ts';
import { commentsForPaper } from '#platform/thread/comments.service.ts';
import { renderReport } from '#platform/report/press.ts';
import { type AlarmDetail, causeOf, dispositionOf } from '#modules/alarms/public.ts';
import { siteCardOf } from '#modules/sites/public.ts';
import { listTasks } from '#modules/tasks/public.ts';
import type * as contract from './contract.ts';
import type { Incident, LogEntry } from './contract.ts';
import type { CostSheet } from './cost-contract.ts';
import { readCost } from './costs/costs.service.ts';
import { logWithMerged, readIncident } from './read.service.ts';
import { incidents, READ } from './record.ts';
import { checkPrint, printFacts, recordPrint } from './printing.ts';
import { INCIDENT_TEMPLATE, incidentReport } from './report/data.ts';
import type { AlarmFacts, CommentFacts, FileFacts, ReportFacts, TaskFacts } from './report/facts.ts';
import { alarmsWith } from './thread.service.ts';

const MOST_ENTRIES = 5_000;

/** Prints an incident for this reader: what they may see of it, down to the bytes on the wire. That it was printed, and what for, is recorded before the paper leaves. */
export async function printReport(ctx: Ctx, { id, purpose, paper }: Input<typeof contract.printReport>, { reply }: Exchange): Promise<void> {
  const incident = await readIncident(ctx, { id });
  await checkPrint(ctx, incident, purpose);
  const { title, data } = incidentReport(await factsFor(ctx, incident, purpose ?? null));
  const pdf = await renderReport(INCIDENT_TEMPLATE, data, { lang: 'en', title, at: ctx.now(), paper });
  await recordPrint(ctx, id, { purpose: purpose ?? null, paper });
  void reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="${incident.number}.pdf"`).send(pdf);
}

async function factsFor(ctx: Ctx, incident: Incident, purpose: string | null): Promise<ReportFacts> {
  const { id, siteId, merged } = incident;
  const [[log], alarms, site, cost, tasks, files, comments, around] = await Promise.all([
    incidents.readAll(ctx, READ, (db) => [logWithMerged(db, id, MOST_ENTRIES)]), alarmsWith(ctx, id, merged), siteId === null ? null : siteCardOf(ctx, siteId), costOf(ctx, id), eachOf(incident, (one) => tasksOf(ctx, one)), eachOf(incident, (one) => filesOf(ctx, one)), eachOf(incident, (one) => commentsOf(ctx, one)), printFacts(ctx, purpose),
  ]);
  return { incident, site, alarms: alarms.map(alarmFacts), log: inOrder(log), cost, tasks, files, comments: comments.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)), ...around };
}

/** What hangs on the incident and on those merged into it. */
const eachOf = async <T>({ id, merged }: Incident, read: (id: string) => Promise<readonly T[]>): Promise<T[]> => (await Promise.all([id, ...merged.map((one) => one.id)].map(read))).flat();

const inOrder = <T extends LogEntry>(log: readonly T[]): T[] => log.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);

const alarmFacts = (alarm: AlarmDetail): AlarmFacts => ({
  ...alarm, disposition: titleOf(alarm.disposition, dispositionOf), cause: titleOf(alarm.cause, causeOf),
});

const titleOf = (key: string | null, find: (key: string) => { title: string } | null): string | null => (key === null ? null : (find(key)?.title ?? key));

/** Nothing, for a reader who has no permission for this part of the paper. */
const noneForbidden = (error: unknown): { items: [] } => {
  if ((error as { kind?: string }).kind === 'forbidden') return { items: [] };
  throw error;
};

const costOf = (ctx: Ctx, id: string): Promise<CostSheet | null> =>
  readCost(ctx, { id }).catch((error: unknown) => {
    if ((error as { kind?: string }).kind === 'forbidden') return null;
    throw error;
  });

const commentsOf = async (ctx: Ctx, recordId: string): Promise<readonly CommentFacts[]> => commentsForPaper(ctx, recordId).catch((error: unknown) => noneForbidden(error).items);

const filesOf = async (ctx: Ctx, recordId: string): Promise<FileFacts[]> => (await listFiles(ctx, { recordId }).catch(noneForbidden)).items;

async function tasksOf(ctx: Ctx, recordId: string): Promise<TaskFacts[]> {
  const { items } = await listTasks(ctx, { recordId, limit: 200 }).catch(noneForbidden);
  return items.map((task) => ({ title: task.title, assignee: task.owner?.name ?? null, dueAt: task.dueAt, state: task.state, doneAt: task.endedAt }));
}
