import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { about, AUTHENTICATE, identity, type Tx } from '../change.ts';
import type { Assertion, PasskeyQuestion } from './contract.ts';
import { relyingParty } from './relying-party.ts';

export const TIMEOUT_MS = 120_000;

/** A passkey as it is checked, with the state of whose it is. */
export type Kept = { id: string; personId: string; credentialId: Buffer; publicKey: Buffer; counter: number; transports: string[]; suspectAt: string | null; state: string };

const COLUMNS = ['k.id', 'k.personId', 'k.credentialId', 'k.publicKey', 'k.counter', 'k.transports', 'k.suspectAt', 'p.state'] as const;
const kept = (ctx: Ctx, permission: string) => identity.read(ctx, permission).selectFrom('identity.passkey as k').innerJoin('access.person as p', 'p.id', 'k.personId').select(COLUMNS);

export const findPasskey = (door: Ctx, credentialId: string): Promise<Kept | undefined> => kept(door, AUTHENTICATE).where('k.credentialId', '=', Buffer.from(credentialId, 'base64url')).executeTakeFirst();
export const passkeysOf = (ctx: Ctx, personId: string, permission = AUTHENTICATE): Promise<Kept[]> => kept(ctx, permission).where('k.personId', '=', personId).orderBy('k.id').limit(100).execute();

/** What a browser must be asked for; without passkeys to choose from, whichever the person has for this address. */
export const questionOf = (challenge: string, allow: readonly Kept[]): PasskeyQuestion => ({
  challenge, rpId: relyingParty().id, timeoutMs: TIMEOUT_MS, allow: allow.filter(({ suspectAt }) => suspectAt === null).map(({ credentialId, transports }) => ({ id: credentialId.toString('base64url'), transports })),
});

/** The challenge that the browser says it signed; '' where that cannot be read, or was signed within a page of another site. */
export function challengeIn({ clientDataJson }: { clientDataJson: string }): string {
  try {
    const { challenge, crossOrigin } = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8')) as { challenge?: unknown; crossOrigin?: unknown };
    return typeof challenge === 'string' && crossOrigin !== true ? challenge : '';
  } catch {
    return '';
  }
}

/**
 * Checks the answer of an authenticator (WebAuthn §7.2): our address, our challenge, its signature, and that it made sure
 * of its person. Answers its counter, null where anything is not as it must be.
 */
export async function counterOf({ publicKey, personId }: Kept, { id, clientDataJson, authenticatorData, signature, userHandle }: Assertion, challenge: string): Promise<number | null> {
  if (userHandle !== null && userHandle !== handleOf(personId)) return null;
  const { id: rpId, origin } = relyingParty();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON: clientDataJson, authenticatorData, signature } },
      expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId, requireUserVerification: true,
      // The counter is looked at afterwards: a copy is to be told from an answer that does not fit.
      credential: { id, publicKey: new Uint8Array(publicKey), counter: 0 },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** How an authenticator names whose passkey it is: the bytes of the person's id. */
export const handleOf = (personId: string): string => Buffer.from(personId.replaceAll('-', ''), 'hex').toString('base64url');

/** Writes the counter down; false where another answer was there first. One that never counts stays at 0. */
export async function spendCounter(tx: Tx, passkey: Kept, counter: number, now: Date): Promise<boolean> {
  const spent = await tx.updateTable('identity.passkey').set({ counter, lastUsedAt: now.toISOString() }).where('id', '=', passkey.id).where('suspectAt', 'is', null)
    .where((row) => row.or([row('counter', '<', counter), row.and([row('counter', '=', 0), row.val(counter === 0)])])).executeTakeFirst();
  return spent.numUpdatedRows > 0n;
}

/** An authenticator that counts and whose count did not go up was copied: both now say what the other said before (§6.1.1). */
export const isCopied = (passkey: Kept, counter: number): boolean => (passkey.counter > 0 || counter > 0) && counter <= passkey.counter;

/** From now on neither the passkey nor its copy lets in. */
export async function markSuspect(door: Ctx, { id, personId, counter }: Kept, said: number): Promise<void> {
  await identity.writeMany(door, AUTHENTICATE, async (tx) => {
    const marked = await tx.updateTable('identity.passkey').set({ suspectAt: door.now().toISOString() }).where('id', '=', id).where('suspectAt', 'is', null).executeTakeFirst();
    return { changes: marked.numUpdatedRows > 0n ? [about(personId, 'passkey-suspect', { passkeyId: id, counter, said })] : [], result: null };
  });
}

export const wrongPasskey = (): Problem => new Problem('unauthenticated', 'identity.wrong_passkey', 'This passkey lets in nobody here. Choose another one, or sign in with your password.');
export const copiedPasskey = (): Problem => new Problem('unauthenticated', 'identity.passkey_copied', 'This passkey was used somewhere else under the same number, so there may be a copy of it. It lets in no more. Sign in another way, remove it under My account, and tell your administrator.');
