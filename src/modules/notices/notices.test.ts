import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { openClient } from '#platform/net/outgoing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { busyGateways, type Carrier, recoverSending, sendBy } from './carry.ts';
import type { Mine, NoticeDetail, Preview, Recipient } from './contract.ts';
import { endNotices } from './end.service.ts';
import { handOver, mirror } from './hand-over.ts';
import { TEMPLATES } from './templates.ts';
import { aCrowd, aSmsGateway, type SmsGateway } from './testing.ts';

let fresh: FreshDatabase;
let worker: Database;
let app: FastifyInstance;
let chief: Somebody;
let deputy: Somebody;
let operator: Somebody;
let keeper: Somebody;
let here: string;
let crowd: string[];
let clock = 0;
const opened: { close(): Promise<void> }[] = [];
const now = (): Date => new Date(Date.now() + clock);

const call = async (who: Somebody | null, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => {
  const reply = await app.inject({ method, url: `/api${url}`, headers: who?.headers ?? {}, ...(payload && { payload }) });
  return { status: reply.statusCode, body: reply.json() as Record<string, unknown>, text: reply.body };
};
const TEXTS = { en: { short: 'Water on the third floor.', long: 'Stay away from the lifts.' }, de: { short: 'Wasser im dritten Stock.', long: '' } };
const asked = (more: object = {}) => ({ id: uuidv7(), title: 'Water', siteId: here, audience: { personIds: crowd.slice(0, 3) }, texts: TEXTS, channels: ['sms'], ...more });
const sends = async (who: Somebody, more: object = {}): Promise<NoticeDetail> => {
  const { status, body } = await call(who, 'POST', '/notices', asked(more));
  expect([status, body]).toMatchObject([201, {}]);
  return body as unknown as NoticeDetail;
};
const people = async (id: string, query = ''): Promise<Recipient[]> => (await call(chief, 'GET', `/notices/sent/${id}/people?limit=200${query}`)).body['items'] as Recipient[];
const states = async (id: string): Promise<Record<string, number>> => Object.fromEntries(((await call(chief, 'GET', `/notices/sent/${id}`)).body['counts'] as NoticeDetail['counts']).map(({ channel, state, n }) => [`${channel} ${state}`, n]));

async function aGateway(answer?: Parameters<typeof aSmsGateway>[0]): Promise<SmsGateway & { id: string; receiptKey: string }> {
  const server = await aSmsGateway(answer);
  opened.push(server);
  const { status, body } = await call(keeper, 'POST', '/notices/gateways', { kind: 'sms', name: 'Gateway', address: server.url, token: 'shh-1', sender: 'Halden', perMinute: 6000, priceMinor: 7, currency: 'EUR' });
  expect([status, body]).toMatchObject([201, {}]);
  return Object.assign(server, { id: String(body['id']), receiptKey: String(body['receiptKey']) });
}
const carrier = (port: number): Carrier => ({ worker, client: openClient({ allowed: async () => [{ range: '127.0.0.1/32', port }] }), now, wait: async () => undefined, isOver: () => false });
const carried = async (port: number): Promise<void> => {
  for (const gateway of await busyGateways(carrier(port))) await sendBy(gateway, carrier(port));
};
const ended = async (): Promise<number> => endNotices({ ...(await fresh.as(SERVICE.correlator)), now }, worker);

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 4 });
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  here = await aSite(fresh, 'UTR');
  crowd = await aCrowd(fresh, { siteId: here, count: 60, prefix: 'Crowd' });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  deputy = await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: here });
  keeper = await aPerson(fresh, 'Ada Administrator', { role: 'system-administrator' });
});
afterEach(async () => {
  clock = 0;
  for (const one of opened.splice(0)) await one.close();
  await fresh.owner.query(`update notices.gateway set state = 'ended', ended_at = now() where state = 'active'; update notices.send set state = 'recalled', ended_at = now() where state in ('queued', 'handed', 'sending')`);
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await fresh.drop();
});

