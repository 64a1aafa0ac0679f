import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import tasks from '#modules/tasks/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { closePress } from '#platform/report/press.ts';
import { canRead, factsOfPdf, structureOf, textOf, withoutSpace } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Standing } from '../contract.ts';
import incidents from '../module.ts';
import type { Resource, ResourceMove, SituationReport } from '../resource-contract.ts';
import { countResources, mayMove, RESOURCE_MOVES, RESOURCE_STATES, RESOURCE_VERBS, type ResourceState, verbInto, verbsFrom } from '../resource-rules.ts';
import { anIncident, aSite, calling, type Calling } from '../testing-surface.ts';

describe('the states of a resource', () => {
  test('lead only to what has checked in being assigned, and from released nowhere', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...RESOURCE_VERBS), { maxLength: 30 }), (asked) => {
      let state: ResourceState = 'requested';
      let hasCome = false;
      for (const verb of asked) {
        if (!mayMove(verb, state)) continue;
        state = RESOURCE_MOVES[verb].to;
        hasCome ||= verb === 'check-in';
        if (!['requested', 'ordered', 'en-route'].includes(state)) expect(hasCome).toBe(true);
      }
      if (state === 'released') expect(verbsFrom(state)).toEqual([]);
    }));
  });

  test('say for each column which verb brings a card into it, and that nothing comes back before it came', () => {
    for (const state of RESOURCE_STATES) for (const column of RESOURCE_STATES) {
      const verb = verbInto(state, column);
      if (verb) expect([mayMove(verb, state), RESOURCE_MOVES[verb].to]).toEqual([true, column]);
      if (column === 'requested') expect(verb).toBeNull();
    }
    expect(verbInto('staged', 'assigned')).toBe('assign');
    expect(verbInto('ordered', 'assigned')).toBeNull();
  });

  test('count what is on scene, free, at work and awaited, and the people on scene', () => {
    const cards = (['requested', 'en-route', 'checked-in', 'staged', 'assigned', 'out-of-service', 'demob-pending', 'released'] as const).map((state) => ({ state, persons: 3 }));
    expect(countResources(cards)).toEqual({ onScene: 5, available: 2, assigned: 1, awaited: 2, personsOnScene: 15 });
  });
});

