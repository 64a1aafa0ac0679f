import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, Node } from '../keyed.ts';
import type { TravelRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, saveNodes, type Tools } from '../matcher.ts';

type Saved = readonly [key: string, since: number, site: string, ref: Ref];

/** Where a key was last. */
class Stay extends Node {
  site: string;
  ref: Ref;
  constructor(key: string, since: number, site: string, ref: Ref) {
    super(key, since);
    this.site = site;
    this.ref = ref;
  }
}

export class Travel implements Matcher {
  readonly rule: TravelRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly #keys: Keyed<Stay>;
  readonly #tools: Tools;
  readonly #keyOf: (signal: Signal) => string | null | undefined;

  constructor(rule: TravelRule, tools: Tools) {
    this.rule = rule;
    this.parts = [{ match: rule.of, role: 0 }];
    this.#keys = new Keyed(tools.mostKeys, tools.drop);
    this.#tools = tools;
    this.#keyOf = keyBy(rule.by);
  }

  take(_role: number, signal: Signal, at: number, out: Output[]): void {
    const [key, site] = [this.#keyOf(signal), signal.site];
    if (key === null || key === undefined || site === null || site === undefined) return;
    this.#keys.expire(at - this.rule.withinMs);
    const stay = this.#keys.get(key);
    if (!stay) {
      this.#keys.add(new Stay(key, at, site, signal.ref));
      return;
    }
    const [was, from, since] = [stay.site, stay.ref, stay.since];
    stay.site = site;
    stay.ref = signal.ref;
    this.#keys.touch(stay, at);
    if (was === site) return;
    const leastMs = this.#tools.places.leastMs(was, site, this.rule.speedKmh, this.rule.overheadMs);
    if (leastMs !== null && at - since < leastMs) out.push(raise(this.rule, key, site, at, [from, signal.ref]));
  }

  fire(): void {}

  save(): unknown {
    return saveNodes(this.#keys, (node): Saved => [node.key, node.since, node.site, node.ref]);
  }

  load(saved: unknown): void {
    for (const [key, since, site, ref] of saved as Saved[]) this.#keys.add(new Stay(key, since, site, ref));
  }
}
