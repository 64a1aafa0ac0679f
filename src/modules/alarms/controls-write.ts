import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Change } from '#platform/kernel/store.ts';
import type { Committed } from '#modules/signals/public.ts';
import type { Tx } from './alarm-row.ts';
import type { SignalFact } from './conditions.ts';
import { onTestIdOf, type TakenUp } from './controls.ts';
import { type Found, isByControl, type Ordered } from './correlation.ts';
import { eventOfRef, type Heard, keyOfRef } from './engine-rules.ts';

/** Of one runaway or one test so many held signals are listed; all are counted. */
const MOST_LISTED = 500;
const AT_ONCE = 500;

/** An event of this step's signals, with where it came from. */
export type Event = { heard: Heard; signal: Committed; fact: SignalFact; /** The test or maintenance that its place is under. */ onTestId: string | null };

const iso = (ms: number): string => new Date(ms).toISOString();
const told = (verb: string, before: object | null, after: { id: string; siteId: string | null } & Record<string, unknown>): Change<{ id: string }> =>
  ({ verb, before, after, of: { recordId: after.id, siteId: after.siteId, wallId: null, readPermission: 'alarms:read' } });

/** Writes what stands in the order of signals at a moment, behind the `after` that stand there already. */
export async function writeOrdered(tx: Tx, ordered: readonly Ordered[], after = 0): Promise<void> {
  if (ordered.length > 0) await tx.insertInto('alarms.control').values(ordered.map((control, at) => ({ id: uuidv7(), at: iso(control.at), n: after + at, body: JSON.stringify(control) }))).execute();
}

/** Writes where controls took their place, so that a replay takes them there. */
export async function writeControls(tx: Tx, { ordered, begun, extended, over, released }: TakenUp, at: number): Promise<Change<{ id: string }>[]> {
  await writeOrdered(tx, ordered);
  for (const { row, covers } of begun) await tx.updateTable('alarms.onTest').set({ holdsFrom: iso(at), takenUntil: row.endsAt, covers: JSON.stringify(covers) }).where('id', '=', row.id).execute();
  for (const { id, endsAt } of extended) await tx.updateTable('alarms.onTest').set({ takenUntil: endsAt }).where('id', '=', id).execute();
  const ended: Change<{ id: string }>[] = [];
  for (const { row: { id, siteId, name, mode, ownerId, holdsFrom }, at: until } of over) {
    await tx.updateTable('alarms.onTest').set({ holdsFrom: holdsFrom ?? iso(until), holdsUntil: iso(until) }).where('id', '=', id).execute();
    const heard = await tx.selectFrom('alarms.testPoint').select([sql<number>`count(*)::int`.as('points'), sql<number>`count(*) filter (where is_open)::int`.as('stillOpen')]).where('onTestId', '=', id).executeTakeFirst();
    ended.push(told('test-over', null, { id, siteId, name, mode, ownerId, at: iso(until), points: heard?.points ?? 0, stillOpen: heard?.stillOpen ?? 0 }));
  }
  for (const { id } of released) await tx.updateTable('alarms.runaway').set({ endedAt: iso(at) }).where('id', '=', id).execute();
  return [
    ...begun.map(({ row: { id, siteId, name, mode, endsAt } }) => told('test-began', null, { id, siteId, name, mode, at: iso(at), endsAt })), ...ended,
    ...released.map(({ id, siteId, key }) => told('runaway-ended', null, { id, siteId, key, at: iso(at) })),
  ];
}

/** Protection that began anew, or another version of its rule, holds nobody any more. */
export async function letRunawaysGo(tx: Tx, versionIds: readonly string[] | 'all', at: number): Promise<void> {
  if (versionIds.length === 0) return;
  await tx.updateTable('alarms.runaway').set({ endedAt: iso(at) }).where('endedAt', 'is', null).$if(versionIds !== 'all', (query) => query.where('ruleVersionId', 'in', versionIds as string[])).execute();
}

/** A rule of protection was met: from here on the device is held. */
export async function writeRunaways(tx: Tx, found: readonly (Found & { face: { siteId: string | null; source: string; sourceName: string; point: string | null } })[]): Promise<Change<{ id: string }>[]> {
  if (found.length === 0) return [];
  const rows = found.map(({ versionId, key, at, face }) => ({ id: uuidv7(), ruleVersionId: versionId, key, siteId: face.siteId, sourceId: face.source, sourceName: face.sourceName, point: face.point, since: iso(at), lastAt: iso(at), minute: iso(at) }));
  const kept = await tx.insertInto('alarms.runaway').values(rows).onConflict((conflict) => conflict.doNothing()).returning(['id', 'siteId', 'sourceId', 'sourceName', 'point', 'since']).execute();
  return kept.map((row) => told('runaway-held', null, row));
}

const COUNT_RUNAWAYS = (values: string) => sql`update alarms.runaway r set held = r.held + d.n, last_at = d.at,
    last_minute = case when date_trunc('minute', d.at) = date_trunc('minute', r.minute) then r.last_minute when date_trunc('minute', d.at) = date_trunc('minute', r.minute) + interval '1 minute' then r.this_minute else 0 end,
    this_minute = case when date_trunc('minute', d.at) = date_trunc('minute', r.minute) then r.this_minute else 0 end + d.n, minute = d.at
  from jsonb_to_recordset(${values}::jsonb) as d(version uuid, key text, n int, at timestamptz) where r.rule_version_id = d.version and r.key = d.key and r.ended_at is null`;


