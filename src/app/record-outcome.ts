import { nodeName } from '#platform/backup/keeper.ts';
import { asSteward, enterRun, type Outcome } from '#platform/backup/record.ts';
import { openDatabase as openPool } from '#platform/kernel/db/pool.ts';
import type { OpenDatabase } from './database.ts';

/** Enters a backup or a restore of the command line in the list and the ledger. A schema that is older than the list keeps none: who backs up before an upgrade is not held up by it. */
export async function recordOutcome({ urls }: Pick<OpenDatabase, 'urls'>, kind: 'backup' | 'restore', outcome: Outcome, { startedAt, rolledBack = null }: { startedAt: string; rolledBack?: number | null }): Promise<void> {
  const db = openPool({ url: urls.web, max: 1, name: 'parapet verb' });
  try {
    const [answer] = await db.send([{ text: `select exists (select from platform.migration where name = '20261121T223000_backup') as there`, values: [] }]);
    if (answer?.rows[0]?.['there'] === true) await enterRun(await asSteward(db), kind, outcome, { startedAt, node: nodeName(), rolledBack });
  } finally {
    await db.close();
  }
}
