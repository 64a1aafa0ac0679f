import { fileURLToPath } from 'node:url';
import { readConfig, type Config } from '#platform/kernel/config.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { checkPlace } from '#platform/files/vault.ts';
import type { PortUse } from '../ports.ts';
import type { ProcessSpec } from '../keep-process.ts';
import { prepareOrganisation } from '../prepare.ts';
import { supervise, type Supervisor } from '../supervise.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'start Parapet: the demonstration, or with --empty the real organisation';

const PROCESSES: ProcessSpec[] = (['intake', 'web', 'worker'] as const).map((name) => ({ name, file: fileURLToPath(new URL(`../${name}.ts`, import.meta.url)) }));
const ONE_PRESS_MS = 1_000;

/** What this configuration listens on. */
export const portsOf = ({ host, port, listen, dc09Port, syslogPort, syslogTlsPort, smtpInPort }: Config): PortUse[] => [
  { what: 'the web app', transport: 'tcp', host, port, variable: 'PORT', hostVariable: 'HOST' },
  ...(dc09Port === undefined ? [] : (['tcp', 'udp'] as const).map((transport) => ({ what: 'SIA DC-09', transport, host: listen, port: dc09Port, variable: 'PARAPET_DC09_PORT', hostVariable: 'PARAPET_LISTEN' }))),
  ...(syslogPort === undefined ? [] : (['tcp', 'udp'] as const).map((transport) => ({ what: 'syslog', transport, host: listen, port: syslogPort, variable: 'PARAPET_SYSLOG_PORT', hostVariable: 'PARAPET_LISTEN' }))),
  ...(syslogTlsPort === undefined ? [] : [{ what: 'syslog over TLS', transport: 'tcp', host: listen, port: syslogTlsPort, variable: 'PARAPET_SYSLOG_TLS_PORT', hostVariable: 'PARAPET_LISTEN' } as const]),
  ...(smtpInPort === undefined ? [] : [{ what: 'mail in', transport: 'tcp', host: listen, port: smtpInPort, variable: 'PARAPET_SMTP_IN_PORT', hostVariable: 'PARAPET_LISTEN' } as const]),
];

/** Resolves when a signal asks us to stop or who started us is gone; a second press of Ctrl-C ends us at once. */
const untilAsked = (supervisor: Supervisor): Promise<void> =>
  new Promise((resolve) => {
    let first = 0;
    const stop = (): void => {
      if (first > 0 && Date.now() - first > ONE_PRESS_MS) process.exit(1);
      first ||= Date.now();
      supervisor.stop().then(resolve, resolve);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
    process.once('disconnect', stop);
  });

/** `parapet serve [--empty]`: runs until it is asked to stop; 0 after a clean stop. */
export const run = async (args: string[]): Promise<number> => {
  const unknown = args.find((arg) => arg !== '--empty');
  if (unknown !== undefined) throw new Fault(`"serve" does not know ${unknown}. It takes --empty.`);
  const config = readConfig(process.env, args.includes('--empty') ? 'main' : 'demonstration');
  await checkPlace(config);
  const say = (line: string): void => console.log(line);
  const supervisor = supervise({ config, processes: PROCESSES, ports: portsOf(config), prepare: prepareOrganisation(config, say), say });
  const asked = untilAsked(supervisor);
  await supervisor.ready;
  await asked;
  return 0;
};
