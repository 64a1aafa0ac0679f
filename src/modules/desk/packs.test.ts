import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { freezePeriod } from '#modules/metrics/freeze.service.ts';
import metrics from '#modules/metrics/module.ts';
import { periodOf } from '#modules/metrics/periods.ts';
import tasks from '#modules/tasks/module.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { closePress } from '#platform/report/press.ts';
import { canRead, structureOf, textOf } from '#platform/report/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import desk from './module.ts';
import { desk as store } from './packs/pack-row.ts';
import type { Pack, PackHead } from './pack-contract.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let deputy: Somebody;
let executive: Somebody;
let cutoffId = '';
const NOW = new Date('2026-04-03T08:00:00Z');

const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, who: Somebody, payload?: object) => app.inject({ method, url: `/api${url}`, headers: { ...who.headers, ...(method === 'POST' && { 'idempotency-key': uuidv7() }) }, ...(payload && { payload }) });
async function done<T>(method: 'GET' | 'POST' | 'PATCH', url: string, who: Somebody, payload?: object): Promise<T> {
  const reply = await ask(method, url, who, payload);
  expect(reply.statusCode, reply.body).toBeLessThan(300);
  return reply.json<T>();
}
const begin = (sections: object[] = []) => done<Pack>('POST', '/desk/packs', chief, { title: 'Board of April', cutoffId, sections });
async function issued(): Promise<Pack> {
  const { id } = await begin([{ kind: 'text', title: 'In short', text: 'A quiet month, with one break-in.' }, { kind: 'figures', title: 'Figures', keys: ['alarms.claim-median', 'incidents.number', 'incidents.severity-mix'] }, { kind: 'incidents', title: 'Incidents of note', least: 4 }, { kind: 'actions', title: 'What is to be done' }]);
  await done('POST', `/desk/packs/${id}/freeze`, deputy);
  const { decisionId } = await done<{ decisionId: string }>('POST', `/desk/packs/${id}/issue`, chief);
  await done('POST', `/two-person/${decisionId}/approve`, deputy, {});
  return done<Pack>('GET', `/desk/packs/${id}`, executive);
}

