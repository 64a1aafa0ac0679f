import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import devices from '#modules/devices/module.ts';
import { aSite, aSource } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { availability, backlogByAge, costPerDevice, firstTimeFix, type OrderFact, repeatFaults, timeToRepair } from './figures.ts';
import workorders from './module.ts';
import type { Plan, Round } from './plan-contract.ts';
import { addDays, daysOf, dayIn, nthDay } from './plan-rules.ts';
import { planAhead } from './plans.service.ts';

describe('the days of a plan', () => {
  test('fall on the same day of the month, of a short month on its last, and come back to it', () => {
    expect([0, 1, 2, 3].map((n) => nthDay({ startsOn: '2027-12-31', every: 1, unit: 'month' }, n))).toEqual(['2027-12-31', '2028-01-31', '2028-02-29', '2028-03-31']);
    expect(daysOf({ startsOn: '2026-11-23', every: 2, unit: 'week' }, { after: null, until: '2026-12-31' })).toEqual(['2026-11-23', '2026-12-07', '2026-12-21']);
    expect([dayIn(Date.parse('2026-11-22T23:30:00Z'), 'Europe/Amsterdam'), dayIn(Date.parse('2026-11-22T02:30:00Z'), 'America/New_York')]).toEqual(['2026-11-23', '2026-11-21']);
  });
  test('are the same, none left out and none twice, however often and late somebody asks', () => {
    const rhythm = fc.record({ startsOn: fc.integer({ min: 0, max: 900 }).map((n) => addDays('2026-01-01', n)), every: fc.integer({ min: 1, max: 40 }), unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const) });
    fc.assert(fc.property(rhythm, fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 5 }), (one, steps) => {
      const end = addDays(one.startsOn, 2_000);
      const asked = steps.reduce<{ at: string | null; days: string[]; until: string }>(({ at, days, until }, step) => {
        const next = addDays(until, step);
        const horizon = next > end ? end : next;
        return { at: horizon, days: [...days, ...daysOf(one, { after: at, until: horizon })], until: horizon };
      }, { at: null, days: [], until: one.startsOn });
      expect([...asked.days, ...daysOf(one, { after: asked.at, until: end })]).toEqual(Array.from({ length: 2_100 }, (_, n) => nthDay(one, n)).filter((day) => day <= end));
    }), { numRuns: 60 });
  });
});

describe('the figures', () => {
  const H = 3_600_000;
  const D = 24 * H;
  const order = (id: string, more: Partial<OrderFact>): OrderFact => ({ id, state: 'closed', faultCode: 'lock', deviceIds: ['a'], failedAt: 0, raisedAt: 0, fixedAt: null, returns: 0, costs: [], ...more });
  const orders = [
    order('1', { failedAt: 0, raisedAt: 1 * H, fixedAt: 10 * H, costs: [{ currency: 'EUR', minor: 100 }] }), order('2', { failedAt: 20 * D, raisedAt: 20 * D, fixedAt: 20 * D + 20 * H, returns: 1, deviceIds: ['a', 'b', 'c'], costs: [{ currency: 'EUR', minor: 100 }] }),
    order('3', { failedAt: 60 * D, raisedAt: 60 * D, fixedAt: 60 * D + 60 * H, faultCode: 'battery' }), order('4', { failedAt: 61 * D, raisedAt: 61 * D, state: 'assigned' }), order('5', { state: 'cancelled', raisedAt: 21 * D, fixedAt: 21 * D }),
  ];
  const period = { from: 0, to: 90 * D };
  test('say time to repair, first-time fix, repeats, backlog and cost by what they are defined to be', () => {
    expect(timeToRepair(orders, period)).toEqual({ n: 3, meanH: 30, medianH: 20 });
    expect(timeToRepair(orders, { from: 70 * D, to: 90 * D })).toEqual({ n: 0, meanH: null, medianH: null });
    expect(firstTimeFix(orders, period)).toEqual({ n: 2, of: 3, share: 2 / 3 });
    expect(repeatFaults(orders, { ...period, days: 30 })).toEqual([{ deviceId: 'a', faultCode: 'lock', count: 1, orderIds: ['2'] }]);
    expect(repeatFaults(orders, { ...period, days: 50 })).toEqual([{ deviceId: 'a', faultCode: 'lock', count: 2, orderIds: ['2', '4'] }]);
    expect(backlogByAge(orders, 68.5 * D)).toEqual([{ key: 'week', count: 0 }, { key: 'month', count: 1 }, { key: 'quarter', count: 0 }, { key: 'older', count: 0 }]);
    expect(costPerDevice(orders, period)).toEqual([{ deviceId: 'a', currency: 'EUR', minor: 134 }, { deviceId: 'b', currency: 'EUR', minor: 33 }, { deviceId: 'c', currency: 'EUR', minor: 33 }]);
  });
  test('count overlapping losses of a device once, and nothing before it served', () => {
    expect(availability([{ since: 10, losses: [{ from: 0, to: 30 }, { from: 20, to: 40 }, { from: 90, to: null }] }, { since: 200, losses: [] }], { from: 0, to: 100 })).toEqual({ upMs: 50, serviceMs: 90, share: 50 / 90 });
    expect(availability([], { from: 0, to: 1 }).share).toBeNull();
  });
});

