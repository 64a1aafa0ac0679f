import { randomInt } from 'node:crypto';
import { readConfig } from '#platform/kernel/config.ts';
import type { Reply } from '#platform/kernel/contract.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type * as contract from './contract.ts';
import { shellLine } from './shell-line.ts';
import type { Tables } from './tables.gen.ts';
import { eventTypes } from './taxonomy.ts';

const signals = store<Tables>('signals');
const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '*']);

/** A first signal to try the way in with: of the oldest source that the reader sees, for the receiver as it is configured. */
export async function exampleSignal(ctx: Ctx): Promise<Reply<typeof contract.exampleSignal>> {
  const { listen, publicUrl, dc09Port } = readConfig();
  const source = (await signals.read(ctx).selectFrom('signals.source').select(['id', 'name', 'account']).where('protocol', '=', 'dc09').where('state', '=', 'active').orderBy('createdAt').orderBy('id').limit(1).executeTakeFirst()) ?? null;
  const host = EVERY_ADDRESS.has(listen) ? new URL(publicUrl).hostname : listen;
  const frame = source ? PROTOCOLS.get('dc09')?.example?.(source.account, randomInt(1, 10_000)) : undefined;
  return { isListening: dc09Port !== undefined, host, port: dc09Port ?? null, source, command: frame && dc09Port !== undefined ? shellLine(frame, { host, port: dc09Port }) : null };
}

export async function listTypes(): Promise<Reply<typeof contract.listTypes>> {
  return { items: eventTypes.map(({ key, family, title, priority, raisesAlarm }) => ({ key, family, title, priority, raisesAlarm })) };
}
