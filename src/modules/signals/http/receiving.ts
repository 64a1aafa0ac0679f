import { nowMs } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { Problem } from '#platform/kernel/problem.ts';
import { HttpIntake } from './http-intake.ts';

type Receiver = { url: string; watches: boolean; opened: Promise<HttpIntake> | null };

const receivers = new WeakMap<Database, Receiver>();

const OPEN_EVERY_MS = 10_000;
const SUPERVISE_MS = 2_000;

/** Lets the verbs of this database receive signals; the connections are opened by the first one that comes, or at once where this process watches that sources are heard. */
export function receiveSignals(db: Database, url: string, { watches = false }: { watches?: boolean } = {}): { stop(): Promise<void> } {
  const receiver: Receiver = { url, watches, opened: null };
  receivers.set(db, receiver);
  const open = (): void => void receiverOf(db).catch(() => undefined);
  const opening = watches ? setInterval(open, OPEN_EVERY_MS) : null;
  if (watches) open();
  return {
    stop: async () => {
      if (opening) clearInterval(opening);
      receivers.delete(db);
      await (await receiver.opened?.catch(() => null))?.close();
    },
  };
}

/** What takes signals in; throws 503 where this process takes none, or not now. */
export async function receiverOf(db: Database): Promise<HttpIntake> {
  const receiver = receivers.get(db);
  if (!receiver) throw unavailable();
  receiver.opened ??= HttpIntake.open({ url: receiver.url, watch: receiver.watches ? { everyMs: SUPERVISE_MS, now: nowMs } : null, onLost: () => (receiver.opened = null) });
  try {
    return await receiver.opened;
  } catch (error) {
    receiver.opened = null;
    throw unavailable(error);
  }
}

/** 503: it could not be stored now. Nothing of it was acknowledged. */
export const unavailable = (cause?: unknown): Problem => new Problem('unavailable', 'signals.not_receiving', 'Signals cannot be stored at the moment. Send them again after the time in Retry-After.', { retryAfterS: 5 }, cause);
