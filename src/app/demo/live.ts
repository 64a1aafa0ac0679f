import { demo, scenarios } from './content.ts';
import { frameOf } from './frames.ts';
import { panelsOf } from './organisation.ts';
import type { PlanFrame } from './plan.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

/** The mean time between two signals over all sites. */
export const MEAN_WAIT_S = 40;

/** The next signal of the calm live stream, so many milliseconds after the one before. */
export type LiveSignal = PlanFrame & { afterMs: number; type: string; raises: boolean };

const RAISE_SHARE = 0.1;
/** So few places that an unattended demonstration folds into a handful of alarms instead of filling the board. */
const PLACES = 24;
const JOURNAL: Readonly<Record<string, number>> = { DG: 60, OP: 8, CL: 8, RP: 12, DD: 6, DO: 6 };
const JOURNAL_TYPES: Readonly<Record<string, string>> = { DG: 'access.granted', OP: 'intrusion.disarmed', CL: 'intrusion.armed', RP: 'equipment.test', DD: 'access.denied-unknown', DO: 'access.unlocked' };
/** What may ring in the live stream: nothing that would send a brigade. */
const LIVE = new Set(['intrusion.alarm', 'intrusion.perimeter', 'intrusion.zone-trouble', 'access.forced', 'access.held', 'fire.service', 'environment.temp-high', 'equipment.mains-lost', 'equipment.battery-low', 'equipment.path-lost']);

type Place = { type: string; raise: PlanFrame; restore: PlanFrame };

/** An endless calm stream, the same for the same seed: mostly journal, an alarm that needs a person every few minutes, and each one's restore. */
export function* liveSignals(seed: string): Generator<LiveSignal, never> {
  const random = randomFrom(`${seed} live`);
  const places = placesOf(random);
  const accounts = demo.sites.flatMap(panelsOf).map((panel) => panel.account);
  const due: { atS: number; place: Place }[] = [];
  let clockS = 0;
  let saidS = 0;
  while (true) {
    clockS += random.wait(MEAN_WAIT_S);
    const rings = random.chance(RAISE_SHARE);
    const place = rings ? random.pick(places) : null;
    const signals = [...takeDue(due, clockS).map((one) => ({ atS: one.atS, type: one.place.type, raises: false, ...one.place.restore })), place ? { atS: clockS, type: place.type, raises: true, ...place.raise } : journal(clockS, accounts, random)];
    if (place && !due.some((one) => one.place === place)) due.push({ atS: clockS + 60 + random.wait(240), place });
    for (const { atS, ...signal } of signals) {
      yield { ...signal, afterMs: Math.round((atS - saidS) * 1000) };
      saidS = atS;
    }
  }
}

function takeDue(due: { atS: number; place: Place }[], nowS: number): { atS: number; place: Place }[] {
  const ready = due.filter((one) => one.atS <= nowS).sort((a, b) => a.atS - b.atS);
  for (const one of ready) due.splice(due.indexOf(one), 1);
  return ready;
}

function journal(atS: number, accounts: readonly string[], random: Random): Omit<LiveSignal, 'afterMs'> & { atS: number } {
  const code = random.weighted(JOURNAL);
  const number = code === 'RP' ? '0' : String(random.int(20, 60));
  return { atS, type: JOURNAL_TYPES[code] ?? '', raises: false, ...frameOf(random.pick(accounts), code, { number, name: '' }, '2') };
}

function placesOf(random: Random): Place[] {
  const weights = Object.fromEntries(scenarios.flatMap((scenario, i) => (LIVE.has(scenario.type) ? [[`s${i}`, scenario.weight]] : [])));
  return Array.from({ length: PLACES }, () => {
    const scenario = scenarios[Number(random.weighted(weights).slice(1))] ?? random.pick(scenarios);
    const account = random.pick(demo.sites.flatMap(panelsOf)).account;
    const point = scenario.points.length > 0 ? random.pick(scenario.points) : { number: '0', name: '' };
    return { type: scenario.type, raise: frameOf(account, scenario.raise, point, null), restore: frameOf(account, scenario.restore, point, null) };
  });
}
