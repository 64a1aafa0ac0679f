import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aSite } from '#modules/devices/testing.ts';
import { aPerson, type Somebody } from '#modules/identity/testing.ts';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { buildServer } from '#platform/kernel/http.ts';
import type { Reply } from '#platform/kernel/contract.ts';
import { type FreshDatabase, freshDatabase } from '#platform/testing/database.ts';
import type * as contract from './contract.ts';
import { type Figure, figureOf, suppressedParts } from './figure-rules.ts';
import { freezeDue } from './freeze.service.ts';
import metrics from './module.ts';
import { duePeriods, periodOf } from './periods.ts';
import { tellableAt, tellableQuarter } from './telling.ts';

let fresh: FreshDatabase;
let app: FastifyInstance;
let chief: Somebody;
let analyst: Somebody;
let operator: Somebody;
let [utrecht, lyon] = ['', ''];
let [month, quarter] = ['', ''];
const NOW = new Date('2026-04-03T08:00:00Z');
const MARCH = periodOf('month', new Date('2026-03-10T00:00:00Z'));

async function read<T>(url: string, who = chief): Promise<T> {
  const reply = await app.inject({ url: `/api/metrics${url}`, headers: who.headers });
  expect(reply.statusCode, reply.body).toBe(200);
  return reply.json<T>();
}
type Cut = Reply<typeof contract.readCutoff>;
type One = Reply<typeof contract.readFrozen>;
const figures = (id: string, who = chief, more = '') => read<Cut>(`/frozen/${id}${more}`, who);
const figure = (id: string, key: string, who = chief) => read<One>(`/frozen/${id}/figure?key=${key}`, who);
const valueOf = ({ items }: Cut, key: string) => items.find(({ metric }) => metric.key === key)?.figure;
const steward = (at: Date) => actAs(fresh.db, SERVICE.steward, () => at);

async function anIncident(number: string, siteId: string, at: string, severity = 3): Promise<void> {
  await fresh.owner.query(`insert into incidents.incident (id, number, title, type_key, severity, site_id, occurred_from, known_at, declared_by, declared_at) values ($1, $2, $2, 'burglary', $5, $3, $4, $4, $6, $4)`, [uuidv7(), number, siteId, at, severity, chief.id]);
  await fresh.owner.query(`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) select id, 'incidents.incident', number, title, state, site_id, 'incidents:read', known_at from incidents.incident where number = $1`, [number]);
}

beforeAll(async () => {
  fresh = await freshDatabase({ max: 6 });
  app = await buildServer({ db: fresh.db, modules: [metrics] });
  [utrecht, lyon] = [await aSite(fresh, 'UTR'), await aSite(fresh, 'LYO')];
  chief = await aPerson(fresh, 'Carla Chief', { role: 'cso' });
  analyst = await aPerson(fresh, 'Marc Budget', { role: 'vendor-budget-manager' });
  operator = await aPerson(fresh, 'Olga Operator', { role: 'gsoc-operator', siteId: utrecht });
  await fresh.owner.query(`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, point, handling, is_active, raised_at, known_at, last_at, answer_by, claimed_at)
    select uuidv7(), 'ALM-' || i, case when i % 2 = 0 then $1::uuid else $2::uuid end, 'c' || i, 'intrusion.alarm', 'A', 2, 'zone:' || i % 30, 'acknowledged', false, t, t, t, t, t + i * interval '1 second'
    from (select i, '2026-01-02T00:00:00Z'::timestamptz + i * interval '12 hours' as t from generate_series(1, 176) i) x`, [utrecht, lyon]);
  for (let i = 1; i <= 24; i += 1) await anIncident(`INC-${i}`, i % 2 === 0 ? utrecht : lyon, `2026-0${1 + (i % 3)}-${String(3 + i).padStart(2, '0')}T09:00:00Z`, 2 + (i % 3));
  expect(await Promise.all([steward(NOW).then(freezeDue), steward(NOW).then(freezeDue)]).then(([one, other]) => one + other)).toBe(2);
  const { items } = await read<Reply<typeof contract.listCutoffs>>('/frozen');
  [month, quarter] = ['month', 'quarter'].map((kind) => items.find((one) => one.kind === kind)?.id ?? '') as [string, string];
});
afterAll(async () => {
  await app.close();
  await fresh.drop();
});

