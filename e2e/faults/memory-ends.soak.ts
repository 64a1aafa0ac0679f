import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PART_BYTES } from '../../src/platform/imports/contract.ts';
import { type Api, type Product, signIn, startProduct } from '../product.ts';
import { canLimitMemory, takeMemoryFrom } from './memory.ts';

const ROWS = Number(process.env['PARAPET_OOM_ROWS'] ?? 8_000);
const BACK_WITHIN_MS = 15_000;
const FILE = Buffer.from(['external_id,record,title,detail', ...Array.from({ length: ROWS }, (_, i) => `T-${i},NL,Task ${i},${`What is to be done about door ${i}. `.repeat(110)}`)].join('\n'));

type Import = { id: string; state: string; stored: number; jobId: string | null; tried: Counts | null; done: Counts | null; mapping: Record<string, string>; fault: string | null };
type Counts = { created: number; changed: number; unchanged: number; refused: number };

let product: Product;
let cleo: Api;
let file: Import;
const told: string[] = [];

beforeAll(async () => {
  if (!canLimitMemory) return;
  product = await startProduct();
  const ada = await signIn(product.url);
  const { id } = await ada.post<{ id: string }>('/api/people', { name: 'Cleo Chief', signIn: { email: 'cleo@works.example', password: 'correct horse battery' } });
  await ada.post('/api/identity/grants', { personId: id, roleKey: 'cso', reason: 'Owns the programme' });
  cleo = await signIn(product.url, { email: 'cleo@works.example', found: false });
  await cleo.post('/api/sites', { parentId: null, code: 'NL', name: 'Netherlands', kind: 'country', timeZone: 'Europe/Amsterdam' });
}, 180_000);
afterAll(async () => {
  console.log(told.join('\n'));
  await product?.stop();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const reading = (): Promise<Import | null> => cleo.get<Import>(`/api/imports/${file.id}`).catch(() => null);

async function until(what: string, isSo: (now: Import) => boolean, withinMs = 300_000): Promise<Import> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(100)) {
    const now = await reading();
    if (now && isSo(now)) return now;
  }
  throw new Error(`Not in ${withinMs / 1000} s: ${what}\n${product.output().slice(-3000)}`);
}

/** Until the kernel kills the process for want of memory, and another serves in its place. */
async function starve(name: 'web' | 'worker'): Promise<void> {
  const [pid] = product.pidsOf(name);
  if (pid === undefined) throw new Error(`There is no ${name}.`);
  expect(await takeMemoryFrom(pid)).toBeGreaterThan(0);
  const from = Date.now();
  const isBack = async (): Promise<boolean> => product.pidsOf(name).some((other) => other !== pid) && (name !== 'web' || (await fetch(`${product.url}/readyz`).then(({ ok }) => ok, () => false)));
  while (!(await isBack())) {
    if (Date.now() - from > BACK_WITHIN_MS) throw new Error(`${name} is not back:\n${product.output().slice(-3000)}`);
    await sleep(50);
  }
  told.push(`${name} killed for want of memory, back after ${((Date.now() - from) / 1000).toFixed(1)} s`);
  expect(product.output()).toMatch(new RegExp(`"child":"${name}","how":"SIGKILL"`));
}

const sendPart = async (offset: number): Promise<boolean> => {
  const answer = await cleo.raw(`/api/imports/${file.id}/bytes?offset=${offset}`, { method: 'PUT', body: FILE.subarray(offset, offset + PART_BYTES), headers: { 'content-type': 'application/octet-stream' } }).catch(() => null);
  return answer?.ok === true;
};

describe.skipIf(!canLimitMemory)(`memory ends while ${ROWS} tasks of ${Math.round(FILE.length / 2 ** 20)} MiB come in`, { retry: 0 }, () => {
  test('web is killed while it takes the file: what it said is stored is, and the rest follows', async () => {
    file = await cleo.post<Import>('/api/imports', { kind: 'tasks.task', name: 'tasks.csv', size: FILE.length });
    let isStarved = false;
    for (let stored = 0; stored < FILE.length; ) {
      const starving = !isStarved && stored > FILE.length / 3 ? starve('web') : null;
      if (starving) isStarved = true;
      if (starving) await Promise.all([starving, (async () => { for (let i = 0; i < 400 && (await sendPart(stored)); i++) await sleep(20); })()]);
      else await sendPart(stored);
      const next = (await until('the file is there', () => true)).stored;
      expect(next, 'never behind what was answered').toBeGreaterThanOrEqual(stored);
      stored = next;
    }
    expect(isStarved).toBe(true);
    expect((await until('it is read', ({ state }) => state !== 'coming')).state).toBe('ready');
  }, 300_000);

  test('the worker is killed in the dry run and in the run: all rows are there once, each with its entry', async () => {
    await cleo.post(`/api/imports/${file.id}/try`, { mapping: file.mapping && (await reading())?.mapping, source: 'Old tracker' });
    await sleep(1_500);
    await starve('worker');
    expect((await until('the dry run', ({ state }) => state === 'tried')).tried).toEqual({ created: ROWS, changed: 0, unchanged: 0, refused: 0 });
    // Its job ends a moment after the last row.
    await expect.poll(async () => (await cleo.raw(`/api/imports/${file.id}/run`, { method: 'POST' })).status, { timeout: 30_000 }).toBe(202);
    await until('some came in', ({ done }) => (done?.created ?? 0) > ROWS / 20);
    await starve('worker');
    expect((await until('all came in', ({ state }) => state === 'done')).done).toEqual({ created: ROWS, changed: 0, unchanged: 0, refused: 0 });
    const owner = await product.owner();
    const { rows } = await owner.query(`select count(*)::int as n, count(distinct title)::int as titles, (select count(distinct body::json -> 'after' ->> 'id')::int from ledger.entry where verb ~ '^tasks\\.') as entered from tasks.task`);
    await owner.end();
    expect(rows).toEqual([{ n: ROWS, titles: ROWS, entered: ROWS }]);
  }, 900_000);
});
