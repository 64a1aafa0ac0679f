import type { Reach } from './rules.ts';

/** Event types by which a device itself says, or its panel says of it, that it is not there. */
export const LOSS_TYPES = ['video.signal-lost', 'equipment.comms-lost', 'equipment.device-missing', 'equipment.test-missed'] as const;

/** Event types of somebody at the housing, the lens or the line. */
export const TAMPER_TYPES = ['access.reader-tamper', 'video.tamper', 'equipment.tamper', 'equipment.tamper-day'] as const;

/** Event types of a device that is there and not well. */
export const FAULT_TYPES = [
  'intrusion.zone-trouble', 'access.door-fault', 'video.image-quality', 'video.recording-failed', 'video.storage-failed', 'duress.device-trouble', 'fire.trouble', 'environment.sensor-trouble',
  'equipment.mains-lost', 'equipment.battery-low', 'equipment.supply-fault', 'equipment.path-lost', 'equipment.jamming', 'equipment.radio-weak', 'equipment.device-trouble', 'equipment.sounder-fault', 'equipment.service', 'equipment.clock-drift', 'equipment.server',
] as const;

/** Every type that health is kept by. */
export const HEALTH_TYPES: readonly string[] = [...LOSS_TYPES, ...TAMPER_TYPES, ...FAULT_TYPES];

/** What follows of itself when a switch or a supply is dead: only alarms of these types fold. Nothing of intrusion, duress, fire or people is among them. */
export const FOLDING_TYPES: readonly string[] = [...LOSS_TYPES, 'video.recording-failed', 'equipment.path-lost'];

const DRIFTS_FROM_MS = 120_000;
const SOON_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

export const HEALTH_KEYS = ['reach', 'tamper', 'fault', 'clock', 'certificate', 'firmware', 'warranty', 'life'] as const;
export const HEALTH_STATES = ['up', 'down', 'unknown', 'intact', 'tampered', 'well', 'faulty', 'exact', 'drifting', 'valid', 'ending', 'ended', 'current', 'behind'] as const;

/** One thing that is known of a device's health. `why` names event types, versions or days, not sentences. */
export type HealthState = { key: (typeof HEALTH_KEYS)[number]; state: (typeof HEALTH_STATES)[number]; level: 'good' | 'unknown' | 'warn' | 'bad'; since: string | null; why: string[] };

export type OpenFault = { type: string; point: string; since: string };
export type HealthFacts = {
  reach: Reach; reachSince: string | null; reachWhy: string; driftMs: number | null; driftSince: string | null; certificateUntil: string | null; warrantyUntil: string | null; endOfLifeOn: string | null;
  firmware: string; wantedFirmware: string | null; modelEndOfLifeOn: string | null; faults: readonly OpenFault[];
};

/** The states of a device at `now`, each with its since and why; what nobody ever said is unknown and never good. */
export function statesOf(facts: HealthFacts, now: Date): HealthState[] {
  const of = (types: readonly string[]): OpenFault[] => facts.faults.filter(({ type }) => types.includes(type));
  const told = (key: HealthState['key'], found: readonly OpenFault[], [good, bad]: [HealthState['state'], HealthState['state']], level: 'warn' | 'bad'): HealthState =>
    found.length > 0
      ? { key, state: bad, level, since: found.map(({ since }) => since).sort()[0] ?? null, why: [...new Set(found.map(({ type }) => type))] }
      : { key, state: facts.reach === 'up' ? good : 'unknown', level: facts.reach === 'up' ? 'good' : 'unknown', since: null, why: [] };
  return [
    { key: 'reach', state: facts.reach, level: facts.reach === 'down' ? 'bad' : facts.reach === 'up' ? 'good' : 'unknown', since: facts.reach === 'unknown' ? null : facts.reachSince, why: facts.reachWhy ? [facts.reachWhy] : [] },
    told('tamper', of(TAMPER_TYPES), ['intact', 'tampered'], 'bad'),
    told('fault', of(FAULT_TYPES), ['well', 'faulty'], 'warn'),
    clockOf(facts),
    dayState('certificate', facts.certificateUntil, now, 'bad'),
    firmwareOf(facts),
    dayState('warranty', facts.warrantyUntil, now, 'warn'),
    dayState('life', [facts.endOfLifeOn, facts.modelEndOfLifeOn].filter((day) => day !== null).sort()[0] ?? null, now, 'warn'),
  ];
}

function clockOf({ driftMs, driftSince }: HealthFacts): HealthState {
  if (driftMs === null) return { key: 'clock', state: 'unknown', level: 'unknown', since: null, why: [] };
  const drifts = isDrift(driftMs);
  return { key: 'clock', state: drifts ? 'drifting' : 'exact', level: drifts ? 'warn' : 'good', since: drifts ? driftSince : null, why: [String(driftMs)] };
}

/** Whether a clock that is so far off (milliseconds, ahead is positive) counts as drifting: two minutes. */
export const isDrift = (driftMs: number): boolean => Math.abs(driftMs) >= DRIFTS_FROM_MS;

function dayState(key: HealthState['key'], day: string | null, now: Date, level: 'warn' | 'bad'): HealthState {
  if (day === null) return { key, state: 'unknown', level: 'unknown', since: null, why: [] };
  const leftMs = Date.parse(`${day}T00:00:00Z`) + DAY_MS - now.getTime();
  if (leftMs <= 0) return { key, state: 'ended', level, since: day, why: [day] };
  return leftMs <= SOON_DAYS * DAY_MS ? { key, state: 'ending', level: 'warn', since: null, why: [day] } : { key, state: 'valid', level: 'good', since: null, why: [day] };
}

function firmwareOf({ firmware, wantedFirmware }: HealthFacts): HealthState {
  if (firmware === '' || wantedFirmware === null || wantedFirmware === '') return { key: 'firmware', state: 'unknown', level: 'unknown', since: null, why: firmware === '' ? [] : [firmware] };
  const isCurrent = compareVersions(firmware, wantedFirmware) >= 0;
  return { key: 'firmware', state: isCurrent ? 'current' : 'behind', level: isCurrent ? 'good' : 'warn', since: null, why: [firmware, wantedFirmware] };
}

/** Orders versions by their runs of digits and of letters, digits as numbers: 9.10 is after 9.9. Below zero: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const partsOf = (version: string): string[] => version.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    const by = /^\d+$/.test(x) && /^\d+$/.test(y) ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (by !== 0) return by;
  }
  return 0;
}
