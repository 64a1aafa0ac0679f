import { CompiledQuery, sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type Change, type Ctx } from '#platform/kernel/store.ts';
import { endRunsByRule } from '#modules/procedures/public.ts';
import { committedAfter, type Committed, type EventType, readSignal, typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, alarms, changed, CLOSED_ITSELF, kindOf, nextVersion, ROW, stateColumns, stateOf, type Tx } from './alarm-row.ts';
import { onTestIdOf } from './controls.ts';
import { isByControl } from './correlation.ts';
import { type Event, writeHeld, writeTestPoints } from './controls-write.ts';
import { refOf } from './engine-rules.ts';
import { applyFound, type Faces, facesOf } from './rule-alarms.ts';
import { Fenced, heardIn, inForceFrom, type Position, type RuleWatch, type Sighting, writeSighting } from './rule-watch.ts';
import { conditionKey, decide, dueTimes, factOf, neverSuppressed, type OpenCondition, raised, type SignalFact, unshelve } from './rules.ts';
import { change, type Link, pointKey, Workbench, type Working } from './workbench.ts';

export type { Position } from './rule-watch.ts';

const ATTEMPTS = 3;

type Read = { signal: Committed; n: number; kind: EventType; fact: SignalFact };

export async function readPosition(ctx: Ctx): Promise<Position> {
  const rows = await alarms.read(ctx, 'alarms:raise').selectFrom('alarms.cursor').select(['stream', 'seq']).limit(500).execute();
  return new Map(rows.map((row) => [row.stream, row.seq]));
}

/**
 * One step: what was committed after the position becomes raised, repeated and ended alarms, in the transaction that moves the position.
 * Single signals ring at once; `watch`, where it is given, adds what rules over several signals find. Answers how many signals were read.
 * Throws `Fenced` when another moved it.
 */
export async function correlate(ctx: Ctx, position: Position, watch?: RuleWatch): Promise<number> {
  const { signals, cursors } = await committedAfter(ctx, position);
  if (signals.length === 0) return 0;
  const until = Math.max(...signals.map(({ receivedAt }) => Date.parse(receivedAt)));
  const sighting = (await watch?.see(ctx, heardIn(signals), until, new Map([...position, ...cursors]))) ?? null;
  await writeStep(ctx, { signals, position, cursors, sighting });
  for (const [stream, seq] of cursors) position.set(stream, seq);
  if (sighting) watch?.written(sighting);
  return signals.length;
}

/** Lets the time go on for rules that wait for something: they are met although no signal comes. `until` in ms since 1970. */
export async function letTimePass(ctx: Ctx, position: Position, watch: RuleWatch, until: number): Promise<void> {
  const sighting = await watch.see(ctx, [], until, position);
  if (!sighting) return;
  await writeStep(ctx, { signals: [], position, cursors: new Map(), sighting });
  watch.written(sighting);
}

type Seen = { signals: readonly Committed[]; position: Position; cursors: Position; sighting: Sighting | null };

async function writeStep(ctx: Ctx, seen: Seen): Promise<void> {
  const faces: Faces = seen.sighting ? await facesOf(ctx, seen.sighting.found) : new Map<string, never>();
  for (let attempt = 1; ; attempt++) {
    try {
      await alarms.writeMany(ctx, 'alarms:raise', async (tx) => ({ changes: await step(ctx, tx, seen, faces), result: null }));
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== 'platform.taken' || attempt === ATTEMPTS) throw error;
    }
  }
}

