import { exitsOf, type Procedure, type Step, stepsOf } from './shape.ts';
import { stepsToEnd } from './walk.ts';

/** What is wrong with a procedure, in words; `error` keeps it from being put in force. */
export type Fault = { readonly stepId: string | null; readonly weight: 'error' | 'hint'; readonly words: string };

/** What the procedure may refer to. */
export type Known = { readonly types: ReadonlySet<string>; readonly roles: ReadonlySet<string>; readonly procedures: ReadonlySet<string> };

const error = (stepId: string | null, words: string): Fault => ({ stepId, weight: 'error', words });
const hint = (stepId: string | null, words: string): Fault => ({ stepId, weight: 'hint', words });
const twice = (all: readonly string[]): string[] => [...new Set(all.filter((one, i) => all.indexOf(one) !== i))];

/** Checks a procedure whole: its references, that each step can be reached, and that from each step an end can. */
export function checkProcedure(procedure: Procedure, known: Known): Fault[] {
  const steps = stepsOf(procedure);
  const faults = [...twice(procedure.steps.map(({ id }) => id)).map((id) => error(id, `Two steps are called ${id}. Give one another name.`)), ...checkHead(procedure, known)];
  if (!steps.has(procedure.start)) return [...faults, error(null, `It begins with the step ${procedure.start}, which is not there.`)];
  for (const step of procedure.steps) faults.push(...checkStep(step, procedure, steps), ...checkReferences(step, procedure, known));
  if (faults.some(({ weight }) => weight === 'error')) return faults;
  return [...faults, ...checkGroups(procedure, steps), ...checkWays(procedure)];
}

function checkHead(procedure: Procedure, known: Known): Fault[] {
  return [
    ...procedure.types.filter((type) => !known.types.has(type)).map((type) => error(null, `No event type is called ${type}.`)),
    ...twice(procedure.types).map((type) => error(null, `The event type ${type} stands twice.`)),
    ...twice(procedure.callLists.map(({ key }) => key)).map((key) => error(null, `Two call lists are called ${key}.`)),
    ...(procedure.types.length === 0 ? [hint(null, 'No event type begins it: it is begun by hand, or by another procedure.')] : []),
    ...(known.roles.has(procedure.owner) ? [] : [hint(null, `No role is called ${procedure.owner}.`)]),
  ];
}

function checkStep(step: Step, procedure: Procedure, steps: ReadonlyMap<string, Step>): Fault[] {
  const { id, kind } = step;
  const faults = exitsOf(step).filter((exit) => !steps.has(exit)).map((exit) => error(id, `It leads to the step ${exit}, which is not there.`));
  if (kind === 'question' && step.answers.length < 2) faults.push(error(id, 'A question has at least two answers.'));
  if (kind === 'question' && step.next !== null) faults.push(error(id, 'A question goes on by its answers, and has no other next step.'));
  if (kind !== 'question' && step.answers.length > 0) faults.push(error(id, 'Only a question has answers.'));
  if (kind === 'end' && exitsOf(step).length > 0) faults.push(error(id, 'Nothing follows an end.'));
  if (kind !== 'end' && kind !== 'question' && step.next === null) faults.push(error(id, 'Say which step comes next, or make it an end.'));
  if (kind === 'end' && step.group !== null) faults.push(error(id, 'An end stands in no group.'));
  if (kind === 'question' && step.group !== null) faults.push(error(id, 'A question stands in no group: what follows would depend on who is quicker.'));
  if (kind === 'document' && step.document === null) faults.push(error(id, 'Name the document and its address.'));
  if (step.next === id || step.answers.some(({ next }) => next === id)) faults.push(error(id, 'It leads to itself.'));
  for (const answer of twice(step.answers.map((one) => one.answer))) faults.push(error(id, `The answer “${answer}” stands twice.`));
  if (step.callList !== null && !procedure.callLists.some(({ key }) => key === step.callList)) faults.push(error(id, `The call list ${step.callList} is not among those of the procedure.`));
  return faults;
}

function checkReferences(step: Step, { key }: Procedure, known: Known): Fault[] {
  const faults: Fault[] = [];
  if (!known.roles.has(step.role)) faults.push(hint(step.id, `No role is called ${step.role}.`));
  if (step.handsOverTo === key) faults.push(error(step.id, 'A procedure does not hand over to itself.'));
  else if (step.handsOverTo !== null && !known.procedures.has(step.handsOverTo)) faults.push(error(step.id, `It hands over to the procedure ${step.handsOverTo}, which is not there.`));
  if (step.kind !== 'end' && step.dispositions.length > 0) faults.push(error(step.id, 'Only an end has dispositions.'));
  if (step.kind === 'call' && step.callList === null) faults.push(hint(step.id, 'It names no call list: the text alone says whom to call.'));
  return faults;
}

/** The steps of a group follow each other, so that they are due together and lead to one step. */
function checkGroups({ steps: all }: Procedure, steps: ReadonlyMap<string, Step>): Fault[] {
  const groups = Map.groupBy(all.filter(({ group }) => group !== null), ({ group }) => group as string);
  return [...groups].flatMap(([name, members]) => {
    const ways = members.filter((step) => steps.get(step.next ?? '')?.group !== name).length;
    const later = new Set(members.map(({ next }) => next));
    const firsts = members.filter(({ id }) => !later.has(id)).length;
    return ways === 1 && firsts === 1 ? [] : [error(members[0]?.id ?? null, `The steps of the group ${name} do not follow each other in one line.`)];
  });
}

function checkWays(procedure: Procedure): Fault[] {
  const steps = stepsOf(procedure);
  const reached = new Set([procedure.start]);
  for (const id of reached) for (const exit of exitsOf(steps.get(id) as Step)) reached.add(exit);
  return procedure.steps.flatMap(({ id }) => {
    if (!reached.has(id)) return [error(id, 'No way leads to this step.')];
    return stepsToEnd(procedure, id) === null ? [error(id, 'From here no way leads to an end.')] : [];
  });
}
