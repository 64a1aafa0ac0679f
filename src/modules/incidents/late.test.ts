import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import offline from '#platform/offline/module.ts';
import { aDevice, type TestDevice } from '#platform/offline/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Incident, LogEntry, Standing } from './contract.ts';
import incidents from './module.ts';
import { anIncident, aSite, calling, type Calling } from './testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let site: string;
let ann: Somebody;
let bo: Somebody;
let stranger: Somebody;
let annsPhone: TestDevice;
let bosPhone: TestDevice;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents, offline] });
  call = calling(app);
  site = await aSite(fresh, 'Kestrel Quay');
  [ann, bo] = [await aPerson(fresh, 'Ann Officer', { role: 'cso' }), await aPerson(fresh, 'Bo Officer', { role: 'cso' })];
  stranger = await aPerson(fresh, 'Sam Stranger', { role: 'cso' });
  [annsPhone, bosPhone] = [await aDevice(app, ann, 'Ann’s phone'), await aDevice(app, bo, 'Bo’s phone')];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

type Command = { who: Somebody; path: '/facts' | '/log'; body: Record<string, unknown> };
type Conflicts = { items: { field: string; versions: { editId: string; value: string; by: string; device: string | null; isStanding: boolean }[] }[] };

const fact = (who: Somebody, phone: TestDevice, seq: number, writtenAt: string, facts: object, baseVersion = 1): Command => ({ who, path: '/facts', body: { editId: uuidv7(), device: phone.says({ seq, writtenAt, baseVersion }), ...facts } });
const line = (who: Somebody, phone: TestDevice, seq: number, writtenAt: string, text: string): Command => ({ who, path: '/log', body: { entryId: uuidv7(), kind: 'observation', text, at: writtenAt, device: phone.says({ seq, writtenAt, baseVersion: 1 }) } });
const send = ({ who, path, body }: Command, id: string) => call(who, 'POST', `/${id}${path}`, body, { 'idempotency-key': String(body['editId'] ?? body['entryId']) });

const declared = (): Promise<Standing> => anIncident(call, ann, { title: 'Smoke in the cellar', siteId: site, narrative: 'Smoke was seen.', place: 'Cellar', occurredFrom: '2026-11-20T12:00:00Z' });

/** What a reader is shown in the end, without the marks that say in which order things came. */
async function shown(id: string) {
  const { title, narrative, place, reportedBy, disputed } = (await call(ann, 'GET', `/${id}`)).json<Incident>();
  const log = (await call(ann, 'GET', `/${id}/log`)).json<{ items: LogEntry[] }>().items.map(({ text, at, author }) => `${at} ${author}: ${text}`).sort();
  const conflicts = (await call(ann, 'GET', `/${id}/conflicts`)).json<Conflicts>().items.map(({ field, versions }) => [field, versions.map(({ value, by, device, isStanding }) => `${by}, ${device}: ${value}${isStanding ? ' *' : ''}`).sort()]);
  return { title, narrative, place, reportedBy, disputed, log, conflicts };
}

const EXPECTED = {
  title: 'Smoke in the cellar', narrative: 'Bo: a cable burned.', place: 'Cellar, east', reportedBy: 'The caretaker', disputed: ['narrative'],
  log: ['2026-11-20T12:05:00Z Ann Officer: Door is warm', '2026-11-20T12:06:00Z Bo Officer: Power is off'],
  conflicts: [['narrative', ['Ann Officer, Ann’s phone: Ann: a pump burned, all out.', 'Bo Officer, Bo’s phone: Bo: a cable burned. *']]],
};
const queues = (): Command[][] => [
  [
    fact(ann, annsPhone, 1, '2026-11-20T12:04:00Z', { narrative: 'Ann: a pump burned.', place: 'Cellar, west' }),
    line(ann, annsPhone, 2, '2026-11-20T12:05:00Z', 'Door is warm'),
    fact(ann, annsPhone, 3, '2026-11-20T12:07:00Z', { narrative: 'Ann: a pump burned, all out.' }),
  ],
  [
    line(bo, bosPhone, 1, '2026-11-20T12:06:00Z', 'Power is off'),
    fact(bo, bosPhone, 2, '2026-11-20T12:08:00Z', { narrative: 'Bo: a cable burned.', place: 'Cellar, east' }),
    fact(bo, bosPhone, 3, '2026-11-20T12:09:00Z', { reportedBy: 'The caretaker' }),
  ],
];

