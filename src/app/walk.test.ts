import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportAll } from '#platform/exports/make.ts';
import { aDataFolder } from '#platform/files/testing.ts';
import { listening } from '#platform/live/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { readConfig } from '#platform/kernel/config.ts';
import { createLog } from '#platform/kernel/log.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { rareRows } from './testing/behind-rows.ts';
import { counting } from './testing/counting.ts';
import { type Actor, aDepartment, type Department } from './testing/department.ts';
import { operationsOf } from './testing/operations.ts';
import { type Outsiders, theOutsiders, thoseOnceInside } from './testing/outsiders.ts';
import { type Column, columnsOf, holdingColumns, plant, rowsBehind } from './testing/planting.ts';
import { rehearsing } from './testing/rehearsal.ts';
import { type Aims, type Ask, type Asker, changeAsks, plainAsks, searchAsks, variedAsks, walk } from './testing/walking.ts';
import { openStreams, type Streams } from './testing/streams.ts';
import { NO_WORDS, OF_NO_RECORD } from './testing/unplanted.ts';
import { aWalledMatter, type WalledMatter } from './testing/walled-matter.ts';
import { Hidden } from './testing/words.ts';
import { aWorkerSide, type WorkerSide } from './testing/worked-off.ts';
import { buildWeb } from './web-server.ts';

const modules = await discoverModules();
const operations = operationsOf(modules);
const OWN = ['access', 'platform', 'ledger', ...modules.map(({ name }) => name.replaceAll('-', '_')), 'graphile_worker'];

const IS_SOAK = Boolean(process.env['PARAPET_SOAK']);
const ABSENT = '01890000-0000-7000-8000-00000000dead';
/** Of everything that is written, sealed leaves, numbers and heads: docs/security/rules.md says so. */
const PUBLISHED = new Set(['GET /api/ledger/head', 'GET /api/ledger/export', 'GET /api/ledger/entries', 'GET /api/net/targets', 'GET /api/health', 'GET /api/incidents/:id/report.pdf', 'GET /api/incidents/:id/review/report.pdf', 'GET /api/incidents/:id/breach/report.pdf', 'GET /api/incidents/:id/situation-reports/:rowId/report.pdf', 'GET /api/incidents/:id/forms/:rowId/form.pdf', 'GET /api/incidents/:id/forms/plan.pdf']);
/** Other at each asking, whatever happened meanwhile. */
const OF_THE_MOMENT = new Set(['GET /api/backup', 'GET /api/incidents/reviews/trends', 'GET /api/signals/example', 'GET /api/workorders/figures']);
/** Ids that the sender makes: who knows one learns that it is taken. */
const TAKEN = ['POST /api/incidents'];
/** Kept in the ledger, where members read them in no answer yet. */
const IN_LEDGER_ONLY = ['dropped once', 'task reopen reason'];
const LISTENING = /^(cso|auditor|gsoc-operator|system-administrator|reception|the subject|nobody)/;
const OF_THE_PROCESS: Ask[] = ['/healthz', '/readyz', '/metrics', '/openapi.json'].map((url) => ({ key: url, method: 'GET', url }));

const hidden = new Hidden();
const logged: string[] = [];
const log = createLog('web', 'trace', { write: (line: string) => void logged.push(line) });
let data: ReturnType<typeof aDataFolder>;
let fresh: FreshDatabase;
let department: Department;
let app: FastifyInstance;
/** Verbs are run and taken back. */
let rehearsal: FastifyInstance;
let side: WorkerSide;
let lead: Actor;
let reader: Actor;
let served: Awaited<ReturnType<typeof listening>>;
let streams: Streams;
let matter: WalledMatter;
let outsiders: Outsiders;
let aims: Aims;
let columns: Column[];
/** By what the rows of each table are known that stand behind the second wall of the department, and behind the matter's. */
let behind: ReadonlyMap<string, string>[];

