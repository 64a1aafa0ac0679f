import type { Uniforms } from '../../random/uniform.ts';
import { easiOf } from '../path/easi.ts';
import { AHEAD, refuse, wrongTime, type Refusal, type SensorPlace } from '../path/task.ts';
import { drawerOf, PROBABILITY, TIME, wrongUncertain, type Uncertain } from './uncertain.ts';

/** An element with uncertain P_D and delay, drawn once for all paths that pass it. `delaySdS` is the spread from one intrusion to the next that EASI takes in. */
export type UncertainElement = { detection: Uncertain; place: SensorPlace; delayS: Uncertain; delaySdS: number };

/** What to simulate: elements, paths as numbers of elements, an uncertain response, and how many samples. */
export type UncertainCase = {
  elements: readonly UncertainElement[];
  paths: readonly (readonly number[])[];
  response: { timeS: Uncertain; timeSdS: number; communication: Uncertain };
  samples: number;
};

/** Mean and its standard error, and the 5th, 50th and 95th percentile. */
export type Spread = { mean: number; standardError: number; p5: number; p50: number; p95: number };

/** P(I) of the weakest path of each sample and of each path, and in what share of the samples each path was the weakest (equal ones: the first). */
export type Simulated = { ok: true; weakest: Spread; paths: (Spread & { weakestShare: number })[] };

const MOST_SAMPLES = 10_000_000;

function wrongCase({ elements, paths, response, samples }: UncertainCase): Refusal | null {
  for (const [i, { detection, place, delayS, delaySdS }] of elements.entries()) {
    const at = `elements[${i}]`;
    const wrong = wrongUncertain(detection, PROBABILITY, `${at}.detection`) ?? wrongUncertain(delayS, TIME, `${at}.delayS`) ?? wrongTime(delaySdS, `${at}.delaySdS`);
    if (wrong) return wrong;
    if (!Object.hasOwn(AHEAD, place)) return refuse(`${at}.place`, 'A sensor acts at B, M or E.');
  }
  if (paths.length === 0) return refuse('paths', 'There is no path to simulate.');
  for (const [i, path] of paths.entries()) for (const [j, element] of path.entries()) if (!(element in elements)) return refuse(`paths[${i}][${j}]`, `There is no element ${element}.`);
  if (!Number.isInteger(samples) || samples < 2 || samples > MOST_SAMPLES) return refuse('samples', `The number of samples is a whole one from 2 to ${MOST_SAMPLES}.`);
  return wrongUncertain(response.timeS, TIME, 'response.timeS') ?? wrongTime(response.timeSdS, 'response.timeSdS') ?? wrongUncertain(response.communication, PROBABILITY, 'response.communication');
}

/** The percentile of sorted values between its two neighbours (type 7 of Hyndman and Fan). */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low);
}

function spreadOf(values: Float64Array): Spread {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const sorted = values.slice().sort();
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n), p5: percentile(sorted, 0.05), p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
}

/**
 * EASI over uncertain inputs (Setiawan, Texas A&M 2018, is of this kind): every input is drawn by its quantile from `uniforms`, variable by variable in
 * the order detection and delay of each element, response time, communication. What is drawn is taken as independent.
 */
export function simulateInterruption(given: UncertainCase, uniforms: Uniforms): Simulated | Refusal {
  const wrong = wrongCase(given);
  if (wrong) return wrong;
  const { elements, paths, response, samples } = given;
  const drawDetection = elements.map(({ detection }) => drawerOf(detection, PROBABILITY));
  const drawDelay = elements.map(({ delayS }) => drawerOf(delayS, TIME));
  const drawTime = drawerOf(response.timeS, TIME);
  const drawCommunication = drawerOf(response.communication, PROBABILITY);
  const columns = paths.map((path) => ({ detection: new Float64Array(path.length), delayS: new Float64Array(path.length), ahead: path.map((e) => AHEAD[(elements[e] as UncertainElement).place]), delaySdS: path.map((e) => (elements[e] as UncertainElement).delaySdS) }));
  const results = paths.map(() => new Float64Array(samples));
  const least = new Float64Array(samples).fill(Number.POSITIVE_INFINITY);
  const weakest = paths.map(() => 0);
  const detection = new Float64Array(elements.length);
  const delayS = new Float64Array(elements.length);
  for (let sample = 0; sample < samples; sample++) {
    for (let e = 0; e < elements.length; e++) {
      detection[e] = (drawDetection[e] as (u: number) => number)(uniforms(sample, 2 * e));
      delayS[e] = (drawDelay[e] as (u: number) => number)(uniforms(sample, 2 * e + 1));
    }
    const drawn = { timeS: drawTime(uniforms(sample, 2 * elements.length)), timeSdS: response.timeSdS, communication: drawCommunication(uniforms(sample, 2 * elements.length + 1)) };
    let last = 0;
    for (const [p, path] of paths.entries()) {
      const column = columns[p] as (typeof columns)[number];
      for (const [i, e] of path.entries()) {
        column.detection[i] = detection[e] as number;
        column.delayS[i] = delayS[e] as number;
      }
      const value = easiOf(column, drawn);
      (results[p] as Float64Array)[sample] = value;
      if (value >= (least[sample] as number)) continue;
      least[sample] = value;
      last = p;
    }
    weakest[last] = (weakest[last] as number) + 1;
  }
  return { ok: true, weakest: spreadOf(least), paths: results.map((values, p) => ({ ...spreadOf(values), weakestShare: (weakest[p] as number) / samples })) };
}
