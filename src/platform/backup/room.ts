import { statfsSync } from 'node:fs';
import { Fault } from '#platform/kernel/fault.ts';
import { nearestFolder } from '#platform/postgres/place.ts';

const GB = 2 ** 30;
/** A full disk stops the receivers, so that much is left. */
const LEFT_BYTES = GB;

/** Refuses what would fill the disk, before it is begun. */
export function requireRoom(folder: string, bytes: number, what: string): void {
  const { bavail, bsize } = statfsSync(nearestFolder(folder));
  const free = bavail * bsize;
  if (free - bytes >= LEFT_BYTES) return;
  throw new Fault(`There is no room for ${what} in ${folder}: it takes about ${(bytes / GB).toFixed(1)} GB, ${(free / GB).toFixed(1)} GB are free, and 1 GB is left for the receivers. Free some, or use another disk (PARAPET_BACKUPS, PARAPET_DATA).`);
}
