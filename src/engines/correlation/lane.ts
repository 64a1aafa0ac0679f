import { Covers } from './covers.ts';
import { type Control, type Options, type Output, type Release, type Signal } from './entry.ts';
import { Absence } from './kinds/absence.ts';
import { Confirmation } from './kinds/confirmation.ts';
import { Deduplicate } from './kinds/deduplicate.ts';
import { Pair } from './kinds/pair.ts';
import { Runaway } from './kinds/runaway.ts';
import { Sequence } from './kinds/sequence.ts';
import { Silence } from './kinds/silence.ts';
import { Suppress } from './kinds/suppress.ts';
import { Threshold } from './kinds/threshold.ts';
import { Travel } from './kinds/travel.ts';
import type { Effect, Match, Rule } from './kinds.ts';
import type { Matcher, Part, Tools } from './matcher.ts';
import { Places } from './places.ts';

const MAKE: { readonly [K in Rule['kind']]: (rule: Extract<Rule, { kind: K }>, tools: Tools) => Matcher } = {
  sequence: (rule, tools) => new Sequence(rule, tools),
  threshold: (rule, tools) => new Threshold(rule, tools),
  confirmation: (rule, tools) => new Confirmation(rule, tools),
  absence: (rule, tools) => new Absence(rule, tools),
  silence: (rule, tools) => new Silence(rule, tools),
  travel: (rule, tools) => new Travel(rule, tools),
  pair: (rule, tools) => new Pair(rule, tools),
  deduplicate: (rule, tools) => new Deduplicate(rule, tools),
  suppress: (rule, tools) => new Suppress(rule, tools),
  runaway: (rule, tools) => new Runaway(rule, tools),
};

/** A part of a rule that takes a type and effect of signal. */
type Hand = { readonly matcher: Matcher; readonly role: number; readonly accepts: ((signal: Signal) => boolean) | null; readonly isTimed: boolean; readonly seesCovered: boolean };
export type Hands = { readonly [E in Effect]: readonly Hand[] };

const STANDARD_EFFECTS: readonly Effect[] = ['raise', 'note'];
const TIMED: ReadonlySet<Rule['kind']> = new Set<Rule['kind']>(['absence', 'silence', 'pair']);
/** Before any time that can be told. */
export const BEGINNING = -8.64e15;

export type LaneState = { readonly rules: readonly Rule[]; readonly surroundings: Places['surroundings']; readonly now: number; readonly covers: ReturnType<Covers['save']>; readonly states: Readonly<Record<string, unknown>> };

/** Some of the rules over one order of time: finds for each signal the parts it fits, and lets timers go off. Time never goes back. */
export class Lane {
  now = BEGINNING;
  readonly covers = new Covers();
  readonly #options: Options;
  readonly #dropped: (rule: string) => void;
  readonly #takes: (rule: Rule) => boolean;
  #rules: readonly Rule[] = [];
  #places = new Places({});
  #matchers: readonly Matcher[] = [];
  #timed: readonly Matcher[] = [];
  #nextDue = Infinity;

  constructor(options: Options, takes: (rule: Rule) => boolean, dropped: (rule: string) => void) {
    this.#options = options;
    this.#takes = takes;
    this.#dropped = dropped;
  }

  /** Puts these rules in force; what a rule of the same id and version remembers stays. */
  setRules(rules: readonly Rule[], surroundings: Places['surroundings'] = this.#places.surroundings): void {
    const kept = new Map(this.#matchers.map((matcher) => [`${matcher.rule.id} ${matcher.rule.version}`, matcher.save()]));
    this.#rules = rules;
    if (surroundings !== this.#places.surroundings) this.#places = new Places(surroundings);
    this.#matchers = rules.filter(this.#takes).map((rule) => {
      const matcher = this.#make(rule);
      const state = kept.get(`${rule.id} ${rule.version}`);
      if (state !== undefined) matcher.load(state);
      return matcher;
    });
    this.#timed = this.#matchers.filter(({ rule }) => TIMED.has(rule.kind));
    this.#nextDue = this.#dueFirst().at;
  }

