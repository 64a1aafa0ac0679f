import { readFileSync } from 'node:fs';
import { receiveSignals } from '#modules/signals/http/receiving.ts';
import { startBeating } from '#platform/health/beat.ts';
import { followDatabaseClock } from '#platform/kernel/clock.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { Pump } from '#platform/live/pump.ts';
import { usePump } from '#platform/live/stream.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { runChild } from './child.ts';
import { tlsOptions } from './tls.ts';
import { buildWeb } from './web-server.ts';

await runChild('web', async ({ config, urls, log }) => {
  const db = openDatabase({ url: urls.web, max: 10, name: 'parapet web', onLost: (error) => log.warn({ err: error }, 'a connection to the database was lost') });
  await followDatabaseClock(db);
  const pump = new Pump(db);
  await pump.start(urls.web, (error) => {
    log.error({ err: error }, 'the database is gone; web ends and is started anew');
    process.exit(1);
  });
  usePump(pump);
  const receiving = receiveSignals(db, urls.web, { watches: true });
  const app = await buildWeb({
    db, log, modules: await discoverModules(),
    ...(config.trustProxy === undefined ? {} : { trustProxy: config.trustProxy }),
    ...(config.tls ? { https: tlsOptions({ cert: readFileSync(config.tls.cert), key: readFileSync(config.tls.key) }) } : {}),
  });
  await app.listen({ host: config.host, port: config.port });
  const beating = startBeating({ db, role: 'web', folder: config.dataDir });
  return {
    address: config.publicUrl,
    stop: async () => {
      beating.stop();
      await app.close();
      await receiving.stop();
      await pump.stop();
      await db.close();
    },
  };
});
