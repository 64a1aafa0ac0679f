import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { buildServer, SESSION_COOKIE } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type Actor, aDepartment, type Department } from './testing/department.ts';
import { coreOf, defOf, exampleOf, type Given, type Operation, operationsOf, shapeOf, urlOf } from './testing/operations.ts';
import { targetOf } from './testing/policy.ts';
import { rehearsing } from './testing/rehearsal.ts';

const modules = await discoverModules();
const writes = operationsOf(modules).filter(({ endpoint }) => endpoint.body);

let fresh: FreshDatabase;
let department: Department;
/** One server whose verbs are run and taken back, and one whose verbs stay. */
let rehearsal: FastifyInstance;
let app: FastifyInstance;
let all: Actor;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  await fresh.owner.query(`insert into access.role (key, title, kind) values ('everything', 'Everything', 'human')`);
  await fresh.owner.query(`insert into access.role_permission (permission, role_id) select distinct p, r.id from unnest($1::text[]) p, access.role r where r.key = 'everything'`, [modules.flatMap((module) => Object.keys(module.permissions ?? {}))]);
  [all] = (await department.enrol([{ name: 'Everything', grants: [{ role: 'everything', site: null, isInForce: true }], parts: [{ part: 'everything', wall: department.walls.one, isInForce: true }] }])) as [Actor];
  rehearsal = await buildServer({ db: rehearsing(fresh.db), modules });
  app = await buildServer({ db: fresh.db, modules });
});
afterAll(async () => {
  await rehearsal.close();
  await app.close();
  await fresh.drop();
});

/** Texts that are no harm as text, and stay what they are. */
const LITERAL: [string, string][] = [
  ['a script', `<script>alert(1)</script><img src=x onerror="alert(1)">`], ['SQL', `'); drop table incidents.incident; --`], ['SQL of PostgreSQL', `$$; select pg_sleep(10); $$ || chr(0)`], ['a template', '{{constructor.constructor("return 1")()}} ${7*7} <%= 1 %> #{1}'],
  ['a turned reading order', 'invoice\u202Egnp.exe\u2066x\u2069'], ['a header', 'a\r\nSet-Cookie: x=1\r\n\r\n<html>'], ['a formula', '=HYPERLINK("http://evil.example","x")'], ['formats', '%s%n%x%d {0} \\u0000 \\x00'],
  ['other scripts', 'Ümlaut 日本語 العربية עברית 𝒳 👩‍👩‍👧‍👦 e\u0301'], ['a non-character', 'x\uFFFE\uFFFFy'], ['Typst markup', '#read("/etc/passwd") $x$ *b* <label> @ref'], ['a path', '../../../../etc/passwd'], ['a tower of marks', `Z${'\u0301'.repeat(60)}`], ['a wildcard', '100%_\\ [a-z]*'],
];

/** Fields of free text of a body, with the longest that each takes. */
const textsOf = (schema: z.ZodType | undefined): [string, number][] =>
  Object.entries(shapeOf(schema)).flatMap(([field, item]): [string, number][] => {
    const { type, format, checks = [] } = defOf(coreOf(item));
    const limits = checks.map((check) => check._zod.def);
    if (type !== 'string' || format !== undefined || limits.some(({ check }) => check === 'string_format')) return [];
    return [[field, Math.min(...limits.filter(({ check }) => check === 'max_length').map(({ maximum = 0 }) => maximum), 5_000_000)]];
  });

