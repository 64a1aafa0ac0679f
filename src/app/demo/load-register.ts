import { approveRationale, writeRationale } from '#modules/alarms/rationale.service.ts';
import { rationalisation } from '#modules/signals/public.ts';
import type { Cast } from './load-cast.ts';
import type { Once } from './once.ts';
import type { DemoPlan } from './plan.ts';

const LEAD = 'p03';
const DEPUTY = 'p02';
const DAY_MS = 86_400_000;

/** Entries as the watch lead writes them from what ships; the deputy approved all but those that wait. One wants its review. */
const ENTRIES = [
  { type: 'intrusion.alarm', withinMin: 10, severity: 2, reviewInDays: 220, isApproved: true },
  { type: 'access.forced', withinMin: 10, severity: 2, reviewInDays: 190, isApproved: true },
  { type: 'access.held', withinMin: 60, severity: 3, reviewInDays: 190, isApproved: true },
  { type: 'equipment.mains-lost', withinMin: 60, severity: 3, reviewInDays: -12, isApproved: true },
  { type: 'environment.temp-high', withinMin: 60, severity: 2, reviewInDays: 300, isApproved: true },
  { type: 'equipment.battery-low', withinMin: 480, severity: 4, reviewInDays: 160, isApproved: false },
] as const;

/** The register of alarms, so far as the department has come with it. */
export async function loadRegister({ now }: DemoPlan, { people }: Cast, once: Once): Promise<void> {
  const [lead, deputy] = [people.get(LEAD), people.get(DEPUTY)];
  for (const { type, withinMin, severity, reviewInDays, isApproved } of ENTRIES) {
    const start = rationalisation.families.find(({ family }) => family === type.split('.')[0]);
    if (!start) throw new RangeError(`Nothing ships for ${type}.`);
    const reviewOn = new Date(Date.parse(now) + reviewInDays * DAY_MS).toISOString().slice(0, 10);
    const draft = await once.do(`register ${type}`, lead, now, (ctx) => writeRationale(ctx, { type, cause: start.causes, consequence: start.consequence, response: start.response, withinMin, severity, reviewOn }));
    if (draft && isApproved) await once.do(`register ${type} approved`, deputy, now, (ctx) => approveRationale(ctx, { type, version: draft.version }));
  }
}
