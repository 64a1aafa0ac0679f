// What the ledger costs a write, and what verifying, proving and listing a million entries takes, each beside the plain thing in the same run.
// `npm run bench -- ledger [--entries 1000000] [--seconds 4] [--rounds 5] [--connections 16]`
import { spawnSync } from 'node:child_process';
import { chmodSync, createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { migrateDatabase, startDatabase } from '../src/app/database.ts';
import { changeFacts } from '../src/modules/incidents/incidents.service.ts';
import { readConfig } from '../src/platform/kernel/config.ts';
import { actAs } from '../src/platform/kernel/context.ts';
import type { Statement } from '../src/platform/kernel/db/flush.ts';
import { type Database, type HeldClient, openDatabase } from '../src/platform/kernel/db/pool.ts';
import { keyFiles, openKeys, readPublicKeys } from '../src/platform/kernel/ledger/keys.ts';
import { LEAF_TEXT } from '../src/platform/kernel/ledger/leaf.ts';
import { startSequencer } from '../src/platform/kernel/ledger/sequencer.ts';
import { type Ctx, store } from '../src/platform/kernel/store.ts';
import { listEntries } from '../src/platform/ledger/browse.ts';
import { exportLedger } from '../src/platform/ledger/export.ts';
import { getHead, ledgerFiles, proveGrowth, proveLeaf } from '../src/platform/ledger/prove.ts';
import { forgetTiles } from '../src/platform/ledger/tiles.ts';
import { verifyLedger } from '../src/platform/verify/verify-ledger.ts';
import { argument, closedLoop, type Figures, table } from './measure.ts';

const ENTRIES = argument('entries', 1_000_000);
const SECONDS = argument('seconds', 4);
const ROUNDS = argument('rounds', 5);
const CONNECTIONS = argument('connections', 16);
const INCIDENTS = 20_000;
const PROOFS = 1000;

const dataDir = mkdtempSync(join(tmpdir(), 'parapet bench '));
chmodSync(dataDir, 0o755);
process.env['PARAPET_DATA'] = dataDir;
process.env['PARAPET_MODE'] = 'main';
const database = await startDatabase(readConfig(process.env, 'main'), () => undefined);
await migrateDatabase(database);
const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 3 });
const db = openDatabase({ url: database.urls.web, max: CONNECTIONS });
const worker = openDatabase({ url: database.urls.web, role: 'parapet_worker', max: 3 });
const { keyFolder, headFile } = ledgerFiles(readConfig(process.env, 'main').dataDir);
const keys = openKeys(keyFolder);

const ENTRY = /,\s*entries as \(insert into ledger\.entry[^]*?from told\)/;
/** The same statement without its ledger entry; the message is still written. */
const bare = (statement: Statement): Statement => (ENTRY.test(statement.text) ? { ...statement, text: statement.text.replace(ENTRY, '') } : statement);
const withoutLedger = (of: Database): Database => ({ ...of, hold: (work) => of.hold((client: HeldClient) => work({ send: (statements, role) => client.send(statements.map(bare), role) })) });

type Arm = Figures & { processorMs: number };
const TICKS_PER_S = 100;

const median = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
const took = async <T>(work: () => Promise<T> | T): Promise<{ s: number; value: T }> => {
  const start = performance.now();
  const value = await work();
  return { s: (performance.now() - start) / 1000, value };
};

async function aChief(): Promise<string> {
  const id = uuidv7();
  await owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', 'Chief', 'active')`, [id]);
  await owner.query(`insert into access.grant (id, person_id, role_id) select $1, $2, id from access.role where key = 'cso'`, [uuidv7(), id]);
  return id;
}

/** Processor seconds of this process and of every process of the database so far: what other work on the machine does not change. */
function processorS(): number {
  const { user, system } = process.cpuUsage();
  const postmaster = String(database.cluster?.pid ?? '');
  const ofServer = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
      return fields[1] === postmaster ? sum + Number(fields[11]) + Number(fields[12]) : sum;
    } catch {
      return sum;
    }
  }, 0);
  return (user + system) / 1e6 + ofServer / TICKS_PER_S;
}

