import { sql } from 'kysely';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

const health = store<Tables>('health');

/** That the wall clock of a machine was set, and by how much; `jumpedAt` by the database's clock. */
export type ClockJump = { node: string; jumpedAt: string; jumpMs: number };

/** Machines whose clock was set within the hour; needs `platform:clocks`. */
export const clockJumps = (ctx: Ctx): Promise<ClockJump[]> =>
  health.read(ctx, 'platform:clocks').selectFrom(sql<ClockJump>`(select * from health.clock_jumps())`.as('j')).select(['node', 'jumpedAt', 'jumpMs']).limit(100).execute();
