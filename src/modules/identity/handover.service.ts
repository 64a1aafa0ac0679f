import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs, type Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { about, identity, type Tx } from './change.ts';
import { type OpenItem, sortsOfWork } from './open-work.ts';

export const SETTLE = 'identity:settle';

type Handover = { personId: string; cause: 'suspended' | 'left' | 'moved'; handTo: string | null; dueAt?: string };

/** Notes, with what causes it, that the work of somebody is to be handed over. Answers its id. */
export async function noteHandover(ctx: Ctx, tx: Tx, { personId, cause, handTo, dueAt }: Handover): Promise<string> {
  if (handTo !== null) await checkReceiver(tx, personId, handTo);
  const id = uuidv7();
  await tx.insertInto('identity.handover').values({ id, personId, cause, handTo, byId: ctx.personId, dueAt: dueAt ?? ctx.now().toISOString() }).execute();
  return id;
}

/** Notes that somebody lost roles: the work that they may not do any more is handed over. */
export const noteLostRoles = (ctx: Ctx, permission: 'identity:invite' | 'identity:grant', personId: string): Promise<string> =>
  identity.writeMany(ctx, permission, async (tx) => ({ changes: [], result: await noteHandover(ctx, tx, { personId, cause: 'moved', handTo: null }) }));

async function checkReceiver(tx: Tx, personId: string, handTo: string): Promise<void> {
  const receiver = handTo === personId ? undefined : await tx.selectFrom('access.person').select('id').where('id', '=', handTo).where('kind', '=', 'human').where('state', '=', 'active').executeTakeFirst();
  if (receiver) return;
  const detail = 'Choose another person who is active here.';
  throw new Problem('refused', 'identity.no_receiver', detail, { errors: [{ pointer: '/handTo', detail }] });
}

type Due = { id: string; personId: string; handTo: string | null; cause: Handover['cause'] };

/** Hands one over whole: every sort of work, and the list of what became of it, in one transaction. */
function settle(ctx: Ctx, { id, personId, handTo, cause }: Due): Promise<void> {
  return identity.writeMany(ctx, SETTLE, async (tx) => {
    const held = await tx.updateTable('identity.handover').set({ settledAt: sql`now()` }).where('id', '=', id).where('settledAt', 'is', null).returning('id').executeTakeFirst();
    if (!held) return { changes: [], result: undefined };
    for (const { kind, handOver } of sortsOfWork()) {
      const items = await handOver(ctx, { personId, toId: handTo, onlyLost: cause === 'moved' });
      if (items.length > 0) await tx.insertInto('identity.handedOver').values(items.map(({ id: itemId, recordId, toId }) => ({ handoverId: id, itemId, recordId, kind, toId, at: sql<string>`now()` }))).execute();
    }
    return { changes: [about(personId, 'work-handed-over', { handoverId: id, cause })], result: undefined };
  });
}

/** Hands over all that is due. Called by the verb that caused it, once it is committed, and by the steward for what was left; answers how many. */
export async function settleDue(db: Database): Promise<number> {
  const ctx = await actAs(db, SERVICE.steward);
  const due = (await identity.read(ctx).selectFrom('identity.handover').select(['id', 'personId', 'handTo', 'cause']).where('settledAt', 'is', null).where('dueAt', '<=', sql<string>`now()`).orderBy('dueAt').limit(100).execute()) as Due[];
  for (const one of due) await settle(ctx, one);
  return due.length;
}

/** The open work of a person, of what the reader sees. */
export async function openWorkOf(ctx: Ctx, personId: string): Promise<OpenItem[]> {
  return (await Promise.all(sortsOfWork().map(({ list }) => list(ctx, personId)))).flat();
}

/** What was handed over for a person, at all or at once, of what the reader sees, the latest first. */
export function handedOverOf(ctx: Ctx, personId: string, handoverId: string | null = null) {
  return identity.read(ctx, '').selectFrom('identity.handedOver as o').innerJoin('identity.handover as h', 'h.id', 'o.handoverId').innerJoin('platform.record as r', 'r.id', 'o.recordId').leftJoin('access.person as receiver', 'receiver.id', 'o.toId')
    .select(['o.itemId as id', 'o.kind', 'o.recordId', 'r.kind as recordKind', 'r.number', 'r.title', 'o.toId', 'receiver.name as to', 'h.cause', 'o.at']).where('h.personId', '=', personId).where(sql<boolean>`(${handoverId}::uuid is null or h.id = ${handoverId}::uuid)`).orderBy('o.at', 'desc').orderBy('o.itemId').limit(200).execute();
}
