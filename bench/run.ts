// `npm run bench -- NAME [options]`: one workload with its figures as ratios; without a name, their list.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const WORKLOADS: Record<string, string> = {
  access: 'lists, reads and writes under row security on a million rows, beside the same without it',
  dc09: 'DC-09 frames acknowledged per second at 1, 16 and 64 connections, beside a plain Node reference and any receiver named by --peer PORT',
  records: 'list of 50 of a million incidents and update with ledger, by HTTP with session and row security',
  path: 'most vulnerable path on a grid of a million nodes, cold and each further target, beside any program named by --beside',
  loss: 'loss by Monte Carlo: 20 scenarios of six PERT quantities, ten million rows, beside numpy or any program named by --beside',
  correlation: 'five correlation rules over a million events, exact for any seed and size, beside a hand-written program in Node or any named by --beside',
  'correlation-durable': 'the same workload through the whole product: durable by HTTP, rules in force, alarms raised',
  ledger: 'what the ledger costs a write, and verifying, proving and listing a million entries, beside plain hashing and the verifier in Python',
  search: 'searching a million records by who sees all, some and next to none, the rows it touches, and what a hidden word costs',
  board: 'time to the first useful board in Chromium, its bytes, and the memory of each process',
};

/** The letters by which the workloads are known elsewhere. */
const LETTERS: Record<string, string> = { b: 'correlation', c: 'loss', d: 'path' };

const asked = process.argv[2] ?? '';
const name = LETTERS[asked] ?? asked;
const file = join(import.meta.dirname, `${name}.ts`);
if (!(name in WORKLOADS) || !existsSync(file)) {
  const there = Object.entries(WORKLOADS).filter(([key]) => readdirSync(import.meta.dirname).includes(`${key}.ts`));
  console.error(`Name one of these:\n${there.map(([key, says]) => `  ${key.padEnd(19)} ${says}`).join('\n')}`);
  process.exit(1);
}
await import(pathToFileURL(file).href);
