import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type Product, signIn, startProduct } from '../product.ts';
import { startPanels, untilAcknowledging } from './panels.ts';

const PEOPLE = 10;
const OF_EACH = 20;
// Every change goes to each of them: as fast as it can be taken it would be a flood of ours and not of slow readers.
const EVERY_MS = 100;
const MOST_GROWTH = 128 * 2 ** 20;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let product: Product;
let api: Api;
beforeAll(async () => {
  product = await startProduct();
  api = await signIn(product.url);
});
afterAll(() => product?.stop());

const memory = (): number => product.pidsOf('web').reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024, 0);

/** A browser that asks for the live stream and reads nothing of it. */
function readNothing(cookie: string): Socket {
  const { port, host } = new URL(product.url);
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(`GET /api/live HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`));
  socket.pause();
  socket.on('error', () => undefined);
  return socket;
}

/** 95th percentile of reading the queue, in ms. */
async function reading(by: Api): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < 60; i++) {
    const from = performance.now();
    await by.get('/api/alarms?limit=50');
    took.push(performance.now() - from);
  }
  return took.sort((a, b) => a - b)[57] as number;
}

test(`${PEOPLE * OF_EACH} browsers that read nothing of what is live cost bounded memory, and a reader beside them hears all`, async () => {
  const cookies: string[] = [];
  for (let i = 0; i < PEOPLE; i++) {
    const email = `reader${i}@works.example`;
    const { id } = await api.post<{ id: string }>('/api/people', { name: `Reader ${i}`, signIn: { email, password: 'correct horse battery' } });
    await api.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-supervisor', reason: 'Works the queue' });
    cookies.push((await signIn(product.url, { email, found: false })).cookie);
  }
  const operator = { ...api, ...(await signIn(product.url, { email: 'reader0@works.example', found: false })) };
  const panels = await startPanels(product, api, 4, EVERY_MS);
  await untilAcknowledging(panels, product.output);
  const [before, alone] = [memory(), await reading(operator)];
  const silent = cookies.flatMap((cookie, who) => Array.from({ length: who === 0 ? OF_EACH - 1 : OF_EACH }, () => readNothing(cookie)));
  let heard = 0;
  const listening = new AbortController();
  void fetch(`${product.url}/api/live`, { headers: { cookie: cookies[0] as string }, signal: listening.signal }).then(async ({ body }) => {
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) heard += decoder.decode(chunk as Uint8Array).split('event: change').length - 1;
  }).catch(() => undefined);
  let most = 0;
  for (let second = 0; second < 60; second++) {
    await sleep(1_000);
    most = Math.max(most, memory());
  }
  const beside = await reading(operator);
  await Promise.all(panels.map(({ stop }) => stop()));
  listening.abort();
  for (const socket of silent) socket.destroy();
  console.log(`the web process grew by ${Math.round((most - before) / 2 ** 20)} MiB; reading the queue, 95th percentile: ${alone.toFixed(1)} ms without them, ${beside.toFixed(1)} ms beside them; the reader heard ${heard} changes`);
  expect(most - before).toBeLessThan(MOST_GROWTH);
  expect(heard).toBeGreaterThan(100);
}, 240_000);
