import type { Api } from '../product.ts';

/** As the web app reads again: it gathers what changed, and rests between two readings of the same thing; ms. */
const GATHER_MS = 60;
const REST_MS = 250;

/** What a screen of the queue shows: alarms of one device by their point, with when each was first in the list; ms since 1970. */
export type LiveReader = { seen: ReadonlyMap<string, number>; readings(): number; stop(): void };

type Listed = { items: { sourceId: string | null; point: string | null }[] };

/** A screen without a browser: follows the live line, reads the queue again as the web app does, and notes when each alarm of that source is in it. */
export function startReader(url: string, api: Pick<Api, 'cookie'>, sourceId: string): LiveReader {
  const seen = new Map<string, number>();
  const closing = new AbortController();
  const headers = { cookie: api.cookie, 'accept-encoding': 'gzip' };
  let readings = 0;
  let isDue = false;
  let isReading = false;
  const read = async (): Promise<void> => {
    if (isReading) return;
    isReading = true;
    while (isDue && !closing.signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      isDue = false;
      const answer = await fetch(`${url}/api/alarms?state=open&limit=200`, { headers, signal: closing.signal }).catch(() => null);
      if (answer?.ok) {
        const { items } = (await answer.json()) as Listed;
        const at = Date.now();
        readings++;
        for (const { sourceId: of, point } of items) if (of === sourceId && point !== null && !seen.has(point)) seen.set(point, at);
      }
      if (isDue) await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    isReading = false;
  };
  void (async () => {
    while (!closing.signal.aborted) {
      const line = await fetch(`${url}/api/live`, { headers: { cookie: api.cookie }, signal: closing.signal }).catch(() => null);
      const decoder = new TextDecoder();
      if (line?.body) {
        for await (const chunk of line.body) {
          if (!decoder.decode(chunk as Uint8Array, { stream: true }).includes('alarms.')) continue;
          isDue = true;
          void read();
        }
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  })().catch(() => undefined);
  return { seen, readings: () => readings, stop: () => closing.abort() };
}
