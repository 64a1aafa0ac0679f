import type { Output, Ref, Signal } from './entry.ts';
import type { Field, Match, Rule } from './kinds.ts';
import type { Places } from './places.ts';

/** One part of a rule: `take` is told by `role` which part a signal fits. */
export type Part = {
  readonly match: Match;
  readonly role: number;
  /** What fits may be held: vital types never come here. */
  readonly holds?: true;
  /** What fits answers or ends something, and so is seen through maintenance, test and runaway protection. */
  readonly clears?: true;
};

/** A rule with what it remembers. Times that it is given never go back. */
export interface Matcher {
  readonly rule: Rule;
  /** In the order in which a signal that fits several is offered to them. */
  readonly parts: readonly Part[];
  take(role: number, signal: Signal, at: number, out: Output[]): void;
  /** When its next timer falls due; Infinity without one. */
  readonly dueAt: number;
  /** No timer falls due before; quicker to know than `dueAt`. */
  readonly dueBound: number;
  /** Lets the timer at `dueAt` go off. */
  fire(out: Output[]): void;
  /** What it remembers, as JSON, and back. */
  save(): unknown;
  load(saved: unknown): void;
}

export type Tools = {
  readonly mostKeys: number;
  readonly places: Places;
  readonly drop: () => void;
  /** Whether a signal's place is in maintenance or on test at that time, as far as this rule minds. */
  readonly isCovered: (signal: Signal, at: number) => boolean;
};

/** Between the values of a key; no name has it. */
export const BETWEEN = '\u001f';

type KeyOf = (signal: Signal) => string | null | undefined;
const READ: { readonly [F in Field]: KeyOf } = {
  site: (signal) => signal.site,
  scene: (signal) => signal.scene,
  building: (signal) => signal.building,
  area: (signal) => signal.area,
  zone: (signal) => signal.zone,
  portal: (signal) => signal.portal,
  source: (signal) => signal.source,
  device: (signal) => signal.device,
  person: (signal) => signal.person,
};

/** Reads a key: the values of these fields in turn, or nothing where one is missing. */
export function keyBy(fields: readonly Field[]): KeyOf {
  const [first, ...rest] = fields.map((field) => READ[field]);
  if (!first) return () => '';
  if (rest.length === 0) return first;
  return (signal) => {
    let key = first(signal);
    for (const read of rest) {
      const value = read(signal);
      if (key === null || key === undefined || value === null || value === undefined) return null;
      key += BETWEEN + value;
    }
    return key;
  };
}

export type Raising = Extract<Rule, { raises: string }>;

export const raise = ({ id, version, raises }: { id: string; version: number; raises: string }, key: string, site: string | null, at: number, because: readonly Ref[]): Output =>
  ({ effect: 'raise', rule: id, version, raises, key, site, at, because });

export const restore = ({ id, version, raises }: { id: string; version: number; raises: string }, key: string, site: string | null, at: number, because: readonly Ref[]): Output =>
  ({ effect: 'restore', rule: id, version, raises, key, site, at, because });

/** Signals of one key in order of time, with what was kept of them: those of a window, fewer than a rule's count. */
export type Trail = { times: number[]; refs: Ref[] };

/** Adds one and lets go what is older than the window; true, and emptied into `because`, when there are so many. */
export function reaches(trail: Trail, count: number, at: number, withinMs: number, ref: Ref): readonly Ref[] | null {
  const { times, refs } = trail;
  times.push(at);
  refs.push(ref);
  while ((times[0] as number) < at - withinMs) {
    times.shift();
    refs.shift();
  }
  if (times.length < count) return null;
  trail.times = [];
  trail.refs = [];
  return refs;
}
