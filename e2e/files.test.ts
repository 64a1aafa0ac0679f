import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, keepPicture, openBrowser, PASSWORD, picture, signedIn } from './browser.ts';
import { type Product, signIn, startProduct } from './product.ts';

const OLA = 'ola@works.example';
const PART_BYTES = 8 * 2 ** 20;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let faults: string[];
let incident: string;
const folder = mkdtempSync(join(tmpdir(), 'parapet to upload '));

const button = (name: string | RegExp) => page.getByRole('button', { name });
const line = (name: string) => page.getByRole('listitem').filter({ hasText: name });
const aFile = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const choose = async (path: string, what: string | RegExp = /^Add files/): Promise<void> => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button(what).click()]);
  await chooser.setFiles(path);
};
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  if (isSkipped) return;
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Ola Berg', signIn: { email: OLA, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  const ola = await signIn(product.url, { email: OLA, password: PASSWORD, found: false });
  incident = (await ola.post<{ id: string }>('/api/incidents', { title: 'A van at the gate', severity: 2 })).id;
  browser = await openBrowser();
  ({ context, page, faults } = await signedIn(browser, product.url, OLA));
  page.setDefaultTimeout(20_000);
  await page.goto(`${product.url}/incidents/${incident}?tab=files`);
}, 180_000);
afterAll(async () => {
  await context?.close();
  await browser?.close();
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keepPicture(page, task.name);
});

describe.skipIf(isSkipped)('the files of an incident', () => {
  test('a photo is attached, shows its picture and its hash, and comes back byte for byte', async () => {
    await page.getByText('No file is attached.').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const photo = await sharp({ create: { width: 1800, height: 1200, channels: 3, background: '#557799', noise: { type: 'gaussian', mean: 120, sigma: 25 } } }).withExif({ IFD3: { GPSLatitude: '52/1 5/1 0/1', GPSLatitudeRef: 'N' } }).jpeg().toBuffer();
    await choose(aFile('Gate camera 3.jpg', photo));
    await line('Gate camera 3.jpg').getByText(`SHA-256 ${sha256(photo).slice(0, 16)}`).waitFor();
    await button('Look at Gate camera 3.jpg').click();
    await expect.poll(() => page.getByRole('img', { name: 'Gate camera 3.jpg' }).evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBe(1600);
    expect(await axeFindings(page)).toEqual([]);
    await button('Close').last().click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download Gate camera 3.jpg' }).click()]);
    expect(download.suggestedFilename()).toBe('Gate camera 3.jpg');
    expect(readFileSync(await download.path()).equals(photo)).toBe(true);
  });

  test('what is dropped on the page is attached, whatever it is, and never runs', async () => {
    const drop = await page.evaluateHandle(`(() => { const data = new DataTransfer(); data.items.add(new File(['<script>parent.isRun = 1</script>'], 'page.html', { type: 'text/html' })); return data; })()`);
    await page.getByText('Drop files here').dispatchEvent('drop', { dataTransfer: drop });
    await page.getByRole('link', { name: 'Download page.html' }).waitFor();
    const answer = await context.request.get(`${product.url}${await page.getByRole('link', { name: 'Download page.html' }).getAttribute('href')}`);
    expect(answer.headers()).toMatchObject({ 'content-type': 'application/octet-stream', 'content-disposition': expect.stringMatching(/^attachment/), 'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox" });
  });

  test('an upload is paused, goes on, and goes on again after the page was left and signed in anew', async () => {
    const clip = randomBytes(5 * PART_BYTES + 4321);
    const path = aFile('Recording.mp4', clip);
    let parts = 0;
    const afterTwo = async (route: Route): Promise<void> => {
      if (route.request().method() === 'PUT' && ++parts > 2) await new Promise((resolve) => setTimeout(resolve, 1_500));
      await route.continue().catch(() => undefined);
    };
    await page.route('**/bytes?**', afterTwo);
    await choose(path);
    const bar = () => page.getByRole('progressbar', { name: 'Recording.mp4, sent so far' });
    await expect.poll(async () => Number(await bar().getAttribute('aria-valuenow')), { timeout: 20_000 }).toBeGreaterThan(30);
    await button('Pause Recording.mp4').click();
    await page.getByText(/^paused at/).waitFor();
    await picture(page, 'files-dark-1440');
    expect(await axeFindings(page)).toEqual([]);
    await button('Go on with Recording.mp4').click();
    await page.getByText(/of 40 MiB$/).waitFor();
    await context.close();

    ({ context, page, faults } = await signedIn(browser, product.url, OLA, { theme: 'light', width: 390, height: 844 }));
    page.setDefaultTimeout(20_000);
    await page.goto(`${product.url}/incidents/${incident}?tab=files`);
    await page.getByText(/are here\. Choose the same file again/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await choose(aFile('Another.mp4', randomBytes(1000)), 'Choose the file Recording.mp4 again');
    await page.getByText(/That is another file/).waitFor();
    await picture(page, 'files-light-390', true);
    await choose(path, 'Choose the file Recording.mp4 again');
    await line('Recording.mp4').getByText(`SHA-256 ${sha256(clip).slice(0, 16)}`).waitFor({ timeout: 40_000 });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download Recording.mp4' }).click()]);
    expect(sha256(readFileSync(await download.path()))).toBe(sha256(clip));
  });

  test('a wrong file is struck with a reason and stays to be read', async () => {
    await button('Strike page.html').click();
    await button('Strike').last().click();
    await page.getByText('Say why').waitFor();
    await page.getByLabel('Reason').fill('Of another case');
    await button('Strike').last().click();
    await page.getByText('Struck by Ola Berg: Of another case').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('the paper lists the files with their hashes, and the disk holds nothing of them in clear', async () => {
    const paper = await context.request.get(`${product.url}/api/incidents/${incident}/report.pdf`);
    expect(paper.status()).toBe(200);
    const stored = readdirSync(join(product.dataDir, 'main/files'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(stored.length).toBeGreaterThan(6);
    for (const { parentPath, name } of stored) expect(readFileSync(join(parentPath, name)).includes('parent.isRun')).toBe(false);
  });

  test('a bit flipped on the disk shows on the file instead of wrong bytes', async () => {
    const { items } = (await (await context.request.get(`${product.url}/api/files?recordId=${incident}`)).json()) as { items: { id: string; name: string }[] };
    const id = items.find(({ name }) => name === 'page.html')?.id ?? '';
    const part = join(product.dataDir, 'main/files', id.slice(-2), id, '0');
    const bytes = readFileSync(part);
    bytes[20] = (bytes[20] as number) ^ 1;
    writeFileSync(part, bytes);
    expect((await context.request.get(`${product.url}/api/files/${id}/content`)).status()).toBe(503);
    await page.getByText('damaged on the disk').waitFor();
    expect(faults).toEqual([]);
  });
});
