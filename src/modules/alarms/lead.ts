import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { leading } from '#platform/kernel/lead.ts';
import { escalateDue } from './escalation.ts';
import { correlate, readPosition, unshelveDue } from './correlator.ts';

const IDLE_MS = 250;
const SHELF_MS = 5000;

/**
 * Leads correlation while this process holds the lead; another node's process waits for it. Wakes when signals were
 * committed, and every quarter of a second in case that was missed.
 */
export const leadCorrelation = leading('correlator', 'signals', async ({ db, log }, { isOver, within }) => {
  log.info({}, 'correlation leads here');
  await run(db, isOver, within);
});

async function run(db: Database, isStopped: () => boolean, idle: (ms: number) => Promise<void>): Promise<void> {
  const position = await readPosition(await actAs(db, SERVICE.correlator));
  let shelvesAt = 0;
  while (!isStopped()) {
    const ctx = await actAs(db, SERVICE.correlator);
    const read = await correlate(ctx, position);
    if (Date.now() >= shelvesAt) {
      await unshelveDue(ctx);
      await escalateDue(ctx);
      shelvesAt = Date.now() + SHELF_MS;
    }
    if (read === 0) await idle(IDLE_MS);
  }
}
