import { type Engine, open } from './engine.ts';
import type { Entry, Options, Output, Raise, Signal, Surroundings } from './entry.ts';
import type { Rule } from './rule.ts';

export const VITAL = ['duress.panic', 'fire.alarm', 'duress.medical', 'duress.holdup'] as const;
export const S = 1000;

/** An engine that must open. */
export function anEngine(rules: readonly Rule[], options: Partial<Options> = {}, surroundings: Surroundings = {}): Engine {
  const opened = open(rules, { latenessMs: 0, vitalTypes: VITAL, ...options }, surroundings);
  if (!opened.ok) throw new Error(`${opened.at}: ${opened.reason}`);
  return opened.engine;
}

/** A signal of a type at a second; its ref is `type@second`, unless said. */
export const aSignal = (atS: number, type: string, more: Partial<Signal> = {}): Signal => ({ ref: `${type}@${atS}`, at: atS * S, type, effect: 'raise', ...more });

/** All that follows from these entries, and from the time going on to `untilS`. */
export function run(engine: Engine, entries: readonly Entry[], untilS?: number): Output[] {
  const said = entries.flatMap((entry) => engine.step(entry));
  return untilS === undefined ? said : [...said, ...engine.advance(untilS * S)];
}

/** Outputs in short: `raise rule key at/because …`. */
export const inShort = (outputs: readonly Output[]): string[] =>
  outputs.map((one) => {
    if (one.effect === 'dropped' || one.effect === 'refused') return one.effect === 'dropped' ? `dropped ${one.rule} ${one.count}` : `refused ${one.where}`;
    return `${one.effect}${'why' in one ? `(${one.why})` : ''} ${one.rule} ${one.key.replaceAll('\u001f', '/')} ${one.at / S}: ${one.because.join(' ')}`;
  });

export const raisesOf = (outputs: readonly Output[]): Raise[] => outputs.filter((one): one is Raise => one.effect === 'raise' || one.effect === 'restore');
