import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareOrganisation } from '../../src/app/prepare.ts';
import { readConfig } from '../../src/platform/kernel/config.ts';
import { createLog } from '../../src/platform/kernel/log.ts';
import { type Node, type Nodes, openNodes } from '../nodes.ts';
import { startPanel } from './panels.ts';

const ROOT = join(import.meta.dirname, '../..');
const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The release before: a commit by its name, else the last one that knew less of the schema. */
function olderCommit(): string | null {
  try {
    const named = process.env['PARAPET_OLD_REF'];
    if (named) return git('rev-parse', named);
    return git('log', '-1', '--format=%H', `${git('log', '-1', '--diff-filter=A', '--format=%H', '--', ':(glob)src/**/migrations/*.sql')}~1`);
  } catch {
    return null;
  }
}
const OLD = olderCommit();
const MOST_IDS = 5;
const AT_ALL = 40;

type Operations = { paths: Record<string, { get?: object }> };
type Reply = { status: number; body: unknown };

let nodes: Nodes;
let owner: pg.Client;
let folder: string;
let older: Node, newer: Node, intake: Node;
const keys = new Map<string, string>();

beforeAll(async () => {
  if (!OLD) return;
  folder = mkdtempSync(join(tmpdir(), 'parapet-older-'));
  mkdirSync(join(folder, 'tree'));
  execFileSync('tar', ['-x', '-C', join(folder, 'tree')], { input: execFileSync('git', ['archive', OLD], { cwd: ROOT, maxBuffer: 2 ** 30 }) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'tree', 'node_modules'));
  nodes = await openNodes('demonstration');
  await prepareOrganisation(readConfig({ PARAPET_DATA: nodes.dataDir }, 'demonstration'), () => undefined)(nodes.database, createLog('test', 'warn'), new AbortController().signal);
  owner = new pg.Client({ connectionString: nodes.database.ownerUrl });
  await owner.connect();
  for (const { key } of (await owner.query<{ key: string }>(`select key from access.role where kind = 'human' order by key`)).rows) keys.set(key, await aKey(key));
  newer = await nodes.start('web');
  await nodes.start('worker');
  [older, intake] = [await nodes.start('web', { root: join(folder, 'tree') }), await nodes.start('intake', { root: join(folder, 'tree') })];
  await nodes.start('worker', { root: join(folder, 'tree') });
}, 600_000);
afterAll(async () => {
  await owner?.end();
  await nodes?.close();
  if (folder) rmSync(folder, { recursive: true });
});

/** A person with this role alone, over all, and a key of theirs. */
async function aKey(role: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const { rows } = await owner.query<{ id: string }>(`insert into access.person (id, kind, name, state) values (uuidv7(), 'human', $1, 'active') returning id`, [`Somebody, ${role}`]);
  await owner.query('insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = $2', [rows[0]?.id, role]);
  await owner.query(`insert into access.session (token_hash, id, person_id, kind, label, expires_at) values ($1, uuidv7(), $2, 'key', 'test', 'infinity')`, [createHash('sha256').update(token).digest(), rows[0]?.id]);
  return token;
}

async function ask(node: Node, role: string, path: string, body?: object): Promise<Reply> {
  const answer = await fetch(`${node.url}${path}`, { signal: AbortSignal.timeout(20_000), headers: { authorization: `Bearer ${keys.get(role)}`, ...(body && { 'content-type': 'application/json' }) }, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  const isJson = /^application\/(?:problem\+)?json(?:;|$)/.test(answer.headers.get('content-type') ?? '');
  if (!isJson) await answer.body?.cancel();
  return { status: answer.status, body: isJson ? await answer.json() : null };
}

const readsOf = async (node: Node): Promise<string[]> => Object.entries(((await (await fetch(`${node.url}/openapi.json`)).json()) as Operations).paths).filter(([path, { get }]) => get && path.startsWith('/api/') && path !== '/api/live').map(([path]) => path);

const idsIn = (body: unknown): string[] => ((body as { items?: { id?: unknown }[] } | null)?.items ?? []).map(({ id }) => id).filter((id) => typeof id === 'string').slice(0, MOST_IDS);

/** Who the newer node lets read this, and what it says; null where nobody reads it without more words. */
async function whoReads(path: string): Promise<{ role: string; reply: Reply } | null> {
  for (const role of keys.keys()) {
    const reply = await ask(newer, role, path);
    if (reply.status === 200) return { role, reply };
    if (reply.status !== 403 && reply.status !== 404) return null;
  }
  return null;
}

describe.skipIf(!OLD)(`a node of ${(OLD ?? '').slice(0, 7)} beside one of today, on the database of today`, { retry: 0 }, () => {
  test('what the newer reads, the older reads too: each of its lists and records, of all that the demonstration holds', async () => {
    const reads = await readsOf(older);
    const lists = new Map<string, string[]>();
    const wrong: string[] = [];
    let asked = 0;
    const compare = async (path: string): Promise<Reply | null> => {
      const found = await whoReads(path);
      if (!found) return null;
      asked++;
      const { status } = await ask(older, found.role, path);
      if (status !== 200) wrong.push(`${path}: ${status} by ${found.role}`);
      return found.reply;
    };
    for (const path of reads.filter((one) => !one.includes('{'))) {
      const reply = await compare(path);
      if (reply) lists.set(path, idsIn(reply.body));
    }
    for (const path of reads.filter((one) => /^[^{]+\/\{\w+\}[^{]*$/.test(one))) {
      const [list = '', rest = ''] = path.split(/\/\{\w+\}/);
      for (const id of lists.get(list) ?? []) await compare(`${list}/${id}${rest}`);
    }
    console.log(`${asked} readings of ${reads.length} operations compared`);
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(AT_ALL);
  }, 900_000);

  test('what is written on one is read and gone on with on the other', async () => {
    const account = '77F21';
    expect((await ask(newer, 'systems-engineer', '/api/signals/sources', { protocol: 'dc09', account, name: 'Between versions' })).status).toBeLessThan(300);
    const panel = startPanel({ dc09Port: intake.port }, account);
    await expect.poll(() => panel.acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(8);
    await panel.stop();
    const open = async (node: Node): Promise<{ id: string; sourceName: string }[]> => ((await ask(node, 'gsoc-supervisor', '/api/alarms?state=open&limit=200')).body as { items: { id: string; sourceName: string }[] }).items.filter(({ sourceName }) => sourceName === 'Between versions');
    await expect.poll(async () => (await open(older)).length, { timeout: 30_000 }).toBeGreaterThan(1);
    const [first, second] = await open(newer);
    for (const [alarm, claimer, other] of [[first, older, newer], [second, newer, older]] as const) {
      expect((await ask(claimer, 'gsoc-supervisor', `/api/alarms/${alarm?.id}/claim`, {})).status).toBe(200);
      expect((await ask(other, 'gsoc-supervisor', `/api/alarms/${alarm?.id}/acknowledge`, {})).status).toBe(200);
      expect((await ask(claimer, 'gsoc-supervisor', `/api/alarms/${alarm?.id}`)).body).toMatchObject({ handling: 'acknowledged' });
    }
    const ledger = await owner.query<{ n: number }>(`select count(*)::int as n from ledger.leaf having count(*) <> coalesce(max(n) + 1, 0)`);
    expect(ledger.rows).toEqual([]);
  }, 120_000);
});
