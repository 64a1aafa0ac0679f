import { type Ctx, store } from '#platform/kernel/store.ts';

/** Which of these header rows row security lets the person of the context read. */
export async function visibleOf(ctx: Ctx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await store<object>('platform').read(ctx, '').selectFrom('platform.record').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map(({ id }) => id));
}