/** Notes what did not ring, with why: all is counted, of each runaway and test the first are listed. */
export async function writeHeld(tx: Tx, held: readonly Found[], events: ReadonlyMap<string, Event>): Promise<void> {
  if (held.length === 0) return;
  const groups = [...Map.groupBy(held, ({ versionId, key, why }) => (isByControl(why) ? onTestIdOf(versionId) : `${versionId} ${why === 'runaway' ? key : ''}`)).values()];
  const runaways = groups.flatMap((group) => { const last = group.at(-1); return last?.why === 'runaway' ? [{ version: last.versionId, key: last.key, n: group.length, at: iso(last.at) }] : []; });
  if (runaways.length > 0) await COUNT_RUNAWAYS(JSON.stringify(runaways)).execute(tx);
  const tests = groups.flatMap((group) => { const last = group.at(-1); return last && isByControl(last.why) ? [{ id: onTestIdOf(last.versionId), n: group.length }] : []; });
  for (const { id, n } of tests) await tx.updateTable('alarms.onTest').set((eb) => ({ held: eb('held', '+', n) })).where('id', '=', id).execute();
  const full = await fullOf(tx, tests.map(({ id }) => id), runaways);
  const rows = held.filter(({ versionId, key, why }) => !full.has(isByControl(why) ? onTestIdOf(versionId) : `${versionId} ${key}`)).slice(0, AT_ONCE * 4).flatMap(({ versionId, why = 'explained', at, because }) => {
    const ref = because.at(-1) ?? '';
    const event = events.get(`${keyOfRef(ref)} ${eventOfRef(ref)}`);
    if (!event) return [];
    const { signal, fact } = event;
    return [{ id: uuidv7(), signalKey: signal.key, ruleVersionId: isByControl(why) ? null : versionId, onTestId: isByControl(why) ? onTestIdOf(versionId) : null, why, siteId: signal.siteId, at: iso(at), sourceId: signal.sourceId, sourceName: signal.sourceName, point: fact.point, type: fact.kind.key }];
  });
  for (let from = 0; from < rows.length; from += AT_ONCE) await tx.insertInto('alarms.heldSignal').values(rows.slice(from, from + AT_ONCE)).execute();
}

/** Those of which enough is listed. */
async function fullOf(tx: Tx, testIds: readonly string[], runaways: readonly { version: string; key: string }[]): Promise<Set<string>> {
  const tests = testIds.length === 0 ? [] : await tx.selectFrom('alarms.onTest').select('id').where('id', 'in', [...testIds]).where('held', '>', MOST_LISTED).execute();
  const keys = runaways.length === 0 ? [] : await tx.selectFrom('alarms.runaway').select(['ruleVersionId', 'key']).where('ruleVersionId', 'in', [...new Set(runaways.map(({ version }) => version))]).where('endedAt', 'is', null).where('held', '>', MOST_LISTED).execute();
  return new Set([...tests.map(({ id }) => id), ...keys.map(({ ruleVersionId, key }) => `${ruleVersionId} ${key}`)]);
}

const SEEN = (values: string) => sql`insert into alarms.test_point as t (id, on_test_id, source_id, source_name, point, heard, first_at, last_at, last_type, is_open)
  select d.id, d.on_test_id, d.source_id, d.source_name, d.point, d.heard, d.first_at, d.last_at, d.last_type, d.is_open
  from jsonb_to_recordset(${values}::jsonb) as d(id uuid, on_test_id uuid, source_id uuid, source_name text, point text, heard int, first_at timestamptz, last_at timestamptz, last_type text, is_open boolean)
  on conflict (on_test_id, source_id, point) do update set heard = t.heard + excluded.heard, last_at = greatest(t.last_at, excluded.last_at), last_type = excluded.last_type, is_open = excluded.is_open`;

/** What was heard of each point that is on test: also what is vital and rang, and what ended. */
export async function writeTestPoints(tx: Tx, events: Iterable<Event>): Promise<void> {
  const points = new Map<string, { id: string; on_test_id: string; source_id: string; source_name: string; point: string; heard: number; first_at: string; last_at: string; last_type: string; is_open: boolean }>();
  for (const { onTestId, signal, fact } of events) {
    if (onTestId === null) continue;
    const point = fact.point ?? '';
    const key = `${onTestId} ${signal.sourceId} ${point}`;
    const known = points.get(key);
    const isOpen = fact.effect === 'raise' ? true : fact.effect === 'note' ? (known?.is_open ?? false) : false;
    points.set(key, { id: known?.id ?? uuidv7(), on_test_id: onTestId, source_id: signal.sourceId, source_name: signal.sourceName, point, heard: (known?.heard ?? 0) + 1, first_at: known?.first_at ?? signal.receivedAt, last_at: signal.receivedAt, last_type: fact.kind.key, is_open: isOpen });
  }
  if (points.size > 0) await SEEN(JSON.stringify([...points.values()])).execute(tx);
}
