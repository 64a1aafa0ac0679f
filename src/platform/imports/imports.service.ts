import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { readJob, startJob } from '#platform/jobs/jobs.service.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import * as contract from './contract.ts';
import type { Import } from './contract.ts';
import { csvCell } from './csv.ts';
import { runKind, tryKind } from './job-kinds.ts';
import { discoverImportKinds, type ImportKind, type RowFault } from './port.ts';
import { bytesOf, type Head, headOf, importOf, type ImportRow, importRows, imports, kindOf, mine, suggestMapping, type Tx } from './rows.ts';
import { readHead, rowsOf } from './sheet.ts';

/** Files of one person that are kept at once. */
const MOST_KEPT = 20;
const SAMPLES = 3;

const holds = async (ctx: Ctx, permissions: readonly string[]): Promise<ReadonlySet<string>> => {
  const rows = await imports.read(ctx, '').selectFrom(sql<{ key: string }>`(select key from unnest(${permissions}::text[]) as key where access.holds(access.me(), key))`.as('k')).select('key').execute();
  return new Set(rows.map(({ key }) => key));
};

export async function listKinds(ctx: Ctx): Promise<Reply<typeof contract.listKinds>> {
  const all = (await Promise.all([...(await discoverImportKinds()).keys()].map(kindOf))).filter(({ hasOwnPage }) => hasOwnPage !== true);
  const held = await holds(ctx, all.map(({ permission }) => permission));
  return { items: all.filter(({ permission }) => held.has(permission)).map(({ key, title, mostRows, columns }) => ({ key, title, mostRows, columns: columns.map(({ key: column, title: name, help, isRequired = false }) => ({ key: column, title: name, help, isRequired })) })) };
}

export async function listImports(ctx: Ctx): Promise<Reply<typeof contract.listImports>> {
  const apart = [...(await discoverImportKinds()).values()].filter(({ hasOwnPage }) => hasOwnPage === true).map(({ key }) => key);
  const rows = await importRows(imports.read(ctx, '')).where('i.kind', 'not in', [...apart, '']).orderBy('i.begunAt', 'desc').orderBy('i.id', 'desc').limit(MOST_KEPT).execute();
  return { items: await Promise.all(rows.map(importOf)) };
}

export const readImport = async (ctx: Ctx, { id }: Input<typeof contract.readImport>): Promise<Import> => importOf(await mine(imports.read(ctx, ''), id));

/** Asks for the kind's permission, then does the work under none: what it writes is the importer's own. */
const ofKind = (ctx: Ctx, kind: ImportKind, work: (tx: Tx) => Promise<ImportRow>): Promise<Import> =>
  imports.writeMany(ctx, kind.permission, async (tx) => ({ changes: [], result: await importOf(await work(tx)) }));

export async function beginImport(ctx: Ctx, { kind: key, name, size }: Input<typeof contract.beginImport>): Promise<Import> {
  const kind = await kindOf(key);
  return ofKind(ctx, kind, async (tx) => {
    const [kept] = await tx.selectFrom('imports.import').select(sql<number>`count(*)::int`.as('n')).where('personId', '=', me).execute();
    if ((kept?.n ?? 0) >= MOST_KEPT) throw new Problem('limited', 'imports.many', `${MOST_KEPT} files of yours are kept. Let go of one first; they go by themselves after a week.`, { retryAfterS: 60 });
    const [id, now] = [uuidv7(), ctx.now().toISOString()];
    await tx.insertInto('imports.import').values({ id, personId: ctx.personId, kind: kind.key, name, size, begunAt: now, touchedAt: now }).execute();
    return mine(tx, id);
  });
}

/** Stores the next part. One that is stored already is answered alike. */
export async function storePart(ctx: Ctx, { id, offset }: Input<typeof contract.storePart>, { request }: Exchange): Promise<Import> {
  const row = await mine(imports.read(ctx, ''), id);
  const bytes = await bodyOf(request.body, Math.min(contract.PART_BYTES, row.size - offset));
  if (offset < row.stored) return importOf(row);
  if (offset > row.stored || row.state !== 'coming') throw new Problem('conflict', 'imports.another_offset', `The next part begins at byte ${row.stored}.`, { offset: row.stored });
  const kind = await kindOf(row.kind);
  const stored = await ofKind(ctx, kind, async (tx) => {
    await tx.insertInto('imports.part').values({ importId: id, n: offset / contract.PART_BYTES, bytes }).onConflict((conflict) => conflict.doNothing()).execute();
    await tx.updateTable('imports.import').set({ stored: offset + bytes.length, touchedAt: ctx.now().toISOString() }).where('id', '=', id).where('stored', '=', offset).execute();
    return mine(tx, id);
  });
  return stored.stored === row.size && stored.state === 'coming' ? look(ctx, id, kind) : stored;
}

