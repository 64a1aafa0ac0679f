import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import incidents from '#modules/incidents/module.ts';
import people from '#modules/people/module.ts';
import sites from '#modules/sites/module.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import live from '#platform/live/module.ts';
import { listening } from '#platform/live/testing.ts';
import { feed } from '#platform/notify/feed.ts';
import { discoverNotices } from '#platform/notify/port.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { GlassAsk, WallEntry, WallEvent } from '../glass-contract.ts';
import identity from '../module.ts';
import { BREAK_GLASS } from '../roles.ts';
import { aPerson, type Somebody } from '../testing.ts';
import { tellRunOut } from './entries.service.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let served: Awaited<ReturnType<typeof listening>>;
let worker: Database;
let url: string;
let site: string, cork: string;
let chief: Somebody, deputy: Somebody, lead: Somebody, keeper: Somebody, witness: Somebody;

const REASON = BREAK_GLASS.reasons[0] as string;
const WORDS = 'A life is in danger and nobody behind the wall answers the telephone.';
const send = (who: Pick<Somebody, 'headers'>, method: 'GET' | 'POST' | 'PUT', path: string, payload?: object) => app.inject({ method, url: `/api${path}`, headers: who.headers, ...(payload && { payload }) });
const glass = (who: Somebody, method: 'GET' | 'POST', path: string, payload?: object) => send(who, method, `/identity/glass${path}`, payload);
const one = async <T>(sql: string, ...values: unknown[]): Promise<T> => (await fresh.owner.query(sql, values)).rows[0] as T;

/** Whoever sits there has just shown a second factor. */
const prove = (who: Somebody, factor = 'now()') => fresh.owner.query(`insert into identity.proof (session_id, person_id, opened_with, confirmed_at, second_factor_at) select id, person_id, '{password}', now(), ${factor} from access.session where person_id = $1
  on conflict (session_id) do update set confirmed_at = excluded.confirmed_at, second_factor_at = excluded.second_factor_at`, [who.id]);

async function aWall(over: object = {}): Promise<{ id: string; number: string; wall: string }> {
  const made = (await send(lead, 'POST', '/incidents', { title: 'A walled matter', severity: 3, siteId: site, custodianId: keeper.id, ...over })).json<{ id: string; number: string }>();
  return { ...made, wall: (await one<{ wall: string }>('select wall_id as wall from incidents.incident where id = $1', made.id)).wall };
}
const asked = async (who: Somebody, number: string, over: object = {}): Promise<GlassAsk> => {
  const reply = await glass(who, 'POST', '', { number, reason: REASON, words: WORDS, witnessId: witness.id, ...over });
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
async function entered(who: Somebody, number: string, over: object = {}): Promise<GlassAsk> {
  const { id } = await asked(who, number, over);
  expect((await glass(witness, 'POST', `/${id}/confirm`)).json().state).toBe('confirmed');
  return (await glass(who, 'POST', `/${id}/enter`)).json();
}
const entriesOf = async (who: Somebody, id: string) => (await send(who, 'GET', `/identity/walls?recordId=${id}`)).json<{ entries: WallEntry[]; events: WallEvent[] }>();
const sees = async (who: Somebody, id: string): Promise<number> => (await send(who, 'GET', `/incidents/${id}`)).statusCode;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [identity, sites, people, incidents, live] });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  const aSite = async (code: string): Promise<string> => (await send(chief, 'POST', '/sites', { code, name: code, kind: 'site', timeZone: 'UTC' })).json().id;
  [site, cork] = [await aSite('UTR'), await aSite('CRK')];
  deputy = await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' });
  lead = await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' });
  keeper = await aPerson(fresh, 'Kees Keeper', { role: 'investigator' });
  witness = await aPerson(fresh, 'Wim Witness', { role: 'gsoc-operator', siteId: cork });
  for (const who of [chief, deputy, lead, witness]) await prove(who);
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  served = await listening(app, fresh);
  ({ url } = served);
});
afterAll(async () => {
  await served.stop();
  await worker.close();
  await fresh.drop();
});

