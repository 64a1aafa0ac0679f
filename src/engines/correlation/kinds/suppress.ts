import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { SuppressRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, saveNodes, type Tools } from '../matcher.ts';

type Saved = readonly [key: string, since: number, cause: Ref];

class Cause extends Node {
  cause: Ref;
  constructor(key: string, since: number, cause: Ref) {
    super(key, since);
    this.cause = cause;
  }
}

const [HELD, UNTIL, CAUSE] = [0, 1, 2];

export class Suppress implements Matcher {
  readonly rule: SuppressRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly #keys: Keyed<Cause>;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: SuppressRule, tools: Tools) {
    this.rule = rule;
    const until: Part[] = rule.until ? [{ match: rule.until, role: UNTIL, clears: true }] : [];
    this.parts = [{ match: rule.hold, role: HELD, holds: true }, ...until, { match: rule.cause, role: CAUSE }];
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#keyOf = keyBy(rule.by);
  }

  take(role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const { id, withinMs, as } = this.rule;
    this.#keys.expire(at - withinMs);
    const node = this.#keys.get(key);
    if (role === CAUSE) this.#cause(node, key, signal, at);
    else if (node && role === UNTIL) this.#keys.remove(node);
    else if (node) out.push({ effect: as, why: 'explained', rule: id, key, at, because: [node.cause, signal.ref] });
  }

  fire(): void {}

  save(): unknown {
    return saveNodes(this.#keys, (node): Saved => [node.key, node.since, node.cause]);
  }

  load(saved: unknown): void {
    for (const [key, since, cause] of saved as Saved[]) this.#keys.add(new Cause(key, since, cause));
  }

  #cause(node: Cause | undefined, key: string, signal: Signal, at: number): void {
    if (!node) {
      this.#keys.add(new Cause(key, at, signal.ref));
      return;
    }
    node.cause = signal.ref;
    this.#keys.touch(node, at);
  }
}