describe('a look before it goes', () => {
  test('says whom each channel reaches, whom none does, what is read in which language and what the SMS cost, and keeps nothing', async () => {
    await aGateway();
    await fresh.owner.query(`update people.person set phone = '0651 22 33' where id = $1`, [crowd[2]]);
    await fresh.owner.query(`insert into notices.tongue (person_id, language) values ($1, 'de')`, [crowd[0]]);
    const { id: _id, ...look } = asked({ channels: ['sms', 'push'] });
    const preview = (await call(operator, 'POST', '/notices/preview', look)).body as unknown as Preview;
    expect(preview).toMatchObject({ people: 3, unreached: [{ name: 'Crowd 3' }], unreachedCount: 1, smsParts: 2, cost: { minor: 14, currency: 'EUR' }, needsSecond: false, channels: [{ channel: 'sms', reaches: 2, lacks: 1, isReady: true }, { channel: 'push', reaches: 0, lacks: 3 }] });
    expect(preview.said.map(({ language, people: n, sms }) => [language, n, sms])).toEqual([[null, 2, 'Water on the third floor. / Wasser im dritten Stock.'], ['de', 1, 'Wasser im dritten Stock.']]);
    expect((await fresh.owner.query('select count(*)::int as n from notices.notice')).rows).toEqual([{ n: 0 }]);
    await fresh.owner.query(`update people.person set phone = '+31655000003' where id = $1`, [crowd[2]]);
    await fresh.owner.query('delete from notices.tongue');
  });

  test('is refused for a place where one may not prepare any, without an audience, and with a text that is not the template’s where danger to life is said', async () => {
    const { id: _id, ...look } = asked();
    expect((await call(operator, 'POST', '/notices/preview', { ...look, siteId: null })).status).toBe(403);
    expect((await call(operator, 'POST', '/notices/preview', { ...look, audience: {} })).body).toMatchObject({ status: 422, errors: [{ pointer: '/audience' }] });
    expect((await call(operator, 'POST', '/notices/preview', { ...look, templateKey: 'evacuate', isDanger: true })).body).toMatchObject({ status: 422, errors: [{ pointer: '/isDanger' }] });
  });
});

