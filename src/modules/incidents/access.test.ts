import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Incident, IncidentRow, Standing } from './contract.ts';
import incidents from './module.ts';
import { anIncident, aSite, calling, type Calling, complete } from './testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let region: string;
let quay: string;
let mill: string;
let cso: Somebody;
let lead: Somebody;
let quayOperator: Somebody;
let regionOperator: Somebody;
let millOperator: Somebody;
let analyst: Somebody;
let nobody: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents] });
  call = calling(app);
  region = await aSite(fresh, 'North');
  quay = await aSite(fresh, 'Quay', region);
  mill = await aSite(fresh, 'Mill');
  cso = await aPerson(fresh, 'Cecilia Chief', { role: 'cso' });
  lead = await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead', siteId: quay });
  quayOperator = await aPerson(fresh, 'Quentin Quay', { role: 'gsoc-operator', siteId: quay });
  regionOperator = await aPerson(fresh, 'Rita Region', { role: 'gsoc-operator', siteId: region });
  millOperator = await aPerson(fresh, 'Milo Mill', { role: 'gsoc-operator', siteId: mill });
  analyst = await aPerson(fresh, 'Ana Lyst', { role: 'intel-analyst' });
  nobody = await aPerson(fresh, 'Nora Body');
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const listed = async (who: Somebody, query = '') => (await call(who, 'GET', `?limit=200${query}`)).json<{ items: IncidentRow[]; next: string | null }>();
const ids = async (who: Somebody, query = '') => (await listed(who, query)).items.map(({ id }) => id);
const withoutInstance = (body: string) => body.replace(/"instance":"[^"]*"/, '');

/** Every operation on one incident, with a body that would be taken. */
const OPERATIONS: readonly ['GET' | 'POST' | 'PATCH', string, object?][] = [
  ['GET', ''], ['GET', '/log'], ['GET', '/timeline'], ['GET', '/members'], ['GET', '/thread'], ['GET', '/report.pdf?purpose=Looking'],
  ['PATCH', '', { place: 'x' }], ['POST', '/classify', { type: 'trespass' }], ['POST', '/severity', { severity: 3, reason: 'because' }], ['POST', '/log', { text: 'x' }], ['POST', `/log/${uuidv7()}/strike`, { reason: 'because' }],
  ['POST', '/people', { role: 'witness', name: 'x' }], ['POST', `/people/${uuidv7()}/strike`, { reason: 'because' }], ['POST', '/things', { kind: 'item', description: 'x' }], ['POST', `/things/${uuidv7()}/strike`, { reason: 'because' }],
  ['POST', '/losses', { kind: 'cash', description: 'x', amountMinor: 1, currency: 'EUR' }], ['POST', `/losses/${uuidv7()}/strike`, { reason: 'because' }],
  ['POST', '/close', { reason: 'resolved', summary: 'It is all over now.' }], ['POST', '/reopen', { reason: 'because' }],
];
const WALL_OPERATIONS: readonly ['POST', string, (person: string) => object][] = [
  ['POST', '/wall', (person) => ({ custodianId: person, reason: 'because' })], ['POST', '/members', (person) => ({ personId: person, part: 'wall-reader', reason: 'because' })], ['POST', '/members/remove', (person) => ({ personId: person, reason: 'because' })],
  ['POST', '/custodian/end', (person) => ({ personId: person, successorId: uuidv7(), reason: 'because' })],
];

