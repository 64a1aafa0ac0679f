import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startSyslogReceiver } from '#connectors/syslog/receiver.ts';
import { alarms, type AlarmRow, changed as alarmChanged } from '#modules/alarms/alarm-row.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { openClient } from '#platform/net/outgoing.ts';
import { aCertificate, aWebServer, type WebServer } from '#platform/net/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Destination, MadeDestination, Message } from './contract.ts';
import { feed } from './feed.ts';
import { sendTo, type SendOptions } from './send.ts';

let fresh: FreshDatabase;
let worker: Database;
let app: FastifyInstance;
let liaison: Somebody;
let regional: Somebody;
let engineer: Somebody;
let olga: Somebody;
let chief: Somebody;
const [north, south] = [uuidv7(), uuidv7()];
const opened: { close(): unknown }[] = [];
let clock = 0;
const now = (): Date => new Date(Date.now() + clock);

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 4 });
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  for (const [site, name] of [[north, 'North'], [south, 'South']] as const) {
    await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, upper($2), $2, 'site', 'Europe/Amsterdam')`, [site, name]);
    await fresh.owner.query('select access.place_site($1, null)', [site]);
    await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, read_permission, at) values ($1, 'sites.site', $2, 'active', $1, 'sites:read', now())`, [site, name]);
  }
  liaison = await aPerson(fresh, 'Lia Liaison', { role: 'ciso-liaison' });
  regional = await aPerson(fresh, 'Rudi Region', { role: 'ciso-liaison', siteId: north });
  engineer = await aPerson(fresh, 'Eva Engineer', { role: 'systems-engineer' });
  olga = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator' });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
});
afterEach(async () => {
  clock = 0;
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await fresh.drop();
});

const api = async (who: Somebody, method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) => {
  const reply = await app.inject({ method, url: `/api${url}`, headers: who.headers, ...(payload && { payload }) });
  return { status: reply.statusCode, body: reply.json() as Record<string, unknown> };
};
const receiver = async (answer: RequestListener): Promise<WebServer> => {
  const server = await aWebServer(answer);
  opened.push(server);
  return server;
};
const adds = async (who: Somebody, address: string, more: object = {}): Promise<MadeDestination> => {
  const { status, body } = await api(who, 'POST', '/convergence/destinations', { name: 'SIEM', address, format: 'parapet', events: ['alarms.raised', 'alarms.closed', 'incidents.declared', 'incidents.severity-changed'], ...more });
  expect([status, body]).toMatchObject([201, {}]);
  return body as unknown as MadeDestination;
};
const options = (ports: readonly number[], more: Partial<SendOptions> = {}): SendOptions => ({ db: fresh.db, worker, now, spread: () => 0, client: openClient({ allowed: async () => ports.map((port) => ({ range: '127.0.0.1/32', port })) }), ...more });
const messages = async (id: string): Promise<Message[]> => (await api(liaison, 'GET', `/convergence/destinations/${id}/messages`)).body['items'] as Message[];
const destination = async (id: string): Promise<Destination> => (await api(liaison, 'GET', `/convergence/destinations/${id}`)).body as unknown as Destination;
/** Reads on until so many messages stand there; what others on this server have open is waited for. */
const fed = (id: string, count: number) => expect.poll(async () => (await feed(worker), await messages(id)), { timeout: 20_000 }).toHaveLength(count);
const allSent = async (id: string, to: SendOptions): Promise<void> => {
  while ((await sendTo(id, to)) > 0);
};
const declares = async (title: string, siteId: string | null = north, more: object = {}): Promise<string> => {
  const { status, body } = await api(olga, 'POST', '/incidents', { title, severity: 3, siteId, narrative: 'A secret word', ...more });
  expect([status, body]).toMatchObject([201, {}]);
  return String(body['id']);
};
let raised = 0;
async function raises(siteId: string, priority: number, type = 'intrusion.alarm'): Promise<string> {
  const correlator = await fresh.as(SERVICE.correlator);
  const at = new Date().toISOString();
  const row: AlarmRow = {
    id: uuidv7(), number: `ALM-2026-${String(++raised).padStart(5, '0')}`, siteId, conditionKey: `key ${raised}`, type, title: 'Break-in', priority, sourceId: null, sourceName: 'Panel', point: 'zone:7', area: null, handling: 'unacknowledged', isActive: true, raisedAt: at, knownAt: at, lastAt: at, answerBy: at, escalateAt: null,
    returnedAt: null, ownerId: null, claimedAt: null, acknowledgedBy: null, acknowledgedAt: null, shelvedBy: null, shelvedUntil: null, shelvedWhy: null, closedBy: null, closedAt: null, closedWhilePresent: false, disposition: null, cause: null, note: null, handedTo: null, duplicateOf: null, repeats: 0, incidentId: null, incidentNumber: null, ruleVersionId: null, isSimulated: false, onTestId: null, version: 1,
  };
  await alarms.write(correlator, 'alarms:raise', async (tx) => {
    await tx.insertInto('alarms.alarm').values(row).execute();
    return alarmChanged('raised', null, row);
  });
  return row.id;
}

