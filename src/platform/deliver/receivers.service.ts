import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { readConfig } from '#platform/kernel/config.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { discoverMailAddresses, type MailAddress } from './port.ts';
import { changeOf, deliver } from './record.ts';

const MOST_DEVICES = 10;
const MOST_WEBHOOKS = 10;

let addresses: Promise<MailAddress[]> | undefined;

export async function readChannels(ctx: Ctx): Promise<Reply<typeof contract.readChannels>> {
  addresses ??= discoverMailAddresses();
  const [key, devices, webhooks] = await deliver.readAll(ctx, '', (db) => [
    db.selectFrom(sql<{ key: string | null }>`(select deliver.public_key() as key)`.as('k')).select('key'),
    db.selectFrom('deliver.device').select(['id', 'label', 'madeAt']).where('personId', '=', me).where('endedAt', 'is', null).orderBy('madeAt').limit(MOST_DEVICES * 2),
    db.selectFrom('deliver.webhook').select(['id', 'name', 'url', 'madeAt']).where('personId', '=', me).where('endedAt', 'is', null).orderBy('madeAt').limit(MOST_WEBHOOKS * 2),
  ]);
  const [address = null] = (await Promise.all((await addresses).map((addressOf) => addressOf(ctx)))).filter((one) => one !== null);
  return { mail: { isSet: readConfig().smtpUrl !== undefined, address }, pushKey: key[0]?.key ?? null, devices, webhooks: webhooks.map(({ url, ...rest }) => ({ ...rest, origin: new URL(url).origin })) };
}

/** The same browser of the same person is the same device. */
export async function addDevice(ctx: Ctx, { endpoint, keys, label }: Input<typeof contract.addDevice>): Promise<{ id: string }> {
  return deliver.writeMany(ctx, '', async (tx) => {
    const mine = await tx.selectFrom('deliver.device').select(['id', 'endpoint', 'endedAt']).where('personId', '=', me).execute();
    const known = mine.find((device) => device.endpoint === endpoint);
    if (!known && mine.filter((device) => device.endedAt === null).length >= MOST_DEVICES) throw new Problem('refused', 'deliver.many_devices', `Push messages go to ${MOST_DEVICES} devices at most. Take one away first.`);
    const id = known?.id ?? uuidv7();
    const row = { p256dh: keys.p256dh, auth: keys.auth, label, madeAt: ctx.now().toISOString() };
    if (known) await tx.updateTable('deliver.device').set({ ...row, endedAt: null, endedWhy: null }).where('id', '=', id).execute();
    else await tx.insertInto('deliver.device').values({ ...row, id, personId: ctx.personId, endpoint }).execute();
    return { changes: [changeOf('device-added', null, { id, personId: ctx.personId, pushService: new URL(endpoint).host, label })], result: { id } };
  });
}

export async function endDevice(ctx: Ctx, { id }: Input<typeof contract.endDevice>): Promise<{ id: string }> {
  return deliver.writeMany(ctx, '', async (tx) => {
    const ended = await tx.updateTable('deliver.device').set({ endedAt: ctx.now().toISOString(), endedWhy: 'taken away' }).where('id', '=', id).where('personId', '=', me).where('endedAt', 'is', null).executeTakeFirst();
    if (ended.numUpdatedRows === 0n) throw notFound();
    return { changes: [changeOf('device-ended', null, { id, personId: ctx.personId })], result: { id } };
  });
}

export async function addWebhook(ctx: Ctx, { name, url }: Input<typeof contract.addWebhook>): Promise<Reply<typeof contract.addWebhook>> {
  const target = new URL(url);
  if (target.username !== '' || target.password !== '') throw new Problem('refused', 'deliver.address_with_password', 'Leave name and password out of the address: what is sent is signed.', { errors: [{ pointer: '/url', detail: 'Leave name and password out of the address.' }] });
  const secret = randomBytes(32);
  const { id } = await deliver.writeMany(ctx, 'deliver:webhooks', async (tx) => {
    const { count } = await tx.selectFrom('deliver.webhook').select(sql<number>`count(*)::int`.as('count')).where('personId', '=', me).where('endedAt', 'is', null).executeTakeFirstOrThrow();
    if (count >= MOST_WEBHOOKS) throw new Problem('refused', 'deliver.many_webhooks', `A person has ${MOST_WEBHOOKS} webhooks at most. Take one away first.`);
    const id = uuidv7();
    await tx.insertInto('deliver.webhook').values({ id, personId: ctx.personId, name, url, secret, madeAt: ctx.now().toISOString() }).execute();
    // The answer kept for the same request again is without the secret.
    return { changes: [changeOf('webhook-added', null, { id, personId: ctx.personId, name, origin: target.origin })], result: { id, secret: null } };
  });
  return { id, secret: `whsec_${secret.toString('base64')}` };
}

export async function endWebhook(ctx: Ctx, { id }: Input<typeof contract.endWebhook>): Promise<{ id: string }> {
  return deliver.writeMany(ctx, '', async (tx) => {
    const ended = await tx.updateTable('deliver.webhook').set({ endedAt: ctx.now().toISOString(), endedWhy: 'taken away' }).where('id', '=', id).where('personId', '=', me).where('endedAt', 'is', null).executeTakeFirst();
    if (ended.numUpdatedRows === 0n) throw notFound();
    return { changes: [changeOf('webhook-ended', null, { id, personId: ctx.personId })], result: { id } };
  });
}
