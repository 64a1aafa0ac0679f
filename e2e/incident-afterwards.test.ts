import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, keepPicture, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const CLEO = 'cleo@works.example';
const DORA = 'dora@works.example';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];
const at = { one: '', other: '', number: '' };

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { password: PASSWORD });
  const site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL' })).id;
  for (const [name, email, roleKey] of [['Cleo Chief', CLEO, 'cso'], ['Dora Deputy', DORA, 'deputy-cso']] as const) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'For the journey' });
  }
  const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD, found: false });
  const declare = (title: string) => cleo.post<{ id: string; number: string }>('/api/incidents', { title, severity: 2, siteId: site, type: 'breach-personal' });
  at.one = (await declare('List of visitors sent to the wrong address')).id;
  ({ id: at.other, number: at.number } = await declare('A visitor got the list of others'));
  await cleo.post(`/api/incidents/${at.other}/log`, { text: 'The recipient rang us' });
  await cleo.post(`/api/incidents/${at.one}/resources/arrivals`, { kind: 'team', name: 'Privacy team', agency: 'Halden', persons: 2, at: new Date(Date.now() - 3_600_000).toISOString() });
  browser = await openBrowser();
  ({ context, page, faults } = await signedIn(browser, product.url, CLEO));
  page.setDefaultTimeout(15_000);
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepPicture(page, task.name);
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const field = (name: string | RegExp) => page.getByRole('textbox', { name });
const dialog = () => page.getByRole('dialog');

describe.skipIf(isSkipped)('what follows an incident', () => {
  test('two records of one event are merged from what is offered, read from the one that lives on, and taken apart', async () => {
    await page.goto(`${product.url}/incidents/${at.one}`);
    await button(`Merge with ${at.number}`).click();
    await field('Why they are the same event').fill('Both speak of the same list');
    await dialog().getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('heading', { name: 'Merged into this one' }).waitFor();
    await page.getByRole('region', { name: `Log of ${at.number}` }).getByText('The recipient rang us').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'merged-dark-1440');
    await button(`Take apart ${at.number}`).click();
    await field('Why they are not the same event').fill('Two lists after all');
    await dialog().getByRole('button', { name: 'Take apart' }).click();
    await page.getByRole('heading', { name: 'Merged into this one' }).waitFor({ state: 'detached' });
  });

  test('its cost counts the hours of who came once an hour has a price, and says what is missing before it is a total', async () => {
    await page.goto(`${product.url}/incidents/${at.one}?tab=losses`);
    await page.getByText(/^No hourly rate for Privacy team, Halden/).waitFor();
    await button('Hourly rates').click();
    await field('An hour').fill('40');
    await field(/^From/).fill('2026-01-01 0000');
    await dialog().getByRole('button', { name: 'Set', exact: true }).click();
    await dialog().getByText('Each person of a team', { exact: false }).first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Done' }).click();
    await button('Enter a cost').click();
    await field('What for').fill('Letters to those concerned');
    await field('Amount').fill('120');
    await dialog().getByRole('button', { name: 'Enter a cost' }).click();
    await page.getByRole('row', { name: /^So far, not a total/ }).waitFor();
    await page.getByRole('row', { name: /^In all/ }).waitFor();
    await page.getByText('Letters to those concerned').waitFor();
    await page.getByText(/^No hourly rate/).waitFor({ state: 'detached' });
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'cost-dark-1440');
  });

  test('the breach is documented, a notice meets its duty, and that another duty is not due waits for a second person', async () => {
    await page.goto(`${product.url}/incidents/${at.one}?tab=duties`);
    await button('Open the record').click();
    await field('What happened to the data').fill('Sent to a wrong address');
    await field(/^About how many people/).fill('40');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByRole('region', { name: 'Not documented yet' }).getByText('Say whose data').waitFor();
    await button('Note a notice').click();
    await field('Who was told').fill('Authority of Utrecht');
    await field('Reference').fill('AP-77');
    await field(/^When/).fill('now');
    expect(await axeFindings(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('Authority of Utrecht, AP-77').waitFor();
    await button('Say that one is not due').click();
    await dialog().getByRole('combobox').selectOption('gdpr-persons');
    await field('Why').fill('Names only, asked back the same hour');
    await dialog().getByRole('button', { name: 'Propose' }).click();
    await page.getByRole('status').getByRole('link').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'breach-dark-1440');
    const dora = await signIn(product.url, { email: DORA, password: PASSWORD, found: false });
    const { items: [decision] } = await dora.get<{ items: { id: string }[] }>('/api/two-person');
    await dora.post(`/api/two-person/${decision?.id ?? ''}/approve`, {});
    await page.getByText('Names only, asked back the same hour').waitFor();
    expect(faults).toEqual([]);
  });
});
