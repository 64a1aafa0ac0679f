import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { at, type Tx } from './rows.ts';
import { headerOf, inRun, type RunRow } from './run-row.ts';

/** The record on which a procedure is followed, by its label. */
export type Followed = { recordId: string; siteId: string | null; wallId: string | null };
export type InForce = { id: string; title: string; active: number };

/** Begins a procedure on a record, with its version of this moment; nothing where it is under way there. The link back is drawn with it. */
export async function begin(ctx: Ctx, tx: Tx, on: Followed, { id: procedureId, title, active }: InForce): Promise<{ changes: Change<{ id: string }>[]; runId: string | null }> {
  const { rows } = await sql<{ number: string }>`select platform.next_number('RUN', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  const run: RunRow = { id: uuidv7(), number: rows[0]?.number ?? '', ...on, procedureId, procedureVersion: active, title, state: 'running', begunAt: at(ctx), begunBy: ctx.personId, endedAt: null, endedBy: null, version: 1 };
  const made = await tx.insertInto('procedures.run').values(run).onConflict((conflict) => conflict.columns(['recordId', 'procedureId']).where(sql<boolean>`state = 'running'`).doNothing()).returning('id').executeTakeFirst();
  if (!made) return { changes: [], runId: null };
  // The header comes with the commit; the link needs one now.
  await tx.insertInto('platform.record').values({ id: run.id, ...headerOf(run) }).execute();
  await tx.insertInto('platform.link').values({ fromId: run.recordId, toId: run.id, kind: 'followed', at: run.begunAt, actor: ctx.personId }).execute();
  const { of: _of, ...begun } = inRun('begun', run, { procedureId, version: active, title });
  return { changes: [{ ...begun, header: headerOf(run), words: `${run.number} ${title}` }], runId: run.id };
}

/** The procedure in force of this key, or null. */
export async function inForceByKey(tx: Tx, key: string): Promise<InForce | null> {
  const row = await tx.selectFrom('procedures.procedure').select(['id', 'title', 'active']).where('key', '=', key).executeTakeFirst();
  return row && row.active !== null ? { ...row, active: row.active } : null;
}

/** The procedure in force that alarms of this type begin, or null. */
export async function inForceForType(tx: Tx, type: string): Promise<InForce | null> {
  const row = await tx.selectFrom('procedures.handled as h').innerJoin('procedures.procedure as p', 'p.id', 'h.procedureId').select(['p.id', 'p.title', 'p.active']).where('h.type', '=', type).executeTakeFirst();
  return row && row.active !== null ? { ...row, active: row.active } : null;
}
