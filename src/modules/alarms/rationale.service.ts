import { sql } from 'kysely';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { csvCell } from '#platform/imports/csv.ts';
import type { Input, Reply } from '#platform/kernel/contract.ts';
import type { Exchange } from '#platform/kernel/http.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Change, Ctx } from '#platform/kernel/store.ts';
import { type EventType, rationalisation, typeOf } from '#modules/signals/public.ts';
import { alarms, type Tx } from './alarm-row.ts';
import { neverSuppressed } from './conditions.ts';
import { dispositions } from './dispositions.ts';
import type * as contract from './rationale-contract.ts';
import type { Rationale, RationaleRow } from './rationale-contract.ts';
import { flagsOf, priorityFor, type Rang } from './rationale-rules.ts';
import { checkHoldsEverywhere } from './rules.service.ts';

const WRITE = 'alarms:rationalise';
const DAYS = 90;
const MOST_SUPPRESSED = 500;
const NEVER: Rang = { raised: 0, counted: 0, countedFalse: 0 };
const START_KEYS = ['emergency', 'high', 'medium', 'low'] as const;

type Db = Pick<Tx, 'selectFrom'>;
const entries = (db: Db) =>
  db.selectFrom('alarms.rationale as r').innerJoin('access.person as o', 'o.id', 'r.ownerId').innerJoin('access.person as w', 'w.id', 'r.writtenBy').leftJoin('access.person as a', 'a.id', 'r.approvedBy')
    .select(['r.id', 'r.type', 'r.cause', 'r.consequence', 'r.response', 'r.withinMin', 'r.severity', 'r.ownerId', 'o.name as owner', sql<string>`r.review_on::text`.as('reviewOn'), 'r.state', 'r.writtenBy', 'w.name as writer', 'r.writtenAt', 'r.approvedBy', 'a.name as approver', 'r.approvedAt', 'r.isAlone', 'r.version']);
type Row = Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number];

const entryOf = ({ ownerId, owner, writer, approver, ...row }: Row): Rationale => ({
  ...row, state: row.state as Rationale['state'], priority: priorityFor(row.severity, row.withinMin), owner: { id: ownerId, name: owner }, writtenBy: { id: row.writtenBy, name: writer }, approvedBy: row.approvedBy === null ? null : { id: row.approvedBy, name: approver ?? '' },
});

const told = (verb: string, before: object | null, after: { id: string } & Record<string, unknown>): Change<{ id: string }> => ({ verb, before, after, of: { recordId: after.id, siteId: null, wallId: null, readPermission: 'alarms:read' } });

/** Every type that rang in 90 days or has an entry, those that want a look first. */
export async function listRationales(ctx: Ctx): Promise<Reply<typeof contract.listRationales>> {
  const falseOnes = dispositions.filter(({ countsAsTrue }) => !countsAsTrue).map(({ key }) => key);
  const [found, rang, may, standing] = await alarms.readAll(ctx, 'alarms:read', (db) => [
    entries(db as unknown as Db).where('r.state', '<>', 'replaced'),
    db.selectFrom('alarms.alarm as a').select(['a.type', sql<number>`count(*)::int`.as('raised'), sql<number>`count(a.disposition)::int`.as('counted'), sql<number>`(count(*) filter (where a.disposition = any (${falseOnes}::text[])))::int`.as('countedFalse')])
      .where('a.raisedAt', '>', sql<string>`now() - make_interval(days => ${DAYS})`).where('a.foldedInto', 'is', null).groupBy('a.type'),
    db.selectNoFrom([sql<boolean>`access.org_may(${WRITE})`.as('write')]),
    db.selectFrom('alarms.onTest as t').leftJoin('platform.record as site', 'site.id', 't.siteId').select(['t.id', 't.type', 'site.title as site', 't.endsAt']).where('t.mode', '=', 'suppressed').where('t.endedAt', 'is', null).where('t.endsAt', '>', sql<string>`now()`).orderBy('t.endsAt').limit(MOST_SUPPRESSED),
  ]);
  const suppressionsOf = (type: string): Suppression[] => standing.flatMap(({ type: own, ...one }) => (own === type ? [one] : []));
  const byType = new Map(rang.map(({ type, ...counts }): [string, Rang] => [type, counts]));
  const today = ctx.now().toISOString().slice(0, 10);
  const items = [...new Set([...byType.keys(), ...found.map(({ type }) => type)])].map((type) => rowOf(type, found, { rang: byType.get(type) ?? NEVER, suppressions: suppressionsOf(type), today }));
  return { days: DAYS, mayWrite: may[0]?.write === true, items: items.sort((a, b) => b.flags.length - a.flags.length || b.raised - a.raised || a.title.localeCompare(b.title)) };
}

type Suppression = RationaleRow['suppressions'][number];
type Told = { rang: Rang; suppressions: Suppression[]; today: string };

function rowOf(type: string, found: readonly Row[], { rang, suppressions, today }: Told): Reply<typeof contract.listRationales>['items'][number] {
  const kind = typeOf(type);
  const of = (state: string): Rationale | null => found.filter((row) => row.type === type && row.state === state).map(entryOf)[0] ?? null;
  const [entry, draft] = [of('approved'), of('draft')];
  const rings = kind?.priority ?? 4;
  return { type, title: kind?.title ?? type, rings, entry, draft, ...rang, flags: flagsOf(rings, entry, draft !== null, rang, today), suppressions, mayBeSuppressed: kind !== null && !neverSuppressed(kind), start: startOf(kind) };
}

