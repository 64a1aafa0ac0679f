import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson } from '#modules/identity/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { openMark, sealMark } from './mark.ts';
import { Pump } from './pump.ts';

const key = randomBytes(32);
const now = new Date('2026-11-21T12:00:00Z');
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

describe('where a reader stands', () => {
  test('comes back as it was for ten minutes, and then no more', () => {
    const id = sealMark(key, { xid: '281474976710655', seq: 41 }, now);
    expect(id).toMatch(/^[\w-]{22}$/);
    expect(openMark(key, id, later(600))).toEqual({ xid: '281474976710655', seq: 41 });
    expect([openMark(key, id, later(601)), openMark(key, id, later(-61))]).toEqual([null, null]);
  });

  test('is nothing under another key, or in another form', () => {
    const id = sealMark(key, { xid: '7', seq: 1 }, now);
    for (const wrong of ['', '7-1', `${id}A`, id.slice(1), id.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))]) expect([wrong, openMark(key, wrong, now)]).toEqual([wrong, null]);
    expect(openMark(randomBytes(32), id, now)).toBeNull();
  });

  test('of two moments says nothing of how many lie between', () => {
    const [first, next, far] = [1, 2, 1_000_000].map((seq) => Buffer.from(sealMark(key, { xid: '7', seq }, now), 'base64url'));
    const differing = (a: Buffer | undefined, b: Buffer | undefined): number => [...(a ?? [])].filter((byte, i) => byte !== b?.[i]).length;
    expect(Math.min(differing(first, next), differing(first, far))).toBeGreaterThan(8);
  });
});

describe('what was missed', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await freshDatabase();
  });
  afterAll(() => fresh.drop());

  test('is told one by one, however much of what is hidden lies between', async () => {
    const { id } = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
    const [wall, mine] = [uuidv7(), uuidv7()];
    const pump = new Pump(fresh.db);
    const since = await pump.end();
    await fresh.owner.query(`insert into platform.outbox (topic, record_id, wall_id, read_permission) select 'test.changed', uuidv7(), $1, 'incidents:read' from generate_series(1, 5200)`, [wall]);
    await fresh.owner.query(`insert into platform.outbox (topic, record_id, read_permission) values ('test.changed', $1, 'incidents:read')`, [mine]);
    // Transactions of others on the same server hold it back for a moment; so what made the person may come after `since` too.
    const told = async (): Promise<string[]> => ((await pump.missed(id, since)) ?? []).flatMap((one) => one.id ?? []);
    await expect.poll(async () => (await told()).at(-1), { timeout: 60_000 }).toBe(mine);
    expect((await told()).length).toBeLessThan(5);
    await fresh.owner.query(`insert into platform.outbox (topic, record_id, read_permission) select 'test.changed', uuidv7(), 'incidents:read' from generate_series(1, 500)`);
    await expect.poll(() => pump.missed(id, since), { timeout: 60_000 }).toBeNull();
  });
});
