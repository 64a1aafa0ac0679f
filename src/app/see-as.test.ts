import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endRunOut } from '#modules/identity/see-as/see-as.service.ts';
import { enter, enterToRead, SERVICE } from '#platform/kernel/access.ts';
import { hashToken, buildServer } from '#platform/kernel/http.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { type Actor, aDepartment, type Department, GRANTABLE } from './testing/department.ts';
import { exampleOf, operationsOf, urlOf } from './testing/operations.ts';

const modules = await discoverModules();

let fresh: FreshDatabase;
let app: FastifyInstance;
let department: Department;
let chief: Actor, admin: Actor;

const HUMAN = GRANTABLE.filter(({ kind }) => kind === 'human').map(({ key }) => key);
const over = (...roles: readonly [string, string | null][]) => roles.map(([role, site]) => ({ role, site, isInForce: true }));
const send = (who: Pick<Actor, 'headers'>, method: 'GET' | 'POST', path: string, payload?: object) => app.inject({ method, url: `/api${path}`, headers: who.headers, ...(payload && { payload }) });
const begin = (who: Actor, whom: object) => send(who, 'POST', '/identity/see-as', whom);
const end = (who: Actor) => send(who, 'POST', '/identity/see-as/end');
const actorOf = ({ headers }: Actor) => ({ kind: 'token', tokenHash: hashToken(headers.authorization.slice('Bearer '.length)) }) as const;
const aViewer = async (...roles: readonly [string, string | null][]): Promise<Actor> => (await department.enrol([{ name: 'Viewer', grants: over(...roles), parts: [] }]))[0] as Actor;
const ended = async (who: Actor): Promise<number> => (await fresh.owner.query(`select from ledger.entry where verb = 'identity.see-as-ended' and record_id = $1`, [who.id])).rowCount ?? 0;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  app = await buildServer({ db: fresh.db, modules });
  [chief, admin] = (await department.enrol([
    { name: 'Chief', grants: over(['cso', null]), parts: [{ part: 'wall-lead', wall: department.walls.one, isInForce: true }] }, { name: 'Admin', grants: over(['system-administrator', null]), parts: [] },
  ])) as [Actor, Actor];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('what is seen', () => {
  /** What a person's own sight is made of is nobody else's, and a lens is one. */
  const OWN = new Set(['access.sight', 'access.lens', 'access.lens_grant']);

  /** Every row that somebody may read, by table, as a hash of the columns that they may. */
  async function rowsOf(who: Actor): Promise<Map<string, Set<string>>> {
    const { rows: tables } = await fresh.owner.query<{ name: string; columns: string }>(`select format('%I.%I', table_schema, table_name) as name, string_agg(format('%I', column_name), ', ' order by column_name) as columns
      from information_schema.column_privileges where grantee = 'parapet_person' and privilege_type = 'SELECT' and table_schema not in ('pg_catalog', 'information_schema', 'public') group by 1 order by 1`);
    const readable = tables.filter(({ name }) => !OWN.has(name));
    const [, ...answers] = await fresh.db.send([enterToRead(actorOf(who), ''), ...readable.map(({ name, columns }) => ({ text: `select md5(row(${columns})::text) as row from ${name}`, values: [] }))]);
    return new Map(readable.map(({ name }, i) => [name, new Set(answers[i]?.rows.map(({ row }) => row as string))]));
  }
  const recordsOf = async (who: Actor): Promise<Set<string>> => {
    const [, answer] = await fresh.db.send([enterToRead(actorOf(who), ''), { text: 'select id from platform.record where wall_id is null', values: [] }]);
    return new Set(answer?.rows.map(({ id }) => id as string));
  };

  test('is what both may see, of every table: never a row that the viewer may not see, and of the records all that both see', async () => {
    const { here, below, region, elsewhere } = department.sites;
    const holding = fc.array(fc.tuple(fc.constantFrom(...HUMAN), fc.constantFrom(null, region, here, below, elsewhere)), { minLength: 1, maxLength: 3 });
    let shown = 0;
    await fc.assert(fc.asyncProperty(holding, fc.constantFrom(null, region, below), holding, fc.boolean(), async (mine, reach, theirs, asRole) => {
      const held = asRole ? theirs.slice(0, 1) : theirs;
      const parts = [{ part: 'wall-reader', wall: department.walls.one, isInForce: true }];
      const [viewer, other] = (await department.enrol([{ name: 'Viewer', grants: over(...mine, ['cso', reach]), parts }, { name: 'Other', grants: over(...held), parts: asRole ? [] : parts }])) as [Actor, Actor];
      const [seen, theirRecords] = [await recordsOf(viewer), await recordsOf(other)];
      const [role, site] = held[0] as [string, string | null];
      const begun = await begin(viewer, asRole ? { roleKey: role, siteId: site } : { personId: other.id });
      if (begun.statusCode === 422) return;
      expect(begun.statusCode, begun.body).toBe(201);
      const [through, records] = [await rowsOf(viewer), await recordsOf(viewer)];
      await end(viewer);
      const all = await rowsOf(viewer);
      for (const [table, rows] of through) expect([table, [...rows].filter((row) => !all.get(table)?.has(row))]).toEqual([table, []]);
      expect(records).toEqual(seen.intersection(theirRecords));
      expect(through.get('access.wall_member')?.size).toBe(0);
      shown += through.get('platform.record')?.size ?? 0;
    }), { numRuns: 10 });
    expect(shown).toBeGreaterThan(0);
  });

  test('one switch to the administrator’s eyes, and the walled record is not there; switched back, it is', async () => {
    const { id } = department.at('incident', 'walled');
    const open = department.at('incident', 'here').id;
    expect((await send(chief, 'GET', `/incidents/${id}`)).statusCode).toBe(200);
    expect((await begin(chief, { roleKey: 'system-administrator' })).json()).toMatchObject({ title: 'System administrator', place: '', isPerson: false });
    const absent = await send(chief, 'GET', '/incidents/01890000-0000-7000-8000-00000000dead');
    for (const one of [id, open]) expect((await send(chief, 'GET', `/incidents/${one}`)).statusCode).toBe((await send(admin, 'GET', `/incidents/${one}`)).statusCode);
    expect(absent.statusCode).toBe(403);
    const me = (await send(chief, 'GET', '/identity/me')).json();
    const [own, its] = [(await send(admin, 'GET', '/identity/me')).json().permissions as string[], me.permissions as string[]];
    expect(me).toMatchObject({ personId: chief.id, name: 'Chief', seeingAs: { title: 'System administrator' } });
    expect(its.every((permission) => own.includes(permission))).toBe(true);
    expect(its).toContain('sites:read');
    expect((await end(chief)).json()).toEqual({ ended: true });
    expect((await send(chief, 'GET', `/incidents/${id}`)).statusCode).toBe(200);
    await begin(chief, { roleKey: 'gsoc-supervisor' });
    expect((await send(chief, 'GET', `/incidents/${open}`)).statusCode).toBe(200);
    expect((await send(chief, 'GET', `/incidents/${id}`)).statusCode).toBe(404);
    expect((await send(chief, 'GET', '/incidents?limit=200')).body).not.toMatch(/canary-incident-(walled|otherwise)/);
    await end(chief);
  });
});

