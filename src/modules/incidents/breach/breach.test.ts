import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { closePress } from '#platform/report/press.ts';
import { canRead, textOf, withoutSpace } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import type { BreachSheet } from '../breach-contract.ts';
import type { Incident } from '../contract.ts';
import incidents from '../module.ts';
import { anIncident, aSite, calling, type Calling } from '../testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let site: string;
let chief: Somebody, deputy: Somebody, operator: Somebody, elsewhere: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents, twoPerson] });
  call = calling(app);
  site = await aSite(fresh, 'Kestrel Quay');
  [chief, deputy] = [await aPerson(fresh, 'Tomas Rehn', { role: 'cso' }), await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' })];
  operator = await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId: site });
  elsewhere = await aPerson(fresh, 'Eli Elsewhere', { role: 'gsoc-operator', siteId: await aSite(fresh, 'Far Field') });
});
afterAll(async () => {
  await closePress();
  await app.close();
  await fresh.drop();
});

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const aBreach = (knownHoursAgo = 10) => anIncident(call, operator, { siteId: site, type: 'breach-personal', knownAt: hoursAgo(knownHoursAgo), occurredFrom: hoursAgo(knownHoursAgo + 1) });
const sheetOf = async (id: string): Promise<BreachSheet> => (await call(operator, 'GET', `/${id}/breach`)).json<BreachSheet>();
const decisionOn = async (id: string, key: string) => (await call(operator, 'GET', `/${id}`)).json<Incident>().clocks.find((clock) => clock.key === key);
const WHOLE = {
  nature: 'A list was sent to the wrong address', personCategories: 'Visitors', persons: { least: 40, most: 60 }, recordCategories: 'Names and plates', records: { least: 60, most: 60 }, consequences: 'Unwanted contact', measures: 'Recipient deleted it', contact: 'privacy@halden.example',
  risk: 'high', riskWhy: 'Plates lead to addresses', personsTold: true, personsToldWords: 'By letter, the same day',
};

test('the record of a breach names what is missing until all of it is said, and refuses what was read before another change', async () => {
  const { id } = await aBreach();
  expect(await sheetOf(id)).toMatchObject({ breach: null, notices: [], missing: [] });
  expect((await call(operator, 'PATCH', `/${id}/breach`, { nature: 'A list was lost' })).status).toBe(200);
  expect((await sheetOf(id)).missing.map(({ field }) => field)).toEqual(['personCategories', 'persons', 'recordCategories', 'records', 'consequences', 'measures', 'contact', 'risk', 'clock']);
  expect((await call(operator, 'PATCH', `/${id}/breach`, { persons: { least: 9, most: 3 } })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/persons/most' }] });
  expect((await call(operator, 'PATCH', `/${id}/breach`, WHOLE, { 'if-match': '"1"' })).status).toBe(200);
  expect((await call(operator, 'PATCH', `/${id}/breach`, { nature: 'Old' }, { 'if-match': '"1"' })).status).toBe(412);
  expect(await sheetOf(id)).toMatchObject({ breach: { ...WHOLE, version: 2, openedBy: 'Alma Bright' }, missing: [{ field: 'clock' }] });
  expect((await call(elsewhere, 'GET', `/${id}/breach`)).status).toBe(404);
});

test('a notice meets its duty with date and reference, says why where it came late, and struck it is open again', async () => {
  const { id } = await aBreach(100);
  const notice = { clock: 'gdpr-authority', recipient: 'Authority of Hesse', reference: 'AZ 4711', givenAt: hoursAgo(2) };
  expect((await call(operator, 'PATCH', `/${id}`, { fields: { 'clock.gdpr-authority': { decision: 'met', note: 'By telephone' } } })).json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.note_notice' });
  expect((await call(operator, 'POST', `/${id}/breach/notices`, notice)).json()).toMatchObject({ status: 422, errors: [{ pointer: '/lateWhy' }] });
  const { rowId } = (await call(operator, 'POST', `/${id}/breach/notices`, { ...notice, lateWhy: 'The extent was not known' })).json<{ rowId: string }>();
  expect((await sheetOf(id)).notices).toMatchObject([{ recipient: 'Authority of Hesse', isLate: true, givenBy: 'Alma Bright' }]);
  expect(await decisionOn(id, 'gdpr-authority')).toMatchObject({ decision: 'met', note: 'Authority of Hesse, AZ 4711' });
  expect((await call(operator, 'POST', `/${id}/breach/notices/${rowId}/strike`, { reason: 'Wrong incident' })).status).toBe(200);
  expect((await call(operator, 'POST', `/${id}/breach/notices/${rowId}/strike`, { reason: 'Wrong incident' })).json()).toMatchObject({ status: 409, by: 'Alma Bright' });
  expect(await decisionOn(id, 'gdpr-authority')).toMatchObject({ decision: null });
});

test('that a duty is not due is said by two people with the right to, never by one', async () => {
  const { id } = await aBreach();
  expect((await call(chief, 'PATCH', `/${id}`, { fields: { 'clock.gdpr-persons': { decision: 'not-due', note: 'No risk' } } })).json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.two_say_not_due' });
  expect((await call(operator, 'POST', `/${id}/breach/not-due`, { clock: 'gdpr-persons', reason: 'No risk' })).status).toBe(403);
  const { decisionId, state } = (await call(chief, 'POST', `/${id}/breach/not-due`, { clock: 'gdpr-persons', reason: 'The disk was encrypted' })).json<{ decisionId: string; state: string }>();
  expect([state, (await decisionOn(id, 'gdpr-persons'))?.decision]).toEqual(['waiting', null]);
  const approve = (who: Somebody) => app.inject({ method: 'POST', url: `/api/two-person/${decisionId}/approve`, headers: { ...who.headers, 'idempotency-key': crypto.randomUUID() }, payload: {} });
  expect((await approve(chief)).statusCode).not.toBe(200);
  expect((await approve(deputy)).statusCode).toBe(200);
  expect(await decisionOn(id, 'gdpr-persons')).toMatchObject({ decision: 'not-due', note: 'The disk was encrypted' });
  expect((await call(chief, 'POST', `/${id}/breach/not-due`, { clock: 'gdpr-persons', reason: 'Again' })).status).toBe(409);
});

test.skipIf(!canRead)('its paper says the record, the notices and the duties, and is there only once it is opened', async () => {
  const { id } = await aBreach();
  const print = () => app.inject({ url: `/api/incidents/${id}/breach/report.pdf`, headers: operator.headers });
  expect((await print()).statusCode).toBe(404);
  await call(operator, 'PATCH', `/${id}/breach`, WHOLE);
  await call(operator, 'POST', `/${id}/breach/notices`, { clock: 'uk-gdpr', recipient: 'Regulator', reference: 'IC-22', givenAt: hoursAgo(1) });
  const text = withoutSpace(textOf((await print()).rawPayload));
  for (const said of ['A list was sent to the wrong address', '40 to 60', 'About 60', 'Highly likely to harm people', 'IC-22', 'A duty to notify is neither met nor decided']) expect(text).toContain(withoutSpace(said));
});
