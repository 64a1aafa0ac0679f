import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { axeFindings, isSkipped, keepPicture, openBrowser, PASSWORD, signedIn } from './browser.ts';
import { Dialler } from '../src/connectors/sia-dc09/dialler.ts';
import { type Api, type Product, signIn, startProduct } from './product.ts';

/** In the long run a proof is killed too, and the page is used in both themes. */
const IS_SOAK = Boolean(process.env['PARAPET_SOAK']);
const WINDOWS = [['light', 390], ['dark', 1440]] as const;

const ROOT = join(import.meta.dirname, '..');
const ADA = 'ada@works.example';

type Run = { id: string; kind: string; state: string; failure: string | null; file: string | null };
type State = { isRed: boolean; running: Run | null; proven: Run | null };

let product: Product;
let api: Api;
const folder = mkdtempSync(join(tmpdir(), 'parapet backups '));
chmodSync(folder, 0o755);

beforeAll(async () => {
  product = await startProduct();
  api = await signIn(product.url, { email: ADA, password: PASSWORD });
  await api.post('/api/signals/sources', { protocol: 'dc09', account: 'A001', name: 'Panel' });
  await api.post('/api/sites', { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam', country: 'NL', city: 'Utrecht' });
}, 180_000);
afterAll(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

const parapet = (data: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, 'bin/parapet.mjs'), ...args], { cwd: ROOT, env: { ...process.env, PARAPET_DATA: data } }, (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }));
  });
const ended = async (id: string): Promise<Run> => {
  for (const until = Date.now() + 90_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const run = (await api.get<{ items: Run[] }>('/api/backup/runs')).items.find((one) => one.id === id);
    if (run && ['done', 'failed'].includes(run.state)) return run;
  }
  throw new Error(`The run did not end:\n${product.output().slice(-2000)}`);
};
/** Asks once nothing is under way: the schedule proves a new backup by itself, and may have begun just before. */
async function asked(path: string): Promise<Run> {
  for (const until = Date.now() + 90_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 200))) {
    const answer = await api.raw(path, { method: 'POST' });
    if (answer.status !== 409) return (await answer.json()) as Run;
  }
  throw new Error(`Something is under way without end:\n${product.output().slice(-2000)}`);
}
const made = async (path: string): Promise<Run> => ended((await asked(path)).id);

describe('backups of a running product', () => {
  test('are made and proven when asked, while panels send', async () => {
    let isOver = false;
    const dialler = new Dialler({ host: '127.0.0.1', port: product.dc09Port, account: 'A001', resendMs: 2000, reconnectMs: 60 });
    const sending = (async () => {
      let acknowledged = 0;
      for (let i = 1; !isOver; i++, await new Promise((resolve) => setTimeout(resolve, 50))) if ((await dialler.sendEvent('SIA-DCS', `Nri1/OP${String(i).padStart(4, '0')}`, { sentAt: Date.now() })).kind === 'ACK') acknowledged++;
      dialler.close();
      return acknowledged;
    })();
    expect(await made('/api/backup/runs')).toMatchObject({ state: 'done', failure: null });
    expect(await made('/api/backup/runs/prove')).toMatchObject({ state: 'done', failure: null });
    isOver = true;
    expect(await sending).toBeGreaterThan(20);
    expect(await api.get<State>('/api/backup')).toMatchObject({ isRed: false, running: null, proven: { state: 'done' } });
    expect(readdirSync(join(product.dataDir, 'main', 'backups'))).toHaveLength(1);
    expect(existsSync(join(product.dataDir, 'main', 'proving'))).toBe(false);
  });

  if (IS_SOAK) test('of which the process is killed are shown as failed, and the next one is made', async () => {
    const { id } = await asked('/api/backup/runs/prove');
    const pid = await keeperPid();
    process.kill(pid, 'SIGKILL');
    expect(await ended(id)).toMatchObject({ state: 'failed', failure: expect.stringContaining('ended in the middle') as string });
    expect(await made('/api/backup/runs')).toMatchObject({ state: 'done' });
    expect(existsSync(join(product.dataDir, 'main', 'proving'))).toBe(false);
  });

  test('made at the command line are restored elsewhere: the same people with the same passwords, and nobody is signed in', async () => {
    const file = join(folder, 'one.tar');
    const backedUp = await parapet(product.dataDir, 'backup', file, '--empty');
    expect(backedUp, backedUp.err).toMatchObject({ code: 0 });
    expect((await api.get<{ items: Run[] }>('/api/backup/runs')).items[0]).toMatchObject({ kind: 'backup', cause: 'command-line', state: 'done', file });
    const data = join(folder, 'restored');
    const restored = await parapet(data, 'restore', file);
    expect(restored, restored.err).toMatchObject({ code: 0, out: expect.stringContaining('The ledger is whole') as string });
    const other = await startProduct({ dataDir: data });
    try {
      expect((await fetch(`${other.url}/api/identity/me`, { headers: { cookie: api.cookie } })).status).toBe(401);
      const there = await signIn(other.url, { email: ADA, password: PASSWORD, found: false });
      expect((await there.get<{ items: { code: string }[] }>('/api/sites')).items.map(({ code }) => code)).toEqual(['UTR']);
      expect((await there.get<{ items: Run[] }>('/api/backup/runs')).items[0]).toMatchObject({ kind: 'restore', state: 'done' });
      expect((await there.get<{ items: unknown[] }>('/api/signals')).items.length).toBeGreaterThan(20);
    } finally {
      await other.stop();
    }
  });

  const keeperPid = async (): Promise<number> => {
    for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const [pid] = product.pidsOf('backup-process');
      if (pid !== undefined && existsSync(join(product.dataDir, 'main', 'proving', 'postgres'))) return pid;
    }
    throw new Error('No process carries the proof out.');
  };
});

describe.skipIf(isSkipped)('the page of backups', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await openBrowser()));
  afterAll(() => browser?.close());
  const heading = (page: Page) => page.getByRole('heading', { level: 1, name: 'Backups' });

  test.each(IS_SOAK ? WINDOWS : WINDOWS.slice(0, 1))('says how it stands, backs up, proves, and is clean by axe (%s, %i)', async (theme, width) => {
    const { page, context, faults } = await signedIn(browser, product.url, ADA, { theme, width, height: 900 });
    try {
      await page.goto(`${product.url}/backups`);
      await heading(page).waitFor();
      await page.getByText('A restore of what was here').waitFor();
      await page.getByRole('button', { name: theme === 'dark' ? /^Prove now/ : /^Back up now/ }).click();
      await page.getByText(/^(?:under way|waits)$/).filter({ visible: true }).first().waitFor();
      await page.getByRole('button', { name: /^Back up now/, disabled: false }).waitFor({ timeout: 90_000 });
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Change' }).click();
      await page.getByLabel('At hour').selectOption('4');
      await page.getByLabel('How many are kept').fill('1');
      await page.getByText('Give a whole number from 2 to 366.').waitFor();
      await page.getByLabel('How many are kept').fill('9');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Each day at 04:00').waitFor();
      expect(faults).toEqual([]);
    } catch (error) {
      await keepPicture(page, `backups ${theme} ${width}`);
      throw error;
    } finally {
      await context.close();
    }
  });
});
