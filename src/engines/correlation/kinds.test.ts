import { describe, expect, test } from 'vitest';
import { distanceKm } from './places.ts';
import type { Match, Rule } from './rule.ts';
import { anEngine, aSignal, inShort, run, S } from './testing.ts';

const of = (...types: string[]): Match => ({ types });
const named = { id: 'r', version: 1, title: 'A rule' };

describe('a sequence', () => {
  const rule: Rule = { ...named, kind: 'sequence', steps: [of('access.forced'), of('video.person')], by: [], near: 'adjacent', withinMs: 30 * S, raises: 'intrusion.confirmed' };
  const surroundings = { adjacency: [['z1', 'z2'], ['z2', 'z3']] as const };
  const forced = (at: number, zone: string) => aSignal(at, 'access.forced', { zone, site: 'hq' });
  const person = (at: number, zone: string) => aSignal(at, 'video.person', { zone });

  test('is met by the first later signal in a zone that touches the first, its last moment among them, and once', () => {
    expect(inShort(run(anEngine([rule], {}, surroundings), [forced(0, 'z1'), person(5, 'z1'), person(10, 'z3'), person(30, 'z2'), person(30, 'z2')]))).toEqual(['raise r z1 30: access.forced@0 video.person@30']);
    expect(run(anEngine([rule], {}, surroundings), [forced(0, 'z1'), person(31, 'z2')])).toEqual([]);
    expect(run(anEngine([rule], {}, surroundings), [person(0, 'z2'), forced(1, 'z1')])).toEqual([]);
  });
  test('may also be met in the same zone, or there alone', () => {
    // What hangs in one room is near itself and what hangs next door.
    const rooms = { within: [['p1', 'r1'], ['p2', 'r1'], ['p3', 'r2'], ['p4', 'r3']], adjacency: [['r1', 'r2']] } as const;
    const near = (zone: string) => inShort(run(anEngine([{ ...rule, near: 'same-or-adjacent' }], {}, rooms), [forced(0, 'p1'), person(5, zone)])).length;
    expect(['p1', 'p2', 'p3', 'p4', 'elsewhere'].map(near)).toEqual([1, 1, 1, 0, 0]);
    const both = run(anEngine([{ ...rule, near: 'same-or-adjacent' }], {}, surroundings), [forced(0, 'z1'), forced(0, 'z2'), person(5, 'z1')]);
    expect(inShort(both)).toEqual(['raise r z1 5: access.forced@0 video.person@5', 'raise r z2 5: access.forced@0 video.person@5']);
    expect(inShort(run(anEngine([{ ...rule, near: 'same' }], {}, surroundings), [forced(0, 'z1'), person(5, 'z2'), person(6, 'z1')]))).toEqual(['raise r z1 6: access.forced@0 video.person@6']);
  });
  test('of three steps is not lost when its beginning comes again on the way', () => {
    const three: Rule = { ...named, kind: 'sequence', steps: [of('a'), of('b'), of('c')], by: ['device'], withinMs: 30 * S, raises: 'x.y' };
    const at = (s: number, type: string) => aSignal(s, type, { device: 'd' });
    expect(inShort(run(anEngine([three]), [at(0, 'a'), at(20, 'b'), at(22, 'a'), at(28, 'c')]))).toEqual(['raise r d 28: a@0 b@20 c@28']);
    expect(inShort(run(anEngine([three]), [at(0, 'a'), at(20, 'b'), at(22, 'a'), at(31, 'c'), at(33, 'b'), at(34, 'c')]))).toEqual(['raise r d 34: a@22 b@33 c@34']);
  });
  test('does not use one signal twice', () => {
    const twice: Rule = { ...named, kind: 'sequence', steps: [of('a'), of('a')], by: ['site'], withinMs: 30 * S, raises: 'x.y' };
    const at = (s: number) => aSignal(s, 'a', { site: 'hq' });
    expect(inShort(run(anEngine([twice]), [at(0), at(1), at(2), at(3)]))).toEqual(['raise r hq 1: a@0 a@1', 'raise r hq 3: a@2 a@3']);
  });
});

