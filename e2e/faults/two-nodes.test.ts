import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { Dialler } from '../../src/connectors/sia-dc09/dialler.ts';
import { encodeFrame } from '../../src/connectors/sia-dc09/encode.ts';
import { type Node, type Nodes, openNodes } from '../nodes.ts';
import { type Api, signIn } from '../product.ts';

const EVENTS = 12;
const ACCOUNTS = ['A0', 'A1', 'B0', 'B1', 'BOTH', 'SAME', 'RACE'];

let nodes: Nodes;
let owner: pg.Client;
let web: [Node, Node], intake: [Node, Node], worker: [Node, Node];
let ada: [Api, Api], bea: [Api, Api];
const live: { heard: string; close(): void }[] = [];

const both = <T>(start: () => Promise<T>): Promise<[T, T]> => Promise.all([start(), start()]);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  nodes = await openNodes();
  owner = new pg.Client({ connectionString: nodes.database.ownerUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  [web, intake, worker] = await Promise.all([both(() => nodes.start('web')), both(() => nodes.start('intake')), both(() => nodes.start('worker'))]);
  const first = await signIn(web[0].url);
  await grantEverything();
  ada = [first, { ...first, ...(await signIn(web[1].url, { found: false })) }];
  const { id } = await ada[0].post<{ id: string }>('/api/people', { name: 'Bea', signIn: { email: 'bea@works.example', password: 'correct horse battery' } });
  await owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = 'gsoc-supervisor'`, [id]);
  bea = [await signIn(web[0].url, { email: 'bea@works.example', found: false }), await signIn(web[1].url, { email: 'bea@works.example', found: false })];
  await ada[0].post('/api/signals/sources', ACCOUNTS.map((account) => ({ protocol: 'dc09', account, name: `Panel ${account}` })) as unknown as object);
  for (const [i, node] of web.entries()) live.push(follow(node.url, bea[i as 0 | 1].cookie));
  await sleep(300);
});
afterAll(async () => {
  for (const stream of live) stream.close();
  await owner.end();
  await nodes.close();
});

/** The first administrator has no sight of alarms; a test needs somebody who does both. */
const grantEverything = () => owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), person_id, (select id from access.role where key = 'gsoc-supervisor') from identity.credential where email = 'ada@works.example'`);

function follow(url: string, cookie: string): { heard: string; close(): void } {
  const controller = new AbortController();
  const stream = { heard: '', close: () => controller.abort() };
  void fetch(`${url}/api/live`, { headers: { cookie }, signal: controller.signal }).then(async (reply) => {
    const decoder = new TextDecoder();
    for await (const chunk of reply.body ?? []) stream.heard += decoder.decode(chunk as Uint8Array);
  }).catch(() => undefined);
  return stream;
}

const until = async (what: string, isSo: () => Promise<boolean> | boolean, withinMs = 20_000): Promise<void> => {
  for (const end = Date.now() + withinMs; !(await isSo()); await sleep(100)) if (Date.now() > end) throw new Error(`Not in ${withinMs} ms: ${what}`);
};

type Panel = { acknowledged: number[]; finished: Promise<number[]>; close(): void };

/** A panel that sends one event after the other and never forgets what was acknowledged. */
function dial(account: string, port: number, from: number, count: number, code = 'OP'): Panel {
  const acknowledged: number[] = [];
  const dialler = new Dialler({ host: '127.0.0.1', port, account, resendMs: 1500, reconnectMs: 50, firstSequence: from });
  const run = async (): Promise<number[]> => {
    for (let i = from; i < from + count; i++) if ((await dialler.sendEvent('SIA-DCS', `Nri1/${code}${String(i).padStart(4, '0')}`, { sentAt: Date.now() })).kind === 'ACK') acknowledged.push(i);
    dialler.close();
    return acknowledged;
  };
  return { acknowledged, finished: run(), close: () => dialler.close() };
}
const panel = (...of: Parameters<typeof dial>): Promise<number[]> => dial(...of).finished;

/** Sends bytes and answers what came back first. */
const sendRaw = (port: number, frame: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(frame));
    socket.once('data', (data) => (resolve(data.toString('latin1')), socket.destroy()));
    socket.once('error', reject);
    socket.setTimeout(10_000, () => (socket.destroy(), reject(new Error('no answer'))));
  });

const storedOf = async (account: string): Promise<number[]> =>
  (await owner.query<{ raw: Buffer }>('select g.raw from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = $1 order by g.received_at, g.seq', [account])).rows.map(({ raw }) => Number(/Nri1\/[A-Z]{2}(\d+)\]/.exec(raw.toString('latin1'))?.[1]));

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

test('frames of different devices to both intakes, and of one device to both at once, are stored once each, in order per line', async () => {
  const [a, b] = [intake[0].port, intake[1].port];
  const acknowledged = await Promise.all([panel('A0', a, 1, EVENTS), panel('A1', a, 1, EVENTS), panel('B0', b, 1, EVENTS), panel('B1', b, 1, EVENTS), panel('BOTH', a, 1, EVENTS), panel('BOTH', b, 501, EVENTS)]);
  expect(acknowledged.map((list) => list.length)).toEqual(Array.from({ length: 6 }, () => EVENTS));
  for (const account of ['A0', 'A1', 'B0', 'B1']) expect([account, await storedOf(account)]).toEqual([account, range(1, EVENTS)]);
  const shared = await storedOf('BOTH');
  expect(shared.toSorted((x, y) => x - y)).toEqual([...range(1, EVENTS), ...range(501, EVENTS)]);
  expect(shared.filter((i) => i < 500)).toEqual(range(1, EVENTS));
  expect(shared.filter((i) => i > 500)).toEqual(range(501, EVENTS));
});

