import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { importIncidents, type PastIncident } from './import.service.ts';
import { listIncidents } from './list.service.ts';
import { readIncident, readTimeline } from './read.service.ts';
import { aCompleteIncident } from './testing.ts';

let fresh: FreshDatabase;
let importer: Ctx;
let lead: Ctx;
let siteId: string;

const TYPE = 'door-insecure';
const pastIncident = (change: Partial<PastIncident> = {}): PastIncident => ({
  id: uuidv7(), title: 'Gate left open', typeKey: TYPE, subtype: null, severity: 1, siteId, place: 'Gate 4', narrative: 'The gate stood open after the last delivery.', reportedBy: 'Gate officer',
  occurredFrom: '2025-12-31T22:00:00.000Z', occurredTo: '2025-12-31T22:30:00.000Z', knownAt: '2025-12-31T22:05:00.000Z', fields: { ...aCompleteIncident(TYPE).fields }, noLoss: null,
  declaredAt: '2025-12-31T22:06:00.000Z', declaredBy: lead.personId, closedAt: '2026-01-03T09:00:00.000Z', closedBy: lead.personId, closureReason: 'resolved', closureSummary: 'The gate was closed and the driver told.',
  log: [{ at: '2025-12-31T22:10:00.000Z', kind: 'action', text: 'Officer sent.', by: lead.personId }], people: [{ role: 'reporter', name: 'Bo Lindgren', injury: null, details: '' }],
  things: [{ kind: 'vehicle', description: 'Delivery van', identifier: 'XX-123-Y', role: '' }, { kind: 'item', description: 'Padlock', identifier: '', role: '' }], losses: [{ kind: 'property', description: 'Padlock', amountMinor: 4500, currency: 'EUR', recoveredMinor: 0 }], ...change,
});

beforeAll(async () => {
  fresh = await freshDatabase();
  siteId = uuidv7();
  const leadId = uuidv7();
  await fresh.owner.query('select access.place_site($1, null)', [siteId]);
  await fresh.owner.query(`insert into access.person (id, kind, name, state) values ($1, 'human', 'Lea', 'active')`, [leadId]);
  await fresh.owner.query(`insert into access.grant (id, person_id, role_id, granted_by) select $1, $2, r.id, $3 from access.role r where r.key = 'gsoc-supervisor'`, [uuidv7(), leadId, SERVICE.frontDoor]);
  importer = await fresh.as(SERVICE.importer);
  lead = await fresh.as(leadId);
});
afterAll(() => fresh.drop());

describe('importing incidents', () => {
  test('brings them in closed with log, people, things and losses, numbered by the year in which they were declared', async () => {
    const given = pastIncident();
    expect(await importIncidents(importer, [given])).toEqual([{ id: given.id, number: 'INC-2025-00001' }]);
    const incident = await readIncident(lead, { id: given.id });
    expect(incident).toMatchObject({ state: 'closed', number: 'INC-2025-00001', closureSummary: given.closureSummary, logCount: 1, isWalled: false, losses: [{ currency: 'EUR', amountMinor: 4500, recoveredMinor: 0 }] });
    expect(incident.people.map((person) => person.name)).toEqual(['Bo Lindgren']);
    const { items } = await readTimeline(lead, { id: given.id });
    expect(items.map((item) => [item.verb, item.at, item.person])).toEqual(expect.arrayContaining([['declared', given.declaredAt.replace('.000', ''), 'Lea'], ['closed', given.closedAt.replace('.000', ''), 'Lea']]));
    expect((await listIncidents(lead, { sort: '-occurred', limit: 10, q: 'XX-123-Y' })).items.map((row) => row.id)).toEqual([given.id]);
  });

  test('again answers the same numbers and changes nothing', async () => {
    const given = pastIncident();
    const first = await importIncidents(importer, [given]);
    const entries = async (): Promise<number> => (await fresh.owner.query(`select from ledger.entry where record_id = $1`, [given.id])).rowCount ?? 0;
    expect(await entries()).toBe(1);
    expect(await importIncidents(importer, [{ ...given, title: 'Another title' }])).toEqual(first);
    expect(await entries()).toBe(1);
  });

  test.each([
    ['a type that is not there', { typeKey: 'no-such-type' }, '/typeKey'],
    ['what could not have been closed', { losses: [], noLoss: null }, '/losses'],
    ['an end before the beginning', { occurredTo: '2025-12-31T21:00:00.000Z' }, '/occurredFrom'],
    ['a closing that lies ahead', { closedAt: '2099-01-01T00:00:00.000Z' }, '/occurredFrom'],
    ['an answer that its type does not ask', { fields: { 'weapon.kind': 'knife' } }, '/fields/weapon.kind'],
  ])('refuses %s by its row and field, and takes none of the others', async (_what, change, pointer) => {
    const good = pastIncident();
    await expect(importIncidents(importer, [good, pastIncident(change)])).rejects.toMatchObject({ kind: 'refused', extra: { errors: expect.arrayContaining([expect.objectContaining({ pointer: `/items/1${pointer}` })]) as unknown } });
    expect((await fresh.owner.query('select from incidents.incident where id = $1', [good.id])).rowCount).toBe(0);
  });

  test('is for who holds the permission', async () => {
    await expect(importIncidents(lead, [pastIncident()])).rejects.toMatchObject({ kind: 'forbidden' });
  });
});
