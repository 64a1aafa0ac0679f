export type Spot = [x: number, y: number];

/** Beyond this the projection runs away; nobody keeps a site there. */
const MOST_LATITUDE = 84;
/** The map in its own units: degrees of longitude at the equator, the north-western corner first. */
export const WORLD = { minX: -180, maxX: 180, minY: -northing(MOST_LATITUDE), maxY: northing(58) };

function northing(latitude: number): number {
  const bounded = Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude));
  return (180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (bounded * Math.PI) / 360));
}

/** Longitude and latitude on the map (Mercator): right and down. */
export const projected = ([longitude, latitude]: Spot): Spot => [longitude, -northing(latitude)];

/**
 * A ring of longitudes and latitudes without its jump at the antimeridian: followed beyond 180 degrees, and given a
 * second time on the other side where it reaches over. A ring about a pole is closed along the pole.
 */
export function alongWorld(ring: readonly Spot[]): Spot[][] {
  let turned = 0;
  const followed = ring.map(([longitude, latitude], i): Spot => {
    const before = ring[i - 1]?.[0] ?? longitude;
    turned += longitude - before > 180 ? -360 : longitude - before < -180 ? 360 : 0;
    return [longitude + turned, latitude];
  });
  const [first, last] = [followed[0], followed.at(-1)];
  if (first && last && Math.abs(last[0] - first[0]) > 180) {
    const pole = first[1] < 0 ? -90 : 90;
    followed.push([last[0], pole], [first[0], pole]);
  }
  const shifted = (by: number): Spot[] => followed.map(([longitude, latitude]) => [longitude + by, latitude]);
  const [least, most] = [Math.min(...followed.map(([x]) => x)), Math.max(...followed.map(([x]) => x))];
  return [followed, ...(most > 180 ? [shifted(-360)] : []), ...(least < -180 ? [shifted(360)] : [])];
}

/** Things on the map that stand so near to each other that they are shown as one. */
export type Cluster<T> = { at: Spot; items: T[] };

/** Gathers what stands within `reach` of the first of a cluster, in the order given, so that the same input gives the same clusters. */
export function clustered<T extends { at: Spot }>(items: readonly T[], reach: number): Cluster<T>[] {
  const clusters: Cluster<T>[] = [];
  for (const item of items) {
    const near = clusters.find(({ at: [x, y] }) => Math.hypot(x - item.at[0], y - item.at[1]) < reach);
    if (near) near.items.push(item);
    else clusters.push({ at: item.at, items: [item] });
  }
  return clusters;
}
