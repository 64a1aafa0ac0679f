import { openIntake } from '#modules/signals/intake/intake.ts';
import { startBeating } from '#platform/health/beat.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
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
  const receivers = await openReceivers(config, { intake, log });
  const own = openDatabase({ url: urls.intake, max: 1, name: 'parapet intake health' });
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