describe('asking', () => {
  test('answers the same for a walled record, an open one, and one that is not there: nothing is said of whether there is one', async () => {
    const { number } = await aWall();
    const open = (await send(lead, 'POST', '/incidents', { title: 'Open matter', severity: 2, siteId: cork })).json<{ number: string }>().number;
    const replies = await Promise.all([number, open, 'INC-W-2026-99999', 'never heard of'].map((one) => glass(deputy, 'POST', '', { number: one, reason: REASON, words: WORDS, witnessId: witness.id })));
    const bare = replies.map((reply) => JSON.stringify({ ...reply.json(), id: '', number: '', askedAt: '', lapsesAt: '' }) + reply.statusCode);
    expect(new Set(bare).size).toBe(1);
    const { rows } = await fresh.owner.query(`select body, wall_id from ledger.entry where verb = 'identity.glass-asked'`);
    expect(rows.every((row) => row.wall_id === null && !row.body.includes(number) && !row.body.includes('danger'))).toBe(true);
  });

  test.each([
    ['a reason that is none', { reason: 'Curious' }], ['too few words', { words: 'Because' }], ['oneself as the witness', () => ({ witnessId: chief.id })], ['a witness who is not there', { witnessId: uuidv7() }], ['longer than an hour', { minutes: 61 }],
  ])('refuses %s, whatever the number', async (_what, over) => {
    const payload = { number: 'INC-W-2026-00001', reason: REASON, words: WORDS, witnessId: witness.id, ...(typeof over === 'function' ? over() : over) };
    const [known, unknown] = [await glass(chief, 'POST', '', payload), await glass(chief, 'POST', '', { ...payload, number: 'NOTHING-1' })];
    expect([400, 422]).toContain(known.statusCode);
    expect({ ...known.json(), instance: '' }).toEqual({ ...unknown.json(), instance: '' });
  });

  test('takes no witness who stands above or below, also at some remove, or did within a month', async () => {
    const [boss, middle, under] = [await aPerson(fresh, 'Bea Boss'), await aPerson(fresh, 'Mo Middle'), await aPerson(fresh, 'Una Under')];
    const reports = (who: Somebody, managerId: string | null) => send(chief, 'PUT', `/people/${who.id}/manager`, { managerId });
    expect((await reports(deputy, middle.id)).statusCode).toBe(200);
    expect((await reports(middle, boss.id)).statusCode).toBe(200);
    expect((await reports(under, deputy.id)).statusCode).toBe(200);
    const code = async (who: Somebody) => (await glass(deputy, 'POST', '', { number: 'X-1', reason: REASON, words: WORDS, witnessId: who.id })).json().type ?? 'taken';
    for (const who of [boss, middle, under]) expect(await code(who)).toBe('urn:problem:identity.witness_in_line');
    await reports(under, null);
    expect(await code(under)).toBe('urn:problem:identity.witness_in_line');
    await fresh.owner.query(`update identity.line set since = now() - interval '90 days', until = now() - interval '31 days' where person_id = $1`, [under.id]);
    expect(await code(under)).toBe('taken');
    expect((await reports(boss, deputy.id)).json().type).toBe('urn:problem:identity.circle');
    await fresh.owner.query('delete from identity.line');
  });

  test('is for who holds the right, and for no machine', async () => {
    expect((await glass(witness, 'POST', '', { number: 'X-1', reason: REASON, words: WORDS, witnessId: chief.id })).statusCode).toBe(403);
    expect((await glass(witness, 'GET', '/terms')).statusCode).toBe(403);
    expect((await glass(chief, 'GET', '/terms')).json()).toMatchObject({ minutes: 60, leastWords: 30, reviewWithinHours: 24 });
    const key = await aPerson(fresh, 'A key', { role: 'cso' });
    await fresh.owner.query(`update access.person set kind = 'service' where id = $1`, [key.id]);
    expect((await glass(key, 'POST', '', { number: 'X-1', reason: REASON, words: WORDS, witnessId: witness.id })).statusCode).toBe(403);
    await fresh.owner.query(`update access.grant set until = greatest(now(), since + interval '1 microsecond') where person_id = $1`, [key.id]);
  });
});

