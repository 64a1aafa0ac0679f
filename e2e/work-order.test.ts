import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkipped, openBrowser, pageFindings, PASSWORD, signedIn } from './browser.ts';
import { sendData } from './panel.ts';
import { type Product, signIn, startProduct } from './product.ts';

const ENYA = 'enya@works.example';
const WAIT_MS = 30_000;

let product: Product;
let browser: Browser;

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const admin = await signIn(product.url);
  const { id: siteId } = await admin.post<{ id: string }>('/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Enya Engineer', signIn: { email: ENYA, password: PASSWORD } });
  for (const roleKey of ['systems-engineer', 'gsoc-supervisor']) await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Keeps the devices' });
  const enya = await signIn(product.url, { email: ENYA, password: PASSWORD, found: false });
  const source = await enya.post<{ id: string }>('/api/signals/sources', { protocol: 'dc09', account: '4711', name: 'Main panel', siteId });
  await enya.post('/api/devices', { siteId, code: 'HALL-7', name: 'Hall detector', kind: 'detector', points: [{ sourceId: source.id, point: 'zone:7' }] });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const says = (...data: string[]): Promise<void> => sendData(product.dc09Port, '4711', ...data.map((one) => `Nri1/${one}`));

async function looksWell(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  expect(await pageFindings(page, name)).toEqual([]);
}

describe.skipIf(isSkipped)('maintenance', () => {
  test('a fault that rang becomes a work order, its device is on test for the visit, and only a retest that hears it again closes it', async () => {
    await says('BT0007');
    const { page, context, faults } = await signedIn(browser, product.url, ENYA);
    page.setDefaultTimeout(WAIT_MS);
    const dialog = page.getByRole('dialog');
    const send = (name: string): Promise<void> => dialog.getByRole('button', { name, exact: true }).click();
    const ask = async (key: string): Promise<void> => {
      await page.keyboard.press(key);
      await dialog.waitFor();
    };
    const isNow = (state: string): Promise<void> => page.getByRole('main').getByText(state, { exact: true }).first().waitFor();
    await page.goto(`${product.url}/watch`);
    await page.locator('[data-row]').filter({ hasText: 'Main panel' }).first().click();
    await page.getByRole('button', { name: /^Raise work order/ }).waitFor();
    await ask('m');
    await looksWell(page, 'work-order-raise');
    await send('Raise work order');
    await page.waitForURL(/\/watch\/work-orders\/[0-9a-f-]{36}/);
    const order = page.url();
    await isNow('raised');
    await ask('a');
    await dialog.getByLabel('Firm outside').fill('Halden Alarm Service');
    await send('Assign');
    await isNow('assigned');
    await ask('v');
    await dialog.getByLabel('From').fill('now');
    await dialog.getByLabel('Until').fill('+2h');
    await send('Plan visit');
    await page.getByRole('button', { name: 'On test for the visit' }).click();
    await looksWell(page, 'work-order-on-test');
    await send('On test for the visit');
    await dialog.waitFor({ state: 'hidden' });
    await page.keyboard.press('s');
    await isNow('in work');
    await ask('f');
    await dialog.getByLabel('Cause').fill('Corroded contact');
    await dialog.getByLabel('What was done').fill('Contact replaced');
    await dialog.getByLabel('Labour in minutes').fill('40');
    await send('Fixed');
    await isNow('fixed, not tested');
    await ask('r');
    await send('Retest');
    await page.getByText('Waits to hear').waitFor();
    await says('BA0007', 'BR0007');
    await page.getByText('Passed', { exact: true }).waitFor();
    await looksWell(page, 'work-order-tested');
    await page.keyboard.press('x');
    await isNow('closed');
    // What the fitter set off did not ring: it was on test.
    await page.goto(`${product.url}/watch/held?tab=signals`);
    await page.getByText('In maintenance').filter({ visible: true }).first().waitFor();
    expect(faults).toEqual([]);
    await context.close();

    const phone = await signedIn(browser, product.url, ENYA, { theme: 'light', width: 390, height: 844 });
    await phone.page.goto(order);
    await phone.page.getByText('Corroded contact').filter({ visible: true }).first().waitFor();
    await looksWell(phone.page, 'work-order-phone');
    expect(phone.faults).toEqual([]);
    await phone.context.close();
  }, 120_000);
});
