import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { type Ctx, store } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { listAlarms } from './alarms.service.ts';
import { importAlarms, MOST_IMPORTED, type PastAlarm } from './import.service.ts';
import { anActor } from './testing-pipeline.ts';

let fresh: FreshDatabase;
let importer: Ctx;
let operator: Ctx;
let siteId: string;

const pastAlarm = (change: Partial<PastAlarm> = {}): PastAlarm => ({
  id: uuidv7(), siteId, sourceId: null, sourceName: 'Old system', type: 'access.forced', point: 'door:4', raisedAt: '2025-12-31T23:59:00.000Z', acknowledgedAt: '2025-12-31T23:59:20.000Z', acknowledgedBy: operator.personId, returnedAt: null,
  closedAt: '2026-01-01T00:04:00.000Z', closedBy: operator.personId, disposition: 'no-finding', cause: null, note: null, repeats: 2, incident: null, ...change,
});

beforeAll(async () => {
  fresh = await freshDatabase();
  siteId = uuidv7();
  await fresh.owner.query('select access.place_site($1, null)', [siteId]);
  importer = await fresh.as(SERVICE.importer);
  operator = await anActor(fresh, 'Ana', 'gsoc-operator');
});
afterAll(() => fresh.drop());

describe('importing alarms', () => {
  test('brings them in closed, numbered by the year in which they were raised, to be found and seen like any other', async () => {
    const rows = [pastAlarm({ raisedAt: '2026-02-01T10:00:00.000Z', acknowledgedAt: null, acknowledgedBy: null, returnedAt: '2026-02-01T10:01:00.000Z', closedAt: '2026-02-01T10:01:00.000Z', closedBy: null, disposition: null, type: 'fire.service' }), pastAlarm()];
    expect(await importAlarms(importer, rows)).toEqual({ imported: 2, known: 0 });
    const { items } = await listAlarms(operator, { state: 'closed', limit: 10 });
    expect(items.map((alarm) => [alarm.number, alarm.type, alarm.handling, alarm.repeats, alarm.closer])).toEqual([['ALM-2026-00001', 'fire.service', 'closed', 2, null], ['ALM-2025-00001', 'access.forced', 'closed', 2, 'Ana']]);
    const found = await store<object>('platform').read(operator, '').selectFrom(sql<{ recordId: string; likeness: number }>`platform.find_records('ALM-2025-00001', 5)`.as('f')).innerJoin('platform.record as r', 'r.id', 'f.recordId')
      .select(['r.title', 'r.state']).orderBy('f.likeness', 'desc').limit(1).execute();
    expect(found).toEqual([{ title: 'Door forced', state: 'closed' }]);
  });

  test('again changes nothing, and a batch is one entry of the ledger with its count and digest', async () => {
    const rows = [pastAlarm(), pastAlarm()];
    await importAlarms(importer, rows);
    expect(await importAlarms(importer, [...rows, pastAlarm()])).toEqual({ imported: 1, known: 2 });
    expect(await importAlarms(importer, rows)).toEqual({ imported: 0, known: 2 });
    const { rows: entries } = await fresh.owner.query<{ body: { after: { count: number; digest: string } } }>(`select body::jsonb as body from ledger.entry where verb = 'alarms.imported' order by id`);
    expect(entries.map(({ body }) => body.after.count)).toEqual([2, 2, 1]);
    for (const { body } of entries) expect(body.after.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test.each([
    ['a type that raises no alarm', { type: 'access.granted' }, 'type'],
    ['a type that is not there', { type: 'no.such' }, 'type'],
    ['a closing before the raising', { closedAt: '2025-12-31T23:58:00.000Z' }, 'closedAt'],
    ['a closing that lies ahead', { closedAt: '2099-01-01T00:00:00.000Z' }, 'closedAt'],
    ['an answer after the closing', { acknowledgedAt: '2026-03-01T00:00:00.000Z' }, 'raisedAt'],
    ['a closing without a finding', { disposition: null }, 'disposition'],
    ['a false alarm without its cause', { disposition: 'nuisance' }, 'cause'],
    ['nobody who closed what went on', { closedBy: null, disposition: null }, 'closedBy'],
    ['an answer by nobody', { acknowledgedBy: null }, 'acknowledgedBy'],
  ])('refuses %s by its row and field, and takes none of the others', async (_what, change, field) => {
    const good = pastAlarm();
    await expect(importAlarms(importer, [good, pastAlarm(change)])).rejects.toMatchObject({ kind: 'refused', code: 'alarms.import_refused', extra: { errors: expect.arrayContaining([expect.objectContaining({ pointer: `/items/1/${field}` })]) as unknown } });
    expect((await fresh.owner.query('select from alarms.alarm where id = $1', [good.id])).rowCount).toBe(0);
  });

  test('is for who holds the permission, and takes so many at once', async () => {
    await expect(importAlarms(operator, [pastAlarm()])).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(importAlarms(importer, Array.from({ length: MOST_IMPORTED + 1 }, () => pastAlarm()))).rejects.toMatchObject({ code: 'alarms.too_many' });
  });
});
