import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shownBy } from '../src/modules/identity/sign-in/testing.ts';
import { aMailServer, type MailServer } from '../src/platform/deliver/testing.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

const [ADA, CLEO, DORA, KEES, LENA, WIM] = ['ada', 'cleo', 'dora', 'kees', 'lena', 'wim'].map((name) => `${name}@works.example`) as [string, string, string, string, string, string];
const WITHIN_MS = 5_000;

let product: Product;
let browser: Browser;
let mail: MailServer;
let secret = '';
const at = { number: '', incident: '', site: '' };

beforeAll(async () => {
  if (isSkipped) return;
  mail = await aMailServer();
  product = await startProduct({ env: { SMTP_URL: mail.url } });
  const ada = await signIn(product.url, { email: ADA, password: PASSWORD });
  at.site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam' })).id;
  const person = async (name: string, email: string, roleKey: string): Promise<string> => {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'For the journey' });
    return id;
  };
  const [cleo, , kees] = [await person('Cleo Chief', CLEO, 'cso'), await person('Dora Deputy', DORA, 'deputy-cso'), await person('Kees Keeper', KEES, 'investigator'), await person('Lena Lead', LENA, 'investigations-lead'), await person('Wim Witness', WIM, 'gsoc-operator')];
  const lena = await signIn(product.url, { email: LENA, password: PASSWORD });
  const made = await lena.post<{ id: string; number: string }>('/api/incidents', { siteId: at.site, title: 'A walled matter', severity: 3, occurredFrom: '2026-11-20T12:00:00Z', custodianId: kees });
  Object.assign(at, { incident: made.id, number: made.number });
  await lena.post(`/api/incidents/${made.id}/members`, { personId: cleo, part: 'wall-reader', reason: 'Reads along' });
  await enrol(await signIn(product.url, { email: DORA, password: PASSWORD }));
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await mail?.close();
});

/** An authenticator app of somebody; its code of half a minute ago is spent here, so that the present one fits. */
async function enrol(api: Api): Promise<void> {
  secret = (await api.post<{ secret: string }>('/api/identity/factors/totp')).secret;
  await api.post('/api/identity/factors/totp/confirm', { code: shownBy(secret, new Date(), -1) });
}

/** A browser of who signs in with an authenticator app too. */
async function signedInWithApp(email: string): Promise<Awaited<ReturnType<typeof signedIn>>> {
  const one = await signedIn(browser, product.url, email);
  const answer = await one.context.request.post(`${product.url}/api/identity/sign-in/totp`, { data: { code: shownBy(secret, new Date()) } });
  expect(answer.status(), await answer.text()).toBe(200);
  return one;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog').last();
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.url + path);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
};
/** What the pages by themselves (`e2e/every-page.test.ts`) do not show: bands and questions on them. */
const fits = async (page: Page): Promise<void> => {
  expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(true);
  expect(await axeFindings(page)).toEqual([]);
};

/** Everything that this browser keeps for our address, as text: both storages, every row of every database, every cached answer, the state of the history; and a mark of our own in each, so that it is seen to be read. */
const keptByBrowser = (page: Page): Promise<string> => page.evaluate(KEPT) as Promise<string>;
const KEPT = `(async () => {
  const MARK = 'kept by this test';
  localStorage.setItem('mark', MARK);
  const cache = await caches.open('mark');
  await cache.put('/mark', new Response(MARK));
  const kept = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), JSON.stringify(history.state), location.href, document.title, document.body.innerText];
  const asked = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name));
    for (const store of db.objectStoreNames) kept.push(JSON.stringify([await asked(db.transaction(store).objectStore(store).getAllKeys()), await asked(db.transaction(store).objectStore(store).getAll())]));
    db.close();
  }
  for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) kept.push(request.url, await (await (await caches.open(name)).match(request)).text());
  return kept.join('\\n');
})()`;

