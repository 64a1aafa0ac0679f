import { isIP } from 'node:net';
import { readConfig } from '#platform/kernel/config.ts';
import { Problem } from '#platform/kernel/problem.ts';

/** For whom passkeys are made: the name of our address, and the address itself. They fit nowhere else. */
export type RelyingParty = { id: string; origin: string };

/** From the address that people open; null where it has no name, since passkeys are for names only (WebAuthn §5.4.2). */
export function relyingPartyAt(publicUrl: string): RelyingParty | null {
  const { hostname, origin } = new URL(publicUrl);
  return isIP(hostname.replace(/^\[(.*)\]$/, '$1')) ? null : { id: hostname, origin };
}

/** Ours. Throws 422 where there can be none. */
export function relyingParty(): RelyingParty {
  const party = relyingPartyAt(readConfig().publicUrl);
  if (!party) throw new Problem('refused', 'identity.passkeys_need_a_name', 'Passkeys need an address with a name. Who runs the server sets PARAPET_PUBLIC_URL to one.');
  return party;
}

export const canHavePasskeys = (): boolean => relyingPartyAt(readConfig().publicUrl) !== null;
