import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { RunawayRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, reaches, saveNodes, type Tools } from '../matcher.ts';
import { Counted } from './threshold.ts';

type Row = readonly [key: string, since: number, times: readonly number[], refs: readonly Ref[]];
type Saved = { readonly counted: readonly Row[]; readonly held: readonly (readonly [key: string, since: number, first: Ref])[] };

class Held extends Node {
  readonly first: Ref;
  constructor(key: string, since: number, first: Ref) {
    super(key, since);
    this.first = first;
  }
}

export class Runaway implements Matcher {
  readonly rule: RunawayRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly #counted: Keyed<Counted>;
  readonly #held: Keyed<Held>;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: RunawayRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.of, role: 0, holds: true }];
    this.#counted = new Keyed(tools.mostKeys, tools.drop);
    this.#held = new Keyed(tools.mostKeys, tools.drop);
    this.#keyOf = keyBy(rule.by);
  }

  take(_role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const { id, withinMs, count } = this.rule;
    const held = this.#held.get(key);
    if (held) {
      out.push({ effect: 'hold', why: 'runaway', rule: id, key, at, because: [held.first, signal.ref] });
      return;
    }
    this.#counted.expire(at - withinMs);
    let node = this.#counted.get(key);
    if (node) this.#counted.touch(node, at);
    else node = this.#counted.add(new Counted(key, at));
    const because = reaches(node, count, at, withinMs, signal.ref);
    if (!because) return;
    this.#counted.remove(node);
    this.#held.add(new Held(key, at, signal.ref));
    out.push(raise(this.rule, key, signal.site ?? null, at, because));
  }

  fire(): void {}

  /** A person lets it ring again; it is restored, and counted anew. */
  release(key: string, ref: Ref, at: number, out: Output[]): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.remove(held);
    out.push({ effect: 'restore', rule: this.rule.id, version: this.rule.version, raises: this.rule.raises, key, site: null, at, because: [held.first, ref] });
  }

  save(): unknown {
    return {
      counted: saveNodes(this.#counted, (node): Row => [node.key, node.since, node.times, node.refs]),
      held: saveNodes(this.#held, (node) => [node.key, node.since, node.first]),
    };
  }

  load(saved: unknown): void {
    const { counted, held } = saved as Saved;
    for (const [key, since, times, refs] of counted) Object.assign(this.#counted.add(new Counted(key, since)), { times: [...times], refs: [...refs] });
    for (const [key, since, first] of held) this.#held.add(new Held(key, since, first));
  }
}
