import { describe, expect, test } from 'vitest';
import type { Entry } from './entry.ts';
import type { Match, Rule } from './rule.ts';
import { anEngine, aSignal, inShort, run, S, VITAL } from './testing.ts';

const of = (...types: string[]): Match => ({ types });
const named = { id: 'r', version: 1, title: 'A rule' };
const zone = (s: number, more = {}) => aSignal(s, 'intrusion.alarm', { device: 'd', site: 'hq', ...more });

describe('what rings too often', () => {
  const rule: Rule = { ...named, kind: 'deduplicate', of: of('intrusion.*'), by: ['device'], withinMs: 10 * S, from: 'first' };
  test('rings once, and repeats are held: for so long from the first, or from the latest', () => {
    const signals = [zone(0), zone(8), zone(10), zone(11), zone(12)];
    expect(inShort(run(anEngine([rule]), signals))).toEqual(['hold(repeat) r d 8: intrusion.alarm@0 intrusion.alarm@8', 'hold(repeat) r d 10: intrusion.alarm@0 intrusion.alarm@10', 'hold(repeat) r d 12: intrusion.alarm@11 intrusion.alarm@12']);
    expect(run(anEngine([{ ...rule, from: 'latest' }]), signals)).toHaveLength(4);
  });
  test('is a runaway from a count on, told once and held until a person releases it', () => {
    const runaway: Rule = { ...named, kind: 'runaway', of: of('*'), by: ['device'], count: 3, withinMs: 600 * S, raises: 'equipment.runaway' };
    const engine = anEngine([runaway]);
    expect(inShort(run(engine, [zone(0), zone(1), zone(2), zone(3), zone(9999), zone(9999, { device: 'other' })]))).toEqual([
      'raise r d 2: intrusion.alarm@0 intrusion.alarm@1 intrusion.alarm@2', 'hold(runaway) r d 3: intrusion.alarm@2 intrusion.alarm@3', 'hold(runaway) r d 9999: intrusion.alarm@2 intrusion.alarm@9999',
    ]);
    expect(inShort(run(engine, [{ ref: 'ann', at: 10_000 * S, control: 'release', rule: 'r', key: 'd' }, zone(10_001), zone(10_002)]))).toEqual(['restore r d 10000: intrusion.alarm@2 ann']);
  });
  test('and is a runaway meets no other rule meanwhile', () => {
    const runaway: Rule = { ...named, id: 'runaway', kind: 'runaway', of: of('*'), by: ['device'], count: 3, withinMs: 600 * S, raises: 'equipment.runaway' };
    const count: Rule = { ...named, id: 'count', kind: 'threshold', of: of('intrusion.*'), by: ['site'], count: 4, withinMs: 600 * S, raises: 'intrusion.confirmed' };
    const signals = [0, 1, 2, 3, 4, 5].map((s) => zone(s));
    expect(inShort(run(anEngine([runaway, count]), signals)).filter((line) => line.includes('count'))).toEqual([]);
    expect(inShort(run(anEngine([count]), signals))).toHaveLength(1);
  });
});

describe('what is explained', () => {
  const rule: Rule = { ...named, kind: 'suppress', cause: of('environment.power-site'), hold: of('equipment.*'), until: { types: ['environment.power-site'], effects: ['restore'] }, by: ['site'], withinMs: 300 * S, as: 'group' };
  const [power, lost] = [(s: number, effect: 'raise' | 'restore' = 'raise') => aSignal(s, 'environment.power-site', { site: 'hq', effect }), (s: number, site = 'hq') => aSignal(s, 'equipment.comms-lost', { site })];
  test('is shown under its cause, from the cause on and until that ends', () => {
    expect(inShort(run(anEngine([rule]), [lost(0), power(1), lost(2), lost(2, 'lab'), lost(301), lost(302)]))).toEqual(['group(explained) r hq 2: environment.power-site@1 equipment.comms-lost@2', 'group(explained) r hq 301: environment.power-site@1 equipment.comms-lost@301']);
    expect(run(anEngine([rule]), [power(1), power(2, 'restore'), lost(3)])).toEqual([]);
  });
});