test('a threshold is a sliding window by key, and counts anew when it was met', () => {
  const rule: Rule = { ...named, kind: 'threshold', of: of('access.*'), count: 3, withinMs: 60 * S, by: ['portal', 'person'], raises: 'access.denied-repeated' };
  const at = (s: number, person = 'ann') => aSignal(s, 'access.denied-rights', { portal: 'p', person, effect: 'note' });
  expect(inShort(run(anEngine([rule]), [at(0), at(50), at(61), at(61, 'bob'), at(110), at(111), at(112), at(113)]))).toEqual([
    'raise r p/ann 110: access.denied-rights@50 access.denied-rights@61 access.denied-rights@110', 'raise r p/ann 113: access.denied-rights@111 access.denied-rights@112 access.denied-rights@113',
  ]);
  expect(run(anEngine([rule]), [at(0), at(1), { ...at(2), person: null }])).toEqual([]);
});

describe('a confirmation', () => {
  test('needs so many that differ, in any order: two zones of one area, as the taxonomy proposes', () => {
    const rule: Rule = { ...named, kind: 'confirmation', of: [of('intrusion.alarm')], differing: 'zone', atLeast: 2, by: ['area'], withinMs: 300 * S, raises: 'intrusion.confirmed' };
    const at = (s: number, zone: string, area = 'a') => aSignal(s, 'intrusion.alarm', { zone, area });
    expect(inShort(run(anEngine([rule]), [at(0, 'z1'), at(1, 'z1'), at(2, 'z2', 'b'), at(301, 'z2')]))).toEqual(['raise r a 301: intrusion.alarm@1 intrusion.alarm@301']);
    expect(run(anEngine([rule]), [at(0, 'z1'), at(301, 'z2')])).toEqual([]);
  });
  test('of parts needs each another part, and a signal stands for one', () => {
    const rule: Rule = { ...named, kind: 'confirmation', of: [of('intrusion.*'), of('intrusion.fence', 'video.person')], differing: 'part', atLeast: 2, by: ['zone'], withinMs: 60 * S, raises: 'intrusion.confirmed' };
    const at = (s: number, type: string) => aSignal(s, type, { zone: 'z' });
    expect(run(anEngine([rule]), [at(0, 'intrusion.fence'), at(1, 'intrusion.fence')])).toEqual([]);
    expect(inShort(run(anEngine([rule]), [at(0, 'video.person'), at(60, 'intrusion.alarm')]))).toEqual(['raise r z 60: video.person@0 intrusion.alarm@60']);
  });
});

test('an absence is what was not answered in time, counted from the first, and it needs no further signal', () => {
  const rule: Rule = { ...named, kind: 'absence', after: of('intrusion.disarmed'), expect: of('guard.checkin'), by: ['site'], withinMs: 60 * S, raises: 'guard.checkin-missed' };
  const at = (s: number, type: string) => aSignal(s, type, { site: 'hq', effect: 'note' });
  const [opened, answered] = [(s: number) => at(s, 'intrusion.disarmed'), (s: number) => at(s, 'guard.checkin')];
  expect(run(anEngine([rule]), [opened(0), answered(60)], 999)).toEqual([]);
  expect(run(anEngine([rule]), [opened(0)], 60)).toEqual([]);
  expect(inShort(run(anEngine([rule]), [opened(0), opened(30)], 61))).toEqual(['raise r hq 60: intrusion.disarmed@0']);
});

test('silence is told when it begins and restored when it ends', () => {
  const rule: Rule = { ...named, kind: 'silence', of: of('equipment.heartbeat'), by: ['device'], withinMs: 180 * S, raises: 'equipment.comms-lost' };
  const at = (s: number, device: string) => aSignal(s, 'equipment.heartbeat', { device, effect: 'note' });
  const engine = anEngine([rule]);
  expect(inShort(run(engine, [at(0, 'p1'), at(10, 'p2'), at(180, 'p1'), at(191, 'p1')]))).toEqual(['raise r p2 190: equipment.heartbeat@10']);
  expect(inShort(run(engine, [at(200, 'p2')], 1000))).toEqual(['restore r p2 200: equipment.heartbeat@10 equipment.heartbeat@200', 'raise r p1 371: equipment.heartbeat@191', 'raise r p2 380: equipment.heartbeat@200']);
});

