import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Incident, Standing } from './contract.ts';
import incidents from './module.ts';
import { anIncident, aSite, calling, type Calling, complete } from './testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let site: string;
let cso: Somebody;
let operator: Somebody;
let other: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents] });
  call = calling(app);
  site = await aSite(fresh, 'Kestrel Quay');
  cso = await aPerson(fresh, 'Tomas Rehn', { role: 'cso' });
  operator = await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId: site });
  other = await aPerson(fresh, 'Jon Park', { role: 'gsoc-operator', siteId: site });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const read = async (who: Somebody, id: string): Promise<Incident> => (await call(who, 'GET', `/${id}`)).json<Incident>();

describe('declaring', () => {
  test('gives a number of the year and what was said, to be read at once', async () => {
    const made = await anIncident(call, operator, { title: 'Man over the fence', siteId: site, type: 'trespass', occurredFrom: '2026-11-20T02:12:00+01:00' });
    expect(made.number).toMatch(/^INC-\d{4}-\d{5}$/);
    expect(await read(operator, made.id)).toMatchObject({ number: made.number, title: 'Man over the fence', type: 'trespass', severity: 2, state: 'open', site: 'Kestrel Quay', timeZone: 'Europe/Berlin', occurredFrom: '2026-11-20T01:12:00Z', commander: 'Alma Bright', declaredBy: 'Alma Bright', version: 1 });
  });

  test('takes the severity of the type, and asks for one where neither is said', async () => {
    expect((await anIncident(call, operator, { siteId: site, type: 'burglary', severity: undefined })).severity).toBe(3);
    const refused = await call(operator, 'POST', '', { title: 'Unclear', siteId: site });
    expect(refused.status).toBe(422);
    expect(refused.json()).toMatchObject({ errors: [{ pointer: '/severity' }] });
  });

  test('the same id from the same person answers the same incident, from another it is taken', async () => {
    const id = uuidv7();
    const first = await anIncident(call, operator, { id, siteId: site });
    expect(await anIncident(call, operator, { id, siteId: site })).toEqual(first);
    expect((await call(other, 'POST', '', { id, title: 'Mine', severity: 1, siteId: site })).status).toBe(409);
  });

  test('the same Idempotency-Key makes one incident, also when both requests come at once', async () => {
    const headers = { 'idempotency-key': uuidv7() };
    const body = { title: 'Only once', severity: 1, siteId: site };
    const replies = await Promise.all([call(operator, 'POST', '', body, headers), call(operator, 'POST', '', body, headers)]);
    expect(replies.map((reply) => reply.status)).toEqual([201, 201]);
    expect(replies[0]?.json()).toEqual(replies[1]?.json());
    expect((await call(operator, 'GET', '?q=Only%20once')).json<{ items: unknown[] }>().items).toHaveLength(1);
  });

  test('refuses an end before the beginning, and what was known before it began', async () => {
    const times = { title: 'Odd', severity: 1, siteId: site, occurredFrom: '2026-11-20T10:00:00Z' };
    expect((await call(operator, 'POST', '', { ...times, occurredTo: '2026-11-20T09:00:00Z' })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/occurredTo' }] });
    expect((await call(operator, 'POST', '', { ...times, knownAt: '2026-11-20T09:00:00Z' })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/knownAt' }] });
  });
});

describe('changing facts', () => {
  test('If-Match with the version read is taken, with an older one it is 412 and nothing changes', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    const opened = await call(operator, 'GET', `/${id}`);
    expect(opened.headers['etag']).toBe('"1"');
    expect((await call(operator, 'PATCH', `/${id}`, { place: 'Dock 3' }, { 'if-match': '"1"' })).json<Standing>().version).toBe(2);
    expect((await call(other, 'PATCH', `/${id}`, { place: 'Dock 4' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await read(operator, id)).place).toBe('Dock 3');
  });

  test('a log entry of another person does not make a draft of the facts stale', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    await call(other, 'POST', `/${id}/log`, { text: 'On my way.' });
    expect((await call(operator, 'PATCH', `/${id}`, { narrative: 'Long text.' }, { 'if-match': '"1"' })).status).toBe(200);
  });

  test('answers are kept only where the type asks for them and they are well-formed', async () => {
    const { id } = await anIncident(call, operator, { siteId: site, type: 'trespass' });
    const refused = await call(operator, 'PATCH', `/${id}`, { fields: { 'access.method': 'by magic', 'weapon.shots': 3 } });
    expect(refused.status).toBe(422);
    expect(refused.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer).sort()).toEqual(['/fields/access.method', '/fields/weapon.shots']);
    await call(operator, 'PATCH', `/${id}`, { fields: { 'access.method': 'climbed', firstActions: 'Sent K7.' } });
    await call(operator, 'PATCH', `/${id}`, { fields: { firstActions: null } });
    expect((await read(operator, id)).fields).toEqual({ 'access.method': 'climbed' });
  });

  test('reclassifying and another severity stand on the timeline with their reason', async () => {
    const { id } = await anIncident(call, operator, { siteId: site, type: 'trespass' });
    await call(operator, 'POST', `/${id}/classify`, { type: 'burglary', subtype: 'break-in', reason: 'Door was forced' });
    await call(operator, 'POST', `/${id}/severity`, { severity: 4, reason: 'Server room reached' });
    const { items } = (await call(operator, 'GET', `/${id}/timeline`)).json<{ items: { verb: string; was: string | null; became: string | null; text: string; person: string }[] }>();
    expect(items.map(({ verb, was, became, text }) => [verb, was, became, text])).toEqual([['declared', null, 'trespass', ''], ['classified', 'trespass', 'burglary', 'Door was forced'], ['severity-changed', '2', '4', 'Server room reached']]);
    expect((await call(operator, 'POST', `/${id}/classify`, { type: 'no-such-type' })).status).toBe(422);
  });
});

describe('the command log', () => {
  test('keeps its order under many hands at once, and both times of what came late', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    const replies = await Promise.all(Array.from({ length: 12 }, (_, n) => call(n % 2 ? operator : other, 'POST', `/${id}/log`, { text: `Entry ${n}` })));
    expect(replies.every((reply) => reply.status === 201)).toBe(true);
    await call(operator, 'POST', `/${id}/log`, { text: 'Seen earlier.', at: '2026-11-01T00:00:00Z', kind: 'decision' });
    const { items } = (await call(operator, 'GET', `/${id}/log`)).json<{ items: { seq: number; text: string; at: string; notedAt: string; kind: string }[] }>();
    expect(items.map(({ seq }) => seq)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(items[0]).toMatchObject({ text: 'Seen earlier.', at: '2026-11-01T00:00:00Z', kind: 'decision' });
    expect(Date.parse(items[0]?.notedAt ?? '')).toBeGreaterThan(Date.parse('2026-11-01T00:00:00Z'));
  });

  test('pages by the entry before', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    for (let n = 1; n <= 5; n++) await call(operator, 'POST', `/${id}/log`, { text: `Entry ${n}` });
    const first = (await call(operator, 'GET', `/${id}/log?limit=3`)).json<{ items: { seq: number }[]; next: string }>();
    const second = (await call(operator, 'GET', `/${id}/log?limit=3&after=${first.next}`)).json<{ items: { seq: number }[]; next: null }>();
    expect([...first.items, ...second.items].map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(second.next).toBeNull();
  });

  test('a struck entry keeps its text with who and why, and the second strike is told who was first', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    const { rowId } = (await call(operator, 'POST', `/${id}/log`, { text: 'Two intruders.' })).json<Standing>();
    expect((await call(operator, 'POST', `/${id}/log/${rowId}/strike`, {})).status).toBe(400);
    expect((await call(operator, 'POST', `/${id}/log/${rowId}/strike`, { reason: 'It was one' })).status).toBe(200);
    const again = await call(other, 'POST', `/${id}/log/${rowId}/strike`, { reason: 'Me too' });
    expect(again.status).toBe(409);
    expect(again.json()).toMatchObject({ by: 'Alma Bright' });
    const { items } = (await call(other, 'GET', `/${id}/log`)).json<{ items: object[] }>();
    expect(items[0]).toMatchObject({ text: 'Two intruders.', struckBy: 'Alma Bright', struckReason: 'It was one' });
  });

  test('an entry sent twice with its own id stands once', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    const entry = { entryId: uuidv7(), text: 'Sent from the yard.' };
    await call(operator, 'POST', `/${id}/log`, entry);
    expect((await call(operator, 'POST', `/${id}/log`, entry)).status).toBe(201);
    expect((await read(operator, id)).logCount).toBe(1);
  });

  test('refuses what lies ahead', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    expect((await call(operator, 'POST', `/${id}/log`, { text: 'Tomorrow.', at: '2126-01-01T00:00:00Z' })).status).toBe(422);
  });
});

