import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { codeOf } from '../codes.ts';
import notices from '../module.ts';
import { aCrowd } from '../testing.ts';
import type { MusterDetail } from '../muster-contract.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let warden: Somebody;
let operator: Somebody;
let elsewhere: Somebody;
let here: string;
let crowd: string[];

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [notices] });
  here = await aSite(fresh, 'UTR');
  crowd = await aCrowd(fresh, { siteId: here, count: 5, prefix: 'Crowd' });
  warden = await aPerson(fresh, 'Wim Warden', { role: 'officer', siteId: here });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: here });
  elsewhere = await aPerson(fresh, 'Nora Nowhere', { role: 'officer', siteId: await aSite(fresh, 'AMS') });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const call = async (who: Somebody | null, method: 'GET' | 'POST', url: string, payload?: object) => app.inject({ method, url: `/api/notices${url}`, headers: who?.headers ?? {}, ...(payload && { payload }) });
const opens = async (more: object): Promise<MusterDetail> => {
  const reply = await call(warden, 'POST', '/musters', { id: uuidv7(), title: 'Fire alarm', siteId: here, ...more });
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};
const reads = async (id: string): Promise<MusterDetail> => (await call(warden, 'GET', `/musters/${id}`)).json();
const figures = ({ missing, help, safe, away }: MusterDetail) => ({ missing, help, safe, away });

describe('a roll call', () => {
  test('of a site expects everybody whose home is there and guests by name, and shows who is missing first; opened twice with the same id it is one', async () => {
    const muster = await opens({ everyone: true, guests: ['=Guest, A'] });
    expect(figures(muster)).toEqual({ missing: 6, help: 0, safe: 0, away: 0 });
    expect((await call(warden, 'POST', '/musters', { id: muster.id, title: 'Fire alarm', siteId: here, everyone: true })).json()).toMatchObject({ number: muster.number });
    const marked = (await call(warden, 'POST', `/musters/${muster.id}/mark`, { expectedIds: muster.people.slice(1, 3).map(({ id }) => id), state: 'safe', place: 'Assembly point' })).json<MusterDetail>();
    expect([figures(marked), marked.people.at(-1)]).toMatchObject([{ missing: 4, safe: 2 }, { state: 'safe', place: 'Assembly point', way: 'warden', saidBy: 'Wim Warden' }]);
    const csv = await call(warden, 'GET', `/musters/${muster.id}/missing.csv`);
    expect([csv.headers['content-type'], csv.body.split('\r\n').length, csv.body]).toEqual(['text/csv; charset=utf-8', 6, expect.stringContaining(`"'=Guest, A",missing,,`)]);
    expect((await call(elsewhere, 'GET', `/musters/${muster.id}`)).statusCode).toBe(404);
    expect((await call(elsewhere, 'POST', `/musters/${muster.id}/mark`, { expectedIds: [muster.people[0]?.id], state: 'safe' })).statusCode).toBe(404);
    expect((await call(elsewhere, 'POST', '/musters', { id: uuidv7(), title: 'X', siteId: null, everyone: true })).statusCode).toBe(403);
    const closed = await call(warden, 'POST', `/musters/${muster.id}/close`, { report: 'Two were on leave' });
    expect(closed.json()).toMatchObject({ state: 'closed', closedBy: 'Wim Warden', missing: 4, report: 'Two were on leave' });
    expect((await call(warden, 'POST', `/musters/${muster.id}/mark`, { expectedIds: [muster.people[0]?.id], state: 'safe' })).statusCode).toBe(409);
    expect((await call(warden, 'POST', `/musters/${muster.id}/close`, { report: 'Again' })).statusCode).toBe(409);
  });

  test('takes the answers to its notification, those given before and those that come, and what people say of themselves', async () => {
    const notice = { id: uuidv7(), title: 'Fire alarm', siteId: here, audience: { personIds: [crowd[0], crowd[1], operator.id] }, texts: { en: { short: 'Leave the building.' } }, channels: ['app'], question: 'safety' };
    expect((await call(operator, 'POST', '', notice)).statusCode).toBe(201);
    const { rows } = await fresh.owner.query<{ id: string; person_id: string }>('select id, person_id from notices.recipient where notice_id = $1', [notice.id]);
    const answers = (personId: string | undefined, answer: string, note = '') => call(null, 'POST', '/answer', { code: codeOf(rows.find((one) => one.person_id === personId)?.id ?? ''), answer, note });
    await answers(crowd[0], 'safe');
    const reply = await call(operator, 'POST', '/musters', { id: uuidv7(), title: 'Fire alarm', siteId: here, noticeId: notice.id });
    const muster = reply.json<MusterDetail>();
    expect([reply.statusCode, figures(muster)]).toEqual([201, { missing: 2, help: 0, safe: 1, away: 0 }]);
    await answers(crowd[1], 'help', 'Lift 2');
    expect((await reads(muster.id)).people[0]).toMatchObject({ name: 'Crowd 2', state: 'help', place: 'Lift 2', way: 'notice' });
    expect((await call(operator, 'GET', '/mine/musters')).json()).toMatchObject({ items: [{ id: muster.id, state: 'missing' }] });
    expect((await call(operator, 'POST', `/mine/musters/${muster.id}`, { state: 'away' })).json()).toMatchObject({ state: 'away' });
    expect((await call(warden, 'POST', `/mine/musters/${muster.id}`, { state: 'safe' })).statusCode).toBe(404);
    expect(figures(await reads(muster.id))).toEqual({ missing: 0, help: 1, safe: 1, away: 1 });
    await answers(crowd[1], 'safe');
    expect(figures(await reads(muster.id))).toEqual({ missing: 0, help: 0, safe: 2, away: 1 });
    const { rows: entries } = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where record_id = $1 and verb = 'notices.muster-marked'`, [muster.id]);
    expect(entries[0]?.n).toBe(1);
  });
});
