import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import tasks from '#modules/tasks/module.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { closePress } from '#platform/report/press.ts';
import { canRead, textOf, withoutSpace } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import incidents from '../module.ts';
import type { Review, ReviewStanding } from '../review-contract.ts';
import { anIncident, aSite, calling, complete } from '../testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let site: string;
let lead: Somebody, deputy: Somebody, operator: Somebody, elsewhere: Somebody;

const send = async (who: Somebody, method: 'GET' | 'POST' | 'PATCH' | 'PUT', path: string, payload?: object, headers: Record<string, string> = {}) => {
  const reply = await app.inject({ method, url: `/api${path}`, headers: { ...who.headers, ...(method === 'POST' && { 'idempotency-key': uuidv7() }), ...headers }, ...(payload && { payload }) });
  return { status: reply.statusCode, raw: reply.rawPayload, json: <T = Record<string, unknown>>() => reply.json<T>() };
};
const read = async (who: Somebody, id: string): Promise<Review> => (await send(who, 'GET', `/incidents/${id}/review`)).json<{ review: Review }>().review;

async function aClosed(facts: object = {}): Promise<string> {
  const call = calling(app);
  const { id } = await anIncident(call, lead, { siteId: site, title: 'Man over the fence', ...facts });
  await complete(call, lead, id);
  const closed = await send(lead, 'POST', `/incidents/${id}/close`, { reason: 'resolved', summary: 'Led out, fence mended the same night.' });
  if (closed.status !== 200) throw new Error(`Not closed: ${JSON.stringify(closed.json())}`);
  return id;
}

const IMPROVEMENT = { kind: 'improvement', capability: 'alerting', text: 'The duty manager heard of it after an hour', cause: 'communication-late', recommendation: 'Tell the duty manager from severity 2' };
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

/** A review with one improvement and its action, whole but for the finish; answers the task. */
async function aReview(id: string, due = TOMORROW): Promise<string> {
  await send(lead, 'POST', `/incidents/${id}/review`);
  await send(lead, 'PATCH', `/incidents/${id}/review`, { summary: 'We told too late and mended fast.', ratings: { alerting: 'M', response: 'P' } });
  const { rowId } = (await send(lead, 'POST', `/incidents/${id}/review/observations`, IMPROVEMENT)).json<ReviewStanding>();
  const made = await send(lead, 'POST', `/incidents/${id}/review/actions`, { observationId: rowId, title: 'Change the notify list', ownerId: operator.id, dueAt: due, element: 'planning' });
  if (made.status !== 201) throw new Error(JSON.stringify(made.json()));
  return (await read(lead, id)).observations[0]?.actions[0]?.taskId ?? '';
}

async function finish(id: string): Promise<void> {
  const proposed = (await send(lead, 'POST', `/incidents/${id}/review/finish`)).json<{ decisionId: string; state: string }>();
  expect(proposed.state).toBe('waiting');
  expect((await send(deputy, 'POST', `/two-person/${proposed.decisionId}/approve`, {})).status).toBe(200);
}

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents, tasks, twoPerson] });
  site = await aSite(fresh, 'Kestrel Quay');
  const far = await aSite(fresh, 'Far Field');
  [lead, deputy] = [await aPerson(fresh, 'Tomas Rehn', { role: 'cso' }), await aPerson(fresh, 'Dora Deputy', { role: 'deputy-cso' })];
  [operator, elsewhere] = [await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId: site }), await aPerson(fresh, 'Eli Elsewhere', { role: 'gsoc-operator', siteId: far })];
});
afterAll(async () => {
  await closePress();
  await app.close();
  await fresh.drop();
});

