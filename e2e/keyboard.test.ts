import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkipped, openBrowser, PASSWORD } from './browser.ts';
import { foreignPanel, type Panel } from './panel.ts';
import { type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const OLA = 'ola@works.example';
const MOST_STEPS = 140;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let panel: Panel;

const button = (name: string | RegExp) => page.getByRole('button', { name });
const part = (name: string) => page.getByRole('region', { name, exact: true });
const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const type = (text: string): Promise<void> => page.keyboard.type(text);

/** Why the focus cannot be seen where it is now; null where it can. */
const HIDDEN_FOCUS = `(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  const hasRing = at.matches(':focus-visible') && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
  const { x, y, width, height } = at.getBoundingClientRect();
  const over = document.elementFromPoint(Math.min(Math.max(x + width / 2, 1), innerWidth - 2), Math.min(Math.max(y + height / 2, 1), innerHeight - 2));
  const isSeen = over !== null && (at.contains(over) || over.contains(at));
  return hasRing && isSeen ? null : (hasRing ? 'covered: ' : 'no ring: ') + at.outerHTML.slice(0, 160);
})()`;

const isAt = (target: Locator): Promise<boolean> => target.evaluate((element) => element === element.ownerDocument.activeElement);

/** Goes on with Tab until the focus is there; at each step it must be seen. */
async function tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await isAt(target)) return;
    await page.keyboard.press(key);
    expect(await page.evaluate(HIDDEN_FOCUS)).toBeNull();
  }
  throw new Error(`${MOST_STEPS} steps of ${key} do not lead to ${String(target)}.`);
}

