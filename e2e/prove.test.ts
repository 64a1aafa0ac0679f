import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { freePort, type Product, signIn, startProduct } from './product.ts';

const ADA = 'ada@works.example';
const CLEO = 'cleo@works.example';
const OLA = 'ola@works.example';
const BIN = join(import.meta.dirname, '../bin/parapet.mjs');
const VERIFIER = join(import.meta.dirname, '../docs/verify/verify.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

let product: Product;
let browser: Browser;
let folder: string;
let witnesses: string;
let key: string;
let incident: string;

beforeAll(async () => {
  if (isSkipped) return;
  folder = mkdtempSync(join(tmpdir(), 'parapet-prove-'));
  mkdirSync(join(folder, 'witness'));
  witnesses = `${pathToFileURL(join(folder, 'witness')).href},syslog+tcp://127.0.0.1:${await freePort()}`;
  product = await startProduct({ env: { PARAPET_WITNESSES: witnesses } });
  const admin = await signIn(product.url, { email: ADA, password: PASSWORD });
  const site = await admin.post<{ id: string }>('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL', city: 'Utrecht' });
  for (const [name, email, roleKey] of [['Cleo Chief', CLEO, 'cso'], ['Ola Operator', OLA, 'gsoc-operator']] as const) {
    const { id } = await admin.post<{ id: string }>('/api/people', { name, signIn: { email, password: PASSWORD } });
    await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Needed here', ...(roleKey === 'gsoc-operator' && { siteId: site.id }) });
  }
  const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
  incident = (await cleo.post<{ id: string }>('/api/incidents', { title: 'Gate store broken open', severity: 3, siteId: site.id, narrative: 'The padlock lay in the yard.' })).id;
  await cleo.post(`/api/incidents/${incident}/log`, { text: 'Officer K7 sent to the gate.' });
  key = readFileSync(join(product.dataDir, 'main/keys/ledger.ed25519.pub'), 'utf8').trim();
  browser = await openBrowser();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const open = async (page: Page, path: string): Promise<void> => {
  await page.goto(product.url + path);
  await page.locator('h1').first().waitFor();
  await page.waitForLoadState('networkidle');
};
const run = (args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string }> =>
  new Promise((resolve) => void execFile(process.execPath, [BIN, ...args], { env: { ...process.env, PARAPET_DATA: product.dataDir, ...env } }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out: out + err })));

async function saved(page: Page, button: string | RegExp): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).first().click()]);
  const file = join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

describe.skipIf(isSkipped)('who reads the ledger proves what a record says', () => {
  test('a line of the timeline is saved with its proof, and holds for both verifiers without the server', async () => {
    const { page, context, faults } = await signedIn(browser, product.url, CLEO);
    await open(page, `/incidents/${incident}?tab=timeline`);
    const file = await saved(page, 'Prove this: Officer K7 sent to the gate.');
    await page.getByText(/1 entry with its proof was saved as parapet-proof-\d+\.json/).first().waitFor();
    const checked = await run(['verify-bundle', file, '--key', key], { PARAPET_DATA: join(folder, 'nowhere') });
    expect(checked).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`1 entry stands.*\\nLeaf: \\d+ · record: ${incident} · time: .* · verb: incidents\\.log-added`)) as string });
    expect(readFileSync(file, 'utf8')).toContain('Officer K7 sent to the gate.');
    if (hasPython) expect(spawnSync('python3', ['-B', VERIFIER, file, '--key', key], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: expect.stringContaining('The bundle holds: 1 entries') as string });
    writeFileSync(file, readFileSync(file, 'utf8').replace('Officer K7 sent', 'Officer K8 sent'));
    expect(await run(['verify-bundle', file, '--key', key])).toMatchObject({ code: 1, out: expect.stringMatching(/A text of leaf \d+ is not the one/) as string });
    const all = await saved(page, 'Prove all of it');
    expect((await run(['verify-bundle', all, '--key', key])).out).toMatch(/incidents\.declared[^]*incidents\.log-added/);
    expect(await axeFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who may not read the ledger is offered no proof', async () => {
    const { page, context } = await signedIn(browser, product.url, OLA);
    await open(page, `/incidents/${incident}?tab=timeline`);
    await page.getByText('Officer K7 sent to the gate.').first().waitFor();
    expect(await page.getByRole('button', { name: /^Prove/ }).count()).toBe(0);
    await context.close();
  });

  test('the ledger says who is told the heads, who is not and why, in both themes and on a phone', async () => {
    for (const look of [{}, { theme: 'light', width: 390, height: 844 }] as const) {
      const { page, context, faults } = await signedIn(browser, product.url, CLEO, look);
      await open(page, '/ledger');
      await page.getByText('1 is not reached').waitFor({ timeout: 30_000 });
      await page.getByRole('button', { name: 'Check it yourself' }).click();
      await page.getByText(/ECONNREFUSED/).waitFor();
      await page.getByText(pathToFileURL(join(folder, 'witness')).href).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    }
  });

  test('the heads in the folder agree with the whole ledger, and an export holds against them', async () => {
    const [file = ''] = readdirSync(join(folder, 'witness'));
    expect(file).toMatch(/^parapet-ledger-[0-9a-f]{8}\..+\.heads$/);
    expect(await run(['verify', '--full', '--empty'], { PARAPET_WITNESSES: witnesses })).toMatchObject({ code: 0, out: expect.stringMatching(/\d+ heads that witnesses kept agree with it/) as string });
    if (!hasPython) return;
    const cleo = await signIn(product.url, { email: CLEO, password: PASSWORD });
    const exported = join(folder, 'export.jsonl');
    writeFileSync(exported, await (await fetch(`${product.url}/api/ledger/export`, { headers: { cookie: cleo.cookie } })).text());
    const kept = join(folder, 'kept.heads');
    const notes = readFileSync(join(folder, 'witness', file), 'utf8').split('\n');
    writeFileSync(kept, `${notes.slice(0, 6 * 3).join('\n')}\n`);
    expect(spawnSync('python3', ['-B', VERIFIER, exported, '--key', key, '--heads', kept], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: expect.stringContaining('3 kept heads agree') as string });
  });
});
