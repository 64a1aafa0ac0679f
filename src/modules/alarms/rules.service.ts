import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { notAllowed } from '#platform/kernel/access.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import { cursorAfter, readCursor } from '#platform/kernel/list.ts';
import { notFound, Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { typeOf } from '#modules/signals/public.ts';
import { alarms, type Tx } from './alarm-row.ts';
import { neverSuppressed } from './conditions.ts';
import { type Definition, faultsOf, FEWEST_DAYS } from './correlation-rules.ts';
import type * as contract from './rule-contract.ts';
import type { BackTest, Rule, RuleSummary, RuleVersion } from './rule-contract.ts';

const WRITE = 'alarms:rules';
const PUBLISH = 'alarms:publish-rules';
const DAY_MS = 86_400_000;
const MOST_TESTS = 50;
const MOST_VERSIONS = 200;

type Db = Pick<Tx, 'selectFrom'>;

/** What is the whole organisation's: without a site, seen by who reads alarms. */
export const toldOfRule = (verb: string, before: object | null, after: { id: string } & Record<string, unknown>): Change<{ id: string }> =>
  ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: 'alarms:read' }, erasable: ['why', 'reason'].filter((field) => field in after) });

/** A rule is at work at every site, so that who writes, tries or publishes one holds the right everywhere. */
export async function checkHoldsEverywhere(tx: Tx, permission: string): Promise<void> {
  const [row] = await tx.selectNoFrom([sql<boolean>`access.org_may(${permission})`.as('may')]).execute();
  if (!row?.may) throw notAllowed(permission);
}

const LATEST = sql<string>`coalesce((select max(greatest(v.written_at, v.activated_at, v.retired_at)) from alarms.rule_version v where v.rule_id = r.id), r.created_at)`;
const shown = sql`(select v.* from alarms.rule_version v where v.rule_id = r.id order by v.state = 'active' desc, v.n desc limit 1)`;

/** Rules, the last changed first. */
export async function listRules(ctx: Ctx, { state, after, limit }: Input<typeof contract.listRules>): Promise<Reply<typeof contract.listRules>> {
  const place = after === undefined ? null : readCursor(after);
  const since = new Date(ctx.now().getTime() - 30 * DAY_MS).toISOString();
  let query = alarms.read(ctx).selectFrom(sql<RuleSummary>`(select r.id, r.number, r.name, r.version, v.definition ->> 'kind' as kind, v.definition ->> 'result' as result, (v.definition ->> 'priority')::int as priority, (v.definition ->> 'withinS')::int as "withinS", v.state,
      case when v.state = 'active' then v.n end as "activeN", (select d.n from alarms.rule_version d where d.rule_id = r.id and d.state = 'draft') as "draftN",
      (select count(*)::int from alarms.alarm a join alarms.rule_version o on o.id = a.rule_version_id where o.rule_id = r.id and a.raised_at > ${since}::timestamptz) as alarms, ${LATEST} as "changedAt"
    from alarms.rule r cross join lateral ${shown} v)`.as<'r'>(sql`r`)).selectAll().orderBy(sql`"changedAt"`, 'desc').orderBy('r.id', 'desc').limit(limit);
  if (state !== 'all') query = query.where('r.state', '=', state);
  if (place) query = query.where(sql<boolean>`("changedAt", r.id) < (${place.at}::timestamptz, ${place.id}::uuid)`);
  const items = (await query.execute()) as RuleSummary[];
  const last = items.at(-1);
  return { items, next: last && items.length === limit ? cursorAfter(last.changedAt, last.id) : null };
}

const versions = (db: Db) =>
  db.selectFrom('alarms.ruleVersion as v').innerJoin('access.person as w', 'w.id', 'v.writtenBy').leftJoin('access.person as a', 'a.id', 'v.activatedBy').leftJoin('access.person as x', 'x.id', 'v.retiredBy')
    .select(['v.id', 'v.ruleId', 'v.n', 'v.name', 'v.why', 'v.definition', 'v.state', 'v.writtenBy', 'w.name as writer', 'v.writtenAt', 'v.activatedBy', 'a.name as activator', 'v.activatedAt', 'v.activatedWhy', 'v.isAlone', 'v.retiredBy', 'x.name as retirer', 'v.retiredAt', 'v.retiredWhy', 'v.holdsFrom', 'v.holdsUntil']);
