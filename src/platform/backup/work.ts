import { nowMs } from '#platform/kernel/clock.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Work, WorkTools } from '#platform/kernel/http.ts';
import { noteCheck } from '#platform/health/check.ts';
import { RED_AFTER_S } from './contract.ts';
import { KEEPER_LOCK } from './keeper.ts';
import { asSteward, failRun, planRun, readSchedule } from './record.ts';
import { RECORD, underWay } from './rows.ts';
import { whatIsDue } from './schedule.ts';

const EVERY_MS = 10_000;
const WARN_AFTER_S = 2 * 86_400;
const SAY_EVERY_MS = 60_000;

/** What the worker asks of its supervisor, who alone holds the owner's login: to carry this run out. */
export type KeeperCall = { carryOut: string };
export const isKeeperCall = (message: unknown): message is KeeperCall => typeof message === 'object' && message !== null && 'carryOut' in message && typeof message.carryOut === 'string';

const isHeld = async ({ worker }: Pick<WorkTools, 'worker'>, id: string): Promise<boolean> =>
  (await worker.send([{ text: 'select pg_try_advisory_xact_lock($1::int, hashtext($2::text)) as free', values: [KEEPER_LOCK, id] }]))[0]?.rows[0]?.['free'] !== true;

/** One look: calls for what waits, ends what nobody carries out any more, and enters what the schedule asks for. */
export async function lookAtBackups(tools: Pick<WorkTools, 'worker'>, ctx: Ctx, { isScheduled, call }: { isScheduled: boolean; call: (id: string) => void }): Promise<void> {
  const run = await underWay(ctx, RECORD);
  if (run?.state === 'waiting') return call(run.id);
  if (run) {
    if (!(await isHeld(tools, run.id))) await failRun(ctx, run.id, 'It was ended in the middle: Parapet was stopped or killed, or the machine was.');
    return;
  }
  if (!isScheduled) return;
  const { setting, past } = await readSchedule(ctx);
  const due = whatIsDue(setting, past, ctx.now());
  if (due && (await planRun(ctx, due))) await lookAtBackups(tools, ctx, { isScheduled, call });
}

/** Says on the page Health up to when a restore was proven. */
export async function sayHowProven(db: Database): Promise<void> {
  const [answer] = await db.send([{ text: 'select backup.unproven_s() as s', values: [] }]);
  const seconds = Number(answer?.rows[0]?.['s'] ?? 0);
  const hours = Math.round(seconds / 3600);
  const words = `A restore was last proven of what was here ${hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`} ago, or nothing was proven since this database began then. See Backups.`;
  await noteCheck(db, { key: 'backup', state: seconds > RED_AFTER_S ? 'bad' : seconds > WARN_AFTER_S ? 'warning' : 'good', words, againWithinS: 600 });
}

/** One node looks every ten seconds, and as soon as somebody asks. A demonstration has no schedule. */
export const leadBackups: Work = async ({ db, worker, log, lead, wakeOn }) => {
  const isScheduled = readConfig().mode === 'main';
  const wake = await wakeOn('outbox');
  let isOver = false;
  const call = (id: string): void => void process.send?.({ carryOut: id } satisfies KeeperCall);
  const loop = async (): Promise<void> => {
    let isLead = false;
    for (let [lookedAt, saidAt] = [0, 0]; !isOver; await wake.within(EVERY_MS)) {
      try {
        isLead ||= await lead('backup');
        // The bell rings at every commit; a look costs a question or two.
        if (!isLead || nowMs() - lookedAt < 2000) continue;
        lookedAt = nowMs();
        await lookAtBackups({ worker }, await asSteward(db), { isScheduled, call });
        if (!isScheduled || nowMs() - saidAt < SAY_EVERY_MS) continue;
        saidAt = nowMs();
        await sayHowProven(db);
      } catch (error) {
        log.warn({ err: error }, 'backups were not looked after');
      }
    }
  };
  const done = loop();
  return { failed: new Promise<never>(() => undefined), stop: async () => { isOver = true; wake.now(); await done; } };
};
