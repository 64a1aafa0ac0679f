import { actAs } from '#platform/kernel/context.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { createLog } from '#platform/kernel/log.ts';
import { carryOut, clearLeftovers } from '#platform/backup/keeper.ts';
import { discoverCheckers } from '#platform/verify/words.ts';
import { migrateDatabase } from './database.ts';

/** What the supervisor tells this process once: what to carry out, as the owner, and as the plain login in whose name it is recorded. */
export type BackupOrder = { carryOut: string; ownerUrl: string; url: string };

const config = readConfig();
const log = createLog('backup', config.logLevel);
const end = (): never => {
  clearLeftovers(config);
  process.exit(1);
};
process.once('SIGTERM', end);
process.once('disconnect', end);
process.on('SIGINT', () => undefined);

process.once('message', (order: BackupOrder) => {
  process.removeListener('disconnect', end);
  const db = openDatabase({ url: order.url, max: 2, name: 'parapet backup record' });
  const carrying = (async () => {
    const ctx = await actAs(db, SERVICE.steward);
    await carryOut(order.carryOut, { ownerUrl: order.ownerUrl, config, ctx, log, batchCheckers: await discoverCheckers(), migrateForward: (database) => migrateDatabase(database, true) });
  })();
  carrying.catch((error: unknown) => log.error({ err: error }, 'a backup or proof was not recorded')).finally(() => void db.close().then(() => (process.connected ? process.disconnect() : undefined)));
});
process.send?.({ ready: true });
