import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE } from '#platform/kernel/access.ts';
import { seal, type TestLedger, testLedger } from '#platform/kernel/ledger/testing.ts';
import { verifyLedger } from '#platform/verify/verify-ledger.ts';
import { getAlarm, listAlarms } from '#modules/alarms/alarms.service.ts';
import { findAccount } from '#modules/identity/accounts.service.ts';
import { demonstrationOf } from '#modules/identity/demonstration.service.ts';
import { verifyPassword } from '#modules/identity/password.ts';
import { listIncidents } from '#modules/incidents/list.service.ts';
import { readThread } from '#modules/incidents/thread.service.ts';
import { batchCheckers } from '#modules/signals/ledger-checks.ts';
import { typeOf } from '#modules/signals/taxonomy.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { deviceRows } from './devices.ts';
import { type Loaded, loadDemonstration } from './load.ts';
import { planDemo } from './plan.ts';
import type { DemoPlan } from './plan.ts';
import { CASES } from './load-cases.ts';
import { REVIEWS } from './reviews.ts';
import { SEED } from './seed.ts';
import { readSignIns } from './sign-ins.ts';
import { WIRE_COUNT } from './wires.ts';

let ledger: TestLedger;
let loaded: Loaded;
let plan: DemoPlan;
/** One action of the exercise's review, and one of the board's pack. */
const OF_EXERCISE_AND_PACK = 2;
const dataDir = mkdtempSync(join(tmpdir(), 'parapet demo '));
// Keys of sources and files are kept where the product keeps them.
process.env['PARAPET_DATA'] = dataDir;
const NOW = new Date(Math.floor(Date.now() / 1000) * 1000 + 137);

const rows = async <T extends object>(text: string): Promise<T[]> => (await ledger.database.owner.query<T>(text)).rows;
const count = async (from: string): Promise<number> => (await rows<{ n: number }>(`select count(*)::int as n from ${from}`))[0]?.n ?? 0;
const as = async (key: string): Promise<Ctx> => {
  const email = plan.people.find((person) => person.key === key)?.email ?? '';
  return ledger.database.as((await findAccount(await ledger.database.as(SERVICE.frontDoor), email)).personId);
};
const incidentsOf = async (key: string) => (await listIncidents(await as(key), { sort: '-occurred', limit: 200 })).items;

beforeAll(async () => {
  ledger = await testLedger();
  loaded = await loadDemonstration({ url: ledger.database.url, dataDir, now: NOW });
  plan = planDemo({ seed: SEED, now: NOW });
}, 180_000);
afterAll(() => ledger.drop());

describe('the loaded demonstration', () => {
  it('is the whole plan: not one step was refused', () => {
    expect(loaded).toMatchObject({ done: true, isResumed: false, refused: [], alarms: plan.history.alarms.length, incidents: plan.history.incidents.length, steps: plan.fortnight.length });
  });

  it('holds what the plan says, counted by record', async () => {
    const raises = plan.fortnight.filter((step) => step.do === 'frame' && step.raises !== null).length;
    const declared = plan.fortnight.filter((step) => step.do === 'declare').length;
    expect(await count('alarms.alarm')).toBe(plan.history.alarms.length + raises);
    expect(await count(`alarms.alarm where handling <> 'closed'`)).toBe(3);
    expect(await count('incidents.incident')).toBe(plan.history.incidents.length + declared);
    expect(await count(`incidents.incident where state = 'open'`)).toBe(2);
    expect(await count('signals.signal')).toBe(plan.fortnight.filter((step) => step.do === 'frame').length);
    expect(await count('signals.source')).toBe(plan.sources.length + WIRE_COUNT);
    expect(await count('sites.plan')).toBe(1);
    expect(await count('sites.site')).toBe(plan.sites.length);
    expect(await count('devices.device')).toBe(deviceRows(plan).length);
    expect(await count(`access.person where kind = 'human' and state = 'active'`)).toBe(plan.people.length);
    expect(await count('tasks.task')).toBe(plan.fortnight.filter((step) => step.do === 'give-task').length + REVIEWS.flatMap(({ improvements }) => improvements).length + CASES.flatMap(({ tasks }) => tasks).length + OF_EXERCISE_AND_PACK);
  });

  it('knows every type, and has header and words for every record', async () => {
    for (const { type } of await rows<{ type: string }>('select distinct type from alarms.alarm')) expect(typeOf(type)).not.toBeNull();
    for (const [table, kind] of [['alarms.alarm', 'alarms.alarm'], ['incidents.incident', 'incidents.incident'], ['sites.site', 'sites.site'], ['people.person', 'people.person']]) {
      expect(await count(`${table} t where not exists (select from platform.record r join platform.search s on s.record_id = r.id where r.id = t.id and r.kind = '${kind}')${table === 'people.person' ? ` and exists (select from access.person p where p.id = t.id and p.kind = 'human')` : ''}`)).toBe(0);
    }
  });

  it('numbers alarms by the year in which they were raised and in order of time, to two hours but where the last two weeks begin', async () => {
    const alarms = await rows<{ number: string; at: Date }>('select number, raised_at as at from alarms.alarm order by number');
    for (const { number, at } of alarms) expect(number.slice(4, 8)).toBe(String(at.getUTCFullYear()));
    const backwards = alarms.filter(({ at }, i) => i > 0 && at.getTime() < (alarms[i - 1]?.at.getTime() ?? 0) - 2 * 3_600_000);
    expect(backwards.length).toBeLessThanOrEqual(1);
  });

  it('happened when the story says, by those whom it names', async () => {
    const step = plan.fortnight.find((one) => one.do === 'close' && one.handedToIncident === null);
    if (step?.do !== 'close') throw new Error('The story closes alarms.');
    const by = (await as(step.by)).personId;
    expect(await count(`alarms.alarm where closed_at = '${step.at}' and closed_by = '${by}' and disposition = '${step.disposition}'`)).toBe(1);
    expect(await count(`ledger.entry where verb = 'alarms.closed' and at = '${step.at}' and actor = '${by}'`)).toBe(1);
  });

  it('leads from an open incident back to the bytes of its first signal', async () => {
    const open = (await incidentsOf('p05')).find((incident) => incident.state === 'open' && incident.title === 'Hall B runs warm');
    const { items } = await readThread(await as('p05'), { id: open?.id ?? '' });
    expect(items.map((item) => item.kind)).toEqual(expect.arrayContaining(['signals.signal', 'alarms.alarm', 'incidents.incident']));
    expect(items.find((item) => item.kind === 'signals.signal')?.raw).toMatch(/"(ADM-CID|SIA-DCS)"/);
  });
});

