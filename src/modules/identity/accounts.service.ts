import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, checkReach, endSessionsOf, identity, notYourself, type Tx } from './change.ts';
import type * as contract from './contract.ts';
import { insertGrant } from './grants.service.ts';
import { hashNewPassword } from './new-password.service.ts';
import { hashPassword } from './password.ts';

export async function setupState(ctx: Ctx): Promise<Reply<typeof contract.setupState>> {
  const [answer] = await ctx.db.send([{ text: 'select not identity.is_founded() as needed', values: [] }]);
  return { needed: answer?.rows[0]?.['needed'] === true };
}

/** Founds the organisation with its first administrator, once. A password that the machine's owner gives unattended (`isGiven`) is taken as it is. */
export async function setup(ctx: Ctx, { organisation, name, email, password, isDemo = false, isGiven = false }: Input<typeof contract.setup> & { isDemo?: boolean; isGiven?: boolean }): Promise<Reply<typeof contract.setup>> {
  if (!(await setupState(ctx)).needed) throw new Problem('conflict', 'identity.founded', 'This installation has its first administrator already. Sign in.');
  const door = await actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId);
  const passwordHash = await (isGiven ? hashPassword(password) : hashNewPassword(door, password, { names: [organisation, name, email] }));
  const personId = uuidv7();
  return identity.writeMany(door, 'identity:found', async (tx) => {
    const organisationId = uuidv7();
    await tx.insertInto('identity.organisation').values({ id: organisationId, name: organisation, isDemo, foundedAt: door.now().toISOString() }).execute();
    await insertAccount(tx, { personId, name, email, passwordHash });
    const grantId = await insertGrant(door, tx, { personId, roleKey: FIRST_ROLE, siteId: null, until: undefined, reason: 'First administrator' });
    return { changes: [about(organisationId, 'founded', { organisation }), about(personId, 'account-made', { name }), about(personId, 'granted', { grantId, roleKey: FIRST_ROLE })], result: { personId } };
  });
}

const FIRST_ROLE = 'system-administrator';

async function insertAccount(tx: Tx, { personId, name, email, passwordHash }: { personId: string; name: string; email: string | null; passwordHash: string | null }): Promise<void> {
  await tx.insertInto('access.person').values({ id: personId, kind: 'human', name, state: passwordHash ? 'active' : 'invited' }).execute();
  if (email) await tx.insertInto('identity.credential').values({ personId, email: email.trim().toLowerCase(), passwordHash }).execute().catch(emailTaken);
}

function emailTaken(error: unknown): never {
  if ((error as { code?: string }).code !== '23505') throw error;
  throw new Problem('conflict', 'identity.email_taken', 'Somebody signs in with this address already.', { errors: [{ pointer: '/email', detail: 'Somebody signs in with this address already.' }] });
}

/** Makes a person who may sign in; for the module people and the command line. */
export async function createAccount(ctx: Ctx, { name, email, password }: { name: string; email: string | null; password: string | null }): Promise<{ id: string }> {
  const passwordHash = password === null ? null : await hashNewPassword(ctx, password, { names: [name, email], pointer: '/signIn/password' });
  const personId = uuidv7();
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await insertAccount(tx, { personId, name, email, passwordHash });
    return { changes: [about(personId, 'account-made', { name })], result: { id: personId } };
  });
}

/** Gives a person a new password by another's hand: their sessions end and walls are closed to them until a member lets them in again. */
export async function resetPassword(ctx: Ctx, { personId, password }: { personId: string; password: string }): Promise<{ id: string }> {
  if (personId === ctx.personId) throw notYourself('Change your own password under My account, where the present one is asked for.');
  const passwordHash = await hashNewPassword(ctx, password, { personId });
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await checkReach(tx, personId);
    const changed = await tx.updateTable('identity.credential').set({ passwordHash, changedAt: ctx.now().toISOString(), changedBy: ctx.personId }).where('personId', '=', personId).executeTakeFirst();
    if (changed.numUpdatedRows === 0n) throw new Problem('refused', 'identity.no_sign_in', 'This person has no address to sign in with. Give one first.');
    await nowActive(tx, personId);
    await endSessionsOf(tx, personId);
    return { changes: [about(personId, 'password-reset')], result: { id: personId } };
  });
}