test('the same bytes over both paths at once are acknowledged twice and stored once', async () => {
  for (const i of range(1, 10)) {
    const frame = encodeFrame({ token: 'SIA-DCS', account: 'SAME', sequence: i, data: `Nri1/OP${String(i).padStart(4, '0')}`, sentAt: Math.floor(Date.now() / 1000) * 1000 });
    const answers = await Promise.all([sendRaw(intake[0].port, frame), sendRaw(intake[1].port, frame), sendRaw(intake[0].port, frame)]);
    for (const answer of answers) expect(answer).toContain('"ACK"');
  }
  expect(await storedOf('SAME')).toEqual(range(1, 10));
  const { rows } = await owner.query<{ repeats: number }>(`select repeats from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = 'SAME'`);
  expect(rows.map(({ repeats }) => repeats)).toEqual(Array.from({ length: 10 }, () => 2));
});

type Alarm = { id: string; ownerId: string | null; handling: string };
const openAlarms = async (): Promise<Alarm[]> => (await bea[1].get<{ items: Alarm[] }>('/api/alarms?limit=200')).items;

test('alarms are raised once, whichever worker leads, and both screens hear of each', async () => {
  await Promise.all([panel('RACE', intake[0].port, 1, 6, 'BA'), panel('RACE', intake[1].port, 101, 6, 'BA')]);
  await until('twelve alarms', async () => (await openAlarms()).length === 12);
  await until('both heard', () => live.every(({ heard }) => (heard.match(/alarms\.raised/g) ?? []).length === 12));
  const { rows } = await owner.query<{ n: number }>(`select count(*)::int as n from (select condition_key from alarms.alarm group by 1 having count(*) > 1) x`);
  expect(rows[0]?.n).toBe(0);
  await until('leaves without a gap', async () => {
    const sealed = (await owner.query<{ n: number; last: number; left: number }>('select count(*)::int as n, coalesce(max(n), -1)::int as last, (select count(*) from ledger.entry)::int as left from ledger.leaf')).rows[0];
    return sealed !== undefined && sealed.n === sealed.last + 1 && sealed.n === sealed.left;
  });
});

test('of two who claim one alarm on different nodes one has it, and the other is told who', async () => {
  const alarms = await openAlarms();
  expect(alarms.length).toBe(12);
  for (const { id } of alarms) {
    const answers = await Promise.all([ada[0].raw(`/api/alarms/${id}/claim`, { method: 'POST' }), bea[1].raw(`/api/alarms/${id}/claim`, { method: 'POST' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [winner, loser] = answers[0].status === 200 ? ['Ada Admin', answers[1]] : ['Bea', answers[0]];
    expect(((await loser.json()) as { heldBy: { name: string } }).heldBy.name).toBe(winner);
  }
  expect((await openAlarms()).every(({ ownerId }) => ownerId !== null)).toBe(true);
});

test('one node of each may be killed: the others go on, take over, and lose nothing that was acknowledged', async () => {
  const before = live[1]?.heard.length ?? 0;
  const [doomed, steady] = [dial('A0', intake[0].port, 201, 2000), dial('B0', intake[1].port, 201, 60)];
  doomed.finished.catch(() => undefined);
  await until('some are acknowledged', () => doomed.acknowledged.length > 5);
  for (const node of [web[0], intake[0], worker[0]]) node.kill();
  await Promise.all([web[0], intake[0], worker[0]].map(({ ended }) => ended));

  doomed.close();
  expect((await steady.finished).length).toBe(60);
  expect((await fetch(`${web[1].url}/readyz`)).status).toBe(200);
  expect((await panel('A0', intake[1].port, 9001, 5, 'BA')).length).toBe(5);
  expect(await storedOf('B0')).toEqual([...range(1, EVENTS), ...range(201, 60)]);
  const ofA = await storedOf('A0');
  expect(doomed.acknowledged.filter((i) => !ofA.includes(i))).toEqual([]);
  expect(doomed.acknowledged.length).toBeLessThan(2000);
  expect(new Set(ofA).size).toBe(ofA.length);
  expect(ofA.slice(-5)).toEqual(range(9001, 5));

  await until('the other worker leads', async () => (await openAlarms()).length === 17, 30_000);
  await until('live goes on', () => (live[1]?.heard.slice(before).match(/alarms\.raised/g) ?? []).length >= 5);
  const one = (await openAlarms()).find(({ ownerId }) => ownerId === null);
  expect((await bea[1].raw(`/api/alarms/${one?.id}/claim`, { method: 'POST' })).status).toBe(200);
  for (const node of [web[1], intake[1], worker[1]]) expect([node.role, node.isRunning()]).toEqual([node.role, true]);
});

test('a suspension on one node ends the session on every other at once', async () => {
  const again = await nodes.start('web');
  const elsewhere = { ...bea[1], raw: (path: string) => fetch(`${again.url}${path}`, { headers: { cookie: bea[1].cookie } }) };
  expect((await elsewhere.raw('/api/alarms')).status).toBe(200);
  const { items } = await ada[1].get<{ items: { id: string; name: string }[] }>('/api/people?q=Bea');
  await ada[1].post(`/api/people/${items[0]?.id}/suspend`, { reason: 'For a test' });
  expect([(await elsewhere.raw('/api/alarms')).status, (await bea[1].raw('/api/alarms')).status]).toEqual([401, 401]);
});
