import { sql } from 'kysely';
import type { Ctx } from '#platform/kernel/store.ts';
import { AUTHENTICATE, identity } from '../change.ts';
import { canHavePasskeys } from '../passkeys/relying-party.ts';
import type { Factor, Provable } from './contract.ts';

/** What a person has beside a password, and whether one of their roles requires a second factor. A suspect passkey lets in no more, and is one still. */
export type Held = { hasTotp: boolean; passkeys: number; suspects: number; codesLeft: number; isRequired: boolean };

export const NOTHING: Held = { hasTotp: false, passkeys: 0, suspects: 0, codesLeft: 0, isRequired: false };

/** For the person themselves, and for the front door (`permission` is what the reader acts under). */
export async function heldBy(ctx: Ctx, personId: string, permission = AUTHENTICATE): Promise<Held> {
  const row = await identity.read(ctx, permission).selectFrom(sql<Held>`identity.factors_of(${personId}::uuid)`.as('f')).select(['hasTotp', 'passkeys', 'suspects', 'codesLeft', 'isRequired']).executeTakeFirst();
  return row ?? NOTHING;
}

/** The second factors that could be shown. */
export const factorsIn = ({ hasTotp, passkeys, codesLeft }: Held): Provable[] => [...(passkeys > 0 ? ['passkey' as const] : []), ...(hasTotp ? ['totp' as const] : []), ...(codesLeft > 0 ? ['recovery' as const] : [])];

export const hasSecondFactor = ({ hasTotp, passkeys, suspects }: Held): boolean => hasTotp || passkeys + suspects > 0;

/** What is still due of somebody whose first factor was right; null where nothing is. */
export function dueOf(held: Held): { next: 'second-factor' | 'enrol'; factors: Factor[] } | null {
  if (hasSecondFactor(held)) return { next: 'second-factor', factors: factorsIn(held) };
  return held.isRequired ? { next: 'enrol', factors: canHavePasskeys() ? ['totp', 'passkey'] : ['totp'] } : null;
}
