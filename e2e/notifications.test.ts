import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMailServer, type MailServer } from '../src/platform/deliver/testing.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let mail: MailServer;
const at = { incident: '' };

beforeAll(async () => {
  if (isSkipped) return;
  mail = await aMailServer();
  product = await startProduct({ env: { SMTP_URL: mail.url } });
  const ada = await signIn(product.url, { email: 'ada@works.example', password: PASSWORD });
  const site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL', city: 'Utrecht' })).id;
  const { id } = await ada.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } });
  await ada.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'For the journey' });
  for (const name of ['Bo Baker', 'Mia Miller']) await ada.post('/api/people', { name, siteId: site, email: `${name.split(' ')[0]?.toLowerCase()}@works.example` });
  const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
  at.incident = (await cleo.post<{ id: string }>('/api/incidents', { siteId: site, title: 'Smoke in the canteen', severity: 2 })).id;
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await mail?.close();
});

const linkIn = (to: string): string => (mail.mails.find((one) => one.to[0] === to)?.body ?? '').replace(/=\r?\n/g, '').replaceAll('=3D', '=').match(/http\S+\/answer#[\w-]{22}/)?.[0] ?? '';

describe.skipIf(isSkipped)('a notification', () => {
  test('is looked at, sent, answered by the link on a telephone without signing in, and its answers stand in the roll call', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await page.goto(`${product.url}/incidents/${at.incident}`);
    await page.getByRole('link', { name: 'Notify people' }).click();
    await page.getByLabel('Template').selectOption({ label: 'Are you safe?' });
    await page.getByLabel('Everybody whose home is there').check();
    await page.getByRole('button', { name: 'See who and what' }).click();
    await page.getByText('Nothing has been sent yet.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(mail.mails).toEqual([]);
    // Nobody else could decide here: it goes at once, and is marked so.
    await page.getByRole('button', { name: 'Have a second person decide' }).click();
    await page.waitForURL(/\/notifications\/sent\//);
    await expect.poll(() => [linkIn('bo@works.example'), linkIn('mia@works.example')].filter(Boolean).length, { timeout: 20_000 }).toBe(2);

    const phone = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const answering = await phone.newPage();
    await answering.goto(linkIn('mia@works.example'));
    await answering.getByLabel(/Where are you/).fill('Second floor');
    await answering.getByRole('button', { name: 'I need help' }).click();
    await answering.getByText('You answered: I need help').waitFor();
    expect(await axeFindings(answering)).toEqual([]);
    await phone.close();

    await page.getByText('Second floor').waitFor({ timeout: 15_000 });
    expect(await page.getByRole('list').filter({ hasText: 'Mia Miller' }).getByRole('listitem').first().innerText()).toContain('needs help');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('link', { name: /Smoke in the canteen/ }).first().waitFor();
    await page.getByRole('button', { name: 'Roll call' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Open a roll call' }).click();
    await page.waitForURL(/\/roll-calls\//);
    const bo = page.getByRole('listitem').filter({ hasText: 'Bo Baker' });
    await page.getByRole('listitem').filter({ hasText: 'Mia Miller' }).getByText('needs help', { exact: true }).waitFor();
    await bo.getByText('missing', { exact: true }).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Safe: Bo Baker' }).click();
    await bo.getByText('marked by Cleo Chief,').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);
});
