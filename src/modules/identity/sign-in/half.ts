import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { about, type Tx } from '../change.ts';
import { beginCeremony, CEREMONY_MINUTES, endCeremony, readCeremony } from './ceremony.ts';
import { Factor, type SignedIn } from './contract.ts';
import { cookieIn, HALF_COOKIE, sendHalf, sendSession } from './cookies.ts';
import { dueOf, heldBy } from './due.ts';
import { openSession, ProviderSession, SESSION_HOURS } from './session.ts';
import { type Keys, pass, personKeys, refusedOf } from './throttling.ts';

export const doorFor = (ctx: Ctx): Promise<Ctx> => actAs(ctx.db, SERVICE.frontDoor, ctx.now, ctx.requestId);

/** A sign-in whose first factor was right, and which waits for its second. */
export type Half = { door: Ctx; token: string; personId: string; openedWith: Factor[]; next: string; provider: ProviderSession | undefined };

const beginAgain = (): Problem => new Problem('unauthenticated', 'identity.begin_again', 'This sign-in took too long, or was ended. Begin again with your password.');

/** The half that the browser carries. Throws 401 where there is none, or no more. */
export async function halfOf(ctx: Ctx, { request }: Exchange, wanted: 'second-factor' | 'enrol'): Promise<Half> {
  const door = await doorFor(ctx);
  const token = cookieIn(request, HALF_COOKIE);
  const found = await readCeremony(door, 'second-factor', token);
  if (!found?.personId || token === null || found.state['next'] !== wanted) throw beginAgain();
  return { door, token, personId: found.personId, openedWith: Factor.array().parse(found.state['openedWith']), next: wanted, provider: ProviderSession.optional().parse(found.state['provider']) };
}

type Shown = { personId: string; with: Factor; hasSecondFactor?: boolean; shownAt?: Date; provider?: ProviderSession; keys: Keys };
type Wrong = { told: Change<{ id: string }>; refusal: Problem };

/** After a right first factor: opens the session, or where more is due remembers how far this browser came. `spend` uses up what was shown. */
export async function goOn(ctx: Ctx, door: Ctx, exchange: Exchange, { personId, with: factor, hasSecondFactor = false, shownAt, provider, keys }: Shown, wrong: Wrong, spend: (tx: Tx) => Promise<boolean> = async () => true): Promise<SignedIn> {
  const due = hasSecondFactor ? null : dueOf(await heldBy(door, personId));
  const token = await pass(door, keys, wrong, async (tx) => {
    if (!(await spend(tx))) return null;
    if (!due) return openSession(tx, ctx, { personId, openedWith: [factor], hasSecondFactor, provider, ...(shownAt && { shownAt }) });
    const half = await beginCeremony(tx, ctx.now(), { kind: 'second-factor', personId, state: { openedWith: [factor], next: due.next, ...(provider && { provider }) } });
    return { changes: [about(personId, 'second-factor-asked', { next: due.next })], result: half };
  });
  if (due) sendHalf(exchange, token, CEREMONY_MINUTES * 60);
  else sendSession(exchange, token, SESSION_HOURS * 3600);
  return due ?? { next: null };
}

const wrongCode = (): Problem => new Problem('unauthenticated', 'identity.wrong_code', 'This code does not fit, or was used already. Wait for the next one, or check that the clock of your device is right.');

export const wrongFactor = (personId: string): Wrong => ({ told: refusedOf(personId, 'second-factor-refused'), refusal: wrongCode() });

/** Ends a half with its second factor: `spend` uses it up, and answers false where it was used meanwhile. */
export async function finish(ctx: Ctx, half: Half, exchange: Exchange, used: Factor, spend: (tx: Tx) => Promise<boolean>): Promise<void> {
  const token = await pass(half.door, personKeys(ctx, half.personId), wrongFactor(half.personId), async (tx) => {
    if (!(await spend(tx))) return null;
    if (!(await endCeremony(tx, half.token))) throw beginAgain();
    return openSession(tx, ctx, { personId: half.personId, openedWith: [...half.openedWith, used], hasSecondFactor: true, provider: half.provider });
  });
  sendSession(exchange, token, SESSION_HOURS * 3600);
  sendHalf(exchange, '', 0);
}
