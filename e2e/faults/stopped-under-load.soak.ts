import { expect, test } from 'vitest';
import { signIn, startProduct } from '../product.ts';
import { expectPromiseKept, startPanels, untilAcknowledging } from './panels.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const MOST_DRAIN_MS = 15_000;

test('told to stop in the middle of a flood it drains: what was acknowledged is stored, and the next start goes on', async () => {
  const product = await startProduct({ keepData: true });
  const panels = await startPanels(product, await signIn(product.url), 16);
  await untilAcknowledging(panels, product.output);
  await sleep(2_000);
  const toldAt = Date.now();
  await product.stop();
  const drainMs = Date.now() - toldAt;
  await Promise.all(panels.map(({ stop }) => stop()));
  const after = await startProduct({ dataDir: product.dataDir });
  try {
    await expectPromiseKept(after, panels);
  } finally {
    await after.stop();
  }
  console.log(`drained in ${drainMs} ms`);
  expect(drainMs).toBeLessThan(MOST_DRAIN_MS);
}, 180_000);
