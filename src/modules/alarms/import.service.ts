import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { canonicalJson } from '#platform/kernel/ledger/body.ts';
import { type FieldFault, Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { typeOf } from '#modules/signals/public.ts';
import { type AlarmRow, alarms, type Tx } from './alarm-row.ts';
import { conditionKey, dueTimes, faultOf } from './rules.ts';

/**
 * An alarm of the past, closed, as another system or a file knew it. Its id is made by who imports, so that the same
 * again changes nothing. Without `closedBy` it closed by itself when its condition ended, and has no disposition.
 */
export type PastAlarm = {
  id: string;
  siteId: string | null;
  sourceId: string | null;
  sourceName: string;
  type: string;
  point: string | null;
  raisedAt: string;
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  returnedAt: string | null;
  closedAt: string;
  closedBy: string | null;
  disposition: string | null;
  cause: string | null;
  note: string | null;
  repeats: number;
  /** The incident that it became, which is there already and not behind a wall. */
  incident: { id: string; number: string } | null;
};

/** The most alarms that one call takes: one transaction, one entry of the ledger. */
export const MOST_IMPORTED = 1000;
const MOST_FAULTS = 50;

type Numbered = AlarmRow & { words: string };

/** Brings in closed alarms of the past, all or none, numbered by the year in which they were raised. Those that are there already stay as they are. */
export async function importAlarms(ctx: Ctx, rows: readonly PastAlarm[]): Promise<{ imported: number; known: number }> {
  if (rows.length > MOST_IMPORTED) throw new Problem('refused', 'alarms.too_many', `At most ${MOST_IMPORTED} alarms at once.`);
  const faults = rows.flatMap((row, i) => faultsOf(row, ctx.now()).map((fault): FieldFault => ({ pointer: `/items/${i}/${fault.pointer}`, detail: fault.detail })));
  if (faults.length > 0) throw new Problem('refused', 'alarms.import_refused', `${faults.length} fields cannot be taken as they are. Nothing was imported.`, { errors: faults.slice(0, MOST_FAULTS) });
  return alarms.writeMany(ctx, 'alarms:import', async (tx) => {
    const known = new Set((await tx.selectFrom('alarms.alarm').select('id').where(sql<boolean>`id = any (${rows.map((row) => row.id)}::uuid[])`).execute()).map((row) => row.id));
    const fresh = rows.filter((row) => !known.has(row.id)).toSorted((a, b) => a.raisedAt.localeCompare(b.raisedAt));
    const result = { imported: fresh.length, known: rows.length - fresh.length };
    if (fresh.length === 0) return { changes: [], result };
    const numbered = await numberByYear(tx, fresh.map(alarmOf));
    await insertAll(tx, numbered);
    await linkIncidents(ctx, tx, fresh);
    const batch = { id: uuidv7(), count: fresh.length, first: numbered[0]?.number, last: numbered.at(-1)?.number, digest: `sha256:${createHash('sha256').update(canonicalJson(numbered)).digest('hex')}` };
    return { changes: [{ verb: 'imported', before: null, after: batch, of: { recordId: batch.id, siteId: null, wallId: null, readPermission: 'alarms:read' } }], result };
  });
}

function faultsOf(row: PastAlarm, now: Date): FieldFault[] {
  const kind = typeOf(row.type);
  const times = [row.acknowledgedAt, row.returnedAt].filter((at) => at !== null).map((at) => Date.parse(at));
  const [raised, closed] = [Date.parse(row.raisedAt), Date.parse(row.closedAt)];
  const finding = row.disposition === null ? null : faultOf({ ...row, disposition: row.disposition, handedTo: row.incident?.number });
  return [
    ...(kind?.raisesAlarm ? [] : [{ pointer: 'type', detail: 'Choose a type that raises alarms.' }]),
    ...(raised <= closed && closed <= now.getTime() ? [] : [{ pointer: 'closedAt', detail: 'It was closed after it was raised, and before now.' }]),
    ...(times.every((at) => at >= raised && at <= closed) ? [] : [{ pointer: 'raisedAt', detail: 'What was done about it lies between raising and closing.' }]),
    ...((row.acknowledgedAt === null) === (row.acknowledgedBy === null) ? [] : [{ pointer: 'acknowledgedBy', detail: 'Say who and when, or neither.' }]),
    ...((row.closedBy === null) === (row.disposition === null) ? [] : [{ pointer: 'disposition', detail: 'Who closes says what it was.' }]),
    ...(row.closedBy !== null || row.returnedAt !== null ? [] : [{ pointer: 'closedBy', detail: 'What nobody closed must have ended by itself.' }]),
    ...(finding ? [{ pointer: finding.field, detail: finding.detail }] : []),
  ];
}

function alarmOf(row: PastAlarm): Numbered {
  const kind = typeOf(row.type);
  if (!kind) throw new RangeError(`There is no type ${row.type}.`);
  const { incident, ...rest } = row;
  const handling = 'closed' as const;
  return {
    ...rest, number: '', conditionKey: conditionKey({ kind, siteId: row.siteId, sourceId: row.sourceId ?? row.sourceName, point: row.point, area: null }), title: kind.title, priority: kind.priority ?? 4, area: null, handling, isActive: false,
    knownAt: row.raisedAt, lastAt: row.returnedAt ?? row.raisedAt, ...dueTimes(kind, row.raisedAt), ownerId: row.closedBy, claimedAt: row.acknowledgedAt, shelvedBy: null, shelvedUntil: null, shelvedWhy: null,
    closedWhilePresent: row.returnedAt === null, handedTo: incident?.number ?? null, duplicateOf: null, incidentId: incident?.id ?? null, incidentNumber: incident?.number ?? null, ruleVersionId: null, onTestId: null, isSimulated: false, version: 1, words: '',
  };
}

async function numberByYear(tx: Tx, rows: readonly Numbered[]): Promise<Numbered[]> {
  const byYear = Map.groupBy(rows, (row) => new Date(row.raisedAt).getUTCFullYear());
  const numbered: Numbered[] = [];
  for (const [year, ofYear] of byYear) {
    const { rows: numbers } = await sql<{ number: string }>`select platform.next_number('ALM', ${year}::int) as number from generate_series(1, ${ofYear.length}::int)`.execute(tx);
    numbered.push(...ofYear.map((row, i) => ({ ...row, number: numbers[i]?.number ?? '', words: [numbers[i]?.number, row.title, row.sourceName, row.point].filter(Boolean).join(' ') })));
  }
  return numbered;
}

/** Rows, headers and words, each set in one statement. */
async function insertAll(tx: Tx, rows: readonly Numbered[]): Promise<void> {
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("id" uuid, "number" text, "siteId" uuid, "conditionKey" text, "type" text, "title" text, "priority" smallint, "sourceId" uuid, "sourceName" text, "point" text,
    "raisedAt" timestamptz, "knownAt" timestamptz, "lastAt" timestamptz, "answerBy" timestamptz, "escalateAt" timestamptz, "returnedAt" timestamptz, "ownerId" uuid, "claimedAt" timestamptz, "acknowledgedBy" uuid, "acknowledgedAt" timestamptz,
    "closedBy" uuid, "closedAt" timestamptz, "closedWhilePresent" boolean, "disposition" text, "cause" text, "note" text, "handedTo" text, "repeats" int, "incidentId" uuid, "incidentNumber" text, "words" text)`;
  await sql`insert into alarms.alarm (id, number, site_id, condition_key, type, title, priority, source_id, source_name, point, handling, is_active, raised_at, known_at, last_at, answer_by, escalate_at, returned_at, owner_id, claimed_at,
      acknowledged_by, acknowledged_at, closed_by, closed_at, closed_while_present, disposition, cause, note, handed_to, repeats, incident_id, incident_number)
    select "id", "number", "siteId", "conditionKey", "type", "title", "priority", "sourceId", "sourceName", "point", 'closed', false, "raisedAt", "knownAt", "lastAt", "answerBy", "escalateAt", "returnedAt", "ownerId", "claimedAt",
      "acknowledgedBy", "acknowledgedAt", "closedBy", "closedAt", "closedWhilePresent", "disposition", "cause", "note", "handedTo", "repeats", "incidentId", "incidentNumber" from ${given}`.execute(tx);
  await sql`insert into platform.record (id, kind, number, title, state, site_id, read_permission, at) select "id", 'alarms.alarm', "number", "title", 'closed', "siteId", 'alarms:read', "raisedAt" from ${given}`.execute(tx);
  await sql`insert into platform.search (record_id, words) select "id", "words" from ${given}`.execute(tx);
}

async function linkIncidents(ctx: Ctx, tx: Tx, rows: readonly PastAlarm[]): Promise<void> {
  const links = rows.flatMap(({ id, incident, raisedAt }) => (incident ? [{ fromId: id, toId: incident.id, kind: 'became', at: raisedAt, actor: ctx.personId }] : []));
  if (links.length > 0) await tx.insertInto('platform.link').values(links).execute();
}