describe('nothing is changed', () => {
  test('every operation that would write is refused in words, and leaves no entry', async () => {
    await begin(chief, { roleKey: 'cso' });
    const { rows: [before] } = await fresh.owner.query('select count(*)::int as n from ledger.entry');
    const wrong: string[] = [];
    for (const operation of operationsOf(modules).filter(({ method, endpoint }) => method !== 'GET' && endpoint.permission !== 'public' && endpoint.throughLens === undefined)) {
      const payload = operation.endpoint.body ? (exampleOf(operation.endpoint.body, { personId: department.target, roleKey: 'reception', recordId: department.at('incident', 'here').id }, operation.key) as object) : undefined;
      const id = department.at('incident', 'here').id;
      const answer = await app.inject({ method: operation.method, url: urlOf(operation, { id, rowId: id, n: 0 }), headers: chief.headers, ...(payload && { payload }) });
      const { type, detail } = answer.json<{ type: string; detail: string }>();
      if (answer.statusCode !== 403 || !['urn:problem:platform.only_looking', 'urn:problem:platform.forbidden'].includes(type) || detail.length < 20) wrong.push(`${operation.key}: ${answer.statusCode} ${type}`);
    }
    expect(wrong).toEqual([]);
    for (const path of [`/incidents/${department.at('incident', 'here').id}/report.pdf`, '/ledger/export']) expect((await send(chief, 'GET', path)).json().type).toBe('urn:problem:platform.only_looking');
    expect((await fresh.owner.query('select count(*)::int as n from ledger.entry')).rows[0]).toEqual(before);
    await end(chief);
  });

  test('by the database: the transaction is read-only, whatever the statement, and stays so', async () => {
    const viewer = await aViewer(['cso', null]);
    await begin(viewer, { roleKey: 'cso' });
    const write = (text: string) => fresh.db.send([enter(actorOf(viewer), 'sites:write'), { text, values: [] }]).then(() => 'written', (error: { code: string }) => error.code);
    expect(await write(`update sites.site set city = 'Changed'`)).toBe('25006');
    expect(await write(`select set_config('transaction_read_only', 'off', true)`)).toBe('25001');
    expect(await write(`select access.end_lenses_over()`)).toBe('25006');
    await end(viewer);
    expect(await write(`update sites.site set city = city`)).toBe('written');
  });
});

