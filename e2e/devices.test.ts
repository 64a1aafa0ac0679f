import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, isSkipped, openBrowser, pageFindings, PASSWORD } from './browser.ts';
import { sendData } from './panel.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const ENYA = 'enya@works.example';
const ACCOUNT = '4711';
const WAIT_MS = 30_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let engineer: Api;
const faults: string[] = [];
const idOf: Record<string, string> = {};

async function open(path: string, { theme, width }: { theme: 'dark' | 'light'; width: number }): Promise<void> {
  await context?.close();
  context = await browser.newContext({ baseURL: product.url, viewport: { width, height: 900 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  faultsOf(page, faults);
  expect((await context.request.post('/api/identity/sign-in', { data: { email: ENYA, password: PASSWORD } })).status()).toBe(200);
  await page.goto(path);
}

async function looksWell(name: string): Promise<void> {
  expect([await pageFindings(page, name), faults]).toEqual([[], []]);
}

/** Sends what the panel says of its modules. */
const says = (...data: string[]): Promise<void> => sendData(product.dc09Port, ACCOUNT, ...data);

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const admin = await signIn(product.url);
  const { id: siteId } = await admin.post<{ id: string }>('/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Enya Engineer', signIn: { email: ENYA, password: PASSWORD } });
  for (const roleKey of ['systems-engineer', 'gsoc-supervisor']) await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Keeps the devices' });
  engineer = await signIn(product.url, { email: ENYA, password: PASSWORD, found: false });
  const source = await engineer.post<{ id: string }>('/api/signals/sources', { protocol: 'dc09', account: ACCOUNT, name: 'Main panel', siteId });
  const add = async (code: string, kind: string, point: string, behind?: string): Promise<void> => {
    idOf[code] = (await engineer.post<{ id: string }>('/api/devices', { siteId, code, name: code, kind, points: [{ sourceId: source.id, point }], behindId: behind ? idOf[behind] : null })).id;
  };
  await add('Switch-3', 'switch', 'device:1');
  for (const n of [1, 2, 3]) await add(`Camera-${n}`, 'camera', `device:1${n}`, 'Switch-3');
}, 120_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('the register of devices', () => {
  areSteps(() => page);

  test('a device is added by keyboard, with the point by which it is known', async () => {
    await open('/watch/devices', { theme: 'dark', width: 1440 });
    await page.getByText('Switch-3').filter({ visible: true }).first().waitFor();
    await page.keyboard.press('c');
    await page.getByLabel('Code', { exact: true }).fill('RDR-1');
    await page.getByLabel('Name', { exact: true }).fill('Reader at the gate');
    await page.getByLabel('Kind', { exact: true }).last().selectOption('reader');
    await page.getByRole('combobox', { name: /^Source/ }).fill('Main');
    await page.getByRole('option', { name: /Main panel/ }).click();
    await page.getByLabel(/^Point/).fill('door:1');
    await page.getByRole('button', { name: 'Add the point' }).click();
    await looksWell('device-form');
    await page.getByRole('button', { name: 'Add the device' }).click();
    await page.getByRole('heading', { name: 'Reader at the gate' }).waitFor();
    expect(await page.getByText('door:1').count()).toBe(1);
  });

  test('a switch dies: its three cameras fold into one alarm, which leads to the switch and back', async () => {
    await says('Nri1/EM0011', 'Nri1/EM0001', 'Nri1/EM0012', 'Nri1/EM0013');
    await page.goto('/watch');
    await page.getByText('+3 folded').first().waitFor();
    await page.getByText('+3 folded').first().click();
    await page.getByText('Folded into it: 3 alarms of what stands behind this device').waitFor();
    await looksWell('watch-folded');
    await page.getByRole('link', { name: 'Switch-3' }).click();
    await page.getByRole('heading', { name: 'Switch-3' }).waitFor();
    await page.getByText('equipment.device-missing').first().waitFor();
    await page.getByRole('link', { name: 'Device or module missing' }).first().waitFor();
    await page.getByRole('link', { name: 'Camera-3' }).waitFor();
    await looksWell('device-down');
  });

  test('on a phone and in the light the register and a device fold to the width', async () => {
    await open('/watch/devices?reach=down', { theme: 'light', width: 390 });
    await page.getByText('Camera-1').filter({ visible: true }).first().waitFor();
    await looksWell('devices-phone');
    await page.goto(`/watch/devices/${idOf['Camera-1']}`);
    await page.getByRole('heading', { name: 'Camera-1' }).waitFor();
    await page.getByText('folded', { exact: true }).filter({ visible: true }).first().waitFor();
    await looksWell('device-phone');
  });
});