type VersionRow = Awaited<ReturnType<ReturnType<typeof versions>['execute']>>[number];

const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });
const versionOf = ({ ruleId: _rule, writer, activator, retirer, ...row }: VersionRow): RuleVersion =>
  ({ ...row, definition: row.definition as Definition, writtenBy: { id: row.writtenBy, name: writer }, activatedBy: named(row.activatedBy, activator), retiredBy: named(row.retiredBy, retirer) });

const tests = (db: Db) =>
  db.selectFrom('alarms.backTest as t').innerJoin('access.person as p', 'p.id', 't.byId').innerJoin('alarms.ruleVersion as v', 'v.id', 't.versionId')
    .select(['t.id', 't.versionId', 'v.ruleId', 'p.name as by', 't.at', 't.fromAt', 't.untilAt', 't.signals', 't.found', 't.same', 't.onlyActive', 't.isWhole', 't.isCut']);
type TestRow = Awaited<ReturnType<ReturnType<typeof tests>['execute']>>[number];
const testOf = ({ ruleId: _rule, fromAt, untilAt, ...row }: TestRow): BackTest => ({ ...row, from: fromAt, until: untilAt });

export async function getRule(ctx: Ctx, { id }: Input<typeof contract.getRule>): Promise<Rule> {
  const [rules, ofRule, tried, may] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    db.selectFrom('alarms.rule').select(['id', 'number', 'name', 'version', 'createdAt']).where('id', '=', id),
    versions(db as unknown as Db).where('v.ruleId', '=', id).orderBy('v.n', 'desc').limit(MOST_VERSIONS),
    tests(db as unknown as Db).where('v.ruleId', '=', id).orderBy('t.at', 'desc').limit(MOST_TESTS),
    db.selectNoFrom([sql<boolean>`access.org_may(${WRITE})`.as('write'), sql<boolean>`access.org_may(${PUBLISH})`.as('publish')]),
  ]);
  if (!rules[0]) throw notFound();
  return { ...rules[0], versions: ofRule.map(versionOf), backTests: tried.map(testOf), mayWrite: may[0]?.write === true, mayPublish: may[0]?.publish === true };
}

const isVital = (type: string): boolean => {
  const kind = typeOf(type);
  return kind !== null && neverSuppressed(kind);
};
const TAXONOMY = { isKnown: (type: string) => typeOf(type) !== null, raises: (type: string) => typeOf(type)?.raisesAlarm === true, isVital };

function checkWritten(definition: Definition): void {
  const faults = faultsOf(definition, TAXONOMY);
  if (faults.length > 0) throw new Problem('refused', 'alarms.rule_incomplete', 'The rule cannot be kept like this.', { errors: faults });
}

const draftOf = (ctx: Ctx, ruleId: string, n: number, { name, why, definition }: Input<typeof contract.writeRule>) =>
  ({ id: uuidv7(), ruleId, n, name, why, definition: JSON.stringify(definition), state: 'draft' as const, writtenBy: ctx.personId, writtenAt: ctx.now().toISOString() });

export async function writeRule(ctx: Ctx, written: Input<typeof contract.writeRule>): Promise<Rule> {
  return alarms.writeMany(ctx, WRITE, async (tx) => {
    await checkHoldsEverywhere(tx, WRITE);
    checkWritten(written.definition);
    const made = { id: uuidv7(), name: written.name, createdBy: ctx.personId, createdAt: ctx.now().toISOString() };
    const [{ number }] = (await tx.selectNoFrom([sql<string>`platform.next_number('RUL', ${ctx.now().getUTCFullYear()})`.as('number')]).execute()) as [{ number: string }];
    await tx.insertInto('alarms.rule').values({ ...made, number }).execute();
    await tx.insertInto('alarms.ruleVersion').values(draftOf(ctx, made.id, 1, written)).execute();
    return { changes: [toldOfRule('rule-drafted', null, { id: made.id, number, n: 1, ...written })], result: await getRule(ctx, { id: made.id }) };
  });
}

