import { enterToRead } from './access.ts';
import type { Ctx } from './context.ts';
import { Problem } from './problem.ts';

const FIND = `select request, reply from platform.command where actor = access.me() and key = $1`;

const usedForAnother = (): Problem => new Problem('refused', 'platform.idempotency_key_reused', 'This Idempotency-Key was used for another request. Make a new key for each thing that you send.');

/** The first answer to this key, where there is one. */
async function answered(ctx: Ctx): Promise<{ reply: unknown } | null> {
  if (!ctx.command) return null;
  const [, found] = await ctx.db.send([enterToRead(ctx.actor, ''), { text: FIND, values: [ctx.command.key] }], ctx.reader.dbRole);
  const row = found?.rows[0];
  if (!row) return null;
  if (row['request'] !== ctx.command.request) throw usedForAnother();
  return { reply: row['reply'] };
}

/** Runs the verb once a key: the same key and request get the first answer again, also when both come at once. */
export async function replayed(ctx: Ctx, run: () => Promise<unknown>): Promise<unknown> {
  if (!ctx.command) return run();
  const before = await answered(ctx);
  if (before) return before.reply;
  try {
    return await run();
  } catch (error) {
    // Whoever lost against the same request may have been refused in any words: taken, done already, gone out of sight.
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const now = await answered(ctx);
    if (now) return now.reply;
    throw error;
  }
}
