import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Request, Route } from 'playwright-core';
import { axeFindings, faultsOf } from './browser.ts';

/** In `npm test` each page is looked at in one window and theme, by turns, with a third of its further views, and every fifth one where it fails, waits without axe, or is empty; the long run looks at all. */
export const LOOKS_AT_ALL = process.env['PARAPET_SOAK'] === '1';
const THEMES = LOOKS_AT_ALL ? ({ wide: ['dark', 'light'], narrow: ['light', 'dark'] } as const) : ({ wide: ['dark'], narrow: ['light'] } as const);
export const WINDOWS = [{ width: 1440, height: 900 }, { width: 390, height: 844 }] as const;
export type Window = (typeof WINDOWS)[number];

/** A page of one window that is used for view after view; `quiet` waits until it has been answered. */
export type Desk = { page: Page; window: Window; context: BrowserContext; quiet: () => Promise<void>; faults: string[] };

const PICTURES = process.env['PARAPET_PICTURES'];
const QUIET_MS = 90;
const MOST_MS = 15_000;
const isAsked = (request: Request): boolean => /\/(?:api|assets)\//.test(request.url()) && !request.url().includes('/api/live');

/** A browser of its own for somebody, by their session cookie; nobody's without one. */
export async function openDesk(browser: Browser, url: string, window: Window, cookie?: string): Promise<Desk> {
  const context = await browser.newContext({ baseURL: url, viewport: window, colorScheme: 'dark', reducedMotion: 'reduce', timezoneId: 'Europe/Berlin' });
  const [name, value] = cookie?.split('=') ?? [];
  if (name && value) await context.addCookies([{ name, value, url }]);
  await context.clock.install();
  const page = await context.newPage();
  page.setDefaultTimeout(MOST_MS);
  return { page, window, context, quiet: quietOf(page), faults: faultsOf(page) };
}

function quietOf(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  let lastAt = 0;
  page.on('request', (request) => isAsked(request) && open.add(request));
  const end = (request: Request): void => {
    open.delete(request);
    lastAt = Date.now();
  };
  page.on('requestfinished', end);
  page.on('requestfailed', end);
  return async () => {
    lastAt = Date.now();
    for (const until = Date.now() + MOST_MS; Date.now() < until; await page.waitForTimeout(30)) if (open.size === 0 && Date.now() - lastAt > QUIET_MS) return;
    throw new Error(`${page.url()} goes on asking: ${[...open].map((request) => request.url()).join(', ')}`);
  };
}

/** What a page is answered but who is there: a failure, a cut line, nothing at all. Ends by what it returns. */
export async function answering({ context }: Desk, answer: (route: Route) => Promise<void>): Promise<() => Promise<void>> {
  const isOfPage = (address: URL): boolean => address.pathname.startsWith('/api/') && !['/api/live', '/api/identity/me'].includes(address.pathname);
  await context.route(isOfPage, answer);
  return () => context.unroute(isOfPage, answer);
}

const WRONG_WORDS = /\bundefined\b|\bNaN\b|\[object |Invalid Date/;

/** What is wrong with the page as it stands, besides what axe says: too wide, cut off, without a name, or with words of the machine. */
async function seenFindings(page: Page): Promise<string[]> {
  const [tooWide, mainTooWide, title, words, cut] = (await page.evaluate(`[
    document.documentElement.scrollWidth - innerWidth,
    (document.getElementById('page')?.scrollWidth ?? 0) - (document.getElementById('page')?.clientWidth ?? 0),
    document.title,
    document.body.innerText,
    [...document.querySelectorAll('.panel')].filter((panel) => {
      const isStill = (part) => part !== null && getComputedStyle(part).position === 'static';
      const next = panel.nextElementSibling?.getBoundingClientRect();
      const own = panel.getBoundingClientRect();
      const isCut = /hidden|clip/.test(getComputedStyle(panel).overflowY) && panel.scrollHeight > panel.clientHeight + 1;
      return isCut || (isStill(panel) && isStill(panel.nextElementSibling) && next.height > 0 && next.left < own.right && own.left < next.right && next.top < own.bottom - 1 && own.top < next.bottom);
    }).map((panel) => panel.innerText.slice(0, 40)),
  ]`)) as [number, number, string, string, string[]];
  const wrong = WRONG_WORDS.exec(words);
  return [
    ...(tooWide > 0 ? [`It is ${tooWide} px wider than its window.`] : []),
    ...(mainTooWide > 0 ? [`What it holds is ${mainTooWide} px wider than the page.`] : []),
    ...cut.map((panel) => `The panel “${panel}” is cut off, or covered by the next.`),
    ...(/\S/.test(title) ? [] : ['It has no title.']),
    ...(wrong ? [`It says “${words.slice(Math.max(0, wrong.index - 30), wrong.index + 30)}”.`] : []),
  ];
}

/** Looks at what stands there in its themes; answers what is wrong. With PARAPET_PICTURES=folder a picture of each is kept. */
export async function lookAt({ page, window, faults }: Desk, name: string, { byAxe = true } = {}): Promise<string[]> {
  const found: string[] = [];
  for (const [at, theme] of THEMES[window.width > 700 ? 'wide' : 'narrow'].entries()) {
    await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
    await keep(page, `${name} ${window.width} ${theme}`);
    if (byAxe) found.push(...(await axeFindings(page, at === 0 ? 'everything' : 'colours')).map((words) => `${theme} ${words}`));
  }
  found.push(...(await seenFindings(page)), ...faults.splice(0));
  return found.map((words) => `${name} at ${window.width} px: ${words}`);
}

async function keep(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name.replace(/[^a-z0-9=]+/gi, '-').slice(0, 120)}.png`) });
}
