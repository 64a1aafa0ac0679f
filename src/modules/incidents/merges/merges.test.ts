import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import tasks from '#modules/tasks/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Incident } from '../contract.ts';
import type { Similar } from '../merge-contract.ts';
import incidents from '../module.ts';
import { anIncident, aSite, calling, type Calling } from '../testing-surface.ts';
import { likenessOf } from './likeness.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let site: string, far: string;
let chief: Somebody, operator: Somebody, deputy: Somebody, reader: Somebody, elsewhere: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents, tasks] });
  call = calling(app);
  [site, far] = [await aSite(fresh, 'Kestrel Quay'), await aSite(fresh, 'Far Field')];
  chief = await aPerson(fresh, 'Tomas Rehn', { role: 'cso' });
  deputy = await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' });
  operator = await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId: site });
  reader = await aPerson(fresh, 'Otto Officer', { role: 'officer', siteId: site });
  elsewhere = await aPerson(fresh, 'Eli Elsewhere', { role: 'gsoc-operator', siteId: far });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const read = async (who: Somebody, id: string): Promise<Incident> => (await call(who, 'GET', `/${id}`)).json<Incident>();
const merge = (who: Somebody, id: string, intoId: string, reason = 'Two saw the same man') => call(who, 'POST', `/${id}/merge`, { intoId, reason });

/** Two records of one event, each with lines of its own. */
async function twoOfOne(): Promise<[string, string]> {
  const [one, other] = [await anIncident(call, operator, { siteId: site, title: 'Man over the fence' }), await anIncident(call, operator, { siteId: site, title: 'Stranger in the yard' })];
  await call(operator, 'POST', `/${one.id}/log`, { text: 'Patrol sent' });
  await call(operator, 'POST', `/${other.id}/log`, { text: 'Caller heard steps' });
  await call(operator, 'POST', `/${other.id}/people`, { role: 'reporter', name: 'Iva Caller' });
  await call(operator, 'POST', `/${other.id}/losses`, { kind: 'damage', description: 'Fence', amountMinor: 40_000, currency: 'EUR' });
  return [one.id, other.id];
}

describe('a merge', () => {
  test('makes one a pointer, shows what stands on it from both, and taken apart each stands exactly as it stood', async () => {
    const [lives, points] = await twoOfOne();
    const [before, ofLiving] = [await read(chief, points), await read(chief, lives)];
    expect((await merge(operator, points, lives)).json()).toMatchObject({ state: 'closed' });
    const after = await read(operator, points);
    expect(after).toMatchObject({ isMerged: true, state: 'closed', closureReason: 'duplicate', mergedInto: { id: lives, by: 'Alma Bright', reason: 'Two saw the same man' } });
    const living = await read(operator, lives);
    expect(living).toMatchObject({ state: 'open', merged: [{ id: points, number: before.number, logCount: 1 }], people: [{ name: 'Iva Caller', mergedFrom: before.number }], losses: [{ currency: 'EUR', amountMinor: 40_000 }] });
    const timeline = (await call(operator, 'GET', `/${lives}/timeline`)).json<{ items: { text: string; verb: string; mergedFrom: string | null }[] }>().items;
    expect(timeline.find(({ text }) => text === 'Caller heard steps')?.mergedFrom).toBe(before.number);
    expect(timeline.map(({ verb }) => verb)).toContain('took-in');
    expect((await call(operator, 'POST', `/${points}/unmerge`, { reason: 'Another man after all' })).status).toBe(200);
    const { version: _v, ...again } = await read(chief, points);
    const { version: _w, ...was } = before;
    expect(again).toEqual(was);
    expect(await read(chief, lives)).toEqual(ofLiving);
  });

  test('rewrites nothing on the ledger: the entries of both stand as they were written, the merge is one more of each', async () => {
    const [lives, points] = await twoOfOne();
    const entries = async () => (await fresh.owner.query<{ verb: string; body: string }>(`select record_id, verb, body::text from ledger.entry where record_id = any ($1) order by xid, id`, [[lives, points]])).rows;
    const before = await entries();
    await merge(chief, points, lives);
    const after = await entries();
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length).map(({ verb }) => verb).sort()).toEqual(['incidents.merged', 'incidents.took-in']);
  });

  test('of two who merge at once, either way round, one does and the other is told', async () => {
    const [lives, points] = await twoOfOne();
    const replies = await Promise.all([merge(chief, points, lives), merge(deputy, lives, points)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422]);
    const [one, other] = await twoOfOne();
    const again = await Promise.all([merge(chief, other, one), merge(deputy, other, one)]);
    expect(again.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(again.find(({ status }) => status === 409)?.json<{ detail: string }>().detail).toMatch(/^(Tomas Rehn|Dora Deputy) merged it into INC-/);
  });

  test('is refused with words across walls, sites and commands, into itself and in chains; hidden and absent are refused alike', async () => {
    const [lives, points] = await twoOfOne();
    const away = await anIncident(call, chief, { siteId: far });
    const walled = await anIncident(call, chief, { siteId: site, title: 'Kept apart', custodianId: deputy.id });
    const typeOf = async (reply: Promise<{ json: () => Record<string, unknown> }>) => String((await reply).json()['type']).split('.')[1];
    expect(await typeOf(merge(chief, points, walled.id))).toBe('across_walls');
    expect(await typeOf(merge(chief, points, away.id))).toBe('across_sites');
    expect(await typeOf(merge(chief, points, points))).toBe('itself');
    const [hidden, absent] = [await merge(operator, points, walled.id), await merge(operator, points, '01936b3e-0000-7000-8000-000000000000')];
    expect([hidden.status, hidden.json()['detail']]).toEqual([absent.status, absent.json()['detail']]);
    expect((await merge(elsewhere, points, lives)).status).toBe(404);
    expect((await merge(reader, points, lives)).status).toBe(403);
    await merge(chief, points, lives);
    const third = await anIncident(call, chief, { siteId: site });
    expect(await typeOf(merge(chief, third.id, points))).toBe('into_merged');
    expect(await typeOf(merge(chief, lives, third.id))).toBe('has_merged');
    expect(await typeOf(call(chief, 'POST', `/${lives}/wall`, { custodianId: deputy.id, reason: 'It names somebody' }))).toBe('merged');
    expect(await typeOf(call(chief, 'PATCH', `/${points}`, { siteId: far }))).toBe('closed');
    expect(await typeOf(call(chief, 'PATCH', `/${lives}`, { siteId: far }))).toBe('merged');
    expect(await typeOf(call(chief, 'POST', `/${points}/reopen`, { reason: 'Not over' }))).toBe('merged');
    await expect(fresh.owner.query('update incidents.incident set site_id = $2 where id = $1', [lives, far])).rejects.toThrow(/one label/);
  });

  test('is not counted beside the one that lives on, and does not go by retention before it', async () => {
    const [lives, points] = await twoOfOne();
    await merge(chief, points, lives);
    const of = async (sql: string) => (await fresh.owner.query<{ id: string }>(sql, [[lives, points]])).rows.map(({ id }) => id);
    expect(await of('select id from incidents.v_incident_fact where id = any ($1)')).toEqual([lives]);
    expect(await of(`select id from incidents.due_to_go(now() + interval '1 day', $1, 10)`)).toEqual([]);
  });
});

