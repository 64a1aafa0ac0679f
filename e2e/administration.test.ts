import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let files: string;
const at = { site: '', person: '' };

beforeAll(async () => {
  if (isSkipped) return;
  files = mkdtempSync(join(tmpdir(), 'parapet-files-'));
  product = await startProduct();
  const admin = await signIn(product.url, { email: ADA, password: PASSWORD });
  at.site = (await admin.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL', city: 'Utrecht' })).id;
  await admin.post('/api/sites', { code: 'UTR-A', name: 'Building A', kind: 'building', parentId: at.site });
  at.person = (await admin.post<{ id: string }>('/api/people', { name: 'Tomas Rehn', title: 'Guard', employer: 'Northgate', siteId: at.site, signIn: { email: 'tomas@works.example', password: PASSWORD } })).id;
  const cleo = await admin.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: cleo.id, roleKey: 'cso', reason: 'Owns the programme' });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  if (files) rmSync(files, { recursive: true, force: true });
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog');
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.url + path);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
};

describe.skipIf(isSkipped)('administration', () => {
  test('a newcomer is added, given a role at one site, and sees that site only', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, ADA);
    await open(page, '/people');
    await page.keyboard.press('c');
    await page.getByLabel('Name', { exact: true }).fill('Nadia Newcomer');
    await page.getByLabel('E-mail').fill('nadia@works.example');
    await page.getByText('This person signs in to Parapet').click();
    await page.getByLabel('First password').fill(PASSWORD);
    expect(await page.getByLabel('First password').getAttribute('type')).toBe('password');
    expect(await axeFindings(page)).toEqual([]);
    await button(page, 'Add the person').click();
    await button(page, 'Give a role').click();
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'GSOC operator' });
    await page.getByLabel('A site and all below it').check();
    await page.getByRole('combobox', { name: 'Site' }).fill('Building');
    await page.getByRole('option', { name: /^Building A/ }).click();
    await page.getByLabel('Until').fill('+40m');
    await page.getByLabel('Reason').fill('Joins the watch');
    expect(await axeFindings(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Give a role' }).click();
    await dialog(page).getByText('marked “alone”').waitFor();
    await button(page, 'Close').last().click();
    await page.getByText('Nadia Newcomer is now GSOC operator.').first().waitFor();
    await context.close();

    const hers = await signedIn(browser, product.url, 'nadia@works.example');
    await open(hers.page, '/sites');
    expect(await hers.page.getByRole('treeitem').allInnerTexts()).toEqual([expect.stringContaining('Building A')]);
    expect(await hers.page.getByText('Halden House').count()).toBe(1);
    await open(hers.page, `/sites/${at.site}`);
    await hers.page.getByText('There is nothing here').waitFor();
    expect([...faults, ...hers.faults]).toEqual([]);
    await hers.context.close();
  });

  test('suspending says what happens, asks why, ends the other browser, and is taken back', async () => {
    const his = await signedIn(browser, product.url, 'tomas@works.example');
    await open(his.page, '/account');
    await his.page.getByText('tomas@works.example').first().waitFor();
    const { page, context, faults } = await signedIn(browser, product.url, ADA, { theme: 'light' });
    await open(page, `/people/${at.person}`);
    await button(page, 'Suspend').click();
    await dialog(page).getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('Say why').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Reason').fill('Lost badge');
    await dialog(page).getByRole('button', { name: 'Suspend' }).click();
    await page.getByText('suspended by Ada Admin').waitFor();
    expect((await his.context.request.get(`${product.url}/api/identity/me`)).status()).toBe(401);
    await his.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor({ timeout: 15_000 });
    expect(await his.page.locator('body').innerText()).not.toMatch(/tomas/i);
    await button(page, 'Let in again').click();
    await page.getByLabel('Reason').fill('Found it');
    await dialog(page).getByRole('button', { name: 'Let in again' }).click();
    await page.getByText('active by Ada Admin').waitFor();
    expect(faults).toEqual([]);
    await his.context.close();
    await context.close();
  });

  test('a file of sites is tried before anything happens; what is refused is told and comes back as a file, the rest comes in', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, ADA);
    const bad = join(files, 'sites.csv');
    writeFileSync(bad, 'Site code;Title;Type;Parent site\nUTR-B0;Ground floor;floor;UTR-B\nUTR-B;"Building; B";building;UTR\nUTR-C;=Building C;castle;UTR\n');
    await open(page, '/sites');
    await page.getByRole('link', { name: 'Import', exact: true }).last().click();
    await page.getByLabel('File', { exact: true }).setInputFiles(bad);
    await button(page, 'Dry run').click();
    await page.getByText('One of region, country, site').waitFor();
    await page.getByText('castle').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const phone = await signedIn(browser, product.url, ADA, { theme: 'light', width: 390 });
    await open(phone.page, '/imports?kind=sites.site');
    await phone.page.getByRole('button', { name: 'Open sites.csv' }).click();
    await phone.page.getByText('castle').first().waitFor();
    expect(await axeFindings(phone.page)).toEqual([]);
    expect(phone.faults).toEqual([]);
    await phone.context.close();
    await button(page, 'Import 2 rows').click();
    await page.getByText('What came in', { exact: true }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download refused rows').click()]);
    expect(readFileSync(await download.path(), 'utf8')).toBe("\ufeffSite code;Title;Type;Parent site;import_line;import_reasons\r\nUTR-C;'=Building C;castle;UTR;4;\"Type: One of region, country, site, building, floor, zone, room\"\r\n");
    await open(page, '/sites');
    await page.getByRole('treeitem', { name: /^Halden House/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('treeitem', { name: /^Ground floor/ }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ground floor', level: 1 }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('the secret of a key is shown once; a key that would be stronger than its maker is refused in words', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, ADA);
    await open(page, '/keys');
    await page.keyboard.press('c');
    await page.getByLabel('Name', { exact: true }).fill('Door sensors');
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Chief Security Officer' });
    await page.getByLabel('The whole organisation').check();
    await button(page, 'Make the key').click();
    await page.getByText('which you may not yourself').waitFor();
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Source' });
    await button(page, 'Make the key').click();
    const secret = await page.getByRole('group', { name: 'The secret of Door sensors' }).innerText();
    expect(secret).toMatch(/^pk_[\w-]{43}$/);
    expect(await axeFindings(page)).toEqual([]);
    await button(page, 'I have kept it').click();
    await open(page, '/keys');
    expect(await page.content()).not.toContain(secret);
    await button(page, 'Revoke Door sensors').click();
    await dialog(page).getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Door sensors is revoked.').first().waitFor();
    expect((await fetch(`${product.url}/api/identity/me`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(401);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('two change one site: the second is told, and keeps what was typed', async () => {
    const { page, context } = await signedIn(browser, product.url, ADA);
    await open(page, `/sites/${at.site}`);
    await page.keyboard.press('e');
    await page.getByLabel(/^City/).fill('Utrecht Oost');
    await context.request.patch(`${product.url}/api/sites/${at.site}`, { data: { address: 'Halden Plein 1' } });
    await button(page, 'Save').click();
    await page.getByText('Somebody changed this site since you read it').waitFor();
    expect(await page.getByLabel(/^City/).inputValue()).toBe('Utrecht Oost');
    await context.close();
  });

  test('a task is given, done with one press and taken back; the ledger of its record proves every step', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await open(page, `/sites/${at.site}`);
    await page.keyboard.press('t');
    await page.getByLabel('What', { exact: true }).fill('Mend the fence');
    await page.getByRole('combobox', { name: /Whose/ }).fill('Cleo');
    await page.getByRole('option', { name: 'Cleo Chief' }).click();
    await button(page, 'Add the task').click();
    await button(page, 'Done: Mend the fence').click();
    await page.getByText('Nothing is to be done here.').waitFor();
    await page.keyboard.press('z');
    await button(page, 'Done: Mend the fence').waitFor();
    await open(page, '/tasks');
    await page.getByText('Mend the fence').first().waitFor();
    await open(page, `/ledger?record=${at.site}`);
    await expect.poll(async () => {
      await button(page, 'Read again').click();
      return page.locator('tbody tr').allInnerTexts();
    }, { timeout: 10_000 }).toEqual(expect.arrayContaining([expect.stringContaining('reopened'), expect.stringContaining('completed')]));
    await page.locator('tbody tr').first().click();
    await button(page, 'Prove this leaf').click();
    await page.getByText(/^Proven in the signed tree/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
