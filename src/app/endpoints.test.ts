import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { buildWeb } from './web-server.ts';
import { coreOf, defOf, exampleOf, type Operation, operationsOf, shapeOf, urlOf } from './testing/operations.ts';

/** Who need not be signed in, and what any active person may do about themselves; everything else needs a permission. */
const PUBLIC = [
  'GET /api/identity/setup', 'GET /api/identity/sign-in/ways', 'POST /api/identity/setup', 'POST /api/identity/sign-in', 'POST /api/identity/sign-in/totp', 'POST /api/identity/sign-in/recovery-code',
  'POST /api/identity/sign-in/enrol/totp', 'POST /api/identity/sign-in/enrol/totp/confirm', 'POST /api/identity/reset', 'POST /api/identity/sign-in/single', 'POST /api/identity/sign-in/single/finish',
  'POST /api/identity/sign-in/passkey/question', 'POST /api/identity/sign-in/passkey', 'POST /api/identity/sign-in/enrol/passkey/offer', 'POST /api/identity/sign-in/enrol/passkey', 'POST /api/offline/order', 'POST /api/cases/report', 'POST /api/cases/report/open', 'POST /api/cases/report/say', 'POST /api/notices/answer', 'POST /api/notices/answer/open', 'POST /api/notices/gateways/:id/receipts',
];
const SIGNED_IN = [
  'POST /api/identity/sign-out', 'GET /api/identity/me', 'POST /api/identity/password', 'GET /api/identity/sessions', 'DELETE /api/identity/sessions/:id',
  'POST /api/identity/confirm', 'GET /api/identity/factors', 'POST /api/identity/factors/totp', 'POST /api/identity/factors/totp/confirm', 'DELETE /api/identity/factors/totp', 'POST /api/identity/factors/recovery-codes',
  'POST /api/identity/sessions/end-others', 'POST /api/identity/email', 'GET /api/identity/own-keys', 'POST /api/identity/own-keys', 'DELETE /api/identity/own-keys/:id',
  'POST /api/identity/confirm/passkey/question', 'POST /api/identity/confirm/passkey', 'POST /api/identity/factors/passkeys/offer', 'POST /api/identity/factors/passkeys', 'PATCH /api/identity/factors/passkeys/:id', 'DELETE /api/identity/factors/passkeys/:id', 'POST /api/identity/links', 'DELETE /api/identity/links/:id',
  'GET /api/identity/roles', 'GET /api/people/names', 'GET /api/live', 'GET /api/search',
  'GET /api/jobs', 'GET /api/jobs/:id', 'POST /api/jobs/:id/stop', 'POST /api/jobs/:id/again', 'GET /api/notify/notices', 'GET /api/notify/notices/:id', 'GET /api/notify/unread', 'POST /api/notify/notices/:id/read', 'POST /api/notify/read-all', 'POST /api/notify/notices/:id/acknowledge', 'GET /api/notify/preferences', 'PUT /api/notify/preferences', 'POST /api/notify/test',
  'GET /api/notices/mine', 'POST /api/notices/mine/:id/open', 'POST /api/notices/mine/:id/answer', 'PUT /api/notices/mine/language', 'GET /api/notices/mine/musters', 'POST /api/notices/mine/musters/:id',
  'GET /api/deliver/channels', 'POST /api/deliver/devices', 'DELETE /api/deliver/devices/:id', 'DELETE /api/deliver/webhooks/:id', 'POST /api/deliver/deliveries/:id/arrived',
  'GET /api/offline/devices', 'POST /api/offline/devices', 'PUT /api/offline/devices/:id/contact', 'POST /api/offline/devices/:id/records', 'POST /api/offline/devices/:id/records/drop', 'DELETE /api/offline/devices/:id', 'POST /api/offline/devices/:id/wipe',
  'GET /api/identity/glass', 'GET /api/identity/glass/waiting', 'GET /api/identity/glass/inside', 'GET /api/identity/glass/:id', 'POST /api/identity/glass/:id/confirm', 'POST /api/identity/glass/:id/decline', 'POST /api/identity/glass/:id/withdraw', 'POST /api/identity/glass/:id/enter',
  'GET /api/identity/walls', 'POST /api/identity/walls/entries/:id/end', 'POST /api/identity/walls/entries/:id/review', 'POST /api/identity/see-as/end',
  'GET /api/imports/kinds', 'GET /api/imports', 'POST /api/imports', 'PUT /api/imports/:id/bytes', 'GET /api/imports/:id', 'POST /api/imports/:id/try', 'POST /api/imports/:id/run', 'GET /api/imports/:id/rows', 'GET /api/imports/:id/errors', 'DELETE /api/imports/:id',
  'GET /api/two-person', 'GET /api/two-person/waiting', 'GET /api/two-person/:id', 'POST /api/two-person/:id/approve', 'POST /api/two-person/:id/refuse', 'POST /api/two-person/:id/withdraw', 'POST /api/two-person/:id/review',
];

