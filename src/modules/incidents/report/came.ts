import type { JsonValue } from '#platform/report/text.ts';
import type { Fact } from './answers.ts';
import { dumpOf } from './bytes.ts';
import type { AlarmFacts, ReportFacts, SignalFacts } from './facts.ts';
import { bothClocks, momentOf, spanWords } from './times.ts';
import { WORDS_EN as words } from './words.ts';

type Step = { at: string; what: string; reference: string };

/** The thread in order of time, by days of the site's calendar: each signal, alarm, the incident and this paper. */
export function threadOf({ alarms, incident, print }: ReportFacts, zone: string): JsonValue {
  const steps: Step[] = [
    ...alarms.flatMap(stepsOf),
    { at: incident.declaredAt, what: `Incident declared${incident.declaredBy === '' ? '' : ` by ${incident.declaredBy}`}`, reference: incident.number },
    ...(incident.closedAt === null ? [] : [{ at: incident.closedAt, what: `Incident closed${incident.closedBy === null ? '' : ` by ${incident.closedBy}`}`, reference: incident.number }]),
    { at: print.at, what: `This report printed by ${print.by}`, reference: '' },
  ];
  const sorted = steps.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const days = Map.groupBy(sorted, ({ at }) => momentOf(at, zone).day);
  return [...days].map(([day, same]) => ({ day, entries: same.map(({ at, what, reference }) => {
    const { time, zone: letters, utc } = momentOf(at, zone);
    return { time, zone: letters, utc: utc ?? '', what, reference };
  }) }));
}

function stepsOf(alarm: AlarmFacts): Step[] {
  const signals = alarm.signals.map((signal) => ({ at: signal.receivedAt, what: `Signal received from ${signal.sourceName}: ${signal.title}`, reference: `${signal.account} ${String(signal.sequence).padStart(4, '0')}` }));
  const own = [
    { at: alarm.knownAt, what: `Alarm: ${alarm.title}, priority ${alarm.priority}` },
    ...(alarm.acknowledgedAt === null ? [] : [{ at: alarm.acknowledgedAt, what: `Alarm acknowledged${alarm.acknowledger === null ? '' : ` by ${alarm.acknowledger}`}, ${answered(alarm, alarm.acknowledgedAt)}` }]),
    ...(alarm.closedAt === null ? [] : [{ at: alarm.closedAt, what: `Alarm closed${alarm.closer === null ? '' : ` by ${alarm.closer}`}` }]),
  ];
  return [...signals, ...own.map((step) => ({ ...step, reference: alarm.number }))];
}

const answered = ({ knownAt, answerBy }: AlarmFacts, at: string): string => {
  const target = Date.parse(answerBy) - Date.parse(knownAt);
  return `${spanWords(Date.parse(at) - Date.parse(knownAt))} after it rang (target ${spanWords(target)})`;
};

/** One alarm with its times and the signals behind it, down to their bytes. */
export function alarmOf(alarm: AlarmFacts, zone: string): JsonValue {
  const { alarm: own } = words;
  const times: [string, string | null, string][] = [
    [own.raised, alarm.raisedAt, own.byDevice],
    [own.known, alarm.knownAt, alarm.sourceName],
    [own.acknowledged, alarm.acknowledgedAt, [alarm.acknowledger ?? '', alarm.acknowledgedAt === null ? '' : answered(alarm, alarm.acknowledgedAt)].filter((part) => part !== '').join(', ')],
    [own.returned, alarm.returnedAt, own.byDevice],
    [own.closed, alarm.closedAt, [alarm.closer ?? '', alarm.disposition ?? '', alarm.cause ?? ''].filter((part) => part !== '').join(', ')],
  ];
  const place = [alarm.sourceName, alarm.area === null ? '' : `area ${alarm.area}`, alarm.point === null ? '' : `point ${alarm.point}`].filter((part) => part !== '').join(', ');
  return {
    number: alarm.number, title: alarm.title, priority: alarm.priority, sub: [`priority ${alarm.priority}`, alarm.type, place, alarm.repeats > 1 ? `came ${alarm.repeats} times` : ''].filter((part) => part !== '').join(' · '), note: alarm.note ?? '',
    times: times.flatMap(([label, at, who]) => (at === null ? [] : [{ label, ...clocksOf(at, zone), who }])),
    signals: alarm.signals.map((signal) => signalOf(signal, zone)),
  };
}

const clocksOf = (at: string, zone: string): { here: string; utc: string } => {
  const { day, time, zone: letters, utc } = momentOf(at, zone);
  return { here: `${day} ${time} ${letters}`, utc: utc ?? '' };
};

function signalOf(signal: SignalFacts, zone: string): JsonValue {
  const { signal: own } = words;
  const facts: Fact[] = [
    { label: own.id, value: signal.id },
    { label: own.received, value: bothClocks(signal.receivedAt, zone) },
    { label: own.occurred, value: signal.hasTime ? `${bothClocks(signal.occurredAt, zone)}${signal.isLate ? ', more than five minutes off, not used' : ''}` : '' },
    { label: own.sent, value: `${signal.sourceName}, account ${signal.account}` },
    { label: own.number, value: String(signal.sequence).padStart(4, '0') },
    { label: own.repeats, value: signal.repeats > 1 ? `${signal.repeats - 1} times` : '' },
  ];
  return { title: signal.title, facts: facts.filter(({ value }) => value !== ''), dump: dumpOf(signal.hex), meaning: meaningOf(signal) };
}

function meaningOf(signal: SignalFacts): Fact[] {
  const { signal: own } = words;
  const events = signal.events.flatMap((event): Fact[] => [
    { label: own.event, value: `${event.title} (${event.code})` },
    { label: own.area, value: event.area ?? '' },
    { label: own.point, value: event.point ?? '' },
    { label: own.user, value: event.user ?? '' },
    { label: own.text, value: event.text ?? '' },
    { label: own.priority, value: event.priority === null ? '' : String(event.priority) },
  ]);
  const facts = signal.facts.map(({ name, value }) => ({ label: name, value }));
  return [...events, ...facts, { label: own.problem, value: signal.problem ?? '' }].filter(({ value }) => value !== '');
}
