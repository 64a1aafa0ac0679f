import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from './fault.ts';

/** Which organisation a start serves: the demonstration in `data/demo`, or the real one in `data/main`. */
export type Mode = 'demonstration' | 'main';

/** Everything the environment may say, read once. Folders are absolute; an absent receiver port means off. */
export type Config = {
  mode: Mode;
  host: string;
  port: number;
  publicUrl: string;
  listen: string;
  /** The folder PARAPET_DATA. */
  dataRoot: string;
  /** The organisation's own folder below it. */
  dataDir: string;
  /** A folder, or `s3://bucket/prefix`. */
  files: string;
  /** The folder of scheduled backups. */
  backups: string;
  databaseUrl?: string;
  migrateUrl?: string;
  admin?: { email: string; password: string };
  tls?: { cert: string; key: string };
  /** Proxies to believe, as Fastify takes them: addresses with commas, or true. */
  trustProxy?: string | true;
  dc09Port?: number;
  syslogPort?: number;
  syslogTlsPort?: number;
  smtpInPort?: number;
  mqttUrl?: string;
  smtpUrl?: string;
  /** Addresses to which the ledger's heads go. */
  witnesses: readonly string[];
  logLevel: LogLevel;
};

/** Levels of LOG_LEVEL, most words first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** One of LOG_LEVELS. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const port = z.string().regex(/^\d{1,5}$/).transform(Number).pipe(z.number().max(65_535));
const receiver = z.union([z.literal('off').transform(() => undefined), port]).optional();
const host = z.string().regex(/^[A-Za-z0-9.:_%-]{1,255}$/);
const urlOf = (...schemes: string[]): z.ZodString => z.string().refine((text) => schemes.some((scheme) => text.startsWith(`${scheme}://`)) && URL.canParse(text.replace('@/', '@localhost/')));
const path = z.string().regex(/^[^\0]+$/);
const WITNESS = String.raw`(?:file:///[^,\s]+|syslog\+(?:tcp|udp)://[^,\s/@]+:\d{1,5})`;

const VARIABLES = {
  HOST: { shape: host.default('127.0.0.1'), must: 'be a host name or an address', secret: false },
  PORT: { shape: port.default(8080), must: 'be a whole number from 0 to 65535', secret: false },
  PARAPET_LISTEN: { shape: host.default('127.0.0.1'), must: 'be a host name or an address', secret: false },
  PARAPET_DATA: { shape: path.default('./data'), must: 'be a folder', secret: false },
  DATABASE_URL: { shape: urlOf('postgres', 'postgresql').optional(), must: 'be a postgresql:// address', secret: true },
  PARAPET_MIGRATE_URL: { shape: urlOf('postgres', 'postgresql').optional(), must: 'be a postgresql:// address', secret: true },
  PARAPET_FILES: { shape: path.optional(), must: 'be a folder or s3://bucket/prefix', secret: false },
  PARAPET_BACKUPS: { shape: path.optional(), must: 'be a folder', secret: false },
  PARAPET_ADMIN_EMAIL: { shape: z.email().optional(), must: 'be an e-mail address', secret: false },
  PARAPET_ADMIN_PASSWORD: { shape: z.string().min(12).max(200).optional(), must: 'have 12 to 200 characters', secret: true },
  PARAPET_PUBLIC_URL: { shape: urlOf('http', 'https').optional(), must: 'be an http:// or https:// address', secret: false },
  PARAPET_TLS_CERT: { shape: path.optional(), must: 'be a file', secret: false },
  PARAPET_TLS_KEY: { shape: path.optional(), must: 'be a file', secret: false },
  PARAPET_TRUST_PROXY: { shape: z.string().regex(/^[0-9a-fA-F.:/, ]+$|^true$|^loopback$/).optional(), must: 'be "true", "loopback" or addresses with commas', secret: false },
  PARAPET_DC09_PORT: { shape: receiver, must: 'be "off" or a whole number from 0 to 65535', secret: false },
  PARAPET_SYSLOG_PORT: { shape: receiver, must: 'be "off" or a whole number from 0 to 65535', secret: false },
  PARAPET_SYSLOG_TLS_PORT: { shape: receiver, must: 'be "off" or a whole number from 0 to 65535', secret: false },
  PARAPET_SMTP_IN_PORT: { shape: receiver, must: 'be "off" or a whole number from 0 to 65535', secret: false },
  PARAPET_MQTT_URL: { shape: urlOf('mqtt', 'mqtts', 'ws', 'wss').optional(), must: 'be an mqtt://, mqtts://, ws:// or wss:// address', secret: true },
  SMTP_URL: { shape: urlOf('smtp', 'smtps').optional(), must: 'be an smtp:// or smtps:// address', secret: true },
  PARAPET_WITNESSES: { shape: z.string().regex(new RegExp(`^${WITNESS}(?:\\s*,\\s*${WITNESS})*$`)).optional(), must: 'be file:///folder, syslog+tcp://host:port or syslog+udp://host:port, several with commas', secret: false },
  LOG_LEVEL: { shape: z.enum(LOG_LEVELS).default('info'), must: `be one of ${LOG_LEVELS.join(', ')}`, secret: false },
} as const;

type Name = keyof typeof VARIABLES;
type Values = { [N in Name]: z.output<(typeof VARIABLES)[N]['shape']> };

const readVariables = (env: NodeJS.ProcessEnv): Values => {
  const faults: string[] = [];
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of Object.keys(VARIABLES) as Name[]) {
    const { shape, must, secret } = VARIABLES[name];
    const text = env[name]?.trim();
    const result = shape.safeParse(text === '' ? undefined : text);
    if (result.success) values[name] = result.data;
    else faults.push(`${name} must ${must}${secret ? '' : `, not "${text ?? ''}"`}.`);
  }
  if (faults.length > 0) throw new Fault(faults.join(' '));
  return values as Values;
};

const checkPairs = (values: Values): void => {
  const pairs = [['PARAPET_ADMIN_EMAIL', 'PARAPET_ADMIN_PASSWORD'], ['PARAPET_TLS_CERT', 'PARAPET_TLS_KEY']] as const;
  for (const [one, other] of pairs) {
    if ((values[one] === undefined) === (values[other] === undefined)) continue;
    throw new Fault(`${values[one] === undefined ? other : one} is set without ${values[one] === undefined ? one : other}. Set both or neither.`);
  }
  if (values.PARAPET_SYSLOG_TLS_PORT !== undefined && values.PARAPET_TLS_CERT === undefined) throw new Fault('PARAPET_SYSLOG_TLS_PORT is set without PARAPET_TLS_CERT and PARAPET_TLS_KEY. Set them too.');
  if (values.PARAPET_MIGRATE_URL !== undefined && values.DATABASE_URL === undefined) throw new Fault('PARAPET_MIGRATE_URL is set without DATABASE_URL. Set both or neither.');
};

type Optional<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const present = <T extends Record<string, unknown>>(values: T): Optional<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Optional<T>;

const receivers = (env: NodeJS.ProcessEnv, values: Values, mode: Mode): Optional<Record<'dc09Port' | 'syslogPort' | 'syslogTlsPort' | 'smtpInPort', number | undefined>> => {
  const unset = (name: Name): boolean => (env[name] ?? '').trim() === '' && mode === 'demonstration';
  return present({
    dc09Port: unset('PARAPET_DC09_PORT') ? 10_500 : values.PARAPET_DC09_PORT,
    syslogPort: unset('PARAPET_SYSLOG_PORT') ? 5514 : values.PARAPET_SYSLOG_PORT,
    syslogTlsPort: values.PARAPET_SYSLOG_TLS_PORT,
    smtpInPort: values.PARAPET_SMTP_IN_PORT,
  });
};

const pairs = (values: Values): Optional<{ admin: Config['admin']; tls: Config['tls'] }> =>
  present({
    admin: values.PARAPET_ADMIN_EMAIL && values.PARAPET_ADMIN_PASSWORD ? { email: values.PARAPET_ADMIN_EMAIL, password: values.PARAPET_ADMIN_PASSWORD } : undefined,
    tls: values.PARAPET_TLS_CERT && values.PARAPET_TLS_KEY ? { cert: resolve(values.PARAPET_TLS_CERT), key: resolve(values.PARAPET_TLS_KEY) } : undefined,
  });

/** Whether an address to listen on is reachable from this machine only. */
export const isLoopback = (address: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|::1)$/.test(address);

