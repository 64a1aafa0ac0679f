import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { fileTypeFromBuffer } from 'file-type';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import * as contract from './contract.ts';
import type { StoredFile, Upload } from './contract.ts';
import { changeOf, fileOf, fileRows, files, READ, type Tx, WRITE } from './rows.ts';
import { addressOf } from './seal.ts';
import { type Content, Damage, ownVault, partSize, WrongLength } from './vault.ts';

const MOST_OPEN = 20;
const MOST_OPEN_BYTES = 16 * 2 ** 30;
/** Room that uploads leave to everything else on the disk. */
const KEPT_FREE_BYTES = 2 ** 30;
const SNIFFED_BYTES = 64 * 1024;

type Db = Pick<Tx, 'selectFrom'>;
const uploadRows = (db: Db) => db.selectFrom('files.upload as u').select(['u.id', 'u.recordId', 'u.name', 'u.size', 'u.stored', 'u.state', 'u.begunAt', 'u.dataKey']);
type UploadRow = Awaited<ReturnType<ReturnType<typeof uploadRows>['execute']>>[number];
const uploadOf = ({ dataKey: _, ...upload }: UploadRow): Upload => upload;
const contentOf = ({ id, size, dataKey }: UploadRow): Content => ({ blob: id, size, dataKey });

async function mine(db: Db, id: string): Promise<UploadRow> {
  const row = await uploadRows(db).where('u.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return row;
}

export async function readUpload(ctx: Ctx, { id }: Input<typeof contract.readUpload>): Promise<Upload> {
  return uploadOf(await mine(files.read(ctx, WRITE), id));
}

export async function listUploads(ctx: Ctx, { recordId }: Input<typeof contract.listUploads>): Promise<Reply<typeof contract.listUploads>> {
  return { items: (await uploadRows(files.read(ctx, WRITE)).where('u.recordId', '=', recordId).where('u.state', '=', 'open').orderBy('u.begunAt').limit(200).execute()).map(uploadOf) };
}

const noRoom = (cause?: unknown): Problem => new Problem('unavailable', 'files.no_room', 'The disk for files is nearly full, so this was not taken. Tell who runs the server; what was attached before is safe.', { retryAfterS: 300 }, cause);
const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as { code?: string }).code ?? '');

/** The new one is counted already. */
async function checkQuota(tx: Tx): Promise<void> {
  const open = await tx.selectFrom('files.upload as u').select([sql<number>`count(*)::int`.as('n'), sql<number>`coalesce(sum(u.size), 0)::bigint`.as('bytes')]).where('u.state', '=', 'open').executeTakeFirst();
  if ((open?.n ?? 0) > MOST_OPEN || (open?.bytes ?? 0) > MOST_OPEN_BYTES) throw new Problem('limited', 'files.too_many_uploads', 'You have as many unfinished uploads as one person may. Finish or give up one of them first.', { retryAfterS: 60 });
}

/** Begins an upload, or answers how far the same one came. */
export async function beginUpload(ctx: Ctx, { id, recordId, name, size }: Input<typeof contract.beginUpload>): Promise<Upload> {
  return files.writeMany(ctx, WRITE, async (tx) => {
    const known = await uploadRows(tx).where('u.id', '=', id).executeTakeFirst();
    if (known && known.recordId === recordId && known.size === size && known.name === name) return { changes: [], result: uploadOf(known) };
    if (known) throw new Problem('conflict', 'files.another_upload', 'This id is of another upload. Make a new one for each file.');
    const record = await tx.selectFrom('platform.record').select('id').where('id', '=', recordId).executeTakeFirst();
    if (!record) throw toProblem({ code: '23503' });
    const vault = ownVault();
    const now = ctx.now().toISOString();
    await tx.insertInto('files.upload').values({ id, recordId, personId: ctx.personId, name, size, dataKey: vault.newKey(id, size), begunAt: now, touchedAt: now }).execute();
    await checkQuota(tx);
    if ((await vault.shelf.freeBytes()) < size + KEPT_FREE_BYTES) throw noRoom();
    return { changes: [], result: uploadOf(await mine(tx, id)) };
  });
}

