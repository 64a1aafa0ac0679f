import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type { NewSignal } from '../contract.ts';
import { addSources, retireIn } from '../sources.service.ts';
import { waysOf } from './simulator.service.ts';

/** A signal that did not happen, as its sender words it; the same `externalId` is stored once. */
export type SyntheticSignal = NewSignal & { externalId: string };

/** Makes a simulated source that sends over HTTP with this key, in the caller's transaction: what it sends is marked from the bytes on. Answers its id. */
export async function lendSource(ctx: Ctx, { account, name, siteId, key }: { account: string; name: string; siteId: string | null; key: string }): Promise<string> {
  const made = await addSources(ctx, { protocol: 'http', account, name, siteId, isSimulated: true, keyIn: 'header', key });
  return 'items' in made ? '' : made.id;
}

/** Retires a lent source; nothing where it has been. Only one that is simulated is ever retired so. */
export const returnSource = (ctx: Ctx, id: string, reason: string): Promise<void> => retireIn(ctx, id, reason);

/** Sends it by the door through which every signal over HTTP comes. Rejects where nobody takes it, or it is refused. */
export async function sendSynthetic(signal: SyntheticSignal, key: string): Promise<void> {
  const { http = '' } = waysOf(readConfig());
  const sender = PROTOCOLS.get('http')?.openSender?.({ to: http, account: signal.externalId, key });
  if (!sender) throw new TypeError('Nothing sends over HTTP here.');
  // The sender itself tries for as long as nobody answers; here the next look tries again.
  const late = setTimeout(() => sender.close(), SEND_WITHIN_MS);
  try {
    await sender.send(JSON.stringify(signal));
  } catch (error) {
    throw error instanceof TypeError ? error : new TypeError('The signal was not taken.', { cause: error });
  } finally {
    clearTimeout(late);
    sender.close();
  }
}
const SEND_WITHIN_MS = 10_000;
