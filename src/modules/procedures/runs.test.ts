import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { discoverNotices } from '#platform/notify/port.ts';
import { tellAll } from '#platform/notify/testing.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { listLinks } from '#platform/thread/links.service.ts';
import { approveDecision } from '#platform/two-person/decide.service.ts';
import { acknowledge, close, listAlarms, release } from '#modules/alarms/alarms.service.ts';
import { correlate, readPosition } from '#modules/alarms/correlator.ts';
import { anActor, arrange, type Arranged, sendFrame } from '#modules/alarms/testing-pipeline.ts';
import { activate, activateAll, retire } from './in-force.service.ts';
import { exportProcedure, getProcedure, importProcedure, listProcedures, saveProcedure } from './procedures.service.ts';
import { blockersOf, standingOf } from './rules.ts';
import { answerStep, beginRun, getRun, listRuns, runsOn, skipStep, takeBack, tryCall } from './runs.service.ts';
import type { Run } from './contract.ts';
import { aProcedure, aStep } from './testing.ts';

let fresh: FreshDatabase;
let world: Arranged;
let worker: Database;
let operator: Ctx;
let other: Ctx;
let supervisor: Ctx;
let deputy: Ctx;
let sequence = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  world = await arrange(fresh, ['1234']);
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  operator = await anActor(fresh, 'Ines Varga', 'gsoc-operator', world.siteId);
  other = await anActor(fresh, 'Jonas Park', 'gsoc-operator', world.siteId);
  supervisor = await anActor(fresh, 'Mara Lind', 'gsoc-supervisor');
  deputy = await anActor(fresh, 'Deniz Roth', 'deputy-cso');
});
afterAll(async () => {
  await world.intake.close();
  await worker.close();
  await fresh.drop();
});

/** An alarm of its own point, acknowledged by the operator; `BA` begins the procedure for intruder alarms once that is in force. */
async function anAlarm(code = 'BA'): Promise<string> {
  sequence++;
  await sendFrame(world, { account: '1234', sequence, data: `Nri1/${code}${String(sequence).padStart(4, '0')}` });
  const ctx = await fresh.as(SERVICE.correlator);
  await correlate(ctx, await readPosition(ctx));
  const { items } = await listAlarms(operator, { state: 'open', limit: 200 });
  const id = items.find(({ point }) => point?.endsWith(`:${sequence}`))?.id ?? '';
  await acknowledge(operator, { id });
  return id;
}
const finding = { disposition: 'genuine', cause: null, note: 'Seen on site', handedTo: null, duplicateOf: null };
const runOn = async (recordId: string): Promise<Run> => (await runsOn(operator, { recordId })).items[0] as Run;
const dueIn = (run: Run): string[] => standingOf(run.content, run.begunAt, run.entries).due.map(({ step }) => step.id);

/** Answers whatever is due with its first answer, to the end. */
async function followed(ctx: Ctx, run: Run): Promise<Run> {
  for (let now = run; ; ) {
    const [due] = blockersOf(standingOf(now.content, now.begunAt, now.entries));
    if (!due) return now;
    now = await answerStep(ctx, { id: run.id, stepId: due.step.id, answer: due.step.answers.at(-1)?.answer ?? null, note: '' });
  }
}

