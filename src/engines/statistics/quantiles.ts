/** Values with how often each came, ascending. It adds up over days and sites and holds no record. */
export type Histogram = readonly { value: number; count: number }[];

/** How many values there are. */
export const countOf = (values: Histogram): number => values.reduce((sum, { count }) => sum + count, 0);

/** One histogram of several, in ascending order. */
export function together(parts: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const { value, count } of parts.flat()) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value);
}

/** The value at an order, from 0; the last one beyond the end. */
export function valueAt(values: Histogram, order: number): number {
  let passed = 0;
  for (const { value, count } of values) {
    passed += count;
    if (order < passed) return value;
  }
  return values.at(-1)?.value ?? Number.NaN;
}

/** The quantile at `p` in [0, 1], with a straight line between order statistics (Hyndman and Fan's seventh); null where there is no value. */
export function quantile(values: Histogram, p: number): number | null {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${p} is no share.`);
  const n = countOf(values);
  if (n === 0) return null;
  const at = (n - 1) * p;
  const [low, high] = [valueAt(values, Math.floor(at)), valueAt(values, Math.ceil(at))];
  return low + (high - low) * (at - Math.floor(at));
}
