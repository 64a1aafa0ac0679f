import type { Output, Ref, Signal } from '../entry.ts';
import { Keyed, type Row } from '../keyed.ts';
import type { TravelRule } from '../kinds.ts';
import { keyBy, type Matcher, type Part, raise, type Tools } from '../matcher.ts';


type Stay = { site: string; ref: Ref };

export class Travel implements Matcher {
  readonly rule: TravelRule;
  readonly parts: readonly Part[];
  readonly dueAt = Infinity;
  readonly dueBound = Infinity;
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
      this.#keys.add(key, at, { site, ref: signal.ref });
      return;
    }
    const { since, state } = stay;
    const { site: was, ref: from } = state;
    stay.since = at;
    state.site = site;
    state.ref = signal.ref;
    if (was === site) return;
    const leastMs = this.#tools.places.leastMs(was, site, this.rule.speedKmh, this.rule.overheadMs);
    if (leastMs !== null && at - since < leastMs) out.push(raise(this.rule, key, site, at, [from, signal.ref]));
  }

  fire(): void {}

  save(): unknown {
    return this.#keys.save();
  }

  load(saved: unknown): void {
    this.#keys.load(saved as readonly Row<Stay>[]);
  }
}
