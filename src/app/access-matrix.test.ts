import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aCrowd, eachOf } from './testing/crowd.ts';
import { type Actor, aDepartment, type Department, GRANTABLE, PARTS, type Place } from './testing/department.ts';
import { exampleOf, type Given, type Operation, operationsOf, urlOf } from './testing/operations.ts';
import { isNamed, type Kind, type Label, type Outcome, outcomeOf, permissionsOf, targetOf } from './testing/policy.ts';
import { rehearsing } from './testing/rehearsal.ts';

const modules = await discoverModules();
const operations = operationsOf(modules);

let fresh: FreshDatabase;
let app: FastifyInstance;
let department: Department;
let everybody: { scoped: Actor[]; behind: Actor[]; outside: Actor[] };

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  app = await buildServer({ db: rehearsing(fresh.db), modules });
  everybody = { ...(await aCrowd(department)), outside: await enrolByState() };
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

/** Every role of somebody who is not active, or whose grant has ended; and somebody with nothing. */
function enrolByState(): Promise<Actor[]> {
  const states = ['invited', 'suspended', 'leaver'] as const;
  const parts = PARTS.map(({ key }) => ({ part: key, wall: department.walls.one, isInForce: true }));
  return department.enrol([
    ...GRANTABLE.flatMap(({ key }) => [...states.map((state) => ({ name: `${key}, ${state}`, state, grants: [{ role: key, site: null, isInForce: true }], parts: [] })), { name: `${key} whose grant ended`, grants: [{ role: key, site: null, isInForce: false }], parts: [] }]),
    ...states.flatMap((state) => parts.map((part) => ({ name: `${part.part}, ${state}`, state, grants: [], parts: [part] }))),
    { name: 'somebody with nothing', grants: [], parts: [] },
  ]);
}

/** What the operations need that no schema tells: who and what they name. */
const given = (): Given => {
  const { sites, target, keeper } = department;
  return {
    personId: target, custodianId: keeper, recordId: department.at('incident', 'here').id, roleKey: 'reception', email: `${uuidv7()}@test.example`, code: `NEW-${uuidv7().slice(-12).toUpperCase()}`, account: `N${uuidv7().slice(-10)}`,
    'POST /api/identity/keys roleKey': 'service-source', 'POST /api/identity/keys siteId': sites.here, 'POST /api/identity/grants siteId': sites.here, 'POST /api/incidents siteId': sites.here, 'POST /api/incidents title': 'Declared by the matrix', 'POST /api/incidents severity': 2,
    'POST /api/alarms/shifts siteId': sites.here,
    'POST /api/sites parentId': sites.here, 'POST /api/sites timeZone': 'Europe/Berlin', 'POST /api/people siteId': sites.here, 'POST /api/signals/sources siteId': sites.here, 'POST /api/signals/quarantine/adopt siteId': sites.here,
    'POST /api/cases siteId': sites.here, 'POST /api/cases title': 'Opened by the matrix', 'POST /api/cases type': 'cargo', 'PATCH /api/cases/:id title': 'Changed',
    'POST /api/metrics/targets siteId': sites.here, 'POST /api/desk/packs siteId': sites.here, 'POST /api/risk/assets siteId': sites.here, 'POST /api/workorders/plans siteId': sites.here, 'PATCH /api/workorders/plans/:id title': 'Changed',
    'POST /api/continuity/processes siteId': sites.here, 'PATCH /api/continuity/processes/:id title': 'Changed',
    'POST /api/exercises siteId': sites.here, 'PATCH /api/exercises/:id title': 'Changed',
    'POST /api/notices siteId': sites.here, 'POST /api/notices/musters siteId': sites.here, 'POST /api/notices/musters title': 'Called by the matrix', 'POST /api/notices/preview siteId': sites.here,
    'POST /api/workorders title': 'Raised by the matrix', 'POST /api/workorders siteId': sites.here, 'PATCH /api/workorders/:id title': 'Changed',
    'POST /api/devices siteId': sites.here, 'POST /api/devices behindId': null, 'POST /api/devices points': [], 'PATCH /api/devices/:id name': 'Changed',
    'PATCH /api/sites/:id city': 'Changed', 'PATCH /api/people/:id title': 'Changed', 'PATCH /api/tasks/:id title': 'Changed', 'PATCH /api/incidents/:id title': 'Changed', 'PATCH /api/signals/sources/:id name': 'Changed',
    'POST /api/retention/holds siteId': sites.here, 'POST /api/retention/holds recordId': null,
    'POST /api/incidents/:id/people name': 'A witness', 'POST /api/identity/setup email': 'first@test.example', 'POST /api/incidents/:id/classify type': 'trespass',
  };
};

