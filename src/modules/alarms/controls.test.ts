import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { openIntake } from '#modules/signals/intake/intake.ts';
import { claim, listAlarms } from './alarms.service.ts';
import { tryOver } from './back-test.service.ts';
import { correlate, letTimePass, readPosition } from './correlator.ts';
import { listHeldSignals, listRunaways, releaseRunaway } from './held.service.ts';
import { endTest, extendTest, getOnTest, listOnTest, putOnTest, suppressType } from './on-test.service.ts';
import { approveRationale, listRationales, writeRationale } from './rationale.service.ts';
import { RuleWatch } from './rule-watch.ts';
import { listRules, getRule } from './rules.service.ts';
import { bringShippedRules } from './shipped-rules.ts';
import { actTogether } from './together.service.ts';
import { anActor, arrange, type Arranged, sendFrame } from './testing-pipeline.ts';
import { putIntoForce } from './testing-rules.ts';

const HOUR_MS = 3_600_000;
let fresh: FreshDatabase;
let world: Arranged;
let supervisor: Ctx;
let publisher: Ctx;
let sequence = 0;
let siteId = '';

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['D00', 'D01', 'D02', 'D03']);
  siteId = uuidv7();
  await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, 'A', 'Halden House', 'site', 'UTC')`, [siteId]);
  await fresh.owner.query('update signals.source set site_id = $1', [siteId]);
  // The intake knows sources as they stood when it opened, until it looks again.
  await world.intake.close();
  world = { ...world, intake: await openIntake({ url: fresh.url, onLost: () => undefined }) };
  supervisor = await anActor(fresh, 'Noor Said', 'gsoc-supervisor');
  publisher = await anActor(fresh, 'Ada Lind', 'deputy-cso');
  await bringShippedRules(await fresh.as(SERVICE.correlator));
});
afterAll(async () => {
  await world.intake.close();
  await fresh.drop();
});

/** A process that leads, reads all there is and is gone. */
async function lead(until = 0): Promise<void> {
  const ctx = await fresh.as(SERVICE.correlator);
  const position = await readPosition(ctx);
  const watch = await RuleWatch.open(ctx, position, (error) => { throw error; });
  await letTimePass(ctx, position, watch, 0);
  while ((await correlate(ctx, position, watch)) > 0);
  await letTimePass(ctx, position, watch, until);
}
const send = (account: string, data: string, at?: number): Promise<void> => sendFrame(world, { account, sequence: (sequence = (sequence % 9999) + 1), data: `Nri1/${data}`, ...(at !== undefined && { at }) });
const sourceOf = async (account: string): Promise<string> => (await fresh.owner.query<{ id: string }>('select id from signals.source where account = $1', [account])).rows[0]?.id ?? '';
const open = async (sourceName: string) => (await listAlarms(supervisor, { state: 'open', limit: 200 })).items.filter((alarm) => alarm.sourceName === sourceName);
const inAnHour = (hours = 1): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

describe('on test', () => {
  test('what is not vital does not ring, fire rings marked, an end is never hidden, and the walk says what was heard', async () => {
    await send('D00', 'BA0001');
    await lead();
    const [before] = await open('Panel D00');
    const made = await putOnTest(supervisor, { mode: 'test', place: { scope: 'point', sourceId: await sourceOf('D00'), point: '' }, beginsAt: null, endsAt: inAnHour(), ownerId: null, reason: 'Yearly walk test' });
    await lead();
    await send('D00', 'BA0002');
    await send('D00', 'FA0003');
    await send('D00', 'BR0001');
    await lead();
    const now = await open('Panel D00');
    expect(now.map(({ type, onTestId }) => [type, onTestId]).toSorted()).toEqual([['fire.alarm', made.id], ['intrusion.alarm', null]]);
    expect(now.find(({ id }) => id === before?.id)).toMatchObject({ isActive: false });
    const detail = await getOnTest(supervisor, { id: made.id });
    expect(detail).toMatchObject({ state: 'under-way', held: 1, rang: 1, heardPoints: 3, stillOpen: 2 });
    expect((await listHeldSignals(supervisor, { onTestId: made.id, limit: 10 })).items).toMatchObject([{ why: 'test', type: 'intrusion.alarm', rule: null }]);
    await extendTest(supervisor, { id: made.id, endsAt: inAnHour(2), reason: 'The ladder came late' });
    await lead();
    await send('D00', 'BA0004');
    await lead();
    expect(await open('Panel D00')).toHaveLength(2);
    await endTest(supervisor, { id: made.id, reason: 'Done' });
    await lead();
    await send('D00', 'BA0005');
    await lead();
    expect(await open('Panel D00')).toHaveLength(3);
    expect((await listOnTest(supervisor, { state: 'over', limit: 10 })).items).toMatchObject([{ id: made.id, state: 'over', held: 2, endedBy: { name: 'Noor Said' } }]);
    await expect(endTest(supervisor, { id: made.id, reason: 'Again' })).rejects.toMatchObject({ code: 'alarms.test_is_over' });
  });

  test('a site on test ends by the clock, and rules over several signals see nothing of it, live as in their test', async () => {
    const start = Math.floor(Date.now() / 1000) * 1000 + 10 * 60_000;
    const rule = await putIntoForce({ author: supervisor, publisher }, { name: 'Two denials', definition: { kind: 'threshold', types: ['access.denied-unknown', 'access.denied-rights'], count: 2, withinS: 60, place: 'point', result: 'access.denied-repeated', priority: null } }, Date.now());
    const made = await putOnTest(supervisor, { mode: 'maintenance', place: { scope: 'site', siteId }, beginsAt: null, endsAt: new Date(start + 60_000).toISOString(), ownerId: null, reason: 'Door work' });
    await lead();
    for (const offset of [0, 10_000, 70_000, 80_000]) await send('D01', 'DK0031', start + offset);
    await lead(start + 10 * 60_000);
    const raised = (await open('Panel D01')).map(({ raisedAt }) => Date.parse(raisedAt) - start);
    expect(raised).toEqual([80_000]);
    const { backTestId } = await tryOver(supervisor, { ruleId: rule.rule.id, versionId: rule.rule.versions[0]?.id ?? '', days: 7, until: new Date(start + HOUR_MS).toISOString() }, { signal: new AbortController().signal, progress: () => undefined });
    const { rows } = await fresh.owner.query<{ at: Date }>('select at from alarms.back_test_alarm where back_test_id = $1', [backTestId]);
    expect(rows.map(({ at }) => at.getTime() - start)).toEqual([80_000]);
    expect((await getOnTest(supervisor, { id: made.id })).state).toBe('under-way');
  });
});

test('a type that is suppressed by its entry does not ring at its site until the end, nor hides its own end; other types do, and it is listed with why', async () => {
  const start = Math.floor(Date.now() / 1000) * 1000 + 90 * 60_000;
  const asked = { type: 'equipment.tamper', siteId, endsAt: new Date(start + 3_600_000).toISOString(), ownerId: null, reason: 'Housings are exchanged' };
  await expect(suppressType(supervisor, asked)).rejects.toMatchObject({ code: 'alarms.no_entry' });
  const { version } = await writeRationale(supervisor, { type: asked.type, cause: 'A housing is opened', consequence: 'A panel is turned off', response: 'Look', withinMin: 10, severity: 2, reviewOn: '2099-01-01' });
  await approveRationale(publisher, { type: asked.type, version });
  await expect(suppressType(supervisor, { ...asked, type: 'fire.alarm' })).rejects.toMatchObject({ code: 'alarms.vital' });
  await expect(suppressType(supervisor, { ...asked, endsAt: new Date(start + 40 * 86_400_000).toISOString() })).rejects.toMatchObject({ code: 'alarms.test_too_long' });
  await send('D03', 'TA0008', start - 1_000);
  await lead();
  const before = await open('Panel D03');
  const made = await suppressType(supervisor, asked);
  await lead();
  for (const [i, data] of ['TA0009', 'BA0009', 'TR0008', 'FA0009'].entries()) await send('D03', data, start + i * 1_000);
  await lead();
  const rang = await open('Panel D03');
  expect(rang.map(({ type, onTestId }) => [type, onTestId]).toSorted()).toEqual([['equipment.tamper', null], ['fire.alarm', null], ['intrusion.alarm', null]]);
  expect(rang.find(({ id }) => id === before[0]?.id)).toMatchObject({ isActive: false });
  expect((await listHeldSignals(supervisor, { why: 'suppressed', limit: 10 })).items).toMatchObject([{ onTestId: made.id, type: 'equipment.tamper', rule: null }]);
  expect((await listRationales(supervisor)).items.find(({ type }) => type === asked.type)?.suppressions).toMatchObject([{ id: made.id, site: made.site }]);
  await endTest(supervisor, { id: made.id, reason: 'Exchanged' });
  await lead();
  await send('D03', 'TA0010', start + 60_000);
  await lead();
  expect(await open('Panel D03')).toHaveLength(4);
});

describe('a runaway device', () => {
  test('is held from its 25th alarm on with one alarm that says so, never its fire, until a person releases it', async () => {
    const [shipped] = (await listRules(supervisor, { state: 'active', limit: 50 })).items.filter(({ kind }) => kind === 'runaway');
    expect((await getRule(supervisor, { id: shipped?.id ?? '' })).versions[0]).toMatchObject({ n: 1, state: 'active' });
    const start = Math.floor(Date.now() / 1000) * 1000 + 3 * HOUR_MS;
    for (let i = 0; i < 24; i++) await send('D02', 'BA0007', start + i * 1000);
    await lead();
    expect((await listRunaways(supervisor, { state: 'held', limit: 10 })).items).toEqual([]);
    for (let i = 24; i < 40; i++) await send('D02', 'BA0007', start + i * 1000);
    await send('D02', 'TA0007', start + 41_000);
    await send('D02', 'FA0007', start + 42_000);
    await lead();
    const types = (await open('Panel D02')).map(({ type }) => type);
    expect(types).toContain('equipment.runaway');
    expect(types).toContain('fire.alarm');
    expect(types).not.toContain('equipment.tamper');
    const [held, ...others] = (await listRunaways(supervisor, { state: 'held', limit: 10 })).items;
    expect(others).toEqual([]);
    expect(held).toMatchObject({ sourceName: 'Panel D02', held: 16, releasedAt: null });
    const released = await releaseRunaway(supervisor, { id: held?.id ?? '', reason: 'Contact mended' });
    await expect(releaseRunaway(publisher, { id: released.id, reason: 'Mended' })).rejects.toMatchObject({ code: 'alarms.runaway_released', message: expect.stringContaining('Noor Said') });
    await lead();
    await send('D02', 'TA0007', start + 2 * 60_000);
    await lead();
    const after = await open('Panel D02');
    expect(after.map(({ type }) => type)).toContain('equipment.tamper');
    expect(after.filter(({ type }) => type === 'equipment.runaway')).toEqual([]);
    expect((await listRunaways(supervisor, { state: 'released', limit: 10 })).items).toMatchObject([{ id: held?.id, endedAt: expect.any(String) }]);
  });
});

test('several alarms are taken at once; what another holds stays theirs, and is told', async () => {
  for (const zone of ['0021', '0022', '0023']) await send('D01', `BA${zone}`);
  await lead();
  const [first, ...others] = (await open('Panel D01')).filter(({ type }) => type === 'intrusion.alarm');
  const other = await anActor(fresh, 'Ines Varga', 'gsoc-operator');
  await claim(other, { id: first?.id ?? '' });
  const { done, left } = await actTogether(supervisor, { verb: 'claim', ids: [first, ...others].map((alarm) => alarm?.id ?? '') });
  expect(done.map(({ id, owner }) => [id, owner]).toSorted()).toEqual(others.map(({ id }) => [id, 'Noor Said']).toSorted());
  expect(left).toEqual([{ id: first?.id, reason: expect.stringContaining('Ines Varga') }]);
});