  /** Offers a signal to those parts of rules that take its type and effect (`handsOf`); under a control, only to parts that clear and to rules that raise what is vital. */
  take(signal: Signal, hands: readonly Hand[], at: number, isCovered: boolean, out: Output[]): void {
    for (let i = 0; i < hands.length; i++) {
      const hand = hands[i] as Hand;
      if (isCovered && !hand.seesCovered) continue;
      if (hand.accepts !== null && !hand.accepts(signal)) continue;
      hand.matcher.take(hand.role, signal, at, out);
      if (hand.isTimed && hand.matcher.dueBound < this.#nextDue) this.#nextDue = hand.matcher.dueBound;
    }
  }

  /** The parts of rules that take a type, by effect, until the rules change. */
  handsOf(type: string): Hands {
    const isVital = this.#options.vitalTypes.includes(type);
    const fits = this.#matchers.flatMap((matcher) => matcher.parts.filter((part) => namesType(part.match, type) && !(isVital && part.holds)).map((part) => ({ part, hand: this.#hand(matcher, part) })));
    const of = (effect: Effect): readonly Hand[] => fits.filter(({ part }) => (part.match.effects ?? STANDARD_EFFECTS).includes(effect)).map(({ hand }) => hand);
    return { raise: of('raise'), restore: of('restore'), 'restore-point': of('restore-point'), cancel: of('cancel'), note: of('note') };
  }

  control(control: Exclude<Control, { control: 'rules' }>, at: number, out: Output[]): void {
    if (control.control === 'begin') this.covers.begin(control, at);
    else if (control.control === 'end') this.covers.end(control.id);
    else this.#release(control, at, out);
  }

  /** Time goes on to there: what was due before it goes off, in order of time. */
  goTo(at: number, out: Output[]): void {
    while (this.#nextDue < at) {
      const due = this.#dueFirst();
      if (due.at < at) due.matcher?.fire(out);
      this.#nextDue = due.at < at ? this.#dueFirst().at : due.at;
    }
    this.now = Math.max(this.now, at);
  }

  save(): LaneState {
    return {
      rules: this.#rules,
      surroundings: this.#places.surroundings,
      now: this.now,
      covers: this.covers.save(),
      states: Object.fromEntries(this.#matchers.map((matcher) => [matcher.rule.id, matcher.save()])),
    };
  }

  load(state: LaneState): void {
    this.setRules(state.rules, state.surroundings);
    this.now = state.now;
    for (const control of state.covers) this.covers.begin(control, BEGINNING);
    for (const matcher of this.#matchers) matcher.load(state.states[matcher.rule.id]);
    this.#nextDue = this.#dueFirst().at;
  }

  #make<K extends Rule['kind']>(rule: Extract<Rule, { kind: K }>): Matcher {
    const raisesVital = raisesWhatIsVital(rule, this.#options.vitalTypes);
    return (MAKE[rule.kind as K])(rule, {
      mostKeys: this.#options.mostKeys ?? 50_000,
      places: this.#places,
      drop: () => this.#dropped(rule.id),
      isCovered: (signal, at) => !raisesVital && !this.covers.isEmpty && this.covers.of(signal, at) !== null,
    });
  }

  #hand(matcher: Matcher, { match, role, clears }: Part): Hand {
    return { matcher, role, accepts: acceptsWhere(match), isTimed: this.#timed.includes(matcher), seesCovered: clears === true || raisesWhatIsVital(matcher.rule, this.#options.vitalTypes) };
  }

  #release({ rule, key, ref }: Release, at: number, out: Output[]): void {
    for (const matcher of this.#matchers) if (matcher instanceof Runaway && matcher.rule.id === rule) matcher.release(key, ref, at, out);
  }

  #dueFirst(): { at: number; matcher: Matcher | null } {
    let [at, first]: [number, Matcher | null] = [Infinity, null];
    for (const matcher of this.#timed) if (matcher.dueAt < at) [at, first] = [matcher.dueAt, matcher];
    return { at, matcher: first };
  }
}

const raisesWhatIsVital = (rule: Rule, vitalTypes: readonly string[]): boolean => 'raises' in rule && rule.raises !== undefined && vitalTypes.includes(rule.raises);

const namesType = ({ types }: Match, type: string): boolean => types.some((one) => one === '*' || one === type || (one.endsWith('.*') && type.startsWith(one.slice(0, -1))));

function acceptsWhere({ where }: Match): ((signal: Signal) => boolean) | null {
  const wanted = Object.entries(where ?? {}).map(([field, values]) => [field as keyof NonNullable<Match['where']>, new Set(values)] as const);
  if (wanted.length === 0) return null;
  return (signal) => wanted.every(([field, values]) => values.has(signal[field] ?? ''));
}
