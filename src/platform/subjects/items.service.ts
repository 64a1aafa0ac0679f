import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Item } from './contract.ts';
import { changed, ERASE, requestFor, subjects } from './rows.ts';

/** What was found, in the order in which it was noted. */
export async function listItems(ctx: Ctx, { id, outcome, after, limit }: Input<typeof contract.listItems>): Promise<Reply<typeof contract.listItems>> {
  const [found, items] = await subjects.readAll(ctx, ERASE, (db) => {
    let query = db.selectFrom('subjects.item as i').leftJoin('platform.record as r', 'r.id', 'i.recordId')
      .select(['i.id', 'i.tbl as table', 'i.why', 'i.at', 'i.recordId', 'r.kind', 'r.number', 'r.title', sql<Item['body']>`i.body`.as('body'), sql<Item['masked']>`i.masked`.as('masked'), 'i.treatment', 'i.ground', 'i.outcome', 'i.because', sql<string | null>`(select h.number from retention.hold h where h.id = i.hold_id)`.as('hold')])
      .where('i.requestId', '=', id).orderBy('i.id').limit(limit);
    if (outcome) query = query.where('i.outcome', '=', outcome);
    if (after !== undefined) query = query.where(sql<boolean>`i.id > ${uuidIn(after)}::uuid`);
    return [db.selectFrom('subjects.request').select('id').where('id', '=', id), query] as const;
  });
  if (!found[0]) throw notFound();
  const last = items.at(-1);
  return {
    items: items.map(({ recordId, kind, number, title, treatment, outcome: becomes, ...item }) => ({ ...item, treatment: treatment as Item['treatment'], outcome: becomes as Item['outcome'], record: recordId === null || kind === null ? null : { id: recordId, kind, number, title: title ?? '' } })),
    next: last && items.length === limit ? last.id : null,
  };
}

const UUID = /^[0-9a-f-]{36}$/;
export function uuidIn(after: string): string {
  if (!UUID.test(after)) throw new Problem('invalid', 'platform.cursor', 'The place in the list cannot be read. Begin again without after.');
  return after;
}

/** How one finding is handed out. Giving it whole, or withholding it, needs a ground. */
export async function treatItem(ctx: Ctx, { id, treatment, ground }: Input<typeof contract.treatItem>): Promise<Reply<typeof contract.treatItem>> {
  return subjects.writeMany(ctx, ERASE, async (tx) => {
    const item = await tx.selectFrom('subjects.item').select(['requestId', 'treatment']).where('id', '=', id).executeTakeFirst();
    if (!item) throw notFound();
    const request = await requestFor(tx, item.requestId, 'pack');
    if (treatment !== 'masked' && ground.length < 3) throw new Problem('refused', 'subjects.no_ground', 'Say on which ground: in three characters or more.');
    await tx.updateTable('subjects.item').set({ treatment, ground: treatment === 'masked' ? '' : ground }).where('id', '=', id).execute();
    return { changes: [changed('item-treated', request, request, { item: id, treatment, reason: ground })], result: { id, treatment, ground: treatment === 'masked' ? '' : ground } };
  });
}
