/** A share with its 95 % interval; `share`, `lo` and `hi` lie in [0, 1]. */
export type ShareInterval = { n: number; of: number; share: number; lo: number; hi: number };

const Z = 1.959963984540054;

/** Wilson's score interval of `n` out of `of`, 95 %; null where there is nothing to count. Throws RangeError unless 0 ≤ n ≤ of. Newcombe 1998, method 3. */
export function wilson(n: number, of: number): ShareInterval | null {
  if (!(n >= 0 && n <= of)) throw new RangeError(`${n} of ${of} is no share.`);
  if (of === 0) return null;
  const share = n / of;
  const weight = 1 + Z ** 2 / of;
  const middle = (share + Z ** 2 / (2 * of)) / weight;
  const half = (Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))) / weight;
  return { n, of, share, lo: n === 0 ? 0 : Math.max(0, middle - half), hi: n === of ? 1 : Math.min(1, middle + half) };
}
