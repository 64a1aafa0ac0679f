import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCompleteIncident } from '#modules/incidents/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { aJobWorker } from '#platform/jobs/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Import, ImportOutcome } from './contract.ts';
import { jobKinds } from './job-kinds.ts';
import { broughtIn, carriedOut, sendFile } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let worker: { stop(): Promise<void> };
let cleo: Somebody;

const SITES = 'code,name,kind,parent,time_zone\nNL,Netherlands,country,,Europe/Amsterdam\nUTR,Utrecht works,site,NL,\nCRK,Cork,site,,Europe/Dublin\n';
const PEOPLE = 'Id;Full name;E-mail;Position;Location\n7;Ana Ruiz;ana@works.example;Guard;UTR\n8;Bo Lind;;=cmd|calc;UTR\n9;;cy@works.example;;CRK\n10;Di;not an address;;MOON\n8;Bo again;;;\n';

const count = async (table: string): Promise<number> => Number((await fresh.owner.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);
const rowsOf = async (file: Import, query: string, who = cleo): Promise<ImportOutcome[]> => (await app.inject({ url: `/api/imports/${file.id}/rows?${query}`, headers: who.headers })).json<{ items: ImportOutcome[] }>().items;
const errorsOf = async (file: Import, of: string): Promise<string> => (await app.inject({ url: `/api/imports/${file.id}/errors?of=${of}`, headers: cleo.headers })).body;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  cleo = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  worker = await aJobWorker(fresh.url, new Map(jobKinds.map((kind) => [kind.key, kind])));
});
afterAll(async () => {
  await worker.stop();
  await app.close();
  await fresh.drop();
});

test('sites come in by a file; the same file again changes nothing', async () => {
  expect((await broughtIn(app, cleo, 'sites.site', SITES)).done).toEqual({ created: 3, changed: 0, unchanged: 0, refused: 0 });
  const entries = await count('ledger.entry');
  expect((await broughtIn(app, cleo, 'sites.site', SITES)).done).toEqual({ created: 0, changed: 0, unchanged: 3, refused: 0 });
  // Only that it was read, twice by jobs, and ended.
  expect((await fresh.owner.query(`select verb from ledger.entry order by at, id offset ${entries}`)).rows.map(({ verb }) => verb as string).filter((verb) => !/^jobs|^imports/.test(verb))).toEqual([]);
});

test('a dry run says what each row would do, with line, column, value and reason, and changes nothing; its error file is mended and sent alone', async () => {
  const before = await count('access.person');
  const file = await sendFile(app, cleo, 'people.person', 'people.csv', Buffer.from(PEOPLE));
  expect(file).toMatchObject({ state: 'ready', columns: ['Id', 'Full name', 'E-mail', 'Position', 'Location'], mapping: { external_id: 'Id', name: 'Full name', email: 'E-mail', title: 'Position', site: 'Location' } });
  const tried = await carriedOut(app, cleo, file, 'try', { source: 'Old HR' });
  expect(tried).toMatchObject({ state: 'tried', tried: { created: 2, changed: 0, unchanged: 0, refused: 3 }, done: null });
  expect([await count('access.person') - before, await count('imports.known')]).toEqual([0, 0]);
  expect(await rowsOf(file, 'of=trial')).toMatchObject([
    { n: 3, line: 4, faults: [{ column: 'Full name', value: '', detail: 'Say who' }] },
    { n: 4, line: 5, faults: [{ column: 'E-mail', value: 'not an address', detail: 'Write it like name@company.example' }, { column: 'Location', value: 'MOON', detail: 'There is no site MOON among yours' }] },
    { n: 5, line: 6, faults: [{ column: 'Id', value: '8', detail: 'This id stands in line 3 already' }] },
  ]);
  const done = await carriedOut(app, cleo, tried, 'run');
  expect(done).toMatchObject({ state: 'done', done: { created: 2, refused: 3 } });
  const errors = await errorsOf(file, 'import');
  expect(errors.split('\r\n').slice(0, 2)).toEqual(['\ufeffId;Full name;E-mail;Position;Location;import_line;import_reasons', '9;;cy@works.example;;CRK;4;Full name: Say who']);
  const mended = errors.replace('9;;', '9;Cy Park;').replace('10;Di;not an address;;MOON', "10;Di;;'=1+1;CRK").split('\r\n').slice(0, 3).join('\r\n');
  const again = await broughtIn(app, cleo, 'people.person', mended, { source: 'Old HR', mapping: file.mapping });
  expect(again.done).toEqual({ created: 2, changed: 0, unchanged: 0, refused: 0 });
  expect((await fresh.owner.query(`select a.name, p.title, s.code from people.person p join access.person a using (id) left join sites.site s on s.id = p.site_id where a.name in ('Ana Ruiz', 'Bo Lind', 'Di') order by 1`)).rows).toEqual([{ name: 'Ana Ruiz', title: 'Guard', code: 'UTR' }, { name: 'Bo Lind', title: '=cmd|calc', code: 'UTR' }, { name: 'Di', title: '=1+1', code: 'CRK' }]);
});