const given = (operation: Operation, place: 'here' = 'here'): Given => {
  const kind = targetOf(operation);
  const id = kind === null || kind === 'session' || kind === 'upload' || kind === 'leaf' ? uuidv7() : (department.fixtures.find((one) => one.kind === kind && one.place === place) ?? department.at(kind, 'walled')).id;
  return {
    id, rowId: id, n: 0, personId: department.target, custodianId: department.keeper, recordId: department.at('incident', 'here').id, roleKey: 'reception', email: `${uuidv7()}@test.example`, code: `H-${uuidv7().slice(-12).toUpperCase()}`, account: `H${uuidv7().slice(-10)}`,
    'POST /api/identity/keys roleKey': 'service-source', 'POST /api/incidents title': 'Declared', 'POST /api/incidents severity': 2, 'POST /api/devices behindId': null, 'POST /api/devices points': [], 'POST /api/workorders title': 'Raised', 'POST /api/notices/answer code': 'A'.repeat(22), 'POST /api/notices/answer/open code': 'A'.repeat(22), 'POST /api/cases/report/open code': 'A'.repeat(27), 'POST /api/cases/report/say code': 'A'.repeat(27), 'POST /api/sites timeZone': 'Europe/Berlin', 'POST /api/incidents/:id/people name': 'A witness', 'POST /api/incidents/:id/classify type': 'trespass',
  };
};

const send = (server: FastifyInstance, operation: Operation, body: unknown, values = given(operation)) =>
  server.inject({ method: operation.method, url: urlOf(operation, values), headers: { ...all.headers, 'content-type': 'application/json' }, payload: typeof body === 'string' ? body : JSON.stringify(body) });

const bodyOf = (operation: Operation, values = given(operation)) => (operation.endpoint.body ? exampleOf(operation.endpoint.body, values, operation.key) : {}) as Record<string, unknown>;

const fieldsOf = (operations: readonly Operation[]) => operations.flatMap((operation) => textsOf(operation.endpoint.body).map(([field, longest]): [string, string, Operation, number] => [operation.key, field, operation, longest]));
/** What is added here is answered with the record that it belongs to, whose own title stands there. */
const ANSWERS_ITS_RECORD: ReadonlySet<string> = new Set(['POST /api/exercises/:id/injects title', 'PUT /api/exercises/:id/injects/:rowId title']);
const isSecret = (field: string) => /password|current|next/i.test(field);

describe('text that means harm', () => {
  test('there is text to be sent', () => expect(fieldsOf(writes).length).toBeGreaterThan(50));

  test.each(fieldsOf(writes))('%s, %s: is stored as it is or refused in words, and never breaks the server', async (key, field, operation, longest) => {
    const valid = bodyOf(operation);
    for (const [name, text] of isSecret(field) ? LITERAL.slice(0, 3) : LITERAL) {
      const sent = text.slice(0, longest).trim().toWellFormed();
      const answer = await send(rehearsal, operation, { ...valid, [field]: sent });
      expect(answer.statusCode, `${name}: ${answer.body.slice(0, 300)}`).toBeLessThan(500);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(String(answer.headers['content-type'])).toMatch(/^application\/(problem\+)?json/);
      const said = answer.statusCode < 300 ? (answer.json<Record<string, unknown>>()[field] as unknown) : undefined;
      if (typeof said === 'string' && !ANSWERS_ITS_RECORD.has(`${key} ${field}`) && !isSecret(field) && said !== '' && operation.endpoint.reply && field in shapeOf(operation.endpoint.reply)) expect([name, said]).toEqual([name, sent]);
    }
  });

  test.each(fieldsOf(writes))('%s, %s: what no database can keep is refused with its pointer', async (_key, field, operation) => {
    for (const text of ['zero\u0000byte', 'half \ud83d pair', '\udc00']) {
      const answer = await send(rehearsal, operation, { ...bodyOf(operation), [field]: text });
      expect(answer.statusCode).toBe(400);
      expect(answer.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer)).toEqual([`/${field}`]);
    }
  });

  test.each(fieldsOf(writes))('%s, %s: too long is refused with its pointer, four megabytes before they are read', async (_key, field, operation, longest) => {
    const valid = bodyOf(operation);
    if (longest < 1_900_000) {
      const long = await send(rehearsal, operation, { ...valid, [field]: 'x'.repeat(longest + 1) });
      expect(long.statusCode).toBe(400);
      expect(long.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer).toBe(`/${field}`);
    }
    expect((await send(rehearsal, operation, { ...valid, [field]: 'x'.repeat(4 * 1024 * 1024) })).statusCode).toBe(413);
  });
});

