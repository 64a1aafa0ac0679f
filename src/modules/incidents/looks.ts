import { type Ctx, type Header } from '#platform/kernel/store.ts';
import { incidents, READ } from './record.ts';

const ONE_LOOK_MS = 60_000;
const MOST_REMEMBERED = 10_000;
const looked = new WeakMap<object, Map<string, number>>();

/**
 * Records that this person reads a walled incident, before it is shown; where the record cannot be made, nothing is
 * shown. A page reads several parts at once, so what one person reads of one incident within a minute is one look.
 */
export async function recordLook(ctx: Ctx, row: { id: string } & Pick<Header, 'siteId' | 'wallId'>): Promise<void> {
  if (row.wallId === null) return;
  const known = looked.get(ctx.db) ?? new Map<string, number>();
  looked.set(ctx.db, known);
  const key = `${ctx.personId} ${row.id} ${row.wallId}`;
  const now = ctx.now().getTime();
  const before = known.get(key);
  if (before !== undefined && now - before < ONE_LOOK_MS && now >= before) return;
  await incidents.recordLook(ctx, { ...row, readPermission: READ });
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, now);
}