const elsewhere = ({ stored, state }: UploadRow): Problem =>
  new Problem('conflict', 'files.another_offset', state === 'open' ? `The next part begins at byte ${stored}. Go on from there.` : 'This upload has ended. Begin a new one.', { offset: stored, state });

/** Stores the next part: durable, then counted, then answered. A part that is counted already is answered alike. */
export async function storePart(ctx: Ctx, { id, offset }: Input<typeof contract.storePart>, { request, reply }: Exchange): Promise<Upload> {
  const upload = await mine(files.read(ctx, WRITE), id);
  const body = request.body instanceof Readable ? request.body : Readable.from([]);
  if (offset < upload.stored) {
    for await (const _ of body) continue;
    return uploadOf(upload);
  }
  if (offset > upload.stored || upload.state !== 'open') throw elsewhere(upload);
  const part = offset / contract.PART_BYTES;
  const content = contentOf(upload);
  const draft = await ownVault().store(content, part, body).catch((error: unknown) => {
    void reply.header('connection', 'close');
    if (error instanceof WrongLength || request.raw.destroyed) throw new Problem('invalid', 'files.wrong_part', `This part has ${partSize(upload.size, part)} bytes. Send it again, whole.`, { offset });
    throw isFull(error) ? noRoom(error) : error;
  });
  try {
    return await files.writeMany(ctx, WRITE, async (tx) => {
      // Of two who send the same part at once, one holds the row and the other finds it counted.
      const [held] = await uploadRows(tx).where('u.id', '=', id).forUpdate().execute();
      if (!held) throw notFound();
      if (held.stored > offset) return { changes: [], result: uploadOf(held) };
      if (held.stored !== offset || held.state !== 'open') throw elsewhere(held);
      await draft.keep();
      await tx.updateTable('files.upload').set({ stored: offset + partSize(held.size, part), touchedAt: ctx.now().toISOString() }).where('id', '=', id).execute();
      return { changes: [], result: uploadOf(await mine(tx, id)) };
    });
  } finally {
    await draft.drop();
  }
}

/** Gives an upload up; what was stored of it is cleared away later. */
export async function dropUpload(ctx: Ctx, { id }: Input<typeof contract.dropUpload>): Promise<Upload> {
  return files.writeMany(ctx, WRITE, async (tx) => {
    await tx.updateTable('files.upload').set({ state: 'dropped', touchedAt: ctx.now().toISOString() }).where('id', '=', id).where('state', '=', 'open').execute();
    return { changes: [], result: uploadOf(await mine(tx, id)) };
  });
}

/** Reads back what was stored: its hash, and the type that its content shows. */
async function readBack(content: Content): Promise<{ sha256: Buffer; mediaType: string }> {
  const hash = createHash('sha256');
  let head: Buffer | undefined;
  for await (const clear of ownVault().read(content)) {
    head ??= clear.subarray(0, SNIFFED_BYTES);
    hash.update(clear);
  }
  const type = head && (await fileTypeFromBuffer(head).catch(() => undefined));
  return { sha256: hash.digest(), mediaType: type?.mime ?? 'application/octet-stream' };
}

type Arrived = { id: string; recordId: string; name: string; content: Content; sha256: Buffer; mediaType: string };

