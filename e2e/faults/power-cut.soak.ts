import { afterAll, expect, test } from 'vitest';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Product, signIn, startProduct } from '../product.ts';
import { expectPromiseKept, startPanels, untilAcknowledging } from './panels.ts';
import { canMount, openVolumes } from './volume.ts';

const ROUNDS = Number(process.env['PARAPET_KILL_ROUNDS'] ?? 4);
const PANELS = 12;
const ROOT = join(import.meta.dirname, '../..');
/** Its process numbers are its own, as those of a machine that is gone. */
const APART = ['unshare', '-p', '-f', '--mount-proc', '--kill-child'];
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const volumes = canMount ? openVolumes() : null;
const running = new Set<Product>();
afterAll(async () => {
  for (const product of running) await product.stop();
  volumes?.close();
}, 120_000);

async function begin(...options: Parameters<typeof startProduct>): Promise<Product> {
  const product = await startProduct(...options);
  running.add(product);
  return product;
}
async function end(product: Product): Promise<void> {
  running.delete(product);
  await product.stop();
}

test.skipIf(!canMount)(`${ROUNDS} power cuts: a disk that lost what was not synced has every signal that was acknowledged, none twice, in order, and a whole ledger`, async () => {
  const disks = volumes as NonNullable<typeof volumes>;
  const product = await begin({ dataDir: disks.onImage('disk', 3_000), keepData: true, under: APART });
  const api = await signIn(product.url);
  const panels = await startPanels(product, api, PANELS);
  for (let round = 0; round < ROUNDS; round++) {
    await untilAcknowledging(panels, product.output);
    await sleep(500 + 700 * round);
    const everybody = product.allPids();
    for (const pid of everybody) process.kill(pid, 'SIGSTOP');
    // What left before the cut may still be on its way.
    await sleep(300);
    const acknowledged = panels.map(({ account, acknowledged: so }) => ({ account, acknowledged: [...so] }));
    const dataDir = disks.cutCopy('disk', `cut-${round}`);
    for (const pid of everybody) process.kill(pid, 'SIGCONT');
    await expectSurvived(dataDir, acknowledged);
    disks.release(`cut-${round}`);
  }
  await Promise.all(panels.map(({ stop }) => stop()));
  await end(product);
}, 120_000 + ROUNDS * 120_000);

async function expectSurvived(dataDir: string, acknowledged: { account: string; acknowledged: number[] }[]): Promise<void> {
  const after = await begin({ dataDir, keepData: true });
  await expectPromiseKept(after, acknowledged);
  const verified = spawnSync(process.execPath, [join(ROOT, 'bin/parapet.mjs'), 'verify', '--full', '--empty'], { cwd: ROOT, env: { ...process.env, PARAPET_DATA: dataDir }, encoding: 'utf8' });
  expect(verified.status, `${verified.stdout}${verified.stderr}`).toBe(0);
  await end(after);
}