describe('entering', () => {
  test('needs both: nothing opens before the witness has confirmed, and none but the asker enters', async () => {
    const { id, number } = await aWall();
    const ask = await asked(deputy, number);
    expect((await glass(deputy, 'POST', `/${ask.id}/enter`)).json().type).toBe('urn:problem:identity.not_confirmed');
    expect((await glass(deputy, 'POST', `/${ask.id}/confirm`)).statusCode).toBe(403);
    expect((await glass(chief, 'POST', `/${ask.id}/confirm`)).statusCode).toBe(404);
    expect((await glass(witness, 'GET', '/waiting')).json().toWitness).toBeGreaterThan(0);
    expect((await glass(witness, 'POST', `/${ask.id}/confirm`)).json()).toMatchObject({ state: 'confirmed', mine: 'witness', opened: null });
    expect((await glass(witness, 'POST', `/${ask.id}/enter`)).statusCode).toBe(403);
    expect(await sees(deputy, id)).toBe(404);
    expect((await glass(deputy, 'POST', `/${ask.id}/enter`)).json()).toMatchObject({ state: 'used', opened: { recordId: id, kind: 'incidents.incident' } });
    expect(await sees(deputy, id)).toBe(200);
    expect((await glass(witness, 'GET', `/${ask.id}`)).json()).toMatchObject({ state: 'confirmed', opened: null });
    expect(await sees(witness, id)).toBe(404);
  });

  test('asks the asker for a second factor of the last ten minutes, and the witness to prove that it is them', async () => {
    const { number } = await aWall();
    const ask = await asked(deputy, number);
    await fresh.owner.query(`delete from identity.proof where person_id = any ($1)`, [[deputy.id, witness.id]]);
    expect((await glass(witness, 'POST', `/${ask.id}/confirm`)).json().type).toBe('urn:problem:identity.confirm_first');
    await prove(witness);
    await glass(witness, 'POST', `/${ask.id}/confirm`);
    expect((await glass(deputy, 'POST', `/${ask.id}/enter`)).json().type).toBe('urn:problem:identity.confirm_first');
    await prove(deputy, 'null');
    expect((await glass(deputy, 'POST', `/${ask.id}/enter`)).json().type).toBe('urn:problem:identity.second_factor_first');
    await prove(deputy);
    expect((await glass(deputy, 'POST', `/${ask.id}/enter`)).statusCode).toBe(200);
  });

  test('opens nothing and says nothing of why: no such number, an open record, asker or witness the subject, a superior the subject, another site, inside already', async () => {
    const open = (await send(lead, 'POST', '/incidents', { title: 'Open matter', severity: 2, siteId: cork })).json<{ number: string }>().number;
    const ofSubject = async (subject: string) => {
      const { id, number } = await aWall();
      await send(lead, 'POST', `/incidents/${id}/people`, { role: 'subject', personId: subject });
      return number;
    };
    const boss = await aPerson(fresh, 'Bea Boss');
    await send(chief, 'PUT', `/people/${deputy.id}/manager`, { managerId: boss.id });
    const numbers = ['INC-W-2026-88888', open, await ofSubject(deputy.id), await ofSubject(witness.id), await ofSubject(boss.id)];
    const bare = [];
    for (const number of numbers) bare.push({ ...(await entered(deputy, number)), id: '', number: '', askedAt: '', lapsesAt: '' });
    const local = await aPerson(fresh, 'Leo Local', { role: 'investigations-lead', siteId: cork });
    await prove(local);
    expect(await entered(local, (await aWall()).number)).toMatchObject({ state: 'used', opened: null });
    expect(await entered(lead, (await aWall()).number)).toMatchObject({ state: 'used', opened: null });
    expect(new Set(bare.map((ask) => JSON.stringify(ask))).size).toBe(1);
    expect(bare[0]).toMatchObject({ state: 'used', opened: null });
    expect((await fresh.owner.query(`select from identity.glass_entry e join platform.record r on r.id = e.record_id where r.number = any ($1)`, [numbers])).rowCount).toBe(0);
    await fresh.owner.query('delete from identity.line');
  });

  test('is told to the wall, in the product and by mail, and that the right was used to the chief and compliance, without of what', async () => {
    const guardian = await aPerson(fresh, 'Cara Compliance', { role: 'compliance-manager' });
    const { id, number, wall } = await aWall();
    const heard: string[] = [];
    const leave = new AbortController();
    const stream = await fetch(`${url}/api/live`, { headers: keeper.headers, signal: leave.signal });
    const reading = (async () => {
      for await (const chunk of stream.body ?? []) heard.push(new TextDecoder().decode(chunk as Uint8Array));
    })().catch(() => undefined);
    const from = Date.now();
    await entered(deputy, number);
    // Other files keep transactions open on this server, behind which nothing is told; the journey has a server of its own, and five seconds.
    for (; !heard.join('').includes('identity.glass-broken') && Date.now() - from < 20_000; ) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard.join('')).toContain('identity.glass-broken');
    const isTold = async () => (await feed(worker, await discoverNotices()), (await one<{ n: number }>(`select count(*)::int as n from notify.notice where class = 'identity.glass-broken' and record_id = $1`, id)).n > 0);
    while (!(await isTold()) && Date.now() - from < 30_000) await new Promise((resolve) => setTimeout(resolve, 50));
    const told = async (who: Somebody) => (await fresh.owner.query(`select n.class, n.record_id, n.path, coalesce(array_agg(d.channel order by d.channel) filter (where d.id is not null), '{}') as channels from notify.notice n left join deliver.delivery d on d.source_id = n.id where n.person_id = $1 and n.class like 'identity.glass-%' and n.class <> 'identity.glass-asked' group by n.id order by n.id`, [who.id])).rows;
    expect((await told(keeper)).filter(({ record_id: record }) => record === id)).toEqual([{ class: 'identity.glass-broken', record_id: id, path: null, channels: ['mail'] }]);
    for (const who of [chief, guardian]) expect((await told(who)).at(-1)).toEqual({ class: 'identity.glass-used', record_id: null, path: '/ledger?verb=identity.glass-used', channels: ['mail'] });
    for (const who of [deputy, witness]) expect((await told(who)).filter((one) => one.class !== 'identity.glass-witnessed')).toEqual([]);
    expect(await one('select count(*)::int as n from platform.outbox where topic = $1 and wall_id = $2 and record_id = $3', 'identity.glass-broken', wall, id)).toEqual({ n: 1 });
    expect(await one(`select count(*)::int as n from ledger.entry where verb = 'identity.glass-broken' and wall_id = $1 and actor = $2`, wall, deputy.id)).toEqual({ n: 1 });
    expect((await fresh.owner.query(`select from ledger.entry where verb = 'identity.glass-used' and body like $1`, [`%${id}%`])).rowCount).toBe(0);
    leave.abort();
    await reading;
  }, 180_000);

  test('is not begun anew before a keeper has looked at the last time, or a day is over; nor ever by one whom a change of their sign-in put outside', async () => {
    const { id, number, wall } = await aWall();
    expect((await entered(deputy, number)).opened).not.toBeNull();
    const [entry] = (await entriesOf(keeper, id)).entries as [WallEntry];
    await send(keeper, 'POST', `/identity/walls/entries/${entry.id}/end`, { why: 'We answer now' });
    expect((await entered(deputy, number)).opened).toBeNull();
    await send(keeper, 'POST', `/identity/walls/entries/${entry.id}/review`, { verdict: 'justified', why: 'The telephone was off' });
    expect((await entered(deputy, number)).opened).not.toBeNull();
    await fresh.owner.query('select identity.close_walls($1)', [deputy.id]);
    await fresh.owner.query(`update identity.glass_entry set entered_at = now() - interval '2 days' where wall_id = $1`, [wall]);
    expect((await entered(deputy, number)).opened).toBeNull();
    expect(await sees(deputy, id)).toBe(404);
  });

  test('lapses after half an hour, and is taken back, declined, and entered once', async () => {
    const { number } = await aWall();
    const late = await asked(deputy, number);
    await fresh.owner.query(`update identity.glass_ask set asked_at = now() - interval '1 hour', lapses_at = now() - interval '1 minute' where id = $1`, [late.id]);
    expect((await glass(witness, 'POST', `/${late.id}/confirm`)).statusCode).toBe(409);
    expect((await glass(deputy, 'GET', `/${late.id}`)).json().state).toBe('lapsed');
    const declined = await asked(deputy, number);
    expect((await glass(witness, 'POST', `/${declined.id}/decline`, { why: 'The keeper is on the telephone now' })).json().state).toBe('declined');
    expect((await glass(deputy, 'GET', `/${declined.id}`)).json()).toMatchObject({ state: 'declined', declinedWhy: 'The keeper is on the telephone now' });
    const back = await asked(deputy, number);
    await glass(witness, 'POST', `/${back.id}/confirm`);
    expect((await glass(deputy, 'POST', `/${back.id}/withdraw`)).json().state).toBe('withdrawn');
    for (const { id } of [declined, back]) expect((await glass(deputy, 'POST', `/${id}/enter`)).statusCode).toBe(409);
    const ask = await asked(deputy, number);
    await glass(witness, 'POST', `/${ask.id}/confirm`);
    const twice = await Promise.all([1, 2].map(() => glass(deputy, 'POST', `/${ask.id}/enter`)));
    expect(twice.some((reply) => reply.json().opened !== null)).toBe(true);
    expect(await one('select count(*)::int as n from identity.glass_entry where ask_id = $1', ask.id)).toEqual({ n: 1 });
  });
});

