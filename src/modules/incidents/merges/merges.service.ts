import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { checkNoCommand } from '../command/in-force.ts';
import type { Standing } from '../contract.ts';
import type * as contract from '../merge-contract.ts';
import { changeIncident, COLUMNS, headerOf, incidents, type IncidentRow, insertStep, ofIncident, standingOf, TEXTS, type Tx, wordsOf } from '../record.ts';
import { refuseField } from '../refusals.ts';

const MERGE = 'incidents:close';
/** The closure reason of what points to another one. */
const DUPLICATE = 'duplicate';

/** Merges an incident into another: both are held in one order, so that of two who merge at once one does and the other is told. */
export function mergeIncident(ctx: Ctx, { id, intoId, reason }: Input<typeof contract.mergeIncident>): Promise<Standing> {
  return incidents.writeMany(ctx, MERGE, async (tx) => {
    const held = await tx.selectFrom('incidents.incident as i').select(COLUMNS).where('i.id', 'in', [id, intoId]).orderBy('i.id').forUpdate().execute();
    const before = held.find((row) => row.id === id) ?? (await missing(tx, id));
    if (id === intoId) throw refuseField('/intoId', 'incidents.itself', 'An incident is not merged into itself. Choose another one.');
    const into = held.find((row) => row.id === intoId);
    if (!into) throw refuseField('/intoId', 'incidents.no_such_incident', 'There is no such incident, or it is not yours to close. Choose another one.');
    await checkMerge(tx, before, into);
    const { state, closedBy, closedAt, closureReason, closureSummary } = before;
    const now = ctx.now().toISOString();
    await tx.insertInto('incidents.incidentMerge').values({ id: uuidv7(), incidentId: id, intoId, reason, mergedBy: ctx.personId, mergedAt: now, wasState: state, wasClosedBy: closedBy, wasClosedAt: closedAt, wasClosureReason: closureReason, wasClosureSummary: closureSummary }).execute();
    const set = { mergedInto: intoId, state: 'closed' as const, closedBy: ctx.personId, closedAt: now, closureReason: DUPLICATE, closureSummary: `Merged into ${into.number}: ${reason}` };
    const after = await tx.updateTable('incidents.incident as i').set({ ...set, version: before.version + 1 }).where('i.id', '=', id).returning(COLUMNS).executeTakeFirstOrThrow();
    await insertStep(ctx, tx, id, { verb: 'merged', became: into.number, reason });
    await insertStep(ctx, tx, intoId, { verb: 'took-in', became: before.number, reason });
    const change: Change<{ id: string }> = { verb: 'merged', before: { ...before, reason: null } as { id: string }, after: { ...after, reason } as { id: string }, header: headerOf(after), words: await wordsOf(tx, after), erasable: [...TEXTS] };
    return { changes: [change, tookIn(into, { verb: 'took-in', otherId: id, number: before.number, reason })], result: standingOf(after) };
  });
}

const tookIn = (into: IncidentRow, { verb, ...fact }: { verb: string; otherId: string; number: string; reason: string }): Change<{ id: string }> => ({ verb, before: null, after: { id: into.id, ...fact } as { id: string }, of: ofIncident(into), erasable: ['reason'] });

async function missing(tx: Tx, id: string): Promise<never> {
  const seen = await tx.selectFrom('incidents.incident').select('id').where('id', '=', id).executeTakeFirst();
  throw seen ? notAllowed(MERGE) : notFound();
}

