import { causesFor, dispositionOf } from '#modules/alarms/rules.ts';
import { typeOf } from '#modules/signals/taxonomy.ts';
import type { EventType } from '#modules/signals/taxonomy.ts';
import { minutesOf, momentOf } from './calendar.ts';
import { demo, fortnight, scenarios } from './content.ts';
import type { DemoSite, Scenario } from './content.ts';
import { frameOf } from './frames.ts';
import { operatorFor, panelsOf, siteOf } from './organisation.ts';
import type { PlanClock, ScriptStep } from './plan.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';
import { tellStory } from './story.ts';

const FIRST_DAY = -14;
const ALARMS_A_DAY = 18;
/** Nothing of the ordinary days is still going on when the visitor comes. */
const QUIET_BEFORE_MS = 45 * 60_000;
const ANSWER_S = { 1: 14, 2: 35, 3: 70, 4: 500 } as const;
const HANDLE_S = { 1: 900, 2: 500, 3: 240, 4: 600 } as const;
const MIX: Readonly<Record<string, number>> = { nuisance: 30, 'user-error': 20, authorised: 14, 'false-equipment': 12, 'genuine-breach': 12, 'false-unknown': 5, 'no-finding': 4, 'test-drill': 3 };
const TECHNICAL: Readonly<Record<string, number>> = { technical: 60, 'false-equipment': 25, authorised: 15 };

/** The last two weeks as frames and verbs in order of time, ending with what is left open. */
export function planFortnight(seed: string, clock: PlanClock): ScriptStep[] {
  const random = randomFrom(`${seed} fortnight`);
  const told = fortnight.stories.map((story) => tellStory(story, clock));
  const steps = [...ordinaryAlarms(random, clock), ...dailyRound(random, clock), ...told.flat(), ...leftOpen(clock)].filter((step) => Date.parse(step.at) <= clock.now.getTime());
  return steps.map((step, order) => ({ step, order })).sort((a, b) => a.step.at.localeCompare(b.step.at) || a.order - b.order).map(({ step }) => step);
}

function ordinaryAlarms(random: Random, clock: PlanClock): ScriptStep[] {
  const busyUntil = new Map<string, number>();
  const steps: ScriptStep[] = [];
  const weights = Object.fromEntries(scenarios.map((scenario, i) => [`s${i}`, scenario.weight]));
  for (let offset = FIRST_DAY; offset <= 0; offset++) {
    const count = random.poisson(ALARMS_A_DAY);
    for (let i = 0; i < count; i++) {
      const scenario = scenarios[Number(random.weighted(weights).slice(1))] ?? random.pick(scenarios);
      const site = random.pick(demo.sites);
      const at = momentOn(offset, scenario, site, random, clock);
      const one = anOrdinaryAlarm(`d${offset + 15}-${i}`, scenario, site, at, random);
      const isFree = (busyUntil.get(one.place) ?? 0) < at.getTime();
      if (!isFree || one.until.getTime() > clock.now.getTime() - QUIET_BEFORE_MS) continue;
      busyUntil.set(one.place, one.until.getTime());
      steps.push(...one.steps);
    }
  }
  return steps;
}

function momentOn(offset: number, scenario: Scenario, site: DemoSite, random: Random, clock: PlanClock): Date {
  const hours = Object.fromEntries(demo.seasonality.hour[scenario.hours].map((value, hour) => [`h${hour}`, value]));
  const minute = Number(random.weighted(hours).slice(1)) * 60 + random.int(0, 59);
  return new Date(momentOf(clock.day(offset), minute, site.timeZone).getTime() + random.int(0, 59_000));
}

type Ordinary = { place: string; until: Date; steps: ScriptStep[] };

