import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMapping } from './compile.ts';
import { isLike } from './functions.ts';
import { LIMITS, type Mapping, type Row } from './mapping.ts';
import { headOf, readByMapping, type Reading } from './read.ts';

const TYPES = new Set(['access.forced', 'access.held', 'video.person']);
const row = (when: string, more: Partial<Row> = {}): Row => ({ title: when, when, type: 'access.forced', effect: 'raise', isUnverified: false, ...more });
const mapping = (rows: Row[], places: Partial<Mapping['places']> = {}, each = ''): Mapping => ({ each, rows, places: { externalId: '', occurredAt: '', device: '', zone: '', severity: '', message: '', ...places } });

function read(of: Mapping, fields: unknown, header: unknown = {}, format = 'json'): Reading {
  const made = compileMapping(of, TYPES);
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  return readByMapping(made.compiled, { format, header, fields });
}

const refusalOf = (when: string): string => {
  const made = compileMapping(mapping([row(when)]), TYPES);
  return made.ok ? '' : (made.faults[0]?.reason ?? '');
};

describe('a message', () => {
  test('is read by the first line that fits, with its places', () => {
    const of = mapping([row('fields.event == "forced"'), row('fields.event == "held"', { type: 'access.held', effect: 'note' }), row('true', { type: 'video.person' })], { externalId: 'fields.id', occurredAt: 'fields.at', device: 'fields.door.name', zone: 'fields.?door.?floor.orValue("")', severity: 'fields.level', message: '"at " + fields.door.name' });
    expect(read(of, { id: 77, at: '2026-11-21T20:00:00+01:00', event: 'held', level: 3, door: { name: 'Dock 2' } })).toEqual({
      externalId: '77', occurredAt: Date.UTC(2026, 10, 21, 19), problem: null, faults: [],
      events: [{ row: 1, title: 'fields.event == "held"', type: 'access.held', effect: 'note', isUnverified: false, device: 'Dock 2', zone: null, severity: '3', message: 'at Dock 2' }],
    });
  });

  test('with a list of events is one event for each', () => {
    const { events } = read(mapping([row('item.key == "person"', { type: 'video.person' })], { device: 'item.camera' }, 'fields.triggers'), { triggers: [{ key: 'person', camera: 'A' }, { key: 'cat', camera: 'B' }] });
    expect(events.map(({ type, device }) => [type, device])).toEqual([['video.person', 'A'], [null, 'B']]);
  });

  test('of another kind than JSON is read by the same expressions', () => {
    const { events } = read(mapping([row('format == "rfc5424" && header.app == "sshd" && like(fields.message, "failed password*")')], { device: 'between(fields.message, "from ", " port")' }), { message: 'Failed password for root from 10.1.1.9 port 22' }, { app: 'sshd' }, 'rfc5424');
    expect(events[0]).toMatchObject({ row: 0, device: '10.1.1.9' });
  });

  test('that lacks a field fits no line that asks for it, says so, and is an event all the same', () => {
    const { events, faults } = read(mapping([row('fields.a.b == 1')], { device: 'fields.c', zone: 'fields.d' }), { d: { no: 'text' } });
    expect(events[0]).toMatchObject({ row: null, type: null, device: null, zone: null });
    expect(faults.map(({ at }) => at)).toEqual(['rows[0].when', 'places.device', 'places.zone']);
  });

  test.each([
    ['2026-11-21T20:00:00Z', Date.UTC(2026, 10, 21, 20)], ['2026-11-21T20:00:00.5+01:00', Date.UTC(2026, 10, 21, 19, 0, 0, 500)], [1_700_000_000, 1_700_000_000_000], [1_700_000_000.25, 1_700_000_000_250],
    [1_700_000_000_123, 1_700_000_000_123], ['1700000000', 1_700_000_000_000], ['2026-11-21T20:00:00', null], ['yesterday', null], [0, null], [1e20, null],
  ])('says its time as %s', (at, ms) => {
    expect(read(mapping([], { occurredAt: 'fields.at' }), { at }).occurredAt).toBe(ms);
  });

  test('is named before it is stored without its lines being looked at', () => {
    const made = compileMapping(mapping([row('true')], { externalId: 'fields.id', occurredAt: 'fields.t', device: 'fields.gone' }), TYPES);
    expect(made.ok && headOf(made.compiled, { format: 'json', header: {}, fields: { id: 'x', t: 1_700_000_000 } })).toEqual({ externalId: 'x', occurredAt: 1_700_000_000_000 });
  });
});

