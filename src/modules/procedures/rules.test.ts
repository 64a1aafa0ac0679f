import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROLES } from '#modules/identity/roles.ts';
import { eventTypes, typeOf } from '#modules/signals/public.ts';
import { Procedure } from './procedure.ts';
import { csvOf, procedureOfCsv } from './procedure-csv.ts';
import { blockersOf, checkProcedure, type Entry, type Known, mayLeave, standingOf, type Step, stepsOf, stepsToEnd } from './rules.ts';
import { SHIPPED } from './shipped.ts';
import { aProcedure, aStep } from './testing.ts';

const known: Known = { types: new Set(eventTypes.map(({ key }) => key)), roles: new Set(ROLES.map(({ key }) => key)), procedures: new Set(SHIPPED.map(({ key }) => key)) };
const T0 = Date.parse('2026-11-21T20:00:00Z');
const at = (n: number): string => new Date(T0 + n * 1000).toISOString();
const errors = (procedure: Procedure): string[] => checkProcedure(procedure, known).filter(({ weight }) => weight === 'error').map(({ stepId, words }) => `${stepId ?? ''}: ${words}`);

/** Walks a procedure by choices; towards the end once there were as many as it has steps, so that a loop is left. */
function walked(procedure: Procedure, choices: readonly number[]): Entry[] {
  const entries: Entry[] = [];
  for (let n = 0; n < procedure.steps.length * 4; n++) {
    const standing = standingOf(procedure, at(0), entries);
    const open = blockersOf(standing);
    const due = open[(choices[n] ?? 0) % Math.max(1, open.length)];
    if (!due) return entries;
    const { step } = due;
    const shortest = step.answers.toSorted((a, b) => (stepsToEnd(procedure, a.next) ?? 999) - (stepsToEnd(procedure, b.next) ?? 999))[0];
    const answer = step.kind === 'question' ? (n < procedure.steps.length ? step.answers[(choices[n] ?? 0) % step.answers.length] : shortest)?.answer ?? null : null;
    entries.push({ seq: n + 1, stepId: step.id, what: (choices[n] ?? 0) % 5 === 4 ? 'skipped' : 'done', answer, at: at(n + 1) });
  }
  throw new Error(`${procedure.key} does not end`);
}

const aShipped = fc.constantFrom(...SHIPPED);
const someChoices = fc.array(fc.nat(59), { minLength: 130, maxLength: 130 });

describe('the shipped procedures', () => {
  test('are 48 with 644 steps, without a fault, each event type in the one that the taxonomy names', () => {
    expect([SHIPPED.length, SHIPPED.reduce((sum, { steps }) => sum + steps.length, 0)]).toEqual([48, 644]);
    for (const procedure of SHIPPED) expect([procedure.key, errors(procedure)]).toEqual([procedure.key, []]);
    const types = SHIPPED.flatMap(({ types: of }) => of);
    expect(new Set(types).size).toBe(types.length);
    for (const { key, types: of } of SHIPPED) for (const type of of) expect([type, typeOf(type)?.sop]).toEqual([type, key]);
  });

  test('end, whatever is answered, passed over, and in whichever order a group is done', () => {
    fc.assert(fc.property(aShipped, someChoices, (procedure, choices) => {
      const standing = standingOf(procedure, at(0), walked(procedure, choices));
      expect(standing.due.some(({ step }) => step.kind === 'end')).toBe(true);
      expect(blockersOf(standing)).toEqual([]);
    }), { numRuns: 150 });
  });

  test('replay alike: the same entries in any order of reading give the same standing, and one taken back gives the standing before it', () => {
    fc.assert(fc.property(aShipped, someChoices, fc.nat(40), (procedure, choices, cut) => {
      const entries = walked(procedure, choices).slice(0, cut);
      const standing = standingOf(procedure, at(0), entries);
      expect(standingOf(procedure, at(0), entries.toReversed())).toEqual(standing);
      const due = standing.due.find(({ step }) => step.kind !== 'end')?.step;
      if (!due) return;
      const more: Entry[] = [...entries, { seq: 900, stepId: due.id, what: 'done', answer: due.answers[0]?.answer ?? null, at: at(900) }, { seq: 901, stepId: due.id, what: 'taken-back', answer: null, at: at(901) }];
      expect(standingOf(procedure, at(0), more)).toEqual(standing);
    }), { numRuns: 150 });
  });

  test('go out as JSON and CSV and come back as they were', () => {
    for (const procedure of SHIPPED) {
      expect(Procedure.parse(JSON.parse(JSON.stringify(procedure)))).toEqual(procedure);
      const read = procedureOfCsv(csvOf(procedure));
      expect(read.ok && Procedure.parse(read.procedure)).toEqual(procedure);
    }
  });
});

