import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

/** The module's one store. */
export const identity = store<Tables>('identity');
export type Tx = Parameters<Parameters<typeof identity.writeMany>[2]>[0];

/** With what the front door checks who somebody is. */
export const AUTHENTICATE = 'identity:authenticate';

/** A change of what is known of a person's sign-in: told to who administers sign-ins, and never with a secret in it. */
export const aboutPerson = (personId: string, verb: string, after: object = {}): Change<{ id: string }> => ({
  verb, before: null, after: { id: personId, ...after }, of: { recordId: personId, siteId: null, wallId: null, readPermission: 'identity:read' },
});

/** The same request without its command: an answer that holds a secret is stored nowhere, so asked again it is made anew. */
export const unrepeated = ({ command: _none, ...ctx }: Ctx): Ctx => ctx;
