import type { Procedure, Step } from '../rules.ts';

/** A step as it is typed: lists as lines, numbers as text. */
export type StepDraft = Omit<Step, 'answers' | 'dispositions' | 'targetS' | 'document'> & { key: number; answers: string; dispositions: string; targetS: string; documentTitle: string; documentUrl: string };
/** A procedure as it is typed. */
export type Draft = Omit<Procedure, 'steps' | 'types' | 'doNot' | 'callLists'> & { types: string; doNot: string; callLists: string; steps: StepDraft[] };

const lines = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

const stepDraft = ({ answers, dispositions, targetS, document, ...step }: Step, key: number): StepDraft => ({
  ...step, key, answers: answers.map(({ answer, next }) => `${answer} → ${next}`).join('\n'), dispositions: dispositions.join('\n'), targetS: String(targetS), documentTitle: document?.title ?? '', documentUrl: document?.url ?? '',
});

export const draftOf = ({ steps, types, doNot, callLists, ...head }: Procedure): Draft => ({
  ...head, types: types.join('\n'), doNot: doNot.join('\n'), callLists: callLists.map(({ key, title, contacts }) => `${key} | ${title} | ${contacts.join(', ')}`).join('\n'), steps: steps.map(stepDraft),
});

/** A new step behind the others, with an id that none of them has. */
export function newStep(steps: readonly StepDraft[]): StepDraft {
  const used = new Set(steps.map(({ id }) => id));
  let n = steps.length + 1;
  while (used.has(`s${n}`)) n++;
  return stepDraft({ id: `s${n}`, kind: 'instruction', text: '', role: 'gsoc-operator', required: true, targetS: 60, action: null, callList: null, document: null, handsOverTo: null, group: null, next: null, answers: [], dispositions: [] }, Math.max(0, ...steps.map(({ key }) => key)) + 1);
}

/** Read from the form, or the line that cannot be read, by its number and words. */
export type Read<T> = { ok: true; value: T } | { ok: false; line: string; n: number };

function eachLine<T>(text: string, read: (line: string) => T | null): Read<T[]> {
  const value: T[] = [];
  for (const [at, line] of lines(text).entries()) {
    const one = read(line);
    if (one === null) return { ok: false, line, n: at + 1 };
    value.push(one);
  }
  return { ok: true, value };
}

const answerIn = (line: string) => {
  const [, answer, next] = /^(.+?)\s*(?:→|->)\s*(\S+)$/.exec(line) ?? [];
  return answer && next ? { answer, next } : null;
};

const callListIn = (line: string) => {
  const [key = '', title = '', contacts = '', more] = line.split('|').map((part) => part.trim());
  const list = contacts.split(',').map((contact) => contact.trim()).filter(Boolean);
  return key && title && list.length > 0 && more === undefined ? { key, title, contacts: list } : null;
};

const orNull = (text: string | null): string | null => text?.trim() || null;

function stepIn({ key: _key, answers, dispositions, targetS, documentTitle, documentUrl, ...step }: StepDraft): Read<Step> {
  const read = eachLine(answers, answerIn);
  if (!read.ok) return read;
  const isQuestion = step.kind === 'question';
  const isEnd = step.kind === 'end';
  const document = documentTitle.trim() === '' && documentUrl.trim() === '' ? null : { title: documentTitle.trim(), url: documentUrl.trim() };
  return {
    ok: true,
    value: {
      ...step, text: step.text.trim(), id: step.id.trim(), role: step.role.trim(), group: orNull(step.group), handsOverTo: orNull(step.handsOverTo), action: orNull(step.action), callList: orNull(step.callList),
      targetS: Number(targetS), document, next: isQuestion || isEnd ? null : orNull(step.next), answers: isQuestion ? read.value : [], dispositions: isEnd ? lines(dispositions) : [],
    },
  };
}

/** The procedure that was typed, or what of it cannot be read. */
export function procedureIn({ steps, types, doNot, callLists, ...head }: Draft): Read<Procedure> {
  const lists = eachLine(callLists, callListIn);
  if (!lists.ok) return lists;
  const read: Step[] = [];
  for (const draft of steps) {
    const step = stepIn(draft);
    if (!step.ok) return step;
    read.push(step.value);
  }
  return { ok: true, value: { ...head, types: lines(types), doNot: lines(doNot), callLists: lists.value, steps: read } };
}
