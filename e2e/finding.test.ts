import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let number: string;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { email: ADA, password: PASSWORD });
  const { id } = await ada.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } });
  await ada.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'Owns the programme' });
  await ada.post('/api/people', { name: 'Piet Meijer' });
  const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
  const site = await cleo.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Utrecht works', kind: 'site', timeZone: 'Europe/Amsterdam' });
  ({ number } = await cleo.post<{ number: string }>('/api/incidents', { siteId: site.id, title: 'Forced door at dock 3', severity: 2, occurredFrom: '2026-11-20T12:00:00Z' }));
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const options = (page: Page): Promise<string[]> => page.getByRole('option').allInnerTexts();
/** The list has been read, so that keys are heard too. */
const openIncidents = async (page: Page): Promise<void> => {
  await page.goto(`${product.url}/incidents`);
  await page.getByText('Forced door at dock 3').filter({ visible: true }).first().waitFor();
};

describe.skipIf(isSkipped)('finding a record', () => {
  test.each([['dark', 1440], ['light', 390]] as const)('by keyboard, with a slip, as it sounds, and nothing; in %s at %i px', async (theme, width) => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO, { theme, width });
    await openIncidents(page);
    await (width < 700 ? page.getByRole('button', { name: 'Find or do anything' }).click() : page.keyboard.press('Control+k'));
    const field = page.getByRole('combobox', { name: 'Find or do anything' });
    await field.fill('froced dor');
    await page.getByRole('option', { name: /Forced door at dock 3.*similar/ }).waitFor();
    await picture(page, `finding-${theme}-slip`);
    expect(await axeFindings(page)).toEqual([]);
    await field.fill('Maier');
    await page.getByRole('option', { name: /Piet Meijer/ }).waitFor();
    await picture(page, `finding-${theme}-sound`);
    await field.fill('xylophonist');
    await page.getByText('Nothing you may see or do is called that.').waitFor();
    await picture(page, `finding-${theme}-nothing`);
    // Enter before the answer is there: what it brings is opened.
    await field.fill('');
    await field.pressSequentially(number);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/incidents\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { name: /Forced door at dock 3/ }).first().waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('says when it cannot search, and searches again', async () => {
    const { page, context } = await signedIn(browser, product.url, CLEO);
    await openIncidents(page);
    let isDown = true;
    await page.route('**/api/search?**', (route) => (isDown ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:problem:platform.database_unavailable', title: 'Unavailable', status: 503, detail: 'The database does not answer.' }) }) : route.fallback()));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('utrecht');
    await page.getByText('Records could not be searched: The database does not answer.').waitFor();
    await picture(page, 'finding-failing');
    expect(await axeFindings(page)).toEqual([]);
    isDown = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('option', { name: /Utrecht works/ }).waitFor();
    expect((await options(page))[0]).toContain('Utrecht works');
    await context.close();
  });
});
