import type { Facility } from '#engines/interruption/plan/facility.ts';
import type { Study } from '#engines/interruption/study/study.ts';
import type { LossModel } from '#engines/loss/model.ts';
import type { LossRun } from '#engines/loss/simulate.ts';
import type { Choice } from '#engines/portfolio/choose.ts';
import type { FrontierPoint } from '#engines/portfolio/frontier.ts';
import type { Portfolio } from '#engines/portfolio/problem.ts';
import type { Refusal } from '#engines/refusal.ts';

/** How far a choice is: what the best one so far saves, and its bound (null while there is none). */
export type ChoiceProgress = { saves: number; atMost: number | null };

/** What a thread can be opened for: its input, the methods that it then answers, and what it tells meanwhile. */
export type Jobs = {
  loss: { input: { model: LossModel; seed: number; rows: number }; methods: LossRun; told: never };
  study: { input: { facility: Facility }; methods: Pick<Study, 'weakest' | 'list'>; told: never };
  choice: { input: { problem: Portfolio; seconds: number }; methods: { choose(): Choice | Refusal }; told: ChoiceProgress };
  frontier: { input: { problem: Portfolio; steps: readonly (readonly number[])[]; seconds: number }; methods: { trace(): { ok: true; points: FrontierPoint[] } | Refusal }; told: FrontierPoint };
};
export type JobName = keyof Jobs;
export type Methods<Name extends JobName> = Jobs[Name]['methods'];

/** Opens each job where it runs; its code is loaded only there. Input is checked by who asks; what is wrong here is thrown. */
export const OPENERS: { [Name in JobName]: (input: Jobs[Name]['input'], tell: (told: Jobs[Name]['told']) => void) => Promise<Methods<Name>> } = {
  loss: async ({ model, seed, rows }) => {
    const [{ planLoss }, { openLossRun }] = await Promise.all([import('#engines/loss/plan.ts'), import('#engines/loss/simulate.ts')]);
    const planned = planLoss(model);
    if (!planned.ok) throw new Error(planned.reason);
    return openLossRun(planned.plan, seed, rows);
  },
  study: async ({ facility }) => {
    const { openStudy } = await import('#engines/interruption/study/study.ts');
    const opened = openStudy(facility);
    if (!opened.ok) throw new Error(opened.reason);
    return opened.study;
  },
  choice: async ({ problem, seconds }, tell) => {
    const [{ choosePortfolio }, { openSolver }] = await Promise.all([import('#engines/portfolio/choose.ts'), import('#engines/portfolio/solver.ts')]);
    const solver = await openSolver();
    return { choose: () => choosePortfolio(problem, solver, { seconds, onProgress: (saves, atMost) => tell({ saves, atMost }) }) };
  },
  frontier: async ({ problem, steps, seconds }, tell) => {
    const [{ frontier }, { openSolver }] = await Promise.all([import('#engines/portfolio/frontier.ts'), import('#engines/portfolio/solver.ts')]);
    const solver = await openSolver();
    return { trace: () => frontier(problem, steps, solver, { seconds, onStep: (point) => tell(point) }) };
  },
};
