import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type { Command } from '../command-contract.ts';
import type { Incident, LogEntry, Standing } from '../contract.ts';
import incidents from '../module.ts';
import { anIncident, aSite, calling, type Calling } from '../testing-surface.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let call: Calling;
let site: string;
let cso: Somebody;
let deputy: Somebody;
let supervisor: Somebody;
let operator: Somebody;

const BRIEFING = { situation: 'Smoke on the third floor, everybody is out.', objectives: 'Count everybody, let the fire service in.', concerns: 'The lift is not answered for.' };

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [incidents] });
  call = calling(app);
  site = await aSite(fresh, 'Kestrel Quay');
  [cso, deputy, supervisor, operator] = [await aPerson(fresh, 'Tomas Rehn', { role: 'cso' }), await aPerson(fresh, 'Ines Falk', { role: 'deputy-cso' }), await aPerson(fresh, 'Mara Lindqvist', { role: 'gsoc-supervisor', siteId: site }), await aPerson(fresh, 'Alma Bright', { role: 'gsoc-operator', siteId: site })];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

const board = async (id: string, who = cso): Promise<Command> => (await call(who, 'GET', `/${id}/command`)).json<Command>();
const log = async (id: string): Promise<string[]> => (await call(cso, 'GET', `/${id}/log`)).json<{ items: LogEntry[] }>().items.map(({ text }) => text).reverse();
const act = (who: Somebody, id: string, path: string, body: object = {}) => call(who, 'POST', `/${id}/command/${path}`, body);
const commanders = ({ positions }: Command): string[] => (positions.find(({ kind }) => kind === 'commander')?.holders ?? []).map(({ name }) => name);
const positionOf = ({ positions }: Command, kind: string): string => positions.find((one) => one.kind === kind)?.id ?? '';

/** An incident whose command the supervisor holds. */
async function commanded(facts: object = {}): Promise<string> {
  const { id } = await anIncident(call, supervisor, { title: 'Fire in the plant', siteId: site, type: 'fire', ...facts });
  const reply = await act(supervisor, id, 'activate', { level: 3 });
  if (reply.status !== 201) throw new Error(reply.body);
  return id;
}

/** Offers command to somebody; answers the id of the hand-over. */
async function offered(from: Somebody, id: string, to: Somebody): Promise<string> {
  const reply = await act(from, id, 'transfers', { toId: to.id, briefing: BRIEFING });
  if (reply.status !== 201) throw new Error(reply.body);
  return reply.json<Standing>().rowId ?? '';
}

