import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { correlate, readPosition } from '#modules/alarms/correlator.ts';
import alarms from '#modules/alarms/module.ts';
import desk from '#modules/desk/module.ts';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import incidents from '#modules/incidents/module.ts';
import metrics from '#modules/metrics/module.ts';
import { receiveSignals } from '#modules/signals/http/receiving.ts';
import signals from '#modules/signals/module.ts';
import tasks from '#modules/tasks/module.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { feed } from '#platform/notify/feed.ts';
import notify from '#platform/notify/module.ts';
import { discoverNotices } from '#platform/notify/port.ts';
import { closePress } from '#platform/report/press.ts';
import { canRead, textOf } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { ExerciseDetail } from './contract.ts';
import { deliverDue, type Send } from './deliver.ts';
import exercises from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let receiving: { stop(): Promise<void> };
let worker: ReturnType<typeof openDatabase>;
let trainer: Somebody;
let chief: Somebody;
let player: Somebody;
let stranger: Somebody;
let here: string;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT';
const ask = (method: Method, url: string, who: Somebody, payload?: object) => app.inject({ method, url, headers: who.headers, ...(payload && { payload }) });
async function send<T = ExerciseDetail>(method: Method, url: string, payload: object = {}, who = trainer): Promise<T> {
  const reply = await ask(method, `/api/exercises${url}`, who, method === 'GET' ? undefined : payload);
  expect([200, 201], reply.body).toContain(reply.statusCode);
  return reply.json<T>();
}
const refusal = async (method: Method, url: string, payload: object = {}, who = trainer): Promise<[number, string]> => {
  const reply = await ask(method, `/api/exercises${url}`, who, payload);
  return [reply.statusCode, reply.json<{ type: string }>().type.replace('urn:problem:', '')];
};
const planned = (more: object = {}) => send('POST', '', { title: 'Fire with one missing', kind: 'functional', plannedFor: '2026-12-01T09:00:00Z', siteId: here, ...more });
const byWire: Send = async (signal, key) => {
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/api/signals', headers: { authorization: `Bearer ${key}` }, payload: signal });
  expect(statusCode, body).toBe(202);
};
const deliver = async (afterMs = 0, by: Send = byWire): Promise<number> => deliverDue({ ...(await fresh.as(SERVICE.correlator)), now: () => new Date(Date.now() + afterMs) }, by);
const raised = async (): Promise<void> => void (await correlate(await fresh.as(SERVICE.correlator), await readPosition(await fresh.as(SERVICE.correlator))));
const told = async (who: Somebody): Promise<{ class: string; record: { title: string } | null }[]> => {
  await feed(worker, await discoverNotices());
  return (await ask('GET', '/api/notify/notices?limit=50', who)).json<{ items: { class: string; record: { title: string } | null }[] }>().items;
};

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [exercises, alarms, incidents, signals, metrics, desk, notify, tasks] });
  await app.listen({ host: '127.0.0.1', port: 0 });
  receiving = receiveSignals(fresh.db, fresh.url);
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  here = await aSite(fresh, 'UTR');
  trainer = await aPerson(fresh, 'Tara Trainer', { role: 'training-manager' });
  chief = await aPerson(fresh, 'Cora Chief', { role: 'cso' });
  player = await aPerson(fresh, 'Pia Player', { role: 'gsoc-operator', siteId: here });
  stranger = await aPerson(fresh, 'Rick Reception', { role: 'reception' });
});
afterAll(async () => {
  await closePress();
  await app.close();
  await receiving.stop();
  await worker.close();
  await fresh.drop();
});

const SOON = { timeout: 30_000, interval: 100 };