beforeAll(async () => {
  data = aDataFolder();
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  app = await buildWeb({ db: fresh.db, modules, log });
  rehearsal = await buildServer({ db: rehearsing(fresh.db), modules, log });
  const [subject, mover] = await enrolMembers();
  side = await aWorkerSide(fresh, [lead, reader, mover], log);
  served = await listening(app, fresh);
  outsiders = await theOutsiders(department, modules.flatMap((module) => Object.keys(module.permissions ?? {})), IS_SOAK);
  outsiders.narrow.push(subject);
  streams = await openStreams(served.url, [lead, ...outsiders.wide, ...outsiders.narrow.filter(({ name }) => LISTENING.test(name))]);
  matter = await aWalledMatter(app, department, hidden, { lead, reader: reader.id, subject: subject.id, mover: mover.id });
  outsiders.narrow.push(...(await thoseOnceInside(app, department, matter.wallId)));
  await rareRows(department);
  await side.workOff();
  columns = await columnsOf(fresh.owner, OWN);
  const tables = tablesOf();
  behind = [await rowsBehind(fresh, hidden, tables, [department.walls.two], [department.at('incident', 'otherwise').id]), await rowsBehind(fresh, hidden, tables, [matter.wallId, matter.room.wallId], [matter.id, matter.room.id])];
  aims = aimsAt(subject.id);
});
afterAll(async () => {
  streams.stop();
  await served.stop();
  await side.close();
  await rehearsal.close();
  await fresh.drop();
  data.remove();
});

const tablesOf = (): string[] => [...new Set(columns.map(({ table }) => table))];

async function enrolMembers(): Promise<[Actor, Actor]> {
  const chief = [{ role: 'cso', site: null, isInForce: true }];
  const [first, second, subject, mover] = (await department.enrol([{ name: 'Lead', grants: [{ role: 'investigations-lead', site: null, isInForce: true }], parts: [] }, { name: 'Reader', grants: [], parts: [] }, { name: 'the subject', grants: chief, parts: [] }, { name: 'Mover', grants: [], parts: [] }])) as [Actor, Actor, Actor, Actor];
  [lead, reader] = [first, second];
  return [subject, mover];
}

function aimsAt(subject: string): Aims {
  const { at, sites } = department;
  const there = (kind: string) => at(kind, 'otherwise').id;
  return {
    of: { incident: [matter.id, there('incident'), at('incident', 'here').id], case: [matter.room.id, there('case')], report: [there('report')], exhibit: [there('exhibit')], task: [matter.task, there('task')], file: [matter.file, matter.image, there('file')], comment: [matter.comment, there('comment')], link: [matter.link, there('link')], decision: [there('decision')], alarm: [matter.raised, there('alarm')], source: [there('source')], site: [sites.here], person: [subject], upload: matter.held },
    values: { recordId: matter.id, personId: subject, n: 1, size: 3, size1: 1, size2: 3, account: 'CAN5', 'POST /api/incidents title': 'Declared', 'POST /api/incidents severity': 2, 'POST /api/incidents siteId': sites.here, 'POST /api/cases title': 'Opened', 'POST /api/cases type': 'cargo', 'POST /api/cases siteId': sites.here, 'POST /api/cases/:id/allegations type': 'cargo', type: 'trespass', verb: 'incidents.declared', record: matter.id, q: 'canary', roleKey: 'reception', purpose: 'to look' },
    far: [matter.id, there('source'), sites.here, sites.elsewhere, subject, lead.id],
  };
}

