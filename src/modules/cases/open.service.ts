import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input } from '#platform/kernel/contract.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { cases, type CaseRow, changeCaseRow, checkOpen, checkSite, checkType, COLUMNS, headerOf, insertStep, READ, refuse, standingOf, TEXTS, type Tx, WRITE, wordsOf } from './case-row.ts';
import type * as contract from './contract.ts';
import type { Standing } from './contract.ts';
import { checkActive } from './members.service.ts';

type Opening = Input<typeof contract.openCase>;
type Origin = { id: string; kind: string; title: string; siteId: string | null };

const SOURCES = { 'incidents.incident': 'incident', 'alarms.alarm': 'alarm' } as const;

/** Opens a case behind a wall of its own; the same id from the same person answers the case that it made the first time. */
export async function openCase(ctx: Ctx, input: Opening): Promise<Standing> {
  try {
    return await cases.writeMany(ctx, 'cases:open', async (tx) => {
      if (input.siteId !== undefined) await checkSite(tx, input.siteId, 'cases:open');
      const from = input.fromId === undefined ? null : await originOf(tx, input.fromId);
      const row = await newCase(ctx, tx, input, from);
      if (input.siteId === undefined) await checkSite(tx, row.siteId, 'cases:open');
      await sql`select access.open_wall(${row.wallId}, 'case-lead')`.execute(tx);
      return { changes: [], result: await openBehind(ctx, row, from, input.custodianId) };
    });
  } catch (error) {
    const before = input.id && error instanceof Problem && error.kind === 'conflict' ? await openedBefore(ctx, input.id) : null;
    if (before) return before;
    throw error;
  }
}

async function originOf(tx: Tx, fromId: string): Promise<Origin> {
  const from = await tx.selectFrom('platform.record').select(['id', 'kind', 'title', 'siteId']).where('id', '=', fromId).where('kind', 'in', Object.keys(SOURCES)).executeTakeFirst();
  if (!from) throw refuse('no_such_origin', 'That incident or alarm is not there, or it is not for you to see.', '/fromId');
  return from;
}

/** What lies behind the new wall is written as its lead. */
const openBehind = (ctx: Ctx, row: CaseRow, from: Origin | null, custodianId: string): Promise<Standing> =>
  cases.writeMany(ctx, 'cases:wall', async (tx) => {
    await admitCustodian(ctx, tx, row.wallId, custodianId);
    return cases.writeMany(ctx, WRITE, async (inner) => {
      await inner.insertInto('cases.case').values(row).execute();
      await insertStep(ctx, inner, row.id, { verb: 'opened', was: null, became: row.typeKey });
      if (from) await linkFrom(ctx, inner, row, from);
      return { changes: [{ verb: 'opened', before: null, after: { ...row, custodianId, fromId: from?.id ?? null }, header: headerOf(row), words: wordsOf(row), erasable: TEXTS }], result: standingOf(row) };
    }).then((result) => ({ changes: [], result }));
  });

async function admitCustodian(ctx: Ctx, tx: Tx, wallId: string, custodianId: string): Promise<void> {
  if (custodianId === ctx.personId) throw refuse('another_custodian', 'Choose another person than yourself: a room always has a keeper beside its lead.', '/custodianId');
  await checkActive(tx, custodianId, '/custodianId');
  await sql`select access.admit(${wallId}, ${custodianId}, 'wall-custodian', 'infinity')`.execute(tx);
}

/** Draws the thread to what it came from, which is not told: only who sees both sees the link. The header comes with the commit; the link needs one now. */
async function linkFrom(ctx: Ctx, tx: Tx, row: CaseRow, from: Origin): Promise<void> {
  await tx.insertInto('platform.record').values({ id: row.id, ...headerOf(row) }).execute();
  await tx.insertInto('platform.link').values({ fromId: from.id, toId: row.id, kind: 'became', at: row.openedAt, actor: ctx.personId }).execute();
}

async function newCase(ctx: Ctx, tx: Tx, input: Opening, from: Origin | null): Promise<CaseRow> {
  const title = input.title ?? from?.title;
  if (title === undefined) throw refuse('name_it', 'Say in a few words what it is about.', '/title');
  checkType(input.type);
  const { rows } = await sql<{ number: string }>`select platform.next_number('CASE', ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  return {
    id: input.id ?? uuidv7(), number: rows[0]?.number ?? '', title, summary: input.summary, typeKey: input.type, state: 'assessing', siteId: input.siteId === undefined ? (from?.siteId ?? null) : input.siteId, wallId: uuidv7(),
    source: from ? SOURCES[from.kind as keyof typeof SOURCES] : 'own', leadId: ctx.personId, openedBy: ctx.personId, openedAt: ctx.now().toISOString(), closedAt: null, rootCause: '', outcome: null, outcomeWords: '', noLoss: null, version: 1,
  };
}

async function openedBefore(ctx: Ctx, id: string): Promise<Standing | null> {
  const row = await cases.read(ctx, READ).selectFrom('cases.case as c').select(COLUMNS).where('c.id', '=', id).where('c.openedBy', '=', ctx.personId).executeTakeFirst();
  return row ? standingOf(row) : null;
}

/** Changes what the case is called and is about. */
export function changeCase(ctx: Ctx, { id, type, ...facts }: Input<typeof contract.changeCase>): Promise<Standing> {
  return changeCaseRow(ctx, WRITE, id, async (tx, before) => {
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'cases.stale', 'Somebody changed it since you read it. Read it again; what you wrote is still on your screen.', { version: before.version });
    checkOpen(before);
    if (type !== undefined) checkType(type);
    if (facts.siteId !== undefined && facts.siteId !== before.siteId) await checkSite(tx, facts.siteId, 'cases:open');
    const wanted = { ...facts, ...(type !== undefined && { typeKey: type }) };
    const set = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => value !== undefined && value !== before[key as keyof CaseRow]));
    if (Object.keys(set).length === 0) return null;
    return { set, verb: 'changed', ...('typeKey' in set && { step: { was: before.typeKey, became: String(set['typeKey']) } }) };
  });
}