describe('activating', () => {
  test('begins with the positions of the type and level, with who leads as commander, and with a line in the log', async () => {
    const { id } = await anIncident(call, supervisor, { title: 'Fire in the plant', siteId: site, type: 'fire' });
    expect((await board(id)).suggested.level).toBe(3);
    expect((await act(supervisor, id, 'activate', {})).status).toBe(201);
    const command = await board(id);
    expect(command.current).toMatchObject({ number: 1, level: 3, mode: 'single', activatedBy: 'Mara Lindqvist' });
    expect(command.positions.map(({ title }) => title)).toEqual(expect.arrayContaining(['Incident commander', 'Planning section chief', 'Evacuation group', 'Staging area manager']));
    expect(commanders(command)).toEqual(['Mara Lindqvist']);
    expect(await log(id)).toEqual([expect.stringContaining('Command activated at level 3')]);
  });

  test('two at once: one is in force, the other is told who commands', async () => {
    const { id } = await anIncident(call, supervisor, { siteId: site });
    const replies = await Promise.all([act(cso, id, 'activate', { commanderId: cso.id }), act(deputy, id, 'activate', { commanderId: deputy.id })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(replies.find(({ status }) => status === 409)?.json()).toMatchObject({ by: commanders(await board(id))[0] });
  });

  test('is refused for who may not hold command, to who may not activate, and on what is closed to them', async () => {
    const { id } = await anIncident(call, supervisor, { siteId: site });
    expect((await act(supervisor, id, 'activate', { commanderId: operator.id })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/commanderId' }] });
    expect((await act(operator, id, 'activate', {})).status).toBe(403);
    expect((await act(supervisor, uuidv7(), 'activate', {})).status).toBe(404);
    expect((await act(supervisor, id, 'periods', { after: null, endsAt: new Date(Date.now() + 3600_000).toISOString() })).json()).toMatchObject({ status: 409, type: 'urn:problem:incidents.no_command' });
  });
});

describe('the organisation', () => {
  test('positions are added where they may stand, filled, moved and dissolved, and each is a line of the log', async () => {
    const id = await commanded();
    const operations = positionOf(await board(id), 'operations');
    expect((await act(supervisor, id, 'positions', { parentId: operations, kind: 'unit' })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/parentId' }] });
    expect((await act(supervisor, id, 'positions', { parentId: positionOf(await board(id), 'commander'), kind: 'safety' })).status).toBe(422);
    const branch = (await act(supervisor, id, 'positions', { parentId: operations, kind: 'branch', title: 'West branch' })).json<Standing>().rowId ?? '';
    expect((await call(supervisor, 'PATCH', `/${id}/command/positions/${positionOf(await board(id), 'group')}`, { parentId: branch })).status).toBe(200);
    expect((await act(supervisor, id, `positions/${branch}/close`, { reason: 'Too early' })).status).toBe(422);
    expect((await act(supervisor, id, `positions/${branch}/fill`, { personId: operator.id })).status).toBe(200);
    expect((await act(supervisor, id, `positions/${branch}/fill`, { name: 'Captain Roth', agency: 'Fire service' })).status).toBe(200);
    const filled = (await board(id)).positions.find((one) => one.id === branch);
    expect(filled).toMatchObject({ reports: 1, span: 'narrow', holders: [{ name: 'Captain Roth', agency: 'Fire service' }], before: [{ name: 'Alma Bright' }] });
    expect((await log(id)).slice(-3)).toEqual([expect.stringContaining('now answers to West branch'), 'West branch: Alma Bright.', 'West branch: Captain Roth (Fire service), after Alma Bright.']);
  });

  test('more than seven under one is too wide', async () => {
    const id = await commanded();
    const operations = positionOf(await board(id), 'operations');
    for (let n = 0; n < 5; n += 1) await act(supervisor, id, 'positions', { parentId: operations, kind: 'division', title: `Division ${n}` });
    expect((await board(id)).positions.find((one) => one.id === operations)).toMatchObject({ reports: 8, span: 'wide' });
  });

  test('a person who does not see the incident fills nothing', async () => {
    const id = await commanded();
    const stranger = await aPerson(fresh, 'Nobody Here');
    expect((await act(supervisor, id, `positions/${positionOf(await board(id), 'safety')}/fill`, { personId: stranger.id })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/personId' }] });
  });
});

describe('command', () => {
  test('is handed over with a briefing and held by the next once they accept; who leads the incident follows', async () => {
    const id = await commanded();
    expect((await act(supervisor, id, 'transfers', { toId: cso.id, briefing: { situation: 'Smoke' } })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/briefing/objectives' }, { pointer: '/briefing/concerns' }] });
    const transfer = await offered(supervisor, id, cso);
    expect(commanders(await board(id))).toEqual(['Mara Lindqvist']);
    expect((await act(deputy, id, `transfers/${transfer}/accept`)).status).toBe(422);
    expect((await act(cso, id, `transfers/${transfer}/accept`)).status).toBe(200);
    const command = await board(id);
    expect(commanders(command)).toEqual(['Tomas Rehn']);
    expect(command.transfers[0]).toMatchObject({ state: 'accepted', from: 'Mara Lindqvist', to: 'Tomas Rehn', briefing: BRIEFING });
    expect((await call(cso, 'GET', `/${id}`)).json<Incident>().commander).toBe('Tomas Rehn');
    expect((await act(supervisor, id, 'transfers', { toId: deputy.id, briefing: BRIEFING })).json()).toMatchObject({ status: 409, by: 'Tomas Rehn' });
    expect((await call(cso, 'PATCH', `/${id}`, { commanderId: deputy.id })).json()).toMatchObject({ status: 409, by: 'Tomas Rehn' });
  });

  test('one accepts while another takes it: one commands, the other is told who', async () => {
    const id = await commanded();
    const transfer = await offered(supervisor, id, cso);
    const holderId = (await board(id)).positions.find(({ kind }) => kind === 'commander')?.holders[0]?.id ?? '';
    const replies = await Promise.all([act(cso, id, `transfers/${transfer}/accept`), act(deputy, id, 'assume', { holderId, reason: 'She does not answer' })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [now] = commanders(await board(id));
    expect(now).toBe(replies[0]?.status === 200 ? 'Tomas Rehn' : 'Ines Falk');
    expect(replies.find(({ status }) => status === 409)?.json()).toMatchObject({ by: now });
  });

  test('the database keeps it at exactly one, at each moment: none, a second and one beside another are refused', async () => {
    const id = await commanded();
    const holder = `(select h.id from incidents.position_holder h join incidents.command_position p on p.id = h.position_id where p.kind = 'commander' and h.incident_id = '${id}')`;
    await expect(fresh.owner.query(`update incidents.position_holder set until_at = now(), until_by = from_by where id = ${holder}`)).rejects.toMatchObject({ constraint: 'exactly_one_command' });
    const second = (seat: number) => fresh.owner.query(`insert into incidents.position_holder (id, incident_id, position_id, seat, name, from_at, from_by) select uuidv7(), incident_id, position_id, ${seat}, 'Somebody', from_at, from_by from incidents.position_holder where id = ${holder}`);
    await expect(second(1)).rejects.toMatchObject({ constraint: 'exactly_one_command' });
    await expect(second(0)).rejects.toMatchObject({ constraint: 'one_holder_at_each_moment' });
  });

  test('is shared with the fire service and given back to one; the last seat does not end', async () => {
    const id = await commanded();
    expect((await act(supervisor, id, 'join', { name: 'Captain Roth', agency: 'Fire service' })).status).toBe(200);
    expect((await act(supervisor, id, 'join', { personId: deputy.id })).status).toBe(200);
    const unified = await board(id);
    expect([unified.current?.mode, commanders(unified)]).toEqual(['unified', ['Mara Lindqvist', 'Captain Roth', 'Ines Falk']]);
    const seats = unified.positions.find(({ kind }) => kind === 'commander')?.holders ?? [];
    expect((await act(deputy, id, 'leave', { holderId: seats[0]?.id, reason: 'Her shift is over' })).status).toBe(200);
    expect((await act(deputy, id, 'leave', { holderId: seats[1]?.id, reason: 'The fire is out' })).status).toBe(200);
    expect((await act(deputy, id, 'leave', { holderId: seats[2]?.id, reason: 'I go too' })).status).toBe(422);
    const single = await board(id);
    expect([single.current?.mode, commanders(single)]).toEqual(['single', ['Ines Falk']]);
    expect((await call(cso, 'GET', `/${id}`)).json<Incident>().commander).toBe('Ines Falk');
  });

  test('ends only with a word on what is open, releases everybody, and lets the incident be commanded anew', async () => {
    const id = await commanded();
    await offered(supervisor, id, cso);
    expect((await act(supervisor, id, 'end', { summary: 'The fire is out' })).json()).toMatchObject({ status: 422, detail: expect.stringContaining('1 hand-over of command') });
    expect((await act(supervisor, id, 'end', { summary: 'The fire is out', despite: 'Nobody needs it any more' })).status).toBe(200);
    const ended = await board(id);
    expect([ended.current, ended.past[0]?.leftOpen?.transfers, ended.positions.flatMap(({ holders }) => holders), ended.transfers[0]?.state]).toEqual([null, 1, [], 'withdrawn']);
    expect((await act(supervisor, id, 'activate', { level: 1 })).status).toBe(201);
    expect((await board(id)).current).toMatchObject({ number: 2, level: 1 });
  });
});

describe('periods', () => {
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3600_000).toISOString();

  test('one follows the other in one moment; of two who change it, one does and the other is told', async () => {
    const id = await commanded();
    expect((await act(supervisor, id, 'periods', { after: null, endsAt: inHours(12), emphasis: 'Count everybody' })).status).toBe(201);
    const first = (await board(id)).periods[0];
    const replies = await Promise.all([act(supervisor, id, 'periods', { after: first?.id, endsAt: inHours(24) }), act(cso, id, 'periods', { after: first?.id, endsAt: inHours(20) })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { periods } = await board(id);
    expect(periods.map(({ number, endedAt }) => [number, endedAt === null])).toEqual([[2, true], [1, false]]);
    expect(periods[1]?.endedAt).toBe(periods[0]?.startsAt);
  });

  test('steps of the cycle are marked and taken back; what is over stays as it was', async () => {
    const id = await commanded();
    await act(supervisor, id, 'periods', { after: null, endsAt: inHours(12) });
    const period = (await board(id)).periods[0]?.id ?? '';
    expect((await act(supervisor, id, `periods/${period}/steps`, { step: 'objectives' })).status).toBe(200);
    expect((await board(id)).periods[0]?.steps.map(({ state }) => state).slice(0, 2)).toEqual(['done', 'next']);
    await act(supervisor, id, `periods/${period}/steps`, { step: 'objectives', isDone: false });
    expect((await board(id)).periods[0]?.steps[0]?.state).toBe('next');
    await act(supervisor, id, 'periods', { after: period, endsAt: inHours(24) });
    expect((await act(supervisor, id, `periods/${period}/steps`, { step: 'objectives' })).status).toBe(409);
    expect((await call(supervisor, 'PATCH', `/${id}/command/periods/${period}`, { endsAt: inHours(30) })).status).toBe(409);
    expect((await act(supervisor, id, 'periods', { after: (await board(id)).periods[0]?.id, endsAt: inHours(0.1) })).status).toBe(422);
  });
});

describe('what a command wants, decides and waits for', () => {
  test('objectives with needs go open, partly, met; they count at the end, and a struck one stays as it was', async () => {
    const id = await commanded();
    const set = await act(supervisor, id, 'objectives', { text: 'Everybody counted by 03:30', strategies: 'Roll call by floor', priority: 1, positionId: positionOf(await board(id), 'operations'), needs: ['Two wardens', 'The badge list'] });
    expect(set.status).toBe(201);
    const objective = (await board(id)).objectives[0];
    expect(objective).toMatchObject({ number: 1, text: 'Everybody counted by 03:30', priority: 1, state: 'open', period: null, needs: [{ text: 'Two wardens', state: 'open' }, { text: 'The badge list', state: 'open' }] });
    expect((await act(supervisor, id, `needs/${objective?.needs[0]?.id}/state`, { state: 'met' })).status).toBe(200);
    expect((await act(supervisor, id, `objectives/${objective?.id}/state`, { state: 'partly' })).status).toBe(200);
    expect((await act(supervisor, id, 'end', { summary: 'Over' })).json()).toMatchObject({ status: 422, detail: expect.stringContaining('1 objective, 1 need') });
    expect((await act(supervisor, id, `objectives/${objective?.id}/strike`, { reason: 'Said twice' })).status).toBe(200);
    expect((await act(supervisor, id, `objectives/${objective?.id}/state`, { state: 'met' })).status).toBe(409);
    expect((await act(supervisor, id, 'objectives', { text: 'Somewhere else', positionId: uuidv7() })).json()).toMatchObject({ status: 422, errors: [{ pointer: '/positionId' }] });
    expect((await log(id)).filter((text) => text.startsWith('Objective 1'))).toEqual(['Objective 1: Everybody counted by 03:30', 'Objective 1 is partly met: Everybody counted by 03:30', 'Objective 1 struck. Said twice']);
  });

  test('a decision says why and instead of what; it is struck once, and never changed', async () => {
    const id = await commanded();
    expect((await act(supervisor, id, 'decisions', { decision: 'Keep C locked', why: 'Two are missing', options: 'Open it for the day shift', decidedBy: cso.id })).status).toBe(201);
    const decision = (await board(id)).decisions[0];
    expect(decision).toMatchObject({ number: 1, decidedBy: 'Tomas Rehn', notedBy: 'Mara Lindqvist', why: 'Two are missing', options: 'Open it for the day shift' });
    expect((await log(id)).at(-1)).toBe('Keep C locked (Tomas Rehn decided); why: Two are missing');
    const strike = () => act(cso, id, `decisions/${decision?.id}/strike`, { reason: 'They were found' });
    expect([(await strike()).status, (await strike()).status]).toEqual([200, 409]);
  });

  test('a timer runs without a command, and until somebody stops it; a warning stands until it does not', async () => {
    const { id } = await anIncident(call, operator, { siteId: site });
    expect((await act(operator, id, 'timers', { name: 'Call the plant back', dueAt: new Date(Date.now() + 900_000).toISOString() })).status).toBe(201);
    expect((await act(operator, id, 'timers', { name: 'Too late', dueAt: new Date(Date.now() - 1_000).toISOString() })).status).toBe(422);
    const timer = (await board(id)).timers[0];
    expect(timer).toMatchObject({ name: 'Call the plant back', startedBy: 'Alma Bright', stoppedAt: null });
    expect((await act(operator, id, `timers/${timer?.id}/stop`)).status).toBe(200);
    expect((await log(id))[0]).toBe('Timer started: Call the plant back, due in 15 min.');
    await act(supervisor, id, 'activate', { level: 1 });
    await act(supervisor, id, 'safety', { text: 'Glass on the stairs of the west side' });
    const warning = (await board(id)).safety[0];
    expect((await act(supervisor, id, `safety/${warning?.id}/end`)).status).toBe(200);
    expect((await board(id)).safety[0]?.endedAt).not.toBeNull();
  });
});