describe('two devices that were offline', () => {
  test('end in the same, whichever is first, and what both wrote stands side by side', async () => {
    for (const order of [[0, 1], [1, 0]]) {
      const { id } = await declared();
      const both = queues();
      for (const at of order) for (const command of both[at] ?? []) expect([200, 201]).toContain((await send(command, id)).status);
      expect(await shown(id)).toEqual(EXPECTED);
    }
  });

  test('end in the same in any order, with anything sent twice, and nothing is entered twice', async () => {
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), fc.array(fc.nat(5), { maxLength: 4 }), async (order, again) => {
      const { id } = await declared();
      const all = queues().flat();
      for (const at of [...order.slice(0, 3), ...again, ...order, ...again]) expect([200, 201]).toContain((await send(all[at] as Command, id)).status);
      expect(await shown(id)).toEqual(EXPECTED);
    }), { numRuns: 8 });
  });

  test('that send at the same moment lose nothing', async () => {
    const { id } = await declared();
    const replies = await Promise.all([...queues().flat(), ...queues().flat()].map((command) => send(command, id)));
    expect(replies.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
    const { disputed, place, log } = await shown(id);
    expect([disputed, place, new Set(log).size]).toEqual([['narrative'], 'Cellar, east', 2]);
  });
});

describe('a conflict', () => {
  const conflicted = async (): Promise<{ id: string; versions: Conflicts['items'][number]['versions'] }> => {
    const { id } = await declared();
    for (const command of queues().flat()) await send(command, id);
    return { id, versions: (await call(bo, 'GET', `/${id}/conflicts`)).json<Conflicts>().items[0]?.versions ?? [] };
  };

  test('is decided by a person over the versions that were looked at, and the decision is in the ledger', async () => {
    const { id, versions } = await conflicted();
    const seen = versions.map(({ editId }) => editId);
    expect((await call(bo, 'PATCH', `/${id}`, { narrative: 'Over it.' })).json()).toMatchObject({ type: 'urn:problem:incidents.disputed', status: 409 });
    const both = { field: 'narrative', seen, value: 'A pump burned, then its cable.', reason: 'Both saw a part' };
    expect((await call(bo, 'POST', `/${id}/conflicts/settle`, both)).status).toBe(200);
    expect(await shown(id)).toMatchObject({ narrative: 'A pump burned, then its cable.', disputed: [], conflicts: [] });
    expect((await call(ann, 'POST', `/${id}/conflicts/settle`, both)).status).toBe(409);
    const { rows } = await fresh.owner.query<{ verb: string; body: string }>(`select verb, body from ledger.entry where record_id = $1 and verb in ('incidents.disputed', 'incidents.settled') order by xid`, [id]);
    expect(rows.map(({ verb }) => verb)).toEqual(['incidents.disputed', 'incidents.settled']);
    for (const one of seen) expect(rows[1]?.body).toContain(one);
    expect((await fresh.owner.query(`select value from incidents.fact_edit where incident_id = $1 and field = 'narrative'`, [id])).rowCount).toBe(4);
    expect((await call(bo, 'PATCH', `/${id}`, { narrative: 'Changed afterwards.' })).status).toBe(200);
  });

  test('is not decided by who has not seen a version that came meanwhile, and opens again for one that knew of no decision', async () => {
    const { id, versions } = await conflicted();
    const seen = versions.map(({ editId }) => editId);
    const third = await aDevice(app, stranger, 'Third');
    expect((await send(fact(stranger, third, 1, '2026-11-20T12:01:00Z', { narrative: 'Sam: steam.' }), id)).json()).toMatchObject({ disputed: ['narrative'], outlived: ['narrative'] });
    expect((await call(bo, 'POST', `/${id}/conflicts/settle`, { field: 'narrative', seen, value: 'x' })).json()).toMatchObject({ type: 'urn:problem:incidents.another_version' });
    const all = (await call(bo, 'GET', `/${id}/conflicts`)).json<Conflicts>().items[0]?.versions.map(({ editId }) => editId) ?? [];
    expect((await call(bo, 'POST', `/${id}/conflicts/settle`, { field: 'narrative', seen: all, value: 'Settled.' })).status).toBe(200);
    await send(fact(stranger, third, 2, '2026-11-20T12:02:00Z', { narrative: 'Sam: steam, for sure.' }), id);
    expect(await shown(id)).toMatchObject({ narrative: 'Settled.', disputed: ['narrative'] });
  });

  test('with what was changed on the server meanwhile shows both', async () => {
    const { id } = await declared();
    expect((await call(bo, 'PATCH', `/${id}`, { narrative: 'From the desk.', place: 'Desk' })).status).toBe(200);
    await send(fact(ann, annsPhone, 40, '2026-11-20T12:04:00Z', { narrative: 'From the phone.', place: 'Phone' }), id);
    expect(await shown(id)).toMatchObject({ narrative: 'From the desk.', place: 'Desk', disputed: ['narrative'] });
  });
});