function anOrdinaryAlarm(alarm: string, scenario: Scenario, site: DemoSite, at: Date, random: Random): Ordinary {
  const kind = kindOf(scenario.type);
  const priority = kind.priority ?? 4;
  const panel = random.pick(panelsOf(site));
  const point = scenario.points.length > 0 ? random.pick(scenario.points) : { number: '0', name: '' };
  const frame = (moment: Date, code: string, raises: string | null): ScriptStep => ({ at: moment.toISOString(), do: 'frame', raises, type: scenario.type, ...frameOf(panel.account, code, point, null) });
  const place = `${panel.account} ${scenario.type} ${point.number}`;
  const raise = frame(at, scenario.raise, alarm);
  if (priority === 4 && !kind.latches && random.chance(0.6)) {
    const over = after(at, random.int(20, 240));
    return { place, until: over, steps: [raise, frame(over, scenario.restore, null)] };
  }
  const answered = after(at, 4 + random.wait(ANSWER_S[priority]));
  const over = after(answered, random.int(5, 400));
  const closed = after(answered, 410 + random.wait(HANDLE_S[priority]));
  const by = operatorFor(site, answered);
  const again = random.chance(0.1) ? [frame(after(at, 2), scenario.raise, null)] : [];
  const steps: ScriptStep[] = [raise, ...again, { at: answered.toISOString(), do: 'acknowledge', alarm, by }, frame(over, scenario.restore, null), { at: closed.toISOString(), do: 'close', alarm, by, ...findingOf(kind, random), note: null, handedToIncident: null }];
  if (priority <= 2 && random.chance(0.3)) steps.splice(1 + again.length, 0, { at: after(at, Math.max(3, (answered.getTime() - at.getTime()) / 2000)).toISOString(), do: 'claim', alarm, by });
  return { place, until: closed, steps };
}

/** What an ordinary alarm of that kind turns out to be. */
export function findingOf(kind: EventType, random: Random): { disposition: string; cause: string | null } {
  const key = random.weighted(kind.profile.key === 'none' ? TECHNICAL : MIX);
  const disposition = dispositionOf(key);
  const usual = demo.seasonality.causesByFamily[kind.family] ?? [];
  const fitting = disposition ? causesFor(disposition).filter((cause) => usual.includes(cause.key)) : [];
  if (disposition?.cause === 'required' && fitting.length === 0) return { disposition: 'no-finding', cause: null };
  return { disposition: key, cause: fitting.length > 0 ? random.pick(fitting).key : null };
}

/** Opening, closing and the daily test of one panel a site: journal only, but the pulse of the place. */
function dailyRound(random: Random, clock: PlanClock): ScriptStep[] {
  return demo.sites.flatMap((site, index) => {
    const panel = panelsOf(site)[0];
    if (!panel) return [];
    return Array.from({ length: -FIRST_DAY + 1 }, (_, i) => FIRST_DAY + i).flatMap((offset) => {
      const said = (minute: number, code: string, type: string, number: string): ScriptStep => ({
        at: momentOf(clock.day(offset), minute, site.timeZone).toISOString(), do: 'frame', raises: null, type, ...frameOf(panel.account, code, { number, name: '' }, '2'),
      });
      const [from = '', to = ''] = site.hours.split('-');
      const rounds = to === '' ? [] : [said(minutesOf(`${from}:00`) - random.int(5, 25), 'OP', 'intrusion.disarmed', String(random.int(2, 9))), said(minutesOf(`${to}:00`) + random.int(2, 30), 'CL', 'intrusion.armed', String(random.int(2, 9)))];
      return [said(180 + index * 3, 'RP', 'equipment.test', '0'), ...rounds];
    });
  });
}

function leftOpen(clock: PlanClock): ScriptStep[] {
  return fortnight.leftOpen.flatMap((one, i): ScriptStep[] => {
    const site = siteOf(one.site);
    const at = after(clock.now, -one.secondsAgo);
    const alarm = `open-${i + 1}`;
    const raise: ScriptStep = { at: at.toISOString(), do: 'frame', raises: alarm, type: one.type, ...frameOf(panelsOf(site)[0]?.account ?? '', one.raise, one, one.area) };
    if (one.acknowledgedAfterS === null) return [raise];
    const answered = after(at, one.acknowledgedAfterS);
    return [raise, { at: answered.toISOString(), do: 'acknowledge', alarm, by: operatorFor(site, answered) }];
  });
}

function kindOf(key: string): EventType {
  const kind = typeOf(key);
  if (!kind) throw new RangeError(`The taxonomy has no type ${key}.`);
  return kind;
}

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + Math.round(seconds * 1000));
