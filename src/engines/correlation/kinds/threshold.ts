import type { Output, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { ThresholdRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, reaches, type Tools, type Trail } from '../matcher.ts';

export class Threshold implements Matcher {
  readonly rule: ThresholdRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
  readonly #keys: Keyed<Trail>;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: ThresholdRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.of, role: 0 }];
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#keyOf = keyBy(rule.by);
  }

  take(_role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const { withinMs, count } = this.rule;
    this.#keys.expire(at - withinMs);
    let node = this.#keys.get(key);
    if (node) node.since = at;
    else node = this.#keys.add(key, at, { times: [], refs: [] });
    const because = reaches(node.state, count, at, withinMs, signal.ref);
    if (!because) return;
    this.#keys.remove(node);
    out.push(raise(this.rule, key, signal.site ?? null, at, because));
  }

  fire(): void {}

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Trail>[]);
  }
}
