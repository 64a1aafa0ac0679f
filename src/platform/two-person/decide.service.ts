import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Input } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Decision } from './contract.ts';
import { kindOf } from './kinds.ts';
import { type DecisionRow, deciderOf, selectDecisions, standingOf, toDecision, told, twoPerson, type Tx } from './rows.ts';
import { type DecisionVerb, step } from './rules.ts';

const seen = (tx: Tx, id: string): Promise<DecisionRow | undefined> => selectDecisions(tx).where('d.id', '=', id).executeTakeFirst();

/** What was said last by this person with this verb: the same again changes nothing. */
const isRepeated = (row: DecisionRow, verb: DecisionVerb, verdict?: string): boolean =>
  verb === 'review' ? row.reviewedBy === row.me && row.review === verdict : row.decidedBy === row.me && row.state === { approve: 'approved', refuse: 'refused', withdraw: 'withdrawn' }[verb];

type Said = { verb: DecisionVerb; why: string; verdict?: 'confirmed' | 'objected' };

/** One step of a decision, under its own permission; of two at once one decides and the other is told by whom. */
async function decide(ctx: Ctx, id: string, { verb, why, verdict }: Said): Promise<Decision> {
  const known = await twoPerson.read(ctx, '').selectFrom('twoPerson.decision').select('permission').where('id', '=', id).executeTakeFirst();
  if (!known) throw notFound();
  // Who proposed may take it back after having lost the right to propose.
  return twoPerson.writeMany(ctx, verb === 'withdraw' ? '' : known.permission, async (tx) => {
    const before = await seen(tx, id);
    if (!before) throw notFound();
    if (isRepeated(before, verb, verdict)) return { changes: [], result: toDecision(before, ctx.now()) };
    const next = step(standingOf(before), deciderOf(before), verb, ctx.now().getTime());
    if (!next.ok) throw next.kind === 'conflict' ? lostTo(before, next.code, next.reason) : new Problem(next.kind, next.code, next.reason);
    await note(ctx, tx, before, { verb, why, ...(verdict && { verdict }) });
    if (verb === 'approve') await takeEffect(ctx, before);
    const after = await seen(tx, id);
    if (!after) throw notFound();
    return { changes: [told(before, verdict ?? next.state, { id, kind: before.kind, proposedBy: before.proposedBy, ...(why && { reason: why }) })], result: toDecision(after, ctx.now()) };
  });
}

const lostTo = (row: DecisionRow, code: string, reason: string): Problem => {
  const by = row.review === null ? row.decider : row.reviewer;
  return new Problem('conflict', code, by ? `${reason} By ${by}.` : reason, { state: row.state, by, at: row.reviewedAt ?? row.decidedAt });
};

async function note(ctx: Ctx, tx: Tx, before: DecisionRow, { verb, why, verdict }: Said): Promise<void> {
  const at = ctx.now().toISOString();
  const decided = { decidedBy: ctx.personId, decidedAt: at, decidedWhy: why };
  const set = { approve: { state: 'approved' as const, ...decided }, refuse: { state: 'refused' as const, ...decided }, withdraw: { state: 'withdrawn' as const, ...decided }, review: { review: verdict ?? null, reviewedBy: ctx.personId, reviewedAt: at, reviewWhy: why } }[verb];
  const held = tx.updateTable('twoPerson.decision').set(set).where('id', '=', before.id);
  const updated = await (verb === 'review' ? held.where('review', 'is', null) : held.where('state', '=', 'waiting').where('expiresAt', '>', sql<string>`now()`)).returning('id').executeTakeFirst();
  if (updated) return;
  const now = await seen(tx, before.id);
  const again = now && step(standingOf(now), deciderOf(now), verb, nowMs());
  throw now && again && !again.ok && again.kind === 'conflict' ? lostTo(now, again.code, again.reason) : notAllowed(before.permission);
}

async function takeEffect(ctx: Ctx, { id, kind: key, payload, proposedBy, reason }: DecisionRow): Promise<void> {
  const kind = kindOf(key);
  if (!kind) throw new Problem('refused', 'decisions.unknown_kind', 'Nothing here knows what this decision does any more. Refuse it.');
  await kind.run(ctx, kind.payload.parse(payload), { id, proposedBy, reason });
}

export const approveDecision = (ctx: Ctx, { id, note: why }: Input<typeof contract.approveDecision>): Promise<Decision> => decide(ctx, id, { verb: 'approve', why });
export const refuseDecision = (ctx: Ctx, { id, why }: Input<typeof contract.refuseDecision>): Promise<Decision> => decide(ctx, id, { verb: 'refuse', why });
export const withdrawDecision = (ctx: Ctx, { id }: Input<typeof contract.withdrawDecision>): Promise<Decision> => decide(ctx, id, { verb: 'withdraw', why: '' });
export const reviewDecision = (ctx: Ctx, { id, verdict, why }: Input<typeof contract.reviewDecision>): Promise<Decision> => decide(ctx, id, { verb: 'review', why, verdict });
