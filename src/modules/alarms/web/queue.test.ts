import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdStill } from '#ui/still.ts';
import { answerOf, groupOf, type Line, nextToTake, queueBy, queueOf, sectionsOf, takenFrom, waitingBehind } from './queue.ts';

type Row = { id: string; handling: 'unacknowledged' | 'acknowledged' | 'shelved' | 'closed'; ownerId: string | null; priority: number; raisedAt: string; shelvedUntil: string | null };

const at = (s: number): string => new Date(Date.UTC(2026, 10, 21, 2, 0, s)).toISOString();
const row = (id: string, change: Partial<Row> = {}): Row => ({ id, handling: 'unacknowledged', ownerId: null, priority: 2, raisedAt: at(0), shelvedUntil: null, ...change });
const keys = (lines: readonly Line<Row>[]): string[] => lines.map((line) => line.key);

describe('the queue', () => {
  it('goes by who holds an alarm, then priority, then age', () => {
    const rows = [
      row('late', { priority: 1, raisedAt: at(9) }), row('old', { priority: 1, raisedAt: at(1) }), row('low', { priority: 4 }), row('mine', { ownerId: 'me', handling: 'acknowledged' }),
      row('theirs', { ownerId: 'ines' }), row('shelf-2', { handling: 'shelved', shelvedUntil: at(50) }), row('shelf-1', { handling: 'shelved', shelvedUntil: at(40), priority: 4 }), row('over', { handling: 'closed' }),
    ];
    expect(keys(queueOf(rows, 'me'))).toEqual(['group unacknowledged', 'old', 'late', 'low', 'group mine', 'mine', 'group others', 'theirs', 'group shelved', 'shelf-1', 'shelf-2']);
  });

  it('puts a claimed alarm where its owner is, though it is not acknowledged yet', () => {
    expect(groupOf(row('a', { ownerId: 'me' }), 'me')).toBe('mine');
    expect(groupOf(row('a', { ownerId: 'ines' }), 'me')).toBe('others');
  });

  const aRow = fc.record({
    id: fc.integer({ min: 0, max: 40 }).map((n) => `a${n}`), handling: fc.constantFrom('unacknowledged', 'acknowledged', 'shelved', 'closed'), ownerId: fc.constantFrom(null, 'me', 'ines'),
    priority: fc.integer({ min: 1, max: 4 }), raisedAt: fc.integer({ min: 0, max: 59 }).map(at), shelvedUntil: fc.constantFrom(null, at(30), at(59)),
  }) as fc.Arbitrary<Row>;
  const rows = fc.uniqueArray(aRow, { selector: ({ id }) => id });

  it('shows every open alarm once, and none that is closed', () => {
    fc.assert(fc.property(rows, (alarms) => {
      const shown = queueOf(alarms, 'me').flatMap((line) => (line.kind === 'alarm' ? [line.alarm.id] : []));
      expect(shown.toSorted()).toEqual(alarms.filter(({ handling }) => handling !== 'closed').map(({ id }) => id).toSorted());
    }));
  });

  it('never moves a line that stands under the pointer, whatever comes, goes or changes hands; what is new waits', () => {
    fc.assert(fc.property(rows, rows, (before, now) => {
      const stood = queueOf(before, 'me');
      const next = queueOf(now, 'me');
      const held = holdStill(stood, next, (line) => line.key);
      expect(held.rows.map((line) => line.row.key)).toEqual(keys(stood));
      const drawn = sectionsOf(held.rows);
      expect(drawn.flatMap((section) => [`group ${section.group}`, ...section.rows.map(({ alarm }) => alarm.id)])).toEqual(keys(stood));
      const { count } = waitingBehind(held.rows, next);
      const open = now.filter(({ handling }) => handling !== 'closed');
      expect(count + drawn.flatMap((section) => section.rows).filter(({ isGone }) => !isGone).length).toBe(open.length);
    }));
  });

  it('says the highest priority of what waits', () => {
    const held = queueOf([row('a')], 'me').map((line) => ({ row: line }));
    expect(waitingBehind(held, queueOf([row('a'), row('b', { priority: 3 }), row('c', { priority: 1 })], 'me'))).toEqual({ count: 2, priority: 1 });
    expect(waitingBehind(held, queueOf([row('a')], 'me'))).toEqual({ count: 0, priority: null });
  });

  it('knows what was taken over from the reader, and not what they gave up themselves', () => {
    const held = new Set(['a', 'b', 'c']);
    expect(takenFrom(held, [row('a', { ownerId: 'ines' }), row('b'), row('c', { ownerId: 'me' }), row('d', { ownerId: 'ines' })], 'me').map(({ id }) => id)).toEqual(['a']);
  });

  it('takes next what nobody holds, the most urgent and then the oldest', () => {
    expect(nextToTake([row('a', { raisedAt: at(5) }), row('b', { raisedAt: at(2) }), row('c', { priority: 1, ownerId: 'ines' }), row('d', { priority: 1, handling: 'shelved' })])?.id).toBe('b');
    expect(nextToTake([row('a', { ownerId: 'me' })])).toBeNull();
  });

  it('takes of one priority what is offered to the reader first and what is offered to others last; a more urgent one goes before', () => {
    const offers = new Map([['mine', { personId: 'me' }], ['theirs', { personId: 'ines' }]]);
    const three = [row('theirs', { raisedAt: at(1) }), row('free', { raisedAt: at(2) }), row('mine', { raisedAt: at(3) })];
    expect(nextToTake(three, offers, 'me')?.id).toBe('mine');
    expect(nextToTake(three.slice(0, 2), offers, 'me')?.id).toBe('free');
    expect(nextToTake([...three, row('first', { priority: 1, raisedAt: at(9) })], offers, 'me')?.id).toBe('first');
  });
});

