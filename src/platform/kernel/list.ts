import { sql } from 'kysely';
import { checkEntered, enterToRead } from './access.ts';
import type { Ctx } from './context.ts';
import type { Database } from './db/pool.ts';
import { toProblem } from './db/pool.ts';
import { Problem } from './problem.ts';

/**
 * How a list is asked for: `whole` leaves the order to the index and the sight to the policy; `by-label` takes the
 * first rows of each label that the reader has and merges them, since a policy cannot lead an index. Both answer the same.
 */
export type Reach = 'whole' | 'by-label';

const MOST_SITES = 64;
const MOST_WALLS = 1000;
const HINT_FOR_MS = 2000;
const MOST_HINTS = 5000;

const REACH = `select access.org_may($1) as whole, count(distinct t.id)::int as sites, (count(distinct s.label) - count(distinct t.id))::int as walls
  from access.sight s left join access.site t on t.id = s.label
  where s.person_id = access.me() and s.since <= now() and s.until > now()
    and s.role_id in (select r.role_id from access.role_permission r where r.permission = $1)`;

const hintsOf = new WeakMap<Database, Map<string, { reach: Reach; until: number }>>();

const hintsFor = (db: Database): Map<string, { reach: Reach; until: number }> => {
  const known = hintsOf.get(db);
  if (known) return known;
  const made = new Map<string, { reach: Reach; until: number }>();
  hintsOf.set(db, made);
  return made;
};

/**
 * The better way to ask for this reader's lists, remembered for two seconds. Only the speed hangs on it: the labels
 * themselves are read in the list's own statement (`labelsOf`), behind the policy. Throws 401, 403.
 */
export async function reachOf(ctx: Ctx, permission: string): Promise<Reach> {
  const hints = hintsFor(ctx.db);
  const key = `${ctx.personId} ${permission}`;
  const known = hints.get(key);
  const now = Date.now();
  if (known && known.until > now) return known.reach;
  const [entered, answer] = await ctx.db.send([enterToRead(ctx.actor, permission), { text: REACH, values: [permission] }], ctx.reader.dbRole).catch((error: unknown) => {
    throw toProblem(error);
  });
  checkEntered(entered?.rows ?? [], permission);
  const row = answer?.rows[0] as { whole: boolean; sites: number; walls: number } | undefined;
  const reach: Reach = !row || row.whole || row.sites > MOST_SITES || row.walls > MOST_WALLS ? 'whole' : 'by-label';
  if (hints.size >= MOST_HINTS) hints.clear();
  hints.set(key, { reach, until: now + HINT_FOR_MS });
  return reach;
}

/** The labels that the person of the statement sees with a permission, as a table of one column `label`. */
export const labelsOf = (permission: string) => sql`(select distinct s.label from access.sight s where s.person_id = (select access.me()) and s.since <= now() and s.until > now()
  and s.role_id in (select r.role_id from access.role_permission r where r.permission = ${permission}))`;

/** The place after a row in a list that is sorted by a time and an id, as an opaque word. */
export const cursorAfter = (at: string, id: string): string => Buffer.from(`${at} ${id}`).toString('base64url');

const CURSOR = /^(\d{4,5}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Reads what `cursorAfter` wrote. Throws 400. */
export function readCursor(after: string): { at: string; id: string } {
  const found = CURSOR.exec(Buffer.from(after, 'base64url').toString());
  if (!found) throw new Problem('invalid', 'platform.cursor', 'The place in the list cannot be read. Begin again without after.', { errors: [{ pointer: '/after', detail: 'Use what the list before gave as next.' }] });
  return { at: found[1] as string, id: found[2] as string };
}
