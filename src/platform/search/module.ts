import { sql } from 'kysely';
import { z } from 'zod';
import { endpoint, type Input, type Reply } from '#platform/kernel/contract.ts';
import { type Module, serve } from '#platform/kernel/http.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';

const CANDIDATES = 500;

export const search = endpoint({
  method: 'GET', path: '/', summary: 'Find records by number, title or words, among those you may see', permission: 'signed-in',
  query: z.strictObject({ q: z.string().trim().min(2, 'Write at least two characters').max(100), limit: z.coerce.number().int().min(1).max(50).default(20) }),
  reply: z.object({ items: z.array(z.object({ id: z.uuid(), kind: z.string(), number: z.string().nullable(), title: z.string(), state: z.string(), siteId: z.uuid().nullable(), isWalled: z.boolean(), at: z.string() })) }),
});

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
