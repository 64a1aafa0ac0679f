import { sql } from 'kysely';
import { checkEntered, enterToRead } from './access.ts';
import { nowMs } from './clock.ts';
import type { Ctx } from './context.ts';
import type { Statement } from './db/flush.ts';
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

const SITES_BELOW = `select count(*)::int as sites from access.site s join access.site above on s.path operator(public.<@) above.path where above.id = $1`;

type Hints = Map<string, { hint: unknown; until: number }>;
const hintsOf = new WeakMap<Database, Hints>();

/** What one statement answers for this reader, remembered for two seconds: only the speed of a list may hang on it. */
async function hintOf<Row, Hint>(ctx: Ctx, permission: string, { text, values }: Statement, read: (row: Row | undefined) => Hint): Promise<Hint> {
  const hints: Hints = hintsOf.get(ctx.db) ?? new Map();
  hintsOf.set(ctx.db, hints);
  const key = [ctx.personId, permission, text, ...values].join(' ');
  const now = nowMs();
  const known = hints.get(key);
  if (known && known.until > now) return known.hint as Hint;
  const [entered, answer] = await ctx.db.send([enterToRead(ctx.actor, permission), { text, values }], ctx.reader.dbRole).catch((error: unknown) => {
    throw toProblem(error);
  });
  checkEntered(entered?.rows ?? [], permission);
  const hint = read(answer?.rows[0] as Row | undefined);
  if (hints.size >= MOST_HINTS) hints.clear();
  hints.set(key, { hint, until: now + HINT_FOR_MS });
  return hint;
}

/**
 * The better way to ask for this reader's lists. The labels themselves are read in the list's own statement
 * (`labelsOf`), behind the policy. Throws 401, 403.
 */
export const reachOf = (ctx: Ctx, permission: string): Promise<Reach> =>
  hintOf(ctx, permission, { text: REACH, values: [permission] }, (row?: { whole: boolean; sites: number; walls: number }) =>
    !row || row.whole || row.sites > MOST_SITES || row.walls > MOST_WALLS ? 'whole' : 'by-label',
  );

/** Are there so few sites below this one that a list of what is at them had better go by label (`labelsAt`)? Throws 401, 403. */
export const hasFewSites = (ctx: Ctx, permission: string, siteId: string): Promise<boolean> =>
  hintOf(ctx, permission, { text: SITES_BELOW, values: [siteId] }, (row?: { sites: number }) => (row?.sites ?? 0) <= MOST_SITES);

/** The sites at and below one, as a table of one column `id`. */
export const sitesBelow = (siteId: string) => sql`(select s.id from access.site s join access.site above on s.path operator(public.<@) above.path where above.id = ${siteId})`;

/** The labels that what is at these sites can have for the person of the statement, as a table of one column `label`: the sites, and the walls they are behind. */
export const labelsAt = (permission: string, siteId: string) => sql`(select b.id as label from ${sitesBelow(siteId)} b
  union all select w.label from ${labelsOf(permission)} w where not exists (select from access.site s where s.id = w.label))`;

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
