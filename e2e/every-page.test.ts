import type { Browser, Locator, Page, Route as Answer } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSkipped, openBrowser, PASSWORD } from './browser.ts';
import { type Examples, findExamples, NOBODYS, type Reader, READERS, type Readers, readersOf } from './examples.ts';
import { answering, type Desk, lookAt, LOOKS_AT_ALL, openDesk, type Window, WINDOWS } from './looking.ts';
import { leftOver, readRoutes, type Route, type View, viewsOf } from './pages.ts';
import { type Product, signIn, startProduct } from './product.ts';

/** A reading is tried again after at most so long; and from the start once more, when the live line stands. */
const RETRY_MS = 1_100;
/** What must show is waited for so long on a busy machine; what need not show, so long. */
const MOST_MS = 20_000;
const FEW_MS = 1_000;
const LONG_MS = 2_500;
/** A line that never stood counts as cut after this long. */
const CUT_MS = 22_000;
/** Of the pages that fail, wait or are empty, one in so many is looked at in `npm test`. */
const SAMPLED = 5;
/** Where a provider sends people back: it sends on at once what came along, and its journey is single-sign-on.test.ts. */
const COMES_BACK = '/sign-in/back/$id';
/** Pages that read nothing of their own, so that nothing of theirs can fail or be awaited. */
const ASKS_NOTHING = new Set(['/sign-in', '/reset', '/field', '/watch/second', '/report']);

let browser: Browser;
let full: Product;
let empty: Product;
let readers: Readers;
let examples: Examples;
let routes: readonly Route[];

beforeAll(async () => {
  if (isSkipped) return;
  routes = await readRoutes();
  browser = await openBrowser();
  await Promise.all([startProduct({ empty: false, readyWithinMs: 150_000 }).then((product) => (full = product)), startProduct().then((product) => (empty = product))]);
  readers = await readersOf(full);
  examples = await findExamples(full, readers);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await full?.stop();
  await empty?.stop();
});

function readerOf({ path, permission }: Route): Reader {
  const reader = READERS.find((one) => permission === undefined || readers[one].permissions.includes(permission));
  if (!reader) throw new Error(`Nobody who looks may see ${path}, which needs ${permission}.`);
  return reader;
}

type Look = { name: string; path: string; by: Reader | null; first?: View['first'] };
type See = (desk: Desk, look: Look) => Promise<string[]>;

/** Sees each by the desk of its reader, which is opened when first needed: at the windows in turn, or at both in the long run and where it says so. */
async function seeAll(looks: readonly Look[], see: See, isAtBoth = LOOKS_AT_ALL): Promise<string[]> {
  const atWindow = async (window: Window, which: number): Promise<string[]> => {
    const desks = new Map<Reader | null, Desk>();
    const found: string[] = [];
    for (const look of looks.filter((_, at) => isAtBoth || at % 2 === which)) {
      const desk = desks.get(look.by) ?? (await openDesk(browser, full.url, window, look.by ? readers[look.by].api.cookie : undefined));
      desks.set(look.by, desk);
      found.push(...(await see(desk, look).catch((error: Error) => [`${look.name} at ${window.width} px: ${error.message}`])));
    }
    for (const { context } of desks.values()) await context.close();
    return found;
  };
  return (await Promise.all(WINDOWS.map(atWindow))).flat();
}

async function open({ page, quiet }: Desk, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('main').first().waitFor();
  await quiet();
}

/** Every view; in `npm test` the first of each page, and of the others every third. */
const everyView = (state: string): Look[] =>
  routes.flatMap((route, which) => viewsOf(route, examples).map((view, at) => ({ view, at })).filter(({ at }) => LOOKS_AT_ALL || at === 0 || (which + at) % 3 === 0).map(({ view, at }) => ({ ...view, name: `${state} ${route.path} ${String(at).padStart(2, '0')}`, by: route.room ? (view.by ?? readerOf(route)) : null })));

/** Each page once, every fifth one beginning with `first`; in the long run each of them, and of its tabs too. */
function everyPage(state: string, first?: 0 | 1): Look[] {
  const seen = new Set<string>();
  const all = eachOf(everyView(state), seen);
  return first === undefined || LOOKS_AT_ALL ? all : all.filter((_, at) => at % SAMPLED === first);
}

