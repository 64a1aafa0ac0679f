import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Intake } from '#modules/signals/intake/intake.ts';
import type { Config } from '#platform/kernel/config.ts';
import type { Log } from '#platform/kernel/log.ts';
import type { Client } from '#platform/net/outgoing.ts';
import type { Dialled, Receiver } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { tlsOptions } from './tls.ts';

/** What listens for signals in this process. */
export type Receivers = { addresses: string[]; close(): Promise<void> };

type Tools = { intake: Intake; log: Log; /** For what dials each source at its own address. */ client: Client };
type Wanted = { protocol: string; says: string; port: number | undefined; isTls?: boolean };

/** Opens every receiver that the configuration names, all or none. Rejects where a port cannot be had or the certificate cannot be read. */
export async function openReceivers(config: Config, { intake, log, client }: Tools): Promise<Receivers> {
  const wanted: Wanted[] = [
    { protocol: 'dc09', says: 'dc09 tcp', port: config.dc09Port },
    { protocol: 'syslog', says: 'syslog tcp', port: config.syslogPort },
    { protocol: 'syslog', says: 'syslog tls', port: config.syslogTlsPort, isTls: true },
    { protocol: 'mail', says: 'smtp', port: config.smtpInPort, isTls: config.tls !== undefined },
  ];
  const open: Receiver[] = [];
  const addresses: string[] = [];
  const warn = (fields: object, message: string): void => log.warn(fields, message);
  const watching = [...PROTOCOLS.values()].filter(({ watch }) => watch !== undefined);
  const dialling = [
    ...(config.mqttUrl === undefined ? [] : [dialAsLead('mqtt', intake, () => dialBroker(config.mqttUrl ?? '', config, { intake, warn }))]),
    ...watching.map(({ name, watch }) => dialAsLead(name, intake, () => watch?.({ client, sink: intake.sink, filters: () => intake.accountsOf(name), log: warn }))),
  ];
  const close = async (): Promise<void> => void (await Promise.all([...dialling, ...open].map((one) => one.close())));
  try {
    for (const { protocol, says, port, isTls = false } of wanted) {
      const connector = PROTOCOLS.get(protocol);
      if (port === undefined || !connector?.listen) continue;
      const receiver = await connector.listen({ host: config.listen, port, sink: intake.sink, accounts: () => intake.accountsOf(protocol), log: warn, ...(isTls && { tls: await certificate(config) }) });
      open.push(receiver);
      addresses.push(`${says}://${config.listen}:${receiver.port}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  intake.supervise([...new Set([...wanted.filter(({ port }) => port !== undefined).map(({ protocol }) => protocol), ...watching.map(({ name }) => name), ...(config.mqttUrl === undefined ? [] : ['mqtt'])])]);
  return { addresses, close };
}

const ASK_TO_LEAD_MS = 2_000;

/** Dials from one node at a time: it is one line, and who is dialled knows us by one name. */
function dialAsLead(name: string, intake: Intake, dial: () => Promise<Dialled> | undefined): { close(): Promise<void> } {
  let dialled: Promise<Dialled | undefined> | null = null;
  const ask = async (): Promise<void> => {
    if (dialled || !(await intake.lead(name)) || dialled) return;
    clearInterval(asking);
    dialled = Promise.resolve(dial());
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

/** The name under which the broker of MQTT keeps messages for us is the same on all nodes. */
function dialBroker(url: string, { publicUrl, mode }: Config, { intake, warn }: Pick<Tools, 'intake'> & { warn: (fields: object, message: string) => void }): Promise<Dialled> | undefined {
  const clientId = `parapet-${hash('sha256', `${publicUrl}|${mode}`, 'hex').slice(0, 12)}`;
  return PROTOCOLS.get('mqtt')?.dial?.({ url, clientId, sink: intake.sink, filters: () => intake.accountsOf('mqtt'), log: warn });
}

async function certificate({ tls }: Config): Promise<ReturnType<typeof tlsOptions>> {
  if (!tls) throw new Error('There is no certificate.');
  const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)]);
  return tlsOptions({ cert, key });
}
