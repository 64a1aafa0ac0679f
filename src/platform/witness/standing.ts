import type { Ctx } from '#platform/kernel/store.ts';
import { store } from '#platform/kernel/store.ts';
import type { Tables } from './tables.gen.ts';

/** How one witness stands. `sentSize` is the newest head that it was told, in leaves; `error` what keeps it from more. */
export type Standing = { target: string; node: string; kind: 'folder' | 'syslog' | 'mail'; sentSize: number; sentAt: string | null; triedAt: string; failingSince: string | null; error: string | null };

/** Every witness that heads were ever sent to from this organisation, with how it stands. */
export const witnessStandings = (ctx: Ctx): Promise<Standing[]> =>
  store<Tables>('witness').read(ctx, 'ledger:read').selectFrom('witness.standing').select(['target', 'node', 'kind', 'sentSize', 'sentAt', 'triedAt', 'failingSince', 'error']).orderBy('target').orderBy('node').limit(100).execute();
