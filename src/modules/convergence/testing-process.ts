import { openDatabase } from '#platform/kernel/db/pool.ts';
import { clientOver } from '#platform/net/net.service.ts';
import { startSending } from './work.ts';

// A process of its own that sends what is due, to be killed in the middle of it.
const url = process.env['TEST_URL'] ?? '';
const worker = openDatabase({ url, role: 'parapet_worker', max: 4 });
void startSending({ db: openDatabase({ url, max: 4 }), worker, client: clientOver(worker), now: () => new Date() }).begin();
setInterval(() => undefined, 1000);