describe.skipIf(isSkipped)('behind a wall without being let in', () => {
  test('the deputy asks, a witness confirms, she reads; the wall is told within five seconds in the product and by mail, sends her out, and says what it thinks of it', async () => {
    const [hers, his, theirs] = [await signedInWithApp(DORA), await signedIn(browser, product.url, WIM, { theme: 'light', width: 390, height: 844 }), await signedIn(browser, product.url, KEES, { theme: 'light' })];
    await open(hers.page, `/incidents/${at.incident}`);
    await hers.page.getByText('There is nothing here').waitFor();
    await open(hers.page, '/break-glass');
    await button(hers.page, 'Ask the witness').click();
    await hers.page.getByText('Choose a witness').first().waitFor();
    await hers.page.getByLabel('Number of the record').fill(at.number);
    await hers.page.getByLabel('Reason').selectOption('imminent danger to life');
    await hers.page.getByLabel('What has happened').fill('A caller threatens staff by name, and nobody behind the wall answers.');
    await hers.page.getByRole('combobox', { name: 'Witness' }).fill('Wim');
    await hers.page.getByRole('option', { name: 'Wim Witness' }).click();
    await button(hers.page, 'Ask the witness').click();
    await hers.page.getByText('Tell Wim Witness to confirm it now').waitFor();

    await open(his.page, '/break-glass');
    await his.page.getByRole('link', { name: at.number }).click();
    await his.page.getByText('You see what Dora Deputy asks').waitFor();
    await button(his.page, 'Confirm as witness').click();
    await his.page.getByText('What comes of it is not told to you').waitFor();

    await open(theirs.page, '/incidents');
    const told = (): Promise<string> => theirs.page.getByRole('button', { name: /^Notices: / }).innerText();
    const mailed = () => mail.mails.filter((one) => one.to[0] === KEES).length;
    const [before, mailedBefore] = [await told(), mailed()];
    await button(hers.page, 'Enter').click();
    const from = Date.now();
    await expect.poll(told, { timeout: WITHIN_MS }).not.toBe(before);
    await expect.poll(mailed, { timeout: WITHIN_MS }).toBe(mailedBefore + 1);
    expect(Date.now() - from).toBeLessThan(WITHIN_MS);
    expect(mail.mails.filter((one) => one.to[0] === KEES).map(({ body }) => body).join()).not.toContain(at.number);

    await hers.page.getByRole('link', { name: 'Open the record' }).first().click();
    await hers.page.getByRole('heading', { name: 'A walled matter' }).waitFor();
    await hers.page.getByText('You are behind a wall.').waitFor();
    await fits(hers.page);
    await open(theirs.page, `/incidents/${at.incident}`);
    await theirs.page.getByText('Dora Deputy broke the glass and is inside').waitFor();
    await button(theirs.page, 'Who is let in').click();
    await dialog(theirs.page).getByText('imminent danger to life').waitFor();
    await dialog(theirs.page).getByRole('button', { name: 'Send out' }).click();
    const question = (name: string) => dialog(theirs.page).getByRole('form', { name });
    await question('Send out').getByLabel('Why').fill('We answer now');
    await question('Send out').getByRole('button', { name: 'Send out' }).click();
    await dialog(theirs.page).getByText('sent out by Kees Keeper').waitFor();
    await dialog(theirs.page).getByText('3 people behind the wall').waitFor();
    await dialog(theirs.page).getByRole('button', { name: 'Review' }).click();
    await question('Review').getByLabel('It was justified').check();
    await question('Review').getByLabel('Why').fill('The telephone was off');
    await fits(theirs.page);
    await question('Review').getByRole('button', { name: 'Review' }).click();
    await dialog(theirs.page).getByText('justified, says Kees Keeper').waitFor();
    await open(hers.page, `/incidents/${at.incident}`);
    await hers.page.getByText('There is nothing here').waitFor();
    expect([...hers.faults, ...his.faults, ...theirs.faults]).toEqual([]);
    for (const { context } of [hers, his, theirs]) await context.close();
  }, 60_000);

  test('one switch to the administrator’s eyes, and the walled record is not there; nothing can be changed, one’s own eyes are one press away, and after signing out the browser keeps none of it', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await open(page, `/incidents/${at.incident}`);
    await page.getByRole('heading', { name: 'A walled matter' }).waitFor();
    await open(page, '/see-as');
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'System administrator' });
    await button(page, 'See as').click();
    await page.getByText('You see as System administrator.').waitFor();
    await open(page, `/incidents/${at.incident}`);
    await page.getByText('There is nothing here').waitFor();
    await open(page, `/sites/${at.site}`);
    await fits(page);
    await page.keyboard.press('e');
    await dialog(page).getByLabel('City').fill('Elsewhere');
    await dialog(page).getByRole('button', { name: 'Save' }).click();
    await dialog(page).getByText('nothing can be changed').first().waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'light' });
    await open(page, '/sites');
    await fits(page);
    await button(page, 'See as yourself again').click();
    await page.getByText('You see as System administrator.').waitFor({ state: 'detached' });
    await open(page, `/incidents/${at.incident}`);
    await page.getByRole('heading', { name: 'A walled matter' }).waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: /Cleo Chief/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(`${product.url}/sign-in`);
    const kept = await keptByBrowser(page);
    expect([kept.includes('A walled matter'), kept.includes(at.number), kept.includes(at.incident)]).toEqual([false, false, false]);
    expect(kept).toContain('kept by this test');
    expect(faults).toEqual([]);
    await context.close();
  }, 60_000);
});
