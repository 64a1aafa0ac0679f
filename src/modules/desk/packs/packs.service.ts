import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { DEFINITIONS } from '#modules/metrics/public.ts';
import { namesOf, siteOf } from '#modules/sites/public.ts';
import { addTask } from '#modules/tasks/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { canonicalJson } from '#platform/kernel/ledger/body.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { decisionKind } from '#platform/two-person/kinds.ts';
import { propose } from '#platform/two-person/propose.service.ts';
import type * as contract from '../pack-contract.ts';
import type { Pack, Section } from '../pack-contract.ts';
import { checkSections, fill } from './fill.service.ts';
import { changeOf, desk, holdPack, mayAt, ofPack, packIn, packOf, READ, selectPacks, type Tx } from './pack-row.ts';

const [WRITE, FREEZE, ISSUE, DECIDE] = ['desk:write', 'desk:freeze', 'desk:issue', 'desk:decide'] as const;
const TWO_WEEKS_MINUTES = 14 * 24 * 60;

/** Briefings and board packs, the newest first. */
export async function listPacks(ctx: Ctx): Promise<Reply<typeof contract.listPacks>> {
  const rows = await selectPacks(desk.read(ctx, READ)).orderBy('p.madeAt', 'desc').limit(200).execute();
  const sites = await namesOf(ctx, rows.map(({ siteId }) => siteId));
  return { items: rows.map(({ sections: _s, content: _c, digest: _d, ...row }) => ({ ...row, site: row.siteId === null ? null : (sites.get(row.siteId)?.name ?? null) })) };
}

export const readPack = (ctx: Ctx, { id }: Input<typeof contract.readPack>): Promise<Pack> => packOf(ctx, desk.read(ctx, READ), id);

/** What a new pack holds until its author lays it out: every figure, what was grave, and what is to be done. */
const usualSections = (): Section[] => [
  { kind: 'figures', title: 'Figures', keys: DEFINITIONS.map(({ key }) => key) }, { kind: 'incidents', title: 'Incidents of note', least: 3 }, { kind: 'actions', title: 'Corrective actions' },
];

async function checkMay(tx: Tx, siteId: string | null, permission: string): Promise<void> {
  const [row] = (await tx.selectNoFrom([mayAt(siteId, permission).as('may')]).execute()) as { may: boolean }[];
  if (!row?.may) throw notAllowed(permission);
}