/**
 * Reads every variable of the environment and checks it.
 * @param mode the organisation to serve; a child is told by its parent in PARAPET_MODE.
 * @throws Fault naming each variable that is wrong and what it must be; never the value of one that may hold a secret.
 */
export const readConfig = (env: NodeJS.ProcessEnv = process.env, mode: Mode = env['PARAPET_MODE'] === 'main' ? 'main' : 'demonstration'): Config => {
  const values = readVariables(env);
  checkPairs(values);
  const dataRoot = resolve(values.PARAPET_DATA);
  const dataDir = join(dataRoot, mode === 'main' ? 'main' : 'demo');
  const files = values.PARAPET_FILES ?? join(dataDir, 'files');
  const scheme = values.PARAPET_TLS_CERT ? 'https' : 'http';
  return {
    mode,
    host: values.HOST,
    port: values.PORT,
    publicUrl: (values.PARAPET_PUBLIC_URL ?? `${scheme}://localhost:${values.PORT}`).replace(/\/+$/, ''),
    listen: values.PARAPET_LISTEN,
    dataRoot,
    dataDir,
    files: files.startsWith('s3://') || isAbsolute(files) ? files : resolve(files),
    backups: resolve(values.PARAPET_BACKUPS ?? join(dataDir, 'backups')),
    witnesses: values.PARAPET_WITNESSES?.split(',').map((address) => address.trim()) ?? [],
    logLevel: values.LOG_LEVEL,
    ...receivers(env, values, mode),
    ...pairs(values),
    ...present({
      databaseUrl: values.DATABASE_URL,
      migrateUrl: values.PARAPET_MIGRATE_URL,
      trustProxy: values.PARAPET_TRUST_PROXY === 'true' ? (true as const) : values.PARAPET_TRUST_PROXY,
      mqttUrl: values.PARAPET_MQTT_URL,
      smtpUrl: values.SMTP_URL,
    }),
  };
};