describe('who is inside', () => {
  test('reads, and writes nothing, lets nobody in, sees no ledger of it, and prints nothing', async () => {
    const { id, number } = await aWall();
    await entered(deputy, number);
    const codes = await Promise.all([
      send(deputy, 'POST', `/incidents/${id}/log`, { text: 'Hello' }), send(deputy, 'POST', `/incidents/${id}/members`, { personId: witness.id, part: 'wall-reader', reason: 'Come in' }), send(deputy, 'POST', `/incidents/${id}/close`, { reason: 'resolved', summary: 'It is all over now.' }),
      send(deputy, 'POST', '/tasks', { recordId: id, title: 'Mine' }),
    ]);
    expect(codes.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 404]);
    const printed = await send(deputy, 'GET', `/incidents/${id}/report.pdf?purpose=To read`);
    expect(printed.json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.not_by_glass' });
  });

  test('leaves a look behind each time, also twice within a minute', async () => {
    const { id, number } = await aWall();
    await entered(deputy, number);
    for (let i = 0; i < 3; i++) expect(await sees(deputy, id)).toBe(200);
    expect(await one(`select count(*)::int as n from ledger.entry where verb = 'incidents.looked' and record_id = $1 and actor = $2`, id, deputy.id)).toEqual({ n: 3 });
  });

  test('is out when the time has run out, and the wall is told that too', async () => {
    const steward = await fresh.as(SERVICE.steward);
    await tellRunOut(steward);
    const { id, number, wall } = await aWall();
    await entered(deputy, number, { minutes: 5 });
    expect((await glass(deputy, 'GET', '/inside')).json().items.map(({ number: inside }: { number: string }) => inside)).toContain(number);
    await fresh.owner.query(`update access.wall_member set since = now() - interval '10 minutes', until = now() - interval '1 second' where wall_id = $1 and person_id = $2`, [wall, deputy.id]);
    await fresh.owner.query(`update identity.glass_entry set entered_at = now() - interval '10 minutes', until = now() - interval '1 second', ended_at = null, ended_by = null where wall_id = $1`, [wall]);
    expect(await sees(deputy, id)).toBe(404);
    expect([await tellRunOut(steward), await tellRunOut(steward)]).toEqual([1, 0]);
    expect((await entriesOf(keeper, id)).events.map(({ verb }) => verb)).toEqual(['glass-ended', 'glass-broken']);
  });

  test('is sent out by who keeps the wall, at once', async () => {
    const { id, number } = await aWall();
    await entered(deputy, number);
    const [entry] = (await entriesOf(keeper, id)).entries as [WallEntry];
    expect((await send(deputy, 'POST', `/identity/walls/entries/${entry.id}/end`, { why: 'I stay' })).statusCode).toBe(403);
    expect((await send(keeper, 'POST', `/identity/walls/entries/${entry.id}/end`, { why: 'We answer now' })).json()).toMatchObject({ endedBy: 'Kees Keeper' });
    expect(await sees(deputy, id)).toBe(404);
    expect((await send(keeper, 'POST', `/identity/walls/entries/${entry.id}/end`, { why: 'Once more' })).statusCode).toBe(409);
  });

  test('changes nothing of the terms: neither the ask, nor the entry, nor the end of it', async () => {
    const { id, number, wall } = await aWall();
    const ask = await entered(deputy, number);
    const as = (text: string, permission: string) => fresh.db.send([{ text: `select set_config('parapet.person', $1, true), set_config('role', 'parapet_org', true), set_config('parapet.permission', $2, true)`, values: [deputy.id, permission] }, { text, values: [] }]).then(([, done]) => done?.count ?? 0, (error: { code: string }) => error.code);
    for (const permission of ['identity:break-glass', 'incidents:wall', 'identity:grant', '']) {
      for (const text of [
        `update identity.glass_ask set minutes = 240 where id = '${ask.id}'`, `update identity.glass_ask set state = 'confirmed' where id = '${ask.id}'`, `update identity.glass_entry set until = until + interval '1 day' where wall_id = '${wall}'`,
        `update identity.glass_entry set verdict = 'justified', reviewed_by = '${deputy.id}', reviewed_at = now() where wall_id = '${wall}'`, `update access.wall_member set until = 'infinity' where wall_id = '${wall}'`, `delete from access.wall_member where wall_id = '${wall}'`, `delete from identity.glass_entry`,
        `update identity.glass_ask set lapses_at = now() + interval '1 day', state = 'asked' where id = '${ask.id}'`,
      ]) expect(['42501', 0]).toContain(await as(text, permission));
    }
    expect(await sees(deputy, id)).toBe(200);
  });
});

