// DC-09 acknowledged per second: the product, the plain Node reference on the same cluster, and with `--peer PORT` any other receiver, in turn.
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attachCluster, CLUSTER_OWNER } from '../src/platform/postgres/cluster.ts';
import { freePort, type Product, signIn, startProduct } from '../e2e/product.ts';
import { argument, table } from './measure.ts';

type Load = { perS: number; p50Ms: number; p99Ms: number; count: number; errors: number };
const RUNS = argument('runs', 3);
const COUNTS: Record<number, number> = { 1: 2000, 16: 12_000, 64: 30_000 };
const PEER = process.argv.includes('--peer') ? argument('peer', 0.1) : null;
const run = promisify(execFile);
let runs = Math.floor(Date.now() / 1000) % 1000;

async function load(port: number, connections: number, slow = false): Promise<Load> {
  const count = Math.round((COUNTS[connections] ?? 1000) / (slow ? 10 : 1));
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'dc09-load.ts'), String(port), String(connections), String(count), String(++runs)]);
  return JSON.parse(stdout) as Load;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const middle = (loads: Load[]): Load => ({ perS: median(loads.map((l) => l.perS)), p50Ms: median(loads.map((l) => l.p50Ms)), p99Ms: median(loads.map((l) => l.p99Ms)), count: loads[0]?.count ?? 0, errors: loads.reduce((n, l) => n + l.errors, 0) });
const words = (l: Load): string => `${Math.round(l.perS).toLocaleString('en')}/s · ${l.p50Ms.toFixed(2)} / ${l.p99Ms.toFixed(2)} ms${l.errors ? ` · ${l.errors} errors` : ''}`;

async function startReference(product: Product): Promise<{ port: number; stop(): void }> {
  const cluster = attachCluster(join(product.dataDir, 'main', 'postgres'));
  if (!cluster) throw new Error('The database does not run.');
  const port = await freePort();
  const owner = await product.owner();
  await owner.query('create database reference');
  await owner.end();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'dc09-reference.ts'), String(port), cluster.url('reference', CLUSTER_OWNER)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  return { port, stop: () => child.kill() };
}

/** The worker stands still meanwhile: what is measured is the wire to the commit, as the reference does it. */
async function withoutCorrelation<T>(product: Product, work: () => Promise<T>): Promise<T> {
  const pids = product.pidsOf('worker');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

async function caughtUp(product: Product): Promise<void> {
  const owner = await product.owner();
  for (const until = Date.now() + 60_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const { rows } = await owner.query<{ behind: number }>('select count(*)::int as behind from signals.batch b left join alarms.cursor c on c.stream = b.stream where b.seq > coalesce(c.seq, -1)');
    if (rows[0]?.behind === 0) break;
  }
  await owner.end();
}

const rssMiB = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const product = await startProduct();
try {
  const api = await signIn(product.url);
  await api.post('/api/signals/sources', Array.from({ length: 9000 }, (_, i) => ({ protocol: 'dc09', account: String(1000 + i), name: `Panel ${1000 + i}` })) as unknown as object);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const reference = await startReference(product);
  const rows: string[][] = [];
  let acknowledged = 0;
  for (const connections of [1, 16, 64]) {
    const ours: Load[] = [];
    const alone: Load[] = [];
    const theirs: Load[] = [];
    const peers: Load[] = [];
    for (let i = 0; i < RUNS; i++) {
      ours.push(await load(product.dc09Port, connections));
      await caughtUp(product);
      alone.push(await withoutCorrelation(product, () => load(product.dc09Port, connections)));
      await caughtUp(product);
      theirs.push(await load(reference.port, connections));
      if (PEER) peers.push(await load(PEER, connections, true));
    }
    acknowledged += [...ours, ...alone].reduce((n, l) => n + l.count, 0);
    const [own, only, ref, peer] = [middle(ours), middle(alone), middle(theirs), PEER ? middle(peers) : null];
    rows.push([String(connections), words(own), words(only), words(ref), (only.perS / ref.perS).toFixed(2), ...(peer ? [words(peer), (only.perS / peer.perS).toFixed(1)] : [])]);
  }
  reference.stop();
  const owner = await product.owner();
  const stored = Number((await owner.query<{ n: string }>('select count(*) + sum(repeats) as n from signals.signal')).rows[0]?.n);
  await owner.end();
  console.log(`\nMedian of ${RUNS} runs in turn; p50 / p99 ms from frame sent to acknowledgement, one frame under way a connection. Half of the frames touch an alarm.\n`);
  console.log(table(['connections', 'Parapet, raising alarms meanwhile', 'Parapet, intake alone', 'plain Node reference', 'alone : reference', ...(PEER ? ['peer', 'alone : peer'] : [])], rows));
  console.log(`\nacknowledged ${acknowledged.toLocaleString('en')} · stored or counted as repeats ${stored.toLocaleString('en')}`);
  console.log(`memory after: ${(['intake', 'web', 'worker'] as const).map((name) => `${name} ${Math.round(product.pidsOf(name).reduce((sum, pid) => sum + rssMiB(pid), 0))} MiB`).join(' · ')}`);
} finally {
  await product.stop();
}
