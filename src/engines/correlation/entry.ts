import type { Effect, Field, Rule } from './kinds.ts';

/** What names a signal: where two have the same time, the lesser ref is taken first (numbers before texts). */
export type Ref = string | number;

type Timed = {
  readonly ref: Ref;
  /** When it happened, in ms since 1970. */
  readonly at: number;
  /** When we knew, in ms; the engine's clock. Where it is left out, `at` is the clock. */
  readonly knownAt?: number;
};

/** A signal as the rules see it. Fields that it does not have are left out or null. */
export type Signal = Timed & { readonly type: string; readonly effect: Effect } & { readonly [F in Field]?: string | null };

/** A site or device in maintenance or on test, or some types suppressed there: until then, or until ended, its signals (of `types`, where they are named) neither ring nor match. Restores and vital types always do. */
export type Begin = Timed & { readonly control: 'begin'; readonly id: string; readonly mode: 'maintenance' | 'test' | 'suppressed'; readonly types?: readonly string[]; readonly field: Field; readonly value: string; readonly until: number };
export type End = Timed & { readonly control: 'end'; readonly id: string };
/** A person lets a runaway key ring again. */
export type Release = Timed & { readonly control: 'release'; readonly rule: string; readonly key: string };
/** Rules from here on; a rule of the same id and version keeps its state. `surroundings` are replaced where they are given. */
export type RulesChange = Timed & { readonly control: 'rules'; readonly rules: readonly Rule[]; readonly surroundings?: Surroundings };

export type Control = Begin | End | Release | RulesChange;
/** All that the engine takes, in one order; a replay of the same entries gives the same outputs. */
export type Entry = Signal | Control;

/** What rules know of the world. */
export type Surroundings = {
  /** Zones that are parts of a larger one, which then stands for them: what hangs in one room is near itself, and `adjacency` names the rooms. */
  readonly within?: readonly (readonly [zone: string, larger: string])[];
  /** Pairs of zones that touch, in either order. */
  readonly adjacency?: readonly (readonly [string, string])[];
  /** WGS84, degrees. */
  readonly sites?: readonly { readonly site: string; readonly latitude: number; readonly longitude: number }[];
  /** The least time of a journey, one way. */
  readonly journeys?: readonly { readonly from: string; readonly to: string; readonly leastMs: number }[];
};

export type Output =
  /** A rule was met; `because` are the signals that met it, in order of time. */
  | { readonly effect: 'raise' | 'restore'; readonly rule: string; readonly version: number; readonly raises: string; readonly key: string; readonly site: string | null; readonly at: number; readonly because: readonly Ref[] }
  /** The last signal of `because` is not to ring (`group`: to be shown under the first); `rule` is the rule's or the control's id. */
  | { readonly effect: 'hold' | 'group'; readonly why: 'repeat' | 'explained' | 'runaway' | 'maintenance' | 'test' | 'suppressed'; readonly rule: string; readonly key: string; readonly at: number; readonly because: readonly Ref[] }
  /** How many keys a rule had to forget so far; told at 1, 2, 4, 8 and so on. */
  | { readonly effect: 'dropped'; readonly rule: string; readonly count: number; readonly at: number }
  /** Rules of an entry that were not taken; those before go on. */
  | { readonly effect: 'refused'; readonly ref: Ref; readonly at: number; readonly where: string; readonly reason: string };

export type Raise = Extract<Output, { effect: 'raise' | 'restore' }>;

export type Options = {
  /** How long matching waits for signals that come late. What is further off its `knownAt` than that is taken at `knownAt`. */
  readonly latenessMs: number;
  /** Duress, hold-up, fire and medical: never held, and seen through maintenance and test. */
  readonly vitalTypes: readonly string[];
  /** The most keys a rule remembers (50,000), and the most entries that wait at once (100,000); beyond, the oldest go first. */
  readonly mostKeys?: number;
  readonly mostWaiting?: number;
};

export type Counts = {
  readonly entries: number;
  /** Came after their time had been passed, and were taken at the time reached. */
  readonly late: number;
  /** Had a time that could not be, or too old a one, and were taken at `knownAt`. */
  readonly shifted: number;
  /** Entries taken before their wait was over, because too many waited. */
  readonly hurried: number;
  /** Keys forgotten by each rule before their time. */
  readonly dropped: Readonly<Record<string, number>>;
};

export const isControl = (entry: Entry): entry is Control => 'control' in entry;
