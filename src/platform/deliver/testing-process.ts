import { openDatabase } from '#platform/kernel/db/pool.ts';
import { openChannels } from './channels.ts';
import { clientOver } from '#platform/net/net.service.ts';
import { sendDue } from './send.ts';

// A process of its own that sends what is due, to be killed in the middle of it.
const url = process.env['TEST_URL'] ?? '';
const db = openDatabase({ url, max: 4 });
const worker = openDatabase({ url, role: 'parapet_worker', max: 4 });
const channels = openChannels({ worker, client: clientOver(worker), mailAddresses: [async () => 'somebody@works.example'], publicUrl: 'https://parapet.example', smtpUrl: process.env['TEST_SMTP'] ?? '' });
const sources = new Map([['test', { name: 'test', compose: async () => ({ message: { title: 'Title', text: 'Text', link: 'https://parapet.example/', at: '2026-11-21T12:00:00Z', urgent: false, data: {} } }) }]]);
for (const channel of ['mail', 'webhook'] as const) {
  const sender = channels[channel];
  if (sender) void sendDue(channel, sender, { db, worker, sources });
}
setInterval(() => undefined, 1000);
