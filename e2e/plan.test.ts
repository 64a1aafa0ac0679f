import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';
import { axeFindings, isSkipped, keepPicture, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const CLEO = 'cleo@works.example';

let product: Product;
let browser: Browser;
let dialler: Dialler;
let floorId: string;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: CLEO, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'Leads the department' });
  const site = await admin.post<{ id: string }>('/api/sites', { code: 'PS', name: 'Port Sorrel', kind: 'site', timeZone: 'Asia/Singapore', latitude: 1.29, longitude: 103.85 });
  floorId = (await admin.post<{ id: string }>('/api/sites', { code: 'PS-1', name: 'Level 1', kind: 'floor', parentId: site.id })).id;
  await admin.post('/api/signals/sources', { protocol: 'dc09', account: '1000', name: 'Gate panel', siteId: site.id });
  browser = await openBrowser();
  dialler = new Dialler({ host: '127.0.0.1', port: product.dc09Port, account: '1000', firstSequence: 100 });
}, 180_000);
afterAll(async () => {
  dialler?.close();
  await browser?.close();
  await product?.stop();
});

/** A plan as an architect exports it: walls on white. */
const drawing = (): Promise<Buffer> => sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="600"><rect width="1200" height="600" fill="#fff"/><path d="M50 50H1150V550H50ZM600 50V250M600 330V550" fill="none" stroke="#222" stroke-width="10"/></svg>')).png().toBuffer();

/** Presses a point of the picture, given in metres; the plan is 48 m wide and 24 m high, seen whole. */
async function pressAt(page: Page, [x, y]: readonly [number, number]): Promise<void> {
  const floor = await page.locator('svg rect[class*="floor"]').boundingBox();
  if (!floor) throw new Error('No plan is shown.');
  await page.mouse.click(floor.x + (x / 48) * floor.width, floor.y + (y / 24) * floor.height);
}

test.skipIf(isSkipped)('a plan is given to a floor, zones and devices are drawn on it, and an alarm shows there and in the world', async () => {
  const { context, page, faults } = await signedIn(browser, product.url, CLEO);
  try {
    await page.goto(`${product.url}/sites/${floorId}/plan`);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a file' }).click()]);
    await chooser.setFiles({ name: 'Level 1.png', mimeType: 'image/png', buffer: await drawing() });

    await page.getByRole('button', { name: 'Scale by figures' }).click({ timeout: 30_000 });
    const asked = page.getByRole('dialog');
    await asked.getByLabel('Distance').fill('48');
    await asked.getByRole('button', { name: 'Set', exact: true }).click();
    await page.getByText('No zone is drawn.').waitFor();

    // By mouse: the hall, corner after corner, and the door in its wall.
    const take = (tool: string): Promise<void> => page.getByRole('toolbar').getByRole('button', { name: tool }).click();
    await take('Zone');
    for (const corner of [[2, 2], [24, 2], [24, 22], [2, 22]] as const) await pressAt(page, corner);
    await page.locator('svg[aria-roledescription="plan"]').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Name').fill('Hall');
    await page.getByLabel('Name').press('Enter');
    // By keyboard: the vault, by its figures; what was done is undone, and done again.
    await page.getByRole('button', { name: 'Add a zone' }).press('Enter');
    await page.getByLabel('Corners').fill('24 2\n46 2\n46 22\n24 22');
    await page.getByLabel('Name').fill('Vault');
    await page.getByLabel('Name').press('Enter');
    await page.getByText('Hall – Vault').waitFor();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await page.getByRole('button', { name: /^Zone 2/ }).waitFor();
    await page.keyboard.press('Shift+Z');
    await page.getByRole('button', { name: /^Vault ?440 m²/ }).waitFor();
    await take('Portal');
    await pressAt(page, [24, 11.6]);
    await page.getByLabel('Name').fill('Vault door');
    await page.getByLabel('Name').press('Enter');
    await take('Device');
    await pressAt(page, [30, 11.6]);
    await page.getByLabel('Name').fill('Vault contact');
    await page.getByLabel('Source of its alarms').selectOption({ label: 'Gate panel' });
    await page.getByLabel('Point').fill('zone:7');
    await page.getByLabel('Point').press('Enter');
    await page.getByText('by a portal').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /^Save/ }).click();
    await page.getByRole('region', { name: 'Messages' }).getByText('The drawing is saved.').waitFor();

    await dialler.sendEvent('SIA-DCS', 'Nri1/BA0007', { sentAt: Date.now() });
    await page.goto(`${product.url}/watch/map`);
    const site = page.getByRole('button', { name: /^Port Sorrel: 1 open alarm/ });
    await site.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await site.press('Enter');
    await page.getByRole('button', { name: 'Level 1' }).click();
    const alarm = page.getByRole('link', { name: /priority \d, at Vault contact$/ });
    await alarm.waitFor();
    expect(await axeFindings(page)).toEqual([]);

    // From the alarm to its place and back, in the other theme, on a telephone.
    await alarm.press('Enter');
    await page.getByRole('region', { name: 'Where it is' }).getByText('Vault contact, Level 1, Port Sorrel').waitFor();
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('link', { name: 'On the whole plan' }).click();
    await alarm.waitFor();
    await page.reload();
    await alarm.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
  } catch (error) {
    await keepPicture(page, 'plan');
    throw error;
  } finally {
    await context.close();
  }
}, 120_000);
