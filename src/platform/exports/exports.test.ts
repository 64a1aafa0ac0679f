import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { takeIncidents } from '#modules/incidents/import-rows.ts';
import { aCompleteIncident } from '#modules/incidents/testing.ts';
import { takePeople } from '#modules/people/import.service.ts';
import { takeSites } from '#modules/sites/import.service.ts';
import { attachFile } from '#platform/files/uploads.service.ts';
import { aDataFolder } from '#platform/files/testing.ts';
import { jobKinds } from '#platform/imports/job-kinds.ts';
import { broughtIn, givenRows, NOTHING_KNOWN } from '#platform/imports/testing.ts';
import { aJobWorker } from '#platform/jobs/testing.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { ledgerFiles } from '#platform/ledger/prove.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { exportAll, type ExportManifest } from './make.ts';
import { discoverParts } from './port.ts';
import { recordExport } from './record.ts';

const SECRET = 'Zirkonpalast';
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs', 'verify');
const hasPython = spawnSync('python3', ['--version']).status === 0;

let fresh: FreshDatabase;
let data: ReturnType<typeof aDataFolder>;
let app: FastifyInstance;
let cleo: Somebody;
let folder: string;
let manifest: ExportManifest;
let walled: { id: string; number: string };

const post = async <T>(url: string, payload: object): Promise<T> => {
  const reply = await app.inject({ method: 'POST', url: `/api${url}`, headers: cleo.headers, payload });
  if (reply.statusCode >= 300) throw new Error(reply.body);
  return reply.json<T>();
};
const linesOf = (table: string): string[] => readFileSync(join(folder, `records/${table}.jsonl`), 'utf8').split('\n').slice(0, -1);
const rowsOf = (table: string) => linesOf(table).map((line) => JSON.parse(line) as Record<string, unknown>);
const python = (script: string, ...args: string[]) => spawnSync('python3', ['-B', join(DOCS, script), ...args], { encoding: 'utf8' });

async function fill(): Promise<void> {
  const ctx = await fresh.as(cleo.id);
  const past = JSON.stringify({ external_id: 'R-1', title: 'Gate left open', type: 'door-insecure', site: 'UTR', narrative: 'It "stood" open;\nfor long.', reported_by: 'Gate', place: 'Gate 4', occurred_from: '2025-03-01T22:00:00Z', occurred_to: '2025-03-01T22:30:00Z', closed_at: '2025-03-02T09:00:00Z', closure_reason: 'resolved', closure_summary: 'Closed it.', fields: aCompleteIncident('door-insecure').fields, people: [{ role: 'reporter', name: 'Bo' }], things: [{ kind: 'item', description: 'Padlock' }], losses: [{ kind: 'property', description: 'Padlock', amountMinor: 4500, currency: 'EUR' }], log: [{ at: '2025-03-01T22:10:00Z', kind: 'action', text: 'Officer sent.' }] });
  await takeSites(ctx, await givenRows('code,name,kind,parent,time_zone\nUTR,Utrecht works,site,NL,\nNL,Netherlands,country,,Europe/Amsterdam'), NOTHING_KNOWN);
  await takePeople(ctx, await givenRows('name,email,title,site\nAna Ruiz,ana@works.example,Guard,UTR\nBo Lind,bo@works.example,,'), NOTHING_KNOWN);
  const [made] = await takeIncidents(ctx, await givenRows(past), NOTHING_KNOWN);
  const recordId = made && made.does !== 'refused' ? made.id : '';
  await post('/tasks', { recordId, title: 'Order a padlock' });
  await attachFile(ctx, { recordId, name: 'note.txt', size: 5, bytes: Readable.from([Buffer.from('hello')]) });
  const keeper = await aPerson(fresh, 'Karl Keeper', { role: 'cso' });
  walled = await post('/incidents', { title: SECRET, narrative: `About ${SECRET}`, severity: 3, custodianId: keeper.id });
  await post(`/incidents/${walled.id}/log`, { text: `${SECRET} was seen`, kind: 'note' });
  await post('/tasks', { recordId: walled.id, title: `Ask ${SECRET}` });
  await post('/thread/comments', { recordId: walled.id, text: `Who knows of ${SECRET}?` });
  await attachFile(ctx, { recordId: walled.id, name: `${SECRET}.txt`, size: SECRET.length, bytes: Readable.from([Buffer.from(SECRET)]) });
}

