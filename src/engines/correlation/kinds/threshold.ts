import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { ThresholdRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, reaches, saveNodes, type Tools, type Trail } from '../matcher.ts';

type Saved = readonly [key: string, since: number, times: readonly number[], refs: readonly Ref[]];

export class Counted extends Node implements Trail {
  times: number[] = [];
  refs: Ref[] = [];
}

export class Threshold implements Matcher {
  readonly rule: ThresholdRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly #keys: Keyed<Counted>;
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
    if (node) this.#keys.touch(node, at);
    else node = this.#keys.add(new Counted(key, at));
    const because = reaches(node, count, at, withinMs, signal.ref);
    if (!because) return;
    this.#keys.remove(node);
    out.push(raise(this.rule, key, signal.site ?? null, at, because));
  }

  fire(): void {}

  save(): unknown {
    return saveNodes(this.#keys, (node): Saved => [node.key, node.since, node.times, node.refs]);
  }

  load(saved: unknown): void {
    for (const [key, since, times, refs] of saved as Saved[]) Object.assign(this.#keys.add(new Counted(key, since)), { times: [...times], refs: [...refs] });
  }
}
