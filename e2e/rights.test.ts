import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const [ADA, CLEO, BO] = ['ada@works.example', 'cleo@works.example', 'bo@works.example'];

let product: Product;
let browser: Browser;
let admin: Api;
const at = { site: '', dock: '', cleo: '', tomas: '' };

/** Makes the accounts of the first day a few days old: from then on nobody gives alone. */
async function someDaysLater(): Promise<void> {
  const owner = await product.owner();
  await owner.query(`update access.person set created_at = now() - interval '3 days'`);
  await owner.query(`update two_person.touched set at = now() - interval '3 days'`);
  await owner.end();
}

async function someone(name: string, email: string, role: string | null): Promise<string> {
  const { id } = await admin.post<{ id: string }>('/api/people', { name, siteId: at.site, signIn: { email, password: PASSWORD } });
  if (role) await admin.post('/api/identity/grants', { personId: id, roleKey: role, reason: 'From the first day' });
  return id;
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  admin = await signIn(product.url, { email: ADA, password: PASSWORD });
  at.site = (await admin.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam' })).id;
  at.dock = (await admin.post<{ id: string }>('/api/sites', { code: 'DOCK', name: 'The docks', kind: 'site', timeZone: 'Europe/Amsterdam' })).id;
  at.cleo = await someone('Cleo Chief', CLEO, 'cso');
  await someone('Bo Deputy', BO, 'deputy-cso');
  at.tomas = await someone('Tomas Rehn', 'tomas@works.example', null);
  await someDaysLater();
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.url + path);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
};
const fits = async (page: Page): Promise<void> => {
  expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
};

describe.skipIf(isSkipped)('rights', () => {
  test('a role that is more than its giver holds is proposed, waits on the other’s rail, and is given as they approve', async () => {
    const hers = await signedIn(browser, product.url, CLEO);
    await open(hers.page, '/people');
    const rail = hers.page.getByRole('navigation', { name: 'Rooms' });
    const before = await rail.innerText();
    const { page, context, faults } = await signedIn(browser, product.url, ADA, { theme: 'light' });
    await open(page, `/people/${at.tomas}?tab=rights`);
    await button(page, 'Give a role').first().click();
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'GSOC operator' });
    await page.getByLabel('A site and all below it').check();
    await page.getByRole('combobox', { name: 'Site' }).fill('Halden');
    await page.getByRole('option', { name: /^Halden House/ }).click();
    await dialog(page).getByText('another person who gives roles there approves it').waitFor();
    await dialog(page).getByText('What you may not:').waitFor();
    await fits(page);
    await page.getByLabel('Reason').fill('Joins the watch');
    await dialog(page).getByRole('button', { name: 'Propose it' }).click();
    await dialog(page).getByText('Another person who may do this decides').waitFor();
    await dialog(page).getByRole('link', { name: 'Open the decision' }).click();
    await page.getByText('You proposed it, so another person decides.').waitFor();

    await expect.poll(() => rail.innerText(), { timeout: 10_000 }).not.toBe(before);
    await open(hers.page, '/decisions');
    await hers.page.getByText('Give Tomas Rehn the role GSOC operator at Halden House').first().click();
    await fits(hers.page);
    await hers.page.keyboard.press('Enter');
    await hers.page.getByRole('heading', { name: /^Give Tomas Rehn/, level: 1 }).waitFor();
    await button(hers.page, 'Approve').click();
    await fits(hers.page);
    await dialog(hers.page).getByRole('button', { name: 'Approve' }).click();
    await hers.page.getByText('approved', { exact: false }).first().waitFor();
    await page.getByText('approved, Cleo Chief').waitFor();
    await open(page, `/people/${at.tomas}?tab=rights`);
    await page.getByText('approved by Cleo Chief').waitFor();
    expect([...faults, ...hers.faults]).toEqual([]);
    await hers.context.close();
    await context.close();
  });

  test('duties that are kept apart are barred with their reason before anything is sent', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, ADA);
    await open(page, `/people/${at.cleo}?tab=rights`);
    await button(page, 'Give a role').first().click();
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'System administrator' });
    await page.getByLabel('The whole organisation').check();
    await dialog(page).getByText('Not to be given: Who runs the system does not read its secrets.').waitFor();
    await fits(page);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('what the first administrator did alone is looked at and confirmed by the next', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO, { width: 390, height: 844 });
    await open(page, '/decisions?view=alone');
    const row = page.getByText('Give Bo Deputy the role Deputy CSO over the whole organisation').locator('visible=true').first();
    await row.waitFor();
    await fits(page);
    await row.click();
    await page.getByText('Nobody has looked at it yet.').first().waitFor();
    await button(page, 'Confirm').click();
    await fits(page);
    await dialog(page).getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('confirmed, Cleo Chief').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who is suspended hands over what they held, and it is listed', async () => {
    const bo = await signIn(product.url, { email: BO, password: PASSWORD, found: false });
    await bo.post('/api/incidents', { title: 'Fence cut', severity: 2, siteId: at.site, commanderId: at.tomas });
    const { page, context, faults } = await signedIn(browser, product.url, BO, { theme: 'light' });
    await open(page, `/people/${at.tomas}`);
    await button(page, 'Suspend').click();
    await dialog(page).getByText('Fence cut').waitFor();
    await page.getByRole('combobox', { name: /^Hand it to/ }).fill('Cleo');
    await page.getByRole('option', { name: 'Cleo Chief' }).click();
    await page.getByLabel('Reason').fill('Lost badge');
    await fits(page);
    await dialog(page).getByRole('button', { name: 'Suspend' }).click();
    await dialog(page).getByText('to Cleo Chief').waitFor();
    await button(page, 'Close').last().click();
    await page.getByRole('region', { name: 'Handed over' }).getByText('Fence cut').waitFor();
    await button(page, 'Let in again').click();
    await page.getByLabel('Reason').fill('Found it');
    await dialog(page).getByRole('button', { name: 'Let in again' }).click();
    await button(page, 'Suspend').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who moves gets a new home, an end and a beginning in one step', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO, { width: 390, height: 844, theme: 'light' });
    await open(page, `/people/${at.tomas}`);
    await button(page, 'Move').click();
    await page.getByRole('combobox', { name: /^New home site/ }).fill('docks');
    await page.getByRole('option', { name: /^The docks/ }).click();
    await page.getByLabel('GSOC operator').check();
    await page.getByLabel('A role begins').check();
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Reception and visitor desk' });
    await page.getByLabel('A site and all below it').check();
    await page.getByRole('combobox', { name: 'Site', exact: true }).fill('docks');
    await page.getByRole('option', { name: /^The docks/ }).click();
    await page.getByLabel('Reason').fill('Moves to the docks');
    await fits(page);
    await dialog(page).getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByText('Tomas Rehn has moved.').first().waitFor();
    expect(await admin.get<{ items: { role: string; siteId: string }[] }>(`/api/identity/grants?personId=${at.tomas}`)).toMatchObject({ items: [{ role: 'Reception and visitor desk', siteId: at.dock }] });
    expect(faults).toEqual([]);
    await context.close();
  });
});
