import { dispositionOf } from '#modules/alarms/public.ts';
import { EVENTS } from './rules.ts';

/** An entry of the ledger. `after` is what it changed, everything where it made the record; texts that may be erased are not in it. */
export type Entry = { at: string; verb: string; recordId: string; siteId: string | null; after: Readonly<Record<string, unknown>> };

/** A record as it stands now, under the sight of who is told. */
export type Row = Readonly<Record<string, unknown>>;

/** What is said of an event, before it has a format. Times are ISO 8601 in UTC; `priority` 1 is the most urgent of four. */
export type Said = {
  event: string;
  means: 'begins' | 'goes-on' | 'ends';
  noun: 'alarm' | 'incident' | 'device' | 'test';
  at: string;
  record: { id: string; number: string; title: string; type: string; state: string; priority: 1 | 2 | 3 | 4; severity: number | null; occurredAt: string };
  site: { id: string; name: string } | null;
  source: { id: string | null; name: string; point: string | null; area: string | null } | null;
  outcome: { key: string; isFalse: boolean } | null;
  alarm: string | null;
  /** Of a simulated source: nothing happened, and the title begins with that. */
  isSimulated: boolean;
  narrative: string | null;
};

const byVerb = new Map<string, (typeof EVENTS)[number]>(EVENTS.flatMap((event) => event.verbs.map((verb) => [verb, event] as const)));

/** The event that a verb of the ledger is; null where nothing is told of it. */
export const eventOf = (verb: string): string | null => byVerb.get(verb)?.key ?? null;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const orNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const priorityOf = (value: unknown): 1 | 2 | 3 | 4 => (value === 1 || value === 2 || value === 3 ? value : 4);
/** Of five steps of severity, the most severe first, to four of priority. */
const prioritiesOfSeverity = [4, 4, 3, 2, 1] as const;

/** What an entry says to those outside: the record as it stands, with what the entry itself says of that moment. Null where nothing is ever told of it. */
export function saidBy({ verb, at, recordId, siteId, after }: Entry, row: Row): Said | null {
  const event = byVerb.get(verb);
  if (!event) return null;
  // A text that may be erased stands in an entry as its hash: it is read from the record.
  const then = { ...row, ...Object.fromEntries(Object.entries(after).filter(([, value]) => value === null || typeof value !== 'object')) };
  const said = { event: event.key, means: event.means, at, site: siteId === null ? null : { id: siteId, name: '' }, narrative: null };
  if (verb.startsWith('alarms.')) return { ...said, ...alarmFacts(recordId, then) };
  return verb.startsWith('incidents.') ? { ...said, ...incidentFacts(recordId, then) } : { ...said, ...deviceFacts(recordId, then) };
}

type Facts = Pick<Said, 'noun' | 'record' | 'source' | 'outcome' | 'alarm' | 'isSimulated'>;

function alarmFacts(id: string, after: Row): Facts {
  const disposition = orNull(after['disposition']);
  const isSimulated = after['isSimulated'] === true;
  return {
    noun: 'alarm', alarm: null, isSimulated,
    record: { id, number: text(after['number']), title: `${isSimulated ? 'Simulated: ' : ''}${orNull(after['onTestId']) === null ? '' : 'On test: '}${text(after['title'])}`, type: text(after['type']), state: text(after['handling']), priority: priorityOf(after['priority']), severity: null, occurredAt: text(after['raisedAt']) },
    source: { id: orNull(after['sourceId']), name: text(after['sourceName']), point: orNull(after['point']), area: orNull(after['area']) },
    outcome: disposition === null ? null : { key: disposition, isFalse: dispositionOf(disposition)?.countsAsTrue === false },
  };
}

function incidentFacts(id: string, after: Row): Facts {
  const severity = typeof after['severity'] === 'number' ? after['severity'] : 1;
  return {
    noun: 'incident', source: null, outcome: null, isSimulated: false, alarm: orNull(after['fromAlarm']),
    record: { id, number: text(after['number']), title: text(after['title']), type: text(after['typeKey']), state: text(after['state']), priority: prioritiesOfSeverity[severity - 1] ?? 4, severity, occurredAt: text(after['occurredFrom']) },
  };
}

const deviceFacts = (id: string, after: Row): Facts => ({
  noun: 'device', source: null, outcome: null, alarm: null, isSimulated: false,
  record: { id, number: text(after['code']), title: text(after['name']), type: text(after['kind']), state: text(after['reach']), priority: 3, severity: null, occurredAt: text(after['reachSince']) },
});

/** What a test says: that it is one. */
export const testSaid = (id: string, at: string): Said => ({
  event: 'test', means: 'goes-on', noun: 'test', at, site: null, source: null, outcome: null, alarm: null, isSimulated: false, narrative: null,
  record: { id, number: 'TEST', title: 'A test from Parapet: nothing happened', type: 'test', state: 'test', priority: 4, severity: null, occurredAt: at },
});

/** Whether a destination wants to hear this, beside its events and sites. Families are the first word of a type; of incidents and devices they say nothing. */
export const isWanted = ({ noun, record }: Said, { downTo, families }: { downTo: number; families: readonly string[] }): boolean =>
  noun === 'test' || (record.priority <= downTo && (noun !== 'alarm' || families.length === 0 || families.includes(record.type.split('.')[0] ?? '')));