describe('JSON that means harm', () => {
  const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;

  test.each(writes.map((operation): [string, Operation] => [operation.key, operation]))('%s takes no depth that breaks what walks it, with a key to replay it or without', async (_key, operation) => {
    const [field = 'reason'] = Object.keys(shapeOf(operation.endpoint.body));
    for (const deep of [nested(40, '[', ']'), nested(5_000, '[', ']'), nested(200_000, '[', ']'), nested(50_000, '{"a":', '}')]) {
      for (const headers of [{}, { 'idempotency-key': uuidv7() }]) {
        const answer = await rehearsal.inject({ method: operation.method, url: urlOf(operation, given(operation)), headers: { ...all.headers, ...headers, 'content-type': 'application/json' }, payload: `{"${field}":${deep}}` });
        expect(answer.statusCode).toBe(400);
      }
    }
  });

  test.each(writes.map((operation): [string, Operation] => [operation.key, operation]))('%s pollutes no prototype, and of a key sent twice takes one', async (_key, operation) => {
    const valid = JSON.stringify(bodyOf(operation)).slice(1, -1);
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'items', 'ctx', 'personId.$ne']) {
      const answer = await send(rehearsal, operation, `{${valid ? `${valid},` : ''}"${key}":{"isAdmin":true,"prototype":{"isAdmin":true}}}`);
      expect([key, answer.statusCode]).toEqual([key, 400]);
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    const [first = ''] = Object.keys(bodyOf(operation));
    if (first) expect((await send(rehearsal, operation, `{"${first}":{"x":1},${valid}}`)).statusCode).toBeLessThan(500);
  });

  test('free fields of an incident keep no prototype, no unknown answer and no depth', async () => {
    const { id } = department.at('incident', 'here');
    for (const fields of ['{"__proto__":{"x":1}}', '{"constructor":"x"}', '{"toString":"x"}', `{"firstActions":${nested(30, '[', ']')}}`, '{"firstActions":{"stated":"none","extra":{}}}', '{"unknown field":"x"}']) {
      const answer = await rehearsal.inject({ method: 'PATCH', url: `/api/incidents/${id}`, headers: { ...all.headers, 'content-type': 'application/json' }, payload: `{"fields":${fields}}` });
      expect([fields, answer.statusCode >= 400 && answer.statusCode < 500]).toEqual([fields, true]);
    }
  });
});

describe('what was stored is what comes back', () => {
  const api = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, headers: all.headers, ...(payload && { payload }) });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
    return answer.json<Record<string, unknown> & { id: string }>();
  };

  test.each(LITERAL)('%s, through every kind of record, its log, its search and its ledger', async (_name, text) => {
    const [line, title] = [text.slice(0, 120).trim().toWellFormed(), text.slice(0, 100).trim().toWellFormed()];
    const site = await api('POST', '/api/sites', { code: `X-${uuidv7().slice(-12).toUpperCase()}`, name: title, kind: 'site', timeZone: 'Europe/Berlin', address: line });
    expect(await api('GET', `/api/sites/${site.id}`)).toMatchObject({ name: title, address: line });
    const person = await api('POST', '/api/people', { name: line, title: line, employer: line });
    expect(await api('GET', `/api/people/${person.id}`)).toMatchObject({ name: line, title: line, employer: line });
    const incident = await api('POST', '/api/incidents', { title, narrative: text, place: line, reportedBy: line, severity: 2, siteId: department.sites.here });
    await api('POST', `/api/incidents/${incident.id}/log`, { text });
    await api('POST', `/api/incidents/${incident.id}/things`, { kind: 'item', description: line, details: text });
    await api('POST', `/api/incidents/${incident.id}/people`, { role: 'witness', name: line, details: text });
    const task = await api('POST', '/api/tasks', { recordId: incident.id, title, detail: text });
    const trimmed = text.trim();
    expect(await api('GET', `/api/incidents/${incident.id}`)).toMatchObject({ title, narrative: trimmed, place: line, reportedBy: line, things: [{ description: line, details: trimmed }], people: [{ name: line, details: trimmed }] });
    expect(await api('GET', `/api/incidents/${incident.id}/log`)).toMatchObject({ items: [{ text: trimmed }] });
    expect(await api('GET', `/api/tasks/${task.id}`)).toMatchObject({ title, detail: trimmed });
    expect(JSON.stringify(await api('GET', `/api/search?q=${encodeURIComponent(title.slice(0, 60).trim())}&limit=50`))).toContain(JSON.stringify(title).slice(1, -1));
    const kept = await fresh.owner.query<{ text: string }>(`select x.text from ledger.erasable x join ledger.entry e on e.xid = x.xid and e.id = x.entry_id where e.record_id = $1`, [incident.id]);
    expect(kept.rows.map((row) => row.text)).toContain(trimmed);
    const pdf = await app.inject({ url: `/api/incidents/${incident.id}/report.pdf`, headers: all.headers });
    expect([pdf.statusCode, pdf.rawPayload.subarray(0, 5).toString()]).toEqual([200, '%PDF-']);
  });

  test('a cell of an exported table is never a formula', async () => {
    const lines = (await app.inject({ url: '/api/sites/export', headers: all.headers })).body;
    expect(lines).toContain('HYPERLINK');
    expect(lines).not.toMatch(/(^|,)"?[=+@]/m);
  });
});

