import { nowMs } from '#platform/kernel/clock.ts';
import { readConfig } from '#platform/kernel/config.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Work, WorkTools } from '#platform/kernel/http.ts';
import { noteCheck } from '#platform/health/check.ts';
import { outgoingOf } from '#platform/net/net.service.ts';
import { type ChannelOptions, makeVapid, openChannels } from './channels.ts';
import { type Channel, discoverMailAddresses, discoverSources } from './port.ts';
import { recoverSending, sendDue, type SendOptions } from './send.ts';

const IDLE_MS = 1000;
const SAY_EVERY_MS = 15_000;

/** What the worker sends with; a test brings a client, addresses and sources of its own. */
export type DeliverOptions = Partial<Pick<ChannelOptions, 'client' | 'mailAddresses' | 'smtpUrl' | 'publicUrl'>> & Partial<Pick<SendOptions, 'sources'>>;

/** Sends deliveries while this process alone, of all nodes, leads it. Channels go on beside each other, so that one whose server is slow holds up none. */
export const leadDelivery = (given: DeliverOptions = {}): Work => async (tools) => {
  const { db, worker, log, lead, wakeOn } = tools;
  const config = readConfig();
  let isStopped = false;
  const isOver = (): boolean => isStopped;
  const wakes = { lead: await wakeOn('outbox'), mail: await wakeOn('outbox'), push: await wakeOn('outbox'), webhook: await wakeOn('outbox') };
  const smtpUrl = given.smtpUrl ?? config.smtpUrl;
  const running = (async () => {
    while (!isOver() && !(await lead('deliver'))) await wakes.lead.within(IDLE_MS);
    if (isOver()) return;
    log.info({}, 'deliveries are sent from here');
    await makeVapid(worker);
    const senders = openChannels({ worker, client: given.client ?? outgoingOf(worker), mailAddresses: given.mailAddresses ?? (await discoverMailAddresses()), publicUrl: given.publicUrl ?? config.publicUrl, ...(smtpUrl === undefined ? {} : { smtpUrl }) });
    await recoverSending(worker, ['push', 'webhook']);
    const options: SendOptions = { db, worker, log, sources: given.sources ?? (await discoverSources()) };
    const loops = (Object.keys(senders) as Channel[]).map((channel) => follow(channel, senders, options, wakes[channel], isOver));
    await Promise.all([...loops, sayHow(tools, smtpUrl !== undefined, wakes.lead, isOver)]);
    for (const sender of Object.values(senders)) await sender.close();
  })();
  return {
    failed: running,
    stop: async () => {
      isStopped = true;
      for (const wake of Object.values(wakes)) wake.now();
      await running.catch(() => undefined);
    },
  };
};

type Wake = Awaited<ReturnType<WorkTools['wakeOn']>>;

async function follow(channel: Channel, senders: ReturnType<typeof openChannels>, options: SendOptions, wake: Wake, isOver: () => boolean): Promise<void> {
  const sender = senders[channel];
  while (sender && !isOver()) if ((await sendDue(channel, sender, options)) === 0) await wake.within(IDLE_MS);
}

/** Tells the page Health how mail and deliveries are, as long as this process sends. */
async function sayHow({ worker }: WorkTools, hasMail: boolean, wake: Wake, isOver: () => boolean): Promise<void> {
  for (let saidAt = 0; !isOver(); await wake.within(IDLE_MS)) {
    if (nowMs() - saidAt < SAY_EVERY_MS) continue;
    saidAt = nowMs();
    await sayOnce(worker, hasMail);
  }
}

/** Without those of what stands behind a wall, which the list of deliveries does not show either. */
async function sayOnce(worker: Database, hasMail: boolean): Promise<void> {
  const [answer] = await worker.send([{ text: `select count(*) filter (where state = 'queued' and channel = 'mail')::int as mail, count(*) filter (where state in ('dead', 'unknown'))::int as dead from deliver.delivery where not is_walled and state in ('queued', 'dead', 'unknown')`, values: [] }]);
  const { mail = 0, dead = 0 } = (answer?.rows[0] ?? {}) as { mail?: number; dead?: number };
  await noteCheck(worker, hasMail ? { key: 'mail', state: 'good', words: mail === 0 ? 'No mail waits.' : `${mail} wait to be sent.`, againWithinS: 120 } : { key: 'mail', state: 'warning', words: mail === 0 ? 'SMTP_URL is not set, so no mail can be sent. None waits.' : `SMTP_URL is not set, so no mail can be sent. ${mail} wait.`, againWithinS: 120 });
  await noteCheck(worker, { key: 'deliveries', state: dead === 0 ? 'good' : 'warning', words: dead === 0 ? 'Nothing was given up.' : `${dead} were given up or are unknown. Look at them under Deliveries.`, againWithinS: 120 });
}
