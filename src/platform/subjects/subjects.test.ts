import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { openDatabase, type Database } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { testLedger, type TestLedger } from '#platform/kernel/ledger/testing.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { textOf } from '#platform/report/testing.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { exportOf, fileOf, verifiedByPython, withoutPython } from '#platform/verify/testing.ts';
import { verifyLedger } from '#platform/verify/verify-ledger.ts';
import { discoverCheckers } from '#platform/verify/words.ts';
import type { Item, WholeRequest } from './contract.ts';
import { erase, look, pack } from './job-kinds.ts';
import { clearOnce } from './work.ts';

let ledger: TestLedger;
let fresh: FreshDatabase;
let app: FastifyInstance;
let worker: Database;
let chief: Somebody;
let second: Somebody;
let keeper: Somebody;
let admin: Somebody;
let site: string;

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const tools = () => ({ signal: new AbortController().signal, progress: () => undefined, worker, log });
const call = (method: 'GET' | 'POST' | 'PATCH', url: string, who: Somebody, payload?: object) => app.inject({ method, url: `/api${url}`, headers: who.headers, ...(payload ? { payload } : {}) });
const done = async (method: 'GET' | 'POST' | 'PATCH', url: string, who: Somebody, payload?: object) => {
  const answer = await call(method, url, who, payload);
  expect(answer.statusCode, `${url} ${answer.body}`).toBeLessThan(300);
  return answer.json();
};
/** No worker runs here: what it would take up is carried out by the test. */
const nothingQueued = () => fresh.owner.query(`update jobs.job set state = 'stopped', ended_at = now() where state = 'queued'`);

async function anIncident(title: string, more: object = {}): Promise<string> {
  return (await done('POST', '/incidents', chief, { siteId: site, title, severity: 2, occurredFrom: '2026-11-01T12:00:00Z', ...more })).id;
}
async function aRequest(kind: 'access' | 'erasure', person: { id: string; name: string }, more: object = {}): Promise<string> {
  const { id } = await done('POST', '/subjects/requests', chief, { kind, personId: person.id, name: person.name, askedOn: new Date().toISOString().slice(0, 10), channel: 'letter', ...more });
  return id;
}
async function shown(id: string, body: object = {}): Promise<WholeRequest> {
  await done('POST', `/subjects/requests/${id}/look`, chief, body);
  await nothingQueued();
  await look.run(await fresh.as(chief.id), { requestId: id }, tools());
  return done('GET', `/subjects/requests/${id}`, chief);
}
const checked = (id: string) => done('POST', `/subjects/requests/${id}/identity`, chief, { how: 'Passport shown at the desk' });
const items = async (id: string, query = ''): Promise<Item[]> => (await done('GET', `/subjects/requests/${id}/items?limit=200${query}`, chief)).items;
async function approved(id: string): Promise<void> {
  const { decisionId, state } = await done('POST', `/subjects/requests/${id}/propose`, chief, { reason: 'No ground to keep it' });
  expect(state).toBe('waiting');
  await done('POST', `/two-person/${decisionId}/approve`, second, {});
  await nothingQueued();
}
const carryOut = async (id: string) => erase.run(await fresh.as(second.id), { requestId: id }, tools());
async function aLeaver(name: string): Promise<Somebody & { name: string }> {
  const person = await aPerson(fresh, name, { role: 'gsoc-operator' });
  return { ...person, name };
}
const left = (person: Somebody) => done('POST', `/people/${person.id}/leave`, admin, { reason: 'Contract ended' });

/** Where a word stands, in whatever column of whatever table takes text or bytes. */
async function placesOf(word: string): Promise<string[]> {
  const columns = await fresh.owner.query<{ t: string; c: string; bytes: boolean }>(`select quote_ident(table_schema) || '.' || quote_ident(table_name) as t, quote_ident(column_name) as c, data_type = 'bytea' as bytes from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') and (data_type in ('text', 'jsonb', 'json', 'bytea') or udt_name = '_text')`);
  const asked = columns.rows.map(({ t, c, bytes }) => `select '${t}.${c}' as place where exists (select from ${t} where strpos(lower(${bytes ? `encode(${c}, 'escape')` : `${c}::text`}), $1) > 0)`);
  return (await fresh.owner.query<{ place: string }>(asked.join(' union all '), [word.toLowerCase()])).rows.map(({ place }) => place).sort();
}
const sealed = () => expect.poll(async () => (await fresh.owner.query('select from ledger.entry e where not exists (select from ledger.leaf l where l.xid = e.xid and l.entry_id = e.id)')).rowCount, { timeout: 20_000, interval: 20 }).toBe(0);