describe('by site', () => {
  test('who has a grant on the site or above it sees it, nobody else', async () => {
    const { id } = await anIncident(call, quayOperator, { siteId: quay });
    for (const who of [quayOperator, regionOperator, cso, analyst]) {
      expect((await call(who, 'GET', `/${id}`)).status).toBe(200);
      expect(await ids(who)).toContain(id);
    }
    expect((await call(millOperator, 'GET', `/${id}`)).status).toBe(404);
    expect(await ids(millOperator)).not.toContain(id);
    expect((await call(nobody, 'GET', `/${id}`)).status).toBe(403);
    expect((await call(nobody, 'GET', '')).status).toBe(403);
  });

  test('outside its site every operation answers the same bytes as for one that is not there', async () => {
    const { id } = await anIncident(call, quayOperator, { siteId: quay });
    for (const [method, path, body] of OPERATIONS) {
      const hidden = await call(millOperator, method, `/${id}${path}`, body);
      const absent = await call(millOperator, method, `/${uuidv7()}${path}`, body);
      expect([method, path, hidden.status, withoutInstance(hidden.body)]).toEqual([method, path, 404, withoutInstance(absent.body)]);
    }
  });

  test('who only reads is told 403 by every change', async () => {
    const { id } = await anIncident(call, quayOperator, { siteId: quay });
    for (const [method, path, body] of OPERATIONS.filter(([method]) => method !== 'GET')) expect([path, (await call(analyst, method, `/${id}${path}`, body)).status]).toEqual([path, 403]);
    expect((await call(analyst, 'POST', '', { title: 'x', severity: 1, siteId: quay })).status).toBe(403);
  });

  test('nobody declares on a site where they may not, nor moves one there; a hidden site and an absent one answer alike', async () => {
    const elsewhere = await call(quayOperator, 'POST', '', { title: 'x', severity: 1, siteId: mill });
    const nowhere = await call(quayOperator, 'POST', '', { title: 'x', severity: 1, siteId: uuidv7() });
    expect([elsewhere.status, withoutInstance(elsewhere.body)]).toEqual([403, withoutInstance(nowhere.body)]);
    expect((await call(quayOperator, 'POST', '', { title: 'x', severity: 1 })).status).toBe(403);
    const { id } = await anIncident(call, quayOperator, { siteId: quay });
    expect((await call(quayOperator, 'PATCH', `/${id}`, { siteId: mill })).status).toBe(403);
    expect((await call(cso, 'PATCH', `/${id}`, { siteId: mill })).status).toBe(200);
    expect((await call(quayOperator, 'GET', `/${id}`)).status).toBe(404);
    expect((await call(millOperator, 'GET', `/${id}`)).status).toBe(200);
  });

  test('what I may do with it is said', async () => {
    const { id } = await anIncident(call, quayOperator, { siteId: quay });
    expect((await call(analyst, 'GET', `/${id}`)).json<Incident>().mine).toEqual(['incidents:read']);
    expect((await call(quayOperator, 'GET', `/${id}`)).json<Incident>().mine).toEqual(['incidents:close', 'incidents:declare', 'incidents:read', 'incidents:write']);
  });
});