const behindOnly = (): Aims => ({ ...aims, of: { ...aims.of, incident: [matter.id], case: [matter.room.id], task: [matter.task], file: [matter.file], comment: [matter.comment], link: [matter.link], alarm: [matter.raised] } });
const theSilent = (name: string): Asker => outsiders.narrow.find((one) => one.name.startsWith(name)) as Asker;
const everything = (): Asker => outsiders.wide[0] as Asker;
/** The first of what was found, each once. */
const firstOf = (found: readonly string[]): string[] => [...new Set(found)].slice(0, 40);
const withoutQuotes = (table: string): string => table.replaceAll('"', '');
const TIMES = /"\w*(?:At|at|since|Since|[bB]y|from)":"\d{4}-[^"]+"|"instance":"[^"]*"/g;
const bare = ({ statusCode, headers, body }: { statusCode: number; headers: object; body: string }): string => JSON.stringify([statusCode, { ...headers, date: '' }, body.replace(TIMES, '')]);

describe('what is to be found', () => {
  test('a member finds each word where it stands and hears of it, so the walk can find', async () => {
    const written = [...hidden.words].filter(([, where]) => where.startsWith('written: '));
    const asks = [...plainAsks(operations, behindOnly()), ...variedAsks(operations.filter(({ module }) => module === 'thread'), behindOnly()), ...searchAsks(operations, aims, written.map(([word]) => word).slice(0, 6)), { key: 'GET /api/incidents/:id/forms/:rowId', method: 'GET' as const, url: `/api/incidents/${matter.id}/forms/${matter.form}` }];
    const { found } = await walk(app, hidden, [lead], asks);
    const seen = new Set(found.map((one) => one.split(' shows written: ')[1]));
    expect(written.map(([, where]) => where.slice('written: '.length)).filter((where) => !seen.has(where))).toEqual(IN_LEDGER_ONLY);
    expect(found).toContainEqual(expect.stringMatching(/report\.pdf.* shows written: narrative/));
    await streams.until(lead.name, matter.id);
  });

  test('what is exported for whoever runs the machine holds none of it, in any file', async () => {
    const folder = join(data.folder, 'an export');
    const { dataDir, files } = readConfig();
    const { tables } = await exportAll({ ownerUrl: fresh.ownerUrl, folder, organisation: 'demo', dataDir, files });
    const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).flatMap(({ parentPath, name }) => hidden.inText(`${name} ${readFileSync(join(parentPath, name)).toString('latin1')}`).map((where) => `${name} holds ${where}`));
    expect(firstOf(found)).toEqual([]);
    expect(tables.reduce((sum, { sealed }) => sum + sealed, 0)).toBeGreaterThan(50);
  });

  test('every column that can hold words of what stands behind a wall holds one; those that cannot are listed, and so is what holds nothing of a record', async () => {
    const tables = tablesOf();
    const elsewhere = new Set(Object.values(OF_NO_RECORD).flat());
    const carried = columns.filter(({ table }) => !elsewhere.has(withoutQuotes(table)));
    await plant(fresh, hidden, carried, new Map(tables.map((table) => [table, behind.map((rows) => rows.get(table)).filter((is) => is !== undefined)])));
    const holding = await holdingColumns(fresh, hidden, columns);
    const named = (list: readonly Column[]): string[] => list.map(({ name }) => name).sort();
    expect(named(carried.filter(({ name }) => !holding.has(name))), 'give a new column words in walled-matter.ts, a row in behind-rows.ts, or its place in unplanted.ts').toEqual(Object.values(NO_WORDS).flat().sort());
    expect(named(columns.filter(({ name, table }) => holding.has(name) && elsewhere.has(withoutQuotes(table))))).toEqual([]);
    expect([...elsewhere].filter((table) => !tables.some((one) => withoutQuotes(one) === table))).toEqual([]);
    for (const number of ['INC-W-2020-00005', 'ALM-2020-00005']) hidden.numbers.add(number);
  });

  test('is found in headers, packed, in capitals, as an id without dashes, and as a number', () => {
    const one = new Hidden();
    const word = one.word('a place');
    one.id('01a1ff9e-1159-77ef-baa8-bbe06e2b6c2f', 'an id');
    one.numbers.add('INC-W-2026-00001');
    const answer = (text: string, headers = {}) => one.inAnswer({ headers: { 'content-type': 'text/plain', ...headers }, rawPayload: Buffer.from(text) });
    expect([answer('', { etag: `"${word}"` }), answer(word.toUpperCase()), answer(`next ${Buffer.from(JSON.stringify(['x', word])).toString('base64url')}`), answer('01A1FF9E115977EFBAA8BBE06E2B6C2F'), answer('INC-W-2026-00001')]).toEqual([['a place'], ['a place'], ['a place'], ['an id'], ['INC-W-2026-00001']]);
    expect(one.inAnswer({ headers: { 'content-encoding': 'gzip' }, rawPayload: gzipSync(word) })).toEqual(['a place']);
    expect(answer('nothing', { 'content-length': '7' })).toEqual([]);
  });
});

