import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, isSkipped, openBrowser, pageFindings, PASSWORD } from './browser.ts';
import { sendData } from './panel.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const CARLA = 'carla@works.example';
const SAM = 'sam@works.example';
const ACCOUNT = '4712';
const WAIT_MS = 30_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let sam: Api;
const faults: string[] = [];

async function open(path: string, { theme, width }: { theme: 'dark' | 'light'; width: number }): Promise<void> {
  await context?.close();
  context = await browser.newContext({ baseURL: product.url, viewport: { width, height: 900 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  faultsOf(page, faults);
  expect((await context.request.post('/api/identity/sign-in', { data: { email: CARLA, password: PASSWORD } })).status()).toBe(200);
  await page.goto(path);
}

async function looksWell(name: string): Promise<void> {
  expect([await pageFindings(page, name), faults]).toEqual([[], []]);
}

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const admin = await signIn(product.url);
  const { id: siteId } = await admin.post<{ id: string }>('/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  for (const [name, email, roles] of [['Carla Chief', CARLA, ['cso']], ['Sam Supervisor', SAM, ['gsoc-supervisor', 'systems-engineer']]] as const) {
    const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    for (const roleKey of roles) await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Their work' });
  }
  sam = await signIn(product.url, { email: SAM, password: PASSWORD, found: false });
  await sam.post('/api/signals/sources', { protocol: 'dc09', account: ACCOUNT, name: 'Main panel', siteId });
  await sendData(product.dc09Port, ACCOUNT, 'Nri1/BA07');
}, 120_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('the chief’s morning', () => {
  areSteps(() => page);

  test('an alarm rings and is answered', async () => {
    const raised = async () => (await sam.get<{ items: { id: string }[] }>('/api/alarms')).items[0]?.id;
    await expect.poll(raised, { timeout: WAIT_MS }).toBeTruthy();
    await sam.post(`/api/alarms/${await raised()}/acknowledge`, {});
  });

  test('six clicks from the desk to the bytes that came on the wire', async () => {
    await open('/incidents', { theme: 'light', width: 1440 });
    await page.getByRole('navigation').getByRole('link', { name: 'Desk' }).first().click();
    await page.getByRole('heading', { name: 'Posture by site' }).waitFor();
    await page.getByRole('row', { name: /^Answer/ }).waitFor();
    await looksWell('desk');
    await page.getByRole('link', { name: 'Answer' }).click();
    await page.getByRole('heading', { name: 'Time to answer', level: 1 }).waitFor();
    await looksWell('figure');
    await page.getByRole('link', { name: 'The records that I may see' }).click();
    await page.getByRole('row', { name: /Berlin Works/ }).first().click();
    await page.getByRole('link', { name: 'Open' }).first().click();
    await page.getByRole('button', { name: 'Hex' }).click();
    await page.getByText('35 22 53 49 41 2d 44 43').first().waitFor();
  });

  test('the same on a phone in the dark, and every figure with its definition', async () => {
    await open('/desk', { theme: 'dark', width: 390 });
    await page.getByRole('row', { name: /^Answer/ }).waitFor();
    await looksWell('desk-phone');
    await page.goto('/desk/figures');
    await page.getByRole('link', { name: 'True alarms' }).waitFor();
    await looksWell('figures-phone');
  });
});