describe('a site or device in maintenance or on test', () => {
  const begin = (s: number, more = {}): Entry => ({ ref: 'm', at: s * S, control: 'begin', id: 'work', mode: 'maintenance', field: 'site', value: 'hq', until: 100 * S, ...more });
  const count: Rule = { ...named, kind: 'threshold', of: of('intrusion.*', ...VITAL), by: ['site'], count: 2, withinMs: 600 * S, raises: 'intrusion.confirmed' };
  test('does not ring and meets no rule until it ends', () => {
    const held = ['hold(maintenance) work hq 10: intrusion.alarm@10', 'hold(maintenance) work hq 11: intrusion.alarm@11'];
    expect(inShort(run(anEngine([count]), [begin(5), zone(10), zone(11), zone(100), zone(101)]))).toEqual([...held, 'raise r hq 101: intrusion.alarm@100 intrusion.alarm@101']);
    expect(inShort(run(anEngine([count]), [begin(5), zone(10), zone(11), { ref: 'e', at: 12 * S, control: 'end', id: 'work' }, zone(13), zone(14)]))).toEqual([...held, 'raise r hq 14: intrusion.alarm@13 intrusion.alarm@14']);
    expect(inShort(run(anEngine([]), [begin(5, { mode: 'test', field: 'device', value: 'd' }), zone(10), zone(11, { device: 'e' })]))).toEqual(['hold(test) work d 10: intrusion.alarm@10']);
  });
  test('never hides a clear: what was open closes', () => {
    const pair: Rule = { ...named, kind: 'pair', opens: of('intrusion.alarm'), closes: { types: ['intrusion.alarm'], effects: ['restore'] }, by: ['device'], withinMs: 0, raises: 'intrusion.alarm' };
    expect(inShort(run(anEngine([pair]), [zone(0), begin(5), zone(10, { effect: 'restore', ref: 'end' })]))).toEqual(['raise r d 0: intrusion.alarm@0', 'restore r d 10: intrusion.alarm@0 end']);
  });
  test('tells who is still silent when it is over', () => {
    const silence: Rule = { ...named, kind: 'silence', of: of('equipment.heartbeat'), by: ['device'], withinMs: 30 * S, raises: 'equipment.comms-lost' };
    const beat = aSignal(0, 'equipment.heartbeat', { device: 'd', site: 'hq', effect: 'note' });
    expect(inShort(run(anEngine([silence]), [beat, begin(5)], 500))).toEqual(['raise r d 120: equipment.heartbeat@0']);
  });
});

describe('duress, hold-up, fire and medical', () => {
  const rules: readonly Rule[] = [
    { ...named, id: 'dedup', kind: 'deduplicate', of: of('*'), by: ['device'], withinMs: 600 * S, from: 'latest' },
    { ...named, id: 'cause', kind: 'suppress', cause: of('*'), hold: of('duress.*', 'fire.*'), by: ['site'], withinMs: 600 * S, as: 'hold' },
    { ...named, id: 'runaway', kind: 'runaway', of: of('*'), by: ['device'], count: 2, withinMs: 600 * S, raises: 'equipment.runaway' },
  ];
  test('are held by nothing, and no rule may name them to be held', () => {
    const signals = Array.from({ length: 40 }, (_, i) => aSignal(i, VITAL[i % VITAL.length] ?? '', { device: 'd', site: 'hq' }));
    expect(run(anEngine(rules), [{ ref: 'm', at: 0, control: 'begin', id: 'work', mode: 'test', field: 'site', value: 'hq', until: 999 * S }, ...signals])).toEqual([]);
  });
  test('meet rules in maintenance too, and what raises one sees every signal', () => {
    const panic: Rule = { ...named, kind: 'confirmation', of: [of('duress.panic')], differing: 'device', atLeast: 2, by: ['site'], withinMs: 120 * S, raises: 'duress.assailant' };
    const sos: Rule = { ...named, id: 'sos', kind: 'sequence', steps: [of('guard.checkin-missed'), of('guard.sos')], by: ['person'], withinMs: 300 * S, raises: 'duress.panic' };
    const at = (s: number, type: string, device: string) => aSignal(s, type, { device, site: 'hq', person: 'ann' });
    const entries: Entry[] = [{ ref: 'm', at: 0, control: 'begin', id: 'work', mode: 'test', field: 'site', value: 'hq', until: 999 * S }, at(1, 'duress.panic', 'a'), at(2, 'duress.panic', 'b'), at(3, 'guard.checkin-missed', 'c'), at(4, 'guard.sos', 'c')];
    expect(inShort(run(anEngine([panic, sos]), entries)).filter((line) => line.startsWith('raise'))).toEqual(['raise r hq 2: duress.panic@1 duress.panic@2', 'raise sos ann 4: guard.checkin-missed@3 guard.sos@4']);
  });
});
