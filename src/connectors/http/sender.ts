import type { Sender } from '#platform/wire/port.ts';

const AGAIN_MS = 1_000;

/**
 * A head-end that sends one message after the other. `to` is the address of the web app, and its words a signal in our own form as JSON, to which time and name
 * are added; or the address of its source for webhooks, and its words go as they are. `key` is the key of its source.
 */
export function openSender({ to, account, key = '' }: { to: string; account: string; key?: string }): Sender {
  const closing = new AbortController();
  const isOwnForm = !new URL(to).pathname.startsWith('/api/');
  const began = Date.now().toString(36);
  let sent = 0;
  const post = (body: string): Promise<Response | null> =>
    fetch(isOwnForm ? `${to}/api/signals` : to, { method: 'POST', body, headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` }, signal: closing.signal }).catch((error: unknown) => {
      if (closing.signal.aborted) throw error;
      return null;
    });
  return {
    send: async (words) => {
      const body = isOwnForm ? JSON.stringify({ externalId: `${account}-${began}-${++sent}`, occurredAt: new Date().toISOString(), ...(JSON.parse(words) as Record<string, unknown>) }) : words;
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
