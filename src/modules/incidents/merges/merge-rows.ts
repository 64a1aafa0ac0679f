import { type RawBuilder, sql } from 'kysely';
import { Problem } from '#platform/kernel/problem.ts';
import type { incidents, IncidentRow, Tx } from '../record.ts';

type Reader = Parameters<Parameters<typeof incidents.readAll>[2]>[0];

/** The incident and those that were merged into it: what stands on any of them is shown on the one that lives on. */
export const withMerged = (id: string): RawBuilder<string> => sql<string>`(select m.id from incidents.incident m where m.id = ${id} or m.merged_into = ${id})`;

/** The number of the merged incident that a line stands on; null where it is the incident's own. */
export const mergedFrom = (incidentId: string, id: string): RawBuilder<string | null> => sql<string | null>`(select m.number from incidents.incident m where m.id = ${sql.ref(incidentId)} and m.id <> ${id})`;

/** The merges in force in which an incident stands, at either end. */
export const mergeQuery = (db: Reader, id: string) =>
  db.selectFrom('incidents.incidentMerge as g').innerJoin('incidents.incident as m', (join) => join.onRef('m.id', '=', 'g.incidentId').onRef('m.mergedInto', '=', 'g.intoId')).innerJoin('incidents.incident as o', 'o.id', 'g.intoId').leftJoin('access.person as p', 'p.id', 'g.mergedBy')
    .select(['m.id', 'm.number', 'm.title', 'm.logCount', 'o.id as intoId', 'o.number as intoNumber', 'o.title as intoTitle', 'g.reason', 'g.mergedAt', sql<string>`coalesce(p.name, '')`.as('by')])
    .where('g.undoneAt', 'is', null).where((eb) => eb.or([eb('m.id', '=', id), eb('o.id', '=', id)])).orderBy('g.mergedAt').limit(50);

export type MergeEnd = { id: string; number: string; title: string; by: string; at: string; reason: string; logCount: number };

/** The one that this incident points to, or those that point to it. */
export function mergesOf(id: string, rows: Awaited<ReturnType<ReturnType<typeof mergeQuery>['execute']>>): { mergedInto: MergeEnd | null; merged: MergeEnd[] } {
  const up = rows.find((row) => row.id === id);
  const end = ({ by, mergedAt: at, reason, logCount }: (typeof rows)[number]) => ({ by, at, reason, logCount });
  return {
    mergedInto: up ? { id: up.intoId, number: up.intoNumber, title: up.intoTitle, ...end(up) } : null,
    merged: rows.filter((row) => row.intoId === id).map((row) => ({ id: row.id, number: row.number, title: row.title, ...end(row) })),
  };
}

/** Refuses what would take an incident and those merged with it apart: a wall, another site. */
export async function checkNotMerged(tx: Tx, { id, mergedInto }: Pick<IncidentRow, 'id' | 'mergedInto'>, then: string): Promise<void> {
  const other = await tx.selectFrom('incidents.incident').select('number').where((eb) => (mergedInto === null ? eb('mergedInto', '=', id) : eb('id', '=', mergedInto))).orderBy('number').executeTakeFirst();
  if (other) throw new Problem('refused', 'incidents.merged', `It is merged with ${other.number}. Take them apart first, then ${then}.`, { number: other.number });
}
