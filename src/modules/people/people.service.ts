import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import * as identity from '#modules/identity/public.ts';
import { namesOf } from '#modules/sites/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type { Tables as KernelTables } from '#platform/kernel/tables.gen.ts';
import { readWordCursor, wordCursorAfter } from '#platform/kernel/word-cursor.ts';
import type * as contract from './contract.ts';
import type { Person } from './contract.ts';
import { administered } from './sign-in.service.ts';
import type { Tables } from './tables.gen.ts';

const people = store<Tables>('people');
type Tx = Parameters<Parameters<typeof people.writeMany>[2]>[0];
type Db = Pick<Parameters<Parameters<typeof people.readAll>[2]>[0], 'selectFrom'>;

const COLUMNS = ['a.id', 'a.name', 'a.state', 'p.title', 'p.department', 'p.employer', 'p.email', 'p.phone', 'p.siteId', 'p.createdAt', 'p.version'] as const;
const rows = (db: Db) => db.selectFrom('people.person as p').innerJoin('access.person as a', 'a.id', 'p.id').select(COLUMNS);

type Row = Omit<Person, 'site'>;
type Where = ExpressionBuilder<{ p: Tables['people.person']; a: KernelTables['access.person'] }, 'p' | 'a'>;

const containing = (words: string) => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

const fits = ({ state, siteId, q }: { state?: Person['state'] | undefined; siteId?: string | undefined; q?: string | undefined }) => (where: Where) =>
  where.and([
    ...(state ? [where('a.state', '=', state)] : []),
    ...(siteId ? [sql<boolean>`exists (select from access.site top join access.site home on home.path operator(public.<@) top.path where top.id = ${siteId} and home.id = p.site_id)`] : []),
    ...(q ? [where.or((['a.name', 'p.title', 'p.department', 'p.employer', 'p.email'] as const).map((column) => where(column, 'ilike', containing(q))))] : []),
  ]);

async function withSites<R extends Row>(ctx: Ctx, found: readonly R[]): Promise<(R & { site: string | null })[]> {
  const names = await namesOf(ctx, found.map((row) => row.siteId));
  return found.map((row) => ({ ...row, site: (row.siteId && names.get(row.siteId)?.name) ?? null }));
}

export async function listPeople(ctx: Ctx, { after, limit, ...filters }: Input<typeof contract.listPeople>): Promise<Reply<typeof contract.listPeople>> {
  const place = after === undefined ? null : readWordCursor(after);
  const [found, counted] = await people.readAll(ctx, 'people:read', (db) => [
    rows(db).where(fits(filters)).where((where) => (place ? where(where.refTuple('a.name', 'a.id'), '>', where.tuple(place.word, place.id)) : sql<boolean>`true`)).orderBy('a.name').orderBy('a.id').limit(limit),
    db.selectFrom('people.person as p').innerJoin('access.person as a', 'a.id', 'p.id').select((eb) => eb.fn.countAll<number>().as('n')).where(fits(filters)),
  ]);
  const last = found.at(-1);
  return { items: await withSites(ctx, found), next: last && found.length === limit ? wordCursorAfter(last.name, last.id) : null, total: counted[0]?.n ?? 0 };
}

export async function findNames(ctx: Ctx, { q, limit }: Input<typeof contract.findNames>): Promise<Reply<typeof contract.findNames>> {
  const items = await people.read(ctx, '').selectFrom('access.person').select(['id', 'name']).where('kind', '=', 'human').where('state', '=', 'active')
    .where((where) => (q ? where('name', 'ilike', containing(q)) : sql<boolean>`true`))
    // A machine's key chooses nobody: it learns names only where it may read the register.
    .where(sql<boolean>`(exists (select from access.person p where p.id = (select access.me()) and p.kind = 'human') or (select access.holds((select access.me()), 'people:read')))`)
    .orderBy('name').orderBy('id').limit(limit).execute();
  return { items };
}

const seen = (db: Db, id: string): Promise<Row | undefined> => rows(db).where('p.id', '=', id).executeTakeFirst();

/** People whom the reader sees by their ids, or by the e-mail that is known of them, in small letters. Joins an open transaction. */
export async function peopleBy(ctx: Ctx, { ids, emails }: { ids: readonly string[]; emails: readonly string[] }): Promise<Row[]> {
  return rows(people.read(ctx)).where(sql<boolean>`(p.id = any (${ids}::uuid[]) or lower(p.email) = any (${emails}::text[]))`).execute();
}

async function withSite(ctx: Ctx, row: Row | undefined): Promise<Person> {
  const [person] = row ? await withSites(ctx, [row]) : [];
  if (!person) throw notFound();
  return person;
}

export async function readPerson(ctx: Ctx, { id }: Input<typeof contract.readPerson>): Promise<Reply<typeof contract.readPerson>> {
  const person = await withSite(ctx, await seen(people.read(ctx), id));
  const [signIn, manager] = await Promise.all([identity.signInOf(ctx, id), identity.managerOf(ctx, id)]);
  return { ...person, ...signIn, manager };
}