describe('a frozen figure', () => {
  test('is that of the month, and equals the SQL that was written for it', async () => {
    const frozen = await figures(month);
    expect([frozen.startsAt, frozen.endsAt].map((at) => new Date(at).toISOString())).toEqual([MARCH.from.toISOString(), MARCH.to.toISOString()]);
    const { rows: [again] } = await fresh.owner.query<{ n: number; median: number; incidents: number }>(`select count(*)::int as n, percentile_cont(0.5) within group (order by extract(epoch from claimed_at - raised_at)) as median, (select count(*)::int from incidents.incident where known_at >= $1 and known_at < $2 and severity >= 2) as incidents from alarms.alarm where raised_at >= $1 and raised_at < $2`, [MARCH.from, MARCH.to]);
    expect(valueOf(frozen, 'alarms.claim-median')).toMatchObject({ n: again?.n, value: again?.median });
    expect(valueOf(frozen, 'incidents.number')).toMatchObject({ value: again?.incidents });
    expect(frozen.items.find(({ metric }) => metric.key === 'alarms.claim-median')).toMatchObject({ records: again?.n, metric: { version: 1 }, goals: { value: { value: 30, keeps: false } } });
    const [one, other] = [valueOf(await figures(month, chief, `?siteId=${utrecht}`), 'alarms.claim-median')?.n ?? 0, valueOf(await figures(month, chief, `?siteId=${lyon}`), 'alarms.claim-median')?.n ?? 0];
    expect([one + other, valueOf(await figures(quarter), 'alarms.claim-median')?.n]).toEqual([again?.n, 176]);
  });

  test('does not move when a record changes, goes or comes later; what it would be today is said with how many did', async () => {
    const before = await figure(month, 'alarms.claim-median');
    expect(before.today).toMatchObject({ changed: 0, gone: 0, added: 0, figure: { value: before.figure.value } });
    await fresh.owner.query(`update alarms.alarm set claimed_at = raised_at where number in ('ALM-130', 'ALM-131')`);
    await fresh.owner.query(`update alarms.alarm set is_simulated = true where number = 'ALM-132'`);
    const after = await figure(month, 'alarms.claim-median');
    expect([after.figure, after.digest, after.goals]).toEqual([before.figure, before.digest, before.goals]);
    expect(after.today).toMatchObject({ changed: 2, gone: 1, added: 0 });
    expect(after.today?.figure.n).toBe((before.figure.n ?? 0) - 1);
    await fresh.owner.query(`update alarms.alarm set is_simulated = false where number = 'ALM-132'`);
  });

  test('stands in the ledger by its digest, and nobody changes it in the database', async () => {
    const { rows } = await fresh.owner.query<{ body: string }>(`select e.body::text as body from ledger.entry e where e.verb = 'metrics.figures-frozen'`);
    const { items } = await read<Reply<typeof contract.listCutoffs>>('/frozen');
    expect(items.every(({ digest }) => rows.some(({ body }) => body.includes(digest)))).toBe(true);
    for (const table of ['cutoff', 'frozen_fact', 'frozen_figure']) await expect(fresh.owner.query(`delete from metrics.${table}`)).rejects.toMatchObject({ code: '23514' });
  });

  test('leads to its records, of which each reader sees those that they may', async () => {
    const records = (who: Somebody, more = '') => read<Reply<typeof contract.listFrozenRecords>>(`/frozen/${month}/records?key=incidents.number${more}`, who);
    const [all, own, none] = [await records(chief, '&limit=2'), await records(operator), await records(analyst)];
    expect([all.total, all.items.length, all.items[0]?.isMet]).toEqual([8, 2, true]);
    expect((await records(chief, `&limit=50&after=${all.next}`)).items).toHaveLength(6);
    expect([own.items.every(({ siteId }) => siteId === utrecht), own.total, none.total]).toEqual([true, 4, 0]);
  });

  test('of each month and quarter that ended while nothing ran is made once, when it runs again', async () => {
    const later = await steward(new Date('2026-08-01T00:05:00Z'));
    expect([await freezeDue(later), await freezeDue(later)]).toEqual([5, 0]);
    const { items } = await read<Reply<typeof contract.listCutoffs>>('/frozen');
    expect(items.map(({ kind, startsAt }) => `${kind} ${startsAt.slice(0, 7)}`).toSorted()).toEqual(['month 2026-03', 'month 2026-04', 'month 2026-05', 'month 2026-06', 'month 2026-07', 'quarter 2026-01', 'quarter 2026-04']);
  });
});

