import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { anActor, type Arranged, arrange, sendFrame } from './testing-pipeline.ts';
import { acknowledge, claim, close, getAlarm, listAlarms, takeOver } from './alarms.service.ts';
import { correlate, readPosition } from './correlator.ts';

let fresh: FreshDatabase;
let world: Arranged;
let operator: Ctx;
let other: Ctx;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['1234', '5678']);
  operator = await anActor(fresh, 'Ines Varga', 'gsoc-operator');
  other = await anActor(fresh, 'Jonas Park', 'gsoc-operator');
});
afterAll(async () => {
  await world.intake.close();
  await fresh.drop();
});

async function rules(): Promise<number> {
  const ctx = await fresh.as(SERVICE.correlator);
  return correlate(ctx, await readPosition(ctx));
}
const open = async () => (await listAlarms(operator, { state: 'open', limit: 200 })).items;

describe('from the wire to the queue', () => {
  test('a burglary frame becomes one open alarm with its bytes behind it, and its repeat folds into it', async () => {
    await sendFrame(world, { account: '1234', sequence: 1, data: 'Nri1/BA0007' });
    expect(await rules()).toBe(1);
    await sendFrame(world, { account: '1234', sequence: 2, data: 'Nri1/BA0007' });
    await rules();
    const [alarm, ...more] = await open();
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ type: 'intrusion.alarm', priority: 2, handling: 'unacknowledged', isActive: true, repeats: 1, sourceName: 'Panel 1234' });
    const detail = await getAlarm(operator, { id: alarm?.id ?? '' });
    expect(detail.signals).toHaveLength(2);
    expect(detail.signals[0]?.raw).toContain('BA0007');
    expect(detail.signals[0]?.events[0]).toMatchObject({ code: 'BA', type: 'intrusion.alarm', isUnderstood: true });
  });

  test('a resend of the same bytes is stored once and counted', async () => {
    const sent = { account: '5678', sequence: 9, data: 'Nri1/FA0003' };
    await sendFrame(world, sent);
    await sendFrame(world, sent);
    await rules();
    const { rows } = await fresh.owner.query(`select repeats from signals.signal s join signals.source o on o.ref = s.source_ref where o.account = '5678'`);
    expect(rows).toEqual([{ repeats: 1 }]);
  });

  test('of two operators who claim at once one wins, and the other is told by whom', async () => {
    const [alarm] = await open();
    const results = await Promise.allSettled([claim(operator, { id: alarm?.id ?? '' }), claim(other, { id: alarm?.id ?? '' })]);
    const won = results.filter((result) => result.status === 'fulfilled');
    const lost = results.find((result) => result.status === 'rejected');
    expect(won).toHaveLength(1);
    expect(String(lost?.reason.message)).toMatch(/^(Ines Varga|Jonas Park) has it\./);
    expect(lost?.reason).toMatchObject({ kind: 'conflict', code: 'alarms.held' });
  });

  test('taken over, acknowledged and closed with a disposition, it leaves the queue; a signal after that is a new alarm', async () => {
    const burglary = (await open()).find((alarm) => alarm.type === 'intrusion.alarm');
    const id = burglary?.id ?? '';
    await takeOver(operator, { id, from: null });
    await acknowledge(operator, { id });
    await expect(close(operator, { id, disposition: 'nuisance', cause: null, note: null, handedTo: null, duplicateOf: null })).rejects.toMatchObject({ code: 'alarms.finding_incomplete' });
    const closed = await close(operator, { id, disposition: 'genuine', cause: null, note: 'Seen on site', handedTo: null, duplicateOf: null });
    expect(closed).toMatchObject({ handling: 'closed', closer: 'Ines Varga' });
    await expect(close(other, { id, disposition: 'genuine', cause: null, note: null, handedTo: null, duplicateOf: null })).rejects.toMatchObject({ code: 'alarms.already_closed' });
    await sendFrame(world, { account: '1234', sequence: 3, data: 'Nri1/BA0007' });
    await rules();
    expect((await open()).filter((alarm) => alarm.type === 'intrusion.alarm')).toHaveLength(1);
  });

  test('a restore returns the alarm to normal without closing what latches', async () => {
    await sendFrame(world, { account: '1234', sequence: 4, data: 'Nri1/BH0007' });
    await rules();
    const burglary = (await open()).find((alarm) => alarm.type === 'intrusion.alarm');
    expect(burglary).toMatchObject({ isActive: false, handling: 'unacknowledged' });
  });

  test('what is not understood is raised with its bytes', async () => {
    await sendFrame(world, { account: '1234', sequence: 5, data: 'NQQ0007' });
    await rules();
    expect((await open()).some((alarm) => alarm.type === 'equipment.not-understood')).toBe(true);
  });
});

describe('a second correlator', () => {
  test('is fenced by the position that the first has moved', async () => {
    const ctx = await fresh.as(SERVICE.correlator);
    const stale = await readPosition(ctx);
    await sendFrame(world, { account: '1234', sequence: 6, data: 'Nri1/PA0001' });
    await correlate(ctx, new Map(stale));
    await sendFrame(world, { account: '1234', sequence: 7, data: 'Nri1/PA0001' });
    await expect(correlate(ctx, stale)).rejects.toMatchObject({ name: expect.stringMatching(/Fenced|Problem/) });
    expect((await open()).filter((alarm) => alarm.point === 'zone:0001' || alarm.title.includes('anic')).length).toBeLessThanOrEqual(1);
  });
});

describe('a commit that is slow', () => {
  test('delays no other stream, and is read when it comes', async () => {
    const ctx = await fresh.as(SERVICE.correlator);
    const position = await readPosition(ctx);
    while ((await correlate(ctx, position)) > 0);
    const slow = await fresh.owner.connect();
    await slow.query('begin');
    await slow.query(`insert into signals.batch (stream, seq, n) values (150, 5, 1)`);
    await slow.query(`insert into signals.signal (key, seq, stream, source_ref, site_id, number, occurred_at, received_at, has_time, raw)
      select uuidv7(), 5, 150, ref, site_id, 77, now(), now(), true, $1 from signals.source where account = '5678'`, [Buffer.from('not a frame')]);
    await sendFrame(world, { account: '1234', sequence: 8, data: 'Nri1/GA0042' });
    expect(await correlate(ctx, position)).toBe(1);
    expect((await open()).some((alarm) => alarm.point === 'zone:42' || alarm.point === 'zone:0042')).toBe(true);
    await slow.query('commit');
    slow.release();
    expect(await correlate(ctx, position)).toBe(1);
    expect(position.get(150)).toBe(5);
  });
});

test('a source that falls silent raises an alarm at its own point, and ends it when it is heard again', async () => {
  const start = Date.now();
  await fresh.owner.query(`update signals.source set supervise_s = 20, supervised_at = to_timestamp($1::float8 / 1000) where account = '5678'`, [start]);
  const silence = async () => (await open()).find(({ sourceName, type }) => sourceName === 'Panel 5678' && type === 'equipment.comms-lost');
  let at = start;
  let until = start + 120_000;
  world.intake.supervise(['dc09'], { everyMs: 5, now: () => (at = Math.min(at + 2_500, until)) });
  await expect.poll(async () => (await rules(), await silence()), { timeout: 20_000 }).toMatchObject({ isActive: true, point: 'supervision' });
  until = at + 5_000;
  world.intake.sink.heard('5678', until, '127.0.0.1');
  await expect.poll(async () => (await rules(), await silence()), { timeout: 20_000 }).toMatchObject({ isActive: false });
}, 60_000);
