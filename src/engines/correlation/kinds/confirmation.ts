import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { ConfirmationRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, type Tools } from '../matcher.ts';

type Sign = { readonly value: string; readonly at: number; readonly ref: Ref };
/** The youngest sign of each value, in order of time; fewer than the rule asks for. */
type Signs = { signs: Sign[] };

export class Confirmation implements Matcher {
  readonly rule: ConfirmationRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
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
    if (node) node.since = at;
    else node = this.#keys.add(key, at, { signs: [] });
    node.state.signs = node.state.signs.filter((sign) => sign.value !== value && sign.at >= since);
    node.state.signs.push({ value, at, ref: signal.ref });
    if (node.state.signs.length < this.rule.atLeast) return;
    this.#keys.remove(node);
    out.push(raise(this.rule, key, signal.site ?? null, at, node.state.signs.map(({ ref }) => ref)));
  }

  fire(): void {}

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Signs>[]);
  }
}
