import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from '../cost-contract.ts';
import type { HourlyRate } from '../cost-contract.ts';
import { utc } from '../given.ts';
import { incidents } from '../record.ts';
import { COST } from './costs.service.ts';

/** Rates that stand, the newest first. */
export async function listRates(ctx: Ctx): Promise<Reply<typeof contract.listRates>> {
  const rows = await incidents.read(ctx, COST).selectFrom('incidents.hourlyRate as r').leftJoin('access.person as p', 'p.id', 'r.setBy')
    .select(['r.id', 'r.what', 'r.agency', 'r.rateMinor', 'r.currency', 'r.validFrom', sql<string>`coalesce(p.name, '')`.as('setBy'), 'r.setAt']).where('r.struckAt', 'is', null).orderBy('r.validFrom', 'desc').orderBy('r.id', 'desc').limit(500).execute();
  return { items: rows as HourlyRate[] };
}

/** Sets what an hour costs from a moment on. */
export const setRate = (ctx: Ctx, { validFrom, ...rate }: Input<typeof contract.setRate>): Promise<{ id: string }> =>
  incidents.write(ctx, COST, async (tx) => {
    const after = { id: uuidv7(), ...rate, validFrom: utc(validFrom) };
    await tx.insertInto('incidents.hourlyRate').values({ ...after, setBy: ctx.personId, setAt: ctx.now().toISOString() }).execute();
    return { verb: 'rate-set', before: null, after };
  });

/** Takes back a rate: sums are made without it from now on. */
export const strikeRate = (ctx: Ctx, { id }: Input<typeof contract.strikeRate>): Promise<{ id: string }> =>
  incidents.write(ctx, COST, async (tx) => {
    const row = await tx.updateTable('incidents.hourlyRate').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId }).where('id', '=', id).where('struckAt', 'is', null).returning(['id', 'what', 'agency', 'rateMinor', 'currency', 'validFrom']).executeTakeFirst();
    if (row) return { verb: 'rate-struck', before: row, after: row };
    const there = await tx.selectFrom('incidents.hourlyRate').select('id').where('id', '=', id).executeTakeFirst();
    throw there ? new Problem('conflict', 'incidents.already_struck', 'It is struck already.') : notFound();
  });
