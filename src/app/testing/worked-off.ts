import { makeVapid, openChannels } from '#platform/deliver/channels.ts';
import { type Channel, discoverMailAddresses, discoverSources } from '#platform/deliver/port.ts';
import { sendDue } from '#platform/deliver/send.ts';
import { aBrowser, aMailServer } from '#platform/deliver/testing.ts';
import { drawPreviews } from '#platform/files/work.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import type { Log } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { clientOver } from '#platform/net/net.service.ts';
import { aCertificate, aWebServer } from '#platform/net/testing.ts';
import { feed } from '#platform/notify/feed.ts';
import { discoverNotices } from '#platform/notify/port.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import type { Actor } from './department.ts';

/** What a worker does beside the web process, done on demand; what left the house is kept as its receivers read it. */
export type WorkerSide = { left: { channel: Channel; text: string }[]; /** Seals, draws, tells and sends until nothing waits. */ workOff(): Promise<void>; close(): Promise<void> };

const HOUR = 3_600_000;

/** A worker on this process's data folder whose mail server, push service and webhook receiver are the test's own; these people have each of them. */
export async function aWorkerSide(fresh: FreshDatabase, people: readonly Actor[], log: Log): Promise<WorkerSide> {
  const left: WorkerSide['left'] = [];
  const worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 4 });
  const { keyFolder, headFile } = ledgerFiles(readConfig().dataDir);
  const tls = aCertificate('localhost');
  const browser = aBrowser();
  const mail = await aMailServer({ onMail: async ({ raw }) => void left.push({ channel: 'mail', text: raw }) });
  const hook = await aWebServer((_request, response) => void response.writeHead(204).end());
  const push = await aWebServer((_request, response) => void response.writeHead(201).end(), { tls });
  for (const { id } of people) {
    await fresh.owner.query(`insert into identity.credential (person_id, email) values ($1, $2)`, [id, `${id}@works.example`]);
    await fresh.owner.query(`insert into deliver.webhook (id, person_id, name, url, secret, made_at) values (uuidv7(), $1, 'Hook', $2, $3, now())`, [id, hook.url, Buffer.alloc(32, 7)]);
    await fresh.owner.query(`insert into deliver.device (id, person_id, endpoint, p256dh, auth, label, made_at) values (uuidv7(), $1, $2, $3, $4, 'Browser', now())`, [id, `https://localhost:${push.port}/${id}`, browser.keys.p256dh, browser.keys.auth]);
    await fresh.owner.query(`insert into notify.wish (person_id, channels) values ($1, $2)`, [id, JSON.stringify(Object.fromEntries([...(await discoverNotices()).classes.keys()].map((key) => [key, ['mail', 'push', 'webhook']])))]);
  }
  for (const { port } of [hook, push]) await fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values (uuidv7(), '127.0.0.1/32', $1, 'For a test', now(), $2)`, [port, people[0]?.id]);
  await makeVapid(worker);
  const sequencer = startSequencer({ pool: worker.pool, keys: openKeys(keyFolder), headFile, everyMs: 0 });
  const sendAll = await senders(fresh, worker, log, { smtpUrl: mail.url, ca: tls.cert });
  return {
    left,
    workOff: async () => {
      await untilWorked(fresh, worker, () => sequencer.tick());
      await drawPreviews({ worker, log });
      await sendAll();
      for (const { body } of hook.requests.splice(0)) left.push({ channel: 'webhook', text: body.toString() });
      for (const { body, headers, url } of push.requests.splice(0)) left.push({ channel: 'push', text: `${browser.open(body)} ${JSON.stringify(headers)} ${url}` });
    },
    close: async () => {
      await sequencer.stop();
      for (const one of [mail, hook, push]) await one.close();
      await worker.close();
    },
  };
}

/** Until all that is in the ledger now was sealed and told: behind open transactions of others on the same server that takes a moment. */
async function untilWorked(fresh: FreshDatabase, worker: Database, seal: () => Promise<unknown>): Promise<void> {
  const sources = await discoverNotices();
  const { rows: [last] } = await fresh.owner.query<{ xid: string; id: string }>('select xid, id from ledger.entry order by xid desc, id desc limit 1');
  for (const until = Date.now() + 60_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
    await seal();
    await feed(worker, sources);
    const { rowCount } = await fresh.owner.query('select from notify.cursor n, ledger.cursor c where (n.xid, n.id) >= ($1, $2) and (c.xid, c.id) >= ($1, $2) and c.mentioned >= c.size', [last?.xid, last?.id]);
    if (rowCount === 1) return;
  }
  throw new Error('The ledger was not worked off within a minute.');
}

async function senders(fresh: FreshDatabase, worker: Database, log: Log, { smtpUrl, ca }: { smtpUrl: string; ca: string }): Promise<() => Promise<void>> {
  const [mailAddresses, sources] = [await discoverMailAddresses(), await discoverSources()];
  // Ahead of the database, so that what was queued and held back is due.
  let ahead = HOUR;
  const now = (): Date => new Date(Date.now() + ahead);
  const client = clientOver(worker, { ca, now: () => Date.now(), resolve: async () => ['127.0.0.1'] });
  return async () => {
    ahead += HOUR;
    const channels = openChannels({ worker, client, mailAddresses, publicUrl: 'https://parapet.example', smtpUrl, now });
    for (const [channel, sender] of Object.entries(channels) as [Channel, (typeof channels)[Channel]][]) {
      if (!sender) continue;
      while ((await sendDue(channel, sender, { db: fresh.db, worker, sources, log, now, spread: () => 0 })) > 0);
      await sender.close();
    }
  };
}
