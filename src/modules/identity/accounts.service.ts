import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed, SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { hashToken } from '#platform/kernel/http.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { hashPassword } from './password.ts';
import { brokenSeparation, PERMISSIONS } from './roles.ts';
import type { Tables } from './tables.gen.ts';

const identity = store<Tables>('identity');
const DAY_MS = 86_400_000;

const about = (recordId: string, verb: string, after: object = {}): Change<{ id: string }> => ({
  verb, before: null, after: { id: recordId, ...after }, of: { recordId, siteId: null, wallId: null, readPermission: 'identity:read' },
});

export async function setupState(ctx: Ctx): Promise<Reply<typeof contract.setupState>> {
  const [answer] = await ctx.db.send([{ text: 'select not identity.is_founded() as needed', values: [] }]);
  return { needed: answer?.rows[0]?.['needed'] === true };
}

/** Founds the organisation with its first administrator, once. */
export async function setup(ctx: Ctx, { organisation, name, email, password, isDemo = false }: Input<typeof contract.setup> & { isDemo?: boolean }): Promise<Reply<typeof contract.setup>> {
  if (!(await setupState(ctx)).needed) throw new Problem('conflict', 'identity.founded', 'This installation has its first administrator already. Sign in.');
  const door = await actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId);
  const passwordHash = await hashPassword(password);
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

type Tx = Parameters<Parameters<typeof identity.writeMany>[2]>[0];

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
  const passwordHash = password === null ? null : await hashPassword(password);
  const personId = uuidv7();
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await insertAccount(tx, { personId, name, email, passwordHash });
    return { changes: [about(personId, 'account-made', { name })], result: { id: personId } };
  });
}

/** Nobody changes the sign-in of who holds more than they could give: it would hand them those rights. */
async function checkReach(tx: Tx, personId: string): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ within: boolean }>`(select identity.is_within_reach(${personId}::uuid) as within)`.as('reach')).select('within').execute();
  if (!row?.within) throw new Problem('forbidden', 'identity.beyond_reach', 'This person holds rights beyond yours. Ask an administrator of the whole organisation.');
}

const notYourself = (detail: string): Problem => new Problem('refused', 'identity.not_yourself', detail);

