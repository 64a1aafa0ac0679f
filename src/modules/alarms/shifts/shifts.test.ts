import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { buildServer } from '#platform/kernel/http.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { closePress } from '#platform/report/press.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { acknowledge, claim, close, listAlarms } from '../alarms.service.ts';
import { correlate, readPosition } from '../correlator.ts';
import alarmsModule from '../module.ts';
import { anActor, type Arranged, arrange, sendFrame } from '../testing-pipeline.ts';
import { acceptHandOver, handOverToNobody, proposeHandOver, refuseHandOver, tellWaiting, withdrawHandOver } from './hand-over.service.ts';
import { readLog, strikeEntry, writeEntry } from './log.service.ts';
import { beginShift, endShift, getShift, listShifts, onDutyFor, readDuty } from './shifts.service.ts';

let fresh: FreshDatabase;
let world: Arranged;
let ines: Ctx;
let jonas: Ctx;
let mara: Ctx;
let supervisor: Ctx;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['1234']);
  [ines, jonas, mara, supervisor] = [await anActor(fresh, 'Ines Varga', 'gsoc-operator'), await anActor(fresh, 'Jonas Park', 'gsoc-operator'), await anActor(fresh, 'Mara Stein', 'gsoc-operator'), await anActor(fresh, 'Sol Ortega', 'gsoc-supervisor')];
});
afterAll(async () => {
  await closePress();
  await world.intake.close();
  await fresh.drop();
});

let sequence = 0;
/** A new alarm at a zone of its own. */
async function anAlarm(): Promise<string> {
  sequence++;
  await sendFrame(world, { account: '1234', sequence, data: `Nri1/BA${String(sequence).padStart(4, '0')}` });
  const ctx = await fresh.as(SERVICE.correlator);
  await correlate(ctx, await readPosition(ctx));
  const { items } = await listAlarms(ines, { state: 'open', limit: 200 });
  return items.find(({ point }) => point?.endsWith(`:${sequence}`))?.id ?? '';
}

const onDuty = (ctx: Ctx, siteId: string | null = null) => beginShift(ctx, { siteId, desk: 'Desk 1', reach: 'ext. 4711' });
const handOver = (ctx: Ctx, id: string) => proposeHandOver(ctx, { id, notes: 'Guard at gate 2 is late', checked: ['open-alarms', 'open-alarms', 'shelved'] });
/** Nobody is on duty. */
async function clear(): Promise<void> {
  for (const ctx of [ines, jonas, mara, supervisor]) {
    const { mine } = await readDuty(ctx);
    if (mine) await handOverToNobody(ctx, { id: mine.id, notes: '', checked: [], reason: 'The test begins anew' });
  }
}

describe('on duty', () => {
  test('of two who say at once that one person is on duty one opens the shift, and the other is told by which number', async () => {
    await clear();
    const tried = await Promise.allSettled([onDuty(ines), onDuty(ines)]);
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(tried.find((one) => one.status === 'rejected')?.reason).toMatchObject({ kind: 'conflict', code: 'alarms.on_duty_already', message: expect.stringMatching(/by SHF-\d{4}-\d+/) });
  });

  test('who watches a site is on duty for what is below it, and not for what lies elsewhere', async () => {
    await clear();
    const alarm = await anAlarm();
    const elsewhere = uuidv7();
    await fresh.owner.query('select access.place_site($1, null)', [elsewhere]);
    await onDuty(ines, world.siteId);
    await onDuty(jonas, elsewhere);
    await onDuty(mara);
    expect((await onDutyFor(supervisor, { id: alarm })).items.map(({ name, reach }) => [name, reach])).toEqual([['Ines Varga', 'ext. 4711'], ['Mara Stein', 'ext. 4711']]);
    expect((await readDuty(supervisor)).onDuty).toHaveLength(3);
  });

  test('who holds the right at one site only does not watch the whole organisation', async () => {
    const local = await anActor(fresh, 'Lo Cal', 'gsoc-operator', world.siteId);
    await expect(onDuty(local)).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await onDuty(local, world.siteId)).person.name).toBe('Lo Cal');
  });

  test('a supervisor ends the shift of another, with the reason; what was held goes back to the queue', async () => {
    await clear();
    const shift = await onDuty(jonas);
    const alarm = await anAlarm();
    await acknowledge(jonas, { id: alarm });
    await expect(endShift(ines, { id: shift.id, reason: 'Went home ill' })).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await endShift(supervisor, { id: shift.id, reason: 'Went home ill' })).toMatchObject({ endedHow: 'by-supervisor', endedWhy: 'Went home ill', ender: 'Sol Ortega' });
    expect((await listAlarms(ines, { state: 'open', limit: 200 })).items.find(({ id }) => id === alarm)).toMatchObject({ ownerId: null, handling: 'unacknowledged' });
  });
});

