import { suggestedTypeFor } from '#modules/incidents/rules.ts';
import { causesFor, dispositionOf } from '#modules/alarms/rules.ts';
import { typeOf } from '#modules/signals/taxonomy.ts';
import type { EventType } from '#modules/signals/taxonomy.ts';
import { momentOf } from './calendar.ts';
import { demo } from './content.ts';
import type { DemoSite } from './content.ts';
import { planPastIncidents } from './past-incidents.ts';
import { operatorFor, panelsOf } from './organisation.ts';
import type { PastAlarm, PastIncident, PlanClock } from './plan.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

const { seasonality: season } = demo;
const FIRST_DAY = -365;
/** The year before ends here; the last two weeks are played through the real verbs. */
export const LAST_DAY = -15;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;
const FROM_PANELS = new Set(['intrusion', 'access', 'duress', 'fire', 'environment', 'equipment']);
const OTHER_SOURCES: Readonly<Record<string, string>> = { video: 'Video analytics', cyber: 'Security monitoring', identity: 'Identity joins', person: 'Watch desk', vehicle: 'Gate and yard', intel: 'Intelligence feeds', guard: 'Guard tours' };
const FIRST_POINT: Readonly<Record<string, number>> = { intrusion: 1, fire: 61, environment: 81, duress: 91 };
const ANSWER_S = { 1: 14, 2: 38, 3: 75, 4: 900 } as const;
const HANDLE_S = { 1: 1500, 2: 720, 3: 360, 4: 2400 } as const;
const TECHNICAL: Readonly<Record<string, number>> = { technical: 58, 'false-equipment': 18, authorised: 10, 'no-finding': 8, 'test-drill': 6 };

/** The alarms and incidents of the year before, all closed. */
export function planHistory(seed: string, clock: PlanClock): { alarms: PastAlarm[]; incidents: PastIncident[] } {
  const random = randomFrom(`${seed} alarms`);
  const alarms = demo.sites.flatMap((site) => alarmsOf(site, random, clock));
  alarms.sort((a, b) => a.raisedAt.localeCompare(b.raisedAt) || a.key.localeCompare(b.key));
  return { alarms, incidents: planPastIncidents(seed, clock, alarms.filter(isGrave)) };
}

const isGrave = (alarm: PastAlarm): boolean => alarm.priority <= 2 && alarm.disposition?.startsWith('genuine') === true && suggestedTypeFor(alarm.type) !== 'other';

function alarmsOf(site: DemoSite, random: Random, clock: PlanClock): PastAlarm[] {
  const open = new Map<string, PastAlarm>();
  const found: PastAlarm[] = [];
  for (let offset = FIRST_DAY; offset <= LAST_DAY; offset++) {
    const day = clock.day(offset);
    const dayFactor = seasonOf(site, day) * season.expect.loadedShare;
    const moments = mix.flatMap(([key, weight]) => momentsOf(site, key, weight, { offset, day, dayFactor }, random));
    moments.sort((a, b) => a.at.getTime() - b.at.getTime());
    for (const { kind, at } of moments) {
      const alarm = anAlarm(site, kind, at, offset, random);
      const condition = `${alarm.type} ${alarm.account ?? ''} ${alarm.point ?? ''}`;
      const before = open.get(condition);
      if (before && before.closedAt > alarm.raisedAt) before.repeats++;
      else {
        open.set(condition, alarm);
        found.push(alarm);
      }
    }
  }
  return found.map((alarm, i) => ({ ...alarm, key: `${site.code}-${String(i + 1).padStart(5, '0')}` }));
}

type Day = { offset: number; day: string; dayFactor: number };
const mix = Object.entries(season.typeMix);

function momentsOf(site: DemoSite, key: string, weight: number, { offset, day, dayFactor }: Day, random: Random): { kind: EventType; at: Date }[] {
  const kind = typeOf(key);
  if (!kind) throw new RangeError(`The taxonomy has no type ${key}.`);
  const special = season.specials.filter((one) => one.type === key && (one.site === '*' || one.site === site.code) && offset >= one.fromDay && offset <= one.toDay);
  const factor = special.reduce((product, one) => product * one.factor, 1);
  const count = random.poisson(familyRate(site, kind.family) * (weight / familyWeight(kind.family)) * factor * dayFactor);
  if (count === 0) return [];
  const curve = hoursOf(kind.family);
  return Array.from({ length: count }, () => {
    const minute = Number(random.weighted(curve).slice(1)) * 60 + random.int(0, 59);
    return { kind, at: new Date(momentOf(day, minute, site.timeZone).getTime() + random.int(0, 59_999)) };
  });
}

const hours = new Map(Object.entries(season.hour).map(([key, curve]) => [key, Object.fromEntries(curve.map((value, hour) => [`h${hour}`, value]))]));
const hoursOf = (family: string): Record<string, number> => hours.get(family) ?? hours.get('other') ?? {};

