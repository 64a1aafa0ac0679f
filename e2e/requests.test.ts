import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { email: 'ada@works.example', password: PASSWORD });
  const { id } = await ada.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } });
  await ada.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'Keeps the records' });
  const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
  await cleo.post('/api/incidents', { title: 'Wanda Quillfeather fell on the stairs', severity: 2, occurredFrom: '2026-11-01T12:00:00Z' });
  browser = await openBrowser();
  ({ page, faults } = await signedIn(browser, product.url, CLEO));
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('somebody asks what is held on them', () => {
  areSteps(() => page);

  test('is noted, their identity made sure of, and what names them found, by who handles it', async () => {
    await page.goto(`${product.url}/requests`);
    await page.getByText('Nobody has asked yet').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('n');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Wanda Quillfeather');
    await dialog.getByLabel('How it came').fill('letter');
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Note a request' }).click();
    const aside = page.getByRole('complementary');
    await aside.getByRole('button', { name: 'Identity is sure' }).click();
    await dialog.getByLabel('How').fill('Passport shown at the desk');
    await dialog.getByRole('button', { name: 'It is sure' }).click();
    await aside.getByRole('button', { name: 'Look for everything' }).click();
    await aside.getByText('in review').waitFor({ timeout: 30_000 });
    await aside.getByRole('button', { name: 'Each row' }).click();
    await aside.getByText('Wanda Quillfeather fell on the stairs').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('is given an archive', async () => {
    const aside = page.getByRole('complementary');
    await aside.getByRole('button', { name: 'Make the archive' }).click();
    const link = aside.getByRole('link', { name: 'The archive for the person' });
    await link.waitFor({ timeout: 30_000 });
    const answer = await page.request.get(product.url + (await link.getAttribute('href')));
    expect([answer.status(), (await answer.body()).includes('data.json')]).toEqual([200, true]);
    expect(faults).toEqual([]);
  });
});