describe('people, things and losses', () => {
  test('losses are summed a currency each, without what was struck', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    await call(operator, 'POST', `/${id}/losses`, { kind: 'stock', description: 'Copper', amountMinor: 620_000, currency: 'EUR', recoveredMinor: 20_000 });
    await call(operator, 'POST', `/${id}/losses`, { kind: 'damage', description: 'Fence', amountMinor: 45_050, currency: 'EUR' });
    await call(operator, 'POST', `/${id}/losses`, { kind: 'cash', description: 'Till', amountMinor: 10_000, currency: 'GBP' });
    const { rowId } = (await call(operator, 'POST', `/${id}/losses`, { kind: 'other', description: 'Typed twice', amountMinor: 45_050, currency: 'EUR' })).json<Standing>();
    await call(operator, 'POST', `/${id}/losses/${rowId}/strike`, { reason: 'Typed twice' });
    const losses = [{ currency: 'EUR', amountMinor: 665_050, recoveredMinor: 20_000 }, { currency: 'GBP', amountMinor: 10_000, recoveredMinor: 0 }];
    const read1 = await read(operator, id);
    expect(read1.losses).toEqual(losses);
    expect(read1.lossLines).toHaveLength(4);
    const { items } = (await call(operator, 'GET', '?limit=200')).json<{ items: Incident[] }>();
    expect(items.find((item) => item.id === id)?.losses).toEqual(losses);
  });

  test('more cannot be recovered than was lost, and no amount is negative', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    const loss = { kind: 'stock', description: 'Copper', amountMinor: 10, currency: 'EUR' };
    expect((await call(operator, 'POST', `/${id}/losses`, { ...loss, recoveredMinor: 11 })).status).toBe(422);
    expect((await call(operator, 'POST', `/${id}/losses`, { ...loss, amountMinor: -1 })).status).toBe(400);
    expect((await call(operator, 'POST', `/${id}/losses`, { ...loss, amountMinor: 10.5 })).status).toBe(400);
  });

  test('it is found by a plate until the vehicle is struck', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    const { rowId } = (await call(operator, 'POST', `/${id}/things`, { kind: 'vehicle', description: 'Silver van', identifier: 'HX 41 KVO' })).json<Standing>();
    const find = async () => (await call(operator, 'GET', `?q=${encodeURIComponent('HX 41 KVO')}`)).json<{ items: { id: string }[] }>().items.map((item) => item.id);
    expect(await find()).toContain(id);
    await call(operator, 'POST', `/${id}/things/${rowId}/strike`, { reason: 'Another van' });
    expect(await find()).not.toContain(id);
    expect((await read(operator, id)).things).toMatchObject([{ identifier: 'HX 41 KVO', struckReason: 'Another van' }]);
  });

  test('a person is a known one or a name, and shows by the name of today', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    expect((await call(operator, 'POST', `/${id}/people`, { role: 'witness' })).status).toBe(422);
    await call(operator, 'POST', `/${id}/people`, { role: 'witness', personId: other.id });
    await call(operator, 'POST', `/${id}/people`, { role: 'victim', name: 'Unknown driver', injury: 'first aid' });
    expect((await read(operator, id)).people).toMatchObject([{ role: 'witness', name: 'Jon Park' }, { role: 'victim', name: 'Unknown driver', injury: 'first aid', addedBy: 'Alma Bright' }]);
  });
});