async function step(ctx: Ctx, tx: Tx, { signals, position, cursors, sighting }: Seen, faces: Faces): Promise<Change<{ id: string }>[]> {
  await move(tx, position, cursors);
  const controlled = sighting ? await writeSighting(tx, sighting) : [];
  const reads = signals.flatMap(factsOf);
  const events = eventsOf(reads, sighting);
  const working = await openAlarms(tx, reads);
  const closedWhilePresent = await closedConditions(tx, reads);
  const links: Link[] = [];
  const held = heldIn(sighting);
  const onTestOf = (key: string, n: number): string | null => events.get(`${key} ${n}`)?.onTestId ?? null;
  for (const read of reads) apply(read, working, { closedWhilePresent, held, onTestId: onTestOf(read.signal.key, read.n) }, links);
  if (sighting) {
    controlled.push(...(await applyFound(tx, sighting, { faces, onTestOf }, working, links)));
    await writeHeld(tx, sighting.found.filter(({ effect }) => effect === 'hold'), events);
    await writeTestPoints(tx, events.values());
  }
  const { all } = working;
  await number(ctx, tx, all.filter((alarm) => alarm.before === null));
  await insert(tx, all.filter((alarm) => alarm.before === null));
  await update(tx, all.filter((alarm) => alarm.before !== null && alarm.isDirty));
  await endRunsByRule(ctx, all.filter(({ row, before }) => before !== null && before.handling !== 'closed' && row.handling === 'closed').map(({ row }) => row.id), { why: CLOSED_ITSELF });
  if (links.length > 0) await tx.insertInto('alarms.alarmSignal').values(links).onConflict((conflict) => conflict.doNothing()).execute();
  await tell(tx, signals, all.filter((alarm) => alarm.before !== null && alarm.isDirty && alarm.verbs.size === 0));
  return [...inForceFrom(sighting), ...controlled, ...alarmsChanged(all)];
}

const alarmsChanged = (all: readonly Working[]): Change<{ id: string }>[] => all.flatMap((alarm) => (alarm.before === null ? [changed('raised', null, alarm.row)] : [...alarm.verbs].map((verb) => changed(verb, alarm.before, alarm.row))));

async function move(tx: Tx, position: Position, cursors: Position): Promise<void> {
  for (const [stream, seq] of cursors) {
    const old = position.get(stream);
    const moved = old === undefined
      ? await tx.insertInto('alarms.cursor').values({ stream, seq }).onConflict((conflict) => conflict.doNothing()).executeTakeFirst()
      : await tx.updateTable('alarms.cursor').set({ seq }).where('stream', '=', stream).where('seq', '=', old).executeTakeFirst();
    const count = 'numUpdatedRows' in moved ? moved.numUpdatedRows : moved.numInsertedOrUpdatedRows;
    if (count !== 1n) throw new Fenced();
  }
}

function factsOf(signal: Committed): Read[] {
  const { events } = readSignal(signal.protocol, signal.raw, signal.clear, signal.mapping);
  return events.flatMap(({ classified }, n) => {
    const kind = typeOf(classified.type);
    return kind ? [{ signal, n, kind, fact: factOf(classified, kind, { siteId: signal.siteId, sourceId: signal.sourceId }) }] : [];
  });
}

const NO_EVENTS: ReadonlyMap<string, Event> = new Map();

/** The events of a step by signal and number, with what their places are under; none is needed where nothing is held or on test. */
function eventsOf(reads: readonly Read[], sighting: Sighting | null): ReadonlyMap<string, Event> {
  if (!sighting) return NO_EVENTS;
  return new Map(reads.map(({ signal, n, fact }) => {
    const heard = { seq: signal.seq, n, key: signal.key, occurredAt: signal.occurredAt, receivedAt: signal.receivedAt, isSimulated: signal.isSimulated, fact };
    const cover = sighting.coverOf(heard);
    return [`${signal.key} ${n}`, { heard, signal, fact, onTestId: cover === null ? null : onTestIdOf(cover) }];
  }));
}

/** Only what is open at the points of events that can touch an alarm is asked for. */
async function openAlarms(tx: Tx, reads: readonly Read[]): Promise<Workbench> {
  const working = new Workbench();
  const touching = reads.filter(({ fact, kind }) => fact.effect !== 'note' || kind.raisesAlarm).map(({ fact }) => fact);
  if (touching.length === 0) return working;
  const whole = [...new Set(touching.filter(({ isAreaWide }) => isAreaWide).map(({ sourceId }) => sourceId))];
  const points = new Map(touching.map((fact) => [pointKey(fact.sourceId, fact.point), fact]));
  const [sources, places] = [[...points.values()].map(({ sourceId }) => sourceId), [...points.values()].map(({ point }) => point ?? '')];
  const rows = (await tx
    .selectFrom('alarms.alarm')
    .select(ROW)
    .where('handling', '<>', 'closed')
    .where(sql<boolean>`id in (select a.id from alarms.alarm a where a.source_id = any (${whole}::uuid[]) and a.handling <> 'closed'
      union all select a.id from unnest(${sources}::uuid[], ${places}::text[]) k (source_id, point) join alarms.alarm a on a.source_id = k.source_id and coalesce(a.point, '') = k.point and a.handling <> 'closed')`)
    .orderBy('raisedAt')
    .orderBy('id')
    .forUpdate()
    .execute()) as AlarmRow[];
  for (const row of rows) working.add({ row, before: row, verbs: new Set(), isDirty: false });
  return working;
}

