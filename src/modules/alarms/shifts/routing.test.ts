import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { acknowledge, claim, listAlarms } from '../alarms.service.ts';
import { correlate, readPosition } from '../correlator.ts';
import { loadLevel, MOST_OFFERS, type Operator, offerOf } from '../routing-rules.ts';
import { anActor, type Arranged, arrange, sendFrame } from '../testing-pipeline.ts';
import { offerDue, readLoad, setRouting } from './routing.service.ts';
import { beginShift, readDuty } from './shifts.service.ts';

const operators = fc.uniqueArray(fc.record({ personId: fc.uuid(), open: fc.nat(9), recent: fc.nat(9), offered: fc.nat(MOST_OFFERS + 1) }), { selector: ({ personId }) => personId, maxLength: 6 });
const inHand = ({ open, offered }: Operator): number => open + offered;

describe('to whom an alarm is offered', () => {
  test('is nobody who was asked before or has enough offers, nobody has less in hand, and the order of those asked changes nothing', () => {
    fc.assert(fc.property(operators, fc.func(fc.boolean()), (all, wasAsked) => {
      const passed = new Set(all.filter(({ personId }) => wasAsked(personId)).map(({ personId }) => personId));
      const free = all.filter(({ personId, offered }) => !passed.has(personId) && offered < MOST_OFFERS);
      const offer = offerOf(all, passed);
      expect(offerOf(all.toReversed(), passed)).toEqual(offer);
      if (offer.to === 'one') {
        const chosen = free.find(({ personId }) => personId === offer.personId);
        expect(chosen).toBeDefined();
        expect(free.every((one) => inHand(one) >= inHand(chosen as Operator))).toBe(true);
      } else expect(offer.to === 'everybody' ? all.length > 0 && passed.size === all.length : free.length === 0).toBe(true);
    }));
  });

  test.each([[0, 0, 'acceptable'], [1, 6, 'acceptable'], [2, 7, 'manageable'], [10, 12, 'manageable'], [3, 13, 'over'], [11, 11, 'flood']] as const)('%i alarms in ten minutes and %i in the hour are %s', (lastTenMinutes, lastHour, level) => {
    expect(loadLevel({ lastTenMinutes, lastHour })).toBe(level);
  });
});

describe('new alarms', () => {
  let fresh: FreshDatabase;
  let world: Arranged;
  let ines: Ctx;
  let jonas: Ctx;
  let supervisor: Ctx;

  beforeAll(async () => {
    fresh = await freshDatabase({ max: 6 });
    world = await arrange(fresh, ['1234']);
    [ines, jonas, supervisor] = [await anActor(fresh, 'Ines Varga', 'gsoc-operator'), await anActor(fresh, 'Jonas Park', 'gsoc-operator'), await anActor(fresh, 'Sol Ortega', 'gsoc-supervisor')];
  });
  afterAll(async () => {
    await world.intake.close();
    await fresh.drop();
  });

  const correlator = () => fresh.as(SERVICE.correlator);
  async function ring(zone: number): Promise<string> {
    await sendFrame(world, { account: '1234', sequence: zone, data: `Nri1/BA000${zone}` });
    await correlate(await correlator(), await readPosition(await correlator()));
    return (await listAlarms(ines, { state: 'open', limit: 200 })).items.find(({ point }) => point?.endsWith(`:${zone}`))?.id ?? '';
  }
  /** As if the time to answer were over. */
  const letPass = () => fresh.owner.query(`update alarms.offer set offered_at = offered_at - interval '1 hour'`);
  const offers = async () => (await readDuty(supervisor)).offers.map(({ alarmId, name, open, among }) => ({ alarmId, name, open, among }));

  test('are offered to nobody while nobody is on duty, then to who has least, then to the next, then to anyone; anybody may take one', async () => {
    const first = await ring(1);
    expect(await offerDue(await correlator())).toBe(0);
    await beginShift(ines, { siteId: null, desk: '', reach: '' });
    await beginShift(jonas, { siteId: null, desk: '', reach: '' });
    await acknowledge(ines, { id: first });
    const second = await ring(2);
    expect(await offerDue(await correlator())).toBe(1);
    expect(await offers()).toEqual([{ alarmId: second, name: 'Jonas Park', open: 0, among: 2 }]);
    expect(await offerDue(await correlator())).toBe(0);
    await letPass();
    expect(await offerDue(await correlator())).toBe(1);
    expect(await offers()).toEqual([{ alarmId: second, name: 'Ines Varga', open: 1, among: 2 }]);
    await letPass();
    expect(await offerDue(await correlator())).toBe(1);
    expect(await offers()).toEqual([]);
    await letPass();
    expect(await offerDue(await correlator())).toBe(0);
    expect((await claim(jonas, { id: second })).owner).toBe('Jonas Park');
    expect((await fresh.owner.query(`select count(*)::int as count from ledger.entry where verb = 'alarms.offered' and record_id = $1`, [second])).rows).toEqual([{ count: 3 }]);
  });

  test('are not offered once a supervisor over all switched it off; the load says what each has', async () => {
    await expect(setRouting(ines, { isOn: false, answerWithinS: 30 })).rejects.toMatchObject({ kind: 'forbidden' });
    await setRouting(supervisor, { isOn: false, answerWithinS: 45 });
    await ring(3);
    expect(await offerDue(await correlator())).toBe(0);
    const { items, routing } = await readLoad(supervisor);
    expect(routing).toEqual({ isOn: false, answerWithinS: 45 });
    expect(items.map(({ name, lastHour, open, level }) => [name, lastHour, open, level])).toEqual([['Ines Varga', 1, 1, 'acceptable'], ['Jonas Park', 0, 1, 'acceptable']]);
  });
});
