import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aGroup, anEntraUser, PATCH_OP } from '../src/modules/directory/testing.ts';
import { faultsOf, isSkipped, openBrowser, pageFindings, PASSWORD } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const ADA = 'ada@works.example';

let product: Product;
let url: string;
let browser: Browser;
let admin: Api;
let context: BrowserContext;
let page: Page;
let key = '';
const faults: string[] = [];

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');

async function newBrowser({ theme = 'dark' as 'dark' | 'light', width = 1440 } = {}): Promise<void> {
  await context?.close();
  context = await browser.newContext({ baseURL: url, viewport: { width, height: 900 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  faultsOf(page, faults);
  expect((await context.request.post('/api/identity/sign-in', { data: { email: ADA, password: PASSWORD } })).status()).toBe(200);
}

/** Nothing that axe finds where it looks, nothing that sticks out at the side, no fault of the page. */
async function looksWell(name: string): Promise<void> {
  expect([await pageFindings(page, name), faults]).toEqual([[], []]);
}

async function say(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const reply = await fetch(`${url}/scim/v2${path}`, { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }, body: JSON.stringify(body) });
  return (await reply.json()) as Record<string, unknown>;
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct({ publicHost: 'localhost' });
  url = product.url.replace('127.0.0.1', 'localhost');
  admin = await signIn(url, { email: ADA, password: PASSWORD });
  await admin.post('/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('a directory of the company', () => {
  areSteps(() => page);

  test('is added beside single sign-on, and its key is shown once', async () => {
    await newBrowser();
    await page.goto('/single-sign-on');
    await page.getByRole('link', { name: 'Directories bring people and stop them.' }).click();
    await page.getByText('No directory says who is here.').waitFor();
    await looksWell('directories-empty-dark-1440');
    await page.keyboard.press('c');
    await button('Add').click();
    await dialog().getByText('Say what people call it').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Entra ID');
    await looksWell('directories-add-dark-1440');
    await button('Add').click();
    await button('Make a key for Entra ID').click();
    await page.getByLabel('Name of the key').fill('Provisioning');
    await button('Make it').click();
    key = await dialog().getByRole('group').innerText();
    expect(key).toMatch(/^ps_[\w-]{43}$/);
    await dialog().getByRole('button').last().click();
  });

  test('brings people and groups; what a group gives is said here, and what was refused is seen with why', async () => {
    const { id } = await say('POST', '/Users', anEntraUser('Jo Joiner'));
    const group = await say('POST', '/Groups', aGroup('Receptionists', [String(id)]));
    await say('PATCH', `/Groups/${String(group['id'])}`, { schemas: [PATCH_OP], Operations: [{ op: 'add', path: 'shoes', value: 'x' }] });
    await newBrowser();
    await page.goto('/directories');
    await button('Give a role by Receptionists').click();
    await page.getByLabel('Role', { exact: true }).selectOption('reception');
    await page.getByLabel('Whole organisation').check();
    await page.getByLabel('Why').fill('As the company has it');
    await looksWell('directories-map-dark-1440');
    await button('Let it give').click();
    await page.getByText('given to 1', { exact: false }).first().waitFor();
    await page.getByText('There is no attribute shoes.').waitFor();
    await looksWell('directories-dark-1440');
    expect((await admin.get<{ items: { roleKey: string }[] }>(`/api/identity/grants?personId=${String(id)}`)).items.map(({ roleKey }) => roleKey)).toEqual(['reception']);
  });

  test('is kept on a phone too: a role is taken from its group, and its key ended', async () => {
    await newBrowser({ theme: 'light', width: 390 });
    await page.goto('/directories');
    await button('End Reception and visitor desk by Receptionists').waitFor();
    await looksWell('directories-light-390');
    await button('End Reception and visitor desk by Receptionists').click();
    await page.getByLabel('Why').fill('No more');
    await dialog().getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('gives nothing').first().waitFor();
    await button('End Provisioning').click();
    await dialog().getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('Without a key it cannot speak.').waitFor();
    await expect.poll(async () => (await say('POST', '/Users', anEntraUser('Late Comer')))['status'], { timeout: 10_000 }).toBe('401');
  });
});
