import { sql } from 'kysely';
import { type Change, store } from '#platform/kernel/store.ts';
import type { Device, KnownBy } from './contract.ts';
import type { Tables } from './tables.gen.ts';

export const devices = store<Tables>('devices');
export type DeviceTx = Parameters<Parameters<typeof devices.writeMany>[2]>[0];
export type Db = Pick<DeviceTx, 'selectFrom'>;

const day = (column: string) => sql<string | null>`${sql.ref(`d.${column}`)}::text`;

/** Devices with the names of their sites and of what they stand behind, under the reader's sight. */
export const rows = (db: Db) =>
  db.selectFrom('devices.device as d').leftJoin('devices.health as h', 'h.deviceId', 'd.id')
    .select([
      'd.id', 'd.siteId', 'd.code', 'd.name', 'd.kind', 'd.make', 'd.model', 'd.serial', 'd.firmware', 'd.address', 'd.installer', 'd.note', 'd.expectedEveryS', 'd.behindId', 'd.state', 'd.createdAt', 'd.changedAt', 'd.version',
      'h.reachSince', 'h.heardAt', day('installed_on').as('installedOn'), day('warranty_until').as('warrantyUntil'), day('end_of_life_on').as('endOfLifeOn'), day('certificate_until').as('certificateUntil'),
      sql<string | null>`(select s.name from sites.v_site s where s.id = d.site_id)`.as('site'), sql<string | null>`(select s.time_zone from sites.v_site s where s.id = d.site_id)`.as('timeZone'),
      sql<string | null>`(select b.name from devices.device b where b.id = d.behind_id)`.as('behind'),
      sql<Device['clip']>`d.clip`.as('clip'), sql<Device['reach']>`coalesce(h.reach, 'unknown')`.as('reach'), sql<string>`coalesce(h.reach_why, '')`.as('reachWhy'),
    ]);

/** By which signals a device is known now; a source that is not the reader's to see has no name. */
export const pointsOf = (db: Db, id: string) =>
  db.selectFrom('devices.point as p').select(['p.sourceId', 'p.point', 'p.since', sql<KnownBy['source']>`(select s.name from signals.v_source s where s.id = p.source_id)`.as('source')]).where('p.deviceId', '=', id).where('p.until', 'is', null).orderBy('p.point').orderBy('p.id');

/** A change of a device with its header and the words to find it by. */
export const changeOf = <T extends Device>(verb: string, before: T | null, after: T, more: object = {}): Change<T> => ({
  verb, before, after: { ...after, ...more },
  header: { kind: 'devices.device', number: null, title: `${after.name} (${after.code})`, state: after.state, siteId: after.siteId, wallId: null, readPermission: 'devices:read', at: after.createdAt },
  words: [after.code, after.name, after.make, after.model, after.serial].join(' '),
});
