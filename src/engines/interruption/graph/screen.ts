import { normalCdf } from '../../distributions/normal.ts';
import { probabilityInTime } from '../path/easi.ts';
import type { Refusal, Response } from '../path/task.ts';
import { distinctPaths } from './distinct.ts';
import { rankAllPaths, type RankedPath } from './enumerate.ts';
import type { ProtectionGraph } from './graph.ts';
import { interruptionOfSum, type Search } from './search.ts';

/**
 * Paths in order of EASI's P(I), least first. Where `enumerated`, they are the least of all `count` paths. Otherwise they are the best of `count`
 * screened, and no path of the graph has a P(I) below `atLeast`.
 */
export type LeastEasi = { ok: true; enumerated: boolean; paths: RankedPath[]; count: number; atLeast: number };

/** Standard normal deviations at which the adversary's planning time is tried and the bound is cut. */
const DEVIATIONS = Array.from({ length: 49 }, (_, i) => -6 + i / 4);

/** Greatest ratio of standard deviation to delay on any arc: Infinity where a spread stands on no delay. */
function greatestSpread(graph: ProtectionGraph): number {
  let ratio = 0;
  for (let arc = 0; arc < graph.arcs; arc++) {
    const sd = graph.delaySdS[arc] as number;
    if (sd > 0) ratio = Math.max(ratio, sd / (graph.delayS[arc] as number));
  }
  return ratio;
}

/** The least P(response in time) that a time left of `leftS` can have, whatever the path: its variance lies between 0 and (ratio · leftS)². */
function leastInTime(leftS: number, response: Response, ratio: number): number {
  if (leftS < response.timeS) return probabilityInTime(leftS, 0, response);
  if (ratio === Number.POSITIVE_INFINITY) return 0.5;
  // With no response time and no time left the step says 1, though more time left brings its spread: the limit holds for all.
  return Math.min(probabilityInTime(leftS, (ratio * leftS) ** 2, response), normalCdf(1 / ratio));
}

/** The times left at which `leastInTime` passes the deviations: below the response time by its own spread, above it by the greatest. */
function cuts(response: Response, ratio: number): number[] {
  const { timeS, timeSdS } = response;
  const above = (z: number): number => {
    const a = 1 - (z * ratio) ** 2;
    return a > 1e-3 ? (timeS + Math.sqrt(timeS ** 2 - a * (timeS ** 2 - (z * timeSdS) ** 2))) / a : Number.NaN;
  };
  const times = DEVIATIONS.map((z) => (z < 0 ? timeS + z * timeSdS : above(z)));
  return [...new Set([0, timeS, ...times])].filter((time) => time >= 0 && time <= 50 * timeS).sort((a, b) => a - b);
}

/**
 * A bound under EASI's P(I) of every path: P(I) = P_C Σ P(first detection at i) P(in time | T_i), where P(in time) is at least a function of T_i alone
 * that rises in it; so P(I) ≥ P_C Σ_j (q(τ_j) − q(τ_{j−1})) · min over paths of P(detection with at least τ_j left), the last by exact search.
 */
export function easiBound(search: Search, target: number, response: Response): number {
  const ratio = greatestSpread(search.graph);
  let bound = 0;
  let before = 0;
  for (const time of cuts(response, ratio)) {
    const inTime = leastInTime(time, response, ratio);
    const sum = search.leastDetectionSum(target, time);
    if (inTime > before) bound += (inTime - before) * interruptionOfSum(sum);
    before = Math.max(before, inTime);
    if (sum === 0) break;
  }
  return response.communication * bound;
}

/** The `keep` paths of least EASI: all paths where there are at most `limit`, else the best of those that are most vulnerable for some planning time, with the bound. */
export function leastEasi(search: Search, target: number, response: Response, { keep = 10, limit = 20_000 }: { keep?: number; limit?: number } = {}): LeastEasi | Refusal {
  const first = search.mostVulnerable(target, response);
  if (!first.ok) return first;
  const all = rankAllPaths(search.graph, target, response, 'easi', keep, limit);
  if (all) return { ok: true, enumerated: true, ...all, atLeast: all.paths[0]?.easi ?? 0 };
  const screened = new Map<string, RankedPath>();
  const offer = (path: RankedPath): void => void screened.set(path.arcs.join(), path);
  const listed = distinctPaths(search, target, response, { keep, mostSearches: 20 * keep });
  for (const path of listed.ok ? listed.paths : []) offer(path);
  const ratio = greatestSpread(search.graph);
  for (const planS of [...cuts(response, Math.min(ratio, 1)), Number.POSITIVE_INFINITY]) {
    const path = search.mostVulnerable(target, response, { planS });
    if (path.ok) offer(path);
  }
  const paths = [...screened.values()].sort((a, b) => a.easi - b.easi || a.delayS - b.delayS).slice(0, keep);
  return { ok: true, enumerated: false, paths, count: screened.size, atLeast: Math.min(easiBound(search, target, response), paths[0]?.easi ?? 0) };
}