describe('afterwards', () => {
  test('the wall’s page shows who entered, why and how often, to who stands behind it and to nobody else; a keeper reviews it once', async () => {
    const { id, number } = await aWall();
    await entered(deputy, number);
    for (const who of [chief, witness]) expect(await entriesOf(who, id)).toEqual({ entries: [], events: [] });
    const { entries, events } = await entriesOf(keeper, id);
    expect(entries).toMatchObject([{ asker: { name: 'Dora Deputy' }, witness: { name: 'Wim Witness' }, reason: REASON, words: WORDS, review: null, mayKeep: true }]);
    expect((entries[0] as WallEntry).usesIn90Days).toBeGreaterThanOrEqual(3);
    expect(events.map(({ verb, person, other }) => [verb, person, other])).toEqual([['glass-broken', 'Dora Deputy', 'Wim Witness']]);
    const review = (who: Somebody, verdict: string) => send(who, 'POST', `/identity/walls/entries/${(entries[0] as WallEntry).id}/review`, { verdict, why: 'The telephone was off' });
    expect((await review(deputy, 'justified')).statusCode).toBe(403);
    expect((await review(chief, 'justified')).statusCode).toBe(404);
    expect((await review(keeper, 'not-justified')).json()).toMatchObject({ review: { verdict: 'not-justified', by: 'Kees Keeper' } });
    expect((await review(lead, 'justified')).json()).toMatchObject({ status: 409, by: 'Kees Keeper' });
  });
});