describe('behind a wall', () => {
  const behindWall = async (facts: object = {}): Promise<Standing> => {
    const made = await anIncident(call, quayOperator, { siteId: quay, title: 'Walled matter', ...facts });
    const walled = await call(lead, 'POST', `/${made.id}/wall`, { custodianId: cso.id, reason: 'A colleague is named' });
    if (walled.status !== 200) throw new Error(walled.body);
    return walled.json<Standing>();
  };

  test('only its members find it: everybody else gets the bytes of one that is not there, the CSO without a part too', async () => {
    const made = await anIncident(call, quayOperator, { siteId: quay, title: 'Walled matter', narrative: 'Zanzibar' });
    await call(quayOperator, 'POST', `/${made.id}/log`, { text: 'Before the wall.' });
    await call(lead, 'POST', `/${made.id}/wall`, { custodianId: regionOperator.id, reason: 'A colleague is named' });
    for (const who of [quayOperator, cso, analyst, millOperator]) {
      for (const [method, path, body] of [...OPERATIONS, ...WALL_OPERATIONS.map(([method, path, bodyOf]) => [method, path, bodyOf(lead.id)] as const)]) {
        const absent = await call(who, method, `/${uuidv7()}${path}`, body);
        const hidden = await call(who, method, `/${made.id}${path}`, body);
        expect([path, hidden.status, withoutInstance(hidden.body)]).toEqual([path, absent.status, withoutInstance(absent.body)]);
        expect([403, 404]).toContain(hidden.status);
      }
      expect(await ids(who)).not.toContain(made.id);
      expect(await ids(who, '&q=Zanzibar')).toEqual([]);
      expect(await ids(who, `&siteId=${quay}`)).not.toContain(made.id);
    }
    expect((await call(lead, 'GET', `/${made.id}/log`)).json<{ items: object[] }>().items).toMatchObject([{ text: 'Before the wall.' }]);
    expect(await ids(lead)).toContain(made.id);
    expect(await ids(regionOperator)).toContain(made.id);
    expect(await ids(lead, '&q=Zanzibar')).toEqual([made.id]);
  });

  test('its header, words and later messages go behind the wall with it', async () => {
    const { id } = await behindWall();
    const { rows } = await fresh.owner.query(`select r.wall_id is not null as walled, (select wall_id is not null from platform.outbox o where o.record_id = r.id order by xid desc, seq desc limit 1) as told from platform.record r where r.id = $1`, [id]);
    expect(rows[0]).toEqual({ walled: true, told: true });
  });

  test('each part may do what it is for, and no more', async () => {
    const { id } = await behindWall();
    const writer = await aPerson(fresh, 'Wanda Writer');
    const reader = await aPerson(fresh, 'Rolf Reader');
    await call(lead, 'POST', `/${id}/members`, { personId: writer.id, part: 'wall-writer', reason: 'Writes it up' });
    await call(lead, 'POST', `/${id}/members`, { personId: reader.id, part: 'wall-reader', reason: 'Legal view' });
    const may = async (who: Somebody) => Promise.all([
      call(who, 'GET', `/${id}`), call(who, 'POST', `/${id}/log`, { text: 'x' }), call(who, 'POST', `/${id}/close`, { reason: 'resolved', summary: 'It is all over now.' }), call(who, 'POST', `/${id}/members`, { personId: reader.id, part: 'wall-reader', reason: 'Again' }),
    ]).then((replies) => replies.map(({ status }) => status));
    expect(await may(lead)).toEqual([200, 201, 422, 200]);
    expect(await may(writer)).toEqual([200, 201, 403, 403]);
    expect(await may(reader)).toEqual([200, 403, 403, 403]);
    expect(await may(cso)).toEqual([200, 403, 403, 200]);
  });

  test('a membership with an end lets nobody in after it, and one that is taken back at once', async () => {
    const { id } = await behindWall();
    const guest = await aPerson(fresh, 'Gus Guest');
    expect((await call(lead, 'POST', `/${id}/members`, { personId: guest.id, part: 'wall-reader', until: '2020-01-01T00:00:00Z', reason: 'Past' })).status).toBe(422);
    await call(lead, 'POST', `/${id}/members`, { personId: guest.id, part: 'wall-reader', until: new Date(Date.now() + 700).toISOString(), reason: 'Short' });
    expect((await call(guest, 'GET', `/${id}`)).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 750));
    expect((await call(guest, 'GET', `/${id}`)).status).toBe(403);
    await call(lead, 'POST', `/${id}/members`, { personId: guest.id, part: 'wall-reader', reason: 'Again' });
    expect((await call(guest, 'GET', `/${id}`)).status).toBe(200);
    expect((await call(lead, 'POST', `/${id}/members/remove`, { personId: guest.id, reason: 'Done' })).status).toBe(200);
    expect((await call(guest, 'GET', `/${id}`)).status).toBe(403);
    expect((await call(lead, 'POST', `/${id}/members/remove`, { personId: guest.id, reason: 'Done' })).status).toBe(404);
  });

  test('the keeper is another active person than the one who opens it, and never its subject', async () => {
    const { id } = await anIncident(call, quayOperator, { siteId: quay });
    const gone = await aPerson(fresh, 'Lea Ver');
    await fresh.owner.query(`update access.person set state = 'leaver' where id = $1`, [gone.id]);
    for (const custodianId of [lead.id, gone.id, uuidv7()]) expect((await call(lead, 'POST', `/${id}/wall`, { custodianId, reason: 'because' })).status).toBe(422);
    await call(quayOperator, 'POST', `/${id}/people`, { role: 'subject', personId: cso.id });
    expect((await call(lead, 'POST', `/${id}/wall`, { custodianId: cso.id, reason: 'because' })).json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.subject_inside' });
    expect((await call(quayOperator, 'GET', `/${id}`)).status).toBe(200);
  });

  test('a subject is never let in, and a member never named a subject', async () => {
    const { id } = await behindWall();
    const suspect = await aPerson(fresh, 'Sam Suspect');
    await call(lead, 'POST', `/${id}/people`, { role: 'subject', personId: suspect.id });
    expect((await call(lead, 'POST', `/${id}/members`, { personId: suspect.id, part: 'wall-reader', reason: 'because' })).status).toBe(422);
    expect((await call(lead, 'POST', `/${id}/people`, { role: 'subject', personId: cso.id })).status).toBe(422);
  });

  test('a wall is never left without lead or keeper, whoever goes, also when both go at once', async () => {
    const { id } = await behindWall();
    expect((await call(lead, 'POST', `/${id}/members/remove`, { personId: cso.id, reason: 'because' })).status).toBe(422);
    expect((await call(lead, 'POST', `/${id}/members/remove`, { personId: lead.id, reason: 'because' })).status).toBe(422);
    expect((await call(lead, 'POST', `/${id}/members`, { personId: cso.id, part: 'wall-reader', reason: 'because' })).status).toBe(422);
    await call(lead, 'POST', `/${id}/members`, { personId: analyst.id, part: 'wall-custodian', reason: 'Second keeper' });
    const both = await Promise.all([cso.id, analyst.id].map((personId) => call(lead, 'POST', `/${id}/members/remove`, { personId, reason: 'because' })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422]);
  });

  test('who leaves the wall by their own hand does not see it any more', async () => {
    const { id } = await behindWall();
    await call(lead, 'POST', `/${id}/members`, { personId: analyst.id, part: 'wall-lead', reason: 'Takes over' });
    expect((await call(lead, 'POST', `/${id}/members/remove`, { personId: lead.id, reason: 'Conflict of interest' })).status).toBe(200);
    expect((await call(lead, 'GET', `/${id}`)).status).toBe(404);
    expect((await call(analyst, 'GET', `/${id}/members`)).json<{ items: object[] }>().items).toMatchObject([{ name: 'Ana Lyst', part: 'wall-lead' }, { name: 'Cecilia Chief', part: 'wall-custodian' }]);
  });

  test('reading is recorded before it is shown, once a minute, and where it cannot be recorded nothing is shown', async () => {
    const { id } = await behindWall();
    const looks = async () => Number((await fresh.owner.query(`select count(*) as n from ledger.entry where record_id = $1 and verb = 'incidents.looked' and actor = $2`, [id, cso.id])).rows[0].n);
    await fresh.owner.query(`alter table ledger.entry add constraint no_looks check (verb <> 'incidents.looked') not valid`);
    const refused = await call(cso, 'GET', `/${id}`);
    await fresh.owner.query('alter table ledger.entry drop constraint no_looks');
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.body).not.toContain('Walled matter');
    await call(cso, 'GET', `/${id}`);
    await call(cso, 'GET', `/${id}/log`);
    await call(cso, 'GET', `/${id}/timeline`);
    expect(await looks()).toBe(1);
  });

  test('one declared behind a wall was never seen outside and has a number of its own series', async () => {
    const declared = await call(quayOperator, 'POST', '', { title: 'A guard is suspected', severity: 3, siteId: quay, custodianId: cso.id });
    expect([declared.status, declared.body]).toEqual([201, expect.any(String)]);
    const made = declared.json<Standing>();
    expect(made.number).toMatch(/^INC-W-\d{4}-\d{5}$/);
    expect((await call(lead, 'GET', `/${made.id}`)).status).toBe(404);
    expect((await call(cso, 'GET', `/${made.id}`)).json<Incident>()).toMatchObject({ isWalled: true, title: 'A guard is suspected' });
    const open = await fresh.owner.query(`select count(*)::int as n from ledger.entry where record_id = $1 and wall_id is null`, [made.id]);
    expect(open.rows[0]).toEqual({ n: 0 });
    expect((await call(quayOperator, 'POST', '', { title: 'x', severity: 3, siteId: mill, custodianId: cso.id })).status).toBe(403);
  });

  test('a second wall is 409, and there is nobody to let into one that is not there', async () => {
    const { id } = await behindWall();
    expect((await call(lead, 'POST', `/${id}/wall`, { custodianId: cso.id, reason: 'Again' })).status).toBe(409);
    const open = await anIncident(call, lead, { siteId: quay });
    expect((await call(lead, 'POST', `/${open.id}/members`, { personId: analyst.id, part: 'wall-reader', reason: 'because' })).status).toBe(422);
  });

  test('what it needs to close is asked behind the wall as before it', async () => {
    const { id } = await behindWall({ type: 'trespass' });
    await complete(call, lead, id);
    expect((await call(lead, 'POST', `/${id}/close`, { reason: 'resolved', summary: 'It is all over now.' })).status).toBe(200);
  });
});

