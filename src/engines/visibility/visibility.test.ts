import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaOf, contains, type Segment } from '../floor/polygon.ts';
import { good } from '../interruption/testing.ts';
import { groundStrip, horizontalFieldDeg, type Lens, levelOf, pixelsPerM, reachM, sceneWidthM, slantM } from './lens.ts';
import { type Camera, coverageOf, densityAt, visibleFrom, wallsWithGaps } from './sight.ts';

const LENS: Lens = { pixels: 1920, widthMm: 5.37, focalMm: 4 };
const density = (...args: Parameters<typeof pixelsPerM>): number => good(pixelsPerM(...args)).pixelsPerM;

describe('pixel density (IEC EN 62676-4:2015)', () => {
  it('is 125 px/m at 200 m for 6000 pixels behind 24 mm and 100 mm, and a centimetre is 1.25 pixels (photo.stackexchange 65311)', () => {
    const lens = { pixels: 6000, widthMm: 24, focalMm: 100 };
    expect([sceneWidthM(lens, 200), density(lens, 200), density(lens, 200) / 100]).toEqual([48, 125, 1.25]);
    expect(levelOf(density(lens, 200))).toBe('recognise');
  });

  it('has the width, field and reaches of the constructed camera (methods 14.2 cam-dev)', () => {
    expect(sceneWidthM(LENS, 10)).toBeCloseTo(13.425, 10);
    expect(density(LENS, 10)).toBeCloseTo(143.0168, 4);
    expect(horizontalFieldDeg(LENS)).toBeCloseTo(67.743, 3);
    expect((['detect', 'observe', 'recognise', 'identify'] as const).map((level) => Number(reachM(LENS, level).toFixed(3)))).toEqual([57.207, 22.883, 11.441, 5.721]);
  });

  it('goes by the slant where camera and target are at other heights (methods 14.2 cam-slant)', () => {
    expect(slantM(12, 3.5, 1.6)).toBeCloseTo(12.149486, 6);
    expect(density(LENS, slantM(12, 3.5, 1.6))).toBeCloseTo(117.7143, 4);
  });

  it('has a near blind strip and a far edge by height, tilt and field (methods 14.2 cam-blind)', () => {
    const strip = good(groundStrip({ heightM: 4, tiltDeg: 30, verticalDeg: 40 }));
    expect([strip.nearM, strip.farM]).toEqual([expect.closeTo(3.3564, 4), expect.closeTo(22.6851, 4)]);
    expect(good(groundStrip({ heightM: 4, tiltDeg: 10, verticalDeg: 40 })).farM).toBe(Number.POSITIVE_INFINITY);
    expect(groundStrip({ heightM: 4, tiltDeg: -30, verticalDeg: 40 })).toMatchObject({ ok: false, at: 'tiltDeg' });
  });

  it('names how the lens draws: who faces the camera off its axis has more, a fisheye has the same in every direction', () => {
    expect(density(LENS, 10, { projection: 'facing', offAxisDeg: 30 })).toBeCloseTo(density(LENS, 10) / Math.cos(Math.PI / 6) ** 2, 9);
    expect(density(LENS, 10, { projection: 'fisheye' })).toBeCloseTo(1920 / ((67.74304 * Math.PI) / 180) / 10, 3);
    expect(levelOf(12.4)).toBeNull();
  });

  it.each([['pixels', { ...LENS, pixels: 0 }], ['widthMm', { ...LENS, widthMm: 0 }], ['focalMm', { ...LENS, focalMm: -1 }]])('refuses a lens by %s', (at, lens) => expect(pixelsPerM(lens, 10)).toMatchObject({ ok: false, at }));
  it('refuses a target that is not before the camera', () => {
    expect(pixelsPerM(LENS, 0)).toMatchObject({ ok: false, at: 'distanceM' });
    expect(pixelsPerM(LENS, 5, { offAxisDeg: 90 })).toMatchObject({ ok: false, at: 'offAxisDeg' });
  });
});

