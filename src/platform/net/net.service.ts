import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import { type Change, type Ctx, store } from '#platform/kernel/store.ts';
import { type Allowance as Block, objectionTo, refusalOf } from './address.ts';
import type * as contract from './contract.ts';
import { Notebook } from './notebook.ts';
import { type Client, type ClientOptions, openClient } from './outgoing.ts';
import type { Tables } from './tables.gen.ts';

const SYSTEM = 'platform:system';
const net = store<Tables>('net');
type Tx = Parameters<Parameters<typeof net.writeMany>[2]>[0];

const clients = new WeakMap<Database, Client>();

/** The guarded client of this process: what may be reached is read from the database, and what came of it is noted there. */
export function outgoingOf(db: Database): Client {
  const known = clients.get(db);
  if (known) return known;
  const made = clientOver(db);
  clients.set(db, made);
  return made;
}

/** The same with a resolver, an authority or pauses of its own. */
export function clientOver(db: Database, options: Pick<ClientOptions, 'resolve' | 'ca' | 'now' | 'pauses'> = {}): Client {
  const notebook = new Notebook(db);
  return openClient({
    ...options,
    allowed: async () => ((await db.send([{ text: 'select range, port from net.allowances()', values: [] }]))[0]?.rows ?? []) as Block[],
    note: (noted) => notebook.note(noted),
  });
}

/** Says of addresses why they may not be reached, by what is allowed at this moment; null where one may be. */
export async function judgeOf(db: Database): Promise<(address: string, port: number) => string | null> {
  const allowed = ((await db.send([{ text: 'select range, port from net.allowances()', values: [] }]))[0]?.rows ?? []) as Block[];
  return (address, port) => refusalOf(address, port, allowed);
}

export async function listTargets(ctx: Ctx): Promise<Reply<typeof contract.listTargets>> {
  const items = await net.read(ctx, SYSTEM).selectFrom('net.target').select(['origin', 'purpose', 'lastAt', 'result', 'status', 'tookMs', 'answered', 'failed', 'inRow', 'breaker', 'openUntil']).orderBy('lastAt', 'desc').limit(200).execute();
  return { items };
}

export async function listAllowances(ctx: Ctx): Promise<Reply<typeof contract.listAllowances>> {
  const items = await net.read(ctx, SYSTEM).selectFrom('net.allowance as a').innerJoin('access.person as p', 'p.id', 'a.madeBy')
    .select(['a.id', sql<string>`a.range::text`.as('range'), 'a.port', 'a.reason', 'a.madeAt', 'p.name as madeBy']).where('a.endedAt', 'is', null).orderBy('a.madeAt').limit(200).execute();
  return { items };
}

type Fact = { id: string; range: string; port: number | null; reason: string };
const changeOf = (verb: string, before: Fact | null, after: Fact): Change<Fact> => ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: SYSTEM } });

async function checkKeepsAll(tx: Tx): Promise<void> {
  const [row] = await tx.selectFrom(sql<{ may: boolean }>`(select access.org_may(${SYSTEM}) as may)`.as('m')).select('may').execute();
  if (!row?.may) throw notAllowed(SYSTEM);
}

export async function addAllowance(ctx: Ctx, { range, port, reason }: Input<typeof contract.addAllowance>): Promise<{ id: string }> {
  const objection = objectionTo({ range, port });
  if (objection) throw new Problem('refused', 'net.not_allowable', objection, { errors: [{ pointer: /port/.test(objection) ? '/port' : '/range', detail: objection }] });
  return net.writeMany(ctx, SYSTEM, async (tx) => {
    await checkKeepsAll(tx);
    const id = uuidv7();
    await tx.insertInto('net.allowance').values({ id, range: sql<string>`${range}::cidr`, port, reason, madeAt: ctx.now().toISOString(), madeBy: ctx.personId }).execute();
    return { changes: [changeOf('allowed', null, { id, range, port, reason })], result: { id } };
  });
}

export async function endAllowance(ctx: Ctx, { id, reason }: Input<typeof contract.endAllowance>): Promise<{ id: string }> {
  return net.writeMany(ctx, SYSTEM, async (tx) => {
    const before = await tx.selectFrom('net.allowance').select(['id', sql<string>`range::text`.as('range'), 'port', 'reason', 'endedAt']).where('id', '=', id).executeTakeFirst();
    if (!before) throw notFound();
    await checkKeepsAll(tx);
    const ended = await tx.updateTable('net.allowance').set({ endedAt: ctx.now().toISOString(), endedBy: ctx.personId }).where('id', '=', id).where('endedAt', 'is', null).executeTakeFirst();
    if (ended.numUpdatedRows === 0n) throw new Problem('conflict', 'net.ended_already', 'This allowance has ended already.');
    const { endedAt: _none, ...fact } = before;
    return { changes: [changeOf('ended', fact, { ...fact, reason })], result: { id } };
  });
}
