import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isRunning, processState, waitUntil } from '#platform/postgres/processes.ts';

const SERVE = join(import.meta.dirname, 'testing', 'serve-plain.ts');
const base = mkdtempSync(join(tmpdir(), 'parapet-serve-'));
chmodSync(base, 0o755);
const started: ChildProcess[] = [];
const servers: Server[] = [];
let folders = 0;

type Serving = { process: ChildProcess; root: string; port: number; out: () => string; err: () => string; lines: () => Record<string, unknown>[] };

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const serve = async (env: Record<string, string> = {}, root = join(base, `d${(folders += 1)}`)): Promise<Serving> => {
  const port = Number(env['PORT'] ?? (await freePort()));
  const dc09 = env['PARAPET_DC09_PORT'] ?? 'off';
  const child = spawn(process.execPath, [SERVE], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PARAPET_DATA: root, PORT: String(port), PARAPET_DC09_PORT: dc09, PARAPET_SYSLOG_PORT: 'off', LOG_LEVEL: 'info', ...env } });
  started.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const lines = (): Record<string, unknown>[] => out.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  return { process: child, root, port, out: () => out, err: () => err, lines };
};

const isReady = (serving: Serving): boolean => serving.out().includes('Parapet is ready');
const ready = async (serving: Serving): Promise<Serving> => {
  expect(await waitUntil(() => isReady(serving) || serving.process.exitCode !== null, 30_000)).toBe(true);
  expect(serving.err()).toBe('');
  return serving;
};

const ended = async ({ process: child }: Serving): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};

