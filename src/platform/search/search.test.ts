import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '#platform/kernel/context.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Hit } from './contract.ts';
import { findRecords } from './search.service.ts';
import { sweepOnce } from './work.ts';

let fresh: FreshDatabase;
let chief: Ctx;
let guard: Ctx;
const [SITE, ELSEWHERE, WALL] = [uuidv7(), uuidv7(), uuidv7()];
const INCIDENT = 'incidents:read';

type Given = { title: string; number?: string; words?: string; at?: string; site?: string | null; wall?: string; read?: string };

async function aRecord({ title, number, words, at = '2026-11-20T12:00:00Z', site = SITE, wall, read = INCIDENT }: Given): Promise<string> {
  const id = uuidv7();
  await fresh.owner.query(`insert into platform.record (id, kind, number, title, state, site_id, wall_id, read_permission, at) values ($1, 'test.record', $2, $3, 'open', $4, $5, $6, $7)`, [id, number ?? null, title, site, wall ?? null, read, at]);
  if (words !== undefined) await fresh.owner.query('insert into platform.search (record_id, words) values ($1, $2)', [id, words]);
  return id;
}

async function aReader(name: string, site: string | null, walls: readonly string[] = []): Promise<Ctx> {
  const id = uuidv7();
  await fresh.owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', $2, 'active')`, [id, name]);
  if (site !== '') await fresh.owner.query(`insert into access.grant (id, person_id, role_id, site_id) select $1, $2, r.id, $3 from access.role r where r.key = 'test-reader'`, [uuidv7(), id, site]);
  for (const wall of walls) await fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, r.id from access.role r where r.key = 'test-reader'`, [wall, id]);
  await fresh.owner.query('select access.refresh_sight($1)', [id]);
  return fresh.as(id);
}

const find = async (ctx: Ctx, q: string): Promise<Hit[]> => (await findRecords(ctx, { q, limit: 50 })).items;
const titles = async (ctx: Ctx, q: string): Promise<string[]> => (await find(ctx, q)).map(({ title }) => title);

beforeAll(async () => {
  fresh = await freshDatabase();
  await fresh.owner.query(`insert into access.role (key, title, kind) values ('test-reader', 'Reader', 'human')`);
  await fresh.owner.query(`insert into access.role_permission (permission, role_id) select p, r.id from unnest(array['incidents:read', 'people:read']) p, access.role r where r.key = 'test-reader'`);
  await fresh.owner.query(`insert into access.site (id, path) values ($1, 'a'), ($2, 'b')`, [SITE, ELSEWHERE]);
  chief = await aReader('Cleo Chief', null);
  guard = await aReader('Gus Guard', SITE);
  await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [WALL, chief.personId]);
});
afterAll(() => fresh.drop());

describe('a record is found', () => {
  test('by its number, whole, in part, or by its last digits', async () => {
    await aRecord({ title: 'Trailer gone', number: 'INC-2026-00042' });
    await aRecord({ title: 'Seal broken', number: 'INC-2026-00043' });
    expect(await titles(chief, 'inc-2026-00042')).toEqual(['Trailer gone']);
    expect((await titles(guard, 'INC-2026-0004')).toSorted()).toEqual(['Seal broken', 'Trailer gone']);
    expect([await titles(chief, 'INC 42'), await titles(chief, '42')]).toEqual([['Trailer gone'], ['Trailer gone']]);
    expect(await titles(chief, 'INC-2026-00099')).toEqual([]);
  });

  test('the likest first: the whole title, then words as written, that begin so, with it inside, with a slip; then by its share of the title, then the newest', async () => {
    const given: Given[] = [
      { title: 'Xorgate' }, { title: 'Xorgate lamp', at: '2026-11-01T00:00:00Z' }, { title: 'Xorgate lamp near the long fence', at: '2026-11-02T00:00:00Z' }, { title: 'Xorgate lamp near the long wall', at: '2026-11-01T00:00:00Z' },
      { title: 'Something else', words: 'xorgate' }, { title: 'Xorgates of old' }, { title: 'Subxorgates' }, { title: 'Xogrates' },
    ];
    for (const one of given.toReversed()) await aRecord(one);
    const hits = await find(chief, 'xorgate');
    expect(hits.map(({ title }) => title)).toEqual(['Xorgate', 'Xorgate lamp', 'Xorgate lamp near the long fence', 'Xorgate lamp near the long wall', 'Something else', 'Xorgates of old', 'Subxorgates']);
    expect((await find(chief, 'xorgat')).at(-1)).toMatchObject({ title: 'Subxorgates', isNear: false });
    expect((await find(chief, 'xogrrates')).map(({ title, isNear }) => [title, isNear])).toEqual([['Xogrates', true]]);
  });

  test('by all of the words, in any order and whatever their marks and case', async () => {
    await aRecord({ title: 'Jürgen Müller-Lüdenscheidt', read: 'people:read' });
    await aRecord({ title: 'Łukasz Øster, ß-Straße', read: 'people:read' });
    await aRecord({ title: 'Иван Петров 東京', read: 'people:read' });
    for (const q of ['muller jurgen', 'LÜDENSCHEIDT', 'Ju Mu']) expect([q, await titles(chief, q)]).toEqual([q, ['Jürgen Müller-Lüdenscheidt']]);
    expect([await titles(chief, 'lukasz oster'), await titles(chief, 'strasse ss'), await titles(chief, 'петров'), await titles(chief, '東京')]).toEqual([['Łukasz Øster, ß-Straße'], ['Łukasz Øster, ß-Straße'], ['Иван Петров 東京'], ['Иван Петров 東京']]);
    expect(await titles(chief, 'jurgen elsewhere')).toEqual([]);
  });

  test.each([['Meyer', 'Piet Meijer'], ['Maier', 'Piet Meijer'], ['Smit', 'Anna Schmidt'], ['Schmitt', 'Anna Schmidt'], ['Visscher', 'Otto Fischer'], ['Petrow', 'Olga Petroff']])('as a name sounds: %s is %s', async (q, title) => {
    if ((await titles(chief, title)).length === 0) await aRecord({ title, read: 'people:read' });
    const hit = (await find(chief, q)).find((one) => one.title === title);
    expect(hit).toMatchObject({ title, isNear: true });
  });

  test('by what it is called now, also where its module gave no words', async () => {
    const id = await aRecord({ title: 'Quokkas in the yard' });
    expect(await titles(chief, 'quokkas')).toEqual(['Quokkas in the yard']);
    await fresh.owner.query(`update platform.record set title = 'Wombats in the yard' where id = $1`, [id]);
    expect([await titles(chief, 'quokkas'), await titles(chief, 'wombats')]).toEqual([[], ['Wombats in the yard']]);
    await fresh.owner.query(`insert into platform.search (record_id, words) values ($1, 'numbats too')`, [id]);
    expect(await titles(chief, 'numbats')).toEqual(['Wombats in the yard']);
  });

  test('where a title has no letter at all, by the whole of it', async () => {
    await aRecord({ title: '☃☃☃' });
    expect([await titles(chief, '☃☃☃'), await titles(chief, '☃☃')]).toEqual([['☃☃☃'], []]);
  });
});

describe('what is not seen', () => {
  test('is not found, as written or nearly, by another site, by no permission, behind a wall; its members find it', async () => {
    const member = await aReader('Mia Member', '', [WALL]);
    await aRecord({ title: 'Zanzibar affair', wall: WALL });
    await aRecord({ title: 'Zanzibar elsewhere', site: ELSEWHERE });
    await aRecord({ title: 'Zanzibar of no site', site: null });
    await aRecord({ title: 'Zanzibar for others', read: 'cases:read' });
    for (const q of ['zanzibar', 'zanzbar', 'anziba', 'Zansibar']) {
      expect([q, (await titles(chief, q)).toSorted()]).toEqual([q, ['Zanzibar elsewhere', 'Zanzibar of no site']]);
      expect([q, await titles(guard, q)]).toEqual([q, []]);
      expect([q, await titles(member, q)]).toEqual([q, ['Zanzibar affair']]);
    }
  });

  test('nor what came behind a wall since', async () => {
    const member = await aReader('Max Member', SITE, [WALL]);
    const id = await aRecord({ title: 'Aardvark heist', words: 'aardvark heist at the docks' });
    expect([await titles(guard, 'aardvark'), await titles(member, 'aardvark')]).toEqual([['Aardvark heist'], ['Aardvark heist']]);
    await fresh.owner.query('update platform.record set wall_id = $2 where id = $1', [id, WALL]);
    expect([await titles(guard, 'aardvark'), await titles(chief, 'aardvark'), await titles(member, 'docks')]).toEqual([[], [], ['Aardvark heist']]);
  });

  test('is not even read: a searcher who may see next to nothing touches no row of it', async () => {
    const read = async (): Promise<number> => {
      await fresh.owner.query('analyze search.record, search.word');
      const client = await fresh.owner.connect();
      const counted = async (): Promise<number> => Number((await client.query<{ n: string }>(`select sum(coalesce(idx_tup_fetch, 0) + seq_tup_read) as n from pg_stat_xact_user_tables where schemaname = 'search' and relname in ('record', 'word')`)).rows[0]?.n);
      try {
        await client.query('begin');
        await client.query(`select set_config('parapet.person', $1, true)`, [guard.personId]);
        const before = await counted();
        for (const q of ['okapi', 'okap', 'okapy', 'kapi']) await client.query('select count(*) from platform.find_records($1, 100)', [q]);
        return (await counted()) - before;
      } finally {
        await client.query('rollback');
        client.release();
      }
    };
    const before = await read();
    await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) select uuidv7(), 'test.record', 'Okapi ' || g, 'open', $1, $2, 'incidents:read', now() from generate_series(1, 300) g`, [SITE, WALL]);
    expect(await read()).toBe(before);
  });

  test('is kept from who reads very many sites, and is looked for among all of them', async () => {
    const region = uuidv7();
    await fresh.owner.query(`insert into access.site (id, path) values ($1, 'r')`, [region]);
    await fresh.owner.query(`insert into access.site (id, path) select uuidv7(), ('r.s' || g)::ltree from generate_series(1, 80) g`);
    const { rows } = await fresh.owner.query<{ id: string }>(`select id from access.site where path <@ 'r' and path <> 'r'`);
    for (const { id } of rows) await aRecord({ title: 'Pangolin within', site: id });
    await aRecord({ title: 'Pangolin without', site: ELSEWHERE });
    const lead = await aReader('Rita Region', region, [WALL]);
    await aRecord({ title: 'Pangolin behind', wall: WALL, at: '2026-11-21T00:00:00Z' });
    expect(new Set(await titles(lead, 'pangolin'))).toEqual(new Set(['Pangolin within', 'Pangolin behind']));
    expect(await titles(lead, 'pangolin without')).toEqual([]);
  });
});

