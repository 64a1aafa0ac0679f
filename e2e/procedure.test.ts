import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const INES = 'ines@works.example';
const DENIZ = 'deniz@works.example';

let product: Product;
let browser: Browser;
let dialler: Dialler;

async function somebody(admin: Api, name: string, email: string, roleKey: string): Promise<void> {
  const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Works here' });
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  await somebody(admin, 'Ines Varga', INES, 'gsoc-operator');
  await somebody(admin, 'Deniz Roth', DENIZ, 'deputy-cso');
  const site = await admin.post<{ id: string }>('/api/sites', { code: 'PS', name: 'Port Sorrel', kind: 'site', timeZone: 'Asia/Singapore' });
  await admin.post('/api/signals/sources', { protocol: 'dc09', account: '1000', name: 'Gate panel', siteId: site.id });
  const deputy = await signIn(product.url, { email: DENIZ, password: PASSWORD, found: false });
  const { items } = await deputy.get<{ items: { id: string; key: string }[] }>('/api/procedures');
  const { id } = items.find(({ key }) => key === 'intruder-alarm') ?? { id: '' };
  await deputy.post(`/api/procedures/${id}/activate`, { version: 1, reason: 'Read and agreed' });
  browser = await openBrowser();
  dialler = new Dialler({ host: '127.0.0.1', port: product.dc09Port, account: '1000', firstSequence: 100 });
}, 180_000);
afterAll(async () => {
  dialler?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('an alarm with a procedure', () => {
  test('is handled by keyboard alone: held back from its close, answered step by step, one step passed over, closed at the end, and read again on its run', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, INES);
    await page.goto(`${product.url}/watch`);
    await page.getByText(/No alarm yet|Nothing unacknowledged|Nothing waits/).first().waitFor();
    await dialler.sendEvent('SIA-DCS', 'Nri1/BA0007', { sentAt: Date.now() });
    await page.locator('[data-row]').first().waitFor();
    const step = (n: number) => page.getByRole('group', { name: `Step ${n}`, exact: true });
    await page.keyboard.press('n');
    await page.getByText('You have it').waitFor();
    await page.keyboard.press('a');
    await step(1).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'procedure-step');

    await page.keyboard.press('x');
    await page.getByRole('dialog', { name: 'The procedure is not done' }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForFunction(`document.activeElement?.hasAttribute('data-step-now')`);
    await page.keyboard.press('1');
    await step(2).waitFor();
    await page.keyboard.press('1');
    await step(3).waitFor();
    await page.keyboard.press('Backspace');
    await step(2).waitFor();
    await page.keyboard.press('1');
    await step(3).waitFor();
    await page.keyboard.press('r');
    await page.getByRole('dialog').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.type('They came by themselves');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    for (const n of [4, 5, 6]) {
      await step(n).waitFor();
      await page.keyboard.press('1');
    }
    await page.getByText('Done. Close the alarm, and it ends.').waitFor();
    await picture(page, 'procedure-end');
    await page.keyboard.press('x');
    await page.getByText('What was it?').waitFor();
    await page.keyboard.press('1');
    await page.waitForFunction(`document.activeElement?.textContent === 'Close the alarm'`);
    await page.keyboard.press('Enter');
    await page.getByText(/Nothing unacknowledged/).waitFor();

    await page.goto(`${product.url}/watch/runs`);
    await page.getByText('Intruder alarm').first().click();
    await page.getByText('They came by themselves').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'procedure-run');
    expect(faults).toEqual([]);
    await context.close();
  });
});