describe('resources and situation reports over HTTP', () => {
  let fresh: FreshDatabase;
  let app: FastifyInstance;
  let call: Calling;
  let operator: Somebody;
  let other: Somebody;
  let lead: Somebody;
  let siteId: string;
  let id: string;

  beforeAll(async () => {
    fresh = await freshDatabase({ max: 6 });
    app = await buildServer({ db: fresh.db, modules: [incidents, tasks] });
    call = calling(app);
    siteId = await aSite(fresh, 'Kestrel Quay');
    operator = await aPerson(fresh, 'Ines Varga', { role: 'gsoc-operator', siteId });
    other = await aPerson(fresh, 'Jonas Park', { role: 'gsoc-operator', siteId });
    lead = await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead', siteId });
    ({ id } = await anIncident(call, operator, { siteId, title: 'Fire in the bunker' }));
  });
  afterAll(async () => {
    await closePress();
    await app.close();
    await fresh.drop();
  });

  const board = async () => (await call(operator, 'GET', `/${id}/resources`)).json<{ items: Resource[]; counts: Record<string, number> }>();
  const card = async (rowId: string) => (await board()).items.find((one) => one.id === rowId);
  const ask = async (name: string, more: object = {}) => (await call(operator, 'POST', `/${id}/resources`, { kind: 'team', name, ...more })).json<Standing>().rowId ?? '';

  test('a resource goes from asked for to released, and each move keeps both times, who and where', async () => {
    const rowId = await ask('Patrol team Blue', { persons: 4, agency: 'Halden Guards' });
    const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 600_000).toISOString();
    const moves: [string, object][] = [
      ['order', { orderNumber: 'PO-17' }], ['send', { departedFrom: 'Depot North', travel: 'Van' }], ['check-in', { place: 'Staging A', contact: 'Channel 4', at }], ['stage', { place: 'Staging A' }], ['assign', { to: 'Division A' }], ['assign', { to: 'Division B' }],
      ['out-of-service', { reason: 'Rest' }], ['stage', {}], ['plan-release', {}], ['release', { destination: 'Depot North' }],
    ];
    for (const [verb, body] of moves) expect([verb, (await call(operator, 'POST', `/${id}/resources/${rowId}/${verb}`, body)).status]).toEqual([verb, 200]);
    expect(await card(rowId)).toMatchObject({ state: 'released', orderNumber: 'PO-17', departedFrom: 'Depot North', checkedInBy: 'Ines Varga', contact: 'Channel 4', place: 'Staging A', assignedTo: '', persons: 4 });
    const { items } = (await call(operator, 'GET', `/${id}/resources/${rowId}/moves`)).json<{ items: ResourceMove[] }>();
    expect(items.toReversed().map(({ verb, became, words }) => [verb, became, words])).toEqual([['request', 'requested', ''], ['order', 'ordered', 'PO-17'], ['send', 'en-route', 'Depot North, Van'], ['check-in', 'checked-in', 'Staging A'], ['stage', 'staged', 'Staging A'], ['assign', 'assigned', 'Division A'], ['assign', 'assigned', 'Division B'], ['out-of-service', 'out-of-service', 'Rest'], ['stage', 'staged', ''], ['plan-release', 'demob-pending', ''], ['release', 'released', 'Depot North']]);
    const checkIn = items.find(({ verb }) => verb === 'check-in');
    expect([Date.parse(checkIn?.at ?? ''), Date.parse(checkIn?.notedAt ?? '') > Date.parse(at)]).toEqual([Date.parse(at), true]);
    const { rows } = await fresh.owner.query(`select from ledger.entry where record_id = $1 and strpos(body::text, $2) > 0`, [id, rowId]);
    expect(rows).toHaveLength(11);
  });

  test('only what has checked in is assigned, what has come is not struck, and a time ahead is refused', async () => {
    const rowId = await ask('Thermal camera', { kind: 'equipment', persons: 0 });
    expect((await call(operator, 'POST', `/${id}/resources/${rowId}/assign`, { to: 'Division A' })).json()).toMatchObject({ status: 409, state: 'requested' });
    expect((await call(operator, 'POST', `/${id}/resources/${rowId}/check-in`, { at: '2099-01-01T00:00:00Z' })).status).toBe(422);
    expect((await call(operator, 'POST', `/${id}/resources/${rowId}/check-in`, {})).status).toBe(200);
    expect((await call(operator, 'POST', `/${id}/resources/${rowId}/strike`, { reason: 'Not needed' })).status).toBe(409);
    const unwanted = await ask('Second crane');
    expect((await call(operator, 'POST', `/${id}/resources/${unwanted}/strike`, { reason: 'The first is enough' })).status).toBe(200);
    expect(await card(unwanted)).toMatchObject({ struckBy: 'Ines Varga', struckReason: 'The first is enough' });
    expect((await call(operator, 'POST', `/${id}/resources/${unwanted}/send`, {})).json()).toMatchObject({ status: 409, state: 'struck' });
    const before = await card(rowId);
    expect((await call(operator, 'PATCH', `/${id}/resources/${rowId}`, { notes: 'Lens scratched' }, { 'if-match': `"${(before?.version ?? 0) - 1}"` })).status).toBe(412);
    expect((await call(operator, 'PATCH', `/${id}/resources/${rowId}`, { notes: 'Lens scratched' })).status).toBe(200);
  });

  test('of two who move a card at once one does, and the other is told who', async () => {
    const rowId = (await call(operator, 'POST', `/${id}/resources/arrivals`, { kind: 'person', name: 'Medic', place: 'Gate 2' })).json<Standing>().rowId ?? '';
    const replies = await Promise.all([call(operator, 'POST', `/${id}/resources/${rowId}/plan-release`, {}), call(other, 'POST', `/${id}/resources/${rowId}/plan-release`, {})]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(replies.find(({ status }) => status === 409)?.json<{ by: string }>().by).toMatch(/Ines Varga|Jonas Park/);
    expect((await board()).counts).toMatchObject({ onScene: 2, available: 1 });
  });

  test('a situation report is numbered, its needs become a task and a resource once, and it is struck, never changed', async () => {
    const written = (await call(operator, 'POST', `/${id}/situation-reports`, { conditions: 'Smoke on floor 2.', actions: 'Floor is empty.', needs: ['Two more guards at gate 2', 'A thermal camera'] })).json<Standing>();
    await call(operator, 'POST', `/${id}/situation-reports`, { conditions: 'Smoke gone.' });
    const list = async () => (await call(operator, 'GET', `/${id}/situation-reports`)).json<{ items: SituationReport[] }>().items;
    const [second, first] = await list();
    expect([second?.seq, first?.seq, first?.author]).toEqual([2, 1, 'Ines Varga']);
    const [guards = '', camera = ''] = first?.needs.map((need) => need.id) ?? [];
    expect((await call(operator, 'POST', `/${id}/reported-needs/${guards}/task`, {})).status).toBe(200);
    expect((await call(other, 'POST', `/${id}/reported-needs/${guards}/resource`, { kind: 'person' })).json()).toMatchObject({ status: 409, by: 'Ines Varga' });
    expect((await call(operator, 'POST', `/${id}/reported-needs/${camera}/resource`, { kind: 'equipment' })).status).toBe(200);
    const made = (await list())[1]?.needs ?? [];
    expect(made.map(({ became, becameBy }) => [became, becameBy])).toEqual([['task', 'Ines Varga'], ['resource', 'Ines Varga']]);
    expect(await card(made[1]?.becameId ?? '')).toMatchObject({ name: 'A thermal camera', state: 'requested' });
    const { items } = (await app.inject({ url: `/api/tasks?recordId=${id}`, headers: operator.headers })).json<{ items: { title: string }[] }>();
    expect(items.map(({ title }) => title)).toEqual(['Two more guards at gate 2']);
    expect((await call(operator, 'POST', `/${id}/situation-reports/${written.rowId}/strike`, { reason: 'Wrong floor' })).status).toBe(200);
    expect((await call(other, 'POST', `/${id}/situation-reports/${written.rowId}/strike`, { reason: 'Wrong floor' })).json()).toMatchObject({ status: 409, by: 'Ines Varga' });
    expect((await list())[1]).toMatchObject({ conditions: 'Smoke on floor 2.', struckReason: 'Wrong floor' });
  });

  test('a situation report is printed as tagged PDF, and one behind a wall says what for', async ({ skip }) => {
    const print = (of: string, rowId: string, who: Somebody, query = '') => app.inject({ url: `/api/incidents/${of}/situation-reports/${rowId}/report.pdf${query}`, headers: who.headers });
    const { rowId = '' } = (await call(operator, 'POST', `/${id}/situation-reports`, { conditions: 'Water on floor 1.', needs: ['Pumps'] })).json<Standing>();
    const reply = await print(id, rowId, operator);
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'application/pdf']);
    const walled = await anIncident(call, lead, { siteId, title: 'Kept close', custodianId: operator.id });
    const hidden = (await call(lead, 'POST', `/${walled.id}/situation-reports`, { conditions: 'Quiet.' })).json<Standing>().rowId ?? '';
    expect([(await print(walled.id, hidden, lead)).statusCode, (await print(walled.id, hidden, lead, '?purpose=Briefing')).statusCode, (await print(walled.id, hidden, other)).statusCode]).toEqual([422, 200, 404]);
    if (!canRead()) skip('poppler-utils is not installed');
    expect(factsOfPdf(reply.rawPayload)).toMatchObject({ Tagged: 'yes' });
    for (const heading of ['Conditions', 'Actions', 'Needs']) expect(structureOf(reply.rawPayload)).toContain(`H2 "${heading}"`);
    expect(withoutSpace(textOf(reply.rawPayload))).toContain('Wateronfloor1.');
  });
});
