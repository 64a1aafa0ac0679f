import { takeDevices } from '#modules/devices/import.service.ts';
import { setModel, setReckoning } from '#modules/devices/settings.service.ts';
import type { Cast } from './load-cast.ts';
import { deviceRows, MODELS, RECKONING } from './devices.ts';
import type { DemoPlan } from './plan.ts';

/** Fills the register of devices as the systems engineer would, from the plan; what is there already stays as it is. */
export async function loadDevices(plan: DemoPlan, { people }: Cast): Promise<void> {
  const engineer = people.get(plan.people.find(({ grants }) => grants.some(({ role }) => role === 'systems-engineer'))?.key ?? '');
  if (!engineer) throw new RangeError('The demonstration has nobody to keep its devices.');
  const made = await takeDevices(engineer, deviceRows(plan), { source: '', byExternalId: async () => new Map() });
  const refused = made.find((one) => one.does === 'refused');
  if (refused) throw new RangeError(`The demonstration's device ${refused.label} is refused.`);
  for (const model of MODELS) await setModel(engineer, model);
  await setReckoning(engineer, RECKONING);
}
