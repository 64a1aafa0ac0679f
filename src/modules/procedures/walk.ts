import { exitsOf, type Procedure, type Step, stepsOf } from './shape.ts';

/** What somebody did at a step, as a run keeps it: times ISO, UTC; `seq` counts from 1 within the run. */
export type Entry = { readonly seq: number; readonly stepId: string; readonly what: 'done' | 'skipped' | 'tried' | 'taken-back' | 'ended'; readonly answer: string | null; readonly at: string };

/** A step that is to be done, since when. */
export type Due = { readonly step: Step; readonly since: string; readonly dueAt: string };

/** Where a run stands: what is due in the order in which it came, and what was done and stands. */
export type Standing = { readonly due: readonly Due[]; readonly done: readonly Entry[] };

/** Refused, and why, in words for the person. */
export type Refused = { readonly ok: false; readonly code: 'not-due' | 'no-such-answer' | 'answer-first' | 'end-by-closing'; readonly reason: string };

type Waiting = { since: string; id: string };
type Group = { open: Set<string>; exit: string | null };

/** One way through a procedure, step by step. */
class Walk {
  readonly #steps: ReadonlyMap<string, Step>;
  #due: Waiting[] = [];
  #groups: Group[] = [];

  constructor(procedure: Procedure, beganAt: string) {
    this.#steps = stepsOf(procedure);
    this.#enter(procedure.start, beganAt);
  }

  get due(): Due[] {
    return this.#due.flatMap(({ id, since }) => {
      const step = this.#steps.get(id);
      return step ? [{ step, since, dueAt: new Date(Date.parse(since) + step.targetS * 1000).toISOString() }] : [];
    });
  }

  /** Leaves a step that is due; nothing where it is not. */
  leave({ stepId, answer, at }: Pick<Entry, 'stepId' | 'answer' | 'at'>): void {
    const step = this.#steps.get(stepId);
    if (!step || !this.#due.some(({ id }) => id === stepId)) return;
    this.#due = this.#due.filter(({ id }) => id !== stepId);
    if (step.group !== null) return this.#leaveGroup(stepId, at);
    const next = step.kind === 'question' ? step.answers.find((one) => one.answer === answer)?.next : step.next;
    if (next) this.#enter(next, at);
  }

  #enter(id: string, at: string): void {
    const step = this.#steps.get(id);
    if (!step || this.#due.some((one) => one.id === id)) return;
    if (step.group === null) return void this.#due.push({ id, since: at });
    const members = groupFrom(this.#steps, step);
    for (const member of members) if (!this.#due.some((one) => one.id === member.id)) this.#due.push({ id: member.id, since: at });
    const group: Group = { open: new Set(members.filter(({ required }) => required).map((member) => member.id)), exit: members.at(-1)?.next ?? null };
    this.#groups.push(group);
    this.#endGroup(group, at);
  }

  #leaveGroup(stepId: string, at: string): void {
    const left = this.#groups.filter((group) => group.open.delete(stepId));
    for (const group of left) this.#endGroup(group, at);
  }

  #endGroup(group: Group, at: string): void {
    if (group.open.size > 0) return;
    this.#groups = this.#groups.filter((one) => one !== group);
    if (group.exit !== null) this.#enter(group.exit, at);
  }
}

/** The steps of a group from the one by which it is entered, in their order. */
function groupFrom(steps: ReadonlyMap<string, Step>, first: Step): Step[] {
  const members: Step[] = [];
  for (let step: Step | undefined = first; step && step.group === first.group && !members.includes(step); step = step.next === null ? undefined : steps.get(step.next)) members.push(step);
  return members;
}

/** What counts of a run's entries: done and passed over, without what was taken back. */
export function standingEntries(entries: readonly Entry[]): Entry[] {
  const kept: Entry[] = [];
  for (const entry of entries.toSorted((a, b) => a.seq - b.seq)) {
    if (entry.what === 'done' || entry.what === 'skipped') kept.push(entry);
    else if (entry.what === 'taken-back') kept.pop();
  }
  return kept;
}

/** Replays what was done from the beginning. The same entries give the same standing, whoever asks. */
export function standingOf(procedure: Procedure, beganAt: string, entries: readonly Entry[]): Standing {
  const walk = new Walk(procedure, beganAt);
  const done = standingEntries(entries);
  for (const entry of done) walk.leave(entry);
  return { due: walk.due, done };
}

/** May this step be done, or passed over, with this answer? A question names one of its answers either way: that is where it goes on. */
export function mayLeave({ due }: Standing, stepId: string, answer: string | null, how: 'done' | 'skipped'): { ok: true; due: Due } | Refused {
  const found = due.find(({ step }) => step.id === stepId);
  if (!found) return { ok: false, code: 'not-due', reason: 'This step is not due. Look again at where the procedure stands.' };
  const { step } = found;
  if (step.kind === 'end') return { ok: false, code: 'end-by-closing', reason: 'This is the end of the procedure: close the alarm, and it ends with it.' };
  if (step.kind !== 'question') return { ok: true, due: found };
  if (answer === null) return { ok: false, code: 'answer-first', reason: how === 'done' ? 'Choose one of the answers.' : 'Say with which answer the procedure goes on.' };
  if (!step.answers.some((one) => one.answer === answer)) return { ok: false, code: 'no-such-answer', reason: 'That is not among the answers of this step.' };
  return { ok: true, due: found };
}

/**
 * What stands between here and the end: required steps that are due, and, where no end is due yet, optional ones too,
 * which are done or passed over without a reason.
 */
export function blockersOf({ due }: Standing): readonly Due[] {
  const steps = due.filter(({ step }) => step.kind !== 'end');
  return due.some(({ step }) => step.kind === 'end') ? steps.filter(({ step }) => step.required) : steps;
}

/** What the procedure says it may turn out to be, once its end is due. */
export const dispositionsOf = ({ due }: Standing): readonly string[] => due.flatMap(({ step }) => step.dispositions);

/** The fewest steps from here to an end, the end not counted; null where none can be reached. */
export function stepsToEnd(procedure: Procedure, from: string): number | null {
  const steps = stepsOf(procedure);
  const far = new Map([[from, 0]]);
  for (const [id, n] of far) {
    const step = steps.get(id);
    if (step?.kind === 'end') return n;
    for (const exit of step ? exitsOf(step) : []) if (!far.has(exit)) far.set(exit, n + 1);
  }
  return null;
}
