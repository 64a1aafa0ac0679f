import { sql } from 'kysely';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { isNewLook, noteLook } from '#platform/kernel/looks.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { camerasOf, type MeantCamera, partsOf, pictureOf } from './cameras.ts';
import type * as contract from './contract.ts';
import { devices } from './device-row.ts';

const VIDEO = 'devices:view-video';

/** A camera that its reader may view, once it is recorded that they look: once a minute. Throws 404, 403, and 422 where the device gives no picture. */
export async function cameraToView(ctx: Ctx, id: string): Promise<MeantCamera> {
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
  return { ...camera, parts: partsOf(points, camera.id) };
}

/** The picture of now of a device that is a camera. Nothing is asked of the camera before the look is in the ledger. */
export async function readPicture(ctx: Ctx, { id }: Input<typeof contract.readPicture>): Promise<Reply<typeof contract.readPicture>> {
  const shot = await pictureOf(ctx.db, await cameraToView(ctx, id));
  if ('why' in shot) throw new Problem('refused', `devices.picture_${shot.why.replace('-', '_')}`, shot.detail);
  return { takenAt: shot.takenAt, webp: shot.bytes.toString('base64') };
}
