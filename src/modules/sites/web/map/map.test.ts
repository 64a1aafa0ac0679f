import { describe, expect, test } from 'vitest';
import { alongWorld, clustered, projected, type Spot, WORLD } from './projection.ts';
import { landPath } from './world.ts';

describe('the world', () => {
  test('has no line across it: what reaches over the antimeridian is drawn on both sides, and a pole is closed along itself', () => {
    const over = alongWorld([[170, 10], [-170, 10], [-170, -10], [170, -10], [170, 10]]);
    expect(over.map((ring) => [Math.min(...ring.map(([x]) => x)), Math.max(...ring.map(([x]) => x))])).toEqual([[170, 190], [-190, -170]]);
    const rings = landPath().split('M').slice(1).map((ring) => ring.replace('Z', '').split('L').map((spot) => spot.split(',').map(Number) as Spot));
    expect(rings.length).toBeGreaterThan(100);
    const jumps = rings.flatMap((ring) => ring.filter(([x, y], i) => i > 0 && Math.abs(x - (ring[i - 1]?.[0] ?? x)) > 180 && y < WORLD.maxY));
    expect(jumps).toEqual([]);
  });

  test('has places where they are: Utrecht in the Netherlands is right of Greenwich and above the equator', () => {
    const [x, y] = projected([5.11, 52.09]);
    expect([x, Math.round(y * 10) / 10]).toEqual([5.11, -61.2]);
  });

  test('shows what stands together as one, and apart when near', () => {
    const at = (x: number): { at: Spot } => ({ at: [x, 0] });
    expect(clustered([at(0), at(1), at(30)], 5).map(({ items }) => items.length)).toEqual([2, 1]);
    expect(clustered([at(0), at(1), at(30)], 0.5)).toHaveLength(3);
  });
});
