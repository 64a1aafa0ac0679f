import { sql } from 'kysely';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { discoverSteps } from './port.ts';
import { recordLook, seenRecord, thread } from './rows.ts';

type Row = { id: string; at: string; verb: string; name: string | null };

/** What happened to a record that the reader sees, the latest first: the verbs that modules let be said, of those whose permission the reader holds. */
export async function listSteps(ctx: Ctx, { recordId, after, limit }: Input<typeof contract.listSteps>): Promise<Reply<typeof contract.listSteps>> {
  const steps = await discoverSteps();
  const permissions = [...new Set([...steps.values()].map(({ permission }) => permission))];
  const db = thread.read(ctx);
  const label = await seenRecord(db, recordId);
  if (!label) return { items: [], next: null };
  await recordLook(ctx, label);
  const held = new Set((await db.selectFrom(sql<{ permission: string }>`unnest(${permissions}::text[])`.as<'p'>(sql`p(permission)`)).select('p.permission').where(sql<boolean>`access.holds(access.me(), p.permission)`).execute()).map(({ permission }) => permission));
  const verbs = [...steps].filter(([, { permission }]) => held.has(permission)).map(([verb]) => verb);
  const rows = await db.selectFrom(sql<Row>`thread.steps(${recordId}, ${verbs}::text[], ${after ?? null}::uuid, ${limit})`.as('s')).select(['s.id', 's.at', 's.verb', 's.name']).execute();
  return { items: rows.map(({ id, at, verb, name }) => ({ id, at, by: name ?? '', words: steps.get(verb)?.words ?? verb })), next: rows.length === limit ? (rows.at(-1)?.id ?? null) : null };
}
