import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Engine, resume, type Snapshot } from './engine.ts';
import type { Entry, Output, Signal } from './entry.ts';
import { checkRules, FIELDS, type Rule } from './rule.ts';
import { anEngine, raisesOf, run, S, VITAL } from './testing.ts';

const named = (id: string) => ({ id, version: 1, title: id });
const of = (...types: string[]) => ({ types });
const HOLDING = new Set(['dedup', 'explained', 'runaway']);
/** One of each kind, over few types and keys, so that all meet. */
const RULES: readonly Rule[] = [
  { ...named('near'), kind: 'sequence', steps: [of('a.1'), of('a.2')], near: 'same-or-adjacent', by: ['site'], withinMs: 8 * S, raises: 'x.near' },
  { ...named('steps'), kind: 'sequence', steps: [of('a.1'), of('a.2'), of('a.*')], by: ['device'], withinMs: 9 * S, raises: 'x.steps' },
  { ...named('count'), kind: 'threshold', of: of('a.*'), count: 3, by: ['zone'], withinMs: 5 * S, raises: 'x.count' },
  { ...named('differ'), kind: 'confirmation', of: [of('a.1', 'a.2')], differing: 'device', atLeast: 2, by: ['zone'], withinMs: 6 * S, raises: 'x.differ' },
  { ...named('parts'), kind: 'confirmation', of: [of('a.1'), of('a.3')], differing: 'part', atLeast: 2, by: ['site'], withinMs: 6 * S, raises: 'x.parts' },
  { ...named('answer'), kind: 'absence', after: of('a.3'), expect: of('a.1'), by: ['site'], withinMs: 4 * S, raises: 'x.answer' },
  { ...named('silent'), kind: 'silence', of: of('a.2'), by: ['device'], withinMs: 7 * S, raises: 'x.silent' },
  { ...named('far'), kind: 'travel', of: of('a.*'), by: ['device'], speedKmh: 900, overheadMs: 0, withinMs: 60 * S, raises: 'x.far' },
  { ...named('open'), kind: 'pair', opens: of('a.2'), closes: { types: ['a.2'], effects: ['restore'] }, by: ['zone'], withinMs: 3 * S, raises: 'x.open' },
  { ...named('dedup'), kind: 'deduplicate', of: of('*'), by: ['device'], withinMs: 4 * S, from: 'latest' },
  { ...named('explained'), kind: 'suppress', cause: of('*'), hold: of('a.*', 'duress.*'), by: ['site'], withinMs: 4 * S, as: 'group' },
  { ...named('runaway'), kind: 'runaway', of: of('*'), by: ['device'], count: 6, withinMs: 8 * S, raises: 'x.runaway' },
];
const SURROUNDINGS = { adjacency: [['z1', 'z2']] as const, journeys: [{ from: 'hq', to: 'lab', leastMs: 3 * S }, { from: 'lab', to: 'hq', leastMs: 5 * S }] };
const CHANGED: readonly Rule[] = [...RULES.filter(({ id }) => id !== 'count'), { ...named('count'), version: 2, kind: 'threshold', of: of('a.*'), count: 2, by: ['zone'], withinMs: 5 * S, raises: 'x.count' }];

