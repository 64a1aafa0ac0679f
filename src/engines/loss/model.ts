import type { Quantity } from './quantity.ts';

/**
 * One loss scenario as an Open FAIR tree. Its frequency is given at one level: `lossEventFrequency`; or `threatEventFrequency`, or `contactFrequency` with
 * `probabilityOfAction`, and then `vulnerability`, or `threatCapability` with `resistanceStrength`. Frequencies are numbers a year, amounts are in one
 * currency's minor units, shares lie between 0 and 1; capability and resistance are on any one scale. `site` puts the scenario into a sum of its own.
 */
export type Scenario = {
  id: string;
  site?: string;
  lossEventFrequency?: Quantity;
  threatEventFrequency?: Quantity;
  contactFrequency?: Quantity;
  probabilityOfAction?: Quantity;
  vulnerability?: Quantity;
  threatCapability?: Quantity;
  resistanceStrength?: Quantity;
  primaryLoss: Quantity;
  /** What follows a share of the loss events (fines, claims, lost custom): that share, and its amount. */
  secondary?: readonly { lossEventFrequency: Quantity; lossMagnitude: Quantity }[];
};

/** A measure takes a share off the frequency or the magnitude of scenarios; several on one scenario leave the product of what each leaves. */
export type Measure = { id: string; effects: readonly { scenario: string; on: 'frequency' | 'magnitude'; reduction: Quantity }[] };

/** A quantity of a scenario; `events` is the number of loss events of a simulated year. */
export type LeafName =
  | 'lossEventFrequency' | 'threatEventFrequency' | 'contactFrequency' | 'probabilityOfAction' | 'vulnerability' | 'threatCapability' | 'resistanceStrength'
  | 'events' | 'primaryLoss' | `secondary[${number}].lossEventFrequency` | `secondary[${number}].lossMagnitude`;
export type LeafRef = { scenario: string; leaf: LeafName };

/** Two quantities that rise together (or against each other): their rank correlation by Spearman, from −1 to 1. Pairs that are not listed are independent. */
export type Correlation = { a: LeafRef; b: LeafRef; rank: number };

/**
 * What a row is. `annualised`: a loss a year given what was drawn, LEF × LM, as Open FAIR tools have it: its spread is what we do not know.
 * `year`: one year as it may come, with a Poisson number of loss events and an amount for each: its spread is luck as well.
 */
export type LossModel = { row: 'annualised' | 'year'; scenarios: readonly Scenario[]; measures?: readonly Measure[]; correlations?: readonly Correlation[] };

/** Most rows of a run. */
export const MOST_ROWS = 1_000_000_000;
