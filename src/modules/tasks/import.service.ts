import { peopleByEmail } from '#modules/people/public.ts';
import { sitesByCode } from '#modules/sites/public.ts';
import { readerOf, refusedRow, type RowReader } from '#platform/imports/cells.ts';
import type { Finder, Given, Outcome } from '#platform/imports/port.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { Task } from './contract.ts';
import { changeTask, importTask, type PastTask, recordsBy, tasksBy } from './tasks.service.ts';

export const TASK = 'tasks.task';

/** Of which kinds a task of an old system may name a record by its id there. */
const RECORDS = ['incidents.incident', 'sites.site', 'people.person'];

type Known = { recordOf: ReadonlyMap<string, string>; personOf: ReadonlyMap<string, string>; before: ReadonlyMap<string, Task> };

async function recordsOf(ctx: Ctx, names: readonly string[], find: Finder): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  for (const kind of RECORDS) for (const [name, id] of await find.byExternalId(kind, names)) known.set(name, id);
  const seen = await recordsBy(ctx, { numbers: names, ids: [...known.values()] });
  return new Map([...[...known].filter(([, id]) => seen.ids.has(id)), ...(await sitesByCode(ctx, names)), ...seen.byNumber]);
}

/** Adds tasks with their times, open or ended, and changes those that came in before and are open; they hang where their importer may write. */
export async function takeTasks(ctx: Ctx, rows: readonly Given[], find: Finder): Promise<readonly Outcome[]> {
  const owners = rows.flatMap(({ cells }) => cells['owner'] ?? []);
  const known: Known = {
    recordOf: await recordsOf(ctx, rows.flatMap(({ cells }) => cells['record'] ?? []), find),
    personOf: new Map([...(await find.byExternalId('people.person', owners)), ...(await peopleByEmail(ctx, owners))]),
    before: await tasksBy(ctx, rows.flatMap(({ recordId }) => recordId ?? [])),
  };
  const outcomes: Outcome[] = [];
  for (const row of rows) outcomes.push(await takeOne(ctx, row, known));
  return outcomes;
}

function pastOf(reader: RowReader, { cells }: Given, { recordOf, personOf }: Known): PastTask {
  const record = cells['record'];
  const owner = cells['owner'];
  const recordId = record === undefined ? reader.refuse('record', 'Say on what it hangs') : (recordOf.get(record) ?? reader.refuse('record', `There is no record ${record.slice(0, 60)} among yours`));
  const ownerId = owner === undefined ? undefined : (personOf.get(owner.toLowerCase()) ?? personOf.get(owner) ?? reader.refuse('owner', `There is nobody ${owner.slice(0, 60)} among the people whom you see`));
  const past = {
    recordId: recordId ?? '', title: reader.needed('title', 200), detail: reader.text('detail', 4000), ownerId, dueAt: reader.time('due_at'),
    state: reader.oneOf('state', ['open', 'done', 'dropped'] as const) ?? 'open', outcome: reader.text('outcome', 2000) ?? '', createdAt: reader.time('created_at'), endedAt: reader.time('ended_at'),
  };
  if (past.state === 'dropped' && past.outcome === '') reader.refuse('outcome', 'Say why it was dropped');
  if (past.state === 'open' && past.endedAt !== undefined) reader.refuse('ended_at', 'An open task has not ended');
  if (past.createdAt && past.endedAt && past.endedAt < past.createdAt) reader.refuse('ended_at', 'It ended before it was made');
  return past;
}

async function takeOne(ctx: Ctx, row: Given, known: Known): Promise<Outcome> {
  const reader = readerOf(row);
  const past = pastOf(reader, row, known);
  const before = row.recordId === null ? null : known.before.get(row.recordId);
  if (before === undefined) reader.refuse('external_id', 'This id is of a task that is not for you to change');
  if (before && before.state !== past.state) reader.refuse('state', `It is ${before.state} here by now. Finish it or open it again on its record`);
  if (before && before.record.id !== past.recordId) reader.refuse('record', 'It hangs on another record here');
  if (reader.faults.length > 0) return refusedRow(past.title, reader.faults);
  if (!before) return { does: 'created', id: (await importTask(ctx, past)).id, label: past.title };
  return change(ctx, before, past);
}

async function change(ctx: Ctx, before: Task, { title, detail, ownerId, dueAt }: PastTask): Promise<Outcome> {
  const same = { id: before.id, label: title };
  const isSame = title === before.title && (detail ?? before.detail) === before.detail && (ownerId ?? before.owner?.id) === before.owner?.id && (dueAt === undefined || (before.dueAt !== null && Date.parse(dueAt) === Date.parse(before.dueAt)));
  if (isSame || before.state !== 'open') return { does: 'unchanged', ...same };
  await changeTask(ctx, { id: before.id, title, detail, ownerId, dueAt });
  return { does: 'changed', ...same };
}
