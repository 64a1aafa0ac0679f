import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { DeduplicateRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, type Tools } from '../matcher.ts';

export class Deduplicate implements Matcher {
  readonly rule: DeduplicateRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
  readonly #keys: Keyed<Ref>;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: DeduplicateRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.of, role: 0, holds: true }];
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#keyOf = keyBy(rule.by);
  }

  take(_role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const { id, version, raises, withinMs, from } = this.rule;
    this.#keys.expire(at - withinMs);
    const node = this.#keys.get(key);
    if (node) {
      if (from === 'latest') node.since = at;
      out.push({ effect: 'hold', why: 'repeat', rule: id, key, at, because: [node.state, signal.ref] });
      return;
    }
    this.#keys.add(key, at, signal.ref);
    if (raises !== undefined) out.push(raise({ id, version, raises }, key, signal.site ?? null, at, [signal.ref]));
  }

  fire(): void {}

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Ref>[]);
  }
}
