import type { Database } from '../kernel/db/pool.ts';
import type { FreshDatabase } from '../testing/database.ts';
import { feed } from './feed.ts';
import type { Sources } from './port.ts';

/** Reads the ledger until all that is in it now was told: behind open transactions of others on the same server that takes a moment. Throws after a minute. */
export async function tellAll({ owner }: Pick<FreshDatabase, 'owner'>, worker: Database, sources: Sources): Promise<void> {
  const { rows: [last] } = await owner.query<{ xid: string; id: string }>('select xid, id from ledger.entry order by xid desc, id desc limit 1');
  if (!last) return;
  for (const until = Date.now() + 60_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
    await feed(worker, sources);
    if ((await owner.query('select from notify.cursor where (xid, id) >= ($1, $2)', [last.xid, last.id])).rowCount === 1) return;
  }
  throw new Error('What stands in the ledger was not told within a minute.');
}
