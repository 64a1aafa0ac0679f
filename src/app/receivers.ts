import { readFile } from 'node:fs/promises';
import type { Config } from '#platform/kernel/config.ts';
import type { Log } from '#platform/kernel/log.ts';
import type { Receiver, Sink } from '#platform/wire/port.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import { tlsOptions } from './tls.ts';

/** What listens for signals in this process. */
export type Receivers = { addresses: string[]; close(): Promise<void> };

type Wanted = { protocol: string; says: string; port: number | undefined; isTls?: boolean };

/** Opens every receiver that the configuration names, all or none. Rejects where a port cannot be had or the certificate cannot be read. */
export async function openReceivers(config: Config, { sink, log }: { sink: Sink; log: Log }): Promise<Receivers> {
  const wanted: Wanted[] = [
    { protocol: 'dc09', says: 'dc09 tcp', port: config.dc09Port },
    { protocol: 'syslog', says: 'syslog tcp', port: config.syslogPort },
    { protocol: 'syslog', says: 'syslog tls', port: config.syslogTlsPort, isTls: true },
  ];
  const open: Receiver[] = [];
  const addresses: string[] = [];
  const close = async (): Promise<void> => void (await Promise.all(open.map((receiver) => receiver.close())));
  try {
    for (const { protocol, says, port, isTls = false } of wanted) {
      const connector = PROTOCOLS.get(protocol);
      if (port === undefined || !connector) continue;
      const receiver = await connector.listen({ host: config.listen, port, sink, log: (fields, message) => log.warn(fields, message), ...(isTls && { tls: await certificate(config) }) });
      open.push(receiver);
      addresses.push(`${says}://${config.listen}:${receiver.port}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { addresses, close };
}

async function certificate({ tls }: Config): Promise<ReturnType<typeof tlsOptions>> {
  if (!tls) throw new Error('There is no certificate.');
  const [cert, key] = await Promise.all([readFile(tls.cert), readFile(tls.key)]);
  return tlsOptions({ cert, key });
}
