import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { deliverDue } from './deliver.ts';

// A worker of its own that dies after a signal was taken and before it is noted: it says so and hangs, to be killed there.
const db = openDatabase({ url: process.env['TEST_URL'] ?? '', max: 2 });
await deliverDue(await actAs(db, SERVICE.correlator), async (signal, key) => {
  const answer = await fetch(`http://127.0.0.1:${process.env['TEST_PORT']}/api/signals`, { method: 'POST', body: JSON.stringify(signal), headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` } });
  process.send?.(answer.status);
  await new Promise(() => setInterval(() => undefined, 1000));
});