describe('the preventive calendar', () => {
  let fresh: FreshDatabase;
  let app: FastifyInstance;
  let engineer: Somebody;
  let operator: Somebody;
  let here: string;
  let device: string;
  const at = (day: string) => async (): Promise<Ctx> => ({ ...(await fresh.as(SERVICE.correlator)), now: () => new Date(`${day}T12:00:00Z`) });
  const send = (method: 'POST' | 'GET', url: string, payload?: object, who = engineer) => app.inject({ method, url: `/api/workorders${url}`, headers: who.headers, ...(payload && { payload }) });
  const rounds = async (query: string): Promise<Round[]> => (await send('GET', `/rounds?${query}`)).json<{ items: Round[] }>().items;
  const soon = (days: number): string => addDays(new Date().toISOString().slice(0, 10), days);

  beforeAll(async () => {
    fresh = await freshDatabase({ max: 6 });
    app = await buildServer({ db: fresh.db, modules: [devices, workorders] });
    here = await aSite(fresh, 'UTR');
    const source = await aSource(fresh, '1234', here);
    engineer = await aPerson(fresh, 'Enya Engineer', { role: 'systems-engineer' });
    operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: here });
    device = (await app.inject({ method: 'POST', url: '/api/devices', headers: engineer.headers, payload: { siteId: here, code: 'D-1', name: 'Lock 1', kind: 'lock', points: [{ sourceId: source, point: 'door:1' }] } })).json<{ id: string }>().id;
  });
  afterAll(async () => {
    await app.close();
    await fresh.drop();
  });
  const aPlan = async (more: object = {}): Promise<Plan> => (await send('POST', '/plans', { title: 'Locks, yearly', siteId: here, deviceId: device, every: 1, unit: 'month', startsOn: soon(3), aheadDays: 92, points: ['Opens', 'Closes'], ...more })).json();

  test('makes rounds ahead once, by however many at once, and none is lost over a year in which nobody asked', async () => {
    const plan = await aPlan();
    expect((await send('POST', '/plans', {}, operator)).statusCode).toBe(403);
    const first = await rounds(`planId=${plan.id}`);
    expect(first.map(({ plannedOn }) => plannedOn)).toEqual(daysOf(plan, { after: null, until: soon(92) }));
    const later = at(soon(400));
    await Promise.all([planAhead(await later()), planAhead(await later()), planAhead(await later())]);
    const all = await rounds(`planId=${plan.id}&limit=200`);
    expect(all.map(({ plannedOn }) => plannedOn)).toEqual(daysOf(plan, { after: null, until: addDays(soon(400), 92) }));
    const stopped = await send('POST', `/plans/${plan.id}/stop`, { reason: 'The door is gone' });
    expect(stopped.json()).toMatchObject({ state: 'stopped', nextOn: null });
    expect(await planAhead(await at(soon(900))())).toBe(0);
    expect((await send('POST', '/plans', { title: 'Every panel', siteId: null, deviceKind: 'panel', every: 6, unit: 'month', startsOn: soon(-4), points: ['Goes on by battery'] })).json()).toMatchObject({ site: null, nextOn: soon(-4), overdue: 1 });
  });

  test('a round is put off with a reason, and done by answering every point; what failed is a work order on the device', async () => {
    const plan = await aPlan({ unit: 'week' });
    const round = (await rounds(`planId=${plan.id}`))[0] as Round;
    expect((await send('POST', `/rounds/${round.id}/postpone`, { dueOn: '2020-01-01', reason: 'Holiday' })).statusCode).toBe(422);
    expect((await send('POST', `/rounds/${round.id}/postpone`, { dueOn: soon(30), reason: 'Holiday' })).json()).toMatchObject({ dueOn: soon(30), plannedOn: round.plannedOn, postponedWhy: 'Holiday' });
    expect((await send('POST', `/rounds/${round.id}/complete`, { answers: [{ key: '1', result: 'passed' }] })).statusCode).toBe(422);
    const answers = [{ key: '1', result: 'passed' }, { key: '2', result: 'failed', note: 'Bolt sticks' }];
    const both = await Promise.all([send('POST', `/rounds/${round.id}/complete`, { answers }), send('POST', `/rounds/${round.id}/complete`, { answers })]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const done = both.find(({ statusCode }) => statusCode === 200)?.json<Round>();
    const orderId = done?.answers?.[1]?.orderId;
    expect((await send('GET', `/${orderId}`)).json()).toMatchObject({ origin: 'calendar', faultCode: 'inspection.point', title: 'Locks, yearly: Closes', detail: 'Bolt sticks', devices: [{ id: device }] });
    expect((await send('GET', `?deviceId=${device}`)).json()).toMatchObject({ total: 1 });
  });

  test('the figures over HTTP are those of SQL by hand, over what the reader sees', async () => {
    const figures = (await send('GET', '/figures')).json();
    const { rows } = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from workorders.workorder where state not in ('closed', 'cancelled')`);
    expect(figures.backlog.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(rows[0]?.n);
    expect(figures).toMatchObject({ repair: { n: 0, meanH: null }, repeatDays: 30, availability: { share: 1 }, isWhole: true });
  });
});
