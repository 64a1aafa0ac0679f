import { sql } from 'kysely';

/** A statement's condition that an alarm is open at one of these places. */
export const openAt = (sources: readonly string[], points: readonly string[]) =>
  sql<boolean>`handling <> 'closed' and (source_id, coalesce(point, '')) in (select * from unnest(${sources}::uuid[], ${points}::text[]))`;
