import { execFile } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const RINGS_WITHIN_MS = 2_000;
const INES = 'ines@works.example';
const JONAS = 'jonas@works.example';

let product: Product;
let browser: Browser;
let dialler: Dialler;

async function anOperator(admin: Api, name: string, email: string): Promise<void> {
  const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  await anOperator(admin, 'Ines Varga', INES);
  await anOperator(admin, 'Jonas Park', JONAS);
  const site = await admin.post<{ id: string }>('/api/sites', { code: 'PS', name: 'Port Sorrel', kind: 'site', timeZone: 'Asia/Singapore' });
  await admin.post('/api/signals/sources', { protocol: 'dc09', account: '1000', name: 'Gate panel', siteId: site.id });
  browser = await openBrowser();
  dialler = new Dialler({ host: '127.0.0.1', port: product.dc09Port, account: '1000', firstSequence: 100 });
}, 180_000);
afterAll(async () => {
  dialler?.close();
  await browser?.close();
  await product?.stop();
});

const send = (data: string) => dialler.sendEvent('SIA-DCS', data, { sentAt: Date.now() });
const row = (page: Page, title: string) => page.locator('[data-row]', { hasText: title });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

const inShell = (line: string): Promise<string> => new Promise((resolve, reject) => execFile('sh', ['-c', line], (error, out) => (error ? reject(error) : resolve(out))));

describe.skipIf(isSkipped)('the Watch', () => {
  test('the first screen says what to paste in a shell; it rings at once, and is claimed, acknowledged and closed by mouse', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, INES);
    await page.goto(`${product.url}/watch`);
    const line = await page.locator('code', { hasText: '/dev/tcp/' }).innerText();
    expect(await axeFindings(page)).toEqual([]);
    const sentAt = Date.now();
    expect(await inShell(line)).toContain('"ACK"');
    await row(page, 'Zone alarm while armed').waitFor();
    expect(Date.now() - sentAt).toBeLessThan(RINGS_WITHIN_MS);

    await button(page, 'Claim').click();
    await button(page, /^Acknowledge/).click();
    await button(page, /^Close…/).click();
    await button(page, /Nuisance/).click();
    await button(page, /Environment/).click();
    expect(await axeFindings(page)).toEqual([]);
    await button(page, /Wind/).click();
    await button(page, 'Close the alarm').click();
    await page.getByText(/Nothing unacknowledged\. Last alarm/).waitFor();
    expect(await row(page, 'Zone alarm').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('the same by keyboard alone', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, INES);
    await page.goto(`${product.url}/watch`);
    await page.getByText(/Nothing unacknowledged/).waitFor();
    await send('Nri1/BA0002');
    await send('Nri1/HA0003');
    await row(page, 'Hold-up alarm').waitFor();
    await page.keyboard.press('n');
    await page.getByText('You have it').waitFor();
    await page.keyboard.press('a');
    await page.getByText(/Answered after/).waitFor();
    await page.keyboard.press('x');
    await page.getByText('What was it?').waitFor();
    await page.keyboard.press('1');
    await button(page, 'Close the alarm').waitFor();
    await expect.poll(() => page.evaluate(`document.activeElement?.tagName`), { timeout: 15_000 }).toBe('TEXTAREA');
    await page.keyboard.type('Two people, gone when the guard came');
    await page.keyboard.press('Control+Enter');
    await page.getByText(/is closed\./).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(`document.activeElement?.textContent`), { timeout: 15_000 }).toMatch(/^Claim/);
    await page.keyboard.press('Enter');
    await page.getByText('You have it').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(`document.activeElement?.hasAttribute('data-row')`), { timeout: 15_000 }).toBe(true);
    await page.keyboard.press('u');
    await page.getByText('Nobody has it').waitFor();
    await page.keyboard.press('a');
    await page.getByText(/Answered after/).waitFor();
    await page.keyboard.press('x');
    await page.keyboard.press('4');
    await page.keyboard.press('1');
    await page.keyboard.press('1');
    await page.waitForFunction(`document.activeElement?.textContent === 'Close the alarm'`);
    await page.keyboard.press('Enter');
    await page.getByText(/Nothing unacknowledged/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('nothing moves under the pointer: what is new waits behind its count until the pointer leaves', async () => {
    const { page, context } = await signedIn(browser, product.url, INES);
    await page.goto(`${product.url}/watch`);
    await page.getByText(/Nothing unacknowledged/).waitFor();
    await send('Nri1/TA0011');
    await row(page, 'tamper').waitFor();
    await row(page, 'tamper').hover();
    const before = await row(page, 'tamper').boundingBox();
    await send('Nri1/PA0012');
    await button(page, /1 new/).waitFor();
    expect(await row(page, 'Panic alarm').count()).toBe(0);
    expect(await row(page, 'tamper').boundingBox()).toEqual(before);
    await page.mouse.move(900, 400);
    await row(page, 'Panic alarm').waitFor();
    expect(await page.locator('[data-row]').first().innerText()).toContain('Panic alarm');
    await context.close();
  });

  test('of two who claim at once one wins, and the other is told by whom without losing the place', async () => {
    const ines = await signedIn(browser, product.url, INES);
    const jonas = await signedIn(browser, product.url, JONAS, { theme: 'light' });
    for (const { page } of [ines, jonas]) {
      await page.goto(`${product.url}/watch`);
      await row(page, 'Panic alarm').click();
    }
    const address = jonas.page.url();
    await jonas.page.route('**/claim', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      await route.continue();
    });
    await button(jonas.page, 'Claim').click();
    await button(ines.page, 'Claim').click();
    await ines.page.getByText('You have it').waitFor();
    const told = jonas.page.locator('[data-next] [role="status"]', { hasText: 'Ines Varga has it' });
    await told.waitFor();
    expect(jonas.page.url()).toBe(address);
    expect(await axeFindings(jonas.page)).toEqual([]);
    await button(jonas.page, /^Take over/).click();
    await button(jonas.page, 'Take over from I. Varga').click();
    await jonas.page.getByText('You have it').waitFor();
    await ines.page.getByText('Jonas Park has it').waitFor();
    await ines.page.locator('section[aria-label="Messages"]', { hasText: 'Jonas Park took ALM-' }).waitFor();
    await ines.context.close();
    await jonas.context.close();
  });

  test('an alarm leads to its incident, and from there on shows the way forward', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, JONAS);
    await page.goto(`${product.url}/watch`);
    await row(page, 'Panic alarm').click();
    await page.waitForURL(/alarm=/);
    const alarm = new URL(page.url()).searchParams.get('alarm') ?? '';
    await page.keyboard.press('i');
    await page.waitForURL(`**/incidents/new?alarm=${alarm}`);
    await page.getByText('Panic alarm').first().waitFor({ state: 'attached' });
    const declared = await context.request.post(`${product.url}/api/incidents`, { data: { fromAlarmId: alarm } });
    const { number } = (await declared.json()) as { number: string };
    await page.goto(`${product.url}/watch/alarms/${alarm}`);
    await page.getByRole('link', { name: `Became ${number}` }).click();
    await page.waitForURL(/\/incidents\/[0-9a-f-]{36}$/);
    await page.getByText(number).first().waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
