import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '#platform/kernel/db/pool.ts';
import { buildServer } from '#platform/kernel/http.ts';
import { openKeys } from '#platform/kernel/ledger/keys.ts';
import { startSequencer } from '#platform/kernel/ledger/sequencer.ts';
import { seal } from '#platform/kernel/ledger/testing.ts';
import { discoverModules } from '#platform/kernel/modules.ts';
import { Pump } from '#platform/live/pump.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import { aCrowd, eachOf } from './testing/crowd.ts';
import { type Actor, aDepartment, type Department, type Fixture } from './testing/department.ts';
import { SEEN_WITH } from './testing/policy.ts';
import { visibleOf } from './testing/reading.ts';
import { rehearsing } from './testing/rehearsal.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let department: Department;
let crowd: Actor[];
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ max: 8 });
  department = await aDepartment(fresh);
  app = await buildServer({ db: rehearsing(fresh.db), modules: await discoverModules() });
  const { scoped, behind } = await aCrowd(department);
  crowd = [...scoped, ...behind];
  await sealAll();
});
afterAll(async () => {
  await app.close();
  await worker.close();
  await fresh.drop();
});

/** Numbers the ledger's entries as the worker does, so that they can be browsed. */
async function sealAll(): Promise<void> {
  worker = openDatabase({ url: fresh.url, role: 'parapet_worker', max: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'sight-'));
  const sequencer = startSequencer({ pool: worker.pool, keys: openKeys(join(folder, 'keys')), headFile: join(folder, 'heads'), everyMs: 0 });
  const { rows } = await fresh.owner.query<{ n: number }>('select count(*)::int as n from ledger.entry');
  expect((await seal(sequencer, rows[0]?.n ?? 0)).sealed).toBe(rows[0]?.n);
  await sequencer.stop();
  rmSync(folder, { recursive: true, force: true });
}

const get = (who: Pick<Actor, 'headers'>, url: string) => app.inject({ url, headers: who.headers });

const WORDS = /(ledger of )?canary-(?:alarm|source|incident|task|file|comment|link|signal|person|decision|site|grant|key|allowance|delivery|rule|device|workorder|plan|exercise|process|case|report|exhibit)-(?:here|elsewhere|nowhere|walled|otherwise|region|below)/g;
const canariesIn = (text: string): Set<string> => new Set(text.match(WORDS) ?? []);

/** Does the declared policy let this person see the record itself? */
function sees(who: Actor, { kind, label, readWith }: Fixture): boolean {
  const { holds, may } = department.policy;
  if (kind in SEEN_WITH) return holds(who, readWith);
  return may(who, readWith, label) && (kind !== 'task' || holds(who, 'tasks:read')) && (kind !== 'file' || holds(who, 'files:read')) && (kind !== 'comment' || holds(who, 'thread:read'));
}
/** What stands here without an entry of its own in the ledger. */
const WITHOUT_LEAF: ReadonlySet<string> = new Set(['task', 'decision', 'file', 'comment']);
const seesLedgerOf = (who: Actor, { label }: Fixture): boolean => department.policy.may(who, 'ledger:read', label);

/** Every canary that may stand in an answer for this person. A site's name also stands above those below it. */
function allowed(who: Actor): Set<string> {
  const { fixtures, sites } = department;
  const names = fixtures.filter((one) => sees(who, one)).map(({ canary }) => canary);
  const above = names.includes('canary-site-below') ? [`canary-site-here`, 'canary-site-region'] : names.includes('canary-site-here') && sites.region ? ['canary-site-region'] : [];
  return new Set([...names, ...above, ...fixtures.filter((one) => seesLedgerOf(who, one)).map(({ canary }) => `ledger of ${canary}`)]);
}

