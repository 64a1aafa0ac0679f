import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { openDatabase, type Database } from '#platform/kernel/db/pool.ts';
import { testLedger, type TestLedger } from '#platform/kernel/ledger/testing.ts';
import { batchDigest } from '#modules/signals/intake/writer.ts';
import type { FreshDatabase } from '#platform/testing/database.ts';
import { exportOf, fileOf, verifiedByPython, withoutPython } from '#platform/verify/testing.ts';
import { verifyLedger } from '#platform/verify/verify-ledger.ts';
import { discoverCheckers } from '#platform/verify/words.ts';
import { discoverNotices } from '#platform/notify/port.ts';
import { tellAll } from '#platform/notify/testing.ts';
import type { Run } from './contract.ts';
import { look, remove } from './job-kinds.ts';

let ledger: TestLedger;
let fresh: FreshDatabase;
let app: FastifyInstance;
let worker: Database;
let chief: Somebody;
let second: Somebody;
let leader: Somebody;
let site: string;

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const tools = () => ({ signal: new AbortController().signal, progress: () => undefined, worker, log });
const call = (method: 'GET' | 'POST', url: string, who: Somebody, payload?: object) => app.inject({ method, url: `/api${url}`, headers: who.headers, ...(payload ? { payload } : {}) });
const done = async (method: 'GET' | 'POST', url: string, who: Somebody, payload?: object) => {
  const answer = await call(method, url, who, payload);
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json();
};

/** An incident that was closed so many days ago. */
async function anOldIncident(days: number, title = 'Van at the fence', more: object = {}): Promise<string> {
  const { id } = await done('POST', '/incidents', chief, { siteId: site, title, severity: 2, occurredFrom: '2026-11-01T12:00:00Z', ...more });
  await fresh.owner.query(`update incidents.incident set state = 'closed', closed_by = $2, closed_at = now() - make_interval(days => $3), closure_reason = 'resolved' where id = $1`, [id, chief.id, days]);
  return id;
}
/** Until every entry has its leaf. */
const sealed = () => expect.poll(async () => (await fresh.owner.query('select from ledger.entry e where not exists (select from ledger.leaf l where l.xid = e.xid and l.entry_id = e.id)')).rowCount, { timeout: 20_000, interval: 20 }).toBe(0);
const keyOf = (day: string): string => `${Date.parse(`${day}T00:00:00Z`).toString(16).padStart(12, '0')}${'0'.repeat(20)}`.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const isThere = async (id: string): Promise<boolean> => ((await fresh.owner.query('select from platform.record where id = $1', [id])).rowCount ?? 0) === 1;

/** No worker runs here: what it would take up is carried out by the test. */
const nothingQueued = () => fresh.owner.query(`update jobs.job set state = 'stopped', ended_at = now() where state = 'queued'`);

/** A dry run, carried out here as the worker would. */
async function dryRun(classes: string[], more: object = {}): Promise<Run & { counts: { kind: string; due: number; spared: number; removed: number }[] }> {
  const { id } = await done('POST', '/retention/runs', chief, { classes, ...more });
  await look.run(await fresh.as(chief.id), { runId: id }, tools());
  await nothingQueued();
  return done('GET', `/retention/runs/${id}`, chief);
}
async function approve(runId: string): Promise<void> {
  const { decisionId, state } = await done('POST', `/retention/runs/${runId}/propose`, chief, { reason: 'The yearly removal' });
  expect(state).toBe('waiting');
  await done('POST', `/two-person/${decisionId}/approve`, second, {});
  await nothingQueued();
}
const carryOut = async (runId: string) => remove.run(await fresh.as(second.id), { runId }, tools());
const items = async (runId: string, who = chief): Promise<{ id: string; state: string; hold: { number: string } | null }[]> => (await done('GET', `/retention/runs/${runId}/items?kind=incidents.incident&limit=200`, who)).items;
const place = (covers: object[], more: object = {}, who = chief) => done('POST', '/retention/holds', who, { matter: 'Claim of the carrier', reason: 'A letter of their counsel', custodianId: chief.id, covers, ...more });
const release = async (id: string): Promise<void> => {
  const { decisionId } = await done('POST', `/retention/holds/${id}/release`, chief, { reason: 'Settled' });
  await done('POST', `/two-person/${decisionId}/approve`, second, {});
};

