import { SERVICE } from '#platform/kernel/access.ts';
import { nowMs } from '#platform/kernel/clock.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Log } from '#platform/kernel/http.ts';
import { leading } from '#platform/kernel/lead.ts';
import { escalateDue } from './escalation.ts';
import { correlate, letTimePass, readPosition, unshelveDue } from './correlator.ts';
import { RuleWatch } from './rule-watch.ts';
import { bringShippedRules } from './shipped-rules.ts';

const IDLE_MS = 250;
const SHELF_MS = 5000;
/** A signal that we heard is committed and read within so long; only then is its time over for rules that wait. */
const COMMITTED_WITHIN_MS = 2000;

/**
 * Leads correlation while this process holds the lead; another node's process waits for it. Wakes when signals were
 * committed, and every quarter of a second in case that was missed.
 */
export const leadCorrelation = leading('correlator', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'correlation leads here');
  await run({ db, log }, isOver, within);
});

async function run({ db, log }: { db: Database; log: Log }, isStopped: () => boolean, idle: (ms: number) => Promise<void>): Promise<void> {
  const first = await actAs(db, SERVICE.correlator);
  await bringShippedRules(first);
  const position = await readPosition(first);
  const watch = await RuleWatch.open(first, position, (error) => log.error({ err: error }, 'rules over several signals broke; they go on with nothing remembered'));
  let shelvesAt = 0;
  while (!isStopped()) {
    const ctx = await actAs(db, SERVICE.correlator);
    const read = await correlate(ctx, position, watch);
    if (nowMs() >= shelvesAt) {
      await unshelveDue(ctx);
      await escalateDue(ctx);
      shelvesAt = nowMs() + SHELF_MS;
    }
    if (read > 0) continue;
    await letTimePass(ctx, position, watch, nowMs() - COMMITTED_WITHIN_MS);
    await idle(IDLE_MS);
  }
}
