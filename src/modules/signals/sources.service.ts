import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { type NewSource, Source, type Stranger } from './contract.ts';
import { keyBits } from './rules.ts';
import { sealKey } from './sealed-keys.ts';
import type { Tables } from './tables.gen.ts';

const signals = store<Tables>('signals');
const COLUMNS = ['s.id', 's.ref', 's.protocol', 's.account', 's.name', 's.siteId', 's.state', 's.createdAt', 's.version', 's.keyBits', 's.keyAt', 's.superviseS', 's.supervisedAt', 'h.silentSince', 'h.at as heardAt', 'h.remote as heardFrom', 'h.missing', 'h.missingAt', 'h.refusedAt', 'h.refusedFrom', 'h.refusedWhy'] as const;
const ROW = ['id', 'ref', 'protocol', 'account', 'name', 'siteId', 'state', 'createdAt', 'version', 'keyBits', 'keyAt', 'superviseS', 'supervisedAt'] as const;
const A_BATCH = 1000;

type Tx = Parameters<Parameters<typeof signals.writeMany>[2]>[0];

const changed = (verb: string, before: Partial<Source> | null, after: Source): Change<Source> => ({
  verb, before, after,
  header: { kind: 'signals.source', number: null, title: after.name, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'signals:read', at: after.createdAt },
  words: `${after.name} ${after.account}`,
});

const UNHEARD = { heardAt: null, heardFrom: null, silentSince: null, missing: 0, missingAt: null, refusedAt: null, refusedFrom: null, refusedWhy: null } as const;
const unheard = (row: Omit<Source, keyof typeof UNHEARD>): Source => ({ ...row, ...UNHEARD });

/** What of a key everybody may know. */
const keyFacts = (key: string | null | undefined, at: string) => (key ? { keyBits: keyBits(key), keyAt: at } : { keyBits: null, keyAt: null });

const watchFacts = (superviseS: number | null | undefined, at: string) => (superviseS ? { superviseS, supervisedAt: at } : { superviseS: null, supervisedAt: null });

async function addKeys(tx: Tx, keys: readonly { sourceId: string; key: string }[]): Promise<void> {
  if (keys.length > 0) await tx.insertInto('signals.sourceKey').values(keys.map(({ sourceId, key }) => ({ sourceId, sealed: sealKey(sourceId, key) }))).execute();
}

async function changeKey(tx: Tx, sourceId: string, key: string | null): Promise<void> {
  const { numUpdatedRows } = await tx.updateTable('signals.sourceKey').set({ sealed: key === null ? null : sealKey(sourceId, key) }).where('sourceId', '=', sourceId).executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n && key !== null) await addKeys(tx, [{ sourceId, key }]);
}

/** Adds sources, all or none; an account that is taken already is named. */
export async function addSources(ctx: Ctx, input: NewSource | { items: NewSource[] }): Promise<Reply<typeof contract.addSources>> {
  const wanted = 'items' in input ? input.items : [input];
  return signals.writeMany(ctx, 'signals:sources', async (tx) => {
    const made: Source[] = [];
    for (let at = 0; at < wanted.length; at += A_BATCH) {
      const now = ctx.now().toISOString();
      const batch = wanted.slice(at, at + A_BATCH).map((source) => ({ key: null, superviseS: null, ...source, account: source.account ?? secretAddress(), id: uuidv7() }));
      const rows = batch.map(({ key, ...source }) => ({ ...source, ...keyFacts(key, now), ...watchFacts(source.superviseS, now), changedAt: now }));
      await refuseTaken(tx, rows);
      made.push(...(await tx.insertInto('signals.source').values(rows).returning(ROW).execute()).map(unheard));
      await addKeys(tx, batch.flatMap(({ id, key }) => (key ? [{ sourceId: id, key }] : [])));
    }
    return { changes: made.map((source) => changed('source-added', null, source)), result: 'items' in input ? { items: made } : (made[0] as Source) };
  });
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** The part before the @ of an address that nobody guesses: 120 bits. */
const secretAddress = (): string => [...randomBytes(24)].map((byte) => BASE32[byte & 31]).join('');

async function refuseTaken(tx: Tx, wanted: readonly { protocol: string; account: string }[]): Promise<void> {
  const pairs = new Set(wanted.map(({ protocol, account }) => `${protocol} ${account}`));
  const accounts = wanted.map(({ account }) => account);
  const doubles = pairs.size < wanted.length ? accounts.filter((account, i) => accounts.indexOf(account) !== i) : [];
  const taken = doubles.length > 0 ? doubles : (await tx.selectFrom('signals.source').select(['protocol', 'account']).where('account', 'in', accounts).where('state', '=', 'active').execute()).filter((row) => pairs.has(`${row.protocol} ${row.account}`)).map((row) => row.account);
  if (taken.length > 0) throw new Problem('conflict', 'signals.account_taken', `These accounts have a source already: ${[...new Set(taken)].slice(0, 20).join(', ')}. Retire the old one first, or leave them out.`);
}

export async function listSources(ctx: Ctx, { q, siteId, account, after, limit }: Input<typeof contract.listSources>): Promise<Reply<typeof contract.listSources>> {
  let query = signals.read(ctx).selectFrom('signals.source as s').leftJoin('signals.heard as h', 'h.sourceRef', 's.ref').select(COLUMNS).where('s.state', '=', 'active').orderBy('s.name').orderBy('s.id').limit(limit);
  if (q) query = query.where((eb) => eb.or([eb('s.name', 'ilike', `%${q.replace(/[\\%_]/g, '\\$&')}%`), eb('s.account', 'in', spellings(q))]));
  if (siteId) query = query.where('s.siteId', '=', siteId);
  if (account) query = query.where('s.account', 'in', spellings(account));
  if (after) {
    const [name, id] = readCursor(after, 2);
    query = query.where(sql<boolean>`(s.name, s.id) > (${name}, ${id}::uuid)`);
  }
  const items = (await query.execute()).map((row) => ({ ...row, missing: row.missing ?? 0 }));
  const last = items.at(-1);
  return { items, next: items.length === limit && last ? makeCursor([last.name, last.id]) : null };
}

/** An account as it may be kept. */
export const spellings = (account: string): string[] => [...new Set([account, account.toUpperCase(), account.toLowerCase()])];

/** A keyset cursor: the sort key of the last row, unreadable on purpose. */
export const makeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

/** Reads a cursor of `length` strings; throws 400 where it is not one of ours. */
export function readCursor(cursor: string, length: number): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string')) return key;
  } catch {
    /* falls through to the problem */
  }
  throw new Problem('invalid', 'platform.bad_cursor', 'This page mark is not one that we gave. Start from the first page.', { errors: [{ pointer: '/after', detail: 'Leave it out to start from the first page.' }] });
}

