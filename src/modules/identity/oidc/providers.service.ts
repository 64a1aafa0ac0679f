import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, identity } from '../change.ts';
import { ownSealer } from '../sealing.ts';
import { checkKeepsAll, KEEP } from '../sign-in/policy.service.ts';
import { backTo, isOfThisMachine, redirectUri, secretPlace, signOutTo } from './client.ts';
import type * as contract from './contract.ts';

export async function listProviders(ctx: Ctx): Promise<Reply<typeof contract.listProviders>> {
  const rows = await identity.read(ctx, KEEP).selectFrom('identity.provider as p')
    .select((eb) => [
      'p.id', 'p.name', 'p.issuer', 'p.clientId', 'p.scopes', 'p.secondFactor', 'p.isOn', 'p.changedAt', 'p.askedAt', 'p.askedWell', 'p.askedWords', sql<boolean>`identity.has_secret(p.id)`.as('hasSecret'),
      eb.selectFrom('identity.link as l').select(sql<number>`count(*)::int`.as('n')).whereRef('l.providerId', '=', 'p.id').as('links'),
      eb.selectFrom('identity.link as l').select(({ fn }) => fn.max('l.lastUsedAt').as('at')).whereRef('l.providerId', '=', 'p.id').as('lastUsedAt'),
    ])
    .orderBy('p.name').limit(100).execute();
  const items = rows.map(({ askedAt, askedWell, askedWords, ...row }) => ({ ...row, redirectUri: redirectUri(row.id), signOutUri: `${signOutTo()}${row.id}`, links: row.links ?? 0, asked: askedAt === null ? null : { at: askedAt, isWell: askedWell === true, words: askedWords ?? '' } }));
  return { items, backTo: backTo(), signOutTo: signOutTo() };
}

/** An issuer is an https address without query and fragment (OpenID Connect Core §2); http only for this machine itself. */
function checkIssuer(issuer: string): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const isPlain = url?.protocol === 'https:' || isOfThisMachine(issuer);
  if (url && isPlain && url.search === '' && url.hash === '' && url.username === '' && !url.pathname.includes('/.well-known/')) return;
  const detail = 'Write the issuer as the provider does, like https://login.company.example: with https, and without what comes after.';
  throw new Problem('refused', 'identity.not_an_issuer', detail, { errors: [{ pointer: '/issuer', detail }] });
}

const withOpenId = (scopes: string): string => ['openid', ...scopes.split(/\s+/).filter((scope) => scope !== '' && scope !== 'openid')].join(' ');
const sealed = (id: string, secret: string | null): Buffer | null => (secret === null || secret === '' ? null : ownSealer().seal(secretPlace(id), Buffer.from(secret)));

export async function addProvider(ctx: Ctx, { id = uuidv7(), name, issuer, clientId, clientSecret, scopes, secondFactor }: Input<typeof contract.addProvider>): Promise<Reply<typeof contract.addProvider>> {
  return identity.writeMany(ctx, KEEP, async (tx) => {
    await checkKeepsAll(tx);
    checkIssuer(issuer);
    const at = ctx.now().toISOString();
    const facts = { name, issuer, clientId, scopes: withOpenId(scopes), secondFactor };
    await tx.insertInto('identity.provider').values({ id, ...facts, sealed: sealed(id, clientSecret), isOn: true, madeAt: at, madeBy: ctx.personId, changedAt: at }).execute();
    return { changes: [about(id, 'provider-added', { ...facts, hasSecret: Boolean(clientSecret) })], result: { id } };
  });
}

export async function changeProvider(ctx: Ctx, { id, clientSecret, scopes, ...asked }: Input<typeof contract.changeProvider>): Promise<Reply<typeof contract.changeProvider>> {
  return identity.writeMany(ctx, KEEP, async (tx) => {
    const before = await tx.selectFrom('identity.provider').select(['id', 'name', 'clientId', 'scopes', 'secondFactor', 'isOn']).where('id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    await checkKeepsAll(tx);
    const facts = { ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)), ...(scopes === undefined ? {} : { scopes: withOpenId(scopes) }) };
    await tx.updateTable('identity.provider').set({ ...facts, ...(clientSecret === undefined ? {} : { sealed: sealed(id, clientSecret) }), changedAt: ctx.now().toISOString() }).where('id', '=', id).execute();
    return { changes: [{ ...about(id, 'provider-changed', { ...before, ...facts, ...(clientSecret !== undefined && { secretChanged: true }) }), before }], result: { id } };
  });
}