/** What is of the same event and under the same label, and stands alone. */
async function checkMerge(tx: Tx, before: IncidentRow, into: IncidentRow): Promise<void> {
  if (before.mergedInto !== null) throw await mergedAlready(tx, before);
  if (into.mergedInto !== null) throw refuseField('/intoId', 'incidents.into_merged', `${into.number} was merged into another one itself. Choose the one that lives on.`);
  const taken = await tx.selectFrom('incidents.incident').select('number').where('mergedInto', '=', before.id).orderBy('number').executeTakeFirst();
  if (taken) throw refuseField('/intoId', 'incidents.has_merged', `${taken.number} was merged into this one. Merge the other way round, or take that one out first.`);
  if (before.wallId !== into.wallId) throw refuseField('/intoId', 'incidents.across_walls', 'One of them stands behind a wall and not all who see the one see the other. They cannot be merged: link them instead.');
  if (before.siteId !== into.siteId) throw refuseField('/intoId', 'incidents.across_sites', 'They stand at different sites, so that not all who see the one see the other. Move one to the site of the other first.');
  if (before.isSimulated !== into.isSimulated) throw refuseField('/intoId', 'incidents.across_simulation', 'One of them is simulated and the other happened.');
  if (before.state === 'open' && into.state === 'closed') throw refuseField('/intoId', 'incidents.into_closed', `${into.number} is closed. Reopen it first, or merge the other way round.`);
  await checkNoCommand(tx, before.id, 'End its command first.');
}

async function mergedAlready(tx: Tx, { id, mergedInto }: IncidentRow): Promise<Problem> {
  const first = await tx.selectFrom('incidents.incidentMerge as g').leftJoin('access.person as p', 'p.id', 'g.mergedBy').innerJoin('incidents.incident as o', 'o.id', 'g.intoId').select(['p.name', 'g.mergedAt', 'o.number']).where('g.incidentId', '=', id).where('g.undoneAt', 'is', null).executeTakeFirst();
  return new Problem('conflict', 'incidents.already_merged', `${first?.name ?? 'Somebody'} merged it into ${first?.number ?? 'another one'} already.`, { by: first?.name ?? null, at: first?.mergedAt ?? null, intoId: mergedInto, number: first?.number ?? null });
}

/** Takes a merged incident out again: it stands as it stood, with what came to it meanwhile. */
export function unmergeIncident(ctx: Ctx, { id, reason }: Input<typeof contract.unmergeIncident>): Promise<Standing> {
  return incidents.writeMany(ctx, MERGE, async (tx) => {
    let into: IncidentRow | undefined;
    let number = '';
    const result = await changeIncident(ctx, MERGE, id, async (inner, before) => {
      if (before.mergedInto === null) throw new Problem('conflict', 'incidents.not_merged', 'It is not merged into another one.');
      into = await inner.selectFrom('incidents.incident as i').select(COLUMNS).where('i.id', '=', before.mergedInto).executeTakeFirst();
      number = before.number;
      const was = await inner.updateTable('incidents.incidentMerge').set({ undoneBy: ctx.personId, undoneAt: ctx.now().toISOString(), undoneReason: reason }).where('incidentId', '=', id).where('undoneAt', 'is', null)
        .returning(['wasState', 'wasClosedBy', 'wasClosedAt', 'wasClosureReason', 'wasClosureSummary']).executeTakeFirstOrThrow();
      const set = { mergedInto: null, state: was.wasState as 'open' | 'closed', closedBy: was.wasClosedBy, closedAt: was.wasClosedAt, closureReason: was.wasClosureReason, closureSummary: was.wasClosureSummary };
      return { set, verb: 'unmerged', step: { was: into?.number ?? null, reason }, more: { reason } };
    });
    if (!into) return { changes: [], result };
    await insertStep(ctx, tx, into.id, { verb: 'let-out', was: number, reason });
    return { changes: [tookIn(into, { verb: 'let-out', otherId: id, number, reason })], result };
  });
}

/** Ids of an incident and of those merged into it. */
export const idsWithMerged = async (tx: Tx, id: string): Promise<string[]> => (await tx.selectFrom('incidents.incident').select('id').where((eb) => eb.or([eb('id', '=', id), eb('mergedInto', '=', id)])).orderBy(sql`id <> ${id}`).orderBy('id').execute()).map((row) => row.id);