async function bodyOf(body: unknown, wanted: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body instanceof Readable ? (body as AsyncIterable<Buffer>) : []) if ((length += piece.length) <= wanted) pieces.push(piece);
  if (length !== wanted || length === 0) throw new Problem('invalid', 'imports.wrong_part', `This part has ${wanted} bytes. Send it again, whole.`);
  return Buffer.concat(pieces);
}

/** Once the last byte is there: what the file is, and which of its columns says what. */
async function look(ctx: Ctx, id: string, kind: ImportKind): Promise<Import> {
  const head = await headIn(ctx, id);
  const mapping = 'fault' in head ? {} : ((await remembered(ctx, kind, head.columns)) ?? suggestMapping(head.columns, kind));
  return ofKind(ctx, kind, async (tx) => {
    await tx.updateTable('imports.import').set({ head: JSON.stringify(head), mapping: JSON.stringify(mapping), state: 'fault' in head ? 'unreadable' : 'ready' }).where('id', '=', id).where('state', '=', 'coming').execute();
    return mine(tx, id);
  });
}

async function headIn(ctx: Ctx, id: string): Promise<Head> {
  try {
    const head = await readHead(bytesOf(ctx, id));
    const samples: Record<string, string>[] = [];
    for await (const { cells } of rowsOf(bytesOf(ctx, id), head)) if (samples.push(Object.fromEntries(Object.entries(cells).map(([name, cell]) => [name, cell.slice(0, 80)]))) >= SAMPLES) break;
    return samples.length === 0 ? { fault: 'There is no row below the heading.' } : { ...head, samples };
  } catch (error) {
    if (error instanceof Problem && error.kind === 'refused') return { fault: error.message };
    throw error;
  }
}

const headingOf = (columns: readonly string[]): string => createHash('sha256').update(JSON.stringify(columns)).digest('hex');

async function remembered(ctx: Ctx, kind: ImportKind, columns: readonly string[]): Promise<Record<string, string> | null> {
  const row = await imports.read(ctx, '').selectFrom('imports.mapping').select('mapping').where('kind', '=', kind.key).where('heading', '=', headingOf(columns)).executeTakeFirst();
  return (row?.mapping ?? null) as Record<string, string> | null;
}

/** Starts the dry run with this mapping, and remembers it for the next file with the same heading. */
export async function tryImport(ctx: Ctx, { id, mapping, source }: Input<typeof contract.tryImport>): Promise<Import> {
  const row = await mine(imports.read(ctx, ''), id);
  const [kind, head] = [await kindOf(row.kind), headOf(row)];
  if (head === null || 'fault' in head || row.state === 'done') throw new Problem('conflict', 'imports.not_ready', row.state === 'done' ? 'This file came in already. Send it anew.' : 'This file is not there whole, or cannot be read.');
  checkMapping(mapping, kind, head.columns);
  await checkIdle(ctx, row);
  return ofKind(ctx, kind, async (tx) => {
    await tx.insertInto('imports.mapping').values({ personId: ctx.personId, kind: kind.key, heading: headingOf(head.columns), mapping: JSON.stringify(mapping) }).onConflict((conflict) => conflict.columns(['personId', 'kind', 'heading']).doUpdateSet({ mapping: JSON.stringify(mapping) })).execute();
    const job = await startJob(ctx, tryKind, { importId: id });
    await tx.updateTable('imports.import').set({ mapping: JSON.stringify(mapping), source, jobId: job.id, state: 'ready', tried: null, touchedAt: ctx.now().toISOString() }).where('id', '=', id).execute();
    return mine(tx, id);
  });
}

function checkMapping(mapping: Readonly<Record<string, string>>, kind: ImportKind, columns: readonly string[]): void {
  const errors = [
    ...Object.entries(mapping).filter(([key, name]) => !kind.columns.some((column) => column.key === key) || !columns.includes(name)).map(([key]) => ({ pointer: `/mapping/${key}`, detail: 'There is no such column.' })),
    ...kind.columns.filter(({ key, isRequired }) => isRequired === true && !(key in mapping)).map(({ key, title }) => ({ pointer: `/mapping/${key}`, detail: `Say which column has: ${title}.` })),
  ];
  if (errors.length > 0) throw new Problem('refused', 'imports.mapping', errors[0]?.detail ?? '', { errors });
}

async function checkIdle(ctx: Ctx, { jobId }: ImportRow): Promise<void> {
  const job = jobId === null ? null : await readJob(ctx, { id: jobId }).catch(() => null);
  if (job && (job.state === 'queued' || job.state === 'running')) throw new Problem('conflict', 'imports.under_way', 'This file is being read. Wait until that has ended, or stop it.');
}