beforeAll(async () => {
  ledger = await testLedger();
  ledger.sequencer({ everyMs: 20 });
  fresh = ledger.database;
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 3 });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  second = await aPerson(fresh, 'Cora Compliance', { role: 'compliance-manager' });
  keeper = await aPerson(fresh, 'Ivo Keeper', { role: 'investigations-lead' });
  admin = await aPerson(fresh, 'Dena Deputy', { role: 'deputy-cso' });
  site = (await done('POST', '/sites', chief, { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'UTC' })).id;
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await ledger.drop();
});

describe('a request for access', () => {
  test('runs a month from the day it was asked, once two more, is handled by nobody about themselves, and waits for the identity', async () => {
    const ada = await aLeaver('Ada Lowell');
    const { id, dueOn } = await done('POST', '/subjects/requests', chief, { kind: 'access', personId: ada.id, name: ada.name, askedOn: '2026-01-31', channel: 'mail' });
    expect(dueOn).toBe('2026-02-28');
    expect((await call('POST', `/subjects/requests/${id}/extend`, chief, { reason: 'Many systems' })).json()).toMatchObject({ type: 'urn:problem:subjects.late' });
    const later = await aRequest('access', ada, { askedOn: '2026-11-10' });
    expect(await done('POST', `/subjects/requests/${later}/extend`, chief, { reason: 'Many systems' })).toMatchObject({ dueOn: '2027-02-10', isExtended: true });
    expect((await call('POST', `/subjects/requests/${later}/extend`, chief, { reason: 'Again' })).statusCode).toBe(409);
    expect((await call('POST', `/subjects/requests/${later}/look`, chief, {})).statusCode).toBe(409);
    expect((await call('POST', '/subjects/requests', second, { kind: 'access', personId: second.id, name: 'Cora Compliance', askedOn: '2026-11-10', channel: 'mail' })).json()).toMatchObject({ type: 'urn:problem:subjects.own' });
    const about = await done('POST', '/subjects/requests', chief, { kind: 'access', personId: second.id, name: 'Cora Compliance', askedOn: '2026-11-10', channel: 'mail' });
    expect((await call('GET', `/subjects/requests/${about.id}`, second)).statusCode).toBe(404);
    expect((await call('GET', '/subjects/requests', keeper)).statusCode).toBe(403);
  });

  test('collects what is open with other people masked, asks who keeps a wall, and hands out an archive that expires', async () => {
    const wanda = { ...(await aPerson(fresh, 'Wanda Quillfeather', { role: 'gsoc-operator', siteId: site })), name: 'Wanda Quillfeather' };
    const open = await anIncident('Wanda Quillfeather fell on the stairs');
    await done('POST', '/thread/comments', chief, { recordId: open, text: 'Ivo Keeper saw Wanda Quillfeather fall.' });
    const walled = await anIncident('A quiet matter', { custodianId: keeper.id });
    await done('POST', '/thread/comments', chief, { recordId: walled, text: 'Said of Wanda Quillfeather: zzsecretzz.' });
    const id = await aRequest('access', wanda, { alsoKnown: ['W. Quill-Feather'] });
    await checked(id);
    const first = await shown(id);
    expect(first.asks).toMatchObject([{ state: 'waiting' }]);
    const before = await items(id);
    expect(JSON.stringify(before)).not.toContain('zzsecretzz');
    expect(before.find(({ table }) => table === 'thread.comment')).toMatchObject({ why: ['named'], record: { number: expect.stringMatching(/^INC-/) }, masked: { text: '[another person] saw Wanda Quillfeather fall.' }, body: { text: 'Ivo Keeper saw Wanda Quillfeather fall.' } });
    expect(before.map(({ table }) => table)).toEqual(expect.arrayContaining(['access.person', 'access.session', 'people.person', 'incidents.incident']));
    expect((await call('POST', `/subjects/requests/${id}/archive`, chief, {})).json()).toMatchObject({ type: 'urn:problem:subjects.wall_waits' });
    expect((await done('GET', '/subjects/asks', second)).items).toEqual([]);
    expect((await call('GET', `/subjects/asks/${first.asks[0]?.id}`, second)).statusCode).toBe(404);
    const [ask] = (await done('GET', '/subjects/asks', keeper)).items;
    expect(JSON.stringify(await done('GET', `/subjects/asks/${ask.id}`, keeper))).toContain('zzsecretzz');
    await done('POST', `/subjects/asks/${ask.id}/answer`, keeper, { isReleased: true, ground: 'The inquiry is over' });
    await shown(id);
    const after = await items(id);
    const released = after.filter(({ body }) => JSON.stringify(body).includes('zzsecretzz'));
    expect(released.map(({ table }) => table)).toEqual(expect.arrayContaining(['thread.comment', 'ledger.erasable']));
    for (const item of released) await done('PATCH', `/subjects/items/${item.id}`, chief, { treatment: 'withheld', ground: 'Art. 15 (4): who said it' });
    expect((await call('PATCH', `/subjects/items/${released[0]?.id}`, chief, { treatment: 'whole', ground: '' })).statusCode).toBe(422);
    await pack.run(await fresh.as(chief.id), { requestId: id }, tools());
    const archive = (await app.inject({ method: 'GET', url: `/api/subjects/requests/${id}/archive`, headers: chief.headers })).rawPayload;
    const text = archive.toString('latin1');
    expect(text).toContain('[another person] saw Wanda Quillfeather fall.');
    expect(text).toContain('"withheld"');
    expect(text.includes('zzsecretzz')).toBe(false);
    expect(textOf(archive.subarray(archive.indexOf('%PDF-')))).toContain('Wanda Quillfeather');
    await done('POST', `/subjects/requests/${id}/end`, chief, { state: 'answered', words: 'Handed over on a stick' });
    expect((await items(id)).every(({ body, masked }) => body === null && masked === null)).toBe(true);
    await fresh.owner.query(`update subjects.package set made_at = made_at - interval '15 days', expires_at = expires_at - interval '15 days'`);
    expect((await call('GET', `/subjects/requests/${id}/archive`, chief)).statusCode).toBe(409);
    expect(await clearOnce(worker)).toBe(1);
  });
});

