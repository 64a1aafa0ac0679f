import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRead, structureOf, textOf } from '../src/platform/report/testing.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const CLEO = 'cleo@works.example';
const DORA = 'dora@works.example';
const FROZEN_WITHIN_MS = 60_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];
let [cleo, dora]: (Api | null)[] = [null, null];

/** Twelve alarms of the last whole month, in its middle. */
async function lastMonth(siteId: string): Promise<void> {
  const owner = await product.owner();
  await owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, point, handling, is_active, raised_at, known_at, last_at, answer_by, claimed_at)
    select uuidv7(), 'ALM-PAST-' || i, $1, 'past ' || i, 'intrusion.alarm', 'Fence of the past ' || i, 2, 'zone:1', 'acknowledged', false, t, t, t, t, t + i * interval '5 seconds' from (select i, date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '15 days' + i * interval '1 hour' as t from generate_series(1, 12) i) x`, [siteId]);
  await owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) select id, 'alarms.alarm', number, title, handling, site_id, 'alarms:read', raised_at from alarms.alarm where number like 'ALM-PAST-%' on conflict do nothing`);
  await owner.end();
}

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const ada = await signIn(product.url, { password: PASSWORD });
  const { id: siteId } = await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', parentId: null });
  for (const [name, email, roleKey] of [['Cleo Chief', CLEO, 'cso'], ['Dora Deputy', DORA, 'deputy-cso']] as const) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'For the journey' });
  }
  await lastMonth(siteId);
  [cleo, dora] = [await signIn(product.url, { email: CLEO, password: PASSWORD, found: false }), await signIn(product.url, { email: DORA, password: PASSWORD, found: false })];
  ({ context, page, faults } = await signedIn(browser, product.url, CLEO));
  page.setDefaultTimeout(30_000);
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

const looksWell = async (name: string): Promise<void> => {
  expect([await axeFindings(page), faults]).toEqual([[], []]);
  await picture(page, name, true);
};

describe.skipIf(isSkipped)('from a figure of the desk to the pack of the board, and back to the record', () => {
  areSteps(() => page);

  test('the last month freezes by itself, and stands as it stood', async () => {
    await expect.poll(async () => (await cleo?.get<{ items: object[] }>('/api/metrics/frozen'))?.items.length ?? 0, { timeout: FROZEN_WITHIN_MS }).toBeGreaterThan(0);
    await page.goto(`${product.url}/desk/frozen`);
    await page.getByRole('link', { name: 'Time to answer' }).waitFor();
    await looksWell('frozen-figures');
  });

  test('a pack of it is begun, frozen, and proposed', async () => {
    await page.goto(`${product.url}/desk/packs`);
    await page.getByRole('button', { name: 'New pack' }).click();
    await page.getByLabel('Title').fill('Board of the month');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { name: 'Board of the month' }).waitFor();
    await page.getByRole('button', { name: 'Add a section' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('In short');
    await page.getByRole('dialog').getByLabel('Text', { exact: true }).fill('Quiet.');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('In short').first().waitFor();
    await looksWell('pack-draft');
    await page.getByRole('button', { name: 'Freeze', exact: true }).click();
    await page.getByRole('button', { name: 'Propose to issue' }).click();
    await page.getByRole('dialog').getByRole('status').waitFor();
    await page.getByRole('button', { name: 'Close' }).last().click();
  });

  test('another approves it; it is printed, and each figure leads to its records', async () => {
    const { items: [decision] } = (await dora?.get<{ items: { id: string }[] }>('/api/two-person')) ?? { items: [] };
    await dora?.post(`/api/two-person/${decision?.id ?? ''}/approve`, {});
    await page.reload();
    await page.getByRole('heading', { name: 'Decisions and actions' }).waitFor();
    const pdf = await context.request.get(`${page.url().replace('/desk/packs/', '/api/desk/packs/')}/pack.pdf`);
    expect([pdf.status(), pdf.headers()['content-type']]).toEqual([200, 'application/pdf']);
    if (canRead()) expect([textOf(await pdf.body()), structureOf(await pdf.body())]).toEqual([expect.stringContaining('Time to answer'), expect.stringMatching(/\bH1\b/)]);
    await page.getByRole('button', { name: 'Record a decision' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('The fence is mended.');
    await page.getByRole('dialog').getByRole('button', { name: 'Record a decision' }).click();
    await page.getByText('The fence is mended.').waitFor();
    await looksWell('pack-issued');
    await page.getByRole('link', { name: 'Time to answer' }).click();
    await page.getByRole('heading', { name: 'Records that stood in it' }).waitFor();
    await page.getByRole('link', { name: /Fence of the past 12/ }).waitFor();
    await looksWell('frozen-figure');
    await page.getByRole('link', { name: /Fence of the past 12/ }).click();
    await page.getByRole('heading', { name: /Fence of the past 12/ }).first().waitFor();
  });
});
