import { createHash, createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import identity from '#modules/identity/module.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import signals from '../module.ts';
import { HttpIntake } from './http-intake.ts';
import { receiveSignals } from './receiving.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let receiving: { stop(): Promise<void> };
let engineer: Somebody;
let second: Somebody;
const lines: string[] = [];

beforeAll(async () => {
  fresh = await freshDatabase();
  const write = (fields: object, words: string): void => void lines.push(JSON.stringify({ fields, words }));
  app = await buildServer({ db: fresh.db, modules: [identity, signals], log: { info: write, warn: write, error: write } });
  receiving = receiveSignals(fresh.db, fresh.url);
  engineer = await aPerson(fresh, 'Sven Systems', { role: 'systems-engineer' });
});
afterAll(async () => {
  await app.close();
  await receiving.stop();
  await fresh.drop();
});

type Made = { id: string; secret: string; account: string; address: string };
type Headers = Record<string, string>;
const post = (url: string, payload: unknown, headers: Headers) => app.inject({ method: 'POST', url: `/api/signals${url}`, payload: payload as object, headers });
const aSource = async (more: object = {}): Promise<Made> => (await post('/sources', { protocol: 'http', name: 'Cloud cameras', ...more }, engineer.headers)).json();
const keyOf = ({ secret }: Made): Headers => ({ authorization: `Bearer ${secret}` });
const listed = async (query: string) => (await app.inject({ url: `/api/signals?${query}`, headers: engineer.headers })).json().items as Record<string, unknown>[];
/** What was counted stands in the database then, as when this process ends. */
const written = async (): Promise<void> => {
  await receiving.stop();
  receiving = receiveSignals(fresh.db, fresh.url);
};
const putInForce = (source: Made, mappingId: string | null, { headers }: Somebody = second) => post(`/sources/${source.id}/activate-mapping`, { mappingId, reason: 'Looked at' }, headers);
const plain = { each: '', places: { externalId: '', occurredAt: '', device: '', zone: '', severity: '', message: '' }, rows: [] };
const aSignal = (more: object = {}) => ({ occurredAt: new Date().toISOString(), type: 'access.forced', ...more });

test('a mapping is put in force by its author only where nobody else could, and says so; then by another', async () => {
  const source = await aSource();
  const { id } = (await post(`/sources/${source.id}/mappings`, { mapping: plain, note: 'First' }, engineer.headers)).json() as Made;
  expect((await putInForce(source, id, engineer)).json().versions).toMatchObject([{ isActive: true, isAlone: true, activatedBy: 'Sven Systems' }]);
  second = await aPerson(fresh, 'Tessa Systems', { role: 'systems-engineer' });
  const next = (await post(`/sources/${source.id}/mappings`, { mapping: plain, note: 'Second' }, engineer.headers)).json() as Made;
  const own = await putInForce(source, next.id, engineer);
  expect([own.statusCode, own.json().type]).toEqual([422, expect.stringContaining('own_mapping')]);
  expect((await putInForce(source, next.id)).json().versions).toMatchObject([{ isActive: true, isAlone: false, activatedBy: 'Tessa Systems' }, { isActive: false }]);
});

describe('a source over HTTP', () => {
  test('tells its key once, keeps only its hash, and sends with it', async () => {
    const source = await aSource({ name: 'Door controllers' });
    expect(source.address).toContain(`/api/signals/webhooks/${source.id}`);
    const answer = await post('/', aSignal({ externalId: 'e-1', device: 'Dock 2', zone: 'North', message: 'Forced' }), keyOf(source));
    expect([answer.statusCode, answer.json()]).toEqual([202, { accepted: 1, duplicates: 0, ids: [expect.any(String)] }]);
    expect(await listed(`source=${source.id}`)).toMatchObject([{ id: answer.json().ids[0], externalId: 'e-1', type: 'access.forced', account: source.account }]);
    const { rows } = await fresh.owner.query<{ whole: string }>('select string_agg(e.body, chr(10)) as whole from ledger.entry e');
    expect(rows[0]?.whole).not.toContain(source.secret);
    expect((await fresh.owner.query('select from access.session where token_hash = $1', [createHash('sha256').update(source.secret).digest()])).rowCount).toBe(1);
  });

  test('takes a key of one’s own choosing, and refuses one that is somebody’s already', async () => {
    const key = 'a-key-that-the-sender-came-with';
    const source = await aSource({ key });
    expect((await post('/', aSignal(), keyOf(source))).statusCode).toBe(202);
    expect((await post('/sources', { protocol: 'http', name: 'Second', key }, engineer.headers)).statusCode).toBe(422);
  });

  test('with a new key takes the former no more, and retired takes none', async () => {
    const source = await aSource();
    const renewed = (await post(`/sources/${source.id}/key`, { reason: 'It was in a mail' }, engineer.headers)).json() as Made;
    expect((await post('/', aSignal(), keyOf(source))).statusCode).toBe(401);
    expect((await post('/', aSignal(), keyOf(renewed))).statusCode).toBe(202);
    await post(`/sources/${source.id}/retire`, { reason: 'Replaced' }, engineer.headers);
    expect((await post('/', aSignal(), keyOf(renewed))).statusCode).toBe(401);
  });

  test('is made by itself for a key of the role Source, at the first signal', async () => {
    const admin = await aPerson(fresh, 'Ada Admin', { role: 'system-administrator' });
    const key = (await app.inject({ method: 'POST', url: '/api/identity/keys', headers: admin.headers, payload: { name: 'Lift controller', roleKey: 'service-source' } })).json() as Made;
    const answers = await Promise.all([1, 2].map((n) => post('/', aSignal({ externalId: `n-${n}` }), keyOf(key))));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202]);
    const sources = (await app.inject({ url: '/api/signals/sources?q=Lift', headers: engineer.headers })).json().items;
    expect(sources).toMatchObject([{ name: 'Lift controller', protocol: 'http', hasKey: true }]);
  });

  test('is for who keeps sources; a reader sends nothing', async () => {
    const operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator' });
    expect((await post('/sources', { protocol: 'http', name: 'Mine' }, operator.headers)).statusCode).toBe(403);
    expect((await post('/', aSignal(), operator.headers)).statusCode).toBe(403);
  });
});

