import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { tryOver } from './back-test.service.ts';
import type { Definition } from './correlation-rules.ts';
import { correlate, letTimePass, readPosition } from './correlator.ts';
import { RuleWatch } from './rule-watch.ts';
import { writeRule } from './rules.service.ts';
import { anActor, arrange, type Arranged, sendFrame } from './testing-pipeline.ts';
import { HOUR_MS, putIntoForce, raisedSet } from './testing-rules.ts';

const NOW = Math.floor(Date.now() / 1000) * 1000;
const NEAR = { kind: 'sequence', steps: [['equipment.tamper'], ['intrusion.alarm']], inOrder: true, withinS: 60, place: 'near', result: 'intrusion.confirmed', priority: null } as const satisfies Definition;
const ZONES = [{ id: uuidv7(), x: 0 }, { id: uuidv7(), x: 10 }, { id: uuidv7(), x: 40 }];
const floorId = uuidv7();

let fresh: FreshDatabase;
let world: Arranged;
let author: Ctx;
let publisher: Ctx;
let sequence = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['1234']);
  author = await anActor(fresh, 'Noor Said', 'gsoc-supervisor');
  publisher = await anActor(fresh, 'Ada Lind', 'deputy-cso');
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
const send = (data: string, at: number): Promise<void> => sendFrame(world, { account: '1234', sequence: ++sequence, data: `Nri1/${data}`, at });

/** A floor of three rooms, the first two wall to wall; one point stands in each. */
async function draw(): Promise<void> {
  const sourceId = (await fresh.owner.query<{ id: string }>('select id from signals.source')).rows[0]?.id;
  const drawing = {
    zones: ZONES.map(({ id, x }, i) => ({ id, name: `Room ${i + 1}`, siteId: null, ring: [[x, 0], [x + 10, 0], [x + 10, 10], [x, 10]] })),
    portals: [], said: [],
    marks: ZONES.map(({ x }, i) => ({ id: uuidv7(), name: `Point ${i + 1}`, kind: 'contact', at: [x + 5, 5], facingDeg: null, deviceId: null, sourceId, point: `zone:${i + 1}` })),
  };
  await fresh.owner.query(`insert into sites.site (id, code, name, kind, time_zone) values ($1, 'F1', 'Level 1', 'floor', 'UTC')`, [floorId]);
  await fresh.owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) values ($1, 'sites.site', 'F1', 'Level 1', 'active', $1, 'sites:read', now())`, [floorId]);
  await fresh.owner.query(`insert into sites.plan (floor_id, source, file_id, drawing) values ($1, 'shapes', $2, $3)`, [floorId, uuidv7(), JSON.stringify(drawing)]);
}
const say = (one: number, other: number) => fresh.owner.query(`update sites.plan set drawing = jsonb_set(drawing, '{said}', $2), version = version + 1 where floor_id = $1`, [floorId, JSON.stringify([{ between: [ZONES[one]?.id, ZONES[other]?.id], isAdjacent: true }])]);

test('a rule compares zones of the plan and those beside them, live as in its test, as the plan was drawn at the time', async () => {
  const past = NOW - 3 * HOUR_MS;
  for (const [at, data] of [[0, 'TA0001'], [10, 'BA0002'], [100, 'TA0001'], [110, 'BA0003']] as const) await send(data, past + at * 1000);
  await draw();
  await lead();
  const { rule, backTestId } = await putIntoForce({ author, publisher }, { name: 'Tamper, then alarm beside it', definition: NEAR }, NOW);
  const foundBy = async (id: string) => (await fresh.owner.query<{ at: Date }>('select at from alarms.back_test_alarm where back_test_id = $1 order by at', [id])).rows.map(({ at }) => at.getTime());
  expect((await foundBy(backTestId)).map((at) => at - past)).toEqual([10_000]);

  const start = NOW + 60_000;
  await lead();
  for (const [at, data] of [[0, 'TA0001'], [10, 'BA0002'], [100, 'TA0003'], [110, 'BA0002']] as const) await send(data, start + at * 1000);
  await lead(start + 200_000);
  await say(1, 2);
  await lead();
  for (const [at, data] of [[300, 'TA0003'], [310, 'BA0002']] as const) await send(data, start + at * 1000);
  await lead(start + 400_000);
  const live = (await raisedSet(fresh, 'Panel %', start)).map((line) => Number(line.split(' ').at(-1)));
  expect(live).toEqual([10_000, 310_000]);

  const again = await tryOver(author, { ruleId: rule.id, versionId: rule.versions[0]?.id ?? '', days: 7, until: new Date(NOW + HOUR_MS).toISOString() }, { signal: new AbortController().signal, progress: () => undefined });
  expect((await foundBy(again.backTestId)).filter((at) => at > NOW).map((at) => at - start)).toEqual(live);
});

test('zones beside each other are compared in order only', async () => {
  const definition: Definition = { ...NEAR, inOrder: false };
  await expect(writeRule(author, { name: 'In any order', why: 'A test', definition })).rejects.toMatchObject({ code: 'alarms.rule_incomplete', extra: { errors: [{ pointer: '/definition/place' }] } });
});