describe('to everybody outside', () => {
  const all = (): Asker[] => [...outsiders.wide, ...outsiders.narrow];
  const some = (): Asker[] => (IS_SOAK ? all() : outsiders.wide);

  test('no reading operation shows any of it, in body, header or error, page by page', async () => {
    const { asked, found } = await walk(app, hidden, all(), plainAsks(operations, IS_SOAK ? aims : behindOnly()));
    const more = await walk(app, hidden, outsiders.wide, [...plainAsks(operations, aims), ...OF_THE_PROCESS]);
    expect(firstOf([...found, ...more.found])).toEqual([]);
    expect(asked + more.asked).toBeGreaterThan(all().length * 80);
  });

  test('no filter, sort or size of a page does', async () => {
    expect(firstOf((await walk(app, hidden, some(), variedAsks(operations, aims))).found)).toEqual([]);
  });

  test('no search does, for any of the words, for parts of them, with a slip or by their sound', async () => {
    const words = [...hidden.words.keys()];
    const near = words.flatMap((word) => [word.slice(0, 6), word.replace(/.$/, 'y'), word.replace('zq', 'sk')]);
    const asks = searchAsks(operations, aims, [...words, ...(IS_SOAK ? near : near.slice(0, 30)), matter.number, matter.number.slice(-5)]);
    const one = searchAsks(operations, aims, words).filter(({ key }) => key === 'GET /api/search');
    const { found } = await walk(app, hidden, [everything()], asks);
    const more = IS_SOAK ? await walk(app, hidden, all(), one) : { found: [] };
    expect(firstOf([...found, ...more.found])).toEqual([]);
  });

  test('no change that is tried on it does', async () => {
    expect(firstOf((await walk(rehearsal, hidden, some(), changeAsks(operations, aims))).found)).toEqual([]);
  });

  test('no live event, mail, push, webhook or line of the log does', async () => {
    const open = await app.inject({ method: 'POST', url: '/api/incidents', headers: lead.headers, payload: { title: 'In the open', severity: 2, siteId: department.sites.here } });
    await streams.until(everything().name, open.json<{ id: string }>().id);
    for (const [name, { text }] of streams.told) if (name !== lead.name) expect([name, hidden.inText(text)]).toEqual([name, []]);
    for (const [, id, data] of streams.told.get(everything().name)?.text.matchAll(/id: (.*)\nevent: change\ndata: (.*)\n/g) ?? []) expect([id, Object.keys(JSON.parse(data ?? '') as object)]).toEqual([expect.stringMatching(/^[\w-]{22}$/), ['topic', 'id']]);
    expect(new Set(side.left.map(({ channel }) => channel))).toEqual(new Set(['mail', 'push', 'webhook']));
    const ofItself = new Set(['an id of notify.notice', 'an id of deliver.delivery']);
    expect(side.left.flatMap(({ text }) => hidden.inText(text)).filter((where) => !ofItself.has(where))).toEqual([]);
    const told = logged.filter((line) => hidden.inText(line).length > 0).map((line) => JSON.parse(line) as { msg: string; params: object });
    // What somebody outside asked for by its id stands in the line that says they were refused.
    expect(told.filter(({ msg, params: _asked, ...rest }) => msg !== 'refused' || hidden.inText(JSON.stringify(rest)).length > 0)).toEqual([]);
    expect(told.length).toBeGreaterThan(100);
  });

  test.each(['incidents.incident', 'platform.record', 'alarms.alarm', 'two_person.decision', 'deliver.delivery', 'thread.link'])('the walk fails where rows of %s are not protected', async (table) => {
    await fresh.owner.query(`alter table ${table} disable row level security`);
    const { found } = await walk(app, hidden, [everything()], plainAsks(operations, aims)).finally(() => fresh.owner.query(`alter table ${table} enable row level security`));
    expect(found).not.toEqual([]);
  });
});