async function change(ctx: Ctx, id: string, verb: string, set: { name?: string; siteId?: string | null; state?: 'retired'; superviseS?: number | null; supervisedAt?: string | null }, key: string | null | undefined, more: { reason?: string } = {}): Promise<Source> {
  return signals.write(ctx, 'signals:sources', async (tx) => {
    let query = tx.selectFrom('signals.source').select(ROW).where('id', '=', id).where('state', '=', 'active');
    query = query.forUpdate();
    const before = await query.executeTakeFirst();
    if (!before) throw notFound();
    if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'signals.stale', 'Somebody changed this source since you read it. Read it again.');
    const after = await tx.updateTable('signals.source').set((eb) => ({ ...set, ...(key === undefined ? {} : keyFacts(key, ctx.now().toISOString())), version: eb('version', '+', 1), changedAt: ctx.now().toISOString() })).where('id', '=', id).returning(ROW).executeTakeFirstOrThrow();
    if (key !== undefined) await changeKey(tx, id, key);
    return changed(verb, unheard(before), { ...unheard(after), ...more });
  });
}

export const changeSource = (ctx: Ctx, { id, name, siteId, key, superviseS }: Input<typeof contract.changeSource>): Promise<Source> =>
  change(ctx, id, 'source-changed', { ...(name === undefined ? {} : { name }), ...(siteId === undefined ? {} : { siteId }), ...(superviseS === undefined ? {} : watchFacts(superviseS, ctx.now().toISOString())) }, key);

export const retireSource = (ctx: Ctx, { id, reason }: Input<typeof contract.retireSource>): Promise<Source> => change(ctx, id, 'source-retired', { state: 'retired' }, undefined, { reason });

export async function listQuarantine(ctx: Ctx): Promise<Reply<typeof contract.listQuarantine>> {
  const rows = await signals.read(ctx, 'signals:adopt').selectFrom('signals.quarantine')
    .select((eb) => ['protocol', 'account', eb.fn.countAll<number>().as('frames'), eb.fn.min('receivedAt').as('firstAt'), eb.fn.max('receivedAt').as('lastAt'), sql<string>`(array_agg(remote order by id desc))[1]`.as('remote'), sql<Buffer>`(array_agg(raw order by id desc))[1]`.as('lastRaw'), sql<Stranger['why']>`(array_agg(why order by id desc))[1]`.as('why'),
      sql<string | null>`(select s.id from signals.source s where s.protocol = signals.quarantine.protocol and s.account = signals.quarantine.account and s.state = 'active' limit 1)`.as('sourceId')])
    .groupBy(['protocol', 'account']).orderBy('lastAt', 'desc').limit(200).execute();
  return { items: rows.map((row) => ({ ...row, lastRaw: row.lastRaw.toString('latin1').replace(/[^\x20-\x7e]/g, '.') })) };
}

/** The source is made here; the intake process then takes the kept frames in as signals. */
export async function adopt(ctx: Ctx, { protocol, account, name, siteId, ...more }: Input<typeof contract.adopt>): Promise<Source> {
  return signals.write(ctx, 'signals:adopt', async (tx) => {
    await refuseTaken(tx, [{ protocol, account }]);
    const key = 'key' in more ? more.key : null;
    const now = ctx.now().toISOString();
    const row = await tx.insertInto('signals.source').values({ id: uuidv7(), protocol, account, name, siteId, ...keyFacts(key, now), changedAt: now }).returning(ROW).executeTakeFirstOrThrow();
    if (key) await addKeys(tx, [{ sourceId: row.id, key }]);
    return changed('source-adopted', null, unheard(row));
  });
}

export async function listRefusals(ctx: Ctx): Promise<Reply<typeof contract.listRefusals>> {
  const items = await signals.read(ctx, 'signals:sources').selectFrom('signals.refusal').select([sql<string>`day::text`.as('day'), 'kind', 'count']).orderBy('signals.refusal.day', 'desc').orderBy('kind').limit(200).execute();
  return { items };
}
