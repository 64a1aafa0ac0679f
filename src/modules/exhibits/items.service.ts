import type { Input } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { filesOn, sendFile, sendPreview } from '#platform/files/files.service.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { ADD, byEvent, checkState, exhibits, refuse, VIEW } from './exhibit-row.ts';
import { seen } from './exhibits.service.ts';

/** Enters an attached file into the custody, with the SHA-256 that the server read back. Asked again, nothing changes. */
export const fileExhibit = (ctx: Ctx, { id, fileId, derivedFrom, how }: Input<typeof contract.fileExhibit>): Promise<Standing> =>
  byEvent(ctx, ADD, id, async (tx, row) => {
    const file = (await filesOn(ctx, id, ADD)).find((one) => one.id === fileId);
    if (!file) throw refuse('no_such_file', 'There is no such file on this exhibit.', '/fileId');
    checkState(row, 'file');
    if ((derivedFrom === null) !== (how === '')) throw refuse('say_how', 'What was made from another file says from which, and how.', derivedFrom === null ? '/derivedFrom' : '/how');
    if (derivedFrom !== null && !(await tx.selectFrom('exhibits.item').select('fileId').where('fileId', '=', derivedFrom).where('exhibitId', '=', id).executeTakeFirst())) throw refuse('no_such_original', 'Choose the file of this exhibit that it was made from.', '/derivedFrom');
    const made = await tx.insertInto('exhibits.item').values({ fileId, exhibitId: id, name: file.name, mediaType: file.mediaType, size: file.size, sha256: Buffer.from(file.sha256, 'hex'), derivedFrom, how, enteredAt: ctx.now().toISOString() }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    return made.numInsertedOrUpdatedRows === 0n ? null : { kind: 'filed', note: how, file: { id: fileId, size: file.size, sha256: file.sha256 } };
  });

/** The file of an exhibit that was entered into its custody. */
async function entered(ctx: Ctx, id: string, fileId: string): Promise<void> {
  await seen(ctx, id);
  if (await exhibits.read(ctx, VIEW).selectFrom('exhibits.item').select('fileId').where('fileId', '=', fileId).where('exhibitId', '=', id).executeTakeFirst()) return;
  if ((await filesOn(ctx, id, VIEW)).some((file) => file.id === fileId)) throw new Problem('conflict', 'exhibits.not_entered', 'Enter this file into the custody first.');
  throw notFound();
}

const look = async (ctx: Ctx, id: string, fileId: string, kind: 'viewed' | 'downloaded'): Promise<void> => {
  await byEvent(ctx, VIEW, id, async (tx) => {
    const file = await tx.selectFrom('exhibits.item').select('name').where('fileId', '=', fileId).executeTakeFirst();
    return { kind, note: file?.name ?? '' };
  });
};

/** Gives a file out once that stands in its custody; every byte is hashed anew on the way. */
export async function downloadExhibitFile(ctx: Ctx, { id, rowId: fileId }: Input<typeof contract.downloadExhibitFile>, exchange: Exchange): Promise<void> {
  await entered(ctx, id, fileId);
  await look(ctx, id, fileId, 'downloaded');
  await sendFile(ctx, fileId, exchange, VIEW);
}

/** Shows an image drawn anew, once that stands in its custody. */
export async function showExhibitFile(ctx: Ctx, { id, rowId: fileId }: Input<typeof contract.showExhibitFile>, exchange: Exchange): Promise<void> {
  await entered(ctx, id, fileId);
  await sendPreview(ctx, fileId, exchange, VIEW, () => look(ctx, id, fileId, 'viewed'));
}
