import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StandInStream } from '../src/connectors/onvif/testing-stream.ts';
import { answerProbes, probeMatch, StandInCamera } from '../src/connectors/onvif/testing.ts';
import { isVideoSkipped } from '../src/platform/video/testing.ts';
import { faultsOf, isSkipped, openBrowser, pageFindings, PASSWORD } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const ENYA = 'enya@works.example';
const WAIT_MS = 30_000;

let product: Product;
let browser: Browser;
let camera: StandInCamera;
let stream: StandInStream;
let engineer: Api;
let network: { close(): void };
const faults: string[] = [];

beforeAll(async () => {
  if (isSkipped) return;
  const shown = await sharp({ create: { width: 1_280, height: 720, channels: 3, background: '#2b4a63' } }).jpeg().toBuffer();
  stream = await new StandInStream().start();
  [product, browser, camera] = await Promise.all([startProduct(), openBrowser(), new StandInCamera({ picture: shown, stream: stream.address }).start()]);
  const admin = await signIn(product.url);
  await admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: camera.port, reason: 'The camera of this journey' });
  await admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: stream.port, reason: 'Its stream' });
  await admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: 3_702, reason: 'Its discovery' });
  network = await answerProbes({ address: '127.0.0.1', port: 3_702 }, (id) => [probeMatch({ id, address: camera.address })]);
  await admin.post('/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Enya Engineer', signIn: { email: ENYA, password: PASSWORD } });
  for (const roleKey of ['systems-engineer', 'gsoc-supervisor']) await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Keeps the cameras' });
  engineer = await signIn(product.url, { email: ENYA, password: PASSWORD, found: false });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  network?.close();
  await camera?.stop();
  await stream?.stop();
  await product?.stop();
});

async function open(path: string, { theme, width }: { theme: 'dark' | 'light'; width: number }): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ baseURL: product.url, viewport: { width, height: 900 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  faultsOf(page, faults);
  expect((await context.request.post('/api/identity/sign-in', { data: { email: ENYA, password: PASSWORD } })).status()).toBe(200);
  await page.goto(path);
  return { page, context };
}

async function looksWell(page: Page, name: string): Promise<void> {
  expect([await pageFindings(page, name), faults]).toEqual([[], []]);
}

describe.skipIf(isSkipped)('a camera', () => {
  test('is looked for, asked what it is and taken with its device on the screen, rings, and its alarm shows what it saw then and sees now', async () => {
    const { page, context } = await open('/watch/sources', { theme: 'dark', width: 1440 });
    await page.getByRole('button', { name: 'Look for cameras' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Block of addresses').fill('127.0.0.1/32');
    await form.getByRole('button', { name: 'Look', exact: true }).click();
    await form.getByRole('button', { name: 'Add it: Gate camera' }).waitFor();
    await looksWell(page, 'camera-found-dark-1440');
    await form.getByRole('button', { name: 'Add it: Gate camera' }).click();
    await form.getByLabel('User name').fill('watcher');
    await form.getByLabel('Password').fill('correct horse');
    await form.getByRole('button', { name: 'Ask what it is' }).click();
    await form.getByText('Halden Optics HX & 7').waitFor();
    await form.getByRole('combobox', { name: /^Site/ }).fill('Berlin');
    await page.getByRole('listbox').getByRole('option', { name: /Berlin Works/ }).click();
    await form.getByLabel('Code of the device').fill('CAM-1');
    await looksWell(page, 'camera-take-dark-1440');
    await form.getByRole('button', { name: 'Add it' }).click();
    await expect.poll(() => camera.subscriptions.size, { timeout: WAIT_MS }).toBe(1);
    camera.tell({ topic: 'tns1:RuleEngine/LineDetector/Crossed', source: { VideoSourceConfigurationToken: 'v' }, data: { ObjectId: '7' } });
    const alarm = async () => (await engineer.get<{ items: { id: string }[] }>('/api/alarms')).items[0]?.id;
    await expect.poll(alarm, { timeout: WAIT_MS }).toBeTruthy();
    await page.goto(`/watch/alarms/${await alarm()}`);
    await page.getByRole('button', { name: /^Gate camera/ }).click();
    await page.getByRole('img', { name: 'What Gate camera shows', exact: true }).waitFor();
    await page.getByText(isVideoSkipped ? 'one picture every 2 seconds' : 'moving, as it comes').waitFor();
    await page.getByRole('img', { name: 'What Gate camera showed when it rang' }).waitFor();
    await looksWell(page, 'camera-alarm-dark-1440');
    await context.close();
    const phone = await open(`/watch/alarms/${await alarm()}`, { theme: 'light', width: 390 });
    await phone.page.getByRole('button', { name: /^Gate camera/ }).click();
    await phone.page.getByRole('img', { name: 'What Gate camera shows' }).waitFor();
    await looksWell(phone.page, 'camera-alarm-light-390');
    await phone.context.close();
  });
});