describe('who says what is told', () => {
  test('gets the secret once, and nobody reads it or the whole address again', async () => {
    const made = await adds(liaison, 'https://hooks.example/T0/secret-path');
    expect(made).toMatchObject({ origin: 'https://hooks.example', transport: 'webhook', secret: expect.stringMatching(/^whsec_[\w+/]{43}=$/) });
    const seen = JSON.stringify([await destination(made.id), (await api(liaison, 'GET', '/convergence/destinations')).body, (await fresh.owner.query('select body from ledger.entry where record_id = $1', [made.id])).rows]);
    expect(seen).not.toMatch(/secret-path|whsec_/);
    expect((await fresh.owner.query('select secret from convergence.destination where id = $1', [made.id])).rows[0].secret.toString('base64')).not.toContain(made.secret?.slice(6, 30));
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
    expect((await fresh.owner.query('select p.state from access.person p join convergence.destination d on d.actor_id = p.id where d.id = $1', [made.id])).rows).toEqual([{ state: 'leaver' }]);
  });

  test('shares no more than they may read, from where they may', async () => {
    const given = { name: 'X', address: 'https://hooks.example/', format: 'parapet', events: ['alarms.raised'] };
    expect((await api(engineer, 'POST', '/convergence/destinations', given)).status).toBe(403);
    expect((await api(regional, 'POST', '/convergence/destinations', given)).body).toMatchObject({ status: 422, errors: [{ pointer: '/siteId' }] });
    expect((await api(regional, 'POST', '/convergence/destinations', { ...given, siteId: south })).body).toMatchObject({ status: 422, errors: [{ pointer: '/siteId' }] });
    const { id } = await adds(regional, 'https://hooks.example/', { siteId: north });
    const whole = await adds(liaison, 'https://hooks.example/');
    expect((await api(regional, 'PATCH', `/convergence/destinations/${whole.id}`, { address: 'https://elsewhere.example/' })).status).toBe(404);
    expect((await api(regional, 'PATCH', `/convergence/destinations/${id}`, { events: ['alarms.raised', 'incidents.closed'] })).status).toBe(200);
    await fresh.owner.query(`delete from access.role_permission where permission = 'incidents:read' and role_id = (select id from access.role where key = 'ciso-liaison')`);
    const refused = await api(regional, 'PATCH', `/convergence/destinations/${id}`, { events: ['incidents.declared'] });
    await fresh.owner.query(`insert into access.role_permission (permission, role_id) select 'incidents:read', id from access.role where key = 'ciso-liaison'`);
    expect(refused.body).toMatchObject({ status: 422, errors: [{ pointer: '/events' }] });
    for (const one of [id, whole.id]) await api(liaison, 'POST', `/convergence/destinations/${one}/end`, { reason: 'Done with it' });
  });

  test.each([['/address', { address: 'http://hooks.example/' }], ['/format', { format: 'cef' }], ['/format', { address: 'syslog+tls://siem.example', format: 'parapet' }]])('hears at %s what is wrong', async (pointer, wrong) => {
    expect((await api(liaison, 'POST', '/convergence/destinations', { name: 'X', address: 'https://hooks.example/', format: 'parapet', events: ['alarms.raised'], ...wrong })).body).toMatchObject({ status: 422, errors: [{ pointer }] });
  });
});