describe('a request that another site made the browser send', () => {
  const FORGED: [string, Record<string, string>][] = [
    ['cross-site', { 'sec-fetch-site': 'cross-site' }], ['same-site', { 'sec-fetch-site': 'same-site' }], ['of another origin', { origin: 'https://evil.example' }], ['of no origin', { origin: 'null' }], ['of another port', { origin: 'http://localhost:81' }], ['of a broken origin', { origin: '://' }],
  ];
  test.each(FORGED)('is refused before anything of it is read: %s', async (_name, headers) => {
    const cookie = `${SESSION_COOKIE}=${all.headers.authorization.slice(7)}`;
    for (const operation of operationsOf(modules).filter(({ method }) => method !== 'GET')) {
      const answer = await app.inject({ method: operation.method, url: urlOf(operation, given(operation)), headers: { cookie, ...headers, 'content-type': 'application/json' }, payload: '{}' });
      expect([operation.key, answer.statusCode, answer.json<{ type: string }>().type]).toEqual([operation.key, 403, 'urn:problem:platform.cross_site']);
    }
  });

  test('is let in from our own pages', async () => {
    const cookie = `${SESSION_COOKIE}=${all.headers.authorization.slice(7)}`;
    const url = `/api/alarms/${department.at('alarm', 'nowhere').id}/claim`;
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: 'http://watch.example:8080', host: 'watch.example:8080' }, {}]) expect((await rehearsal.inject({ method: 'POST', url, headers: { cookie, ...headers } })).statusCode).toBe(200);
  });
});