/** Updates of incidents as the screen makes them, with and without the ledger in turn; the sequencer runs beside those with it. */
async function costOfAWrite(chief: string): Promise<void> {
  await owner.query(`insert into incidents.incident (id, number, title, severity, occurred_from, known_at, declared_by, declared_at, narrative) select uuidv7(), 'INC-2026-' || lpad(g::text, 7, '0'), 'Forced door #' || g, 1 + g % 5, now(), now(), $1, now(), 'The guard saw a broken lock.' from generate_series(1, $2::int) g`, [chief, INCIDENTS]);
  await owner.query(`insert into platform.record (id, kind, number, title, state, read_permission, at) select id, 'incidents.incident', number, title, state, 'incidents:read', occurred_from from incidents.incident`);
  const { rows } = await owner.query<{ id: string }>('select id from incidents.incident order by random()');
  await owner.query('vacuum analyze');
  let n = 0;
  const arm = async (ctx: Ctx): Promise<Arm> => {
    const [before, first] = [processorS(), n];
    const figures = await closedLoop(CONNECTIONS, SECONDS, () => changeFacts(ctx, { id: rows[n++ % rows.length]?.id ?? '', place: `Dock ${n % 97} east` }));
    return { ...figures, processorMs: ((processorS() - before) * 1000) / (n - first) };
  };
  const full = await actAs(db, chief);
  const plain = { ...(await actAs(db, chief)), db: withoutLedger(db) };
  const all: { on: Arm[]; off: Arm[] } = { on: [], off: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const off = await arm(plain);
    const sequencer = startSequencer({ pool: worker.pool, keys, headFile });
    const on = await arm(full);
    await sequencer.tick();
    await sequencer.stop();
    all.on.push(on);
    all.off.push(off);
  }
  const of = (arms: readonly Arm[], what: (arm: Arm) => number): number => median(arms.map(what));
  const row = (name: string, arms: readonly Arm[]): string[] => [name, Math.round(of(arms, ({ perS }) => perS)).toLocaleString('en'), of(arms, ({ p50Ms }) => p50Ms).toFixed(2), of(arms, ({ p99Ms }) => p99Ms).toFixed(2), of(arms, ({ processorMs }) => processorMs).toFixed(3)];
  console.log(`\nAn update of an incident at ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turn; medians\n\n${table(['write', 'per s', 'p50 ms', 'p99 ms', 'processor ms'], [row('without the ledger', all.off), row('with entry, sealed each second', all.on)])}\n`);
  const cost = (what: (arm: Arm) => number, isLess: boolean): string => ((isLess ? 1 - of(all.on, what) / of(all.off, what) : of(all.on, what) / of(all.off, what) - 1) * 100).toFixed(1);
  console.log(`The ledger costs ${cost(({ perS }) => perS, true)} % of the writes a second and ${cost(({ processorMs }) => processorMs, false)} % more processor time a write, sealing included.`);
}

const FILL = `insert into ledger.entry (actor, verb, record_id, body) select '00000000-0000-7000-8000-0000000000aa', 'bench.changed', gen_random_uuid(),
  '{"after":{"place":"Dock ' || n % 97 || ' east","state":"open","title":"Forced door #' || n || '"},"before":{"place":"Dock ' || n % 89 || ' east"}}' from generate_series($1::int, $2::int) n`;

async function fillTo(entries: number): Promise<{ entriesS: number; sealS: number; sealed: number }> {
  const have = Number((await owner.query<{ n: string }>('select count(*) as n from ledger.entry')).rows[0]?.n);
  const filled = await took(async () => { for (let at = have; at < entries; at += 20_000) await owner.query(FILL, [at, Math.min(entries, at + 20_000) - 1]); });
  const sequencer = startSequencer({ pool: worker.pool, keys, headFile, everyMs: 0 });
  const sealed = await took(async () => (await sequencer.tick()).sealed);
  await sequencer.stop();
  await owner.query('vacuum analyze ledger.entry, ledger.leaf');
  return { entriesS: filled.s, sealS: sealed.s, sealed: sealed.value };
}

/** As many hashes as a tree of so many leaves is made of, of the same lengths, and nothing else. */
async function plainHashing(size: number): Promise<number> {
  const { rows: [one] } = await owner.query<{ bytes: number }>(`select avg(octet_length(${LEAF_TEXT}))::int as bytes from (select * from ledger.entry limit 10000) e`);
  const leaf = Buffer.alloc((one?.bytes ?? 300) + 1, 7);
  const node = Buffer.alloc(65, 7);
  const { s } = await took(() => {
    for (let i = 0; i < size; i++) hash('sha256', leaf, 'buffer');
    for (let i = 1; i < size; i++) hash('sha256', node, 'buffer');
  });
  return s;
}

async function verifying(size: number): Promise<void> {
  const plain = await plainHashing(size);
  const ours = await took(() => verifyLedger({ pool: owner, publicKeys: readPublicKeys(keyFiles(keyFolder).publicFile), headFile, full: true }));
  if (!ours.value.ok) throw new Error(ours.value.detail);
  const rows = [['plain SHA-256 of as many leaves and nodes, Node', plain.toFixed(2), '1.0'], ['parapet verify --full', ours.s.toFixed(2), (ours.s / plain).toFixed(1)], ...(await byPython(size, plain))];
  console.log(`\nVerifying ${size.toLocaleString('en')} entries\n\n${table(['what', 's', 'times plain'], rows)}`);
}

const PLAIN_PYTHON = `import hashlib,sys,time
leaf,node,n=b"x"*int(sys.argv[1]),b"x"*65,int(sys.argv[2])
sha=hashlib.sha256
t=time.perf_counter()
for i in range(n): sha(leaf).digest()
for i in range(n): sha(node).digest()
print(time.perf_counter()-t)`;

