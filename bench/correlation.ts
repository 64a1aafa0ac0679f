// Correlation (workload B): five rules declared as data over a file of events by their own clock; exact, and beside a hand-written program in Node.
// `npm run bench -- correlation [--n 1000000] [--seed 42] [--rounds 5] [--workload DIR] [--beside "COMMAND {dir}"]`
// DIR holds b-gen.mjs, which writes events of a size and seed with how many each rule must find, and b-node-ref.mjs, the program beside; where it is
// absent, the events and the counts are this folder's own and nothing is beside but what is named.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Counted } from './correlation-feed.ts';
import { plainCounts, workloadLines, writeLines } from './correlation-reference.ts';
import { argument, table } from './measure.ts';

type Run = Counted & { engine: string; eventsPerS: number; rssMiB: number; processorS: number };
type Rule = (typeof RULES)[number];

/** Garbage stays young for 16 MiB, as it would on a small machine; without it Node lets it grow to 64 where there is memory enough. */
const YOUNG = '--max-semi-space-size=16';
const RULES = ['R1', 'R2', 'R3', 'R4', 'R5'] as const;
const [n, seed, rounds] = [argument('n', 1_000_000), argument('seed', 42), argument('rounds', 5)];
const word = (name: string, standard: string): string => (process.argv.includes(`--${name}`) ? (process.argv[process.argv.indexOf(`--${name}`) + 1] ?? standard) : standard);
const workload = resolve(word('workload', join(import.meta.dirname, '../../shared/bench')));
const isThere = existsSync(join(workload, 'b-gen.mjs'));
const beside = word('beside', isThere ? `${process.execPath} ${join(workload, 'b-node-ref.mjs')} --data {dir}` : '');

const lastLine = (said: string): string => said.trim().split('\n').at(-1) ?? '';
const CLOCK = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.threadCpuUsage();console.log(JSON.stringify({processorS:(user+system)/1e6}))})`;

/** One run in a process of its own; of programs in Node also the processor time of the main thread, which other work on the machine changes less. */
function runOnce(program: string, args: readonly string[]): Run {
  const isNode = program === process.execPath;
  const said = execFileSync(program, [...(isNode ? ['--import', CLOCK] : []), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e8 }).trim().split('\n');
  const { processorS = Number.NaN } = isNode ? (JSON.parse(said.pop() ?? '{}') as { processorS?: number }) : {};
  return { ...(JSON.parse(said.at(-1) ?? '{}') as Run), processorS };
}

/** Writes the events and answers how many each rule must find. */
function generate(dir: string): Record<Rule, number> {
  if (isThere) return (JSON.parse(lastLine(execFileSync(process.execPath, [join(workload, 'b-gen.mjs'), '--n', String(n), '--seed', String(seed), '--out', dir], { encoding: 'utf8' }))) as { expected: Record<Rule, number> }).expected;
  const lines = workloadLines(n, seed);
  writeLines(dir, lines);
  return plainCounts(lines);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const counts = (run: Record<Rule, number>): string => RULES.map((rule) => run[rule]).join(' ');

const dir = mkdtempSync(join(tmpdir(), 'parapet-correlation-'));
try {
  const expected = generate(dir);
  const [program = '', ...args] = beside.replaceAll('{dir}', dir).split(' ');
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    if (program !== '') theirs.push(runOnce(program, args));
    ours.push(runOnce(process.execPath, [YOUNG, join(import.meta.dirname, 'correlation-feed.ts'), dir]));
  }
  const row = (name: string, runs: readonly Run[], share: string): string[] => [
    name, Math.round(median(runs.map(({ eventsPerS }) => eventsPerS))).toLocaleString('en'), share, median(runs.map(({ processorS }) => processorS)).toFixed(2), `${Math.max(...runs.map(({ rssMiB }) => rssMiB))} MiB`, counts(runs[0] as Run),
  ];
  const ratio = (of: (run: Run, peer: Run) => number): number[] => ours.flatMap((run, i) => (theirs[i] ? [of(run, theirs[i])] : []));
  const times = ratio((run, peer) => run.eventsPerS / peer.eventsPerS);
  const rows = [row(`this engine (${rounds} rounds in turn, median)`, ours, times.length > 0 ? `${median(times).toFixed(2)} (${Math.min(...times).toFixed(2)} to ${Math.max(...times).toFixed(2)}); by main thread ${median(ratio((run, peer) => peer.processorS / run.processorS)).toFixed(2)}` : '')];
  if (theirs.length > 0) rows.push(row(theirs[0]?.engine ?? program, theirs, '1'));
  console.log(table([`${n.toLocaleString('en')} events, seed ${seed}; load ${(loadavg()[0] ?? 0).toFixed(1)}`, 'events/s', 'ratio', 'main thread s, start included', 'memory, most', RULES.join(' ')], rows));
  // In less than some two minutes of events the writer plants what the end cuts off: then what the program beside finds holds.
  const isCut = theirs.length > 0 && theirs.every((run) => counts(run) === counts(theirs[0] as Run)) && counts(theirs[0] as Run) !== counts(expected);
  const must = isCut ? (theirs[0] as Run) : expected;
  const wrong = ours.filter((run) => counts(run) !== counts(must));
  if (isCut) console.log(`The writer of the events said ${counts(expected)}, the program beside it finds otherwise.`);
  console.log(wrong.length === 0 ? `All runs found what they must: ${counts(must)}.` : `Must be ${counts(must)}; ${wrong.length} runs found otherwise: ${counts(wrong[0] as Run)}.`);
  if (wrong.length > 0 || ours.some(({ rssMiB }) => rssMiB > 200)) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true });
}
