import { sql } from 'kysely';
import { z } from 'zod';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import { TWO_PERSON_DECISIONS } from '#modules/identity/public.ts';
import type * as contract from './contract.ts';
import { about, at, contentOf, faultsOf, procedureById, procedures, PUBLISH, type Tx } from './rows.ts';
import type { Procedure } from './rules.ts';

const { expiresMinutes } = TWO_PERSON_DECISIONS.find(({ permission }) => permission === PUBLISH) ?? { expiresMinutes: null };
const Payload = z.strictObject({ procedureId: z.uuid(), version: z.int().min(1).nullable(), reason: z.string() });
type Payload = z.infer<typeof Payload>;

/** Puts a version in force, or none of the procedure. Who wrote the version does not approve it. */
const inForceDecision = decisionKind({
  key: 'procedures.in-force', permission: PUBLISH, expiresMinutes: expiresMinutes ?? 2880, payload: Payload,
  run: async (ctx, { procedureId, version, reason }, { proposedBy }) => {
    const isApproved = proposedBy !== ctx.personId;
    await procedures.writeMany(ctx, PUBLISH, async (tx) => {
      if (version !== null && isApproved && (await contentOf(tx, procedureId, version)).madeBy === ctx.personId) throw new Problem('refused', 'procedures.own_version', 'You wrote this version. Somebody else puts it in force.');
      return { changes: [await putInForce(ctx, tx, { procedureId, version, reason })], result: null };
    });
  },
});

/** Puts a version in force, in the caller's transaction; runs that are under way keep theirs. */
export async function putInForce(ctx: Ctx, tx: Tx, { procedureId, version, reason }: Payload) {
  const row = await procedureById(tx, procedureId);
  await tx.deleteFrom('procedures.handled').where('procedureId', '=', procedureId).execute();
  if (version !== null) {
    const { content } = await contentOf(tx, procedureId, version);
    await checkSound(tx, content);
    await takeTypes(tx, procedureId, content);
    await tx.updateTable('procedures.version').set({ inForceAt: at(ctx), inForceBy: ctx.personId, reason }).where('procedureId', '=', procedureId).where('version', '=', version).execute();
  }
  await tx.updateTable('procedures.procedure').set({ active: version }).where('id', '=', procedureId).execute();
  return about(version === null ? 'retired' : 'activated', procedureId, { key: row.key, version, before: row.active, reason });
}

async function checkSound(tx: Tx, content: Procedure): Promise<void> {
  const [first, ...more] = (await faultsOf(tx, content)).filter(({ weight }) => weight === 'error');
  if (first) throw new Problem('refused', 'procedures.faults', `It cannot be put in force: ${first.stepId === null ? '' : `step ${first.stepId}: `}${first.words}${more.length > 0 ? ` And ${more.length} more.` : ''}`);
}

/** Each event type begins one procedure. */
async function takeTypes(tx: Tx, procedureId: string, { types }: Procedure): Promise<void> {
  if (types.length === 0) return;
  const taken = await tx.selectFrom('procedures.handled as h').innerJoin('procedures.procedure as p', 'p.id', 'h.procedureId').select(['h.type', 'p.title']).where(sql<boolean>`h.type = any (${types}::text[])`).executeTakeFirst();
  if (taken) throw new Problem('conflict', 'procedures.type_taken', `Alarms of the type ${taken.type} begin “${taken.title}” already. Take the type out of one of the two.`);
  await tx.insertInto('procedures.handled').values(types.map((type) => ({ type, procedureId }))).execute();
}

export async function activate(ctx: Ctx, { id, version, reason }: Input<typeof contract.activate>): Promise<Reply<typeof contract.activate>> {
  return procedures.writeMany(ctx, PUBLISH, async (tx) => {
    const { title, active } = await procedureById(tx, id);
    if (active === version) throw new Problem('conflict', 'procedures.active_already', 'This version is in force already.');
    const { content } = await contentOf(tx, id, version);
    await checkSound(tx, content);
    const facts = { title, version: String(version), before: active === null ? '' : String(active), steps: String(content.steps.length), types: content.types.join(', ') };
    return { changes: [], result: await propose(ctx, inForceDecision, { payload: { procedureId: id, version, reason }, facts, of: { recordId: id, siteId: null, wallId: null }, reason }) };
  });
}

export async function retire(ctx: Ctx, { id, reason }: Input<typeof contract.retire>): Promise<Reply<typeof contract.retire>> {
  return procedures.writeMany(ctx, PUBLISH, async (tx) => {
    const { title, active } = await procedureById(tx, id);
    if (active === null) throw new Problem('conflict', 'procedures.not_active', 'No version of it is in force.');
    const facts = { title, version: '', before: String(active), steps: '', types: '' };
    return { changes: [], result: await propose(ctx, inForceDecision, { payload: { procedureId: id, version: null, reason }, facts, of: { recordId: id, siteId: null, wallId: null }, reason }) };
  });
}

/** Puts the newest version of every procedure in force that has none: how the demonstration begins. */
export async function activateAll(ctx: Ctx, reason: string): Promise<number> {
  return procedures.writeMany(ctx, PUBLISH, async (tx) => {
    const rows = await tx.selectFrom('procedures.procedure').select(['id', 'latest']).where('active', 'is', null).orderBy('key').execute();
    const changes = [];
    for (const { id, latest } of rows) changes.push(await putInForce(ctx, tx, { procedureId: id, version: latest, reason }));
    return { changes, result: rows.length };
  });
}
