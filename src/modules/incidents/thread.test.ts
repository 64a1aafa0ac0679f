import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getAlarm, listAlarms } from '#modules/alarms/alarms.service.ts';
import { correlate, readPosition } from '#modules/alarms/correlator.ts';
import { type Arranged, arrange, sendFrame } from '#modules/alarms/testing-pipeline.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Incident, Standing, ThreadStep } from './contract.ts';
import incidents from './module.ts';
import { calling, type Calling } from './testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let world: Arranged;
let operator: Somebody;
let other: Somebody;
let stranger: Somebody;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents] });
  call = calling(app);
  world = await arrange(fresh, ['1234']);
  operator = await aPerson(fresh, 'Ines Varga', { role: 'gsoc-operator', siteId: world.siteId });
  other = await aPerson(fresh, 'Jonas Park', { role: 'gsoc-operator', siteId: world.siteId });
  stranger = await aPerson(fresh, 'Stan Ranger', { role: 'gsoc-operator', siteId: (await arrangeElsewhere()).siteId });
});
afterAll(async () => {
  await world.intake.close();
  await app.close();
  await fresh.drop();
});

async function arrangeElsewhere(): Promise<{ siteId: string }> {
  const siteId = uuidv7();
  await fresh.owner.query('select access.place_site($1, null)', [siteId]);
  return { siteId };
}

let sequence = 0;
const known = new Set<string>();
/** A frame at a zone of its own, up to its alarm. */
async function anAlarm(): Promise<string> {
  const zone = String(++sequence).padStart(4, '0');
  await sendFrame(world, { account: '1234', sequence, data: `Nri1/BA${zone}` });
  const correlator = await fresh.as(SERVICE.correlator);
  await correlate(correlator, await readPosition(correlator));
  const { items } = await listAlarms(await fresh.as(operator.id), { state: 'open', limit: 200 });
  const alarm = items.find(({ id }) => !known.has(id));
  if (!alarm) throw new Error(`The frame raised no alarm among ${items.length}.`);
  known.add(alarm.id);
  return alarm.id;
}

describe('an alarm that becomes an incident', () => {
  test('brings what it knows, and both sides name the other', async () => {
    const alarmId = await anAlarm();
    const declared = await call(operator, 'POST', '', { fromAlarmId: alarmId });
    expect([declared.status, declared.body]).toEqual([201, expect.any(String)]);
    const { id, number } = declared.json<Standing>();
    const alarm = await getAlarm(await fresh.as(operator.id), { id: alarmId });
    expect(alarm).toMatchObject({ incidentId: id, incidentNumber: number });
    expect((await call(operator, 'GET', `/${id}`)).json<Incident>()).toMatchObject({ title: alarm.title, type: 'burglary', severity: 3, siteId: world.siteId, occurredFrom: alarm.raisedAt, reportedBy: 'Panel 1234' });
  });

  test('can be walked back to the bytes on the wire and forward to the report', async () => {
    const alarmId = await anAlarm();
    const { id, number } = (await call(operator, 'POST', '', { fromAlarmId: alarmId })).json<Standing>();
    const { items } = (await call(operator, 'GET', `/${id}/thread`)).json<{ items: ThreadStep[] }>();
    expect(items.map(({ kind }) => kind)).toEqual(['signals.signal', 'alarms.alarm', 'incidents.incident', 'report']);
    const alarm = await getAlarm(await fresh.as(operator.id), { id: alarmId });
    expect(items[0]).toMatchObject({ id: alarm.signals[0]?.id, raw: expect.stringContaining(`BA${String(sequence).padStart(4, '0')}`) });
    expect(Buffer.from(items[0]?.hex?.replaceAll(' ', '') ?? '', 'hex').toString('latin1')).toContain(`#1234|Nri1/BA`);
    expect(items[1]).toMatchObject({ id: alarmId, number: alarm.number });
    expect(items[2]).toMatchObject({ id, number, isHere: true });
  });

  test('becomes one incident, however many declare it at once; the others are told which', async () => {
    const alarmId = await anAlarm();
    const replies = await Promise.all([operator, other, operator, other].map((who) => call(who, 'POST', '', { fromAlarmId: alarmId })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const won = replies.find(({ status }) => status === 201)?.json<Standing>();
    for (const lost of replies.filter(({ status }) => status === 409)) expect(lost.json()).toMatchObject({ number: won?.number });
    expect((await fresh.owner.query('select count(*)::int as n from platform.link where from_id = $1', [alarmId])).rows[0]).toEqual({ n: 1 });
  });

  test('sent again with its own id answers the same incident', async () => {
    const body = { id: uuidv7(), fromAlarmId: await anAlarm() };
    const first = await call(operator, 'POST', '', body);
    const again = await call(operator, 'POST', '', body);
    expect([again.status, again.json()]).toEqual([201, first.json()]);
  });

  test('of another site and one that is not there are refused alike', async () => {
    const alarmId = await anAlarm();
    const hidden = await call(stranger, 'POST', '', { fromAlarmId: alarmId });
    const absent = await call(stranger, 'POST', '', { fromAlarmId: uuidv7() });
    expect([hidden.status, hidden.json<{ detail: string }>().detail]).toEqual([422, absent.json<{ detail: string }>().detail]);
  });

  test('says nothing of an incident behind a wall', async () => {
    const alarmId = await anAlarm();
    const keeper = await aPerson(fresh, 'Kim Keeper');
    const { id } = (await call(operator, 'POST', '', { fromAlarmId: alarmId, custodianId: keeper.id })).json<Standing>();
    expect(await getAlarm(await fresh.as(other.id), { id: alarmId })).toMatchObject({ incidentId: null, incidentNumber: null });
    expect((await call(operator, 'GET', `/${id}/thread`)).json<{ items: ThreadStep[] }>().items.map(({ kind }) => kind)).toEqual(['signals.signal', 'alarms.alarm', 'incidents.incident', 'report']);
  });
});
