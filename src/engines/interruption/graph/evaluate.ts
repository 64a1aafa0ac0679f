import { easiOf } from '../path/easi.ts';
import { AHEAD, type Response, type Task } from '../path/task.ts';
import { AHEAD_OF, PLACES, type ProtectionGraph } from './graph.ts';

/** A path's figures: P(I) by timely detection and by EASI, the index of its critical arc (null where nothing is timely), and its whole delay in seconds. */
export type PathFigures = { timely: number; easi: number; critical: number | null; delayS: number };

/** Works out paths of a graph one after the other in the same memory; `arcs` holds `count` arcs from the start to the target. */
export type Evaluator = (arcs: Int32Array, count: number, response: Response, equalIsLate?: boolean) => PathFigures;

/** Opens the memory for the paths of a graph. */
export function openEvaluator(graph: ProtectionGraph): Evaluator {
  let columns = openColumns(256);
  return (arcs, count, response, equalIsLate = false) => {
    if (columns.delayS.length < count) columns = openColumns(2 * count);
    const { detection, ahead, delayS, delaySdS } = columns;
    let after = 0;
    let critical = -1;
    for (let i = count - 1; i >= 0; i--) {
      const arc = arcs[i] as number;
      const delay = graph.delayS[arc] as number;
      const share = graph.allAtBeginning ? 1 : (AHEAD_OF[graph.place[arc] as number] as number);
      detection[i] = graph.detection[arc] as number;
      ahead[i] = share;
      delayS[i] = delay;
      delaySdS[i] = graph.delaySdS[arc] as number;
      const left = after + share * delay;
      if (critical < 0 && (equalIsLate ? left > response.timeS : left >= response.timeS)) critical = i;
      after += delay;
    }
    let seen = 0;
    for (let i = critical; i >= 0; i--) seen = (detection[i] as number) + (1 - (detection[i] as number)) * seen;
    return { timely: response.communication * seen, easi: easiOf(columns, response, count), critical: critical < 0 ? null : critical, delayS: after };
  };
}

const openColumns = (room: number) => ({ detection: new Float64Array(room), ahead: new Float64Array(room), delayS: new Float64Array(room), delaySdS: new Float64Array(room) });

/** The arcs of a path as tasks, for the tables and slopes of `../path`; `name` is asked with an arc of the graph. */
export const tasksOf = (graph: ProtectionGraph, arcs: Int32Array, name: (arc: number) => string): Task[] =>
  Array.from(arcs, (arc) => ({
    name: name(arc),
    detection: graph.detection[arc] as number,
    place: PLACES[graph.place[arc] as number] as keyof typeof AHEAD,
    delayS: graph.delayS[arc] as number,
    delaySdS: graph.delaySdS[arc] as number,
  }));
