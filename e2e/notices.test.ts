import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aMailServer, type MailServer } from '../src/platform/deliver/testing.ts';
import { axeFindings, isSkipped, openWholeBrowser, PASSWORD, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const CLEO = 'cleo@works.example';
const OLGA = 'olga@works.example';

let product: Product;
let browser: Browser;
let mail: MailServer;
let cleo: Awaited<ReturnType<typeof signIn>>;
const at = { incident: '', olga: '' };

beforeAll(async () => {
  if (isSkipped) return;
  mail = await aMailServer();
  product = await startProduct({ env: { SMTP_URL: mail.url } });
  const ada = await signIn(product.url, { email: ADA, password: PASSWORD });
  const site = (await ada.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL', city: 'Utrecht' })).id;
  const person = async (name: string, email: string, roleKey: string, siteId?: string): Promise<string> => {
    const { id } = await ada.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await ada.post('/api/identity/grants', { personId: id, roleKey, reason: 'For the journey', ...(siteId && { siteId }) });
    return id;
  };
  await person('Cleo Chief', CLEO, 'cso');
  at.olga = await person('Olga Operator', OLGA, 'gsoc-operator', site);
  cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
  at.incident = (await cleo.post<{ id: string }>('/api/incidents', { siteId: site, title: 'Van at the fence', severity: 2, occurredFrom: '2026-11-20T12:00:00Z' })).id;
  browser = await openWholeBrowser();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await mail?.close();
});

const bell = (page: Page) => page.getByRole('button', { name: /^Notices: / });
const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.url + path);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
};
const aTask = (title: string) => cleo.post('/api/tasks', { recordId: at.incident, title, ownerId: at.olga });

describe.skipIf(isSkipped)('notices', () => {
  test('a task that is given rings the bell at once, is mailed, and leads to its record', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, OLGA);
    await open(page, '/watch');
    await bell(page).getByText('none unread').waitFor({ state: 'attached' });
    await aTask('Call the guard');
    await page.getByRole('button', { name: 'Notices: 1 unread' }).waitFor({ timeout: 5000 });
    await expect.poll(() => mail.mails.map((one) => [one.to[0], one.header('subject')]), { timeout: 10_000 }).toEqual([[OLGA, expect.stringMatching(/^A task is yours: INC-\d{4}-\d{5}, Van at the fence$/)]]);
    await bell(page).click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('menuitem', { name: /^A task is yours/ }).click();
    await page.waitForURL(`${product.url}/incidents/${at.incident}`);
    await page.getByRole('button', { name: 'Notices: none unread' }).waitFor();
    await open(page, '/notices');
    await page.getByText('mail: sent').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const link = /http\S+\/notices\/\S+/.exec(mail.mails[0]?.body.replace(/=\r\n/g, '') ?? '')?.[0] ?? '';
    await open(page, new URL(link).pathname);
    await page.waitForURL(`${product.url}/incidents/${at.incident}`);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('on a phone too, in light; all are marked as read', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, OLGA, { theme: 'light', width: 390, height: 844 });
    await aTask('Look at the fence');
    await open(page, '/notices?state=unread');
    await page.getByText('A task is yours').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByText('Nothing is unread.').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who wants no mail gets none, and quiet hours are kept', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, OLGA);
    await open(page, '/notices/settings');
    await page.getByLabel('A task is yours: Mail').uncheck();
    await page.getByLabel('Hold back what can wait').check();
    await page.getByLabel('From').fill('quarter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Write a time such as 22:00').waitFor();
    await page.getByLabel('From').fill('23:30');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('You are told so from now on.').first().waitFor();
    await page.reload();
    await page.getByLabel('From').waitFor();
    expect([await page.getByLabel('From').inputValue(), await page.getByLabel('A task is yours: Mail').isChecked()]).toEqual(['23:30', false]);
    const before = mail.mails.length;
    await aTask('Count the cars');
    await page.getByRole('button', { name: 'Notices: 1 unread' }).waitFor({ timeout: 5000 });
    expect(mail.mails.length).toBe(before);
    await page.getByRole('button', { name: 'Let this browser take push messages' }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a push message is shown by the browser, and says that it came', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, OLGA);
    await context.grantPermissions(['notifications'], { origin: product.url });
    await open(page, '/notices');
    const owner = await product.owner();
    const { rows } = await owner.query<{ id: string }>(`insert into deliver.delivery (source, source_id, person_id, channel, urgent, state, expires_at) values ('notify', uuidv7(), $1, 'push', true, 'sent', now() + interval '1 hour') returning id`, [at.olga]);
    const id = rows[0]?.id ?? '';
    await page.evaluate(`navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => true)`);
    const devtools = await context.newCDPSession(page);
    const registrations: { registrationId: string }[] = [];
    devtools.on('ServiceWorker.workerRegistrationUpdated', (event) => registrations.push(...event.registrations));
    await devtools.send('ServiceWorker.enable');
    await expect.poll(() => registrations.length).toBeGreaterThan(0);
    await devtools.send('ServiceWorker.deliverPushMessage', { origin: product.url, registrationId: registrations[0]?.registrationId ?? '', data: JSON.stringify({ id, title: 'An alarm was not taken in time', text: 'ALM-1', link: `${product.url}/notices`, urgent: true }) });
    const shown = () => page.evaluate(`navigator.serviceWorker.ready.then((worker) => worker.getNotifications()).then((all) => all.map((one) => [one.title, one.body, one.tag]))`);
    await expect.poll(shown).toEqual([['An alarm was not taken in time', 'ALM-1', id]]);
    await expect.poll(async () => (await owner.query('select state from deliver.delivery where id = $1', [id])).rows).toEqual([{ state: 'delivered' }]);
    await owner.end();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who keeps the system sees what was sent to whom and how it went, and sends again what was given up', async () => {
    const owner = await product.owner();
    await owner.query(`insert into deliver.delivery (source, source_id, person_id, channel, topic, urgent, state, reason, attempts, expires_at) values ('notify', uuidv7(), $1, 'mail', 'tasks.assigned', false, 'dead', '550 no such mailbox', 1, now() + interval '1 hour')`, [at.olga]);
    await owner.end();
    const { page, context, faults } = await signedIn(browser, product.url, ADA);
    await open(page, '/deliveries?state=dead');
    await page.getByText('550 no such mailbox').first().waitFor();
    await page.getByRole('row', { name: /Olga Operator/ }).click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is queued again.').first().waitFor();
    await open(page, '/health');
    await page.getByText('No mail waits.').waitFor({ timeout: 20_000 });
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who may says who is told next', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await open(page, '/escalation');
    await page.getByRole('button', { name: /^Change who is told/ }).click();
    await page.getByLabel('Minutes to acknowledge').first().fill('3');
    await page.getByLabel('Reason').fill('Short nights');
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('acknowledge within 3:00').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
