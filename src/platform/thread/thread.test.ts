import type { FastifyInstance } from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { seal } from '#platform/kernel/ledger/testing.ts';
import { tellAll } from '#platform/notify/testing.ts';
import { joinSources } from '#platform/notify/port.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { editComment } from './comments.service.ts';
import type { Comment, Link } from './contract.ts';
import thread from './module.ts';
import { noticeSource } from './notices.ts';
import { aPlace, aRecord, type Asking, asking } from './testing.ts';

const NOWHERE = '01890000-0000-7000-8000-00000000dead';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Asking;
let here: string;
let record: string;
let walled: string;
let olga: Somebody;
let otto: Somebody;
let chief: Somebody;
let reader: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [thread] });
  call = asking(app);
  here = await aPlace(fresh);
  record = await aRecord(fresh, { siteId: here });
  const at = (siteId: string) => ({ role: 'gsoc-operator', siteId });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  olga = await aPerson(fresh, 'Olga Operator', at(here));
  otto = await aPerson(fresh, 'Otto Outsider', at(await aPlace(fresh)));
  reader = await aPerson(fresh, 'Rea Reader', at(await aPlace(fresh)));
  const wall = uuidv7();
  await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [wall, olga.id]);
  for (const [who, part] of [[olga, 'wall-lead'], [reader, 'wall-reader']] as const) await fresh.owner.query('insert into access.wall_member (wall_id, person_id, part_id) select $1, $2, id from access.role where key = $3', [wall, who.id, part]);
  walled = await aRecord(fresh, { title: 'Behind the wall', siteId: here, wallId: wall });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const say = async (text: string, more: { recordId?: string; mentions?: string[] } = {}, who = olga): Promise<Comment> => {
  const answer = await call('POST', '/comments', who, { recordId: record, text, ...more });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
};
const textsOn = async (recordId: string, who: Somebody): Promise<string[]> => (await call('GET', `/comments?recordId=${recordId}&limit=200`, who)).json<{ items: Comment[] }>().items.map(({ text }) => text);
const bare = (body: string): string => body.replace(/"instance":"[^"]+"/, '');

