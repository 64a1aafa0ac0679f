import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildServer } from '#platform/kernel/http.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import twoPerson from '#platform/two-person/module.ts';
import identity from './module.ts';
import type { Given } from './rights-contract.ts';
import { brokenSeparation, roleOf } from './roles.ts';
import { aPerson, type Somebody } from './testing.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  app = await buildServer({ db: fresh.db, modules: [identity, twoPerson] });
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

/** Places of a run: the organisation, a region, two sites below it. */
const PLACES = ['organisation', 'region', 'here', 'there'] as const;
type Place = (typeof PLACES)[number];
const covers = (top: Place, place: Place): boolean => top === place || top === 'organisation' || (top === 'region' && (place === 'here' || place === 'there'));

const ROLES = ['system-administrator', 'cso', 'deputy-cso', 'auditor', 'gsoc-supervisor', 'gsoc-operator', 'reception', 'employee'] as const;
type RoleKey = (typeof ROLES)[number];
const permissionsOf = (role: RoleKey): readonly string[] => roleOf(role)?.permissions ?? [];

/** Five people; the first four begin as who administers what. */
const STARTS: readonly { role: RoleKey; place: Place }[][] = [
  [{ role: 'system-administrator', place: 'organisation' }], [{ role: 'system-administrator', place: 'region' }], [{ role: 'system-administrator', place: 'here' }, { role: 'gsoc-operator', place: 'here' }], [{ role: 'deputy-cso', place: 'region' }], [],
];
const who = fc.nat({ max: STARTS.length - 1 });
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('give' as const), by: who, to: who, role: fc.constantFrom(...ROLES), place: fc.constantFrom(...PLACES) }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('approve' as const), by: who, nth: fc.nat({ max: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('refuse' as const), by: who, nth: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('end' as const), by: who, nth: fc.nat({ max: 9 }) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

type Held = { person: number; role: RoleKey; place: Place; id: string; isEnded: boolean };
type Waiting = { id: string; by: number; to: number; role: RoleKey; place: Place };

/** What the rules say, kept beside the product and without looking at it. */
class Model {
  readonly grants: Held[] = [];
  waiting: Waiting[] = [];
  /** Every pair of right and place that somebody had at the beginning or that two people decided: nothing else may ever come about. */
  readonly ceiling = new Set<string>();

  has(person: number, permission: string, place: Place, everIsEnough = false): boolean {
    return this.grants.some((grant) => grant.person === person && (everIsEnough || !grant.isEnded) && covers(grant.place, place) && permissionsOf(grant.role).includes(permission));
  }
  add(grant: Held): void {
    this.grants.push(grant);
  }
  raise(role: RoleKey, place: Place): void {
    for (const permission of permissionsOf(role)) for (const one of PLACES) if (covers(place, one)) this.ceiling.add(`${permission} ${one}`);
  }
  keepsApart(person: number, role: RoleKey): boolean {
    return brokenSeparation([...this.grants.filter((grant) => grant.person === person && !grant.isEnded).map((grant) => grant.role), role]).length > 0;
  }
  /** Another who could decide, now or within the day that the run takes. */
  hasSecond(by: number, to: number, place: Place): boolean {
    return STARTS.some((_, person) => person !== by && person !== to && this.has(person, 'identity:grant', place, true));
  }
  /** What is to be expected of a grant: given at once, waiting, done alone, or refused. */
  expected({ by, to, role, place }: Extract<Command, { does: 'give' }>): 'given' | 'waiting' | 'alone' | 'refused' {
    if (by === to || !this.has(by, 'identity:grant', place) || this.keepsApart(to, role)) return 'refused';
    if (place !== 'organisation' && permissionsOf(role).every((permission) => this.has(by, permission, place))) return 'given';
    const same = this.waiting.find((one) => one.to === to && one.role === role && one.place === place);
    if (!this.hasSecond(by, to, place)) return 'alone';
    return same && same.by !== by ? 'refused' : 'waiting';
  }
  mayApprove({ by }: { by: number }, { by: proposer, to, role, place }: Waiting): boolean {
    return by !== proposer && by !== to && this.has(by, 'identity:grant', place) && this.has(proposer, 'identity:grant', place) && !this.keepsApart(to, role);
  }
}

type Run = { model: Model; people: Somebody[]; siteOf: Record<Place, string | null> };

async function begin(): Promise<Run> {
  const [region, here, there] = [uuidv7(), uuidv7(), uuidv7()];
  await fresh.owner.query('select access.place_site($1, null), access.place_site($2, $1), access.place_site($3, $1)', [region, here, there]);
  const siteOf = { organisation: null, region, here, there };
  const model = new Model();
  const people: Somebody[] = [];
  for (const [person, starts] of STARTS.entries()) {
    people.push(await aPerson(fresh, `Person ${person}`, ...starts.map(({ role, place }) => ({ role, ...(siteOf[place] !== null && { siteId: siteOf[place] }) }))));
    for (const { role, place } of starts) {
      model.add({ person, role, place, id: '', isEnded: false });
      model.raise(role, place);
    }
  }
  return { model, people, siteOf };
}

/** Whoever played is as if they had never been, for the next run's "nobody else". */
const finish = async ({ people }: Run): Promise<void> => {
  const ids = people.map(({ id }) => id);
  await fresh.owner.query(`update access.person set state = 'leaver' where id = any ($1)`, [ids]);
  await fresh.owner.query(`update two_person.stopped set at = now() - interval '2 days' where person_id = any ($1)`, [ids]);
};

const post = (as: Somebody | undefined, url: string, payload: object) => app.inject({ method: 'POST', url: `/api${url}`, headers: as?.headers ?? {}, payload });

async function give({ model, people, siteOf }: Run, command: Extract<Command, { does: 'give' }>): Promise<void> {
  const { by, to, role, place } = command;
  const expected = model.expected(command);
  const reply = await post(people[by], '/identity/grants', { personId: people[to]?.id, roleKey: role, siteId: siteOf[place], reason: 'Because' });
  const given = reply.statusCode === 201 ? reply.json<Given>() : null;
  expect([JSON.stringify(command), given?.state ?? 'refused', reply.statusCode >= 500]).toEqual([JSON.stringify(command), expected, false]);
  if (given?.id) model.add({ person: to, role, place, id: given.id, isEnded: false });
  if (given?.state === 'alone') model.raise(role, place);
  const id = given?.state === 'waiting' ? given.decisionId : null;
  if (id !== null && !model.waiting.some((one) => one.id === id)) model.waiting.push({ id, by, to, role, place });
}

async function decide({ model, people }: Run, command: Extract<Command, { does: 'approve' | 'refuse' }>): Promise<void> {
  const waiting = model.waiting[command.nth];
  if (!waiting) return;
  const reply = await post(people[command.by], `/two-person/${waiting.id}/${command.does}`, command.does === 'approve' ? {} : { why: 'Not needed' });
  const may = command.does === 'approve' ? model.mayApprove(command, waiting) : command.by !== waiting.by && command.by !== waiting.to && model.has(command.by, 'identity:grant', waiting.place);
  expect([JSON.stringify({ command, waiting }), reply.statusCode === 200, reply.statusCode >= 500]).toEqual([JSON.stringify({ command, waiting }), may, false]);
  if (!may) return;
  model.waiting = model.waiting.filter((one) => one !== waiting);
  if (command.does === 'refuse') return;
  model.raise(waiting.role, waiting.place);
  const { rows } = await fresh.owner.query<{ id: string }>('select id from access.grant where decision_id = $1', [waiting.id]);
  expect(rows).toHaveLength(1);
  model.add({ person: waiting.to, role: waiting.role, place: waiting.place, id: rows[0]?.id ?? '', isEnded: false });
}

async function end({ model, people }: Run, { by, nth }: Extract<Command, { does: 'end' }>): Promise<void> {
  const grant = model.grants.filter(({ id, isEnded }) => id !== '' && !isEnded)[nth];
  if (!grant) return;
  const reply = await post(people[by], `/identity/grants/${grant.id}/end`, { reason: 'Enough' });
  const may = grant.person !== by && model.has(by, 'identity:grant', grant.place);
  expect(reply.statusCode === 200).toBe(may);
  if (may) grant.isEnded = true;
}

/** What everybody may in truth, as the database decides it, beside what the rules allow. */
async function compare({ model, people, siteOf }: Run): Promise<void> {
  const { rows } = await fresh.owner.query<{ person: string; permission: string; place: string }>(
    `select p.id as person, r.permission, w.place from unnest($1::uuid[]) p(id) cross join (select distinct permission from access.role_permission) r cross join jsonb_to_recordset($2::jsonb) as w(place text, site uuid)
     where two_person.may(p.id, w.site, null, r.permission)`, [people.map(({ id }) => id), JSON.stringify(PLACES.map((place) => ({ place, site: siteOf[place] })))]);
  const truth = rows.map(({ person, permission, place }) => `${people.findIndex(({ id }) => id === person)} ${permission} ${place}`).sort();
  const said = STARTS.flatMap((_, person) => PLACES.flatMap((place) => [...new Set(ROLES.flatMap(permissionsOf))].filter((permission) => model.has(person, permission, place)).map((permission) => `${person} ${permission} ${place}`))).sort();
  expect(truth).toEqual(said);
  expect(rows.map(({ permission, place }) => `${permission} ${place}`).filter((pair) => !model.ceiling.has(pair))).toEqual([]);
}

test('whatever administrators give, decide and end, in whatever order, nobody may more than the first holders and what two people decided allow', async () => {
  const seen = { given: 0, waiting: 0, approved: 0 };
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 6, maxLength: 24 }), async (commands) => {
    const run = await begin();
    try {
      for (const one of commands) {
        const before = run.model.grants.length;
        if (one.does === 'give') await give(run, one);
        else if (one.does === 'end') await end(run, one);
        else await decide(run, one);
        if (run.model.grants.length > before) seen[one.does === 'approve' ? 'approved' : 'given']++;
        seen.waiting = Math.max(seen.waiting, run.model.waiting.length);
      }
      await compare(run);
    } finally {
      await finish(run);
    }
  }), { numRuns: 60, endOnFailure: true });
  expect([seen.given > 20, seen.approved > 5, seen.waiting > 1]).toEqual([true, true, true]);
}, 120_000);
