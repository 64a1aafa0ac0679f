import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CustodyEvent, faultOfChain } from './chain.ts';

const steps = fc.array(fc.record({ kind: fc.constantFrom('moved', 'handed-over', 'viewed'), holder: fc.constantFrom('a', 'b', null), place: fc.constantFrom('x', 'y', null) }), { minLength: 2, maxLength: 12 });

/** A chain without gaps out of arbitrary moves; each event differs from the one before it by its number. */
function chainOf(moves: readonly { kind: string; holder: string | null; place: string | null }[]): CustodyEvent[] {
  const chain: CustodyEvent[] = [{ seq: 1, kind: 'received', at: '2026-01-01T08:00:00Z', holder: 'a', holderBefore: null, place: null, placeBefore: null }];
  for (const { kind, holder, place } of moves) {
    const before = chain.at(-1) as CustodyEvent;
    chain.push({ seq: before.seq + 1, kind, at: `2026-01-01T08:${String(before.seq).padStart(2, '0')}:00Z`, holder, holderBefore: before.holder, place, placeBefore: before.place });
  }
  return chain;
}

describe('a chain of custody', () => {
  test('holds where every event begins as the one before it ended', () => {
    fc.assert(fc.property(steps, (moves) => faultOfChain(chainOf(moves)) === null), { numRuns: 50 });
  });

  test('does not hold with any event but the last dropped, doubled or exchanged with the next', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (moves, pick) => {
        const chain = chainOf(moves);
        const i = pick % (chain.length - 1);
        const [one, next] = chain.slice(i, i + 2) as [CustodyEvent, CustodyEvent];
        for (const altered of [chain.toSpliced(i, 1), chain.toSpliced(i, 0, one), chain.toSpliced(i, 2, next, one)]) expect(faultOfChain(altered)?.seq).toBe(altered.findIndex((event, at) => event.seq !== at + 1) + 1);
      }),
      { numRuns: 50 },
    );
  });

  test('compares moments, not their spelling: nine tenths come before ninety-five hundredths', () => {
    const [first, second] = chainOf([{ kind: 'viewed', holder: 'a', place: null }]) as [CustodyEvent, CustodyEvent];
    expect(faultOfChain([{ ...first, at: '2026-01-01T08:00:00.9Z' }, { ...second, at: '2026-01-01T08:00:00.95Z' }])).toBeNull();
  });

  test.each<[string, (chain: CustodyEvent[]) => void, RegExp]>([
    ['taken from another holder', (chain) => { (chain[2] as CustodyEvent).holderBefore = 'stranger'; }, /event 3 takes it from another holder/],
    ['taken from another place', (chain) => { (chain[1] as CustodyEvent).placeBefore = 'y'; }, /event 2 takes it from another place/],
    ['entered earlier than the one before', (chain) => { (chain[2] as CustodyEvent).at = '2025-01-01T00:00:00Z'; }, /event 3 is earlier/],
    ['received twice', (chain) => { (chain[1] as CustodyEvent).kind = 'received'; }, /a second time/],
    ['never received', (chain) => { (chain[0] as CustodyEvent).kind = 'moved'; }, /does not begin with the receipt/],
    ['moved after its disposal', (chain) => { (chain[1] as CustodyEvent).kind = 'disposed'; }, /event 3 moves an exhibit that was disposed of/],
    ['empty', (chain) => { chain.length = 0; }, /no event at all/],
  ])('that is %s is refused', (_what, alter, reason) => {
    const chain = chainOf([{ kind: 'moved', holder: 'a', place: 'x' }, { kind: 'handed-over', holder: 'b', place: 'x' }]);
    alter(chain);
    expect(faultOfChain(chain)?.reason).toMatch(reason);
  });
});
