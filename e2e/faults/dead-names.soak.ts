import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, signIn, startProduct } from '../product.ts';
import { startPanels, untilAcknowledging } from './panels.ts';
import { canMount } from './volume.ts';

const NAME_SERVER = '127.0.0.77';
const folder = mkdtempSync(join(tmpdir(), 'parapet names '));
const silent = createSocket('udp4');
let asked = 0;
let product: Product | null = null;

beforeAll(async () => {
  if (!canMount) return;
  silent.on('message', () => asked++);
  silent.bind(53, NAME_SERVER);
  await once(silent, 'listening');
  writeFileSync(join(folder, 'resolv.conf'), `nameserver ${NAME_SERVER}\noptions timeout:5 attempts:3\n`);
});
afterAll(async () => {
  await product?.stop();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!canMount)('where no name is ever resolved, people sign in and alarms ring all the same', async () => {
  const own = ['unshare', '-m', 'sh', '-c', `mount --bind '${join(folder, 'resolv.conf')}' /etc/resolv.conf && exec "$@"`, '--'];
  const serving = await startProduct({ under: own, env: { SMTP_URL: 'smtp://mail.nowhere.example:25' } });
  product = serving;
  const api = await signIn(serving.url);
  const panels = await startPanels(serving, api, 4);
  const { id } = await api.post<{ id: string }>('/api/people', { name: 'Ola Berg', signIn: { email: 'ola@works.example', password: 'correct horse battery' } });
  await api.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  const ola = await signIn(serving.url, { email: 'ola@works.example', found: false });
  await ola.post('/api/notify/test');
  await untilAcknowledging(panels, serving.output);
  await expect.poll(async () => (await ola.get<{ items: unknown[] }>('/api/alarms?limit=5')).items.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await expect.poll(() => asked, { timeout: 60_000 }).toBeGreaterThan(0);
  const from = performance.now();
  for (let i = 0; i < 10; i++) await signIn(serving.url, { email: 'ola@works.example', found: false });
  expect((performance.now() - from) / 10).toBeLessThan(2_000);
  await untilAcknowledging(panels, serving.output);
  expect(await fetch(`${serving.url}/readyz`).then(({ status }) => status)).toBe(200);
  await Promise.all(panels.map(({ stop }) => stop()));
}, 180_000);