/** Name, e-mail and telephone may have to be erased one day; the ledger keeps only their salted hashes. */
const changeOf = (verb: string, before: Row | null, after: Row): Change<Row> => ({
  verb, before, after, erasable: ['name', 'email', 'phone', 'title', 'department', 'employer'],
  header: { kind: 'people.person', number: null, title: after.name, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'people:read', at: after.createdAt },
  words: [after.name, after.title, after.department, after.employer, after.email ?? ''].join(' '),
});

export async function addPerson(ctx: Ctx, { name, signIn, ...facts }: Input<typeof contract.addPerson>): Promise<Person> {
  return people.writeMany(ctx, 'people:write', async (tx) => {
    const id = signIn ? (await identity.createAccount(ctx, { name, ...signIn })).id : await insertPerson(tx, name);
    await tx.insertInto('people.person').values({ id, ...facts, email: facts.email ?? signIn?.email ?? null }).execute();
    const after = await seen(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf('added', null, after)], result: await withSite(ctx, after) };
  });
}

async function insertPerson(tx: Tx, name: string): Promise<string> {
  const id = uuidv7();
  await tx.insertInto('access.person').values({ id, kind: 'human', name, state: 'invited' }).execute();
  return id;
}

const changedMeanwhile = (): Problem => new Problem('stale', 'people.changed_meanwhile', 'Somebody changed this person since you read it. Look again, then change it.');

export async function changePerson(ctx: Ctx, { id, ...asked }: Input<typeof contract.changePerson>): Promise<Person> {
  return people.writeMany(ctx, 'people:write', async (tx) => {
    const before = await seen(tx, id);
    if (!before) throw notFound();
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
    const { name, ...facts } = Object.fromEntries(Object.entries(asked).filter(([field, value]) => value !== undefined && value !== before[field as keyof Row])) as typeof asked;
    if (name === undefined && Object.keys(facts).length === 0) return { changes: [], result: await withSite(ctx, before) };
    const updated = await tx.updateTable('people.person').set({ ...facts, changedAt: sql`now()`, version: before.version + 1 }).where('id', '=', id).where('version', '=', before.version).executeTakeFirst();
    if (updated.numUpdatedRows === 0n) throw (await seen(tx, id))?.version === before.version ? notAllowed('people:write') : changedMeanwhile();
    if (name !== undefined) await tx.updateTable('access.person').set({ name }).where('id', '=', id).execute();
    const after = await seen(tx, id);
    if (!after) throw notFound();
    return { changes: [changeOf('changed', before, after)], result: await withSite(ctx, after) };
  });
}

export async function reactivatePerson(ctx: Ctx, { id, reason }: Input<typeof contract.reactivatePerson>): Promise<Reply<typeof contract.reactivatePerson>> {
  await administered(ctx, id);
  await identity.changeState(ctx, { personId: id, state: 'active', reason });
  return { id, state: 'active' };
}

const endAs = (state: 'suspended' | 'leaver') => async (ctx: Ctx, { id, reason, handTo }: { id: string; reason: string; handTo: string | null }): Promise<Reply<typeof contract.markLeaver>> => {
  await administered(ctx, id);
  return identity.changeState(ctx, { personId: id, state, reason, handTo });
};
export const suspendPerson = endAs('suspended');
export const markLeaver = endAs('leaver');

/** Who reports to whom counts where nobody who stands in line may be a witness. */
export async function setManager(ctx: Ctx, { id, managerId }: Input<typeof contract.setManager>): Promise<Reply<typeof contract.setManager>> {
  const [row] = await people.read(ctx, 'people:write').selectFrom('people.person as p').select(sql<boolean>`access.may_at(p.site_id, p.wall_id, 'people:write')`.as('may')).where('p.id', '=', id).execute();
  if (!row) throw notFound();
  if (!row.may) throw notAllowed('people:write');
  await identity.setManager(ctx, { personId: id, managerId });
  return { id, managerId };
}

export async function listOpenWork(ctx: Ctx, { id }: Input<typeof contract.listOpenWork>): Promise<Reply<typeof contract.listOpenWork>> {
  await administered(ctx, id);
  return { items: await identity.openWorkOf(ctx, id) };
}

export async function listHandedOver(ctx: Ctx, { id, handoverId }: Input<typeof contract.listHandedOver>): Promise<Reply<typeof contract.listHandedOver>> {
  await administered(ctx, id);
  return { items: await identity.handedOverOf(ctx, id, handoverId) };
}

export async function setSignIn(ctx: Ctx, { id, email, password }: Input<typeof contract.setSignIn>): Promise<Reply<typeof contract.setSignIn>> {
  await administered(ctx, id);
  return identity.setSignIn(ctx, { personId: id, email, password });
}

export async function resetPassword(ctx: Ctx, { id, password }: Input<typeof contract.resetPassword>): Promise<Reply<typeof contract.resetPassword>> {
  await administered(ctx, id);
  return identity.resetPassword(ctx, { personId: id, password });
}
