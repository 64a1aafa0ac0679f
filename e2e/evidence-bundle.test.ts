import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkipped, openBrowser, pageFindings, PASSWORD, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const ROOT = join(import.meta.dirname, '..');
const PEOPLE = { lena: ['Lena Lead', 'investigations-lead'], kees: ['Kees Keeper', 'investigator'], ines: ['Ines Inspector', 'investigator'] } as const;
const mailOf = (who: keyof typeof PEOPLE): string => `${who}@works.example`;
const folder = mkdtempSync(join(tmpdir(), 'parapet bundle '));

let product: Product;
let browser: Browser;
let room: string;
let lena: Api;

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const admin = await signIn(product.url);
  const ids: Record<string, string> = {};
  for (const [who, [name, roleKey]] of Object.entries(PEOPLE)) {
    const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email: mailOf(who as keyof typeof PEOPLE), password: PASSWORD } });
    await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Investigates' });
    ids[who] = id;
  }
  lena = await signIn(product.url, { email: mailOf('lena'), password: PASSWORD, found: false });
  room = (await lena.post<{ id: string }>('/api/cases', { title: 'Pallets that never arrived', type: 'cargo', custodianId: ids['kees'] })).id;
  await lena.post(`/api/cases/${room}/members`, { personId: ids['ines'], part: 'case-investigator', reason: 'Interviews' });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (who: keyof typeof PEOPLE, size = {}) => {
  const desk = await signedIn(browser, product.url, mailOf(who), size);
  desk.page.setDefaultTimeout(30_000);
  return desk;
};
const looksWell = async (page: Page, name: string): Promise<void> => {
  await page.waitForLoadState('networkidle');
  expect(await pageFindings(page, name)).toEqual([]);
};

describe.skipIf(isSkipped)('an exhibit', () => {
  test('is received, handed over, and leaves in a bundle that a stranger verifies', async () => {
    const { page, context, faults } = await open('lena');
    const dialog = page.getByRole('dialog');
    await page.goto(`${product.url}/cases/${room}?tab=exhibits`);
    await page.getByRole('button', { name: 'Receive an exhibit' }).click();
    await dialog.getByLabel('What it is').fill('Memory card of the yard camera');
    await dialog.getByLabel('Collected', { exact: true }).fill('-20m');
    await dialog.getByLabel('Seal', { exact: false }).first().fill('B-10443');
    await looksWell(page, 'exhibit-receive');
    await dialog.getByRole('button', { name: 'Receive an exhibit' }).click();
    await page.waitForURL(/\/cases\/exhibits\/[0-9a-f-]{36}/);
    const exhibit = page.url();
    const photo = join(folder, 'frame.txt');
    writeFileSync(photo, 'what the camera saw\n');
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Add a file' }).click()]);
    await chooser.setFiles(photo);
    await page.getByText('2 · File entered').waitFor();
    await page.keyboard.press('h');
    await dialog.getByRole('combobox', { name: 'To whom' }).fill('Ines');
    await page.getByRole('option', { name: 'Ines Inspector' }).click();
    await dialog.getByLabel('What for').fill('To be copied');
    await looksWell(page, 'exhibit-hand-over');
    await dialog.getByRole('button', { name: 'Hand over' }).click();
    await page.getByText('Offered to Ines Inspector').first().waitFor();
    await looksWell(page, 'exhibit');

    const other = await open('ines', { theme: 'light', width: 390, height: 844 });
    await other.page.goto(exhibit);
    await other.page.getByRole('button', { name: 'Take it over' }).click();
    await other.page.getByRole('dialog').getByRole('button', { name: 'Take it over' }).click();
    await other.page.getByText('3 · Handed over, both confirmed').waitFor();
    await looksWell(other.page, 'exhibit-phone');
    expect(other.faults).toEqual([]);
    await other.context.close();

    await page.getByText('3 · Handed over, both confirmed').waitFor();
    await page.getByRole('button', { name: 'Label' }).click();
    await dialog.getByRole('img', { name: /^EXH-/ }).waitFor();
    await looksWell(page, 'exhibit-label');
    await page.goto(`${product.url}/cases/${room}?tab=exhibits`);
    await page.getByRole('button', { name: 'Close an evidence bundle' }).click();
    await dialog.getByLabel('What for').fill('For the court');
    // The ledger seals within about a second; until then it says so.
    for (const close = dialog.getByRole('button', { name: 'Close an evidence bundle' }); await close.isVisible(); await page.waitForTimeout(200)) await close.click().catch(() => undefined);
    const link = page.getByRole('link', { name: /^Download/ });
    await link.waitFor();
    await looksWell(page, 'case-exhibits');
    const fingerprint = (await page.locator('code').textContent()) ?? '';
    const url = (await link.getAttribute('href')) ?? '';
    let answer = await lena.raw(url);
    for (const until = Date.now() + 30_000; answer.status === 409 && Date.now() < until; answer = await lena.raw(url)) await page.waitForTimeout(200);
    const bundle = join(folder, 'bundle.tar');
    writeFileSync(bundle, Buffer.from(await answer.arrayBuffer()));
    for (const [command, args] of [[process.execPath, [join(ROOT, 'bin/parapet.mjs'), 'verify-bundle']], ['python3', ['-B', join(ROOT, 'docs/verify/verify_evidence.py')]]] as const) {
      expect(execFileSync(command, [...args, bundle, '--key', fingerprint], { encoding: 'utf8' })).toMatch(/holds, under the head[^]*Memory card of the yard camera · 4 custody events[^]*frame\.txt/);
    }
    expect(faults).toEqual([]);
    await context.close();
  }, 180_000);
});