describe('lists', () => {
  test('page by page each reader gets exactly what they may see, once, in order, by site and by wall alike', async () => {
    const site = await aSite(fresh, 'Listed');
    const reader = await aPerson(fresh, 'Lisa List', { role: 'gsoc-operator', siteId: site }, { role: 'gsoc-operator', siteId: mill });
    const keeper = await aPerson(fresh, 'Kim Keeper', { role: 'investigations-lead', siteId: site });
    const made: Standing[] = [];
    for (let n = 0; n < 14; n++) made.push(await anIncident(call, keeper, { siteId: site, occurredFrom: new Date(Date.UTC(2026, 0, 1 + (n % 5))).toISOString() }));
    for (const { id } of made.slice(0, 4)) await call(keeper, 'POST', `/${id}/wall`, { custodianId: reader.id, reason: 'Walled' });
    for (const [who, least] of [[reader, 14], [keeper, 14], [cso, 10]] as const) {
      for (const sort of ['-occurred', 'occurred']) {
        const all = (await listed(who, `&sort=${sort}&siteId=${site}`)).items;
        const walked: IncidentRow[] = [];
        for (let after: string | null = ''; after !== null; ) {
          const page: { items: IncidentRow[]; next: string | null } = (await call(who, 'GET', `?limit=3&sort=${sort}&siteId=${site}${after ? `&after=${after}` : ''}`)).json();
          walked.push(...page.items);
          after = page.next;
        }
        expect(walked.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
        expect(all.filter(({ id }) => made.some((one) => one.id === id))).toHaveLength(least);
        const times = walked.map(({ occurredFrom }) => Date.parse(occurredFrom));
        expect(times).toEqual([...times].sort((a, b) => (sort === 'occurred' ? a - b : b - a)));
      }
    }
  });

  test('filters by state, severity, type, owner and time go together', async () => {
    const site = await aSite(fresh, 'Filtered');
    const keeper = await aPerson(fresh, 'Finn Filter', { role: 'gsoc-operator', siteId: site });
    const wanted = await anIncident(call, keeper, { siteId: site, type: 'trespass', severity: 4, occurredFrom: '2026-03-02T10:00:00Z', occurredTo: null });
    await anIncident(call, keeper, { siteId: site, type: 'burglary', severity: 4, occurredFrom: '2026-03-02T10:00:00Z' });
    await anIncident(call, keeper, { siteId: site, type: 'trespass', severity: 2, occurredFrom: '2026-03-02T10:00:00Z' });
    await anIncident(call, keeper, { siteId: site, type: 'trespass', severity: 4, occurredFrom: '2026-05-02T10:00:00Z' });
    const query = `&state=open&severity=3,4&type=trespass&commanderId=${keeper.id}&from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z`;
    for (const who of [keeper, cso]) expect(await ids(who, query)).toEqual([wanted.id]);
    for (const who of [keeper, cso]) expect(await ids(who, `${query}&state=closed`)).toEqual([wanted.id]);
    expect(await ids(keeper, query.replace('state=open', 'state=closed'))).toEqual([]);
  });
});
