import { open, resume, type Engine, type Snapshot } from '#engines/correlation/engine.ts';
import { Covers } from '#engines/correlation/covers.ts';
import type { Begin, Control, Output, Options, Surroundings } from '#engines/correlation/entry.ts';
import { eventTypes, typeOf } from '#modules/signals/public.ts';
import { type Definition, listsOf } from './correlation-rules.ts';
import { engineRule, type Heard, refOf, signalOf, vitalTypes } from './engine-rules.ts';

/** How long rules over several signals wait for signals that come late, in ms. What a signal raises alone never waits. */
export const LATENESS_MS = 10_000;

const OPTIONS: Options = { latenessMs: LATENESS_MS, vitalTypes: vitalTypes(eventTypes) };
const END = /#restore$/;

/** A version of a rule as it is matched. */
export type Version = { id: string; n: number; name: string; definition: Definition };

/** Why a signal does not ring. */
export type Why = Extract<Output, { effect: 'hold' | 'group' }>['why'];
/** Held by what a person said of its place or type, and by no rule. */
export const isByControl = (why: Why | undefined): boolean => why === 'test' || why === 'maintenance' || why === 'suppressed';
/** A rule was met (`raise`), what it raised has ended (`restore`), or a signal is not to ring (`hold`): by a version of a rule, or by what is on test (then `versionId` is the control's id). `at` in ms since 1970. */
export type Found = { effect: 'raise' | 'restore' | 'hold'; versionId: string; key: string; at: number; because: readonly string[]; why?: Why };

/** What stands in the order of signals beside them, `at` by when they were heard (ms). */
export type Ordered = Exclude<Control, { control: 'rules' }> | { control: 'versions'; at: number; versions: readonly Version[] } | { control: 'surroundings'; at: number; surroundings: Surroundings };
/** What holds when matching begins with nothing remembered. */
export type Standing = { covers?: readonly Begin[]; surroundings?: Surroundings };

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
  /** As the engine's own, for what the screen says of an alarm that rings all the same. */
  readonly #covers = new Covers();
  #surroundings: Surroundings;

  private constructor(engine: Engine, versions: readonly Version[], clock: number, { covers = [], surroundings = {} }: Standing) {
    this.#surroundings = surroundings;
    this.#engine = engine;
    this.#versions = versions;
    this.#clock = clock;
    for (const cover of covers) this.#covers.begin(cover, cover.at);
    this.#listen();
  }

  /** With nothing remembered. Throws where a rule cannot be matched. */
  static begin(versions: readonly Version[], clock: number, { covers = [], surroundings = {} }: Standing = {}): Correlation {
    const opened = open(versions.map(ruleOf), OPTIONS, surroundings);
    if (!opened.ok) throw new Error(`The rules cannot be matched: ${opened.at}: ${opened.reason}`);
    for (const cover of covers) opened.engine.step(cover);
    return new Correlation(opened.engine, versions, clock, { covers, surroundings });
  }

  /** As it was when this was written down; null where this program does not read it. */
  static from(memory: unknown, versions: readonly Version[], clock: number): Correlation | null {
    const snapshot = memory as Snapshot;
    const opened = resume({ ...snapshot, options: OPTIONS });
    return opened.ok ? new Correlation(opened.engine, versions, clock, { covers: snapshot.gate.covers, surroundings: snapshot.match.surroundings }) : null;
  }

  /** The same with nothing remembered but what is on test; for where matching broke. */
  anew(versions: readonly Version[], at: number): Correlation {
    return Correlation.begin(versions, Math.max(this.#clock, at), { covers: this.#covers.save(), surroundings: this.#surroundings });
  }

  /** By when signals were heard, in ms: all that was heard until then was seen. */
  get clock(): number {
    return this.#clock;
  }

  get isIdle(): boolean {
    return this.#versions.length === 0 && this.#covers.isEmpty;
  }

  /** Under which control the place of a signal stands that was heard then (ms); null where it is under none. */
  coverOf(signal: Heard): Begin | null {
    return this.#covers.isEmpty ? null : this.#covers.of(signalOf(signal), Math.max(Date.parse(signal.receivedAt), this.#clock));
  }

  /** Takes what stands in the order beside signals: versions in force from then on (what a version remembers stays), what is on test, what is released, what touches what. */
  control(control: Ordered): Found[] {
    const { at } = control;
    this.#clock = Math.max(this.#clock, at);
    if (control.control === 'versions') {
      this.#versions = control.versions;
      this.#listen();
    } else if (control.control === 'begin') this.#covers.begin(control, at);
    else if (control.control === 'end') this.#covers.end(control.id);
    if (control.control === 'begin' || control.control === 'end' || control.control === 'release') return foundIn(this.#engine.step({ ...control, knownAt: at }));
    if (control.control === 'surroundings') this.#surroundings = control.surroundings;
    // Of one moment what touches what comes first, whatever was in force then.
    const isPlaces = control.control === 'surroundings';
    const surroundings = isPlaces ? { surroundings: control.surroundings } : {};
    return foundIn(this.#engine.step({ control: 'rules', ref: `${isPlaces ? 'places' : 'rules'} ${at}`, at, knownAt: at, rules: this.#versions.map(ruleOf), ...surroundings }));
  }

  /** What was ordered beside signals until `until` (ms) takes its place among what was heard, as it had it when it was live. */
  replay(heard: readonly Heard[], until: number, controls: readonly Ordered[]): Found[] {
    const found: Found[] = [];
    let left = heard;
    for (const control of controls) {
      const isBefore = ({ receivedAt }: Heard): boolean => Date.parse(receivedAt) < control.at;
      found.push(...this.take(left.filter(isBefore), Math.min(until, control.at - 1)), ...this.control(control));
      left = left.filter((one) => !isBefore(one));
    }
    return [...found, ...this.take(left, until)];
  }

  /** Takes what was heard, in any order, and then lets the time go on to `until`. */
  take(heard: readonly Heard[], until: number): Found[] {
    const found: Found[] = [];
    const wanted = heard.filter((one) => this.#wants(one));
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

  /** A condition that only goes on is no news to rules; what is on test is held all the same. */
  #wants(heard: Heard): boolean {
    const { fact } = heard;
    if (!fact.stillPresent && (this.#types.has('*') || this.#types.has(fact.kind.key))) return true;
    return fact.effect === 'raise' && this.coverOf(heard) !== null;
  }

  #listen(): void {
    this.#types = new Set(this.#versions.flatMap(typesHeard));
  }
}

function foundIn(outputs: readonly Output[]): Found[] {
  return outputs.flatMap((output): Found[] => {
    if (output.effect === 'dropped' || output.effect === 'refused') return [];
    const found = { versionId: output.rule, key: output.key, at: output.at, because: output.because.map(String) };
    return [output.effect === 'hold' || output.effect === 'group' ? { ...found, effect: 'hold', why: output.why } : { ...found, effect: output.effect }];
  });
}

export { refOf };
