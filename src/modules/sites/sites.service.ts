import { type ExpressionBuilder, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { toProblem } from '#platform/kernel/db/pool.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, type Header, store } from '#platform/kernel/store.ts';
import { readWordCursor, wordCursorAfter } from '#platform/kernel/word-cursor.ts';
import type * as contract from './contract.ts';
import type { Site } from './contract.ts';
import type { Tables } from './tables.gen.ts';

export const sites = store<Tables>('sites');
export type SitesTx = Parameters<Parameters<typeof sites.writeMany>[2]>[0];

export const COLUMNS = [
  'site.id', 'site.parentId', 'site.above', 'site.code', 'site.name', 'site.kind', 'site.timeZone', 'site.country', 'site.city', 'site.address',
  'site.latitude', 'site.longitude', 'site.state', 'site.createdAt', 'site.changedAt', 'site.version',
] as const;

const headerOf = (site: Site): Header => ({
  kind: 'sites.site', number: null, title: `${site.name} (${site.code})`, state: site.state, siteId: site.id, wallId: null, readPermission: 'sites:read', at: site.createdAt,
});

/** A change of a site with its header and the words to find it by. */
export const changeOf = (verb: string, before: Site | null, after: Site, more: object = {}): Change<Site> => ({
  verb, before, after: { ...after, ...more }, header: headerOf(after), words: [after.code, after.name, after.city, after.country ?? ''].join(' '),
});

type Where = ExpressionBuilder<{ site: Tables['sites.site'] }, 'site'>;

const containing = (words: string) => `%${words.replace(/[\\%_]/g, '\\$&')}%`;

const fits = ({ state, kind, country, under, q }: Omit<Input<typeof contract.listSites>, 'sort' | 'limit'>) => (where: Where) =>
  where.and([
    ...(state ? [where('site.state', '=', state)] : []),
    ...(kind ? [where('site.kind', '=', kind)] : []),
    ...(country ? [where('site.country', '=', country)] : []),
    ...(under ? [sql<boolean>`exists (select from access.site top join access.site own on own.path operator(public.<@) top.path where top.id = ${under} and own.id = site.id)`] : []),
    ...(q ? [where.or((['site.code', 'site.name', 'site.city', 'site.address'] as const).map((column) => where(column, 'ilike', containing(q))))] : []),
  ]);

const beyond = (column: 'site.name' | 'site.code', after: string | undefined) => (where: Where) => {
  if (after === undefined) return sql<boolean>`true`;
  const { word, id } = readWordCursor(after);
  return where(where.refTuple(column, 'site.id'), '>', where.tuple(word, id));
};

export async function listSites(ctx: Ctx, input: Input<typeof contract.listSites>): Promise<Reply<typeof contract.listSites>> {
  const by = `site.${input.sort}` as const;
  const [items, counted] = await sites.readAll(ctx, 'sites:read', (db) => [
    db.selectFrom('sites.site as site').select(COLUMNS).where(fits(input)).where(beyond(by, input.after)).orderBy(by).orderBy('site.id').limit(input.limit),
    db.selectFrom('sites.site as site').select((eb) => eb.fn.countAll<number>().as('n')).where(fits(input)),
  ]);
  const last = items.at(-1);
  return { items, next: last && items.length === input.limit ? wordCursorAfter(last[input.sort], last.id) : null, total: counted[0]?.n ?? 0 };
}

export async function siteTree(ctx: Ctx, { below, state, after, limit }: Input<typeof contract.siteTree>): Promise<Reply<typeof contract.siteTree>> {
  const ofState = state ? sql`and child.state = ${state}` : sql``;
  const items = await sites.read(ctx).selectFrom('sites.site as site')
    .select(['site.id', 'site.parentId', 'site.above', 'site.code', 'site.name', 'site.kind', 'site.timeZone', 'site.state', sql<number>`(select count(*) from sites.site child where child.parent_id = site.id ${ofState})`.as('children')])
    .where(below ? sql<boolean>`site.parent_id = ${below}` : sql<boolean>`not exists (select from sites.site parent where parent.id = site.parent_id)`)
    .where(fits({ state })).where(beyond('site.name', after)).orderBy('site.name').orderBy('site.id').limit(limit).execute();
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? wordCursorAfter(last.name, last.id) : null };
}

export async function readSite(ctx: Ctx, { id }: Input<typeof contract.readSite>): Promise<Site> {
  const site = await sites.read(ctx).selectFrom('sites.site as site').select(COLUMNS).where('site.id', '=', id).executeTakeFirst();
  if (!site) throw notFound();
  return site;
}

const seen = (tx: SitesTx, id: string) => tx.selectFrom('sites.site as site').select(COLUMNS).where('site.id', '=', id).executeTakeFirst();

const refuse = (code: string, detail: string, pointer: string): Problem => new Problem('refused', `sites.${code}`, detail, { errors: [{ pointer, detail }] });

