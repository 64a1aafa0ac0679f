import type { Output, Signal } from '../entry.ts';
import { Keyed, type Node, type Row } from '../keyed.ts';
import type { PairRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, restore, type Tools } from '../matcher.ts';

type Saved = { readonly waiting: readonly Row<Signal>[]; readonly rung: readonly Row<Signal>[] };

const [CLOSES, OPENS] = [0, 1];

export class Pair implements Matcher {
  readonly rule: PairRule;
  readonly parts: readonly Part[];
  readonly #waiting: Keyed<Signal>;
  readonly #rung: Keyed<Signal>;
  readonly #tools: Tools;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: PairRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.closes, role: CLOSES, clears: true }, { match: rule.opens, role: OPENS }];
    this.#waiting = new Keyed(tools.mostKeys, tools.drop);
    this.#rung = new Keyed(tools.mostKeys, tools.drop);
    this.#tools = tools;
    this.#keyOf = keyBy(rule.by);
  }

  get dueAt(): number {
    const { oldest } = this.#waiting;
    return oldest ? oldest.since + this.rule.withinMs : Infinity;
  }

  get dueBound(): number {
    return this.#waiting.bound + this.rule.withinMs;
  }

  take(role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const rung = this.#rung.get(key);
    const waiting = this.#waiting.get(key);
    if (role === OPENS) {
      if (rung || waiting) return;
      const node = this.#waiting.add(key, at, signal);
      if (this.rule.withinMs === 0) this.#ring(node, at, out);
      return;
    }
    if (waiting) this.#waiting.remove(waiting);
    if (!rung) return;
    this.#rung.remove(rung);
    out.push(restore(this.rule, key, signal.site ?? null, at, [rung.state.ref, signal.ref]));
  }

  /** In maintenance or on test it waits once more, so that what is still open afterwards rings then. */
  fire(out: Output[]): void {
    const [node, at] = [this.#waiting.oldest, this.dueAt];
    if (!node) return;
    if (this.#tools.isCovered(node.state, at)) {
      node.since = at;
      return;
    }
    this.#ring(node, at, out);
  }

  save(): Saved {
    return { waiting: this.#waiting.save(), rung: this.#rung.save() };
  }

  load(saved: unknown): void {
    const { waiting, rung } = saved as Saved;
    this.#waiting.load(waiting);
    this.#rung.load(rung);
  }

  #ring(node: Node<Signal>, at: number, out: Output[]): void {
    this.#waiting.remove(node);
    this.#rung.add(node.key, at, node.state);
    out.push(raise(this.rule, node.key, node.state.site ?? null, at, [node.state.ref]));
  }
}
