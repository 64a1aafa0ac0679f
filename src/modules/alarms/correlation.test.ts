import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { getAlarm, listAlarms } from './alarms.service.ts';
import { correlate, letTimePass, readPosition } from './correlator.ts';
import { RuleWatch } from './rule-watch.ts';
import { tryOver } from './back-test.service.ts';
import type { Definition } from './correlation-rules.ts';
import { listExamples } from './rule-examples.ts';
import { activateVersion, changeDraft, getRule, readBackTest, retireRule, writeRule } from './rules.service.ts';
import { anActor, arrange, type Arranged, sendFrame } from './testing-pipeline.ts';
import { anHour, HOUR_MS, play, putIntoForce, raisedSet, testedSet, THREE } from './testing-rules.ts';

const DEVICES = 3;
const account = (letter: string) => (device: number) => `${letter}${String(device).padStart(2, '0')}`;
const devices = [...Array(DEVICES).keys()];
/** A whole second, so that a device's time, which has no smaller part, is the time at which we heard it. */
const NOW = Math.floor(Date.now() / 1000) * 1000;

let fresh: FreshDatabase;
let world: Arranged;
let author: Ctx;
let publisher: Ctx;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, [...devices.map(account('A')), ...devices.map(account('B')), 'C00', 'C01']);
  author = await anActor(fresh, 'Noor Said', 'gsoc-supervisor');
  publisher = await anActor(fresh, 'Ada Lind', 'deputy-cso');
});
afterAll(async () => {
  await world.intake.close();
  await fresh.drop();
});

const correlator = (): Promise<Ctx> => fresh.as(SERVICE.correlator);

/** What a process that leads does until it has read all; then it is gone, with all that it held. */
async function leadOnce(until?: number): Promise<void> {
  const ctx = await correlator();
  const position = await readPosition(ctx);
  const watch = await RuleWatch.open(ctx, position);
  await letTimePass(ctx, position, watch, 0);
  while ((await correlate(ctx, position, watch)) > 0);
  if (until !== undefined) await letTimePass(ctx, position, watch, until);
}

describe('rules over several signals', () => {
  test('raise over the same hour on twin devices, read in pieces by processes that die, what their test over stored signals had said', async () => {
    const hour = anHour(7, DEVICES, 24);
    const past = NOW - 2 * HOUR_MS;
    await play(world, hour, { start: past, accountOf: account('A'), first: 0 });
    await leadOnce();
    const inForce = [];
    for (const rule of THREE) inForce.push(await putIntoForce({ author, publisher }, rule, NOW));
    await leadOnce();
    const start = NOW + 60_000;
    const tested = await testedSet(fresh, inForce.map(({ backTestId }) => backTestId), past);
    for (let from = 0; from < hour.length; from += 41) {
      await play(world, hour.slice(from, from + 41), { start, accountOf: account('B'), first: from });
      await leadOnce();
    }
    await leadOnce(start + 2 * HOUR_MS);
    expect(await raisedSet(fresh, 'Panel B%', start)).toEqual(tested);
    expect(new Set(tested.map((line) => line.split(' ')[1])).size).toBe(THREE.length);
    expect(tested.length).toBeGreaterThan(DEVICES);
    expect(await raisedSet(fresh, 'Panel A%', past)).toEqual([]);
  });

  test('raise an alarm of their own name and priority, with every signal that met them', async () => {
    const operator = await anActor(fresh, 'Ines Varga', 'gsoc-operator');
    const [alarm] = (await listAlarms(operator, { state: 'open', type: 'access.denied-repeated', limit: 5 })).items;
    const detail = await getAlarm(operator, { id: alarm?.id ?? '' });
    expect(detail).toMatchObject({ title: 'Denied again and again', priority: 3, handling: 'unacknowledged', rule: { n: 1 } });
    expect(detail.rule?.number).toMatch(/^RUL-\d{4}-\d{5}$/);
    expect(detail.signals.filter(({ effect }) => effect === 'raise')).toHaveLength(4);
  });

  test('let what a cause explains not ring, but never a hold-up; and nothing of it once they are out of force', async () => {
    const { rule } = await putIntoForce({ author, publisher }, { name: 'Forced just after a request to exit', definition: { kind: 'suppress', cause: ['access.requested'], held: ['access.forced'], withinS: 5, place: 'point' } }, NOW);
    await leadOnce();
    const at = NOW + 4 * HOUR_MS;
    const send = (n: number, data: string, offsetS: number) => sendFrame(world, { account: 'C00', sequence: n, data, at: at + offsetS * 1000 });
    await send(1, 'Nri1/DX0007', 0);
    await send(2, 'Nri1/DF0007', 2);
    await send(3, 'Nri1/HA0007', 3);
    await send(4, 'Nri1/DX0008', 4);
    await send(5, 'Nri1/DF0008', 20);
    await leadOnce();
    const openAt = async () => (await listAlarms(author, { state: 'open', limit: 200 })).items.filter(({ sourceName }) => sourceName === 'Panel C00').map(({ type, point }) => `${type} ${point}`).sort();
    expect(await openAt()).toEqual(['access.forced door:8', 'duress.holdup zone:7']);
    expect((await fresh.owner.query('select count(*)::int as n from alarms.held_signal')).rows).toEqual([{ n: 1 }]);
    await retireRule(publisher, { id: rule.id, reason: 'A test' });
    await leadOnce();
    await send(6, 'Nri1/DX0007', 40);
    await send(7, 'Nri1/DF0007', 42);
    await leadOnce();
    expect(await openAt()).toEqual(['access.forced door:7', 'access.forced door:8', 'duress.holdup zone:7']);
    const [version] = (await getRule(author, { id: rule.id })).versions;
    expect(version).toMatchObject({ state: 'retired', holdsFrom: expect.any(String), holdsUntil: expect.any(String) });
  });
});

