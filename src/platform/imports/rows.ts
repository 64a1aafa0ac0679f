import { Problem, notFound } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Counts, Import } from './contract.ts';
import { discoverImportKinds, type ImportColumn, type ImportKind } from './port.ts';
import { rowsOf, type SheetHead, type SheetRow } from './sheet.ts';
import type { Tables } from './tables.gen.ts';

/** The service's one store. */
export const imports = store<Tables>('imports');
export type Tx = Parameters<Parameters<typeof imports.writeMany>[2]>[0];
type Db = Pick<Parameters<Parameters<typeof imports.readAll>[2]>[0], 'selectFrom'>;

/** What a file was found to be when its last byte had come. */
export type Head = (SheetHead & { samples: Record<string, string>[] }) | { fault: string };

/** Which column of the file says which of the kind's; `external_id` is every kind's. */
export type Mapping = Readonly<Record<string, string>>;

export const NONE: Counts = { created: 0, changed: 0, unchanged: 0, refused: 0 };

export const EXTERNAL_ID: ImportColumn = { key: 'external_id', title: 'Id in the other system', help: 'By which the same row sent again changes the same record', also: ['id', 'externalid', 'ref', 'reference'] };

export const importRows = (db: Db) => db.selectFrom('imports.import as i').select(['i.id', 'i.kind', 'i.name', 'i.source', 'i.size', 'i.stored', 'i.state', 'i.head', 'i.mapping', 'i.jobId', 'i.taken', 'i.tried', 'i.done', 'i.begunAt']);
export type ImportRow = Awaited<ReturnType<ReturnType<typeof importRows>['execute']>>[number];

/** A file of the reader's own. Throws 404. */
export async function mine(db: Db, id: string): Promise<ImportRow> {
  const row = await importRows(db).where('i.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

/** The kind of that key with every column that it takes. Throws 422 where nothing is brought in by that name. */
export async function kindOf(key: string): Promise<ImportKind> {
  const kind = (await discoverImportKinds()).get(key);
  if (!kind) throw new Problem('refused', 'imports.unknown_kind', 'Such records are not brought in by a file.', { errors: [{ pointer: '/kind', detail: 'Choose one of the kinds.' }] });
  return kind.columns.some(({ key: own }) => own === EXTERNAL_ID.key) ? kind : { ...kind, columns: [EXTERNAL_ID, ...kind.columns] };
}

export const headOf = ({ head }: Pick<ImportRow, 'head'>): Head | null => head as Head | null;
export const countsOf = (value: unknown): Counts | null => value as Counts | null;

/** A file as the wire has it. */
export async function importOf(row: ImportRow): Promise<Import> {
  const head = headOf(row);
  const isReadable = head !== null && !('fault' in head);
  return {
    id: row.id, kind: row.kind, title: (await discoverImportKinds()).get(row.kind)?.title ?? row.kind, name: row.name, source: row.source, size: row.size, stored: row.stored, state: row.state as Import['state'],
    fault: head !== null && 'fault' in head ? head.fault : null, columns: isReadable ? head.columns : [], samples: isReadable ? head.samples : [], mapping: row.mapping as Import['mapping'],
    jobId: row.jobId, tried: countsOf(row.tried), done: countsOf(row.done), begunAt: row.begunAt,
  };
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Which columns of the file say what, as far as their names tell. */
export function suggestMapping(columns: readonly string[], kind: ImportKind): Record<string, string> {
  const left = new Map(columns.map((name) => [plain(name), name]));
  const mapping: Record<string, string> = {};
  const take = (key: string, names: readonly string[]): void => {
    const found = names.map(plain).find((name) => left.has(name));
    if (found === undefined || key in mapping) return;
    mapping[key] = left.get(found) as string;
    left.delete(found);
  };
  for (const { key, title } of kind.columns) take(key, [key, title]);
  for (const { key, also = [] } of kind.columns) take(key, also);
  return mapping;
}

const PARTS_AT_ONCE = 4;

/** The bytes of a file as they came, a few parts at a time; `read` hears how many were read. */
export async function* bytesOf(ctx: Ctx, id: string, read?: (bytes: number) => void): AsyncGenerator<Buffer, void> {
  for (let after = -1, sum = 0; ; ) {
    const parts = await imports.read(ctx, '').selectFrom('imports.part').select(['n', 'bytes']).where('importId', '=', id).where('n', '>', after).orderBy('n').limit(PARTS_AT_ONCE).execute();
    for (const { n, bytes } of parts) {
      after = n;
      sum += bytes.length;
      yield bytes;
      read?.(sum);
    }
    if (parts.length < PARTS_AT_ONCE) return;
  }
}

/** The rows of a file of the reader's own, one by one. Throws 404, and 409 where it is not there whole or cannot be read. */
export async function* fileRows(ctx: Ctx, id: string): AsyncGenerator<SheetRow, void> {
  const head = headOf(await mine(imports.read(ctx, ''), id));
  if (head === null || 'fault' in head) throw new Problem('conflict', 'imports.not_ready', 'This file is not there whole, or cannot be read.');
  yield* rowsOf(bytesOf(ctx, id), head);
}