const ABSENT = '01890000-0000-7000-8000-00000000dead';
const PARAMS = { id: ABSENT, rowId: ABSENT, n: 0 };

const modules = await discoverModules();
const operations = operationsOf(modules);
const guarded = operations.filter(({ endpoint }) => endpoint.permission !== 'public');
const withBody = operations.filter(({ endpoint }) => endpoint.body);
const named = (list: readonly Operation[]) => list.map((operation): [string, Operation] => [operation.key, operation]);

let fresh: FreshDatabase;
let app: FastifyInstance;
let all: Somebody;

/** Everything that can be granted, over the whole organisation. */
async function somebodyWhoMayAll(): Promise<Somebody> {
  const person = await aPerson(fresh, 'Everything');
  await fresh.owner.query(`insert into access.role (key, title, kind) values ('everything', 'Everything', 'human')`);
  await fresh.owner.query(`insert into access.role_permission (permission, role_id) select distinct p, r.id from unnest($1::text[]) p, access.role r where r.key = 'everything'`, [modules.flatMap((module) => Object.keys(module.permissions ?? {}))]);
  await fresh.owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = 'everything'`, [person.id]);
  return person;
}

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules });
  all = await somebodyWhoMayAll();
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

type Sent = { body?: unknown; query?: Record<string, unknown>; headers?: Record<string, string>; params?: Record<string, unknown> };
const send = (operation: Operation, { body, query = {}, headers = all.headers, params = PARAMS }: Sent = {}) =>
  app.inject({ method: operation.method, url: urlOf(operation, params, query), headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) });

const bodyOf = ({ endpoint, key }: Operation): unknown => (endpoint.body ? exampleOf(endpoint.body, {}, key) : undefined);
const queryOf = ({ endpoint, key }: Operation): Record<string, unknown> => (endpoint.query ? (exampleOf(endpoint.query, {}, key) as Record<string, unknown>) : {});

type Answer = Awaited<ReturnType<typeof send>>;
type Problem = { type: string; title: string; status: number; detail: string; instance: string; errors?: { pointer: string; detail: string }[] };

function problemOf(answer: Answer): Problem {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = answer.json<Problem>();
  expect(problem).toMatchObject({ type: expect.stringMatching(/^urn:problem:[a-z]+\.[a-z_]+$/), title: expect.any(String), status: answer.statusCode, detail: expect.any(String), instance: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  return problem;
}

describe('what every operation declares', () => {
  test('what may come late from a device says from where: a POST with an id of its own and what its device says', () => {
    const late = operations.filter(({ endpoint }) => endpoint.late !== undefined);
    expect(late.map(({ key, endpoint }) => `${key} ${endpoint.late}`)).toEqual(['POST /api/incidents/:id/facts ask', 'POST /api/incidents/:id/log append']);
    for (const { endpoint } of late) expect([endpoint.method, Object.keys(shapeOf(endpoint.body))]).toEqual(['POST', expect.arrayContaining(['device', expect.stringMatching(/^(?:edit|entry)Id$/)])]);
  });

  test('there are operations of every module, each once', () => {
    expect(new Set(operations.map(({ module }) => module))).toEqual(new Set(['identity', 'people', 'directory', 'sites', 'devices', 'signals', 'procedures', 'alarms', 'tasks', 'incidents', 'cases', 'exhibits', 'workorders', 'exercises', 'continuity', 'risk', 'convergence', 'metrics', 'desk', 'backup', 'files', 'deliver', 'health', 'imports', 'jobs', 'ledger', 'live', 'net', 'notices', 'notify', 'offline', 'retention', 'search', 'subjects', 'thread', 'two-person']));
    expect(new Set(operations.map(({ key }) => key)).size).toBe(operations.length);
  });

  test('only those that are listed here are public, or for anybody who is signed in', () => {
    const keysOf = (permission: string) => operations.filter(({ endpoint }) => endpoint.permission === permission).map(({ key }) => key).sort();
    expect(keysOf('public')).toEqual(PUBLIC.toSorted());
    expect(keysOf('signed-in')).toEqual(SIGNED_IN.toSorted());
  });

  test.each(named(operations))('%s has a permission of its module or of one that it administers, and says what it does', (_key, { endpoint, module }) => {
    const { permission, summary, method } = endpoint;
    const declared = new Map(modules.flatMap(({ name, permissions = {} }) => Object.entries(permissions).map(([atom, meaning]): [string, string] => [atom, name === atom.split(':')[0] || atom.startsWith('platform:') ? meaning : ''])));
    if (permission !== 'public' && permission !== 'signed-in') expect(declared.get(permission), `${permission} is declared by its module`).toMatch(/\w{3}/);
    if (permission.includes(':') && !permission.startsWith(`${module}:`)) expect(permission).toMatch(/^(identity:(?:invite|read|grant|sessions|simulate)|platform:[a-z-]+|retention:(?:erase|hold))$/);
    expect(summary).toMatch(/^[A-Z\p{Lu}].{3,}/u);
    if (method === 'GET') expect(endpoint.body).toBeUndefined();
  });

  test.each(named(operations))('%s takes no object, at any depth, that lets unknown fields pass', (_key, { endpoint }) => {
    const loose: string[] = [];
    const walk = (schema: z.ZodType, at: string, isTop: boolean): void => {
      const core = coreOf(schema);
      const { type, shape, options, element, catchall } = defOf(core);
      // The server makes the topmost object strict by itself.
      if (type === 'object' && !isTop && !(catchall && defOf(catchall).type === 'never')) loose.push(at || '/');
      for (const [field, item] of Object.entries(shape ?? {})) walk(item, `${at}/${field}`, false);
      for (const option of options ?? []) walk(option, at, false);
      if (element) walk(element, `${at}/0`, false);
    };
    for (const part of [endpoint.params, endpoint.query, endpoint.body]) if (part) walk(part, '', true);
    expect(loose).toEqual([]);
  });
});

describe('without credentials that hold', () => {
  const TOKENS: [string, Record<string, string>][] = [
    ['none', {}], ['an empty cookie', { cookie: 'parapet_session=' }], ['a cookie of other things', { cookie: 'parapet_session=../../etc/passwd; a=b' }], ['an unknown cookie', { cookie: `parapet_session=${'A'.repeat(43)}` }],
    ['an empty bearer', { authorization: 'Bearer ' }], ['basic credentials', { authorization: 'Basic YWRtaW46YWRtaW4=' }], ['an unknown bearer', { authorization: `Bearer ${'x'.repeat(43)}` }], ['a bearer with SQL', { authorization: `Bearer ' or 1=1 --` }],
    ['a bearer of the wrong case', { authorization: `bearer ${'x'.repeat(43)}` }], ['a very long bearer', { authorization: `Bearer ${'x'.repeat(8000)}` }],
  ];
  test.each(TOKENS)('every operation that is not public answers 401 to %s, whatever else was sent', async (_name, headers) => {
    for (const operation of guarded) {
      for (const body of operation.endpoint.body ? [bodyOf(operation), { nonsense: true }] : [undefined]) {
        const answer = await send(operation, { headers, body, query: queryOf(operation) });
        expect([operation.key, answer.statusCode]).toEqual([operation.key, 401]);
        expect(problemOf(answer).type).toBe('urn:problem:platform.sign_in_first');
      }
    }
  });

  test('a body that cannot be read is not read for somebody unknown', async () => {
    for (const operation of withBody.filter(({ endpoint }) => endpoint.permission !== 'public')) {
      const answer = await app.inject({ method: operation.method, url: urlOf(operation, PARAMS), headers: { 'content-type': 'application/json' }, payload: '{"broken' });
      expect([operation.key, answer.statusCode]).toEqual([operation.key, 401]);
    }
  });
});

