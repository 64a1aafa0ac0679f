import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite, aSource } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Morning } from './contract.ts';
import desk from './module.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let reader: Somebody;
let operator: Somebody;
let [utrecht, device] = ['', uuidv7()];

async function morning(who: Somebody, since?: string): Promise<Morning> {
  const reply = await app.inject({ url: `/api/desk/morning${since ? `?since=${since}` : ''}`, headers: who.headers });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json();
}

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: [desk] });
  utrecht = await aSite(fresh, 'UTR');
  await aSite(fresh, 'LYO');
  const source = await aSource(fresh, '1234', utrecht);
  chief = await aPerson(fresh, 'Carla Chief', { role: 'cso' });
  reader = await aPerson(fresh, 'Ed Executive', { role: 'executive-reader' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utrecht });
  const wall = uuidv7();
  const sql = fresh.owner;
  await sql.query('insert into access.wall (id, opened_by) values ($1, $2)', [wall, chief.id]);
  await sql.query(`insert into devices.device (id, site_id, code, name, kind) values ($1, $2, 'PIR-7', 'Dock 3 motion', 'detector')`, [device, utrecht]);
  await sql.query(`insert into devices.health (device_id, reach, reach_since) values ($1, 'down', now())`, [device]);
  await sql.query(`insert into devices.point (id, device_id, source_id, point) values ($1, $2, $3, 'zone:7')`, [uuidv7(), device, source]);
  await sql.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, source_id, source_name, point, handling, is_active, raised_at, known_at, last_at, answer_by, closed_by, closed_at, disposition, is_simulated)
    select uuidv7(), 'A' || i, $1, 'c' || i, 'intrusion.alarm', 'A', 1 + i % 4, $2, 'P', 'zone:7', case when i > 6 then 'unacknowledged' else 'closed' end, false, t, t, t, t, case when i <= 6 then $3::uuid end, case when i <= 6 then t + interval '5 minutes' end, case when i <= 6 then case when i % 3 = 0 then 'genuine' else 'nuisance' end end, i = 9
    from (select i, now() - i * interval '10 hours' as t from generate_series(1, 9) i) x`, [utrecht, source, chief.id]);
  await sql.query(`insert into incidents.incident (id, number, title, type_key, severity, site_id, wall_id, occurred_from, known_at, declared_by, declared_at)
    select uuidv7(), 'I' || i, 'I' || i, case when i <> 2 then 'burglary' end, i, $1, case when i = 4 then $2::uuid end, now() - interval '3 hours', now() - interval '3 hours', $3, now() from generate_series(1, 4) i`, [utrecht, wall, chief.id]);
  await sql.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) select id, 'incidents.incident', title, state, site_id, wall_id, 'incidents:read', known_at from incidents.incident`);
  await sql.query(`insert into tasks.task (id, record_id, title, due_at, created_by) select uuidv7(), id, 'Mend what was found', now() - severity * interval '1 day', $1 from incidents.incident`, [chief.id]);
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('the morning view', () => {
  test('says what changed, what nobody knows, how each site stands and what rings falsely', async () => {
    const seen = await morning(chief);
    expect(seen.changed).toEqual({ alarms: 2, alarmsClosed: 2, incidents: 3, incidentsClosed: 0, repairs: 0 });
    expect(seen.incidents.map(({ number }) => number)).toEqual(['I3', 'I2', 'I1']);
    expect(seen.unknown).toEqual({ devices: 1, devicesDown: 1, devicesUnheard: 0, lateAlarms: 2, unclassified: 1 });
    expect(seen.posture).toEqual([{ siteId: utrecht, name: 'UTR', urgentAlarms: 1, alarms: 2, lateAlarms: 2, incidents: 3, worst: 3, devicesDown: 1, lateActions: 3, lateOrders: 0 }]);
    expect(seen.sites).toBe(2);
    expect(seen.places).toEqual([{ deviceId: device, name: 'Dock 3 motion', siteId: utrecht, site: 'UTR', countFalse: 4, count: 6 }]);
    expect([seen.actions.open, seen.actions.late, seen.actions.latest[0]?.number]).toEqual([3, 3, 'I3']);
  });

  test('begins at the last visit, at most ninety days ago', async () => {
    expect((await morning(chief, new Date(Date.now() - 3_600_000).toISOString())).changed.alarms).toBe(0);
    const old = await morning(chief, '2001-01-01T00:00:00Z');
    expect(Date.now() - Date.parse(old.since)).toBeLessThan(91 * 86_400_000);
    expect(old.changed.alarms).toBe(8);
  });

  test('shows only what the reader may see, and is not for who has no desk', async () => {
    const nothing = await morning(reader);
    expect([nothing.changed.alarms, nothing.incidents, nothing.posture, nothing.places, nothing.actions.open, nothing.unknown.devices]).toEqual([0, [], [], [], 0, 0]);
    expect((await app.inject({ url: '/api/desk/morning', headers: operator.headers })).statusCode).toBe(403);
  });
});
