import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { escalateDue } from '#modules/alarms/escalation.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { openChannels } from '#platform/deliver/channels.ts';
import { discoverMailAddresses, discoverSources } from '#platform/deliver/port.ts';
import { sendDue } from '#platform/deliver/send.ts';
import { aMailServer, type MailServer } from '#platform/deliver/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { languageIn } from '#platform/kernel/language.ts';
import { discoverModules, SOURCE_ROOT } from '#platform/kernel/modules.ts';
import { clientOver } from '#platform/net/net.service.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Notice } from './contract.ts';
import { escalate } from './escalate.ts';
import { feed } from './feed.ts';
import { tellAll } from './testing.ts';
import { discoverNotices, joinSources } from './port.ts';
import { outsideWords } from './rules.ts';

let fresh: FreshDatabase;
let worker: Database;
let app: FastifyInstance;
let mail: MailServer;
const site = uuidv7();
const elsewhere = uuidv7();
let chief: Somebody;
let olga: Somebody;
let sam: Somebody;

const sources = await discoverNotices();
const call = async <T>(who: Somebody, method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, payload?: object): Promise<T> => {
  const reply = await app.inject({ method, url: `/api${path}`, headers: who.headers, ...(payload && { payload }) });
  expect(reply.statusCode, `${method} ${path}: ${reply.body}`).toBeLessThan(300);
  return reply.json<T>();
};
const noticesOf = async (who: Somebody): Promise<Notice[]> => (await call<{ items: Notice[] }>(who, 'GET', '/notify/notices')).items;
const unread = (who: Somebody) => call<{ unread: number; urgent: number }>(who, 'GET', '/notify/unread');
const drain = (): Promise<void> => tellAll(fresh, worker, sources);
const channels = () => openChannels({ worker, client: clientOver(worker), mailAddresses, smtpUrl: mail.url, publicUrl: 'http://localhost:8080' });
const mailAddresses = await discoverMailAddresses();
const deliverySources = await discoverSources();
async function sendMail(now = new Date(Date.now() + 1000)): Promise<void> {
  const { mail: sender } = channels();
  if (sender) await sendDue('mail', sender, { db: fresh.db, worker, sources: deliverySources, now: () => now });
  await sender?.close();
}
const emailOf = (who: Somebody): string => `${who.id}@works.example`;
async function somebody(name: string, role: { role: string; siteId?: string }): Promise<Somebody> {
  const one = await aPerson(fresh, name, role);
  await fresh.owner.query(`insert into identity.credential (person_id, email) values ($1, $2) on conflict (person_id) do update set email = excluded.email`, [one.id, emailOf(one)]);
  return one;
}
const deliveriesOf = async (who: Somebody): Promise<object[]> => (await fresh.owner.query(`select channel, state, topic, reason from deliver.delivery where person_id = $1 order by id`, [who.id])).rows;