describe('a webhook', () => {
  test('is told what it asked for, of its sites, signed, without narratives, and nothing behind a wall', async () => {
    const server = await receiver((_request, response) => void response.writeHead(204).end());
    const made = await adds(liaison, `${server.url}/in`, { siteId: north, downTo: 2, families: ['intrusion'], events: ['alarms.raised', 'incidents.declared'] });
    const wanted = await raises(north, 1);
    for (const [site, priority, type] of [[south, 1, 'intrusion.alarm'], [north, 3, 'intrusion.alarm'], [north, 1, 'fire.alarm']] as const) await raises(site, priority, type);
    await declares('Not severe enough');
    await declares('Behind a wall', north, { severity: 5, custodianId: chief.id });
    const soonWalled = await declares('Soon behind a wall', north, { severity: 5 });
    await declares('Open', north, { severity: 5 });
    await fed(made.id, 6);
    expect((await api(chief, 'POST', `/incidents/${soonWalled}/wall`, { custodianId: liaison.id, reason: 'A colleague is named' })).status).toBe(200);
    await allSent(made.id, options([server.port]));
    expect((await messages(made.id)).map(({ event, state, reason }) => [event, state, reason])).toEqual([['incidents.declared', 'delivered', 'answered 204'], ['incidents.declared', 'dropped', 'no longer to be told: removed, moved or behind a wall'], ['alarms.raised', 'delivered', 'answered 204']]);
    const bodies = server.requests.map(({ body }) => JSON.parse(body.toString()) as { type: string; data: { record: { id: string; title: string }; site: { name: string } } });
    expect(bodies.map(({ type, data }) => [type, data.record.title, data.site.name]).sort()).toEqual([['alarms.raised', 'Break-in', 'North'], ['incidents.declared', 'Open', 'North']]);
    expect(bodies.some(({ data }) => data.record.id === wanted)).toBe(true);
    expect(JSON.stringify(bodies)).not.toContain('secret word');
    for (const { headers, body } of server.requests) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body.toString()}`;
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', Buffer.from(made.secret?.slice(6) ?? '', 'base64')).update(signed).digest('base64')}`);
    }
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
  });

  test('is signed with both secrets for a day after a change, then with the new one alone', async () => {
    const server = await receiver((_request, response) => void response.writeHead(200).end());
    const made = await adds(liaison, server.url, { events: ['devices.went-down'] });
    const renewed = (await api(liaison, 'POST', `/convergence/destinations/${made.id}/secret`, { reason: 'Somebody left' })).body as unknown as MadeDestination;
    for (const later of [0, 86_500_000]) {
      clock = 0;
      expect((await api(liaison, 'POST', `/convergence/destinations/${made.id}/test`)).status).toBe(202);
      clock = later;
      await allSent(made.id, options([server.port]));
    }
    const signs = (secret: string | null, { headers, body }: WebServer['requests'][number]): string => `v1,${createHmac('sha256', Buffer.from(secret?.slice(6) ?? '', 'base64')).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body.toString()}`).digest('base64')}`;
    expect(server.requests.map((request) => request.headers['webhook-signature'])).toEqual([0, 1].map((n) => { const request = server.requests[n] as WebServer['requests'][number]; return n === 0 ? `${signs(renewed.secret, request)} ${signs(made.secret, request)}` : signs(renewed.secret, request); }));
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
  });

  test('that fails is tried again, in the order of a record, while others go on; a redirect inside is not followed', async () => {
    const inside = await receiver((_request, response) => void response.writeHead(200).end());
    let answers: ((response: Parameters<RequestListener>[1]) => void)[] = [(response) => void response.writeHead(503, { 'retry-after': '60' }).end(), (response) => void response.writeHead(307, { location: `http://127.0.0.1:${inside.port}/` }).end(), (response) => void response.destroy()];
    const server = await receiver((_request, response) => (answers.shift() ?? ((ok) => void ok.writeHead(200).end()))(response));
    const made = await adds(liaison, server.url, { events: ['incidents.declared', 'incidents.severity-changed'] });
    const id = await declares('First');
    expect((await api(olga, 'POST', `/incidents/${id}/severity`, { severity: 4, reason: 'It grew' })).status).toBe(200);
    await fed(made.id, 2);
    const to = options([server.port]);
    for (const [later, reason] of [[0, 'answered 503'], [61_000, 'It redirects elsewhere; nothing is sent there. Set that address instead.'], [200_000, '127.0.0.1 cannot be reached (ECONNRESET).']] as const) {
      clock = later;
      expect(await sendTo(made.id, to)).toBe(1);
      expect((await messages(made.id)).map(({ state, reason: why }) => [state, why])).toEqual([['queued', ''], ['queued', reason]]);
    }
    expect(await destination(made.id)).toMatchObject({ failingSince: expect.any(String), queued: 2 });
    const other = await declares('Second');
    await fed(made.id, 3);
    expect(await sendTo(made.id, to)).toBe(1);
    clock = 400_000;
    await allSent(made.id, to);
    const heard = server.requests.slice(3).map(({ body }) => JSON.parse(body.toString()) as { type: string; data: { record: { id: string } } });
    expect(heard.map(({ type, data }) => [type, data.record.id])).toEqual([['incidents.declared', other], ['incidents.declared', id], ['incidents.severity-changed', id]]);
    expect([inside.connections, await destination(made.id)]).toMatchObject([0, { failingSince: null, queued: 0 }]);
    expect((await messages(made.id)).find(({ tries }) => tries.length === 4)?.tries.map(({ status }) => status)).toEqual([503, null, null, 200]);
    answers = [(response) => void response.writeHead(410).end()];
    await declares('Third');
    await fed(made.id, 4);
    await allSent(made.id, to);
    expect(await destination(made.id)).toMatchObject({ state: 'paused', pausedWhy: 'answered 410: it wants no more', queued: 1 });
    expect((await fresh.owner.query(`select body::jsonb -> 'after' ->> 'madeBy' as told from ledger.entry where record_id = $1 and verb = 'convergence.destination-given-up'`, [made.id])).rows).toEqual([{ told: liaison.id }]);
    expect((await api(liaison, 'POST', `/convergence/destinations/${made.id}/resume`)).status).toBe(200);
    await allSent(made.id, to);
    expect((await messages(made.id)).map(({ state }) => state)).toEqual(Array(4).fill('delivered'));
    expect((await api(liaison, 'POST', `/convergence/destinations/${made.id}/replay`, { since: '2020-01-01T00:00:00Z', what: 'everything' })).body).toEqual({ queued: 4 });
    await allSent(made.id, to);
    expect(new Set(server.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
  });

  test('that takes nothing for a day is paused, and what was given up stands with its reason', async () => {
    const server = await receiver((_request, response) => void response.writeHead(500).end());
    const made = await adds(liaison, server.url, { events: ['devices.went-down'] });
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/test`);
    for (clock = 0; (await destination(made.id)).state === 'active'; clock += 9 * 3_600_000) expect(await sendTo(made.id, options([server.port]))).toBe(1);
    expect(await destination(made.id)).toMatchObject({ state: 'paused', pausedWhy: 'nothing went through for a day: answered 500' });
    const [waiting] = await messages(made.id);
    expect(waiting).toMatchObject({ state: 'queued', status: 500 });
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
    expect((await messages(made.id))[0]).toMatchObject({ state: 'dropped', reason: 'its destination has ended' });
  });

  test('loses nothing where the worker is killed while a message is on its way: it goes again under the same id', async () => {
    const silent = await receiver(() => undefined);
    const made = await adds(liaison, silent.url, { events: ['devices.went-down'] });
    const { messageId } = (await api(liaison, 'POST', `/convergence/destinations/${made.id}/test`)).body;
    await fresh.owner.query(`insert into net.allowance (id, range, port, reason, made_at, made_by) values ($1, '127.0.0.1/32', $2, 'Test', now(), $3)`, [uuidv7(), silent.port, liaison.id]);
    const child = fork(fileURLToPath(new URL('testing-process.ts', import.meta.url)), { env: { ...process.env, TEST_URL: fresh.url }, execArgv: ['--no-warnings'], stdio: 'inherit' });
    await expect.poll(() => silent.requests.length, { timeout: 20_000, interval: 20 }).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const well = await receiver((_request, response) => void response.writeHead(200).end());
    await api(liaison, 'PATCH', `/convergence/destinations/${made.id}`, { address: well.url });
    await allSent(made.id, options([well.port]));
    expect([silent, well].map(({ requests }) => requests.map(({ headers }) => headers['webhook-id']))).toEqual([[messageId], [messageId]]);
    await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
  });
});

test.each(['udp', 'tcp', 'tls'] as const)('syslog over %s reaches a receiver, whole and in order', async (carrier) => {
  const lines: string[] = [];
  const tls = aCertificate('localhost');
  const listening = await startSyslogReceiver({ host: '127.0.0.1', port: 0, ...(carrier === 'tls' && { tls }), sink: { accept: ({ raw }, done) => (lines.push(raw.toString()), done(null)), heard: () => undefined, refused: () => undefined } });
  opened.push(listening);
  const made = await adds(liaison, `syslog+${carrier}://localhost:${listening.port}`, { format: carrier === 'udp' ? 'rfc5424' : 'cef', events: ['alarms.raised'] });
  await raises(south, 2);
  await raises(south, 1);
  await fed(made.id, 2);
  const client = openClient({ allowed: async () => [{ range: '127.0.0.1/32', port: listening.port }], resolve: async () => ['127.0.0.1'] });
  await allSent(made.id, options([], { client, ca: tls.cert }));
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(2);
  expect(lines.every((line) => /^<1(29|30)>1 /.test(line) && line.includes(carrier === 'udp' ? 'priority="' : 'CEF:0|Parapet|'))).toBe(true);
  expect((await messages(made.id)).map(({ state, reason }) => [state, reason])).toEqual(Array(2).fill(['delivered', carrier === 'udp' ? 'sent; nobody answers over UDP' : 'handed over']));
  await api(liaison, 'POST', `/convergence/destinations/${made.id}/end`, { reason: 'Done with it' });
});
