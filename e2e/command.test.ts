import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const INES = 'ines@works.example';
const JONAS = 'jonas@works.example';

let product: Product;
let browser: Browser;
let ines: Api;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  for (const [email, name, roleKey] of [[INES, 'Ines Varga', 'gsoc-supervisor'], [JONAS, 'Jonas Park', 'incident-commander']] as const) {
    const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Leads what is large' });
  }
  ines = await signIn(product.url, { email: INES, password: PASSWORD, found: false });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('an incident under command', () => {
  test('activated, given an objective and a period, noted in one key, handed over with a briefing and taken', async () => {
    const { id } = await ines.post<{ id: string }>('/api/incidents', { title: 'Fire in the plant', type: 'fire', severity: 4 });
    const first = await signedIn(browser, product.url, INES);
    await first.page.goto(`${product.url}/incidents/${id}`);
    await first.page.getByRole('link', { name: /^Command C/ }).waitFor();
    await first.page.keyboard.press('c');
    await first.page.getByRole('button', { name: 'Activate command' }).click();
    await first.page.getByRole('dialog').getByRole('button', { name: 'Activate command' }).click();
    await first.page.getByRole('treeitem', { name: /^Incident commander.*Ines Varga/ }).waitFor();
    await first.page.getByRole('button', { name: 'Set an objective' }).click();
    await first.page.getByLabel('What is to be reached, and by when').fill('Everybody counted by 03:30');
    await first.page.getByLabel('Needs, one a line').fill('Two wardens');
    await first.page.getByRole('dialog').getByRole('button', { name: 'Set an objective' }).click();
    await first.page.getByText('Everybody counted by 03:30', { exact: true }).first().waitFor();
    await first.page.getByRole('button', { name: 'Begin a period' }).first().click();
    await first.page.getByRole('dialog').getByRole('button', { name: 'Begin a period' }).click();
    await first.page.getByText('period 1', { exact: true }).waitFor();
    const began = Date.now();
    await first.page.keyboard.press('m');
    await first.page.keyboard.type('Stairwell west is clear');
    await first.page.keyboard.press('Enter');
    await first.page.getByRole('group', { name: 'Entries, the latest first' }).getByText('Stairwell west is clear').first().waitFor();
    expect(Date.now() - began).toBeLessThan(10_000);
    await first.page.getByRole('treeitem', { name: /^Incident commander/ }).focus();
    await first.page.keyboard.press('ArrowDown');
    expect(await first.page.locator(':focus').textContent()).toMatch(/^Deputy commander/);
    expect(await axeFindings(first.page)).toEqual([]);
    await picture(first.page, 'command-board', true);
    await first.page.getByRole('button', { name: 'More' }).click();
    await first.page.getByRole('menuitem', { name: 'Hand over command' }).click();
    await first.page.getByRole('combobox', { name: 'To', exact: true }).fill('Jonas');
    await first.page.getByRole('option', { name: 'Jonas Park' }).click();
    for (const [label, words] of [['Situation', 'Smoke on the third floor'], ['Objectives and priorities', 'Count everybody'], ['Outlook and concerns', 'The lift is not answered for']] as const) await first.page.getByLabel(label).fill(words);
    await first.page.getByRole('button', { name: 'Offer command' }).click();
    await first.page.getByText(/^Waits for Jonas Park/).waitFor();

    const second = await signedIn(browser, product.url, JONAS, { theme: 'light', width: 390, height: 844 });
    await second.page.goto(`${product.url}/incidents/${id}/command`);
    await second.page.getByRole('button', { name: 'Take command' }).click();
    await second.page.getByText('The lift is not answered for').waitFor();
    await second.page.getByRole('dialog').getByRole('button', { name: 'Take command' }).click();
    await second.page.getByRole('treeitem', { name: /^Incident commander.*Jonas Park/ }).waitFor();
    await first.page.getByRole('treeitem', { name: /^Incident commander.*Jonas Park/ }).waitFor();
    expect(await axeFindings(second.page)).toEqual([]);
    await picture(second.page, 'command-board-phone', true);
    expect([...first.faults, ...second.faults]).toEqual([]);
  }, 90_000);
});
