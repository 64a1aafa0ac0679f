/** What a signal may say of where it comes from and of whom it speaks. Two signals of one site are of two scenes where one of them is only played. */
export const FIELDS = ['site', 'scene', 'building', 'area', 'zone', 'portal', 'source', 'device', 'person'] as const;
export type Field = (typeof FIELDS)[number];

/** What a signal does, as the mapping says: see the taxonomy's notes. */
export const EFFECTS = ['raise', 'restore', 'restore-point', 'cancel', 'note'] as const;
export type Effect = (typeof EFFECTS)[number];

/**
 * Which signals are meant: any of `types` (a key of the taxonomy, `family.*` or `*`), with any of `effects`
 * (unless said: what opens or is only noted, so no restores and no cancellations), and with one of the values of each field in `where`.
 */
export type Match = {
  readonly types: readonly string[];
  readonly effects?: readonly Effect[];
  readonly where?: { readonly [F in Field]?: readonly string[] };
};

/** Where the later steps of a sequence happen, seen from its first. */
export const NEAR = ['same', 'adjacent', 'same-or-adjacent'] as const;
export type Near = (typeof NEAR)[number];

type Named = {
  /** Of one id there is one rule; its state is kept while `version` stays. */
  readonly id: string;
  readonly version: number;
  readonly title: string;
};
/** Signals are taken together that have the same values in these fields; one that lacks any of them is passed over. */
type Windowed = { readonly by: readonly Field[]; readonly withinMs: number };
type Raising = { /** The type of the alarm that it raises, a key of the taxonomy. */ readonly raises: string };

/**
 * Each step after the one before, all within `withinMs` of the first. `near` compares the zone of each later step with that of the first
 * (then `by` may be empty). What began last stands for all that began before it, and a match uses up what began no later.
 */
export type SequenceRule = Named & Windowed & Raising & { readonly kind: 'sequence'; readonly steps: readonly Match[]; readonly near?: Near };
/** `count` signals of one key within `withinMs`; then it counts anew. */
export type ThresholdRule = Named & Windowed & Raising & { readonly kind: 'threshold'; readonly of: Match; readonly count: number };
/**
 * `atLeast` that differ, in any order: in the field named, or, with `part`, each another of the list `of`
 * (a zone and a camera). Then it begins anew.
 */
export type ConfirmationRule = Named & Windowed & Raising & { readonly kind: 'confirmation'; readonly of: readonly Match[]; readonly atLeast: number; readonly differing: Field | 'part' };
/** `after` that `expect` does not follow within `withinMs`; counted from the first that is unanswered. */
export type AbsenceRule = Named & Windowed & Raising & { readonly kind: 'absence'; readonly after: Match; readonly expect: Match };
/** Who was heard once and is not heard for longer than `withinMs`; heard again, it is restored. */
export type SilenceRule = Named & Windowed & Raising & { readonly kind: 'silence'; readonly of: Match };
/**
 * The same key at two sites sooner than the journey takes: the least time said for the pair, else the great-circle distance at
 * `speedKmh` and `overheadMs` more. Pairs of which neither is known are passed over. After `withinMs` any journey is possible.
 */
export type TravelRule = Named & Windowed & Raising & { readonly kind: 'travel'; readonly of: Match; readonly speedKmh: number; readonly overheadMs: number };
/** A condition that opens and closes: raised if it is still open after `withinMs` (0: at once), restored when it closes. */
export type PairRule = Named & Windowed & Raising & { readonly kind: 'pair'; readonly opens: Match; readonly closes: Match };
/** The first rings, repeats within `withinMs` are held; counted from the first, or from the latest (`from`). With `raises`, the first raises that. */
export type DeduplicateRule = Named & Windowed & Partial<Raising> & { readonly kind: 'deduplicate'; readonly of: Match; readonly from: 'first' | 'latest' };
/** What `cause` explains is held for `withinMs` after it, or until `until`; with `as: group` it is to be shown under the cause. */
export type SuppressRule = Named & Windowed & { readonly kind: 'suppress'; readonly cause: Match; readonly hold: Match; readonly until?: Match; readonly as: 'hold' | 'group' };
/** `count` within `withinMs`: raised once, and from then on the key's signals are held until a person releases it. */
export type RunawayRule = Named & Windowed & Raising & { readonly kind: 'runaway'; readonly of: Match; readonly count: number };

export type Rule = SequenceRule | ThresholdRule | ConfirmationRule | AbsenceRule | SilenceRule | TravelRule | PairRule | DeduplicateRule | SuppressRule | RunawayRule;
export type RuleKind = Rule['kind'];

/** The kinds that judge each signal as it comes, so that what rings never waits; all others wait for the stated lateness. */
export const GATE_KINDS: ReadonlySet<RuleKind> = new Set<RuleKind>(['deduplicate', 'suppress', 'runaway']);