async function seal(): Promise<void> {
  const { keyFolder, headFile } = ledgerFiles(readConfig().dataDir);
  const sealing = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  const sequencer = startSequencer({ pool: sealing.pool, keys: openKeys(keyFolder), headFile });
  const isOpen = async (): Promise<boolean> => (await fresh.owner.query<{ open: boolean }>('select coalesce((select max(size) from ledger.head), 0) < (select count(*) from ledger.entry) as open')).rows[0]?.open === true;
  while (await isOpen()) await sleep(50);
  await sequencer.stop();
  await sealing.close();
}

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  cleo = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  await fill();
  await seal();
  folder = join(data.folder, 'an export');
  const { dataDir, files } = readConfig();
  manifest = await exportAll({ ownerUrl: fresh.ownerUrl, folder, organisation: 'demo', dataDir, files });
  await recordExport(fresh.url, manifest);
}, 120_000);
afterAll(async () => {
  await app.close();
  await fresh.drop();
  data.remove();
});

test('every column of every table is in it, or is left out with a reason', async () => {
  const { rows } = await fresh.owner.query<{ table: string; column: string }>(`select c.table_schema || '.' || c.table_name as "table", c.column_name as "column" from information_schema.columns c join pg_class k on k.oid = format('%I.%I', c.table_schema, c.table_name)::regclass
    where k.relkind in ('r', 'p') and not k.relispartition and c.table_schema !~ '^pg_' and c.table_schema not in ('information_schema', 'public', 'graphile_worker')`);
  expect(rows.length).toBeGreaterThan(400);
  const schemas = new Map(manifest.tables.map(({ table, schema }) => [table, (JSON.parse(readFileSync(join(folder, schema), 'utf8')) as { properties: object }).properties]));
  const { leftOut } = await discoverParts();
  const missing = rows.filter(({ table, column }) => !leftOut.has(table) && !leftOut.has(`${table}.${column}`) && !(column in (schemas.get(table) ?? {})));
  expect(missing).toEqual([]);
  const there = new Set(rows.flatMap(({ table, column }) => [table, `${table}.${column}`]));
  expect([...leftOut.keys()].filter((name) => !there.has(name))).toEqual([]);
});

test('secrets and hashes of passwords are left out: no column of bytes goes but those that are named here', () => {
  const bytes = manifest.tables.flatMap(({ table, schema }) => Object.entries((JSON.parse(readFileSync(join(folder, schema), 'utf8')) as { properties: Record<string, { description?: string }> }).properties).filter(([, told]) => told.description === 'Bytes in hexadecimal').map(([column]) => `${table}.${column}`));
  expect(bytes).toEqual(['desk.pack.digest', 'exhibits.bundle.digest', 'exhibits.item.sha256', 'files.file.sha256', 'ledger.erasable.salt', 'ledger.head.root', 'metrics.cutoff.digest', 'metrics.frozen_figure.digest', 'retention.run.root', 'signals.quarantine.raw', 'signals.signal.raw', 'signals.signal.clear']);
  expect(manifest.tables.flatMap(({ table, schema }) => Object.keys((JSON.parse(readFileSync(join(folder, schema), 'utf8')) as { properties: object }).properties).map((column) => `${table}.${column}`)).filter((column) => /secret|password|token|hash$|_key$/.test(column))).toEqual(['alarms.alarm.condition_key', 'alarms.alarm_signal.signal_key', 'alarms.held_signal.signal_key', 'cases.allegation.type_key', 'cases.case.type_key', 'cases.report.type_key', 'devices.fault.signal_key', 'incidents.incident.type_key', 'metrics.target.part_key', 'notices.notice.template_key', 'signals.quarantine.token', 'signals.seen.signal_key']);
});

