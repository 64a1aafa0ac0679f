import sharp from 'sharp';
import decodeQr from 'qr/decode.js';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shownBy } from '../src/modules/identity/sign-in/testing.ts';
import { axeFindings, faultsOf, isSkipped, openBrowser, PASSWORD } from './browser.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';
import { areSteps } from './steps.ts';

const ADA = 'ada@works.example';
const TOMAS = 'tomas@works.example';
const NEXT = 'a password of my own';
const STEP_MS = 30_000;

let product: Product;
let url: string;
let browser: Browser;
let admin: Api;
let context: BrowserContext;
let page: Page;
let secret = '';
let codes: string[] = [];
const faults: string[] = [];

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog').last();
const panel = (name: string) => page.getByRole('region', { name, exact: true });

async function newcomer(theme: 'dark' | 'light' = 'dark', width = 1440): Promise<void> {
  await context?.close();
  context = await browser.newContext({ viewport: { width, height: 1600 }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  faultsOf(page, faults);
}

async function typePassword(email: string, password = PASSWORD): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await button('Sign in').click();
}

/** Waits until the app shows another code than the one that was spent last. */
let spent = '';
async function nextCode(): Promise<string> {
  for (let code = shownBy(secret, new Date()); ; code = shownBy(secret, new Date())) {
    if (code !== spent) return (spent = code);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS - (Date.now() % STEP_MS) + 50));
  }
}

const isIn = () => expect.poll(async () => (await context.request.get(`${url}/api/identity/me`)).status(), { timeout: 15_000 }).toBe(200);

/** A security key in software, as Chromium's own (CDP WebAuthn): CTAP 2, with resident keys, and somebody who always shows their finger. */
async function withAuthenticator(): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
}

async function signOut(): Promise<void> {
  await context.request.post(`${url}/api/identity/sign-out`);
  await page.goto(`${url}/sign-in`);
}

