import type { InjectOptions } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, type Department, type Fixture, GRANTABLE } from './department.ts';
import { exampleOf, type Given, type Operation, urlOf } from './operations.ts';
import { targetOf } from './policy.ts';

/** Somebody new who may do everything everywhere and stands behind the wall, so that no look of theirs is a second one. */
export const somebodyWhoMayAll = async (department: Department): Promise<Actor> => {
  await department.fresh.owner.query(`with made as (insert into access.role (key, title, kind) values ('every-part', 'Every part', 'part') on conflict do nothing returning id)
    insert into access.role_permission (permission, role_id) select distinct p.permission, made.id from made, access.role_permission p join access.role r on r.id = p.role_id and r.kind = 'part'`);
  return (await department.enrol([{ name: 'All', grants: GRANTABLE.filter(({ kind }) => kind !== 'service').map(({ key }) => ({ role: key, site: null, isInForce: true })), parts: [{ part: 'every-part', wall: department.walls.one, isInForce: true }] }]))[0] as Actor;
};

/** Values with which most operations go through, once. */
const valuesFor = (department: Department, recordId: string): Given => ({
  recordId, personId: department.target, custodianId: department.keeper, roleKey: 'reception', email: `${uuidv7()}@test.example`, code: `NEW-${uuidv7().slice(-12).toUpperCase()}`, account: `N${uuidv7().slice(-10)}`, siteId: department.sites.here,
  'POST /api/metrics/targets ownerId': department.target, 'POST /api/risk/assets siteId': department.sites.here, 'POST /api/workorders/plans siteId': department.sites.here, 'PATCH /api/workorders/plans/:id title': 'Changed',
  'POST /api/continuity/processes siteId': department.sites.here, 'PATCH /api/continuity/processes/:id title': 'Changed',
  'POST /api/exercises siteId': department.sites.here, 'PATCH /api/exercises/:id title': 'Changed',
  'POST /api/workorders title': 'Raised', 'POST /api/workorders siteId': department.sites.here, 'PATCH /api/workorders/:id title': 'Changed',
  'POST /api/devices behindId': null, 'POST /api/devices points': [], 'PATCH /api/devices/:id name': 'Changed',
  'POST /api/incidents severity': 2, 'POST /api/incidents title': 'Declared', 'PATCH /api/incidents/:id title': 'Changed', 'PATCH /api/tasks/:id title': 'Changed', 'PATCH /api/sites/:id city': 'Changed', 'PATCH /api/people/:id title': 'Changed', 'PATCH /api/signals/sources/:id name': 'Changed', 'POST /api/people/:id/move siteId': department.sites.below,
});

type Url = { method: Operation['method']; url: string; headers: Record<string, string>; payload?: object };

/** A request for an operation, but for who makes it: about `id` in its path, and `recordId` where it names a record. */
export function requestOf(department: Department, operation: Operation, { id, recordId }: { id: string; recordId: string }): Url & InjectOptions {
  const { method, key, endpoint } = operation;
  const values = valuesFor(department, recordId);
  const payload = endpoint.body ? (exampleOf(endpoint.body, values, key) as object) : undefined;
  const url = urlOf(operation, { id, rowId: id, n: 0 }, endpoint.query ? (exampleOf(endpoint.query, values, key) as Record<string, unknown>) : {});
  return { method, url, headers: method === 'POST' ? { 'idempotency-key': uuidv7() } : {}, ...(payload && { payload }) };
}

const kindOf = (operation: Operation): string | null => {
  try {
    return targetOf(operation);
  } catch {
    return null;
  }
};
/** The record that an operation is about, at a place. */
export const fixtureOf = (department: Department, operation: Operation, place: 'here' | 'walled'): Fixture | undefined => department.fixtures.find((one) => one.kind === kindOf(operation) && one.place === place);
