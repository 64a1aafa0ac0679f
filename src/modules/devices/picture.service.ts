import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { isNewLook, noteLook } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { camerasOf, partsOf, pictureOf } from './cameras.ts';
import type * as contract from './contract.ts';
import { devices } from './device-row.ts';

const VIDEO = 'devices:view-video';

/** The picture of now of a device that is a camera. That somebody looked is in the ledger, once a minute; nothing is asked of the camera before. */
export async function readPicture(ctx: Ctx, { id }: Input<typeof contract.readPicture>): Promise<Reply<typeof contract.readPicture>> {
  const [[device], points] = await devices.readAll(ctx, VIDEO, (db) => [
    db.selectFrom('devices.device').select(['id', 'siteId', sql<boolean>`access.may_at(site_id, null, ${VIDEO})`.as('may')]).where('id', '=', id),
    db.selectFrom('devices.point').select(['sourceId', 'point']).where('deviceId', '=', id).where('until', 'is', null).limit(64),
  ]);
  if (!device) throw notFound();
  if (!device.may) throw notAllowed(VIDEO);
  const [camera] = await camerasOf(ctx, points.map(({ sourceId }) => sourceId));
  if (!camera) throw new Problem('refused', 'devices.no_picture', 'This device gives no picture: no source of the protocol ONVIF that you may view is among its points.');
  if (isNewLook(ctx, id, VIDEO)) {
    await devices.recordLook(ctx, { id, siteId: device.siteId, wallId: null, readPermission: VIDEO });
    noteLook(ctx, id, VIDEO);
  }
  const shot = await pictureOf(ctx.db, { ...camera, parts: partsOf(points, camera.id) });
  if ('why' in shot) throw new Problem('refused', `devices.picture_${shot.why.replace('-', '_')}`, shot.detail);
  return { takenAt: shot.takenAt, webp: shot.bytes.toString('base64') };
}