describe('a script', () => {
  test('is refused where it cannot be played: nobody’s inject, a circle, what cannot go by itself, a player who sees nothing', async () => {
    const { id } = await planned();
    expect(await refusal('POST', `/${id}/start`)).toEqual([422, 'exercises.no_players']);
    expect(await refusal('PUT', `/${id}/participants`, { people: [{ personId: stranger.id, role: 'player' }] })).toEqual([422, 'exercises.cannot_see']);
    expect(await refusal('POST', `/${id}/injects`, { title: 'Call', text: 'A call', channel: 'spoken', isAutomatic: true })).toEqual([422, 'exercises.needs_controller']);
    expect(await refusal('POST', `/${id}/injects`, { title: 'Smoke', text: 'Smoke', channel: 'signal', signalType: 'no.such' })).toEqual([422, 'exercises.no_such_type']);
    const [first] = (await send('POST', `/${id}/injects`, { title: 'One', text: 'One', channel: 'notice', delayS: 5 })).injects;
    const two = await send('POST', `/${id}/injects`, { title: 'Two', text: 'Two', channel: 'notice', trigger: 'inject', afterId: first?.id });
    expect(await refusal('PUT', `/${id}/injects/${first?.id}`, { title: 'One', text: 'One', channel: 'notice', trigger: 'inject', afterId: two.injects[1]?.id })).toEqual([422, 'exercises.circle']);
    const other = await planned();
    expect(await refusal('POST', `/${other.id}/injects`, { title: 'Two', text: 'Two', channel: 'notice', trigger: 'inject', afterId: first?.id })).toEqual([422, 'exercises.no_such_inject']);
    expect(await refusal('POST', '', { title: 'Mine', kind: 'drill', plannedFor: '2026-12-01T09:00:00Z' }, player)).toEqual([403, 'platform.forbidden']);
    expect(await refusal('GET', `/${id}`, {}, stranger)).toEqual([403, 'platform.forbidden']);
  });
});

/** What stands in every figure and on the desk, without the moment at which it was asked. */
async function figures(): Promise<{ figures: unknown; morning: unknown; watch: unknown }> {
  const withoutTimes = (key: string, value: unknown): unknown => (['from', 'to', 'cutOffAt', 'since', 'tookMs'].includes(key) ? undefined : value);
  const read = async (url: string): Promise<unknown> => {
    const reply = await ask('GET', url, chief);
    expect(reply.statusCode, reply.body).toBe(200);
    return JSON.parse(reply.body, withoutTimes);
  };
  return { figures: await read('/api/metrics/figures?days=366'), morning: await read('/api/desk/morning'), watch: await read('/api/alarms/summary') };
}

/** Something real, so that no figure is empty. */
async function somethingReal(): Promise<void> {
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, source_id, source_name, point, handling, is_active, raised_at, known_at, last_at, answer_by, acknowledged_by, acknowledged_at, closed_by, closed_at, disposition)
    select uuidv7(), 'ALM-' || i, $1, 'c' || i, 'access.forced', 'A', 2, $3::uuid, 'P', 'zone:' || i % 5, 'closed', false, t, t, t, t, $2, t + interval '20 seconds', $2, t + interval '9 minutes', (array['genuine', 'nuisance'])[1 + i % 2] from (select i, now() - i * interval '1 day' as t from generate_series(1, 40) i) x`, [here, chief.id, uuidv7()]);
  await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, state, site_id, occurred_from, known_at, declared_by, declared_at) select uuidv7(), 'INC-' || i, 'I', 'burglary', 3, 'open', $1, t, t, $2, t from (select i, now() - i * interval '9 days' as t from generate_series(1, 12) i) x`, [here, chief.id]);
}

