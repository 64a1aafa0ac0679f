import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import type { FigureDetail, Reading, Target } from './contract.ts';
import metrics from './module.ts';
import { goalsOf, type InForce } from './target-rules.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let deputy: Somebody;
let operator: Somebody;
let [region, utrecht, lyon] = ['', '', ''];
const TODAY = new Date().toISOString().slice(0, 10);

const post = (url: string, who: Somebody, payload: object) => app.inject({ method: 'POST', url, headers: { ...who.headers, 'idempotency-key': uuidv7() }, payload });
async function read<T>(url: string, who = chief): Promise<T> {
  const reply = await app.inject({ url: `/api/metrics${url}`, headers: who.headers });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<T>();
}
const propose = (target: object, who = chief) => post('/api/metrics/targets', who, { key: 'alarms.claim-median', ownerId: operator.id, validFrom: TODAY, reason: 'Agreed with the works council', ...target });

/** Proposed by the chief, approved by the deputy. */
async function set(target: object): Promise<void> {
  const proposed = await propose(target);
  expect(proposed.statusCode, proposed.body).toBe(201);
  const approved = await post(`/api/two-person/${proposed.json<{ decisionId: string }>().decisionId}/approve`, deputy, {});
  expect(approved.statusCode, approved.body).toBe(200);
}
const answerAt = async (siteId: string | null, who = chief) => (await read<FigureDetail>(`/figure?key=alarms.claim-median${siteId ? `&siteId=${siteId}` : ''}`, who)).goals;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  app = await buildServer({ db: fresh.db, modules: [metrics, twoPerson] });
  [region, utrecht, lyon] = [await aSite(fresh, 'REG'), uuidv7(), await aSite(fresh, 'LYO')];
  await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone, parent_id) values ($1, 'UTR', 'UTR', 'site', 'Europe/Amsterdam', $2)`, [utrecht, region]);
  chief = await aPerson(fresh, 'Carla Chief', { role: 'cso' });
  deputy = await aPerson(fresh, 'Dan Deputy', { role: 'deputy-cso' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utrecht });
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, point, handling, is_active, raised_at, known_at, last_at, answer_by, claimed_at)
    select uuidv7(), 'ALM-' || i, case when i % 2 = 0 then $1::uuid else $2::uuid end, 'c' || i, case when i % 3 = 0 then 'duress.panic' else 'intrusion.alarm' end, 'A', 2, 'zone:1', 'acknowledged', false, t, t, t, t, t + i * interval '1 second'
    from (select i, now() - i * interval '1 hour' as t from generate_series(1, 60) i) x`, [utrecht, lyon]);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('a target', () => {
  test('is the catalogue’s until two people set another, and then that of the nearest place holds', async () => {
    expect((await answerAt(utrecht)).value).toMatchObject({ value: 30, setAt: 'catalogue', since: null });
    await set({ value: 25 });
    await set({ siteId: region, value: 20 });
    expect((await answerAt(utrecht)).value).toEqual({ value: 20, keeps: false, setAt: 'site', since: TODAY });
    expect((await answerAt(lyon)).value).toMatchObject({ value: 25, setAt: 'organisation' });
    expect((await answerAt(null)).value).toMatchObject({ value: 25, setAt: 'organisation' });
    expect((await answerAt(utrecht, operator)).value).toMatchObject({ value: 20 });
  });

  test('of the 90th and 98.5th percentile, of a type or a shift, says of each whether it is kept', async () => {
    await set({ value: 3_000, measure: 'p90' });
    await set({ value: 1, measure: 'p985', siteId: lyon });
    await set({ part: 'type', partKey: 'duress.panic', value: 5 });
    const detail = await read<FigureDetail>(`/figure?key=alarms.claim-median&siteId=${lyon}&by=type`);
    expect([detail.goals.p90, detail.goals.p985]).toMatchObject([{ value: 3_000, keeps: true, setAt: 'organisation' }, { value: 1, keeps: false, setAt: 'site' }]);
    const goal = (key: string) => detail.parts.find((part) => part.key === key)?.goals.value;
    expect([goal('duress.panic'), goal('intrusion.alarm')]).toMatchObject([{ value: 5, keeps: false }, { value: 25 }]);
    const { parts } = await read<FigureDetail>('/figure?key=alarms.claim-median&by=site');
    expect(parts.find(({ key }) => key === utrecht)?.goals.value).toMatchObject({ value: 20, setAt: 'site' });
  });

  test('that is ended gives way to the next wider one; one that is to come changes nothing yet, and all stand in the history', async () => {
    await set({ siteId: region, value: null });
    await set({ siteId: utrecht, value: 1, validFrom: new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10) });
    expect((await answerAt(utrecht)).value).toMatchObject({ value: 25, setAt: 'organisation' });
    const { items } = await read<{ items: Target[] }>('/targets?key=alarms.claim-median');
    expect(items.map(({ site, value, state }) => [site, value, state])).toEqual(expect.arrayContaining([['UTR', 1, 'coming'], ['REG', null, 'in-force'], ['REG', 20, 'past'], [null, 25, 'in-force']]));
    expect(items.every((one) => one.proposedBy === 'Carla Chief' && one.approvedBy === 'Dan Deputy' && one.owner.name === 'Olga Operator')).toBe(true);
    expect((await read<{ items: Reading[] }>('/figures')).items.find(({ metric }) => metric.key === 'alarms.claim-median')?.goals.value).toMatchObject({ value: 25 });
  });

  test('waits for another person, is refused where it makes no sense, and is not for who may not publish', async () => {
    const waiting = await propose({ value: 10, siteId: utrecht });
    expect(waiting.json<{ state: string; decisionId: string }>().state).toBe('waiting');
    expect((await post(`/api/two-person/${waiting.json<{ decisionId: string }>().decisionId}/approve`, chief, {})).statusCode).not.toBe(200);
    expect((await answerAt(utrecht)).value?.value).toBe(25);
    for (const [wrong, pointer] of [[{ validFrom: '2020-01-01' }, '/validFrom'], [{ key: 'alarms.stale', measure: 'p90' }, '/measure'], [{ part: 'type', partKey: 'none-such' }, '/partKey'], [{ key: 'alarms.true-share', value: 2 }, '/value'], [{ ownerId: uuidv7() }, '/ownerId']] as const) {
      const reply = await propose({ value: 1, ...wrong });
      expect([reply.statusCode, reply.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer]).toEqual([422, pointer]);
    }
    expect((await propose({ value: 1 }, operator)).statusCode).toBe(403);
  });

  test('is never changed in the database, whoever asks', async () => {
    await expect(fresh.owner.query(`set role parapet_org; update metrics.target set value = 1`)).rejects.toMatchObject({ code: '42501' });
    await fresh.owner.query('reset role');
  });
});

test('of several targets the one for the very part holds, then the nearest, whatever their order', () => {
  const target = fc.record({ part: fc.constantFrom('none' as const, 'type' as const, 'shift' as const), value: fc.option(fc.nat(100)), depth: fc.nat(4) });
  fc.assert(fc.property(fc.uniqueArray(target, { selector: ({ part, depth }) => `${part} ${depth}`, maxLength: 8 }), (targets) => {
    const inForce = targets.map((one): InForce => ({ ...one, place: 'p', key: 'k', partKey: one.part === 'none' ? '' : 'x', measure: 'value', validFrom: TODAY }));
    const ask = (list: InForce[]) => goalsOf(list, { key: 'k', place: 'p', type: 'x' }, { target: 7, direction: 'down' }, { value: 1, p90: null, p985: null }).value?.value;
    const deepest = (part: string) => inForce.filter((one) => one.part === part && one.value !== null).toSorted((a, b) => b.depth - a.depth)[0]?.value;
    expect(ask(inForce)).toBe(deepest('type') ?? deepest('none') ?? 7);
    expect(ask(inForce.toReversed())).toBe(ask(inForce));
  }));
});
