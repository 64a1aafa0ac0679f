import { betaQuantile } from '../../distributions/beta.ts';
import { refuse, type Refusal } from '../path/task.ts';

/** What trials showed: a share, and the bounds that its true value lies between at the stated confidence. */
export type Evidence = { ok: true; share: number; low: number; high: number };

/** Trials and their successes: engagements and wins (P_N), tests and detections (P_D). */
export type Trials = { successes: number; trials: number };

function wrongTrials({ successes, trials }: Trials, confidence: number): Refusal | null {
  if (!Number.isSafeInteger(trials) || trials < 1) return refuse('trials', `There is no evidence in ${trials} trials.`);
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) return refuse('successes', `Of ${trials} trials, ${successes} cannot have succeeded.`);
  return confidence > 0 && confidence < 1 ? null : refuse('confidence', `A confidence lies between 0 and 1; ${confidence} does not.`);
}

/** One-sided lower bound of Clopper and Pearson: the quantile 1 − confidence of Beta(s, n − s + 1); 0 without a success. `high` is 1. */
export function lowerBound(given: Trials, confidence: number): Evidence | Refusal {
  const wrong = wrongTrials(given, confidence);
  if (wrong) return wrong;
  const { successes, trials } = given;
  return { ok: true, share: successes / trials, low: successes === 0 ? 0 : betaQuantile(1 - confidence, successes, trials - successes + 1), high: 1 };
}

/** Two-sided interval of Clopper and Pearson: half of 1 − confidence on either side. */
export function interval(given: Trials, confidence: number): Evidence | Refusal {
  const wrong = wrongTrials(given, confidence);
  if (wrong) return wrong;
  const { successes, trials } = given;
  const half = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : betaQuantile(half, successes, trials - successes + 1);
  const high = successes === trials ? 1 : 1 - betaQuantile(half, trials - successes, successes + 1);
  return { ok: true, share: successes / trials, low, high };
}

/** How many trials, all of them successes, show that the true share is at least `share`: ⌈ln(1 − confidence) / ln(share)⌉. */
export function trialsWithoutFailure(share: number, confidence: number): { ok: true; trials: number } | Refusal {
  if (!(share > 0 && share < 1)) return refuse('share', `Trials can show a share between 0 and 1; ${share} is not one.`);
  if (!(confidence > 0 && confidence < 1)) return refuse('confidence', `A confidence lies between 0 and 1; ${confidence} does not.`);
  return { ok: true, trials: Math.ceil(Math.log(1 - confidence) / Math.log(share) - 1e-12) };
}
