import type { Output, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { PairRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, restore, saveNodes, type Tools } from '../matcher.ts';

type Row = readonly [key: string, since: number, opened: Signal];
type Saved = { readonly waiting: readonly Row[]; readonly rung: readonly Row[] };

class Open extends Node {
  readonly opened: Signal;
  constructor(key: string, since: number, opened: Signal) {
    super(key, since);
    this.opened = opened;
  }
}

const row = (node: Open): Row => [node.key, node.since, node.opened];
const [CLOSES, OPENS] = [0, 1];

export class Pair implements Matcher {
  readonly rule: PairRule;
  readonly parts: readonly Part[];
  readonly #waiting: Keyed<Open>;
  readonly #rung: Keyed<Open>;
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

  take(role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const rung = this.#rung.get(key);
    const waiting = this.#waiting.get(key);
    if (role === OPENS) {
      if (rung || waiting) return;
      const node = this.#waiting.add(new Open(key, at, signal));
      if (this.rule.withinMs === 0) this.#ring(node, at, out);
      return;
    }
    if (waiting) this.#waiting.remove(waiting);
    if (!rung) return;
    this.#rung.remove(rung);
    out.push(restore(this.rule, key, signal.site ?? null, at, [rung.opened.ref, signal.ref]));
  }

  /** In maintenance or on test it waits once more, so that what is still open afterwards rings then. */
  fire(out: Output[]): void {
    const [node, at] = [this.#waiting.oldest, this.dueAt];
    if (!node) return;
    if (this.#tools.isCovered(node.opened, at)) return this.#waiting.touch(node, at);
    this.#ring(node, at, out);
  }

  save(): unknown {
    return { waiting: saveNodes(this.#waiting, row), rung: saveNodes(this.#rung, row) };
  }

  load(saved: unknown): void {
    const { waiting, rung } = saved as Saved;
    for (const [key, since, opened] of waiting) this.#waiting.add(new Open(key, since, opened));
    for (const [key, since, opened] of rung) this.#rung.add(new Open(key, since, opened));
  }

  #ring(node: Open, at: number, out: Output[]): void {
    this.#waiting.remove(node);
    this.#rung.add(new Open(node.key, at, node.opened));
    out.push(raise(this.rule, node.key, node.opened.site ?? null, at, [node.opened.ref]));
  }
}