/** Waits until the page has put the focus there by itself. */
const focused = (target: Locator): Promise<void> => expect.poll(() => isAt(target)).toBe(true) as unknown as Promise<void>;

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  const site = await admin.post<{ id: string }>('/api/sites', { code: 'NQ', name: 'North Quay', kind: 'site', timeZone: 'Europe/Lisbon' });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Ola Operator', signIn: { email: OLA, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', siteId: site.id, reason: 'Works the queue' });
  await admin.post('/api/signals/sources', { protocol: 'dc09', account: '1234', name: 'Gate panel', siteId: site.id });
  panel = foreignPanel(product.dc09Port);
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await context.addInitScript(`for (const kind of ['pointerdown', 'mousedown', 'mousemove', 'touchstart']) addEventListener(kind, () => sessionStorage.setItem('hand', kind), true);`);
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)("the operator's part by keyboard alone", () => {
  areSteps(() => page);

  test('signs in', async () => {
    await page.goto(product.url);
    await focused(page.getByLabel('E-mail'));
    await type(OLA);
    await press('Tab');
    await type(PASSWORD);
    await press('Enter');
    await page.getByText('GSOC operator').first().waitFor();
  });

  test('takes the next alarm, acknowledges it and declares an incident from it', async () => {
    await panel.send({ code: 'PA', zone: 9 });
    await page.locator('[data-row]', { hasText: 'Panic alarm' }).waitFor();
    await press('n');
    await page.getByText('You have it').waitFor();
    await press('a');
    await page.getByText(/Answered after/).waitFor();
    await press('i');
    await focused(page.getByLabel('What happened, in a few words'));
    await press('Control+a');
    await type('Panic button at the gate');
    await tabTo(page.getByRole('textbox', { name: /^What happened optional/ }));
    await type('A visitor leant on it.');
    await tabTo(button('Declare'));
    await press('Enter');
    await page.getByRole('heading', { name: 'Panic button at the gate', level: 1 }).waitFor();
  });

  test('says what it is, what happens, who was there and what it cost', async () => {
    await tabTo(button(/^More/));
    await press('Enter');
    await focused(page.getByRole('menuitem', { name: 'Classify the incident' }));
    await press('Enter');
    await focused(page.getByRole('combobox', { name: 'Type' }));
    await press('Control+a');
    await type('Door or gate');
    await page.getByRole('option', { name: /^Door or gate found open/ }).waitFor();
    await press('Enter');
    await tabTo(page.getByRole('dialog').getByRole('button', { name: 'Classify' }));
    await press('Enter');
    await page.getByText('Door or gate found open').first().waitFor();

    await press('m');
    await focused(page.getByLabel('Write into the log'));
    await type('Nobody hurt');
    await press('Enter');
    await part('Command log').getByRole('paragraph').getByText('Nobody hurt').waitFor();
    await press('Escape', '2');
    await tabTo(button('Add a person'));
    await press('Enter');
    await focused(page.getByLabel('Part in it'));
    await type('Witness');
    await press('Tab');
    await type('Man in a grey coat');
    await press('Enter');
    await page.getByRole('listitem').filter({ hasText: 'Man in a grey coat' }).waitFor();
    await focused(button('Add a person'));

    await tabTo(page.getByRole('tab', { name: /^People and things/ }), 'Shift+Tab');
    await press('ArrowRight');
    await focused(page.getByRole('tab', { name: /^Losses/ }));
    await tabTo(button('Add a loss'));
    await press('Enter');
    await focused(page.getByLabel('What was lost or spent'));
    await type('An hour of a guard');
    await press('Tab');
    await type('Response');
    await press('Tab');
    await type('45');
    await press('Enter');
    await part('Losses and costs').getByText('EUR 45').first().waitFor();
    await focused(button('Add a loss'));
  });

  test('is led to what is missing, and closes the incident', async () => {
    await tabTo(page.getByRole('tab', { name: /^Losses/ }), 'Shift+Tab');
    await press('x');
    const lines = page.getByRole('dialog').getByRole('listitem').getByRole('button');
    await tabTo(lines.filter({ hasText: 'First actions' }));
    await press('Enter');
    await focused(page.getByRole('textbox', { name: 'First actions' }));
    await type('Asked, looked, let go.');
    await tabTo(instead('Ended', 'None'), 'Shift+Tab');
    await press('Enter');
    await tabTo(button('Save'));
    await press('Enter');
    await focused(button(/^Edit The incident/));

    await tabTo(button('Edit Access'));
    await press('Enter');
    await focused(page.getByRole('textbox', { name: 'Door, gate or way in' }));
    await type('Main gate');
    await tabTo(page.getByLabel('How it was passed'));
    await type('Open');
    await tabTo(instead('Last rightful use', 'None'));
    await press('Space');
    await tabTo(instead('Other places entered', 'None'));
    await press('Space');
    await tabTo(button('Save'));
    await press('Enter');
    await part('Access').getByText('Main gate').waitFor();

    await tabTo(button('Edit To close'));
    await press('Enter');
    await focused(page.getByLabel('Reporter told of the outcome'));
    await type('Yes');
    await press('Tab');
    await type('tomorrow 1000');
    await tabTo(button('Save'));
    await press('Enter');
    await focused(button('Edit To close'));

    await tabTo(page.getByRole('tab', { name: /^Facts/ }), 'Shift+Tab');
    await press('x');
    await focused(page.getByLabel('Why it is closed'));
    await type('Unfounded');
    await press('Tab');
    await type('A visitor leant on the button, no danger.');
    await press('Tab', 'Tab');
    await focused(page.getByRole('dialog').getByRole('button', { name: 'Close the incident' }));
    await press('Enter');
    await part('How it ended').getByText('A visitor leant on the button, no danger.').waitFor();
  });

  test('prints, walks down to the bytes and up again, and closes the alarm', async () => {
    const [opened] = await Promise.all([context.waitForEvent('page'), press('p')]);
    await opened.close();
    const address = new URL(page.url()).pathname;
    await tabTo(part('Thread').getByRole('link', { name: 'Panic alarm' }).first());
    await press('Enter');
    await part('As it came').getByText('"SIA-DCS"').waitFor();
    await tabTo(part('What came of it').getByRole('link', { name: 'Panic alarm' }));
    await press('Enter');
    await page.waitForURL(/\/watch\/alarms\//);
    await page.getByText('You have it').waitFor();
    await press('x');
    await page.getByText('What was it?').waitFor();
    await press('1');
    await focused(page.getByLabel('Why it can be closed while the condition goes on'));
    await type('Leant on by a visitor, reset by hand.');
    await press('Control+Enter');
    await page.getByText('is closed.').first().waitFor();
    await tabTo(page.getByRole('link', { name: /^Became INC-/ }));
    await press('Enter');
    await page.waitForURL((url) => url.pathname === address);
  });

  test('no hand touched a mouse', async () => {
    expect(await page.evaluate(`sessionStorage.getItem('hand')`)).toBeNull();
  });
});

/** The answer “none” or “not known” beside a field. */
const instead = (field: string, answer: 'None' | 'Not known') => page.getByRole('group', { name: `Instead of a value for ${field}` }).getByRole('button', { name: answer });