test('each line is what its schema says', () => {
  let count = 0;
  for (const { table, schema, rows } of manifest.tables) {
    const type = z.fromJSONSchema(JSON.parse(readFileSync(join(folder, schema), 'utf8').replaceAll(/"format": "[^"]*"/g, '"$comment": ""')));
    const lines = rowsOf(table);
    expect([table, lines.length]).toEqual([table, rows]);
    for (const line of lines) {
      const read = type.safeParse(line);
      if (!read.success) throw new Error(`${table}: ${read.error.message} ${JSON.stringify(line)}`);
      count++;
    }
  }
  expect(count).toBeGreaterThan(100);
  expect(() => z.fromJSONSchema(JSON.parse(readFileSync(join(folder, 'schema/sites.site.schema.json'), 'utf8'))).parse({ code: 'X' })).toThrow();
});

test('nothing of what stands behind a wall is in it; it is counted, and its leaves are sealed', () => {
  const sealed = Object.fromEntries(manifest.tables.filter((table) => table.sealed > 0).map((table) => [table.table, table.sealed]));
  expect(sealed).toMatchObject({ 'access.wall': 1, 'access.wall_member': 2, 'files.file': 1, 'incidents.incident': 1, 'incidents.log_entry': 1, 'platform.record': 1, 'tasks.task': 1, 'thread.comment': 1 });
  expect(manifest.files).toMatchObject({ count: 1, bytes: 5, sealed: 1, gone: 0, damaged: [] });
  expect(manifest.ledger.sealed).toBeGreaterThanOrEqual(5);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    expect([entry.name, text.includes(SECRET), text.includes(walled.id), text.includes(walled.number)]).toEqual([entry.name, false, false, false]);
  }
});

test('that everything was exported is in the ledger', async () => {
  expect((await fresh.owner.query(`select actor, body from ledger.entry where verb = 'exports.made'`)).rows).toMatchObject([{ body: expect.stringContaining('"rows":') as string }]);
});

test.skipIf(!hasPython)('the scripts in Python find it whole, with its ledger, and what was altered since', () => {
  const key = readFileSync(join(ledgerFiles(readConfig().dataDir).keyFolder, 'ledger.ed25519.pub'), 'utf8').trim();
  expect(python('verify.py', join(folder, 'ledger/ledger.jsonl'), '--key', key).stdout).toContain(`The export is whole: ${manifest.ledger.leaves} leaves`);
  expect(python('check_export.py', folder)).toMatchObject({ status: 0, stdout: expect.stringContaining('The export is whole') as string });
  appendFileSync(join(folder, 'records/tasks.task.jsonl'), '{}\n');
  expect(python('check_export.py', folder)).toMatchObject({ status: 1, stdout: 'records/tasks.task.jsonl: altered since it was written.\n' });
});

test('sites, people, incidents and tasks come in elsewhere from its files as they were', async () => {
  const other = await freshDatabase();
  const server = await buildServer({ db: other.db, modules: await discoverModules() });
  const worker = await aJobWorker(other.url, new Map(jobKinds.map((kind) => [kind.key, kind])));
  try {
    const chief = await aPerson(other, 'Other Chief', { role: 'cso' });
    const bring = async (kind: string, lines: string[], mapping: Record<string, string>): Promise<unknown> => (await broughtIn(server, chief, kind, lines.join('\n'), { source: 'Parapet', mapping })).done;
    const same = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]));
    expect(await bring('sites.site', linesOf('sites.site'), { ...same('code', 'name', 'kind', 'time_zone', 'country', 'city', 'address', 'state'), external_id: 'id', parent: 'parent_id' })).toMatchObject({ created: 2, refused: 0 });
    expect(await bring('people.person', linesOf('people.person'), { ...same('name', 'email', 'title', 'employer', 'phone'), external_id: 'id', site: 'site_id' })).toMatchObject({ created: 4, refused: 0 });
    const facts = same('title', 'subtype', 'severity', 'place', 'narrative', 'reported_by', 'occurred_from', 'occurred_to', 'known_at', 'declared_at', 'declared_by', 'closed_at', 'closed_by', 'closure_reason', 'closure_summary', 'fields', 'log', 'people', 'things');
    expect(await bring('incidents.incident', linesOf('incidents.incident'), { ...facts, external_id: 'id', type: 'type_key', site: 'site_id', losses: 'loss_lines' })).toMatchObject({ created: 1, refused: 0 });
    expect(await bring('tasks.task', linesOf('tasks.task').filter((line) => line !== '{}'), { ...same('title', 'detail', 'state', 'outcome', 'created_at', 'ended_at'), external_id: 'id', record: 'record_id', due_at: 'due_at' })).toMatchObject({ created: 1, refused: 0 });
    const SAME = `select jsonb_build_object('sites', (select jsonb_agg(to_jsonb(s) - '{id,parent_id,created_at,changed_at,version}'::text[] order by code) from sites.site s),
      'people', (select jsonb_agg(jsonb_build_array(a.name, p.email, p.title, s.code) order by a.name) from people.person p join access.person a using (id) left join sites.site s on s.id = p.site_id where p.email is not null),
      'incident', (select jsonb_agg(to_jsonb(i) - '{id,number,site_id,sight_id,commander_id,declared_by,closed_by}'::text[]) from incidents.incident i where wall_id is null),
      'losses', (select jsonb_agg(jsonb_build_array(description, amount_minor, currency)) from incidents.loss), 'log', (select jsonb_agg(jsonb_build_array(at, kind, text)) from incidents.log_entry l join incidents.incident i on i.id = l.incident_id and i.wall_id is null),
      'tasks', (select jsonb_agg(to_jsonb(t) - '{id,record_id,created_by}'::text[]) from tasks.task t join platform.record r on r.id = t.record_id and r.wall_id is null)) as all`;
    expect((await other.owner.query(SAME)).rows).toEqual((await fresh.owner.query(SAME)).rows);
  } finally {
    await worker.stop();
    await server.close();
    await other.drop();
  }
});
