import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broughtIn, carriedOut, sendFile } from '#platform/imports/testing.ts';
import { jobKinds as importJobs } from '#platform/imports/job-kinds.ts';
import type { Import, ImportOutcome } from '#platform/imports/contract.ts';
import { aJobWorker } from '#platform/jobs/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { eventTypes, typeOf } from '#modules/signals/public.ts';
import { jobKinds } from '../job-kinds.ts';
import type { Analysis } from '../past-contract.ts';
import { eachMinorOf, suggestFinding } from '../past-rules.ts';
import { sampleLines } from './sample.ts';
import { suggestType } from './suggest-type.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let worker: { stop(): Promise<void> };
let cleo: Somebody;

const READING = { timeZone: 'Europe/Berlin', timeForm: 'dmy', types: { 'einbruch pir': 'intrusion.alarm', 'überfalltaster': 'duress.holdup' }, findings: { fehlalarm: 'false', echt: 'true' } };
/** A chattering detector, one true alarm of it among the rest, a vital one twice, a word that nobody mapped, and rows that are wrong. */
const FILE = [
  'Nr;Datum;Uhrzeit;Melder;Standort;Meldung;Bewertung',
  ...Array.from({ length: 6 }, (_, n) => `${n + 1};04.03.2025;23:0${n}:00;PIR 4;Werk;Einbruch  PIR;Fehlalarm`),
  '7;05.03.2025;04:00:00;PIR 4;Werk;EINBRUCH PIR;echt', '8;05.03.2025;10:00:00;Kasse;Laden;Überfalltaster;Fehlalarm', '9;05.03.2025;10:00:30;Kasse;Laden;Überfalltaster;',
  '10;06.03.2025;10:00:00;Tor;Werk;Sonstiges;', '11;31.02.2025;10:00:00;Tor;Werk;Sonstiges;', '12;06.03.2025;10:00:00;;Werk;=cmd|calc;', '',
].join('\r\n');

const send = (text: string | Buffer, name = 'vorjahr.csv'): Promise<Import> => sendFile(app, cleo, 'alarms.past', name, Buffer.from(text));
const post = (url: string, payload?: object, who = cleo) => app.inject({ method: 'POST', url: `/api/alarms/${url}`, headers: who.headers, ...(payload && { payload }) });
const analysisOf = async (id: string, who = cleo): Promise<Analysis> => (await app.inject({ url: `/api/alarms/analyses/${id}`, headers: who.headers })).json<Analysis>();
const past = async (id: string): Promise<number> => Number((await fresh.owner.query<{ n: string }>('select count(*) as n from alarms.past where analysis_id = $1', [id])).rows[0]?.n);

async function ended(jobId: string): Promise<string> {
  const stateOf = async (): Promise<string> => (await app.inject({ url: `/api/jobs/${jobId}`, headers: cleo.headers })).json<{ state: string }>().state;
  await expect.poll(stateOf, { timeout: 60_000, interval: 50 }).toMatch(/done|failed|stopped/);
  return stateOf();
}

/** A file through its dry run and into its analysis. */
async function taken(text: string | Buffer, more: object = {}): Promise<{ analysis: Analysis; file: Import }> {
  const file = await send(text);
  const begun = await post('analyses', { importId: file.id, name: 'Vorjahr', mapping: file.mapping, reading: READING, ...more });
  expect(begun.statusCode, begun.body).toBe(201);
  const { jobId } = (await app.inject({ url: `/api/imports/${file.id}`, headers: cleo.headers })).json<Import>();
  expect(await ended(jobId ?? '')).toBe('done');
  return { analysis: begun.json<Analysis>(), file: await carriedOut(app, cleo, file, 'run') };
}

beforeAll(async () => {
  fresh = await freshDatabase();
  app = await buildServer({ db: fresh.db, modules: await discoverModules() });
  cleo = await aPerson(fresh, 'Cleo Chief', { role: 'cso' });
  worker = await aJobWorker(fresh.url, new Map([...importJobs, ...jobKinds].map((kind) => [kind.key, kind])));
});
afterAll(async () => {
  await worker.stop();
  await app.close();
  await fresh.drop();
});

