import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { sendData } from './panel.ts';
import { type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const AUTHOR = 'noor@works.example';
const PUBLISHER = 'cleo@works.example';

let product: Product;
let browser: Browser;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { email: ADA, password: PASSWORD });
  for (const [email, name, roleKey] of [[AUTHOR, 'Noor Said', 'gsoc-supervisor'], [PUBLISHER, 'Cleo Chief', 'cso']] as const) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'Watches' });
  }
  await ada.post('/api/signals/sources', { protocol: 'dc09', account: '1234', name: 'Panel of the lab', siteId: null });
  await sendTamperThenAlarm(3);
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Of other zones each time: the same again within a minute is a repeat. */
async function sendTamperThenAlarm(zone: number): Promise<void> {
  await sendData(product.dc09Port, '1234', `Nri1/TA000${zone}`, `Nri1/BA000${zone}`);
}

const look = async (page: Page, name: string): Promise<void> => {
  await page.waitForLoadState('networkidle');
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, name);
};

describe.skipIf(isSkipped)('a rule over several signals', () => {
  test('is written from an example, tried over stored signals, put into force by another, and rings', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, AUTHOR);
    await page.goto(`${product.url}/watch/rules`);
    await page.getByText('Runaway device').filter({ visible: true }).first().waitFor();
    await page.getByRole('button', { name: 'Write a rule' }).click();
    await page.getByLabel('Begin from an example').selectOption('tamper-then-zone');
    await page.getByText(/^First “.*”, then “.*, at one device/).waitFor();
    await look(page, 'rules-form');
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByText('Say what it is for.').waitFor();
    await page.getByLabel('What is it for?').fill('A housing opened first, then somebody walks in');
    await page.getByRole('button', { name: 'Keep as a draft' }).click();
    await page.getByRole('button', { name: 'Try version 1' }).click();
    await page.getByText(/7 days: would have raised 1 alarm from \d+ signals/).waitFor({ timeout: 30_000 });
    await page.getByRole('region', { name: 'Alarms of the test' }).getByText('Panel of the lab').first().waitFor();
    await look(page, 'rules-tried');
    const address = page.url().replace(/\?.*/, '');
    await context.close();

    const other = await signedIn(browser, product.url, PUBLISHER, { theme: 'light', width: 390, height: 844 });
    await other.page.goto(address);
    await other.page.getByRole('button', { name: 'Put version 1 into force' }).click();
    await other.page.getByLabel('Reason').fill('Tried over a week');
    await other.page.getByRole('button', { name: 'Put into force', exact: true }).click();
    await other.page.getByText('Holds for signals heard from').waitFor({ timeout: 15_000 });
    await look(other.page, 'rules-in-force');
    await sendTamperThenAlarm(7);
    // The last signal waits for what may come late.
    await other.page.goto(`${product.url}/watch/history?type=intrusion.confirmed`);
    await other.page.getByText('Tamper, then alarm of the same panel').filter({ visible: true }).first().waitFor({ timeout: 40_000 });
    expect([...faults, ...other.faults]).toEqual([]);
    await other.context.close();
  });
});
