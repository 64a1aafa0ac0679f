import { v7 as uuidv7 } from 'uuid';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { receiptKeyOf, sealAddress, sealToken } from './codes.ts';
import type * as contract from './contract.ts';
import type { Gateway } from './contract.ts';
import { checkMay, notices, refuse } from './notice-row.ts';

const CHANNELS = 'notices:channels';
const FIELDS = ['id', 'kind', 'name', 'origin', 'sender', 'perMinute', 'priceMinor', 'currency', 'madeAt'] as const;
const gatewayOf = (row: Omit<Gateway, 'kind'> & { kind: string }): Gateway => ({ ...row, kind: row.kind as Gateway['kind'] });

type Fact = { id: string };
const changeOf = (verb: string, before: Fact | null, after: Fact): Change<Fact> => ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: CHANNELS } });

export async function listGateways(ctx: Ctx): Promise<Reply<typeof contract.listGateways>> {
  const all = await notices.read(ctx, CHANNELS).selectFrom('notices.gateway').select(FIELDS).where('state', '=', 'active').orderBy('kind').orderBy('name').limit(200).execute();
  return { items: all.map(gatewayOf) };
}

/** What can be told here, for who prepares a notice: no addresses. */
export async function listRooms(ctx: Ctx): Promise<Reply<typeof contract.listRooms>> {
  const all = await notices.read(ctx).selectFrom('notices.gateway').select(['id', 'kind', 'name']).where('state', '=', 'active').orderBy('name').limit(200).execute();
  return { items: all.map((one) => ({ ...one, kind: one.kind as Gateway['kind'] })) };
}

export async function addGateway(ctx: Ctx, { address, token, ...given }: Input<typeof contract.addGateway>): Promise<Reply<typeof contract.addGateway>> {
  const id = uuidv7();
  return notices.writeMany(ctx, CHANNELS, async (tx) => {
    await checkMay(tx, null, CHANNELS);
    const url = new URL(address);
    if (url.username !== '' || url.password !== '') throw refuse('address', 'An address carries no name and password. Give the token by itself.', '/address');
    if ((given.priceMinor === null) !== (given.currency === null)) throw refuse('price', 'A price needs its currency.', '/currency');
    if (given.kind === 'sms' && (await tx.selectFrom('notices.gateway').select('id').where('kind', '=', 'sms').where('state', '=', 'active').executeTakeFirst())) throw new Problem('conflict', 'notices.sms_already', 'There is a gateway for SMS already. End it first.');
    await tx.insertInto('notices.gateway').values({ id, ...given, origin: url.origin, address: sealAddress(id, address), token: token === '' ? null : sealToken(id, token), madeAt: ctx.now().toISOString(), madeBy: ctx.personId }).execute();
    const after = await tx.selectFrom('notices.gateway').select(FIELDS).where('id', '=', id).executeTakeFirstOrThrow();
    return { changes: [changeOf('gateway-added', null, after)], result: { ...gatewayOf(after), receiptKey: given.kind === 'sms' ? receiptKeyOf(id) : null } };
  });
}

export async function endGateway(ctx: Ctx, { id }: Input<typeof contract.endGateway>): Promise<{ id: string }> {
  return notices.writeMany(ctx, CHANNELS, async (tx) => {
    const before = await tx.selectFrom('notices.gateway').select(FIELDS).where('id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    await checkMay(tx, null, CHANNELS);
    const { numUpdatedRows } = await tx.updateTable('notices.gateway').set({ state: 'ended', endedAt: ctx.now().toISOString() }).where('id', '=', id).where('state', '=', 'active').executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Problem('conflict', 'notices.gateway_ended', 'This has ended already.');
    return { changes: [changeOf('gateway-ended', before, before)], result: { id } };
  });
}