describe('closing', () => {
  test('names every missing thing by its field, and closes when nothing is missing', async () => {
    const { id } = await anIncident(call, operator, { siteId: site, type: 'trespass' });
    const refused = await call(operator, 'POST', `/${id}/close`, { reason: 'resolved', summary: 'He was led out of the site.' });
    expect(refused.status).toBe(422);
    const pointers = refused.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/narrative', '/place', '/people', '/losses', '/fields/access.method', '/fields/reporterTold']));
    expect((await read(operator, id)).missing.length).toBe(pointers.length);
    await complete(call, operator, id);
    expect((await read(operator, id)).missing).toEqual([]);
    expect((await call(operator, 'POST', `/${id}/close`, { reason: 'resolved', summary: 'He was led out of the site.' })).json()).toMatchObject({ state: 'closed' });
    expect(await read(operator, id)).toMatchObject({ state: 'closed', closedBy: 'Alma Bright', closureReason: 'resolved' });
  });

  test('two who close at once: one closes, the other is told by whom', async () => {
    const { id } = await anIncident(call, operator, { siteId: site, type: 'trespass' });
    await complete(call, operator, id);
    const end = { reason: 'resolved', summary: 'He was led out of the site.' };
    const replies = await Promise.all([operator, other, cso].map((who) => call(who, 'POST', `/${id}/close`, end)));
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 409, 409]);
    const winner = (await read(operator, id)).closedBy;
    for (const reply of replies.filter(({ status }) => status === 409)) {
      expect(reply.json()).toMatchObject({ type: 'urn:problem:incidents.already_closed', by: winner });
      expect(reply.json<{ detail: string }>().detail).toContain(winner);
    }
    expect((await fresh.owner.query(`select count(*)::int as n from incidents.step where incident_id = $1 and verb = 'closed'`, [id])).rows[0]).toEqual({ n: 1 });
  });

  test('a closed one takes late log entries and nothing else until it is opened again with a reason', async () => {
    const { id } = await anIncident(call, operator, { siteId: site, type: 'trespass' });
    await complete(call, operator, id);
    await call(operator, 'POST', `/${id}/close`, { reason: 'resolved', summary: 'He was led out of the site.' });
    expect((await call(other, 'POST', `/${id}/log`, { text: 'Police rang back.' })).status).toBe(201);
    const refused = await call(other, 'PATCH', `/${id}`, { place: 'Elsewhere' });
    expect(refused.status).toBe(409);
    expect(refused.json()).toMatchObject({ by: 'Alma Bright' });
    expect((await call(other, 'POST', `/${id}/reopen`, { reason: 'New witness' })).json()).toMatchObject({ state: 'open' });
    expect((await call(other, 'POST', `/${id}/reopen`, { reason: 'New witness' })).status).toBe(409);
    expect((await call(other, 'PATCH', `/${id}`, { place: 'Elsewhere' })).status).toBe(200);
  });
});

