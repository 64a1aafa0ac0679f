import { sql } from 'kysely';
import type { Begin, Surroundings } from '#engines/correlation/entry.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms } from './alarm-row.ts';
import type { Definition } from './correlation-rules.ts';
import type { Ordered, Standing, Version } from './correlation.ts';

const MOST = 20_000;

/** What stood in the order of signals beside them: what was on test, what was released, what touched what, and protection as it was in force. */
export type Beside = { versions: readonly Version[]; standing: Standing; ordered: readonly Ordered[] };

type Protection = { id: string; n: number; name: string; definition: unknown; holdsFrom: string | null; holdsUntil: string | null };

/** The controls of a time, for a replay of these versions over it; `from` and `until` in ms. */
export async function orderedBetween(ctx: Ctx, tried: readonly Version[], { from, until }: { from: number; until: number }): Promise<Beside> {
  const [start, end] = [new Date(from).toISOString(), new Date(until).toISOString()];
  const [before, within, protection, first] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    db.selectFrom('alarms.control').select(['at', 'n', 'body']).where('at', '<=', start).orderBy('at', 'desc').orderBy('n', 'desc').limit(MOST),
    db.selectFrom('alarms.control').select(['at', 'n', 'body']).where('at', '>', start).where('at', '<', end).orderBy('at').orderBy('n').limit(MOST),
    db.selectFrom('alarms.ruleVersion').select(['id', 'n', 'name', 'definition', 'holdsFrom', 'holdsUntil']).where('holdsFrom', '<', end).where((eb) => eb.or([eb('holdsUntil', 'is', null), eb('holdsUntil', '>', start)])).orderBy('holdsFrom').orderBy('id').limit(200),
    db.selectFrom('alarms.control').select('body').where(sql<boolean>`body ->> 'control' = 'surroundings'`).orderBy('at').orderBy('n').limit(1),
  ]);
  const kept = (protection as Protection[]).filter(({ id, definition }) => (definition as Definition).kind === 'runaway' && tried.every((one) => one.id !== id));
  const inForceAt = (at: number): Version[] => [...tried, ...kept.filter(({ holdsFrom, holdsUntil }) => Date.parse(holdsFrom ?? '') <= at && (holdsUntil === null || Date.parse(holdsUntil) > at)).map(({ id, n, name, definition }) => ({ id, n, name, definition: definition as Definition }))];
  const turns = [...new Set(kept.flatMap(({ holdsFrom, holdsUntil }) => [holdsFrom, holdsUntil].flatMap((at) => (at === null ? [] : [Date.parse(at)]))))].filter((at) => at > from && at < until);
  const ordered: Ordered[] = [...turns.map((at): Ordered => ({ control: 'versions', at, versions: inForceAt(at) })), ...within.map(({ body }) => body as unknown as Ordered)];
  // Until it was first written down what touches what, it is taken as it was then.
  const said = first.map(({ body }) => body as unknown as Ordered)[0];
  const standing = standingAt(before.map(({ body }) => body as unknown as Ordered).toReversed(), from);
  return { versions: inForceAt(from), standing: { ...(said?.control === 'surroundings' && { surroundings: said.surroundings }), ...standing }, ordered: ordered.toSorted((a, b) => a.at - b.at) };
}

/** What still held at a time, from the controls before it in their order. */
function standingAt(before: readonly Ordered[], at: number): Standing {
  const covers = new Map<string, Begin>();
  let surroundings: Surroundings | undefined;
  for (const control of before) {
    if (control.control === 'begin') covers.set(control.id, control);
    else if (control.control === 'end') covers.delete(control.id);
    else if (control.control === 'surroundings') surroundings = control.surroundings;
  }
  return { covers: [...covers.values()].filter(({ until }) => until > at), ...(surroundings && { surroundings }) };
}