beforeAll(async () => {
  fresh = await freshDatabase();
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 4 });
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  mail = await aMailServer();
  for (const [id, code] of [[site, 'HERE'], [elsewhere, 'ELSE']]) await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, $2, $2, 'site', 'Europe/Berlin')`, [id, code]);
  chief = await somebody('Cleo Chief', { role: 'cso' });
  olga = await somebody('Olga Operator', { role: 'gsoc-operator', siteId: site });
  sam = await somebody('Sam Supervisor', { role: 'gsoc-supervisor', siteId: site });
});
beforeEach(async () => {
  await drain();
  await fresh.owner.query('delete from deliver.attempt; delete from deliver.delivery; delete from notify.notice; delete from notify.escalation; delete from notify.wish');
  mail.mails.length = 0;
});
afterAll(async () => {
  await app.close();
  await mail.close();
  await worker.close();
  await fresh.drop();
});

const FACTS = { siteId: site, title: 'Van at the fence', severity: 2, occurredFrom: '2026-11-20T12:00:00Z' };
const anIncidentHere = async (): Promise<{ id: string; number: string }> => call(chief, 'POST', '/incidents', FACTS);
const aTaskFor = (who: Somebody, recordId: string) => call<{ id: string }>(chief, 'POST', '/tasks', { recordId, title: 'Call the guard', ownerId: who.id });

describe('a task that is given', () => {
  test('is told to who has it now: in the list, with its record, and by mail; not to who gave it', async () => {
    const incident = await anIncidentHere();
    await aTaskFor(olga, incident.id);
    await drain();
    expect(await noticesOf(olga)).toMatchObject([{ class: 'tasks.assigned', title: 'A task is yours', urgent: false, readAt: null, record: { id: incident.id, number: incident.number, title: 'Van at the fence', isWalled: false }, sent: [{ channel: 'mail', state: 'queued' }] }]);
    expect([await unread(olga), await unread(chief)]).toEqual([{ unread: 1, urgent: 0 }, { unread: 0, urgent: 0 }]);
    await sendMail();
    expect(mail.mails.map((one) => [one.to, one.header('subject')])).toEqual([[[emailOf(olga)], `A task is yours: ${incident.number}, Van at the fence`]]);
    const [notice] = await noticesOf(olga);
    expect(mail.mails[0]?.body).toContain(`http://localhost:8080/notices/${notice?.id}`);
    expect(notice?.sent).toMatchObject([{ channel: 'mail', state: 'sent', reason: expect.stringContaining('250') }]);
  });

  test('and changes hands, is told to the new owner alone', async () => {
    const { id } = await aTaskFor(olga, (await anIncidentHere()).id);
    await call(chief, 'PATCH', `/tasks/${id}`, { ownerId: sam.id });
    await call(chief, 'PATCH', `/tasks/${id}`, { title: 'Call the guard again' });
    await drain();
    expect([(await noticesOf(olga)).length, (await noticesOf(sam)).length]).toEqual([1, 1]);
  });

  test('is told once, though two workers read the same entries', async () => {
    await aTaskFor(olga, (await anIncidentHere()).id);
    const ends = await Promise.allSettled([feed(worker, sources), feed(worker, sources), feed(worker, sources)]);
    await drain();
    expect([(await noticesOf(olga)).length, (await deliveriesOf(olga)).length]).toEqual([1, 1]);
    for (const end of ends) if (end.status === 'rejected') expect((end.reason as { code: string }).code).toBe('40001');
  });

  test('is marked as read, here and on the other screens, and mail that has not left does not leave', async () => {
    await aTaskFor(olga, (await anIncidentHere()).id);
    await drain();
    const [notice] = await noticesOf(olga);
    await call(olga, 'POST', `/notify/notices/${notice?.id}/read`);
    expect(await unread(olga)).toEqual({ unread: 0, urgent: 0 });
    expect((await app.inject({ method: 'POST', url: `/api/notify/notices/${notice?.id}/read`, headers: sam.headers })).statusCode).toBe(404);
    await sendMail();
    expect([mail.mails.length, await deliveriesOf(olga)]).toMatchObject([0, [{ state: 'dropped', reason: 'seen in Parapet before it left' }]]);
  });

  test('rings for its person alone', async () => {
    const [end] = (await fresh.owner.query<{ xid: string; seq: string }>('select xid, seq from platform.outbox_end()')).rows;
    await aTaskFor(olga, (await anIncidentHere()).id);
    await drain();
    const rung = async () => (await fresh.owner.query<{ topic: string; seers: string[] }>(`select topic, seers from platform.outbox_since($1, $2, $3::uuid[], 500) where topic like 'notify.%'`, [end?.xid, end?.seq, [olga.id, sam.id, chief.id]])).rows;
    await expect.poll(rung, { timeout: 20_000 }).toEqual([{ topic: 'notify.told', seers: [olga.id] }]);
  });
});

