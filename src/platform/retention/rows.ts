import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

/** The service's one store. */
export const retention = store<Tables>('retention');
export type Tx = Parameters<Parameters<typeof retention.writeMany>[2]>[0];
export type Db = Pick<Parameters<Parameters<typeof retention.readAll>[2]>[0], 'selectFrom'>;
export const READ = 'retention:read';
export const RUN = 'retention:run';
export const HOLD = 'retention:hold';
export const SCHEDULE = 'retention:schedule';
export const WALLED = 'retention:walled';

/** How long a decision about retention waits, in minutes. */
export const DECIDED_WITHIN_MINUTES = 7 * 24 * 60;

/** 403 where the person does not hold it over the whole organisation. */
export async function checkHoldsEverywhere(tx: Tx, permission: string): Promise<void> {
  const [row] = await tx.selectNoFrom([sql<boolean>`access.org_may(${permission})`.as('may')]).execute();
  if (!row?.may) throw notAllowed(permission);
}

/** A change of what is the whole organisation's. */
export const told = (verb: string, after: { id: string } & Record<string, unknown>, readPermission: string = READ): Change<{ id: string }> => ({ verb, before: null, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission }, erasable: ['reason'].filter((field) => field in after) });

/** A person with their name, where there is one. */
export const personOf = (id: string | null, name: string | null): { id: string; name: string } | null => (id === null ? null : { id, name: name ?? '' });

/** What the ledger calls what is no row of its own: the schedules as a whole. */
export const SCHEDULES_ID = '00000000-0000-7000-8000-00000000e700';

export const at = (ctx: Ctx): string => ctx.now().toISOString();
