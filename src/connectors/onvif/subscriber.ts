import type { Client } from '#platform/net/outgoing.ts';
import type { Dialled, Sink } from '#platform/wire/port.ts';
import type { Credentials } from './soap.ts';
import { Watch } from './watch.ts';

export type SubscriberOptions = {
  client: Client;
  sink: Sink;
  /** The addresses of device services that are sources now; asked once a second. */
  filters: () => readonly string[];
  log?: (fields: object, message: string) => void;
  againMs?: number;
  longestMs?: number;
  askMs?: number;
};

const ASK_MS = 1_000;
const AGAIN_MS = 1_000;
const LONGEST_MS = 30_000;

/** Hears every camera that is a source, each by one subscription; a source that goes, or has another password, ends its own first. */
export function startOnvifSubscriber({ client, sink, filters, log = () => undefined, againMs = AGAIN_MS, longestMs = LONGEST_MS, askMs = ASK_MS }: SubscriberOptions): Dialled {
  const watched = new Map<string, { watch: Watch; key: string }>();
  const follow = async (): Promise<void> => {
    const wanted = new Set(filters());
    for (const [account, { watch }] of watched) {
      if (wanted.has(account)) continue;
      watched.delete(account);
      void watch.end();
    }
    for (const account of wanted) {
      const sealed = (await sink.keyOf?.('onvif', account)) ?? null;
      const key = sealed?.toString('base64') ?? '';
      const now = watched.get(account);
      if (now?.key === key) continue;
      await now?.watch.end();
      watched.set(account, { key, watch: new Watch({ client, sink, account, credentials: credentialsIn(sealed), againMs, longestMs }) });
    }
  };
  let following: Promise<void> | null = null;
  const ask = (): void => void (following ??= follow().catch((error: unknown) => log({ error: error instanceof Error ? error.message : 'unknown' }, 'The cameras could not be looked through.')).finally(() => (following = null)));
  const asking = setInterval(ask, askMs);
  ask();
  return {
    isConnected: () => [...watched.values()].every(({ watch }) => watch.isHeard),
    close: async () => {
      clearInterval(asking);
      await following;
      await Promise.all([...watched.values()].map(({ watch }) => watch.end()));
    },
  };
}

/** A name and password as they were sealed; null where there are none, or where they were sealed under another key of ours. */
export function credentialsIn(opened: Buffer | null): Credentials | null {
  if (!opened) return null;
  try {
    const { user, password } = JSON.parse(opened.toString('utf8')) as Partial<Credentials>;
    return typeof user === 'string' && typeof password === 'string' ? { user, password } : null;
  } catch {
    return null;
  }
}
