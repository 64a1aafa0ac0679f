import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import type { Outcome } from '#platform/imports/port.ts';
import { givenRows, NOTHING_KNOWN } from '#platform/imports/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { takeSites } from './import.service.ts';
import sites from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;

const take = async (csv: string, who = chief): Promise<readonly Outcome[]> => takeSites(await fresh.as(who.id), await givenRows(csv), NOTHING_KNOWN);
const does = async (csv: string, who = chief): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const one of await take(csv, who)) counts[one.does] = (counts[one.does] ?? 0) + 1;
  return counts;
};
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

test('a good file makes the tree, whatever the order of its rows, with header and ledger for each site; a bad row keeps out itself and what stands below it', async () => {
  const made = await take(`${FILE}\nBAD,Bad,castle,EU,,,,,\nLOW,Low,zone,BAD,,,,,`);
  expect(made.map((one) => one.does)).toEqual(['created', 'created', 'created', 'created', 'refused', 'refused']);
  expect(made[4]).toMatchObject({ label: 'Bad (BAD)', faults: [{ column: 'kind' }] });
  const { rows } = await fresh.owner.query(`select s.code, s.above, s.time_zone, r.title, e.verb, nlevel(a.path) as depth from sites.site s join platform.record r on r.id = s.id join ledger.entry e on e.record_id = s.id join access.site a on a.id = s.id order by s.code`);
  expect(rows).toMatchObject([
    { code: 'CRK', above: ['Europe'], depth: 2 }, { code: 'EU', above: [], depth: 1 }, { code: 'UTR', above: ['Europe'], depth: 2, title: '=Halden House (UTR)' },
    { code: 'UTR-A', above: ['Europe', '=Halden House'], time_zone: 'Europe/Amsterdam', depth: 3, verb: 'sites.added' },
  ]);
});

test('what is exported has no live formula, and read in again changes nothing', async () => {
  const csv = await exported();
  expect(csv).toContain(`UTR,'=Halden House,site,EU`);
  expect(await does(csv)).toEqual({ unchanged: 4 });
});

test('a second file changes, moves and adds in one go', async () => {
  expect(await does('code,name,parent,time_zone\nNORTH,North,,Europe/Oslo\nUTR,Halden House,NORTH,\nUTR-B,Building B,UTR,')).toEqual({ created: 2, changed: 1 });
  const { rows } = await fresh.owner.query(`select code, above, version from sites.site where code like 'UTR%' order by code`);
  expect(rows).toEqual([{ code: 'UTR', above: ['North'], version: 2 }, { code: 'UTR-A', above: ['North', 'Halden House'], version: 1 }, { code: 'UTR-B', above: ['North', 'Halden House'], version: 1 }]);
});

test('who may import at one site imports there, level below level, and learns of a code elsewhere only that it is taken', async () => {
  const utr = (await fresh.owner.query(`select id from sites.site where code = 'UTR'`)).rows[0].id;
  const keeper = await aPerson(fresh, 'Karl Keeper', { role: 'system-administrator', siteId: utr });
  expect(await does('code,name,kind,parent\nUTR-C,Building C,building,UTR\nUTR-C1,Floor 1,floor,UTR-C', keeper)).toEqual({ created: 2 });
  const made = await take('code,name,parent,time_zone\nCRK,Mine now,UTR,UTC\nTOP,Top,,UTC\nNEW,New,EU,UTC', keeper);
  expect(made.map((one) => one.does === 'refused' && one.faults[0]?.detail)).toEqual(['This code is taken by a site that is not for you to change', 'Name a site of yours that it stands below', 'There is no site EU in this file or among yours']);
  expect(await exported(keeper)).not.toContain('Cork');
});

test('two imports of the same file at once leave each site once', async () => {
  const csv = `code,name,time_zone\n${Array.from({ length: 50 }, (_, i) => `PAIR-${i},Pair ${i},UTC`).join('\n')}`;
  const counts = await Promise.all([does(csv), does(csv)]);
  expect(counts.map(({ created = 0 }) => created).sort((a, b) => a - b)).toEqual([0, 50]);
});

test('a file of three thousand sites comes in within the time of a transaction, also where readers hold parts of it', async () => {
  const utr = (await fresh.owner.query(`select id from sites.site where code = 'UTR'`)).rows[0].id;
  await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utr });
  const csv = `code,name,kind,parent\n${Array.from({ length: 3000 }, (_, i) => `F${i},Zone ${i},zone,${i < 50 ? 'UTR' : `F${i % 50}`}`).join('\n')}`;
  expect(await does(csv)).toEqual({ created: 3000 });
  expect(await does(csv.replaceAll('Zone ', 'Area '))).toEqual({ changed: 3000 });
});

test('who may not import is refused', async () => {
  const operator = await aPerson(fresh, 'Otto Operator', { role: 'gsoc-operator' });
  await expect(take(FILE, operator)).rejects.toMatchObject({ kind: 'forbidden' });
});
