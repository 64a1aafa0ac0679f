import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Edit, headsOf, settle } from './edits.ts';

const DEVICES = ['ann', 'bo', null] as const;
const VALUES = ['north gate', 'south gate', 'roof'];

type Step = { kind: 'read' | 'edit' | 'deliver'; who: number; which: number; value: number; atMs: number };
const aStep = fc.record({ kind: fc.constantFrom<Step['kind'][]>('read', 'edit', 'edit', 'deliver', 'deliver'), who: fc.nat(2), which: fc.nat(20), value: fc.nat(2), atMs: fc.nat(5) });

type Written = Omit<Edit, 'version'> & { knows: ReadonlySet<string> };

/** Devices that read, write and deliver as they please; each edit keeps the whole set of what its writer knew. The server itself reads whatever stands there. */
function play(steps: readonly Step[]): { written: Written[]; accepted: Edit[] } {
  const known = DEVICES.map(() => new Set<string>());
  const base = DEVICES.map(() => 1);
  const seq = DEVICES.map(() => 0);
  const written: Written[] = [];
  const accepted: Edit[] = [];
  let version = 1;
  const read = (who: number): void => {
    for (const one of accepted) for (const id of [one.id, ...(written.find(({ id: of }) => of === one.id)?.knows ?? [])]) known[who]?.add(id);
    base[who] = version;
  };
  const deliver = (edit: Written | undefined): void => {
    if (!edit || accepted.some(({ id }) => id === edit.id)) return;
    version += 1;
    accepted.push({ ...edit, version });
  };
  for (const { kind, who, which, value, atMs } of steps) {
    const device = DEVICES[who] ?? null;
    if (kind === 'read' || device === null) read(who);
    if (kind === 'edit') {
      const edit = { id: `e${String(written.length).padStart(3, '0')}`, value: VALUES[value] as string, atMs, device, seq: device === null ? 0 : (seq[who] = (seq[who] ?? 0) + 1), base: base[who] as number, knows: new Set(known[who]) };
      written.push(edit);
      known[who]?.add(edit.id);
      if (device === null) deliver(edit);
    }
    if (kind === 'deliver') deliver(written[which % Math.max(1, written.length)]);
  }
  for (const edit of written) deliver(edit);
  return { written, accepted };
}

const outcome = (edits: readonly Edit[]) => {
  const { standing, heads, isDisputed } = settle(edits, 'ask');
  return { value: standing?.value, heads: heads.map(({ id }) => id), isDisputed };
};

describe('edits of one field', () => {
  test('leave as heads exactly those of which no other writer knew, whoever read and delivered when', () => {
    fc.assert(fc.property(fc.array(aStep, { maxLength: 24 }), (steps) => {
      const { written, accepted } = play(steps);
      const truth = written.filter(({ id }) => !written.some(({ knows }) => knows.has(id))).map(({ id }) => id);
      expect(headsOf(accepted).map(({ id }) => id)).toEqual(truth);
    }), { numRuns: 400 });
  });

  test('of two devices that were offline end in the same, in whatever order they arrive and however often', () => {
    const queue = (device: string) => fc.array(fc.record({ value: fc.nat(2), atMs: fc.nat(3) }), { minLength: 1, maxLength: 4 }).map((all) => all.map(({ value, atMs }, i) => ({ id: `${device}${i}`, value: VALUES[value] as string, atMs, device, seq: i + 1, base: 1 })));
    fc.assert(fc.property(queue('a'), queue('b'), fc.array(fc.nat(7), { maxLength: 30 }), fc.infiniteStream(fc.nat(100)), (ann, bo, arrivals, ranks) => {
      const inOrder = (list: readonly Omit<Edit, 'version'>[]): Edit[] => {
        const seen = new Map<string, Edit>();
        for (const edit of list) if (!seen.has(edit.id)) seen.set(edit.id, { ...edit, version: seen.size + 2 });
        return [...seen.values()];
      };
      const all = [...ann, ...bo];
      const repeated = [...arrivals.map((at) => all[at % all.length] as (typeof all)[number]), ...all];
      const shuffled = repeated.map((edit) => ({ edit, rank: ranks.next().value })).sort((a, b) => a.rank - b.rank).map(({ edit }) => edit);
      const expected = outcome(inOrder([...ann, ...bo]));
      expect([outcome(inOrder([...bo, ...ann])), outcome(inOrder(shuffled)), outcome(inOrder(shuffled).reverse())]).toEqual([expected, expected, expected]);
    }), { numRuns: 300 });
  });

  const edit = (id: string, value: string, more: Partial<Edit> = {}): Edit => ({ id, value, atMs: 0, device: id, seq: 1, base: 1, version: 2, ...more });

  test('that say the same are not disputed, and none are where the last wins', () => {
    expect(settle([edit('a', 'roof'), edit('b', 'roof', { version: 3 })], 'ask').isDisputed).toBe(false);
    const apart = [edit('a', 'roof', { atMs: 5 }), edit('b', 'gate', { version: 3, atMs: 4 })];
    expect([settle(apart, 'last-wins').isDisputed, settle(apart, 'last-wins').standing?.value, settle(apart, 'ask').isDisputed]).toEqual([false, 'roof', true]);
  });

  test('are settled by a decision that knew of them, and disputed anew by a third that did not', () => {
    const decided = [edit('a', 'roof'), edit('b', 'gate', { version: 3 }), edit('d', 'roof', { device: null, seq: 0, base: 3, version: 4 })];
    expect(outcome(decided)).toEqual({ value: 'roof', heads: ['d'], isDisputed: false });
    expect(outcome([...decided, edit('c', 'cellar', { version: 5 })])).toMatchObject({ heads: ['c', 'd'], isDisputed: true });
  });

  test('that could not have been made so still leave a head, and none leave nothing', () => {
    const impossible = [edit('a', 'x', { device: 'd', seq: 2, version: 2, base: 1 }), edit('b', 'y', { device: 'e', version: 3, base: 2 }), edit('c', 'z', { device: 'd', seq: 1, version: 4, base: 3 })];
    expect(headsOf(impossible).length).toBe(1);
    expect(settle([], 'ask')).toEqual({ standing: null, heads: [], isDisputed: false });
  });
});
