import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import { lookOnce } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Exhibit, Standing } from './contract.ts';
import { type EventKind, mayFrom, type State, type Verb } from './rules.ts';
import type { Tables } from './tables.gen.ts';

/** The module's one store. */
export const exhibits = store<Tables>('exhibits');
export type Tx = Parameters<Parameters<typeof exhibits.writeMany>[2]>[0];
export type Db = Pick<Tx, 'selectFrom'>;

export const VIEW = 'exhibits:view';
export const ADD = 'exhibits:add';
export const RELEASE = 'exhibits:release';

const COLUMNS = ['e.id', 'e.number', 'e.caseId', 'e.kind', 'e.title', 'e.description', 'e.marks', 'e.collectedAt', 'e.collectedWhere', 'e.packaging', 'e.seal', 'e.state', 'e.holderId', 'e.placeId', 'e.lentTo', 'e.dueBackAt', 'e.receivedBy', 'e.receivedAt', 'e.events', 'e.wallId', 'e.version'] as const;

/** Exhibits with the names of what they refer to, under the reader's sight. */
export const rows = (db: Db) =>
  db.selectFrom('exhibits.exhibit as e').innerJoin('platform.record as c', 'c.id', 'e.caseId').innerJoin('access.person as r', 'r.id', 'e.receivedBy').leftJoin('access.person as h', 'h.id', 'e.holderId').leftJoin('exhibits.place as p', 'p.id', 'e.placeId')
    .leftJoin('exhibits.offer as o', (join) => join.onRef('o.exhibitId', '=', 'e.id').on('o.state', '=', 'waiting')).leftJoin('access.person as t', 't.id', 'o.toId')
    .select([...COLUMNS, 'c.number as caseNumber', 'c.title as caseTitle', 'r.name as receiverName', 'h.name as holderName', 'p.code as placeCode', 'p.name as placeName', 'o.toId as offeredToId', 't.name as offeredToName']);
export type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];
type Bare = Omit<Row, 'caseNumber' | 'caseTitle' | 'receiverName' | 'holderName' | 'placeCode' | 'placeName' | 'offeredToId' | 'offeredToName'>;

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });

export const exhibitOf = (row: Row): Exhibit => ({
  id: row.id, number: row.number, case: { id: row.caseId, number: row.caseNumber, title: row.caseTitle }, kind: row.kind, title: row.title, state: row.state, holder: named(row.holderId, row.holderName), place: row.placeId === null ? null : { id: row.placeId, code: row.placeCode ?? '', name: row.placeName ?? '' },
  seal: row.seal, lentTo: row.lentTo, dueBackAt: row.dueBackAt, receivedAt: row.receivedAt, offeredTo: named(row.offeredToId, row.offeredToName), version: row.version,
});
export const standingOf = ({ id, number, state, version }: Pick<Row, 'id' | 'number' | 'state' | 'version'>): Standing => ({ id, number, state, version });

type Label = { id: string; wallId: string };
export const ofExhibit = ({ id, wallId }: Label) => ({ recordId: id, siteId: null, wallId, readPermission: VIEW });
export const headerOf = (row: Pick<Row, 'number' | 'title' | 'state' | 'wallId' | 'receivedAt'>): NonNullable<Change<{ id: string }>['header']> =>
  ({ kind: 'exhibits.exhibit', number: row.number, title: row.title, state: row.state, siteId: null, wallId: row.wallId, readPermission: VIEW, at: row.receivedAt });

/** Records that this person looks at an exhibit, before it is shown. */
export const recordLook = (ctx: Ctx, { id, wallId }: Label): Promise<void> => {
  const { command: _, ...looking } = ctx;
  return lookOnce(looking, { id, wallId }, () => exhibits.recordLook(looking, { id, siteId: null, wallId, readPermission: VIEW }));
};

export const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `exhibits.${code}`, detail, { errors: [{ pointer, detail }] });

/** The case of these exhibits as the writer sees it. Refused alike where it is hidden, no case or not there; 403 where the writer's part may not add to it; a closed one takes nothing new. */
export async function openCase(db: Tx, id: string): Promise<{ id: string; number: string | null; title: string; wallId: string }> {
  const found = await db.selectFrom('platform.record').select(['id', 'kind', 'number', 'title', 'state', 'wallId']).where('id', '=', id).executeTakeFirst();
  if (found?.kind !== 'cases.case' || found.wallId === null) throw refuse('no_such_case', 'Choose a case in whose room you stand.', '/caseId');
  const { rows: [may] } = await sql<{ may: boolean }>`select access.may_at(null, ${found.wallId}::uuid, ${ADD}) as may`.execute(db);
  if (!may?.may) throw notAllowed(ADD);
  if (found.state === 'closed') throw new Problem('conflict', 'exhibits.case_closed', 'The case is closed. Reopen it first.');
  return { id, number: found.number, title: found.title, wallId: found.wallId };
}

