import { type Change, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

export const SYSTEM = 'platform:system';
export const deliver = store<Tables>('deliver');

/** A change about a delivery or a receiver: of no site and no wall, read by who keeps the system. */
export const changeOf = <Row extends { id: string }>(verb: string, before: Partial<Row> | null, after: Row): Change<Row> => ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: SYSTEM } });
