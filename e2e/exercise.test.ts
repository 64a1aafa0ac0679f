import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, keepPicture, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const TARA = 'tara@works.example';
const PIA = 'pia@works.example';

let product: Product;
let browser: Browser;
let contexts: BrowserContext[] = [];
let page: Page;
let players: Page;
let faults: string[];
const at = { exercise: '' };

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const ada = await signIn(product.url, { password: PASSWORD });
  const site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL' })).id;
  for (const [name, email, roleKey] of [['Tara Trainer', TARA, 'deputy-cso'], ['Pia Player', PIA, 'gsoc-operator']] as const) {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'For the journey', ...(roleKey === 'gsoc-operator' && { siteId: site }) });
  }
  const tara = await signIn(product.url, { email: TARA, password: PASSWORD, found: false });
  at.exercise = (await tara.post<{ id: string }>('/api/exercises', { title: 'Night at the gate', kind: 'functional', siteId: site, plannedFor: '2027-03-01T20:00:00Z', scenario: 'A van stands at the gate.' })).id;
  browser = await openBrowser();
  const one = await signedIn(browser, product.url, TARA);
  const two = await signedIn(browser, product.url, PIA);
  contexts = [one.context, two.context];
  ({ page, faults } = one);
  players = two.page;
  for (const each of [page, players]) each.setDefaultTimeout(20_000);
}, 180_000);
afterAll(async () => {
  for (const context of contexts) await context.close();
  await browser?.close();
  await product?.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepPicture(page, task.name);
});

const button = (name: string | RegExp, on = page) => on.getByRole('button', { name });
const dialog = () => page.getByRole('dialog');
const field = (name: string | RegExp) => dialog().getByRole('textbox', { name });

/** Says who plays, and writes a script of a signal that goes by itself and a call that a controller makes. */
async function script(): Promise<void> {
  await page.goto(`${product.url}/exercises/${at.exercise}?tab=plan`);
  await button('Say who takes part').click();
  await dialog().getByRole('combobox', { name: /^Person/ }).fill('Pia');
  await page.getByRole('option', { name: 'Pia Player' }).click();
  await dialog().getByRole('button', { name: 'Add', exact: true }).click();
  await dialog().getByRole('button', { name: 'Save' }).click();
  await page.getByRole('tab', { name: 'Script' }).click();
  for (const signal of [true, false]) {
    await button('Add inject').first().click();
    await field('Title').fill(signal ? 'The gate is forced' : 'A neighbour calls');
    await field('What the players get').fill(signal ? 'Gate 2 reports that it was forced' : 'A van has stood there for an hour');
    await dialog().getByRole('combobox', { name: 'By which way' }).selectOption(signal ? 'signal' : 'spoken');
    if (signal) {
      await dialog().getByRole('combobox', { name: 'What the signal reports' }).fill('forced');
      await page.getByRole('option', { name: /forced/i }).first().click();
      await dialog().getByRole('checkbox').check();
      await button('Add an expectation').click();
      await field('Expectation 1').fill('The alarm is claimed');
    }
    await dialog().getByRole('button', { name: 'Add inject' }).click();
    await dialog().waitFor({ state: 'detached' });
  }
}

describe.skipIf(isSkipped)('an exercise', () => {
  test('is written, run, seen by its players as far as it reached them, rated and ended; its alarm rings marked and closes with it', async () => {
    await script();
    expect(await axeFindings(page)).toEqual([]);
    await players.goto(`${product.url}/exercises/${at.exercise}`);
    await players.getByText('Nothing yet. What comes stands here and in your notices.').waitFor();
    await button('Start the clock').click();
    await page.getByRole('listitem').filter({ hasText: 'The gate is forced' }).filter({ hasText: 'Delivered' }).first().waitFor();
    await page.getByRole('listitem').filter({ hasText: 'A neighbour calls' }).getByRole('button', { name: 'Deliver' }).click();
    await players.getByText('The gate is forced').first().waitFor();
    await players.getByText('A van has stood there for an hour').first().waitFor();
    expect(await players.getByText('The alarm is claimed').count()).toBe(0);
    expect(await players.getByRole('note', { name: 'Exercise: nothing of this happened' }).count()).toBe(1);
    const pia = await signIn(product.url, { email: PIA, password: PASSWORD, found: false });
    const alarms = async () => (await pia.get<{ items: { isSimulated: boolean; sourceName: string; handling: string; disposition: string | null }[] }>('/api/alarms?state=all')).items;
    await expect.poll(alarms, { timeout: 30_000 }).toMatchObject([{ isSimulated: true, sourceName: expect.stringContaining('EXERCISE EXE-') as string }]);
    await button('Rate').first().click();
    await dialog().getByRole('radio').first().check();
    await dialog().getByRole('button', { name: 'Rate' }).click();
    await page.getByText(/met at T\+/).first().waitFor();
    await picture(page, 'exercise-dark-1440');
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, 'exercise-dark-390');
    await page.setViewportSize({ width: 1440, height: 900 });
    await button('End exercise').click();
    await field('How it ended').fill('Both injects were worked');
    await dialog().getByRole('button', { name: 'End exercise' }).click();
    await expect.poll(alarms, { timeout: 30_000 }).toMatchObject([{ handling: 'closed', disposition: 'test-drill' }]);
    await page.getByRole('tab', { name: 'Plan' }).click();
    await page.getByText('Over, being evaluated').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'exercise-plan-dark-1440');
    expect(faults).toEqual([]);
  }, 90_000);
});
