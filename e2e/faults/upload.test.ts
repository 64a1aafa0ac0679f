import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSkipped, openBrowser, PASSWORD, signedIn } from '../browser.ts';
import { type Api, type Product, signIn, startProduct } from '../product.ts';

const IS_SOAK = Boolean(process.env['PARAPET_SOAK']);
const SIZE = IS_SOAK ? 2 * 2 ** 30 : 64 * 2 ** 20;
const MOST_GROWTH = 256 * 2 ** 20;
const OLA = 'ola@works.example';
const NAME = 'Recording of a night.bin';
/** Who is cut, at which part of the file: each once, in the long run three times. */
const ROUNDS = IS_SOAK ? [0, 1, 2] : [1];
const CUTS = (['browser', 'app', 'database'] as const).flatMap((who, i) => ROUNDS.map((round) => ({ who, at: 0.06 + 0.1 * (round * 3 + i) }))).sort((a, b) => a.at - b.at);

let product: Product;
let browser: Browser;
let ola: Api;
let incident: string;
const folder = mkdtempSync(join(tmpdir(), 'parapet large '));
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Ola Berg', signIn: { email: OLA, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  ola = await signIn(product.url, { email: OLA, password: PASSWORD, found: false });
  incident = (await ola.post<{ id: string }>('/api/incidents', { title: 'A night on record', severity: 2 })).id;
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A file in which no two blocks are the same, and its hash. */
function aLargeFile(): { path: string; sha256: string } {
  const path = join(folder, NAME);
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(2 ** 20);
  for (let at = 0; at < SIZE; at += zeros.length) {
    const block = stream.update(zeros);
    hash.update(block);
    writeSync(file, block);
  }
  closeSync(file);
  return { path, sha256: hash.digest('hex') };
}

const STARTING_MS = 2_500;

/** The memory of each web process, beyond what it has when it has started. */
function watchMemory(): { growth(): number; stop(): void } {
  const seen = new Map<number, { since: number; first: number; most: number }>();
  const timer = setInterval(() => {
    for (const pid of product.pidsOf('web')) {
      const rss = rssOf(pid);
      if (rss === 0) continue;
      const { since, first, most } = seen.get(pid) ?? { since: Date.now(), first: rss, most: rss };
      seen.set(pid, { since, first: Date.now() - since < STARTING_MS ? rss : first, most: Math.max(most, rss) });
    }
  }, 100);
  return { growth: () => Math.max(...[...seen.values()].map(({ first, most }) => most - first)), stop: () => clearInterval(timer) };
}

function rssOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A signed-in page on the incident's files, which is given the file: anew, or to go on with. Parts are slowed where the file is small. */
async function sendFrom(path: string, button: string | RegExp): Promise<Page> {
  const { page } = await signedIn(browser, product.url, OLA);
  if (!IS_SOAK) await page.route('**/bytes?**', async (route) => { await sleep(60); await route.continue().catch(() => undefined); });
  await page.goto(`${product.url}/incidents/${incident}?tab=files`);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: button }).click()]);
  await chooser.setFiles(path);
  return page;
}

/** Asks until it is answered. */
async function patiently<T>(ask: () => Promise<T>, withinMs = 60_000): Promise<T> {
  for (const until = Date.now() + withinMs; ; await sleep(100)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

type Upload = { id: string; stored: number };
const upload = async (): Promise<Upload | undefined> => (await patiently(() => ola.get<{ items: Upload[] }>(`/api/files/uploads?recordId=${incident}`))).items[0];

test.skipIf(isSkipped)(`an upload of ${SIZE / 2 ** 20} MiB, cut ${IS_SOAK ? 'three times each' : 'once each'} by browser, app and database, goes on where it was, with the same hash and in bounded memory`, async () => {
  const { path, sha256 } = aLargeFile();
  const memory = watchMemory();
  let page = await sendFrom(path, /^Add files/);
  let stored = 0;
  for (const { who, at } of CUTS) {
    for (const until = Date.now() + 180_000; stored < at * SIZE; await sleep(20)) {
      const now = (await upload())?.stored ?? 0;
      expect(now, 'what was acknowledged is never lost').toBeGreaterThanOrEqual(stored);
      stored = now;
      if (Date.now() > until) throw new Error(`It stands still at ${stored}: ${await page.getByRole('listitem').allInnerTexts()}\n${product.output().slice(-2000)}`);
    }
    if (who === 'browser') {
      await page.context().close();
      page = await patiently(() => sendFrom(path, `Choose the file ${NAME} again`));
    } else for (const pid of product.pidsOf(who === 'app' ? 'web' : 'postgres')) process.kill(pid, 'SIGKILL');
  }
  type Listed = { items: { id: string; name: string; sha256: string; size: number }[] };
  await page.getByRole('link', { name: `Download ${NAME}` }).waitFor({ timeout: 300_000 });
  const { items } = await patiently(() => ola.get<Listed>(`/api/files?recordId=${incident}`));
  expect(items).toMatchObject([{ name: NAME, sha256, size: SIZE }]);
  const answer = await ola.raw(`/api/files/${items[0]?.id}/content`);
  const hash = createHash('sha256');
  for await (const chunk of answer.body ?? []) hash.update(chunk as Uint8Array);
  expect(hash.digest('hex')).toBe(sha256);
  memory.stop();
  console.log(`${SIZE / 2 ** 20} MiB: the web process grew by at most ${Math.round(memory.growth() / 2 ** 20)} MiB`);
  expect(memory.growth()).toBeLessThan(MOST_GROWTH);
}, IS_SOAK ? 1_800_000 : 300_000);
