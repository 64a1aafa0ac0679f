import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabase, type OpenDatabase, startDatabase } from '../src/app/database.ts';
import type { Role, RoleUrls } from '../src/app/child.ts';
import { type Mode, readConfig } from '../src/platform/kernel/config.ts';
import { freePort } from './product.ts';

const ROOT = join(import.meta.dirname, '..');

/** One of the product's processes, started by itself on a database that others use as well. */
export type Node = { role: Role; port: number; url: string; pid: number; output(): string; isRunning(): boolean; ended: Promise<void>; kill(): void; stop(): Promise<void> };

/** A migrated database in a folder of its own, and processes on it as they are asked for. */
export type Nodes = { database: OpenDatabase; dataDir: string; socketDir: string; start(role: Role, how?: How): Promise<Node>; close(): Promise<void> };

/** Otherwise than on its own database, with the environment of the test, of the product of this checkout. */
type How = { urls?: RoleUrls; env?: Record<string, string>; root?: string };

export async function openNodes(mode: Mode = 'main'): Promise<Nodes> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parapet nodes '));
  chmodSync(dataDir, 0o755);
  const database = await startDatabase(readConfig({ PARAPET_DATA: dataDir }, mode), () => undefined);
  await migrateDatabase(database);
  const started: Node[] = [];
  return {
    database, dataDir,
    socketDir: database.cluster?.socketDir ?? '',
    start: async (role, { urls = database.urls, env = {}, root = ROOT } = {}) => {
      const node = await startNode(role, urls, { root, env: { PARAPET_DATA: dataDir, PARAPET_MODE: mode, ...env } });
      started.push(node);
      return node;
    },
    close: async () => {
      await Promise.all(started.map((node) => node.stop()));
      await database.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function startNode(role: Role, urls: RoleUrls, { root, env }: { root: string; env: Record<string, string> }): Promise<Node> {
  const port = await freePort();
  const child: ChildProcess = fork(join(root, 'src/app', `${role}.ts`), [], {
    cwd: root, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, PARAPET_ROLE_URLS: JSON.stringify(urls), PORT: String(port), PARAPET_SYSLOG_PORT: 'off', PARAPET_DC09_PORT: role === 'intake' ? String(port) : 'off', LOG_LEVEL: 'warn', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (output = (output + data.toString()).slice(-50_000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', () => reject(new Error(`${role} ended at its start:\n${output}`)));
  });
  return {
    role, port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, ended,
    output: () => output,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** A line to the database that can be held: TCP towards the product, the server's socket behind. */
export type Line = { urls(of: RoleUrls): RoleUrls; hold(): void; release(): void; close(): Promise<void> };

/** While it is held nothing passes in either direction and nobody is told: sockets stay open, new ones are accepted. */
export async function openLine(socketDir: string): Promise<Line> {
  const pairs = new Set<[Socket, Socket]>();
  let isHeld = false;
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const far = connect(join(socketDir, '.s.PGSQL.5432'));
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      one.on('error', () => undefined);
      one.on('data', (data) => void other.write(data));
      one.on('close', () => {
        pairs.delete(pair);
        if (!isHeld) other.destroy();
      });
      if (isHeld) one.pause();
      else one.resume();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const through = (url: string): string => {
    const [before = '', query = ''] = url.split('?', 2);
    const parameters = new URLSearchParams(query);
    parameters.delete('host');
    return `${before.replace(/@localhost:\d+\//, `@127.0.0.1:${port}/`)}?${parameters.toString().replaceAll('+', '%20')}`;
  };
  return {
    urls: ({ web, intake, worker }) => ({ web: through(web), intake: through(intake), worker: through(worker) }),
    hold: () => {
      isHeld = true;
      for (const socket of [...pairs].flat()) socket.pause();
    },
    release: () => {
      isHeld = false;
      for (const socket of [...pairs].flat()) socket.resume();
    },
    close: async () => {
      for (const socket of [...pairs].flat()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
