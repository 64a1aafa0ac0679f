import type { FastifyInstance } from 'fastify';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { CostSheet } from '../cost-contract.ts';
import { costSheet, type Giver, measuredHours, priceOf } from '../cost-rules.ts';
import incidents from '../module.ts';
import { anIncident, aSite, calling, type Calling } from '../testing-surface.ts';

const at = (hour: number): string => new Date(Date.UTC(2026, 10, 20, 0, 0) + hour * 3_600_000).toISOString();
const giver = (change: Partial<Giver>): Giver => ({ source: 'holder', id: '1', what: 'holder', name: 'Ana', agency: '', units: 1, from: at(8), until: at(10), mergedFrom: null, ...change });
const rate = (change: object = {}) => ({ what: 'holder' as const, agency: '', rateMinor: 6_000, currency: 'EUR', validFrom: at(0), setAt: at(0), ...change });
const facts = (change: Partial<Parameters<typeof costSheet>[0]>) => ({ givers: [], rates: [], lines: [], losses: [], noLoss: true, isOpen: false, now: at(24), ...change });

describe('what measured hours come to', () => {
  test('people of a team count each, a vehicle once, by the rate of the agency and of the time', () => {
    const rates = [rate({ what: 'team', rateMinor: 3_000 }), rate({ what: 'team', agency: 'Acme', rateMinor: 4_500 }), rate({ what: 'team', agency: 'Acme', rateMinor: 9_900, validFrom: at(9) }), rate({ what: 'vehicle', rateMinor: 1_000 })];
    const hours = measuredHours({ ...facts({ rates, givers: [giver({ id: 'a', source: 'card', what: 'team', name: 'Team 1', agency: 'ACME', units: 4 }), giver({ id: 'b', source: 'card', what: 'team', name: 'Team 2', agency: 'Other', units: 2 }), giver({ id: 'c', source: 'card', what: 'vehicle', name: 'Van', units: 1 })] }) });
    expect(hours.map(({ minutes, amountMinor }) => [minutes, amountMinor])).toEqual([[480, 36_000], [240, 12_000], [120, 2_000]]);
  });

  test('who holds two positions at once, or stands on a card too, is counted once at a time', () => {
    const hours = measuredHours(facts({ rates: [rate(), rate({ what: 'person' })], givers: [giver({ id: 'a' }), giver({ id: 'b', from: at(9), until: at(11) }), giver({ id: 'c', source: 'card', what: 'person', from: at(10), until: at(12), name: 'ana' })] }));
    expect(hours.map(({ id, minutes }) => [id, minutes])).toEqual([['c', 120], ['a', 120], ['b', 0]]);
  });

  test('never counts anybody for longer than from the first to the last moment, whatever positions they hold', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 8 }), (spans) => {
      const givers = spans.map(([from, more], i) => giver({ id: String(i), from: at(from), until: at(from + more) }));
      const inHand = new Set(spans.flatMap(([from, more]) => Array.from({ length: more }, (_, i) => from + i)));
      expect(measuredHours(facts({ givers })).reduce((sum, { minutes }) => sum + minutes, 0)).toBe(inHand.size * 60);
    }), { numRuns: 60 });
  });

  test('is a total only when nothing is missing, and names each thing that is', () => {
    const whole = costSheet(facts({ rates: [rate()], givers: [giver({})], losses: [{ currency: 'EUR', amountMinor: 5_000, recoveredMinor: 2_000, isEstimate: false }, { currency: 'JPY', amountMinor: 700, recoveredMinor: 0, isEstimate: true }] }));
    expect(whole).toMatchObject({ isWhole: true, hasEstimates: true, sums: [{ currency: 'EUR', hoursMinor: 12_000, netMinor: 15_000 }, { currency: 'JPY', netMinor: 700 }] });
    const partial = costSheet(facts({ givers: [giver({ until: null, agency: 'Police' })], noLoss: null, isOpen: true }));
    expect(partial.isWhole).toBe(false);
    expect(partial.missing.map(({ kind, words }) => [kind, words])).toEqual([['losses', ''], ['rate', 'Ana, Police'], ['running', 'Ana, Police'], ['open', '']]);
    expect(priceOf(7, 100)).toBe(12);
  });
});

