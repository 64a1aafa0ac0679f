import { isByGlass } from '#platform/kernel/looks.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { StoredFile } from './contract.ts';
import type { Tables } from './tables.gen.ts';
import type { Content } from './vault.ts';

export const READ = 'files:read';
export const WRITE = 'files:write';
export const files = store<Tables>('files');
export type Tx = Parameters<Parameters<typeof files.writeMany>[2]>[0];
type Db = Pick<Parameters<Parameters<typeof files.readAll>[2]>[0], 'selectFrom'>;

/** Files with what their record says of who may see them. */
export const fileRows = (db: Db) =>
  db.selectFrom('files.file as f').innerJoin('platform.record as r', 'r.id', 'f.recordId').innerJoin('access.person as a', 'a.id', 'f.addedBy').leftJoin('access.person as s', 's.id', 'f.struckBy').leftJoin('files.preview as p', 'p.blob', 'f.blob').leftJoin('files.damage as d', 'd.blob', 'f.blob')
    .select([
      'f.id', 'f.recordId', 'f.name', 'f.size', 'f.sha256', 'f.mediaType', 'f.blob', 'f.dataKey', 'a.name as addedBy', 'f.addedAt', 's.name as struckBy', 'f.struckAt', 'f.struckReason', 'f.removedAt', 'r.siteId', 'r.wallId', 'r.readPermission',
      'p.state as preview', 'p.large', 'p.largeKey', 'p.largeSize', 'p.small', 'p.smallKey', 'p.smallSize', 'd.detail as damage',
    ]);
export type FileRow = Awaited<ReturnType<ReturnType<typeof fileRows>['execute']>>[number];

/** The types of which previews are drawn. */
export const DRAWABLE: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/tiff', 'image/heic', 'image/heif', 'image/avif']);
/** The largest image that the drawing process is given. */
export const MOST_DRAWN_BYTES = 64 * 2 ** 20;

export const fileOf = (row: FileRow): StoredFile => ({
  id: row.id, recordId: row.recordId, name: row.name, size: row.size, sha256: row.sha256.toString('hex'), mediaType: row.mediaType, addedBy: row.addedBy, addedAt: row.addedAt,
  struckBy: row.struckBy, struckAt: row.struckAt, struckReason: row.struckReason, preview: row.preview ?? (DRAWABLE.has(row.mediaType) && row.size <= MOST_DRAWN_BYTES && row.blob !== null ? 'coming' : 'none'), isDamaged: row.damage !== null, removedAt: row.removedAt,
});

/** The content of a file; null once retention let it go. */
export const contentOf = ({ blob, size, dataKey }: Pick<FileRow, 'blob' | 'size' | 'dataKey'>): Content | null => (blob === null || dataKey === null ? null : { blob, size, dataKey });

type Label = Pick<FileRow, 'recordId' | 'siteId' | 'wallId' | 'readPermission'>;

/** A change of a file, told of its record; its name may be erased later. */
export const changeOf = (verb: string, { recordId, siteId, wallId, readPermission }: Label, after: { id: string } & Record<string, unknown>, before: Record<string, unknown> | null = null): Change<{ id: string }> => ({
  verb, before: before as Change<{ id: string }>['before'], after, of: { recordId, siteId, wallId, readPermission }, erasable: ['name', 'struckReason'],
});

const ONE_LOOK_MS = 60_000;
const MOST_REMEMBERED = 10_000;
const looked = new WeakMap<object, Map<string, number>>();

/**
 * Records that this person looks at files behind a wall, before anything is shown; where it cannot be recorded, nothing
 * is. `what` is the file whose content is fetched, or the record whose list is read; the same within a minute is one look,
 * but for who broke the glass of the wall.
 */
export async function recordLook(ctx: Ctx, label: Label, what: string): Promise<void> {
  if (label.wallId === null) return;
  const known = looked.get(ctx.db) ?? new Map<string, number>();
  looked.set(ctx.db, known);
  const key = `${ctx.personId} ${what} ${label.wallId}`;
  const now = ctx.now().getTime();
  const before = known.get(key);
  if (before !== undefined && now - before < ONE_LOOK_MS && now >= before && !(await isByGlass(ctx, label.wallId))) return;
  await files.writeMany(ctx, READ, async () => ({ changes: [{ ...changeOf('looked', label, { id: what }), isQuiet: true as const }], result: null }));
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, now);
}
