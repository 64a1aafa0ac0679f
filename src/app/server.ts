import pg from 'pg';
import { Fault } from '#platform/kernel/fault.ts';

const OLDEST = 180_000;
const REFUSED_MS = 10_000;

/** What a PostgreSQL server says of itself and of the login that asks. */
export type ServerWord = { version: string; versionNumber: number; durable: Record<'fsync' | 'synchronous_commit' | 'full_page_writes', string>; login: string; superuser: boolean; mayCreateRoles: boolean; ownsDatabase: boolean; database: string };

const QUESTION = `select current_setting('server_version') as version, current_setting('server_version_num')::int as "versionNumber",
  current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit, current_setting('full_page_writes') as full_page_writes,
  rolname as login, rolsuper as superuser, rolcreaterole as "mayCreateRoles", current_database() as database,
  (select pg_has_role(datdba, 'usage') from pg_database where datname = current_database()) as "ownsDatabase"
  from pg_roles where rolname = current_user`;

type Row = Omit<ServerWord, 'durable'> & ServerWord['durable'];

const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  const inner = error instanceof AggregateError ? error.errors.map((each: NodeJS.ErrnoException) => each.code ?? each.message).join(', ') : message;
  return (inner || code || 'no answer').split('\n')[0]?.replace(/:[^:@\s]*@/g, ':***@') ?? 'no answer';
};

/**
 * Asks a server who it is.
 * @param variable the variable that holds the address, named in the fault; the address itself never is.
 */
export const askServer = async (url: string, variable: string): Promise<ServerWord> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: REFUSED_MS, application_name: 'parapet start' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Row>(QUESTION);
    const row = rows[0];
    if (!row) throw new Error('it does not know its own login');
    const { fsync, synchronous_commit, full_page_writes, ...rest } = row;
    return { ...rest, durable: { fsync, synchronous_commit, full_page_writes } };
  } catch (error) {
    throw new Fault(`The PostgreSQL server of ${variable} cannot be used: ${reason(error)}. Check the address, the password and that the server runs.`, error);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** What forbids a server, in one line, or undefined. */
export const objectionTo = (server: ServerWord, variable: string): string | undefined => {
  if (server.versionNumber < OLDEST) return `The server of ${variable} is PostgreSQL ${server.version}; Parapet needs 18 or later.`;
  const off = Object.entries(server.durable).filter(([, value]) => value === 'off');
  if (off.length === 0) return undefined;
  const names = off.map(([name]) => name).join(' and ');
  return `The server of ${variable} has ${names} off, so that what was acknowledged could be lost. Switch ${off.length > 1 ? 'them' : 'it'} on, for the server, the database "${server.database}" and the login "${server.login}".`;
};

/** Asks, and throws where the server may not be used. */
export const requireServer = async (url: string, variable: string): Promise<ServerWord> => {
  const server = await askServer(url, variable);
  const objection = objectionTo(server, variable);
  if (objection) throw new Fault(objection);
  return server;
};

/** The statements that a superuser of another server runs once, so that migrations and processes have what they need. */
export const grantsFor = ({ database, login, owner }: Record<'database' | 'login' | 'owner', string>): string[] => {
  const [db, plain, owning] = [database, login, owner].map((name) => pg.escapeIdentifier(name));
  return [
    `create role ${owning} login createrole password '...';`,
    `create role ${plain} login noinherit password '...';`,
    `create database ${db} owner ${owning} template template0 encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C';`,
    `grant connect on database ${db} to ${plain};`,
  ];
};
