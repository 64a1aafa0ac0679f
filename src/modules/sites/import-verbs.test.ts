import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import sites from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let keeper: Somebody;

const post = (url: string, csv: unknown, who = chief) => app.inject({ method: 'POST', url: `/api/sites${url}`, payload: { csv }, headers: who.headers });
const exported = async (who = chief): Promise<string> => (await app.inject({ url: '/api/sites/export', headers: who.headers })).body;

const FILE = ['code,name,kind,parent,time_zone,country,city,latitude,longitude', 'UTR-A,Building A,building,UTR,,,Utrecht,,', 'EU,Europe,region,,Europe/Amsterdam,,,,', 'UTR,=Halden House,site,EU,,NL,Utrecht,52.087,5.11', 'CRK,Cork Data Centre,site,EU,Europe/Dublin,IE,Cork,51.896,-8.493'].join('\n');

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [sites] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

test('a dry run says line by line what would happen and changes nothing', async () => {
  const plan = (await post('/import/plan', `${FILE}\nBAD,Bad,castle,EU,,,,,`)).json();
  expect(plan).toMatchObject({ adds: 4, changes: 0, refused: 1, faults: [] });
  expect(plan.lines[4]).toMatchObject({ line: 6, does: 'refused', faults: [{ field: 'kind' }] });
  expect((await fresh.owner.query('select count(*)::int as n from sites.site')).rows[0].n).toBe(0);
});

test('one bad line keeps out the whole file, and is named', async () => {
  const reply = await post('/import', `${FILE}\nBAD,Bad,castle,EU,,,,,`);
  expect([reply.statusCode, reply.json().errors[0].pointer]).toEqual([422, '/csv/6/kind']);
  expect((await fresh.owner.query('select count(*)::int as n from sites.site')).rows[0].n).toBe(0);
});

test('a good file makes the tree, whatever the order of its lines, with header and ledger for each site', async () => {
  expect((await post('/import', FILE)).json()).toEqual({ added: 4, changed: 0 });
  const { rows } = await fresh.owner.query(`select s.code, s.above, s.time_zone, r.title, e.verb, nlevel(a.path) as depth from sites.site s join platform.record r on r.id = s.id join ledger.entry e on e.record_id = s.id join access.site a on a.id = s.id order by s.code`);
  expect(rows).toMatchObject([
    { code: 'CRK', above: ['Europe'], depth: 2 }, { code: 'EU', above: [], depth: 1 }, { code: 'UTR', above: ['Europe'], depth: 2, title: '=Halden House (UTR)' },
    { code: 'UTR-A', above: ['Europe', '=Halden House'], time_zone: 'Europe/Amsterdam', depth: 3, verb: 'sites.added' },
  ]);
});

test('what is exported has no live formula, and read in again changes nothing', async () => {
  const csv = await exported();
  expect(csv).toContain(`UTR,'=Halden House,site,EU`);
  expect((await post('/import/plan', csv)).json()).toMatchObject({ adds: 0, changes: 0, same: 4, refused: 0 });
  expect((await post('/import', csv)).json()).toEqual({ added: 0, changed: 0 });
});

test('a second file changes, moves and adds in one go', async () => {
  const reply = await post('/import', 'code,name,parent,time_zone\nNORTH,North,,Europe/Oslo\nUTR,Halden House,NORTH,\nUTR-B,Building B,UTR,');
  expect(reply.json()).toEqual({ added: 2, changed: 1 });
  const { rows } = await fresh.owner.query(`select code, above, version from sites.site where code like 'UTR%' order by code`);
  expect(rows).toEqual([{ code: 'UTR', above: ['North'], version: 2 }, { code: 'UTR-A', above: ['North', 'Halden House'], version: 1 }, { code: 'UTR-B', above: ['North', 'Halden House'], version: 1 }]);
});

test('who may import at one site imports there, level below level, and learns of a code elsewhere only that it is taken', async () => {
  const utr = (await fresh.owner.query(`select id from sites.site where code = 'UTR'`)).rows[0].id;
  keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: utr });
  expect((await post('/import', 'code,name,kind,parent\nUTR-C,Building C,building,UTR\nUTR-C1,Floor 1,floor,UTR-C', keeper)).json()).toEqual({ added: 2, changed: 0 });
  const plan = (await post('/import/plan', 'code,name,parent,time_zone\nCRK,Mine now,UTR,UTC\nTOP,Top,,UTC\nNEW,New,EU,UTC', keeper)).json();
  expect(plan.lines.map((line: { faults: { detail: string }[] }) => line.faults[0]?.detail)).toEqual(['This code is taken by a site that is not for you to change', 'Name a site of yours that it stands below', 'There is no site EU in this file or among yours']);
  expect(await exported(keeper)).not.toContain('Cork');
});

test('two imports of the same file at once leave each site once', async () => {
  const csv = `code,name,time_zone\n${Array.from({ length: 50 }, (_, i) => `PAIR-${i},Pair ${i},UTC`).join('\n')}`;
  const replies = await Promise.all([post('/import', csv), post('/import', csv)]);
  expect(replies.map((reply) => reply.json().added).sort((a, b) => a - b)).toEqual([0, 50]);
});

test('a file of five thousand sites comes in within the time of a transaction, also where readers hold parts of it', async () => {
  const utr = (await fresh.owner.query(`select id from sites.site where code = 'UTR'`)).rows[0].id;
  await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utr });
  const csv = `code,name,kind,parent\n${Array.from({ length: 5000 }, (_, i) => `F${i},Zone ${i},zone,${i < 50 ? 'UTR' : `F${i % 50}`}`).join('\n')}`;
  const reply = await post('/import', csv);
  expect(reply.json()).toEqual({ added: 5000, changed: 0 });
  const again = csv.replaceAll('Zone ', 'Area ');
  expect((await post('/import', again)).json()).toEqual({ added: 0, changed: 5000 });
});

test.each([['nothing', undefined, 400], ['a number', 7, 400], ['an empty text', '', 400], ['a text of more than two megabytes', 'x'.repeat(2_200_000), 413], ['a heading that is not one', 'hello', 422]])('%s for a file is a clear problem', async (_what, csv, status) => {
  expect((await post('/import', csv)).statusCode).toBe(status);
});

test('who may not import is refused', async () => {
  const operator = await aPerson(fresh, 'Otto Operator', { role: 'gsoc-operator' });
  expect((await post('/import', FILE, operator)).statusCode).toBe(403);
  expect((await post('/import/plan', FILE, operator)).statusCode).toBe(403);
});
