import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import type { Destination, Format, MadeDestination } from './contract.ts';
import { changed, convergence, holdDestination, selectDestinations, SHARE, type Tx } from './destination-row.ts';
import { OVERLAP_MS, readPermissionOf, readTarget, type Target } from './rules.ts';
import { newSecret, sealSecret } from './secrets.ts';

const MOST = 100;

export async function listDestinations(ctx: Ctx): Promise<Reply<typeof contract.listDestinations>> {
  const items = await selectDestinations(convergence.read(ctx, SHARE) as never).orderBy(sql`d.state = 'ended'`).orderBy('d.name').orderBy('d.id').limit(MOST * 2).execute();
  return { items };
}

export async function readDestination(ctx: Ctx, { id }: Input<typeof contract.readDestination>): Promise<Destination> {
  const found = await selectDestinations(convergence.read(ctx, SHARE) as never).where('d.id', '=', id).executeTakeFirst();
  if (!found) throw notFound();
  return found;
}

const refuse = (pointer: string, code: string, detail: string): Problem => new Problem('refused', code, detail, { errors: [{ pointer, detail }] });

function targetOf(address: string): Target {
  const target = readTarget(address);
  if (typeof target === 'string') throw refuse('/address', 'convergence.address', target);
  return target;
}

function checkFormat({ transport }: Pick<Target, 'transport'>, format: Format): void {
  const fits = transport === 'webhook' ? ['parapet', 'ocsf'] : ['rfc5424', 'cef', 'ocsf'];
  if (!fits.includes(format)) throw refuse('/format', 'convergence.format', transport === 'webhook' ? 'A webhook takes JSON: Parapet’s own form or OCSF.' : 'Syslog takes structured data, CEF or OCSF.');
}

/** Nobody has sent out what they may not read themselves at that place. */
async function checkReads(tx: Tx, siteId: string | null, events: readonly string[]): Promise<void> {
  for (const permission of new Set(events.map(readPermissionOf))) {
    const [may] = await tx.selectNoFrom(sql<boolean>`access.may_at(${siteId}::uuid, null, ${permission})`.as('may')).execute();
    if (!may?.may) throw refuse('/events', 'convergence.not_read', `You may not read ${permission.split(':')[0] ?? ''} there yourself, so you cannot have them sent.`);
  }
}

/** Adds a destination with an actor of its own, whose sight is its bound. */
export async function addDestination(ctx: Ctx, { address, ...given }: Input<typeof contract.addDestination>): Promise<MadeDestination> {
  const target = targetOf(address);
  checkFormat(target, given.format);
  const secret = target.transport === 'webhook' ? newSecret() : null;
  const made = await convergence.writeMany(ctx, SHARE, async (tx) => {
    await checkPlace(tx, given.siteId);
    await checkReads(tx, given.siteId, given.events);
    const { count } = await tx.selectFrom('convergence.destination').select(sql<number>`count(*)::int`.as('count')).where('state', '<>', 'ended').executeTakeFirstOrThrow();
    if (count >= MOST) throw new Problem('refused', 'convergence.many', `There are ${MOST} destinations already. End one first.`);
    const id = uuidv7();
    await sql`select convergence.add(${JSON.stringify({ ...given, ...target, id })}::jsonb, ${secret === null ? null : sealSecret(id, secret)}::bytea)`.execute(tx);
    const after = await selectDestinations(tx).where('d.id', '=', id).executeTakeFirstOrThrow();
    // The answer kept for the same request again is without the secret.
    return { changes: [changed('destination-added', null, after)], result: { ...after, secret: null } };
  });
  return { ...made, secret };
}

async function checkPlace(tx: Tx, siteId: string | null): Promise<void> {
  const [may] = await tx.selectNoFrom(sql<boolean>`access.may_at(${siteId}::uuid, null, ${SHARE}) and (${siteId}::uuid is null or exists (select from access.site s where s.id = ${siteId}::uuid))`.as('may')).execute();
  if (!may?.may) throw refuse('/siteId', 'convergence.place', siteId === null ? 'You may share from some sites only. Choose one.' : 'Choose a site from which you may share.');
}