describe('a mapping', () => {
  test('says everything that is wrong with it, each at its place', () => {
    const made = compileMapping(mapping([row('fields.a =='), row('"text"'), row(' '), row('true', { type: 'no.such' })], { zone: 'nothing.there' }, '1'), TYPES);
    expect(made.ok ? [] : made.faults.map(({ at }) => at)).toEqual(['each', 'places.zone', 'rows[0].when', 'rows[1].when', 'rows[2].when', 'rows[3].type']);
  });

  test.each([
    ['fields.a.matches("(a+)+$")', 'like'], ['fields.a.map(x, x)[0] == 1', 'exists'], ['fields.a.exists(x, fields.b.exists(y, y == x))', 'cannot stand in another'], ['cel.bind(x, fields.a, x == 1)', 'not used'],
    [`fields.a == ${Array.from({ length: 10 }, () => 'fields.b').join(' + ')}`, 'put together'], [`${'('.repeat(40)}true${')'.repeat(40)}`, ''], [`${'!'.repeat(300)}true`, ''], [`fields.a == "${'x'.repeat(LIMITS.expression)}"`, 'longer'], [Array.from({ length: 150 }, () => 'true').join('||'), ''],
  ])('is refused where it is not bounded: %s', (when, words) => {
    const reason = refusalOf(when);
    if (words !== '') expect(reason).toContain(words);
    // What is not refused must at least be cheap.
    if (reason === '') expect(read(mapping([row(when)]), { a: 'x' }).problem).toBeNull();
  });

  test('with more lines than are looked at is refused', () => {
    expect(compileMapping(mapping(Array.from({ length: LIMITS.rows + 1 }, () => row('true'))), TYPES).ok).toBe(false);
  });

  test('never reaches a prototype', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"name": "x"}, "list": [1]}') as unknown;
    for (const expression of ['fields.constructor.constructor', 'fields.toString', 'fields.list.constructor', 'fields.list.length', 'fields["hasOwnProperty"]', 'header.__proto__.x', 'fields.list[0].constructor']) {
      const { externalId } = read(mapping([], { externalId: expression }), hostile);
      expect([expression, externalId]).toEqual([expression, null]);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('and a message made to hold each other up are left, with a reason', () => {
    const long = 'a'.repeat(5000);
    const search = row(`fields.all.exists(x, (x + fields.b + fields.c + fields.c).contains(fields.b + fields.c + "b"))`);
    const { problem, events } = read(mapping(Array.from({ length: LIMITS.rows }, () => search)), { all: Array.from({ length: 400 }, () => long), b: long, c: long });
    expect(problem).toContain('more work');
    expect(events).toEqual([]);
  });

  test('leaves a message that is too large or too deep', () => {
    const deep = JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown;
    for (const fields of [deep, Array.from({ length: LIMITS.values }, () => 0)]) expect(read(mapping([row('true')]), fields).problem).toContain('kept');
    expect(read(mapping([row('true')], {}, 'fields.e'), { e: Array.from({ length: LIMITS.items + 1 }, () => 0) }).problem).toContain('at most');
  });
});

test('whatever is mapped by whatever, nothing is thrown, and the same comes out twice', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('fields', 'item.a', 'fields.a[0]', 'fields.?a.orValue(1)', 'has(fields.a)', 'fields.a.exists(x, x == fields.b)', '{"a": "b"}[fields.a]', 'fields.a in [1, "2"]', 'fields.a + fields.b', '-fields.a', 'fields.a / 0', 'header == fields', 'size(fields) > 1', 'fields.a ? 1 : 2', 'like(fields.a, fields.b)'));
  const anyMapping = fc.record({ each: text, rows: fc.array(fc.record({ title: fc.string(), when: text, type: fc.constant('access.held'), effect: fc.constant('note' as const), isUnverified: fc.boolean() }), { maxLength: 4 }), places: fc.record({ externalId: text, occurredAt: text, device: text, zone: text, severity: text, message: text }) });
  fc.assert(
    fc.property(anyMapping, fc.record({ a: fc.jsonValue(), b: fc.jsonValue() }), (of, fields) => {
      const made = compileMapping(of, TYPES);
      if (!made.ok) return;
      const subject = { format: 'json', header: fields, fields };
      const first = readByMapping(made.compiled, subject);
      expect(readByMapping(made.compiled, subject)).toEqual(first);
      for (const event of first.events) for (const place of [event.device, event.zone, event.severity, event.message]) expect(place?.length ?? 1).toBeLessThanOrEqual(LIMITS.result);
    }),
    { numRuns: 300 },
  );
});

test('a pattern fits what the same pattern as a regular expression fits', () => {
  const piece = fc.constantFrom('a', 'b', '*', '?', 'ab');
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'A'), { maxLength: 8 }), fc.array(piece, { maxLength: 5 }), (letters, pieces) => {
      const [text, pattern] = [letters.join(''), pieces.join('')];
      expect(isLike(text, pattern)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(text));
    }),
  );
});
