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
const at = { incident: '' };

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
  at.incident = (await cleo.post<{ id: string }>('/api/incidents', { title: 'Man over the fence', severity: 2, siteId: site, type: 'trespass', place: 'Gate 2', narrative: 'A man climbed the fence and was led out.', reportedBy: 'Fence detector', fields: {
    occurredTo: { stated: 'none' }, firstActions: 'Patrol sent.', persons: { stated: 'unknown' }, 'people.careOffered': 'no', 'access.portal': { stated: 'unknown' }, 'access.method': 'climbed', 'access.lastGoodUse': { stated: 'none' }, 'access.otherPlacesEntered': { stated: 'none' }, reporterTold: 'yes',
  } })).id;
  await cleo.raw(`/api/incidents/${at.incident}`, { method: 'PATCH', body: JSON.stringify({ noLoss: true }), headers: { 'content-type': 'application/json' } });
  await cleo.post(`/api/incidents/${at.incident}/close`, { reason: 'resolved', summary: 'Led out, the fence was mended the same night.' });
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

describe.skipIf(isSkipped)('after a closed incident', () => {
  test('its review says what is to be improved and gives it to somebody, who does it; the review shows that it is done', async () => {
    await page.goto(`${product.url}/incidents/${at.incident}?tab=review`);
    await button('Open a review').click();
    await page.getByRole('heading', { name: 'After-action review: Man over the fence' }).waitFor();
    await button('Add what is to be improved').click();
    await page.getByRole('combobox', { name: 'Capability' }).selectOption('alerting');
    await field('What was observed').fill('The duty manager heard of it after an hour');
    await page.getByRole('combobox', { name: /^Cause/ }).selectOption('communication-late');
    await field(/^Recommendation/).fill('Tell the duty manager from severity 2');
    await button('Save').click();
    await button(/^Give an action/).click();
    await field('What is to be done').fill('Change the notify list');
    await page.getByRole('combobox', { name: 'Who does it' }).fill('Dora');
    await page.getByRole('option', { name: 'Dora Deputy' }).click();
    await field('Until when').fill('tomorrow 1200');
    await page.getByRole('dialog').getByRole('button', { name: 'Give an action' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Change the notify list' }).filter({ hasText: 'Open' }).last().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'review-dark-1440');
    const dora = await signIn(product.url, { email: DORA, password: PASSWORD, found: false });
    const { items: [task] } = await dora.get<{ items: { id: string }[] }>('/api/tasks/mine');
    await dora.post(`/api/tasks/${task?.id ?? ''}/complete`, { outcome: 'The list names the duty manager' });
    await page.getByRole('listitem').filter({ hasText: 'The list names the duty manager' }).last().waitFor();
    await page.goto(`${product.url}/incidents/reviews`);
    await page.getByText('0 open of 1').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'reviews-dark-1440');
    expect(faults).toEqual([]);
  }, 60_000);
});