describe('travel', () => {
  const rule: Rule = { ...named, kind: 'travel', of: of('access.granted'), by: ['person'], speedKmh: 900, overheadMs: 900 * S, withinMs: 86_400 * S, raises: 'identity.two-cities' };
  const at = (s: number, site: string) => aSignal(s, 'access.granted', { site, person: 'ann', effect: 'note' });
  // Veness, “Calculate distance, bearing and more between points”: 50 03 59 N 5 42 53 W to 58 38 38 N 3 04 12 W is 968.9 km by haversine on a sphere of 6,371 km.
  const [landsEnd, johnOGroats] = [{ latitude: 50 + 3 / 60 + 59 / 3600, longitude: -(5 + 42 / 60 + 53 / 3600) }, { latitude: 58 + 38 / 60 + 38 / 3600, longitude: -(3 + 4 / 60 + 12 / 3600) }];
  const sites = [{ site: 'west', ...landsEnd }, { site: 'north', ...johnOGroats }];

  test('takes the great circle between two sites, as published', () => expect(distanceKm(landsEnd, johnOGroats)).toBeCloseTo(968.9, 1));
  test('is impossible sooner than the distance at the speed and the overhead', () => {
    const leastS = Math.ceil(900 + (distanceKm(landsEnd, johnOGroats) / 900) * 3600);
    expect(run(anEngine([rule], {}, { sites }), [at(0, 'west'), at(leastS, 'north')])).toEqual([]);
    expect(inShort(run(anEngine([rule], {}, { sites }), [at(0, 'west'), at(leastS - 1, 'north')]))).toEqual([`raise r ann ${leastS - 1}: access.granted@0 access.granted@${leastS - 1}`]);
  });
  test('goes by what was said of a pair before its distance, and passes over sites that are nowhere', () => {
    const journeys = [{ from: 'west', to: 'north', leastMs: 60 * S }];
    expect(run(anEngine([rule], {}, { sites, journeys }), [at(0, 'west'), at(60, 'north')])).toEqual([]);
    expect(run(anEngine([rule], {}, { sites, journeys }), [at(0, 'west'), at(59, 'north')])).toHaveLength(1);
    expect(run(anEngine([rule], {}, { sites }), [at(0, 'west'), at(1, 'moon'), at(2, 'west')])).toEqual([]);
  });
});

test('a pair rings when it stays open, and is restored when it closes; one that closes in time never rings', () => {
  const rule: Rule = { ...named, kind: 'pair', opens: of('access.held'), closes: { types: ['access.held', 'access.closed'], effects: ['restore', 'note'] }, by: ['portal'], withinMs: 60 * S, raises: 'access.held' };
  const at = (s: number, type: string, effect: 'raise' | 'note') => aSignal(s, type, { portal: 'p', effect });
  expect(run(anEngine([rule]), [at(0, 'access.held', 'raise'), at(60, 'access.closed', 'note')], 500)).toEqual([]);
  expect(inShort(run(anEngine([rule]), [at(0, 'access.held', 'raise'), at(9, 'access.held', 'raise'), at(70, 'access.closed', 'note'), at(71, 'access.closed', 'note')]))).toEqual(['raise r p 60: access.held@0', 'restore r p 70: access.held@0 access.closed@70']);
  expect(inShort(run(anEngine([{ ...rule, withinMs: 0 }]), [at(0, 'access.held', 'raise'), at(9, 'access.closed', 'note')]))).toEqual(['raise r p 0: access.held@0', 'restore r p 9: access.held@0 access.closed@9']);
});