/** The database's refusals that have a plainer word here. */
export function inOurWords(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '23505') return new Problem('conflict', 'sites.code_taken', 'This code is taken. Give another, or change the site that has it.', { errors: [{ pointer: '/code', detail: 'This code is taken.' }] });
  if (code === '23514' && message?.includes('below itself')) return refuse('below_itself', 'A site cannot stand below itself.', '/parentId');
  if (code === '23514' && message?.includes('16 levels')) return refuse('too_deep', 'The tree has at most 16 levels.', '/parentId');
  if (code === '23514' && message?.includes('closed site')) return refuse('closed_above', 'Nothing active stands below a closed site.', '/parentId');
  return error;
}

async function placeAt(tx: SitesTx, parentId: string): Promise<Site> {
  const parent = await seen(tx, parentId);
  if (!parent) throw toProblem({ code: '23503' });
  return parent;
}

export async function addSite(ctx: Ctx, input: Input<typeof contract.addSite>): Promise<Site> {
  checkPosition(input);
  return sites.write(ctx, 'sites:write', async (tx) => {
    const parent = input.parentId === null ? null : await placeAt(tx, input.parentId);
    const timeZone = input.timeZone ?? parent?.timeZone;
    if (!timeZone) throw refuse('time_zone', 'Name the time zone; only a site below another takes it from there.', '/timeZone');
    const id = uuidv7();
    const country = input.country === undefined ? (parent?.country ?? null) : input.country;
    await tx.insertInto('sites.site').values({ ...input, id, timeZone, country }).execute().catch((error: unknown) => {
      throw inOurWords(error);
    });
    const after = await seen(tx, id);
    if (!after) throw notFound();
    return changeOf('added', null, after);
  });
}

function checkPosition({ latitude, longitude }: { latitude: number | null; longitude: number | null }): void {
  if ((latitude === null) !== (longitude === null)) throw refuse('half_a_position', 'Latitude and longitude stand together or not at all.', latitude === null ? '/latitude' : '/longitude');
}

export const changedMeanwhile = (): Problem => new Problem('stale', 'sites.changed_meanwhile', 'Somebody changed this site since you read it. Look at it again, then change it.');

/** Brings a site from `before` to `values`; a lost race is told, and a site that is seen but not the writer's is 403. */
async function updateSite(tx: SitesTx, permission: string, before: Site, values: Partial<Site>): Promise<Site> {
  const updated = await tx.updateTable('sites.site').set({ ...values, changedAt: sql`now()`, version: before.version + 1 }).where('id', '=', before.id).where('version', '=', before.version).executeTakeFirst().catch((error: unknown) => {
    throw inOurWords(error);
  });
  const after = await seen(tx, before.id);
  if (!after) throw notFound();
  if (updated.numUpdatedRows === 0n) throw after.version === before.version ? notAllowed(permission) : changedMeanwhile();
  return after;
}

async function toBeChanged(ctx: Ctx, tx: SitesTx, id: string): Promise<Site> {
  const before = await seen(tx, id);
  if (!before) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
  return before;
}

export async function changeSite(ctx: Ctx, { id, ...asked }: Input<typeof contract.changeSite>): Promise<Site> {
  return sites.writeMany(ctx, 'sites:write', async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    const values = Object.fromEntries(Object.entries(asked).filter(([field, value]) => value !== undefined && value !== before[field as keyof Site])) as Partial<Site>;
    if (Object.keys(values).length === 0) return { changes: [], result: before };
    checkPosition({ ...before, ...values });
    if (values.parentId) await placeAt(tx, values.parentId);
    const after = await updateSite(tx, 'sites:write', before, values);
    return { changes: [changeOf(values.parentId === undefined ? 'changed' : 'moved', before, after)], result: after };
  });
}

export async function closeSite(ctx: Ctx, { id, reason }: Input<typeof contract.closeSite>): Promise<Site> {
  return turn(ctx, id, 'closed', reason, async (tx) => {
    const below = await tx.selectFrom('sites.site').select('name').where('parentId', '=', id).where('state', '=', 'active').orderBy('name').limit(4).execute();
    if (below.length > 0) throw new Problem('refused', 'sites.active_below', `Close what stands below it first: ${below.slice(0, 3).map((site) => site.name).join(', ')}${below.length > 3 ? ' and more' : ''}.`);
  });
}

export const reopenSite = (ctx: Ctx, { id, reason }: Input<typeof contract.reopenSite>): Promise<Site> => turn(ctx, id, 'active', reason, async () => undefined);

async function turn(ctx: Ctx, id: string, state: Site['state'], reason: string, check: (tx: SitesTx) => Promise<void>): Promise<Site> {
  return sites.writeMany(ctx, 'sites:write', async (tx) => {
    const before = await toBeChanged(ctx, tx, id);
    if (before.state === state) throw new Problem('conflict', 'sites.already', state === 'closed' ? 'This site is closed already.' : 'This site is active already.');
    await check(tx);
    const after = await updateSite(tx, 'sites:write', before, { state });
    return { changes: [changeOf(state === 'closed' ? 'closed' : 'reopened', before, after, { reason })], result: after };
  });
}