describe('the same key at once', () => {
  const AT_ONCE = 6;
  const aRecord = async (place: 'here' | 'elsewhere' | 'nowhere') => department.at('alarm', place).id;
  const count = async (sql: string, id: string) => (await fresh.owner.query<{ n: number }>(sql, [id])).rows[0]?.n;
  const told = (verb: string, id: string) => count(`select count(*)::int as n from ledger.entry where verb = '${verb}' and record_id = $1`, id);
  const together = async (url: string, payload: object | undefined, key = uuidv7()) => {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => app.inject({ method: 'POST', url, headers: { ...all.headers, 'idempotency-key': key }, ...(payload && { payload }) })));
    expect(answers.map(({ statusCode, body }) => [statusCode < 300, body])).toEqual(answers.map(() => [true, answers[0]?.body]));
    return { answer: answers[0], key };
  };

  test('declares one incident', async () => {
    const title = `Declared once ${uuidv7()}`;
    const { answer, key } = await together('/api/incidents', { title, severity: 2, siteId: department.sites.here });
    expect(await count('select count(*)::int as n from incidents.incident where title = $1', title)).toBe(1);
    const other = await app.inject({ method: 'POST', url: '/api/incidents', headers: { ...all.headers, 'idempotency-key': key }, payload: { title: 'Another', severity: 2, siteId: department.sites.here } });
    expect(other.statusCode).toBe(422);
    expect(answer?.statusCode).toBe(201);
  });

  test('claims, acknowledges and closes an alarm once', async () => {
    const id = await aRecord('here');
    await together(`/api/alarms/${id}/claim`, undefined);
    await together(`/api/alarms/${id}/acknowledge`, undefined);
    await together(`/api/alarms/${id}/close`, { disposition: 'no-finding' });
    expect([await told('alarms.claimed', id), await told('alarms.acknowledged', id), await told('alarms.closed', id)]).toEqual([1, 1, 1]);
  });

  test('writes one log line, ends one task, retires one source, ends one grant, suspends one person', async () => {
    const incident = department.at('incident', 'here');
    await together(`/api/incidents/${incident.id}/log`, { text: 'Written once' });
    expect(await count(`select count(*)::int as n from incidents.log_entry where text = 'Written once' and incident_id = $1`, incident.id)).toBe(1);
    await together(`/api/tasks/${department.at('task', 'here').id}/complete`, { outcome: 'Done once' });
    expect(await told('tasks.completed', incident.id)).toBe(1);
    const source = department.at('source', 'elsewhere').id;
    await together(`/api/signals/sources/${source}/retire`, { reason: 'Removed once' });
    expect(await told('signals.source-retired', source)).toBe(1);
    await together(`/api/identity/grants/${department.at('grant', 'elsewhere').id}/end`, { reason: 'Ended once' });
    const person = department.at('person', 'elsewhere').id;
    await together(`/api/people/${person}/suspend`, { reason: 'Suspended once' });
    expect(await told('identity.suspended', person)).toBe(1);
    await together(`/api/incidents/${incident.id}/severity`, { severity: 4, reason: 'Raised once' });
    expect(await told('incidents.severity-changed', incident.id)).toBe(1);
  });

  test('adds one site, person, source, task and wall', async () => {
    const code = `ONE-${uuidv7().slice(-12).toUpperCase()}`;
    await together('/api/sites', { code, name: 'Once', kind: 'site', timeZone: 'Europe/Berlin' });
    expect(await count('select count(*)::int as n from sites.site where code = $1', code)).toBe(1);
    const name = `Once ${uuidv7()}`;
    await together('/api/people', { name });
    expect(await count('select count(*)::int as n from access.person where name = $1', name)).toBe(1);
    await together('/api/signals/sources', { protocol: 'dc09', account: `Q${uuidv7().slice(-10)}`, name });
    expect(await count('select count(*)::int as n from signals.source where name = $1', name)).toBe(1);
    await together('/api/tasks', { recordId: department.at('incident', 'here').id, title: name });
    expect(await count('select count(*)::int as n from tasks.task where title = $1', name)).toBe(1);
    const incident = department.at('incident', 'nowhere').id;
    await together(`/api/incidents/${incident}/wall`, { custodianId: department.keeper, reason: 'Walled once' });
    expect(await told('incidents.walled', incident)).toBe(1);
  });

  test('of one body and another one lives, and the other is told that the key is used', async () => {
    const key = uuidv7();
    const answers = await Promise.all(['One', 'Other'].map((title) => app.inject({ method: 'POST', url: '/api/incidents', headers: { ...all.headers, 'idempotency-key': key }, payload: { title, severity: 2, siteId: department.sites.here } })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 422]);
  });

  test('by two people is two things', async () => {
    const [other] = (await department.enrol([{ name: 'Other', grants: [{ role: 'gsoc-operator', site: null, isInForce: true }], parts: [] }])) as [Actor];
    const key = uuidv7();
    const ids = await Promise.all([all, other].map(async ({ headers }) => (await app.inject({ method: 'POST', url: '/api/incidents', headers: { ...headers, 'idempotency-key': key }, payload: { title: 'Mine', severity: 2, siteId: department.sites.here } })).json<{ id: string }>().id));
    expect(new Set(ids).size).toBe(2);
  });
});