describe('incidents that may be of the same event', () => {
  test('are offered by two likenesses or the same device, near in time only', () => {
    const one = { siteId: 'a', typeKey: 'trespass', occurredFrom: '2026-11-20T10:00:00Z' };
    expect(likenessOf(one, { ...one, occurredFrom: '2026-11-20T11:00:00Z' }, false)).toMatchObject({ alike: ['site', 'type', 'time'], apartMs: 3_600_000, isOffered: true });
    expect(likenessOf(one, { siteId: null, typeKey: null, occurredFrom: '2026-11-20T10:30:00Z' }, false).isOffered).toBe(false);
    expect(likenessOf(one, { siteId: 'b', typeKey: null, occurredFrom: '2026-11-21T10:30:00Z' }, true).isOffered).toBe(true);
    expect(likenessOf(one, { ...one, occurredFrom: '2026-11-23T10:00:00Z' }, true).isOffered).toBe(false);
  });

  test('are listed the most alike first; what is walled, elsewhere or merged is not among them', async () => {
    const at = '2026-03-01T10:00:00Z';
    const of = (more: object) => anIncident(call, chief, { siteId: site, type: 'trespass', occurredFrom: at, ...more });
    const [one, near] = [await of({}), await of({ title: 'The same' })];
    await of({ title: 'Kept apart', custodianId: deputy.id });
    await of({ title: 'Later', occurredFrom: '2026-03-09T10:00:00Z' });
    const away = await of({ title: 'Away', siteId: far });
    const list = async (who: Somebody) => (await call(who, 'GET', `/${one.id}/similar`)).json<{ items: Similar[] }>().items;
    expect((await list(chief)).map(({ id, alike, mayMerge }) => [id, alike, mayMerge])).toEqual([[near.id, ['site', 'type', 'time'], true], [away.id, ['type', 'time'], false]]);
    expect((await list(operator)).map(({ id }) => id)).toEqual([near.id]);
    expect((await call(elsewhere, 'GET', `/${one.id}/similar`)).status).toBe(404);
    await merge(chief, near.id, one.id);
    expect(await list(operator)).toEqual([]);
  });
});
