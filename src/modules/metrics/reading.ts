import type { Metric } from './contract.ts';
import type { Definition } from './definitions.ts';
import { type Bin, type Figure, figureOf } from './figure-rules.ts';

const SECONDS_IN = { share: 1, number: 1, s: 1, min: 60, h: 3600 } as const;

/** How a definition is shown. */
export function metricOf(definition: Definition): Metric {
  const { measure, fact: _fact, among: _among, reads: _reads, ofThings: _ofThings, ...shown } = definition;
  return { ...shown, alsoWithin: measure.as === 'share' ? (measure.also ?? null) : null, alsoTarget: measure.as === 'share' ? (measure.alsoTarget ?? null) : null };
}

/** The figure of a definition; what is counted in full has no interval. */
export function figureFor({ measure, smallCount }: Definition, bins: readonly Bin[], period: { from: Date; to: Date }): Figure {
  const figure = figureOf(measure, bins, { from: period.from.getTime(), to: period.to.getTime() });
  return smallCount === 'none' ? { ...figure, lo: null, hi: null } : figure;
}

/** The catalogue's target in what the figure counts. */
export const catalogueOf = ({ target, unit, direction }: Pick<Definition, 'target' | 'unit' | 'direction'>) => ({ target: target === null ? null : target * SECONDS_IN[unit], direction });
