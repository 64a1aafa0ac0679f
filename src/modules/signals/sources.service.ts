import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Credentials, MadeSource, NewSource, Source, Stranger } from './contract.ts';
import { keyBits } from './rules.ts';
import { secretBytes } from './http/signature.ts';
import { sealCredentials, sealKey, sealSignatureSecret } from './sealed-keys.ts';
import type { Tables } from './tables.gen.ts';

const signals = store<Tables>('signals');
const COLUMNS = ['s.id', 's.ref', 's.protocol', 's.account', 's.name', 's.siteId', 's.state', 's.createdAt', 's.version', 's.keyBits', 's.keyAt', 's.superviseS', 's.supervisedAt', 's.senderId', 's.keyIn', 's.mappingId', 's.signature', 's.isSimulated', 'h.silentSince', 'h.at as heardAt', 'h.remote as heardFrom', 'h.missing', 'h.missingAt', 'h.refusedAt', 'h.refusedFrom', 'h.refusedWhy'] as const;
const ROW = ['id', 'ref', 'protocol', 'account', 'name', 'siteId', 'state', 'createdAt', 'version', 'keyBits', 'keyAt', 'superviseS', 'supervisedAt', 'senderId', 'keyIn', 'mappingId', 'signature', 'isSimulated'] as const;
const A_BATCH = 1000;

export type Tx = Parameters<Parameters<typeof signals.writeMany>[2]>[0];

const changed = (verb: string, before: Partial<Source> | null, after: Source): Change<Source> => ({
  verb, before, after,
  header: { kind: 'signals.source', number: null, title: after.name, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'signals:read', at: after.createdAt },
  words: `${after.name} ${after.account}`,
});

const UNHEARD = { heardAt: null, heardFrom: null, silentSince: null, missing: 0, missingAt: null, refusedAt: null, refusedFrom: null, refusedWhy: null } as const;
type Row = Omit<Source, keyof typeof UNHEARD | 'hasKey' | 'signature'> & { senderId: string | null; signature: unknown };
type Heard = { [K in keyof typeof UNHEARD]: K extends 'missing' ? number | null : string | null };
const toSource = ({ senderId, missing, signature, ...row }: Row & Heard): Source => ({ ...row, signature: signature as Source['signature'], missing: missing ?? 0, hasKey: senderId !== null });
const unheard = (row: Row): Source => toSource({ ...row, ...UNHEARD });

/** What of a key everybody may know. */
const keyFacts = (key: string | null | undefined, at: string) => (key ? { keyBits: keyBits(key), keyAt: at } : { keyBits: null, keyAt: null });

const watchFacts = (superviseS: number | null | undefined, at: string) => (superviseS ? { superviseS, supervisedAt: at } : { superviseS: null, supervisedAt: null });

/** A panel's key, or a camera's name and password. */
type Secret = string | Credentials;
const sealSecret = (sourceId: string, secret: Secret): Buffer => (typeof secret === 'string' ? sealKey(sourceId, secret) : sealCredentials(sourceId, secret));

async function addKeys(tx: Tx, keys: readonly { sourceId: string; key: Secret }[]): Promise<void> {
  if (keys.length > 0) await tx.insertInto('signals.sourceKey').values(keys.map(({ sourceId, key }) => ({ sourceId, sealed: sealSecret(sourceId, key) }))).execute();
}

async function changeKey(tx: Tx, sourceId: string, key: Secret | null): Promise<void> {
  const { numUpdatedRows } = await tx.updateTable('signals.sourceKey').set({ sealed: key === null ? null : sealSecret(sourceId, key) }).where('sourceId', '=', sourceId).executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n && key !== null) await addKeys(tx, [{ sourceId, key }]);
}

/** A camera that says nothing for so long, in seconds, is lost, unless another span is said. */
const CAMERA_SUPERVISION_S = 60;
const spanOf = (source: NewSource): number | null | undefined => ('superviseS' in source && source.superviseS !== undefined ? source.superviseS : source.protocol === 'onvif' ? CAMERA_SUPERVISION_S : null);

