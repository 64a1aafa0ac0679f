import type { Asker } from './walking.ts';

/** The event streams of several people, each with what it was told so far. */
export type Streams = { told: ReadonlyMap<string, { text: string }>; /** Until that person's stream says it. */ until(name: string, words: string): Promise<void>; stop(): void };

const WITHIN_MS = 60_000;

/** Opens them, and waits until each has begun. */
export async function openStreams(url: string, people: readonly Asker[]): Promise<Streams> {
  const over = new AbortController();
  const told = new Map(people.map(({ name }) => [name, { text: '' }]));
  await Promise.all(people.map(async ({ name, headers }) => {
    const answer = await fetch(`${url}/api/live`, { headers, signal: over.signal });
    if (answer.status !== 200 || !answer.body) throw new Error(`${name}: ${answer.status}`);
    const kept = told.get(name) as { text: string };
    const read = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const first = await read.read();
    kept.text += first.value ?? '';
    void (async () => {
      for (let chunk = await read.read(); !chunk.done; chunk = await read.read()) kept.text += chunk.value;
    })().catch(() => undefined);
  }));
  return {
    told,
    until: async (name, words) => {
      for (const end = Date.now() + WITHIN_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10))) if (told.get(name)?.text.includes(words)) return;
      throw new Error(`${name} was not told of ${words}.`);
    },
    stop: () => over.abort(),
  };
}