describe('an erasure', () => {
  test('removes what was shown after two people decided, leaves references to "Erased person N" and the ledger whole, and the name nowhere', async () => {
    const zora = await aLeaver('Zora Vexelbrand');
    await done('PATCH', `/people/${zora.id}`, chief, { email: 'zora@vexelbrand.example', phone: '+31 30 555 0199', title: 'Night guard' });
    const incident = await anIncident('Zora Vexelbrand saw a van');
    const task = await done('POST', '/tasks', chief, { recordId: incident, title: 'Ask ZORA  VEXELBRAND again', detail: 'At zora@vexelbrand.example' });
    await done('POST', '/thread/comments', zora, { recordId: incident, text: 'It was me, Zora Vexelbrand.' });
    await done('POST', `/incidents/${incident}/people`, chief, { role: 'witness', personId: zora.id, details: 'Called +31 30 555 0199' });
    await left(zora);
    await sealed();
    expect(await placesOf('vexelbrand')).toEqual(expect.arrayContaining(['access.person.name', 'ledger.erasable.text', 'thread.comment.text', 'tasks.task.title', 'platform.search.words']));
    const id = await aRequest('erasure', zora);
    await checked(id);
    const kept = await shown(id);
    expect(kept.keeps).toMatchObject([{ class: 'incidents', isOverruled: false }]);
    expect((await items(id, '&outcome=kept')).map(({ table }) => table)).toEqual(expect.arrayContaining(['incidents.incident', 'incidents.person_involved', 'access.person']));
    const all = await shown(id, { overrules: ['incidents'] });
    expect(all.outcomes['kept']).toBeUndefined();
    expect(await placesOf('vexelbrand')).toContain('thread.comment.text');
    await expect(carryOut(id)).rejects.toThrow();
    await approved(id);
    const { number } = (await carryOut(id)) as { number: number };
    expect(await carryOut(id)).toEqual({ number });
    await fresh.owner.query('select search.sweep(-9223372036854775808, \'\', 100000)');
    await fresh.owner.query(`update search.word set unused_at = now() - interval '2 hours' where unused_at is not null`);
    await fresh.owner.query('select search.sweep(-9223372036854775808, \'\', 100000)');
    for (const word of ['vexelbrand', '555 0199', 'Night guard']) expect([word, await placesOf(word)]).toEqual([word, []]);
    const comments = await done('GET', `/thread/comments?recordId=${incident}`, chief);
    expect(comments.items[0]).toMatchObject({ text: `It was me, Erased person ${number}.`, author: { name: `Erased person ${number}` } });
    expect(await done('GET', `/tasks/${task.id}`, chief)).toMatchObject({ title: `Ask Erased person ${number} again` });
    expect((await done('GET', `/search?q=${encodeURIComponent('vexelbrand')}`, chief)).items).toEqual([]);
    expect(await done('GET', `/subjects/requests/${id}`, chief)).toMatchObject({ state: 'done', name: `Erased person ${number}`, erasedNumber: number });
    await sealed();
    expect(await verifyLedger({ pool: fresh.owner, publicKeys: ledger.publicKeys, headFile: ledger.headFile, full: true, batchCheckers: await discoverCheckers() })).toMatchObject({ ok: true });
    if (withoutPython() === null) expect(verifiedByPython([[fileOf(ledger.folder, 'export', await exportOf(ledger)), '--key', ledger.keys.publicLine]])[0]).toMatchObject({ code: 0 });
  });

  test('spares what a legal hold covers, also one placed after the approval, refuses where more is there than was shown, and whom still has access', async () => {
    const otto = await aLeaver('Otto Brambleworth');
    const [held, other] = [await anIncident('Otto Brambleworth at the gate'), await anIncident('Otto Brambleworth in the yard')];
    const id = await aRequest('erasure', otto);
    await checked(id);
    await shown(id, { overrules: ['incidents'] });
    expect((await call('POST', `/subjects/requests/${id}/propose`, chief, { reason: 'As asked' })).json()).toMatchObject({ type: 'urn:problem:subjects.still_here' });
    await left(otto);
    await shown(id, { overrules: ['incidents'] });
    await approved(id);
    await done('POST', '/thread/comments', chief, { recordId: other, text: 'Otto Brambleworth called.' });
    await expect(carryOut(id)).rejects.toThrow(/More is there by now/);
    expect(await placesOf('brambleworth')).toContain('access.person.name');
    await fresh.owner.query(`delete from thread.comment where record_id = $1`, [other]);
    await done('POST', '/retention/holds', chief, { matter: 'Claim of the carrier', reason: 'A letter of counsel', custodianId: chief.id, covers: [{ recordId: held }] });
    await carryOut(id);
    const titles = await fresh.owner.query<{ title: string }>('select title from incidents.incident where id = any ($1) order by title', [[held, other]]);
    expect(titles.rows.map(({ title }) => title)).toEqual([expect.stringMatching(/^Erased person \d+ in the yard$/), 'Otto Brambleworth at the gate']);
    expect((await items(id, '&outcome=held')).length).toBeGreaterThan(0);
    const pia = await aLeaver('Pia Thistlewood');
    await left(pia);
    await done('POST', '/retention/holds', chief, { matter: 'Inquiry', reason: 'Ongoing', custodianId: chief.id, covers: [{ personId: pia.id }] });
    const whole = await aRequest('erasure', pia);
    await checked(whole);
    const plan = await shown(whole);
    expect(Object.keys(plan.outcomes)).toEqual(['held']);
    expect((await call('POST', `/subjects/requests/${whole}/propose`, chief, { reason: 'As asked' })).json()).toMatchObject({ type: 'urn:problem:subjects.nothing_goes' });
  });
});
