import { randomBytes, timingSafeEqual } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { hashToken } from '#platform/kernel/http.ts';
import type { Tx } from '../change.ts';
import { ownSealer } from '../sealing.ts';
import { CEREMONY_MINUTES, sweepCeremonies } from '../sign-in/ceremony.ts';

/** For what a passkey is asked: an answer to one question is none to another. */
export type Purpose = 'sign-in' | 'confirm' | 'add';

const RANDOM = 16;
const EXPIRY = 4;
const MAC = 16;

const macOf = (purpose: Purpose, personId: string, bytes: Buffer): Buffer => ownSealer().mac(`passkey ${purpose} ${personId}`, bytes).subarray(0, MAC);

/**
 * A challenge that says by itself for what and whom it was made and until when it holds: random ‖ expiry ‖ MAC, base64url.
 * Nothing is stored before one is answered, so that asking costs nobody anything.
 */
export function newChallenge(purpose: Purpose, personId: string, now: Date): string {
  const bytes = Buffer.concat([randomBytes(RANDOM), Buffer.alloc(EXPIRY)]);
  bytes.writeUInt32BE(Math.floor(now.getTime() / 1000) + CEREMONY_MINUTES * 60, RANDOM);
  return Buffer.concat([bytes, macOf(purpose, personId, bytes)]).toString('base64url');
}

export function isOurChallenge(challenge: string, purpose: Purpose, personId: string, now: Date): boolean {
  const all = Buffer.from(challenge, 'base64url');
  if (all.length !== RANDOM + EXPIRY + MAC || all.toString('base64url') !== challenge) return false;
  const bytes = all.subarray(0, RANDOM + EXPIRY);
  return timingSafeEqual(all.subarray(RANDOM + EXPIRY), macOf(purpose, personId, bytes)) && bytes.readUInt32BE(RANDOM) * 1000 > now.getTime();
}

/** Marks a challenge as answered; false where it was: an answer that somebody recorded does not fit again. */
export async function spendChallenge(tx: Tx, challenge: string, personId: string, now: Date): Promise<boolean> {
  await sweepCeremonies(tx, now);
  const spent = await tx.insertInto('identity.ceremony').values({ tokenHash: hashToken(challenge), id: uuidv7(), kind: 'passkey', personId, state: '{}', madeAt: now.toISOString(), expiresAt: new Date(now.getTime() + CEREMONY_MINUTES * 60_000).toISOString() })
    .onConflict((conflict) => conflict.column('tokenHash').doNothing()).executeTakeFirst();
  return (spent.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