/** Hangs stored content on its record. Where the same bytes lie behind the same label already, those are named, and the new ones are cleared away later. */
async function insertFile(ctx: Ctx, tx: Tx, { id, recordId, name, content, sha256, mediaType }: Arrived) {
  const record = await tx.selectFrom('platform.record').select(['siteId', 'wallId']).where('id', '=', recordId).executeTakeFirst();
  if (!record) throw toProblem({ code: '23503' });
  const address = addressOf(ownVault().keys, record.wallId ?? record.siteId ?? 'organisation', sha256);
  const [same] = await tx.selectFrom(sql<{ blob: string; dataKey: Buffer }>`(select * from files.same_content(${address}))`.as('s')).select(['s.blob', 's.dataKey']).execute();
  const { blob, dataKey } = same ?? content;
  await tx.insertInto('files.file').values({ id, recordId, name, size: content.size, sha256, mediaType, address, blob, dataKey, addedBy: ctx.personId, addedAt: ctx.now().toISOString() }).execute();
  const row = await fileRows(tx).where('f.id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  return { file: fileOf(row), change: changeOf('attached', row, { id, name, size: row.size, sha256: sha256.toString('hex'), mediaType }) };
}

async function attachedAlready(ctx: Ctx, id: string): Promise<StoredFile | null> {
  const row = await fileRows(files.read(ctx, READ)).where('f.id', '=', id).executeTakeFirst();
  return row ? fileOf(row) : null;
}

/** Attaches what was sent: read back from the disk, its hash compared with the sender's, its type told by its content. Asked again, it answers the same file. */
export async function completeUpload(ctx: Ctx, { id, sha256 }: Input<typeof contract.completeUpload>): Promise<StoredFile> {
  const upload = await mine(files.read(ctx, WRITE), id);
  const known = upload.state === 'done' ? await attachedAlready(ctx, id) : null;
  if (known) return known;
  if (upload.state !== 'open' || upload.stored !== upload.size) throw elsewhere(upload);
  const found = await readBack(contentOf(upload)).catch(async (error: unknown) => {
    if (!(error instanceof Damage)) throw error;
    await dropUpload(ctx, { id });
    throw new Problem('refused', 'files.damaged_on_the_way', 'What was stored of this file is damaged, so it was not attached. Send it again from the beginning.', {}, error);
  });
  if (found.sha256.toString('hex') !== sha256) {
    await dropUpload(ctx, { id });
    throw new Problem('refused', 'files.other_bytes', 'What arrived is not what was sent: its SHA-256 is another. Choose the file again and send it from the beginning.', { sha256: found.sha256.toString('hex') });
  }
  return files.writeMany(ctx, WRITE, async (tx) => {
    const [held] = await uploadRows(tx).where('u.id', '=', id).forUpdate().execute();
    if (!held) throw notFound();
    const already = held.state === 'done' ? await fileRows(tx).where('f.id', '=', id).executeTakeFirst() : undefined;
    if (already) return { changes: [], result: fileOf(already) };
    const { file, change } = await insertFile(ctx, tx, { ...upload, ...found, content: contentOf(upload) });
    await tx.updateTable('files.upload').set({ state: 'done', touchedAt: ctx.now().toISOString() }).where('id', '=', id).execute();
    return { changes: [change], result: file };
  });
}

/** What another module attaches: a name, how many bytes, and the bytes. */
export type Attachment = { recordId: string; name: string; size: number; bytes: AsyncIterable<Uint8Array> };

/**
 * Attaches a file that the server itself holds or makes. Joins an open transaction; bytes that were stored for one that
 * failed are cleared away later. Throws 403 where the record is not seen or the person may not write there.
 */
export async function attachFile(ctx: Ctx, { recordId, name, size, bytes }: Attachment): Promise<StoredFile> {
  const { name: checked } = contract.beginUpload.body.pick({ name: true }).parse({ name });
  const vault = ownVault();
  const id = uuidv7();
  const content = { blob: id, size, dataKey: vault.newKey(id, size) };
  await vault.storeAll(content, bytes);
  const found = await readBack(content);
  return files.writeMany(ctx, WRITE, async (tx) => {
    const { file, change } = await insertFile(ctx, tx, { id, recordId, name: checked, content, ...found });
    return { changes: [change], result: file };
  });
}
