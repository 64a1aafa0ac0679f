import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { about, directory, KEEP, type Tx } from './rows.ts';

/** Where a directory sends what it says. */
export const scimAddress = (): string => `${readConfig().publicUrl}/scim/v2`;

async function checkKeepsAll(tx: Tx): Promise<void> {
  const [row] = await tx.selectNoFrom(sql<boolean>`access.org_may(${KEEP})`.as('may')).execute();
  if (!row?.may) throw notAllowed(KEEP);
}

/** The directory of a path, for who may keep it; throws 404, 403. */
export async function keptDirectory(tx: Tx, id: string): Promise<{ id: string; name: string; adopts: boolean; isOn: boolean }> {
  const found = await tx.selectFrom('directory.directory').select(['id', 'name', 'adopts', 'isOn']).where('id', '=', id).executeTakeFirst();
  if (!found) throw notFound();
  await checkKeepsAll(tx);
  return found;
}

export async function listDirectories(ctx: Ctx): Promise<Reply<typeof contract.listDirectories>> {
  const [rows, keys] = await directory.readAll(ctx, KEEP, (db) => [
    db.selectFrom('directory.directory as d').innerJoin('access.person as by', 'by.id', 'd.madeBy').select((eb) => [
      'd.id', 'd.name', 'd.providerId', 'd.subjectFrom', 'd.adopts', 'd.isOn', 'd.madeAt', 'by.name as madeBy', sql<string | null>`(select p.name from identity.provider p where p.id = d.provider_id)`.as('provider'),
      eb.selectFrom('directory.person as p').select(sql<number>`count(*)::int`.as('n')).whereRef('p.directoryId', '=', 'd.id').where('p.goneAt', 'is', null).as('people'),
      eb.selectFrom('directory.group as g').select(sql<number>`count(*)::int`.as('n')).whereRef('g.directoryId', '=', 'd.id').where('g.goneAt', 'is', null).as('groups'),
      eb.selectFrom('directory.arrival as a').select(({ fn }) => fn.max('a.at').as('at')).whereRef('a.directoryId', '=', 'd.id').as('lastAt'),
    ]).orderBy('d.name').limit(50),
    db.selectFrom('directory.key as k').innerJoin('access.session as s', 's.personId', 'k.serviceId').select(['k.directoryId', 's.id', 's.label as name', 's.createdAt', 's.lastSeenAt', sql<string | null>`nullif(s.expires_at, 'infinity')`.as('until')]).orderBy('s.createdAt').limit(500),
  ]);
  const items = rows.map((row) => ({ ...row, people: row.people ?? 0, groups: row.groups ?? 0, keys: keys.filter((key) => key.directoryId === row.id).map(({ directoryId: _of, ...key }) => key) }));
  return { items, address: scimAddress() };
}

export async function addDirectory(ctx: Ctx, { name, providerId, subjectFrom, adopts }: Input<typeof contract.addDirectory>): Promise<Reply<typeof contract.addDirectory>> {
  if ((providerId === null) !== (subjectFrom === 'none')) {
    const detail = providerId === null ? 'Choose the provider whose subject it is.' : 'Say which of what the directory sends is the subject of that provider.';
    throw new Problem('refused', 'directory.subject', detail, { errors: [{ pointer: providerId === null ? '/providerId' : '/subjectFrom', detail }] });
  }
  const id = uuidv7();
  return directory.writeMany(ctx, KEEP, async (tx) => {
    await checkKeepsAll(tx);
    await sql`select directory.add(${id}::uuid, ${name}, ${providerId}::uuid, ${subjectFrom}, ${adopts})`.execute(tx).catch(noSuchProvider);
    return { changes: [about(id, 'added', { name, providerId, subjectFrom, adopts })], result: { id } };
  });
}

function noSuchProvider(error: unknown): never {
  if ((error as { code?: string }).code !== '23503') throw error;
  throw new Problem('refused', 'directory.no_such_provider', 'There is no such provider.', { errors: [{ pointer: '/providerId', detail: 'Choose one of the providers.' }] });
}

export async function changeDirectory(ctx: Ctx, { id, ...asked }: Input<typeof contract.changeDirectory>): Promise<Reply<typeof contract.changeDirectory>> {
  return directory.writeMany(ctx, KEEP, async (tx) => {
    const before = await keptDirectory(tx, id);
    const facts = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    await tx.updateTable('directory.directory').set({ ...facts, changedAt: ctx.now().toISOString() }).where('id', '=', id).execute();
    return { changes: [{ ...about(id, 'changed', { ...before, ...facts }), before }], result: { id } };
  });
}

export async function addDirectoryKey(ctx: Ctx, { id, name, until }: Input<typeof contract.addDirectoryKey>): Promise<Reply<typeof contract.addDirectoryKey>> {
  if (until !== undefined && Date.parse(until) <= ctx.now().getTime()) throw new Problem('refused', 'directory.key_end', 'A key must end later than now.', { errors: [{ pointer: '/until', detail: 'Choose a later time.' }] });
  const secret = `ps_${randomBytes(32).toString('base64url')}`;
  const [keyId, serviceId] = [uuidv7(), uuidv7()];
  const made = await directory.writeMany(ctx, KEEP, async (tx) => {
    await keptDirectory(tx, id);
    await sql`select directory.add_key(${id}::uuid, ${keyId}::uuid, ${serviceId}::uuid, ${hashToken(secret)}, ${name}, ${until ?? 'infinity'}::timestamptz)`.execute(tx);
    return { changes: [about(id, 'key-made', { keyId, name, until: until ?? null })], result: { id: keyId, secret: null } };
  });
  return { ...made, secret };
}

export async function endDirectoryKey(ctx: Ctx, { id, rowId }: Input<typeof contract.endDirectoryKey>): Promise<Reply<typeof contract.endDirectoryKey>> {
  return directory.writeMany(ctx, KEEP, async (tx) => {
    await keptDirectory(tx, id);
    const [row] = await tx.selectNoFrom(sql<string | null>`directory.end_key(${id}::uuid, ${rowId}::uuid)`.as('serviceId')).execute();
    if (!row?.serviceId) throw new Problem('conflict', 'directory.key_ended', 'This key has ended already.');
    return { changes: [about(id, 'key-ended', { keyId: rowId })], result: { ended: true } };
  });
}

const SHOWN = 200;

export async function listArrivals(ctx: Ctx, { id, refused }: Input<typeof contract.listArrivals>): Promise<Reply<typeof contract.listArrivals>> {
  const [found, items] = await directory.readAll(ctx, KEEP, (db) => [
    db.selectFrom('directory.directory').select('id').where('id', '=', id),
    db.selectFrom('directory.arrival').select(['id', 'at', 'what', 'about', 'status', 'why']).where('directoryId', '=', id).where((where) => (refused === 'true' ? where('status', '>=', 400) : sql<boolean>`true`)).orderBy('at', 'desc').orderBy('id', 'desc').limit(SHOWN),
  ]);
  if (found.length === 0) throw notFound();
  return { items };
}