/** A label that the body names in place of a record of the path, and the operation's body with that label. */
const LABELLED: Record<string, string> = {
  'POST /api/alarms/shifts': 'siteId', 'POST /api/metrics/targets': 'siteId', 'POST /api/desk/packs': 'siteId',
  'POST /api/incidents': 'siteId', 'POST /api/cases': 'siteId', 'POST /api/sites': 'parentId', 'POST /api/devices': 'siteId', 'POST /api/workorders': 'siteId', 'POST /api/exercises': 'siteId', 'POST /api/continuity/processes': 'siteId', 'POST /api/notices': 'siteId', 'POST /api/notices/musters': 'siteId', 'POST /api/notices/preview': 'siteId', 'POST /api/workorders/plans': 'siteId', 'POST /api/risk/assets': 'siteId', 'POST /api/people': 'siteId', 'POST /api/signals/sources': 'siteId', 'POST /api/signals/quarantine/adopt': 'siteId',
  'POST /api/identity/grants': 'siteId', 'POST /api/identity/keys': 'siteId', 'POST /api/tasks': 'recordId', 'POST /api/files/uploads': 'recordId', 'POST /api/thread/comments': 'recordId', 'POST /api/thread/links': 'recordId', 'POST /api/retention/holds': 'siteId',
};

/** What is set for the whole organisation, by who may in all of it. */
const OF_ALL = new Set(['PUT /api/identity/sign-in-policy', 'POST /api/identity/providers', 'POST /api/directory', 'PUT /api/alarms/routing']);

type Cell = { operation: Operation; kind: Kind | null; place: Place | null; label: Label | null; params: Record<string, unknown>; given: Given };

const ABSENT = '01890000-0000-7000-8000-00000000dead';
const paramsOf = (id: string) => ({ id, rowId: id, n: 0 });

/** What an operation is tried on: an open record and a walled one of its kind; or the label that its body names; or nothing. */
function cellsOf(operation: Operation): Cell[] {
  const kind = targetOf(operation);
  const base = { operation, kind, given: given() };
  if (kind === 'session' || kind === 'upload') return [{ ...base, place: null, label: null, params: paramsOf(ABSENT) }];
  if (kind === 'leaf') return [{ ...base, place: null, label: null, params: paramsOf(ABSENT) }];
  if (kind) {
    const records = department.fixtures.filter((one) => one.kind === kind && (one.place === 'here' || one.place === 'walled'));
    if (records.length === 0) throw new Error(`${operation.key} cannot be tried: there is no ${kind}.`);
    return records.map((record) => ({ ...base, place: record.place, label: record.label, params: paramsOf(record.id) }));
  }
  if (OF_ALL.has(operation.key)) return [{ ...base, place: 'nowhere', label: { site: null, wall: null }, params: {} }];
  const field = LABELLED[operation.key];
  if (!field) return [{ ...base, place: null, label: null, params: {} }];
  if (field === 'recordId') return (['here', 'walled'] as const).map((place) => ({ ...base, place, label: department.at('incident', place).label, params: {}, given: { ...base.given, [field]: department.at('incident', place).id } }));
  return [{ ...base, place: 'here', label: department.at('incident', 'here').label, params: {} }, { ...base, place: 'nowhere', label: { site: null, wall: null }, params: {}, given: { ...base.given, [`${operation.key} ${field}`]: null } }];
}

async function ask({ operation, params, given: values }: Cell, who: Pick<Actor, 'headers'>, id?: string) {
  const { endpoint: { body, query }, key, method } = operation;
  const payload = body ? (exampleOf(body, values, key) as object) : undefined;
  const url = urlOf(operation, id === undefined ? params : paramsOf(id), query ? (exampleOf(query, values, key) as Record<string, unknown>) : {});
  return app.inject({ method, url, headers: who.headers, ...(payload && { payload }) });
}
type Answer = Awaited<ReturnType<typeof ask>>;

