import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { email: 'ada@works.example', password: PASSWORD });
  const { id } = await ada.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } });
  await ada.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'Leads' });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const look = async (page: Page, name: string): Promise<void> => {
  await page.waitForLoadState('networkidle');
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, name, true);
};

describe.skipIf(isSkipped)('last year’s alarms', () => {
  test('a file is dropped, its reading confirmed, the answer seen in money, and a rule drafted from it', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await page.goto(`${product.url}/watch/last-year`);
    await page.getByText('Nothing has been analysed yet.').waitFor();
    await look(page, 'last-year');
    await page.getByRole('button', { name: 'Try it with an invented file' }).click();
    await page.getByLabel('Name of the analysis').waitFor();
    await page.getByLabel('Time zone of its times').selectOption('Europe/Berlin');
    await page.getByLabel('burglary alarm').waitFor();
    expect(await page.getByLabel('burglary alarm').inputValue()).toBe('intrusion.alarm');
    await page.getByRole('region', { name: 'What the first rows become' }).getByText('UTC').first().waitFor();
    await look(page, 'last-year-reading');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByRole('button', { name: /^Take [\d,]+ alarms and work it out$/ }).click({ timeout: 60_000 });
    await page.getByText(/^\d+ of 15 devices cause half of the false alarms$/).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Say what one costs' }).click();
    for (const [label, value] of [['Currency', 'eur'], ['Minutes of an operator', '6'], ['An hour of an operator costs', '40'], ['Sending somebody costs', '90'], ['Somebody is sent to so many of a hundred', '10'], ['Where the figures come from', 'Guard contract']] as const) await page.getByLabel(label).fill(value);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('EUR 13 each').waitFor();
    await look(page, 'last-year-answer');
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, 'last-year-phone');
    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await page.getByRole('link', { name: /^Make a draft of this rule/ }).count()).toBe(3);
    await page.getByRole('link', { name: /^Make a draft of this rule/ }).first().click();
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByRole('button', { name: 'Try version 1' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  }, 120_000);
});
