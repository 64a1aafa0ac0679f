import { open } from '../correlation/engine.ts';
import type { Rule } from '../correlation/rule.ts';
import { type Refusal } from '../refusal.ts';
import type { Past } from './past.ts';

/** A rule to try over the past. `types` are those that it looks at. */
export type Candidate = { readonly key: string; readonly rule: Rule; readonly types: readonly string[] };
/** What a rule would have held, as places in the list of alarms, ascending. */
export type Held = { readonly key: string; readonly withinMs: number; readonly held: readonly number[] };

const SEPARATOR = '\u001f';

/**
 * What this rule would have kept from ringing, by the engine that correlates live. `past` is in order of time. Each alarm
 * is one signal that raises, at the point that its device is; alarms without a type of the taxonomy are not seen.
 */
export function heldBy(past: readonly Past[], { key, rule, types }: Candidate, vitalTypes: readonly string[]): ({ ok: true } & Held) | Refusal {
  const opened = open([rule], { latenessMs: 0, vitalTypes });
  if (!opened.ok) return opened;
  const wanted = new Set(types);
  const held = new Set<number>();
  past.forEach(({ at, device, site, type }, ref) => {
    if (type === null || !wanted.has(type)) return;
    const point = `${site ?? ''}${SEPARATOR}${device}`;
    for (const output of opened.engine.step({ ref, at, type, effect: 'raise', site, source: point, area: point, zone: point, device: point })) {
      const last = output.effect === 'hold' ? output.because.at(-1) : undefined;
      if (typeof last === 'number') held.add(last);
    }
  });
  return { ok: true, key, withinMs: rule.withinMs, held: [...held].sort((a, b) => a - b) };
}

/** What one rule of a choice saves: of what it would have held, what those chosen before it left. */
export type Chosen = {
  readonly key: string;
  /** False alarms that it alone would have held. */
  readonly alone: number;
  /** Places of the false, unknown and true alarms that it adds to those chosen before. */
  readonly adds: { readonly false: readonly number[]; readonly unknown: readonly number[]; readonly true: readonly number[] };
  /** All true alarms that it would have held, also those that one before it holds too. */
  readonly true: readonly number[];
};

/** So much of the best saving is enough for a rule that holds for a shorter time. */
const ENOUGH = 0.9;

/**
 * Chooses rules one after the other, each by the false alarms that it adds to what those before it hold, so that nothing is
 * counted twice. Rules that would have held no true alarm come before all others; of those that save about as much, the one that holds shortest.
 */
export function choose(past: readonly Pick<Past, 'finding'>[], tried: readonly Held[], most: number): Chosen[] {
  const taken = new Set<number>();
  const chosen: Chosen[] = [];
  let left = tried.map((one) => ({ ...one, clean: one.held.every((at) => past[at]?.finding !== 'true'), alone: countFalse(past, one.held) }));
  while (chosen.length < most) {
    const gains = left.map((one) => ({ one, gain: countFalse(past, one.held.filter((at) => !taken.has(at))) })).filter(({ gain }) => gain > 0);
    const among = gains.some(({ one }) => one.clean) ? gains.filter(({ one }) => one.clean) : gains;
    const best = Math.max(...among.map(({ gain }) => gain));
    const [next] = among.filter(({ gain }) => gain >= best * ENOUGH).sort((a, b) => a.one.withinMs - b.one.withinMs || b.gain - a.gain || (a.one.key < b.one.key ? -1 : 1));
    if (!next) break;
    const { one } = next;
    const fresh = one.held.filter((at) => !taken.has(at));
    const those = (finding: Past['finding'], places: readonly number[]): number[] => places.filter((at) => past[at]?.finding === finding);
    chosen.push({ key: one.key, alone: one.alone, adds: { false: those('false', fresh), unknown: those('unknown', fresh), true: those('true', fresh) }, true: those('true', one.held) });
    for (const at of one.held) taken.add(at);
    left = left.filter((other) => other !== one);
  }
  return chosen;
}

const countFalse = (past: readonly Pick<Past, 'finding'>[], places: readonly number[]): number => places.reduce((sum, at) => sum + (past[at]?.finding === 'false' ? 1 : 0), 0);
