import type { ExportParts } from '#platform/exports/port.ts';

const MOMENT = 'of a sign-in that is under way';
const WAYS = 'ways to sign in are given anew in another installation';

export const exportParts: ExportParts = {
  leftOut: {
    attempt: MOMENT, ceremony: MOMENT, proof: MOMENT, reset_link: WAYS, recovery_code: WAYS, totp: WAYS, passkey: WAYS, 'credential.password_hash': WAYS, 'provider.sealed': 'the secret with a provider of single sign-on',
    glass_ask: 'whether somebody asked for a record behind a wall would say that there is one', glass_entry: 'the same',
  },
};