describe('what nobody outside can count or compare', () => {
  test('between two looks at everything, matters behind walls change nothing but what is published', async () => {
    await fresh.owner.query(`update alarms.alarm set answer_by = now() + interval '1 day'`);
    const asks = plainAsks(operations, { ...aims, of: Object.fromEntries(Object.keys(aims.of).filter((kind) => !['upload', 'case', 'report', 'exhibit'].includes(kind)).map((kind) => [kind, [department.at(kind, 'here').id]])) }).filter(({ key }) => !PUBLISHED.has(key) && !OF_THE_MOMENT.has(key));
    const people = [everything(), ...['gsoc-operator', 'system-administrator'].map(theSilent)];
    const look = async (): Promise<string[]> => {
      const seen: string[] = [];
      for (const { name, headers } of people) for (const { method, url } of asks) seen.push(`${name} ${url} ${bare(await app.inject({ method, url, headers }))}`);
      return seen;
    };
    const before = await look();
    for (let i = 0; i < 3; i++) await anotherMatter();
    await side.workOff();
    expect((await look()).filter((one, i) => one !== before[i])).toEqual([]);
  });

  async function anotherMatter(): Promise<void> {
    const post = async (url: string, payload: object): Promise<{ id: string }> => {
      const answer = await app.inject({ method: 'POST', url: `/api${url}`, headers: lead.headers, payload });
      expect(answer.statusCode, answer.body).toBeLessThan(300);
      return answer.json<{ id: string }>();
    };
    const { id } = await post('/incidents', { title: 'One more', severity: 3, siteId: department.sites.here, custodianId: department.keeper });
    await post(`/incidents/${id}/members`, { personId: reader.id, part: 'wall-reader', reason: 'Reads along' });
    await post(`/incidents/${id}/log`, { text: 'Noted' });
    await post('/cases', { title: 'One more', type: 'cargo', fromId: id, custodianId: department.keeper });
    await post('/tasks', { recordId: id, title: 'To do' });
    await post('/thread/comments', { recordId: id, text: 'Said' });
  }

  test('what is hidden and what is not there take the same statements and round trips, and answer the same bytes', async () => {
    const { db, trips } = counting(rehearsing(fresh.db));
    const counted = await buildServer({ db, modules });
    const ids = [matter.id, matter.room.id, matter.task, matter.file, matter.comment, matter.link, ...['decision', 'source'].map((kind) => department.at(kind, 'otherwise').id)];
    const swap = (text: string): string => ids.reduce((said, id) => said.replaceAll(id, ABSENT), text);
    const asks = [...plainAsks(operations, behindOnly()), ...changeAsks(operations, { ...behindOnly(), of: { ...behindOnly().of, alarm: [] } })].filter((one) => swap(JSON.stringify(one)) !== JSON.stringify(one));
    const differing = new Set<string>();
    for (const { headers } of [everything(), theSilent('gsoc-operator')]) for (const hiddenOne of asks) {
      // What is remembered of who asks may run out in between: a difference is one that stays.
      for (let left = 3; left > 0; left--) {
        const [absent, there] = await both(hiddenOne, headers);
        if (absent === there) break;
        if (left === 1) differing.add(hiddenOne.key);
      }
    }
    await counted.close();
    expect(asks.length).toBeGreaterThan(80);
    expect([...differing].sort()).toEqual(TAKEN);

    async function both(one: Ask, headers: Asker['headers']): Promise<string[]> {
      const told: string[] = [];
      for (const { method, url, payload } of [JSON.parse(swap(JSON.stringify(one))) as Ask, one]) {
        trips.length = 0;
        const answer = await counted.inject({ method, url, headers, ...(payload && { payload }) });
        told.push(swap(JSON.stringify([trips, bare(answer)])));
      }
      return told;
    }
  });
});
