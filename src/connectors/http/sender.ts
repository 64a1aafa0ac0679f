import type { Sender } from '#platform/wire/port.ts';

const AGAIN_MS = 1_000;

/** A head-end that sends one signal after the other in our own form; its words are the signal as JSON, the time and a name are added. `key` is the key of its source. */
export function openSender({ to, account, key = '' }: { to: string; account: string; key?: string }): Sender {
  const closing = new AbortController();
  let sent = 0;
  const post = (body: string): Promise<Response | null> =>
    fetch(`${to}/api/signals`, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, signal: closing.signal }).catch((error: unknown) => {
      if (closing.signal.aborted) throw error;
      return null;
    });
  return {
    send: async (words) => {
      const signal = JSON.parse(words) as Record<string, unknown>;
      const body = JSON.stringify({ externalId: `${account}-${++sent}`, occurredAt: new Date().toISOString(), ...signal });
      for (;;) {
        const answer = await post(body);
        if (answer?.ok) return;
        if (answer && answer.status < 500 && answer.status !== 429) throw new Error(`The receiver answered ${answer.status}.`);
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    },
    close: () => closing.abort(),
  };
}