describe('before anything is in force', () => {
  test('the shipped procedures are drafts, and an alarm closes without one', async () => {
    const { items } = await listProcedures(operator, { state: 'all' });
    expect([items.length, items.filter(({ active }) => active !== null).length, items.every(({ isShipped }) => isShipped)]).toEqual([48, 0, true]);
    const id = await anAlarm();
    expect((await runsOn(operator, { recordId: id })).items).toEqual([]);
    expect(await close(operator, { id, ...finding })).toMatchObject({ handling: 'closed' });
  });

  test('a version is put in force by two people, of whom the second did not write it; what it says never changes', async () => {
    const { id, version } = await saveProcedure(supervisor, { content: aProcedure({ key: 'night-walk', title: 'Night walk' }) });
    const { decisionId, state } = await activate(supervisor, { id, version, reason: 'Agreed with the site' });
    expect(state).toBe('waiting');
    await expect(approveDecision(supervisor, { id: decisionId, note: '' })).rejects.toThrow();
    await approveDecision(deputy, { id: decisionId, note: '' });
    expect(await getProcedure(operator, { id })).toMatchObject({ active: 1, versions: [{ version: 1, state: 'active', madeBy: 'Mara Lind' }] });
    expect(await saveProcedure(supervisor, { content: aProcedure({ key: 'night-walk', title: 'Night walk', purpose: 'Seen again' }), after: 1 })).toMatchObject({ id, version: 2 });
    await expect(saveProcedure(supervisor, { content: aProcedure({ key: 'night-walk' }), after: 1 })).rejects.toMatchObject({ kind: 'stale', code: 'procedures.newer_version' });
    const own = await activate(deputy, { id, version: 2, reason: 'Better words' });
    await expect(approveDecision(supervisor, { id: own.decisionId, note: '' })).rejects.toMatchObject({ code: 'procedures.own_version' });
    await expect(fresh.owner.query(`update procedures.version set content = '{}' where procedure_id = $1`, [id])).rejects.toThrow('never changed');
  });

  test('one with a fault, or of a type that another has, is not put in force', async () => {
    const broken = await saveProcedure(supervisor, { content: aProcedure({ key: 'broken', steps: [aStep({ next: 'b' }), aStep({ id: 'b', next: 'a' })] }) });
    expect(broken.faults.map(({ words }) => words)).toContain('From here no way leads to an end.');
    await expect(activate(supervisor, { id: broken.id, version: 1, reason: 'Now' })).rejects.toMatchObject({ kind: 'refused', code: 'procedures.faults', message: 'It cannot be put in force: step a: From here no way leads to an end. And 1 more.' });
  });
});