describe('the record of it', () => {
  test('every change is an entry of the ledger and a message, and personal narrative is only hashed in the leaf', async () => {
    const { id } = await anIncident(call, operator, { siteId: site, narrative: 'The secret of Jane Roe' });
    await call(operator, 'POST', `/${id}/log`, { text: 'Jane Roe rang.' });
    await call(operator, 'PATCH', `/${id}`, { narrative: 'Jane Roe again' });
    const entries = (await fresh.owner.query<{ verb: string; body: string }>(`select verb, body from ledger.entry where record_id = $1 order by xid, id`, [id])).rows;
    expect(entries.map(({ verb }) => verb)).toEqual(['incidents.declared', 'incidents.log-added', 'incidents.changed']);
    expect(entries.map(({ body }) => body).join()).not.toContain('Jane Roe');
    expect((await fresh.owner.query(`select count(*)::int as n from platform.outbox where record_id = $1`, [id])).rows[0]).toEqual({ n: 3 });
  });

  test('a header row stands for it, with state and number', async () => {
    const made = await anIncident(call, operator, { siteId: site, title: 'Header' });
    expect((await fresh.owner.query(`select kind, number, title, state, site_id from platform.record where id = $1`, [made.id])).rows[0]).toEqual({ kind: 'incidents.incident', number: made.number, title: 'Header', state: 'open', site_id: site });
  });
});