async function shownCodes(): Promise<string[]> {
  const items = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await items.first().waitFor();
  return items.allInnerTexts();
}

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct({ publicHost: 'localhost' });
  url = product.url.replace('127.0.0.1', 'localhost');
  admin = await signIn(url, { email: ADA, password: PASSWORD });
  const tomas = await admin.post<{ id: string }>('/api/people', { name: 'Tomas Rehn', signIn: { email: TOMAS, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: tomas.id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  browser = await openBrowser();
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
});

describe.skipIf(isSkipped)('who signs in with more than a password', () => {
  areSteps(() => page);

  test('sets up an authenticator app under My account by its drawn code, and keeps the recovery codes', async () => {
    await newcomer();
    await typePassword(TOMAS);
    await isIn();
    await page.goto(`${url}/account`);
    await button('Set up an app').click();
    const drawn = dialog().getByRole('img', { name: /QR code/ });
    const { data, info } = await sharp(await drawn.screenshot()).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const uri = new URL(decodeQr({ width: info.width, height: info.height, data }));
    secret = uri.searchParams.get('secret') ?? '';
    expect([uri.protocol, (await dialog().getByRole('group', { name: 'Secret for the app' }).innerText()).replaceAll(' ', '')]).toEqual(['otpauth:', secret]);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('Then write the code that it shows').fill('000000');
    await button('Confirm').click();
    await dialog().getByText(/does not fit/).first().waitFor();
    await page.getByLabel('Then write the code that it shows').fill(await nextCode());
    await button('Confirm').click();
    codes = await shownCodes();
    expect(codes).toHaveLength(10);
    expect(await axeFindings(page)).toEqual([]);
    await button('I have kept them').click();
    await panel('Second factor').getByText('10 left').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('is asked for the code at the next sign-in, and is let in by it', async () => {
    await newcomer('light');
    await typePassword(TOMAS);
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect((await context.request.get(`${url}/api/identity/me`)).status()).toBe(401);
    await page.getByLabel('Code of the app').fill('123 456');
    await page.keyboard.press('Enter');
    await page.getByText(/does not fit, or was used already/).waitFor();
    await page.getByLabel('Code of the app').fill(await nextCode());
    await page.keyboard.press('Enter');
    await isIn();
  });

  test('without the phone comes in by a recovery code, and makes new ones', async () => {
    await newcomer('dark', 390);
    await typePassword(TOMAS);
    await button('Use a recovery code').click();
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    expect(await axeFindings(page)).toEqual([]);
    await button('Go on').click();
    await isIn();
    await page.goto(`${url}/account`);
    await panel('Second factor').getByText('9 left').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    await button('Make new ones').click();
    await dialog().getByRole('button', { name: 'Make new ones' }).click();
    const renewed = await shownCodes();
    expect(renewed.filter((code) => codes.includes(code))).toEqual([]);
    codes = renewed;
  });

  test('sees where they are signed in, ends all others, and changes the address after showing who they are', async () => {
    await page.goto(`${url}/account`);
    await button('End all others').click();
    await dialog().getByRole('button', { name: 'End all others' }).click();
    await page.getByText(/other sessions? (has|have) ended/).first().waitFor();
    await expect.poll(() => panel('Sessions').getByRole('listitem').count()).toBe(1);
    await button('Change the address').click();
    await page.getByLabel('New address').fill('tomas.rehn@works.example');
    await dialog().getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByText('You sign in with tomas.rehn@works.example now.').first().waitFor();
    const db = await product.owner();
    await db.query(`update identity.proof set confirmed_at = now() - interval '1 hour', second_factor_at = now() - interval '1 hour'`);
    await db.end();
    await button('Change the address').click();
    await page.getByLabel('New address').fill(TOMAS);
    await dialog().getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel('A recovery code').check();
    await page.getByLabel('A recovery code', { exact: true }).last().fill(codes[1] ?? '');
    await button('It is me').click();
    await page.getByText(`You sign in with ${TOMAS} now.`).first().waitFor();
  });

  test('makes a key of their own, shown once, which does what they may, and revokes it', async () => {
    await button('Make a key').click();
    await page.getByLabel('Name', { exact: true }).fill('Figures');
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'GSOC operator' });
    await page.getByLabel('The whole organisation').check();
    await page.getByLabel('Until').fill('+40m');
    expect(await axeFindings(page)).toEqual([]);
    await button('Make the key').click();
    const key = await page.getByRole('group', { name: 'The secret of Figures' }).innerText();
    await button('I have kept it').click();
    const asKey = () => fetch(`${url}/api/identity/me`, { headers: { authorization: `Bearer ${key}` } });
    expect(await (await asKey()).json()).toMatchObject({ name: 'Figures', roles: [{ key: 'gsoc-operator' }] });
    await button('Revoke Figures').click();
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByText('Figures is revoked.').first().waitFor();
    expect((await asKey()).status).toBe(401);
    expect(await axeFindings(page)).toEqual([]);
  });

  test('is helped by an administrator, who sees factors and sessions, ends one, takes the factor away and hands out a link', async () => {
    const { id } = (await admin.get<{ items: { id: string; name: string }[] }>('/api/people?q=Tomas')).items[0] ?? { id: '' };
    await newcomer('light');
    await typePassword(ADA);
    await isIn();
    await page.goto(`${url}/open-sessions`);
    await page.getByRole('row', { name: /Tomas Rehn/ }).first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.goto(`${url}/people/${id}?tab=access`);
    await page.getByText(/9 left/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await button('End all').click();
    await dialog().getByRole('button', { name: 'End all', exact: true }).click();
    await page.getByText('Tomas Rehn is not signed in.').waitFor();
    await button('Take away the second factor').click();
    await page.getByLabel('Reason').fill('Lost phone and codes; called back');
    expect(await axeFindings(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Take away the second factor' }).click();
    await page.getByText('The second factor of Tomas Rehn is taken away.').first().waitFor();
    await button('Make a reset link').click();
    await button('Make the link').click();
    const link = new URL(await page.getByRole('group', { name: 'The link for Tomas Rehn' }).innerText());
    expect(await axeFindings(page)).toEqual([]);

    await newcomer('dark', 390);
    await page.goto(`${url}${link.pathname}${link.hash}`);
    await page.getByLabel('New password').fill(NEXT);
    expect(await axeFindings(page)).toEqual([]);
    await button('Set the password').click();
    await page.getByText(`The password is set. Sign in as ${TOMAS}.`).waitFor();
    expect(page.url()).not.toContain(link.hash.slice(1));
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill(TOMAS);
    await page.getByLabel('Password', { exact: true }).fill(NEXT);
    await button('Sign in').click();
    await isIn();
  });

  test('adds a passkey, which signs in with one gesture at this address', async () => {
    await newcomer();
    await typePassword(TOMAS, NEXT);
    await isIn();
    await withAuthenticator();
    await page.goto(`${url}/account`);
    await button('Add a passkey').click();
    await page.getByLabel('Name', { exact: true }).fill('Key ring');
    expect(await axeFindings(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Go on' }).click();
    codes = await shownCodes();
    await button('I have kept them').click();
    await panel('Passkeys').getByText('Key ring').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await signOut();
    await page.goto(`${url}/sign-in`);
    expect(await axeFindings(page)).toEqual([]);
    await button('Sign in with a passkey').click();
    await isIn();
    expect(await (await context.request.get(`${url}/api/identity/me`)).json()).toMatchObject({ email: TOMAS });
  });

  test('uses it as the second factor after a password, and to show again who they are', async () => {
    await signOut();
    await typePassword(TOMAS, NEXT);
    await button('Use a passkey').click();
    await isIn();
    const db = await product.owner();
    await db.query(`update identity.proof set confirmed_at = now() - interval '1 hour', second_factor_at = now() - interval '1 hour'`);
    await db.end();
    await page.goto(`${url}/account`);
    await button('Set up an app').click();
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await button('It is me').click();
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    await page.keyboard.press('Escape');
  });

  test('cannot use one that may have been copied: the count went back', async () => {
    const db = await product.owner();
    await db.query('update identity.passkey set counter = 1000');
    await db.end();
    await signOut();
    await page.goto(`${url}/sign-in`);
    await button('Sign in with a passkey').click();
    await page.getByText(/there may be a copy of it/).waitFor();
    await typePassword(TOMAS, NEXT);
    await page.getByLabel('Recovery code').fill(codes[0] ?? '');
    await button('Go on').click();
    await isIn();
    await page.goto(`${url}/account`);
    await panel('Passkeys').getByText('may have been copied').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await button('Remove Key ring').click();
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Key ring is removed.').first().waitFor();
  });

  test('whose role requires one is led through setting it up before anything opens', async () => {
    await newcomer();
    await typePassword(ADA);
    await isIn();
    await page.goto(`${url}/sign-in-policy`);
    await page.getByText('Begin with those who administer').waitFor();
    await button('Require a second factor of System administrator').click();
    await dialog().getByText('1 person with this role has none yet').waitFor();
    await dialog().getByRole('button', { name: 'Require', exact: true }).click();
    await page.getByText('A second factor is required of System administrator.').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);

    await newcomer('light', 390);
    await typePassword(ADA);
    await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor();
    await button('Set up an app').click();
    const shown = (await page.getByRole('group', { name: 'Secret for the app' }).innerText()).replaceAll(' ', '');
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect((await context.request.get(`${url}/api/identity/me`)).status()).toBe(401);
    await page.getByLabel('Then write the code that it shows').fill(shownBy(shown, new Date()));
    await button('Confirm').click();
    await button('I have kept them').click();
    await page.getByText('System administrator').first().waitFor();
    expect(faults).toEqual([]);
  });
});
