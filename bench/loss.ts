// Loss by Monte Carlo (workload C): scenarios from a seed, six PERT quantities each, in worker threads; beside numpy or whatever is named, and with its answers.
// `npm run bench -- loss [--rows 10000000] [--scenarios 20] [--seed 7] [--draw 1] [--threads 2] [--runs 1] [--beside "COMMAND {file} {rows} {draw}"]`
// A command is given the scenarios as JSON (or `{scenarios}`, their number, if it knows those of seed 7) and prints JSON with engine, seconds, cpuSeconds, rssMiB, and
// answers: mean, p50, p90 and p99 of each scenario, or only `first`: those of the first.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { levelOf, type Curve } from '#engines/loss/curve.ts';
import { simulateLossInThreads } from '#platform/compute/loss.ts';
import { fairModel, fairScenarios } from './loss-scenarios.ts';
import { argument, table } from './measure.ts';

const ROWS = argument('rows', 10_000_000);
const SHARES = [0.5, 0.9, 0.99];
/** How far apart the answers may lie: the mean by 0.1 %, percentiles by 0.5 %; or by as many standard errors of both together, where the rows are few. */
const [MEAN_APART, LEVEL_APART, ERRORS_APART] = [0.001, 0.005, 5];
const threads = argument('threads', 2);
const at = process.argv.indexOf('--beside');
const beside = at < 0 ? `python3 ${join(import.meta.dirname, 'loss-numpy.py')} {file} {rows} {draw}` : (process.argv[at + 1] ?? '');

type Run = { seconds: number; cpuSeconds: number; rssMiB: number; curves: Curve[] };
type Peer = { engine: string; seconds: number; cpuSeconds?: number; rssMiB?: number; answers: number[][] };

const scenarios = fairScenarios(argument('scenarios', 20), argument('seed', 7));
const draw = argument('draw', 1);

async function measure(): Promise<Run> {
  const start = performance.now();
  const used = process.cpuUsage();
  const result = await simulateLossInThreads(fairModel(scenarios), { seed: draw, rows: ROWS, threads });
  if (!result.ok) throw new Error(`${result.at}: ${result.reason}`);
  const { user, system } = process.cpuUsage(used);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6, rssMiB: Math.round(process.resourceUsage().maxRSS / 1024), curves: result.curves.slice(0, scenarios.length) };
}

/** Mean and percentiles, with how far another run of as many rows may be from each. */
function answersOf(curve: Curve): { value: number; may: number }[] {
  const levels = SHARES.map((share) => {
    const level = levelOf(curve, share);
    if (!level.ok) throw new Error(level.reason);
    const error = ((level.high - level.low) / 3.92) * Math.SQRT2 * ERRORS_APART + curve.standardError * ERRORS_APART;
    return { value: level.valueAtRisk, may: Math.max(LEVEL_APART * level.valueAtRisk, error) };
  });
  return [{ value: curve.mean, may: Math.max(MEAN_APART * curve.mean, curve.standardError * Math.SQRT2 * ERRORS_APART) }, ...levels];
}

function askPeer(): Peer | null {
  const dir = mkdtempSync(join(tmpdir(), 'parapet-loss-'));
  try {
    const file = join(dir, 'scenarios.json');
    writeFileSync(file, JSON.stringify(scenarios));
    const [program = '', ...rest] = beside.split(' ').map((word) => word.replace('{file}', file).replace('{rows}', String(ROWS)).replace('{draw}', String(draw)).replace('{scenarios}', String(scenarios.length)));
    const said = JSON.parse(execFileSync(program, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split('\n').at(-1) ?? '{}') as Peer & { first?: number[] };
    return { ...said, answers: said.answers ?? [said.first ?? []] };
  } catch (error) {
    console.error(`No peer: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return null;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const runs: Run[] = [];
for (let i = 0; i < argument('runs', 1); i++) runs.push(await measure());
runs.sort((a, b) => a.seconds - b.seconds);
const ours = runs[Math.floor(runs.length / 2)] as Run;
const load = loadavg()[0] ?? 0;
const peer = askPeer();
const samples = ROWS * scenarios.length;
const rate = (seconds: number): string => `${(samples / seconds / 1e6).toFixed(1)} M/s`;
const rows = [[`this engine, ${threads} threads (median of ${runs.length})`, ours.seconds.toFixed(2), rate(ours.seconds), peer ? (peer.seconds / ours.seconds).toFixed(1) : '', ours.cpuSeconds.toFixed(2), `${ours.rssMiB} MiB`]];
if (peer) rows.push([peer.engine, peer.seconds.toFixed(2), rate(peer.seconds), '1', peer.cpuSeconds?.toFixed(2) ?? '', peer.rssMiB === undefined ? '' : `${peer.rssMiB} MiB`]);
console.log(table([`${ROWS.toLocaleString('en')} rows × ${scenarios.length} scenarios; load ${load.toFixed(1)}`, 's', 'samples', 'times', 'processor s', 'memory'], rows));
const answers = ours.curves.map(answersOf);
console.log(`s0: ${answers[0]?.map(({ value }) => value.toPrecision(6)).join(', ')} (mean, p50, p90, p99)`);
if (peer) {
  const apart = answers.slice(0, peer.answers.length).flatMap((values, s) => values.map(({ value, may }, i) => {
    const difference = Math.abs(value - (peer.answers[s]?.[i] ?? Number.NaN));
    return { s, i, share: difference === 0 ? 0 : difference / value, isFar: !(difference <= may) };
  }));
  const worst = (kind: (i: number) => boolean): string => `${(100 * Math.max(...apart.filter(({ i }) => kind(i)).map(({ share }) => share))).toFixed(3)} %`;
  const certain = Math.min(...ours.curves.flatMap(({ mean, standardError }) => (mean > 0 ? [standardError / mean] : [])));
  console.log(`Furthest from the peer: means ${worst((i) => i === 0)}, percentiles ${worst((i) => i > 0)}; standard errors of the means from ${(100 * certain).toFixed(3)} % to ${(100 * Math.max(...ours.curves.map(({ mean, standardError }) => (mean > 0 ? standardError / mean : 0)))).toFixed(3)} %.`);
  const far = apart.filter(({ isFar }) => isFar);
  if (far.length > 0) {
    console.error(`Outside the tolerance: ${far.map(({ s, i }) => `s${s} ${['mean', 'p50', 'p90', 'p99'][i]}`).join(', ')}`);
    process.exitCode = 1;
  }
}