const childPid = (serving: Serving, role: string): number => Number(serving.lines().findLast((line) => line['process'] === role && line['msg'] === 'serving')?.['pid']);
const servingCount = (serving: Serving, role: string): number => serving.lines().filter((line) => line['process'] === role && line['msg'] === 'serving').length;
const postmasterPid = (serving: Serving): number => Number(readFileSync(join(serving.root, 'demo', 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
const familyOf = (serving: Serving): number[] => [postmasterPid(serving), ...['intake', 'web', 'worker'].map((role) => childPid(serving, role))];

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  for (const server of servers) server.close();
  await new Promise((resolve) => setTimeout(resolve, 500));
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

test('serve starts the three processes by their own rights, tells the address and the sign-ins, and stops intake last', async () => {
  const root = join(base, 'with sign-ins');
  mkdirSync(join(root, 'demo'), { recursive: true });
  writeFileSync(join(root, 'demo', 'sign-ins.json'), JSON.stringify([{ email: 'ada@demo.example', password: 'made-up-1', role: 'operator' }]));
  const serving = await ready(await serve({ PARAPET_ADMIN_EMAIL: 'eve@works.example', PARAPET_ADMIN_PASSWORD: 'for the start alone' }, root));
  expect(serving.out()).toContain(`Parapet is ready: http://localhost:${serving.port}`);
  expect(serving.out()).toMatch(/ada@demo\.example\s+made-up-1\s+operator/);
  const me = Object.fromEntries(serving.lines().filter((line) => line['msg'] === 'serving').map((line) => [line['process'], line['me']]));
  expect(me).toEqual({ web: 'parapet_app', intake: 'parapet_intake', worker: 'parapet_worker' });
  const family = familyOf(serving);
  for (const pid of family) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('for the start alone');
  serving.process.kill('SIGTERM');
  expect(await ended(serving)).toBe(0);
  expect(family.filter(isRunning)).toEqual([]);
  const stoppedAt = (role: string): number => Number(readFileSync(join(root, `stopped-${role}`), 'utf8'));
  expect(stoppedAt('intake')).toBeGreaterThan(Math.max(stoppedAt('web'), stoppedAt('worker')) + 100);
});

test('a process that is killed is started again while the others go on', async () => {
  const serving = await ready(await serve());
  const [, intake, web, worker] = familyOf(serving);
  process.kill(web ?? 0, 'SIGKILL');
  expect(await waitUntil(() => servingCount(serving, 'web') === 2, 10_000)).toBe(true);
  expect([childPid(serving, 'intake'), childPid(serving, 'worker')]).toEqual([intake, worker]);
  expect([intake, worker].every((pid) => isRunning(pid ?? 0))).toBe(true);
  expect(serving.out()).toContain('web ended; it is started again');
  serving.process.kill('SIGTERM');
  expect(await ended(serving)).toBe(0);
});

test('a database that is killed is started again, and the processes find it', async () => {
  const serving = await ready(await serve());
  const before = postmasterPid(serving);
  process.kill(before, 'SIGKILL');
  expect(await waitUntil(() => ['web', 'intake', 'worker'].every((role) => servingCount(serving, role) >= 2), 20_000)).toBe(true);
  expect(postmasterPid(serving)).not.toBe(before);
  const words = serving.lines().map((line) => `${line['process']} ${line['msg']}`);
  expect(words.findLastIndex((word) => word === 'web serving')).toBeGreaterThan(words.indexOf('serve the database is back'));
  expect(servingCount(serving, 'web')).toBe(2);
  serving.process.kill('SIGTERM');
  expect(await ended(serving)).toBe(0);
});

test('when serve itself is killed, its processes and its database end by themselves and a new start works at once', async () => {
  const serving = await ready(await serve());
  const family = familyOf(serving);
  serving.process.kill('SIGKILL');
  expect(await waitUntil(() => !family.some(isRunning), 10_000)).toBe(true);
  const again = await ready(await serve({ PORT: String(serving.port) }, serving.root));
  again.process.kill('SIGTERM');
  expect(await ended(again)).toBe(0);
});

test('taken ports are each named with who has them and the variable, and nothing is started', async () => {
  const taker = createServer().listen(0, '127.0.0.1');
  const other = createServer().listen(0, '127.0.0.1');
  servers.push(taker, other);
  await Promise.all([once(taker, 'listening'), once(other, 'listening')]);
  const [port, dc09] = [taker, other].map((server) => String((server.address() as AddressInfo).port));
  const serving = await serve({ PORT: port ?? '', PARAPET_DC09_PORT: dc09 ?? '' });
  expect(await ended(serving)).toBe(1);
  const lines = serving.err().trim().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 \\(the web app\\) is taken by process ${process.pid} \\(.*\\): stop that one, or set PORT to another port\\.$`));
  expect(lines[1]).toMatch(new RegExp(`^Port ${dc09} .*SIA DC-09.* PARAPET_DC09_PORT `));
  expect(existsSync(join(serving.root, 'demo', 'postgres'))).toBe(false);
});

test('a second serve on the same folder is refused by name and leaves the first alone', async () => {
  const first = await ready(await serve());
  const second = await serve({}, first.root);
  expect(await ended(second)).toBe(1);
  expect(second.err()).toContain(`is in use by process ${first.process.pid}`);
  expect(familyOf(first).every(isRunning)).toBe(true);
  first.process.kill('SIGTERM');
  expect(await ended(first)).toBe(0);
});

test('a process that fails at the first start fails the whole start and leaves nothing running', async () => {
  const root = join(base, 'failing');
  mkdirSync(root);
  writeFileSync(join(root, 'fail-worker'), '');
  const serving = await serve({}, root);
  expect(await ended(serving)).toBe(1);
  expect(serving.err()).toContain('the process "worker" ended (exit 1)');
  expect(serving.out()).toContain('worker was told to fail');
  expect(existsSync(join(root, 'demo', 'postgres', 'cluster', 'postmaster.pid'))).toBe(false);
});

test('being stopped while it starts leaves nothing behind', async () => {
  const serving = await serve();
  await waitUntil(() => existsSync(join(serving.root, 'demo', 'postgres', 'in-use')), 10_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  serving.process.kill('SIGTERM');
  expect(await ended(serving)).toBe(0);
  expect(isReady(serving)).toBe(false);
  expect(existsSync(join(serving.root, 'demo', 'serving'))).toBe(false);
  expect(processState(serving.process.pid ?? 0)).toBeUndefined();
});

test('the demonstration refuses strangers while its passwords live', async () => {
  const serving = await serve({ HOST: '0.0.0.0' });
  expect(await ended(serving)).toBe(1);
  expect(serving.err()).toMatch(/^HOST is 0\.0\.0\.0, but the demonstration's passwords live/);
});

test('a server that cannot be reached is one line without its password', async () => {
  const serving = await serve({ DATABASE_URL: `postgresql://someone:hunter2@127.0.0.1:${await freePort()}/parapet` });
  expect(await ended(serving)).toBe(1);
  expect(serving.err().trim()).toMatch(/^The PostgreSQL server of DATABASE_URL cannot be used: .*ECONNREFUSED[^\n]*$/);
  expect(serving.err()).not.toContain('hunter2');
});