describe('what its receiver must not see', () => {
  test('any more is neither listed nor counted nor sent', async () => {
    const incident = await anIncidentHere();
    await aTaskFor(olga, incident.id);
    await drain();
    const custodian = await somebody('Cora Custodian', { role: 'deputy-cso' });
    await call(chief, 'POST', `/incidents/${incident.id}/wall`, { custodianId: custodian.id, reason: 'It names a colleague' });
    expect([await noticesOf(olga), await unread(olga)]).toEqual([[], { unread: 0, urgent: 0 }]);
    await sendMail();
    expect([mail.mails.length, await deliveriesOf(olga)]).toMatchObject([0, [{ state: 'dropped', reason: 'no longer theirs to see' }]]);
  });

  test('what stands behind a wall is told to who stands behind it, and outside the app not a word of it', async () => {
    const custodian = await somebody('Cora Custodian', { role: 'deputy-cso' });
    const incident = await call<{ id: string; number: string }>(chief, 'POST', '/incidents', { ...FACTS, title: 'Threat by Kestrel', custodianId: custodian.id });
    await drain();
    expect(await noticesOf(custodian)).toMatchObject([{ class: 'incidents.behind-wall', record: { id: incident.id, title: 'Threat by Kestrel', isWalled: true } }]);
    expect(await noticesOf(olga)).toEqual([]);
    await call(chief, 'POST', `/incidents/${incident.id}/members`, { personId: sam.id, part: 'wall-writer', reason: 'Knows the site' });
    await drain();
    expect(await noticesOf(sam)).toMatchObject([{ class: 'incidents.behind-wall', record: { id: incident.id } }]);
    await sendMail();
    const out = mail.mails.map(({ raw }) => raw).join('\n');
    expect([mail.mails.length, mail.mails.map((one) => one.header('subject'))]).toEqual([2, ['Something waits for you in Parapet', 'Something waits for you in Parapet']]);
    expect(out).not.toMatch(/Kestrel|INC-W|wall|incident/i);
    expect(await deliveriesOf(sam)).toMatchObject([{ topic: '' }]);
  });
});

async function anAlarm({ at = site, lateS = 0 } = {}): Promise<string> {
  const id = uuidv7();
  const number = `ALM-2026-${id.slice(-5)}`;
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, handling, is_active, raised_at, known_at, last_at, answer_by, escalate_at)
    values ($1::uuid, $2, $3, $1::text, 'intrusion.alarm', 'Door forced', 1, 'unacknowledged', true, now(), now(), now(), now(), now() - make_interval(secs => $4))`, [id, number, at, lateS]);
  await fresh.owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) values ($1, 'alarms.alarm', $2, 'Door forced', 'unacknowledged', $3, 'alarms:read', now())`, [id, number, at]);
  return id;
}
const later = (seconds: number): Date => new Date(Date.now() + seconds * 1000);
const ladderOf = async (recordId: string): Promise<object[]> => (await fresh.owner.query('select state, step from notify.escalation where record_id = $1', [recordId])).rows;