const SAYS: Record<number, Outcome> = { 401: 'unknown', 403: 'refused', 404: 'hidden' };
const said = ({ statusCode }: Answer): Outcome => SAYS[statusCode] ?? 'allowed';
const bare = ({ statusCode, headers, body }: Answer): string => JSON.stringify([statusCode, headers['content-type'], headers['content-length'], Object.keys(headers).sort(), body.replace(/"instance":"[^"]*"/, '')]);

let tried = 0;

/** Tries an operation as each of these people; answers where it did not say what the policy says. */
async function disagreements(cells: readonly Cell[], people: readonly Actor[]): Promise<string[]> {
  const wrong: string[] = [];
  await eachOf(cells.flatMap((cell) => people.map((who) => ({ cell, who }))), async ({ cell, who }) => {
    const expected = outcomeOf(department.policy, who, { endpoint: cell.operation.endpoint, kind: cell.kind, label: cell.label });
    const answer = await ask(cell, who);
    tried++;
    const name = `${cell.operation.key} on what is ${cell.place ?? 'anywhere'}, by ${who.name}`;
    if (cell.operation.endpoint.permission === 'public') {
      if (answer.statusCode >= 500) wrong.push(`${name}: ${answer.statusCode} ${answer.body}`);
    } else if (said(answer) !== expected || answer.statusCode >= 500 && !isElsewhere(cell)) wrong.push(`${name}: ${expected} expected, ${answer.statusCode} ${answer.body.slice(0, 300)}`);
    else if (expected === 'hidden' && cell.kind !== null) {
      const absent = await ask(cell, who, ABSENT.replace('dead', 'beef'));
      if (bare(answer) !== bare(absent)) wrong.push(`${name}: hidden is told from absent: ${answer.body} ${absent.body}`);
    } else if (expected === 'unknown' && !/sign_in_first/.test(answer.body)) wrong.push(`${name}: ${answer.body}`);
  });
  return wrong;
}

/** Live updates are served where there is a pump, which has tests of its own. */
const isElsewhere = ({ operation }: Cell): boolean => operation.key === 'GET /api/live';

/** In `npm test`, of people whose roles say the same of an operation (may it, may see its record) and reach as far, one tries it, by turns; the long run asks everybody. */
const OF_A_KIND = process.env['PARAPET_SOAK'] === '1' ? Number.POSITIVE_INFINITY : 1;

function sampled(people: readonly Actor[], operation: Operation): Actor[] {
  const asked = permissionsOf(operation);
  const counts = new Map<string, number>();
  const first = operations.indexOf(operation) * 7;
  return people.map((_, at) => people[(at + first) % people.length] as Actor).filter((who) => {
    const sort = [who.name.replace(/^[\w-]+/, ''), ...asked.map((permission) => isNamed(who, permission))].join();
    counts.set(sort, (counts.get(sort) ?? 0) + 1);
    return (counts.get(sort) ?? 0) <= OF_A_KIND;
  });
}

/** About oneself no scope counts, and each costs the work of a password: one of each role tries them. */
const whoTries = (operation: Operation): Actor[] => {
  const { permission } = operation.endpoint;
  const all = [...everybody.scoped, ...everybody.behind];
  if (permission === 'public') return all.slice(0, 1);
  return permission === 'signed-in' ? [...all.filter(({ name }) => name.endsWith(' of the site')), ...everybody.behind.slice(0, 2)] : sampled(all, operation);
};

describe('every operation by every role, at every scope, on what is open and what is walled', () => {
  test.each(operations.map((operation): [string, Operation] => [operation.key, operation]))('%s', async (_key, operation) => {
    expect(await disagreements(cellsOf(operation), whoTries(operation))).toEqual([]);
  });
});

describe('every operation by every role of somebody who is invited, suspended, gone, or whose grant has ended', () => {
  test.each(operations.filter(({ endpoint }) => endpoint.permission !== 'public').map((operation): [string, Operation] => [operation.key, operation]))('%s', async (_key, operation) => {
    const [first] = cellsOf(operation);
    const people = operation.endpoint.permission === 'signed-in' ? everybody.outside.filter(({ state }) => state !== 'active') : sampled(everybody.outside, operation);
    expect(await disagreements(first ? [first] : [], people)).toEqual([]);
  });
});

test('the matrix was not small', () => {
  expect(tried).toBeGreaterThan(operations.length * (OF_A_KIND === 1 ? 30 : GRANTABLE.length * 5));
});
