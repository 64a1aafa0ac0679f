import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import type { Standing } from './contract.ts';
import type { Findings } from './finding-contract.ts';
import cases from './module.ts';
import { aCase, calling, type Calling } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let lead: Somebody, keeper: Somebody, inspector: Somebody, suspect: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [cases, twoPerson] });
  call = calling(app);
  [lead, keeper, inspector, suspect] = [await aPerson(fresh, 'Lena Lead', { role: 'investigations-lead' }), await aPerson(fresh, 'Kees Keeper', { role: 'investigator' }), await aPerson(fresh, 'Ines Inspector', { role: 'investigator' }), await aPerson(fresh, 'Sam Suspect', { role: 'cso' })];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const found = async (id: string, who = lead): Promise<Findings> => (await call(who, 'GET', `/${id}/findings`)).json<Findings>();
const type = (answer: { status: number; json: <T>() => T }) => [answer.status, answer.json<{ type?: string }>().type ?? 'done'];
const done = async (who: Somebody, path: string, body: object = {}, method: 'POST' | 'PATCH' = 'POST'): Promise<Standing> => {
  const answer = await call(who, method, path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.body}`);
  return answer.json<Standing>();
};
const decide = (who: Somebody, id: string, verb: 'approve' | 'refuse') => app.inject({ method: 'POST', url: `/api/two-person/${id}/${verb}`, headers: who.headers, payload: verb === 'refuse' ? { why: 'Not yet' } : {} });

/** A case with one allegation that was found, handed in. */
async function handedIn(): Promise<string> {
  const { id } = await aCase(call, lead, keeper);
  const { rowId } = await done(lead, `/${id}/allegations`, { type: 'other', text: 'The seal was cut at the yard' });
  await done(lead, `/${id}/begin`);
  await done(lead, `/${id}/allegations/${rowId}/find`, { finding: 'unfounded', why: 'The carrier cut it before customs' });
  await done(lead, `/${id}/ending`, { rootCause: 'No list of who may cut seals', outcome: 'process', noLoss: true }, 'PATCH');
  await done(lead, `/${id}/submit`);
  return id;
}

describe('what is alleged and found', () => {
  test('brings the elements of proof of its type, and is substantiated only once all were shown', async () => {
    const { id } = await aCase(call, lead, keeper);
    const person = await done(lead, `/${id}/people`, { role: 'subject', name: 'An unknown driver' });
    const { rowId } = await done(lead, `/${id}/allegations`, { type: 'cargo', text: 'Two pallets were sold on the way', subjectId: person.rowId });
    const [before] = (await found(id)).allegations;
    expect(before).toMatchObject({ subject: 'An unknown driver', finding: null, elements: [{ seq: 1, state: 'open' }, { seq: 2 }, { seq: 3 }] });
    const find = () => call(lead, 'POST', `/${id}/allegations/${rowId}/find`, { finding: 'substantiated', why: 'Seen on video' });
    expect(type(await find())).toEqual([409, 'urn:problem:cases.not_investigating']);
    await done(lead, `/${id}/begin`);
    expect(type(await find())).toEqual([422, 'urn:problem:cases.element_not_shown']);
    for (const { id: element } of before?.elements ?? []) await done(lead, `/${id}/elements/${element}/settle`, { state: 'shown', note: 'Gate video' });
    expect(type(await find())).toEqual([200, 'done']);
    expect((await found(id)).allegations[0]).toMatchObject({ finding: 'substantiated', foundBy: 'Lena Lead' });
  });

  test('the gates name what is missing, one by one', async () => {
    const { id } = await aCase(call, lead, keeper);
    const lacking = async (path: string): Promise<string[]> => (await call(lead, 'POST', `/${id}/${path}`, path === 'close' ? { reason: 'Done' } : {})).json<{ errors?: { pointer: string }[] }>().errors?.map(({ pointer }) => pointer) ?? [];
    expect(await lacking('begin')).toEqual(['/allegation']);
    await done(lead, `/${id}/allegations`, { type: 'other', text: 'A rule was broken' });
    await done(lead, `/${id}/begin`);
    expect(await lacking('submit')).toEqual(['/finding', '/root-cause', '/outcome', '/loss']);
    expect((await found(id)).lacks).toEqual(['finding', 'root-cause', 'outcome', 'loss']);
  });

  test('a subject never stands in the room: not let in, not named while inside, not by the database either', async () => {
    const { id } = await aCase(call, lead, keeper);
    await done(lead, `/${id}/people`, { role: 'subject', personId: suspect.id });
    expect(type(await call(lead, 'POST', `/${id}/members`, { personId: suspect.id, part: 'case-observer', reason: 'Reads along' }))).toEqual([422, 'urn:problem:cases.subject_inside']);
    expect(type(await call(lead, 'POST', `/${id}/people`, { role: 'subject', personId: keeper.id }))).toEqual([422, 'urn:problem:cases.subject_inside']);
    await expect(fresh.owner.query(`insert into access.wall_member (wall_id, person_id, part_id) select c.wall_id, $2, r.id from cases.case c, access.role r where c.id = $1 and r.key = 'case-observer'`, [id, suspect.id])).rejects.toThrow(/barred/);
  });
});

describe('the end of a case', () => {
  test('is reviewed by somebody who wrote none of its findings, and may be given back', async () => {
    const id = await handedIn();
    expect((await call(lead, 'POST', `/${id}/review`, { verdict: 'passed', words: 'Mine' })).status).toBe(403);
    await done(keeper, `/${id}/review`, { verdict: 'returned', words: 'Ask the second guard too' });
    expect(await found(id)).toMatchObject({ state: 'investigating', reviews: [{ verdict: 'returned', by: 'Kees Keeper' }] });
    await done(lead, `/${id}/submit`);
    expect(type(await call(lead, 'POST', `/${id}/close`, { reason: 'Reviewed before' }))).toEqual([422, 'urn:problem:cases.lacking']);
    await fresh.owner.query(`update cases.allegation set found_by = $2 where case_id = $1`, [id, keeper.id]);
    expect(type(await call(keeper, 'POST', `/${id}/review`, { verdict: 'passed', words: 'My own finding' }))).toEqual([422, 'urn:problem:cases.own_finding']);
  });

  test('needs a second person; how it was closed stays when it is opened again, unchangeable', async () => {
    const id = await handedIn();
    await done(keeper, `/${id}/review`, { verdict: 'passed', words: 'Sound' });
    const { decisionId, state } = (await call(lead, 'POST', `/${id}/close`, { reason: 'Nothing left to look at' })).json<{ decisionId: string; state: string }>();
    expect(state).toBe('waiting');
    expect((await decide(lead, decisionId, 'approve')).statusCode).toBeGreaterThanOrEqual(400);
    expect((await decide(keeper, decisionId, 'approve')).statusCode).toBe(200);
    expect(await found(id)).toMatchObject({ state: 'closed', lacks: [], closings: [{ proposedBy: 'Lena Lead', decidedBy: 'Kees Keeper', outcome: 'process', findings: [{ seq: 1, finding: 'unfounded' }] }] });
    expect(type(await call(lead, 'PATCH', `/${id}/ending`, { rootCause: 'Other' }))).toEqual([409, 'urn:problem:cases.closed']);
    await done(keeper, `/${id}/reopen`, { reason: 'A new witness came' });
    expect(await found(id)).toMatchObject({ state: 'investigating', closings: [{ outcome: 'process', reopenedBy: 'Kees Keeper', reopenedReason: 'A new witness came' }] });
    expect((await call(lead, 'GET', `/${id}/timeline`)).json<{ items: { verb: string }[] }>().items.map(({ verb }) => verb)).toEqual(['opened', 'begun', 'found', 'submitted', 'reviewed', 'closed', 'reopened']);
  });

  test('two people close it at once: one wins, the other is told', async () => {
    const id = await handedIn();
    await done(keeper, `/${id}/review`, { verdict: 'passed', words: 'Sound' });
    const asked = await Promise.all([lead, keeper].map((who) => call(who, 'POST', `/${id}/close`, { reason: 'Done' })));
    expect(asked.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = asked[0]?.status === 200 ? lead : keeper;
    const { decisionId } = (asked.find(({ status }) => status === 200) as typeof asked[number]).json<{ decisionId: string }>();
    expect(type(asked.find(({ status }) => status === 409) as typeof asked[number])[1]).toBe('urn:problem:decisions.proposed_already');
    const other = winner === lead ? keeper : lead;
    const decided = await Promise.all([decide(other, decisionId, 'approve'), decide(other, decisionId, 'refuse')]);
    expect(decided.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  });

  test('parts that may not find, review or close are told so; who is not in the room finds nothing', async () => {
    const id = await handedIn();
    await done(lead, `/${id}/members`, { personId: inspector.id, part: 'case-hr', reason: 'Advises' });
    for (const [path, body] of [['review', { verdict: 'passed', words: 'Fine' }], ['close', { reason: 'Done' }], ['allegations', { type: 'other', text: 'One more' }]] as const) expect([path, (await call(inspector, 'POST', `/${id}/${path}`, body)).status]).toEqual([path, 403]);
    for (const path of ['findings', 'timeline']) expect((await call(suspect, 'GET', `/${id}/${path}`)).status).toBe(404);
  });
});
