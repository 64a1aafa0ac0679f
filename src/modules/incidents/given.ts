import { type RawBuilder, sql } from 'kysely';
import { Problem } from '#platform/kernel/problem.ts';
import type { Tx } from './record.ts';
import { refuseField } from './refusals.ts';
import type { Json } from './tables.gen.ts';

/** A value as jsonb. */
export const json = (value: unknown): RawBuilder<Json> => sql<Json>`${JSON.stringify(value)}::jsonb`;
/** A time in any zone as UTC. */
export const utc = (time: string): string => new Date(time).toISOString();

export function checkTimes({ occurredFrom, occurredTo, knownAt }: { occurredFrom: string; occurredTo: string | null; knownAt: string }): void {
  if (occurredTo !== null && Date.parse(occurredTo) < Date.parse(occurredFrom)) throw refuseField('/occurredTo', 'incidents.ended_before', 'It cannot have ended before it began.');
  if (Date.parse(knownAt) < Date.parse(occurredFrom)) throw refuseField('/knownAt', 'incidents.known_before', 'It cannot have been known before it began. Correct one of the two times.');
}

/** Answers laid over those before; null takes one back. */
export const merged = (before: Record<string, unknown>, more: Record<string, unknown>): Json & object =>
  Object.fromEntries(Object.entries({ ...before, ...more }).filter(([, value]) => value !== null && value !== undefined)) as Json & object;

/** A record behind a wall has no label of a site, so the right to name this site is asked for. Throws 403, the same for a hidden site and for one that is not there. */
export async function checkSite(tx: Tx, siteId: string | null, permission: string): Promise<void> {
  const { rows } = await sql<{ may: boolean }>`select access.may_at(${siteId}::uuid, null, ${permission}) as may`.execute(tx);
  if (!rows[0]?.may) throw new Problem('forbidden', 'incidents.not_on_site', siteId === null ? 'Say on which site: without one it needs a grant for the whole organisation.' : 'That site is not there, or you may not do this on it.', { errors: [{ pointer: '/siteId', detail: 'Choose a site of yours.' }] });
}