const WRONG: [string, unknown][] = [
  ['an array', ['x', 'y']], ['an object', { $ne: '' }], ['null', null], ['a number', 12_345.678], ['a negative number', -1], ['a huge number', 1e308], ['true', true], ['an empty text', ''],
  ['a very long text', 'x'.repeat(100_000)], ['a text with SQL', `'; drop table access.person; --`], ['a path', '../../../etc/passwd'], ['a template', '{{7*7}}${7*7}'], ['a nested array', [[[[[]]]]]],
];

describe('what is malformed', () => {
  test.each(named(operations))('%s refuses an unknown field of the query with its pointer', async (_key, operation) => {
    const answer = await send(operation, { query: { ...queryOf(operation), surplus: '1' }, body: bodyOf(operation) });
    expect(answer.statusCode).toBe(400);
    expect(problemOf(answer).errors).toEqual([{ pointer: expect.any(String), detail: expect.stringContaining('surplus') }]);
  });

  test.each(named(operations.filter(({ method }) => method !== 'GET')))('%s refuses an unknown field of the body, at the top and within, with its pointer', async (_key, operation) => {
    const valid = bodyOf(operation) as Record<string, unknown> | undefined;
    const answer = await send(operation, { body: { ...valid, isAdmin: true }, query: queryOf(operation) });
    expect(answer.statusCode).toBe(400);
    expect(JSON.stringify(problemOf(answer).errors)).toMatch(/isAdmin/);
    for (const [field, item] of Object.entries(shapeOf(operation.endpoint.body))) {
      if (Object.keys(shapeOf(item)).length === 0) continue;
      const within = await send(operation, { body: { ...valid, [field]: { ...(exampleOf(item, {}, operation.key, field) as object), isAdmin: true } } });
      expect([field, within.statusCode]).toEqual([field, 400]);
      expect(JSON.stringify(problemOf(within).errors)).toMatch(/isAdmin/);
    }
  });

  test.each(named(withBody))('%s answers every wrong type of every field with a problem below 500', async (_key, operation) => {
    const valid = bodyOf(operation) as Record<string, unknown>;
    for (const field of Object.keys(shapeOf(operation.endpoint.body))) {
      for (const [what, value] of WRONG) {
        const answer = await send(operation, { body: { ...valid, [field]: value } });
        expect(answer.statusCode, `${field} is ${what}: ${answer.body.slice(0, 200)}`).toBeLessThan(500);
        if (answer.statusCode >= 400) problemOf(answer);
      }
    }
  });

  test.each(named(withBody))('%s refuses a body that is no object of its kind', async (_key, operation) => {
    for (const body of [null, 'text', 7, true, [], [[]], [null], {}]) {
      const answer = await send(operation, { body });
      const isEnough = operation.endpoint.body?.safeParse(body).success === true;
      expect(answer.statusCode, JSON.stringify(body)).toBeLessThan(500);
      if (!isEnough) expect([JSON.stringify(body), answer.statusCode]).toEqual([JSON.stringify(body), 400]);
    }
    for (const payload of ['', '{', '{"a":1', 'nul', '[1,]', '\u0000', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":{"x":1}}}']) {
      const answer = await app.inject({ method: operation.method, url: urlOf(operation, PARAMS), headers: { ...all.headers, 'content-type': 'application/json' }, payload });
      expect([payload, answer.statusCode]).toEqual([payload, 400]);
      problemOf(answer);
    }
  });

  test.each(named(operations.filter(({ endpoint }) => endpoint.query)))('%s answers every wrong value of its query with a problem below 500', async (_key, operation) => {
    const valid = queryOf(operation);
    for (const field of Object.keys(shapeOf(operation.endpoint.query))) {
      for (const value of ['', ' ', '-1', '0', '1e400', 'NaN', '99999999999999999999', 'x'.repeat(5000), '\0', '\ud800', `' or 1=1 --`, '../..', 'null', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59+14:00', ['a', 'b'], 'bm9uc2Vuc2U', 'WyIxIiwiMiIsIjMiXQ', 'WyIyMDI2LTAxLTAxIiwieCJd']) {
        if (operation.key === 'GET /api/live') continue;
        const answer = await send(operation, { query: { ...valid, [field]: value } });
        expect(answer.statusCode, `${field}=${String(value).slice(0, 30)}: ${answer.body.slice(0, 300)}`).toBeLessThan(500);
        if (answer.statusCode >= 400) problemOf(answer);
      }
    }
  });

  test.each(named(operations.filter(({ path }) => path.includes(':'))))('%s answers ids that are none, and paths that climb, with a problem', async (_key, operation) => {
    for (const id of ['1', '..', '../..', '../../api/identity/me', '..%2f..%2fetc%2fpasswd', '%00', ABSENT.toUpperCase().slice(0, 35), `${ABSENT}' or '1'='1`, 'null', 'undefined', '[object Object]', '𝟘', '\u202e', 'x'.repeat(4000), `${ABSENT},${ABSENT}`]) {
      // What climbs is made even before it is sent, and may name another operation.
      const climbed = new URL(urlOf(operation, { id, rowId: id, n: id }), 'http://localhost').pathname.replace(/\/$/, '');
      if (id === '..' && operations.some(({ method, path }) => method === operation.method && path.replace(/\/$/, '') === climbed)) continue;
      const answer = await send(operation, { params: { id, rowId: id, n: id }, body: bodyOf(operation), query: queryOf(operation) });
      expect([400, 404, 422], `${id.slice(0, 30)}: ${answer.body.slice(0, 200)}`).toContain(answer.statusCode);
      problemOf(answer);
    }
    const raw = await app.inject({ method: operation.method, url: operation.path.replace(/:\w+/g, '%zz'), headers: all.headers });
    expect([400, 404]).toContain(raw.statusCode);
    problemOf(raw);
  });

  test.each(named(withBody))('%s takes JSON only, and not without end', async (_key, operation) => {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp', 'nonsense']) {
      const answer = await app.inject({ method: operation.method, url: urlOf(operation, PARAMS), headers: { ...all.headers, 'content-type': type }, payload: JSON.stringify(bodyOf(operation)) });
      expect([type, answer.statusCode]).toEqual([type, 415]);
      problemOf(answer);
    }
    const large = await app.inject({ method: operation.method, url: urlOf(operation, PARAMS), headers: { ...all.headers, 'content-type': 'application/json' }, payload: `{"reason":"${'x'.repeat(4 * 1024 * 1024)}"}` });
    expect(large.statusCode).toBe(413);
    problemOf(large);
  });

  test('an address that is none, and a method that is none, are the same 404 as a record that is not there', async () => {
    const asked = await Promise.all([app.inject({ url: '/api/nothing/here', headers: all.headers }), app.inject({ method: 'PUT', url: '/api/alarms', headers: all.headers }), app.inject({ url: `/api/alarms/${ABSENT}`, headers: all.headers }), app.inject({ url: `/api/incidents/${ABSENT}`, headers: all.headers })]);
    const words = asked.map((answer) => ({ ...problemOf(answer), instance: '' }));
    expect(asked.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404]);
    expect(new Set(words.map((word) => JSON.stringify(word))).size).toBe(1);
  });
});