test('words of no record any more go at the second sweep, and no others', async () => {
  const worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 1 });
  const known = async (): Promise<string[]> => (await fresh.owner.query<{ word: string }>(`select word from search.word where word like 'capybara%' order by 1`)).rows.map(({ word }) => word);
  try {
    const id = await aRecord({ title: 'Capybara one' });
    await aRecord({ title: 'Capybaras' });
    await fresh.owner.query(`update platform.record set title = 'Renamed' where id = $1`, [id]);
    await sweepOnce(worker);
    expect(await known()).toEqual(['capybara', 'capybaras']);
    await fresh.owner.query(`update search.word set unused_at = unused_at - interval '2 hours'`);
    await sweepOnce(worker);
    expect(await known()).toEqual(['capybaras']);
  } finally {
    await worker.close();
  }
});

// Last, since what it makes by chance may resemble anything.
test('a record is found with one slip in a word of four letters or more: one left out, put in, put for another, or two turned', async () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const letter = fc.constantFrom(...letters);
  let n = 0;
  await fc.assert(fc.asyncProperty(fc.array(letter, { minLength: 5, maxLength: 12 }), fc.nat(), letter, fc.constantFrom('out', 'in', 'other', 'turned'), async (of, where, other, slip) => {
    const word = of.join('');
    const at = where % (word.length - 1);
    const slipped = { out: word.slice(0, at) + word.slice(at + 1), in: word.slice(0, at) + other + word.slice(at), other: word.slice(0, at) + other + word.slice(at + 1), turned: word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2) }[slip];
    const title = `${word} ${++n}`;
    await aRecord({ title });
    expect(await titles(chief, `${slipped} ${n}`)).toContain(title);
  }), { numRuns: 40 });
});

