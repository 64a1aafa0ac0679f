import { createHash } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf, isSkipped, openBrowser, pageFindings, PASSWORD } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const ROMY = 'romy@works.example';
const CLEO = 'cleo@works.example';
const WAIT_MS = 30_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let floorId: string;
const faults: string[] = [];

/** A yard behind a gate, a hall behind a door, a vault behind another, drawn as the field IMDF names them. */
async function aFloor(api: Api, siteId: string): Promise<string> {
  const { id: recordId } = await api.post<{ id: string }>('/api/sites', { code: 'KQ-0', name: 'Ground floor', kind: 'floor', parentId: siteId });
  const [x, y] = [0.00001468, 0.00000899];
  const ring = (from: [number, number], to: [number, number]) => [[from[0], from[1]], [to[0], from[1]], [to[0], to[1]], [from[0], to[1]], [from[0], from[1]]].map(([east, north]) => [5 + (east ?? 0) * x, 52 + (north ?? 0) * y]);
  const room = (name: string, from: [number, number], to: [number, number]) => ({ type: 'Feature', feature_type: 'unit', properties: { name }, geometry: { type: 'Polygon', coordinates: [ring(from, to)] } });
  const door = (name: string, east: number, north: number) => ({ type: 'Feature', feature_type: 'opening', properties: { name }, geometry: { type: 'LineString', coordinates: [[5 + east * x, 52 + (north - 0.5) * y], [5 + east * x, 52 + (north + 0.5) * y]] } });
  const bytes = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features: [room('Yard', [0, 0], [20, 20]), room('Hall', [20, 0], [40, 20]), room('Vault', [40, 5], [52, 15]), room('Attic', [60, 0], [70, 10]), door('Gate', 0, 10), door('Hall door', 20, 12), door('Vault door', 40, 10)] }));
  const id = uuidv7();
  await api.post('/api/files/uploads', { id, recordId, name: 'ground.geojson', size: bytes.length });
  await api.raw(`/api/files/uploads/${id}/bytes?offset=0`, { method: 'PUT', body: bytes, headers: { 'content-type': 'application/octet-stream' } });
  await api.post(`/api/files/uploads/${id}/complete`, { sha256: createHash('sha256').update(bytes).digest('hex') });
  await api.post(`/api/sites/${recordId}/plan`, { fileId: id });
  return recordId;
}

/** A camera in the hall that looks at the vault, a contact at the hall door, and the delays of the three doors. */
async function drawAndFigure(chief: Api, romy: Api): Promise<void> {
  const { plan } = await chief.get<{ plan: { version: number; drawing: { zones: unknown[]; portals: { id: string; name: string; at: [number, number]; between: unknown }[]; said: unknown[] } } }>(`/api/sites/${floorId}/plan`);
  const at = (name: string): [number, number] => plan.drawing.portals.find((one) => one.name === name)?.at ?? [0, 0];
  const mark = (name: string, kind: string, spot: [number, number], facingDeg: number | null) => ({ id: uuidv7(), name, kind, at: spot, facingDeg, deviceId: null, sourceId: null, point: null });
  const [doorX, doorY] = at('Hall door');
  const marks = [mark('Hall camera', 'camera', [doorX + 2, doorY - 6], 100), mark('Door contact', 'contact', [doorX, doorY - 0.6], null)];
  await chief.raw(`/api/sites/${floorId}/plan/drawing`, { method: 'PUT', body: JSON.stringify({ ...plan.drawing, marks }), headers: { 'content-type': 'application/json', 'if-match': `"${plan.version}"` } });
  const [camera] = marks;
  const figures = {
    speedMps: 2, response: { timeS: 120, timeSdS: 36, communication: 0.95, basis: 'Exercise of spring' }, barriers: [],
    elements: plan.drawing.portals.filter(({ name }) => name !== 'Gate').map(({ id, name }) => ({ id, isNoEntry: false, delays: [{ by: 'hand', meanS: name === 'Vault door' ? 90 : 45, sdS: null }] })),
    sensors: [{ id: camera?.id, covers: null, stealth: 0.6, force: 0.6, deceit: 0.3, place: 'M', evidence: { detected: 26, trials: 30, testedOn: '2026-05-04', note: '' } }],
    measures: [{ id: uuidv7(), name: 'Thicker vault door', elementId: plan.drawing.portals.find(({ name }) => name === 'Vault door')?.id, delayS: 300, detection: null, costMinor: 1_860_000, currency: 'EUR', days: 31 }],
  };
  await romy.raw(`/api/risk/floors/${floorId}/figures`, { method: 'PUT', body: JSON.stringify(figures), headers: { 'content-type': 'application/json' } });
}

