import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRead, textOf } from '../src/platform/report/testing.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const INES = 'ines@works.example';
const DENIZ = 'deniz@works.example';
const MOST_STEPS = 140;
const MOST_ANSWERS = 20;

let product: Product;
let browser: Browser;

async function somebody(admin: Api, name: string, email: string, roleKey: string): Promise<void> {
  const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Works here' });
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  await somebody(admin, 'Ines Varga', INES, 'gsoc-operator');
  await somebody(admin, 'Deniz Roth', DENIZ, 'deputy-cso');
  await admin.post('/api/sites', { code: 'PS', name: 'Port Sorrel', kind: 'site', timeZone: 'Asia/Singapore' });
  const deputy = await signIn(product.url, { email: DENIZ, password: PASSWORD, found: false });
  const { items } = await deputy.get<{ items: { id: string; key: string }[] }>('/api/procedures');
  await deputy.post(`/api/procedures/${items.find(({ key }) => key === 'perimeter-breach')?.id ?? ''}/activate`, { version: 1, reason: 'Read and agreed' });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const isAt = (target: Locator): Promise<boolean> => target.evaluate((element) => element === element.ownerDocument.activeElement);

async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await isAt(target)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_STEPS} steps of Tab do not lead to ${String(target)}.`);
}

describe.skipIf(isSkipped)('a break-in by the simulator', () => {
  test('is started, handled by its procedure and becomes an incident by keyboard alone, and says everywhere that it is simulated', async () => {
    const admin = await signedIn(browser, product.url, ADA);
    await admin.page.goto(`${product.url}/simulator`);
    const start = admin.page.getByRole('button', { name: 'Start: Break-in with a cut line' });
    await start.waitFor();
    expect(await start.isDisabled(), 'on the real organisation nothing starts before the watch was told').toBe(true);
    await tabTo(admin.page, admin.page.getByRole('combobox', { name: /^Site/ }));
    await admin.page.keyboard.type('Port');
    await admin.page.getByRole('option', { name: /^Port Sorrel/ }).waitFor();
    await admin.page.keyboard.press('Enter');
    await tabTo(admin.page, admin.page.getByLabel(/^This is the real organisation/));
    await admin.page.keyboard.press('Space');

    const { page, context, faults } = await signedIn(browser, product.url, INES);
    await page.goto(`${product.url}/watch`);
    await page.getByText(/No alarm yet|Nothing unacknowledged|Nothing waits/).first().waitFor();
    await tabTo(admin.page, start);
    await admin.page.keyboard.press('Enter');
    await admin.page.getByText('Simulated panel, break-in with a cut line').waitFor();
    expect(await axeFindings(admin.page)).toEqual([]);
    await picture(admin.page, 'simulator');

    const row = page.locator('[data-row]', { hasText: 'Perimeter breach' });
    await row.getByText('Simulated', { exact: true }).waitFor();
    await page.keyboard.press('n');
    await page.getByText('You have it').waitFor();
    await page.keyboard.press('a');
    const done = page.getByText('Done. Close the alarm, and it ends.');
    for (let n = 1; n <= MOST_ANSWERS; n++) {
      const step = page.getByRole('group', { name: `Step ${n}`, exact: true });
      await step.or(done).first().waitFor();
      if (await done.isVisible()) break;
      await page.keyboard.press('1');
    }
    await done.waitFor();
    await picture(page, 'simulated-alarm');
    await page.keyboard.press('i');
    await expect.poll(() => isAt(page.getByLabel('What happened, in a few words'))).toBe(true);
    await tabTo(page, page.getByRole('button', { name: 'Declare', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Perimeter breach', level: 1 }).waitFor();
    await page.getByText('Simulated', { exact: true }).first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'simulated-incident');

    const paper = await context.request.get(`${product.url}/api/incidents/${new URL(page.url()).pathname.split('/').at(-1) ?? ''}/report.pdf`);
    expect(paper.headers()['content-type']).toBe('application/pdf');
    if (canRead()) expect(textOf(await paper.body())).toContain('Simulated. It came from a simulated alarm');
    await page.getByText('Exercise.').waitFor();
    await tabTo(admin.page, admin.page.getByRole('button', { name: 'End all' }));
    await admin.page.keyboard.press('Enter');
    await admin.page.getByText('Nothing is simulated now.').waitFor();
    await admin.page.setViewportSize({ width: 390, height: 844 });
    await picture(admin.page, 'simulator-narrow', true);
    expect([...faults, ...admin.faults]).toEqual([]);
  });
});