/** Asks for a list as everybody; answers what stood there and may not, and what is missing of the kinds that it lists. */
async function leaksOf(url: string, kinds: readonly string[], extra = ''): Promise<string[]> {
  const wrong: string[] = [];
  let shown = 0;
  await eachOf(crowd, async (who) => {
    const answer = await get(who, url);
    if (answer.statusCode === 403) return;
    if (answer.statusCode !== 200) return void wrong.push(`${url} by ${who.name}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
    const found = canariesIn(answer.body);
    const may = allowed(who);
    shown += found.size;
    for (const canary of found) if (!may.has(canary)) wrong.push(`${url} shows ${canary} to ${who.name}`);
    for (const one of department.fixtures) {
      const isListed = extra === 'ledger' ? seesLedgerOf(who, one) && !WITHOUT_LEAF.has(one.kind) && one.kind !== 'signal' && !(one.kind in SEEN_WITH) : kinds.includes(one.kind) && sees(who, one);
      const canary = extra === 'ledger' ? `ledger of ${one.canary}` : one.canary;
      if (isListed && !found.has(canary)) wrong.push(`${url} keeps ${canary} from ${who.name}`);
    }
  });
  if (shown === 0) wrong.push(`${url} showed nothing to anybody`);
  return wrong;
}

const OPEN_AND_WALLED = (): Fixture[] => [department.at('incident', 'here'), department.at('incident', 'walled')];

describe('lists, searches and files hold what their reader may see, all of it and nothing else', () => {
  test.each([
    ['/api/alarms?state=all&limit=200', ['alarm']], ['/api/alarms?limit=200', ['alarm']], ['/api/signals?limit=200', ['signal']], ['/api/signals/sources?limit=200', ['source']], ['/api/signals/sources?q=canary&limit=200', ['source']],
    ['/api/incidents?limit=200', ['incident']], ['/api/incidents?q=canary&limit=200', ['incident']], ['/api/incidents?state=open&severity=2&limit=200', ['incident']], ['/api/cases?limit=200', ['case']], ['/api/cases?q=canary&limit=200', ['case']], ['/api/cases/reports?limit=200', ['report']], ['/api/exhibits?limit=200', ['exhibit']], ['/api/exhibits?q=canary&limit=200', ['exhibit']], ['/api/sites?limit=200', ['site']], ['/api/sites?q=canary&limit=200', ['site']],
    ['/api/sites/tree?limit=200', []], ['/api/sites/export', ['site']], ['/api/people?q=canary&limit=200', ['person']], ['/api/identity/grants?limit=200', []], ['/api/identity/keys', ['key']], ['/api/net/allowances', ['allowance']], ['/api/alarms/rules?limit=200', ['rule']], ['/api/deliver/deliveries?limit=200', ['delivery']],
    ['/api/two-person?view=all&limit=200', ['decision']], ['/api/two-person?limit=200', ['decision']],
    ['/api/search?q=canary&limit=50', ['alarm', 'source', 'incident', 'case', 'exhibit', 'person', 'site']],
  ] as [string, string[]][])('%s', async (url, kinds) => {
    expect(await leaksOf(url, kinds)).toEqual([]);
  });

  test('the tasks of an incident, in the open and behind a wall', async () => {
    for (const { id, place } of OPEN_AND_WALLED()) {
      const wrong = await leaksOf(`/api/tasks?recordId=${id}`, []);
      expect(wrong).toEqual([]);
      for (const who of crowd) {
        const task = department.at('task', place);
        if (sees(who, task)) expect(canariesIn((await get(who, `/api/tasks?recordId=${id}`)).body), who.name).toContain(task.canary);
      }
    }
  });

  test('the files of an incident, in the open and behind a wall', async () => {
    for (const { id, place } of OPEN_AND_WALLED()) {
      expect(await leaksOf(`/api/files?recordId=${id}`, [])).toEqual([]);
      const file = department.at('file', place);
      for (const who of crowd.filter((one) => sees(one, file))) expect(canariesIn((await get(who, `/api/files?recordId=${id}`)).body), who.name).toContain(file.canary);
    }
  });

  test('the comments and the links of an incident, in the open and behind a wall', async () => {
    for (const place of ['here', 'walled'] as const) {
      const { id } = department.at('incident', place);
      for (const [part, kind] of [['comments', 'comment'], ['links', 'link']] as const) {
        const url = `/api/thread/${part}?recordId=${id}`;
        expect(await leaksOf(url, [])).toEqual([]);
        const one = department.at(kind, place);
        for (const who of crowd.filter((person) => sees(person, one) && department.policy.holds(person, 'thread:read'))) expect(canariesIn((await get(who, url)).body), who.name).toContain(one.canary);
      }
    }
  });

  test('the ledger, page by page and as a whole: what is behind a wall is a number and a hash', async () => {
    expect(await leaksOf('/api/ledger/entries?limit=200', [], 'ledger')).toEqual([]);
    expect(await leaksOf('/api/ledger/export', [], 'ledger')).toEqual([]);
    const cso = crowd.find(({ name }) => name === 'cso of the organisation') as Actor;
    const lines = (await get(cso, '/api/ledger/export')).body.trim().split('\n').map((line) => JSON.parse(line) as { n?: number; hash?: string; entry?: unknown });
    const sealed = lines.filter((line) => line.n !== undefined && line.entry === undefined);
    expect(sealed.length).toBe(department.fixtures.filter(({ label, kind }) => label.wall !== null && !WITHOUT_LEAF.has(kind)).length);
    for (const line of sealed) expect(Object.keys(line)).toEqual(['n', 'hash']);
  });

  test('numbers of what is hidden are counted nowhere', async () => {
    for (const who of crowd) {
      const answer = await get(who, '/api/alarms/summary');
      if (answer.statusCode !== 200) continue;
      const open = answer.json<{ open: { count: number }[] }>().open.reduce((sum, { count }) => sum + count, 0);
      expect([who.name, open]).toEqual([who.name, department.fixtures.filter((one) => one.kind === 'alarm' && sees(who, one)).length]);
      const sites = await get(who, '/api/sites?limit=1');
      if (sites.statusCode === 200) expect([who.name, sites.json<{ total: number }>().total]).toEqual([who.name, department.fixtures.filter((one) => one.kind === 'site' && sees(who, one)).length]);
    }
  });
});

describe('what a record leads to', () => {
  const PARTS_OF = ['', '/thread', '/timeline', '/log', '/members'];
  test('an incident shows of its thread, tasks and people what its reader may see', async () => {
    const wrong: string[] = [];
    await eachOf(crowd, async (who) => {
      for (const part of PARTS_OF) {
        const answer = await get(who, `/api/incidents/${department.at('incident', 'here').id}${part}`);
        const may = allowed(who);
        for (const canary of canariesIn(answer.body)) if (!may.has(canary)) wrong.push(`${part} shows ${canary} to ${who.name}`);
        if (answer.statusCode >= 500) wrong.push(answer.body);
      }
    });
    expect(wrong).toEqual([]);
  });

  test('an alarm shows of its signals those that its reader may see', async () => {
    const wrong: string[] = [];
    await eachOf(crowd, async (who) => {
      const answer = await get(who, `/api/alarms/${department.at('alarm', 'here').id}`);
      const may = allowed(who);
      const found = canariesIn(answer.body);
      for (const canary of found) if (!may.has(canary)) wrong.push(`shows ${canary} to ${who.name}`);
      if (answer.statusCode === 200 && may.has('canary-signal-here') && !found.has('canary-signal-here')) wrong.push(`keeps the signal from ${who.name}`);
    });
    expect(wrong).toEqual([]);
  });

  test('live updates tell each person of exactly the records that they may see', async () => {
    const pump = new Pump(fresh.db);
    const told = department.fixtures.filter(({ kind }) => ['alarm', 'source', 'incident', 'person', 'site'].includes(kind));
    await eachOf(crowd, async (who) => {
      const heard = new Set((await pump.missed(who.id, { xid: '0', seq: 0 }))?.map(({ id }) => id));
      expect([who.name, told.filter(({ id }) => heard.has(id)).map(({ canary }) => canary).sort()]).toEqual([who.name, told.filter((one) => sees(who, one)).map(({ canary }) => canary).sort()]);
    });
  });

  test('who is suspended is told of nothing any more', async () => {
    const [gone] = await department.enrol([{ name: 'Gone', grants: [{ role: 'cso', site: null, isInForce: true }], parts: [] }]);
    const pump = new Pump(fresh.db);
    expect((await pump.missed(gone?.id ?? '', { xid: '0', seq: 0 }))?.length).toBeGreaterThan(3);
    await fresh.owner.query(`update access.person set state = 'suspended' where id = $1`, [gone?.id]);
    expect(await pump.missed(gone?.id ?? '', { xid: '0', seq: 0 })).toEqual([]);
  });
});

const PERMISSIONS = ['incidents:read', 'alarms:read', 'tasks:read', 'ledger:read', 'sites:read'] as const;
const ROLE_KEYS = ['cso', 'gsoc-operator', 'auditor', 'reception', 'employee', 'system-administrator'] as const;
const PART_KEYS = ['wall-lead', 'wall-reader', 'wall-custodian'] as const;
const SPANS = [[-20, -10], [-20, 10], [-5, 5], [5, 20], [10, 20]] as const;
const WHO = 4, WALLS = 2, SITES = 6;

const span = fc.constantFrom(...SPANS);
const worlds = fc.record({
  parents: fc.array(fc.integer({ min: -1, max: SITES - 2 }), { minLength: SITES, maxLength: SITES }),
  grants: fc.array(fc.record({ who: fc.nat(WHO - 1), role: fc.constantFrom(...ROLE_KEYS), site: fc.option(fc.nat(SITES - 1)), span }), { maxLength: 10 }),
  members: fc.uniqueArray(fc.record({ who: fc.nat(WHO - 1), wall: fc.nat(WALLS - 1), part: fc.constantFrom(...PART_KEYS), span }), { maxLength: 5, selector: ({ who, wall }) => `${who} ${wall}` }),
  suspended: fc.option(fc.nat(WHO - 1)),
  records: fc.array(fc.record({ site: fc.option(fc.nat(SITES - 1)), wall: fc.option(fc.nat(WALLS - 1), { freq: 3 }), permission: fc.constantFrom(...PERMISSIONS) }), { minLength: 1, maxLength: 8 }),
});

/** The same right twice, with a gap in which today lies: on the site itself and from above, and behind a wall at an end. */
const GAP: typeof worlds extends fc.Arbitrary<infer World> ? World : never = {
  parents: [-1, 0, -1, -1, -1, -1], members: [{ who: 1, wall: 0, part: 'wall-lead', span: SPANS[0] }], suspended: null,
  grants: [{ who: 0, role: 'cso', site: 1, span: SPANS[0] }, { who: 0, role: 'cso', site: 0, span: SPANS[4] }, { who: 0, role: 'cso', site: 1, span: SPANS[4] }],
  records: [{ site: 1, wall: null, permission: 'incidents:read' }, { site: 0, wall: 0, permission: 'incidents:read' }],
};

test('what live updates tell, what row security lets be read, and what the policy says are the same, for any grants, walls and sites', async () => {
  const { owner } = fresh;
  await fc.assert(
    fc.asyncProperty(worlds, async ({ parents, grants, members, suspended, records }) => {
      const [sites, walls, who] = [SITES, WALLS, WHO].map((n) => Array.from({ length: n }, () => uuidv7())) as [string[], string[], string[]];
      const parentOf = sites.map((_, i) => Math.min(parents[i] ?? -1, i - 1));
      for (const [i, id] of sites.entries()) await owner.query('select access.place_site($1, $2)', [id, sites[parentOf[i] ?? -1] ?? null]);
      await owner.query(`insert into access.person (id, kind, name, state) select unnest($1::uuid[]), 'human', 'Somebody', 'active'`, [who]);
      await owner.query(`insert into access.wall (id, opened_by) select unnest($1::uuid[]), $2`, [walls, who[0]]);
      const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
      for (const grant of grants) await owner.query(`insert into access.grant (id, person_id, role_id, site_id, since, until) select uuidv7(), $1, id, $2, $3, $4 from access.role where key = $5`, [who[grant.who], grant.site === null ? null : sites[grant.site], inDays(grant.span[0]), inDays(grant.span[1]), grant.role]);
      for (const one of members) await owner.query(`insert into access.wall_member (wall_id, person_id, part_id, since, until) select $1, $2, id, $3, $4 from access.role where key = $5`, [walls[one.wall], who[one.who], inDays(one.span[0]), inDays(one.span[1]), one.part]);
      const ids = records.map(() => uuidv7());
      for (const [i, { site, wall, permission }] of records.entries()) {
        const label = [ids[i], site === null ? null : sites[site], wall === null ? null : walls[wall], permission];
        await owner.query(`insert into platform.record (id, kind, title, state, site_id, wall_id, read_permission, at) values ($1, 'test.record', 'A record', 'open', $2, $3, $4, now())`, label);
        await owner.query(`insert into platform.outbox (topic, record_id, site_id, wall_id, read_permission) values ('test.changed', $1, $2, $3, $4)`, label);
      }
      if (suspended !== null) await owner.query(`update access.person set state = 'suspended' where id = $1`, [who[suspended]]);

      const covers = (top: number, site: number): boolean => top === site || ((parentOf[site] ?? -1) >= 0 && covers(top, parentOf[site] ?? -1));
      const isNow = ([from, to]: readonly [number, number]) => from < 0 && to > 0;
      const holds = (role: string, permission: string) => department.policy.holds({ state: 'active', grants: [{ role, site: null, isInForce: true }], parts: [] }, permission);
      const declared = who.map((_, n) => records.flatMap(({ site, wall, permission }, i) => {
        const byGrant = wall === null && grants.some((grant) => grant.who === n && isNow(grant.span) && holds(grant.role, permission) && (grant.site === null || (site !== null && covers(grant.site, site))));
        const byPart = wall !== null && members.some((one) => one.who === n && one.wall === wall && isNow(one.span) && holds(one.part, permission));
        return n !== suspended && (byGrant || byPart) ? [i] : [];
      }));
      const read = await Promise.all(who.map(async (id, n) => {
        if (n === suspended) return [];
        const rows = await visibleOf(await fresh.as(id), ids);
        return ids.flatMap((record, i) => (rows.has(record) ? [i] : []));
      }));
      const seersOf = await seersAmong(who, ids);
      const told = who.map((id) => ids.flatMap((record, i) => (seersOf.get(record)?.includes(id) ? [i] : [])));
      expect({ read, told }).toEqual({ read: declared, told: declared });
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000, examples: [[GAP]] },
  );
}, 180_000);

/** Who of these people live updates would tell of each record; transactions of others on the same server hold it back for a moment. */
async function seersAmong(people: readonly string[], ids: readonly string[]): Promise<Map<string, string[]>> {
  for (const until = Date.now() + 15_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const [answer] = await fresh.db.send([{ text: `select record_id, seers from platform.outbox_since('0', 0, $1::uuid[], 100000) where record_id = any ($2::uuid[])`, values: [people, ids] }]);
    if (answer?.rows.length === ids.length) return new Map(answer.rows.map((row) => [row['recordId'] as string, row['seers'] as string[]]));
  }
  throw new Error('Live updates did not come within 15 s.');
}
