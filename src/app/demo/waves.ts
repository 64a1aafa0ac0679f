import type { ScriptStep } from './plan.ts';

/** A frame of the script with its number of that account. */
export type Frame = { step: Extract<ScriptStep, { do: 'frame' }>; sequence: number };

/** A step of a person, its place in the script, and what it is about: two steps about the same thing keep their order. */
export type Verb = { step: Exclude<ScriptStep, { do: 'frame' }>; index: number; about: string[] };

/** Frames that are heard together, then what people did before the next frame of the same panel. */
export type Wave = { frames: Frame[]; verbs: Verb[] };

const LONGEST_MS = 2 * 3_600_000;
/** Of the last day every minute stands in its order, since that is what people look at first. */
const LAST_DAY_MS = 26 * 3_600_000;
const LONGEST_OF_LAST_DAY_MS = 30_000;

/**
 * Cuts the script, which is in order of time, into waves: a frame begins a new one when a person did something about an
 * alarm of its panel within this one, or after two hours. So each thing happens in its order, and far fewer commits are waited for.
 */
export function* wavesOf(script: readonly ScriptStep[]): Generator<Wave, void> {
  const sequences = new Map<string, number>();
  const panelOf = new Map<string, string>();
  const incidentOf = new Map<string, string>();
  let wave: Wave = { frames: [], verbs: [] };
  let touched = new Set<string>();
  let began: string | null = null;
  const lately = Date.parse(script.at(-1)?.at ?? '') - LAST_DAY_MS;
  for (const [index, step] of script.entries()) {
    if (step.do === 'frame') {
      const panel = `panel ${step.account}`;
      if (touched.has(panel) || Date.parse(step.at) - Date.parse(began ?? step.at) > (Date.parse(step.at) > lately ? LONGEST_OF_LAST_DAY_MS : LONGEST_MS)) {
        yield wave;
        wave = { frames: [], verbs: [] };
        touched = new Set();
        began = null;
      }
      began ??= step.at;
      const sequence = (sequences.get(step.account) ?? 0) + 1;
      sequences.set(step.account, sequence);
      if (step.raises !== null) panelOf.set(step.raises, panel);
      wave.frames.push({ step, sequence });
      continue;
    }
    if (step.do === 'give-task') incidentOf.set(step.task, step.incident);
    const about = aboutOf(step, panelOf, incidentOf);
    for (const thing of about) touched.add(thing);
    wave.verbs.push({ step, index, about });
  }
  yield wave;
}

function aboutOf(step: Verb['step'], panelOf: ReadonlyMap<string, string>, incidentOf: ReadonlyMap<string, string>): string[] {
  const about: string[] = [];
  if ('alarm' in step && step.alarm !== null) about.push(`alarm ${step.alarm}`, panelOf.get(step.alarm) ?? '');
  if ('incident' in step) about.push(`incident ${step.incident}`);
  if ('task' in step) about.push(`incident ${incidentOf.get(step.task) ?? ''}`);
  if (step.do === 'close' && step.handedToIncident !== null) about.push(`incident ${step.handedToIncident}`);
  if (step.do === 'declare') about.push('the series of incidents');
  return about;
}
