import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, keepPicture, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const OLGA = 'olga@works.example';
const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];
const at = { incident: '', other: '', site: '' };

const as = async (email: string, options: Parameters<typeof signedIn>[3] = {}): Promise<void> => {
  await context?.close();
  ({ context, page, faults } = await signedIn(browser, product.url, email, options));
  page.setDefaultTimeout(10_000);
};
const button = (name: string | RegExp) => page.getByRole('button', { name });

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { password: PASSWORD });
  at.site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL' })).id;
  const elsewhere = (await ada.post<{ id: string }>('/api/sites', { code: 'CRK', name: 'Cork', kind: 'site', timeZone: 'Europe/Dublin', country: 'IE' })).id;
  for (const [name, email, roleKey, siteId] of [['Cleo Chief', CLEO, 'cso'], ['Olga Operator', OLGA, 'gsoc-operator', at.site], ['Otto Outsider', 'otto@works.example', 'gsoc-operator', elsewhere]] as const) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'For the journey', ...(siteId && { siteId }) });
  }
  const olga = await signIn(product.url, { email: OLGA, password: PASSWORD, found: false });
  at.incident = (await olga.post<{ id: string }>('/api/incidents', { title: 'A van at the fence', severity: 2, siteId: at.site })).id;
  at.other = (await olga.post<{ id: string }>('/api/incidents', { title: 'A cut padlock', severity: 2, siteId: at.site })).id;
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepPicture(page, task.name);
});

describe.skipIf(isSkipped)('what hangs on a record', () => {
  test('a comment is written by keyboard, names who sees the record and nobody else, and is changed', async () => {
    await as(OLGA);
    await page.goto(`${product.url}/incidents/${at.incident}`);
    await page.getByRole('heading', { name: 'A van at the fence' }).waitFor();
    await page.keyboard.press('w');
    await page.getByText('Nobody has commented.').waitFor();
    await page.getByText('Nothing is linked.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('w');
    await page.keyboard.type('Please look, @Ot');
    await page.getByText('Nobody of that name sees this record.').waitFor();
    for (let n = 0; n < 2; n++) await page.keyboard.press('Backspace');
    await page.keyboard.type('cle');
    await page.getByRole('option', { name: 'Cleo Chief' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'mention-dark-1440');
    await page.keyboard.press('Enter');
    await page.keyboard.type('at the plate');
    await page.getByText('Will be told: Cleo Chief').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('listitem').filter({ hasText: 'Please look, @Cleo Chief at the plate' }).waitFor();
    await button(/^Change: Please look/).click();
    await page.getByRole('textbox', { name: 'Comment', exact: true }).fill('Please look, @Cleo Chief, at the number plate');
    await button('Save').click();
    await page.getByText('changed', { exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('two records are linked, each says it from its own end', async () => {
    await button('Link a record').click();
    await page.getByLabel('This record', { exact: true }).selectOption('caused-by');
    await button('Link').last().click();
    await page.getByText('Choose the other record').waitFor();
    await page.getByRole('combobox', { name: 'The other record' }).fill('padlock');
    await page.getByRole('option', { name: /A cut padlock/ }).click();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'link-dark-1440');
    await button('Link').last().click();
    await page.getByRole('list', { name: 'Linked records' }).getByText('is caused by').waitFor();
    await picture(page, 'thread-dark-1440');
    await page.getByRole('link', { name: /A cut padlock/ }).click();
    await page.getByRole('heading', { name: 'A cut padlock' }).waitFor();
    await page.getByRole('tab', { name: 'Comments, links' }).click();
    await page.getByRole('list', { name: 'Linked records' }).getByText('led to').waitFor();
    expect(faults).toEqual([]);
  });

  test('who is named is told by the bell, reads it on a phone, hears an answer at once, and strikes a wrong one', async () => {
    await as(CLEO, { theme: 'light', width: 390, height: 844 });
    await page.goto(product.url);
    await button(/^Notices: 1 unread/).click();
    await page.getByRole('menuitem', { name: /^You are mentioned in a comment/ }).click();
    await page.waitForURL(`${product.url}/incidents/${at.incident}`);
    await page.getByRole('tab', { name: 'Comments, links' }).click();
    await page.getByText('Please look, @Cleo Chief, at the number plate').waitFor();
    const olga = await signIn(product.url, { email: OLGA, password: PASSWORD, found: false });
    await olga.post('/api/thread/comments', { recordId: at.incident, text: 'Of another day' });
    await page.getByText('Of another day').waitFor({ timeout: 5_000 });
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'thread-light-390');
    await button('Strike: Of another day').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Strike', exact: true }).click();
    await page.getByText('Say why').waitFor();
    await page.getByLabel('Reason').fill('Wrong record');
    await page.getByRole('dialog').getByRole('button', { name: 'Strike', exact: true }).click();
    await page.getByText('Struck by Cleo Chief: Wrong record').waitFor();
    expect(faults).toEqual([]);
  });

  test('a task comes again when it is done, and another waits for it', async () => {
    await page.goto(`${product.url}/sites/${at.site}`);
    const dialog = page.getByRole('dialog');
    await button(/^Add a task/).click();
    await dialog.getByLabel('What', { exact: true }).fill('Test the panic button');
    await dialog.getByLabel('Repeats').selectOption('WEEKLY');
    await button('Add the task').click();
    await dialog.getByText('Say when the first one is due').waitFor();
    await dialog.getByLabel('Due').fill('tomorrow 0900');
    await dialog.getByLabel('Every').fill('2');
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'task-light-390');
    await button('Add the task').click();
    await page.getByText('every 2 weeks; if done now, next').waitFor();
    await button(/^Add a task/).click();
    await dialog.getByLabel('What', { exact: true }).fill('Write it down');
    await dialog.getByRole('combobox', { name: 'Wait for another task here' }).click();
    await page.getByRole('option', { name: 'Test the panic button' }).click();
    await button('No longer wait for Test the panic button').waitFor();
    await button('Add the task').click();
    await page.getByText('Waits for Test the panic button').waitFor();
    expect(await button('Done: Write it down').count()).toBe(0);
    await button('Done: Test the panic button').click();
    await page.getByText('Done: Test the panic button. The next one stands.').first().waitFor();
    await button('Done: Write it down').waitFor();
    await page.getByText('every 2 weeks; if done now, next').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('a site carries comments, its timeline, links, tasks and files in one place; what fails says so', async () => {
    await page.goto(`${product.url}/sites/${at.site}`);
    for (const name of ['Comments', 'Timeline', 'Links', 'Tasks', 'Files']) await page.getByRole('region', { name, exact: true }).waitFor();
    await page.getByText('The site was added').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'site-light-390');
    await page.setViewportSize({ width: 1440, height: 900 });
    await picture(page, 'site-light-1440');
    await page.route('**/api/thread/comments?**', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"Not available right now."}' }));
    await page.reload();
    await page.getByRole('region', { name: 'Comments' }).getByText('Not available right now.').waitFor({ timeout: 20_000 });
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});
