import { type Insertable, type Selectable, type UpdateObject, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import { lookOnce } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, type Header, store } from '#platform/kernel/store.ts';
import { allegationTitle, allegationTypeOf } from './allegation-rules.ts';
import type { Standing } from './contract.ts';
import type { CasesCase, CasesStep, Tables } from './tables.gen.ts';

/** The module's one store. */
export const cases = store<Tables>('cases');
export type Tx = Parameters<Parameters<typeof cases.writeMany>[2]>[0];
export type Reader = Parameters<Parameters<typeof cases.readAll>[2]>[0];

export const READ = 'cases:read';
export const WRITE = 'cases:write';

export const COLUMNS = ['c.id', 'c.number', 'c.title', 'c.summary', 'c.typeKey', 'c.state', 'c.siteId', 'c.wallId', 'c.source', 'c.leadId', 'c.openedBy', 'c.openedAt', 'c.closedAt', 'c.rootCause', 'c.outcome', 'c.outcomeWords', 'c.noLoss', 'c.version'] as const;
export type CaseRow = Omit<Selectable<CasesCase>, 'sightId'>;

export const headerOf = (row: CaseRow): Header => ({ kind: 'cases.case', number: row.number, title: row.title, state: row.state, siteId: row.siteId, wallId: row.wallId, readPermission: READ, at: row.openedAt });
export const ofCase = (row: Pick<CaseRow, 'id' | 'siteId' | 'wallId'>) => ({ recordId: row.id, siteId: row.siteId, wallId: row.wallId, readPermission: READ });
export const standingOf = (row: Pick<CaseRow, 'id' | 'number' | 'state' | 'version'>, rowId?: string): Standing => ({ id: row.id, number: row.number, state: row.state, version: row.version, ...(rowId !== undefined && { rowId }) });
export const wordsOf = (row: CaseRow): string => [row.number, row.title, allegationTitle(row.typeKey), row.summary.slice(0, 2_000)].filter(Boolean).join(' ');

/** Fields in which somebody may be named: the ledger keeps their salted hashes, so that they can be erased. */
export const TEXTS = ['title', 'summary', 'rootCause', 'outcomeWords', 'reason'] as const;

export const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `cases.${code}`, detail, { errors: [{ pointer, detail }] });

export function checkType(key: string): void {
  if (!allegationTypeOf(key)) throw refuse('no_such_type', 'Choose one of the types of allegation.', '/type');
}

/** Records that this person reads a case, before it is shown; where the record cannot be made, nothing is shown. */
export const recordLook = (ctx: Ctx, row: Pick<CaseRow, 'id' | 'siteId' | 'wallId'>): Promise<void> => lookOnce(ctx, row, () => cases.recordLook(ctx, { ...row, readPermission: READ }));

/** Takes the row for this transaction, under its permission. Throws 404 where it is hidden or absent, 403 where it is seen and may not be changed. */
export async function holdCase(tx: Tx, id: string, permission: string): Promise<CaseRow> {
  const held = await tx.selectFrom('cases.case as c').select(COLUMNS).where('c.id', '=', id).forUpdate().executeTakeFirst();
  if (held) return held;
  const seen = await tx.selectFrom('cases.case').select('id').where('id', '=', id).executeTakeFirst();
  throw seen ? notAllowed(permission) : notFound();
}

/** Refuses what a closed case takes no more. */
export function checkOpen(row: CaseRow): void {
  if (row.state === 'closed') throw new Problem('conflict', 'cases.closed', 'The case is closed. Reopen it first.', { at: row.closedAt });
}

export type NewStep = Omit<Insertable<CasesStep>, 'id' | 'caseId' | 'personId' | 'at'>;
export const insertStep = (ctx: Ctx, tx: Tx, caseId: string, step: NewStep) => tx.insertInto('cases.step').values({ id: uuidv7(), caseId, personId: ctx.personId, at: ctx.now().toISOString(), ...step }).execute();

type Changed = { set: UpdateObject<{ c: CasesCase }, 'c'>; verb: string; step?: Omit<NewStep, 'verb'>; more?: object };

/** Changes the case itself: held, changed, counted up, put on its timeline and told. `null` from the work means that nothing changes. */
export function changeCaseRow(ctx: Ctx, permission: string, id: string, work: (tx: Tx, before: CaseRow) => Promise<Changed | null>): Promise<Standing> {
  return cases.writeMany(ctx, permission, async (tx) => {
    const before = await holdCase(tx, id, permission);
    const changed = await work(tx, before);
    if (!changed) return { changes: [], result: standingOf(before) };
    const after = await tx.updateTable('cases.case as c').set({ ...changed.set, version: before.version + 1 }).where('c.id', '=', id).returning(COLUMNS).executeTakeFirstOrThrow();
    if (changed.step) await insertStep(ctx, tx, id, { verb: changed.verb, ...changed.step });
    const change: Change<{ id: string }> = { verb: changed.verb, before: { ...before, ...nulls(changed.more) }, after: { ...after, ...changed.more }, header: headerOf(after), words: wordsOf(after), erasable: TEXTS };
    return { changes: [change], result: standingOf(after) };
  });
}

const nulls = (more: object = {}): Record<string, null> => Object.fromEntries(Object.keys(more).map((key) => [key, null]));

export type Line = { verb: string; row: Record<string, unknown> & { id: string }; erasable?: readonly string[] };

/** Adds or changes a line that belongs to a case; the case and its version stay. */
export function changeLine(ctx: Ctx, permission: string, id: string, work: (tx: Tx, row: CaseRow) => Promise<Line | null>): Promise<Standing> {
  return cases.writeMany(ctx, permission, async (tx) => {
    const row = await holdCase(tx, id, permission);
    const line = await work(tx, row);
    if (!line) return { changes: [], result: standingOf(row) };
    const { id: rowId, ...rest } = line.row;
    const change: Change<{ id: string }> = { verb: line.verb, before: null, after: { ...rest, id, rowId } as { id: string }, of: ofCase(row), erasable: ['reason', ...(line.erasable ?? [])] };
    return { changes: [change], result: standingOf(row, rowId) };
  });
}

/** Reads parts of a case in one round trip, the look recorded first. Throws 404. */
export async function readCaseRow(ctx: Ctx, id: string): Promise<Pick<CaseRow, 'id' | 'siteId' | 'wallId'>> {
  const row = await cases.read(ctx, READ).selectFrom('cases.case').select(['id', 'siteId', 'wallId']).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound();
  await recordLook(ctx, row);
  return row;
}

/** What stands behind a wall has no label of a site, so the right to name this site is asked for. Throws 403, the same for a hidden site and for one that is not there. */
export async function checkSite(tx: Tx, siteId: string | null, permission: string): Promise<void> {
  const { rows } = await sql<{ may: boolean }>`select access.may_at(${siteId}::uuid, null, ${permission}) as may`.execute(tx);
  if (!rows[0]?.may) throw new Problem('forbidden', 'cases.not_on_site', siteId === null ? 'Say at which site: without one it needs a grant for the whole organisation.' : 'That site is not there, or you may not do this there.', { errors: [{ pointer: '/siteId', detail: 'Choose a site of yours.' }] });
}
