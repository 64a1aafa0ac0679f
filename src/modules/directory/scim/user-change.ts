import { sql } from 'kysely';
import * as identity from '#modules/identity/public.ts';
import * as people from '#modules/people/public.ts';
import { siteNamed } from '#modules/sites/public.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { KEPT } from '../rights.service.ts';
import type { Speaking, Tx } from '../rows.ts';
import { scimProblem } from './answers.ts';
import type { Facts } from './user-facts.ts';
import type { Account } from './user-rows.ts';

const BY = 'Said by the directory';

const nameTaken = (): Problem => scimProblem({ scimType: 'uniqueness', detail: 'Somebody here has this userName already.' });

function taken(error: unknown): never {
  throw (error as { code?: string }).code === '23505' ? nameTaken() : error;
}

const subjectOf = ({ subjectFrom }: Speaking, { externalId, userName }: Pick<Facts, 'externalId' | 'userName'>): string | null => (subjectFrom === 'none' ? null : subjectFrom === 'external-id' ? externalId : userName);

const rowOf = ({ userName, externalId, givenName, familyName, office }: Facts, now: Date) => ({ userName, externalId, givenName, familyName, office, changedAt: now.toISOString() });

/** A joiner: in the register, invited, and linked with the provider of single sign-on where its subject is known. */
export async function join(speaking: Speaking, tx: Tx, facts: Facts): Promise<string> {
  const { ctx, id: directoryId } = speaking;
  const known = await tx.selectFrom('directory.person').select('personId').where(sql<boolean>`lower(user_name) = lower(${facts.userName})`).where('goneAt', 'is', null).executeTakeFirst();
  if (known) throw nameTaken();
  const home = facts.office === null ? null : await siteNamed(ctx, facts.office);
  const { id } = await people.addPerson(ctx, { name: facts.name, title: facts.title, department: facts.department, email: facts.email, phone: facts.phone, siteId: home?.id ?? null, ...(facts.email !== null && { signIn: { email: facts.email, password: null } }) });
  await tx.insertInto('directory.person').values({ personId: id, directoryId, ...rowOf(facts, ctx.now()), addedAt: ctx.now().toISOString() }).execute().catch(taken);
  await linkWith(speaking, id, facts);
  if (facts.managerId !== null) await identity.setManager(ctx, { personId: id, managerId: facts.managerId });
  if (!facts.active) await identity.turnState(ctx, { personId: id, state: 'suspended', reason: BY });
  return id;
}

/** Takes somebody who is here over, so that the directory answers for them from now on. */
export async function adopt({ ctx, id: directoryId }: Speaking, tx: Tx, account: Account): Promise<void> {
  if (account.directoryId !== null) return;
  const { id: personId, userName, externalId, givenName, familyName, office } = account;
  const at = ctx.now().toISOString();
  await tx.insertInto('directory.person').values({ personId, directoryId, userName, externalId, givenName, familyName, office, addedAt: at, changedAt: at }).execute().catch(taken);
}

async function linkWith(speaking: Speaking, personId: string, facts: Facts): Promise<void> {
  const { ctx, providerId } = speaking;
  const subject = subjectOf(speaking, facts);
  if (providerId === null || subject === null) return;
  const link = (await identity.linksOf(ctx, personId)).find((one) => one.providerId === providerId);
  if (link?.subject === subject) return;
  if (link) await identity.unlinkPerson(ctx, { personId, linkId: link.id });
  await identity.linkPerson(ctx, { personId, providerId, subject });
}

/** Throws where the last administrator, or the only custodian of a wall, would go. */
async function checkMayGo(tx: Tx, personId: string): Promise<void> {
  const [row] = await tx.selectNoFrom(sql<boolean>`directory.is_kept(${personId}::uuid)`.as('isKept')).execute();
  if (row?.isKept) throw new Problem('forbidden', 'directory.kept', KEPT);
}

async function turn({ ctx }: Speaking, tx: Tx, { id, state }: Account, active: boolean): Promise<void> {
  const isIn = state === 'invited' || state === 'active';
  if (isIn === active) return;
  if (!active) {
    await checkMayGo(tx, id);
    await identity.turnState(ctx, { personId: id, state: 'suspended', reason: BY });
    return;
  }
  const [row] = await tx.selectNoFrom(sql<boolean>`directory.may_return(${id}::uuid)`.as('may')).execute();
  if (!row?.may) throw new Problem('forbidden', 'directory.suspended_here', 'This person was suspended in Parapet, and a directory does not let them in again. An administrator does, under People.');
  await identity.turnState(ctx, { personId: id, state: 'active', reason: BY });
}

async function changeRegister({ ctx }: Speaking, before: Account, facts: Facts): Promise<void> {
  const shownEmail = before.email ?? before.address;
  const home = facts.office !== null && facts.office !== before.office ? await siteNamed(ctx, facts.office) : null;
  const changed = {
    ...(facts.name !== before.name && { name: facts.name }), ...(facts.title !== before.title && { title: facts.title }), ...(facts.department !== before.department && { department: facts.department }),
    ...(facts.phone !== before.phone && { phone: facts.phone }), ...(facts.email !== shownEmail && { email: facts.email }), ...(home && home.id !== before.siteId && { siteId: home.id }),
  };
  if (Object.keys(changed).length > 0) await people.changePerson(ctx, { id: before.id, ...changed });
}

/** A mover, or one who is stopped or comes back. A changed address is an administrator's act by another's hand: sessions end and walls close. */
export async function change(speaking: Speaking, tx: Tx, before: Account, facts: Facts): Promise<void> {
  const { ctx } = speaking;
  await adopt(speaking, tx, before);
  await changeRegister(speaking, before, facts);
  const shownEmail = before.email ?? before.address;
  if (facts.email !== null && facts.email !== shownEmail && facts.email.toLowerCase() !== before.address) await identity.setSignIn(ctx, { personId: before.id, email: facts.email, password: null });
  await tx.updateTable('directory.person').set(rowOf(facts, ctx.now())).where('personId', '=', before.id).execute().catch(taken);
  await linkWith(speaking, before.id, facts);
  if (facts.managerId !== before.managerId) await identity.setManager(ctx, { personId: before.id, managerId: facts.managerId });
  await turn(speaking, tx, before, facts.active);
}

/** A leaver, for good: the person stays in the register, and everything that they could do ends. */
export async function leave({ ctx }: Speaking, tx: Tx, { id, directoryId }: Account): Promise<void> {
  if (directoryId === null) throw new Problem('forbidden', 'directory.not_its_own', 'This person came with no directory. Only who came with this one, or was taken over by it, is removed by it.');
  await checkMayGo(tx, id);
  await identity.turnState(ctx, { personId: id, state: 'leaver', reason: BY });
  await tx.deleteFrom('directory.member').where('personId', '=', id).execute();
  await tx.deleteFrom('directory.given').where('personId', '=', id).execute();
  await tx.updateTable('directory.person').set({ goneAt: ctx.now().toISOString(), changedAt: ctx.now().toISOString() }).where('personId', '=', id).execute();
}
