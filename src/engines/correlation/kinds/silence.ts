import type { Output, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { SilenceRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, restore, type Tools } from '../matcher.ts';

/** The last signal of a key. */
type Heard = { last: Signal };
type Saved = { readonly heard: readonly Row<Heard>[]; readonly silent: readonly Row<Heard>[] };

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

  get dueBound(): number {
    return this.#heard.bound + this.rule.withinMs;
  }

  take(_role: number, signal: Signal, at: number, out: Output[]): void {
    const key = this.#keyOf(signal);
    if (key === null || key === undefined) return;
    const node = this.#heard.get(key);
    if (node) {
      node.state.last = signal;
      node.since = at;
      return;
    }
    this.#heard.add(key, at, { last: signal });
    const silent = this.#silent.get(key);
    if (!silent) return;
    this.#silent.remove(silent);
    out.push(restore(this.rule, key, signal.site ?? null, at, [silent.state.last.ref, signal.ref]));
  }

  /** In maintenance or on test it waits once more, so that who is still silent afterwards is told then. */
  fire(out: Output[]): void {
    const [node, at] = [this.#heard.oldest, this.dueAt];
    if (!node) return;
    if (this.#tools.isCovered(node.state.last, at)) {
      node.since = at;
      return;
    }
    this.#heard.remove(node);
    this.#silent.add(node.key, at, node.state);
    out.push(raise(this.rule, node.key, node.state.last.site ?? null, at, [node.state.last.ref]));
  }

  save(): Saved {
    return { heard: this.#heard.save(), silent: this.#silent.save() };
  }

  load(saved: unknown): void {
    const { heard, silent } = saved as Saved;
    this.#heard.load(heard);
    this.#silent.load(silent);
  }
}
