import type { Output, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { AbsenceRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, saveNodes, type Tools } from '../matcher.ts';

type Saved = readonly [key: string, since: number, signal: Signal];

/** The first signal that is not answered. */
class Unanswered extends Node {
  readonly signal: Signal;
  constructor(key: string, since: number, signal: Signal) {
    super(key, since);
    this.signal = signal;
  }
}

const [EXPECTED, AFTER] = [0, 1];

export class Absence implements Matcher {
  readonly rule: AbsenceRule;
  readonly parts: readonly Part[];
  readonly #keys: Keyed<Unanswered>;
  readonly #tools: Tools;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: AbsenceRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.expect, role: EXPECTED, clears: true }, { match: rule.after, role: AFTER }];
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#tools = tools;
    this.#keyOf = keyBy(rule.by);
  }

  get dueAt(): number {
    const { oldest } = this.#keys;
    return oldest ? oldest.since + this.rule.withinMs : Infinity;
  }

  take(role: number, signal: Signal, at: number): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const node = this.#keys.get(key);
    if (role === AFTER && !node) this.#keys.add(new Unanswered(key, at, signal));
    if (role === EXPECTED && node) this.#keys.remove(node);
  }

  fire(out: Output[]): void {
    const [node, at] = [this.#keys.oldest, this.dueAt];
    if (!node) return;
    this.#keys.remove(node);
    if (!this.#tools.isCovered(node.signal, at)) out.push(raise(this.rule, node.key, node.signal.site ?? null, at, [node.signal.ref]));
  }

  save(): unknown {
    return saveNodes(this.#keys, (node): Saved => [node.key, node.since, node.signal]);
  }

  load(saved: unknown): void {
    for (const [key, since, signal] of saved as Saved[]) this.#keys.add(new Unanswered(key, since, signal));
  }
}