function startOf(kind: EventType | null): Reply<typeof contract.listRationales>['items'][number]['start'] {
  const family = rationalisation.families.find((one) => one.family === kind?.family);
  const key = START_KEYS[(kind?.priority ?? 4) - 1] ?? 'low';
  return family ? { cause: family.causes, consequence: family.consequence, response: family.response, withinMin: rationalisation.actWithinMin[key] ?? 480 } : null;
}

export async function readRationale(ctx: Ctx, { type }: Input<typeof contract.readRationale>): Promise<Reply<typeof contract.readRationale>> {
  const row = await entries(alarms.read(ctx) as unknown as Db).where('r.type', '=', type).where('r.state', '=', 'approved').executeTakeFirst();
  return { entry: row ? entryOf(row) : null };
}

/** Writes the draft of a type; one that is there is written over, what is approved stays in force until another approves the draft. */
export async function writeRationale(ctx: Ctx, { ownerId, ...written }: Input<typeof contract.writeRationale>): Promise<Rationale> {
  return alarms.writeMany(ctx, WRITE, async (tx) => {
    await checkHoldsEverywhere(tx, WRITE);
    if (typeOf(written.type)?.raisesAlarm !== true) throw new Problem('refused', 'alarms.no_such_type', 'No alarm of this type rings.', { errors: [{ pointer: '/type', detail: 'Choose a type that raises alarms.' }] });
    const owner = ownerId ?? ctx.personId;
    if (!(await tx.selectFrom('access.person').select('id').where('id', '=', owner).executeTakeFirst())) throw new Problem('refused', 'alarms.no_such_owner', 'There is nobody like that.', { errors: [{ pointer: '/ownerId', detail: 'Choose a person.' }] });
    const before = await tx.selectFrom('alarms.rationale').select(['id', 'version']).where('type', '=', written.type).where('state', '=', 'draft').forUpdate().executeTakeFirst();
    const values = { ...written, ownerId: owner, writtenBy: ctx.personId, writtenAt: ctx.now().toISOString() };
    const id = before?.id ?? uuidv7();
    if (before) await tx.updateTable('alarms.rationale').set({ ...values, version: before.version + 1 }).where('id', '=', id).execute();
    else await tx.insertInto('alarms.rationale').values({ ...values, id, state: 'draft' }).execute();
    return { changes: [told('rationale-written', before ? { version: before.version } : null, { id, ...written, ownerId: owner })], result: entryOf(await entries(tx as unknown as Db).where('r.id', '=', id).executeTakeFirstOrThrow()) };
  });
}

/** Puts a draft in the place of what was approved before. Never by its author while another may. */
export async function approveRationale(ctx: Ctx, { type, version }: Input<typeof contract.approveRationale>): Promise<Rationale> {
  return alarms.writeMany(ctx, WRITE, async (tx) => {
    await checkHoldsEverywhere(tx, WRITE);
    const draft = await tx.selectFrom('alarms.rationale').select(['id', 'version', 'writtenBy']).where('type', '=', type).where('state', '=', 'draft').forUpdate().executeTakeFirst();
    if (!draft) throw new Problem('refused', 'alarms.no_draft', 'This type has no draft to approve.', { errors: [{ pointer: '/type', detail: 'Choose a type with a draft.' }] });
    if (draft.version !== version) throw new Problem('conflict', 'alarms.rationale_changed', 'Somebody changed this draft since you read it. Look again, then approve it.');
    const isAlone = draft.writtenBy === ctx.personId;
    const [second] = await tx.selectNoFrom([sql<boolean>`two_person.second_exists(null, null, null, ${WRITE})`.as('isThere')]).execute();
    if (isAlone && second?.isThere) throw new Problem('refused', 'alarms.own_rationale', 'You wrote this draft. Ask somebody else who may approve entries.');
    const replaced = await tx.updateTable('alarms.rationale').set({ state: 'replaced' }).where('type', '=', type).where('state', '=', 'approved').returning('id').executeTakeFirst();
    await tx.updateTable('alarms.rationale').set({ state: 'approved', approvedBy: ctx.personId, approvedAt: ctx.now().toISOString(), isAlone }).where('id', '=', draft.id).execute();
    return { changes: [told('rationale-approved', replaced ? { id: replaced.id } : null, { id: draft.id, type, isAlone })], result: entryOf(await entries(tx as unknown as Db).where('r.id', '=', draft.id).executeTakeFirstOrThrow()) };
  });
}

export const REGISTER_COLUMNS = ['type', 'cause', 'consequence', 'response', 'within_min', 'severity', 'review_on'] as const;

/** What is approved, else the draft, of each type. */
export async function downloadRationales(ctx: Ctx, _: unknown, { reply }: Exchange): Promise<void> {
  const found = await entries(alarms.read(ctx) as unknown as Db).where('r.state', '<>', 'replaced').orderBy('r.type').orderBy('r.state').execute();
  const rows = [...new Map(found.toReversed().map((row) => [row.type, row])).values()].toReversed();
  const lines = [REGISTER_COLUMNS.join(','), ...rows.map((row) => [row.type, row.cause, row.consequence, row.response, row.withinMin, row.severity, row.reviewOn].map(csvCell).join(','))];
  await reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="alarm-register.csv"').send(Readable.from([`\ufeff${lines.join('\r\n')}\r\n`]));
}
