import { sql } from 'kysely';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { LocalTime } from '#engines/alarm-analysis/local-time.ts';
import type { Import } from '#platform/imports/contract.ts';
import { readImport, tryImport } from '#platform/imports/imports.service.ts';
import { startJob } from '#platform/jobs/jobs.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { reckoningOf } from '#modules/devices/public.ts';
import { typeOf } from '#modules/signals/public.ts';
import { alarms, type Tx } from '../alarm-row.ts';
import { answerKind } from './answer.ts';
import type * as contract from '../past-contract.ts';
import type { Analysis, Answer } from '../past-contract.ts';
import { PAST } from './past-kind.ts';
import { type Cost, eachMinorOf, type Reading } from '../past-rules.ts';
import { sampleLines } from './sample.ts';

const IMPORT = 'alarms:import';
const MOST_LISTED = 100;

type Db = Pick<Tx, 'selectFrom'>;
const rows = (db: Db) => db.selectFrom('alarms.analysis as a').innerJoin('access.person as p', 'p.id', 'a.personId').select(['a.id', 'a.name', 'p.name as by', 'a.madeAt', 'a.importId', 'a.reading', 'a.answer', 'a.answeredAt', 'a.cost', 'a.version']);

const told = (verb: string, before: object | null, after: { id: string } & Record<string, unknown>): Change<{ id: string }> =>
  ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: IMPORT } });

/** A time zone by its name. Throws 422 where there is none. */
export function zoneNamed(timeZone: string, pointer: string): LocalTime {
  try {
    return new LocalTime(timeZone);
  } catch {
    throw new Problem('refused', 'alarms.no_such_zone', 'There is no such time zone.', { errors: [{ pointer, detail: 'Choose a time zone, like Europe/Berlin.' }] });
  }
}

export async function listAnalyses(ctx: Ctx): Promise<Reply<typeof contract.listAnalyses>> {
  const found = await alarms.read(ctx).selectFrom('alarms.analysis as a').innerJoin('access.person as p', 'p.id', 'a.personId')
    .select(['a.id', 'a.name', 'p.name as by', 'a.madeAt', 'a.answeredAt', sql<number | null>`(a.answer #>> '{counts,false}')::int + (a.answer #>> '{counts,true}')::int + (a.answer #>> '{counts,unknown}')::int`.as('alarms')])
    .orderBy('a.madeAt', 'desc').orderBy('a.id', 'desc').limit(MOST_LISTED).execute();
  return { items: found };
}

export async function getAnalysis(ctx: Ctx, { id }: { id: string }): Promise<Analysis> {
  const row = await rows(alarms.read(ctx) as unknown as Db).where('a.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  const [cost, reckoning] = [row.cost as Cost | null, await reckoningOf(ctx)];
  return {
    ...row, reading: row.reading as Analysis['reading'], answer: row.answer as Answer | null, cost: cost && { ...cost, eachMinor: eachMinorOf(cost) },
    reckoning: reckoning && { eachMinor: reckoning.falseAlarmMinor, currency: reckoning.currency, basis: reckoning.basis },
  };
}

function checkReading({ types, timeZone }: Reading): void {
  zoneNamed(timeZone, '/reading/timeZone');
  const errors = Object.entries(types).filter(([, type]) => type !== '' && typeOf(type)?.raisesAlarm !== true).map(([word]) => ({ pointer: `/reading/types/${word}`, detail: 'Choose a type that raises alarms.' }));
  if (errors.length > 0) throw new Problem('refused', 'alarms.analysis_types', 'Some words stand for no type that raises alarms.', { errors });
}

/** A file of one's own that holds alarms of the past. Throws 422 where there is none. */
export async function ownFile(ctx: Ctx, id: string): Promise<Import> {
  const file = await readImport(ctx, { id }).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'not_found') return null;
    throw error;
  });
  if (file?.kind !== PAST) throw new Problem('refused', 'alarms.no_such_file', 'This file is not there any more. Choose it again.', { errors: [{ pointer: '/importId', detail: 'It is not there.' }] });
  return file;
}

/** Says how a file is read and begins its dry run; said again, before it was taken, the file is read the new way. */
export async function beginAnalysis(ctx: Ctx, { importId, into, name, mapping, reading }: Input<typeof contract.beginAnalysis>): Promise<Analysis> {
  await ownFile(ctx, importId);
  return alarms.writeMany(ctx, IMPORT, async (tx) => {
    const before = await tx.selectFrom('alarms.analysis').select(['id', 'name', 'version']).where((eb) => (into === undefined ? eb('importId', '=', importId) : eb('id', '=', into))).executeTakeFirst();
    if (into !== undefined && !before) throw new Problem('refused', 'alarms.no_such_analysis', 'There is no such analysis any more. Begin a new one.', { errors: [{ pointer: '/into', detail: 'It is not there.' }] });
    checkReading(reading);
    const made = { id: before?.id ?? uuidv7(), name };
    if (before) await tx.updateTable('alarms.analysis').set({ name, importId, reading: JSON.stringify(reading), version: before.version + 1 }).where('id', '=', before.id).execute();
    else await tx.insertInto('alarms.analysis').values({ ...made, personId: ctx.personId, importId, reading: JSON.stringify(reading), madeAt: ctx.now().toISOString() }).execute();
    await tryImport(ctx, { id: importId, mapping, source: made.id });
    return { changes: [told('analysis-begun', before ? { name: before.name } : null, { ...made, file: importId, timeZone: reading.timeZone, timeForm: reading.timeForm })], result: await getAnalysis(ctx, made) };
  });
}

export async function startAnswer(ctx: Ctx, { id }: Input<typeof contract.startAnswer>): Promise<Reply<typeof contract.startAnswer>> {
  await getAnalysis(ctx, { id });
  return alarms.writeMany(ctx, IMPORT, async () => {
    const job = await startJob(ctx, answerKind, { analysisId: id });
    return { changes: [], result: { jobId: job.id } };
  });
}

export async function setCost(ctx: Ctx, { id, ...cost }: Input<typeof contract.setCost>): Promise<Analysis> {
  return alarms.writeMany(ctx, IMPORT, async (tx) => {
    const before = await tx.selectFrom('alarms.analysis').select(['cost', 'version']).where('id', '=', id).forUpdate().executeTakeFirst();
    if (!before) throw notFound();
    await tx.updateTable('alarms.analysis').set({ cost: JSON.stringify(cost), version: before.version + 1 }).where('id', '=', id).execute();
    return { changes: [told('analysis-cost-set', before.cost as object | null, { id, ...cost })], result: await getAnalysis(ctx, { id }) };
  });
}

/** What was read from a file goes whole; alarms of this system are not touched. */
export async function dropAnalysis(ctx: Ctx, { id }: Input<typeof contract.dropAnalysis>): Promise<{ id: string }> {
  return alarms.writeMany(ctx, IMPORT, async (tx) => {
    const gone = await tx.deleteFrom('alarms.analysis').where('id', '=', id).returning(['id', 'name']).executeTakeFirst();
    if (!gone) throw notFound();
    return { changes: [told('analysis-dropped', { name: gone.name }, { id })], result: { id } };
  });
}

export async function sampleFile(ctx: Ctx, _: unknown, { reply }: Exchange): Promise<void> {
  await reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="invented-alarms.csv"').send(Readable.from(sampleLines(ctx.now().getUTCFullYear() - 1)));
}