/** Gives a person a new password by another's hand: their sessions end and walls are closed to them until a member lets them in again. */
export async function resetPassword(ctx: Ctx, { personId, password }: { personId: string; password: string }): Promise<{ id: string }> {
  if (personId === ctx.personId) throw notYourself('Change your own password under My account, where the present one is asked for.');
  const passwordHash = await hashPassword(password);
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
  const passwordHash = password === null ? null : await hashPassword(password);
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

const endSessionsOf = (tx: Tx, personId: string) => tx.deleteFrom('access.session').where('personId', '=', personId).execute();

/** From which states a person comes into which. */
const CAME_FROM = { active: ['suspended'], suspended: ['invited', 'active'], leaver: ['invited', 'active', 'suspended'] } as const;
const TURNED = { active: 'reactivated', suspended: 'suspended', leaver: 'left' } as const;

/** Moves a person between the states of access; suspended and leaver end every session and key at once. */
export async function changeState(ctx: Ctx, { personId, state, reason }: { personId: string; state: 'active' | 'suspended' | 'leaver'; reason: string }): Promise<{ id: string; state: string }> {
  if (personId === ctx.personId) throw notYourself('Nobody changes their own state. Ask another administrator.');
  return identity.writeMany(ctx, 'identity:invite', async (tx) => {
    await checkReach(tx, personId);
    const changed = await tx.updateTable('access.person').set({ state }).where('id', '=', personId).where('kind', '=', 'human').where('state', 'in', CAME_FROM[state]).returning('id').executeTakeFirst();
    if (!changed) throw await notThere(tx, personId);
    await tx.insertInto('identity.turn').values({ personId, state, reason, at: ctx.now().toISOString(), byId: ctx.personId })
      .onConflict((conflict) => conflict.column('personId').doUpdateSet((row) => ({ state: row.ref('excluded.state'), reason: row.ref('excluded.reason'), at: row.ref('excluded.at'), byId: row.ref('excluded.byId') }))).execute();
    if (state !== 'active') await endSessionsOf(tx, personId);
    return { changes: [about(personId, TURNED[state], { reason })], result: { id: personId, state } };
  });
}

async function notThere(tx: Tx, personId: string): Promise<Problem> {
  const person = await tx.selectFrom('access.person as p').leftJoin('identity.turn as t', 't.personId', 'p.id').leftJoin('access.person as by', 'by.id', 't.byId').select(['p.state', 'by.name']).where('p.id', '=', personId).where('p.kind', '=', 'human').executeTakeFirst();
  if (!person) return notFound();
  return new Problem('conflict', 'identity.already', `This person is ${person.state} already${person.name ? `, by ${person.name}` : ''}.`, { state: person.state, by: person.name });
}

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
  const [people, roles, permissions, organisations] = await identity.readAll(ctx, '', (db) => [
    db.selectFrom('access.person as p').leftJoin('identity.credential as c', 'c.personId', 'p.id').select(['p.id', 'p.name', 'c.email']).where('p.id', '=', sql<string>`access.me()`),
    db.selectFrom('access.grant as g').innerJoin('access.role as r', 'r.id', 'g.roleId').select(['r.key', 'r.title']).distinct()
      .where('g.personId', '=', sql<string>`access.me()`).where('g.since', '<=', sql<string>`now()`).where('g.until', '>', sql<string>`now()`),
    db.selectFrom('access.grant as g').innerJoin('access.rolePermission as rp', 'rp.roleId', 'g.roleId').select('rp.permission').distinct()
      .where('g.personId', '=', sql<string>`access.me()`).where('g.since', '<=', sql<string>`now()`).where('g.until', '>', sql<string>`now()`),
    db.selectFrom('identity.organisation').select(['name', 'isDemo']),
  ]);
  const person = people[0];
  if (!person) throw notFound();
  return { personId: person.id, name: person.name, email: person.email, roles, permissions: permissions.map((row) => row.permission).sort(), organisation: organisations[0]?.name ?? '', demo: organisations[0]?.isDemo ?? false };
}

/** The organisation of this installation, as every person here may know it. */
export async function organisationOf(ctx: Ctx): Promise<{ name: string; isDemo: boolean }> {
  return (await identity.read(ctx, '').selectFrom('identity.organisation').select(['name', 'isDemo']).executeTakeFirst()) ?? { name: '', isDemo: false };
}

/** The one service role that is for keys of the outside world; the others are those of the product's own actors. */
const KEY_ROLES: readonly string[] = ['service-source'];
const titleOf = new Map(PERMISSIONS.map(({ key, title }) => [key, title]));

export async function listRoles(ctx: Ctx, { for: forWhom }: Input<typeof contract.listRoles>): Promise<Reply<typeof contract.listRoles>> {
  const items = await identity.read(ctx, '').selectFrom('access.role as r').where((where) => (forWhom === 'key' ? where.or([where('r.kind', '=', 'human'), where('r.key', 'in', KEY_ROLES)]) : where('r.kind', '=', 'human')))
    .select((eb) => ['r.id', 'r.key', 'r.title', 'r.purpose', 'r.maxGrantDays', eb.selectFrom('access.rolePermission as rp').select(sql<string[]>`coalesce(array_agg(rp.permission order by rp.permission), '{}')`.as('p')).whereRef('rp.roleId', '=', 'r.id').as('permissions')])
    .orderBy('r.title').limit(200).execute();
  return { items: items.map((role) => ({ ...role, permissions: role.permissions ?? [], may: (role.permissions ?? []).map((key) => ({ key, title: titleOf.get(key) ?? key })) })) };
}