async function byPython(size: number, plain: number): Promise<string[][]> {
  if (spawnSync('python3', ['--version']).status !== 0) return [['docs/verify/verify.py', 'python3 is not installed', '']];
  const file = join(dataDir, 'export.jsonl');
  const out = createWriteStream(file);
  const { rows: [head] } = await owner.query<{ size: string; root: Buffer; at: Date; note: string }>('select size, root, at, note from ledger.head order by size desc limit 1');
  const signed = { size, root: head?.root.toString('base64') ?? '', at: head?.at.toISOString() ?? null, note: head?.note ?? null, publicKeys: [keys.publicLine] };
  for await (const some of exportLedger(signed, async (from, to) => {
    const tiles = await owner.query<{ idx: string; hashes: Buffer }>('select idx, hashes from ledger.tile where level = 0 and idx between $1 and $2', [Math.floor(from / 256), Math.floor((to - 1) / 256)]);
    const seen = await owner.query<{ n: string; entry: string }>(`select l.n, ${LEAF_TEXT} as entry from ledger.leaf l join ledger.entry e on e.xid = l.xid and e.id = l.entry_id where l.n >= $1 and l.n < $2`, [from, to]);
    return { gone: [], tiles: tiles.rows.map(({ idx, hashes }) => ({ idx: Number(idx), hashes })), seen: seen.rows.map(({ n, entry }) => ({ n: Number(n), entry })) };
  })) if (!out.write(some)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
  const { rows: [one] } = await owner.query<{ bytes: number }>(`select avg(octet_length(${LEAF_TEXT}))::int as bytes from (select * from ledger.entry limit 10000) e`);
  const bare = Number(spawnSync('python3', ['-c', PLAIN_PYTHON, String(one?.bytes ?? 300), String(size)], { encoding: 'utf8' }).stdout);
  const theirs = await took(() => spawnSync('python3', ['-B', join(import.meta.dirname, '../docs/verify/verify.py'), file, '--key', keys.publicLine, '--heads', headFile], { encoding: 'utf8' }));
  if (theirs.value.status !== 0) throw new Error(theirs.value.stdout + theirs.value.stderr);
  return [['plain SHA-256 of the same, Python', bare.toFixed(2), (bare / plain).toFixed(1)], ['docs/verify/verify.py on an export', theirs.s.toFixed(2), `${(theirs.s / plain).toFixed(1)} (${(theirs.s / bare).toFixed(1)} of Python's)`]];
}

async function proving(ctx: Ctx, size: number): Promise<void> {
  const sizes = (await owner.query<{ size: string }>('select size from ledger.head order by size')).rows.map((row) => Number(row.size));
  const leaf = () => Math.floor(Math.random() * size);
  const times = async (count: number, work: () => Promise<unknown>): Promise<string[]> => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) all.push((await took(work)).s * 1000);
    all.sort((a, b) => a - b);
    return [0.5, 0.99].map((share) => (all[Math.min(count - 1, Math.floor(count * share))] ?? Number.NaN).toFixed(2));
  };
  const rows = [
    ['inclusion, tiles from the database each time', ...(await times(PROOFS / 4, () => (forgetTiles(ctx.db), proveLeaf(ctx, { n: leaf() }))))],
    ['inclusion, tiles kept', ...(await times(PROOFS * 4, () => proveLeaf(ctx, { n: leaf() })))],
    ['consistency', ...(await times(PROOFS, () => proveGrowth(ctx, { size1: sizes[Math.floor(Math.random() * sizes.length)] ?? 1 })))],
    ['newest head alone', ...(await times(PROOFS, () => getHead(ctx)))],
    ['one empty question to the database', ...(await times(PROOFS, () => store<object>('ledger').read(ctx, 'ledger:read').selectFrom('ledger.cursor').select('one').execute()))],
  ];
  console.log(`\nProofs at ${size.toLocaleString('en')} leaves, one after the other\n\n${table(['what', 'p50 ms', 'p99 ms'], rows)}`);
  const pages = [
    ['newest 50', ...(await times(50, () => listEntries(ctx, { limit: 50, show: 'all' })))],
    ['by an absent person', ...(await times(50, () => listEntries(ctx, { limit: 50, show: 'all', actor: uuidv7() })))],
    ['by an absent verb, the first 100,000 leaves', ...(await times(8, () => listEntries(ctx, { limit: 50, show: 'all', verb: 'nobody.did' })))],
  ];
  console.log(`\nA page of the ledger\n\n${table(['what', 'p50 ms', 'p99 ms'], pages)}`);
}

try {
  const before = loadavg()[0] ?? 0;
  const chief = await aChief();
  await costOfAWrite(chief);
  const { sealS, sealed } = await fillTo(ENTRIES);
  const size = Number((await owner.query<{ size: string }>('select size from ledger.cursor')).rows[0]?.size);
  console.log(`\nA backlog of ${sealed.toLocaleString('en')} entries was sealed in ${sealS.toFixed(1)} s, ${Math.round(sealed / sealS).toLocaleString('en')} a second.`);
  await verifying(size);
  await proving(await actAs(db, chief), size);
  console.log(`\nLoad average: ${before.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end.`);
} finally {
  await Promise.all([db.close(), worker.close(), owner.end()]);
  await database.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