test('who comes in again under the same id is changed; the mapping of the heading was remembered; another system’s ids are its own', async () => {
  const changed = await sendFile(app, cleo, 'people.person', 'people.csv', Buffer.from('Id;Full name;E-mail;Position;Location\n7;Ana Ruiz;ana@works.example;Shift leader;CRK\n8;Bo Lind;;;UTR\n'));
  const tried = await carriedOut(app, cleo, changed, 'try', { source: 'Old HR' });
  expect(tried.tried).toEqual({ created: 0, changed: 1, unchanged: 1, refused: 0 });
  expect((await rowsOf(changed, 'of=trial&does=changed')).map(({ label }) => label)).toEqual(['Ana Ruiz']);
  expect((await carriedOut(app, cleo, tried, 'run')).done).toEqual({ created: 0, changed: 1, unchanged: 1, refused: 0 });
  const other = await sendFile(app, cleo, 'people.person', 'other.csv', Buffer.from('id,name\n8,Eve Other\n'));
  expect((await carriedOut(app, cleo, other, 'try', { source: 'Guard firm' })).tried).toEqual({ created: 1, changed: 0, unchanged: 0, refused: 0 });
});

test('where the database refuses one row, it alone is refused: rows outside the importer’s sites, and of people who are not theirs to change', async () => {
  const utr = (await fresh.owner.query<{ id: string }>(`select id from sites.site where code = 'UTR'`)).rows[0]?.id ?? '';
  const karl = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: utr });
  const done = await broughtIn(app, karl, 'people.person', 'id,name,site\n70,Mine,UTR\n71,Elsewhere,CRK\n72,Of nobody,\n7,Ana taken,UTR\n', { source: 'Old HR' });
  expect(done.done).toEqual({ created: 1, changed: 0, unchanged: 0, refused: 3 });
  expect((await rowsOf(done, 'of=import', karl)).map(({ line, faults }) => [line, faults[0]?.detail])).toEqual([[3, 'There is no site CRK among yours'], [4, expect.stringMatching(/may|not/)], [5, 'This id is of a person who is not for you to change']]);
});

