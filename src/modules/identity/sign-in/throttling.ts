import { SERVICE } from '#platform/kernel/access.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { about, AUTHENTICATE, identity, type Tx } from '../change.ts';
import { type Attempts, countFailure, secondsToWait } from '../throttle.ts';

/** Under which keys attempts are counted: the account or factor that is tried, and the address of the network it comes from. */
export type Keys = { account: string; address: string };

const KINDS = ['account', 'address'] as const;
const FREE_FAILURES = { account: 5, address: 30 };
const COLUMNS = ['key', 'failures', 'firstAt', 'blockedUntil'] as const;

export const addressKey = (ctx: Pick<Ctx, 'remote'>): string => `net:${ctx.remote ?? ''}`;

/** Attempts on what one person holds: codes, recovery codes, passkeys, the present password. */
export const personKeys = (ctx: Ctx, personId: string): Keys => ({ account: `person:${personId}`, address: addressKey(ctx) });

export const tooMany = (seconds: number): Problem => new Problem('limited', 'identity.too_many_attempts', `Too many attempts. Wait ${seconds} s, then try once more.`, { retryAfterS: seconds });

type Known = ReadonlyMap<string, Attempts>;
const asMap = (rows: readonly (Attempts & { key: string })[]): Known => new Map(rows.map((row) => [row.key, row]));
const longestWait = (known: Known, keys: Keys, now: Date): number => Math.max(...KINDS.map((kind) => secondsToWait(known.get(keys[kind]), now)));

type Reader = Parameters<Parameters<typeof identity.readAll>[2]>[0];

/** The query for the attempts so far, to be asked together with others. */
export const attemptsAt = (db: Pick<Reader, 'selectFrom'>, keys: Keys) => db.selectFrom('identity.attempt').select(COLUMNS).where('key', 'in', Object.values(keys));

/** Throws 429 while one of the keys waits. */
export function refuseEarly(rows: readonly (Attempts & { key: string })[], keys: Keys, now: Date): void {
  const seconds = longestWait(asMap(rows), keys, now);
  if (seconds > 0) throw tooMany(seconds);
}

/** Asks for the attempts so far and throws 429 while one of the keys waits: before anything costly or secret is done. */
export async function refuseWhileWaiting(door: Ctx, keys: Keys): Promise<void> {
  refuseEarly(await attemptsAt(identity.read(door, AUTHENTICATE), keys).execute(), keys, door.now());
}

/** The attempts at these keys, held until the transaction ends, so that guesses sent at once are counted one after the other. */
async function hold(tx: Tx, keys: Keys, now: string): Promise<Known> {
  const sorted = Object.values(keys).toSorted();
  await tx.insertInto('identity.attempt').values(sorted.map((key) => ({ key, failures: 0, firstAt: now, blockedUntil: now }))).onConflict((conflict) => conflict.column('key').doNothing()).execute();
  return asMap(await tx.selectFrom('identity.attempt').select(COLUMNS).where('key', 'in', sorted).orderBy('key').forUpdate().execute());
}

async function count(tx: Tx, known: Known, keys: Keys, now: Date): Promise<void> {
  for (const kind of KINDS) await tx.updateTable('identity.attempt').set(countFailure(known.get(keys[kind]), now, FREE_FAILURES[kind])).where('key', '=', keys[kind]).execute();
}

/** Forgets the account's failures after a right attempt; those of the address stay, where it had any. */
const forget = (tx: Tx, keys: Keys) =>
  tx.deleteFrom('identity.attempt').where((row) => row.or([row('key', '=', keys.account), row.and([row('key', '=', keys.address), row('failures', '=', 0)])])).execute();

export const refusedOf = (personId: string | null, verb: string): Change<{ id: string }> => about(personId ?? SERVICE.frontDoor, verb);

/** Counts a wrong attempt and throws: 429 where others of the same moment used up what was free, else the refusal. */
export async function refuse(door: Ctx, keys: Keys, told: Change<{ id: string }>, refusal: Problem): Promise<never> {
  const seconds = await identity.writeMany(door, AUTHENTICATE, async (tx) => {
    const known = await hold(tx, keys, door.now().toISOString());
    const wait = longestWait(known, keys, door.now());
    if (wait > 0) return { changes: [], result: wait };
    await count(tx, known, keys, door.now());
    return { changes: [told], result: 0 };
  });
  throw seconds > 0 ? tooMany(seconds) : refusal;
}

type Passed<T> = { changes: Change<{ id: string }>[]; result: T };

/**
 * Lets a right attempt through: a right one among too many of the same moment waits as they do. `work` answers null
 * where it turns out to be wrong after all (spent meanwhile); then it is counted and refused.
 */
export async function pass<T>(door: Ctx, keys: Keys, wrong: { told: Change<{ id: string }>; refusal: Problem }, work: (tx: Tx) => Promise<Passed<T> | null>): Promise<T> {
  const passed = await identity.writeMany(door, AUTHENTICATE, async (tx) => {
    const known = await hold(tx, keys, door.now().toISOString());
    const seconds = longestWait(known, keys, door.now());
    if (seconds > 0) throw tooMany(seconds);
    const done = await work(tx);
    if (done) await forget(tx, keys);
    else await count(tx, known, keys, door.now());
    return { changes: done?.changes ?? [wrong.told], result: done };
  });
  if (!passed) throw wrong.refusal;
  return passed.result;
}
