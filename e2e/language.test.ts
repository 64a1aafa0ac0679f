import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings, faultsOf, isSkipped, openBrowser, PASSWORD } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

let product: Product;
let browser: Browser;

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  await signIn(product.url);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

test.skipIf(isSkipped)('a browser in German is met in German, and keeps the English that is chosen on it', async () => {
  const context = await browser.newContext({ baseURL: product.url, locale: 'de-AT', viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const faults = faultsOf(page);
  await page.goto('/sign-in');
  await page.getByLabel('E-Mail').fill('ada@works.example');
  await page.getByLabel('Passwort', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await page.getByRole('navigation', { name: 'Räume' }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('de');
  expect(await axeFindings(page)).toEqual([]);
  await page.goto('/people');
  await page.getByRole('heading', { name: 'Personen', level: 1 }).waitFor();
  await page.goto('/account');
  await page.getByLabel('Sprache und Datum, auf diesem Gerät').selectOption({ label: 'English' });
  await page.getByRole('heading', { name: 'My account', level: 1 }).waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  await page.reload();
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
