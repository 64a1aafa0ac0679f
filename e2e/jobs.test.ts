import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let cleoId: string;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { email: ADA, password: PASSWORD });
  cleoId = (await ada.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } })).id;
  await ada.post('/api/identity/grants', { personId: cleoId, roleKey: 'cso', reason: 'Owns the programme' });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.url + path);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
};
const csv = (lines: number): string => ['code,name,kind,parent,time_zone', 'NL,Netherlands,country,,Europe/Amsterdam', ...Array.from({ length: lines }, (_, at) => `S-${at},Site ${at},site,NL,`)].join('\n');

describe.skipIf(isSkipped)('jobs', () => {
  test('a large file of sites comes in by a job, after a dry run; the worker is killed meanwhile, and all is there once', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await open(page, '/imports?kind=sites.site');
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'sites.csv', mimeType: 'text/csv', buffer: Buffer.from(csv(2900)) });
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByRole('button', { name: /^Import 2,?901 rows$/ }).click({ timeout: 60_000 });
    await page.getByText('Import', { exact: true }).and(page.locator('b')).waitFor();
    for (const pid of product.pidsOf('worker')) process.kill(pid, 'SIGKILL');
    await page.getByText('What came in', { exact: true }).waitFor({ timeout: 60_000 });
    const owner = await product.owner();
    expect((await owner.query(`select count(*)::int as n from sites.site`)).rows).toEqual([{ n: 2901 }]);
    await owner.end();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('the ledger is verified from its page', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await open(page, '/ledger');
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByText(/^The ledger is whole: leaves 0 to/).waitFor({ timeout: 30_000 });
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each([['dark', 1440], ['light', 390]] as const)('my jobs stand on their page, in %s at %i px; one that waits is stopped', async (theme, width) => {
    const owner = await product.owner();
    // Held back from the queue, as if another of mine were under way.
    await owner.query(`insert into jobs.job (id, person_id, kind, title, state, queued_at, enqueued_at, progress, progress_words) values (uuidv7(), $1, 'imports.run', 'Import', 'queued', now(), now(), 0.4, 'Line 40 of 100')`, [cleoId]);
    await owner.end();
    const { page, context, faults } = await signedIn(browser, product.url, CLEO, { theme, width });
    await open(page, '/jobs');
    await page.getByText('Verification of the whole ledger').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop: Import' }).click();
    await page.getByRole('button', { name: 'Start again: Import' }).first().waitFor({ timeout: 5000 });
    expect(await page.getByText('stopped by Cleo Chief').count()).toBeGreaterThan(0);
    expect(await page.getByLabel('Whose').count()).toBe(0);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who keeps the system sees everybody’s, without their results', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, ADA);
    await open(page, '/jobs?whose=all');
    await page.getByText('by Cleo Chief').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });
});
