import { firstRefusal, refuse, type Refusal } from '../refusal.ts';

/** How grave a disagreement is: each the same, by its distance, or by its square. */
export type Weights = 'none' | 'linear' | 'quadratic';

/** κ, and over how many things that both rated. */
export type Kappa = { ok: true; kappa: number; count: number };

const graveness = (weights: Weights, i: number, j: number): number => (weights === 'none' ? (i === j ? 0 : 1) : weights === 'linear' ? Math.abs(i - j) : (i - j) ** 2);

/**
 * Cohen's weighted kappa of a table of counts, one rater in rows and the other in columns: κ = 1 − Σ w o / Σ w e (Cohen 1960, 1968). Refused where no
 * disagreement could come by chance, since then there is nothing to compare with.
 */
export function kappaOfTable(counts: readonly (readonly number[])[], weights: Weights): Kappa | Refusal {
  const size = counts.length;
  const wrong = counts.findIndex((row) => row.length !== size || row.some((count) => !Number.isInteger(count) || count < 0));
  if (wrong >= 0) return refuse(`counts[${wrong}]`, 'The table is square, of whole numbers from 0.');
  const rows = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const columns = counts.map((_, j) => counts.reduce((sum, row) => sum + (row[j] ?? 0), 0));
  const count = rows.reduce((a, b) => a + b, 0);
  if (count === 0) return refuse('counts', 'There is nothing that both rated.');
  let observed = 0;
  let expected = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      observed += graveness(weights, i, j) * (counts[i]?.[j] ?? 0);
      expected += (graveness(weights, i, j) * (rows[i] ?? 0) * (columns[j] ?? 0)) / count;
    }
  }
  return expected === 0 ? refuse('counts', 'Both gave one and the same rating throughout, so no disagreement could come by chance and kappa is not defined.') : { ok: true, kappa: 1 - observed / expected, count };
}

/** Weighted kappa of two raters on categories 1 to `categories`; what one of them left out (null) is left out. */
export function weightedKappa(a: readonly (number | null)[], b: readonly (number | null)[], { categories, weights }: { categories: number; weights: Weights }): Kappa | Refusal {
  if (a.length !== b.length) return refuse('b', `One rated ${a.length} things and the other ${b.length}.`);
  const wrongRating = (rating: number | null, at: string): Refusal | null => (rating === null || (Number.isInteger(rating) && rating >= 1 && rating <= categories) ? null : refuse(at, `A rating is a whole number from 1 to ${categories}; ${rating} is not.`));
  const wrong = firstRefusal([...a.map((rating, i) => wrongRating(rating, `a[${i}]`)), ...b.map((rating, i) => wrongRating(rating, `b[${i}]`))]);
  if (wrong) return wrong;
  const counts = Array.from({ length: categories }, () => Array.from({ length: categories }, () => 0));
  for (const [i, one] of a.entries()) {
    const row = counts[(one ?? 0) - 1];
    const other = b[i] ?? null;
    if (row && other !== null) row[other - 1] = (row[other - 1] ?? 0) + 1;
  }
  return kappaOfTable(counts, weights);
}
