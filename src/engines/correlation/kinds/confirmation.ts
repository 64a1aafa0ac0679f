import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { ConfirmationRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, saveNodes, type Tools } from '../matcher.ts';

type Sign = { readonly value: string; readonly at: number; readonly ref: Ref };
type Saved = readonly [key: string, since: number, signs: readonly Sign[]];

/** The youngest sign of each value, in order of time; fewer than the rule asks for. */
class Signs extends Node {
  signs: Sign[] = [];
}

export class Confirmation implements Matcher {
  readonly rule: ConfirmationRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly #keys: Keyed<Signs>;
  readonly #keyOf: (signal: Signal) => string | null | undefined;
  readonly #valueOf: (signal: Signal, role: number) => string | null | undefined;
  /** A signal stands for the first part that it fits. */
  #used: Signal | null = null;

  constructor(rule: ConfirmationRule, tools: Tools) {
    this.rule = rule;
    this.parts = rule.of.map((match, role) => ({ match, role }));
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#keyOf = keyBy(rule.by);
    this.#valueOf = rule.differing === 'part' ? (_signal, role) => String(role) : keyBy([rule.differing]);
  }

  take(role: number, signal: Signal, at: number, out: Output[]): void {
    if (signal === this.#used) return;
    this.#used = signal;
    const [key, value] = [this.#keyOf(signal), this.#valueOf(signal, role)];
    if (key === null || key === undefined || value === null || value === undefined) return;
    const since = at - this.rule.withinMs;
    this.#keys.expire(since);
    let node = this.#keys.get(key);
    if (node) this.#keys.touch(node, at);
    else node = this.#keys.add(new Signs(key, at));
    node.signs = node.signs.filter((sign) => sign.value !== value && sign.at >= since);
    node.signs.push({ value, at, ref: signal.ref });
    if (node.signs.length < this.rule.atLeast) return;
    this.#keys.remove(node);
    out.push(raise(this.rule, key, signal.site ?? null, at, node.signs.map(({ ref }) => ref)));
  }

  fire(): void {}

  save(): unknown {
    return saveNodes(this.#keys, (node): Saved => [node.key, node.since, node.signs]);
  }

  load(saved: unknown): void {
    for (const [key, since, signs] of saved as Saved[]) this.#keys.add(new Signs(key, since)).signs = [...signs];
  }
}
