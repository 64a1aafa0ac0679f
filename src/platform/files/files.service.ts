import { Readable } from 'node:stream';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { StoredFile } from './contract.ts';
import { changeOf, contentOf, type FileRow, fileOf, fileRows, files, READ, recordLook, WRITE } from './rows.ts';
import { type Content, Damage, ownVault } from './vault.ts';

const MOST_FILES = 500;

/** The files of a record that the reader sees, the earliest first, struck ones among them. */
export async function listFiles(ctx: Ctx, { recordId }: Input<typeof contract.listFiles>): Promise<Reply<typeof contract.listFiles>> {
  const rows = await fileRows(files.read(ctx, READ)).where('f.recordId', '=', recordId).orderBy('f.addedAt').orderBy('f.id').limit(MOST_FILES).execute();
  if (rows[0]) await recordLook(ctx, rows[0], recordId);
  return { items: rows.map(fileOf) };
}

/** The files of a record for another module that has recorded the look. `by` as for `openFile`. */
export async function filesOn(ctx: Ctx, recordId: string, by: string): Promise<StoredFile[]> {
  return (await fileRows(files.read(ctx, by)).where('f.recordId', '=', recordId).orderBy('f.addedAt').orderBy('f.id').limit(MOST_FILES).execute()).map(fileOf);
}

async function seenFile(ctx: Ctx, id: string, by = READ): Promise<FileRow> {
  const row = await fileRows(files.read(ctx, by)).where('f.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

export async function readFile(ctx: Ctx, { id }: Input<typeof contract.readFile>): Promise<StoredFile> {
  const row = await seenFile(ctx, id);
  await recordLook(ctx, row, row.recordId);
  return fileOf(row);
}

const letGo = (row: FileRow): Problem => new Problem('refused', 'files.let_go', 'Retention has let this content go; what stands here is the proof that it was.', { at: row.removedAt });
const damaged = (cause: Damage): Problem => new Problem('unavailable', 'files.damaged', 'These bytes are not those that were stored, so they are not given out. Who runs the server is told, and can bring them back from the backup.', {}, cause);

/** Tells the operator once which content is damaged; from then on its files show it. */
async function tellDamage(ctx: Ctx, row: FileRow, { message, place }: Damage): Promise<void> {
  await files.writeMany(ctx, READ, async (tx) => {
    const told = await tx.insertInto('files.damage').values({ blob: row.blob ?? '', detail: message }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    return { changes: told.numInsertedOrUpdatedRows ? [changeOf('damage-found', row, { id: row.id, place, detail: message })] : [], result: null };
  });
}

/** The clear bytes of a file. The first chunk is proven before this answers; each later one before it is given out. Damage is told and ends the stream. */
async function streamOf(ctx: Ctx, row: FileRow, content: Content, sha256?: Buffer): Promise<Readable> {
  const chunks = ownVault().read(content, sha256);
  const next = () => chunks.next().catch(async (error: unknown) => {
    if (!(error instanceof Damage)) throw error;
    await tellDamage(ctx, row, error).catch(() => undefined);
    throw damaged(error);
  });
  const first = await next();
  async function* all() {
    try {
      for (let step = first; step.value !== undefined; step = await next()) yield step.value;
    } finally {
      await chunks.return();
    }
  }
  return Readable.from(all(), { objectMode: false });
}

/** A file for the server's own use: what is known of it, and its bytes. `by` is the permission to read it with, where its record's own kind allows that. */
export async function openFile(ctx: Ctx, id: string, by = READ): Promise<{ file: StoredFile; bytes: Readable }> {
  const row = await seenFile(ctx, id, by);
  const content = contentOf(row);
  if (!content) throw letGo(row);
  await recordLook(ctx, row, row.id);
  return { file: fileOf(row), bytes: await streamOf(ctx, row, content, row.sha256) };
}

/** What a browser might run or draw by itself is sent as bytes of no kind. */
const LIVE_TYPES = /xml|html|svg|script|xaml|shockwave|pdf/i;
const quoted = (name: string): string => name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
const encoded = (name: string): string => encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Content-Disposition (RFC 6266) with the name in ASCII and as it is (RFC 8187). */
export const attachmentNamed = (name: string): string => `attachment; filename="${quoted(name)}"; filename*=UTF-8''${encoded(name)}`;

/** Headers of bytes that a browser may show and must never run. */
export const CONTAINED = { 'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox", 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' };

export const downloadFile = (ctx: Ctx, { id }: Input<typeof contract.downloadFile>, exchange: Exchange): Promise<void> => sendFile(ctx, id, exchange);

/** Sends a file as a download. `by` as for `openFile`. */
export async function sendFile(ctx: Ctx, id: string, { reply }: Exchange, by = READ): Promise<void> {
  const { file, bytes } = await openFile(ctx, id, by);
  const type = LIVE_TYPES.test(file.mediaType) ? 'application/octet-stream' : file.mediaType;
  void reply.headers({ ...CONTAINED, 'content-type': type, 'content-disposition': attachmentNamed(file.name), 'content-length': file.size }).send(bytes);
}

type Drawn = { which: 'large' | 'small'; by?: string; first?: () => Promise<void> };

async function sendDrawn(ctx: Ctx, id: string, { reply }: Exchange, { which, by = READ, first }: Drawn): Promise<void> {
  const row = await seenFile(ctx, id, by);
  const content = contentOf({ blob: row[which], size: row[`${which}Size`] ?? 0, dataKey: row[`${which}Key`] });
  if (!content) throw new Problem('refused', 'files.no_preview', 'There is no preview of this file. Download it.');
  await recordLook(ctx, row, row.id);
  await first?.();
  const bytes = await streamOf(ctx, row, content);
  void reply.headers({ ...CONTAINED, 'content-type': 'image/webp', 'content-disposition': 'inline', 'content-length': content.size }).send(bytes);
}
export const showPreview = (ctx: Ctx, { id }: { id: string }, exchange: Exchange): Promise<void> => sendDrawn(ctx, id, exchange, { which: 'large' });
export const showThumbnail = (ctx: Ctx, { id }: { id: string }, exchange: Exchange): Promise<void> => sendDrawn(ctx, id, exchange, { which: 'small' });
/** Sends an image drawn anew, once `first` was done. `by` as for `openFile`. */
export const sendPreview = (ctx: Ctx, id: string, exchange: Exchange, by: string, first: () => Promise<void>): Promise<void> => sendDrawn(ctx, id, exchange, { which: 'large', by, first });

/** Strikes a file with a reason. It stays, shows struck, and can still be read by whoever sees the record. */
export async function strikeFile(ctx: Ctx, { id, reason }: Input<typeof contract.strikeFile>): Promise<StoredFile> {
  return files.writeMany(ctx, WRITE, async (tx) => {
    const before = await fileRows(tx).where('f.id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    const struckAt = ctx.now().toISOString();
    const struck = await tx.updateTable('files.file').set({ struckAt, struckBy: me, struckReason: reason }).where('id', '=', id).where('struckAt', 'is', null).executeTakeFirst();
    const after = await fileRows(tx).where('f.id', '=', id).executeTakeFirst();
    if (!after) throw notFound();
    if (struck.numUpdatedRows === 0n) throw after.struckAt === null ? notAllowed(WRITE) : new Problem('conflict', 'files.struck_already', `${after.struckBy ?? 'Somebody'} has struck this file already.`, { by: after.struckBy, at: after.struckAt });
    return { changes: [changeOf('struck', after, { id, struckAt, struckReason: reason }, { id, struckAt: null, struckReason: null })], result: fileOf(after) };
  });
}
