import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Chromium is, or undefined where it isn't installed. */
export const CHROMIUM = [process.env['PARAPET_CHROMIUM'], '/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path));

/** Journeys are skipped where Chromium is absent, with one plain line; with CI=true nothing may be. */
export const isSkipped = CHROMIUM === undefined && process.env['CI'] !== 'true';
if (isSkipped) console.log('Chromium is not installed: the journeys in the browser are skipped.');

export const openBrowser = (path = CHROMIUM): Promise<Browser> => chromium.launch({ executablePath: path ?? 'chromium', args: ['--no-sandbox'] });

/** The browser with all that it has, where what a page does is shown outside of it: notifications of the system. */
export const openWholeBrowser = (): Promise<Browser> => openBrowser(['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path)));

/** What a page logs as an error from now on, and what broke on our side while it asked. That an answer was a refusal is no fault of the page, nor that the browser looks for a newer service worker while the line is cut. */
export function faultsOf(page: Page, faults: string[] = []): string[] {
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource|error occurred when fetching the script/.test(message.text()) && faults.push(message.text()));
  page.on('response', (response) => response.status() === 500 && faults.push(`${response.request().method()} ${response.url()} broke on our side`));
  return faults;
}

type Options = { theme?: 'dark' | 'light'; width?: number; height?: number };

/** A browser of a person who is signed in; what a page logs as an error is kept in `faults`. */
export async function signedIn(browser: Browser, url: string, email: string, { theme = 'dark', width = 1440, height = 900 }: Options = {}): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, timezoneId: 'Europe/Berlin' });
  const page = await context.newPage();
  const faults = faultsOf(page);
  const answer = await context.request.post(`${url}/api/identity/sign-in`, { data: { email, password: PASSWORD } });
  if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()} ${await answer.text()}`);
  return { context, page, faults };
}

/** With PARAPET_PICTURES=folder a picture of the page is kept. */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  const folder = process.env['PARAPET_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

/** The password of everybody in the journeys. */
export const PASSWORD = 'correct horse battery';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type AxeResult = { violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] };

/** WCAG 2.2 at A and AA, and what axe counts as good practice; of a page that was looked at already in its other theme, only its colours. */
const RULES = {
  everything: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  colours: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
} as const;

/** What axe finds wrong with the page as it stands, in words; empty where nothing is. */
export async function axeFindings(page: Page, rules: keyof typeof RULES = 'everything'): Promise<string[]> {
  await page.locator('h1').first().waitFor({ state: 'attached', timeout: 10_000 }).catch(() => undefined);
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(AXE);
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify({ runOnly: RULES[rules], resultTypes: ['violations'] })})`)) as AxeResult;
  return violations.flatMap((found) => found.nodes.map((node) => `${found.impact} ${found.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`));
}

/** What is wrong with the page as it stands: what axe finds, and that it is wider than its window. With PARAPET_PICTURES=folder its picture is kept. */
export async function pageFindings(page: Page, name: string): Promise<string[]> {
  await picture(page, name, true);
  const tooWidePx = (await page.evaluate('document.documentElement.scrollWidth - innerWidth')) as number;
  return [...(await axeFindings(page)), ...(tooWidePx > 0 ? [`It is ${tooWidePx} px wider than its window.`] : [])];
}

/** Keeps what the page shows when a step fails, in `test-results/`. */
export async function keepPicture(page: Page, step: string): Promise<void> {
  const path = join(import.meta.dirname, '..', 'test-results', `${step.slice(0, 60).replace(/[^a-z0-9]+/gi, '-')}.png`);
  await page.screenshot({ path, fullPage: true }).then(() => console.log(`The page at the failure: ${path}`), () => undefined);
}
