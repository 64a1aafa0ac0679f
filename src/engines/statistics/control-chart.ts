/** A rule of Western Electric that a point breaks: one beyond 3σ, two of three beyond 2σ, four of five beyond 1σ, eight on one side. */
export type Rule = 'beyond-three' | 'two-of-three' | 'four-of-five' | 'eight-on-a-side';
export type ChartPoint = { value: number; lcl: number; ucl: number; rules: readonly Rule[] };
export type ControlChart = { center: number; points: readonly ChartPoint[] };

const D2 = 1.128;

/** How many σ each point lies from the middle, by its own σ; where σ is 0, on the line or infinitely far from it. */
const distances = (values: readonly number[], center: number, sigmas: readonly number[]): number[] => values.map((value, i) => (value === center ? 0 : (value - center) / (sigmas[i] ?? 0)));

function rulesAt(z: readonly number[], i: number): Rule[] {
  const side = Math.sign(z[i] ?? 0);
  const far = (of: number, sigma: number): number => z.slice(Math.max(0, i - of + 1), i + 1).filter((one) => one * side > sigma).length;
  if (side === 0) return [];
  const last = (z[i] ?? 0) * side;
  return [
    ...(last > 3 ? (['beyond-three'] as const) : []),
    ...(last > 2 && far(3, 2) >= 2 ? (['two-of-three'] as const) : []),
    ...(last > 1 && far(5, 1) >= 4 ? (['four-of-five'] as const) : []),
    ...(far(8, 0) === 8 ? (['eight-on-a-side'] as const) : []),
  ];
}

function chart(values: readonly number[], center: number, sigmas: readonly number[], floor: number): ControlChart {
  const z = distances(values, center, sigmas);
  return { center, points: values.map((value, i) => ({ value, lcl: Math.max(floor, center - 3 * (sigmas[i] ?? 0)), ucl: center + 3 * (sigmas[i] ?? 0), rules: rulesAt(z, i) })) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Counts of equal periods: c̄ ± 3 √c̄, the lower limit not below 0. Null without a period. */
export function cChart(counts: readonly number[]): ControlChart | null {
  if (counts.length === 0) return null;
  const center = mean(counts);
  return chart(counts, center, counts.map(() => Math.sqrt(center)), 0);
}

/** Counts over unequal exposures: ū ± 3 √(ū / n). A period without exposure is left out of the middle and has no point of its own, so it is refused by RangeError. */
export function uChart(counts: readonly number[], exposures: readonly number[]): ControlChart | null {
  if (counts.length !== exposures.length || exposures.some((one) => !(one > 0))) throw new RangeError('Each count has an exposure above 0.');
  if (counts.length === 0) return null;
  const center = mean(counts) / mean(exposures);
  return chart(counts.map((count, i) => count / (exposures[i] ?? 1)), center, exposures.map((one) => Math.sqrt(center / one)), 0);
}

/** Single values: their mean ± 3 mean moving range / 1.128. Null for fewer than two. */
export function individualsChart(values: readonly number[]): ControlChart | null {
  if (values.length < 2) return null;
  const ranges = values.slice(1).map((value, i) => Math.abs(value - (values[i] ?? 0)));
  const sigma = mean(ranges) / D2;
  return chart(values, mean(values), values.map(() => sigma), Number.NEGATIVE_INFINITY);
}