describe('a file of last year’s alarms', () => {
  test('is recognised by its headings, and its words come with proposals', async () => {
    const file = await send(FILE);
    expect(file).toMatchObject({ state: 'ready', mapping: { external_id: 'Nr', raised_on: 'Datum', raised_at: 'Uhrzeit', device: 'Melder', site: 'Standort', type: 'Meldung', finding: 'Bewertung' } });
    const words = await app.inject({ url: `/api/alarms/analyses/words?importId=${file.id}&type=Meldung&finding=Bewertung&day=Datum&time=Uhrzeit&timeZone=Europe/Berlin`, headers: cleo.headers });
    expect(words.json()).toEqual({
      rows: 12, isWhole: true, forms: ['dmy'],
      types: [{ word: 'einbruch pir', count: 7, type: 'intrusion.alarm' }, { word: 'sonstiges', count: 2, type: '' }, { word: 'überfalltaster', count: 2, type: 'duress.holdup' }, { word: '=cmd|calc', count: 1, type: '' }],
      findings: [{ word: 'fehlalarm', count: 7, finding: 'false' }, { word: 'echt', count: 1, finding: 'true' }],
    });
  });

  test('is taken apart from live alarms; wrong rows are named, and the same file again adds nothing', async () => {
    const { analysis, file } = await taken(FILE);
    expect(file.done).toEqual({ created: 10, changed: 0, unchanged: 0, refused: 2 });
    const refused = (await app.inject({ url: `/api/imports/${file.id}/rows?of=import`, headers: cleo.headers })).json<{ items: ImportOutcome[] }>().items;
    expect(refused.map(({ line, faults }) => [line, faults.map(({ column, detail }) => `${column}: ${detail}`).join()])).toEqual([[12, 'Uhrzeit: This is no time as the file is said to write them, or clocks leapt over it'], [13, 'Melder: This must be there']]);
    expect((await app.inject({ url: `/api/imports/${file.id}/errors?of=import`, headers: cleo.headers })).body).toContain(`'=cmd|calc`);
    const again = await taken(FILE, { into: analysis.id });
    expect([again.file.done, await past(analysis.id)]).toEqual([{ created: 0, changed: 0, unchanged: 10, refused: 2 }, 10]);
    expect((await fresh.owner.query('select 1 from alarms.alarm')).rowCount).toBe(0);
    expect((await fresh.owner.query<{ at: string }>(`select to_char(min(raised_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as at from alarms.past`)).rows[0]?.at).toBe('2025-03-04 22:00');
  });

  test('says which devices make half, what is unknown, and which rules would have saved; a true alarm that a rule would hold is named', async () => {
    const { analysis } = await taken(FILE);
    const started = await post(`analyses/${analysis.id}/answer`);
    expect([started.statusCode, await ended(started.json<{ jobId: string }>().jobId)]).toEqual([202, 'done']);
    const { answer, cost } = await analysisOf(analysis.id);
    expect(answer).toMatchObject({
      counts: { false: 7, true: 1, unknown: 2 }, untyped: 1, vital: 2, devices: { total: 3, half: 1 }, first: '2025-03-04T22:00:00.000Z',
      rules: [{ definition: { kind: 'suppress', cause: ['intrusion.alarm'], held: ['intrusion.alarm'], withinS: 60, place: 'point' }, alone: 5, saves: 5, unknown: 0, holdsTrue: 0, trueOnes: [] }],
    });
    expect(answer?.devices.groups[0]).toMatchObject({ device: 'PIR 4', site: 'Werk', false: 6, true: 1 });
    expect([answer?.week[23 + 24]?.false, cost]).toEqual([6, null]);
    // The true one as a repeat, so that no rule can do without it.
    const close = await taken(FILE.replace('7;05.03.2025;04:00:00', '7;04.03.2025;23:00:30').replaceAll(/\n[2-6];04\.03\.2025;23:0(\d):00/g, '\n2$1;04.03.2025;23:01:0$1'), { name: 'Dicht' });
    const other = await post(`analyses/${close.analysis.id}/answer`);
    await ended(other.json<{ jobId: string }>().jobId);
    const [rule] = (await analysisOf(close.analysis.id)).answer?.rules ?? [];
    expect(rule).toMatchObject({ holdsTrue: 1, trueOnes: [{ device: 'PIR 4', at: '2025-03-04T22:00:30.000Z' }] });
  });

  test('money is what the organisation said, once it said so', async () => {
    const { analysis } = await taken(FILE);
    const cost = { currency: 'EUR', minutes: 6, hourMinor: 4000, dispatchMinor: 9000, dispatchPercent: 10, isAssumption: true, basis: 'Guard contract' };
    const set = await app.inject({ method: 'PUT', url: `/api/alarms/analyses/${analysis.id}/cost`, headers: cleo.headers, payload: cost });
    expect(set.json<Analysis>().cost).toEqual({ ...cost, eachMinor: 1300 });
    expect(eachMinorOf({ ...cost, dispatchPercent: 0 })).toBe(400);
  });

  test('is for who brought it in and for who imports for the whole organisation', async () => {
    const { analysis } = await taken(FILE);
    const dee = await aPerson(fresh, 'Dee Deputy', { role: 'deputy-cso' });
    const ola = await aPerson(fresh, 'Ola Operator', { role: 'gsoc-operator' });
    expect((await analysisOf(analysis.id, dee)).name).toBe('Vorjahr');
    expect((await app.inject({ url: `/api/alarms/analyses/${analysis.id}`, headers: ola.headers })).statusCode).toBe(403);
    const file = await send(FILE);
    expect((await post('analyses', { importId: file.id, name: 'Hers', mapping: file.mapping, reading: READING }, dee)).statusCode).toBe(422);
    expect((await app.inject({ method: 'DELETE', url: `/api/alarms/analyses/${analysis.id}`, headers: cleo.headers })).statusCode).toBe(200);
    expect(await past(analysis.id)).toBe(0);
  });

  test.each([
    ['that is no text', Buffer.from([0x54, 0, 0x69, 0, 0x0a, 0]), 'zero bytes'],
    ['in an old code page', Buffer.from('Zeit;Melder;Meldung\n04.03.2025 10:00;T\xfcr;Alarm\n', 'latin1'), 'UTF-8'],
    ['with a line that never ends', Buffer.from(`Time,Device,Type\n${'a'.repeat(1_100_000)}\n`), 'longer than a million characters'],
    ['with quotation marks left open', Buffer.from('Time,Device,Type\n"2025-01-01 10:00:00,a"b,c\n1,2,3\n'), 'quotation marks'],
    ['without rows', Buffer.from('Time,Device,Type\n'), 'no row'],
  ])('one %s is refused in plain words', async (_, bytes, words) => {
    const file = await send(bytes);
    expect(file.state).toBe('unreadable');
    expect(file.fault).toContain(words);
  });

  test('the invented file reads whole, and half of its false alarms come from few devices', async () => {
    const file = await send(sampleLines(2025).join(''));
    expect(file.mapping).toMatchObject({ raised_at: 'Time', device: 'Device', site: 'Location', type: 'Alarm type', finding: 'Disposition', closed_at: 'Closed' });
    const url = `/api/alarms/analyses/words?importId=${file.id}&type=Alarm%20type&finding=Disposition&time=Time`;
    const words = (await app.inject({ url, headers: cleo.headers })).json<{ forms: string[]; types: { word: string; type: string }[]; findings: { word: string; finding: 'true' | 'false' | 'unknown' }[] }>();
    expect([words.forms, words.types.every(({ type }) => type !== '')]).toEqual([['dmy'], true]);
    const reading = { timeZone: 'UTC', timeForm: 'dmy', types: Object.fromEntries(words.types.map(({ word, type }) => [word, type])), findings: Object.fromEntries(words.findings.map(({ word, finding }) => [word, finding])) };
    const { analysis, file: done } = await taken(sampleLines(2025).join(''), { reading });
    await ended((await post(`analyses/${analysis.id}/answer`)).json<{ jobId: string }>().jobId);
    const { answer } = await analysisOf(analysis.id);
    expect([done.done?.refused, answer?.rules.length, (answer?.devices.half ?? 0) < (answer?.devices.total ?? 0) / 2]).toEqual([0, 3, true]);
    expect(answer?.rules.every(({ holdsTrue }) => holdsTrue === 0)).toBe(true);
  });

  test('one that was not begun on its own page takes no row', async () => {
    const done = await broughtIn(app, cleo, 'alarms.past', 'Time,Device,Type\n2025-01-01 10:00:00,a,b\n').then(({ tried }) => tried, (error: Error) => error.message);
    expect(done).toMatchObject({ created: 0, refused: 1 });
  });
});

test.each([['Forced Door', 'access.forced'], ['DOOR HELD OPEN', 'access.held'], ['PIR motion hall 3', 'intrusion.alarm'], ['Hold-up alarm', 'duress.holdup'], ['Comm_Fail', 'equipment.comms-lost'], ['xyzzy', '']])('%s is proposed as %j', (said, type) => {
  expect(suggestType(said, eventTypes)).toBe(type);
  if (type !== '') expect(typeOf(type)?.raisesAlarm).toBe(true);
});

test.each([['Yes', true, 'false'], ['Yes', false, 'true'], ['FALSE', true, 'true'], ['False - equipment', false, 'false'], ['Genuine', false, 'true'], ['Fehlalarm', false, 'false'], ['', false, 'unknown'], ['other', false, 'unknown']] as const)('%j in a column (of false alarms: %s) says %s', (word, columnIsFalse, finding) => {
  expect(suggestFinding(word, columnIsFalse)).toBe(finding);
});
