import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

/** The module's store. */
export const directory = store<Tables>('directory');
export type Tx = Parameters<Parameters<typeof directory.writeMany>[2]>[0];

/** With what directories and their keys are kept. */
export const KEEP = 'identity:sessions';
/** With what a group is let give a role. */
export const GRANT = 'identity:grant';
/** With what the actor of a directory does what it says. */
export const PROVISION = 'directory:provision';

/** A change about a directory, or about a person by one: read with `identity:read`, at no site. */
export const about = (recordId: string, verb: string, after: object = {}): Change<{ id: string }> => ({
  verb, before: null, after: { id: recordId, ...after }, of: { recordId, siteId: null, wallId: null, readPermission: 'identity:read' },
});

/** A directory that speaks: its actor's context, and what was set for it. */
export type Speaking = { ctx: Ctx; id: string; providerId: string | null; subjectFrom: 'none' | 'external-id' | 'user-name' };
