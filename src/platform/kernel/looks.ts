import { enterToRead } from './access.ts';
import type { Ctx } from './context.ts';
import type { Database } from './db/pool.ts';

const ONE_LOOK_MS = 60_000;
const MOST_REMEMBERED = 10_000;
const looked = new WeakMap<Database, Map<string, number>>();

/**
 * Has a look at a walled record recorded before it is shown; where that fails, nothing may be shown. A page reads several
 * parts at once, so what one person reads of one record within a minute, whichever module shows it, is one look; of who
 * broke the glass of the wall, each is.
 */
export async function lookOnce(ctx: Ctx, { id, wallId }: { id: string; wallId: string | null }, record: () => Promise<void>): Promise<void> {
  if (wallId === null || (!isNewLook(ctx, id, wallId) && !(await isByGlass(ctx, wallId)))) return;
  await record();
  noteLook(ctx, id, wallId);
}

/** Whether the reader stands behind this wall by having broken its glass. */
export async function isByGlass(ctx: Ctx, wallId: string): Promise<boolean> {
  const [, answer] = await ctx.db.send([enterToRead(ctx.actor, ''), { text: 'select access.is_by_glass($1::uuid) as inside', values: [wallId] }], ctx.reader.dbRole);
  return answer?.rows[0]?.['inside'] === true;
}

const keyOf = (ctx: Ctx, id: string, wallId: string): string => `${ctx.personId} ${id} ${wallId}`;

/** Whether a look at this record would be a new one for this person. */
export function isNewLook(ctx: Ctx, id: string, wallId: string): boolean {
  const before = looked.get(ctx.db)?.get(keyOf(ctx, id, wallId));
  const now = ctx.now().getTime();
  return before === undefined || now - before >= ONE_LOOK_MS || now < before;
}

/** Remembers that a look was recorded. */
export function noteLook(ctx: Ctx, id: string, wallId: string): void {
  const known = looked.get(ctx.db) ?? new Map<string, number>();
  looked.set(ctx.db, known);
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(keyOf(ctx, id, wallId), ctx.now().getTime());
}
