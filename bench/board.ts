// Time to the first useful board: signed in, cold cache, 1440 x 900, until a row of the queue is visible; bytes over the wire and memory of each process.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startProduct } from '../e2e/product.ts';
import { argument, table } from './measure.ts';

const REPEATS = argument('repeats', 5);
const CHROMIUM = process.env['PARAPET_CHROMIUM'] ?? '/usr/bin/chromium';
type SignIn = { email: string; password: string; role: string };
type Reading = { readyMs: number; firstPaintMs: number; blockedMs: number; kiB: number; requests: number; heapMiB: number };

const product = await startProduct({ empty: false, readyWithinMs: 180_000 });
try {
  const people = JSON.parse(readFileSync(join(product.dataDir, 'demo', 'sign-ins.json'), 'utf8')) as SignIn[];
  const operator = people.find(({ role }) => /operator/i.test(role)) as SignIn;
  const browser = await chromium.launch({ executablePath: CHROMIUM });
  const readings: Reading[] = [];
  for (let i = 0; i <= REPEATS; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const signedIn = await context.request.post(`${product.url}/api/identity/sign-in`, { data: { email: operator.email, password: operator.password } });
    if (!signedIn.ok()) throw new Error(`Sign-in answered ${signedIn.status()}.`);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Performance.enable');
    let [bytes, requests] = [0, 0];
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => ((bytes += encodedDataLength), requests++));
    await page.addInitScript(`globalThis.blocked = { ms: 0 };
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (globalThis.blocked.ms += Math.max(0, entry.duration - 50)))).observe({ type: 'longtask', buffered: true });`);
    const start = performance.now();
    await page.goto(`${product.url}/watch`, { waitUntil: 'commit' });
    await page.locator('section[aria-label] ul > li').first().waitFor({ state: 'visible', timeout: 30_000 });
    const readyMs = performance.now() - start;
    await page.waitForTimeout(1500);
    const { blockedMs, firstPaintMs } = await page.evaluate(() => ({ blockedMs: (globalThis as unknown as { blocked: { ms: number } }).blocked.ms, firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0 }));
    const { metrics } = await devtools.send('Performance.getMetrics');
    readings.push({ readyMs, firstPaintMs, blockedMs, kiB: bytes / 1024, requests, heapMiB: (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1_048_576 });
    await context.close();
  }
  await browser.close();
  const counted = readings.slice(1);
  const median = (of: (r: Reading) => number) => counted.map(of).toSorted((a, b) => a - b)[Math.floor(counted.length / 2)] ?? Number.NaN;
  console.log(`\nMedian of ${REPEATS} cold loads of the Watch after one that is not counted (fastest ${Math.round(Math.min(...counted.map((r) => r.readyMs)))} ms)\n`);
  console.log(table(['ready ms', 'first paint ms', 'blocked ms', 'KiB', 'requests', 'heap MiB'], [[median((r) => r.readyMs), median((r) => r.firstPaintMs), median((r) => r.blockedMs), median((r) => r.kiB), median((r) => r.requests), median((r) => r.heapMiB)].map((n) => n.toFixed(0))]));
  const rss = (['intake', 'web', 'worker'] as const).map((name) => `${name} ${Math.round(product.pidsOf(name).reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]), 0) / 1024)} MiB`);
  console.log(`\nmemory: ${rss.join(' · ')}`);
} finally {
  await product.stop();
}