describe('a run', () => {
  beforeAll(async () => {
    await fresh.owner.query(`delete from procedures.version where procedure_id in (select id from procedures.procedure where key = 'broken'); delete from procedures.procedure where key = 'broken'`);
    expect(await activateAll(supervisor, 'For the test')).toBe(48);
  });

  test('begins with the acknowledgement, and its alarm closes only at its end, which ends it', async () => {
    const id = await anAlarm();
    const run = await runOn(id);
    expect(run).toMatchObject({ title: 'Intruder alarm', state: 'running', begunBy: 'Ines Varga', record: { id, kind: 'alarms.alarm' }, procedureVersion: 1 });
    expect(run.number).toMatch(/^RUN-\d{4}-\d{5}$/);
    await expect(close(operator, { id, ...finding })).rejects.toMatchObject({ kind: 'refused', code: 'procedures.step_open', extra: { runId: run.id, stepId: run.content.start } });
    await followed(operator, run);
    expect(await close(operator, { id, ...finding })).toMatchObject({ handling: 'closed' });
    const ended = await getRun(other, { id: run.id });
    expect(ended).toMatchObject({ state: 'ended', endedBy: 'Ines Varga' });
    expect(ended.entries.at(-1)).toMatchObject({ what: 'ended', answer: 'genuine' });
    await expect(answerStep(other, { id: run.id, stepId: run.content.start, answer: null, note: '' })).rejects.toMatchObject({ code: 'procedures.run_ended' });
    expect((await listRuns(operator, { state: 'ended', limit: 50 })).items.map((one) => one.id)).toEqual([run.id]);
    const [link] = (await listLinks(operator, { recordId: id, show: 'standing' })).items;
    expect(link).toMatchObject({ kind: 'followed', isFrom: true, other: { id: run.id, kind: 'procedures.run', number: run.number } });
  });

  test('of two operators at one step, at the same moment or by a screen that is behind, the second is told who answered what', async () => {
    const run = await runOn(await anAlarm());
    const [stepId] = dueIn(run) as [string];
    const step = run.content.steps.find((one) => one.id === stepId);
    const answer = step?.answers[0]?.answer ?? null;
    const both = await Promise.allSettled([operator, other].map((ctx) => answerStep(ctx, { id: run.id, stepId, answer, note: '', seen: 0 })));
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find((one) => one.status === 'rejected')?.reason as Error;
    expect(refused).toMatchObject({ kind: 'conflict', code: 'procedures.answered_already' });
    expect(refused.message).toMatch(/^(Ines Varga|Jonas Park) has answered this step already/);
    expect((await getRun(operator, { id: run.id })).entries).toHaveLength(1);
  });

  test('a required step is passed over with a reason only, and the supervisor is told; the operator is not', async () => {
    const run = await runOn(await anAlarm());
    const [stepId] = dueIn(run) as [string];
    const answer = run.content.steps.find((one) => one.id === stepId)?.answers[0]?.answer ?? null;
    await expect(skipStep(operator, { id: run.id, stepId, answer, reason: '' })).rejects.toMatchObject({ code: 'procedures.say_why' });
    expect(await skipStep(operator, { id: run.id, stepId, answer, reason: 'The camera is down' })).toMatchObject({ skipped: 1 });
    await tellAll(fresh, worker, await discoverNotices());
    const { rows } = await fresh.owner.query(`select p.name from notify.notice n join access.person p on p.id = n.person_id where n.class = 'procedures.step-skipped'`);
    expect(rows).toEqual([{ name: 'Mara Lind' }]);
  });

  test('takes the last answer back, and both stay recorded', async () => {
    const run = await runOn(await anAlarm());
    const before = dueIn(run);
    const answer = run.content.steps.find((one) => one.id === before[0])?.answers[0]?.answer ?? null;
    await answerStep(operator, { id: run.id, stepId: before[0] ?? '', answer, note: 'Too quick' });
    await expect(takeBack(other, { id: run.id, seen: 0 })).rejects.toMatchObject({ code: 'procedures.moved_on' });
    const back = await takeBack(operator, { id: run.id, seen: 1 });
    expect([dueIn(back), back.entries.map(({ what }) => what)]).toEqual([before, ['done', 'taken-back']]);
    await expect(takeBack(operator, { id: run.id })).rejects.toMatchObject({ code: 'procedures.nothing_to_take_back' });
  });

  test('keeps the version with which it began, logs who was not reached, and hands over to another procedure on the same alarm', async () => {
    const steps = [
      aStep({ id: 'a', kind: 'call', callList: 'desk', next: 'b' }), aStep({ id: 'b', handsOverTo: 'night-walk' }),
      aStep({ id: 'z', kind: 'end', text: 'Close', dispositions: ['genuine'] }),
    ];
    const content = aProcedure({ key: 'called', title: 'Called', steps, callLists: [{ key: 'desk', title: 'Desk', contacts: ['Desk', 'Mobile'] }] });
    const { id } = await saveProcedure(supervisor, { content });
    await activateAll(supervisor, 'For the test');
    const alarm = await anAlarm('FA');
    const run = await beginRun(operator, { recordId: alarm, procedureId: id });
    await saveProcedure(supervisor, { content: { ...content, title: 'Called anew', steps: [aStep({ id: 'a' }), aStep({ id: 'z', kind: 'end' })] } });
    await expect(tryCall(operator, { id: run.id, stepId: 'a', contact: 'Nobody', note: '' })).rejects.toMatchObject({ code: 'procedures.no_such_contact' });
    expect((await tryCall(operator, { id: run.id, stepId: 'a', contact: 'Desk', note: '' })).entries).toMatchObject([{ what: 'tried', answer: 'Desk', by: 'Ines Varga' }]);
    await answerStep(operator, { id: run.id, stepId: 'a', answer: 'Mobile', note: '' });
    expect(await answerStep(operator, { id: run.id, stepId: 'b', answer: null, note: '' })).toMatchObject({ title: 'Called', content: { steps: { length: 3 } } });
    expect((await runsOn(operator, { recordId: alarm })).items.map(({ title }) => title).toSorted()).toEqual(['Called', 'Fire alarm', 'Night walk']);
    await expect(beginRun(operator, { recordId: alarm, procedureId: id })).rejects.toMatchObject({ kind: 'conflict', code: 'procedures.under_way' });
  });

  test('ends with an alarm that closes by itself, in that step, says so and what was not done', async () => {
    const { id } = await saveProcedure(supervisor, { content: aProcedure({ key: 'bypassed', title: 'Zone bypassed', steps: [aStep({ id: 'a', text: 'Ask who bypassed it' }), aStep({ id: 'z', kind: 'end' })] }) });
    await activateAll(supervisor, 'For the test');
    const alarm = await anAlarm('BB');
    const { id: runId } = await beginRun(operator, { recordId: alarm, procedureId: id });
    await release(operator, { id: alarm });
    await sendFrame(world, { account: '1234', sequence: 9000, data: `Nri1/BU${String(sequence).padStart(4, '0')}` });
    const ctx = await fresh.as(SERVICE.correlator);
    await correlate(ctx, await readPosition(ctx));
    expect(await getRun(operator, { id: runId })).toMatchObject({ state: 'ended', endedBy: 'Correlator', entries: [{ what: 'ended', answer: null, note: expect.stringMatching(/closed by itself.*“Ask who bypassed it”/) }] });
    const { rows } = await fresh.owner.query<{ topic: string }>(`select topic from platform.outbox where record_id = any ($1) and topic in ('procedures.ended', 'alarms.closed-by-rule') order by topic`, [[runId, alarm]]);
    expect(rows.map(({ topic }) => topic)).toEqual(['alarms.closed-by-rule', 'procedures.ended']);
  });

  test('is seen at its site only, and goes with its alarm when retention removes it', async () => {
    const alarm = await anAlarm();
    const run = await runOn(alarm);
    const elsewhere = await anActor(fresh, 'Olga Berg', 'gsoc-operator', (await fresh.owner.query<{ id: string }>(`with s as (select gen_random_uuid() as id) select id, access.place_site(id, null) from s`)).rows[0]?.id ?? null);
    expect((await runsOn(elsewhere, { recordId: alarm })).items).toEqual([]);
    await expect(getRun(elsewhere, { id: run.id })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(answerStep(elsewhere, { id: run.id, stepId: 'a', answer: null, note: '' })).rejects.toMatchObject({ kind: 'not_found' });
    await expect(answerStep(deputy, { id: run.id, stepId: 'a', answer: null, note: '' })).rejects.toMatchObject({ kind: 'forbidden' });
    await fresh.owner.query('select alarms.let_go($1)', [[alarm]]);
    expect((await fresh.owner.query('select from platform.record where id = any ($1)', [[alarm, run.id]])).rowCount).toBe(0);
  });
});

test('a procedure goes out as JSON and CSV, comes back as a new version of the same, and out of force by two people', async () => {
  const [first] = (await listProcedures(operator, { state: 'active' })).items;
  const id = first?.id ?? '';
  for (const format of ['json', 'csv'] as const) {
    const { text, name } = await exportProcedure(operator, { id, format });
    expect(name).toBe(`${first?.key}-v1.${format}`);
    const { version } = await importProcedure(supervisor, { format, text });
    expect((await getProcedure(operator, { id, version })).content).toEqual((await getProcedure(operator, { id, version: 1 })).content);
  }
  await expect(importProcedure(supervisor, { format: 'json', text: '{"key": 1}' })).rejects.toMatchObject({ kind: 'refused', code: 'procedures.unreadable' });
  const { decisionId } = await retire(supervisor, { id, reason: 'Replaced' });
  await approveDecision(deputy, { id: decisionId, note: '' });
  expect((await getProcedure(operator, { id })).active).toBeNull();
});