test('incidents of an old system come in closed, with their times, and their tasks by their old numbers; again nothing changes', async () => {
  const row = { number: 'R-4711', title: 'Gate left open', type: 'door-insecure', site: 'UTR', narrative: 'It stood open.', reported_by: 'Gate', place: 'Gate 4', occurred_from: '2025-03-01T22:00:00Z', occurred_to: '2025-03-01T22:30:00Z', declared_by: 'ana@works.example', closed_at: '2025-03-02T09:00:00Z', closure_reason: 'resolved', closure_summary: 'Closed it.', fields: aCompleteIncident('door-insecure').fields, people: [{ role: 'reporter', name: 'Bo' }], things: [{ kind: 'item', description: '=Padlock' }], losses: [{ kind: 'property', description: 'Padlock', amountMinor: 4500, currency: 'EUR' }] };
  const lines = [row, { ...row, number: 'R-4712', type: 'no-such-type' }, { ...row, number: 'R-4713', losses: [], closed_at: '2025-03-02' }].map((one) => JSON.stringify(one)).join('\n');
  const done = await broughtIn(app, cleo, 'incidents.incident', lines, { source: 'Resolver' });
  expect(done.done).toEqual({ created: 1, changed: 0, unchanged: 0, refused: 2 });
  expect((await rowsOf(done, 'of=import')).map(({ line, faults }) => [line, faults[0]?.column, faults[0]?.value])).toEqual([[2, 'type', 'no-such-type'], [3, 'closed_at', '2025-03-02']]);
  const { rows: [incident] } = await fresh.owner.query(`select i.id, i.number, i.occurred_from, i.state, a.name from incidents.incident i join access.person a on a.id = i.declared_by`);
  expect(incident).toMatchObject({ number: 'INC-2025-00001', state: 'closed', name: 'Ana Ruiz', occurred_from: new Date('2025-03-01T22:00:00Z') });
  const tasks = 'id,incident,title,status,outcome,created,completed,owner\nT1,R-4711,Order a padlock,done,Ordered,2025-03-01T23:00:00Z,2025-03-05T09:00:00Z,\nT2,INC-2025-00001,Look again,,,,,\nT3,R-9999,On nothing,,,,,\nT4,UTR,Not theirs,,,,,ana@works.example\n';
  const taken = await broughtIn(app, cleo, 'tasks.task', tasks, { source: 'Resolver' });
  expect(taken.done).toEqual({ created: 2, changed: 0, unchanged: 0, refused: 2 });
  expect((await rowsOf(taken, 'of=import')).map(({ line, faults }) => [line, faults[0]?.column])).toEqual([[4, 'incident'], [5, 'owner']]);
  expect((await fresh.owner.query(`select t.title, t.state, t.created_at, t.record_id = $1 as on_it from tasks.task t order by 1`, [incident.id])).rows).toMatchObject([{ title: 'Look again', state: 'open', on_it: true }, { title: 'Order a padlock', state: 'done', created_at: new Date('2025-03-01T23:00:00Z'), on_it: true }]);
  expect((await broughtIn(app, cleo, 'incidents.incident', lines, { source: 'Resolver' })).done).toMatchObject({ created: 0, unchanged: 1 });
  expect((await broughtIn(app, cleo, 'tasks.task', tasks, { source: 'Resolver' })).done).toMatchObject({ created: 0, changed: 0, unchanged: 2 });
});

test('a run that is broken off goes on behind what was taken, and nothing is there twice', async () => {
  const people = `id,name\n${Array.from({ length: 250 }, (_, i) => `k${i},Kill ${i}`).join('\n')}\n`;
  const file = await carriedOut(app, cleo, await sendFile(app, cleo, 'people.person', 'many.csv', Buffer.from(people)), 'try', { source: 'Broken off' });
  const started = await app.inject({ method: 'POST', url: `/api/imports/${file.id}/run`, headers: cleo.headers });
  expect(started.statusCode).toBe(202);
  await expect.poll(() => count(`people.person p join access.person a using (id) where a.name like 'Kill %'`), { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
  await worker.stop();
  worker = await aJobWorker(fresh.url, new Map(jobKinds.map((kind) => [kind.key, kind])));
  const read = async (): Promise<Import> => (await app.inject({ url: `/api/imports/${file.id}`, headers: cleo.headers })).json<Import>();
  await expect.poll(async () => (await read()).state, { timeout: 60_000 }).toBe('done');
  expect((await read()).done).toEqual({ created: 250, changed: 0, unchanged: 0, refused: 0 });
  expect((await fresh.owner.query(`select count(*)::int as n, count(distinct a.name)::int as names from access.person a where a.name like 'Kill %'`)).rows).toEqual([{ n: 250, names: 250 }]);
});

test('a file is its sender’s alone, of a kind that they may bring in, and goes when they let it go', async () => {
  const otto = await aPerson(fresh, 'Otto Operator', { role: 'gsoc-operator' });
  const file = await sendFile(app, cleo, 'people.person', 'mine.csv', Buffer.from('name\nX\n'));
  expect((await app.inject({ url: `/api/imports/${file.id}`, headers: otto.headers })).statusCode).toBe(404);
  expect((await app.inject({ method: 'POST', url: '/api/imports', headers: otto.headers, payload: { kind: 'sites.site', name: 'x.csv', size: 4 } })).statusCode).toBe(403);
  expect((await app.inject({ method: 'POST', url: `/api/imports/${file.id}/run`, headers: cleo.headers })).statusCode).toBe(409);
  expect((await app.inject({ method: 'POST', url: `/api/imports/${file.id}/try`, headers: cleo.headers, payload: { mapping: { phone: 'name' } } })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/mapping/name', detail: 'Say which column has: Name.' }] });
  expect((await app.inject({ method: 'DELETE', url: `/api/imports/${file.id}`, headers: cleo.headers })).statusCode).toBe(200);
  expect((await fresh.owner.query('select from imports.part where import_id = $1', [file.id])).rowCount).toBe(0);
});
