import { openIntake } from '#modules/signals/intake/intake.ts';
import { startBeating } from '#platform/health/beat.ts';
import { followDatabaseClock } from '#platform/kernel/clock.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { clientOver } from '#platform/net/net.service.ts';
import { runChild } from './child.ts';
import { openReceivers } from './receivers.ts';

await runChild('intake', async ({ config, urls, log }) => {
  const intake = await openIntake({
    url: urls.web,
    // Nothing half-alive: what was not committed is not acknowledged, and senders send again to the next process.
    onLost: (error) => {
      log.error({ err: error }, 'the database is gone; intake ends and is started anew');
      process.exit(1);
    },
  });
  const own = openDatabase({ url: urls.intake, max: 2, name: 'parapet intake health' });
  await followDatabaseClock(own);
  // Who dials has pauses of its own, and a camera that is back should be heard within the minute.
  const receivers = await openReceivers(config, { intake, log, client: clientOver(own, { pauses: { firstMs: 15_000, longestMs: 30_000 } }) });
  const beating = startBeating({ db: own, role: 'intake', folder: config.dataDir });
  return {
    ...(receivers.addresses.length > 0 ? { address: receivers.addresses.join(', ') } : {}),
    stop: async () => {
      await receivers.close();
      await intake.close();
      beating.stop();
      await own.close();
    },
  };
});
