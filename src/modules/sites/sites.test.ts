import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Site } from './contract.ts';
import sites from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let operator: Somebody;
let keeper: Somebody;
const at: Record<string, Site> = {};
const idOf = (code: string): string => at[code]?.id ?? '';

const NOWHERE = '019a0000-0000-7000-8000-000000000000';
const get = (url: string, who: Somebody) => app.inject({ url: `/api/sites${url}`, headers: who.headers });
const send = (method: 'POST' | 'PATCH', url: string, who: Somebody, payload: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api/sites${url}`, payload, headers: { ...who.headers, ...headers } });
const add = async (payload: object, who = chief): Promise<Site> => {
  const reply = await send('POST', '', who, payload);
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
const codesOf = async (who: Somebody, query = ''): Promise<string[]> => (await get(`?limit=200&sort=code${query}`, who)).json().items.map((site: Site) => site.code);

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [sites] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  at['EU'] = await add({ code: 'EU', name: 'Europe', kind: 'region', timeZone: 'Europe/Amsterdam' });
  at['UTR'] = await add({ code: 'UTR', name: 'Halden House', kind: 'site', parentId: at['EU'].id, country: 'NL', city: 'Utrecht', latitude: 52.087, longitude: 5.11 });
  at['UTR-A'] = await add({ code: 'UTR-A', name: 'Building A', kind: 'building', parentId: at['UTR'].id });
  at['CRK'] = await add({ code: 'CRK', name: 'Cork Data Centre', kind: 'site', parentId: at['EU'].id, timeZone: 'Europe/Dublin', country: 'IE', city: 'Cork' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: at['UTR'].id });
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: at['UTR'].id });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the tree', () => {
  test('a site takes time zone and country from the one above, and carries the names above', () => {
    expect(at['UTR-A']).toMatchObject({ timeZone: 'Europe/Amsterdam', country: 'NL', above: ['Europe', 'Halden House'], state: 'active', version: 1 });
  });

  test('a site at the top must name its time zone', async () => {
    const reply = await send('POST', '', chief, { code: 'US', name: 'Americas', kind: 'region' });
    expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, '/timeZone']);
  });

  test('renaming and moving reach the names of all below, and a site never stands below itself', async () => {
    const north = await add({ code: 'NORTH', name: 'North', kind: 'region', timeZone: 'Europe/Oslo' });
    const hall = await add({ code: 'HALL', name: 'Hall', kind: 'building', parentId: idOf('CRK') });
    expect((await send('PATCH', `/${idOf('CRK')}`, chief, { parentId: north.id, name: 'Cork' })).json()).toMatchObject({ above: ['North'], version: 2 });
    expect((await get(`/${hall.id}`, chief)).json().above).toEqual(['North', 'Cork']);
    const looped = await send('PATCH', `/${north.id}`, chief, { parentId: hall.id });
    expect([looped.statusCode, looped.json().type]).toEqual([422, 'urn:problem:sites.below_itself']);
    await send('PATCH', `/${idOf('CRK')}`, chief, { parentId: idOf('EU'), name: 'Cork Data Centre' });
    expect((await get(`/${hall.id}`, chief)).json().above).toEqual(['Europe', 'Cork Data Centre']);
  });

  test('two moves at once that would close a ring: one is refused, and the tree stays a tree', async () => {
    const a = await add({ code: 'RING-A', name: 'A', kind: 'site', timeZone: 'UTC' });
    const b = await add({ code: 'RING-B', name: 'B', kind: 'site', timeZone: 'UTC' });
    const replies = await Promise.all([send('PATCH', `/${a.id}`, chief, { parentId: b.id }), send('PATCH', `/${b.id}`, chief, { parentId: a.id })]);
    expect(replies.map((reply) => reply.statusCode).sort()).toEqual([200, 422]);
  });

  test('is read one level at a time, with how many stand below', async () => {
    const top = (await get('/tree', chief)).json().items;
    expect(top.find((node: { code: string }) => node.code === 'EU')).toMatchObject({ children: 2, parentId: null });
    expect((await get(`/tree?below=${idOf('EU')}`, chief)).json().items.map((node: { code: string }) => node.code)).toEqual(['CRK', 'UTR']);
    expect((await get('/tree', operator)).json().items).toMatchObject([{ code: 'UTR', above: ['Europe'], children: 1 }]);
  });

  test('holds at most sixteen levels', async () => {
    let parentId: string | null = null;
    for (let level = 1; level <= 16; level++) parentId = (await add({ code: `DEEP-${level}`, name: `Level ${level}`, kind: 'zone', parentId, timeZone: 'UTC' })).id;
    expect((await send('POST', '', chief, { code: 'DEEP-17', name: 'Too deep', kind: 'zone', parentId })).json()).toMatchObject({ status: 422, type: 'urn:problem:sites.too_deep' });
  });
});

describe('who sees what', () => {
  test('a reader of one site sees it and what stands below, and nothing else', async () => {
    expect(await codesOf(operator)).toEqual(['UTR', 'UTR-A']);
    expect((await get(`?under=${idOf('EU')}`, operator)).json().total).toBe(2);
    expect((await get('/export', operator)).body.trim().split('\r\n').map((line) => line.split(',')[0])).toEqual(['code', 'UTR', 'UTR-A']);
  });

  test('a site out of sight answers with the same bytes as one that is not there', async () => {
    for (const method of ['GET', 'PATCH'] as const) {
      const ask = async (id: string) => (await app.inject({ method, url: `/api/sites/${id}`, headers: keeper.headers, ...(method === 'PATCH' ? { payload: { name: 'Mine' } } : {}) })).body.replace(/"instance":"[^"]+"/, '');
      expect(await ask(idOf('CRK'))).toBe(await ask(NOWHERE));
    }
    const hidden = await send('POST', '', keeper, { code: 'NEW-1', name: 'New', kind: 'site', timeZone: 'UTC', parentId: idOf('CRK') });
    const absent = await send('POST', '', keeper, { code: 'NEW-1', name: 'New', kind: 'site', timeZone: 'UTC', parentId: NOWHERE });
    expect(hidden.statusCode).toBe(403);
    expect({ ...hidden.json(), instance: '' }).toEqual({ ...absent.json(), instance: '' });
  });

  test('who sees a site and may not change it gets 403', async () => {
    expect((await send('PATCH', `/${idOf('UTR')}`, operator, { name: 'Mine' })).statusCode).toBe(403);
  });

  test('a keeper of one site adds and changes within it, and neither at the top nor by moving out of it', async () => {
    const room = await add({ code: 'UTR-A1', name: 'Server room', kind: 'room', parentId: idOf('UTR-A') }, keeper);
    expect((await send('PATCH', `/${room.id}`, keeper, { name: 'Server room 1' })).json()).toMatchObject({ name: 'Server room 1', version: 2 });
    expect((await send('POST', '', keeper, { code: 'TOP', name: 'Top', kind: 'site', timeZone: 'UTC' })).statusCode).toBe(403);
    expect((await send('PATCH', `/${room.id}`, keeper, { parentId: null })).statusCode).toBe(403);
    expect((await send('PATCH', `/${room.id}`, keeper, { parentId: idOf('CRK') })).statusCode).toBe(403);
    expect((await get(`/${room.id}`, operator)).json()).toMatchObject({ parentId: idOf('UTR-A') });
  });

  test('a site moved away leaves the sight of who sees only the place it stood, at once', async () => {
    const cabin = await add({ code: 'CABIN', name: 'Cabin', kind: 'building', parentId: idOf('UTR') });
    expect((await get(`/${cabin.id}`, operator)).statusCode).toBe(200);
    await send('PATCH', `/${cabin.id}`, chief, { parentId: idOf('CRK') });
    expect((await get(`/${cabin.id}`, operator)).statusCode).toBe(404);
  });

  test('a suspended person sees nothing from the next request on', async () => {
    const leaving = await aPerson(fresh, 'Lena Leaving', { role: 'gsoc-operator' });
    expect((await get('', leaving)).statusCode).toBe(200);
    await fresh.owner.query(`update access.person set state = 'suspended' where id = $1`, [leaving.id]);
    expect((await get('', leaving)).statusCode).toBe(401);
  });
});

describe('lists', () => {
  test('page by name without losing or repeating one', async () => {
    const seen: string[] = [];
    let after = '';
    do {
      const page = (await get(`?limit=3${after}`, chief)).json();
      seen.push(...page.items.map((site: Site) => site.id));
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await get('', chief)).json().total);
  });

  test('find by words as they are written, percent signs included', async () => {
    await add({ code: 'PCT', name: '100% Cotton Mill', kind: 'site', parentId: idOf('CRK') });
    expect(await codesOf(chief, `&q=${encodeURIComponent('100% c')}`)).toEqual(['PCT']);
    expect(await codesOf(chief, `&q=${encodeURIComponent('%')}&country=IE`)).toEqual(['PCT']);
  });

  test.each([['?limit=0'], ['?limit=201'], ['?after=rubbish'], ['?under=7'], ['?kind=castle'], ['?colour=red'], ['/not-an-id'], ['/tree?below=x']])('refuse %s in words, not with a crash', async (query) => {
    expect((await get(query, chief)).statusCode).toBe(400);
  });
});

describe('changing', () => {
  test('the same code at once from two hands: one gets it, the other is told', async () => {
    const replies = await Promise.all([1, 2].map((n) => send('POST', '', chief, { code: 'TWIN', name: `Twin ${n}`, kind: 'site', timeZone: 'UTC' })));
    expect(replies.map((reply) => reply.statusCode).sort()).toEqual([201, 409]);
    expect((await codesOf(chief)).filter((code) => code === 'TWIN')).toHaveLength(1);
  });

  test('a stale If-Match is 412 and changes nothing; the version of the reply is the next one to send', async () => {
    const site = await add({ code: 'VERS', name: 'First', kind: 'site', timeZone: 'UTC' });
    const first = await send('PATCH', `/${site.id}`, chief, { name: 'Second' }, { 'if-match': '"1"' });
    expect([first.statusCode, first.headers['etag']]).toEqual([200, '"2"']);
    expect((await send('PATCH', `/${site.id}`, chief, { name: 'Third' }, { 'if-match': '"1"' })).statusCode).toBe(412);
    expect((await get(`/${site.id}`, chief)).json()).toMatchObject({ name: 'Second', version: 2 });
  });

  test('markup in a name is stored and answered as text', async () => {
    const name = '<img src=x onerror=alert(1)>"\'; drop table sites.site; --';
    const site = await add({ code: 'XSS', name, kind: 'site', timeZone: 'UTC' });
    const reply = await get(`/${site.id}`, chief);
    expect([reply.json().name, reply.headers['content-type']]).toEqual([name, 'application/json; charset=utf-8']);
  });

  test.each([
    ['an unknown field', { colour: 'red' }], ['a number for a name', { name: 7 }], ['a null byte', { name: 'a\u0000b' }], ['an unknown zone', { timeZone: 'Mars/Olympus' }], ['an offset for a zone', { timeZone: '+01:00' }],
    ['a latitude beyond the pole', { latitude: 91, longitude: 0 }], ['a small country', { country: 'nl' }], ['a code with spaces', { code: 'A B' }], ['a list for a body', []],
  ])('%s is 400 with the field named', async (_what, change) => {
    const reply = await send('POST', '', chief, Array.isArray(change) ? change : { code: 'BAD', name: 'Bad', kind: 'site', timeZone: 'UTC', ...change });
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([400, 'application/problem+json']);
  });

  test('closing waits for what stands below, says so, and is told once; nothing active comes below a closed site', async () => {
    const yard = await add({ code: 'YARD', name: 'Yard', kind: 'site', timeZone: 'UTC' });
    const shed = await add({ code: 'SHED', name: 'Shed', kind: 'building', parentId: yard.id });
    const early = await send('POST', `/${yard.id}/close`, chief, { reason: 'Sold' });
    expect([early.statusCode, early.json().detail]).toEqual([422, 'Close what stands below it first: Shed.']);
    await send('POST', `/${shed.id}/close`, chief, { reason: 'Sold' });
    expect((await send('POST', `/${yard.id}/close`, chief, { reason: 'Sold' })).json()).toMatchObject({ state: 'closed' });
    expect((await send('POST', `/${yard.id}/close`, chief, { reason: 'Sold' })).statusCode).toBe(409);
    expect((await send('POST', '', chief, { code: 'TENT', name: 'Tent', kind: 'building', parentId: yard.id })).json().type).toBe('urn:problem:sites.closed_above');
    expect((await send('POST', `/${shed.id}/reopen`, chief, { reason: 'Kept' })).statusCode).toBe(422);
  });

  test('each change is in the ledger with who, what and why, and the header follows for search', async () => {
    const site = await add({ code: 'LEDG', name: 'Ledger House', kind: 'site', timeZone: 'UTC' });
    await send('PATCH', `/${site.id}`, chief, { name: 'Ledger Hall' });
    await send('POST', `/${site.id}/close`, chief, { reason: 'Burnt down' });
    const entries = (await fresh.owner.query('select verb, actor, site_id, body from ledger.entry where record_id = $1 order by xid, id', [site.id])).rows;
    expect(entries.map((entry) => [entry.verb, entry.actor, entry.site_id])).toEqual([['sites.added', chief.id, site.id], ['sites.changed', chief.id, site.id], ['sites.closed', chief.id, site.id]]);
    expect(JSON.parse(entries[1].body)).toMatchObject({ before: { name: 'Ledger House' }, after: { name: 'Ledger Hall' } });
    expect((await fresh.owner.query('select title, state from platform.record where id = $1', [site.id])).rows).toEqual([{ title: 'Ledger Hall (LEDG)', state: 'closed' }]);
  });
});
