import { explainChange } from '#engines/interruption/path/change.ts';
import { refuse, type Refusal, type Response } from '#engines/interruption/path/task.ts';
import { openStudy, type StudyPath } from '#engines/interruption/study/study.ts';
import { cheapestMeasures, type CheapestMeasures } from '#engines/interruption/upgrades/upgrades.ts';
import { type Asked, facilityOf, type Measure, sensorsOf } from './path-rules.ts';

/** The weakest path to an asset and the zones that nobody reaches. */
export type Answer = { ok: true; path: StudyPath; screened: number; unreached: string[] };

/** Answers one question: the path that this threat takes, and P(I) on it. */
export function answerOf(asked: Asked, response: Response): Answer | Refusal {
  const opened = openStudy(facilityOf(asked));
  if (!opened.ok) return opened;
  const found = opened.study.weakest(asked.asset.id, asked.threat.strategy, response);
  return found.ok ? { ok: true, path: found.path, screened: found.screened, unreached: [...opened.study.unreached] } : found;
}

/** The elements that a path passes, in order. */
export const elementsOf = (path: StudyPath): string[] => path.steps.flatMap(({ element }) => (element ? [element.id] : []));

/**
 * Why P(I) is another than before. `other-path`: the adversary takes another way. `displaced`: detection rose and P(I) fell, since the sooner
 * detection takes the place of a later one that was more surely in time; `at` is the sooner step, `from` the one that loses most.
 */
export type Why =
  | { kind: 'same' | 'moved' }
  | { kind: 'other-path' }
  | { kind: 'displaced'; at: number; from: number; inTimeAt: number; inTimeFrom: number };

const TINY = 1e-9;

export function whyMoved(before: StudyPath, after: StudyPath, response: Response): Why {
  if (Math.abs(after.easi - before.easi) < TINY) return { kind: 'same' };
  if (elementsOf(before).join() !== elementsOf(after).join() || before.steps.length !== after.steps.length) return { kind: 'other-path' };
  const tasks = (path: StudyPath) => path.steps.map(({ element, detection, place, delayS, delaySdS }) => ({ name: element?.id ?? '', detection, place, delayS, delaySdS }));
  const change = explainChange(tasks(before), tasks(after), response);
  if (!change.ok || !change.isDisplaced) return { kind: 'moved' };
  const byGain = change.tasks.toSorted((a, b) => b.byFirstDetection - a.byFirstDetection);
  const [at, from] = [byGain[0]?.task ?? 0, byGain.at(-1)?.task ?? 0];
  return { kind: 'displaced', at, from, inTimeAt: after.steps[at]?.inTime ?? 0, inTimeFrom: after.steps[from]?.inTime ?? 0 };
}

/** One measure by itself: what P(I) becomes. */
export type Worth = { id: string; interruption: number };
export const worthOf = (asked: Asked, response: Response): Worth[] =>
  asked.protection.measures.flatMap(({ id }) => {
    const answer = answerOf({ ...asked, measures: [...new Set([...asked.measures, id])] }, response);
    return answer.ok ? [{ id, interruption: answer.path.easi }] : [];
  });

/** The cheapest of the floor's measures that bring P(I) to `least`. Not proven for a mixed adversary, whose paths are screened. */
export function cheapestTo(asked: Asked, response: Response, least: number, mostAssessments = 400): CheapestMeasures | Refusal {
  const { measures } = asked.protection;
  if (new Set(measures.map(({ currency }) => currency)).size > 1) return refuse('measures', 'Measures in several currencies are not added up.');
  const watches = new Map(sensorsOf(asked.floor, asked.protection).map(({ id, watches: of }) => [id, of]));
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => numbers.get(id) ?? (numbers.set(id, numbers.size), numbers.size - 1);
  const known = measures.map(({ id, costMinor, elementId }: Measure) => ({ id, cost: costMinor, elements: [...new Set([numberOf(elementId), numberOf(watches.get(elementId) ?? elementId)])] }));
  const found = cheapestMeasures(known, least, (chosen) => {
    const answer = answerOf({ ...asked, measures: chosen.map(({ id }) => id) }, response);
    return answer.ok ? { interruption: answer.path.easi, elements: new Set(elementsOf(answer.path).map(numberOf)) } : { interruption: 1, elements: new Set() };
  }, { mostAssessments });
  return found.ok && asked.threat.strategy === 'mixed' ? { ...found, proven: false } : found;
}