beforeAll(async () => {
  fresh = await freshDatabase({ max: 4 });
  app = await buildServer({ db: fresh.db, modules: [desk, metrics, tasks, twoPerson] });
  const site = await aSite(fresh, 'UTR');
  chief = await aPerson(fresh, 'Carla Chief', { role: 'cso' });
  deputy = await aPerson(fresh, 'Dan Deputy', { role: 'deputy-cso' });
  executive = await aPerson(fresh, 'Ed Executive', { role: 'executive-reader' });
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, point, handling, is_active, raised_at, known_at, last_at, answer_by, claimed_at)
    select uuidv7(), 'ALM-' || i, $1, 'c' || i, 'intrusion.alarm', 'A', 2, 'zone:1', 'acknowledged', false, t, t, t, t, t + i * interval '1 second' from (select i, '2026-01-05T00:00:00Z'::timestamptz + i * interval '1 day' as t from generate_series(1, 80) i) x`, [site]);
  await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, site_id, occurred_from, known_at, declared_by, declared_at)
    select uuidv7(), 'INC-' || i, 'Break-in ' || i, 'burglary', case when i <= 2 then 4 else 3 end, $1, t, t, $2, t from (select i, '2026-03-04T00:00:00Z'::timestamptz + i * interval '1 day' as t from generate_series(1, 9) i) x`, [site, chief.id]);
  await fresh.owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) select id, 'incidents.incident', number, title, state, site_id, 'incidents:read', known_at from incidents.incident`);
  const steward = await actAs(fresh.db, SERVICE.steward, () => NOW);
  for (const back of [3, 2, 1]) cutoffId = (await freezePeriod(steward, 'month', periodOf('month', NOW, back))) ?? '';
});
afterAll(async () => {
  await closePress();
  await app.close();
  await fresh.drop();
});

describe('a pack', () => {
  test('is frozen, approved by another, and read by executives only then', async () => {
    const { id, state, sections } = await begin();
    expect([state, sections.map(({ kind }) => kind)]).toEqual(['draft', ['figures', 'incidents', 'actions']]);
    const proposing = await ask('POST', `/desk/packs/${id}/issue`, chief);
    expect([proposing.statusCode, (await ask('GET', `/desk/packs/${id}`, executive)).statusCode, (await ask('GET', `/desk/packs/${id}/pack.pdf`, chief)).statusCode]).toEqual([422, 404, 422]);
    await done('POST', `/desk/packs/${id}/freeze`, chief);
    const { decisionId } = await done<{ decisionId: string }>('POST', `/desk/packs/${id}/issue`, chief);
    expect((await ask('POST', `/two-person/${decisionId}/approve`, chief, {})).statusCode).not.toBe(200);
    await done('PATCH', `/desk/packs/${id}`, chief, { title: 'Another title' });
    expect((await ask('POST', `/two-person/${decisionId}/approve`, deputy, {})).statusCode).toBe(422);
    const { items } = await done<{ items: PackHead[] }>('GET', '/desk/packs', executive);
    expect(items).toEqual([]);
    expect((await issued()).state).toBe('issued');
  });

  test('shows figures as they were frozen, whatever becomes of the records, and nothing that could point to a person', async () => {
    const pack = await issued();
    const figures = pack.content?.sections.flatMap((one) => (one.kind === 'figures' ? one.figures : [])) ?? [];
    const of = (key: string) => figures.find(({ metric }) => metric.key === key);
    expect([of('incidents.number')?.figure.value, of('incidents.severity-mix')?.figure.isFew, of('alarms.claim-median')?.months.length]).toEqual([9, true, 3]);
    expect(pack.content?.sections.flatMap((one) => (one.kind === 'incidents' ? one.items.map(({ number }) => number) : []))).toEqual(['INC-1', 'INC-2']);
    await fresh.owner.query(`update incidents.incident set severity = 1 where number = 'INC-9'`);
    expect((await done<Pack>('GET', `/desk/packs/${pack.id}`, executive)).content).toEqual(pack.content);
    expect((await done<{ today: { figure: { value: number }; changed: number } }>('GET', `/metrics/frozen/${pack.cutoffId}/figure?key=incidents.number`, chief)).today).toMatchObject({ changed: 1, figure: { value: 8 } });
    expect((await done<{ total: number }>('GET', `/metrics/frozen/${pack.cutoffId}/records?key=incidents.number`, executive)).total).toBe(0);
  });

  test('stays as it was issued, in the database too; what is decided is recorded with it, and an action is a task', async () => {
    const { id } = await issued();
    expect((await ask('PATCH', `/desk/packs/${id}`, chief, { title: 'Later' })).statusCode).toBe(409);
    await expect(store.writeMany(await fresh.as(chief.id), 'desk:write', async (tx) => {
      await tx.updateTable('desk.pack').set({ title: 'Later' }).where('id', '=', id).execute();
      return { changes: [], result: null };
    })).rejects.toThrow();
    expect((await done<Pack>('GET', `/desk/packs/${id}`, chief)).title).toBe('Board of April');
    await done('POST', `/desk/packs/${id}/decisions`, executive, { text: 'A second guard at night until the fence is mended.' });
    const { lines } = await done<Pack>('POST', `/desk/packs/${id}/actions`, chief, { title: 'Mend the fence', ownerId: deputy.id });
    expect(lines.map(({ kind, text, by }) => [kind, text, by])).toEqual([['decision', 'A second guard at night until the fence is mended.', 'Ed Executive'], ['action', 'Mend the fence', 'Carla Chief']]);
    expect(lines[1]?.task).toMatchObject({ state: 'open', owner: 'Dan Deputy' });
    const struck = await done<Pack>('POST', `/desk/packs/${id}/lines/${lines[0]?.id}/strike`, chief, { why: 'Said of another site' });
    expect(struck.lines[0]?.struck).toMatchObject({ by: 'Carla Chief', why: 'Said of another site' });
    expect((await ask('POST', `/desk/packs/${id}/decisions`, { ...executive, headers: {} } as Somebody, { text: 'No' })).statusCode).toBe(401);
  });

  test.skipIf(!canRead())('is printed with its tree, its chart in words, and where it comes from, and that is recorded', async () => {
    const { id, number } = await issued();
    const reply = await ask('GET', `/desk/packs/${id}/pack.pdf`, executive);
    expect([reply.statusCode, reply.headers['content-type']], reply.statusCode === 200 ? '' : reply.body).toEqual([200, 'application/pdf']);
    const [text, tree] = [textOf(reply.rawPayload).replaceAll(/\s+/g, ' '), structureOf(reply.rawPayload)];
    for (const words of [number, 'Board of April', 'A quiet month', 'Time to answer', 'Break-in 1', 'Target: at most 30 s', 'approved by Dan Deputy', 'fewer than 5']) expect(text).toContain(words);
    for (const part of ['H1', 'H2', 'H3', 'Table', 'Figure']) expect(tree).toMatch(new RegExp(`\\b${part}\\b`));
    const { rows: [row] } = await fresh.owner.query<{ n: number }>(`select count(*)::int as n from ledger.entry where verb = 'desk.pack-printed' and record_id = $1`, [id]);
    expect(row?.n).toBe(1);
  });
});
