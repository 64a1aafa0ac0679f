import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { eventTypes } from '#modules/signals/public.ts';
import { enterToRead } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { FigureDetail, Reading } from './contract.ts';
import { DEFINITIONS } from './definitions.ts';
import metrics from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let analyst: Somebody;
let operator: Somebody;
let stranger: Somebody;
let [utrecht, lyon] = ['', ''];

const get = (url: string, who: Somebody) => app.inject({ url: `/api/metrics${url}`, headers: who.headers });
async function read<T>(url: string, who = chief): Promise<T> {
  const reply = await get(url, who);
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<T>();
}
const detail = (key: string, more = '', who = chief) => read<FigureDetail>(`/figure?key=${key}&days=366${more}`, who);
const rowsOf = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> => (await fresh.owner.query<T>(text, values)).rows;

/** A year of two sites, by a rule that anybody can follow: what is simulated, walled, on test or folded is among it and must not count. */
async function aYear(): Promise<void> {
  const person = chief.id;
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, wall_id, condition_key, type, title, priority, source_id, source_name, point, handling, is_active, raised_at, known_at, last_at, answer_by, owner_id, claimed_at, acknowledged_by, acknowledged_at, closed_by, closed_at, disposition, is_simulated, folded_into, folded_behind)
    select uuidv7(), 'ALM-' || i, case when i % 3 = 0 then $2::uuid else $1::uuid end, case when i % 97 = 0 then $4::uuid end, 'c' || i, case when i % 5 = 0 then 'duress.panic' when i % 5 = 1 then 'access.forced' else 'intrusion.alarm' end, 'A', 2, $5::uuid, 'P', 'zone:' || (i * i % 23),
      case when i > 590 then 'unacknowledged' else 'closed' end, false, t, t, t, t, null, case when i % 11 > 0 and i <= 590 then t + (i * 7 % 120) * interval '1 second' end, null, null,
      case when i % 13 > 0 and i <= 590 then $3::uuid end, case when i <= 590 then t + (i * 31 % 9000 + 200) * interval '1 second' end, case when i % 13 > 0 and i <= 590 then (array['genuine', 'nuisance', 'false-equipment', 'handed-over'])[1 + i % 4] end, i % 41 = 0, null, null
    from (select i, now() - (i * 13 % 360) * interval '1 day' - (i * 17 % 24) * interval '1 hour' - interval '3 hours' as t from generate_series(1, 600) i) x`, [utrecht, lyon, person, await aWall(), uuidv7()]);
  await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, state, site_id, wall_id, occurred_from, known_at, declared_by, declared_at, is_simulated)
    select uuidv7(), 'INC-' || i, 'I', case when i % 9 > 0 then case when i % 2 = 0 then 'burglary' else 'assault-physical' end end, 1 + i % 5, 'open', case when i % 3 = 0 then $2::uuid else $1::uuid end, case when i % 10 = 0 then $4::uuid end, t, t, $3, t + i * interval '1 minute', i % 21 = 0
    from (select i, now() - i * 4 * interval '1 day' as t from generate_series(1, 80) i) x`, [utrecht, lyon, person, await aWall()]);
  await fresh.owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) select id, 'incidents.incident', title, state, site_id, wall_id, 'incidents:read', known_at from incidents.incident`);
  await fresh.owner.query(`insert into tasks.task (id, record_id, title, due_at, state, outcome, created_by, ended_at, ended_by)
    select uuidv7(), i.id, 'T', i.known_at + interval '2 days', case when n % 4 = 0 then 'open' when n % 17 = 0 then 'dropped' else 'done' end, case when n % 17 = 0 then 'not needed' else '' end, $1, case when n % 4 > 0 then i.known_at + (n % 3) * interval '30 hours' end, case when n % 4 > 0 then $1::uuid end
    from (select *, substr(number, 5)::int as n from incidents.incident) i`, [person]);
  await fresh.owner.query(`insert into workorders.workorder (id, number, title, site_id, origin, fault_code, priority, state, firm, due_at, failed_at, raised_at, raised_by, fixed_at, fixed_by, done, is_simulated)
    select uuidv7(), 'WO-' || i, 'W', $1, 'fault', 'sensor.fault', 1 + i % 4, case when i % 6 > 0 then 'fixed' else 'raised' end, 'F', t + interval '1 day', t, t, $2, case when i % 6 > 0 then t + (i * 5 % 50) * interval '1 hour' end, case when i % 6 > 0 then $2::uuid end, case when i % 6 > 0 then 'Mended' else '' end, i % 19 = 0
    from (select i, now() - i * 9 * interval '1 day' as t from generate_series(1, 38) i) x`, [utrecht, person]);
  await fresh.owner.query(`insert into devices.device (id, site_id, code, name, kind, end_of_life_on) select uuidv7(), $1, 'D' || i, 'D', 'camera', case when i % 3 > 0 then current_date + (i - 6) * 30 end from generate_series(1, 12) i`, [lyon]);
  await fresh.owner.query(`insert into alarms.shift (id, number, site_id, person_id, began_at, ended_at, ended_by, ended_how, ended_why) select uuidv7(), 'SH-' || i, $1, $2, now() - i * interval '1 day', now() - i * interval '1 day' + interval '8 hours', $2, case when i % 4 = 0 then 'to-nobody' else 'handed-over' end, 'x' from generate_series(2, 20) i`, [utrecht, person]);
}

async function aWall(): Promise<string> {
  const id = uuidv7();
  await fresh.owner.query('insert into access.wall (id, opened_by) values ($1, $2)', [id, chief.id]);
  return id;
}

beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  app = await buildServer({ db: fresh.db, modules: [metrics] });
  [utrecht, lyon] = [await aSite(fresh, 'UTR'), await aSite(fresh, 'LYO')];
  chief = await aPerson(fresh, 'Carla Chief', { role: 'cso' });
  analyst = await aPerson(fresh, 'Marc Budget', { role: 'vendor-budget-manager' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utrecht });
  stranger = await aPerson(fresh, 'Rita Reception', { role: 'reception', siteId: utrecht });
  await aYear();
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const LIVE = `wall_id is null and not is_simulated`;
const ANSWER = `extract(epoch from least(claimed_at, acknowledged_at, case when closed_by is not null then closed_at end) - raised_at)`;
const YEAR = `> now() - interval '366 days'`;
const FAST = eventTypes.filter(({ profile }) => profile?.key === 'fast').map(({ key }) => `'${key}'`).join(', ');
const STANDARD = eventTypes.filter(({ profile }) => profile?.key === 'standard').map(({ key }) => `'${key}'`).join(', ');
const answered = (types: string, seconds: number): string => `select count(*) filter (where floor(${ANSWER}) <= ${seconds})::int as n, count(*)::int as "of" from alarms.alarm where ${LIVE} and type in (${types}) and (${ANSWER} is not null or closed_at is null)`;

/** Each figure again, by SQL over the tables that was written for this test and shares nothing with the module's. */
const AGAIN: Readonly<Record<string, string>> = {
  'alarms.answer-fast': answered(FAST, 30),
  'alarms.answer-standard': answered(STANDARD, 90),
  'alarms.claim-median': `select percentile_cont(0.5) within group (order by s) as value, percentile_cont(0.9) within group (order by s) as p90, count(*)::int as n from (select case when ${ANSWER} >= 3600 then 60 * floor(${ANSWER} / 60) else floor(${ANSWER}) end as s from alarms.alarm where ${LIVE} and ${ANSWER} is not null) x`,
  'alarms.close-median': `select percentile_cont(0.5) within group (order by s) as value, percentile_cont(0.985) within group (order by s) as p985 from (select case when e >= 3600 then 60 * floor(e / 60) else floor(e) end as s from (select extract(epoch from closed_at - raised_at) as e from alarms.alarm where ${LIVE} and closed_by is not null) y) x`,
  'alarms.true-share': `select count(*) filter (where disposition in ('genuine', 'genuine-breach', 'handed-over'))::int as n, count(*)::int as "of" from alarms.alarm where ${LIVE} and disposition is not null`,
  'alarms.stale': `select count(*)::int as value from alarms.alarm where ${LIVE} and closed_at is null and raised_at < now() - interval '1 day'`,
  'alarms.top10-share': `select (select sum(c) from (select count(*) as c from alarms.alarm where ${LIVE} group by source_id, point order by 1 desc limit 10) t)::int as n, count(*)::int as "of" from alarms.alarm where ${LIVE}`,
  'alarms.flood-share': `select 0 as value`,
  'alarms.handover': `select count(*) filter (where ended_how = 'handed-over')::int as n, count(*)::int as "of" from alarms.shift where ended_at ${YEAR}`,
  'incidents.number': `select count(*)::int as value from incidents.incident where ${LIVE} and severity >= 2`,
  'incidents.severity-mix': `select count(*) filter (where severity >= 4)::int as n, count(*)::int as "of" from incidents.incident where ${LIVE} and severity >= 2`,
  'incidents.intake-time': `select percentile_cont(0.5) within group (order by case when s >= 3600 then 60 * floor(s / 60) else s end) as value, (select count(*) from incidents.incident where ${LIVE} and type_key is null)::int as missing from (select extract(epoch from declared_at - known_at) as s from incidents.incident where ${LIVE} and type_key is not null) x`,
  'incidents.actions-on-time': `select count(*) filter (where t.ended_at <= t.due_at)::int as n, count(*)::int as "of" from tasks.task t join incidents.incident i on i.id = t.record_id where i.wall_id is null and not i.is_simulated and t.state <> 'dropped' and t.due_at < now()`,
  'systems.restore-time': `select percentile_cont(0.5) within group (order by extract(epoch from fixed_at - failed_at)) as value, count(*)::int as n from workorders.workorder where not is_simulated and priority <= 2 and fixed_at is not null`,
  'systems.past-life': `select count(*) filter (where end_of_life_on < current_date)::int as n, count(*) filter (where end_of_life_on is not null)::int as "of", count(*) filter (where end_of_life_on is null)::int as missing from devices.device`,
  'vendors.restore-sla': `select count(*) filter (where fixed_at <= due_at)::int as n, count(*)::int as "of" from workorders.workorder where not is_simulated and due_at < now()`,
};

describe('a figure', () => {
  test('equals the SQL that was written for it, for every definition of the catalogue', async () => {
    const { items } = await read<{ items: Reading[] }>('/figures?days=366');
    expect(items.map(({ metric }) => metric.key)).toEqual(Object.keys(AGAIN));
    for (const { metric, figure } of items) {
      const [again] = await rowsOf<Record<string, number | string>>(AGAIN[metric.key] ?? '');
      for (const [name, value] of Object.entries(again ?? {})) expect([metric.key, name, figure[name as keyof typeof figure]]).toEqual([metric.key, name, Number(value)]);
      expect(figure.value === null ? metric.key : (figure.lo ?? -1) <= figure.value && figure.value <= (figure.hi ?? Infinity)).toBe(true);
    }
  });

  test('is the sum of its parts, by site, shift and type', async () => {
    for (const by of ['site', 'shift', 'type'] as const) {
      const { figure, parts } = await detail('alarms.true-share', `&by=${by}`);
      expect(parts.reduce((sum, part) => sum + (part.figure.of ?? 0), 0)).toBe(figure.of);
    }
    expect((await detail('incidents.number', '&by=type')).parts.map(({ name }) => name)).toContain('Burglary');
  });

  test('of months stays within the year, with limits from those that are whole', async () => {
    const { months } = await detail('incidents.number');
    expect(months).toHaveLength(12);
    expect(months.at(-1)?.month).toBe(new Date().toISOString().slice(0, 7));
    expect(months[5]?.ucl).toBeGreaterThan(months[5]?.center ?? Infinity);
  });

  test('is no data where nothing was counted, never nought or all', async () => {
    const empty = await aSite(fresh, 'NEW');
    const { items } = await read<{ items: Reading[] }>(`/figures?siteId=${empty}`);
    for (const { metric, figure } of items.filter((one) => one.metric.unit !== 'number')) expect([metric.key, figure.value]).toEqual([metric.key, null]);
  });

  test('every definition names parts, unit and caveat, and is known by one key', () => {
    expect(new Set(DEFINITIONS.map(({ key }) => key)).size).toBe(DEFINITIONS.length);
  });
});

describe('who reads what', () => {
  test('nothing without the permission, nothing of a site that is not theirs, the same bytes for one that is not there', async () => {
    expect((await get('/figures', stranger)).statusCode).toBe(403);
    expect((await get(`/figures?siteId=${lyon}`, operator)).statusCode).toBe(404);
    const [hidden, absent] = [await get(`/figure?key=alarms.stale&siteId=${lyon}`, operator), await get(`/figure?key=alarms.stale&siteId=${uuidv7()}`, operator)];
    expect(hidden.json<{ detail: string }>().detail).toBe(absent.json<{ detail: string }>().detail);
  });

  test('who reads metrics at one site gets that site, without being asked which', async () => {
    const own = await read<{ items: Reading[] }>('/figures?days=366', operator);
    const asked = await read<{ items: Reading[] }>(`/figures?days=366&siteId=${utrecht}`, chief);
    const value = (items: Reading[]) => items.find(({ metric }) => metric.key === 'alarms.true-share')?.figure.of;
    expect(value(own.items)).toBe(value(asked.items));
  });

  test('the database sums up only for who reads metrics there, whatever the program asks', async () => {
    const ctx = await fresh.as(operator.id);
    const sum = (scope: string | null) => ctx.db.send([enterToRead(ctx.actor, 'metrics:read'), { text: `select count(*)::int as n from metrics.sums('incident', $1::uuid, now() - interval '1 year', now(), 'none', null)`, values: [scope] }], ctx.reader.dbRole);
    expect((await sum(utrecht)).length).toBe(2);
    await expect(sum(null)).rejects.toMatchObject({ code: '42501' });
    await expect(sum(lyon)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('small numbers', () => {
  test('are hidden from who may not read the records, and shown whole months only', async () => {
    const seen = await detail('incidents.severity-mix', '&by=type', analyst);
    expect(seen).toMatchObject({ isMonth: true });
    for (const { figure } of [...seen.parts, ...seen.months, seen]) {
      for (const count of [figure.n, (figure.of ?? 0) - (figure.n ?? 0), figure.missing]) expect(count === null || count === 0 || count >= 5).toBe(true);
    }
    expect(seen.months.some(({ figure }) => figure.isFew)).toBe(true);
    expect(seen.cutOffAt <= new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth(), 1)).toISOString()).toBe(true);
    expect((await detail('incidents.severity-mix', '&by=type')).months.every(({ figure }) => !figure.isFew)).toBe(true);
  });

  test('two readings, before and after one incident, are the same for them', async () => {
    const reading = async (): Promise<string> => JSON.stringify(await detail('incidents.number', '&by=type', analyst)) + JSON.stringify(await detail('incidents.number', '&by=site', analyst));
    const before = await reading();
    await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, site_id, occurred_from, known_at, declared_by, declared_at) values ($1, 'INC-ONE', 'One person', 'assault-physical', 4, $2, now() - interval '1 minute', now() - interval '1 minute', $3, now())`, [uuidv7(), utrecht, chief.id]);
    const [whole] = [(await detail('incidents.number')).figure.value];
    expect(await reading()).toBe(before);
    await fresh.owner.query(`delete from incidents.incident where number = 'INC-ONE'`);
    expect((await detail('incidents.number')).figure.value).toBe((whole ?? 0) - 1);
  });

  test('what stands behind a wall counts nowhere, so that no list and figure beside each other tell of it', async () => {
    const before = await detail('incidents.number', '&by=site');
    await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, site_id, wall_id, occurred_from, known_at, declared_by, declared_at) values ($1, 'INC-WALL', 'Walled', 'assault-physical', 5, $2, $3, now() - interval '1 minute', now() - interval '1 minute', $4, now())`, [uuidv7(), utrecht, await aWall(), chief.id]);
    const after = await detail('incidents.number', '&by=site');
    expect([after.figure, after.parts]).toEqual([before.figure, before.parts]);
  });
});
