import { openIntake } from '#modules/signals/intake/intake.ts';
import { startBeating } from '#platform/health/beat.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { runChild } from './child.ts';

await runChild('intake', async ({ config, urls, log }) => {
  const intake = await openIntake({
    url: urls.web,
    // Nothing half-alive: what was not committed is not acknowledged, and senders send again to the next process.
    onLost: (error) => {
      log.error({ err: error }, 'the database is gone; intake ends and is started anew');
      process.exit(1);
    },
  });
  const dc09 = config.dc09Port === undefined ? null : await PROTOCOLS.get('dc09')?.listen({ host: config.listen, port: config.dc09Port, sink: intake.sink });
  const own = openDatabase({ url: urls.intake, max: 1, name: 'parapet intake health' });
  const beating = startBeating({ db: own, role: 'intake', folder: config.dataDir });
  return {
    ...(dc09 ? { address: `dc09 tcp://${config.listen}:${dc09.port}` } : {}),
    stop: async () => {
      await dc09?.close();
      await intake.close();
      beating.stop();
      await own.close();
    },
  };
});