describe('who sees what', () => {
  it('an operator sees every site and no wall, an officer one site, the administrator neither alarm nor incident', async () => {
    const [operator, officer] = [await incidentsOf('p05'), await incidentsOf('p35')];
    expect(operator).toHaveLength(plan.history.incidents.filter((incident) => incident.wall === null).length + 7);
    expect(new Set(officer.map((incident) => incident.site)).size).toBe(1);
    expect(officer.length).toBeGreaterThan(0);
    expect((await listAlarms(await as('p35'), { state: 'all', limit: 200 })).items.every((alarm) => alarm.site?.includes('(UTR)'))).toBe(true);
    await expect(incidentsOf('p47')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(listAlarms(await as('p47'), { state: 'open', limit: 10 })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('what stands behind a wall is seen by its members only, from the first moment', async () => {
    const walled = plan.history.incidents.filter((incident) => incident.wall !== null);
    expect(walled.length).toBeGreaterThan(0);
    const seen = async (key: string): Promise<string[]> => (await incidentsOf(key)).filter((incident) => incident.isWalled).map((incident) => incident.title).sort();
    for (const { title, wall } of walled) for (const key of [wall?.lead, wall?.custodian, ...(wall?.members ?? [])]) expect(await seen(key ?? '')).toContain(title);
    for (const key of ['p01', 'p02', 'p03', 'p05', 'p26']) expect(await seen(key)).toEqual([]);
  });

  it('the sign-ins in the file fit, and nobody else reads the file', async () => {
    const signIns = readSignIns(dataDir);
    expect(signIns).toHaveLength(7);
    expect(statSync(join(dataDir, 'sign-ins.json')).mode & 0o777).toBe(0o600);
    expect(new Set(signIns.map((signIn) => signIn.password)).size).toBe(7);
    for (const { email, password } of signIns) {
      const [row] = await rows<{ hash: string }>(`select password_hash as hash from identity.credential where email = '${email}'`);
      expect(await verifyPassword(password, row?.hash ?? null)).toBe(true);
    }
  });
});

describe('the imported year', () => {
  it('ties alarms to the incidents that they became, with the number on both sides', async () => {
    const linked = plan.history.alarms.filter((alarm) => alarm.incidentKey !== null).length;
    expect(await count(`alarms.alarm a join incidents.incident i on i.id = a.incident_id and i.number = a.incident_number and a.handed_to = i.number join platform.link l on l.from_id = a.id and l.to_id = i.id and l.kind = 'became' where a.raised_at < '${plan.fortnight[0]?.at ?? ''}'::timestamptz - interval '12 hours'`)).toBeGreaterThan(linked * 0.9);
    expect(await count(`alarms.alarm where disposition = 'handed-over' and (incident_id is null or handed_to is null)`)).toBe(0);
  });

  it('gives a device its history', async () => {
    const { items } = await listAlarms(await as('p05'), { state: 'open', limit: 10 });
    const detail = await getAlarm(await as('p05'), { id: items[0]?.id ?? '' });
    expect(detail.history.days).toBe(90);
    expect(detail.signals.length).toBeGreaterThan(0);
  });
});

describe('afterwards', () => {
  it('a second load does nothing', async () => {
    const before = await count('ledger.entry');
    expect(await loadDemonstration({ url: ledger.database.url, dataDir })).toEqual({ done: false });
    expect(await count('ledger.entry')).toBe(before);
    expect((await demonstrationOf(await ledger.database.as(SERVICE.frontDoor)))?.loadedAt).not.toBeNull();
  });

  it('the ledger of all that is sealed and verifies, its batches of signals too', async () => {
    const wanted = await count('ledger.entry');
    const sequencer = ledger.sequencer();
    expect((await seal(sequencer, wanted)).sealed).toBe(wanted);
    await sequencer.stop();
    expect(await verifyLedger({ pool: ledger.database.owner, publicKeys: ledger.publicKeys, headFile: ledger.headFile, full: true, batchCheckers })).toMatchObject({ ok: true, size: wanted, pending: 0 });
  });
});
