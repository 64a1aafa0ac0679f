import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';

/** So many under each permission and step are looked at; a page shows fewer. */
const CANDIDATES = 50;
/** Below this, words were found by a slip or their sound. */
const AS_TYPED = 0.35;

/** The words are matched by a function that answers ids only, of what this person may look up; what is shown of them passes row security. */
export async function findRecords(ctx: Ctx, { q, limit }: Input<typeof contract.search>): Promise<Reply<typeof contract.search>> {
  const items = await store<object>('platform').read(ctx, '')
    .selectFrom(sql<{ recordId: string; likeness: number }>`platform.find_records(${q}, ${CANDIDATES})`.as('f'))
    .innerJoin('platform.record as r', 'r.id', 'f.recordId')
    .select(['r.id', 'r.kind', 'r.number', 'r.title', 'r.state', 'r.siteId', sql<boolean>`r.wall_id is not null`.as('isWalled'), 'r.at', sql<boolean>`f.likeness < ${AS_TYPED}::real`.as('isNear')])
    .orderBy('f.likeness', 'desc').orderBy('r.at', 'desc').orderBy('r.id').limit(limit).execute();
  return { items };
}
