import * as identity from '#modules/identity/public.ts';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound } from '#platform/kernel/problem.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { sql } from 'kysely';
import type * as contract from './sign-in-contract.ts';
import type { Tables } from './tables.gen.ts';

const people = store<Tables>('people');

/** Sign-ins are administered where the person's home is: hidden is absent, seen but out of reach is 403. */
export async function administered(ctx: Ctx, id: string, permission: 'identity:invite' | 'identity:read' | 'identity:sessions' = 'identity:invite'): Promise<void> {
  const [row] = await people.read(ctx, permission).selectFrom('people.person as p').select(sql<boolean>`access.may_at(p.site_id, p.wall_id, ${permission})`.as('may')).where('p.id', '=', id).execute();
  if (!row) throw notFound();
  if (!row.may) throw notAllowed(permission);
}

export async function factorsOfPerson(ctx: Ctx, { id }: Input<typeof contract.factorsOfPerson>): Promise<Reply<typeof contract.factorsOfPerson>> {
  await administered(ctx, id, 'identity:read');
  const [factors, links] = await Promise.all([identity.factorsSeen(ctx, id), identity.linksOf(ctx, id)]);
  return { ...factors, links };
}

export async function resetFactors(ctx: Ctx, { id, reason }: Input<typeof contract.resetFactors>): Promise<Reply<typeof contract.resetFactors>> {
  await administered(ctx, id);
  return identity.resetFactors(ctx, { personId: id, reason });
}

export async function makeResetLink(ctx: Ctx, { id }: Input<typeof contract.makeResetLink>): Promise<Reply<typeof contract.makeResetLink>> {
  await administered(ctx, id);
  return identity.makeResetLink(ctx, id);
}

export async function sessionsOfPerson(ctx: Ctx, { id }: Input<typeof contract.sessionsOfPerson>): Promise<Reply<typeof contract.sessionsOfPerson>> {
  await administered(ctx, id, 'identity:sessions');
  return { items: (await identity.sessionsOf(ctx, id)).map(({ personId: _id, person: _name, ...session }) => session) };
}

export async function endSessionsOfPerson(ctx: Ctx, { id, sessionId }: Input<typeof contract.endSessionsOfPerson>): Promise<Reply<typeof contract.endSessionsOfPerson>> {
  await administered(ctx, id, 'identity:sessions');
  return identity.endSessionsOfPerson(ctx, { personId: id, sessionId });
}

export async function linkPerson(ctx: Ctx, { id, providerId, subject }: Input<typeof contract.linkPerson>): Promise<Reply<typeof contract.linkPerson>> {
  await administered(ctx, id);
  return identity.linkPerson(ctx, { personId: id, providerId, subject });
}

export async function unlinkPerson(ctx: Ctx, { id, linkId }: Input<typeof contract.unlinkPerson>): Promise<Reply<typeof contract.unlinkPerson>> {
  await administered(ctx, id);
  return identity.unlinkPerson(ctx, { personId: id, linkId });
}
