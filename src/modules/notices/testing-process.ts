import { openDatabase } from '#platform/kernel/db/pool.ts';
import { openClient } from '#platform/net/outgoing.ts';
import { busyGateways, sendBy } from './carry.ts';
import { handOver } from './hand-over.ts';

// A process of its own that sends what is due, to be killed in the middle of it.
const worker = openDatabase({ url: process.env['TEST_URL'] ?? '', role: 'parapet_worker', max: 4 });
const client = openClient({ allowed: async () => [{ range: '127.0.0.1/32', port: Number(process.env['TEST_PORT']) }] });
const carrier = { worker, client, now: () => new Date(), wait: async () => undefined, isOver: () => false };
await handOver(worker, new Date());
for (const gateway of await busyGateways(carrier)) void sendBy(gateway, carrier);
setInterval(() => undefined, 1000);