describe('what is said of a record', () => {
  const say = async (recordId: string, text: string): Promise<string> => {
    const id = uuidv7();
    await fresh.owner.query('insert into thread.comment (id, record_id, text, author_id, at) values ($1, $2, $3, $4, now())', [id, recordId, text, chief.personId]);
    return id;
  };
  const withThread = async (name: string, site: string | null, walls: readonly string[] = [], threadAt: string | null = site): Promise<Ctx> => {
    const reader = await aReader(name, site, walls);
    if (walls.length > 0) await fresh.owner.query(`update access.wall_member set part_id = (select id from access.role where key = 'test-talker') where person_id = $1`, [reader.personId]);
    else await fresh.owner.query(`insert into access.grant (id, person_id, role_id, site_id) select $1, $2, r.id, $3 from access.role r where r.key = 'test-talker'`, [uuidv7(), reader.personId, threadAt]);
    await fresh.owner.query('select access.refresh_sight($1)', [reader.personId]);
    return fresh.as(reader.personId);
  };

  test('leads to it whoever may read comments where it stands, and nobody else', async () => {
    await fresh.owner.query(`insert into access.role (key, title, kind) values ('test-talker', 'Talker', 'human')`);
    await fresh.owner.query(`insert into access.role_permission (permission, role_id) select p, r.id from unnest(array['thread:read', 'incidents:read']) p, access.role r where r.key = 'test-talker'`);
    const [here, there, inside] = [await aRecord({ title: 'Gate left open' }), await aRecord({ title: 'Gate elsewhere', site: ELSEWHERE }), await aRecord({ title: 'Behind the wall', wall: WALL })];
    for (const id of [here, there, inside]) await say(id, 'The plumber spoke of a zibbelquast.');
    const readers: [string, Ctx, string[]][] = [
      ['over all, comments too', await withThread('Tilda', null), ['Gate elsewhere', 'Gate left open']],
      ['at the site, comments too', await withThread('Tom', SITE), ['Gate left open']],
      ['over all, comments only at the site', await withThread('Tess', null, [], SITE), ['Gate left open']],
      ['behind the wall, comments too', await withThread('Tara', '', [WALL]), ['Behind the wall']],
      ['over all, no comments', chief, []],
      ['at the site, no comments', guard, []],
    ];
    for (const [who, ctx, expected] of readers) for (const q of ['zibbelquast', 'zibbel', 'zibelquast plumber']) expect([who, q, (await titles(ctx, q)).toSorted()]).toEqual([who, q, expected]);
  });

  test('leads to it as long as it is said: changed, struck or gone it does not', async () => {
    const reader = await withThread('Theo', null);
    const id = await aRecord({ title: 'Lamp out', number: 'INC-2026-00777' });
    const comment = await say(id, 'Ask the wurzelmann.');
    expect(await titles(reader, 'wurzelmann lamp')).toEqual(['Lamp out']);
    expect(await titles(reader, 'wurzelmann')).toEqual(['Lamp out']);
    await fresh.owner.query(`update thread.comment set text = 'Ask the quellgeist.' where id = $1`, [comment]);
    expect([await titles(reader, 'wurzelmann'), await titles(reader, 'quellgeist')]).toEqual([[], ['Lamp out']]);
    await fresh.owner.query(`update thread.comment set struck_at = now(), struck_by = author_id, struck_reason = 'Wrong' where id = $1`, [comment]);
    expect([await titles(reader, 'quellgeist'), await titles(reader, 'INC-2026-00777')]).toEqual([[], ['Lamp out']]);
  });
});
