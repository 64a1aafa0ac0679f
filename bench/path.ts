// Most vulnerable path (workload D): cold, and each further target of the same graph, with path, critical point and EASI; beside whatever is named.
// `npm run bench -- path [--width 1000] [--height 1000] [--seed 9] [--rounds 20] [--beside "COMMAND {file} …"] …`
// A command is given the graph as CSV (nodes,edges,targets:… then from,to,delay,pd) and prints JSON with queries, p50ms and sumD.
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGraph } from '#engines/interruption/graph/graph.ts';
import { openSearch } from '#engines/interruption/graph/search.ts';
import { argument, table } from './measure.ts';
import { protectionGrid, type ProtectionGrid } from './protection-grid.ts';
import { plainAnswers } from './protection-reference.ts';

const TIME_S = 300;
const RESPONSE = { timeS: TIME_S, timeSdS: 0.3 * TIME_S, communication: 1 };
const ROUNDS = argument('rounds', 20);
const beside = process.argv.flatMap((word, i) => (word === '--beside' ? [process.argv[i + 1] ?? ''] : []));

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const timed = <T>(work: () => T): [T, number] => {
  const start = performance.now();
  const value = work();
  return [value, performance.now() - start];
};

type Run = { buildMs: number; coldMs: number; anewMs: number; furtherMs: number; againMs: number; sums: number[]; easi: number };

/** One process's first graph: opening and the first target are cold; then each further target once, all of them again, and the whole anew. */
function measure(grid: ProtectionGrid): Run {
  const [built, buildMs] = timed(() => openGraph({ nodes: grid.nodes, start: grid.nodes - 1, arcs: grid.arcs }));
  if (!built.ok) throw new Error(built.reason);
  const [search, openMs] = timed(() => openSearch(built.graph));
  const ask = (target: number) => timed(() => search.mostVulnerable(target, RESPONSE, { equalIsLate: true }));
  const answers = grid.targets.map(ask);
  const found = answers.map(([path]) => {
    if (!path.ok) throw new Error(path.reason);
    return path;
  });
  const again = Array.from({ length: ROUNDS }, () => grid.targets.map((target) => ask(target)[1])).flat();
  const anew = Array.from({ length: ROUNDS }, () => timed(() => openSearch(built.graph).mostVulnerable(grid.targets[0] ?? 0, RESPONSE, { equalIsLate: true }))[1]);
  const times = answers.map(([, ms]) => ms);
  return { buildMs, coldMs: openMs + (times[0] ?? 0), anewMs: median(anew), furtherMs: median(times.slice(1)), againMs: median(again), sums: found.map(({ detectionSum }) => detectionSum), easi: found.reduce((sum, { easi }) => sum + easi, 0) };
}

function writeGraph(file: string, { nodes, arcs, targets }: ProtectionGrid): void {
  const out = openSync(file, 'w');
  let text = `${nodes},${arcs.from.length},targets:${targets.join(' ')},rft:${TIME_S},sd:${RESPONSE.timeSdS}\n`;
  for (let i = 0; i < arcs.from.length; i++) {
    text += `${arcs.from[i]},${arcs.to[i]},${arcs.delayS[i]},${arcs.detection[i]}\n`;
    if (text.length < 1e6) continue;
    writeSync(out, text);
    text = '';
  }
  writeSync(out, text);
  closeSync(out);
}

const grid = protectionGrid(argument('width', 1000), argument('height', 1000), argument('seed', 9));
const run = measure(grid);
const total = run.sums.reduce((sum, one) => sum + one, 0);
const few = { ...grid, targets: grid.targets.slice(0, grid.nodes > 100_000 ? 2 : 20) };
const [plain, plainMs] = timed(() => plainAnswers(few, TIME_S));
const furthest = Math.max(...plain.map((sum, i) => Math.abs(sum - (run.sums[i] ?? Number.NaN))));
const ms = (value: number): string => (value < 10 ? value.toFixed(3) : value.toFixed(1));
const rows = [
  ['this engine, cold (distances and first target)', ms(run.coldMs), '1', total.toFixed(6)],
  ['the same anew, the code compiled by then', ms(run.anewMs), (run.coldMs / run.anewMs).toFixed(2), ''],
  ['each further target, first time', ms(run.furtherMs), (run.coldMs / run.furtherMs).toFixed(0), ''],
  ['each further target, again', ms(run.againMs), (run.coldMs / run.againMs).toFixed(0), ''],
  [`textbook Dijkstra in JavaScript, a target (${plain.length})`, ms(plainMs / plain.length), '', `furthest ${furthest.toExponential(1)} apart`],
];
const dir = mkdtempSync(join(tmpdir(), 'parapet-path-'));
try {
  if (beside.length > 0) writeGraph(join(dir, 'graph.csv'), grid);
  for (const command of beside) {
    const [program, ...rest] = command.replaceAll('{file}', join(dir, 'graph.csv')).split(' ');
    const said = JSON.parse(execFileSync(program ?? '', rest, { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '{}') as { engine: string; queries: number; p50ms: number; sumD: number };
    const ours = Array.from({ length: said.queries }, (_, i) => run.sums[i % run.sums.length] ?? Number.NaN).reduce((sum, one) => sum + one, 0);
    rows.push([`${said.engine}, a target (${said.queries})`, ms(said.p50ms), `${(said.p50ms / run.coldMs).toFixed(2)} × cold`, `${said.sumD.toFixed(6)}: ${Math.abs(said.sumD - ours).toExponential(1)} apart`]);
  }
} finally {
  rmSync(dir, { recursive: true });
}
console.log(table([`${grid.nodes.toLocaleString('en')} nodes, ${grid.arcs.from.length.toLocaleString('en')} arcs (built in ${ms(run.buildMs)} ms)`, 'ms, p50', 'ratio to cold', 'Σ D'], rows));
console.log(`Σ EASI ${run.easi.toFixed(6)} over ${run.sums.length} targets.`);
