import type { LossModel } from '#engines/loss/model.ts';
import type { LossRun } from '#engines/loss/simulate.ts';

/** What a thread can be opened for: its input, and the methods that it then answers. */
export type Jobs = {
  loss: { input: { model: LossModel; seed: number; rows: number }; methods: LossRun };
};
export type JobName = keyof Jobs;
export type Methods<Name extends JobName> = Jobs[Name]['methods'];

/** Opens each job where it runs; its code is loaded only there. Input is checked by who asks; what is wrong here is thrown. */
export const OPENERS: { [Name in JobName]: (input: Jobs[Name]['input']) => Promise<Methods<Name>> } = {
  loss: async ({ model, seed, rows }) => {
    const [{ planLoss }, { openLossRun }] = await Promise.all([import('#engines/loss/plan.ts'), import('#engines/loss/simulate.ts')]);
    const planned = planLoss(model);
    if (!planned.ok) throw new Error(planned.reason);
    return openLossRun(planned.plan, seed, rows);
  },
};