const Json = z.record(z.string(), z.unknown());
const Media = z.object({ content: z.record(z.string(), z.object({ schema: Json })).optional(), description: z.string().optional() });
const OpenApi = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string().min(1), version: z.string().regex(/^\d+\.\d+\.\d+/) }),
  components: z.object({ securitySchemes: z.record(z.string(), z.object({ type: z.enum(['apiKey', 'http']) })) }),
  paths: z.record(
    z.string().startsWith('/api/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), z.object({
      summary: z.string().min(4), tags: z.array(z.string()).length(1), security: z.array(z.record(z.string(), z.array(z.never()))).optional(),
      parameters: z.array(z.object({ name: z.string(), in: z.enum(['path', 'query']), required: z.boolean(), schema: Json })).optional(),
      requestBody: Media.optional(), responses: z.record(z.string().regex(/^\d{3}$/), Media),
    })),
  ),
});

describe('the OpenAPI document', () => {
  test('lists every operation with its parameters, body, reply and how to sign in, and nothing else', async () => {
    const { paths } = OpenApi.parse((await app.inject('/openapi.json')).json());
    const listed = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1').replace(/\/$/, '')}`, ...operation })));
    expect(listed.map(({ key }) => key).sort()).toEqual(operations.map(({ key }) => key).sort());
    for (const { key, parameters = [], requestBody, responses, security } of listed) {
      const endpoint = operations.find((one) => one.key === key)?.endpoint;
      const fields = [...Object.keys(shapeOf(endpoint?.params)), ...Object.keys(shapeOf(endpoint?.query))];
      expect(parameters.map(({ name }) => name).sort(), key).toEqual(fields.sort());
      expect(requestBody?.content?.['application/json'] !== undefined, key).toBe(endpoint?.body !== undefined);
      if (endpoint?.reply) expect(responses[String(endpoint.status ?? 200)]?.content?.['application/json'], key).toBeDefined();
      expect(security, key).toEqual(endpoint?.permission === 'public' ? undefined : [{ session: [] }, { key: [] }]);
    }
  });

  test('every schema in it is one that a validator can follow: references lead somewhere', async () => {
    const document = (await app.inject('/openapi.json')).json<Record<string, unknown>>();
    const lost: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const ref = (value as { $ref?: unknown }).$ref;
      if (typeof ref === 'string' && ref.split('/').slice(1).reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document) === undefined) lost.push(ref);
      Object.values(value).forEach(walk);
    };
    walk(document);
    expect(lost).toEqual([]);
  });
});

test('what machines ask of the process needs no credentials and tells nothing of the organisation', async () => {
  const web = await buildWeb({ db: fresh.db, modules });
  for (const url of ['/healthz', '/readyz', '/metrics', '/openapi.json']) {
    const answer = await web.inject(url);
    expect([url, answer.statusCode]).toEqual([url, 200]);
    expect(answer.body).not.toContain(all.id);
  }
  expect((await web.inject({ url: '/metrics', remoteAddress: '203.0.113.7' })).statusCode).toBe(403);
  await web.close();
});
