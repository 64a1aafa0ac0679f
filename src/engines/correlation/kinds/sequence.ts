import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, type Node, type Row } from '../keyed.ts';
import type { Near, SequenceRule } from '../kinds.ts';
import { BETWEEN, keyBy, type Matcher, type Part, raise, type Tools } from '../matcher.ts';

/** Of each step reached: when the youngest run to it began, and its signals. A run that began earlier can do nothing that this one can't. */
type Run = { readonly began: number; readonly refs: readonly Ref[] };

type Runs = { readonly site: string | null; runs: (Run | null)[] };

const BEFORE_ALL = -Infinity;
const FEW_REACHED = 10_000;

export class Sequence implements Matcher {
  readonly rule: SequenceRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
  readonly #keys: Keyed<Runs>;
  readonly #tools: Tools;
  readonly #keyOf: (signal: Signal) => string | null | undefined;
  /** Until when a zone may be near one where a run began; most signals of a site are not, and are let go by it at once. */
  readonly #reached = new Map<string, number>();
  #mostReached = FEW_REACHED;
  /** The signal that completed a run last: it begins none of its own. */
  #used: Signal | null = null;

  constructor(rule: SequenceRule, tools: Tools) {
    this.rule = rule;
    this.parts = rule.steps.map((match, role) => ({ match, role })).reverse();
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#tools = tools;
    this.#keyOf = keyBy(rule.by);
  }

  take(role: number, signal: Signal, at: number, out: Output[]): void {
    this.#keys.expire(at - this.rule.withinMs);
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const { near, by } = this.rule;
    if (near === undefined) return this.#at(key, role, signal, at, out);
    const zone = signal.zone;
    if (zone === null || zone === undefined) return;
    const before = by.length === 0 ? '' : key + BETWEEN;
    if (role === 0) {
      this.#reach(zone, near, at);
      return this.#at(before + zone, role, signal, at, out);
    }
    if ((this.#reached.get(zone) ?? BEFORE_ALL) < at) return;
    for (const start of this.#tools.places.near(zone, near)) this.#at(before === '' ? start : before + start, role, signal, at, out);
  }

  fire(): void {}

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Runs>[]);
    this.#reachAll();
  }

  #at(key: string, role: number, signal: Signal, at: number, out: Output[]): void {
    const node = this.#keys.get(key);
    if (role === 0) {
      if (signal !== this.#used) this.#begin(node, key, signal, at);
      return;
    }
    const before = node?.state.runs[role - 1];
    if (!node || !before || before.began < at - this.rule.withinMs) return;
    const run: Run = { began: before.began, refs: [...before.refs, signal.ref] };
    if (role < this.rule.steps.length - 1) {
      node.state.runs[role] = run;
      return;
    }
    this.#used = signal;
    node.state.runs = node.state.runs.map((one) => (one && one.began > run.began ? one : null));
    if (!node.state.runs[0]) this.#keys.remove(node);
    out.push(raise(this.rule, key, node.state.site, at, run.refs));
  }

  #reach(zone: string, near: Near, at: number): void {
    for (const reached of this.#tools.places.near(zone, near)) this.#reached.set(reached, at + this.rule.withinMs);
    if (this.#reached.size > this.#mostReached) this.#reachAll();
  }

  #reachAll(): void {
    const { near } = this.rule;
    this.#reached.clear();
    if (near === undefined) return;
    for (const [key, since] of this.#keys.save()) {
      const zone = key.slice(key.lastIndexOf(BETWEEN) + 1);
      for (const reached of this.#tools.places.near(zone, near)) this.#reached.set(reached, since + this.rule.withinMs);
    }
    this.#mostReached = Math.max(FEW_REACHED, 2 * this.#reached.size);
  }

  #begin(node: Node<Runs> | undefined, key: string, signal: Signal, at: number): void {
    const run: Run = { began: at, refs: [signal.ref] };
    if (!node) {
      this.#keys.add(key, at, { site: signal.site ?? null, runs: [run] });
      return;
    }
    node.state.runs[0] = run;
    node.since = at;
  }
}
