import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRead, textOf } from '../src/platform/report/testing.ts';
import { axeFindings, isSkipped, openBrowser, PASSWORD } from './browser.ts';
import { foreignPanel, type Panel } from './panel.ts';
import { type Product, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const RINGS_WITHIN_MS = 2_000;
const ADA = 'ada@works.example';
const OLA = 'ola@works.example';

let product: Product;
let browser: Browser;
let panel: Panel;
let ada: BrowserContext;
let ola: BrowserContext;
let page: Page;
const faults: string[] = [];
let frameHex = '';

const button = (name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => page.getByRole('dialog');
const part = (name: string) => page.getByRole('region', { name, exact: true });

/** A browser of somebody who is not signed in. */
async function newcomer(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', timezoneId: 'Europe/Berlin' });
  const fresh = await context.newPage();
  fresh.on('pageerror', (error) => faults.push(error.message));
  // Who is not signed in is told so by a 401, and the browser notes every such answer.
  fresh.on('console', (message) => message.type() === 'error' && !message.location().url.endsWith('/api/identity/me') && faults.push(`${message.text()} ${message.location().url}`));
  fresh.setDefaultTimeout(15_000);
  return { context, page: fresh };
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct({ isFirst: true });
  browser = await openBrowser();
  panel = foreignPanel(product.dc09Port);
}, 180_000);
afterAll(async () => {
  await ada?.close();
  await ola?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('the main job: from the wire to the paper', () => {
  areSteps(() => page);

  test('who comes first founds the organisation in the browser', async () => {
    ({ context: ada, page } = await newcomer());
    await page.goto(product.url);
    await page.getByRole('heading', { name: 'First administrator' }).waitFor();
    await page.getByLabel('Organisation').fill('North Quay Works');
    await page.getByLabel('Your name').fill('Ada Admin');
    await page.getByLabel('E-mail').fill(ADA);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    expect(await axeFindings(page)).toEqual([]);
    await button('Found the organisation').click();
    await page.getByText('System administrator').first().waitFor();
  });

  test('the administrator makes a site, an operator and a source', async () => {
    await page.goto(`${product.url}/sites`);
    await button(/^New site/).click();
    await page.getByLabel('Code', { exact: true }).fill('NQ');
    await page.getByLabel('Name', { exact: true }).fill('North Quay');
    await page.getByLabel('Time zone').fill('Europe/Lisbon');
    await button('Add the site').click();
    await page.getByText('North Quay is added.').first().waitFor();

    await page.goto(`${product.url}/people`);
    await button(/^New person/).click();
    await page.getByLabel('Name', { exact: true }).fill('Ola Operator');
    await page.getByLabel('E-mail').fill(OLA);
    await page.getByText('This person signs in to Parapet').click();
    await page.getByLabel('First password').fill(PASSWORD);
    await button('Add the person').click();
    await button('Give a role').click();
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'GSOC operator' });
    await page.getByLabel('A site and all below it').check();
    await page.getByRole('combobox', { name: 'Site' }).fill('North');
    await page.getByRole('option', { name: /^North Quay/ }).click();
    await page.getByLabel('Reason').fill('Works the queue of North Quay');
    await dialog().getByRole('button', { name: 'Give a role' }).click();
    await page.getByText('Ola Operator is now GSOC operator.').first().waitFor();

    await page.goto(`${product.url}/watch/sources`);
    await button(/^Add a source/).click();
    await page.getByLabel('Account', { exact: true }).fill('1234');
    await page.getByLabel('Name', { exact: true }).fill('Gate panel');
    await dialog().getByRole('combobox', { name: /^Site/ }).fill('North');
    await dialog().getByRole('option', { name: /^North Quay/ }).click();
    await dialog().getByRole('button', { name: 'Add a source' }).click();
    await page.getByRole('row', { name: /Gate panel/ }).waitFor();
  });

  test('a frame of a panel that is not ours rings at once, its bytes beside what they say', async () => {
    ({ context: ola, page } = await newcomer());
    await page.goto(product.url);
    await page.getByLabel('E-mail').fill(OLA);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('GSOC operator').first().waitFor();
    await page.getByText(/^Live/).waitFor();

    const sentAt = await Promise.all([panel.send({ code: 'BA', zone: 3 }), page.locator('[data-row]', { hasText: 'Zone alarm while armed' }).waitFor().then(() => Date.now())]);
    expect(sentAt[1] - sentAt[0], `from ${panel.who}`).toBeLessThan(RINGS_WITHIN_MS);

    await part('As it came').getByText('"SIA-DCS"').waitFor();
    expect(await part('What it says').innerText()).toMatch(/Zone alarm while armed[\s\S]*BA[\s\S]*Raises · Zone 3/);
    const [bytes, meaning] = [await part('As it came').boundingBox(), await part('What it says').boundingBox()];
    expect(bytes && meaning && bytes.x + bytes.width <= meaning.x && Math.abs(bytes.y - meaning.y) < 8).toBe(true);
  });

  test('the operator claims, acknowledges and declares an incident from it', async () => {
    await button('Claim').click();
    await page.getByText('You have it').waitFor();
    await button(/^Acknowledge/).click();
    await page.getByText(/Answered after .*, in time/).waitFor();
    await button(/^Declare incident/).click();
    await page.getByRole('heading', { name: 'Declare an incident' }).waitFor();
    expect(await page.getByLabel('What happened, in a few words').inputValue()).toBe('Zone alarm while armed');
    await page.getByText('Burglary').waitFor();
    await page.getByLabel('What happened, in a few words').fill('Gate store broken open');
    await page.getByLabel(/^What happened optional/).fill('The gate store was forced and entered.');
    expect(await axeFindings(page)).toEqual([]);
    await button('Declare').click();
    await page.getByRole('heading', { name: 'Gate store broken open', level: 1 }).waitFor();
  });

  test('what happens is logged, and who and what was involved is named', async () => {
    await page.getByLabel('Write into the log').fill('Guard at the gate, nobody there');
    await page.keyboard.press('Enter');
    await page.getByRole('group', { name: /^Entries/ }).getByRole('paragraph').getByText('Guard at the gate, nobody there').waitFor();

    await page.getByRole('tab', { name: /^People and things/ }).click();
    await button('Add a person').click();
    await page.getByLabel('Part in it').selectOption('Witness');
    await page.getByLabel('Name', { exact: true }).fill('Man in a grey coat');
    await button('Add a person').click();
    await page.getByRole('listitem').filter({ hasText: 'Man in a grey coat' }).waitFor();
    await page.getByLabel(/^There were no things/).click();
    await expect.poll(() => page.getByLabel(/^There were no things/).isChecked()).toBe(true);

    await page.getByRole('tab', { name: /^Losses/ }).click();
    await button('Add a loss').click();
    await page.getByLabel('What was lost or spent').fill('A padlock and a hasp');
    await page.getByLabel('Kind', { exact: true }).selectOption('Damage');
    await page.getByLabel('Amount', { exact: true }).fill('61.40');
    await button('Add a loss').click();
    await page.getByText('EUR 61.40').first().waitFor();
  });

  test('what is missing is said, each line leads to its place, and then it closes', async () => {
    await button(/^Complete: \d+ missing/).click();
    await dialog().getByRole('button', { name: /First actions/ }).click();
    await page.getByRole('textbox', { name: 'First actions' }).fill('Gate closed, store searched.');
    await instead('Ended', 'None');
    const place = page.getByRole('textbox', { name: /^Place on the site/ });
    if ((await place.inputValue()) === '') await place.fill('Gate store');
    await button('Save').click();
    await part('The incident').getByText('Gate closed, store searched.').waitFor();

    await page.getByRole('button', { name: 'Edit Access' }).click();
    await page.getByRole('textbox', { name: 'Door, gate or way in' }).fill('Store door');
    await page.getByLabel('How it was passed').selectOption('Forced');
    await instead('Last rightful use', 'Not known');
    await instead('Other places entered', 'None');
    await button('Save').click();
    await part('Access').getByText('Store door').waitFor();

    await page.getByRole('button', { name: 'Edit Property' }).click();
    await page.getByRole('textbox', { name: 'Owner of the property' }).fill('North Quay Works');
    await button('Save').click();
    await part('Property').getByText('North Quay Works').waitFor();

    await page.getByRole('button', { name: 'Edit To close' }).click();
    await page.getByLabel('Reporter told of the outcome').selectOption('Nobody reported it');
    await page.getByLabel('After-action review on').fill('tomorrow 1000');
    await page.getByLabel('After-action review on').blur();
    await button('Save').click();
    await part('To close').getByRole('definition').filter({ hasText: 'Nobody reported it' }).waitFor();

    await page.getByRole('tab', { name: /^Duties/ }).click();
    for (const duty of ["Insurer's notice clause", 'Video overwrite']) {
      await page.getByRole('button', { name: new RegExp(`^Decide ${duty}`) }).click();
      await page.getByLabel('Not due').check();
      await page.getByLabel('To whom and when, or why not').fill('Below the deductible, no camera there');
      await button('Save').click();
      await page.getByRole('button', { name: new RegExp(`^Change ${duty}`) }).waitFor();
    }
    expect(await axeFindings(page)).toEqual([]);

    await button(/^Close the incident/).click();
    await page.getByLabel('Why it is closed').selectOption('Resolved, no further action');
    await page.getByLabel('How it ended').fill('A forced store at the gate, nothing taken, lock replaced.');
    await dialog().getByRole('button', { name: 'Close the incident' }).click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: /^Facts/ }).click();
    await page.getByRole('paragraph').filter({ hasText: 'A forced store at the gate, nothing taken, lock replaced.' }).waitFor();
  });

  test('the thread leads from the incident to the raw bytes and forward again; the alarm is closed', async () => {
    const thread = part('Thread');
    await thread.getByText('Bytes on the wire').click();
    await thread.getByText('"SIA-DCS"').first().waitFor();
    const incident = new URL(page.url()).pathname;
    await thread.getByRole('link', { name: 'Zone alarm while armed' }).first().click();
    await page.waitForURL(/\/watch\/signals\//);
    await part('As it came').getByText('"SIA-DCS"').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    frameHex = ((await (await ola.request.get(`${product.url}/api/signals/${new URL(page.url()).pathname.split('/').at(-1)}`)).json()) as { hex: string }).hex;
    await part('What came of it').getByRole('link', { name: 'Zone alarm while armed' }).click();
    await page.waitForURL(/\/watch\/alarms\//);
    await button(/^Close…/).click();
    await button(/Genuine: real unwanted act/).click();
    await button('Close the alarm').click();
    await page.getByText('Closed').first().waitFor();
    await page.getByRole('link', { name: /^Became INC-/ }).click();
    await page.waitForURL((url) => url.pathname === incident);
    await page.getByRole('heading', { name: 'Gate store broken open', level: 1 }).waitFor();
  });

  test('the paper says number, bytes and head of the ledger', async ({ skip }) => {
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const number = await page.getByText(/^INC-\d{4}-\d{5}$/).first().innerText();
    const [opened] = await Promise.all([ola.waitForEvent('page'), button('Report (PDF)').click()]);
    await opened.close();
    const paper = await ola.request.get(`${product.url}/api/incidents/${id}/report.pdf`);
    expect(paper.headers()['content-type']).toBe('application/pdf');
    if (!canRead()) skip('pdftotext is not installed');
    const text = textOf(await paper.body());
    const bytes = [...text.matchAll(/^[0-9a-f]{4}((?: [0-9a-f]{2}){1,12}) /gm)].map(([, hex]) => hex?.replaceAll(' ', '')).join('');
    expect(text).toContain(number);
    expect(bytes).toBe(frameHex);
    expect(text).toMatch(/Root \(SHA-256\)\s+[0-9a-f]{64}/);
    expect(text).toMatch(/— parapet-ledger-[0-9a-f]{8} \S{80,}/);
    expect(text).toContain('Man in a grey coat');
  });

  test('the whole record verifies, and no page logged a fault', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../bin/parapet.mjs'), 'verify', '--full', '--empty'], { env: { ...process.env, PARAPET_DATA: product.dataDir } });
    expect(stdout).toMatch(/^The ledger is whole: leaves 0 to \d+ and \d+ signed heads/m);
    expect(faults).toEqual([]);
  });
});

/** Answers a field by “none” or “not known” instead of a value. */
const instead = (field: string, answer: 'None' | 'Not known') => page.getByRole('group', { name: `Instead of a value for ${field}` }).getByRole('button', { name: answer }).click();
