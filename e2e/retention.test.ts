import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const CLEO = 'cleo@works.example';
const CORA = 'cora@works.example';

let product: Product;
let browser: Browser;
let cora: Api;
let page: Page;
let held: string;
let faults: string[];

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { email: 'ada@works.example', password: PASSWORD });
  for (const [name, email, roleKey] of [['Cleo Chief', CLEO, 'cso'], ['Cora Compliance', CORA, 'compliance-manager']]) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'Keeps the records' });
  }
  const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
  cora = await signIn(product.url, { email: CORA, password: PASSWORD });
  const declared = await Promise.all(['Van at the fence', 'Cable theft'].map((title) => cleo.post<{ id: string }>('/api/incidents', { title, severity: 2, occurredFrom: '2026-11-01T12:00:00Z' })));
  held = declared[1]?.id ?? '';
  const owner = await product.owner();
  await owner.query(`update incidents.incident set state = 'closed', closed_by = declared_by, closed_at = now() - interval '3000 days', closure_reason = 'resolved'`);
  await owner.end();
  browser = await openBrowser();
  ({ page, faults } = await signedIn(browser, product.url, CLEO));
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const open = async (at: Page, path: string): Promise<void> => {
  await at.goto(product.url + path);
  await at.locator('h1').first().waitFor();
  await at.waitForLoadState('networkidle');
};
const dryRun = async (): Promise<void> => {
  await page.keyboard.press('d');
  await page.getByRole('dialog').getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('complementary').getByText('to be decided').waitFor({ timeout: 30_000 });
};

describe.skipIf(isSkipped)('retention', () => {
  areSteps(() => page);

  test('the shipped schedules say how long, from when and why', async () => {
    await open(page, '/retention');
    await page.getByRole('row', { name: /Alarms/ }).first().click();
    await page.getByText('Proof of how alarms were answered').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('a legal hold is placed on a record, and stands at its head', async () => {
    await open(page, '/retention?tab=holds');
    await page.keyboard.press('l');
    await page.getByLabel('Matter').fill('Claim of the carrier');
    await page.getByLabel('Reason').fill('A letter of their counsel');
    await page.getByRole('combobox', { name: 'Custodian' }).fill('Cora');
    await page.getByRole('option', { name: /Cora Compliance/ }).click();
    await page.getByRole('combobox', { name: /Record, person or site/ }).fill('Cable theft');
    await page.getByRole('option', { name: /Cable theft/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Place a hold' }).click();
    await page.getByRole('complementary').getByText('A letter of their counsel').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await open(page, `/incidents/${held}`);
    await page.getByRole('link', { name: /^Legal hold HLD-/ }).waitFor();
  });

  test('a dry run spares what is held; what another person approved goes, with a certificate', async () => {
    await open(page, '/retention?tab=runs');
    await dryRun();
    await page.getByText('1 due').waitFor();
    await page.getByText('1 held').waitFor();
    await page.getByRole('button', { name: 'Which: Incidents' }).click();
    await page.getByRole('link', { name: /Van at the fence/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Propose the removal' }).click();
    await page.getByLabel('Reason').fill('The yearly removal');
    await page.getByRole('button', { name: 'Propose', exact: true }).click();
    await page.getByRole('dialog').getByRole('link').waitFor();
    const { items } = await cora.get<{ items: { id: string; kind: string }[] }>('/api/two-person');
    await cora.post(`/api/two-person/${items.find(({ kind }) => kind === 'retention.run')?.id}/approve`, { note: '' });
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Certificate (PDF)' }).waitFor({ timeout: 30_000 });
    await page.getByText('1 removed').first().waitFor();
    expect(faults).toEqual([]);
  });

  test('on a phone in light all of it is there', async () => {
    const phone = await signedIn(browser, product.url, CORA, { theme: 'light', width: 390 });
    for (const tab of ['schedules', 'runs', 'holds']) {
      await open(phone.page, `/retention?tab=${tab}`);
      expect([tab, await axeFindings(phone.page)]).toEqual([tab, []]);
    }
    expect(phone.faults).toEqual([]);
    await phone.context.close();
  });
});
