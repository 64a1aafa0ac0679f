import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, type Node, type Row } from '../keyed.ts';
import type { SuppressRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, type Tools } from '../matcher.ts';



type Cause = { cause: Ref };

const [HELD, UNTIL, CAUSE] = [0, 1, 2];

export class Suppress implements Matcher {
  readonly rule: SuppressRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
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
    else if (node) out.push({ effect: as, why: 'explained', rule: id, key, at, because: [node.state.cause, signal.ref] });
  }

  fire(): void {}

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Cause>[]);
  }

  #cause(node: Node<Cause> | undefined, key: string, signal: Signal, at: number): void {
    if (!node) {
      this.#keys.add(key, at, { cause: signal.ref });
      return;
    }
    node.state.cause = signal.ref;
    node.since = at;
  }
}
