import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { attachCluster, CLUSTER_OWNER, DATABASE } from '../src/platform/postgres/cluster.ts';

const ROOT = join(import.meta.dirname, '..');

/** A port that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export type Product = {
  url: string;
  dc09Port: number;
  dataDir: string;
  output(): string;
  /** Pids of one of its processes: intake, web, worker, the one that carries a backup out, or the PostgreSQL server. */
  pidsOf(name: 'intake' | 'web' | 'worker' | 'backup-process' | 'postgres'): number[];
  /** All of them, with each backend of the server. */
  allPids(): number[];
  /** A client as the database's owner, by the embedded cluster. */
  owner(): Promise<pg.Client>;
  stop(): Promise<void>;
};

/** The variable that names the folder of `e2e/template.ts`. */
export const TEMPLATE = 'PARAPET_TEST_TEMPLATE';

/** `isFirst` begins with nothing at all, as a stranger does, where the others begin as copies of such a start. `publicHost` is the name by which browsers open it, where that matters (passkeys are for names). `under` is a command that runs the program. */
export type ProductOptions = { empty?: boolean; isFirst?: boolean; publicHost?: string; env?: Record<string, string>; keepData?: boolean; dataDir?: string; readyWithinMs?: number; under?: readonly string[] };

/** A folder that the database's own user may enter, with a space in its path. */
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parapet e2e '));
  chmodSync(folder, 0o755);
  return folder;
}

/** Brings the folder of an empty organisation, with its owners and rights. */
function copyTemplate(dataDir: string): void {
  const template = process.env[TEMPLATE];
  const { status, stderr } = template ? spawnSync('cp', ['-a', `${template}/.`, dataDir], { encoding: 'utf8' }) : { status: 0, stderr: '' };
  if (status !== 0) throw new Error(`The folder of an empty organisation could not be copied: ${stderr}`);
}

/** Starts the product as its users do, in a data folder of its own, and waits until it is ready. */
export async function startProduct({ empty = true, isFirst = false, publicHost, env = {}, keepData = false, dataDir: given, readyWithinMs = 90_000, under = [] }: ProductOptions = {}): Promise<Product> {
  const dataDir = given ?? aFolder();
  if (empty && !isFirst && given === undefined) copyTemplate(dataDir);
  const [port, dc09Port, syslogPort] = [await freePort(), await freePort(), await freePort()];
  const [command = '', ...args] = [...under, process.execPath, join(ROOT, 'bin/parapet.mjs'), 'serve', ...(empty ? ['--empty'] : [])];
  const child: ChildProcess = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, PARAPET_DATA: dataDir, PORT: String(port), PARAPET_DC09_PORT: String(dc09Port), ...(!empty && { PARAPET_SYSLOG_PORT: String(syslogPort) }), LOG_LEVEL: 'warn', ...(publicHost && { PARAPET_PUBLIC_URL: `http://${publicHost}:${port}` }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output = (output + data.toString()).slice(-200_000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const clusterDir = join(dataDir, empty ? 'main' : 'demo', 'postgres');
  const product: Product = {
    url, dc09Port, dataDir,
    output: () => output,
    pidsOf: (name) => (name === 'postgres' ? [attachCluster(clusterDir)?.pid ?? []].flat() : pidsOf(dataDir, name)),
    allPids: () => withChildren(child.pid ?? 0),
    owner: async () => {
      const cluster = attachCluster(clusterDir);
      if (!cluster) throw new Error('The database does not run.');
      const client = new pg.Client({ connectionString: cluster.url(DATABASE, CLUSTER_OWNER) });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(hard);
      if (!keepData) rmSync(dataDir, { recursive: true, force: true });
    },
  };
  const until = Date.now() + readyWithinMs;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Parapet ended at its start:\n${output}`);
    const isReady = output.includes('Parapet is ready') && (await fetch(`${url}/readyz`).then((reply) => reply.ok, () => false));
    if (isReady) return product;
    if (Date.now() > until) {
      await product.stop();
      throw new Error(`Parapet was not ready in time:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** A process and all that it started, as far as they are still its own. */
function withChildren(pid: number): number[] {
  const children = readFile(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withChildren)];
}

/** Processes are known by what they run and by the data folder in their environment or arguments. */
function pidsOf(dataDir: string, name: string): number[] {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
    const command = readFile(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
    return command.includes(`src/app/${name}.ts`) && readFile(`/proc/${pid}/environ`).includes(`PARAPET_DATA=${dataDir}`);
  });
}

const readFile = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** A browserless client of the API with a session. */
export type Api = { get<T>(path: string): Promise<T>; post<T>(path: string, body?: object): Promise<T>; raw(path: string, init?: RequestInit): Promise<Response>; cookie: string };

/** Founds the organisation where there is none, signs in and answers a client. */
export async function signIn(url: string, { email = 'ada@works.example', password = 'correct horse battery', found = true } = {}): Promise<Api> {
  const json = { 'content-type': 'application/json' };
  if (found) await fetch(`${url}/api/identity/setup`, { method: 'POST', headers: json, body: JSON.stringify({ organisation: 'Test Works', name: 'Ada Admin', email, password }) });
  const reply = await fetch(`${url}/api/identity/sign-in`, { method: 'POST', headers: json, body: JSON.stringify({ email, password }) });
  if (!reply.ok) throw new Error(`Sign-in failed: ${reply.status} ${await reply.text()}`);
  const cookie = (reply.headers.get('set-cookie') ?? '').split(';')[0] as string;
  const raw = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, { ...init, headers: { cookie, ...(init.body ? json : {}), ...(init.headers as Record<string, string>) } });
  const read = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return { cookie, raw, get: async (path) => read(await raw(path)), post: async (path, body) => read(await raw(path, { method: 'POST', ...(body ? { body: JSON.stringify(body) } : {}) })) };
}