describe('who sees comments', () => {
  test('whoever sees the record, and nobody else, in the same bytes as what is not there', async () => {
    const { id } = await say('The gate stands open');
    expect(await textsOn(record, chief)).toContain('The gate stands open');
    expect(bare((await call('GET', `/comments?recordId=${record}`, otto)).body)).toBe(bare((await call('GET', `/comments?recordId=${NOWHERE}`, otto)).body));
    for (const [method, path, payload] of [['PATCH', '', { text: 'x' }], ['POST', '/strike', { reason: 'because' }]] as const) {
      const bytes = async (of: string) => bare((await call(method, `/comments/${of}${path}`, otto, payload)).body);
      expect(await bytes(id)).toBe(await bytes(NOWHERE));
      expect(await bytes(id)).toContain('"status":404');
    }
    const [hidden, absent] = await Promise.all([record, NOWHERE].map(async (recordId) => bare((await call('POST', '/comments', otto, { recordId, text: 'Spy' })).body)));
    expect(hidden).toBe(absent);
    expect(hidden).toContain('"status":403');
  });

  test('behind a wall its members; a reader there writes none; a look is recorded first', async () => {
    await say('The witness is afraid', { recordId: walled });
    expect([await textsOn(walled, olga), await textsOn(walled, chief)]).toEqual([['The witness is afraid'], []]);
    const looks = async () => (await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where verb = 'thread.looked' and record_id = $1 and actor = $2`, [walled, reader.id])).rows[0]?.n;
    expect(await looks()).toBe(0);
    expect(await textsOn(walled, reader)).toEqual(['The witness is afraid']);
    expect(await looks()).toBe(1);
    expect((await call('POST', '/comments', reader, { recordId: walled, text: 'Me too' })).statusCode).toBe(403);
    expect((await call('POST', '/comments', chief, { recordId: walled, text: 'Let me in' })).statusCode).toBe(403);
  });

  test('newest first, page by page, none twice and none missed', async () => {
    const on = await aRecord(fresh, { siteId: here });
    for (let n = 0; n < 5; n++) await say(`Line ${n}`, { recordId: on });
    const seen: string[] = [];
    let after = '';
    do {
      const page = (await call('GET', `/comments?recordId=${on}&limit=2${after}`, olga)).json<{ items: Comment[]; next: string | null }>();
      seen.push(...page.items.map(({ text }) => text));
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    expect(seen).toEqual(['Line 4', 'Line 3', 'Line 2', 'Line 1', 'Line 0']);
  });
});

describe('changing and striking', () => {
  test('the author changes their own words for a quarter of an hour; what stood before stays in the ledger, as erasable text', async () => {
    const { id, version, editableUntil } = await say('Gate 3 is opn');
    expect(Date.parse(editableUntil ?? '') - Date.now()).toBeGreaterThan(14 * 60_000);
    const edited = await call('PATCH', `/comments/${id}`, olga, { text: 'Gate 3 is open' }, { 'if-match': `"${version}"` });
    expect(edited.json()).toMatchObject({ text: 'Gate 3 is open', editedAt: expect.any(String), version: 2 });
    expect((await call('PATCH', `/comments/${id}`, olga, { text: 'Late tab' }, { 'if-match': `"${version}"` })).statusCode).toBe(412);
    expect((await call('PATCH', `/comments/${id}`, chief, { text: 'Not mine' })).json()).toMatchObject({ status: 403, type: 'urn:problem:thread.not_yours' });
    const { rows } = await fresh.owner.query<{ body: string; text: string }>(`select e.body, x.text from ledger.entry e join ledger.erasable x on x.xid = e.xid and x.entry_id = e.id where e.record_id = $1 and e.body::jsonb ->> 'id' = $2 and e.verb = 'thread.comment-edited' order by x.field desc`, [record, id]);
    expect(rows.map(({ text }) => text)).toEqual(['Gate 3 is opn', 'Gate 3 is open']);
    expect(rows[0]?.body).not.toContain('Gate 3');
  });

  test('after a quarter of an hour nobody does, whoever asks the database itself', async () => {
    const { id } = await say('Old words');
    await fresh.owner.query(`update thread.comment set at = now() - interval '16 minutes' where id = $1`, [id]);
    expect((await call('PATCH', `/comments/${id}`, olga, { text: 'New words' })).json()).toMatchObject({ status: 422, type: 'urn:problem:thread.too_late' });
    const early = await fresh.as(olga.id, () => new Date(Date.now() - 10 * 60_000));
    await expect(editComment(early, { id, text: 'By a clock set back', mentions: [] })).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await textsOn(record, olga)).toContain('Old words');
  });

  test('whoever may write there strikes one with a reason; it stays, shows struck, and is not changed any more', async () => {
    const { id } = await say('Wrong record');
    expect((await call('POST', `/comments/${id}/strike`, reader, { reason: 'No sight' })).statusCode).toBe(404);
    const replies = await Promise.all([olga, chief].map((who) => call('POST', `/comments/${id}/strike`, who, { reason: 'Belongs to another' })));
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const [struck] = (await call('GET', `/comments?recordId=${record}&limit=1`, olga)).json<{ items: Comment[] }>().items;
    expect(struck).toMatchObject({ text: 'Wrong record', struckReason: 'Belongs to another', editableUntil: null });
    expect((await call('PATCH', `/comments/${id}`, olga, { text: 'Anew' })).statusCode).toBe(409);
  });
});

describe('mentions', () => {
  const offered = async (recordId: string, who: Somebody, q = ''): Promise<string[]> => (await call('GET', `/mentionable?recordId=${recordId}&q=${q}&limit=50`, who)).json<{ items: { name: string }[] }>().items.map(({ name }) => name);

  test('are offered of those who see the record, by name, and only to who sees it too', async () => {
    expect(await offered(record, olga)).toEqual(['Cleo Chief', 'Olga Operator']);
    expect(await offered(record, olga, 'CLEO')).toEqual(['Cleo Chief']);
    expect(await offered(walled, olga)).toEqual(['Olga Operator', 'Rea Reader']);
    expect([await offered(walled, chief), await offered(record, otto), await offered(NOWHERE, otto)]).toEqual([[], [], []]);
  });

  test('of who does not see the record, or is not named in the text, are refused', async () => {
    const mention = async (text: string, id: string, recordId = record) => (await call('POST', '/comments', olga, { recordId, text, mentions: [id] })).json<{ type?: string }>().type;
    expect(await mention('Ask @Otto Outsider', otto.id)).toBe('urn:problem:thread.mention_cannot_see');
    expect(await mention('Ask @Cleo Chief', chief.id, walled)).toBe('urn:problem:thread.mention_cannot_see');
    expect(await mention('Ask Cleo Chief', chief.id)).toBe('urn:problem:thread.mention_not_named');
  });

  test('tell those named, once, and by a change only who is new; never the words, and nobody who lost sight', async () => {
    const worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
    const told = async (): Promise<string[]> => {
      await tellAll(fresh, worker, joinSources([noticeSource]));
      const { rows } = await fresh.owner.query<{ name: string; words: string }>(`select p.name, n.words from notify.notice n join access.person p on p.id = n.person_id where n.class = 'thread.mentioned' order by n.at, p.name`);
      expect(rows.every(({ words }) => words === '')).toBe(true);
      return rows.map(({ name }) => name);
    };
    await told();
    const { id, mentions } = await say('Ask @Cleo Chief about the van, says @Olga Operator', { mentions: [chief.id, olga.id, chief.id] });
    expect(mentions).toEqual([{ id: chief.id, name: 'Cleo Chief' }, { id: olga.id, name: 'Olga Operator' }]);
    expect(await told()).toEqual(['Cleo Chief']);
    const second = await aPerson(fresh, 'Sam Second', { role: 'gsoc-operator', siteId: here });
    expect((await call('PATCH', `/comments/${id}`, olga, { text: 'Ask @Cleo Chief and @Sam Second', mentions: [chief.id, second.id] })).statusCode).toBe(200);
    expect(await told()).toEqual(['Cleo Chief', 'Sam Second']);
    await worker.close();
  });
});

describe('links', () => {
  const linksOf = async (recordId: string, who: Somebody, more = ''): Promise<string[]> => (await call('GET', `/links?recordId=${recordId}${more}`, who)).json<{ items: Link[] }>().items.map(({ kind, isFrom, other }) => `${isFrom ? '' : 'back '}${kind} ${other.title}`);
  const draw = (recordId: string, toId: string, who = olga, kind = 'caused-by') => call('POST', '/links', who, { recordId, toId, kind });

  test('are read from both ends, in the words of that end, struck with a reason, and drawn anew', async () => {
    const [a, b] = [await aRecord(fresh, { title: 'A', siteId: here }), await aRecord(fresh, { title: 'B', siteId: here })];
    const drawn = await draw(a, b);
    expect([drawn.statusCode, drawn.json()]).toEqual([201, expect.objectContaining({ kind: 'caused-by', isFrom: true, by: 'Olga Operator' })]);
    expect([await linksOf(a, chief), await linksOf(b, chief)]).toEqual([['caused-by B'], ['back caused-by A']]);
    expect([(await draw(a, b)).statusCode, (await draw(b, a)).statusCode, (await draw(a, a)).statusCode]).toEqual([409, 409, 422]);
    const { id } = drawn.json<Link>();
    expect((await call('POST', `/links/${id}/strike`, otto, { reason: 'No sight' })).statusCode).toBe(404);
    const replies = await Promise.all([olga, chief].map((who) => call('POST', `/links/${id}/strike`, who, { reason: 'Was another' })));
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect([await linksOf(a, olga), await linksOf(a, olga, '&show=all')]).toEqual([[], ['caused-by B']]);
    expect((await draw(b, a)).statusCode).toBe(201);
  });

  test('of two who draw the same at once, from either end, one does', async () => {
    for (const isTurned of [false, true]) {
      const [a, b] = [await aRecord(fresh, { siteId: here }), await aRecord(fresh, { siteId: here })];
      const replies = await Promise.all([draw(a, b, olga), isTurned ? draw(b, a, chief) : draw(a, b, chief)]);
      expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
    }
  });

  test('with a record out of sight cannot be drawn, in the same bytes as with none, and are not hinted at', async () => {
    const a = await aRecord(fresh, { title: 'Seen by all here', siteId: here });
    const bytes = async (toId: string) => bare((await draw(a, toId, chief)).body);
    expect(await bytes(walled)).toBe(await bytes(NOWHERE));
    const before = (await fresh.owner.query<{ n: number }>('select count(*)::int as n from platform.outbox')).rows[0]?.n;
    expect((await draw(a, walled)).statusCode).toBe(201);
    expect((await fresh.owner.query<{ n: number }>('select count(*)::int as n from platform.outbox')).rows[0]?.n).toBe(before);
    expect([await linksOf(a, olga), await linksOf(a, chief), await linksOf(walled, reader), await linksOf(walled, olga)]).toEqual([['caused-by Behind the wall'], [], [], ['back caused-by Seen by all here']]);
    const { rows } = await fresh.owner.query(`select record_id, wall_id is not null as walled from ledger.entry where verb = 'thread.linked' and body like '%' || $1 || '%'`, [a]);
    expect(rows).toEqual([{ record_id: walled, walled: true }]);
  });

  test('what became of what stands among them, and nobody strikes it', async () => {
    const [alarm, incident] = [await aRecord(fresh, { title: 'Alarm', siteId: here, readWith: 'alarms:read' }), await aRecord(fresh, { title: 'Incident', siteId: here })];
    await fresh.owner.query(`insert into platform.link (from_id, to_id, kind, actor) values ($1, $2, 'became', $3)`, [alarm, incident, olga.id]);
    expect([await linksOf(alarm, olga), await linksOf(incident, olga)]).toEqual([['became Incident'], ['back became Alarm']]);
    expect((await call('GET', `/links?recordId=${alarm}`, olga)).json<{ items: Link[] }>().items[0]?.id).toBeNull();
  });
});

describe('the timeline', () => {
  /** Seals what was written, as the worker does each second. */
  async function sealAll(): Promise<void> {
    const worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
    const folder = mkdtempSync(join(tmpdir(), 'steps-'));
    const sequencer = startSequencer({ pool: worker.pool, keys: openKeys(join(folder, 'keys')), headFile: join(folder, 'heads'), everyMs: 0 });
    await seal(sequencer, (await fresh.owner.query<{ n: number }>('select ((select count(*) from ledger.entry) - (select count(*) from ledger.leaf))::int as n')).rows[0]?.n ?? 0);
    await sequencer.stop();
    await worker.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const stepsOf = async (recordId: string, who: Somebody, more = '') => (await call('GET', `/steps?recordId=${recordId}${more}`, who)).json<{ items: { by: string; words: string }[]; next: string | null }>();

  test('says who did what, the latest first, page by page; of hidden records nothing, nor what names one, nor a look', async () => {
    const on = await aRecord(fresh, { siteId: here });
    const { id } = await say('One', { recordId: on });
    expect((await call('POST', `/comments/${id}/strike`, chief, { reason: 'Wrong record' })).statusCode).toBe(200);
    await fresh.owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, body) values ($1, 'thread.commented', $2, $3, $4)`, [olga.id, on, here, JSON.stringify({ after: { about: walled } })]);
    await fresh.owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, body) values ($1, 'thread.looked', $2, $3, '{}')`, [olga.id, on, here]);
    await textsOn(walled, reader);
    await sealAll();
    expect(await stepsOf(on, olga)).toEqual({ items: [expect.objectContaining({ by: 'Cleo Chief', words: 'A comment was struck' }), expect.objectContaining({ by: 'Olga Operator', words: 'Commented' })], next: null });
    const first = await stepsOf(on, olga, '&limit=1');
    expect((await stepsOf(on, olga, `&limit=1&after=${first.next}`)).items.map(({ words }) => words)).toEqual(['Commented']);
    expect([(await stepsOf(on, otto)).items, (await stepsOf(walled, chief)).items, (await stepsOf(walled, reader)).items.map(({ words }) => words)]).toEqual([[], [], ['Commented']]);
  });

  test('says of tasks and files only to who may read those', async () => {
    const on = await aRecord(fresh, { siteId: here });
    await fresh.owner.query(`insert into access.role (key, title, kind) values ('talks-only', 'Talks only', 'human')`);
    await fresh.owner.query(`insert into access.role_permission (permission, role_id) select p, id from access.role, unnest('{thread:read,incidents:read}'::text[]) p where key = 'talks-only'`);
    const talker = await aPerson(fresh, 'Tal Talker');
    await fresh.owner.query(`insert into access.grant (id, person_id, role_id) select uuidv7(), $1, id from access.role where key = 'talks-only'`, [talker.id]);
    for (const verb of ['tasks.added', 'files.attached', 'thread.commented']) await fresh.owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, body) values ($1, $2, $3, $4, '{}')`, [olga.id, verb, on, here]);
    await sealAll();
    expect([(await stepsOf(on, talker)).items.map(({ words }) => words), (await stepsOf(on, olga)).items.map(({ words }) => words)]).toEqual([['Commented'], ['Commented', 'A file was attached', 'A task was added']]);
  });
});