describe('the log of a shift', () => {
  test('has what was written and what was done to alarms, latest first, page by page without loss or doubles', async () => {
    await clear();
    const shift = await onDuty(ines);
    const alarm = await anAlarm();
    await claim(ines, { id: alarm });
    await writeEntry(ines, { words: 'Called the gate, nobody answered', aboutId: alarm });
    await acknowledge(ines, { id: alarm });
    await close(ines, { id: alarm, disposition: 'no-finding', cause: null, note: 'Walked through, nothing', handedTo: null, duplicateOf: null });
    await acknowledge(jonas, { id: await anAlarm() });
    const whole = await readLog(ines, { id: shift.id, limit: 100 });
    expect(whole.items.map(({ kind, verb, words }) => (kind === 'written' ? words : verb))).toEqual(['alarms.closed', 'alarms.acknowledged', 'Called the gate, nobody answered', 'alarms.claimed']);
    expect(whole.items[2]?.about).toMatchObject({ id: alarm, kind: 'alarms.alarm' });
    const first = await readLog(ines, { id: shift.id, limit: 3 });
    const rest = await readLog(ines, { id: shift.id, limit: 3, after: first.next ?? '' });
    expect([...first.items, ...rest.items]).toEqual(whole.items);
    expect(rest.next).toBeNull();
  });

  test('an entry is struck once, by its author or a supervisor, and stays readable; nobody changes what was written but an erasure', async () => {
    const { mine } = await readDuty(ines);
    const entry = await writeEntry(ines, { words: 'Wrong desk', aboutId: null });
    const where = { id: mine?.id ?? '', rowId: entry.id };
    await expect(strikeEntry(jonas, { ...where, reason: 'Not mine' })).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await strikeEntry(ines, { ...where, reason: 'It was the other desk' })).struck).toMatchObject({ by: 'Ines Varga', why: 'It was the other desk' });
    await expect(strikeEntry(supervisor, { ...where, reason: 'Once more' })).rejects.toMatchObject({ code: 'alarms.struck_already' });
    const otherWords = `update alarms.shift_entry set words = 'Something else' where id = '${entry.id}'`;
    await expect(fresh.owner.query(otherWords)).rejects.toThrow('stays as it was');
    await fresh.owner.query(`begin; select set_config('parapet.retention', 'on', true); ${otherWords}; rollback`);
  });

  test('who is not on duty has no log to write into', async () => {
    await clear();
    await expect(writeEntry(jonas, { words: 'From nowhere', aboutId: null })).rejects.toMatchObject({ code: 'alarms.not_on_duty' });
  });
});