/** Starts bringing in what the dry run did not refuse; a run that was stopped goes on where it was. */
export async function runImport(ctx: Ctx, { id }: Input<typeof contract.runImport>): Promise<Import> {
  const row = await mine(imports.read(ctx, ''), id);
  if (row.state !== 'tried') throw new Problem('conflict', 'imports.not_tried', row.state === 'done' ? 'This file came in already.' : 'Make the dry run first.');
  await checkIdle(ctx, row);
  return ofKind(ctx, await kindOf(row.kind), async (tx) => {
    const job = await startJob(ctx, runKind, { importId: id });
    await tx.updateTable('imports.import').set({ jobId: job.id, touchedAt: ctx.now().toISOString() }).where('id', '=', id).execute();
    return mine(tx, id);
  });
}

type Wanted = { id: string; of: 'trial' | 'import'; does: 'created' | 'changed' | 'unchanged' | 'refused'; after: number; limit: number };
const outcomes = async (ctx: Ctx, { id, of, does, after, limit }: Wanted) =>
  imports.read(ctx, '').selectFrom('imports.outcome').select(['n', 'line', 'does', 'label', 'recordId', 'faults', 'cells']).where('importId', '=', id).where('isTrial', '=', of === 'trial').where('does', '=', does).where('n', '>', after).orderBy('n').limit(limit).execute();

/** What stood in a cell, so that whoever copies it into a table runs nothing. */
const neutral = (value: string): string => (/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).slice(0, 200);

export async function listOutcomes(ctx: Ctx, asked: Input<typeof contract.listOutcomes>): Promise<Reply<typeof contract.listOutcomes>> {
  const { mapping } = await mine(imports.read(ctx, ''), asked.id);
  const names = mapping as Record<string, string>;
  const found = await outcomes(ctx, asked);
  const items = found.map(({ faults, cells, does, ...row }) => ({ ...row, does: does as Wanted['does'], faults: (faults as RowFault[]).map(({ column, detail }) => ({ column: names[column] ?? column, value: neutral((cells as Record<string, string>)[names[column] ?? ''] ?? ''), detail })) }));
  return { items, next: found.length === asked.limit ? (found.at(-1)?.n ?? null) : null };
}

const PAGE = 500;
const REASONS = ['import_line', 'import_reasons'] as const;

/** The refused rows, as the file was written: its own columns, then line and reasons, which the mapping passes over next time. */
async function* errorLines(ctx: Ctx, row: ImportRow, of: Wanted['of']): AsyncGenerator<string, void> {
  const head = headOf(row);
  if (head === null || 'fault' in head) return;
  const columns = head.columns.filter((name) => !REASONS.some((own) => own === name));
  const names = row.mapping as Record<string, string>;
  const line = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(head.delimiter)}\r\n`;
  if (head.format === 'csv') yield `\ufeff${line([...columns, ...REASONS])}`;
  for (let after = 0; ; ) {
    const found = await outcomes(ctx, { id: row.id, of, does: 'refused', after, limit: PAGE });
    for (const { line: at, cells, faults, n } of found) {
      after = n;
      const reasons = (faults as RowFault[]).map(({ column, detail }) => (column === '' ? detail : `${names[column] ?? column}: ${detail}`)).join('; ');
      const own = cells as Record<string, string>;
      yield head.format === 'csv' ? line([...columns.map((name) => own[name] ?? ''), at, reasons]) : `${JSON.stringify({ ...own, import_line: at, import_reasons: reasons })}\n`;
    }
    if (found.length < PAGE) return;
  }
}

export async function downloadErrors(ctx: Ctx, { id, of }: Input<typeof contract.downloadErrors>, { reply }: Exchange): Promise<void> {
  const row = await mine(imports.read(ctx, ''), id);
  const head = headOf(row);
  const isJson = head !== null && !('fault' in head) && head.format === 'json';
  const name = `${row.name.replace(/\.[^.]*$/, '').replaceAll(/[^\w.-]+/g, '-')}-refused.${isJson ? 'jsonl' : 'csv'}`;
  await reply.type(isJson ? 'application/jsonl; charset=utf-8' : 'text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`).send(Readable.from(errorLines(ctx, row, of)));
}

export async function dropImport(ctx: Ctx, { id }: Input<typeof contract.dropImport>): Promise<{ id: string }> {
  const row = await mine(imports.read(ctx, ''), id);
  await checkIdle(ctx, row);
  return imports.writeMany(ctx, '', async (tx) => {
    await tx.deleteFrom('imports.import').where('id', '=', id).execute();
    return { changes: [], result: { id } };
  });
}
