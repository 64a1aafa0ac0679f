import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, pageFindings, PASSWORD, picture, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';

let product: Product;
let browser: Browser;
let api: Api;
let source: { id: string; secret: string };

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  api = await signIn(product.url, { password: PASSWORD });
  source = await api.post<typeof source>('/api/signals/sources', { protocol: 'http', name: 'Rhombus of the works' });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** What the head-end sends for one of its alerts, in its own form. */
const alert = (alertUuid: string, summary: string): Promise<number> =>
  fetch(`${product.url}/api/signals/webhooks/${source.id}`, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${source.secret}` },
    body: JSON.stringify({ alertUuid, timestampMs: Date.now(), deviceUuid: 'cam-7', summary }),
  }).then(({ status }) => status);

describe.skipIf(isSkipped)('the messages of a head-end', () => {
  test('are read by a mapping that ships, once it was tried over what came and put in force', async () => {
    expect([await alert('a-1', 'Camera Offline: Dock 3'), await alert('a-2', 'Something that nobody foresaw')]).toEqual([202, 202]);
    const { page, context, faults } = await signedIn(browser, product.url, ADA, { theme: 'dark' });
    const looksWell = async (name: string): Promise<void> => {
      expect(await pageFindings(page, `mapping-${name}`)).toEqual([]);
    };
    await page.goto(`${product.url}/watch/sources/${source.id}/mapping`);
    await page.getByRole('heading', { name: 'Mapping of Rhombus of the works', level: 1 }).waitFor();
    await page.getByText('No line yet.').waitFor();
    await looksWell('empty-dark-1440');
    await page.getByLabel('Begin with').selectOption({ label: 'Rhombus Console: webhooks' });
    await page.getByRole('button', { name: 'Try the draft' }).click();
    await page.getByText('2 messages read by the draft; 2 would change.').first().waitFor();
    await looksWell('tried-dark-1440');
    await page.getByLabel('When').first().fill('fields.summary ==');
    await page.getByRole('button', { name: 'Try the draft' }).click();
    await page.getByText(/^1 expression of the draft cannot be read/).first().waitFor();
    await page.getByLabel('Begin with').selectOption({ label: 'Rhombus Console: webhooks' });
    await page.getByLabel('What is new in it').fill('As it ships');
    await page.getByRole('button', { name: 'Save as a version' }).click();
    await page.getByRole('button', { name: 'Put version 1 in force' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('Tried over two messages');
    await page.getByRole('dialog').getByRole('button', { name: 'Put version 1 in force' }).click();
    await page.getByText('In force', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('raise alarms in the taxonomy’s words from then on, also on a phone', async () => {
    expect(await alert('a-3', 'Camera Offline: Dock 3')).toBe(202);
    const { items } = await api.get<{ items: { type: string }[] }>('/api/signals?limit=3');
    expect(items[0]?.type).toBe('video.signal-lost');
    const { page, context, faults } = await signedIn(browser, product.url, ADA, { theme: 'light', width: 390 });
    await page.goto(`${product.url}/watch/sources/${source.id}/mapping`);
    await page.getByText('In force', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Try the draft' }).click();
    await page.getByText('3 messages read by the draft; 0 would change.').first().waitFor();
    await picture(page, 'mapping-light-390', true);
    expect([await axeFindings(page), await page.evaluate('document.documentElement.scrollWidth - innerWidth'), faults]).toEqual([[], 0, []]);
    await context.close();
  });
});
