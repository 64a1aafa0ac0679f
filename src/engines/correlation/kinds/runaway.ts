import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { RunawayRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, reaches, type Tools, type Trail } from '../matcher.ts';

/** `held` keeps the signal that was one too many. */
type Saved = { readonly counted: readonly Row<Trail>[]; readonly held: readonly Row<Ref>[] };

export class Runaway implements Matcher {
  readonly rule: RunawayRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
  readonly #counted: Keyed<Trail>;
  readonly #held: Keyed<Ref>;
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
      out.push({ effect: 'hold', why: 'runaway', rule: id, key, at, because: [held.state, signal.ref] });
      return;
    }
    this.#counted.expire(at - withinMs);
    let node = this.#counted.get(key);
    if (node) node.since = at;
    else node = this.#counted.add(key, at, { times: [], refs: [] });
    const because = reaches(node.state, count, at, withinMs, signal.ref);
    if (!because) return;
    this.#counted.remove(node);
    this.#held.add(key, at, signal.ref);
    out.push(raise(this.rule, key, signal.site ?? null, at, because));
  }

  fire(): void {}

  /** A person lets it ring again; it is restored, and counted anew. */
  release(key: string, ref: Ref, at: number, out: Output[]): void {
    const held = this.#held.get(key);
    if (!held) return;
    this.#held.remove(held);
    out.push({ effect: 'restore', rule: this.rule.id, version: this.rule.version, raises: this.rule.raises, key, site: null, at, because: [held.state, ref] });
  }

  save(): Saved {
    return { counted: this.#counted.save(), held: this.#held.save() };
  }

  load(saved: unknown): void {
    const { counted, held } = saved as Saved;
    this.#counted.load(counted);
    this.#held.load(held);
  }
}