describe('an alarm that nobody takes in time', () => {
  const late = async (id: string): Promise<void> => {
    await escalateDue(await fresh.as(SERVICE.correlator));
    await drain();
    await escalate(worker, sources);
    expect(await ladderOf(id)).not.toEqual([]);
  };

  test('is told to the supervisor of its site, then to who stands above, each once, until somebody acknowledges', async () => {
    const deputy = await somebody('Dora Deputy', { role: 'deputy-cso' });
    const other = await somebody('Otto Other', { role: 'gsoc-supervisor', siteId: elsewhere });
    const id = await anAlarm({ lateS: 5 });
    await late(id);
    expect([await unread(sam), await unread(other), await unread(deputy), await unread(olga)]).toEqual([{ unread: 1, urgent: 1 }, { unread: 0, urgent: 0 }, { unread: 0, urgent: 0 }, { unread: 0, urgent: 0 }]);
    await escalate(worker, sources, later(299));
    expect((await unread(deputy)).unread).toBe(0);
    await escalate(worker, sources, later(301));
    expect([(await unread(deputy)).urgent, (await noticesOf(sam)).length]).toEqual([1, 1]);
    const [notice] = await noticesOf(deputy);
    await call(deputy, 'POST', `/notify/notices/${notice?.id}/acknowledge`);
    await escalate(worker, sources, later(4000));
    expect([await ladderOf(id), (await noticesOf(chief)).length, await unread(sam)]).toEqual([[{ state: 'acknowledged', step: 2 }], 0, { unread: 1, urgent: 0 }]);
    expect(await noticesOf(sam)).toMatchObject([{ isOver: true, acknowledgedAt: null }]);
    expect((await fresh.owner.query(`select actor from ledger.entry where verb = 'notify.acknowledged' and actor = $1`, [deputy.id])).rowCount).toBe(1);
  });

  test('and then is, calls nobody more, and the mail that had not left stays', async () => {
    const id = await anAlarm({ lateS: 5 });
    await late(id);
    await fresh.owner.query(`update platform.record set state = 'acknowledged' where id = $1`, [id]);
    await escalate(worker, sources);
    expect([await ladderOf(id), (await noticesOf(sam))[0]?.isOver]).toEqual([[{ state: 'over', step: 1 }], true]);
    await sendMail();
    expect([mail.mails.length, await deliveriesOf(sam)]).toMatchObject([0, [{ state: 'dropped', reason: 'somebody took it before it left' }]]);
  });

  test('is said to be late once, however often the correlator looks, and not before its time', async () => {
    const [one, other] = [await anAlarm({ lateS: 5 }), await anAlarm({ lateS: -60 })];
    const ctx = await fresh.as(SERVICE.correlator);
    await Promise.all([escalateDue(ctx), escalateDue(ctx)]);
    await escalateDue(ctx);
    expect((await fresh.owner.query(`select record_id from ledger.entry where verb = 'alarms.escalated' and record_id = any ($1)`, [[one, other]])).rows).toEqual([{ record_id: one }]);
  });

  test('and nobody ever takes, is said to have been called in vain', async () => {
    const id = await anAlarm({ at: elsewhere, lateS: 5 });
    await late(id);
    for (const seconds of [400, 1200, 4000, 8000]) await escalate(worker, sources, later(seconds));
    expect(await ladderOf(id)).toMatchObject([{ state: 'exhausted' }]);
  });

  test('goes up another ladder where the organisation says so', async () => {
    const steps = [{ role: 'guard-supervisor', withinS: 60 }];
    await call(chief, 'PUT', '/notify/ladders', { class: 'alarms.not-taken', steps, reason: 'We have no supervisor at night' });
    const guard = await somebody('Gwen Guard', { role: 'guard-supervisor', siteId: site });
    await late(await anAlarm({ lateS: 5 }));
    expect([(await unread(guard)).urgent, (await unread(sam)).urgent]).toEqual([1, 0]);
    expect((await call<{ items: object[] }>(chief, 'GET', '/notify/ladders')).items).toMatchObject([{ class: 'alarms.not-taken', isOwn: true, steps: [{ role: 'guard-supervisor', roleTitle: 'Guard supervisor', withinS: 60 }], changedBy: 'Cleo Chief' }]);
    await call(chief, 'PUT', '/notify/ladders', { class: 'alarms.not-taken', steps: [], reason: 'As shipped' });
    expect((await call<{ items: object[] }>(chief, 'GET', '/notify/ladders')).items).toMatchObject([{ isOwn: false, steps: [{ role: 'gsoc-supervisor' }, { role: 'deputy-cso' }, { role: 'cso' }] }]);
    expect((await app.inject({ method: 'PUT', url: '/api/notify/ladders', headers: chief.headers, payload: { class: 'alarms.not-taken', steps: [{ role: 'service-intake', withinS: 60 }], reason: 'Wrong' } })).statusCode).toBe(422);
    expect((await app.inject({ method: 'PUT', url: '/api/notify/ladders', headers: sam.headers, payload: { class: 'alarms.not-taken', steps, reason: 'Not mine' } })).statusCode).toBe(403);
  });
});

