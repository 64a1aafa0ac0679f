import { Problem } from '#platform/kernel/problem.ts';
import { type Ctx, me } from '#platform/kernel/store.ts';
import type { FromDevice } from './contract.ts';
import { offline } from './record.ts';

/** Refuses what comes from a device that is not its sender's own, or must be wiped. To be called in the transaction of the command. */
export async function checkDevice(ctx: Ctx, { deviceId }: FromDevice): Promise<void> {
  const device = await offline.read(ctx, '').selectFrom('offline.device').select(['wipeAt', 'leftAt']).where('id', '=', deviceId).where('personId', '=', me).executeTakeFirst();
  if (!device) throw new Problem('refused', 'offline.no_such_device', 'This device is not known as yours. Sign in on it and set it up again.', { errors: [{ pointer: '/device/deviceId', detail: 'Name a device of yours.' }] });
  if (device.wipeAt !== null || device.leftAt !== null) throw new Problem('refused', 'offline.wiped', 'This device must delete what it keeps; nothing is taken from it any more.');
}
