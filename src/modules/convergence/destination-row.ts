import { type Kysely, sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables as Kernel } from '#platform/kernel/tables.gen.ts';
import type { Destination } from './contract.ts';
import type { EventKey } from './rules.ts';
import type { Tables } from './tables.gen.ts';

export const convergence = store<Tables>('convergence');
export const SHARE = 'convergence:share-out';
export type Tx = Parameters<Parameters<typeof convergence.writeMany>[2]>[0];

const COLUMNS = ['d.id', 'd.name', 'd.siteId', 'd.transport', 'd.origin', 'd.format', 'd.downTo', 'd.families', 'd.hasNarrative', 'd.state', 'd.pausedWhy', 'd.failingSince', 'd.deliveredAt', 'd.formerUntil', 'd.madeAt', 'd.version'] as const;

/** Destinations with the names that the reader may know. */
export const selectDestinations = (db: Pick<Kysely<Tables & Kernel>, 'selectFrom'>) =>
  db.selectFrom('convergence.destination as d').leftJoin('access.person as by', 'by.id', 'd.madeBy').leftJoin('platform.record as site', 'site.id', 'd.siteId').select([
    ...COLUMNS, 'site.title as site', sql<EventKey[]>`d.events`.as('events'), sql<string>`coalesce(by.name, '')`.as('madeBy'),
    sql<number>`(select count(*)::int from convergence.message m where m.destination_id = d.id and m.state = 'queued')`.as('queued'),
    sql<number>`(select count(*)::int from convergence.message m where m.destination_id = d.id and m.state = 'dead' and m.ended_at > now() - interval '7 days')`.as('dead'),
  ]);

/** What the ledger keeps of a destination: where it leads, not its address nor its secret. */
export function changed(verb: string, before: Destination | null, after: Destination, more: object = {}): Change<{ id: string }> {
  const facts = ({ id, name, siteId, transport, origin, format, events, downTo, families, hasNarrative, state, pausedWhy, version }: Destination) => ({ id, name, siteId, transport, origin, format, events, downTo, families, hasNarrative, state, pausedWhy, version });
  const unsaid = Object.fromEntries(Object.keys(more).map((key) => [key, null]));
  return { verb, before: before && { ...facts(before), ...unsaid }, after: { ...facts(after), ...more }, of: { recordId: after.id, siteId: after.siteId, wallId: null, readPermission: SHARE } };
}

/** The destination for a change. Throws 404, 403, 412, and 409 where it has ended. */
export async function holdDestination(ctx: Ctx, tx: Tx, id: string): Promise<Destination> {
  const before = await selectDestinations(tx).where('d.id', '=', id).executeTakeFirst();
  if (!before) throw notFound();
  const [may] = await tx.selectNoFrom(sql<boolean>`access.may_at(${before.siteId}::uuid, null, ${SHARE})`.as('may')).execute();
  if (!may?.may) throw notAllowed(SHARE);
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'convergence.stale', 'Somebody changed this destination since you read it. Read it again.');
  if (before.state === 'ended') throw new Problem('conflict', 'convergence.ended', 'This destination has ended. Add a new one.');
  return before;
}