describe('what comes late', () => {
  test('keeps both times of a clock that runs ahead, and is never refused for it', async () => {
    const { id } = await declared();
    const ahead = new Date(Date.now() + 3_600_000).toISOString();
    expect((await send(line(ann, annsPhone, 50, ahead, 'Ahead'), id)).status).toBe(201);
    const entry = (await call(ann, 'GET', `/${id}/log`)).json<{ items: LogEntry[] }>().items[0];
    expect([entry?.writtenAt === null ? null : Date.parse(entry?.writtenAt ?? ''), entry?.at === entry?.notedAt]).toEqual([Date.parse(ahead), true]);
    expect((await call(ann, 'POST', `/${id}/log`, { text: 'At the desk', at: ahead })).status).toBe(422);
  });

  test('corrects an entry of this log by a following one; the first stays', async () => {
    const [{ id }, other] = [await declared(), await declared()];
    const first = (await call(ann, 'POST', `/${id}/log`, { text: 'Two people inside', kind: 'observation' })).json<Standing>().rowId;
    const elsewhere = (await call(ann, 'POST', `/${other.id}/log`, { text: 'Elsewhere' })).json<Standing>().rowId;
    expect((await call(ann, 'POST', `/${id}/log`, { text: 'Three people inside', corrects: first })).status).toBe(201);
    expect((await call(ann, 'POST', `/${id}/log`, { text: 'Wrong log', corrects: elsewhere })).status).toBe(422);
    expect((await call(ann, 'GET', `/${id}/log`)).json<{ items: LogEntry[] }>().items.map(({ text, corrects }) => [text, corrects])).toEqual([['Three people inside', first], ['Two people inside', null]]);
  });

  test('is refused from another’s device and from one that must be wiped, with what to do; the log takes it after closing, the facts do not', async () => {
    const { id } = await declared();
    expect((await send(line(bo, annsPhone, 60, '2026-11-20T12:05:00Z', 'Not mine'), id)).json()).toMatchObject({ type: 'urn:problem:offline.no_such_device' });
    const lost = await aDevice(app, ann, 'Lost');
    await app.inject({ method: 'POST', url: `/api/offline/devices/${lost.id}/wipe`, headers: ann.headers, payload: { reason: 'Lost in a taxi' } });
    expect((await send(line(ann, lost, 1, '2026-11-20T12:05:00Z', 'Too late'), id)).json()).toMatchObject({ type: 'urn:problem:offline.wiped' });
    await fresh.owner.query(`update incidents.incident set state = 'closed', closed_by = $2, closed_at = now(), closure_reason = 'resolved' where id = $1`, [id, ann.id]);
    expect((await send(line(ann, annsPhone, 61, '2026-11-20T12:05:00Z', 'Late, but true'), id)).status).toBe(201);
    const refused = await send(fact(ann, annsPhone, 62, '2026-11-20T12:05:00Z', { narrative: 'Late' }), id);
    expect([refused.status, refused.body]).toEqual([409, expect.stringContaining('kept on your device')]);
  });
});