async function closedConditions(tx: Tx, reads: readonly Read[]): Promise<Set<string>> {
  const keys = [...new Set(reads.filter(({ fact }) => fact.stillPresent).map(({ fact }) => conditionKey(fact)))];
  if (keys.length === 0) return new Set();
  const rows = await tx.selectFrom('alarms.alarm').select(['conditionKey', 'closedWhilePresent']).distinctOn('conditionKey').where(sql<boolean>`condition_key = any (${keys}::text[])`).where('handling', '=', 'closed').orderBy('conditionKey').orderBy('raisedAt', 'desc').execute();
  return new Set(rows.filter((row) => row.closedWhilePresent).map((row) => row.conditionKey));
}

const asCondition = ({ row }: Working): OpenCondition => ({ id: row.id, kind: kindOf(row), sourceId: row.sourceId ?? '', point: row.point, area: row.area });

/** The events that rules, protection and tests keep from ringing, each with whether its place is on test. */
const heldIn = (sighting: Sighting | null): ReadonlyMap<string, boolean> =>
  new Map((sighting?.found ?? []).flatMap(({ effect, because, why }) => (effect === 'hold' ? because.slice(-1).map((ref) => [ref, isByControl(why)] as const) : [])));

function apply({ signal, n, kind, fact }: Read, working: Workbench, { closedWhilePresent, held, onTestId }: { closedWhilePresent: ReadonlySet<string>; held: ReadonlyMap<string, boolean>; onTestId: string | null }, links: Link[]): void {
  const open = working.openFor(fact);
  const at = usableTime(signal);
  const isHeld = neverSuppressed(kind) ? undefined : held.get(refOf({ seq: signal.seq, n, key: signal.key }));
  for (const outcome of decide(fact, open.map(asCondition), closedWhilePresent)) {
    if (outcome.do === 'journal') continue;
    if (outcome.do === 'raise') {
      if (isHeld !== undefined) continue;
      const row = { ...newAlarm(outcome.key, kind, fact, signal, at), onTestId };
      working.add({ row, before: null, verbs: new Set(), isDirty: false });
      links.push({ alarmId: row.id, signalKey: signal.key, effect: 'raise', at: signal.receivedAt });
      continue;
    }
    // What is on test does not ring again; its ends are seen.
    if (isHeld === true && outcome.do === 'repeat') continue;
    const alarm = open.find(({ row }) => row.id === outcome.id);
    if (alarm) change(alarm, outcome.do === 'withdraw' && !outcome.ends ? 'note' : outcome.do, signal, at, links);
  }
}

/** A time further than five minutes from when we heard it is not counted with. */
const usableTime = (signal: Committed): string => (Math.abs(Date.parse(signal.occurredAt) - Date.parse(signal.receivedAt)) > 300_000 ? signal.receivedAt : signal.occurredAt);

function newAlarm(key: string, kind: EventType, fact: SignalFact, signal: Committed, at: string): AlarmRow {
  return {
    ...stateColumns(raised(kind)), id: uuidv7(), number: '', siteId: signal.siteId, conditionKey: key, type: kind.key, title: kind.title, priority: kind.priority ?? 4,
    sourceId: signal.sourceId, sourceName: signal.sourceName, point: fact.point, area: fact.area, raisedAt: at, knownAt: signal.receivedAt, lastAt: signal.receivedAt, ...dueTimes(kind, signal.receivedAt),
    disposition: null, cause: null, note: null, handedTo: null, duplicateOf: null, incidentId: null, incidentNumber: null, ruleVersionId: null, onTestId: null, isSimulated: signal.isSimulated, version: 1,
  };
}