const box = (x: number, y: number, width: number, height: number): [number, number][] => [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
const sees = (ring: readonly (readonly [number, number])[], point: [number, number]): boolean => contains(ring as [number, number][], point);

describe('what is seen past walls', () => {
  it('is the whole of a room from inside it, and nothing behind its walls', () => {
    const walls = wallsWithGaps([box(0, 0, 10, 8)], []);
    const { ring } = good(visibleFrom({ at: [4, 3], facingDeg: 0, fieldDeg: 360, farM: 40 }, walls));
    expect(areaOf(ring)).toBeCloseTo(80, 3);
    expect([sees(ring, [9, 7]), sees(ring, [11, 3])]).toEqual([true, false]);
  });

  it('goes on through an open way, and only as wide as that is', () => {
    const walls = wallsWithGaps([box(0, 0, 10, 10), box(10, 0, 10, 10)], [{ at: [10, 5], widthM: 1 }]);
    const { ring } = good(visibleFrom({ at: [5, 5], facingDeg: 90, fieldDeg: 60, farM: 40 }, walls));
    expect([sees(ring, [14, 5]), sees(ring, [14, 8])]).toEqual([true, false]);
    // Beyond the gap a triangle opens: one metre wide at 5 m from the eye, so 3 m wide at the far wall 15 m away.
    const beyond = areaOf(ring.filter(([x]) => x > 10 - 1e-6));
    expect(beyond).toBeCloseTo(((1 + 3) / 2) * 10, 1);
  });

  it('is a sector where nothing stands in the way', () => {
    const { ring } = good(visibleFrom({ at: [0, 0], facingDeg: 45, fieldDeg: 90, farM: 10 }, []));
    expect(areaOf(ring)).toBeCloseTo((Math.PI * 100) / 4, 0);
    expect([sees(ring, [5, -5]), sees(ring, [-5, -5])]).toEqual([true, false]);
  });

  it('never grows by another wall, and always holds what a straight line reaches', () => {
    const spot = fc.tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }));
    fc.assert(fc.property(fc.array(fc.tuple(spot, spot), { maxLength: 6 }), fc.tuple(spot, spot), (walls, more) => {
      const eye = { at: [0, 0] as [number, number], facingDeg: 20, fieldDeg: 120, farM: 12 };
      const before = areaOf(good(visibleFrom(eye, walls as Segment[])).ring);
      const after = areaOf(good(visibleFrom(eye, [...(walls as Segment[]), more as Segment])).ring);
      // An arc is drawn in straight pieces, which a wall may make shorter and so truer.
      expect(after).toBeLessThanOrEqual(before * 1.002 + 0.01);
    }), { numRuns: 100 });
  });

  it('refuses a field or a reach that is none', () => {
    expect(visibleFrom({ at: [0, 0], facingDeg: 0, fieldDeg: 0, farM: 5 }, [])).toMatchObject({ ok: false, at: 'fieldDeg' });
    expect(visibleFrom({ at: [0, 0], facingDeg: 0, fieldDeg: 90, farM: Number.POSITIVE_INFINITY }, [])).toMatchObject({ ok: false, at: 'farM' });
  });
});

describe('coverage of an area', () => {
  const camera: Camera = { at: [0, 5], facingDeg: 90, lens: LENS };
  const walls = wallsWithGaps([box(0, 0, 20, 10)], []);

  it('is by level, each at most the one below it, with what no camera sees and what two do', () => {
    const one = good(coverageOf(box(0, 0, 20, 10), [camera], walls));
    expect(one.cells).toBe(80 * 40);
    const shares = (['monitor', 'detect', 'observe', 'recognise', 'identify'] as const).map((level) => one.seen[level]);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    // The field is 5.37 wide at 8: past 7.45 m it has the whole height, before that twice a triangle stays blind.
    expect(one.blind).toBeCloseTo((5 * (5 / (5.37 / 8))) / 200, 2);
    const two = good(coverageOf(box(0, 0, 20, 10), [camera, { ...camera, at: [20, 5], facingDeg: 270 }], walls));
    expect(two.blind).toBeLessThan(0.001);
    expect(two.byTwo).toBeCloseTo(1 - 2 * one.blind, 2);
  });

  it('sees nothing behind a wall, outside the picture, or behind itself', () => {
    expect(densityAt(camera, [10, 5], walls)).toBeCloseTo(143.0168, 4);
    expect([densityAt(camera, [25, 5], walls), densityAt(camera, [1, 9], walls), densityAt(camera, [-3, 5], [])]).toEqual([0, 0, 0]);
    expect(coverageOf(box(0, 0, 20, 10), [{ ...camera, lens: { ...LENS, focalMm: 0 } }], walls)).toMatchObject({ ok: false, at: 'cameras[0].lens.focalMm' });
    expect(coverageOf(box(0, 0, 5000, 5000), [camera], walls)).toMatchObject({ ok: false, at: 'gridM' });
  });
});