describe('a notification', () => {
  test('sent twice at once with the same id is one, goes once to each by the provider’s protocol, and has its proof', async () => {
    const gateway = await aGateway();
    const body = asked({ question: 'safety', audience: { personIds: crowd.slice(0, 3) } });
    const both = await Promise.all([call(operator, 'POST', '/notices', body), call(operator, 'POST', '/notices', body)]);
    expect(both.map(({ status, body: { id, number } }) => [status, id, number])).toEqual(Array(2).fill([201, body.id, expect.stringMatching(/^NOT-\d{4}-\d{5}$/)]));
    expect(both[0]?.body['number']).toBe(both[1]?.body['number']);
    await carried(gateway.port);
    await carried(gateway.port);
    expect(gateway.taken.map(({ to }) => to).sort()).toEqual(['+31655000001', '+31655000002', '+31655000003']);
    const [first] = gateway.taken;
    expect(first).toMatchObject({ from: 'Halden', authorization: 'Bearer shh-1', key: first?.id, text: expect.stringMatching(/^Water on the third floor\. \/ Wasser im dritten Stock\. http.*\/answer#[\w-]{22}$/) });
    expect(await states(body.id)).toEqual({ 'sms sent': 3 });
    const receipt = (headers: object, payload: object) => app.inject({ method: 'POST', url: `/api/notices/gateways/${gateway.id}/receipts`, headers: { ...headers }, payload });
    expect((await receipt({}, { messageId: first?.id, status: 'delivered' })).statusCode).toBe(401);
    expect((await receipt({ authorization: `Bearer ${gateway.receiptKey}` }, { messageId: first?.id, status: 'delivered' })).json()).toEqual({ taken: true });
    expect(await states(body.id)).toEqual({ 'sms delivered': 1, 'sms sent': 2 });
    expect((await fresh.owner.query('select result, detail from notices.attempt where send_id = $1 order by n', [first?.id])).rows).toEqual([{ result: 'sent', detail: 'taken by the gateway (202)' }, { result: 'delivered', detail: 'said by the provider: delivered' }]);
    expect(await ended()).toBe(1);
    expect((await call(operator, 'GET', `/notices/sent/${body.id}`)).body).toMatchObject({ state: 'sent', reached: 3, endedAt: expect.any(String) });
    const kept = JSON.stringify((await fresh.owner.query('select r.* from notices.recipient r')).rows) + JSON.stringify((await fresh.owner.query('select body from ledger.entry')).rows);
    expect(kept).not.toContain(first?.text.split('#')[1]);
  });

  test('above the size waits for another who may send to all; from an approved text in danger to life it does not', async () => {
    const everyone = { audience: { everyone: true }, channels: ['app'] };
    expect((await call(operator, 'POST', '/notices', asked(everyone))).status).toBe(403);
    const notice = await sends(chief, everyone);
    expect(notice).toMatchObject({ state: 'waiting', size: 60, decisionId: expect.any(String) });
    await handOver(worker, now());
    expect(await states(notice.id)).toEqual({ 'app skipped': 60 });
    const approved = await call(deputy, 'POST', `/two-person/${notice.decisionId}/approve`, { note: '' });
    expect([approved.status, approved.text]).toEqual([200, expect.any(String)]);
    expect((await call(chief, 'GET', `/notices/sent/${notice.id}`)).body).toMatchObject({ state: 'sending', releasedAt: expect.any(String) });
    const evacuate = TEMPLATES.find(({ key }) => key === 'evacuate');
    expect(await sends(operator, { ...everyone, templateKey: 'evacuate', isDanger: true, texts: evacuate?.texts, question: 'safety' })).toMatchObject({ state: 'sending', isLifeSafety: true });
    const late = await sends(chief, everyone);
    clock = 7 * 60_000;
    await ended();
    expect((await call(chief, 'GET', `/notices/sent/${late.id}`)).body).toMatchObject({ state: 'lapsed', releasedAt: null });
  });

  test('recalled goes to nobody else: what the gateway has not been given, and mail that still waits', async () => {
    const gateway = await aGateway();
    const notice = await sends(operator, { channels: ['sms', 'mail'], audience: { personIds: crowd.slice(0, 6) } });
    await handOver(worker, now());
    const [sms] = await busyGateways(carrier(gateway.port));
    let left = 2;
    if (sms) await sendBy(sms, { ...carrier(gateway.port), isOver: () => left-- === 0 });
    expect((await call(operator, 'POST', `/notices/sent/${notice.id}/recall`, { reason: 'Wrong building' })).body).toMatchObject({ state: 'recalled', recalledBy: 'Olga Operator' });
    await carried(gateway.port);
    expect(gateway.taken).toHaveLength(2);
    expect(await states(notice.id)).toMatchObject({ 'sms sent': 2, 'sms recalled': 4, 'mail handed': 6 });
    const composed = await (await import('./deliver-source.ts')).source.toRegister?.({ sourceId: String((await fresh.owner.query(`select source_id from deliver.delivery where source = 'notices' and state = 'queued' limit 1`)).rows[0].source_id), personId: crowd[0] ?? '', channel: 'mail' }, worker);
    expect(composed).toEqual({ drop: 'recalled before it left' });
    await fresh.owner.query(`update deliver.delivery set state = 'dropped', reason = 'recalled before it left', ended_at = now() where source = 'notices' and state = 'queued'`);
    await mirror(worker, now());
    expect(await states(notice.id)).toEqual({ 'sms sent': 2, 'sms recalled': 4, 'mail recalled': 6 });
    expect((await call(operator, 'POST', `/notices/sent/${notice.id}/recall`, { reason: 'Wrong building' })).status).toBe(409);
  });

  test('in turn goes by the next channel only to who has neither read nor answered', async () => {
    const gateway = await aGateway();
    const notice = await sends(chief, { channels: ['app', 'sms'], pace: 'in-turn', turnS: 60, question: 'received', audience: { personIds: [operator.id, ...crowd.slice(0, 1)] } });
    await fresh.owner.query(`update people.person set phone = '+31651112233' where id = $1`, [operator.id]);
    await handOver(worker, now());
    expect((await call(operator, 'POST', `/notices/mine/${notice.id}/answer`, { answer: 'received' })).body).toMatchObject({ answer: 'received' });
    await carried(gateway.port);
    expect(gateway.taken).toEqual([]);
    clock = 61_000;
    await handOver(worker, now());
    await carried(gateway.port);
    expect(gateway.taken.map(({ to }) => to)).toEqual(['+31655000001']);
    expect((await call(operator, 'GET', '/notify/notices?limit=5')).text).toContain(`/told/${notice.id}`);
  });

  test('of an incident is linked from both ends; one behind a wall is not named', async () => {
    const declare = async (title: string): Promise<string> => String((await call(chief, 'POST', '/incidents', { title, severity: 3, siteId: here })).body['id']);
    const [open, closed] = [await declare('Burst pipe'), await declare('Quiet matter')];
    expect(await sends(chief, { incidentId: open, channels: ['app'] })).toMatchObject({ about: [{ id: open, kind: 'incidents.incident' }] });
    expect((await call(chief, 'GET', `/notices?about=${open}`)).body).toMatchObject({ items: [{ title: 'Water' }] });
    expect((await call(chief, 'GET', `/thread/links?recordId=${open}`)).body).toMatchObject({ items: [{ kind: 'told', isFrom: true, other: { kind: 'notices.notice' } }] });
    await call(chief, 'POST', `/incidents/${closed}/wall`, { reason: 'It names somebody', custodianId: deputy.id });
    expect((await call(chief, 'POST', '/notices', asked({ incidentId: closed, channels: ['app'] }))).body).toMatchObject({ status: 422, errors: [{ pointer: '/incidentId' }] });
  });
});

describe('an answer', () => {
  test('by the link needs no sign-in, the last one counts, and it says nothing but the notice’s own text; a code that is not one is not found', async () => {
    const gateway = await aGateway();
    const notice = await sends(operator, { question: 'safety', audience: { personIds: crowd.slice(0, 2) } });
    await carried(gateway.port);
    const code = gateway.taken[0]?.text.split('#')[1] ?? '';
    const seen = (await call(null, 'POST', '/notices/answer/open', { code })).body as unknown as Mine;
    expect(seen).toMatchObject({ title: 'Water', text: expect.stringContaining('Stay away from the lifts.'), question: 'safety', answer: null });
    expect(Object.keys(seen).sort()).toEqual(['answer', 'answeredAt', 'at', 'id', 'isRecalled', 'note', 'number', 'question', 'text', 'title', 'until']);
    await call(null, 'POST', '/notices/answer', { code, answer: 'help', note: 'Third floor, by the lift' });
    expect((await people(notice.id))[0]).toMatchObject({ answer: 'help', note: 'Third floor, by the lift' });
    expect((await call(null, 'POST', '/notices/answer', { code, answer: 'safe' })).body).toMatchObject({ answer: 'safe', note: '' });
    expect((await call(null, 'POST', '/notices/answer', { code, answer: 'received' })).status).toBe(422);
    expect((await call(null, 'POST', '/notices/answer/open', { code: 'A'.repeat(22) })).status).toBe(404);
    expect((await people(notice.id, '&only=unanswered')).length).toBe(1);
    await fresh.owner.query(`update notices.notice set answers_until = now() - interval '1 minute' where id = $1`, [notice.id]);
    expect((await call(null, 'POST', '/notices/answer', { code, answer: 'help' })).status).toBe(404);
  });

  test('of another’s is not there, and guessing is slowed', async () => {
    const notice = await sends(operator, { question: 'safety', channels: ['app'], audience: { personIds: [operator.id] } });
    expect((await call(chief, 'POST', `/notices/mine/${notice.id}/answer`, { answer: 'safe' })).status).toBe(404);
    const tries = await Promise.all(Array.from({ length: 80 }, () => call(null, 'POST', '/notices/answer/open', { code: 'B'.repeat(22) })));
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([404, 429]));
  });
});

describe('when things break', () => {
  test('a provider that fails, falls silent or breaks off in the middle: each person has a state, nobody is told twice, and what nobody knows is said', async () => {
    const gateway = await aGateway((n) => (n <= 20 ? 202 : n === 21 ? 'broken' : n <= 30 ? 503 : n <= 35 ? 400 : 202));
    await fresh.owner.query('update notices.setting set approve_over = 1000');
    const notice = await sends(chief, { audience: { personIds: crowd }, channels: ['sms', 'mail', 'app'] });
    for (let round = 0; round < 8; round++) {
      await carried(gateway.port);
      clock += 11 * 60_000;
    }
    await handOver(worker, now());
    const all = await people(notice.id);
    expect(all).toHaveLength(60);
    expect(all.every(({ sends: each }) => each.length === 3)).toBe(true);
    const sms = all.flatMap(({ sends: each }) => each.filter(({ channel }) => channel === 'sms'));
    expect(Object.entries(Object.groupBy(sms, ({ state }) => state)).map(([state, list]) => [state, list?.length]).sort()).toEqual([['failed', 5], ['sent', 54], ['unknown', 1]]);
    const toOnePerson = Object.values(Object.groupBy(gateway.taken.filter((_, i) => i < 21 || i >= 35), ({ to }) => to)).map((list) => list?.length);
    expect(Math.max(...toOnePerson.map((n) => n ?? 0))).toBe(1);
    expect(await states(notice.id)).toMatchObject({ 'app skipped': 60, 'mail handed': 60 });
  });

  test('a worker that is killed while a message is on its way: that one stands as unknown and is not sent again, the rest goes', async () => {
    let silent = true;
    const gateway = await aGateway((n) => (n === 4 && silent ? 'never' : 202));
    const notice = await sends(chief, { audience: { personIds: crowd.slice(0, 10) } });
    const child = fork(fileURLToPath(new URL('testing-process.ts', import.meta.url)), { env: { ...process.env, TEST_URL: fresh.url, TEST_PORT: String(gateway.port) }, execArgv: ['--no-warnings'], stdio: 'inherit' });
    await expect.poll(() => gateway.taken.length, { timeout: 30_000, interval: 20 }).toBe(4);
    child.kill('SIGKILL');
    await once(child, 'exit');
    silent = false;
    expect(await recoverSending(worker)).toBe(1);
    await carried(gateway.port);
    expect(await states(notice.id)).toEqual({ 'sms sent': 9, 'sms unknown': 1 });
    expect(new Set(gateway.taken.map(({ to }) => to)).size).toBe(gateway.taken.length);
  });
});