describe('an exercise', () => {
  test('is played to its end with a notice, a signal, an alarm and a commanded incident, all marked, and every figure is as it was before', async () => {
    await somethingReal();
    const before = await figures();
    const { id, number } = await planned({ scenario: 'Smoke in hall 2; one visitor is missing.' });
    await send('PUT', `/${id}/participants`, { people: [{ personId: player.id, role: 'player' }, { personId: chief.id, role: 'evaluator' }] });
    const [objective] = (await send('POST', `/${id}/objectives`, { text: 'The missing person is named in ten minutes', capability: 'people' })).objectives;
    await send('POST', `/${id}/injects`, { title: 'Smoke', text: 'Smoke detector in hall 2', channel: 'signal', delayS: 60, isAutomatic: true, signalType: 'access.forced', signalPoint: 'Hall 2', expected: [{ text: 'The alarm is claimed', objectiveId: objective?.id, withinS: 60 }] });
    const script = await send('POST', `/${id}/injects`, { title: 'Call from reception', text: 'One visitor is not at the assembly point', channel: 'notice', delayS: 90, isAutomatic: true, expected: [{ text: 'A search is ordered', objectiveId: objective?.id }] });
    const [claimed, ordered] = script.expectations;
    await send('POST', `/${id}/injects`, { title: 'Fire brigade asks', text: 'Who commands?', channel: 'notice', trigger: 'met', expectationId: ordered?.id, delayS: 30, isAutomatic: true });
    expect((await send('GET', `/${id}`, {}, player)).injects).toEqual([]);

    await send('POST', `/${id}/start`);
    expect(await deliver()).toBe(0);
    expect(await deliver(61_000)).toBe(2);
    await raised();
    const [alarm] = (await ask('GET', '/api/alarms', player)).json<{ items: { id: string; isSimulated: boolean; sourceName: string; handling: string }[] }>().items;
    expect(alarm).toMatchObject({ isSimulated: true, sourceName: expect.stringMatching(/^EXERCISE EXE-\d{4}-\d{5} /), handling: 'unacknowledged' });
    const afterTwo = await send('POST', `/${id}/jump`, { toS: 95 });
    expect(afterTwo.runS).toBe(95);
    expect(await refusal('POST', `/${id}/jump`, { toS: 20 })).toEqual([422, 'exercises.backwards']);
    expect(await deliver()).toBe(1);
    const mine = await send('GET', `/${id}`, {}, player);
    expect([mine.isWhole, mine.injects.map(({ title }) => title), mine.expectations]).toEqual([false, ['Smoke', 'Call from reception'], []]);
    // The feed stays behind the oldest transaction that is open on the server, whosoever that is.
    await expect.poll(async () => (await told(player)).map((one) => [one.class, one.record?.title]), SOON).toEqual(expect.arrayContaining([['exercises.inject-delivered', 'EXERCISE: Fire with one missing'], ['exercises.started', 'EXERCISE: Fire with one missing']]));

    const ran = await send('POST', `/${id}/incidents`, { title: 'Fire in hall 2', type: null, severity: 4 });
    expect(ran.incidents).toMatchObject([{ title: 'Simulated: EXERCISE: Fire in hall 2', state: 'open' }]);
    const incident = ran.incidents[0]?.id ?? '';
    const activated = await ask('POST', `/api/incidents/${incident}/command/activate`, chief, { level: 3, commanderId: chief.id });
    expect([200, 201], activated.body).toContain(activated.statusCode);
    // The queue of the Watch alone shows what is to be worked, exercise or not.
    expect({ ...(await figures()), watch: null }).toEqual({ ...before, watch: null });

    await send('POST', `/${id}/expectations/${ordered?.id}/rate`, { rating: 'S', observation: 'Ordered by radio, not logged' }, chief);
    expect(await deliver(25_000)).toBe(0);
    expect(await deliver(40_000)).toBe(1);
    expect((await send('POST', `/${id}/pause`)).state).toBe('paused');
    expect(await refusal('POST', `/${id}/end`, { note: 'All found' })).toEqual([409, expect.stringMatching(/^incidents\./)]);
    const ended = await ask('POST', `/api/incidents/${incident}/command/end`, chief, { summary: 'Everybody is found', despite: 'It was an exercise' });
    expect(ended.statusCode, ended.body).toBeLessThan(300);
    expect(await send('POST', `/${id}/end`, { note: 'All found' })).toMatchObject({ state: 'ended', isCleared: false });
    expect((await send('GET', `/${id}`)).incidents).toMatchObject([{ state: 'closed' }]);
    await deliver();
    await deliver(30_000);
    const over = await send('GET', `/${id}`, {}, player);
    expect([over.isCleared, over.isWhole, over.expectations.length]).toEqual([true, true, 2]);
    expect((await ask('GET', `/api/alarms/${alarm?.id}`, player)).json()).toMatchObject({ handling: 'closed', disposition: 'test-drill', note: `${number} ended.` });
    expect((await ask('GET', '/api/signals/simulations', player)).json()).toEqual({ items: [] });
    expect(await figures()).toEqual(before);
    expect(await refusal('POST', `/${id}/finish`, { summary: 'Good, with gaps' }, chief)).toEqual([422, 'exercises.not_rated']);
    await send('POST', `/${id}/expectations/${claimed?.id}/rate`, { rating: 'P' }, chief);
    const noted = await send('POST', `/${id}/observations`, { kind: 'improvement', capability: 'command', text: 'Nobody kept the log', cause: 'procedure-unknown', recommendation: 'Name a log keeper' }, chief);
    const acted = await send('POST', `/${id}/actions`, { observationId: noted.observations[0]?.id, title: 'Name a log keeper for each shift', ownerId: player.id, dueAt: '2027-01-31T12:00:00Z' }, chief);
    expect(acted.observations[0]?.actions).toMatchObject([{ title: 'Name a log keeper for each shift', owner: 'Pia Player', state: 'open' }]);
    expect(await send('POST', `/${id}/finish`, { summary: 'Good, with gaps' }, chief)).toMatchObject({ state: 'evaluated', evaluatedBy: 'Cora Chief' });
    expect(await refusal('POST', `/${id}/observations`, { kind: 'strength', capability: 'command', text: 'Later' }, chief)).toEqual([409, 'exercises.already']);

    const paper = await ask('GET', `/api/exercises/${id}/report.pdf`, trainer);
    expect([paper.statusCode, paper.headers['content-type']]).toEqual([200, 'application/pdf']);
    if (canRead()) expect(textOf(paper.rawPayload)).toEqual(expect.stringMatching(/EXERCISE · EXERCISE · EXERCISE · nothing of this happened[\s\S]*Name a log keeper/));
  });

  test('goes on after its worker was killed with a signal taken and not noted: nothing twice, nothing lost', async () => {
    const { id } = await planned({ title: 'Kill the worker' });
    await send('PUT', `/${id}/participants`, { people: [{ personId: player.id, role: 'player' }] });
    for (const n of [1, 2, 3]) await send('POST', `/${id}/injects`, { title: `News ${n}`, text: `News ${n}`, channel: 'notice', isAutomatic: true });
    for (const n of [1, 2]) await send('POST', `/${id}/injects`, { title: `Door ${n}`, text: `Door ${n} is forced`, channel: 'signal', signalType: 'access.forced', signalPoint: `Door ${n}`, isAutomatic: true });
    await send('POST', `/${id}/start`);
    const { port } = app.server.address() as { port: number };
    const child = fork(fileURLToPath(new URL('testing-process.ts', import.meta.url)), { env: { ...process.env, TEST_URL: fresh.url, TEST_PORT: String(port) }, execArgv: ['--no-warnings'], stdio: 'inherit' });
    expect(await once(child, 'message')).toEqual([202, undefined]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await send('GET', `/${id}`)).injects.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered', 'sending', 'sending']);
    await deliver();
    await deliver();
    expect((await send('GET', `/${id}`)).injects.every(({ state }) => state === 'delivered')).toBe(true);
    const { rows } = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from signals.signal g join signals.source s on s.ref = g.source_ref where s.account = (select number from exercises.exercise where id = $1)`, [id]);
    expect(rows[0]?.n).toBe(2);
    const news = async (): Promise<number> => (await told(player)).filter((one) => one.class === 'exercises.inject-delivered' && one.record?.title === 'EXERCISE: Kill the worker').length;
    await expect.poll(news, SOON).toBe(3);
    await send('POST', `/${id}/end`, { note: 'Seen enough' });
    expect(await news()).toBe(3);
  });
});