const HOSTILE = [`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'; drop table incidents.incident; --`, `{{7*7}} #{7*7} \${7*7}`, `=HYPERLINK("http://x")`, `../../etc/passwd`, `\u202Egnp.exe`, `%00%0a`, `#set page(width: 1pt)`];

describe('hostile input', () => {
  test.each(HOSTILE)('keeps %j as text, everywhere that text is taken', async (text) => {
    const { id } = await anIncident(call, operator, { siteId: site, title: text, narrative: text, place: text, reportedBy: text });
    await call(operator, 'POST', `/${id}/log`, { text });
    await call(operator, 'POST', `/${id}/people`, { role: 'subject', name: text, details: text });
    await call(operator, 'POST', `/${id}/things`, { kind: 'item', description: text, identifier: text });
    const incident = await read(operator, id);
    expect([incident.title, incident.narrative, incident.place, incident.people[0]?.name, incident.things[0]?.identifier]).toEqual([text, text, text, text, text]);
    expect((await call(operator, 'GET', `?q=${encodeURIComponent(text)}`)).status).toBe(200);
  });

  const wrong: [string, object][] = [
    ['a number for a title', { title: 5, severity: 1 }], ['an object for a title', { title: { $ne: '' }, severity: 1 }], ['an array for a site', { title: 'x', severity: 1, siteId: ['a'] }], ['severity as text', { title: 'x', severity: '1' }],
    ['severity six', { title: 'x', severity: 6 }], ['an unknown field', { title: 'x', severity: 1, isAdmin: true }], ['a time that is none', { title: 'x', severity: 1, occurredFrom: 'yesterday' }], ['a year beyond all', { title: 'x', severity: 1, occurredFrom: '275760-09-13T00:00:00Z' }],
    ['fields as a list', { title: 'x', severity: 1, fields: [] }], ['a deep prototype', { title: 'x', severity: 1, fields: JSON.parse('{"__proto__": {"x": 1}}') as object }], ['a NUL in text', { title: 'a\u0000b', severity: 1 }], ['too long a title', { title: 'x'.repeat(201), severity: 1 }],
  ];
  test.each(wrong)('answers %s with a clear problem', async (_name, body) => {
    const reply = await call(operator, 'POST', '', { siteId: site, ...body });
    expect([400, 422]).toContain(reply.status);
    expect(reply.headers['content-type']).toContain('application/problem+json');
  });

  test.each(['?sort=severity', '?limit=0', '?limit=201', '?limit=1e3', '?after=zzz', '?state=gone', '?from=now', '?siteId=1', '?nothing=1', '?severity=9', '?q=%00'])('answers the list %s with 400', async (query) => {
    expect((await call(operator, 'GET', query)).status).toBe(400);
  });

  test('an id that is none is 400, one that is not there 404', async () => {
    expect((await call(operator, 'GET', '/1')).status).toBe(400);
    expect((await call(operator, 'GET', `/${uuidv7()}`)).status).toBe(404);
  });
});
