import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import sites from '#modules/sites/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Asset, RiskFloor, Scenario } from './contract.ts';
import risk from './module.ts';
import { facilityOf } from './path-rules.ts';
import { answerOf } from './study-rules.ts';
import { aDrawing, figuresOf, givePlan, type TestDrawing } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let manager: Somebody;
let auditor: Somebody;
let elsewhere: Somebody;
let floorId: string;
let drawing: TestDrawing;

const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, who: Somebody, payload?: object, headers: Record<string, string> = {}) => app.inject({ method, url: `/api${url}`, ...(payload && { payload }), headers: { ...who.headers, ...headers } });
const refusal = (reply: { statusCode: number; json: () => { type: string } }) => [reply.statusCode, reply.json().type.replace('urn:problem:', '')];
const aSafe = () => ({ name: 'Master safe', kind: 'property', siteId: floorId, place: { zoneId: drawing.zones[2]?.id, at: [45, 10] }, delays: [{ by: 'hand', meanS: 90, sdS: null }], tools: ['none', 'hand'], leastInterruption: 0.8 });

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [sites, risk] });
  const chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const add = async (payload: object): Promise<string> => (await call('POST', '/sites', chief, payload)).json().id;
  const house = await add({ code: 'HAL', name: 'Halden House', kind: 'site', timeZone: 'Europe/Amsterdam' });
  const other = await add({ code: 'CRK', name: 'Cork', kind: 'site', timeZone: 'Europe/Dublin' });
  floorId = await add({ code: 'HAL-0', name: 'Ground floor', kind: 'floor', parentId: house });
  drawing = aDrawing();
  await givePlan(fresh, floorId, drawing);
  manager = await aPerson(fresh, 'Romy Risk', { role: 'risk-manager', siteId: house });
  auditor = await aPerson(fresh, 'Ada Auditor', { role: 'auditor' });
  elsewhere = await aPerson(fresh, 'Ciara Cork', { role: 'risk-manager', siteId: other });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the path studio', () => {
  test('an asset is registered on the plan of its floor by who keeps the register, and is seen by who may read there', async () => {
    const made = await call('POST', '/risk/assets', manager, aSafe());
    expect(made.statusCode, made.body).toBe(201);
    const asset: Asset = made.json();
    expect(asset).toMatchObject({ number: expect.stringMatching(/^AST-\d{4}-00001$/), place: { at: [45, 10] }, state: 'active', version: 1 });
    expect(refusal(await call('POST', '/risk/assets', manager, { ...aSafe(), place: { zoneId: floorId, at: [1, 1] } }))).toEqual([422, 'risk.no_zone']);
    expect((await call('POST', '/risk/assets', auditor, aSafe())).statusCode).toBe(403);
    expect((await call('GET', `/risk/assets/${asset.id}`, elsewhere)).statusCode).toBe(404);
    expect((await call('GET', '/risk/assets?q=master', auditor)).json()).toMatchObject({ items: [{ id: asset.id }], total: 1 });
    const changed = await call('PATCH', `/risk/assets/${asset.id}`, manager, { note: 'Keys of the group' }, { 'if-match': '"1"' });
    expect(changed.json()).toMatchObject({ note: 'Keys of the group', version: 2 });
    expect(refusal(await call('PATCH', `/risk/assets/${asset.id}`, manager, { note: 'Other' }, { 'if-match': '"1"' }))).toEqual([412, 'risk.changed_meanwhile']);
    const spare: Asset = (await call('POST', '/risk/assets', manager, { ...aSafe(), name: 'Old safe' })).json();
    expect((await call('POST', `/risk/assets/${spare.id}/retire`, manager, { reason: 'Sold' })).json()).toMatchObject({ state: 'retired' });
    expect(refusal(await call('POST', `/risk/assets/${spare.id}/retire`, manager, { reason: 'Again' }))).toEqual([409, 'risk.already']);
  });

  test('figures of a floor are for few, are saved whole against their version, and each look at them is in the ledger', async () => {
    expect((await call('GET', `/risk/floors/${floorId}`, auditor)).statusCode).toBe(403);
    expect((await call('GET', `/risk/floors/${floorId}`, elsewhere)).statusCode).toBe(404);
    expect((await call('GET', '/risk/floors', manager)).json()).toMatchObject({ items: [{ id: floorId, hasFigures: false, assets: 1 }] });
    const first: RiskFloor = (await call('GET', `/risk/floors/${floorId}`, manager)).json();
    expect(first).toMatchObject({ version: 0, changedBy: null, samplesS: [], states: [], assets: [{ name: 'Master safe' }] });
    const looks = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where record_id = $1 and verb = 'risk.looked'`, [floorId]);
    expect(looks.rows[0]?.n).toBe(1);
    const saved = await call('PUT', `/risk/floors/${floorId}/figures`, manager, figuresOf(drawing), { 'if-match': '"0"' });
    expect([saved.statusCode, saved.json()]).toEqual([200, { version: 1 }]);
    expect(refusal(await call('PUT', `/risk/floors/${floorId}/figures`, manager, figuresOf(drawing), { 'if-match': '"0"' }))).toEqual([412, 'risk.changed_meanwhile']);
    const [sensor] = figuresOf(drawing).sensors;
    expect(refusal(await call('PUT', `/risk/floors/${floorId}/figures`, manager, { ...figuresOf(drawing), sensors: [sensor, sensor] }))).toEqual([422, 'risk.twice']);
    expect((await call('PUT', `/risk/floors/${floorId}/figures`, manager, { ...figuresOf(drawing), sensors: [{ ...sensor, force: 1.2 }] })).json()).toMatchObject({ status: 400, errors: [{ pointer: '/sensors/0/force' }] });
  });

  test('a kept scenario is worked out by the server as the studio does, and says when its basis changed', async () => {
    const floor: RiskFloor = (await call('GET', `/risk/floors/${floorId}`, manager)).json();
    const [asset] = floor.assets;
    const question = { strategy: 'force', tools: ['hand'], response: null, changes: [{ id: drawing.marks[0]?.id, delayS: null, detection: 0.2 }], measures: [], isLive: true };
    const kept = await call('POST', '/risk/scenarios', manager, { assetId: asset?.id, name: 'Contact tampered', question });
    expect(kept.statusCode, kept.body).toBe(201);
    const scenario: Scenario = kept.json();
    const asked = { floor: drawing, protection: figuresOf(drawing), asset: { id: asset?.id ?? '', name: 'Master safe', zoneId: asset?.place?.zoneId ?? '', at: [45, 10] as const, delays: asset?.delays ?? [] }, threat: { strategy: 'force' as const, tools: ['hand' as const] }, states: [], changes: [{ id: drawing.marks[0]?.id ?? '', delayS: null, detection: 0.2 }], measures: [] };
    const here = answerOf(asked, { timeS: 120, timeSdS: 36, communication: 0.95 });
    expect(facilityOf(asked).portals).toHaveLength(3);
    expect(scenario.answer).toMatchObject({ interruption: here.ok ? here.path.easi : null, critical: 'Hall', changed: ['Hall door contact'], response: { isMeasured: false } });
    expect(scenario.isStale).toBe(false);
    await call('PUT', `/risk/floors/${floorId}/figures`, manager, { ...figuresOf(drawing), speedMps: 1 });
    expect((await call('GET', `/risk/scenarios?assetId=${asset?.id}`, manager)).json()).toMatchObject({ items: [{ id: scenario.id, isStale: true, answer: { interruption: scenario.answer.interruption } }] });
    expect((await call('GET', `/risk/scenarios?assetId=${asset?.id}`, elsewhere)).json()).toEqual({ items: [] });
    expect((await call('GET', `/risk/scenarios?assetId=${asset?.id}`, auditor)).statusCode).toBe(403);
    expect((await call('POST', `/risk/scenarios/${scenario.id}/strike`, manager, { reason: 'Not so' })).json()).toMatchObject({ struckWhy: 'Not so' });
    expect(refusal(await call('POST', `/risk/scenarios/${scenario.id}/strike`, manager, { reason: 'Again' }))).toEqual([409, 'risk.already']);
    expect(refusal(await call('POST', '/risk/scenarios', manager, { assetId: asset?.id, name: 'Bare hands', question: { ...question, tools: [] } }))).toEqual([422, 'risk.no_answer']);
    expect(refusal(await call('POST', '/risk/scenarios', elsewhere, { assetId: asset?.id, name: 'x', question }))).toEqual([422, 'risk.no_such_asset']);
  });
});
