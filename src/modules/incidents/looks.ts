import { lookOnce } from '#platform/kernel/looks.ts';
import type { Ctx, Header } from '#platform/kernel/store.ts';
import { incidents, READ } from './record.ts';

/** Records that this person reads a walled incident, before it is shown; where the record cannot be made, nothing is shown. */
export const recordLook = (ctx: Ctx, row: { id: string } & Pick<Header, 'siteId' | 'wallId'>): Promise<void> => lookOnce(ctx, row, () => incidents.recordLook(ctx, { ...row, readPermission: READ }));
