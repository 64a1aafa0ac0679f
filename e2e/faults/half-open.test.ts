import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Line, type Node, type Nodes, openLine, openNodes } from '../nodes.ts';
import { type Api, signIn } from '../product.ts';

const ANSWER_WITHIN_MS = 10_000;
const BACK_WITHIN_MS = 15_000;

let nodes: Nodes;
let line: Line;
let web: Node;
let api: Api;

beforeAll(async () => {
  nodes = await openNodes();
  line = await openLine(nodes.socketDir);
  web = await nodes.start('web', { urls: line.urls(nodes.database.urls) });
  api = await signIn(web.url);
});
afterAll(async () => {
  line.release();
  await nodes.close();
  await line.close();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks and answers the status, the media type and how long it took. */
async function timed(path: string, init: RequestInit = {}): Promise<{ status: number; type: string; tookMs: number }> {
  const from = performance.now();
  const reply = await api.raw(path, init);
  await reply.text();
  return { status: reply.status, type: reply.headers.get('content-type') ?? '', tookMs: performance.now() - from };
}

const aSite = (code: string) => ({ method: 'POST', body: JSON.stringify({ code, name: code, kind: 'site', timeZone: 'Europe/Berlin' }) });

/** How long the process lets a request wait that asks nothing of the database, again and again. */
async function longestPauseMs(isOver: () => boolean): Promise<number> {
  let longest = 0;
  while (!isOver()) {
    const { tookMs } = await timed('/healthz');
    longest = Math.max(longest, tookMs);
    await sleep(100);
  }
  return longest;
}

async function untilBack(): Promise<number> {
  const from = Date.now();
  while ((await timed('/readyz')).status !== 200 || (await timed('/api/identity/me')).status !== 200) {
    if (Date.now() - from > BACK_WITHIN_MS) throw new Error(`Not back after ${BACK_WITHIN_MS} ms:\n${web.output()}`);
    await sleep(200);
  }
  return Date.now() - from;
}

test('a database that stopped answering without a word is told within ten seconds, in words, by a process that stays awake, and is used again when it is back', async () => {
  expect((await timed('/readyz')).status).toBe(200);
  await api.post('/api/sites', { code: 'BEFORE', name: 'Before', kind: 'site', timeZone: 'Europe/Berlin' });
  // Every connection of the pool is open and idle, and who asks is known: the next word of each is a transaction.
  await Promise.all(Array.from({ length: 24 }, (_, i) => timed('/api/sites', aSite(`WARM-${i}`))));

  line.hold();
  let isOver = false;
  const pause = longestPauseMs(() => isOver);
  const writing = Array.from({ length: 6 }, (_, i) => timed('/api/sites', aSite(`HELD-${i}`)));
  await sleep(50);
  // With these more than the pool has connections.
  const asked = await Promise.all([
    ...writing, ...Array.from({ length: 14 }, () => timed('/api/identity/me')),
    timed('/api/alarms'), timed('/api/search?q=before'), timed('/api/ledger/head'), timed('/api/sites/export'),
  ]);
  const ready = await timed('/readyz');
  const second = await Promise.all(Array.from({ length: 12 }, (_, i) => timed('/api/sites', aSite(`AGAIN-${i}`))));
  isOver = true;
  for (const { status, type, tookMs } of [...asked, ...second]) {
    expect([status, type]).toEqual([503, expect.stringMatching(/^application\/problem\+json/)]);
    expect(tookMs).toBeLessThan(ANSWER_WITHIN_MS);
  }
  expect(ready).toMatchObject({ status: 503 });
  expect(ready.tookMs).toBeLessThan(ANSWER_WITHIN_MS);
  expect(await pause).toBeLessThan(1000);

  line.release();
  expect(await untilBack()).toBeLessThan(BACK_WITHIN_MS);
  const { items } = await api.get<{ items: { code: string }[] }>('/api/sites?limit=200');
  expect(items.map(({ code }) => code)).toContain('BEFORE');
  await api.post('/api/sites', { code: 'AFTER', name: 'After', kind: 'site', timeZone: 'Europe/Berlin' });
});

test('what was on its way when the line went dead has its one effect, however often it is sent again with its key', async () => {
  await untilBack();
  const key = 'held-in-the-middle-1';
  const send = () => timed('/api/sites', { ...aSite('MIDDLE'), headers: { 'idempotency-key': key } });
  // Just known to the process, so that the next word to the database is the writing itself.
  await timed('/api/sites?limit=1');
  const first = send();
  await sleep(3);
  line.hold();
  expect((await first).tookMs).toBeLessThan(ANSWER_WITHIN_MS);
  line.release();
  await untilBack();
  expect((await send()).status).toBe(201);
  expect((await send()).status).toBe(201);
  const { items } = await api.get<{ items: { code: string }[] }>('/api/sites?q=MIDDLE&limit=200');
  expect(items.length).toBe(1);
});
