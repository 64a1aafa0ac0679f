import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { createLog } from '#platform/kernel/log.ts';
import search from '#platform/search/module.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Case } from './contract.ts';
import cases from './module.ts';
import type { OwnReport, Report, ReportRow } from './report-contract.ts';
import { calling, type Calling } from './testing.ts';

const ADDRESS = '203.0.113.77';
const DEVICE = 'Canary-Browser/7.7';
const logged: string[] = [];
let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let lead: Somebody, chief: Somebody, keeper: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [cases, search], log: createLog('web', 'trace', { write: (line: string) => void logged.push(line) }) });
  call = calling(app);
  [lead, chief, keeper] = [await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' }), await aPerson(fresh, 'Cecilia Chief', { role: 'cso' }), await aPerson(fresh, 'Kees Keeper', { role: 'investigator' })];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

let senders = 0;
/** Somebody whom nobody knows, from an address and a device that are found nowhere afterwards. */
const door = (path: string, payload: object, from = ADDRESS) => app.inject({ method: 'POST', url: `/api/cases${path}`, payload, remoteAddress: from, headers: { 'user-agent': DEVICE, 'x-forwarded-for': ADDRESS } });
const report = async (more: object = {}): Promise<{ code: string; number: string }> => (await door('/report', { text: 'Pallets leave at night', ...more }, `198.51.100.${++senders}`)).json<{ code: string; number: string }>();
const listed = async (who: Somebody): Promise<ReportRow[]> => (await call(who, 'GET', '/reports?limit=200')).json<{ items: ReportRow[] }>().items;
const idOf = async (number: string): Promise<string> => (await fresh.owner.query<{ id: string }>('select id from cases.report where number = $1', [number])).rows[0]?.id ?? '';

test('an anonymous report leaves no address, no device and no code anywhere: in no table, no line of the log, no answer of ours', async () => {
  const made = await door('/report', { text: 'The night shift sells pallets' });
  expect(made.statusCode).toBe(201);
  const { code } = made.json<{ code: string }>();
  for (const [path, body] of [['/report/open', { code }], ['/report/say', { code, text: 'On Fridays' }], ['/report/open', { code: 'A'.repeat(27) }], ['/report/open', { code: 'short' }], ['/report', { text: '' }]] as const) await door(path, body);
  const { rows: tables } = await fresh.owner.query<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`);
  for (const { name } of tables) {
    const { rows } = await fresh.owner.query<{ text: string | null }>(`select string_agg(x::text, ' ') as text from ${name} x`);
    for (const canary of [ADDRESS, DEVICE, code]) expect([name, rows[0]?.text?.includes(canary) ?? false]).toEqual([name, false]);
  }
  expect(logged.length).toBeGreaterThan(0);
  for (const canary of [ADDRESS, DEVICE, code]) expect(logged.filter((line) => line.includes(canary))).toEqual([]);
});

test('the channel goes both ways by the code, which opens nothing else and cannot be guessed fast', async () => {
  const { code, number } = await report();
  const id = await idOf(number);
  expect((await call(lead, 'POST', `/reports/${id}/answer`, { text: 'Which gate?' })).status).toBe(200);
  await door('/report/say', { code, text: 'Gate 2' });
  const own = (await door('/report/open', { code })).json<OwnReport>();
  expect(own).toMatchObject({ number, state: 'new', messages: [{ isMine: false, text: 'Which gate?' }, { isMine: true, text: 'Gate 2' }] });
  expect(JSON.stringify(own)).not.toContain('Lena');
  expect((await call(lead, 'GET', `/reports/${id}`)).json<Report>().messages.map(({ author }) => author)).toEqual(['Lena Lead', null]);
  const tried = await Promise.all(Array.from({ length: 70 }, () => door('/report/open', { code: 'B'.repeat(27) }, '198.51.100.250')));
  expect(new Set(tried.map(({ statusCode }) => statusCode))).toEqual(new Set([404, 429]));
  const flood = await Promise.all(Array.from({ length: 7 }, () => door('/report', { text: 'Flood' }, '198.51.100.251')));
  expect(flood.map(({ statusCode }) => statusCode).sort()).toEqual([201, 201, 201, 201, 201, 429, 429]);
});

test('whom a report names does not see it, whatever they hold, cannot be let in, and learns nothing by search or list', async () => {
  const { number } = await report({ about: 'Cecilia Chief signs for it', text: 'Zwolle pallets' });
  const id = await idOf(number);
  expect((await listed(lead)).map((row) => row.number)).toContain(number);
  expect((await listed(chief)).map((row) => row.number)).not.toContain(number);
  expect((await call(chief, 'GET', `/reports/${id}`)).status).toBe(404);
  expect((await app.inject({ url: '/api/search?q=zwolle', headers: chief.headers })).body).not.toContain(number);
  expect((await call(lead, 'GET', `/reports/${id}`)).json<Report>()).toMatchObject({ keptOut: [{ name: 'Cecilia Chief', why: 'Named in the report' }], readers: ['Lena Lead'], isAnonymous: true });
  expect((await call(lead, 'POST', `/reports/${id}/take`, { title: 'Pallets', type: 'cargo', custodianId: chief.id })).json()['type']).toBe('urn:problem:cases.in_conflict');
  const made = (await call(lead, 'POST', `/reports/${id}/take`, { title: 'Pallets at night', type: 'cargo', custodianId: keeper.id })).json<{ id: string }>();
  expect((await call(lead, 'POST', `/${made.id}/members`, { personId: chief.id, part: 'case-observer', reason: 'Reads' })).status).toBe(403);
  await call(lead, 'POST', `/${made.id}/people`, { role: 'subject', name: 'Somebody else' });
  await expect(fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select c.wall_id, $2, r.id from cases.case c, access.role r where c.id = $1 and r.key = 'case-observer'`, [made.id, chief.id])).rejects.toThrow(/barred/);
});