beforeAll(async () => {
  ledger = await testLedger();
  ledger.sequencer({ everyMs: 20 });
  fresh = ledger.database;
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 3 });
  chief = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  second = await aPerson(fresh, 'Cora Compliance', { role: 'compliance-manager' });
  leader = await aPerson(fresh, 'Ivo Lead', { role: 'investigations-lead' });
  site = (await done('POST', '/sites', chief, { code: 'UTR', name: 'Halden House', kind: 'site', timeZone: 'UTC' })).id;
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await ledger.drop();
});

describe('a dry run and its removal', () => {
  test('show exactly what goes, remove nothing before another person approved, and then that and all that hangs on it, with a proof', async () => {
    const [old, young] = [await anOldIncident(3000), await anOldIncident(100)];
    await done('POST', '/tasks', chief, { recordId: old, title: 'Look at the fence' });
    await done('POST', '/thread/comments', chief, { recordId: old, text: 'The fence was cut.' });
    const textsOf = async (id: string): Promise<number> => (await fresh.owner.query('select from ledger.erasable x join ledger.entry e on e.xid = x.xid and e.id = x.entry_id where e.record_id = $1', [id])).rowCount ?? 0;
    await sealed();
    expect(await textsOf(old)).toBeGreaterThan(0);
    const run = await dryRun(['incidents']);
    expect(run).toMatchObject({ state: 'shown', counts: [{ kind: 'incidents.incident', days: 2192, due: 1, spared: 0, removed: 0 }] });
    expect((await items(run.id)).map(({ id, state }) => [id, state])).toEqual([[old, 'due']]);
    await expect(carryOut(run.id)).rejects.toThrow(/not approved/);
    expect(await isThere(old)).toBe(true);
    await approve(run.id);
    await carryOut(run.id);
    expect([await isThere(old), await isThere(young)]).toEqual([false, true]);
    const left = await fresh.owner.query(`select (select count(*) from incidents.log_entry where incident_id = $1) + (select count(*) from tasks.task where record_id = $1) + (select count(*) from thread.comment where record_id = $1) + (select count(*) from platform.search where record_id = $1) as n`, [old]);
    expect([Number(left.rows[0].n), await textsOf(old)]).toEqual([0, 0]);
    expect(await textsOf(young)).toBeGreaterThan(0);
    const after = await done('GET', `/retention/runs/${run.id}`, chief);
    expect(after).toMatchObject({ state: 'done', counts: [{ due: 1, removed: 1, stayed: 0 }], root: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const proof = await fresh.owner.query<{ verb: string; body: string }>(`select verb, body from ledger.entry where record_id = $1 and verb like 'retention.r%' order by id`, [run.id]);
    expect(proof.rows.map(({ verb }) => verb)).toEqual(['retention.run-asked', 'retention.run-approved', 'retention.removed', 'retention.run-done']);
    expect(JSON.parse(proof.rows[2]?.body ?? '').after).toMatchObject({ class: 'incidents', count: 1, kind: 'incidents.incident', schedule: run.scheduleVersion });
    const paper = await call('GET', `/retention/runs/${run.id}/certificate.pdf`, chief);
    expect([paper.statusCode, paper.rawPayload.subarray(0, 5).toString()]).toEqual([200, '%PDF-']);
  });

  test('is refused where a schedule changed since, or more is due than was shown; what changed otherwise stays', async () => {
    const [first, reopened] = [await anOldIncident(3000), await anOldIncident(3000)];
    const run = await dryRun(['incidents']);
    await fresh.owner.query(`update incidents.incident set state = 'open', closed_by = null, closed_at = null, closure_reason = null where id = $1`, [reopened]);
    await approve(run.id);
    await carryOut(run.id);
    expect([await isThere(first), await isThere(reopened)]).toEqual([false, true]);
    const beyond = await dryRun(['incidents']);
    const third = await anOldIncident(3000);
    await fresh.owner.query(`update incidents.incident set state = 'closed', closed_by = $2, closed_at = now() - interval '3000 days', closure_reason = 'resolved' where id = $1`, [reopened, chief.id]);
    expect(beyond.counts[0]?.due).toBe(0);
    expect((await call('POST', `/retention/runs/${beyond.id}/propose`, chief, { reason: 'Nothing at all' })).json()).toMatchObject({ type: 'urn:problem:retention.nothing_due' });
    const shown = await dryRun(['incidents']);
    await approve(shown.id);
    const fourth = await anOldIncident(3000);
    await expect(carryOut(shown.id)).rejects.toThrow(/More is due/);
    const again = await dryRun(['incidents']);
    await approve(again.id);
    const { decisionId } = await done('POST', '/retention/schedules', chief, { class: 'incidents', purpose: 'claims', days: 1500, runsFrom: 'closed', basis: 'Counsel says so', owner: 'Chief Security Officer', reason: 'A longer limitation' });
    await tellAll(fresh, worker, await discoverNotices());
    const told = (await fresh.owner.query<{ personId: string; path: string }>(`select person_id as "personId", path from notify.notice where class = 'retention.decision-waits' and path = $1`, [`/decisions/${decisionId}`])).rows;
    expect(told.map(({ personId }) => personId)).toEqual([second.id]);
    await done('POST', `/two-person/${decisionId}/approve`, second, {});
    await expect(carryOut(again.id)).rejects.toThrow(/schedule was changed/);
    expect([await isThere(third), await isThere(fourth)]).toEqual([true, true]);
    expect((await done('GET', '/retention/schedules', chief)).items.find((one: { class: string; purpose: string }) => one.class === 'incidents' && one.purpose === 'claims')).toMatchObject({ days: 1500, changedBy: 'Cleo Chief', reason: 'A longer limitation' });
  });
});

describe('what else has its time', () => {
  test('people who left are forgotten under a number, devices and names of signals that ran out go, each with its proof; whom a hold names stays', async () => {
    const [gone, kept, young] = await Promise.all(['Lea Oldenkamp', 'Hal Bellweather', 'Ned Justgone'].map((name) => aPerson(fresh, name, { role: 'gsoc-operator' })));
    const leave = async (who: Somebody | undefined, days: number): Promise<void> => {
      await fresh.owner.query(`update access.person set state = 'leaver' where id = $1`, [who?.id]);
      await fresh.owner.query(`insert into identity.turn (person_id, state, reason, at, by_id) values ($1, 'leaver', 'Contract ended', now() - make_interval(days => $3), $2)`, [who?.id, chief.id, days]);
    };
    await Promise.all([leave(gone, 2000), leave(kept, 2000), leave(young, 10)]);
    await fresh.owner.query(`insert into offline.device (id, person_id, label, token_hash, made_at, seen_at, left_at) select $1, $2, 'Phone', sha256('t'), at, at, at from (select now() - interval '200 days' as at)`, [uuidv7(), chief.id]);
    await fresh.owner.query(`insert into signals.seen (key, signal_key, source_ref, until, heard_at) select uuidv7(), uuidv7(), 1, now() + make_interval(days => d), now() from generate_series(-4, 4) d`);
    const hold = await place([{ personId: kept?.id }]);
    const run = await dryRun(['leavers', 'offline-devices', 'signal-names']);
    expect(run.counts.map(({ kind, due, spared }) => [kind, due, spared]).toSorted()).toEqual([['offline.device', 1, 0], ['people.person', 1, 1], ['signals.name', expect.any(Number), 0]]);
    await approve(run.id);
    await carryOut(run.id);
    await release(hold.id);
    const names = await fresh.owner.query<{ name: string }>('select name from access.person where id = any ($1) order by name', [[gone?.id, kept?.id, young?.id]]);
    expect(names.rows.map(({ name }) => name)).toEqual([expect.stringMatching(/^Erased person \d+$/), 'Hal Bellweather', 'Ned Justgone']);
    expect((await fresh.owner.query<{ n: number }>('select (select count(*) from offline.device)::int + (select count(*) from signals.seen where until < now() - interval \'2 days\')::int as n')).rows[0]?.n).toBe(0);
    expect((await fresh.owner.query('select from signals.seen where until > now()')).rowCount).toBeGreaterThanOrEqual(4);
    expect((await dryRun(['leavers'])).counts[0]).toMatchObject({ due: 1, spared: 0 });
    const proofs = await fresh.owner.query<{ body: string }>(`select body from ledger.entry where record_id = $1 and verb = 'retention.removed'`, [run.id]);
    expect(proofs.rows.map(({ body }) => JSON.parse(body).after.kind as string).toSorted()).toEqual(['offline.device', 'people.person', 'signals.name']);
  });
});

describe('a legal hold', () => {
  test('wins over a run that is under way, over the owner of the database, and is released by two people', async () => {
    const held = await anOldIncident(3000, 'Held in the middle');
    const run = await dryRun(['incidents']);
    await approve(run.id);
    const hold = await place([{ recordId: held }]);
    await carryOut(run.id);
    expect(await isThere(held)).toBe(true);
    expect((await items(run.id)).find(({ id }) => id === held)).toMatchObject({ state: 'spared', hold: { number: hold.number } });
    await sealed();
    const asOwner = [
      `delete from platform.record where id = '${held}'`, `delete from incidents.incident where id = '${held}'`, `delete from platform.search where record_id = '${held}'`, `set local session_replication_role = replica; delete from incidents.incident where id = '${held}'`,
      `set local parapet.retention = 'on'; delete from ledger.erasable where entry_id in (select id from ledger.entry where record_id = '${held}')`,
    ];
    for (const sql of asOwner) {
      const client = await fresh.owner.connect();
      const refused = await client.query(`begin; ${sql}`).then(() => 'done', (error: Error) => error.message);
      await client.query('rollback');
      client.release();
      expect([sql, refused]).toEqual([sql, 'It is under a legal hold, and stays.']);
    }
    expect((await done('GET', `/retention/marks?recordId=${held}`, leader)).items).toMatchObject([{ number: hold.number }]);
    await release(hold.id);
    expect((await done('GET', `/retention/marks?recordId=${held}`, leader)).items).toEqual([]);
    const next = await dryRun(['incidents']);
    await approve(next.id);
    await carryOut(next.id);
    expect(await isThere(held)).toBe(false);
  });

  test('covers by person, site, kind, time and link, and stands behind the wall of what it names, unknown to others', async () => {
    const [named, linked, other] = [await anOldIncident(3000, 'Names a person'), await anOldIncident(3000, 'Linked'), await anOldIncident(3000, 'Neither')];
    await fresh.owner.query(`insert into incidents.person_involved (id, incident_id, role, person_id, added_by, added_at) values ($1, $2, 'subject', $3, $4, now())`, [uuidv7(), named, leader.id, chief.id]);
    await fresh.owner.query(`insert into platform.link (from_id, to_id, kind, actor) values ($1, $2, 'became', $3)`, [linked, named, chief.id]);
    const byPerson = await place([{ personId: leader.id }]);
    const byRecord = await place([{ recordId: named }]);
    const heldOf = async (): Promise<string[]> => (await items((await dryRun(['incidents'])).id)).filter(({ state }) => state === 'spared').map(({ id }) => id).sort();
    expect(await heldOf()).toEqual([named, linked].sort());
    await release(byRecord.id);
    expect(await heldOf()).toEqual([named]);
    await release(byPerson.id);
    for (const cover of [{ siteId: site }, { kind: 'incidents.incident' }, { from: '2026-10-01T00:00:00Z', till: '2026-12-01T00:00:00Z' }, {}]) {
      const hold = await place([cover]);
      expect([cover, (await heldOf()).length]).toEqual([cover, 3]);
      await release(hold.id);
    }
    const nothing = await place([{ kind: 'incidents.incident', till: '2020-01-01T00:00:00Z' }]);
    expect(await heldOf()).toEqual([]);
    await release(nothing.id);
    expect(await isThere(other)).toBe(true);
    const behind = (await done('POST', '/incidents', chief, { siteId: site, title: 'Quiet matter', severity: 2, occurredFrom: '2026-11-01T12:00:00Z', custodianId: leader.id })).id;
    const secret = await place([{ recordId: behind }, { recordId: other }]);
    expect(secret.number).toMatch(/^HLD-W-/);
    expect((await call('GET', `/retention/holds/${secret.id}`, second)).statusCode).toBe(404);
    expect((await done('GET', '/retention/holds', second)).items.map(({ id }: { id: string }) => id)).not.toContain(secret.id);
    expect((await done('GET', `/retention/marks?recordId=${other}`, second)).items).toEqual([]);
    expect((await done('GET', `/retention/marks?recordId=${other}`, chief)).items).toHaveLength(1);
    const run = await dryRun(['incidents']);
    expect((await items(run.id, second)).map(({ id }) => id)).not.toContain(other);
    expect((await items(run.id)).find(({ id }) => id === other)).toMatchObject({ state: 'spared' });
    const { decisionId } = await done('POST', `/retention/holds/${secret.id}/release`, chief, { reason: 'Settled' });
    expect(decisionId).toBeTruthy();
    await fresh.owner.query(`update retention.hold set state = 'released', released_by = $2, released_at = now(), release_reason = 'test' where id = $1`, [secret.id, chief.id]);
  });
});

describe('what is removed', () => {
  test('leaves the ledger whole for both verifiers: texts, records, and a day of signals with its batch', async () => {
    const day = '2026-01-05';
    await fresh.owner.query(`select signals.ensure_partitions()`);
    await fresh.owner.query(`create table signals.signal_20260105 partition of signals.signal for values from ('${keyOf(day)}') to ('${keyOf('2026-01-06')}')`);
    const rows = [1, 2, 3].map((n) => ({ key: keyOf(day).replace(/.$/, String(n)), raw: Buffer.from(`frame ${n}`), seq: 700 + n }));
    for (const { key, raw, seq } of rows) await fresh.owner.query(`insert into signals.signal (key, seq, stream, source_ref, site_id, number, occurred_at, received_at, has_time, raw) values ($1, $2, 7, 1, $3, 1, $4, $4, true, $5)`, [key, seq, site, `${day}T12:00:00Z`, raw]);
    await fresh.owner.query(`insert into ledger.entry (actor, verb, body) values ($1, 'signals.received', $2)`, [chief.id, `{"digest":"sha256:${batchDigest(rows)}","n":3,"seq":701,"stream":7}`]);
    const gone = await anOldIncident(3000);
    await sealed();
    const verify = async () => verifyLedger({ pool: fresh.owner, publicKeys: ledger.publicKeys, headFile: ledger.headFile, full: true, batchCheckers: await discoverCheckers() });
    expect(await verify()).toMatchObject({ ok: true, batches: 1 });
    const hold = await place([{ siteId: site, kind: 'signals.day', from: `${day}T00:00:00Z`, till: `${day}T01:00:00Z` }]);
    const held = await dryRun(['signals', 'incidents']);
    expect(held.counts.find(({ kind }) => kind === 'signals.day')).toMatchObject({ due: 0, spared: 1 });
    await expect(fresh.owner.query(`delete from signals.signal where stream = 7`)).rejects.toThrow(/legal hold/);
    await release(hold.id);
    const run = await dryRun(['signals', 'incidents']);
    await approve(run.id);
    await carryOut(run.id);
    expect([(await fresh.owner.query('select from signals.signal where stream = 7')).rowCount, await isThere(gone)]).toEqual([0, false]);
    await sealed();
    expect(await verify()).toMatchObject({ ok: true });
    if (withoutPython() === null) expect(verifiedByPython([[fileOf(ledger.folder, 'export', await exportOf(ledger)), '--key', ledger.keys.publicLine]])[0]).toMatchObject({ code: 0 });
    await fresh.owner.query(`insert into ledger.entry (actor, verb, body) values ($1, 'signals.received', '{"digest":"sha256:00","n":3,"seq":702,"stream":7}')`, [chief.id]);
    await sealed();
    expect(await verify()).toMatchObject({ ok: false });
  });

  test('is whole where the process is killed in the middle, and goes on from there', async () => {
    const made = await Promise.all([anOldIncident(3000), anOldIncident(3001), anOldIncident(3002)]);
    const run = await dryRun(['incidents']);
    await approve(run.id);
    const lock = await fresh.owner.connect();
    await lock.query('begin');
    await lock.query('select from incidents.incident where id = $1 for update', [made[1]]);
    const child = fork(fileURLToPath(new URL('testing-process.ts', import.meta.url)), { env: { ...process.env, TEST_URL: fresh.url, TEST_PERSON: second.id, TEST_RUN: run.id } });
    await expect.poll(async () => (await fresh.owner.query(`select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock' and query like '%retention.step%'`, [fresh.name])).rowCount, { timeout: 20_000, interval: 20 }).toBe(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await fresh.owner.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock' and query like '%retention.step%'`, [fresh.name]);
    await lock.query('rollback');
    lock.release();
    const partsOf = async (id: string) => (await fresh.owner.query<{ n: number }>(`select (select count(*) from incidents.incident where id = $1)::int + (select count(*) from platform.record where id = $1)::int + (select count(*) from platform.search where record_id = $1)::int as n`, [id])).rows[0]?.n;
    expect(await Promise.all(made.map(partsOf))).toEqual([3, 3, 3]);
    await carryOut(run.id);
    expect(await Promise.all(made.map(partsOf))).toEqual([0, 0, 0]);
    const after: Run & { counts: { due: number; removed: number }[] } = await done('GET', `/retention/runs/${run.id}`, chief);
    expect([after.state, after.counts[0]?.removed]).toEqual(['done', after.counts[0]?.due]);
  });
});

describe('whatever the order', () => {
  test('a held record is never removed, what is removed was shown and due, and without changes the removal is the dry run', async () => {
    const Step = fc.constantFrom('hold', 'release', 'batch', 'die', 'young');
    await fc.assert(fc.asyncProperty(fc.array(Step, { minLength: 3, maxLength: 8 }), fc.nat(2), async (steps, which) => {
      const made = await Promise.all([anOldIncident(3000), anOldIncident(3001), anOldIncident(3002)]);
      const run = await dryRun(['incidents']);
      const shown = (await items(run.id)).filter(({ state }) => state === 'due').map(({ id }) => id);
      await approve(run.id);
      await worker.send([{ text: 'select retention.begin_run($1::uuid)', values: [run.id] }]);
      let held: string | null = null;
      let wasThere = false;
      for (const step of steps) {
        const target = made[which] ?? '';
        if (step === 'hold' && held === null) [wasThere, held] = [await isThere(target), wasThere || (await isThere(target)) ? (await place([{ recordId: target }])).id : null];
        else if (step === 'release' && held !== null) held = (await release(held), null);
        else if (step === 'batch') await worker.send([{ text: 'select retention.step($1::uuid, $2, 1)', values: [run.id, 'incidents.incident'] }]);
        else if (step === 'die') await worker.hold(async (client) => { await client.send([{ text: 'begin', values: [] }, { text: 'select retention.step($1::uuid, $2, 1)', values: [run.id, 'incidents.incident'] }, { text: 'rollback', values: [] }]); });
        if (held !== null) expect(await isThere(target)).toBe(true);
      }
      const isChanged = steps.includes('hold');
      await carryOut(run.id);
      if (held !== null) {
        expect(await isThere(made[which] ?? '')).toBe(true);
        await release(held);
      }
      const gone = (await items(run.id)).filter(({ state }) => state === 'removed').map(({ id }) => id);
      expect(gone.every((id) => shown.includes(id))).toBe(true);
      if (!isChanged) expect(gone.toSorted()).toEqual(shown.toSorted());
      for (const id of made) expect(await isThere(id)).toBe(!gone.includes(id));
    }), { numRuns: 6 });
  });
});
