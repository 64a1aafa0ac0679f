import { z } from 'zod';
import { fieldsOf, incidentTypeOf, suggestedTypeFor } from '#modules/incidents/rules.ts';
import { typeOf } from '#modules/signals/taxonomy.ts';
import everydayFile from './content/everyday.json' with { type: 'json' };
import { answersFor } from './answers.ts';
import { minutesOf, momentOf } from './calendar.ts';
import { demo } from './content.ts';
import type { DemoSite, YearStory } from './content.ts';
import { LAST_DAY } from './history.ts';
import { leadFor, nameOf, operatorFor, siteOf } from './organisation.ts';
import type { PastAlarm, PastIncident, PlanClock, PlanLogEntry, PlanLoss, PlanThing } from './plan.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

const Everyday = z.strictObject({ type: z.string(), weight: z.number(), severity: z.int(), subtype: z.string().optional(), title: z.string(), narrative: z.string(), thing: z.string().optional(), loss: z.int().optional() });
const everyday = z.array(Everyday).parse(everydayFile.incidents);

const FROM_ALARMS = 52;
const EVERYDAY = 60;
const DAYS_OPEN = { 1: 1, 2: 3, 3: 8, 4: 18, 5: 25 } as const;
/** Modules whose remarks on a story are not part of what happened. */
const OTHER_BOOKS = new Set(['metrics', 'budget', 'risk', 'training', 'advisory', 'compliance']);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

type Draft = { key: string; site: DemoSite; at: Date; typeKey: string; subtype: string | null; severity: number; title: string; narrative: string; place: string; reportedBy: string; log: Omit<PlanLogEntry, 'by'>[]; minutes: number; things: PlanThing[]; losses: PlanLoss[]; alarm: PastAlarm | null; wall: PastIncident['wall']; answers: Readonly<Record<string, unknown>> };

/** About 120 incidents of the year before: the stories, some that began as a grave alarm, and everyday ones. Marks their alarms as handed over. */
export function planPastIncidents(seed: string, clock: PlanClock, grave: PastAlarm[]): PastIncident[] {
  const random = randomFrom(`${seed} incidents`);
  const drafts = [...demo.story.map((story) => fromStory(story, clock)), ...chosen(grave, random).map((alarm, i) => fromAlarm(alarm, i, random)), ...Array.from({ length: EVERYDAY }, (_, i) => fromEveryday(i, clock, random))];
  return drafts.map((draft) => finish(draft, clock, random)).sort((a, b) => a.occurredFrom.localeCompare(b.occurredFrom) || a.key.localeCompare(b.key));
}

function chosen(grave: PastAlarm[], random: Random): PastAlarm[] {
  const left = [...grave];
  return Array.from({ length: Math.min(FROM_ALARMS, left.length) }, () => left.splice(random.int(0, left.length - 1), 1)[0]).filter((alarm) => alarm !== undefined);
}

function fromStory(story: YearStory, clock: PlanClock): Draft {
  const site = siteOf(story.site);
  const at = momentOf(clock.day(story.day), minutesOf(story.localTime), site.timeZone);
  const { cost, recovered = 0, currency } = story.figures;
  const log = story.thread.filter((step) => ['alarms', 'incidents', 'protection', 'travel'].includes(step.module) && isPlain(capital(step.what))).map((step, i) => ({ at: minutes(at, 3 + i * 17), kind: 'note' as const, text: capital(step.what) }));
  return {
    key: `story-${story.n}`, site, at, typeKey: story.incidentType, subtype: null, severity: story.severity, title: story.title, narrative: `${[story.title, ...story.thread.filter((step) => !OTHER_BOOKS.has(step.module)).map((step) => capital(step.what)).filter(isPlain)].join('. ')}.`, place: site.name, reportedBy: 'The watch', log, minutes: story.minutes,
    things: [], losses: [{ kind: 'response', description: 'Cost of the incident', amountMinor: cost * 100, currency, recoveredMinor: recovered * 100 }], alarm: null, wall: story.wall, answers: story.answers,
  };
}

function fromAlarm(alarm: PastAlarm, i: number, random: Random): Draft {
  const site = siteOf(alarm.siteCode);
  const isBreach = alarm.disposition === 'genuine-breach' && /^(access|intrusion)\./.test(alarm.type);
  const typeKey = isBreach ? 'door-insecure' : suggestedTypeFor(alarm.type);
  const type = incidentTypeOf(typeKey);
  const title = typeOf(alarm.type)?.title ?? alarm.type;
  const place = alarm.account === null ? site.name : alarm.sourceName.replace(/ panel \d+$/, '');
  const key = `alarm-${i + 1}`;
  Object.assign(alarm, { disposition: 'handed-over', cause: null, incidentKey: key });
  const at = new Date(alarm.raisedAt);
  const log = [{ at: minutes(at, 2), kind: 'action' as const, text: 'Officer sent.' }, { at: minutes(at, random.int(6, 12)), kind: 'note' as const, text: `Officer at ${place}: confirmed.` }, { at: minutes(at, random.int(20, 40)), kind: 'decision' as const, text: 'Place made safe; area back in use.' }];
  return {
    key, site, at, typeKey, subtype: null, severity: Math.min(3, type?.defaultSeverity ?? 2), title: `${title}, ${place}`, narrative: `“${title}” was raised at ${place} and confirmed by an officer. The place was made safe and the cause dealt with.`, place, reportedBy: alarm.sourceName, log, minutes: random.int(30, 90),
    things: [], losses: random.chance(0.4) ? [loss('Repair and call-out', random.int(120, 4000) * 100, site)] : [], alarm, wall: null, answers: isBreach ? { 'access.method': 'left-open' } : { 'access.method': 'forced', 'access.portal': place },
  };
}