describe('how somebody wants to be told', () => {
  const set = (who: Somebody, payload: object) => app.inject({ method: 'PUT', url: '/api/notify/preferences', headers: who.headers, payload });
  const NIGHT = { zone: 'Europe/Berlin', fromMinute: 0, toMinute: 1439 };

  test('channels are by class; the list of notices has all', async () => {
    expect((await set(olga, { quiet: null, classes: [{ class: 'tasks.assigned', channels: [] }] })).json().classes).toContainEqual({ class: 'tasks.assigned', title: 'A task is yours', urgent: false, channels: [], isOwn: true });
    await aTaskFor(olga, (await anIncidentHere()).id);
    await drain();
    expect([(await noticesOf(olga)).length, await deliveriesOf(olga)]).toEqual([1, []]);
  });

  test('quiet hours hold back what can wait, and not what cannot', async () => {
    await set(olga, { quiet: NIGHT, classes: [] });
    await set(sam, { quiet: NIGHT, classes: [] });
    await aTaskFor(olga, (await anIncidentHere()).id);
    await anAlarm({ lateS: 5 });
    await escalateDue(await fresh.as(SERVICE.correlator));
    await drain();
    await escalate(worker, sources);
    await sendMail();
    expect(mail.mails.map((one) => one.to)).toEqual([[emailOf(sam)]]);
    expect(await deliveriesOf(olga)).toMatchObject([{ state: 'queued', reason: 'quiet hours' }]);
    const { rows } = await fresh.owner.query<{ at: string }>(`select to_char(next_at at time zone 'Europe/Berlin', 'HH24:MI') as at from deliver.delivery where person_id = $1`, [olga.id]);
    expect(rows).toEqual([{ at: '23:59' }]);
  });

  test('what makes no sense is refused with its field', async () => {
    const wrong: [object, string][] = [[{ quiet: { ...NIGHT, zone: 'Mars/Olympus' }, classes: [] }, '/quiet/zone'], [{ quiet: { ...NIGHT, toMinute: 0 }, classes: [] }, '/quiet/toMinute'], [{ quiet: null, classes: [{ class: 'no.such', channels: [] }] }, '/classes/0/class']];
    for (const [payload, pointer] of wrong) expect((await set(olga, payload)).json()).toMatchObject({ status: 422, errors: [{ pointer }] });
  });

  test('a test of one’s own goes by every channel that is set', async () => {
    await call(olga, 'POST', '/notify/test');
    await drain();
    await sendMail();
    expect([(await noticesOf(olga))[0]?.title, mail.mails.map((one) => [one.to, one.header('subject')])]).toEqual(['A test that you asked for', [[[emailOf(olga)], 'A test that you asked for']]]);
  });
});