/** Adds sources, all or none; an account that is taken already is named. An HTTP source gets its key, which is told once. */
export async function addSources(ctx: Ctx, input: NewSource | { items: NewSource[] }): Promise<Reply<typeof contract.addSources>> {
  const wanted = 'items' in input ? input.items : [input];
  const secrets = wanted.map((source) => (source.protocol === 'http' ? (source.key ?? newSecret()) : null));
  const kept = await signals.writeMany(ctx, 'signals:sources', async (tx) => {
    const made: Source[] = [];
    for (let at = 0; at < wanted.length; at += A_BATCH) made.push(...(await insertSources(ctx, tx, wanted.slice(at, at + A_BATCH))));
    const keyed = made.flatMap((source, i) => (secrets[i] ? [{ source, secret: secrets[i] }] : []));
    for (const { source, secret } of keyed) await makeKey(tx, source.id, secret);
    const keyOf = (source: Source, i: number): Source => ({ ...source, hasKey: secrets[i] !== null });
    const answers = made.map((source, i) => told(keyOf(source, i), null));
    return { changes: made.map((source, i) => changed('source-added', null, keyOf(source, i))), result: 'items' in input ? { items: answers } : (answers[0] as MadeSource) };
  });
  // What is kept of the answer for its Idempotency-Key holds no secret.
  return 'items' in kept ? { items: kept.items.map((source, i) => ({ ...source, secret: secrets[i] ?? null })) } : { ...kept, secret: secrets[0] ?? null };
}

async function insertSources(ctx: Ctx, tx: Tx, wanted: readonly NewSource[]): Promise<Source[]> {
  const now = ctx.now().toISOString();
  const batch = wanted.map((source) => {
    const id = uuidv7();
    const key = source.protocol === 'dc09' ? source.key : undefined;
    const secret: Secret | null | undefined = source.protocol === 'onvif' ? source.credentials : key;
    return { secret, row: { id, protocol: source.protocol, name: source.name, siteId: source.siteId, isSimulated: source.isSimulated ?? false, account: source.account ?? (source.protocol === 'mail' ? secretAddress() : `http-${id.slice(-12)}`), keyIn: source.protocol === 'http' ? source.keyIn : 'header', ...keyFacts(key, now), ...watchFacts(spanOf(source), now), changedAt: now } as const };
  });
  await refuseTaken(tx, batch.map(({ row }) => row));
  const made = await tx.insertInto('signals.source').values(batch.map(({ row }) => row)).returning(ROW).execute();
  await addKeys(tx, batch.flatMap(({ secret, row }) => (secret ? [{ sourceId: row.id, key: secret }] : [])));
  return made.map(unheard);
}

const newSecret = (): string => `pk_${randomBytes(32).toString('base64url')}`;

/** Where a head-end of this source sends to. */
const told = (source: Source, secret: string | null): MadeSource => ({ ...source, secret, address: source.protocol === 'http' ? `${readConfig().publicUrl}/api/signals/webhooks/${source.id}` : null });

const makeKey = (tx: Tx, id: string, secret: string) => sql`select signals.make_source_key(${id}::uuid, ${uuidv7()}::uuid, ${uuidv7()}::uuid, ${hashToken(secret)}::bytea)`.execute(tx).catch(refuseKnownKey);

/** A key chosen by a person may be another's already: nothing more is said of whose. */
function refuseKnownKey(error: unknown): never {
  throw (error as { code?: string }).code === '23505' ? new Problem('refused', 'signals.key_taken', 'Choose another key, or leave it out and one is made.', { errors: [{ pointer: '/key', detail: 'Choose another key.' }] }) : error;
}

