import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { canonicalJson } from '#platform/kernel/ledger/body.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { DecisionKind } from './kinds.ts';
import { told, twoPerson, type Tx } from './rows.ts';

/** What somebody proposes. `facts` are the names of what the payload names by id, for who decides. */
export type Proposal<P extends object> = {
  payload: P;
  facts: Record<string, string>;
  /** Whom it is about, who neither proposes nor decides nor sees it. */
  subjectId?: string | null;
  /** The label at which both hold the permission, and the record that it is about. */
  of: { recordId: string; siteId: string | null; wallId: string | null };
  reason: string;
};

/** `waiting` for another person, or done at once by somebody who is `alone`. */
export type Proposed = { decisionId: string; state: 'waiting' | 'alone' };

const MINUTE_MS = 60_000;

/**
 * Proposes a decision in the caller's transaction, or one of its own. Where nobody else could decide it, it takes effect
 * at once, is marked "alone", and waits to be looked at by the next person who can. The same proposal again while the first waits
 * is the first. Throws 403 where the proposer may not, or is a machine; 409 where another person proposed the same.
 */
export function propose<P extends object>(ctx: Ctx, kind: DecisionKind<P>, proposal: Proposal<P>): Promise<Proposed> {
  return twoPerson.writeMany<Proposed>(ctx, kind.permission, async (tx) => {
    const { of, subjectId = null } = proposal;
    const [standing] = await tx.selectNoFrom([
      sql<boolean>`two_person.may(access.me(), ${of.siteId}::uuid, ${of.wallId}::uuid, ${kind.permission})`.as('may'),
      sql<boolean>`two_person.second_exists(${subjectId}::uuid, ${of.siteId}::uuid, ${of.wallId}::uuid, ${kind.permission})`.as('isSecondThere'),
    ]).execute();
    if (!standing?.may) throw new Problem('forbidden', 'decisions.not_qualified', `Two people who may ${kind.permission} there decide this, and neither is a machine's key. Ask one of them to propose it.`);
    const sameAs = createHash('sha256').update(canonicalJson({ payload: proposal.payload, of })).digest('hex');
    const row = rowOf(ctx, kind, proposal, sameAs);
    return standing.isSecondThere ? wait(ctx, tx, row) : actAlone(ctx, tx, kind, proposal, row);
  });
}

type Row = ReturnType<typeof rowOf>;

const rowOf = <P extends object>(ctx: Ctx, kind: DecisionKind<P>, { payload, facts, subjectId = null, of, reason }: Proposal<P>, sameAs: string) => ({
  id: uuidv7(), kind: kind.key as string, permission: kind.permission, ...of, subjectId, sameAs, payload: JSON.stringify(kind.payload.parse(payload)), facts: JSON.stringify(facts), reason,
  proposedBy: ctx.personId, proposedAt: ctx.now().toISOString(), expiresAt: new Date(ctx.now().getTime() + kind.expiresMinutes * MINUTE_MS).toISOString(),
});

const saidOf = (row: Row, proposal: Proposal<object>) => ({ id: row.id, kind: row.kind, subjectId: row.subjectId, payload: proposal.payload, reason: row.reason, expiresAt: row.expiresAt });

async function wait(ctx: Ctx, tx: Tx, row: Row) {
  await tx.updateTable('twoPerson.decision').set({ state: 'expired', decidedAt: sql`expires_at` }).where('kind', '=', row.kind).where('sameAs', '=', row.sameAs).where('state', '=', 'waiting').where('expiresAt', '<=', sql<string>`now()`).execute();
  const made = await tx.insertInto('twoPerson.decision').values({ ...row, state: 'waiting' }).onConflict((conflict) => conflict.columns(['kind', 'sameAs']).where(sql<boolean>`state = 'waiting'`).doNothing()).returning('id').executeTakeFirst();
  const proposal = { payload: JSON.parse(row.payload) as object } as Proposal<object>;
  if (made) return { changes: [told(row, 'proposed', saidOf(row, proposal))], result: { decisionId: made.id, state: 'waiting' as const } };
  const first = await tx.selectFrom('twoPerson.decision as d').innerJoin('access.person as p', 'p.id', 'd.proposedBy').select(['d.id', 'd.proposedBy', 'p.name']).where('d.kind', '=', row.kind).where('d.sameAs', '=', row.sameAs).where('d.state', '=', 'waiting').executeTakeFirst();
  if (first?.proposedBy === ctx.personId) return { changes: [], result: { decisionId: first.id, state: 'waiting' as const } };
  throw new Problem('conflict', 'decisions.proposed_already', first ? `${first.name} proposed the same. Decide on that.` : 'Somebody proposed the same. Look among the decisions that wait.', first ? { decisionId: first.id, by: first.name } : {});
}

async function actAlone<P extends object>(ctx: Ctx, tx: Tx, kind: DecisionKind<P>, proposal: Proposal<P>, row: Row) {
  await tx.insertInto('twoPerson.decision').values({ ...row, state: 'alone', decidedBy: ctx.personId, decidedAt: row.proposedAt }).execute();
  await kind.run(ctx, proposal.payload, { id: row.id, proposedBy: ctx.personId, reason: row.reason });
  return { changes: [told(row, 'taken-alone', saidOf(row, proposal))], result: { decisionId: row.id, state: 'alone' as const } };
}

/** Tells somebody who may decide from now on what was taken alone before them; called where a right is given. */
export function tellNext(ctx: Ctx, personId: string): Promise<number> {
  return twoPerson.writeMany(ctx, '', async (tx) => {
    const rows = await tx.selectFrom('twoPerson.decision').select(['id', 'siteId', 'wallId', 'permission']).where('state', '=', 'alone').where('review', 'is', null).where('proposedBy', '<>', personId)
      .where(sql<boolean>`subject_id is distinct from ${personId}::uuid and two_person.may(${personId}::uuid, site_id, wall_id, permission)`).orderBy('proposedAt', 'desc').limit(50).execute();
    return { changes: rows.map((row) => told(row, 'told-next', { id: row.id, personId })), result: rows.length };
  });
}
