import { open, resume, type Engine, type Snapshot } from '#engines/correlation/engine.ts';
import type { Output, Options } from '#engines/correlation/entry.ts';
import { eventTypes, typeOf } from '#modules/signals/public.ts';
import { type Definition, listsOf } from './correlation-rules.ts';
import { engineRule, type Heard, refOf, signalOf, vitalTypes } from './engine-rules.ts';

/** How long rules over several signals wait for signals that come late, in ms. What a signal raises alone never waits. */
export const LATENESS_MS = 10_000;

const OPTIONS: Options = { latenessMs: LATENESS_MS, vitalTypes: vitalTypes(eventTypes) };
const END = /#restore$/;

/** A version of a rule as it is matched. */
export type Version = { id: string; n: number; name: string; definition: Definition };

/** A rule was met (`raise`), what it raised has ended (`restore`), or a signal is not to ring (`hold`). `at` in ms since 1970. */
export type Found = { effect: 'raise' | 'restore' | 'hold'; versionId: string; key: string; at: number; because: readonly string[] };

const ruleOf = (version: Version) => engineRule(version, typeOf);
/** A condition that lasts is ended by what the taxonomy says, which need not stand in the rule. */
const typesHeard = ({ definition }: Version): readonly string[] => [...listsOf(definition).flatMap(({ types }) => types.map((type) => type.replace(END, ''))), ...(definition.kind === 'lasting' ? definition.types.flatMap((type) => (typeOf(type)?.restoredBy ?? []).map((key) => key.replace(END, ''))) : [])];

/**
 * What rules over several signals remember, and what follows from the next ones. The order of what happened decides, not that of arrival,
 * as long as signals reach us within the lateness; the clock is when signals were heard, so that the same signals at any speed give the same.
 */
export class Correlation {
  #engine: Engine;
  #versions: readonly Version[];
  #types = new Set<string>();
  #clock: number;

  private constructor(engine: Engine, versions: readonly Version[], clock: number) {
    this.#engine = engine;
    this.#versions = versions;
    this.#clock = clock;
    this.#listen();
  }

  /** With nothing remembered. Throws where a rule cannot be matched. */
  static begin(versions: readonly Version[], clock: number): Correlation {
    const opened = open(versions.map(ruleOf), OPTIONS);
    if (!opened.ok) throw new Error(`The rules cannot be matched: ${opened.at}: ${opened.reason}`);
    return new Correlation(opened.engine, versions, clock);
  }

  /** As it was when this was written down; null where this program does not read it. */
  static from(memory: unknown, versions: readonly Version[], clock: number): Correlation | null {
    const opened = resume({ ...(memory as Snapshot), options: OPTIONS });
    return opened.ok ? new Correlation(opened.engine, versions, clock) : null;
  }

  /** By when signals were heard, in ms: all that was heard until then was seen. */
  get clock(): number {
    return this.#clock;
  }

  get isIdle(): boolean {
    return this.#versions.length === 0;
  }

  /** The versions in force from this time on, by when signals were heard; what a version remembers stays. */
  replace(versions: readonly Version[], at: number): Found[] {
    this.#versions = versions;
    this.#listen();
    this.#clock = Math.max(this.#clock, at);
    return foundIn(this.#engine.step({ control: 'rules', ref: `rules ${at}`, at, knownAt: at, rules: versions.map(ruleOf) }));
  }

  /** Takes what was heard, in any order, and then lets the time go on to `until`. */
  take(heard: readonly Heard[], until: number): Found[] {
    const found: Found[] = [];
    const wanted = heard.filter(({ fact }) => !fact.stillPresent && (this.#types.has('*') || this.#types.has(fact.kind.key)));
    const entries = wanted.map(signalOf).sort((a, b) => (a.knownAt ?? 0) - (b.knownAt ?? 0) || (a.ref < b.ref ? -1 : 1));
    for (const entry of entries) found.push(...foundIn(this.#engine.step(entry)));
    this.#clock = Math.max(this.#clock, until);
    found.push(...foundIn(this.#engine.advance(this.#clock - LATENESS_MS)));
    return found;
  }

  /** All that is remembered, as JSON. */
  memory(): Snapshot {
    return this.#engine.snapshot();
  }

  #listen(): void {
    this.#types = new Set(this.#versions.flatMap(typesHeard));
  }
}

function foundIn(outputs: readonly Output[]): Found[] {
  return outputs.flatMap((output): Found[] => {
    if (output.effect === 'dropped' || output.effect === 'refused') return [];
    return [{ effect: output.effect === 'group' ? 'hold' : output.effect, versionId: output.rule, key: output.key, at: output.at, because: output.because.map(String) }];
  });
}

export { refOf };
