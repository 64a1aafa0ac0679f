import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { LocalTime } from '#engines/alarm-analysis/local-time.ts';
import { refusedRow } from '#platform/imports/cells.ts';
import type { Finder, Given, ImportKind, Outcome } from '#platform/imports/port.ts';
import { Problem } from '#platform/kernel/problem.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import { alarms } from '../alarm-row.ts';
import { type PastCells, type PastRow, readPast, type Reading } from '../past-rules.ts';

export const PAST = 'alarms.past';
/** The most alarms of one file. */
export const MOST_PAST = 250_000;

/** The same row, or the same id of the old system, is the same alarm of an analysis. */
function keyOf(externalId: string | null, { at, site, device, said }: PastRow): string {
  const hex = createHash('sha256').update(JSON.stringify(externalId === null ? [at, site, device, said] : [externalId])).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Takes rows into the analysis that the file was sent for. */
async function takePast(ctx: Ctx, given: readonly Given[], { source }: Finder): Promise<readonly Outcome[]> {
  return alarms.writeMany(ctx, 'alarms:import', async (tx) => {
    const analysis = await tx.selectFrom('alarms.analysis').select(['id', 'reading']).where(sql<boolean>`id::text = ${source}`).executeTakeFirst();
    if (!analysis) throw new Problem('refused', 'alarms.no_such_analysis', 'Begin this file on the page “Last year’s alarms”.');
    const reading = analysis.reading as Reading;
    const [local, now] = [new LocalTime(reading.timeZone), ctx.now().getTime()];
    const read = given.map((row) => ({ row, result: readPast(row.cells as PastCells, reading, local, now) }));
    const good = read.flatMap(({ row, result }) => (result.ok ? [{ key: keyOf(row.externalId, result.row), ...result.row }] : []));
    const values = good.map(({ key, at, closedAt, ...rest }) => ({ analysisId: analysis.id, key, raisedAt: new Date(at).toISOString(), closedAt: closedAt === null ? null : new Date(closedAt).toISOString(), ...rest }));
    const fresh = new Set(values.length === 0 ? [] : (await insertAll(tx, values)).map(({ key }) => key));
    const result = read.map(({ row, result: one }): Outcome => {
      if (!one.ok) return refusedRow([row.cells['device'], row.cells['type']].filter(Boolean).join(' · '), one.faults);
      const key = keyOf(row.externalId, one.row);
      // Of two rows of one file that are the same, the second is known.
      return { does: fresh.delete(key) ? 'created' : 'unchanged', id: key, label: `${one.row.device} · ${one.row.said}` };
    });
    return { changes: [], result };
  });
}

type Tx = Parameters<Parameters<typeof alarms.writeMany>[2]>[0];

const insertAll = async (tx: Tx, values: readonly object[]): Promise<{ key: string }[]> =>
  (await sql<{ key: string }>`insert into alarms.past (analysis_id, key, raised_at, closed_at, device, site, said, type, finding)
    select r."analysisId", r.key, r."raisedAt", r."closedAt", r.device, r.site, r.said, r.type, r.finding
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as r("analysisId" uuid, key uuid, "raisedAt" timestamptz, "closedAt" timestamptz, device text, site text, said text, type text, finding text)
    on conflict do nothing returning key`.execute(tx)).rows;

/** Alarms of the past out of any head-end's file; the page “Last year’s alarms” says how each is read. */
export const pastKind: ImportKind = {
  key: PAST, title: 'Alarms of the past, to be analysed', permission: 'alarms:import', mostRows: MOST_PAST, atOnce: 1000, hasOwnPage: true, take: takePast,
  columns: [
    { key: 'external_id', title: 'Id in the other system', help: 'By which the same alarm is known again', also: ['alarm id', 'event id', 'id', 'event number', 'alarm number', 'guid', 'ereignisnummer', 'nr', 'lfd nr'] },
    { key: 'raised_on', title: 'Day', help: 'Where the day stands in a column of its own', also: ['date', 'event date', 'alarm date', 'datum', 'tag'] },
    { key: 'raised_at', title: 'Time', help: 'When it was raised', isRequired: true, also: ['raised', 'timestamp', 'time stamp', 'date time', 'datetime', 'event time', 'alarm time', 'occurred', 'occurred at', 'start time', 'opened', 'created', 'message date time', 'panel date time', 'zeit', 'uhrzeit', 'zeitpunkt', 'zeitstempel', 'ereigniszeit', 'time utc'] },
    { key: 'device', title: 'Device', help: 'What rang: a point, door, camera or zone', isRequired: true, also: ['device name', 'point', 'point name', 'zone', 'zone name', 'sensor', 'door', 'camera', 'source', 'source name', 'entity', 'item', 'alarm source', 'gerät', 'melder', 'meldepunkt', 'tür', 'quelle'] },
    { key: 'site', title: 'Site', help: 'Where it stands', also: ['site name', 'location', 'building', 'facility', 'area', 'account', 'premises', 'partition', 'standort', 'objekt', 'gebäude', 'liegenschaft'] },
    { key: 'type', title: 'Type', help: 'What it said', isRequired: true, also: ['alarm type', 'event type', 'event', 'alarm', 'event name', 'alarm name', 'description', 'event description', 'alarm description', 'message', 'category', 'trigger', 'alarmart', 'ereignis', 'meldung', 'art', 'beschreibung'] },
    { key: 'finding', title: 'What it was', help: 'Its disposition, or whether it was false', also: ['disposition', 'finding', 'false', 'false alarm', 'is false', 'result', 'outcome', 'resolution', 'resolution code', 'classification', 'cause', 'verdict', 'close reason', 'falschalarm', 'fehlalarm', 'ergebnis', 'bewertung', 'abschluss'] },
    { key: 'closed_at', title: 'Closed', help: 'When it was dealt with', also: ['closed at', 'cleared', 'clear time', 'end time', 'resolved', 'acknowledged', 'ack time', 'completed', 'geschlossen', 'quittiert', 'erledigt'] },
  ],
};
