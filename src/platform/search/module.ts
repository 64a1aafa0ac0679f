import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Module, serve } from '#platform/kernel/http.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { search } from './contract.ts';

const CANDIDATES = 500;

/** The words are matched by a definer function that answers ids only; what is shown passes row security. */
async function findRecords(ctx: Ctx, { q, limit }: Input<typeof search>): Promise<Reply<typeof search>> {
  const items = await store<object>('platform').read(ctx, '')
    .selectFrom(sql<{ recordId: string; likeness: number }>`platform.find_records(${q}, ${CANDIDATES})`.as('f'))
    .innerJoin('platform.record as r', 'r.id', 'f.recordId')
    .select(['r.id', 'r.kind', 'r.number', 'r.title', 'r.state', 'r.siteId', sql<boolean>`r.wall_id is not null`.as('isWalled'), 'r.at'])
    .orderBy('f.likeness', 'desc').orderBy('r.at', 'desc').limit(limit).execute();
  return { items };
}

export default { name: 'search', routes: [serve(search, findRecords)] } satisfies Module;