function fromEveryday(i: number, clock: PlanClock, random: Random): Draft {
  const index = Number(random.weighted(Object.fromEntries(everyday.map((one, at) => [`e${at}`, one.weight]))).slice(1));
  const one = everyday[index] ?? random.pick(everyday);
  const site = siteOf(random.weighted(Object.fromEntries(demo.sites.map((each) => [each.code, each.people]))));
  const at = momentOf(clock.day(random.int(-364, LAST_DAY)), random.int(6 * 60, 21 * 60), site.timeZone);
  const place = random.pick(site.buildings);
  return {
    key: `day-${i + 1}`, site, at, typeKey: one.type, subtype: one.subtype ?? null, severity: one.severity, title: one.title.replace('{place}', place), narrative: one.narrative, place, reportedBy: 'Telephone to the watch', log: [{ at: minutes(at, 5), kind: 'note', text: 'Report taken by telephone.' }, { at: minutes(at, random.int(30, 90)), kind: 'action', text: 'Seen to on the spot.' }],
    minutes: random.int(15, 120), things: one.thing === undefined ? [] : [{ kind: 'item', description: one.thing, identifier: '', role: '' }], losses: one.loss === undefined ? [] : [loss(one.thing ?? 'Cost', one.loss, site)], alarm: null, wall: null, answers: {},
  };
}

function finish(draft: Draft, clock: PlanClock, random: Random): PastIncident {
  const { site, at, severity } = draft;
  const lead = leadFor(site);
  const declaredBy = draft.wall?.lead ?? operatorFor(site, at);
  const ended = new Date(at.getTime() + draft.minutes * MINUTE_MS);
  const latest = clock.now.getTime() - DAY_MS;
  const open = DAYS_OPEN[severity as keyof typeof DAYS_OPEN] * DAY_MS * (0.4 + random.next() * 0.6);
  const closedAt = new Date(Math.min(ended.getTime() + Math.round(open), latest));
  const people = draft.wall || draft.alarm ? [] : [{ role: 'reporter' as const, name: nameOf(declaredBy), injury: null, details: '' }];
  const fields = answersFor(draft.typeKey, { occurredFrom: at, occurredTo: ended, closedAt, severity, country: site.country, firstActions: 'Officer sent, place made safe.', hasPersons: people.length > 0, hasVehicles: false, hasThings: draft.things.length > 0 }, fitting(draft));
  return {
    key: draft.key, alarmKey: draft.alarm?.key ?? null, title: draft.title, typeKey: draft.typeKey, subtype: draft.subtype, severity, siteCode: site.code, place: draft.place, narrative: draft.narrative, reportedBy: draft.reportedBy,
    occurredFrom: at.toISOString(), occurredTo: ended.toISOString(), knownAt: minutes(at, 1), fields, noLoss: draft.losses.length === 0 ? true : null, declaredAt: minutes(at, 2), declaredBy,
    log: draft.log.map((entry) => ({ ...entry, by: declaredBy })), people, things: draft.things, losses: draft.losses,
    closedAt: closedAt.toISOString(), closedBy: draft.wall?.lead ?? lead, closureReason: 'resolved', closureSummary: `${draft.title}: dealt with, nothing is left to do.`, wall: draft.wall,
  };
}

/** Only what the type asks. */
function fitting(draft: Draft): Record<string, unknown> {
  const asked = new Set(fieldsOf(draft.typeKey)?.map((field) => field.key));
  return Object.fromEntries(Object.entries(draft.answers).filter(([key]) => asked.has(key)));
}

/** Remarks that speak of days of the story or of numbers in other registers are not for a narrative. */
const isPlain = (text: string): boolean => !/\bday [-+]?\d|\b[A-Z]{1,2}-\d|\bV\d+\b/.test(text);

const CURRENCIES: Readonly<Record<string, string>> = { US: 'USD', MX: 'USD', BR: 'USD', KE: 'USD', IN: 'USD', SG: 'SGD' };
const loss = (description: string, amountMinor: number, site: DemoSite): PlanLoss => ({ kind: 'property', description, amountMinor, currency: CURRENCIES[site.country] ?? 'EUR', recoveredMinor: 0 });
const minutes = (at: Date, count: number): string => new Date(at.getTime() + count * MINUTE_MS).toISOString();
const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;