async function number(ctx: Ctx, tx: Tx, fresh: readonly Working[]): Promise<void> {
  if (fresh.length === 0) return;
  const { rows } = await sql<{ number: string }>`select platform.next_number('ALM', ${ctx.now().getUTCFullYear()}::int) as number from generate_series(1, ${fresh.length}::int)`.execute(tx);
  fresh.forEach((alarm, i) => (alarm.row = { ...alarm.row, number: rows[i]?.number ?? '' }));
}

async function insert(tx: Tx, fresh: readonly Working[]): Promise<void> {
  for (let at = 0; at < fresh.length; at += 500) await tx.insertInto('alarms.alarm').values(fresh.slice(at, at + 500).map(({ row }) => row)).execute();
}

const UPDATE = `update alarms.alarm a set handling = d.handling, is_active = d."isActive", returned_at = d."returnedAt", owner_id = d."ownerId", claimed_at = d."claimedAt",
  acknowledged_by = d."acknowledgedBy", acknowledged_at = d."acknowledgedAt", shelved_by = d."shelvedBy", shelved_until = d."shelvedUntil", shelved_why = d."shelvedWhy",
  closed_by = d."closedBy", closed_at = d."closedAt", closed_while_present = d."closedWhilePresent", repeats = d.repeats, last_at = d."lastAt", version = a.version + 1
  from jsonb_to_recordset($1::jsonb) as d(id uuid, handling text, "isActive" bool, "returnedAt" timestamptz, "ownerId" uuid, "claimedAt" timestamptz, "acknowledgedBy" uuid, "acknowledgedAt" timestamptz,
    "shelvedBy" uuid, "shelvedUntil" timestamptz, "shelvedWhy" text, "closedBy" uuid, "closedAt" timestamptz, "closedWhilePresent" bool, repeats int, "lastAt" timestamptz) where a.id = d.id`;

async function update(tx: Tx, dirty: readonly Working[]): Promise<void> {
  if (dirty.length === 0) return;
  const rows = dirty.map(({ row }) => ({ id: row.id, ...stateColumns(stateOf(row)), lastAt: row.lastAt }));
  await tx.executeQuery(CompiledQuery.raw(UPDATE, [JSON.stringify(rows)]));
}

/** What screens must hear although the ledger need not: folded repeats, and that signals came from these sites. */
async function tell(tx: Tx, signals: readonly Committed[], repeated: readonly Working[]): Promise<void> {
  const sites = new Map(signals.map((signal) => [signal.siteId, signal]));
  const rows = [
    ...[...sites.values()].map((signal) => ({ topic: 'signals.received', recordId: signal.sourceId, siteId: signal.siteId, readPermission: 'signals:read' })),
    ...repeated.map(({ row }) => ({ topic: 'alarms.repeated', recordId: row.id, siteId: row.siteId, readPermission: 'alarms:read' })),
  ];
  if (rows.length > 0) await tx.insertInto('platform.outbox').values(rows).execute();
}

/** Brings back alarms whose shelf time is over. */
export async function unshelveDue(ctx: Ctx): Promise<void> {
  const due = await alarms.read(ctx, 'alarms:read').selectFrom('alarms.alarm').select('id').where('handling', '=', 'shelved').where('shelvedUntil', '<=', ctx.now().toISOString()).limit(200).execute();
  for (const { id } of due) {
    await alarms.writeMany(ctx, 'alarms:raise', async (tx) => {
      const before = (await tx.selectFrom('alarms.alarm').select(ROW).where('id', '=', id).forUpdate().executeTakeFirst()) as AlarmRow | undefined;
      const next = before ? unshelve(stateOf(before), 'clock', ctx.now()) : null;
      if (!before || !next?.ok || !next.changed) return { changes: [], result: null };
      const after = (await tx.updateTable('alarms.alarm').set((eb) => ({ ...stateColumns(next.alarm), version: nextVersion(eb) })).where('id', '=', id).returning(ROW).executeTakeFirstOrThrow()) as AlarmRow;
      return { changes: [changed('unshelved', before, after)], result: null };
    });
  }
}