function familyRate(site: DemoSite, family: string): number {
  const base = season.basePerDay[family];
  if (!base) return 0;
  const { devices } = site;
  const count = base.per === 'equipment' ? devices.doors + devices.cameras + devices.panels * 10 : base.per === 'site' ? 1 : base.per === 'people' ? site.people : base.per === 'gate' ? Number(site.hasGate) : devices[base.per];
  return count * base.rate;
}

const familyWeights = new Map<string, number>();
for (const [key, weight] of Object.entries(season.typeMix)) {
  const family = key.split('.')[0] ?? '';
  familyWeights.set(family, (familyWeights.get(family) ?? 0) + weight);
}
const familyWeight = (family: string): number => familyWeights.get(family) ?? 1;

function seasonOf(site: DemoSite, day: string): number {
  const date = new Date(`${day}T12:00:00Z`);
  const month = season[season.monthBySite[site.code] ?? 'monthNorth'][MONTHS[date.getUTCMonth()] ?? 'jan'] ?? 1;
  return month * (season.weekday[WEEKDAYS[date.getUTCDay()] ?? 'mon'] ?? 1);
}

function anAlarm(site: DemoSite, kind: EventType, at: Date, offset: number, random: Random): PastAlarm {
  const priority = kind.priority ?? 4;
  const answered = after(at, 4 + random.wait(ANSWER_S[priority]));
  const returned = kind.restoredBy.length > 0 && random.chance(0.85) ? after(at, 5 + random.wait(360)) : null;
  const base = { key: '', siteCode: site.code, ...originOf(site, kind, random), type: kind.key, priority, raisedAt: at.toISOString(), repeats: random.chance(0.12) ? random.int(1, 6) : 0, incidentKey: null };
  if (returned && priority === 4 && !kind.latches && returned < answered)
    return { ...base, acknowledgedAt: null, acknowledgedBy: null, returnedAt: returned.toISOString(), closedAt: returned.toISOString(), closedBy: null, disposition: null, cause: null, note: null };
  const closed = after(answered, 20 + random.wait(HANDLE_S[priority]));
  const by = operatorFor(site, answered);
  const { disposition, cause } = findingOf(kind, offset, random);
  return { ...base, acknowledgedAt: answered.toISOString(), acknowledgedBy: by, returnedAt: returned && returned < closed ? returned.toISOString() : null, closedAt: closed.toISOString(), closedBy: by, disposition, cause, note: noteOf(kind, returned, closed) };
}

/** An alarm of life and limb that was closed while it went on has a note that says why. */
const noteOf = (kind: EventType, returned: Date | null, closed: Date): string | null => (kind.profile.key === 'fast' && !(returned && returned < closed) ? 'Seen to on the spot; the device was reset later.' : null);

function originOf(site: DemoSite, kind: EventType, random: Random): { account: string | null; sourceName: string; point: string | null } {
  if (!FROM_PANELS.has(kind.family)) return { account: null, sourceName: OTHER_SOURCES[kind.family] ?? 'Watch desk', point: null };
  const panel = random.pick(panelsOf(site));
  const place = 1 + Math.floor(random.next() ** 2.5 * 8);
  const first = FIRST_POINT[kind.family];
  const point = kind.family === 'access' ? `door:${place}` : first === undefined ? (kind.key === 'equipment.device-missing' ? `device:${place}` : null) : `zone:${first + place - 1}`;
  return { account: panel.account, sourceName: panel.name, point };
}

/** The share of true alarms grows over the year, as the noisiest sources are mended. */
function findingOf(kind: EventType, offset: number, random: Random): { disposition: string; cause: string | null } {
  if (kind.profile.key === 'none') return withCause(random.weighted(TECHNICAL), kind, random);
  const { trueShareFirstQuarter: from, trueShareLastQuarter: to } = season.expect;
  const isTrue = random.chance(from + ((to - from) * (offset - FIRST_DAY)) / (LAST_DAY - FIRST_DAY));
  const mix = Object.fromEntries(Object.entries(season.dispositionMix).filter(([key]) => key.startsWith('genuine') === isTrue));
  return withCause(random.weighted(mix), kind, random);
}

function withCause(key: string, kind: EventType, random: Random): { disposition: string; cause: string | null } {
  const disposition = dispositionOf(key);
  if (!disposition || disposition.cause === 'none') return { disposition: key, cause: null };
  const usual = season.causesByFamily[kind.family] ?? [];
  const fitting = causesFor(disposition).filter((cause) => usual.includes(cause.key));
  if (fitting.length > 0) return { disposition: key, cause: random.pick(fitting).key };
  return { disposition: disposition.cause === 'required' ? 'no-finding' : key, cause: null };
}

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + Math.round(seconds * 1000));
