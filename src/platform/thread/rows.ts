import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { lookOnce } from '#platform/kernel/looks.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

export const WRITE = 'thread:write';
export const thread = store<Tables>('thread');
export type Tx = Parameters<Parameters<typeof thread.writeMany>[2]>[0];
export type Db = Pick<Parameters<Parameters<typeof thread.readAll>[2]>[0], 'selectFrom'>;

/** A record as far as what hangs on it needs to know. */
export type Label = { recordId: string; siteId: string | null; wallId: string | null; readPermission: string };

/** Has a look at a walled record recorded before anything of its thread is shown. */
export const recordLook = (ctx: Ctx, { recordId: id, siteId, wallId, readPermission }: Label): Promise<void> => lookOnce(ctx, { id, wallId }, () => thread.recordLook(ctx, { id, siteId, wallId, readPermission }));

/** A record that the person of the statement sees. */
export const seenRecord = (db: Db, id: string): Promise<Label | undefined> => db.selectFrom('platform.record').select(['id as recordId', 'siteId', 'wallId', 'readPermission']).where('id', '=', id).executeTakeFirst();

/** Whether the person of the statement may write on a record with this label. */
export async function mayWrite(tx: Tx, { siteId, wallId }: Pick<Label, 'siteId' | 'wallId'>): Promise<boolean> {
  const row = await tx.selectFrom(sql<{ may: boolean }>`(select access.may_at(${siteId}::uuid, ${wallId}::uuid, ${WRITE}) as may)`.as('m')).select('may').executeTakeFirst();
  return row?.may === true;
}

/** Who sees something and may not change it is told that first, and nothing of its state. */
export async function checkMay(tx: Tx, label: Pick<Label, 'siteId' | 'wallId'>): Promise<void> {
  if (!(await mayWrite(tx, label))) throw notAllowed(WRITE);
}
