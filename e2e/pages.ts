import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Examples, Reader } from './examples.ts';

/** A page of the router, as its module declares it. */
export type Route = { path: string; title: string; room?: string; permission?: string };

/** One way to see a page: an address, and what is done before it is looked at. */
export type View = { path: string; by?: Reader; first?: (page: Page) => Promise<void> };

/** Every page of every module and service, found as the web app finds them. */
export async function readRoutes(): Promise<readonly Route[]> {
  const { pages } = (await import(join(import.meta.dirname, '../src/app/web/modules.ts'))) as { pages: readonly Route[] };
  return pages;
}

const press = (...keys: string[]) => async (page: Page): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};
const asked = (page: Page): Promise<void> => page.getByRole('dialog').waitFor();
/** A key that brings a question. */
const ask = (key: string, ...keys: string[]) => async (page: Page): Promise<void> => {
  await page.keyboard.press(key);
  await asked(page);
  await press(...keys)(page);
};
const click = (name: string | RegExp, role: 'button' | 'menuitem' | 'tab' | 'radio' = 'button') => (page: Page): Promise<void> => page.getByRole(role, { name }).first().click();
/** The record's own menu; the rail of a phone has one of that name too. */
const more = (page: Page): Promise<void> => page.locator('#page').getByRole('button', { name: /^More/ }).first().click();
const then = (...steps: ((page: Page) => Promise<void>)[]) => async (page: Page): Promise<void> => {
  for (const step of steps) await step(page);
};

/** The procedure of an alarm is read beside it; its keys act once its step stands there. */
const stepDue = (page: Page): Promise<void> => page.locator('[data-step-now]').waitFor();

const TABS = ['facts', 'involved', 'losses', 'tasks', 'duties', 'timeline', 'thread', 'situation', 'review'] as const;

/**
 * How a page is seen beyond its own address: with something chosen, with a question open, with nothing found.
 * A page whose address has a parameter must be here; the others are seen at their address in any case.
 */
