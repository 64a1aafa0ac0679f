import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { encodeFrame } from '#connectors/sia-dc09/encode.ts';
import { claim, getAlarm, listAlarms, takeOver } from '#modules/alarms/alarms.service.ts';
import type { Alarm } from '#modules/alarms/contract.ts';
import { correlate, readPosition } from '#modules/alarms/correlator.ts';
import { aSession } from '#modules/identity/testing.ts';
import { findAccount } from '#modules/identity/accounts.service.ts';
import { type Intake, openIntake } from '#modules/signals/intake/intake.ts';
import { PROTOCOLS } from '#platform/wire/protocols.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { liveSignals } from './live.ts';
import type { LiveSignal } from './live.ts';
import { found, makeCast } from './load-cast.ts';
import { type NightShift, openNightShift, walkRounds } from './night-shift.ts';
import { planDemo } from './plan.ts';

const SEED = 'halden';
const MINUTE_MS = 60_000;
let fresh: FreshDatabase;
let intake: Intake;
let shift: NightShift;
let visitor: Ctx;
let sequence = 0;

const queue = async (): Promise<Alarm[]> => (await listAlarms(await fresh.as(SERVICE.correlator), { state: 'open', limit: 200 })).items;
const afterMs = (ms: number): Date => new Date(Date.now() + ms);

/** Says what a panel says, now, and lets the correlator read it. */
async function say({ account, token, data }: Pick<LiveSignal, 'account' | 'token' | 'data'>): Promise<void> {
  const at = Date.now();
  const arrival = PROTOCOLS.get('dc09')?.arrivalOf(encodeFrame({ token, sequence: ++sequence, account, data, sentAt: at }), at, '127.0.0.1');
  if (!arrival) throw new Error('The frame cannot be read.');
  await new Promise<void>((resolve, reject) => intake.sink.accept(arrival, (error) => (error ? reject(error) : resolve())));
  const correlator = await fresh.as(SERVICE.correlator);
  await correlate(correlator, await readPosition(correlator));
}

/** The next signal of the stream that rings, of a type that somebody must close. */
const stream = liveSignals(SEED);
function nextRing(): LiveSignal {
  for (;;) {
    const signal = stream.next().value;
    if (signal.raises && signal.type === 'access.forced') return signal;
  }
}

beforeAll(async () => {
  fresh = await freshDatabase();
  const plan = planDemo({ seed: SEED, now: new Date(Date.now() - MINUTE_MS) });
  const dataDir = mkdtempSync(join(tmpdir(), 'parapet demo '));
  await found(fresh.db, plan, dataDir);
  await makeCast(fresh.db, plan, { dataDir, at: new Date(), isResumed: false });
  intake = await openIntake({ url: fresh.url, onLost: () => undefined });
  shift = await openNightShift(fresh.db, { seed: SEED, since: plan.now });
  visitor = await fresh.as((await findAccount(await fresh.as(SERVICE.frontDoor), 'sanne.kuiperduin@halden-works.example')).personId);
}, 180_000);
afterAll(async () => {
  await intake.close();
  await fresh.drop();
});
beforeEach(async () => {
  await fresh.owner.query(`delete from access.session`);
  await fresh.owner.query(`update alarms.alarm set handling = 'closed', closed_at = now(), raised_at = raised_at - interval '1 day', acknowledged_by = null, closed_by = null, owner_id = null where handling <> 'closed'`);
});

describe('the night shift', () => {
  it('answers within its target what nobody takes, and closes it once it is over, as operators that nobody signs in as', async () => {
    await say(nextRing());
    expect(await walkRounds(shift, afterMs(1_000))).toEqual({ acknowledged: 0, closed: 0 });
    expect(await walkRounds(shift, afterMs(46_000))).toEqual({ acknowledged: 1, closed: 0 });
    const [alarm] = await queue();
    expect(alarm).toMatchObject({ handling: 'acknowledged' });
    expect(['Sanne Kuiperduin', 'Mireille Fontaigne']).not.toContain(alarm?.owner);
    expect(await walkRounds(shift, afterMs(5 * MINUTE_MS))).toEqual({ acknowledged: 0, closed: 0 });
    expect(await walkRounds(shift, afterMs(21 * MINUTE_MS))).toEqual({ acknowledged: 0, closed: 1 });
    expect(await getAlarm(visitor, { id: alarm?.id ?? '' })).toMatchObject({ handling: 'closed', disposition: expect.any(String) as string });
  });

  it('leaves a visitor four minutes for each alarm', async () => {
    await aSession(fresh, visitor.personId);
    await fresh.owner.query(`update access.session set kind = 'browser'`);
    await say(nextRing());
    expect(await walkRounds(shift, afterMs(3.5 * MINUTE_MS))).toEqual({ acknowledged: 0, closed: 0 });
    expect(await walkRounds(shift, afterMs(4.5 * MINUTE_MS))).toEqual({ acknowledged: 1, closed: 0 });
  });

  it('leaves alone what somebody else has, took over or raised by hand', async () => {
    await say(nextRing());
    const [first] = await queue();
    await claim(visitor, { id: first?.id ?? '' });
    expect(await walkRounds(shift, afterMs(60 * MINUTE_MS))).toEqual({ acknowledged: 0, closed: 0 });
    await say({ account: '1102', token: 'SIA-DCS', data: 'Nri1/BA12' });
    expect(await queue()).toHaveLength(2);
    expect(await walkRounds(shift, afterMs(60 * MINUTE_MS))).toEqual({ acknowledged: 0, closed: 0 });
  });

  it('gives up an alarm that a visitor took over from it', async () => {
    await say(nextRing());
    await walkRounds(shift, afterMs(5 * MINUTE_MS));
    const [alarm] = await queue();
    await takeOver(visitor, { id: alarm?.id ?? '', from: null });
    expect(await walkRounds(shift, afterMs(60 * MINUTE_MS))).toEqual({ acknowledged: 0, closed: 0 });
  });

  it('keeps the queue to a handful over hours in which nobody works', async () => {
    const most: number[] = [];
    for (let i = 0; i < 40; i++) {
      await say(nextRing());
      await walkRounds(shift, afterMs(10 * MINUTE_MS));
      await walkRounds(shift, afterMs(30 * MINUTE_MS));
      most.push((await queue()).length);
    }
    expect(Math.max(...most)).toBeLessThanOrEqual(4);
  });
});
