import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { givenRows, NOTHING_KNOWN } from '#platform/imports/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { importAlarms } from './import.service.ts';
import { rationaleKind } from './rationale-import.ts';
import type { Rationale, RationaleRow } from './rationale-contract.ts';
import { flagsOf, PRIORITY_MATRIX, priorityFor } from './rationale-rules.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let cleo: Somebody;
let dee: Somebody;

const ENTRY = { type: 'access.held', cause: 'Propped for a delivery', consequence: 'Somebody walks in', response: 'Call the desk, then look', withinMin: 10, severity: 3, reviewOn: '2027-06-01' };
const post = (url: string, payload: object, who = cleo) => app.inject({ method: 'POST', url: `/api/alarms/rationales${url}`, headers: who.headers, payload });
const row = async (type: string): Promise<RationaleRow | undefined> => (await app.inject({ url: '/api/alarms/rationales', headers: cleo.headers })).json<{ items: RationaleRow[] }>().items.find((one) => one.type === type);
const inForce = async (): Promise<Rationale | null> => (await app.inject({ url: '/api/alarms/rationales/in-force?type=access.held', headers: cleo.headers })).json<{ entry: Rationale | null }>().entry;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  cleo = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the register of alarms', () => {
  test('names types that ring without an entry, with what ships for their family to begin from', async () => {
    const raisedAt = new Date(Date.now() - 86_400_000).toISOString();
    const alarm = (n: number) => ({ id: `01a00000-0000-7000-8000-${String(n).padStart(12, '0')}`, siteId: null, sourceId: null, sourceName: 'Old', type: 'access.held', point: `d${n}`, raisedAt, acknowledgedAt: raisedAt, acknowledgedBy: cleo.id, returnedAt: null, closedAt: raisedAt, closedBy: cleo.id, disposition: 'no-finding', cause: null, note: null, repeats: 0, incident: null });
    await importAlarms(await fresh.as(SERVICE.importer), Array.from({ length: 12 }, (_, n) => alarm(n)));
    expect(await row('access.held')).toMatchObject({ rings: 3, entry: null, draft: null, raised: 12, counted: 12, countedFalse: 12, flags: ['missing', 'mostly-false'], start: { response: 'door shut, person identified', withinMin: 60 } });
  });

  test('an entry is approved by another than who wrote it, as it was read; the next draft leaves it in force', async () => {
    const written = (await post('', ENTRY)).json<Rationale>();
    expect([written.state, written.priority, written.owner.name, await inForce()]).toEqual(['draft', 3, 'Cleo Chief', null]);
    dee = await aPerson(fresh, 'Dee Deputy', { role: 'deputy-cso' });
    expect((await post('/approve', { type: ENTRY.type, version: written.version })).json()).toMatchObject({ type: expect.stringContaining('own_rationale') as string });
    const again = (await post('', { ...ENTRY, response: 'Look by camera' })).json<Rationale>();
    expect((await post('/approve', { type: ENTRY.type, version: written.version }, dee)).statusCode).toBe(409);
    expect((await post('/approve', { type: ENTRY.type, version: again.version }, dee)).json()).toMatchObject({ state: 'approved', approvedBy: { name: 'Dee Deputy' }, isAlone: false });
    await post('', { ...ENTRY, severity: 1 }, dee);
    expect([(await inForce())?.response, (await row('access.held'))?.flags]).toEqual(['Look by camera', ['not-approved', 'mostly-false']]);
    const draft = (await row('access.held'))?.draft;
    await post('/approve', { type: ENTRY.type, version: draft?.version });
    expect([(await inForce())?.priority, (await row('access.held'))?.flags]).toEqual([1, ['other-priority', 'mostly-false']]);
    await expect(fresh.owner.query(`update alarms.rationale set response = 'x' where state = 'approved'`)).rejects.toThrow('stays as it was');
  });

  test('goes out as CSV and comes in again unchanged; a wrong row is named', async () => {
    const csv = (await app.inject({ url: '/api/alarms/rationales/register.csv', headers: cleo.headers })).body.replace('\ufeff', '');
    expect(csv.split('\r\n')).toEqual(['type,cause,consequence,response,within_min,severity,review_on', 'access.held,Propped for a delivery,Somebody walks in,"Call the desk, then look",10,1,2027-06-01', '']);
    const ctx = await fresh.as(cleo.id);
    const take = async (text: string) => rationaleKind.take(ctx, await givenRows(text), NOTHING_KNOWN);
    expect(await take(csv)).toMatchObject([{ does: 'unchanged' }]);
    expect(await take(csv.replace('Propped', 'Left open'))).toMatchObject([{ does: 'created' }]);
    expect(await take(csv.replace('access.held', 'no.such').replace(',10,', ',soon,'))).toMatchObject([{ does: 'refused', faults: [{ column: 'within_min' }, { column: 'type' }] }]);
  });

  test('is written by who may for the whole organisation, and read by who sees alarms', async () => {
    const ola = await aPerson(fresh, 'Ola Operator', { role: 'gsoc-operator' });
    expect([(await post('', ENTRY, ola)).statusCode, (await app.inject({ url: '/api/alarms/rationales', headers: ola.headers })).statusCode]).toEqual([403, 200]);
    expect((await post('', { ...ENTRY, type: 'access.granted' })).statusCode).toBe(422);
  });
});

test('the matrix never gives a lower priority to what is worse or sooner', () => {
  for (const severity of [1, 2, 3, 4]) {
    for (const [sooner, later] of [[3, 10], [10, 60], [60, 61]] as const) {
      expect(priorityFor(severity, sooner)).toBeLessThanOrEqual(priorityFor(severity, later));
      if (severity < 4) expect(priorityFor(severity, later)).toBeLessThanOrEqual(priorityFor(severity + 1, later));
    }
  }
  expect(new Set(PRIORITY_MATRIX.flat())).toEqual(new Set([1, 2, 3, 4]));
});

test.each([
  ['one that fits has no flag', { state: 'approved', priority: 2, reviewOn: '2027-01-01' }, false, { raised: 5, counted: 5, countedFalse: 5 }, []],
  ['an overdue review', { state: 'approved', priority: 2, reviewOn: '2026-01-01' }, false, { raised: 5, counted: 0, countedFalse: 0 }, ['review-due']],
  ['one that never rings', { state: 'approved', priority: 2, reviewOn: '2027-01-01' }, false, { raised: 0, counted: 0, countedFalse: 0 }, ['silent']],
  ['a first draft', null, true, { raised: 1, counted: 0, countedFalse: 0 }, ['not-approved']],
] as const)('flags: %s', (_, entry, draft, rang, flags) => {
  expect(flagsOf(2, entry, draft, rang, '2026-11-22')).toEqual(flags);
});