describe('an after-action review', () => {
  test('is opened on a closed incident only, once, by who may, and is nothing to who does not see the incident', async () => {
    const { id: open } = await anIncident(calling(app), lead, { siteId: site });
    expect((await send(lead, 'POST', `/incidents/${open}/review`)).json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.review_open' });
    const id = await aClosed();
    expect((await send(operator, 'GET', `/incidents/${id}/review`)).json()).toEqual({ review: null });
    expect((await send(operator, 'POST', `/incidents/${id}/review`)).status).toBe(403);
    expect((await send(elsewhere, 'GET', `/incidents/${id}/review`)).status).toBe(404);
    expect((await send(lead, 'POST', `/incidents/${id}/review`)).status).toBe(201);
    expect((await send(lead, 'POST', `/incidents/${id}/review`)).json()).toMatchObject({ status: 409, type: 'urn:problem:incidents.review_there' });
    expect((await read(operator, id)).mayWrite).toBe(false);
    expect((await read(lead, id)).moments.map(({ key }) => key)).toEqual(['occurred', 'known', 'declared', 'closed']);
  });

  test('is not finished while something is missing, each named; If-Match with an older version is refused', async () => {
    const id = await aClosed();
    await send(lead, 'POST', `/incidents/${id}/review`);
    const { rowId } = (await send(lead, 'POST', `/incidents/${id}/review/observations`, { kind: 'improvement', capability: 'access', text: 'The gate stood open' })).json<ReviewStanding>();
    const refused = await send(lead, 'POST', `/incidents/${id}/review/finish`);
    expect(refused.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer)).toEqual(['/summary', '/observations/0/cause', '/observations/0/recommendation', '/observations/0/actions']);
    expect((await send(lead, 'PATCH', `/incidents/${id}/review`, { summary: 'Old' }, { 'if-match': '"1"' })).status).toBe(412);
    await send(lead, 'PUT', `/incidents/${id}/review/observations/${rowId}`, { ...IMPROVEMENT, noActionReason: 'The gate is gone since' });
    await send(lead, 'PATCH', `/incidents/${id}/review`, { summary: 'The gate is gone since.' });
    expect((await read(lead, id)).missing).toEqual([]);
  });

  test('takes actions that are tasks of the incident, shows how each stands, is finished by another person, and is frozen then while its actions live on', async () => {
    const id = await aClosed();
    const taskId = await aReview(id);
    expect((await send(operator, 'GET', '/tasks/mine')).json()).toMatchObject({ items: [{ id: taskId, title: 'Change the notify list', record: { id } }] });
    expect((await send(lead, 'POST', `/incidents/${id}/review/observations/${(await read(lead, id)).observations[0]?.id}/strike`, { reason: 'Not so' })).json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.has_actions' });
    await finish(id);
    expect(await read(lead, id)).toMatchObject({ state: 'finished', proposedBy: 'Tomas Rehn', approvedBy: 'Dora Deputy' });
    for (const [method, path, body] of [['PATCH', '', { summary: 'Otherwise' }], ['POST', '/observations', IMPROVEMENT], ['POST', '/finish', undefined]] as const) expect((await send(lead, method, `/incidents/${id}/review${path}`, body)).status).toBe(409);
    const frozen = (await fresh.as(lead.id)).db.hold((client) => client.send([{ text: `update incidents.review set summary = 'x'`, values: [] }], 'parapet_org'));
    await expect(frozen).rejects.toThrow();
    expect((await send(operator, 'POST', `/tasks/${taskId}/complete`, { outcome: 'The list names the duty manager' })).status).toBe(200);
    expect((await read(operator, id)).observations[0]?.actions).toMatchObject([{ state: 'done', outcome: 'The list names the duty manager', isOverdue: false }]);
    const timeline = (await send(lead, 'GET', `/incidents/${id}/timeline`)).json<{ items: { verb: string }[] }>().items.map(({ verb }) => verb);
    expect(timeline.slice(-2)).toEqual(['review-opened', 'review-finished']);
  });

  test('that was changed after it was proposed is not finished by the approval', async () => {
    const id = await aClosed();
    await aReview(id);
    const { decisionId } = (await send(lead, 'POST', `/incidents/${id}/review/finish`)).json<{ decisionId: string }>();
    await send(lead, 'PATCH', `/incidents/${id}/review`, { summary: 'Something else altogether.' });
    expect((await send(deputy, 'POST', `/two-person/${decisionId}/approve`, {})).json()).toMatchObject({ status: 422, type: 'urn:problem:incidents.review_changed' });
    expect((await read(lead, id)).state).toBe('draft');
  });

  test('prints what was learned with its causes, actions and the timeline', async ({ skip }) => {
    if (!canRead()) skip('poppler-utils is not installed');
    const id = await aClosed();
    await aReview(id);
    const pdf = await send(operator, 'GET', `/incidents/${id}/review/report.pdf`);
    expect(pdf.status).toBe(200);
    const text = withoutSpace(textOf(pdf.raw));
    for (const wanted of ['After-action review of INC-', 'A draft: it is not approved', IMPROVEMENT.text, 'Communication: they were told late', 'Change the notify list', 'Alma Bright', 'Declared']) expect(text).toContain(withoutSpace(wanted));
  });

  test('goes behind the wall with its incident: lists, actions and trends say nothing of it to others', async () => {
    const id = await aClosed({ title: 'A matter for few' });
    await aReview(id);
    await finish(id);
    const before = (await send(operator, 'GET', '/incidents/reviews/trends')).json<{ reviews: number }>().reviews;
    await send(lead, 'POST', `/incidents/${id}/wall`, { custodianId: deputy.id, reason: 'Names staff' });
    const has = async (who: Somebody, path: string): Promise<boolean> => (await send(who, 'GET', path)).json<{ items: { incidentId: string }[] }>().items.some(({ incidentId }) => incidentId === id);
    expect([await has(operator, '/incidents/reviews'), await has(lead, '/incidents/reviews')]).toEqual([false, true]);
    expect([await has(operator, '/incidents/reviews/actions'), await has(lead, '/incidents/reviews/actions')]).toEqual([false, false]);
    expect((await send(operator, 'GET', '/incidents/reviews/trends')).json<{ reviews: number }>().reviews).toBe(before - 1);
    expect((await send(operator, 'GET', `/incidents/${id}/review`)).status).toBe(404);
    expect((await send(lead, 'GET', `/incidents/${id}/review/report.pdf`)).json()).toMatchObject({ status: 422, errors: [{ pointer: '/purpose' }] });
  });
});

describe('over all reviews', () => {
  test('a cause that comes again after its action was done is named, with the action; grave incidents without a review wait for one', async () => {
    const earlier = await aClosed();
    const taskId = await aReview(earlier);
    await finish(earlier);
    await send(operator, 'POST', `/tasks/${taskId}/complete`, {});
    const later = await aClosed();
    await aReview(later);
    await finish(later);
    const trends = (await send(lead, 'GET', '/incidents/reviews/trends')).json<{ reviews: number; periods: { reviews: number }[]; causes: { cause: string; reviews: number }[]; returned: { cause: string; later: { incidentId: string }; isSameSite: boolean }[] }>();
    expect(trends.returned.find((one) => one.later.incidentId === later)).toMatchObject({ cause: 'communication-late', isSameSite: true, earlier: { action: 'Change the notify list' } });
    expect(trends.periods.reduce((sum, { reviews }) => sum + reviews, 0)).toBe(trends.reviews);
    expect(trends.causes[0]).toMatchObject({ cause: 'communication-late', reviews: trends.reviews });
    const { rows: [row] } = await fresh.owner.query<{ reviews: number }>(`select count(distinct r.id)::int as reviews from incidents.review r join incidents.review_observation o using (incident_id) join incidents.incident i on i.id = r.incident_id where i.wall_id is null and r.state = 'finished' and o.cause = 'communication-late' and o.struck_at is null`);
    expect(row?.reviews).toBe(trends.reviews);
    const waiting = await aClosed();
    await fresh.owner.query(`update incidents.incident set severity = 4, fields = fields || '{"afterActionAt": "2026-01-02T09:00:00Z"}' where id = $1`, [waiting]);
    expect((await send(lead, 'GET', '/incidents/reviews/due')).json<{ items: { incidentId: string }[] }>().items).toMatchObject([{ incidentId: waiting, dueAt: '2026-01-02T09:00:00Z', isOverdue: true }]);
  });
});
