import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const INES = 'ines@works.example';
const JONAS = 'jonas@works.example';

let product: Product;
let browser: Browser;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  for (const [email, name] of [[INES, 'Ines Varga'], [JONAS, 'Jonas Park']] as const) {
    const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await admin.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  }
  await admin.post('/api/signals/sources', { protocol: 'dc09', account: '1000', name: 'Gate panel', siteId: null });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function ring(zone = 2): Promise<void> {
  const dialler = new Dialler({ host: '127.0.0.1', port: product.dc09Port, account: '1000', firstSequence: 100 + zone });
  await dialler.sendEvent('SIA-DCS', `Nri1/BA000${zone}`, { sentAt: Date.now() });
  dialler.close();
}

/** Presses keys and types words: a word of more than one letter that is no key's name is typed. */
async function keys(page: Page, ...all: string[]): Promise<void> {
  for (const one of all) await (one.length === 1 || /^(?:Tab|Enter|Space|Escape|Arrow\w+)$/.test(one) ? page.keyboard.press(one) : page.keyboard.type(one));
}
const asked = (page: Page, title: string) => page.getByRole('dialog', { name: title }).waitFor();
const gone = (page: Page) => page.getByRole('dialog').waitFor({ state: 'detached' });

describe.skipIf(isSkipped)('a hand-over between two operators', () => {
  test('by keyboard alone: on duty, a word in the log, handed over, refused, handed over again, accepted with the alarm', async () => {
    const ines = await signedIn(browser, product.url, INES);
    await ines.page.goto(`${product.url}/watch`);
    await ines.page.getByText('You are not on duty').waitFor();
    await keys(ines.page, 'd');
    await asked(ines.page, 'Go on duty');
    await keys(ines.page, 'ext. 4711', 'Enter');
    await ines.page.getByText(/^You, for/).waitFor();
    await ring();
    await ines.page.locator('[data-row]').waitFor();
    await keys(ines.page, 'n');
    await ines.page.getByText('You have it').waitFor();
    await ines.page.getByText(/reached at ext\. 4711/).waitFor();
    await keys(ines.page, 'l');
    await asked(ines.page, 'Write in the log');
    await keys(ines.page, 'Called the gate, nobody answered', 'Tab', 'Space', 'Tab', 'Enter');
    await gone(ines.page);
    await keys(ines.page, 'd');
    await asked(ines.page, 'Hand over your shift');
    await ines.page.getByRole('group', { name: 'Held by who leaves' }).getByText('Zone alarm while armed').waitFor();
    expect(await axeFindings(ines.page)).toEqual([]);
    await picture(ines.page, 'hand-over-leave');
    await keys(ines.page, 'Gate 2 is late', 'Tab', 'Space', 'Enter');
    await gone(ines.page);

    const jonas = await signedIn(browser, product.url, JONAS, { theme: 'light' });
    await jonas.page.goto(`${product.url}/watch`);
    await jonas.page.getByText('Ines Varga hands over').waitFor();
    await picture(jonas.page, 'hand-over-waits');
    await keys(jonas.page, 'h');
    await asked(jonas.page, 'Hand-over by Ines Varga');
    await jonas.page.getByText('Gate 2 is late').waitFor();
    await keys(jonas.page, 'Space', 'ArrowDown', 'Tab', 'The radios are not counted', 'Enter');
    await gone(jonas.page);
    await ines.page.getByText(/^You, for/).waitFor();
    await keys(ines.page, 'd');
    await ines.page.getByLabel('What the next must know').waitFor();
    await keys(ines.page, 'Radios counted, eight of eight', 'Tab', 'Enter');
    await gone(ines.page);
    await jonas.page.getByText('Ines Varga hands over').waitFor();
    await keys(jonas.page, 'h');
    await jonas.page.getByText('Radios counted').waitFor();
    await keys(jonas.page, 'Space', 'Enter');
    await jonas.page.getByText('You took over, with 1 alarm.').first().waitFor();
    await jonas.page.getByText('You have it').waitFor();
    await ines.page.getByText('You are not on duty').waitFor();
    await ines.page.getByText('Jonas Park has it').waitFor();
    expect(await axeFindings(jonas.page)).toEqual([]);
    const [second] = await Promise.all([jonas.context.waitForEvent('page'), keys(jonas.page, 'v')]);
    await second.getByText('You have it').waitFor();
    expect([await second.getByRole('navigation', { name: 'Rooms' }).count(), await axeFindings(second)]).toEqual([0, []]);
    await ring(7);
    await jonas.page.locator('[data-row]', { hasText: 'Zone 7' }).waitFor();
    await jonas.page.getByText('offered to you').first().waitFor();
    await keys(jonas.page, 'k');
    await second.getByText('Offered to you: 1 open, the least of 1.').waitFor();
    await picture(second, 'second-window');
    await picture(jonas.page, 'offered');
    await second.close();

    await ines.page.setViewportSize({ width: 390, height: 844 });
    await ines.page.goto(`${product.url}/watch/shifts`);
    await ines.page.getByText('Handed over').filter({ visible: true }).first().waitFor();
    await picture(ines.page, 'shifts-390');
    await ines.page.locator('tr', { hasText: 'Handed over' }).click();
    await ines.page.getByText('The radios are not counted').waitFor();
    await ines.page.getByText('Called the gate, nobody answered').waitFor();
    expect(await axeFindings(ines.page)).toEqual([]);
    await picture(ines.page, 'shift-390', true);
    await ines.page.setViewportSize({ width: 1440, height: 900 });
    await picture(ines.page, 'shift', true);
    expect([...ines.faults, ...jonas.faults]).toEqual([]);
    await ines.context.close();
    await jonas.context.close();
  }, 60_000);
});