function eachOf(views: readonly Look[], seen: Set<string>): Look[] {
  return views.filter(({ first, path, name }) => {
    const [route = '', tab = ''] = [name.split(' ')[1], /tab=(\w+)/.exec(path)?.[1]];
    const isNew = first === undefined && route !== COMES_BACK && !seen.has(`${route} ${tab}`) && ((LOOKS_AT_ALL && tab !== '') || !seen.has(route));
    if (isNew) seen.add(`${route} ${tab}`).add(route);
    return isNew;
  });
}

const alerts = (page: Page) => page.getByRole('alert').filter({ visible: true });
const again = (page: Page) => alerts(page).getByRole('button');

/** Lets the page's clock run on, step by step, until this is there. */
async function isSeen({ page, quiet }: Desk, what: Locator, stepMs: number, withinMs = MOST_MS): Promise<boolean> {
  for (const until = Date.now() + withinMs; (await what.count()) === 0; ) {
    if (Date.now() > until) return false;
    await page.clock.fastForward(stepMs).then(quiet);
  }
  return true;
}

describe.skipIf(isSkipped)('every page', { timeout: 600_000 }, () => {
  test('is looked at: each page of the router is seen, and by somebody who may', () => {
    expect(leftOver(routes)).toEqual([]);
    for (const route of routes) expect([route.path, viewsOf(route, examples).length > 0, readerOf(route) !== undefined]).toEqual([route.path, true, true]);
  });

  test('full: what the demonstration has', async () => {
    const found = await seeAll(everyView('full'), async (desk, look) => {
      await open(desk, look.path);
      await desk.page.locator('h1').first().waitFor({ state: 'attached' });
      await look.first?.(desk.page);
      await desk.quiet();
      return lookAt(desk, look.name);
    });
    expect(found).toEqual([]);
  });

  test('not there, and not for the reader: the same page', async () => {
    const records = routes.filter(({ path }) => path.includes('$') && path !== COMES_BACK).map((route): Look => ({ name: `not-there ${route.path}`, path: route.path.replace(/\$\w+/, NOBODYS), by: readerOf(route) }));
    const looks: Look[] = [...records, { name: 'not-there /nowhere', path: '/nowhere', by: 'chief' }, { name: 'not-there /keys', path: '/keys', by: 'chief' }];
    const found = await seeAll(looks, async (desk, look) => {
      await open(desk, look.path);
      await desk.page.getByRole('heading', { name: 'Not found', level: 1 }).waitFor();
      return lookAt(desk, look.name);
    });
    expect(found).toEqual([]);
  });

  test('failing: says what happened and what to do, and does it', async () => {
    const broken = (answer: Answer): Promise<void> => answer.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ type: 'urn:problem:platform.internal', title: 'Internal error', status: 500, detail: 'Something broke on our side. Try again in a moment.', instance: NOBODYS }) });
    const cut = (answer: Answer): Promise<void> => answer.abort('connectionrefused');
    const found = await seeAll(everyPage('failing', 0), async (desk, look) => {
      const heal = await answering(desk, desk.window.width > 700 ? broken : cut);
      await open(desk, look.path);
      const asksNothing = ASKS_NOTHING.has(look.path);
      const isSilent = !(await isSeen(desk, again(desk.page), RETRY_MS, asksNothing ? FEW_MS : MOST_MS)) && !asksNothing;
      const seen = await lookAt(desk, look.name, { byAxe: LOOKS_AT_ALL });
      await heal();
      for (let tries = 0; tries < 8 && (await again(desk.page).count()) > 0; tries++) await again(desk.page).first().click().then(desk.quiet);
      const left = await alerts(desk.page).allInnerTexts();
      return [...seen, ...(isSilent ? [`${look.name} at ${desk.window.width} px: nothing says that it failed, or there is nothing to do about it.`] : []), ...left.map((words) => `${look.name} does not heal: ${words}`)];
    });
    expect(found).toEqual([]);
  });

  test('cut: what stands there stays, with its time', async () => {
    const looks = everyPage('cut').filter(({ path }) => /^\/(?:watch|watch\/alarms\/.*|incidents\/.*tab=facts)$/.test(path));
    const found = await seeAll(looks, async (desk, look) => {
      const live = (address: URL): boolean => address.pathname === '/api/live';
      await desk.context.route(live, (answer) => answer.abort('connectionrefused'));
      await open(desk, look.path);
      const told = desk.page.getByText(/^Cut since/).first();
      await isSeen(desk, told, CUT_MS);
      await told.waitFor({ state: 'attached' });
      return lookAt(desk, look.name);
    });
    expect(looks.length).toBe(3);
    expect(found).toEqual([]);
  });

  test('nobody says who is signed in: waits, then says why, and goes on when it is known', async () => {
    const found = await seeAll([{ name: 'who', path: '/incidents', by: 'chief' }], async (desk, look) => {
      const { page, context } = desk;
      const held: Answer[] = [];
      let says: 'nothing' | 'no' | 'who' = 'nothing';
      await context.route('**/api/identity/me', async (answer) => {
        if (says === 'nothing') held.push(answer);
        else await (says === 'no' ? answer.abort('connectionrefused') : answer.continue());
      });
      await page.goto(look.path);
      await page.locator('main').waitFor();
      await page.clock.fastForward(LONG_MS);
      const waiting = await lookAt(desk, `${look.name} waiting`);
      says = 'no';
      for (const answer of held) await answer.abort('connectionrefused').catch(() => undefined);
      await isSeen(desk, again(page), RETRY_MS);
      const failing = await lookAt(desk, `${look.name} failing`);
      says = 'who';
      await again(page).click();
      await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
      return [...waiting, ...failing];
    });
    expect(found).toEqual([]);
  });

  test('loading: after a moment the shape of what comes, after two seconds what is awaited', async () => {
    const found = await seeAll(everyPage('loading', 1), async (desk, look) => {
      const end = await answering(desk, () => Promise.resolve());
      await desk.page.goto(look.path);
      await desk.page.locator('main').first().waitFor();
      await desk.page.clock.fastForward(LONG_MS);
      const waits = desk.page.locator('[aria-busy="true"]').filter({ visible: true }).first();
      const isSilent = !ASKS_NOTHING.has(look.path) && !(await waits.waitFor().then(() => true, () => false));
      const seen = await lookAt(desk, look.name, { byAxe: LOOKS_AT_ALL });
      await end();
      await desk.page.goto('about:blank');
      return [...seen, ...(isSilent ? [`${look.name} at ${desk.window.width} px: nothing says that it waits.`] : [])];
    });
    expect(found).toEqual([]);
  });

  test('empty: the first minutes of an organisation', async () => {
    const listed = routes.filter((route) => route.room && !route.path.includes('$')).map((route) => route.path);
    const atWindow = async (window: Window, whose: string, cookie?: string, first = 0): Promise<string[]> => {
      const desk = await openDesk(browser, empty.url, window, cookie);
      const found: string[] = [];
      for (const path of cookie === undefined ? ['/setup'] : ['/', ...listed.filter((_, at) => LOOKS_AT_ALL || at % SAMPLED === first)]) {
        await open(desk, path);
        await desk.page.locator('h1').first().waitFor({ state: 'attached' });
        found.push(...(await lookAt(desk, `empty ${whose} ${path}`)));
      }
      await desk.context.close();
      return found;
    };
    const before = await Promise.all(WINDOWS.map((window) => atWindow(window, 'nobody')));
    const admin = await signIn(empty.url, { password: PASSWORD });
    const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: 'cleo@works.example', password: PASSWORD } });
    for (const roleKey of ['cso', 'gsoc-operator']) await admin.post('/api/identity/grants', { personId: id, roleKey, reason: 'Owns the programme' });
    const chief = await signIn(empty.url, { email: 'cleo@works.example', password: PASSWORD, found: false });
    const after = await Promise.all(WINDOWS.map(async (window, at) => [
      ...(LOOKS_AT_ALL || at === 0 ? await atWindow(window, 'chief', chief.cookie) : []), ...(LOOKS_AT_ALL || at === 1 ? await atWindow(window, 'administrator', admin.cookie, 1) : []),
    ]));
    expect([...before, ...after].flat()).toEqual([]);
  });
});