export async function listGrants(ctx: Ctx, { personId, after, limit }: Input<typeof contract.listGrants>): Promise<Reply<typeof contract.listGrants>> {
  let query = identity.read(ctx).selectFrom('access.grant as g')
    .innerJoin('access.person as p', 'p.id', 'g.personId').innerJoin('access.role as r', 'r.id', 'g.roleId').leftJoin('access.person as by', 'by.id', 'g.grantedBy')
    .select(['g.id', 'g.personId', 'p.name as person', 'r.key as roleKey', 'r.title as role', 'g.siteId', 'g.since', sql<string | null>`nullif(g.until, 'infinity')`.as('until'), 'g.reason', 'by.name as grantedBy'])
    .where('g.until', '>', sql<string>`now()`).where('r.kind', '=', 'human').orderBy('g.id').limit(limit);
  if (personId) query = query.where('g.personId', '=', personId);
  if (after) query = query.where('g.id', '>', after);
  const items = await query.execute();
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null };
}

async function insertGrant(ctx: Ctx, tx: Tx, { personId, roleKey, siteId, until, reason, isForService = false }: { personId: string; roleKey: string; siteId: string | null; until: string | undefined; reason: string; isForService?: boolean }): Promise<string> {
  const role = await tx.selectFrom('access.role').select(['id', 'kind', 'maxGrantDays']).where('key', '=', roleKey).executeTakeFirst();
  if (!role || role.kind === 'part' || (role.kind === 'service' && !(isForService && KEY_ROLES.includes(roleKey)))) throw new Problem('refused', 'identity.no_such_role', `There is no role ${roleKey}.`, { errors: [{ pointer: '/roleKey', detail: 'Choose one of the roles.' }] });
  if (!isForService) await refuseBrokenSeparation(tx, personId, roleKey);
  const latest = role.maxGrantDays === null ? null : new Date(ctx.now().getTime() + role.maxGrantDays * DAY_MS);
  const ends = until ? new Date(until) : latest;
  if (ends && ends <= ctx.now()) throw new Problem('refused', 'identity.ends_in_past', 'A grant must end later than now.', { errors: [{ pointer: '/until', detail: 'Choose a later time.' }] });
  if (ends && latest && ends > latest) throw new Problem('refused', 'identity.too_long', `This role is given for at most ${role.maxGrantDays} days.`, { errors: [{ pointer: '/until', detail: `At most ${role.maxGrantDays} days from now.` }] });
  const id = uuidv7();
  await tx.insertInto('access.grant').values({ id, personId, roleId: role.id, siteId, ...(ends ? { until: ends.toISOString() } : {}), reason, grantedBy: ctx.personId }).execute();
  return id;
}

/** Nobody holds two roles that are kept apart, whoever grants the second. */
async function refuseBrokenSeparation(tx: Tx, personId: string, roleKey: string): Promise<void> {
  const held = await tx.selectFrom('access.grant as g').innerJoin('access.role as r', 'r.id', 'g.roleId').select('r.key').where('g.personId', '=', personId).where('g.until', '>', sql<string>`now()`).execute();
  const [broken] = brokenSeparation([...held.map((row) => row.key), roleKey]);
  if (broken) throw new Problem('refused', 'identity.separation_of_duty', `These two duties are kept apart: ${broken.why} End the other grant first, or choose another person.`, { errors: [{ pointer: '/roleKey', detail: broken.why }] });
}

/** Over the network nobody makes a key that may do more than they may themselves; the machine's owner may, at its command line. */
async function refuseStrongerKey(ctx: Ctx, tx: Tx, roleKey: string): Promise<void> {
  if (ctx.actor.kind !== 'token' || KEY_ROLES.includes(roleKey)) return;
  const more = await tx.selectFrom('access.rolePermission as rp').innerJoin('access.role as r', 'r.id', 'rp.roleId').select('rp.permission').where('r.key', '=', roleKey).where(sql<boolean>`not access.org_may(rp.permission)`).limit(1).executeTakeFirst();
  if (more) throw new Problem('forbidden', 'identity.key_too_strong', `A key with this role could ${more.permission}, which you may not yourself. Use the command line on the server: parapet key create.`);
}