/** A new key; the one before it ends at once. */
export async function renewKey(ctx: Ctx, { id, reason }: Input<typeof contract.renewKey>): Promise<MadeSource> {
  const secret = newSecret();
  const made = await signals.writeMany(ctx, 'signals:sources', async (tx) => {
    const before = await lockSource(ctx, tx, id);
    if (before.protocol !== 'http') throw new Problem('refused', 'signals.no_key_here', 'Only a source that sends over HTTP has a key.');
    await makeKey(tx, id, secret);
    const after = { ...unheard(await bumped(ctx, tx, id, {})), reason };
    return { changes: [changed('source-key-made', unheard(before), after)], result: told(after, null) };
  });
  return { ...made, secret };
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
  const items = (await query.execute()).map(toSource);
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

type Set = { name?: string; siteId?: string | null; keyIn?: 'header' | 'address'; state?: 'retired'; mappingId?: string | null; keyBits?: number | null; keyAt?: string | null; superviseS?: number | null; supervisedAt?: string | null; signature?: string | null };

/** The active source of that id, for a change; throws where the writer read an earlier version. */
export async function lockSource(ctx: Ctx, tx: Tx, id: string): Promise<Row> {
  const before = await tx.selectFrom('signals.source').select(ROW).where('id', '=', id).where('state', '=', 'active').forUpdate().executeTakeFirst();
  if (!before) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw new Problem('stale', 'signals.stale', 'Somebody changed this source since you read it. Read it again.');
  return before;
}

const bumped = (ctx: Ctx, tx: Tx, id: string, set: Set): Promise<Row> =>
  tx.updateTable('signals.source').set((eb) => ({ ...set, version: eb('version', '+', 1), changedAt: ctx.now().toISOString() })).where('id', '=', id).returning(ROW).executeTakeFirstOrThrow();

/** Changes a source in the transaction of the caller; answers what is to be recorded. */
export async function changeIn(ctx: Ctx, tx: Tx, { id, verb, set, key, more = {} }: { id: string; verb: string; set: Set; key?: Secret | null | undefined; more?: object }): Promise<Change<Source>> {
  const before = await lockSource(ctx, tx, id);
  if (typeof key === 'string' && before.protocol === 'onvif') throw new Problem('refused', 'signals.no_key_here', 'A camera has a name and password, and no key.', { errors: [{ pointer: '/key', detail: 'Leave it out.' }] });
  if (key && typeof key === 'object' && before.protocol !== 'onvif') throw new Problem('refused', 'signals.no_password_here', 'Only a camera has a name and password.', { errors: [{ pointer: '/credentials', detail: 'Leave it out.' }] });
  if (set.state === 'retired' && before.senderId !== null) await sql`select signals.end_source_key(${id}::uuid)`.execute(tx);
  const after = await bumped(ctx, tx, id, { ...set, ...(key === undefined || before.protocol === 'onvif' ? {} : keyFacts(typeof key === 'string' ? key : null, ctx.now().toISOString())) });
  if (key !== undefined) await changeKey(tx, id, key);
  return changed(verb, unheard(before), { ...unheard(after), ...more });
}

const change = (ctx: Ctx, id: string, verb: string, set: Set, key?: Secret | null, more: { reason?: string } = {}): Promise<Source> => signals.write(ctx, 'signals:sources', (tx) => changeIn(ctx, tx, { id, verb, set, key, more }));

export const changeSource = (ctx: Ctx, { id, name, siteId, keyIn, key, superviseS, credentials }: Input<typeof contract.changeSource>): Promise<Source> =>
  change(ctx, id, 'source-changed', { ...(name !== undefined && { name }), ...(siteId !== undefined && { siteId }), ...(keyIn !== undefined && { keyIn }), ...(superviseS !== undefined && watchFacts(superviseS, ctx.now().toISOString())) }, credentials === undefined ? key : credentials);

export const retireSource = (ctx: Ctx, { id, reason }: Input<typeof contract.retireSource>): Promise<Source> => change(ctx, id, 'source-retired', { state: 'retired' }, undefined, { reason });

/** Retires a simulated source in the caller's transaction; nothing where it is retired already, or is a real one. */
export const retireIn = (ctx: Ctx, id: string, reason: string): Promise<void> =>
  signals.writeMany(ctx, 'signals:sources', async (tx) => {
    const standing = await tx.selectFrom('signals.source').select('id').where('id', '=', id).where('isSimulated', '=', true).where('state', '=', 'active').executeTakeFirst();
    return { changes: standing ? [await changeIn(ctx, tx, { id, verb: 'source-retired', set: { state: 'retired' }, more: { reason } })] : [], result: undefined };
  });

/** Says how a head-end must sign; its secret goes in and never comes out. */
export async function setSignature(ctx: Ctx, { id, signature, secret }: Input<typeof contract.setSignature>): Promise<Source> {
  return signals.write(ctx, 'signals:sources', async (tx) => {
    const before = await lockSource(ctx, tx, id);
    if (before.protocol !== 'http') throw new Problem('refused', 'signals.not_signed', 'Only what comes over HTTP can be signed.');
    const kept = await tx.selectFrom('signals.sourceSignature').select('sourceId').where('sourceId', '=', id).executeTakeFirst();
    if (signature && secret === undefined && (!kept || before.signature === null)) throw new Problem('refused', 'signals.no_secret', 'Say the secret that it signs with.', { errors: [{ pointer: '/secret', detail: 'Say the secret that it signs with.' }] });
    const sealed = signature === null ? null : secret === undefined ? undefined : sealSignatureSecret(id, secretBytes(signature, secret));
    if (sealed !== undefined && kept) await tx.updateTable('signals.sourceSignature').set({ sealed }).where('sourceId', '=', id).execute();
    else if (sealed) await tx.insertInto('signals.sourceSignature').values({ sourceId: id, sealed }).execute();
    const after = await bumped(ctx, tx, id, { signature: signature === null ? null : JSON.stringify(signature) });
    return changed('source-changed', unheard(before), unheard(after));
  });
}

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
