import { cChart, individualsChart } from '#engines/statistics/control-chart.ts';
import type { Month } from './contract.ts';
import type { Definition } from './definitions.ts';
import { type Bin, type Figure, suppressedParts } from './figure-rules.ts';
import { periodOf } from './periods.ts';
import { figureFor } from './reading.ts';

export const MONTHS = 12;
const FEWEST_FOR_CHART = 6;
const nameOf = (at: Date): string => at.toISOString().slice(0, 7);

type Series = { now: Date; isOpen: boolean; frozen: ReadonlyMap<string, Figure> };

/** Twelve months with the limits of a control chart over those that are whole: of counts by √c̄, of all else by moving ranges. Who does not read the records is told the frozen ones as they stood. */
export function monthsOf(definition: Definition, { now, isOpen, frozen }: Series, groups: ReadonlyMap<string, Bin[]>): Month[] {
  const current = nameOf(now);
  const plain = Array.from({ length: MONTHS }, (_, i) => {
    const { from, to } = periodOf('month', now, MONTHS - 1 - i);
    const month = nameOf(from);
    return { month, figure: (isOpen ? undefined : frozen.get(month)) ?? figureFor(definition, groups.get(month) ?? [], { from, to: to < now ? to : now }) };
  }).filter(({ month }) => isOpen || month !== current);
  const months = isOpen ? plain : suppressedParts(plain);
  const whole = months.filter(({ month, figure }) => figure.value !== null && month !== current);
  const values = whole.map(({ figure }) => figure.value ?? 0);
  const chart = values.length < FEWEST_FOR_CHART ? null : definition.measure.as === 'count' ? cChart(values) : individualsChart(values);
  const points = new Map(whole.map(({ month }, i) => [month, chart?.points[i]]));
  const within = (limit: number | undefined): number | null => (limit === undefined ? null : Math.max(0, definition.unit === 'share' ? Math.min(1, limit) : limit));
  return months.map(({ month, figure }) => ({ month, figure, lcl: within(points.get(month)?.lcl), ucl: within(points.get(month)?.ucl), center: chart?.center ?? null, isOut: (points.get(month)?.rules.length ?? 0) > 0 }));
}
