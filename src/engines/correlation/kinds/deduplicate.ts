import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { DeduplicateRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, saveNodes, type Tools } from '../matcher.ts';

type Saved = readonly [key: string, since: number, first: Ref];

class First extends Node {
  readonly first: Ref;
  constructor(key: string, since: number, first: Ref) {
    super(key, since);
    this.first = first;
  }
}

export class Deduplicate implements Matcher {
  readonly rule: DeduplicateRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly #keys: Keyed<First>;
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
      if (from === 'latest') this.#keys.touch(node, at);
      out.push({ effect: 'hold', why: 'repeat', rule: id, key, at, because: [node.first, signal.ref] });
      return;
    }
    this.#keys.add(new First(key, at, signal.ref));
    if (raises !== undefined) out.push(raise({ id, version, raises }, key, signal.site ?? null, at, [signal.ref]));
  }

  fire(): void {}

  save(): unknown {
    return saveNodes(this.#keys, (node): Saved => [node.key, node.since, node.first]);
  }

  load(saved: unknown): void {
    for (const [key, since, first] of saved as Saved[]) this.#keys.add(new First(key, since, first));
  }
}
