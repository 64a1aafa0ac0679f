import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjacentPairs, sharedWallM } from './adjacency.ts';
import { fitGeoreference, metresPerDegree, type Point, toGlobe, toPlane } from './plane.ts';
import { areaOf, centreOf, contains, faultOfRing, type Ring } from './polygon.ts';

const box = (x: number, y: number, width: number, height: number): Ring => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
const metre = fc.double({ min: -200, max: 200, noNaN: true });

describe('the plane on the globe', () => {
  test('a degree is as long as on the ellipsoid of WGS84 (NGA.STND.0036: 111 319.49 m at the equator, 110 574.28 m north)', () => {
    expect(metresPerDegree(0).east).toBeCloseTo(111_319.49, 2);
    expect(metresPerDegree(0).north).toBeCloseTo(110_574.28, 1);
    expect(metresPerDegree(60).east).toBeCloseTo(55_800, -1);
  });

  test('two points turn and scale the plan without skewing it, north up where the first lies above the second', () => {
    const per = metresPerDegree(52);
    const fit = fitGeoreference([{ at: [0, 0], longitude: 5, latitude: 52 }, { at: [0, 100], longitude: 5, latitude: 52 - 100 / per.north }]);
    if (!fit.ok) throw new Error(fit.reason);
    expect(fit.rmsM).toBeLessThan(1e-6);
    const east = toGlobe(fit.georeference, [100, 0]);
    expect([(east.longitude - 5) * per.east, (east.latitude - 52) * per.north].map((m) => Math.round(m * 1e6) / 1e6)).toEqual([100, 0]);
  });

  test('a map that made the control points is found again, and there and back is the same point', () => {
    fc.assert(fc.property(fc.double({ min: -70, max: 70, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }), fc.double({ min: 0.5, max: 2, noNaN: true }), fc.tuple(metre, metre), (latitude, longitude, angle, scale, at) => {
      const made = { anchor: { longitude, latitude }, matrix: [[scale * Math.cos(angle), scale * Math.sin(angle), 0], [scale * Math.sin(angle), -scale * Math.cos(angle), 0]] as const };
      const fit = fitGeoreference(([[0, 0], [80, 5], [10, 60], [70, 70]] as Point[]).map((point) => ({ at: point, ...toGlobe(made, point) })));
      if (!fit.ok) throw new Error(fit.reason);
      const [there, again] = [toPlane(made, toGlobe(fit.georeference, at)), toPlane(fit.georeference, toGlobe(fit.georeference, at))];
      for (const [found, wanted] of [[there, at], [again, at]] as const) expect(Math.hypot(found[0] - wanted[0], found[1] - wanted[1])).toBeLessThan(1e-4);
      expect(fit.rmsM).toBeLessThan(1e-4);
    }), { numRuns: 60 });
  });

  test('a point that was set wrongly shows in its residual, and points in one place or one line are refused', () => {
    const per = metresPerDegree(0);
    const at = (x: number, y: number, eastM = x) => ({ at: [x, y] as Point, longitude: eastM / per.east, latitude: -y / per.north });
    const fit = fitGeoreference([at(0, 0), at(50, 0), at(0, 50), at(50, 50, 54)]);
    expect(fit.ok && fit.rmsM).toBeCloseTo(1, 2);
    expect(fitGeoreference([at(0, 0), at(0, 0)]).ok).toBe(false);
    expect(fitGeoreference([at(0, 0), at(10, 10), at(20, 20)]).ok).toBe(false);
    expect(fitGeoreference([at(0, 0), at(90_000, 0)])).toMatchObject({ ok: false, reason: expect.stringContaining('5 km') });
  });
});

describe('an area', () => {
  test('that crosses or folds itself, has too few corners, one twice, or no room is told', () => {
    expect([[[0, 0], [4, 4], [4, 0], [0, 4]], [[0, 0], [4, 0], [2, 0], [2, 4]], [[0, 0], [4, 0]], [[0, 0], [4, 0], [0, 0], [4, 4]], [[0, 0], [0.2, 0], [0.2, 0.2]], box(0, 0, 3, 2)].map((ring) => faultOfRing(ring as Point[])))
      .toEqual(['crosses', 'crosses', 'few-corners', 'twice', 'small', null]);
    expect([areaOf(box(3, 4, 3, 2)), centreOf(box(3, 4, 3, 2))]).toEqual([6, [4.5, 5]]);
  });

  test('whose corners go once around its middle never crosses itself, and holds that middle', () => {
    const star = fc.array(fc.double({ min: 2, max: 50, noNaN: true }), { minLength: 3, maxLength: 24 }).map((radii) => radii.map((r, i): Point => [r * Math.cos((2 * Math.PI * i) / radii.length), r * Math.sin((2 * Math.PI * i) / radii.length)]));
    fc.assert(fc.property(star, (ring) => {
      expect(faultOfRing(ring)).toBe(null);
      expect(contains(ring, [0, 0])).toBe(true);
      expect(contains(ring, [51, 51])).toBe(false);
    }), { numRuns: 80 });
  });
});

describe('areas beside each other', () => {
  const areas = [{ id: 'hall', ring: box(0, 0, 10, 10) }, { id: 'lab', ring: box(10.2, 2, 5, 5) }, { id: 'store', ring: box(10.2, 7.2, 5, 4) }, { id: 'yard', ring: box(40, 40, 5, 5) }, { id: 'corner', ring: box(10, 10, 3, 3) }];

  test('have a wall in common, a way through, or a word of a person; a corner that touches is none', () => {
    const pairs = adjacentPairs({ areas: areas.slice(0, 4), ways: [{ between: ['yard', 'hall'] }, { between: ['yard', null] }], said: [{ between: ['store', 'lab'], isAdjacent: false }, { between: ['yard', 'lab'], isAdjacent: true }] });
    expect(pairs).toEqual([{ between: ['hall', 'lab'], by: 'wall' }, { between: ['hall', 'store'], by: 'wall' }, { between: ['hall', 'yard'], by: 'portal' }, { between: ['lab', 'yard'], by: 'said' }]);
    expect(sharedWallM(box(0, 0, 10, 10), box(10, 10, 3, 3))).toBe(0);
    expect(sharedWallM(box(0, 0, 10, 10), box(11, 0, 3, 3))).toBe(0);
  });

  test('are the same in any order, from any corner, either way round, and anywhere on the plane', () => {
    const usual = adjacentPairs({ areas, ways: [], said: [] });
    fc.assert(fc.property(fc.shuffledSubarray(areas, { minLength: 5 }), fc.nat(3), fc.boolean(), metre, metre, fc.double({ min: 0, max: Math.PI, noNaN: true }), (shuffled, from, isReversed, dx, dy, angle) => {
      const moved = shuffled.map(({ id, ring }) => {
        const turned = [...ring.slice(from), ...ring.slice(0, from)].map(([x, y]): Point => [x * Math.cos(angle) - y * Math.sin(angle) + dx, x * Math.sin(angle) + y * Math.cos(angle) + dy]);
        return { id, ring: isReversed ? turned.toReversed() : turned };
      });
      expect(adjacentPairs({ areas: moved, ways: [], said: [] })).toEqual(usual);
    }), { numRuns: 60 });
  });
});
