import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkipped, openBrowser, pageFindings, PASSWORD, signedIn } from './browser.ts';
import { sendData } from './panel.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const NOOR = 'noor@works.example';
const INES = 'ines@works.example';
const WAIT_MS = 30_000;

let product: Product;
let browser: Browser;
let noor: Api;
let ines: Api;

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const admin = await signIn(product.url);
  const { id: siteId } = await admin.post<{ id: string }>('/api/sites', { code: 'BER', name: 'Berlin Works', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Noor Said', signIn: { email: NOOR, password: PASSWORD } });
  for (const roleKey of ['systems-engineer', 'gsoc-supervisor']) await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Leads the watch' });
  const other = await admin.post<{ id: string }>('/api/people', { name: 'Ines Varga', signIn: { email: INES, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: other.id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  noor = await signIn(product.url, { email: NOOR, password: PASSWORD, found: false });
  ines = await signIn(product.url, { email: INES, password: PASSWORD, found: false });
  const source = await noor.post<{ id: string }>('/api/signals/sources', { protocol: 'dc09', account: '4711', name: 'Main panel', siteId });
  for (const [code, point] of [['Hall-motion', 'zone:3'], ['Hall-smoke', 'zone:4'], ['Back-door', 'zone:5']]) await noor.post('/api/devices', { siteId, code, name: code, kind: 'sensor', points: [{ sourceId: source.id, point }] });
  await noor.post('/api/signals/sources', { protocol: 'dc09', account: '4712', name: 'Gate panel', siteId: null });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const says = (account: string, ...data: string[]): Promise<void> => sendData(product.dc09Port, account, ...data.map((one) => `Nri1/${one}`));

async function looksWell(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  expect(await pageFindings(page, name)).toEqual([]);
}

describe.skipIf(isSkipped)('what does not ring', () => {
  test('a site is put on test, a fire there rings none the less, and a device that rings too often is held until it is released', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, NOOR);
    page.setDefaultTimeout(WAIT_MS);
    await page.goto(`${product.url}/watch/held`);
    await page.getByText('Nothing is on test, and nothing is planned to be.').waitFor();
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Site' }).fill('Berlin');
    await page.getByRole('option', { name: /Berlin Works/ }).click();
    await dialog.getByLabel('Reason').fill('Yearly walk test');
    await looksWell(page, 'held-put');
    await dialog.getByRole('button', { name: 'Put on test' }).click();
    await page.getByText('Under way').filter({ visible: true }).first().waitFor();
    await says('4711', 'BA0003', 'FA0004');
    await page.goto(`${product.url}/watch`);
    await page.getByText('1 place on test').waitFor();
    const rows = page.locator('[data-row]');
    await rows.filter({ hasText: 'on test' }).first().waitFor();
    expect(await rows.count()).toBe(1);
    await looksWell(page, 'held-watch');
    await page.keyboard.press('g');
    await page.getByText('1 stands alone').waitFor();
    await looksWell(page, 'held-watch-by-device');
    await page.getByText('1 place on test').click();
    await page.getByText('Berlin Works').filter({ visible: true }).first().click();
    await page.getByText('2 of 3 points were heard').waitFor();
    await looksWell(page, 'held-walk');

    await says('4712', ...Array.from({ length: 27 }, () => 'BA0009'));
    await page.goto(`${product.url}/watch/held?tab=runaway`);
    await page.getByText('Gate panel').filter({ visible: true }).first().waitFor();
    await looksWell(page, 'held-runaway');
    await page.getByRole('button', { name: /^Release Gate panel/ }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Contact mended');
    await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
    await page.getByText('No device is held.').waitFor();
    await page.goto(`${product.url}/watch/held?tab=signals`);
    await page.getByText('On test').filter({ visible: true }).first().waitFor();
    await looksWell(page, 'held-signals');

    await says('4712', 'BA0021', 'BA0022');
    const atGate = async () => (await noor.get<{ items: { id: string; number: string; sourceName: string; point: string; owner: string | null }[] }>('/api/alarms?limit=50')).items.filter(({ sourceName, point }) => sourceName === 'Gate panel' && /2[123]$/.test(point));
    const ownerOf = async (zone: string) => (await atGate()).find(({ point }) => point.endsWith(zone))?.owner;
    await expect.poll(async () => (await atGate()).length, { timeout: WAIT_MS }).toBe(2);
    await page.goto(`${product.url}/watch?by=device`);
    await page.waitForLoadState('networkidle');
    const [first, second] = await atGate();
    await rows.filter({ hasText: '21' }).first().click();
    await page.keyboard.press('Shift+C');
    await dialog.getByText(second?.number ?? '').waitFor();
    await looksWell(page, 'together-ask');
    await ines.post(`/api/alarms/${first?.id}/claim`);
    await says('4712', 'BA0023');
    await expect.poll(async () => (await atGate()).length, { timeout: WAIT_MS }).toBe(3);
    await dialog.getByRole('button', { name: /^Take \d+ alarms/ }).click();
    await dialog.getByText('Ines Varga has it.').waitFor();
    await looksWell(page, 'together-left');
    await page.keyboard.press('Enter');
    expect([await ownerOf(first?.point.slice(-2) ?? ''), await ownerOf(second?.point.slice(-2) ?? ''), await ownerOf('23')]).toEqual(['Ines Varga', 'Noor Said', null]);
    expect(faults).toEqual([]);
    await context.close();

    const phone = await signedIn(browser, product.url, NOOR, { theme: 'light', width: 390, height: 844 });
    await phone.page.goto(`${product.url}/watch/held`);
    await phone.page.getByText('Berlin Works').filter({ visible: true }).first().waitFor();
    await looksWell(phone.page, 'held-phone');
    expect(phone.faults).toEqual([]);
    await phone.context.close();
  });
});