const somewhere = { site: fc.constantFrom('hq', 'lab', null), zone: fc.constantFrom('z1', 'z2', 'z3', null), device: fc.constantFrom('d1', 'd2', 'd3') };
const aBody = fc.oneof(
  { weight: 12, arbitrary: fc.record({ type: fc.constantFrom('a.1', 'a.2', 'a.3', VITAL[0]), effect: fc.constantFrom('raise' as const, 'raise' as const, 'note' as const, 'restore' as const), ...somewhere }) },
  { weight: 1, arbitrary: fc.constantFrom({ control: 'begin' as const, id: 'm', mode: 'maintenance' as const, field: 'device' as const, value: 'd1', lasts: 9 }, { control: 'begin' as const, id: 't', mode: 'test' as const, field: 'site' as const, value: 'lab', lasts: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom({ control: 'end' as const, id: 'm' }, { control: 'release' as const, rule: 'runaway', key: 'd2' }, { control: 'rules' as const, rules: CHANGED }, { control: 'rules' as const, rules: RULES }) },
);
type Body = typeof aBody extends fc.Arbitrary<infer T> ? T : never;

/** An entry with the body, at a second; how long after it was known is for the lateness. */
function anEntry(body: Body, i: number, atS: number, lateS: number): Entry {
  const time = { ref: `e${String(i).padStart(3, '0')}`, at: atS * S, knownAt: (atS + lateS) * S };
  if ('lasts' in body) return { ...time, control: body.control, id: body.id, mode: body.mode, field: body.field, value: body.value, until: (atS + body.lasts) * S };
  return { ...time, ...body };
}

const LATENESS_S = 3;
/** Entries in the order in which they came, each up to three seconds late. */
const entriesBy = (lateS: fc.Arbitrary<number>): fc.Arbitrary<Entry[]> =>
  fc.array(fc.tuple(aBody, fc.integer({ min: 0, max: 2 }), lateS), { maxLength: 70 }).map((rows) => {
    let atS = 0;
    return inComing(rows.map(([body, gap, late], i) => anEntry(body, i, (atS += gap), late)));
  });
const inComing = (entries: readonly Entry[]): Entry[] => entries.toSorted((a, b) => (a.knownAt ?? 0) - (b.knownAt ?? 0));
const END = 1e6 * S;
const open = (latenessS: number) => anEngine(RULES, { latenessMs: latenessS * S }, SURROUNDINGS);
const runAll = (engine: Engine, entries: readonly Entry[]): Output[] => [...entries.flatMap((entry) => engine.step(entry)), ...engine.advance(END)];
const isGate = (output: Output): boolean => HOLDING.has(output.effect === 'refused' ? '' : output.rule) || output.effect === 'hold' || output.effect === 'group';
const matches = (outputs: readonly Output[]): Output[] => outputs.filter((output) => !isGate(output));
const lateness = fc.constantFrom(0, LATENESS_S);

describe('for any entries', () => {
  test('a replay that goes on by itself between them raises and holds the same, each in the same order', () => {
    fc.assert(fc.property(entriesBy(fc.integer({ min: 0, max: LATENESS_S })), lateness, fc.infiniteStream(fc.boolean()), (entries, latenessS, pauses) => {
      const [plain, pausing] = [runAll(open(latenessS), entries), open(latenessS)];
      const said = entries.flatMap((entry) => [...pausing.step(entry), ...(pauses.next().value ? pausing.advance((entry.knownAt ?? 0) - latenessS * S) : [])]);
      said.push(...pausing.advance(END));
      expect(matches(said)).toEqual(matches(plain));
      expect(said.filter(isGate)).toEqual(plain.filter(isGate));
    }), { numRuns: 60 });
  });

  test('an engine that goes on from a snapshot, at any point and as JSON, says exactly what one says that never stopped', () => {
    fc.assert(fc.property(entriesBy(fc.integer({ min: 0, max: 5 })), lateness, fc.integer({ min: 1, max: 9 }), (entries, latenessS, every) => {
      let engine = open(latenessS);
      const said = entries.flatMap((entry, i) => {
        if (i % every === 0) {
          const resumed = resume(JSON.parse(JSON.stringify(engine.snapshot())) as Snapshot);
          if (!resumed.ok) throw new Error(resumed.reason);
          ({ engine } = resumed);
        }
        return engine.step(entry);
      });
      const plain = open(latenessS);
      expect([...said, ...engine.advance(END)]).toEqual(runAll(plain, entries));
      expect(engine.snapshot()).toEqual(plain.snapshot());
    }), { numRuns: 60 });
  });

  test('those that come in another order, each within the lateness, raise the same', () => {
    fc.assert(fc.property(entriesBy(fc.constant(0)), fc.infiniteStream(fc.integer({ min: 0, max: LATENESS_S })), (entries, delays) => {
      const late = inComing(entries.map((entry) => ({ ...entry, knownAt: entry.at + delays.next().value * S })));
      const [engine, punctual] = [open(LATENESS_S), open(LATENESS_S)];
      expect(matches(runAll(engine, late))).toEqual(matches(runAll(punctual, entries)));
      expect(engine.counts).toMatchObject({ late: 0, shifted: 0 });
    }), { numRuns: 60 });
  });

  test('no duress, hold-up, fire or medical alarm, and no clear, is ever held', () => {
    fc.assert(fc.property(entriesBy(fc.constant(0)), (entries) => {
      const signals = new Map(entries.map((entry) => [entry.ref, entry as Signal]));
      for (const output of runAll(open(0), entries)) {
        if (output.effect !== 'hold' && output.effect !== 'group') continue;
        const signal = signals.get(output.because.at(-1) ?? '');
        expect(VITAL).not.toContain(signal?.type);
        expect(['raise', 'note']).toContain(signal?.effect);
      }
    }), { numRuns: 60 });
  });

  test('a rule remembers no more keys than it may, forgets the oldest, and says how many', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('a.1', 'a.2', 'a.3'), fc.integer({ min: 0, max: 40 })), { minLength: 30, maxLength: 80 }), (rows) => {
      const engine = anEngine(RULES, { mostKeys: 4 }, SURROUNDINGS);
      const told = rows.flatMap(([type, key], i) => engine.step({ ref: i, at: i, type, effect: 'raise', site: `s${key}`, zone: `z${key}`, device: `d${key}` })).filter((one) => one.effect === 'dropped');
      const sizes = Object.values({ ...engine.snapshot().match.states, ...engine.snapshot().gate.states }).flatMap((state) => (Array.isArray(state) ? [state.length] : Object.values(state as object).map((rows2: unknown[]) => rows2.length)));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
      const places: number[] = [];
      let forgotten = 0;
      for (const [, key] of rows) {
        const known = places.indexOf(key);
        if (known >= 0) places.splice(known, 1);
        else if (places.length === 4 && places.shift() !== undefined) forgotten++;
        places.push(key);
      }
      expect(engine.counts.dropped['far'] ?? 0).toBe(forgotten);
      expect(told.filter((one) => one.effect === 'dropped' && one.rule === 'far')).toHaveLength(forgotten === 0 ? 0 : Math.floor(Math.log2(forgotten)) + 1);
    }), { numRuns: 20 });
  });
});