test('who is found in conflict goes out; a report becomes a case behind the same wall, and who triaged without a part goes out', async () => {
  const { code, number } = await report({ name: 'Nadia Night', contact: 'nadia@test.example' });
  const id = await idOf(number);
  expect((await call(chief, 'GET', `/reports/${id}`)).json<Report>()).toMatchObject({ isAnonymous: false, name: 'Nadia Night', readers: ['Cecilia Chief', 'Lena Lead'] });
  const { id: caseId } = (await call(lead, 'POST', `/reports/${id}/take`, { title: 'Night shift', type: 'theft-property', custodianId: keeper.id })).json<{ id: string }>();
  expect((await call(chief, 'GET', `/reports/${id}`)).status).toBe(404);
  expect((await call(keeper, 'GET', `/${caseId}`)).json<Case>()).toMatchObject({ source: 'report', summary: 'Pallets leave at night', from: [{ number, kind: 'cases.report' }], members: [{ part: 'wall-custodian' }, { part: 'case-lead' }] });
  expect((await door('/report/open', { code })).json()).toMatchObject({ state: 'taken' });
  expect((await call(lead, 'POST', `/reports/${id}/dismiss`, { reason: 'Too late' })).status).toBe(409);
  const second = await report();
  const other = await idOf(second.number);
  expect((await call(lead, 'POST', `/reports/${other}/keep-out`, { personId: chief.id, reason: 'Friend of the shift leader' })).status).toBe(200);
  expect((await call(chief, 'GET', `/reports/${other}`)).status).toBe(404);
  expect((await call(lead, 'POST', `/reports/${other}/dismiss`, { reason: 'Known already' })).json()).toMatchObject({ state: 'dismissed' });
});

test('two take it at once: one wins, the other is told; and where everybody who triages is named, somebody else is found', async () => {
  const { number } = await report();
  const id = await idOf(number);
  const taken = await Promise.all([lead, chief].map((who) => call(who, 'POST', `/reports/${id}/take`, { title: 'Night', type: 'cargo', custodianId: keeper.id })));
  expect(taken.filter(({ status }) => status === 200)).toHaveLength(1);
  expect([404, 409]).toContain(taken.find(({ status }) => status !== 200)?.status);
  const deputy = await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' });
  const { number: hot } = await report({ about: 'Lena Lead, Cecilia Chief and Dora Deputy' });
  const { rows } = await fresh.owner.query<{ name: string }>(`select p.name from cases.report r join access.wall_member m on m.wall_id = r.wall_id join access.person p on p.id = m.person_id where r.number = $1`, [hot]);
  for (const { name } of rows) expect(['Lena Lead', 'Cecilia Chief', 'Dora Deputy']).not.toContain(name);
  expect((await call(deputy, 'GET', '/reports')).body).not.toContain(hot);
});