describe('signals over HTTP', () => {
  test('are stored once by the name that the sender gives them, whatever their times, and in their order', async () => {
    const source = await aSource();
    const day = 86_400_000;
    const first = await post('/', Array.from({ length: 1200 }, (_, i) => aSignal({ externalId: `s-${i}`, message: `"${i}" \\ ü` })), keyOf(source));
    expect(first.json()).toMatchObject({ accepted: 1200, duplicates: 0 });
    await written();
  const again = await post('/', [aSignal({ externalId: 's-7', occurredAt: new Date(Date.now() - 3 * day).toISOString() }), aSignal({ externalId: 'new' }), aSignal({ externalId: 'new' })], keyOf(source));
    expect(again.json()).toMatchObject({ accepted: 1, duplicates: 2 });
    expect(again.json().ids).toEqual([first.json().ids[7], again.json().ids[1], again.json().ids[1]]);
    const { rows } = await fresh.owner.query<{ name: string }>(`select g.external_id as name from signals.signal g join signals.source s on s.ref = g.source_ref where s.id = $1 and g.external_id like 's-%' order by g.stream, g.seq`, [source.id]);
    expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 1200 }, (_, i) => `s-${i}`));
    expect(await listed(`externalId=s-7&source=${source.id}`)).toMatchObject([{ repeats: 1, externalId: 's-7' }]);
  });

  test('without a name are the same by their time and content', async () => {
    const source = await aSource();
    const signal = aSignal();
    await post('/', signal, keyOf(source));
    expect((await post('/', [signal, { ...signal, device: 'Other' }], keyOf(source))).json()).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  test('say in words what is wrong with them, and none of a request is stored then', async () => {
    const source = await aSource();
    const ahead = await post('/', [aSignal(), aSignal({ occurredAt: '2099-01-01T00:00:00Z' }), aSignal({ data: { long: 'x'.repeat(20_000) } })], keyOf(source));
    expect([ahead.statusCode, ahead.json().errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([422, ['/1/occurredAt', '/2/data']]);
    const many = await post('/', Array.from({ length: 10_001 }, () => ({ occurredAt: '2026-11-21T20:00:00Z', type: 'x' })), keyOf(source));
    expect([many.statusCode, many.json().detail]).toEqual([422, expect.stringContaining('at most 10000')]);
    expect((await post('/', { ...aSignal(), surprise: 1 }, keyOf(source))).statusCode).toBe(400);
    expect((await post('/', aSignal({ occurredAt: 'now' }), keyOf(source))).statusCode).toBe(400);
    expect(await listed(`source=${source.id}`)).toEqual([]);
  });

  test('of a type that nobody knows are kept and raised as not understood', async () => {
    const source = await aSource();
    await post('/', [aSignal({ type: 'vendor thing' }), aSignal({ type: 'access.forced#restore' })], keyOf(source));
    const [restore, odd] = await listed(`source=${source.id}`);
    expect([odd?.['type'], restore?.['type']]).toEqual(['equipment.not-understood', 'access.forced']);
  });

  test('are not taken, with a time to try again, where they cannot be stored', async () => {
    const source = await aSource();
    const deafDb = openDatabase({ url: fresh.url, max: 2 });
    const deaf = await buildServer({ db: deafDb, modules: [signals] });
    const answer = await deaf.inject({ method: 'POST', url: '/api/signals', headers: keyOf(source), payload: aSignal() });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    await deaf.close();
    await deafDb.close();
  });
});

describe('what a head-end sends in a form of its own', () => {
  const send = (source: Made, payload: unknown, headers: Headers = keyOf(source), query = '') => post(`/webhooks/${source.id}${query}`, payload, { 'content-type': 'application/json', ...headers });

  test('is kept as it came, without the key, and is not understood until a mapping reads it', async () => {
    const source = await aSource();
    expect((await send(source, '{ "event" : "door_forced", "id": 9 }', { ...keyOf(source), 'x-event-id': 'ev-9' }, '?site=north')).json()).toMatchObject({ accepted: 1 });
    const [signal] = await listed(`source=${source.id}`);
    expect(signal?.['type']).toBe('equipment.not-understood');
    expect(signal?.['raw']).toContain('{ "event" : "door_forced", "id": 9 }');
    expect(signal?.['raw']).toContain('x-event-id: ev-9');
    expect(signal?.['raw']).toContain('/?site=north');
    expect(signal?.['raw']).not.toContain(source.secret);
  });

  test('comes with the key in a header or as a password; in the address only where the source says so, and never into a log', async () => {
    const source = await aSource();
    const inAddress = `?token=${source.secret}`;
    expect((await send(source, '{}', { 'x-api-key': source.secret })).statusCode).toBe(202);
    expect((await send(source, '{"b":1}', { authorization: `Basic ${Buffer.from(`any:${source.secret}`).toString('base64')}` })).statusCode).toBe(202);
    expect((await send(source, '{}', {}, inAddress)).statusCode).toBe(422);
    await app.inject({ method: 'PATCH', url: `/api/signals/sources/${source.id}`, headers: engineer.headers, payload: { keyIn: 'address' } });
    expect((await send(source, '{"c":1}', {}, inAddress)).statusCode).toBe(202);
    expect((await send(source, '{}', {}, `?token=${source.secret}x`)).statusCode).toBe(401);
    expect(lines.join('\n')).not.toContain(source.secret);
    expect(JSON.stringify(await listed(`source=${source.id}`))).not.toContain(source.secret);
  });

  test('is refused without a key, with another source’s, and where it is too large', async () => {
    const [source, other] = [await aSource(), await aSource()];
    expect((await send(source, '{}', {})).statusCode).toBe(401);
    expect((await send(source, '{}', keyOf(other))).statusCode).toBe(404);
    expect((await send(source, JSON.stringify({ x: 'x'.repeat(300_000) }))).statusCode).toBe(413);
    expect(await listed(`source=${source.id}`)).toEqual([]);
  });

  test('is known again by the name that the mapping finds in it', async () => {
    const source = await aSource();
    const mapping = { each: '', places: { externalId: 'fields.id', occurredAt: 'fields.at', device: 'fields.door', zone: '', severity: '', message: '' }, rows: [{ title: 'Forced', when: 'fields.event == "forced"', type: 'access.forced', effect: 'raise', isUnverified: false }] };
    const { id } = (await post(`/sources/${source.id}/mappings`, { mapping, note: 'First' }, engineer.headers)).json() as Made;
    await putInForce(source, id);
    const at = new Date().toISOString();
    await send(source, { id: 'a', at, event: 'forced', door: 'D1' });
    expect((await send(source, { id: 'a', at, event: 'forced', door: 'D1', attempt: 2 })).json()).toMatchObject({ duplicates: 1 });
    expect(await listed(`source=${source.id}`)).toMatchObject([{ externalId: 'a', type: 'access.forced', hasTime: true }]);
    expect(Date.parse(String((await listed(`source=${source.id}`))[0]?.['occurredAt']))).toBe(Date.parse(at));
  });
});

describe('a source that signs', () => {
  const secret = 'shared with the head-end';
  const github = { form: 'body', header: 'x-hub-signature-256', algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=', toleranceS: null };
  const put = (source: Made, payload: object) => app.inject({ method: 'PUT', url: `/api/signals/sources/${source.id}/signature`, headers: engineer.headers, payload });
  const send = (source: Made, body: string, headers: Headers) => app.inject({ method: 'POST', url: `/api/signals/webhooks/${source.id}`, payload: body, headers: { 'content-type': 'application/json', ...keyOf(source), ...headers } });
  const sourceOf = async ({ id }: Made) => (await app.inject({ url: '/api/signals/sources?limit=200', headers: engineer.headers })).json().items.find((one: Made) => one.id === id);

  test('is taken only so: what is unsigned, signed otherwise or too long ago is 401, counted and told at the source', async () => {
    const source = await aSource({ account: 'signs' });
    expect((await put(source, { signature: github })).statusCode).toBe(422);
    const set = await put(source, { signature: github, secret });
    expect([set.statusCode, set.json().signature, set.body.includes(secret)]).toEqual([200, github, false]);
    const body = '{"event":"door_held"}';
    const signed = (what: string) => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(what).digest('hex')}` });
    expect((await send(source, body, signed(body))).statusCode).toBe(202);
    const refused = [await send(source, body, {}), await send(source, body, signed(`${body} `))];
    expect(refused.map((answer) => [answer.statusCode, answer.json().type.split(/[/:]/).at(-1)])).toEqual([[401, expect.stringContaining('unsigned')], [401, expect.stringContaining('wrong_signature')]]);
    expect((await post('/', aSignal(), keyOf(source))).statusCode).toBe(422);
    await put(source, { signature: { form: 'standard-webhooks', header: 'webhook-signature', algorithm: 'sha256', encoding: 'base64', prefix: '', toleranceS: 300 }, secret });
    const atS = Math.floor(Date.now() / 1000) - 400;
    const old = await send(source, body, { 'webhook-id': 'm1', 'webhook-timestamp': String(atS), 'webhook-signature': `v1,${createHmac('sha256', secret).update(`m1.${atS}.${body}`).digest('base64')}` });
    expect(old.statusCode).toBe(401);
    expect(await listed(`source=${source.id}`)).toHaveLength(1);
    await written();
    expect((await sourceOf(source)).refusedWhy).toBe('old-signature');
    const counted = (await app.inject({ url: '/api/signals/refusals', headers: engineer.headers })).json().items as { kind: string; count: number }[];
    expect(counted).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'unsigned' }), expect.objectContaining({ kind: 'wrong-signature' })]));
    const { rows } = await fresh.owner.query<{ whole: string }>(`select (select string_agg(e.body, chr(10)) from ledger.entry e) || (select encode(sealed, 'escape') from signals.source_signature) as whole`);
    expect(rows[0]?.whole).not.toContain(secret);
    await put(source, { signature: null });
    expect((await send(source, '{"event":"door_closed"}', {})).statusCode).toBe(202);
  });

  test('is one over HTTP; a panel cannot be told to', async () => {
    const panel = (await post('/sources', { protocol: 'dc09', account: 'P78', name: 'Panel' }, engineer.headers)).json();
    expect((await put(panel, { signature: github, secret })).statusCode).toBe(422);
  });
});

test('a source over HTTP that is silent for longer than it should be is a signal, and so is its end', async () => {
  const source = await aSource({ superviseS: 20 });
  await fresh.owner.query(`update signals.source set supervised_at = now() - interval '10 minutes' where id = $1`, [source.id]);
  let at = Date.now();
  const watched = await HttpIntake.open({ url: fresh.url, onLost: () => undefined, watch: { everyMs: 20, now: () => (at += 2_500) } });
  const typed = async () => (await listed(`source=${source.id}`)).map(({ type }) => type);
  await expect.poll(typed, { timeout: 20_000 }).toEqual(['equipment.comms-lost']);
  await watched.close();
  expect((await post('/', aSignal({ type: 'access.granted' }), keyOf(source))).statusCode).toBe(202);
  const again = await HttpIntake.open({ url: fresh.url, onLost: () => undefined, watch: { everyMs: 20, now: Date.now } });
  await expect.poll(async () => (await fresh.owner.query(`select from signals.heard h join signals.source s on s.ref = h.source_ref where s.id = $1 and h.silent_since is null`, [source.id])).rowCount, { timeout: 20_000 }).toBe(1);
  await again.close();
  expect((await typed()).sort()).toEqual(['access.granted', 'equipment.comms-lost', 'equipment.comms-lost']);
});

describe('a mapping of a source', () => {
  const rowOf = (when: string, type = 'video.person') => ({ title: '', when, type, effect: 'raise', isUnverified: false });
  const mappingOf = (...rows: object[]) => ({ each: '', places: { externalId: '', occurredAt: '', device: '', zone: '', severity: '', message: '' }, rows });

  test('is tried over past signals, saved as a version, put in force, and reads them anew', async () => {
    const source = await aSource();
    for (const kind of ['person', 'cat']) await post(`/webhooks/${source.id}`, { kind }, keyOf(source));
    const draft = mappingOf(rowOf('fields.kind == "person"'));
    const tried = (await post(`/sources/${source.id}/try-mapping`, { mapping: draft }, engineer.headers)).json();
    expect(tried).toMatchObject({ different: 1, items: [{ isDifferent: false }, { isDifferent: true, now: { events: [{ type: 'equipment.not-understood' }] }, draft: { events: [{ type: 'video.person', row: 0 }] } }] });
    const version = (await post(`/sources/${source.id}/mappings`, { mapping: draft, note: 'People' }, engineer.headers)).json();
    expect(version).toMatchObject({ number: 1, isActive: false, madeBy: 'Sven Systems' });
    expect((await listed(`source=${source.id}`)).map(({ type }) => type)).toEqual(['equipment.not-understood', 'equipment.not-understood']);
    const activate = (mappingId: string | null) => putInForce(source, mappingId);
    expect((await activate(version.id)).json().versions).toMatchObject([{ number: 1, isActive: true, reason: 'Looked at', activatedBy: 'Tessa Systems' }]);
    expect((await listed(`source=${source.id}`)).map(({ type }) => type)).toEqual(['equipment.not-understood', 'video.person']);
    expect((await activate(version.id)).statusCode).toBe(409);
    expect((await activate(null)).json().versions).toMatchObject([{ isActive: false }]);
    const { rows } = await fresh.owner.query<{ verb: string }>(`select verb from ledger.entry where record_id = $1 and verb like 'signals.mapping%' order by id`, [source.id]);
    expect(rows.map(({ verb }) => verb)).toEqual(['signals.mapping-saved', 'signals.mapping-activated', 'signals.mapping-activated']);
  });

  test('that is hostile or faulty is refused with words at its place, and stays untried', async () => {
    const source = await aSource();
    const faulty = mappingOf(rowOf('fields.a.matches("(a+)+$")'), rowOf('true', 'no.such'));
    const saved = await post(`/sources/${source.id}/mappings`, { mapping: faulty, note: 'Wrong' }, engineer.headers);
    expect([saved.statusCode, saved.json().errors]).toEqual([422, [{ pointer: '/mapping/rows/0/when', detail: expect.stringContaining('like') }, { pointer: '/mapping/rows/1/type', detail: expect.stringContaining('no.such') }]]);
    expect((await post(`/sources/${source.id}/try-mapping`, { mapping: faulty }, engineer.headers)).json()).toMatchObject({ items: [], faults: [{ at: 'rows[0].when' }, { at: 'rows[1].type' }] });
    expect((await post(`/sources/${source.id}/mappings`, { mapping: mappingOf(...Array.from({ length: 201 }, () => rowOf('true'))), note: 'Long' }, engineer.headers)).statusCode).toBe(400);
  });

  test('of another source cannot be put in force, and a panel has none', async () => {
    const [one, other] = [await aSource(), await aSource()];
    const { id } = (await post(`/sources/${one.id}/mappings`, { mapping: mappingOf(), note: 'Empty' }, engineer.headers)).json();
    expect((await post(`/sources/${other.id}/activate-mapping`, { mappingId: id, reason: 'Borrowed' }, engineer.headers)).statusCode).toBe(404);
    const panel = (await post('/sources', { protocol: 'dc09', account: 'P77', name: 'Panel' }, engineer.headers)).json();
    expect((await post(`/sources/${panel.id}/mappings`, { mapping: mappingOf(), note: 'Empty' }, engineer.headers)).statusCode).toBe(422);
  });
});
