import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';
import { alongWorld, projected, type Spot } from './projection.ts';

const topology = atlas as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

const pathOf = (line: readonly Spot[], isClosed: boolean): string => `M${line.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join('L')}${isClosed ? 'Z' : ''}`;

/** The land of the world at 1:110 million as a path; what reaches over the antimeridian is drawn on both its sides. */
export function landPath(): string {
  const rings: number[][][] = [];
  const { features } = feature(topology, topology.objects.land);
  for (const { geometry } of features) {
    if (geometry.type === 'Polygon') rings.push(...geometry.coordinates);
    if (geometry.type === 'MultiPolygon') rings.push(...geometry.coordinates.flat());
  }
  return rings.flatMap((ring) => alongWorld(ring as Spot[])).map((ring) => pathOf(ring.map(projected), true)).join('');
}

/** The borders between countries, without the coasts. */
export function borderPath(): string {
  const lines = mesh(topology, topology.objects.countries as never, (a, b) => a !== b).coordinates;
  return lines.filter((line) => line.every(([x], i) => i === 0 || Math.abs((x ?? 0) - (line[i - 1]?.[0] ?? 0)) < 180)).map((line) => pathOf((line as Spot[]).map(projected), false)).join('');
}
