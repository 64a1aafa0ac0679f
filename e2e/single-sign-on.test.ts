import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aProvider, CLIENT, type TestProvider } from '../src/modules/identity/oidc/testing.ts';
import { axeFindings, faultsOf, isSkipped, openBrowser, PASSWORD, picture } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const ADA = 'ada@works.example';
const TOMAS = 'tomas@works.example';

let product: Product;
let url: string;
let browser: Browser;
let admin: Api;
let house: TestProvider | undefined;
let person = '';
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const shown = (words: string) => page.getByText(words, { exact: true }).locator('visible=true').first();
const panel = (name: string) => page.getByRole('region', { name, exact: true });
const isIn = async (): Promise<boolean> => (await context.request.get(`${url}/api/identity/me`)).status() === 200;

/** A browser that was never here; of somebody who is signed in, where one is named. */
async function newBrowser(email: string | null, { theme = 'dark' as 'dark' | 'light', width = 1440 } = {}): Promise<void> {
  await context?.close();
  context = await browser.newContext({ baseURL: url, viewport: { width, height: 900 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  faultsOf(page, faults);
  if (email !== null) expect((await context.request.post('/api/identity/sign-in', { data: { email, password: PASSWORD } })).status()).toBe(200);
}

/** Nothing that axe finds where it looks, nothing that sticks out at the side, no fault of the page. */
async function looksWell(name: string, { axe = true } = {}): Promise<void> {
  await picture(page, name, true);
  expect([axe ? await axeFindings(page) : [], await page.evaluate('document.documentElement.scrollWidth - innerWidth'), faults]).toEqual([[], 0, []]);
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct({ publicHost: 'localhost' });
  url = product.url.replace('127.0.0.1', 'localhost');
  admin = await signIn(url, { email: ADA, password: PASSWORD });
  person = (await admin.post<{ id: string }>('/api/people', { name: 'Tomas Rehn', signIn: { email: TOMAS, password: PASSWORD } })).id;
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await house?.stop();
  await product?.stop();
});

describe.skipIf(isSkipped)('single sign-on', () => {
  areSteps(() => page);

  test('is set up by who keeps sign-ins, who first tells the provider where to send people back to, and tests it', async () => {
    await newBrowser(ADA);
    await page.goto('/single-sign-on');
    await page.getByText('There is none.').first().waitFor();
    await looksWell('providers-empty-dark-1440', { axe: false });
    await page.keyboard.press('c');
    house = await aProvider([await page.getByRole('group', { name: 'Redirect URI' }).innerText()]);
    await button('Add').click();
    await page.getByText('Write the issuer').first().waitFor();
    await page.getByLabel('Name', { exact: true }).fill('House');
    await page.getByLabel('Issuer').fill(house.issuer);
    await page.getByLabel('Client ID').fill(CLIENT.id);
    await page.getByLabel('Client secret').fill(CLIENT.secret);
    await looksWell('providers-add-dark-1440');
    await button('Add').click();
    await button('Test House').click();
    await shown('fails').waitFor();
    await admin.post('/api/net/allowances', { range: '127.0.0.1/32', port: Number(new URL(house.issuer).port), reason: 'The provider of the house' });
    await button('Test House').click();
    await shown('well').waitFor();
    await looksWell('providers-dark-1440');
  });

  test('is linked by a person themselves, on the phone, and signs them in from then on to the page that they wanted', async () => {
    house?.seat('subject-of-tomas', { claims: { preferred_username: 'trehn' } });
    await newBrowser(TOMAS, { theme: 'light', width: 390 });
    await page.goto('/account');
    await button('Link House').click();
    await panel('Single sign-on').getByText('trehn').waitFor();
    expect(new URL(page.url()).pathname).toBe('/account');
    await looksWell('account-light-390');
    await context.request.post('/api/identity/sign-out');
    await page.goto('/sign-in?to=/account');
    await button('Sign in with House').waitFor();
    await looksWell('sign-in-light-390');
    await button('Sign in with House').click();
    await panel('Single sign-on').getByText(/Last used\s+\d/).waitFor();
    expect([new URL(page.url()).pathname, new URL(page.url()).search, await isIn()]).toEqual(['/account', '', true]);
  });

  test('lets no stranger in, whatever address their provider gives them, and says what to do', async () => {
    house?.seat('a-stranger', { claims: { email: TOMAS, email_verified: true } });
    await newBrowser(null);
    await page.goto('/sign-in');
    await button('Sign in with House').click();
    await page.getByText(/linked with nobody here/).first().waitFor();
    await looksWell('stranger-dark-1440');
    expect([await isIn(), new URL(page.url()).search]).toEqual([false, '']);
    await page.getByRole('link', { name: 'Go on' }).click();
    await page.getByLabel('E-mail').waitFor();
  });

  test('that is dead keeps nobody out: the password works, and its keeper sees it failing', async () => {
    await house?.stop();
    await newBrowser(null, { theme: 'light' });
    await page.goto('/sign-in');
    await Promise.all([page.waitForEvent('requestfailed'), button('Sign in with House').click()]);
    await newBrowser(null, { theme: 'light' });
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(TOMAS);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button('Sign in').click();
    await expect.poll(isIn).toBe(true);
    await newBrowser(ADA, { theme: 'light', width: 390 });
    await page.goto(`/single-sign-on`);
    await button('Test House').click();
    await shown('fails').waitFor();
    await looksWell('providers-light-390', { axe: false });
    await page.goto(`/people/${person}?tab=access`);
    await page.getByText('subject-of-tomas').waitFor();
    await looksWell('access-light-390', { axe: false });
    await button('Unlink Tomas Rehn from House').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink', exact: true }).click();
    await page.getByText('No provider knows Tomas Rehn').waitFor();
    await button('Link by subject').click();
    await looksWell('link-dialog-light-390');
  });
});
