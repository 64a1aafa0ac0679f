import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type Product, signIn, startProduct } from '../product.ts';

const IS_SOAK = Boolean(process.env['PARAPET_SOAK']);
const ROUNDS = IS_SOAK ? 6 : 1;
const MOST_RSS = 512 * 2 ** 20;
const SLOWER_AT_MOST = 1.2;
const OLA = 'ola@works.example';
const PASSWORD = 'correct horse battery';

let product: Product;
let ola: Api;
let incident: string;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  product = await startProduct();
  const admin = await signIn(product.url, { password: PASSWORD });
  const { id } = await admin.post<{ id: string }>('/api/people', { name: 'Ola Berg', signIn: { email: OLA, password: PASSWORD } });
  await admin.post('/api/identity/grants', { personId: id, roleKey: 'gsoc-operator', reason: 'Works the queue' });
  ola = await signIn(product.url, { email: OLA, password: PASSWORD, found: false });
  incident = (await ola.post<{ id: string }>('/api/incidents', { title: 'Pictures that mean harm', severity: 2 })).id;
}, 180_000);
afterAll(() => product?.stop());

const plain = (side: number, channels: 3 | 4 = 3) => sharp({ create: { width: side, height: side, channels, background: '#246' }, limitInputPixels: false });

/** Each asks for more than it may have: pixels, memory, time; or is no image behind the head of one. */
const corpus = (): Promise<Buffer[]> =>
  Promise.all([
    plain(20_000).png({ compressionLevel: 9 }).toBuffer(), plain(9_900, 4).png({ progressive: true, compressionLevel: 9 }).toBuffer(), plain(9_900).jpeg({ progressive: true }).toBuffer(), plain(9_900).webp({ lossless: true }).toBuffer(),
    plain(9_000).tiff({ compression: 'deflate' }).toBuffer(), plain(6_000).jpeg().toBuffer().then((bytes) => bytes.subarray(0, bytes.length / 2)), Promise.resolve(Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d494844527fffffff7fffffff08020000', 'hex'), Buffer.alloc(500)])),
  ]);

async function attach(bytes: Buffer): Promise<void> {
  const id = uuidv7();
  await ola.post('/api/files/uploads', { id, recordId: incident, name: `${id}.png`, size: bytes.length });
  const sent = await ola.raw(`/api/files/uploads/${id}/bytes?offset=0`, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(bytes) });
  expect(sent.status).toBe(200);
  await ola.post(`/api/files/uploads/${id}/complete`, { sha256: createHash('sha256').update(bytes).digest('hex') });
}

/** The 95th percentile of reading the incident, in milliseconds, while `goesOn`. */
async function p95While(goesOn: () => boolean): Promise<number> {
  const times: number[] = [];
  while (goesOn()) {
    const start = performance.now();
    await ola.get(`/api/incidents/${incident}`);
    times.push(performance.now() - start);
    await sleep(10);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
}

/** The most memory that any drawing process of this worker has held. */
function watchDrawing(worker: number): { most(): number; seen(): number; stop(): void } {
  let most = 0;
  const pids = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of read(`/proc/${worker}/task/${worker}/children`).split(' ').filter((one) => one !== '')) {
      if (!read(`/proc/${pid}/cmdline`).includes('pictures/drawing.ts')) continue;
      pids.add(pid);
      most = Math.max(most, Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024);
    }
  }, 25);
  return { most: () => most, seen: () => pids.size, stop: () => clearInterval(timer) };
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

test('images that mean harm end as files without a preview, or with one; the worker lives on, and others wait no longer meanwhile', async () => {
  const images = await corpus();
  const workers = product.pidsOf('worker');
  expect(workers).toHaveLength(1);
  const until = Date.now() + (IS_SOAK ? 20_000 : 4_000);
  const before = await p95While(() => Date.now() < until);
  const drawing = watchDrawing(workers[0] ?? 0);
  for (let round = 0; round < ROUNDS; round++) for (const image of images) await attach(Buffer.concat([image, Buffer.from([round])]));
  let left = images.length * ROUNDS;
  const polling = (async () => {
    for (const end = Date.now() + 300_000; left > 0 && Date.now() < end; await sleep(500)) left = (await ola.get<{ items: { preview: string }[] }>(`/api/files?recordId=${incident}`)).items.filter(({ preview }) => preview === 'coming').length;
  })();
  const meanwhile = await p95While(() => left > 0);
  await polling;
  drawing.stop();
  console.log(`reading an incident, 95th percentile: ${before.toFixed(1)} ms alone, ${meanwhile.toFixed(1)} ms while ${images.length * ROUNDS} such images are drawn; a drawing process held at most ${Math.round(drawing.most() / 2 ** 20)} MiB`);
  expect(left).toBe(0);
  expect(drawing.seen()).toBeGreaterThan(2);
  expect(drawing.most()).toBeLessThan(MOST_RSS);
  expect(product.pidsOf('worker')).toEqual(workers);
  // A machine that does something else beside is no measure; soak runs have it to themselves.
  if (IS_SOAK) expect(meanwhile / before).toBeLessThan(SLOWER_AT_MOST);
}, 600_000);
