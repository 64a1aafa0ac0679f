import { sql } from 'kysely';
import type { JobTools } from '#platform/jobs/port.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx } from '#platform/kernel/store.ts';
import { faultsOfProblem, refusedRow } from './cells.ts';
import type { Counts } from './contract.ts';
import type { Finder, Given, ImportKind, Outcome } from './port.ts';
import { bytesOf, countsOf, EXTERNAL_ID, headOf, type ImportRow, imports, kindOf, type Mapping, mine, NONE, type Tx } from './rows.ts';
import { rowsOf, type SheetRow } from './sheet.ts';

/** Of the rows that are taken so many of each sort are kept to be looked at; of those that are refused, all. */
const KEPT_OF_EACH = 200;
const LONGEST_ID = 200;

/** What a batch carries: the row as it came beside the row as the kind gets it, or why it does not get so far. */
type Waiting = { row: SheetRow; given: Given; fault: Outcome | null };
type Work = { ctx: Ctx; kind: ImportKind; file: ImportRow; isTrial: boolean; counts: Counts; find: Finder };

class TakenBack extends Error {}

const finderOf = (ctx: Ctx, source: string): Finder => ({
  source,
  byExternalId: async (kind, ids) => {
    if (ids.length === 0) return new Map();
    const found = await imports.read(ctx, '').selectFrom(sql<{ externalId: string; recordId: string }>`imports.known_of(${kind}, ${source}, ${ids}::text[])`.as('k')).select(['externalId', 'recordId']).execute();
    return new Map(found.map(({ externalId, recordId }) => [externalId, recordId]));
  },
});

/**
 * Reads a file and takes its rows, batch by batch, each whole in its transaction with how far it came, so that a run that
 * was broken off goes on behind it. A trial does the same and takes every batch back.
 */
export async function takeFile(ctx: Ctx, id: string, isTrial: boolean, { progress }: Pick<JobTools, 'progress'>): Promise<Counts> {
  const file = await mine(imports.read(ctx, ''), id);
  const [kind, head] = [await kindOf(file.kind), headOf(file)];
  if (head === null || 'fault' in head) throw new Problem('conflict', 'imports.not_ready', 'This file cannot be read.');
  if (!isTrial && file.state !== 'tried') return countsOf(file.done) ?? NONE;
  const counts = { ...(isTrial ? NONE : (countsOf(file.done) ?? NONE)) };
  const work: Work = { ctx, kind, file, isTrial, counts, find: finderOf(ctx, file.source) };
  await begin(work);
  let [batch, read]: [Waiting[], number] = [[], 0];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await takeBatch(work, batch);
    batch = [];
    progress((read / file.size) * 0.98, `${counts.created + counts.changed + counts.unchanged + counts.refused} rows, ${counts.refused} refused`);
  };
  const lineOf = new Map<string, number>();
  for await (const row of rowsOf(bytesOf(ctx, id, (bytes) => (read = bytes)), head)) {
    if (row.n > kind.mostRows) throw new Problem('refused', 'imports.too_long', `At most ${kind.mostRows} rows in one file. Split it; what was taken stays taken.`);
    const waiting = waitingOf(row, file.mapping as Mapping, lineOf);
    if (!isTrial && row.n <= file.taken) continue;
    if (batch.push(waiting) >= kind.atOnce) await flush();
  }
  await flush();
  await finish(work);
  return counts;
}

function waitingOf(row: SheetRow, mapping: Mapping, lineOf: Map<string, number>): Waiting {
  const cells = Object.fromEntries(Object.entries(mapping).map(([key, name]): [string, string] => [key, row.cells[name] ?? '']).filter(([, cell]) => cell !== ''));
  const externalId = cells[EXTERNAL_ID.key] ?? null;
  const given: Given = { n: row.n, line: row.line, cells, externalId, recordId: null };
  const refuse = (column: string, detail: string): Waiting => ({ row, given, fault: refusedRow('', [{ column, detail }]) });
  if (row.fault !== null) return refuse('', row.fault);
  if (externalId === null) return { row, given, fault: null };
  if (externalId.length > LONGEST_ID) return refuse(EXTERNAL_ID.key, `At most ${LONGEST_ID} characters`);
  const before = lineOf.get(externalId);
  if (before !== undefined) return refuse(EXTERNAL_ID.key, `This id stands in line ${before} already`);
  lineOf.set(externalId, row.line);
  return { row, given, fault: null };
}

async function begin({ ctx, file, isTrial, kind }: Work): Promise<void> {
  await imports.writeMany(ctx, kind.permission, async (tx) => {
    if (isTrial) await tx.deleteFrom('imports.outcome').where('importId', '=', file.id).where('isTrial', '=', true).execute();
    return { changes: [], result: null };
  });
}