const changedMeanwhile = (): Problem => new Problem('stale', 'alarms.rule_changed_meanwhile', 'Somebody changed this rule since you read it. Look again, then change it.');

/** Locks the rule and counts its version on. Throws 404, 412. */
async function hold(ctx: Ctx, tx: Tx, id: string): Promise<{ version: number; name: string; number: string }> {
  const before = await tx.selectFrom('alarms.rule').select(['version', 'name', 'number']).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound();
  if (ctx.ifMatch !== undefined && ctx.ifMatch !== before.version) throw changedMeanwhile();
  await tx.updateTable('alarms.rule').set({ version: before.version + 1 }).where('id', '=', id).execute();
  return before;
}

/** The draft is written over; where there is none, the next version is one. */
export async function changeDraft(ctx: Ctx, { id, ...written }: Input<typeof contract.changeDraft>): Promise<Rule> {
  return alarms.writeMany(ctx, WRITE, async (tx) => {
    await checkHoldsEverywhere(tx, WRITE);
    await hold(ctx, tx, id);
    checkWritten(written.definition);
    const last = await tx.selectFrom('alarms.ruleVersion').select(['id', 'n', 'state', 'name', 'why', 'definition']).where('ruleId', '=', id).orderBy('n', 'desc').limit(1).executeTakeFirstOrThrow();
    const isDraft = last.state === 'draft';
    const next = draftOf(ctx, id, isDraft ? last.n : last.n + 1, written);
    // What was tried was another rule: its tests stay with the version that was tried.
    const wasTried = isDraft && (await tx.selectFrom('alarms.backTest').select('id').where('versionId', '=', last.id).limit(1).executeTakeFirst()) !== undefined;
    if (isDraft && !wasTried) await tx.updateTable('alarms.ruleVersion').set({ name: next.name, why: next.why, definition: next.definition, writtenBy: next.writtenBy, writtenAt: next.writtenAt }).where('id', '=', last.id).execute();
    else {
      if (isDraft) await tx.updateTable('alarms.ruleVersion').set({ state: 'retired', retiredBy: ctx.personId, retiredAt: next.writtenAt, retiredWhy: 'Written anew' }).where('id', '=', last.id).execute();
      await tx.insertInto('alarms.ruleVersion').values({ ...next, n: isDraft ? last.n + 1 : next.n }).execute();
    }
    const isInForce = await tx.selectFrom('alarms.ruleVersion').select('id').where('ruleId', '=', id).where('activatedAt', 'is not', null).limit(1).executeTakeFirst();
    if (!isInForce) await tx.updateTable('alarms.rule').set({ name: written.name }).where('id', '=', id).execute();
    return { changes: [toldOfRule('rule-drafted', { name: last.name, why: last.why, definition: last.definition }, { id, n: isDraft && wasTried ? last.n + 1 : next.n, ...written })], result: await getRule(ctx, { id }) };
  });
}