export function beginPack(ctx: Ctx, { sections: given, ...input }: Input<typeof contract.beginPack>): Promise<Pack> {
  return desk.writeMany(ctx, WRITE, async (tx) => {
    await checkMay(tx, input.siteId, WRITE);
    if (input.siteId !== null && (await siteOf(ctx, input.siteId)) === null) throw notFound();
    const sections = given.length === 0 ? usualSections() : given;
    await checkSections(ctx, { ...input, sections });
    const id = uuidv7();
    const { rows: [numbered] } = await sql<{ number: string }>`select platform.next_number('PACK', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
    await tx.insertInto('desk.pack').values({ ...input, id, number: numbered?.number ?? '', sections: JSON.stringify(sections), madeBy: ctx.personId, madeAt: ctx.now().toISOString() }).execute();
    return { changes: [changeOf('pack-begun', null, await packIn(tx, id))], result: await packOf(ctx, tx, id) };
  });
}

type Held = Awaited<ReturnType<typeof holdPack>>;
const issued = (): Problem => new Problem('conflict', 'desk.issued', 'This pack was issued and stays as it was approved. Begin another.');

/** Changes a pack that is not issued; what was frozen is a draft again, so that what is approved is what was read. */
export function changePack(ctx: Ctx, { id, title, sections }: Input<typeof contract.changePack>): Promise<Pack> {
  return desk.writeMany(ctx, WRITE, async (tx) => {
    const before = await holdPack(ctx, tx, id);
    await checkMay(tx, before.siteId, WRITE);
    if (before.state === 'issued') throw issued();
    if (sections !== undefined) await checkSections(ctx, { ...before, sections });
    await tx.updateTable('desk.pack').set({ ...(title !== undefined && { title }), ...(sections !== undefined && { sections: JSON.stringify(sections) }), state: 'draft', content: null, digest: null, frozenBy: null, frozenAt: null, version: before.version + 1 }).where('id', '=', id).execute();
    return { changes: [changeOf('pack-changed', before, await packIn(tx, id))], result: await packOf(ctx, tx, id) };
  });
}

/** Fills the sections in as they stand, and keeps that. */
export function freezePack(ctx: Ctx, { id }: Input<typeof contract.freezePack>): Promise<Pack> {
  return desk.writeMany(ctx, FREEZE, async (tx) => {
    const before = await holdPack(ctx, tx, id);
    await checkMay(tx, before.siteId, FREEZE);
    if (before.state === 'issued') throw issued();
    if (before.sections.length === 0) throw new Problem('refused', 'desk.empty', 'There is nothing in this pack yet. Add a section first.');
    const content = await fill(ctx, before);
    const digest = createHash('sha256').update(canonicalJson(content)).digest();
    await tx.updateTable('desk.pack').set({ content: JSON.stringify(content), digest, state: 'frozen', frozenBy: ctx.personId, frozenAt: ctx.now().toISOString(), version: before.version + 1 }).where('id', '=', id).execute();
    return { changes: [changeOf('pack-frozen', before, await packIn(tx, id))], result: await packOf(ctx, tx, id) };
  });
}

const Payload = z.strictObject({ packId: z.uuid(), version: z.int() });
const issuing = decisionKind({
  key: 'desk.issue', permission: ISSUE, expiresMinutes: TWO_WEEKS_MINUTES, payload: Payload,
  run: async ({ ifMatch: _, ...ctx }, { packId, version }, { proposedBy }) => {
    await desk.writeMany(ctx, ISSUE, async (tx) => {
      const before = await holdPack(ctx, tx, packId);
      if (before.state !== 'frozen' || before.version !== version) throw new Problem('refused', 'desk.changed_meanwhile', 'The pack was changed after it was proposed. Read it again and propose it anew.');
      await tx.updateTable('desk.pack').set({ state: 'issued', proposedBy, approvedBy: proposedBy === ctx.personId ? null : ctx.personId, issuedAt: ctx.now().toISOString(), version: version + 1 }).where('id', '=', packId).execute();
      return { changes: [changeOf('pack-issued', before, await packIn(tx, packId))], result: null };
    });
  },
});

/** Proposes a frozen pack, to be approved by another as it was read. */
export function issuePack(ctx: Ctx, { id }: Input<typeof contract.issuePack>): Promise<Reply<typeof contract.issuePack>> {
  return desk.writeMany<Reply<typeof contract.issuePack>>(ctx, ISSUE, async (tx) => {
    const pack = await holdPack(ctx, tx, id);
    await checkMay(tx, pack.siteId, ISSUE);
    if (pack.state === 'issued') throw issued();
    if (pack.state !== 'frozen') throw new Problem('refused', 'desk.not_frozen', 'Freeze the pack first: what is approved is what was read.');
    return { changes: [], result: await propose(ctx, issuing, { payload: { packId: id, version: pack.version }, facts: { number: pack.number, title: pack.title, sections: String(pack.sections.length) }, of: { recordId: id, siteId: pack.siteId, wallId: null }, reason: `${pack.number} is frozen` }) };
  });
}

/** Takes an issued pack for what is decided upon it. */
async function holdIssued(ctx: Ctx, tx: Tx, id: string): Promise<Held> {
  const pack = await packIn(tx, id);
  await checkMay(tx, pack.siteId, DECIDE);
  if (pack.state !== 'issued') throw new Problem('refused', 'desk.not_issued', 'What is decided is recorded once the pack is issued.');
  return pack;
}

export function recordDecision(ctx: Ctx, { id, text }: Input<typeof contract.recordDecision>): Promise<Pack> {
  return desk.writeMany(ctx, DECIDE, async (tx) => {
    const pack = await holdIssued(ctx, tx, id);
    const row = { id: uuidv7(), packId: id, kind: 'decision' as const, text, addedBy: ctx.personId, addedAt: ctx.now().toISOString() };
    await tx.insertInto('desk.packLine').values(row).execute();
    return { changes: [ofPack('decision-recorded', pack, row)], result: await packOf(ctx, tx, id) };
  });
}

/** An action is a task on the pack, with its own owner and due time; here stands from which meeting it came. */
export function recordAction(ctx: Ctx, { id, title, ownerId, dueAt }: Input<typeof contract.recordAction>): Promise<Pack> {
  return desk.writeMany(ctx, DECIDE, async (tx) => {
    const pack = await holdIssued(ctx, tx, id);
    const task = await addTask(ctx, { recordId: id, title, detail: `From ${pack.number}`, ownerId, dueAt });
    const row = { id: uuidv7(), packId: id, kind: 'action' as const, text: title, taskId: task.id, addedBy: ctx.personId, addedAt: ctx.now().toISOString() };
    await tx.insertInto('desk.packLine').values(row).execute();
    return { changes: [ofPack('action-recorded', pack, row)], result: await packOf(ctx, tx, id) };
  });
}

export function strikeLine(ctx: Ctx, { id, rowId, why }: Input<typeof contract.strikeLine>): Promise<Pack> {
  return desk.writeMany(ctx, DECIDE, async (tx) => {
    const pack = await holdIssued(ctx, tx, id);
    const line = await tx.selectFrom('desk.packLine').select(['id', 'struckAt']).where('packId', '=', id).where('id', '=', rowId).forUpdate().executeTakeFirst();
    if (!line) throw notFound();
    if (line.struckAt !== null) throw new Problem('conflict', 'desk.struck_already', 'This was struck already.');
    await tx.updateTable('desk.packLine').set({ struckAt: ctx.now().toISOString(), struckBy: ctx.personId, struckWhy: why }).where('id', '=', rowId).execute();
    return { changes: [ofPack('line-struck', pack, { id: rowId, why })], result: await packOf(ctx, tx, id) };
  });
}