describe('a walk', () => {
  const steps: Step[] = [
    aStep({ id: 'ask', kind: 'question', answers: [{ answer: 'yes', next: 'police' }, { answer: 'no', next: 'look' }] }),
    aStep({ id: 'police', group: 'g', next: 'lock' }), aStep({ id: 'lock', group: 'g', next: 'note', required: false }), aStep({ id: 'note', group: 'g', next: 'done' }),
    aStep({ id: 'look', required: false, next: 'done' }), aStep({ id: 'done', kind: 'end', next: null, dispositions: ['genuine'] }),
  ];
  const procedure = aProcedure({ start: 'ask', steps });
  const entry = (seq: number, stepId: string, answer: string | null = null): Entry => ({ seq, stepId, what: 'done', answer, at: at(seq) });
  const dueAfter = (...entries: Entry[]): string[] => standingOf(procedure, at(0), entries).due.map(({ step }) => step.id);

  test('makes the steps of a group due together, and what follows waits for the required ones', () => {
    expect(dueAfter(entry(1, 'ask', 'yes'))).toEqual(['police', 'lock', 'note']);
    expect(dueAfter(entry(1, 'ask', 'yes'), entry(2, 'note'))).toEqual(['police', 'lock']);
    const all = standingOf(procedure, at(0), [entry(1, 'ask', 'yes'), entry(2, 'note'), entry(3, 'police')]);
    expect(all.due.map(({ step, since }) => [step.id, since])).toEqual([['lock', at(1)], ['done', at(3)]]);
    expect(blockersOf(all)).toEqual([]);
  });

  test('is not closed past an optional step that nobody passed over, and times a step from when it became due', () => {
    const standing = standingOf(procedure, at(0), [entry(7, 'ask', 'no')]);
    expect(blockersOf(standing).map(({ step, dueAt }) => [step.id, dueAt])).toEqual([['look', at(67)]]);
  });

  test('says in words why a step cannot be left', () => {
    const standing = standingOf(procedure, at(0), []);
    expect(mayLeave(standing, 'look', null, 'done')).toMatchObject({ ok: false, code: 'not-due' });
    expect(mayLeave(standing, 'ask', null, 'skipped')).toMatchObject({ ok: false, code: 'answer-first', reason: 'Say with which answer the procedure goes on.' });
    expect(mayLeave(standing, 'ask', 'perhaps', 'done')).toMatchObject({ ok: false, code: 'no-such-answer' });
    expect(mayLeave(standingOf(procedure, at(0), [entry(1, 'ask', 'no'), entry(2, 'look')]), 'done', null, 'done')).toMatchObject({ ok: false, code: 'end-by-closing' });
  });
});

test.each<[string, Partial<Procedure> | Step[], string]>([
  ['a way that is not there', [aStep({ id: 'a', next: 'b' })], 'a: It leads to the step b, which is not there.'],
  ['a circle without an end', [aStep({ id: 'a', next: 'b' }), aStep({ id: 'b', next: 'a' })], 'a: From here no way leads to an end.'],
  ['a step that nothing leads to', [aStep({ id: 'a', kind: 'end', next: null }), aStep({ id: 'b', next: 'a' })], 'b: No way leads to this step.'],
  ['a question with one answer', [aStep({ id: 'a', kind: 'question', answers: [{ answer: 'yes', next: 'b' }] }), aStep({ id: 'b', kind: 'end', next: null })], 'a: A question has at least two answers.'],
  ['a group that is torn', [aStep({ id: 'a', group: 'g', next: 'b' }), aStep({ id: 'b', next: 'c' }), aStep({ id: 'c', group: 'g', next: 'd' }), aStep({ id: 'd', kind: 'end', next: null })], 'a: The steps of the group g do not follow each other in one line.'],
  ['an event type that is none', { types: ['door.opened'] }, ': No event type is called door.opened.'],
  ['a hand-over to nothing', [aStep({ id: 'a', next: 'b', handsOverTo: 'nowhere' }), aStep({ id: 'b', kind: 'end', next: null })], 'a: It hands over to the procedure nowhere, which is not there.'],
])('the checker names %s', (_what, change, words) => {
  expect(errors(aProcedure(Array.isArray(change) ? { steps: change } : change))).toContain(words);
});

test('a file that is no procedure is refused with the line', () => {
  expect(procedureOfCsv('row,id\nprocedure,a\nbanana,b\n')).toEqual({ ok: false, reason: 'Line 3: a row of the sort “banana” is not known.' });
  expect(procedureOfCsv('row,id,text\nprocedure,a,A\nanswer,q,yes\n')).toEqual({ ok: false, reason: 'Line 3: it belongs to “q”, which is not there.' });
  expect(procedureOfCsv('"')).toMatchObject({ ok: false });
});

test('every step of a procedure is found by its id', () => {
  for (const procedure of SHIPPED) expect(stepsOf(procedure).size).toBe(procedure.steps.length);
});
