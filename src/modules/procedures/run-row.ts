import { type Selectable, sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Header } from '#platform/kernel/store.ts';
import type { Run, RunEntry, RunHead } from './contract.ts';
import { type Db, FOLLOW, READ, type Tx } from './rows.ts';
import { type Entry, type Procedure, standingEntries } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export type RunRow = Omit<Selectable<Tables['procedures.run']>, 'sightId'>;
const COLUMNS = ['id', 'number', 'siteId', 'wallId', 'recordId', 'procedureId', 'procedureVersion', 'title', 'state', 'begunAt', 'begunBy', 'endedAt', 'endedBy', 'version'] as const;

const entriesOf = sql<RunEntry[]>`(select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'stepId', e.step_id, 'what', e.what, 'answer', e.answer, 'note', e.note, 'dueAt', e.due_at, 'at', e.at, 'byId', e.by, 'by', p.name) order by e.seq), '[]') from procedures.entry e join access.person p on p.id = e.by where e.run_id = r.id)`;

/** Runs with their record and entries; of a record that the reader does not see, none. */
export const selectRuns = (db: Db) =>
  db.selectFrom('procedures.run as r').innerJoin('platform.record as o', 'o.id', 'r.recordId').innerJoin('access.person as b', 'b.id', 'r.begunBy').leftJoin('access.person as f', 'f.id', 'r.endedBy')
    .select(['r.id', 'r.number', 'r.title', 'r.state', 'r.siteId', 'r.procedureId', 'r.procedureVersion', 'r.recordId', 'r.begunAt', 'r.endedAt', 'r.version', 'b.name as begunBy', 'f.name as endedBy', 'o.kind as recordKind', 'o.number as recordNumber', 'o.title as recordTitle', entriesOf.as('entries')]);

/** The same with the version that each follows: one query for all runs on a record. */
export const selectWhole = (db: Db) => selectRuns(db).innerJoin('procedures.version as v', (join) => join.onRef('v.procedureId', '=', 'r.procedureId').onRef('v.version', '=', 'r.procedureVersion')).select('v.content');

type Shown = Awaited<ReturnType<ReturnType<typeof selectRuns>['execute']>>[number];
type Whole = Awaited<ReturnType<ReturnType<typeof selectWhole>['execute']>>[number];

const iso = (time: string): string => new Date(time).toISOString();
const timed = (entry: RunEntry): RunEntry => ({ ...entry, at: iso(entry.at), dueAt: entry.dueAt && iso(entry.dueAt) });
export const isLate = ({ what, at, dueAt }: Pick<RunEntry, 'what' | 'at' | 'dueAt'>): boolean => what === 'done' && dueAt !== null && Date.parse(at) > Date.parse(dueAt);

export function headOf({ recordId, recordKind, recordNumber, recordTitle, entries, version: _version, ...row }: Shown): RunHead {
  const stands = standingEntries(entries);
  return { ...row, record: { id: recordId, kind: recordKind, number: recordNumber, title: recordTitle }, steps: stands.length, skipped: stands.filter(({ what }) => what === 'skipped').length, late: entries.filter((entry) => stands.includes(entry) && isLate(entry)).length };
}

export const runOf = ({ content, ...row }: Whole): Run => ({ ...headOf(row), content: content as Procedure, entries: row.entries.map(timed), version: row.version });

/** Locks a run for a verb, with what it follows and its entries: 404 where it is not there or hidden, 403 where it may only be seen. */
export async function holdRun(tx: Tx, id: string): Promise<{ run: RunRow; content: Procedure; entries: readonly NamedEntry[] }> {
  const run = await tx.selectFrom('procedures.run').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!run) {
    const seen = await tx.selectFrom('procedures.run').select('id').where('id', '=', id).executeTakeFirst();
    throw seen ? notAllowed(FOLLOW) : notFound();
  }
  return { run, ...(await followed(tx, run)) };
}

export type NamedEntry = Entry & { by: string; byId: string };

/** The version that a run follows, and its entries with who made them. */
export async function followed(tx: Tx, { id, procedureId, procedureVersion }: RunRow): Promise<{ content: Procedure; entries: readonly NamedEntry[] }> {
  const [version, entries] = [
    await tx.selectFrom('procedures.version').select('content').where('procedureId', '=', procedureId).where('version', '=', procedureVersion).executeTakeFirstOrThrow(),
    await tx.selectFrom('procedures.entry as e').innerJoin('access.person as p', 'p.id', 'e.by').select(['e.seq', 'e.stepId', 'e.what', 'e.answer', 'e.at', 'p.name as by', 'p.id as byId']).where('e.runId', '=', id).orderBy('e.seq').execute(),
  ];
  return { content: version.content as Procedure, entries };
}

/** Runs under way on these records, locked. */
export const runningOn = (tx: Tx, recordIds: readonly string[]): Promise<RunRow[]> => tx.selectFrom('procedures.run').select(COLUMNS).where('recordId', 'in', [...recordIds]).where('state', '=', 'running').orderBy('begunAt').forUpdate().execute();

export const headerOf = (run: RunRow): Header => ({ kind: 'procedures.run', number: run.number, title: run.title, state: run.state, siteId: run.siteId, wallId: run.wallId, readPermission: READ, at: run.begunAt });

/** What the ledger keeps of something that was done in a run. */
export const inRun = (verb: string, { id, number, recordId, siteId, wallId }: RunRow, said: object): Change<{ id: string; number: string; recordId: string }> => ({
  verb, before: null, after: { id, number, recordId, ...said }, of: { recordId: id, siteId, wallId, readPermission: READ }, erasable: ['note', 'reason'],
});

export const hasEnded = (): Problem => new Problem('conflict', 'procedures.run_ended', 'This run has ended; nothing is added to it.');
