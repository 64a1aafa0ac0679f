import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Intake } from '#modules/signals/intake/intake.ts';
import type { Config } from '#platform/kernel/config.ts';
import type { Log } from '#platform/kernel/log.ts';
import type { Dialled, Receiver } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { tlsOptions } from './tls.ts';

/** What listens for signals in this process. */
export type Receivers = { addresses: string[]; close(): Promise<void> };

type Tools = { intake: Intake; log: Log };
type Wanted = { protocol: string; says: string; port: number | undefined; isTls?: boolean };

/** Opens every receiver that the configuration names, all or none. Rejects where a port cannot be had or the certificate cannot be read. */
export async function openReceivers(config: Config, { intake, log }: Tools): Promise<Receivers> {
  const wanted: Wanted[] = [
    { protocol: 'dc09', says: 'dc09 tcp', port: config.dc09Port },
    { protocol: 'syslog', says: 'syslog tcp', port: config.syslogPort },
    { protocol: 'syslog', says: 'syslog tls', port: config.syslogTlsPort, isTls: true },
    { protocol: 'mail', says: 'smtp', port: config.smtpInPort, isTls: config.tls !== undefined },
  ];
  const open: Receiver[] = [];
  const addresses: string[] = [];
  const dialling = config.mqttUrl === undefined ? null : dialAsLead(config.mqttUrl, config, { intake, log });
  const close = async (): Promise<void> => void (await Promise.all([dialling?.close(), ...open.map((receiver) => receiver.close())]));
  try {
    for (const { protocol, says, port, isTls = false } of wanted) {
      const connector = PROTOCOLS.get(protocol);
      if (port === undefined || !connector?.listen) continue;
      const receiver = await connector.listen({ host: config.listen, port, sink: intake.sink, accounts: () => intake.accountsOf(protocol), log: (fields, message) => log.warn(fields, message), ...(isTls && { tls: await certificate(config) }) });
      open.push(receiver);
      addresses.push(`${says}://${config.listen}:${receiver.port}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  intake.supervise([...new Set(wanted.filter(({ port }) => port !== undefined).map(({ protocol }) => protocol))]);
  return { addresses, close };
}

const ASK_TO_LEAD_MS = 2_000;

/** Dials the broker of MQTT from one node at a time: the name under which it keeps messages for us is the same on all of them. */
function dialAsLead(url: string, { publicUrl, mode }: Config, { intake, log }: Tools): { close(): Promise<void> } {
  const clientId = `parapet-${hash('sha256', `${publicUrl}|${mode}`, 'hex').slice(0, 12)}`;
  let dialled: Promise<Dialled | undefined> | null = null;
  const ask = async (): Promise<void> => {
    if (dialled || !(await intake.lead('mqtt')) || dialled) return;
    clearInterval(asking);
    dialled = Promise.resolve(PROTOCOLS.get('mqtt')?.dial?.({ url, clientId, sink: intake.sink, filters: () => intake.accountsOf('mqtt'), log: (fields, message) => log.warn(fields, message) }));
  };
  const asking = setInterval(() => void ask().catch(() => undefined), ASK_TO_LEAD_MS);
  void ask().catch(() => undefined);
  return {
    close: async () => {
      clearInterval(asking);
      await (await dialled)?.close();
    },
  };
}

async function certificate({ tls }: Config): Promise<ReturnType<typeof tlsOptions>> {
  if (!tls) throw new Error('There is no certificate.');
  const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)]);
  return tlsOptions({ cert, key });
}
