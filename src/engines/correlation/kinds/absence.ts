import type { Output, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { AbsenceRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, type Tools } from '../matcher.ts';

const [EXPECTED, AFTER] = [0, 1];

export class Absence implements Matcher {
  readonly rule: AbsenceRule;
  readonly parts: readonly Part[];
  readonly #keys: Keyed<Signal>;
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

  get dueBound(): number {
    return this.#keys.bound + this.rule.withinMs;
  }

  take(role: number, signal: Signal, at: number): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const node = this.#keys.get(key);
    if (role === AFTER && !node) this.#keys.add(key, at, signal);
    if (role === EXPECTED && node) this.#keys.remove(node);
  }

  fire(out: Output[]): void {
    const [node, at] = [this.#keys.oldest, this.dueAt];
    if (!node) return;
    this.#keys.remove(node);
    if (!this.#tools.isCovered(node.state, at)) out.push(raise(this.rule, node.key, node.state.site ?? null, at, [node.state.ref]));
  }

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Signal>[]);
  }
}