export async function grantRole(ctx: Ctx, input: Input<typeof contract.grantRole>): Promise<Reply<typeof contract.grantRole>> {
  if (input.personId === ctx.personId) throw new Problem('forbidden', 'identity.not_yourself', 'Nobody grants a right to themselves. Ask another administrator.');
  return identity.writeMany(ctx, 'identity:grant', async (tx) => {
    const id = await insertGrant(ctx, tx, { ...input, until: input.until });
    return { changes: [about(input.personId, 'granted', { grantId: id, roleKey: input.roleKey, siteId: input.siteId, reason: input.reason })], result: { id } };
  });
}

export async function endGrant(ctx: Ctx, { id, reason }: Input<typeof contract.endGrant>): Promise<Reply<typeof contract.endGrant>> {
  return identity.writeMany(ctx, 'identity:grant', async (tx) => {
    const ended = await tx.updateTable('access.grant').set({ until: sql`greatest(now(), since + interval '1 microsecond')` }).where('id', '=', id).where('until', '>', sql<string>`now()`).returning(['id', 'personId']).executeTakeFirst();
    if (!ended) throw await notEnded(tx, id);
    return { changes: [about(ended.personId, 'grant-ended', { grantId: id, reason })], result: { id } };
  });
}

/** A grant in force that was seen and not ended is beyond the reach of who asked, or their own. */
async function notEnded(tx: Tx, id: string): Promise<Problem> {
  const seen = await tx.selectFrom('access.grant').select('id').where('id', '=', id).where('until', '>', sql<string>`now()`).executeTakeFirst();
  return seen ? notAllowed('identity:grant') : notFound();
}

export async function createKey(ctx: Ctx, { name, roleKey, siteId, until }: Input<typeof contract.createKey>): Promise<Reply<typeof contract.createKey>> {
  const secret = `pk_${randomBytes(32).toString('base64url')}`;
  const [id, personId] = [uuidv7(), uuidv7()];
  const made = await identity.writeMany(ctx, 'identity:sessions', async (tx) => {
    await tx.insertInto('access.person').values({ id: personId, kind: 'service', name, state: 'active' }).execute();
    await insertGrant(ctx, tx, { personId, roleKey, siteId, until, reason: `API key ${name}`, isForService: true });
    await refuseStrongerKey(ctx, tx, roleKey);
    await tx.insertInto('access.session').values({ tokenHash: hashToken(secret), id, personId, kind: 'key', label: name, expiresAt: until ?? 'infinity', address: null, agent: null }).execute();
    return { changes: [about(personId, 'key-made', { keyId: id, name, roleKey })], result: { id, personId, secret: null } };
  });
  return { ...made, secret };
}

export async function listKeys(ctx: Ctx): Promise<Reply<typeof contract.listKeys>> {
  const items = await identity.read(ctx, 'identity:sessions').selectFrom('access.session as k').leftJoin('access.grant as g', 'g.personId', 'k.personId').leftJoin('access.role as r', 'r.id', 'g.roleId').where('k.kind', '=', 'key')
    .select(['k.id', 'k.label', 'r.title as role', 'g.siteId', 'k.createdAt', 'k.lastSeenAt', sql<string | null>`nullif(k.expires_at, 'infinity')`.as('expiresAt')]).orderBy('k.createdAt', 'desc').limit(200).execute();
  return { items };
}

export async function revokeKey(ctx: Ctx, { id }: Input<typeof contract.revokeKey>): Promise<Reply<typeof contract.revokeKey>> {
  return identity.writeMany(ctx, 'identity:sessions', async (tx) => {
    const key = await tx.deleteFrom('access.session').where('id', '=', id).where('kind', '=', 'key').returning('personId').executeTakeFirst();
    if (!key) throw notFound();
    await checkReach(tx, key.personId);
    await tx.updateTable('access.person').set({ state: 'leaver' }).where('id', '=', key.personId).where('kind', '=', 'service').execute();
    return { changes: [about(key.personId, 'key-revoked', { keyId: id })], result: { revoked: true } };
  });
}
