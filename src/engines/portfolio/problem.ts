/** A measure that can be bought once, in one phase. Cost in minor units. Alone it saves so much of each scenario's loss a year. */
export type Measure = {
  id: string;
  cost: number;
  effects: readonly { scenario: string; saves: number }[];
  /** Of the measures of one group only the best one on each scenario counts, where effects combine so. */
  group?: string;
  /** The first phase in which it can be bought; 0 by default. */
  from?: number;
};

/** A stretch of time with its budget in minor units, and how many years it lasts (discounted years, where money is). What is bought in it works from its beginning. */
export type Phase = { budget: number; years: number };

/** What two measures save together beyond the sum of both, or where negative below it, a year. */
export type Pair = { a: string; b: string; scenario: string; saves: number };

/**
 * How savings of several measures on one scenario come together; never more than its loss.
 * `additive`: their sum. `best-of-group`: the best of each group, summed over groups (a measure without a group is one of its own). `pairwise`: their sum
 * with what the table says of each pair chosen, taken literally. `compounding`: loss × (1 − Π(1 − saves / loss)), each takes its share of what the others leave.
 */
export type Combine = { kind: 'additive' } | { kind: 'best-of-group' } | { kind: 'pairwise'; pairs: readonly Pair[] } | { kind: 'compounding' };

/** What can be bought, and what it is for. Losses are amounts a year without any measure. */
export type Portfolio = {
  scenarios: readonly { id: string; loss: number }[];
  measures: readonly Measure[];
  phases: readonly Phase[];
  combine: Combine;
  /** Whether what a phase leaves of its budget can be spent later. */
  carriesOver?: boolean;
  /** Lists of which at most one measure is bought. */
  exclusions?: readonly (readonly string[])[];
  /** A measure is bought only where another is bought in the same phase or before. */
  prerequisites?: readonly { measure: string; needs: string }[];
};

/** The phase that each measure is bought in, by its number in the problem; null where it is not. */
export type Assignment = readonly (number | null)[];
