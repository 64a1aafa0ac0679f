import { type Change, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

/** The service's one store. */
export const offline = store<Tables>('offline');

/** A change of a device: of no site and no wall. */
export const changeOf = (verb: string, after: { id: string } & Record<string, unknown>): Change<{ id: string }> => ({ verb, before: null, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: 'identity:sessions' } });
