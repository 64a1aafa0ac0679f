import { followDatabaseClock } from '#platform/kernel/clock.ts';
import { connectAlone } from '#platform/kernel/db/connection.ts';
import { startBeating } from '#platform/health/beat.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import type { WorkTools } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { runChild } from './child.ts';
import { openLeads } from './leads.ts';

await runChild('worker', async ({ config, urls, log }) => {
  const end = (error: unknown) => {
    log.error({ err: error }, 'long-lived work failed; the worker ends and is started anew');
    process.exit(1);
  };
  const db = openDatabase({ url: urls.web, max: 4, name: 'parapet worker' });
  const worker = openDatabase({ url: urls.web, role: 'parapet_worker', max: 3, name: 'parapet worker jobs' });
  await followDatabaseClock(worker);
  const connection = await connectAlone({ url: urls.web, role: 'parapet_worker', name: 'parapet worker lead', onLost: end });
  const tools: WorkTools = { db, worker, log, ...openLeads(connection) };
  const ofModules = (await discoverModules()).flatMap((module) => (module.work ? [module.work] : []));
  const ofDemonstration = config.mode === 'demonstration' ? [(await import('./simulator.ts')).simulator(config)] : [];
  const works = await Promise.all([...ofModules, ...ofDemonstration].map((work) => work(tools)));
  for (const work of works) work.failed.catch(end);
  const beating = startBeating({ db: worker, role: 'worker', folder: config.dataDir });
  return {
    stop: async () => {
      beating.stop();
      await Promise.all(works.map((work) => work.stop()));
      await connection.end();
      await Promise.all([db.close(), worker.close()]);
    },
  };
});
