import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const ADA = 'ada@works.example';
const ANN = 'ann@works.example';
const BO = 'bo@works.example';
const PHONE = { width: 390, height: 844, theme: 'light' } as const;
const EIGHT_DAYS_MS = 8 * 86_400_000;

type Phone = { context: BrowserContext; page: Page; faults: string[] };
type Log = { items: { text: string; author: string; kind: string }[] };

let product: Product;
let browser: Browser;
let ada: Api;
let ann: Phone;
let bo: Phone;
let annApi: Api;
const ids: string[] = [];

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  ada = await signIn(product.url, { email: ADA, password: PASSWORD });
  const site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL', city: 'Utrecht' })).id;
  for (const [name, email] of [['Ann Officer', ANN], ['Bo Officer', BO]]) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'For the journey' });
  }
  annApi = await signIn(product.url, { email: ANN, password: PASSWORD, found: false });
  for (const title of ['Smoke in the cellar', 'Smoke in the attic']) ids.push((await annApi.post<{ id: string }>('/api/incidents', { siteId: site, title, severity: 2, narrative: 'Smoke was seen.', occurredFrom: '2026-11-20T12:00:00Z' })).id);
  browser = await openBrowser();
  [ann, bo] = await Promise.all([signedIn(browser, product.url, ANN, PHONE), signedIn(browser, product.url, BO, { ...PHONE, theme: 'dark' })]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const isApi = (url: URL): boolean => url.pathname.startsWith('/api/');

async function takeAlong({ page }: Phone, id: string): Promise<void> {
  await page.goto(`${product.url}/incidents/${id}`);
  await page.getByRole('button', { name: 'Take along' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take along' }).click();
  await page.getByRole('link', { name: 'On this device' }).click();
  await page.getByText('Everything is sent').waitFor();
}
async function write({ page }: Phone, text: string, times = 1): Promise<void> {
  await page.getByPlaceholder('Log what happened').fill(text);
  const button = page.getByRole('button', { name: 'Log', exact: true });
  if (times > 1) await button.dblclick();
  else await button.click();
  await page.getByText(text).first().waitFor();
}
async function narrate({ page }: Phone, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByLabel('What happened').fill(text);
  await page.getByRole('button', { name: 'Save on this device' }).click();
  await page.getByText('As written here, not yet sent').waitFor();
}
async function back({ context, page }: Phone): Promise<void> {
  await context.setOffline(false);
  await page.getByText('Everything is sent').waitFor({ timeout: 30_000 });
}

describe.skipIf(isSkipped)('without a line', () => {
  areSteps(() => ann.page);

  test('two phones write the same; sent in both orders it ends the same: nothing is lost, nothing doubled, the conflict is shown', async () => {
    const ended: unknown[] = [];
    for (const [id, first, second] of [[ids[0], ann, bo], [ids[1], bo, ann]] as [string, Phone, Phone][]) {
      await Promise.all([takeAlong(ann, id), takeAlong(bo, id)]);
      await Promise.all([ann.context.setOffline(true), bo.context.setOffline(true)]);
      await narrate(ann, 'Ann: a pump burned.');
      await write(ann, 'Door is warm', 2);
      await write(bo, 'Power is off');
      await narrate(bo, 'Bo: a cable burned.');
      await ann.page.getByText('2 saved on this device').waitFor();
      await back(first);
      await back(second);
      const { narrative, disputed } = await annApi.get<{ narrative: string; disputed: string[] }>(`/api/incidents/${id}`);
      const log = (await annApi.get<Log>(`/api/incidents/${id}/log`)).items.map(({ text, author, kind }) => `${author}, ${kind}: ${text}`).sort();
      const { items } = await annApi.get<{ items: { versions: { value: string; by: string }[] }[] }>(`/api/incidents/${id}/conflicts`);
      ended.push({ narrative, disputed, log, versions: items[0]?.versions.map(({ value, by }) => `${by}: ${value}`).sort() });
    }
    const expected = { narrative: 'Bo: a cable burned.', disputed: ['narrative'], log: ['Ann Officer, observation: Door is warm', 'Bo Officer, observation: Power is off'], versions: ['Ann Officer: Ann: a pump burned.', 'Bo Officer: Bo: a cable burned.'] };
    expect(ended).toEqual([expected, expected]);
    await ann.page.getByText('Two versions', { exact: true }).first().waitFor();
    expect([...(await axeFindings(ann.page)), ...(await axeFindings(bo.page))]).toEqual([]);
  });

  test('the two versions stand side by side, and a person decides', async () => {
    await ann.page.getByRole('link', { name: 'Two versions' }).click();
    await ann.page.getByText('stands meanwhile').waitFor();
    expect(await axeFindings(ann.page)).toEqual([]);
    await ann.page.getByRole('button', { name: 'Write one of them all' }).click();
    await ann.page.getByLabel('What shall stand').fill('A pump burned, then its cable.');
    await ann.page.getByRole('button', { name: 'Decide', exact: true }).click();
    await ann.page.getByText('Nothing is in conflict here.').waitFor();
    expect(await annApi.get(`/api/incidents/${ids[1]}`)).toMatchObject({ narrative: 'A pump burned, then its cable.', disputed: [] });
  });

  test('an answer that is lost on its way makes no second entry', async () => {
    const { page } = bo;
    let sent = 0;
    const losingTheFirst = async (route: Route): Promise<void> => {
      if (route.request().method() !== 'POST' || ++sent > 1) return route.continue();
      await route.fetch();
      await route.abort('connectionreset');
    };
    const ofTheLog = '**/api/incidents/*/log';
    await page.goto(`${product.url}/field?record=${ids[0]}`);
    await page.route(ofTheLog, losingTheFirst);
    await write(bo, 'Only once');
    await expect.poll(() => sent, { timeout: 30_000 }).toBe(2);
    await page.getByText('Everything is sent').waitFor({ timeout: 30_000 });
    await page.unroute(ofTheLog);
    const { items } = await annApi.get<Log>(`/api/incidents/${ids[0]}/log`);
    expect(items.filter(({ text }) => text === 'Only once').length).toBe(1);
  });

  test('a page that was closed opens again without a line, with what was written, and another tab sends nothing twice', async () => {
    await ann.page.goto(`${product.url}/field?record=${ids[0]}`);
    await ann.page.evaluate('navigator.serviceWorker.ready.then(() => true)');
    await ann.page.getByText('Everything is sent').waitFor();
    await ann.context.setOffline(true);
    await write(ann, 'Stairs are clear');
    await ann.page.close();
    const [page, other] = [await ann.context.newPage(), await ann.context.newPage()];
    for (const one of [page, other]) {
      await one.goto(`${product.url}/field?record=${ids[0]}`);
      await one.getByText('Stairs are clear').waitFor();
      await one.getByText('1 saved on this device').waitFor();
    }
    ann.page = page;
    expect(await axeFindings(page)).toEqual([]);
    // A full disk, as the browser says it: no quota that can be set is small enough to refuse a line.
    await page.evaluate(`IDBObjectStore.prototype.roomy = IDBObjectStore.prototype.add; IDBObjectStore.prototype.add = () => { throw new DOMException('', 'QuotaExceededError'); }; true`);
    await page.getByPlaceholder('Log what happened').fill('There is no room for this');
    await page.getByRole('button', { name: 'Log', exact: true }).click();
    await page.getByText(/it was NOT saved/).waitFor();
    expect(await page.getByPlaceholder('Log what happened').inputValue()).toBe('There is no room for this');
    await page.evaluate('IDBObjectStore.prototype.add = IDBObjectStore.prototype.roomy; true');
    await back(ann);
    await other.getByText('Saved on this device', { exact: true }).waitFor({ state: 'detached' });
    await other.close();
    const { items } = await annApi.get<Log>(`/api/incidents/${ids[0]}/log`);
    expect(items.filter(({ text }) => text === 'Stairs are clear').length).toBe(1);
  });

  test('what is kept is sealed: neither database nor cache holds a word of it in clear', async () => {
    const kept = await ann.page.evaluate(`(async () => {
      const db = await new Promise((resolve) => { const asked = indexedDB.open('parapet-offline'); asked.onsuccess = () => resolve(asked.result); });
      const all = (name) => new Promise((resolve) => { const asked = db.transaction(name).objectStore(name).getAll(); asked.onsuccess = () => resolve(asked.result); });
      const rows = await all('records');
      const [meta] = await all('meta');
      db.close();
      const words = rows.map((row) => new TextDecoder('latin1').decode(row.sealed.bytes)).join('');
      const cached = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
      return { rows: rows.length, isClear: /Door is warm|Smoke/.test(words), taken: [meta.half.extractable, meta.key.extractable], cached: cached.flat().filter((path) => path.startsWith('/api/')) };
    })()`);
    expect(kept).toEqual({ rows: 2, isClear: false, taken: [false, false], cached: [] });
  });

  test('after its days the store is closed, and opens for its person when they sign in, with what was not sent', async () => {
    await bo.page.goto(`${product.url}/field?record=${ids[0]}`);
    await bo.page.getByText('Everything is sent').waitFor();
    await bo.context.setOffline(true);
    await write(bo, 'Long after');
    await bo.context.clock.install({ time: Date.now() + EIGHT_DAYS_MS });
    await bo.page.reload();
    await bo.page.getByText(/^Closed: 7 days/).waitFor();
    await bo.page.getByText('1 entry waits here unsent and is not lost.').waitFor();
    expect(await bo.page.getByText('Long after').count()).toBe(0);
    expect(await axeFindings(bo.page)).toEqual([]);
    await bo.context.clearCookies();
    await bo.context.setOffline(false);
    await bo.page.getByRole('link', { name: 'Sign in' }).click();
    await bo.page.getByLabel('E-mail').fill(BO);
    await bo.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await bo.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await bo.page.getByText('Everything is sent').waitFor({ timeout: 30_000 });
    await bo.page.goto(`${product.url}/field?record=${ids[0]}`);
    await bo.page.getByText(/clock of this device is .* ahead/).waitFor();
    expect((await annApi.get<Log>(`/api/incidents/${ids[0]}/log`)).items.filter(({ text }) => text === 'Long after').length).toBe(1);
  });

  test('who keeps sign-ins sees the devices and what they hold, and wipes one: it deletes everything before it sends or reads', async () => {
    await ann.context.setOffline(true);
    await write(ann, 'Never comes');
    const keeper = await signedIn(browser, product.url, ADA);
    await keeper.page.goto(`${product.url}/devices?q=Ann`);
    await keeper.page.getByRole('button', { name: /^Wipe Ann Officer/ }).click();
    await keeper.page.getByLabel('Reason').fill('Left in a taxi');
    expect(await axeFindings(keeper.page)).toEqual([]);
    await keeper.page.getByRole('dialog').getByRole('button', { name: 'Wipe', exact: true }).click();
    await keeper.page.getByText('It has not been heard of since.').waitFor();
    const asked: string[] = [];
    await ann.context.route(isApi, (route) => {
      asked.push(new URL(route.request().url()).pathname);
      return route.continue();
    });
    await ann.context.setOffline(false);
    await ann.page.getByText('This device was ordered to delete what it kept, and has done so.').waitFor({ timeout: 30_000 });
    expect(asked.every((path) => path === '/api/offline/order')).toBe(true);
    expect(await ann.page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))')).toEqual([]);
    expect((await annApi.get<Log>(`/api/incidents/${ids[0]}/log`)).items.filter(({ text }) => text === 'Never comes').length).toBe(0);
    await keeper.page.reload();
    await keeper.page.getByText('Wiped', { exact: true }).waitFor();
    await ann.page.goto(`${product.url}/incidents`);
    await ann.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect([...ann.faults, ...bo.faults, ...keeper.faults]).toEqual([]);
  });

  test('signing out deletes what is kept, and asks first where something was not sent', async () => {
    const { page, context } = bo;
    await page.goto(`${product.url}/account`);
    await page.getByText('this device', { exact: true }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: /your menu/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate('indexedDB.databases().then((all) => all.map(({ name }) => name))')).toEqual([]);
    await context.close();
  });
});
