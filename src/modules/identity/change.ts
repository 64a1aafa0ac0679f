import { sql } from 'kysely';
import { Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

/** The module's store. */
export const identity = store<Tables>('identity');
export type Tx = Parameters<Parameters<typeof identity.writeMany>[2]>[0];

/** With what the front door checks who somebody is. */
export const AUTHENTICATE = 'identity:authenticate';

/** The same request without its command: an answer that holds a secret is stored nowhere, so asked again it is made anew. */
export const unrepeated = ({ command: _none, ...ctx }: Ctx): Ctx => ctx;

/** Words about people: the ledger keeps their salted hashes, so that they can be erased. */
const PERSONAL = ['name', 'email', 'reason', 'why', 'words'] as const;

/** A change about a person or the organisation: read with `identity:read`, at no site. */
export const about = (recordId: string, verb: string, after: object = {}): Change<{ id: string }> => ({
  verb, before: null, after: { id: recordId, ...after }, of: { recordId, siteId: null, wallId: null, readPermission: 'identity:read' },
  erasable: PERSONAL.filter((field) => field in after),
});

/** Nobody changes the sign-in of who holds more than they could give: it would hand them those rights. */
export async function checkReach(tx: Tx, personId: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ within: boolean }>`(select identity.is_within_reach(${personId}::uuid) as within)`.as('reach')).select('within').execute();
  if (!row?.within) throw new Problem('forbidden', 'identity.beyond_reach', 'This person holds rights beyond yours. Ask an administrator of the whole organisation.');
}

/** 422: what nobody does to themselves. */
export const notYourself = (detail: string): Problem => new Problem('refused', 'identity.not_yourself', detail);

export const endSessionsOf = (tx: Tx, personId: string) => tx.deleteFrom('access.session').where('personId', '=', personId).execute();