/** Takes the exhibit for this transaction, under its permission. Throws 404 where it is hidden or absent, 403 where it is seen and may not be changed. */
export async function holdExhibit(tx: Tx, id: string, permission: string): Promise<Bare> {
  const held = await tx.selectFrom('exhibits.exhibit as e').select(COLUMNS).where('e.id', '=', id).forUpdate().executeTakeFirst();
  if (held) return held;
  throw (await tx.selectFrom('exhibits.exhibit').select('id').where('id', '=', id).executeTakeFirst()) ? notAllowed(permission) : notFound();
}

const STATE_WORDS: Readonly<Record<State, string>> = { held: 'held here', lent: 'lent out', disposed: 'disposed of' };
/** Refuses a verb that another was before. */
export function checkState({ state, number }: Pick<Bare, 'state' | 'number'>, verb: Verb): void {
  if (!mayFrom(verb, state)) throw new Problem('conflict', 'exhibits.already', `${number} is ${STATE_WORDS[state]}. Look again.`, { state });
}

/** What an event of the custody says beyond who and when; holder and place stay where they are not named. */
export type Event = {
  kind: EventKind; holder?: string | null; place?: string | null; seal?: string; isSealWhole?: boolean; note?: string;
  file?: { id: string; size: number; sha256: string }; bundle?: { id: string; number: string; manifestSha256: string };
  set?: Partial<Pick<Bare, 'packaging' | 'seal' | 'state' | 'lentTo' | 'dueBackAt'>>;
};

const later = (a: string, b: string | undefined): string => (b !== undefined && Date.parse(b) > Date.parse(a) ? new Date(b).toISOString() : a);

/** Appends an event to the chain of a held exhibit and brings the exhibit to it. A clock that is behind never puts it before the last one. */
export async function enter(ctx: Ctx, tx: Tx, row: Bare, { kind, holder = row.holderId, place = row.placeId, seal = '', isSealWhole, note = '', file, bundle, set = {} }: Event): Promise<{ changes: Change<{ id: string }>[]; after: Bare }> {
  const last = await tx.selectFrom('exhibits.custody').select('at').where('exhibitId', '=', row.id).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const [id, seq, at] = [uuidv7(), row.events + 1, later(ctx.now().toISOString(), last?.at)];
  const isFirst = seq === 1;
  const [holderBefore, placeBefore] = isFirst ? [null, null] : [row.holderId, row.placeId];
  await tx.insertInto('exhibits.custody').values({ id, exhibitId: row.id, seq, at, kind, actorId: ctx.personId, holder, holderBefore, place, placeBefore, seal, isSealWhole: isSealWhole ?? null, note, fileId: file?.id ?? null, bundleId: bundle?.id ?? null }).execute();
  const changed = { ...set, holderId: holder, placeId: place, events: seq, version: isFirst ? row.version : row.version + 1 };
  await tx.updateTable('exhibits.exhibit').set(changed).where('id', '=', row.id).execute();
  const after = { ...row, ...changed };
  const said = { id, seq, at, kind, holder, holderBefore, place, placeBefore, seal: seal || null, isSealWhole: isSealWhole ?? null, note: note || null, file: file ?? null, bundle: bundle ?? null };
  const event: Change<{ id: string }> = { verb: kind, before: null, after: said, of: ofExhibit(row), erasable: ['note'] };
  const header: Change<{ id: string }>[] = set.state !== undefined && set.state !== row.state ? [{ verb: 'changed', before: { id: row.id, state: row.state } as { id: string }, after: { id: row.id, state: set.state } as { id: string }, header: headerOf(after) }] : [];
  return { changes: [event, ...header], after };
}

/** Changes one exhibit by an event of its custody. */
export function byEvent(ctx: Ctx, permission: string, id: string, work: (tx: Tx, row: Bare) => Promise<Event | null>): Promise<Standing> {
  return exhibits.writeMany(ctx, permission, async (tx) => {
    const row = await holdExhibit(tx, id, permission);
    const event = await work(tx, row);
    if (!event) return { changes: [], result: standingOf(row) };
    const { changes, after } = await enter(ctx, tx, row, event);
    return { changes, result: standingOf(after) };
  });
}

export async function checkPlace(tx: Tx, placeId: string | null): Promise<void> {
  if (placeId !== null && !(await tx.selectFrom('exhibits.place').select('id').where('id', '=', placeId).executeTakeFirst())) throw refuse('no_such_place', 'Choose a place of the store.', '/placeId');
}

export const nextNumber = async (ctx: Ctx, tx: Tx, prefix: 'EXH' | 'BND'): Promise<string> => {
  const { rows: [found] } = await sql<{ number: string }>`select platform.next_number(${prefix}, ${ctx.now().getUTCFullYear()}::int) as number`.execute(tx);
  return found?.number ?? '';
};
