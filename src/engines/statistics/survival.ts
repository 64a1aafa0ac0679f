/** How long something lasted; `ended` is false where it still went on when last seen. */
export type Lasting = { lasted: number; ended: boolean };
/** From `at` on, the share that goes on, with Greenwood's standard error; `atRisk` had lasted so long. */
export type SurvivalStep = { at: number; atRisk: number; ended: number; share: number; error: number };
export type Survival = { n: number; steps: readonly SurvivalStep[]; median: number | null };

/** Kaplan and Meier's curve: what is open counts as not yet ended. Null where there is nothing. At equal times an end comes before a censoring. */
export function survivalOf(all: readonly Lasting[]): Survival | null {
  if (all.length === 0) return null;
  const steps: SurvivalStep[] = [];
  let [share, spread] = [1, 0];
  for (const at of [...new Set(all.filter(({ ended }) => ended).map(({ lasted }) => lasted))].sort((a, b) => a - b)) {
    const atRisk = all.filter(({ lasted }) => lasted >= at).length;
    const ended = all.filter((one) => one.ended && one.lasted === at).length;
    share *= 1 - ended / atRisk;
    spread += atRisk === ended ? 0 : ended / (atRisk * (atRisk - ended));
    steps.push({ at, atRisk, ended, share, error: share * Math.sqrt(spread) });
  }
  return { n: all.length, steps, median: steps.find((step) => step.share <= 0.5)?.at ?? null };
}