const MORE: Readonly<Record<string, (of: Examples) => readonly View[]>> = {
  '/watch': (of) => [
    { path: `/watch?alarm=${of.freeAlarm}`, by: 'supervisor' },
    { path: `/watch?alarm=${of.heldAlarm}`, by: 'supervisor' },
    { path: '/watch', by: 'supervisor', first: ask('o') },
    { path: '/watch', by: 'supervisor', first: ask('/') },
    { path: '/watch', by: 'supervisor', first: ask('?') },
  ],
  '/watch/sources/$id/mapping': (of) => [
    { path: `/watch/sources/${of.headEnd}/mapping`, by: 'administrator' },
    { path: `/watch/sources/${of.headEnd}/mapping`, by: 'administrator', first: then(click('Add a line'), click('Try the draft')) },
  ],
  '/destinations': () => [{ path: '/destinations', first: ask('c') }],
  '/destinations/$id': (of) => [
    { path: `/destinations/${of.destination}` },
    { path: `/destinations/${of.destination}?state=dropped` },
    { path: `/destinations/${of.destination}`, first: then(click('Change'), asked) },
    { path: `/destinations/${of.destination}`, first: then(click('Send again'), asked) },
    { path: `/destinations/${of.destination}`, first: then(click('End'), asked) },
  ],
  '/watch/map': (of) => [{ path: `/watch/map?floor=${of.floor}` }, { path: `/watch/map?alarm=${of.freeAlarm}`, by: 'supervisor' }],
  '/watch/history': () => [{ path: '/watch/history?state=closed&priority=2&since=90d' }, { path: '/watch/history?type=no.such' }],
  '/watch/shifts/$id': (of) => [{ path: `/watch/shifts/${of.shift}` }, { path: `/watch/shifts/${of.shift}`, by: 'supervisor', first: ask('l') }, { path: `/watch/shifts/${of.shift}`, by: 'supervisor', first: ask('d') }],
  '/watch/alarms/$id': (of) => [
    { path: `/watch/alarms/${of.freeAlarm}`, by: 'supervisor' },
    { path: `/watch/alarms/${of.closedAlarm}` },
    { path: `/watch/alarms/${of.handedAlarm}` },
    { path: `/watch/alarms/${of.freeAlarm}`, by: 'supervisor', first: ask('s') },
    { path: `/watch/alarms/${of.heldAlarm}`, by: 'supervisor', first: then(stepDue, ask('x')) },
    { path: `/watch/alarms/${of.heldAlarm}`, by: 'supervisor', first: then(stepDue, ask('r')) },
    { path: `/watch/alarms/${of.heldAlarm}`, by: 'supervisor', first: then(stepDue, ask('b')) },
    { path: `/watch/alarms/${of.freeAlarm}`, by: 'supervisor', first: then(click(/^It ended/), asked) },
  ],
  '/watch/procedures': () => [{ path: '/watch/procedures?state=not-active' }, { path: '/watch/procedures', by: 'supervisor', first: then(click('Import'), asked) }],
  '/watch/procedures/$id': (of) => [
    { path: `/watch/procedures/${of.procedure}` },
    { path: `/watch/procedures/${of.procedure}?tab=walk`, first: click('Done') },
    { path: `/watch/procedures/${of.procedure}?tab=versions` },
    { path: `/watch/procedures/${of.procedure}?tab=edit`, by: 'supervisor', first: then((page) => page.locator('summary').nth(1).click(), click('Check')) },
    { path: `/watch/procedures/${of.procedure}`, by: 'supervisor', first: then(click(/^Take out of force/), asked) },
  ],
  '/watch/runs': () => [{ path: '/watch/runs?state=ended' }],
  '/watch/runs/$id': (of) => [{ path: `/watch/runs/${of.run}` }],
  '/watch/held': () => [
    ...['test', 'runaway', 'shelved', 'folded', 'signals'].map((tab) => ({ path: `/watch/held?tab=${tab}`, by: 'supervisor' as const })),
    { path: '/watch/held', by: 'supervisor', first: ask('c') },
  ],
  '/watch/held/$id': (of) => [{ path: `/watch/held/${of.onTest}`, by: 'supervisor' }, { path: `/watch/held/${of.onTest}`, by: 'supervisor', first: then(click('Other end'), asked) }],
  '/watch/rules': () => [{ path: '/watch/rules?state=retired', by: 'supervisor' }, { path: '/watch/rules', by: 'supervisor', first: ask('c') }],
  '/watch/rules/$id': (of) => [
    { path: `/watch/rules/${of.rule}`, by: 'supervisor' },
    { path: `/watch/rules/${of.rule}`, by: 'supervisor', first: then(click('Change the draft'), asked) },
    { path: `/watch/rules/${of.rule}`, first: then(click('Take out of force'), asked) },
    { path: `/watch/rules/${of.rule}?test=${of.ruleTest}` },
  ],
  '/watch/signals': () => [{ path: '/watch/signals?account=9999' }],
  '/watch/signals/$id': (of) => [{ path: `/watch/signals/${of.signal}` }],
  '/watch/sources': (of) => [
    { path: '/watch/sources', by: 'administrator' },
    { path: `/watch/sources?source=${of.source}`, by: 'administrator' },
    { path: '/watch/sources?tab=strangers', by: 'administrator' },
    { path: '/watch/sources?tab=refusals', by: 'administrator' },
    { path: '/watch/sources?q=no-such-source' },
    { path: '/watch/sources?add=1', by: 'administrator' },
  ],
  '/incidents': (of) => [{ path: `/incidents?peek=${of.closedIncident}` }, { path: '/incidents?q=no-such-words' }, { path: '/incidents', by: 'investigator' }],
  '/incidents/new': (of) => [{ path: `/incidents/new?alarm=${of.freeAlarm}`, by: 'supervisor' }, { path: '/incidents/new', first: click('Declare') }],
  '/incidents/$id': (of) => [
    ...TABS.map((tab) => ({ path: `/incidents/${of.openIncident}?tab=${tab}` })),
    ...['facts', 'losses', 'timeline'].map((tab) => ({ path: `/incidents/${of.closedIncident}?tab=${tab}` })),
    { path: `/incidents/${of.walledIncident}`, by: 'investigator' },
    { path: `/incidents/${of.openIncident}`, first: press('e') },
    { path: `/incidents/${of.openIncident}`, first: ask('x') },
    { path: `/incidents/${of.closedIncident}`, first: ask('x') },
    { path: `/incidents/${of.openIncident}`, first: then(more, click('Classify the incident', 'menuitem')) },
    { path: `/incidents/${of.openIncident}`, first: then(more, click(/severity/i, 'menuitem')) },
    { path: `/incidents/${of.openIncident}`, first: then(more, click(/wall/i, 'menuitem')) },
    { path: `/incidents/${of.walledIncident}`, by: 'investigator', first: ask('p') },
    { path: `/incidents/${of.openIncident}?tab=involved`, first: click('Add a person') },
    { path: `/incidents/${of.openIncident}?tab=involved`, first: click('Add a thing') },
    { path: `/incidents/${of.openIncident}?tab=losses`, first: click('Add a loss') },
    { path: `/incidents/${of.openIncident}?tab=losses`, first: click('Enter a cost') },
    { path: `/incidents/${of.openIncident}?tab=losses`, first: click('Hourly rates') },
  ],
  '/incidents/$id/forms': (of) => [{ path: `/incidents/${of.openIncident}/forms` }],
  '/incidents/$id/resources': (of) => [{ path: `/incidents/${of.openIncident}/resources` }, { path: `/incidents/${of.openIncident}/resources`, first: ask('c') }, { path: `/incidents/${of.openIncident}/resources`, first: ask('a') }],
  '/incidents/$id/command': (of) => [
    { path: `/incidents/${of.openIncident}/command` },
    { path: `/incidents/${of.closedIncident}/command` },
    { path: `/incidents/${of.openIncident}/command`, by: 'supervisor', first: ask('o') },
  ],
  '/incidents/reviews': () => [{ path: '/incidents/reviews' }, { path: '/incidents/reviews?tab=actions' }, { path: '/incidents/reviews?tab=causes' }, { path: '/incidents/reviews?tab=due' }],
  '/incidents/$id/review': (of) => [{ path: `/incidents/${of.reviewedIncident}/review` }, { path: `/incidents/${of.closedIncident}/review` }],
  '/incidents/$id/conflicts': (of) => [{ path: `/incidents/${of.openIncident}/conflicts` }],
  '/tasks': () => [{ path: '/tasks?state=done' }, { path: '/tasks?state=dropped' }],
  '/people': (of) => [{ path: `/people?peek=${of.person}` }, { path: '/people?q=no-such-name' }, { path: '/people?new=1', by: 'administrator' }],
  '/decisions/$id': (of) => [{ path: `/decisions/${of.decision}` }, { path: `/decisions/${of.decision}`, by: 'administrator' }],
  '/notices/$id': (of) => [{ path: `/notices/${of.notice}` }],
  '/people/$id': (of) => [
    { path: `/people/${of.person}`, by: 'administrator' },
    { path: `/people/${of.person}?tab=rights`, by: 'administrator' },
    { path: `/people/${of.person}`, by: 'administrator', first: press('e') },
    { path: `/people/${of.person}?tab=rights`, by: 'administrator', first: click('Give a role') },
    { path: `/people/${of.person}`, by: 'administrator', first: then(click('Change whom they report to'), asked) },
  ],
  '/break-glass': () => [{ path: '/break-glass', first: click('Ask the witness') }],
  '/break-glass/$id': (of) => [{ path: `/break-glass/${of.glassAsk}` }, { path: `/break-glass/${of.glassAsk}`, by: 'supervisor' }, { path: `/break-glass/${of.glassAsk}`, by: 'supervisor', first: then(click('Decline'), asked) }],
  '/see-as': () => [{ path: '/see-as', first: then(click('A person, with what they hold now', 'radio'), click('See as')) }],
  '/sites': (of) => [{ path: '/sites?view=list' }, { path: `/sites?view=list&peek=${of.site}` }, { path: '/sites?view=list&q=no-such-place' }, { path: '/sites?new=1', by: 'administrator' }],
  '/sites/$id': (of) => [{ path: `/sites/${of.site}` }, { path: `/sites/${of.site}`, first: press('e') }, { path: `/sites/${of.site}`, first: ask('t') }],
  '/watch/devices': (of) => [{ path: `/watch/devices?peek=${of.device}` }, { path: '/watch/devices?q=no-such-device' }],
  '/watch/devices/$id': (of) => [{ path: `/watch/devices/${of.device}` }, { path: `/watch/devices/${of.device}`, first: ask('t') }],
  '/watch/maintenance': () => [{ path: '/watch/maintenance?tab=plans' }, { path: '/watch/maintenance?tab=figures' }],
  '/cases': (of) => [{ path: `/cases?peek=${of.room}`, by: 'investigator' }, { path: '/cases?q=no-such-case', by: 'investigator' }, { path: '/cases?new=1', by: 'investigator' }],
  '/cases/exhibits': () => [{ path: '/cases/exhibits?q=no-such-exhibit', by: 'investigator' }],
  '/cases/exhibits/$id': (of) => [{ path: `/cases/exhibits/${of.exhibit}`, by: 'investigator' }, { path: `/cases/exhibits/${of.exhibit}`, by: 'investigator', first: ask('m') }],
  '/cases/reports': () => [{ path: '/cases/reports', by: 'investigator' }],
  '/cases/reports/$id': (of) => [{ path: `/cases/reports/${of.report}`, by: 'investigator' }, { path: `/cases/reports/${of.report}`, by: 'investigator', first: click('Make a case of it') }],
  '/cases/$id': (of) => [
    ...['room', 'findings', 'exhibits', 'tasks', 'files', 'timeline', 'thread'].map((tab) => ({ path: `/cases/${of.room}?tab=${tab}`, by: 'investigator' as const })),
    { path: `/cases/${of.room}`, by: 'investigator', first: ask('m') },
    { path: `/cases/${of.room}`, by: 'investigator', first: ask('e') },
  ],
  '/desk/packs': () => [{ path: '/desk/packs', by: 'chief' as const, first: click('New pack') }],
  '/desk/packs/$id': (of) => [{ path: `/desk/packs/${of.pack}`, by: 'chief' as const }],
  '/watch/work-orders': (of) => [{ path: `/watch/work-orders?peek=${of.workorder}` }, { path: '/watch/work-orders?q=no-such-work' }, { path: '/watch/work-orders?new=1', by: 'supervisor' }],
  '/watch/work-orders/$id': (of) => [{ path: `/watch/work-orders/${of.workorder}` }, { path: `/watch/work-orders/${of.workorder}`, by: 'supervisor', first: ask('r') }],
  '/continuity': () => [{ path: '/continuity?new=1', by: 'chief' }, { path: '/continuity?state=retired', by: 'chief' }],
  '/continuity/$id': (of) => [{ path: `/continuity/${of.process}`, by: 'chief' }, { path: `/continuity/${of.process}`, by: 'chief', first: then(click('Assess impact'), asked) }, { path: `/continuity/${of.process}`, by: 'supervisor' }],
  '/exercises': () => [{ path: '/exercises?new=1', by: 'chief' }, { path: '/exercises?state=cancelled', by: 'chief' }],
  '/exercises/$id': (of) => [...['script', 'plan', 'evaluation', 'thread'].map((tab) => ({ path: `/exercises/${of.exercise}?tab=${tab}`, by: 'chief' as const })), { path: `/exercises/${of.exercise}`, by: 'supervisor' }, { path: `/exercises/${of.exercise}`, by: 'chief', first: then(click('Add inject'), asked) }],
  '/sites/$id/plan': (of) => [{ path: `/sites/${of.floor}/plan`, by: 'chief' }, { path: `/sites/${of.floor}/plan`, by: 'supervisor' }, { path: `/sites/${of.site}/plan`, by: 'chief' }],
  '/risk/paths/$id': (of) => [{ path: `/risk/paths/${of.floor}`, by: 'chief' }, { path: `/risk/paths/${of.floor}?tab=figures`, by: 'chief' }, { path: `/risk/paths/${of.floor}?tab=kept`, by: 'chief' }, { path: `/risk/paths/${of.site}`, by: 'chief' }],
  '/notifications': () => [{ path: '/notifications', by: 'chief' }],
  '/notifications/sent/$id': (of) => [{ path: `/notifications/sent/${of.notification}`, by: 'chief' }],
  '/roll-calls/$id': (of) => [{ path: `/roll-calls/${of.muster}`, by: 'chief' }, { path: `/roll-calls/${of.muster}`, by: 'chief', first: ask('x') }],
  '/told/$id': (of) => [{ path: `/told/${of.notification}`, by: 'chief' }],
  '/roles': () => [{ path: '/roles?peek=cso' }, { path: '/roles?q=no-such-role' }],
  '/sign-in/back/$id': () => [{ path: '/sign-in/back/01900000-0000-7000-8000-000000000000?code=of-nobody&state=of-nobody' }],
  '/single-sign-on': () => [{ path: '/single-sign-on', by: 'administrator', first: ask('c') }],
  '/directories': () => [{ path: '/directories', by: 'administrator', first: ask('c') }],
  '/keys': () => [{ path: '/keys', first: ask('c') }],
  '/ledger': () => [{ path: '/ledger?show=all' }, { path: '/ledger?verb=no.such' }, { path: '/ledger', first: (page: Page) => page.locator('tbody tr, [data-row]').first().click() }],
};

/** Everything that is to be seen of a page; a page whose address has a parameter and that is not told here is refused. */
export function viewsOf({ path }: Route, of: Examples): readonly View[] {
  const more = MORE[path]?.(of) ?? [];
  if (!path.includes('$')) return [{ path }, ...more];
  if (more.length === 0) throw new Error(`Nobody looks at ${path}: say in e2e/pages.ts which record stands for its kind.`);
  return more;
}

/** The pages of `e2e/pages.ts` that are no longer there. */
export const leftOver = (routes: readonly Route[]): string[] => Object.keys(MORE).filter((path) => !routes.some((route) => route.path === path));