type Facts = Partial<{ name: string; format: Format; events: string[]; downTo: number; families: string[]; hasNarrative: boolean; state: 'active' | 'paused' | 'ended'; pausedWhy: string | null; failingSince: string | null; secret: Buffer; formerUntil: string }> & Partial<Target>;

/** Writes a change in the transaction of the caller; answers what it became. */
async function put(tx: Tx, before: Destination, facts: Facts): Promise<Destination> {
  await tx.updateTable('convergence.destination').set({ ...facts, version: before.version + 1 }).where('id', '=', before.id).execute();
  return selectDestinations(tx).where('d.id', '=', before.id).executeTakeFirstOrThrow();
}

const write = (ctx: Ctx, id: string, verb: string, work: (tx: Tx, before: Destination) => Promise<{ facts: Facts; more?: object }>): Promise<Destination> =>
  convergence.writeMany(ctx, SHARE, async (tx) => {
    const before = await holdDestination(ctx, tx, id);
    const { facts, more } = await work(tx, before);
    const after = await put(tx, before, facts);
    return { changes: [changed(verb, before, after, more)], result: after };
  });

export const changeDestination = (ctx: Ctx, { id, address, ...asked }: Input<typeof contract.changeDestination>): Promise<Destination> =>
  write(ctx, id, 'destination-changed', async (tx, before) => {
    const target = address === undefined ? before : targetOf(address);
    if (target.transport !== before.transport) throw refuse('/address', 'convergence.other_transport', 'A webhook stays a webhook, and syslog stays syslog. Add another destination.');
    checkFormat(target, asked.format ?? before.format);
    if (asked.events) await checkReads(tx, before.siteId, asked.events.filter((event) => !before.events.includes(event)));
    return { facts: { ...(Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as Facts), ...(address === undefined ? {} : (target as Target)) } };
  });

export const pauseDestination = (ctx: Ctx, { id, reason }: Input<typeof contract.pauseDestination>): Promise<Destination> =>
  write(ctx, id, 'destination-paused', async (_tx, before) => {
    if (before.state === 'paused') throw new Problem('conflict', 'convergence.paused_already', 'It is paused already.');
    return { facts: { state: 'paused', pausedWhy: reason } };
  });

export const resumeDestination = (ctx: Ctx, { id }: Input<typeof contract.resumeDestination>): Promise<Destination> =>
  write(ctx, id, 'destination-resumed', async (tx, before) => {
    if (before.state === 'active') throw new Problem('conflict', 'convergence.active_already', 'It is sent to already.');
    await tx.updateTable('convergence.message').set({ nextAt: ctx.now().toISOString(), attempts: 0 }).where('destinationId', '=', id).where('state', '=', 'queued').execute();
    return { facts: { state: 'active', pausedWhy: null, failingSince: null } };
  });

export const endDestination = (ctx: Ctx, { id, reason }: Input<typeof contract.endDestination>): Promise<Destination> =>
  write(ctx, id, 'destination-ended', async () => ({ facts: { state: 'ended', pausedWhy: null, failingSince: null }, more: { reason } }));

/** For a day both secrets sign, so that the other side changes over without a gap; the database keeps the one before. */
export async function renewSecret(ctx: Ctx, { id, reason }: Input<typeof contract.renewSecret>): Promise<MadeDestination> {
  const secret = newSecret();
  const after = await write(ctx, id, 'destination-secret-made', async (_tx, before) => {
    if (before.transport !== 'webhook') throw new Problem('refused', 'convergence.no_secret', 'Syslog is not signed: only webhooks have a secret.');
    return { facts: { secret: sealSecret(id, secret), formerUntil: new Date(ctx.now().getTime() + OVERLAP_MS).toISOString() }, more: { reason } };
  });
  return { ...after, secret };
}