describe('who sees as whom', () => {
  test('is for who holds the right, in a browser, and of people for who reads rights', async () => {
    const operator = await aViewer(['gsoc-operator', null]);
    expect((await begin(operator, { roleKey: 'reception' })).statusCode).toBe(403);
    expect((await begin(chief, {})).statusCode).toBe(422);
    expect((await begin(chief, { roleKey: 'reception', personId: admin.id })).statusCode).toBe(422);
    expect((await begin(chief, { roleKey: 'wall-lead' })).json().type).toBe('urn:problem:identity.no_such_role');
    expect((await begin(chief, { personId: chief.id })).statusCode).toBe(422);
    expect((await begin(chief, { personId: SERVICE.steward })).json().type).toBe('urn:problem:identity.no_such_person');
    const key = await aViewer(['cso', null]);
    await fresh.owner.query(`update access.session set kind = 'key' where person_id = $1`, [key.id]);
    expect((await begin(key, { roleKey: 'reception' })).json().type).toBe('urn:problem:identity.see_as_in_browser');
    await begin(chief, { roleKey: 'cso' });
    expect((await begin(chief, { roleKey: 'reception' })).json().type).toBe('urn:problem:platform.only_looking');
    await end(chief);
  });

  test('is written into the ledger by the viewer’s own name, as it begins and as it ends', async () => {
    const viewer = await aViewer(['cso', null]);
    await begin(viewer, { personId: admin.id });
    await end(viewer);
    const { rows } = await fresh.owner.query(`select verb, actor, body::jsonb -> 'after' ->> 'personId' as person from ledger.entry where record_id = $1 order by xid, id`, [viewer.id]);
    expect(rows).toEqual([{ verb: 'identity.see-as-begun', actor: viewer.id, person: admin.id }, { verb: 'identity.see-as-ended', actor: viewer.id, person: null }]);
    expect((await end(viewer)).json()).toEqual({ ended: false });
  });

  test.each<[string, (viewer: Actor) => Promise<unknown>]>([
    ['its time', async (viewer) => {
      await fresh.owner.query(`update access.lens set begun_at = now() - interval '20 minutes', until = now() - interval '1 second' where viewer_id = $1`, [viewer.id]);
      await endRunOut(await fresh.as(SERVICE.steward));
    }],
    ['signing out', (viewer) => send(viewer, 'POST', '/identity/sign-out')],
    ['the end of its session', (viewer) => fresh.owner.query('delete from access.session where person_id = $1', [viewer.id])],
    ['a change of the viewer’s rights', (viewer) => fresh.owner.query(`update access.grant set until = greatest(now(), since + interval '1 microsecond') where person_id = $1`, [viewer.id])],
    ['a change of what a role may', () => fresh.owner.query(`with gone as (delete from access.role_permission p using access.role r where r.id = p.role_id and r.key = 'officer' returning p.*) select from gone`)],
  ])('ends with %s, and the ledger says so', async (_what, cause) => {
    const viewer = await aViewer(['cso', null]);
    expect((await begin(viewer, { roleKey: 'gsoc-operator' })).statusCode).toBe(201);
    await cause(viewer);
    expect(await ended(viewer)).toBe(1);
    expect((await fresh.owner.query(`select from access.lens l where viewer_id = $1 union all select from access.sight s where not exists (select from access.person p where p.id = s.person_id) and not exists (select from access.lens l where l.id = s.person_id)`, [viewer.id])).rowCount).toBe(0);
  });
});