test('what a cause explains rings again once that has ended, before its time', async () => {
  await putIntoForce({ author, publisher }, { name: 'Trouble explained by a bypass', definition: { kind: 'suppress', cause: ['intrusion.zone-bypassed'], held: ['intrusion.zone-trouble'], until: ['intrusion.zone-bypassed#restore'], withinS: 3600, place: 'area' } }, NOW);
  await leadOnce();
  const at = NOW + 6 * HOUR_MS;
  for (const [n, data, offsetS] of [[1, 'Nri1/BB0003', 0], [2, 'Nri1/BT0004', 60], [3, 'Nri1/BU0003', 120], [4, 'Nri1/BT0005', 180]] as const) await sendFrame(world, { account: 'C01', sequence: n, data, at: at + offsetS * 1000 });
  await leadOnce();
  expect((await listAlarms(author, { state: 'open', type: 'intrusion.zone-trouble', limit: 10 })).items.map(({ point }) => point)).toEqual(['zone:5']);
});

describe('a version', () => {
  const [sequence] = THREE;
  const written = (name: string, change: object = {}) => ({ name, why: 'A test', definition: { ...sequence?.definition, ...change } as Definition });
  const tried = async (rule: { id: string; versions: { id: string }[] }, days: number) => (await tryOver(author, { ruleId: rule.id, versionId: rule.versions[0]?.id ?? '', days, until: new Date(NOW).toISOString() }, { signal: new AbortController().signal, progress: () => undefined })).backTestId;

  test('is put into force by another than who wrote it, and only after a test over a week of every site', async () => {
    const rule = await writeRule(publisher, written('Mine'));
    const versionId = rule.versions[0]?.id ?? '';
    const activate = (who: Ctx, backTestId: string) => activateVersion(who, { id: rule.id, versionId, backTestId, reason: 'A test' });
    await expect(activate(publisher, versionId)).rejects.toMatchObject({ code: 'alarms.rule_not_tried' });
    const short = await tried(rule, 6);
    await expect(activate(publisher, short)).rejects.toMatchObject({ code: 'alarms.rule_tried_too_little' });
    const whole = await tried(rule, 7);
    await expect(activate(author, whole)).rejects.toMatchObject({ kind: 'forbidden' });
    const alone = await activate(publisher, whole);
    expect(alone.versions[0]).toMatchObject({ state: 'active', isAlone: true });
    await anActor(fresh, 'Bo Lund', 'cso');
    const next = await changeDraft(publisher, { id: rule.id, ...written('Mine', { withinS: 60 }) });
    const nextTest = await tried(next, 7);
    await expect(activateVersion(publisher, { id: rule.id, versionId: next.versions[0]?.id ?? '', backTestId: nextTest, reason: 'A test' })).rejects.toMatchObject({ code: 'alarms.own_rule' });
  });

  test('that was tried stays as it was: writing on makes the next one, and what is not seen is not told', async () => {
    const draft = await writeRule(author, written('Changed'));
    expect((await changeDraft(author, { id: draft.id, ...written('Changed', { withinS: 600 }) })).versions.map(({ n }) => n)).toEqual([1]);
    const backTestId = await tried(draft, 7);
    const changed = await changeDraft(author, { id: draft.id, ...written('Changed', { withinS: 300 }) });
    expect(changed.versions.map(({ n, state, definition }) => [n, state, definition.withinS])).toEqual([[2, 'draft', 300], [1, 'retired', 600]]);
    const stranger = await anActor(fresh, 'Eli Moss', 'gsoc-supervisor', await anotherSite());
    const shown = await readBackTest(author, { id: draft.id, rowId: backTestId });
    expect(shown.alarms.length).toBe(shown.found);
    expect(shown.found).toBeGreaterThan(0);
    expect((await readBackTest(stranger, { id: draft.id, rowId: backTestId })).alarms).toEqual([]);
    await expect(writeRule(author, written('Wrong', { steps: [['fire.alarm'], ['no.such']] }))).rejects.toMatchObject({ code: 'alarms.rule_incomplete', extra: { errors: [{ pointer: '/definition/steps/1' }] } });
  });

  test('comes as an example for most proposals of the taxonomy, and each example can be kept', async () => {
    const { items, waiting } = await listExamples();
    expect(items.length + waiting.length).toBe(25);
    expect(items.length).toBeGreaterThan(14);
    for (const { title, definition } of items) await expect(writeRule(author, { name: title, why: 'A test', definition })).resolves.toMatchObject({ name: title });
  });
});

async function anotherSite(): Promise<string> {
  const id = uuidv7();
  await fresh.owner.query('select access.place_site($1, null)', [id]);
  return id;
}