/** Gives a person an address to sign in with, or another one; with a password they may sign in at once. Walls close as for a reset. */
export async function setSignIn(ctx: Ctx, { personId, email, password }: { personId: string; email: string; password: string | null }): Promise<{ id: string }> {
  if (personId === ctx.personId) throw notYourself('Nobody changes their own address to sign in with. Ask another administrator.');
  const passwordHash = password === null ? null : await hashNewPassword(ctx, password, { personId, names: [email] });
  const address = email.trim().toLowerCase();
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await checkReach(tx, personId);
    const set = { email: address, ...(passwordHash ? { passwordHash } : {}), changedAt: ctx.now().toISOString(), changedBy: ctx.personId };
    const changed = await tx.updateTable('identity.credential').set(set).where('personId', '=', personId).executeTakeFirst().catch(emailTaken);
    if (changed.numUpdatedRows === 0n) await tx.insertInto('identity.credential').values({ personId, email: address, passwordHash, changedBy: ctx.personId }).execute().catch(emailTaken);
    if (passwordHash) await nowActive(tx, personId);
    await endSessionsOf(tx, personId);
    return { changes: [about(personId, 'sign-in-set', { withPassword: passwordHash !== null })], result: { id: personId } };
  });
}

const nowActive = (tx: Tx, personId: string) => tx.updateTable('access.person').set({ state: 'active' }).where('id', '=', personId).where('state', '=', 'invited').execute();

/** How a person signs in and why they are in their state; null where nothing is known or the reader does not administer sign-ins. */
export async function signInOf(ctx: Ctx, personId: string): Promise<{ signIn: { email: string; changedAt: string; changedBy: string | null } | null; turn: { state: string; reason: string; at: string; by: string } | null }> {
  const [credentials, turns] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('identity.credential as c').leftJoin('access.person as by', 'by.id', 'c.changedBy').select(['c.email', 'c.changedAt', 'by.name as changedBy']).where('c.personId', '=', personId),
    db.selectFrom('identity.turn as t').innerJoin('access.person as by', 'by.id', 't.byId').select(['t.state', 't.reason', 't.at', 'by.name as by']).where('t.personId', '=', personId),
  ]);
  return { signIn: credentials[0] ?? null, turn: turns[0] ?? null };
}

/** Takes away the waiting time after wrong passwords. */
export async function unlock(ctx: Ctx, email: string): Promise<void> {
  await identity.writeMany(ctx, 'identity:authenticate', async (tx) => {
    await tx.deleteFrom('identity.attempt').where('key', '=', `mail:${email.trim().toLowerCase()}`).execute();
    return { changes: [about(ctx.personId, 'unlocked')], result: null };
  });
}

/** The person who signs in with this address. */
export async function findAccount(ctx: Ctx, email: string): Promise<{ personId: string }> {
  const found = await identity.read(ctx, 'identity:read').selectFrom('identity.credential').select('personId').where('email', '=', email.trim().toLowerCase()).executeTakeFirst();
  if (!found) throw notFound();
  return found;
}

export async function me(ctx: Ctx): Promise<Reply<typeof contract.me>> {
  const [people, roles, permissions, organisations, lenses, seen] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('access.person as p').leftJoin('identity.credential as c', 'c.personId', 'p.id').select(['p.id', 'p.name', 'c.email']).where('p.id', '=', ctx.reader.viewerId ?? sql<string>`access.me()`),
    db.selectFrom('access.grant as g').innerJoin('access.role as r', 'r.id', 'g.roleId').select(['r.key', 'r.title']).distinct()
      .where('g.personId', '=', sql<string>`access.me()`).where('g.since', '<=', sql<string>`now()`).where('g.until', '>', sql<string>`now()`),
    db.selectFrom('access.grant as g').innerJoin('access.rolePermission as rp', 'rp.roleId', 'g.roleId').select('rp.permission').distinct()
      .where('g.personId', '=', sql<string>`access.me()`).where('g.since', '<=', sql<string>`now()`).where('g.until', '>', sql<string>`now()`),
    db.selectFrom('identity.organisation').select(['name', 'isDemo']),
    db.selectFrom('access.lens').select(['title', 'place', 'until', sql<boolean>`as_person is not null`.as('isPerson')]).where('id', '=', sql<string>`access.me()`),
    db.selectFrom('access.lensGrant as g').innerJoin('access.rolePermission as rp', 'rp.roleId', 'g.roleId').select('rp.permission').distinct()
      .where('g.lensId', '=', sql<string>`access.me()`).where('g.since', '<=', sql<string>`now()`).where('g.until', '>', sql<string>`now()`),
  ]);
  const person = people[0];
  if (!person) throw notFound();
  const { name = '', isDemo = false } = organisations[0] ?? {};
  return { personId: person.id, name: person.name, email: person.email, roles, permissions: [...permissions, ...seen].map((row) => row.permission).sort(), organisation: name, demo: isDemo, seeingAs: lenses[0] ?? null };
}

/** The organisation of this installation, as every person here may know it. */
export async function organisationOf(ctx: Ctx): Promise<{ name: string; isDemo: boolean }> {
  return (await identity.read(ctx, '').selectFrom('identity.organisation').select(['name', 'isDemo']).executeTakeFirst()) ?? { name: '', isDemo: false };
}