describe('the answer to an alarm', () => {
  const alarm = { handling: 'unacknowledged' as const, knownAt: at(0), answerBy: at(30), acknowledgedAt: null };

  it('is due, then over, counted from when the alarm was known', () => {
    expect(answerOf(alarm, new Date(at(10)))).toEqual({ kind: 'due', ms: 20_000, ofMs: 30_000, part: 1 / 3 });
    expect(answerOf(alarm, new Date(at(30)))).toMatchObject({ kind: 'due', ms: 0, part: 1 });
    expect(answerOf(alarm, new Date(at(42)))).toEqual({ kind: 'over', ms: 12_000, ofMs: 30_000, part: 1 });
  });

  it('is given with the acknowledgement, in time or not', () => {
    expect(answerOf({ ...alarm, handling: 'acknowledged', acknowledgedAt: at(30) }, new Date(at(50)))).toEqual({ kind: 'given', afterMs: 30_000, isInTime: true });
    expect(answerOf({ ...alarm, handling: 'closed', acknowledgedAt: at(31) }, new Date(at(50)))).toMatchObject({ kind: 'given', isInTime: false });
  });

  it('is not asked for while shelved, and a clock behind the server never makes more time than there is', () => {
    expect(answerOf({ ...alarm, handling: 'shelved' }, new Date(at(10)))).toEqual({ kind: 'none' });
    expect(answerOf(alarm, new Date(Date.parse(at(0)) - 5_000))).toMatchObject({ kind: 'due', ms: 30_000, part: 0 });
  });
});

describe('what alarms have in common', () => {
  const of = (id: string, sourceName: string, minute: number) => ({ ...row(id), sourceId: sourceName, sourceName, type: 'intrusion.alarm', title: 'Intrusion', siteId: null, site: null, raisedAt: `2026-11-20T12:${String(minute).padStart(2, '0')}:00Z` });
  it('stands together with why, by the most urgent, and what stands alone comes last; nothing is lost or told twice', () => {
    const alarms = [of('a', 'Gate', 1), of('b', 'Hall', 2), of('c', 'Gate', 4)];
    const lines = queueBy(alarms, 'me', 'device');
    expect(lines.map((line) => (line.kind === 'alarm' ? line.alarm.id : [line.bucket?.by, line.bucket?.name, line.bucket?.spanMs, line.count]))).toEqual([['device', 'Gate', 180_000, 2], 'a', 'c', ['rest', '', 0, 1], 'b']);
    expect(queueBy(alarms, 'me', 'holder')).toEqual(queueOf(alarms, 'me'));
  });
});