async function open(path: string, { theme, width }: { theme: 'dark' | 'light'; width: number }): Promise<void> {
  await context?.close();
  context = await browser.newContext({ baseURL: product.url, viewport: { width, height: 900 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  faultsOf(page, faults);
  expect((await context.request.post('/api/identity/sign-in', { data: { email: ROMY, password: PASSWORD } })).status()).toBe(200);
  await page.goto(path);
}
const looksWell = async (name: string): Promise<void> => expect([await pageFindings(page, name), faults]).toEqual([[], []]);
const shown = async (): Promise<number> => Number(await page.getByTestId('interruption').getAttribute('data-value'));

beforeAll(async () => {
  if (isSkipped) return;
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const admin = await signIn(product.url);
  const { id: siteId } = await admin.post<{ id: string }>('/api/sites', { code: 'KQ', name: 'Kestrel Quay', kind: 'site', timeZone: 'Europe/Berlin', parentId: null });
  for (const [name, email, roleKey] of [['Romy Risk', ROMY, 'risk-manager'], ['Cleo Chief', CLEO, 'cso']] as const) {
    const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Their work' });
  }
  const [romy, cleo] = await Promise.all([ROMY, CLEO].map((email) => signIn(product.url, { email, password: PASSWORD, found: false })));
  if (!romy || !cleo) throw new Error('Nobody came in.');
  floorId = await aFloor(cleo, siteId);
  await drawAndFigure(cleo, romy);
}, 120_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('the path studio', () => {
  areSteps(() => page);

  test('an asset is set on the plan, and the weakest path to it is shown with P(I) and the critical point', async () => {
    await open('/risk/paths', { theme: 'dark', width: 1440 });
    await page.getByRole('link', { name: 'Ground floor' }).click();
    await page.getByRole('button', { name: 'Add an asset' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Master keys');
    await dialog.getByLabel('Room').selectOption({ label: 'Vault' });
    await dialog.getByLabel('P(I) needed').fill('0.7');
    await dialog.getByLabel('Mean, hand tools').fill('60');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Adversary path to Master keys' }).waitFor();
    await page.getByRole('row', { name: /critical detection point/ }).waitFor();
    expect(await shown()).toBeGreaterThan(0.1);
    await page.getByRole('tab', { name: 'Figures' }).click();
    for (const words of ['Attic cannot be reached by what is drawn.', 'Gate has no delay; it counts as 0 s.', 'Door contact has no detection; it counts as seeing nothing.']) await page.getByText(words).waitFor();
    await looksWell('studio');
  });

  test('an element is changed and P(I) moves, with its name; a measure and the cheapest set say what they bring', async () => {
    const before = await shown();
    await page.getByRole('tab', { name: 'What if' }).click();
    const door = page.getByRole('button', { name: 'Vault door' }).first();
    if (!(await page.getByLabel(/^Delay would be/).isVisible())) await door.click();
    await page.getByLabel(/^Delay would be/).fill('200');
    await expect.poll(shown, { timeout: WAIT_MS }).toBeGreaterThan(before + 0.02);
    await page.getByRole('list', { name: 'What is otherwise' }).getByText('Vault door').first().waitFor();
    await page.getByRole('button', { name: /^Undo/ }).click();
    await expect.poll(shown, { timeout: WAIT_MS }).toBeCloseTo(before, 9);
    await page.getByLabel(/Thicker vault door/).check();
    await expect.poll(shown, { timeout: WAIT_MS }).toBeGreaterThan(before + 0.02);
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await looksWell('studio-what-if');
  });

  test('the answer is kept by the server, stands beside another, and looks well on a phone in the light', async () => {
    await page.getByRole('tab', { name: 'Kept' }).click();
    for (const name of ['With the door', 'As it is']) {
      await page.getByRole('button', { name: 'Keep this' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill(name);
      await page.getByRole('dialog').getByRole('button', { name: 'Keep this' }).click();
      await page.getByRole('checkbox', { name: new RegExp(name) }).check();
      if (name === 'As it is') break;
      await page.getByRole('tab', { name: 'What if' }).click();
      await page.getByLabel(/Thicker vault door/).uncheck();
      await page.getByRole('tab', { name: 'Kept' }).click();
      await page.getByRole('checkbox', { name: /With the door/ }).check();
    }
    await page.getByRole('region', { name: 'Side by side' }).waitFor();
    await looksWell('studio-kept');
    await open(`/risk/paths/${floorId}`, { theme: 'light', width: 390 });
    await page.getByTestId('interruption').waitFor();
    await looksWell('studio-phone');
    await page.goto('/risk/assets');
    await page.getByText('Master keys').filter({ visible: true }).first().waitFor();
    await looksWell('assets-phone');
  });
});
