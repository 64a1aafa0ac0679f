import { openLeads } from '#app/leads.ts';
import { connectAlone } from '#platform/kernel/db/connection.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { leadCorrelation } from './lead.ts';

// A process that leads correlation on the database that its argument names, as the worker does; for tests that kill it.
const url = process.argv[2] ?? '';
const end = (error: unknown): void => {
  console.error(error);
  process.exit(1);
};
const connection = await connectAlone({ url, role: 'parapet_worker', name: 'test leads', onLost: end });
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const work = await leadCorrelation({ db: openDatabase({ url, max: 4 }), worker: openDatabase({ url, role: 'parapet_worker', max: 2 }), log, ...openLeads(connection) });
work.failed.catch(end);
