import { headOnPaper } from '#platform/witness/paper.ts';
import type { JsonValue } from '#platform/report/text.ts';
import { closureReasonOf, incidentFamilies, incidentTypeOf, severityOf } from '../rules.ts';
import { type Fact, answersIn } from './answers.ts';
import { alarmOf, threadOf } from './came.ts';
import { costTable } from './cost.ts';
import type { ReportFacts } from './facts.ts';
import { clockRows, commentRows, fileRows, lossTable, logDays, personRows, taskRows, thingRows } from './lines.ts';
import { moneyWords } from './money.ts';
import { bothClocks, momentOf, momentWords, spanWords } from './times.ts';
import { WORDS_EN as words } from './words.ts';

/** The template that this data fills. */
export const INCIDENT_TEMPLATE = 'modules/incidents/report/incident.typ';

/** What `incident.typ` shows, all in words, in the order in which it stands. */
export function incidentReport(facts: ReportFacts): { title: string; data: JsonValue } {
  const { incident } = facts;
  const zone = facts.site?.timeZone ?? 'UTC';
  const data = {
    frame: frameOf(facts, zone), words, number: incident.number, title: /[^\s\p{Cf}]/u.test(incident.title) ? incident.title : incident.number, lead: leadOf(facts, zone), band: bandOf(facts, zone), narrative: incident.narrative,
    walled: incident.isWalled ? `Few may see this incident. ${printedFor(facts)} Who reads or prints it is recorded.` : null,
    thread: threadOf(facts, zone), hasUtc: zone !== 'UTC', facts: factsOf(facts, zone), alarms: facts.alarms.map((alarm) => alarmOf(alarm, zone)),
    people: personRows(facts), things: thingRows(facts), losses: lossTable(facts), cost: costTable(facts.cost), log: logDays(facts.log, zone), tasks: taskRows(facts.tasks, zone), files: fileRows(facts.files, zone), comments: commentRows(facts.comments, zone), clocks: clockRows(incident.clocks, zone),
    closure: closureOf(facts, zone), record: recordOf(facts, zone),
  };
  return { title: `${incident.number} ${incident.title}`, data };
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** For lines that stand on every page: at most so many characters, a sign of more where it was cut. */
function short(text: string, most: number): string {
  const all = [...graphemes.segment(text.slice(0, most * 20).replaceAll(/\s+/g, ' '))].map(({ segment }) => segment);
  return all.length > most ? `${all.slice(0, most - 1).join('')}…` : all.join('');
}

const printedFor = ({ print }: Pick<ReportFacts, 'print'>): string => `Printed by ${print.by} for this purpose: ${print.purpose ?? 'none given'}.`;

export type FrameFacts = Pick<ReportFacts, 'print' | 'head'> & { incident: { number: string; isSimulated: boolean; isWalled: boolean } };

/** What stands on every page of a paper of an incident; `kind` is what the paper is. */
export function frameOf({ incident, print, head }: FrameFacts, zone: string, kind: string = words.report): Record<string, JsonValue> {
  return {
    organisation: short(print.organisation, 60), department: short(print.department, 60), number: incident.number, kind, demo: [...(incident.isSimulated ? [words.simulated] : []), ...(print.isDemo ? [words.demo] : [])].join(' ') || null,
    walled: incident.isWalled ? { word: words.walled, line: short(`${print.by}: ${print.purpose ?? 'no purpose given'}`, 120) } : null,
    printed: `Printed ${momentWords(print.at, zone)} by ${short(print.by, 60)}`,
    record: headOnPaper(head),
    of: words.page,
  };
}

/** One sentence that a board reads first: what, where, when, how long it took to know, where it stands. */
function leadOf({ incident, site }: ReportFacts, zone: string): string {
  const type = typeTitle(incident.type);
  const where = site === null ? '' : ` at ${[site.name, site.city].filter((part, at, all) => part !== '' && all.indexOf(part) === at).join(', ')}`;
  const happened = momentOf(incident.occurredFrom, zone);
  const late = Date.parse(incident.knownAt) - Date.parse(incident.occurredFrom);
  const known = late < 1000 ? 'known at once' : `known ${spanWords(late)} later`;
  const closed = incident.closedAt === null ? 'It is open.' : `It was closed ${spanWords(Date.parse(incident.closedAt) - Date.parse(incident.knownAt))} after that: ${closureTitle(incident.closureReason).toLowerCase()}.`;
  return `${type}${where}, ${happened.day} at ${happened.time} ${happened.zone}, ${known}. ${closed}`;
}

const typeTitle = (key: string | null): string => (key === null ? words.unclassified : (incidentTypeOf(key)?.title ?? key));
const closureTitle = (key: string | null): string => (key === null ? words.unknown : (closureReasonOf(key)?.title ?? key));

function bandOf({ incident, site }: ReportFacts, zone: string): JsonValue {
  const happened = momentOf(incident.occurredFrom, zone);
  const known = momentOf(incident.knownAt, zone);
  const inUtc = (utc: string | null): string => (utc === null ? '' : `${utc} UTC`);
  const level = severityOf(incident.severity);
  const [first, ...others] = incident.losses;
  const cost = first === undefined ? (incident.noLoss === true ? words.none : words.unknown) : moneyWords(first.amountMinor, first.currency);
  return [
    { label: words.band.number, strong: incident.number, small: incident.state === 'open' ? words.open : words.closed, isMachine: true },
    { label: words.band.classification, strong: typeTitle(incident.type), small: incident.subtype ?? familyOf(incident.type) },
    { label: words.band.severity, strong: level?.name ?? String(incident.severity), small: `${incident.severity} of 5`, severity: incident.severity },
    { label: words.band.happened, strong: `${happened.time} ${happened.zone}`, small: [happened.day, inUtc(happened.utc)].filter((part) => part !== '').join('\n') },
    { label: words.band.known, strong: `${known.time} ${known.zone}`, small: [known.day === happened.day ? `${spanWords(Date.parse(incident.knownAt) - Date.parse(incident.occurredFrom))} later` : known.day, inUtc(known.utc)].filter((part) => part !== '').join('\n') },
    { label: words.band.where, strong: short(site?.name ?? words.noSite, 60), small: short(incident.place, 60) },
    { label: words.band.cost, strong: cost, small: others.map(({ amountMinor, currency }) => `and ${moneyWords(amountMinor, currency)}`).join('\n') },
  ];
}

function familyOf(typeKey: string | null): string {
  const family = typeKey === null ? undefined : incidentTypeOf(typeKey)?.family;
  return incidentFamilies.find(({ key }) => key === family)?.title ?? '';
}

function factsOf({ incident, site }: ReportFacts, zone: string): Fact[] {
  const level = severityOf(incident.severity);
  const own = words.facts;
  const address = site === null ? '' : [site.address, site.city, site.country ?? ''].filter((part) => part !== '').join(', ');
  const stated: Fact[] = [
    { label: own.severity, value: level === null ? String(incident.severity) : `${incident.severity}, ${level.name}: ${level.definition}` },
    { label: own.site, value: site === null ? words.noSite : [...site.above, `${site.name} (${site.code})`].join(' › ') },
    { label: own.address, value: address },
    { label: own.zone, value: zone },
    { label: own.place, value: incident.place },
    { label: own.began, value: bothClocks(incident.occurredFrom, zone) },
    { label: own.ended, value: incident.occurredTo === null ? '' : bothClocks(incident.occurredTo, zone) },
    { label: own.known, value: bothClocks(incident.knownAt, zone) },
    ...(incident.mergedInto ? [{ label: own.mergedInto, value: `${incident.mergedInto.number}, which lives on` }] : []),
    ...(incident.merged.length > 0 ? [{ label: own.merged, value: incident.merged.map(({ number }) => number).join(', ') }] : []),
    { label: own.reportedBy, value: incident.reportedBy },
    { label: own.declared, value: `${bothClocks(incident.declaredAt, zone)}${incident.declaredBy === '' ? '' : `, by ${incident.declaredBy}`}` },
    { label: own.commander, value: incident.commander ?? words.nobody },
  ];
  return [...stated, ...answersIn(incident.type, incident.fields, zone)].filter(({ value }) => value !== '');
}

function closureOf({ incident }: ReportFacts, zone: string): Fact[] {
  if (incident.closedAt === null) return [];
  return [
    { label: words.closure.reason, value: closureTitle(incident.closureReason) },
    { label: words.closure.summary, value: incident.closureSummary ?? '' },
    { label: words.closure.by, value: `${incident.closedBy ?? words.unknown}, ${bothClocks(incident.closedAt, zone)}` },
  ].filter(({ value }) => value !== '');
}

function recordOf(facts: ReportFacts, zone: string): JsonValue {
  const { head, print } = facts;
  const printed: Fact[] = [
    { label: words.record.printed, value: print.by },
    { label: words.record.at, value: bothClocks(print.at, zone) },
    ...(print.purpose === null ? [] : [{ label: words.record.purpose, value: print.purpose }]),
  ];
  if (head === null) return { facts: printed, how: 'Nothing of the record was signed when this was printed, so this paper cannot be checked against a signed head.', note: null };
  return {
    facts: [...printed, ...headFacts(head, zone)],
    how: 'What was done here stands in an append-only record, a leaf for each step; frames stand there by the batch that they came in. The head below was signed over all leaves up to its time, so what is later than that is not yet under it. Whoever keeps this paper can ask for the record’s export and its public key, and see that its first leaves, as many as stated, give the same root. “parapet verify --full” recomputes the whole record on our machine and names the first break.',
    note: head.note === null ? null : head.note.trimEnd(),
  };
}

function headFacts(head: NonNullable<ReportFacts['head']>, zone: string): Fact[] {
  const key = head.note === null ? '' : keyOf(head.note);
  return [
    { label: words.record.leaves, value: head.size.toLocaleString('en') },
    { label: words.record.root, value: head.root },
    { label: words.record.signed, value: head.at === null ? '' : bothClocks(head.at, zone) },
    { label: words.record.key, value: key },
  ].filter(({ value }) => value !== '');
}

/** The signer's name and key id: the first four bytes of a signed note's signature (C2SP signed-note). */
function keyOf(note: string): string {
  const [, name, signature] = /\n— (\S+) ([A-Za-z0-9+/=]+)\s*$/.exec(note) ?? [];
  return name && signature ? `${name}+${Buffer.from(signature, 'base64').subarray(0, 4).toString('hex')}` : '';
}