/** Takes a batch together; where the database refuses it, one row after the other, so that the one that is wrong is named. */
async function takeBatch(work: Work, batch: readonly Waiting[]): Promise<void> {
  try {
    await takeTogether(work, batch);
  } catch (error) {
    if (!(error instanceof Problem) || ['internal', 'unavailable', 'unauthenticated'].includes(error.kind)) throw error;
    const [only] = batch;
    if (batch.length > 1 || !only) for (const one of batch) await takeBatch(work, [one]);
    else await takeTogether(work, [{ ...only, fault: refusedRow('', faultsOfProblem(error, work.kind.columnOf)) }]);
  }
}

async function takeTogether(work: Work, batch: readonly Waiting[]): Promise<void> {
  const { ctx, isTrial } = work;
  let made: readonly Outcome[] | undefined;
  const take = imports.writeMany(ctx, '', async (tx) => {
    made = await outcomesOf(work, batch);
    if (isTrial) throw new TakenBack();
    await keep(work, tx, batch, made);
    return { changes: [], result: null };
  });
  await take.catch((error: unknown) => {
    if (!isTrial || made === undefined) throw error;
  });
  if (made === undefined) return;
  for (const { does } of made) work.counts[does]++;
  const found = made;
  if (isTrial) await imports.writeMany(ctx, '', async (tx) => (await keepOutcomes(work, tx, batch, found), { changes: [], result: null }));
}

async function outcomesOf({ ctx, kind, find }: Work, batch: readonly Waiting[]): Promise<Outcome[]> {
  const good = batch.filter(({ fault }) => fault === null);
  const known = await find.byExternalId(kind.key, good.flatMap(({ given }) => given.externalId ?? []));
  const rows = good.map(({ given }): Given => ({ ...given, recordId: (given.externalId !== null && known.get(given.externalId)) || null }));
  const taken = rows.length === 0 ? [] : await kind.take(ctx, rows, find);
  const byRow = new Map(rows.map((row, at) => [row.n, taken[at]]));
  return batch.map(({ given, fault }) => fault ?? byRow.get(given.n) ?? refusedRow('', [{ column: '', detail: 'Nothing was said of this row.' }]));
}

/** What was taken, how far the file is, and which record has which id of the other system: with the records, or not at all. */
async function keep(work: Work, tx: Tx, batch: readonly Waiting[], made: readonly Outcome[]): Promise<void> {
  const { file, kind, counts } = work;
  const known = batch.flatMap(({ given: { externalId } }, at) => {
    const one = made[at];
    return externalId === null || !one || one.does === 'refused' ? [] : [{ externalId, id: one.id }];
  });
  if (known.length > 0 && kind.hasOwnPage !== true) await sql`select imports.remember(${kind.key}, ${file.source}, ${known.map(({ externalId }) => externalId)}::text[], ${known.map(({ id }) => id)}::uuid[])`.execute(tx);
  await keepOutcomes(work, tx, batch, made);
  const sum = { ...counts };
  for (const { does } of made) sum[does]++;
  await tx.updateTable('imports.import').set({ taken: batch.at(-1)?.given.n ?? file.taken, done: JSON.stringify(sum), touchedAt: work.ctx.now().toISOString() }).where('id', '=', file.id).execute();
}

async function keepOutcomes({ file, isTrial, counts }: Work, tx: Tx, batch: readonly Waiting[], made: readonly Outcome[]): Promise<void> {
  const kept = { ...counts };
  const rows = batch.flatMap(({ row, given }, at) => {
    const one = made[at];
    if (!one || (one.does !== 'refused' && ++kept[one.does] > KEPT_OF_EACH)) return [];
    const isRefused = one.does === 'refused';
    return [{ importId: file.id, isTrial, n: given.n, line: given.line, does: one.does, label: one.label.slice(0, 200), recordId: isRefused || isTrial ? null : one.id, faults: JSON.stringify(isRefused ? one.faults : []), cells: JSON.stringify(isRefused ? row.cells : {}) }];
  });
  if (rows.length > 0) await tx.insertInto('imports.outcome').values(rows).onConflict((conflict) => conflict.doNothing()).execute();
}

/** The end of a run enters the ledger with its counts; the records have entries of their own. */
async function finish({ ctx, file, isTrial, counts, kind }: Work): Promise<void> {
  await imports.writeMany(ctx, kind.permission, async (tx) => {
    await tx.updateTable('imports.import').set({ ...(isTrial ? { state: 'tried', tried: JSON.stringify(counts), taken: 0, done: null } : { state: 'done', done: JSON.stringify(counts) }), touchedAt: ctx.now().toISOString() }).where('id', '=', file.id).execute();
    const change: Change<{ id: string }> = { verb: 'finished', before: null, after: { id: file.id, kind: kind.key, source: file.source, ...counts } as { id: string }, of: { recordId: file.id, siteId: null, wallId: null, readPermission: kind.permission } };
    return { changes: isTrial ? [] : [change], result: null };
  });
}