describe('second makes', () => {
  const aFew = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 4 })), { maxLength: 40 });
  const timed = (rows: readonly (readonly [string, number])[]): Signal[] => {
    let at = 0;
    return rows.map(([type, gap], ref) => ({ ref, at: (at += gap) * S, type, effect: 'raise', site: 'hq', device: type }));
  };
  test('three steps are found whenever an older-fashioned search finds them', () => {
    const rule: Rule = { ...named('r'), kind: 'sequence', steps: [of('a'), of('b'), of('c')], by: ['site'], withinMs: 9 * S, raises: 'x.y' };
    fc.assert(fc.property(aFew, (rows) => {
      const signals = timed(rows);
      let left: Signal[] = [];
      const found = signals.flatMap((c) => {
        left.push(c);
        const runs = c.type !== 'c' ? [] : left.flatMap((a) => (a.type === 'a' && c.at - a.at <= 9 * S && left.some((b) => b.type === 'b' && left.indexOf(b) > left.indexOf(a)) ? [a] : []));
        const last = runs.at(-1);
        if (last) left = left.slice(left.indexOf(last) + 1);
        return last ? [[last.ref, c.ref]] : [];
      });
      expect(raisesOf(run(anEngine([rule]), signals)).map(({ because }) => [because[0], because.at(-1)])).toEqual(found);
    }), { numRuns: 100 });
  });
  test('so many that differ are found whenever a search among all that came finds them', () => {
    const rule: Rule = { ...named('r'), kind: 'confirmation', of: [of('*')], differing: 'device', atLeast: 3, by: ['site'], withinMs: 5 * S, raises: 'x.y' };
    fc.assert(fc.property(aFew, (rows) => {
      const signals = timed(rows);
      let left: Signal[] = [];
      const found = signals.flatMap((signal) => {
        left = [...left, signal].filter(({ at }) => signal.at - at <= 5 * S);
        if (new Set(left.map(({ device }) => device)).size < 3) return [];
        left = [];
        return [signal.ref];
      });
      expect(raisesOf(run(anEngine([rule]), signals)).map(({ because }) => because.at(-1))).toEqual(found);
    }), { numRuns: 100 });
  });
});

describe('a rule from outside', () => {
  test('that is one of ours passes as it is', () => expect(checkRules(JSON.parse(JSON.stringify(RULES)), VITAL)).toEqual({ ok: true, rules: RULES }));
  test.each([
    [{}, 'kind', 'one of sequence'], [{ kind: 'guess' }, 'kind', 'one of sequence'], [{ kind: 'toString' }, 'kind', 'one of sequence'], [null, 'kind', 'one of sequence'],
    [{ ...RULES[2], count: 1 }, 'count', 'from 2 to 1000'], [{ ...RULES[2], withinMs: 0.5 }, 'withinMs', 'whole number'], [{ ...RULES[2], by: [] }, 'by', 'list of 1'], [{ ...RULES[2], by: ['zone', 'zone'] }, 'by[1]', 'twice'],
    [{ ...RULES[2], by: ['colour'] }, 'by[0]', FIELDS.join(', ')], [{ ...RULES[2], of: { types: ['A'] } }, 'of.types[0]', 'taxonomy'], [{ ...RULES[2], of: { types: ['a'], when: 1 } }, 'of.when', 'no part of this name'], [{ ...RULES[2], raises: 'a.*' }, 'raises', 'type of the taxonomy'],
    [{ ...RULES[0], near: 'far' }, 'near', 'same, adjacent'], [{ ...RULES[1], by: [] }, 'by', 'Without “near”'], [{ ...RULES[0], by: ['zone'] }, 'by', 'near'], [{ ...RULES[4], atLeast: 3 }, 'atLeast', 'only 2 parts'], [{ ...RULES[3], by: ['device'] }, 'differing', 'can’t differ'],
    [{ ...RULES[7], by: ['site'] }, 'by', 'sites'], [{ ...RULES[8], withinMs: 5 }, 'withinMs', 'at least a second'],
    [{ ...RULES[9], of: { types: ['a.1', 'fire.alarm'] } }, 'of.types[1]', 'never held'], [{ ...RULES[10], hold: { types: ['a.1'], effects: ['restore'] } }, 'hold.effects[0]', 'raise, note'],
  ])('%j is refused at %s', (rule, at, says) => {
    const checked = checkRules([rule], VITAL);
    expect(checked).toMatchObject({ ok: false, at: `[0].${at}` });
    expect(checked.ok ? '' : checked.reason).toContain(says);
  });
  test('is not taken in the middle either: those before go on, and it is told', () => {
    const engine = anEngine(RULES);
    expect(engine.step({ ref: 'r', at: 0, control: 'rules', rules: [...RULES, ...RULES] })).toMatchObject([{ effect: 'refused', where: `[${RULES.length}].id` }]);
  });
});