describe('the cost of an incident', () => {
  let fresh: FreshDatabase;
  let app: FastifyInstance;
  let call: Calling;
  let site: string;
  let chief: Somebody, operator: Somebody, elsewhere: Somebody;
  beforeAll(async () => {
    fresh = await freshDatabase({ max: 6 });
    app = await buildServer({ db: fresh.db, modules: [incidents] });
    call = calling(app);
    site = await aSite(fresh, 'Kestrel Quay');
    chief = await aPerson(fresh, 'Tomas Rehn', { role: 'cso' });
    operator = await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId: site });
    elsewhere = await aPerson(fresh, 'Eli Elsewhere', { role: 'incident-commander', siteId: await aSite(fresh, 'Far Field') });
  });
  afterAll(async () => {
    await app.close();
    await fresh.drop();
  });
  const read = async (id: string): Promise<CostSheet> => (await call(chief, 'GET', `/${id}/cost`)).json<CostSheet>();

  test('comes from losses, cards on scene, a bill and hours; a bill may stand instead of measured hours; what is struck counts no more', async () => {
    const { id } = await anIncident(call, chief, { siteId: site });
    await call(chief, 'POST', `/${id}/losses`, { kind: 'damage', description: 'Gate', amountMinor: 90_000, currency: 'EUR', recoveredMinor: 40_000 });
    await call(chief, 'POST', `/${id}/resources/arrivals`, { kind: 'team', name: 'Guards', agency: 'Acme', persons: 3, at: new Date(Date.now() - 3_600_000).toISOString() });
    const [hours] = (await read(id)).hours;
    expect(hours).toMatchObject({ what: 'team', units: 3, minutes: 180, counted: 'no-rate', until: null });
    expect((await read(id)).missing.map(({ kind }) => kind)).toEqual(['rate', 'running', 'open']);
    const set = await call(chief, 'POST', '/rates', { what: 'team', agency: 'Acme', rateMinor: 4_000, currency: 'EUR', validFrom: '2026-01-01T00:00:00Z' });
    expect((await read(id)).sums).toMatchObject([{ currency: 'EUR', lossMinor: 90_000, recoveredMinor: 40_000, hoursMinor: 12_000, netMinor: 62_000 }]);
    expect((await call(chief, 'POST', `/${id}/costs`, { kind: 'hours', description: 'Clean-up', minutes: 90, rateMinor: 2_000, currency: 'EUR' })).status).toBe(201);
    const bill = { kind: 'service', description: 'Bill of Acme', amountMinor: 20_000, currency: 'EUR', insteadOf: hours?.id };
    const { rowId } = (await call(chief, 'POST', `/${id}/costs`, bill)).json<{ rowId: string }>();
    expect((await call(chief, 'POST', `/${id}/costs`, bill)).status).toBe(409);
    expect((await read(id)).sums).toMatchObject([{ hoursMinor: 3_000, linesMinor: 20_000, netMinor: 73_000 }]);
    expect((await call(chief, 'POST', `/${id}/costs/${rowId}/strike`, { reason: 'Another job' })).status).toBe(200);
    expect((await call(chief, 'POST', `/${id}/costs/${rowId}/strike`, { reason: 'Another job' })).json()).toMatchObject({ status: 409, by: 'Tomas Rehn' });
    expect((await read(id)).sums).toMatchObject([{ hoursMinor: 15_000, linesMinor: 0 }]);
    expect((await call(chief, 'POST', `/rates/${set.json<{ id: string }>().id}/strike`)).status).toBe(200);
    expect((await read(id)).hours[0]).toMatchObject({ counted: 'no-rate', amountMinor: null });
  });

  test('is for who may see cost there, and refuses hours without a rate and what is no hours of this incident', async () => {
    const { id } = await anIncident(call, chief, { siteId: site });
    expect((await call(operator, 'GET', `/${id}/cost`)).status).toBe(403);
    expect((await call(elsewhere, 'GET', `/${id}/cost`)).status).toBe(404);
    expect((await call(operator, 'POST', `/${id}/costs`, { kind: 'other', description: 'Tea', amountMinor: 100, currency: 'EUR' })).status).toBe(403);
    expect((await call(chief, 'POST', `/${id}/costs`, { kind: 'hours', description: 'Watch', minutes: 60, currency: 'EUR' })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/rateMinor' }] });
    expect((await call(chief, 'POST', `/${id}/costs`, { kind: 'other', description: 'Tea', amountMinor: 100, currency: 'EUR', insteadOf: id })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/insteadOf' }] });
  });
});
