import { probabilityInTime } from '../path/easi.ts';
import { AHEAD, refuse, wrongResponse, type Refusal, type Response, type SensorPlace, type Task } from '../path/task.ts';
import { easiBound } from '../graph/screen.ts';
import { distinctPaths } from '../graph/distinct.ts';
import { tasksOf } from '../graph/evaluate.ts';
import type { VulnerablePath } from '../graph/search.ts';
import { modelOfFacility, type Facility, type Point } from '../plan/facility.ts';
import type { ElementName, Tactic } from '../plan/model.ts';
import { openStrategy, type Strategy, type StrategyGraph } from '../plan/strategies.ts';

/** One step of a path as a person follows it: the element passed (null for open ground), where it is passed, and what EASI says of it. Times in seconds, `startS` from the start. */
export type StudyStep = {
  element: ElementName | null; tactic: Tactic | null; at: Point | null; detection: number; place: SensorPlace; delayS: number; delaySdS: number;
  startS: number; remainingS: number; inTime: number; firstDetection: number;
};

/** A path with its figures. `critical` is the index of the step of the critical detection point, null where nothing is timely; `reach` is 1 − Π(1 − P_D) over all steps. */
export type StudyPath = { timely: number; easi: number; delayS: number; critical: number | null; detection: number; steps: StudyStep[] };

/** The weakest of the screened paths: `screened` says how many planning times were tried. */
export type Weakest = { ok: true; path: StudyPath; screened: number };

/** Distinct paths, most vulnerable by timely detection first; `atLeast` is a bound under EASI's P(I) of every path. `complete` as in `distinctPaths`. */
export type StudyList = { ok: true; paths: StudyPath[]; complete: boolean; atLeast: number };

/** A facility that was opened: its graphs are built once for each strategy. */
export type Study = {
  /** Zones that no path from outside reaches. */
  readonly unreached: readonly string[];
  weakest(target: string, strategy: Strategy, response: Response): Weakest | Refusal;
  list(target: string, strategy: Strategy, response: Response, keep: number): StudyList | Refusal;
  /** The tasks of a path, for slopes, changes and simulation. */
  tasksOf(path: StudyPath): Task[];
};

/** Shares of the response time that a mixed adversary is tried to plan with, besides none and endless. */
const PLANS = [0.5, 1, 1.5] as const;
const LIST_SEARCHES = 40;

/** The planning times of a strategy: none to stay unseen, endless to be fast; mixed is tried with several. */
const plansOf = (strategy: Strategy, { timeS }: Response): number[] =>
  strategy === 'force' ? [Number.POSITIVE_INFINITY] : strategy === 'mixed' ? [timeS, ...PLANS.filter((share) => share !== 1).map((share) => share * timeS), 0, Number.POSITIVE_INFINITY] : [0];

/** Opens a facility for study. Refused with its first fault. */
export function openStudy(facility: Facility): { ok: true; study: Study } | Refusal {
  const made = modelOfFacility(facility);
  if (!made.ok) return made;
  const { model, unreached } = made;
  const places = new Map<string, Point>([...facility.portals.map(({ id, at }): [string, Point] => [`portal ${id}`, at]), ...facility.targets.map(({ id, at }): [string, Point] => [`target ${id}`, at])]);
  const graphs = new Map<Strategy, StrategyGraph>();
  const graphOf = (strategy: Strategy): { ok: true; opened: StrategyGraph } | Refusal => {
    const known = graphs.get(strategy);
    if (known) return { ok: true, opened: known };
    const opened = openStrategy(model, strategy);
    if (opened.ok) graphs.set(strategy, opened.opened);
    return opened;
  };
  const ask = (target: string, strategy: Strategy, response: Response): { ok: true; node: number; opened: StrategyGraph } | Refusal => {
    const node = model.targets.get(target);
    if (node === undefined) return refuse('target', `There is no target ${target}.`);
    const wrong = wrongResponse(response);
    if (wrong) return wrong;
    const graph = graphOf(strategy);
    return graph.ok ? { ok: true, node, opened: graph.opened } : graph;
  };
  return {
    ok: true,
    study: {
      unreached,
      weakest(target, strategy, response) {
        const asked = ask(target, strategy, response);
        if (!asked.ok) return asked;
        let least: VulnerablePath | null = null;
        const plans = plansOf(strategy, response);
        for (const planS of plans) {
          const found = asked.opened.search.mostVulnerable(asked.node, response, { planS });
          if (!found.ok) return found;
          if (least === null || found.easi < least.easi) least = found;
        }
        return least === null ? refuse('target', 'No path leads there.') : { ok: true, path: pathOf(asked.opened, least, response, places), screened: plans.length };
      },
      list(target, strategy, response, keep) {
        const asked = ask(target, strategy, response);
        if (!asked.ok) return asked;
        const { search } = asked.opened;
        const found = distinctPaths(search, asked.node, response, { keep, mostSearches: LIST_SEARCHES });
        if (!found.ok) return found;
        return { ok: true, paths: found.paths.map((path) => pathOf(asked.opened, path, response, places)), complete: found.complete, atLeast: easiBound(search, asked.node, response) };
      },
      tasksOf: (path) => path.steps.map(({ element, detection, place, delayS, delaySdS }) => ({ name: element?.id ?? '', detection, place, delayS, delaySdS })),
    },
  };
}

/** A path in the words of the drawing. Ground without delay and detection is left out, since nothing happens there. */
function pathOf({ graph, stepsOf }: StrategyGraph, path: VulnerablePath, response: Response, places: ReadonlyMap<string, Point>): StudyPath {
  const named = stepsOf(path.arcs);
  const tasks = tasksOf(graph, path.arcs, () => '');
  const steps: StudyStep[] = [];
  let startS = 0;
  let unseen = 1;
  for (const [i, task] of tasks.entries()) {
    const { element, tactic } = named[i] as (typeof named)[number];
    const at = element === null ? null : (places.get(`${element.kind} ${element.id}`) ?? null);
    steps.push({ element, tactic, at, detection: task.detection, place: task.place, delayS: task.delayS, delaySdS: task.delaySdS, startS, remainingS: 0, inTime: 0, firstDetection: unseen * task.detection });
    startS += task.delayS;
    unseen *= 1 - task.detection;
  }
  let after = 0;
  let variance = 0;
  for (const step of steps.toReversed()) {
    const ahead = AHEAD[step.place];
    step.remainingS = after + ahead * step.delayS;
    step.inTime = probabilityInTime(step.remainingS, variance + (ahead * step.delaySdS) ** 2, response);
    after += step.delayS;
    variance += step.delaySdS ** 2;
  }
  const isNothing = ({ element, delayS, detection }: StudyStep): boolean => element === null && delayS === 0 && detection === 0;
  const kept = steps.filter((step) => !isNothing(step));
  const last = path.critical === null ? null : steps.slice(0, path.critical + 1).findLast((step) => step.detection > 0 && !isNothing(step));
  return { timely: path.timely, easi: path.easi, delayS: path.delayS, critical: last ? kept.indexOf(last) : null, detection: 1 - unseen, steps: kept };
}
