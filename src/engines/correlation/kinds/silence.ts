import type { Output, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { SilenceRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, restore, saveNodes, type Tools } from '../matcher.ts';

type Row = readonly [key: string, since: number, last: Signal];
type Saved = { readonly heard: readonly Row[]; readonly silent: readonly Row[] };

/** The last signal of a key. */
class Heard extends Node {
  last: Signal;
  constructor(key: string, since: number, last: Signal) {
    super(key, since);
    this.last = last;
  }
}

const row = (node: Heard): Row => [node.key, node.since, node.last];

export class Silence implements Matcher {
  readonly rule: SilenceRule;
  readonly parts: readonly Part[];
  readonly #heard: Keyed<Heard>;
  readonly #silent: Keyed<Heard>;
  readonly #tools: Tools;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: SilenceRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.of, role: 0, clears: true }];
    this.#heard = new Keyed(tools.mostKeys, tools.drop);
    this.#silent = new Keyed(tools.mostKeys, tools.drop);
    this.#tools = tools;
    this.#keyOf = keyBy(rule.by);
  }

  get dueAt(): number {
    const { oldest } = this.#heard;
    return oldest ? oldest.since + this.rule.withinMs : Infinity;
  }

  take(_role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const node = this.#heard.get(key);
    if (node) {
      node.last = signal;
      this.#heard.touch(node, at);
      return;
    }
    this.#heard.add(new Heard(key, at, signal));
    const silent = this.#silent.get(key);
    if (!silent) return;
    this.#silent.remove(silent);
    out.push(restore(this.rule, key, signal.site ?? null, at, [silent.last.ref, signal.ref]));
  }

  /** In maintenance or on test it waits once more, so that who is still silent afterwards is told then. */
  fire(out: Output[]): void {
    const [node, at] = [this.#heard.oldest, this.dueAt];
    if (!node) return;
    if (this.#tools.isCovered(node.last, at)) return this.#heard.touch(node, at);
    this.#heard.remove(node);
    this.#silent.add(new Heard(node.key, at, node.last));
    out.push(raise(this.rule, node.key, node.last.site ?? null, at, [node.last.ref]));
  }

  save(): unknown {
    return { heard: saveNodes(this.#heard, row), silent: saveNodes(this.#silent, row) };
  }

  load(saved: unknown): void {
    const { heard, silent } = saved as Saved;
    for (const [key, since, last] of heard) this.#heard.add(new Heard(key, since, last));
    for (const [key, since, last] of silent) this.#silent.add(new Heard(key, since, last));
  }
}