/** In force from the step in which the correlator takes it up; the version before it ends there. */
export async function activateVersion(ctx: Ctx, { id, versionId, backTestId, reason }: Input<typeof contract.activateVersion>): Promise<Rule> {
  return alarms.writeMany(ctx, PUBLISH, async (tx) => {
    await checkHoldsEverywhere(tx, PUBLISH);
    await hold(ctx, tx, id);
    const version = await tx.selectFrom('alarms.ruleVersion').select(['id', 'n', 'name', 'state', 'writtenBy']).where('id', '=', versionId).where('ruleId', '=', id).executeTakeFirst();
    if (!version) throw noSuchVersion();
    if (version.state !== 'draft') throw new Problem('conflict', 'alarms.rule_not_a_draft', version.state === 'active' ? 'This version is in force already.' : 'This version was retired. Write the next one.');
    await checkTried(tx, versionId, backTestId);
    const isAlone = version.writtenBy === ctx.personId;
    const [second] = await tx.selectNoFrom([sql<boolean>`two_person.second_exists(null, null, null, ${PUBLISH})`.as('isThere')]).execute();
    if (isAlone && second?.isThere) throw new Problem('refused', 'alarms.own_rule', 'You wrote this version. Ask somebody else who may put rules into force.');
    const at = ctx.now().toISOString();
    const before = await tx.updateTable('alarms.ruleVersion').set({ state: 'retired', retiredBy: ctx.personId, retiredAt: at, retiredWhy: `Version ${version.n} takes its place` }).where('ruleId', '=', id).where('state', '=', 'active').returning(['n']).executeTakeFirst();
    await tx.updateTable('alarms.ruleVersion').set({ state: 'active', activatedBy: ctx.personId, activatedAt: at, activatedWhy: reason, isAlone }).where('id', '=', versionId).execute();
    await tx.updateTable('alarms.rule').set({ name: version.name }).where('id', '=', id).execute();
    return { changes: [toldOfRule('rule-activated', { n: before?.n ?? null }, { id, versionId, n: version.n, backTestId, isAlone, reason })], result: await getRule(ctx, { id }) };
  });
}

/** A version is named in the body, so that the rule itself is there. */
export const noSuchVersion = (): Problem => new Problem('refused', 'alarms.no_such_version', 'This rule has no such version. Look at the rule again.');

async function checkTried(tx: Tx, versionId: string, backTestId: string): Promise<void> {
  const tried = await tx.selectFrom('alarms.backTest').select(['fromAt', 'untilAt', 'isWhole', 'isCut']).where('id', '=', backTestId).where('versionId', '=', versionId).executeTakeFirst();
  if (!tried) throw new Problem('refused', 'alarms.rule_not_tried', 'Try this version over stored signals first.');
  const days = (Date.parse(tried.untilAt) - Date.parse(tried.fromAt)) / DAY_MS;
  if (days < FEWEST_DAYS - 0.01 || tried.isCut) throw new Problem('refused', 'alarms.rule_tried_too_little', `Try this version over at least ${FEWEST_DAYS} whole days.`);
  if (!tried.isWhole) throw new Problem('refused', 'alarms.rule_tried_in_part', 'This test saw the signals of some sites only. Let somebody try it who sees them all.');
}

export async function retireRule(ctx: Ctx, { id, reason }: Input<typeof contract.retireRule>): Promise<Rule> {
  return alarms.writeMany(ctx, PUBLISH, async (tx) => {
    await checkHoldsEverywhere(tx, PUBLISH);
    await hold(ctx, tx, id);
    const ended = await tx.updateTable('alarms.ruleVersion').set({ state: 'retired', retiredBy: ctx.personId, retiredAt: ctx.now().toISOString(), retiredWhy: reason }).where('ruleId', '=', id).where('state', 'in', ['active', 'draft']).returning(['n']).execute();
    if (ended.length === 0) throw new Problem('conflict', 'alarms.rule_retired', 'This rule is out of force already.');
    return { changes: [toldOfRule('rule-retired', { versions: ended.map(({ n }) => n) }, { id, reason })], result: await getRule(ctx, { id }) };
  });
}

/** One test with its alarms, in the order in which they would have been raised; those of sites out of sight are left out. */
export async function readBackTest(ctx: Ctx, { id, rowId }: Input<typeof contract.readBackTest>): Promise<Reply<typeof contract.readBackTest>> {
  const [found, rows] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    tests(db as unknown as Db).where('t.id', '=', rowId).where('v.ruleId', '=', id),
    db.selectFrom('alarms.backTestAlarm as a').leftJoin('platform.record as s', 's.id', 'a.siteId').select(['a.n', 'a.at', 'a.siteId', 's.title as site', 'a.sourceId', 'a.sourceName', 'a.point', 'a.area', 'a.standing', 'a.signals']).where('a.backTestId', '=', rowId).orderBy('a.at').orderBy('a.n').limit(1000),
  ]);
  if (!found[0]) throw notFound();
  return { ...testOf(found[0]), alarms: rows.map((row) => ({ ...row, signals: row.signals as { key: string; at: string; type: string }[] })) };
}
