import type { FastifyInstance } from 'fastify';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { ProcessDetail } from './contract.ts';
import continuity from './module.ts';
import { BANDS_MIN, gapsOf, limitMin, UNACCEPTABLE } from './rules.ts';

describe('what does not fit', () => {
  test('is named by its kind: a later dependency, an unknown one, a tolerable period beyond the first grave impact, a review of the past', () => {
    const judged = { impacts: { people: [0, 1, 3, 4, 4] }, mtpdMin: 4320, rtoMin: 480, reviewOn: '2026-01-01', needs: [{ id: 'a', name: 'Badge server', rtoMin: 1440 }, { id: 'b', name: 'Guards', rtoMin: null }, { id: 'c', name: 'Power', rtoMin: 480 }] };
    expect(gapsOf(judged, '2026-11-22')).toEqual([{ kind: 'mtpd-too-long', name: '', min: 1440 }, { kind: 'slower', name: 'Badge server', min: 1440 }, { kind: 'unknown', name: 'Guards', min: null }, { kind: 'review-due', name: '', min: null }]);
  });

  test('the limit is the first band in which anything becomes unacceptable, for any impacts', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 }), fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 }), (people, money) => {
      const limit = limitMin({ people, money });
      const grave = BANDS_MIN.map((_, band) => Math.max(people[band] ?? 0, money[band] ?? 0) >= UNACCEPTABLE);
      expect(limit === null ? -1 : BANDS_MIN.indexOf(limit as 60)).toBe(grave.indexOf(true));
    }));
  });
});

describe('a process', () => {
  let fresh: FreshDatabase;
  let app: FastifyInstance;
  let manager: Somebody;
  let elsewhere: Somebody;
  let stranger: Somebody;
  let here: string;
  const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, who: Somebody, payload?: object) => app.inject({ method, url: `/api/continuity/processes${url}`, headers: who.headers, ...(payload && { payload }) });
  const send = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, who = manager): Promise<ProcessDetail> => {
    const reply = await ask(method, url, who, payload);
    expect([200, 201], reply.body).toContain(reply.statusCode);
    return reply.json();
  };
  const refusal = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, who = manager): Promise<[number, string]> => {
    const reply = await ask(method, url, who, payload);
    return [reply.statusCode, reply.json<{ type: string }>().type.replace('urn:problem:', '')];
  };

  beforeAll(async () => {
    fresh = await freshDatabase({ max: 4 });
    app = await buildServer({ db: fresh.db, modules: [continuity] });
    here = await aSite(fresh, 'UTR');
    const other = await aSite(fresh, 'LYO');
    manager = await aPerson(fresh, 'Rita Risk', { role: 'risk-manager' });
    elsewhere = await aPerson(fresh, 'Eve Elsewhere', { role: 'gsoc-supervisor', siteId: other });
    stranger = await aPerson(fresh, 'Rick Reception', { role: 'reception' });
  });
  afterAll(async () => {
    await app.close();
    await fresh.drop();
  });

  test('is assessed, given times that fit each other, and says what it needs that comes back later; who does not see it does not learn of it', async () => {
    expect(await refusal('POST', '', { title: 'Gates', ownerId: stranger.id, reviewOn: '2099-01-01' })).toEqual([422, 'continuity.owner_cannot_see']);
    const doors = await send('POST', '', { title: 'Badge server', ownerId: manager.id, siteId: here, reviewOn: '2099-01-01' });
    expect(doors).toMatchObject({ number: expect.stringMatching(/^BIA-\d{4}-\d{5}$/), site: 'UTR', gaps: [{ kind: 'no-times' }, { kind: 'not-assessed' }] });
    await send('PATCH', `/${doors.id}`, { rtoMin: 1440, mtpdMin: 2880, impacts: { operations: [0, 1, 2, 3, 4] } });
    const { id } = await send('POST', '', { title: 'Entry of staff', ownerId: manager.id, siteId: here, reviewOn: '2099-01-01' });
    expect(await refusal('PATCH', `/${id}`, { rtoMin: 500, mtpdMin: 240 })).toEqual([422, 'continuity.rto_over_mtpd']);
    expect(await refusal('PATCH', `/${id}`, { impacts: { people: [3, 2, 2, 2, 2] } })).toEqual([422, 'continuity.impact_falls']);
    const timed = await send('PATCH', `/${id}`, { rtoMin: 120, mtpdMin: 480, rpoMin: 0, mbco: 'One gate, by list', impacts: { people: [0, 3, 3, 3, 3] } });
    expect([timed.limitMin, timed.gaps]).toEqual([240, [{ kind: 'mtpd-too-long', name: '', min: 240 }]]);
    await send('PATCH', `/${id}`, { mtpdMin: 240 });
    expect(await refusal('POST', `/${id}/dependencies`, { kind: 'vendor' })).toEqual([422, 'continuity.say_name']);
    expect(await refusal('POST', `/${id}/dependencies`, { kind: 'process', onProcessId: id })).toEqual([422, 'continuity.itself']);
    const needing = await send('POST', `/${id}/dependencies`, { kind: 'process', onProcessId: doors.id });
    expect(needing.gaps).toEqual([{ kind: 'slower', name: `${doors.number} Badge server`, min: 1440 }]);
    expect((await send('GET', `/${doors.id}`)).neededBy).toMatchObject([{ title: 'Entry of staff', rtoMin: 120 }]);
    await send('PATCH', `/${doors.id}`, { rtoMin: 60 });
    const vendor = await send('POST', `/${id}/dependencies`, { kind: 'vendor', name: 'Halden Guards', rtoMin: 600 });
    expect(vendor.gaps).toEqual([{ kind: 'slower', name: 'Halden Guards', min: 600 }]);
    const row = vendor.dependencies.find(({ kind }) => kind === 'vendor')?.id;
    expect((await send('POST', `/${id}/dependencies/${row}/strike`, { reason: 'Contract ended' })).gaps).toEqual([]);
    expect(await refusal('POST', `/${id}/review`, { nextOn: '2020-01-01' })).toEqual([422, 'continuity.review_past']);
    expect(await send('POST', `/${id}/review`, { nextOn: '2099-06-30' })).toMatchObject({ reviewOn: '2099-06-30', reviewedBy: 'Rita Risk' });
    expect(await refusal('GET', `/${id}`, undefined, elsewhere)).toEqual([404, 'platform.not_found']);
    expect(await refusal('GET', `/${id}`, undefined, stranger)).toEqual([403, 'platform.forbidden']);
    expect(await send('POST', `/${id}/retire`, { reason: 'Gates are automatic now' })).toMatchObject({ state: 'retired', gaps: [] });
    expect(await refusal('PATCH', `/${id}`, { title: 'Later' })).toEqual([409, 'continuity.retired']);
  });
});