describe('in another language', () => {
  const german = { 'accept-language': 'de-AT, de;q=0.9, en;q=0.5' };

  test('a notice is called as the request asks for, and leaves as its person wishes; of what is walled nothing is said in that one either', async () => {
    const wish = await app.inject({ method: 'PUT', url: '/api/notify/preferences', headers: { ...olga.headers, ...german }, payload: { quiet: null, language: 'de', classes: [] } });
    expect(wish.json()).toMatchObject({ language: 'de', classes: expect.arrayContaining([expect.objectContaining({ class: 'notify.test', title: 'Ein Test, um den Sie gebeten haben' })]) });
    await call(olga, 'POST', '/notify/test');
    await drain();
    await sendMail();
    expect(mail.mails.map((one) => one.header('subject')).join()).toMatch(/Ein Test/);
    const titleFor = async (headers: object) => (await app.inject({ url: '/api/notify/notices', headers: { ...olga.headers, ...headers } })).json<{ items: { title: string }[] }>().items[0]?.title;
    expect([await titleFor(german), await titleFor({ 'accept-language': 'fr, en;q=0.9' }), await titleFor({})]).toEqual(['Ein Test, um den Sie gebeten haben', 'A test that you asked for', 'A test that you asked for']);
    expect(outsideWords('Eine Aufgabe ist Ihre', '', { number: 'INC-2026-00001', title: 'Secret', isWalled: true }, 'de')).toEqual({ title: 'In Parapet wartet etwas auf Sie', text: expect.not.stringContaining('INC') });
  });

  test('every class has its German title, and none is there of a class that is not', async () => {
    const english = [...sources.classes.values()].filter(({ titles }) => titles?.de === undefined).map(({ key }) => key);
    expect(english, 'write them into notices.de.ts beside the notices.ts').toEqual([]);
    const files = globSync(join(SOURCE_ROOT, '{platform,modules}', '*', 'notices.de.ts'));
    const named = (await Promise.all(files.map(async (file) => Object.keys(((await import(pathToFileURL(file).href)) as { titles: object }).titles)))).flat();
    expect(named.filter((key) => !sources.classes.has(key))).toEqual([]);
  });

  test.each([[undefined, 'en'], ['de', 'de'], ['de-CH,fr;q=0.8', 'de'], ['fr, de;q=0.3', 'de'], ['en-US,de;q=0.9', 'en'], ['de;q=0, en;q=0.1', 'en'], ['*', 'en'], [';;q=x,,', 'en']] as const)('a request that accepts %s is answered in %s', (header, language) => {
    expect(languageIn(header)).toBe(language);
  });
});

describe('the sources', () => {
  test('of all modules are found by folder, and none is claimed twice', () => {
    expect([...sources.classes.keys()]).toEqual(expect.arrayContaining(['alarms.not-taken', 'identity.glass-broken', 'incidents.behind-wall', 'notify.test', 'tasks.assigned']));
    const one = { classes: [{ key: 'a.b', title: 'A', urgent: false, channels: [] }], tells: {} };
    expect(() => joinSources([one, one])).toThrow('a.b');
  });

  test('tell whoever stands behind a wall whose glass was broken', async () => {
    const custodian = await somebody('Cora Custodian', { role: 'deputy-cso' });
    const incident = await call<{ id: string }>(chief, 'POST', '/incidents', { ...FACTS, title: 'Threat by Kestrel', custodianId: custodian.id });
    await drain();
    const { rows } = await fresh.owner.query<{ wall_id: string }>('select wall_id from platform.record where id = $1', [incident.id]);
    await fresh.owner.query(`insert into ledger.entry (actor, verb, record_id, site_id, wall_id, body) values ($1, 'identity.glass-broken', $2, $3, $4, '{"after":{}}')`, [olga.id, incident.id, site, rows[0]?.wall_id]);
    await drain();
    expect((await noticesOf(custodian)).filter((one) => one.class === 'identity.glass-broken')).toMatchObject([{ urgent: true, sent: [{ channel: 'mail' }] }]);
    expect((await noticesOf(olga)).length).toBe(0);
  });
});

test('a restored system tells nothing old', async () => {
  await aTaskFor(olga, (await anIncidentHere()).id);
  await drain();
  await aTaskFor(sam, (await anIncidentHere()).id);
  for (const service of ['deliver', 'notify']) await fresh.owner.query(readFileSync(new URL(`../${service}/on-restore.sql`, import.meta.url), 'utf8'));
  await drain();
  await sendMail();
  expect([mail.mails.length, (await noticesOf(sam)).length, await deliveriesOf(olga)]).toMatchObject([0, 0, [{ state: 'dropped' }]]);
});
