import { refuse, type Refusal } from '../refusal.ts';

/** What differences mean: other or not; order; distance; proportion. */
export type Level = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** α, and how many ratings could be paired. */
export type Alpha = { ok: true; alpha: number; pairable: number };

/** Squared difference of two values, whose frequencies among the pairable ones stand in `counts` in rising order of values. */
function difference(level: Level, values: readonly number[], counts: readonly number[], c: number, k: number): number {
  const [a, b] = [values[c] ?? 0, values[k] ?? 0];
  switch (level) {
    case 'nominal':
      return c === k ? 0 : 1;
    case 'interval':
      return (a - b) ** 2;
    case 'ratio':
      return a + b === 0 ? 0 : ((a - b) / (a + b)) ** 2;
    case 'ordinal': {
      const between = counts.slice(Math.min(c, k), Math.max(c, k) + 1).reduce((sum, one) => sum + one, 0);
      return (between - ((counts[c] ?? 0) + (counts[k] ?? 0)) / 2) ** 2;
    }
  }
}

/**
 * Krippendorff's alpha: ratings[rater][unit], null where there is none; α = 1 − D_o / D_e from the matrix of coincidences, in which each unit with m ratings
 * counts each ordered pair 1 / (m − 1) times (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011). A unit with one rating says nothing.
 * Refused where nothing can be paired, or where all ratings are the same, so that no disagreement could come by chance.
 */
export function krippendorffAlpha(ratings: readonly (readonly (number | null)[])[], level: Level): Alpha | Refusal {
  if (ratings.length < 2) return refuse('ratings', 'One rater agrees with nobody: at least two are needed.');
  const units = ratings[0]?.length ?? 0;
  for (const [r, row] of ratings.entries()) {
    if (row.length !== units) return refuse(`ratings[${r}]`, `This rater has ${row.length} units and the first has ${units}.`);
    const wrong = row.findIndex((rating) => rating !== null && !Number.isFinite(rating));
    if (wrong >= 0) return refuse(`ratings[${r}][${wrong}]`, 'A rating is a number, or null where there is none.');
    const negative = level === 'ratio' ? row.findIndex((rating) => rating !== null && rating < 0) : -1;
    if (negative >= 0) return refuse(`ratings[${r}][${negative}]`, 'Proportions are of numbers from 0.');
  }
  const pairable = Array.from({ length: units }, (_, u) => ratings.flatMap((row) => row[u] ?? [])).filter((unit) => unit.length > 1);
  const values = [...new Set(pairable.flat())].sort((a, b) => a - b);
  const places = new Map(values.map((value, i) => [value, i]));
  const coincidences = values.map(() => values.map(() => 0));
  for (const unit of pairable) {
    for (const [i, a] of unit.entries()) {
      const row = coincidences[places.get(a) ?? 0] ?? [];
      for (const [j, b] of unit.entries()) if (i !== j) row[places.get(b) ?? 0] = (row[places.get(b) ?? 0] ?? 0) + 1 / (unit.length - 1);
    }
  }
  const counts = coincidences.map((row) => row.reduce((sum, one) => sum + one, 0));
  const total = pairable.reduce((sum, unit) => sum + unit.length, 0);
  if (total === 0) return refuse('ratings', 'No unit was rated by two raters.');
  let observed = 0;
  let expected = 0;
  for (const c of values.keys()) {
    for (const k of values.keys()) {
      const apart = difference(level, values, counts, c, k);
      observed += apart * (coincidences[c]?.[k] ?? 0);
      expected += (apart * (counts[c] ?? 0) * (counts[k] ?? 0)) / (total - 1);
    }
  }
  return expected === 0 ? refuse('ratings', 'All ratings are the same, so no disagreement could come by chance and alpha is not defined.') : { ok: true, alpha: 1 - observed / expected, pairable: total };
}