describe('who may not read the records', () => {
  test('is told nothing of few, no quarter whose months would give the difference away, and never what it would be today', async () => {
    const [march, whole] = [await figures(month, analyst), await figures(quarter, analyst)];
    for (const { figure: { n, of, missing }, records } of march.items) for (const count of [n, n === null ? null : (of ?? 0) - n, missing, records]) expect(count === null || count === 0 || count >= 5).toBe(true);
    expect(valueOf(march, 'incidents.number')).toMatchObject({ value: 8, isFew: false });
    expect(valueOf(whole, 'incidents.number')).toMatchObject({ value: null, isFew: true });
    expect((await figure(month, 'incidents.number', analyst)).today).toBeNull();
    for (const { figure: one, goals } of march.items) if (one.isFew) expect(goals.value?.keeps ?? null).toBeNull();
  });

  test('reads the same before and after one incident of the month was changed, whatever they ask', async () => {
    const past = await actAs(fresh.db, analyst.id, () => NOW);
    const { listFigures, readFigure } = await import('./figures.service.ts');
    const reading = async (): Promise<string> => {
      const asked = [await listFigures(past, { siteId: undefined, days: 28 }), await listFigures(past, { siteId: lyon, days: 28 })];
      const parts = await Promise.all((['site', 'type', 'shift'] as const).map((by) => readFigure(past, { key: 'incidents.number', siteId: undefined, days: 28, by })));
      return JSON.stringify([...asked, ...parts.map((part) => [part.figure, part.parts, part.months.at(-1)]), await figures(month, analyst), await figures(quarter, analyst)]);
    };
    const before = await reading();
    await anIncident('INC-LATE', lyon, '2026-03-20T10:00:00Z', 4);
    expect((await figure(month, 'incidents.number')).today).toMatchObject({ added: 1, figure: { value: 9 } });
    expect(await reading()).toBe(before);
  });
});

const share = (n: number, rest: number): Figure => figureOf({ as: 'share', met: ['yes'] }, [{ bin: 'yes', n }, { bin: 'no', n: rest }], { from: 0, to: 1 });
const counts = fc.record({ n: fc.nat(12), rest: fc.nat(12) });

test('whoever asks for every site of a tree learns no more than the list by site tells', () => {
  fc.assert(fc.property(fc.array(counts, { minLength: 2, maxLength: 7 }), fc.array(fc.subarray([0, 1, 2, 3, 4, 5, 6]), { maxLength: 5 }), (leaves, trees) => {
    const figuresOf = new Map(leaves.map(({ n, rest }, i) => [String(i), share(n, rest)]));
    const shown = new Set(suppressedParts([...figuresOf].map(([site, one]) => ({ site, figure: one }))).flatMap(({ site, figure: one }) => (one.isFew ? [] : [site])));
    for (const tree of trees) {
      const below = new Set(tree.map(String).filter((site) => figuresOf.has(site)));
      expect(tellableAt(figuresOf, below, new Set())).toBe([...below].every((site) => shown.has(site)));
    }
  }));
});

test('a quarter is told only where it differs from its three shown months by nothing, or by five and more', () => {
  const months = [share(9, 20), share(11, 20), share(7, 20)];
  expect([tellableQuarter(share(27, 60), months), tellableQuarter(share(28, 60), months), tellableQuarter(share(32, 60), months), tellableQuarter(share(27, 60), months.slice(1)), tellableQuarter(share(21, 60), [share(3, 20), ...months.slice(1)])]).toEqual([true, false, true, false, false]);
});

test('due is what ended since the last that was frozen, or the last that ended, and nothing before anything was known', () => {
  const names = (last: string | null, begins: string | null) => duePeriods('month', new Date('2026-04-01T00:00:00Z'), begins === null ? null : new Date(begins), last === null ? null : new Date(last)).map(({ from }) => from.toISOString().slice(0, 7));
  expect([names(null, '2025-01-01T00:00:00Z'), names('2025-12-01T00:00:00Z', '2025-01-01T00:00:00Z'), names('2026-03-01T00:00:00Z', '2025-01-01T00:00:00Z'), names(null, null), names(null, '2026-04-01T00:00:00Z')]).toEqual([['2026-03'], ['2026-01', '2026-02', '2026-03'], [], [], []]);
});
