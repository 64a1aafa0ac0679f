import { statfsSync, truncateSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Product, signIn, startProduct } from '../product.ts';
import { expectPromiseKept, startPanels, untilAcknowledging } from './panels.ts';
import { canMount, openVolumes } from './volume.ts';

const PANELS = 48;
const MOST_FILLING_S = 150;
const STALLED_S = 4;
const MOST_BACK_MS = 60_000;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const volumes = canMount ? openVolumes() : null;
let product: Product | null = null;
afterAll(async () => {
  await product?.stop();
  volumes?.close();
}, 120_000);

test.skipIf(!canMount)('a full disk: nothing is acknowledged that is not stored, and once there is room it goes on by itself', async () => {
  const dataDir = (volumes as NonNullable<typeof volumes>).small('disk', 600);
  const serving = await startProduct({ dataDir, keepData: true });
  product = serving;
  const api = await signIn(serving.url);
  const panels = await startPanels(serving, api, PANELS);
  await untilAcknowledging(panels, serving.output);
  const ballast = join(dataDir, 'ballast');
  writeFileSync(ballast, '');
  const fill = () => {
    const { bavail, bsize } = statfsSync(dataDir);
    if (bavail > 0) try { appendFileSync(ballast, Buffer.alloc(bavail * bsize)); } catch { /* Others took of it meanwhile. */ }
  };
  const sum = () => panels.reduce((all, { acknowledged }) => all + acknowledged.length, 0);
  let full = sum();
  for (let second = 0, stalled = 0; stalled < STALLED_S; second++) {
    expect(second, 'the disk is full in time').toBeLessThan(MOST_FILLING_S);
    fill();
    await sleep(1000);
    stalled = sum() === full ? stalled + 1 : 0;
    full = sum();
  }
  expect(await fetch(`${serving.url}/healthz`).then(({ status }) => status)).toBe(200);
  const word = await fetch(`${serving.url}/api/sites`, { headers: { cookie: api.cookie } }).then(async (reply) => ({ status: reply.status, text: await reply.text() }));
  truncateSync(ballast, 0);
  const freedAt = Date.now();
  await untilAcknowledging(panels, serving.output, MOST_BACK_MS);
  console.log(`while full: ${word.status} ${word.text.slice(0, 200)}; acknowledging ${((Date.now() - freedAt) / 1000).toFixed(1)} s after there was room; ${full} acknowledged before`);
  await Promise.all(panels.map(({ stop }) => stop()));
  await expect.poll(() => fetch(`${serving.url}/readyz`).then(({ status }) => status, () => 'nobody answers'), { timeout: MOST_BACK_MS }).toBe(200);
  await expectPromiseKept(serving, panels);
}, 300_000);