describe('a hand-over', () => {
  test('of two who accept at once one wins with all alarms, the other is told by whom; what was handed over stays as it was', async () => {
    await clear();
    const shift = await onDuty(ines, world.siteId);
    const [held, waiting] = [await anAlarm(), await anAlarm()];
    await acknowledge(ines, { id: held });
    const proposed = await handOver(ines, shift.id);
    expect(proposed).toMatchObject({ state: 'proposed', checked: ['open-alarms', 'shelved'], frozen: { held: [{ id: held, handling: 'acknowledged' }] } });
    expect(proposed.frozen.waiting.map(({ id }) => id)).toContain(waiting);
    const tried = await Promise.allSettled([jonas, mara].map((ctx) => acceptHandOver(ctx, { id: proposed.id, reach: '' })));
    const won = tried.find((one) => one.status === 'fulfilled')?.value;
    expect(won).toMatchObject({ state: 'accepted', moved: 1, returned: 0, frozen: proposed.frozen });
    expect(tried.find((one) => one.status === 'rejected')?.reason).toMatchObject({ kind: 'conflict', message: `${won?.decider} accepted this hand-over already.` });
    expect((await listAlarms(ines, { state: 'open', limit: 200 })).items.find(({ id }) => id === held)).toMatchObject({ owner: won?.decider, handling: 'acknowledged', acknowledger: 'Ines Varga' });
    expect((await readDuty(ines)).onDuty.map(({ name, siteId }) => [name, siteId])).toEqual([['Lo Cal', world.siteId], [won?.decider, world.siteId]]);
    expect(await getShift(ines, { id: shift.id })).toMatchObject({ endedHow: 'handed-over', handOvers: [{ state: 'accepted' }] });
    await expect(fresh.owner.query(`update alarms.hand_over set frozen = '{}' where id = $1`, [proposed.id])).rejects.toThrow('stays as it was');
  });

  test('is refused with a reason and the shift goes on; it is proposed anew, taken back by who proposed it, and never accepted by them', async () => {
    await clear();
    const shift = await onDuty(ines);
    const first = await handOver(ines, shift.id);
    await expect(handOver(ines, shift.id)).rejects.toMatchObject({ code: 'alarms.handing_over_already' });
    await expect(acceptHandOver(ines, { id: first.id, reach: '' })).rejects.toMatchObject({ code: 'alarms.own_hand_over' });
    expect(await refuseHandOver(jonas, { id: first.id, reason: 'The radios are not counted' })).toMatchObject({ state: 'refused', decider: 'Jonas Park', why: 'The radios are not counted' });
    const second = await handOver(ines, shift.id);
    await expect(withdrawHandOver(jonas, { id: second.id })).rejects.toMatchObject({ kind: 'forbidden' });
    expect(await withdrawHandOver(ines, { id: second.id })).toMatchObject({ state: 'withdrawn' });
    expect(await getShift(ines, { id: shift.id })).toMatchObject({ endedAt: null, handOvers: [{ state: 'withdrawn' }, { state: 'refused' }] });
  });

  test('is said once to wait after ten minutes, and no more once somebody decided', async () => {
    await clear();
    const shift = await onDuty(ines);
    const { id } = await handOver(ines, shift.id);
    const told = async () => (await fresh.owner.query<{ count: number }>(`select count(*)::int as count from ledger.entry where verb = 'alarms.hand-over-waits' and record_id = $1`, [shift.id])).rows[0]?.count;
    await tellWaiting(await fresh.as(SERVICE.correlator));
    expect(await told()).toBe(0);
    const later = await fresh.as(SERVICE.correlator, () => new Date(Date.now() + 11 * 60_000));
    await tellWaiting(later);
    await tellWaiting(later);
    expect(await told()).toBe(1);
    await refuseHandOver(jonas, { id, reason: 'Not now' });
  });

  test('to nobody needs a reason, ends the shift and gives its alarms back to the queue', async () => {
    await clear();
    const shift = await onDuty(ines);
    const alarm = await anAlarm();
    await acknowledge(ines, { id: alarm });
    expect(await handOverToNobody(ines, { id: shift.id, notes: '', checked: [], reason: 'Nobody came for the night' })).toMatchObject({ state: 'to-nobody', returned: 1, frozen: { held: [{ id: alarm }] } });
    expect((await listAlarms(jonas, { state: 'open', limit: 200 })).items.find(({ id }) => id === alarm)).toMatchObject({ ownerId: null, handling: 'unacknowledged' });
    expect((await listShifts(jonas, { state: 'ended', limit: 1 })).items[0]).toMatchObject({ id: shift.id, endedHow: 'to-nobody', endedWhy: 'Nobody came for the night' });
  });
});

test('a shift is printed with its log and hand-overs, and that it was is in the ledger', async () => {
  const [shift] = (await listShifts(ines, { state: 'ended', personId: ines.personId, limit: 1 })).items;
  const app = await buildServer({ db: fresh.db, modules: [alarmsModule] });
  const token = await fresh.owner.query(`insert into access.session (id, person_id, token_hash, kind, expires_at) values (uuidv7(), $1, sha256('shift-printing-of-a-test'), 'key', now() + interval '1 hour')`, [ines.personId]);
  expect(token.rowCount).toBe(1);
  const answer = await app.inject({ method: 'GET', url: `/api/alarms/shifts/${shift?.id}/report.pdf`, headers: { authorization: 'Bearer shift-printing-of-a-test' } });
  expect([answer.statusCode, answer.headers['content-type'], answer.rawPayload.subarray(0, 5).toString()]).toEqual([200, 'application/pdf', '%PDF-']);
  expect((await fresh.owner.query(`select 1 from ledger.entry where verb = 'alarms.shift-printed' and record_id = $1`, [shift?.id])).rowCount).toBe(1);
  await app.close();
});
