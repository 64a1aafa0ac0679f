import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { hashToken } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { AUTHENTICATE, identity, type Tx } from '../change.ts';
import type { JsonObject } from '../tables.gen.ts';

/** How long somebody has between beginning a sign-in and ending it. */
export const CEREMONY_MINUTES = 10;
const SWEPT_AT_ONCE = 100;

export type Ceremony = { kind: 'second-factor' | 'passkey' | 'oidc'; personId: string | null; state: JsonObject };

/** What ran out is swept away, a few at a time. */
export async function sweepCeremonies(tx: Tx, now: Date): Promise<void> {
  const old = tx.selectFrom('identity.ceremony').select('tokenHash').where('expiresAt', '<', now.toISOString()).limit(SWEPT_AT_ONCE);
  await tx.deleteFrom('identity.ceremony').where('tokenHash', 'in', old).execute();
}

/** Begins something that must come back to the same browser; answers the token, which is stored nowhere. */
export async function beginCeremony(tx: Tx, now: Date, { kind, personId, state }: Ceremony): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await sweepCeremonies(tx, now);
  await tx.insertInto('identity.ceremony').values({ tokenHash: hashToken(token), id: uuidv7(), kind, personId, state: JSON.stringify(state), madeAt: now.toISOString(), expiresAt: new Date(now.getTime() + CEREMONY_MINUTES * 60_000).toISOString() }).execute();
  return token;
}

/** What was begun with this token, as long as it lasts; null where nothing was. */
export async function readCeremony(door: Ctx, kind: Ceremony['kind'], token: string | null): Promise<Ceremony | null> {
  if (token === null) return null;
  const row = await identity.read(door, AUTHENTICATE).selectFrom('identity.ceremony').select(['kind', 'personId', 'state'])
    .where('tokenHash', '=', hashToken(token)).where('kind', '=', kind).where('expiresAt', '>', door.now().toISOString()).executeTakeFirst();
  return row ? { ...row, state: row.state as JsonObject } : null;
}

/** Ends it; false where it was ended already, so that of two answers one counts. */
export async function endCeremony(tx: Tx, token: string): Promise<boolean> {
  const ended = await tx.deleteFrom('identity.ceremony').where('tokenHash', '=', hashToken(token)).executeTakeFirst();
  return ended.numDeletedRows > 0n;
}
