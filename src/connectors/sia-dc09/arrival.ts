import type { Arrival, CodedEvent, Decoded } from '#platform/wire/port.ts';
import { decodeContent, type Content, type DecodedEvent, type EventToken } from './content.ts';
import { Splitter, type Frame } from './frame.ts';
import { accountInData, readHeader, readSentAt, type Header } from './header.ts';
import { readable } from './text.ts';

/**
 * A message as the sink takes it. The account is that of the header, which is the sender's; else that of the data block; '' where neither has one.
 * Letters of an account count as upper case; the answer repeats them as they came.
 */
export function arrivalFrom(frame: Frame, header: Header, token: EventToken, receivedAt: number, remote: string): Arrival {
  const account = (header.account ?? accountInData(frame.body, header.dataAt) ?? '').toUpperCase();
  const sentAt = readSentAt(frame.body);
  const identity = sentAt === null ? frame.body : frame.body.slice(0, -20);
  return { protocol: 'dc09', account, token, sequence: header.sequence, raw: frame.raw, identity, sentAt, receivedAt, remote };
}

const PROBLEMS: Record<string, string> = {
  'no-data': 'The message has no data block.',
  empty: 'The data block is empty.',
  'no-event': 'Nothing in the data block could be read as an event.',
  token: 'The message has no readable token.',
  sequence: 'The message has no readable sequence number.',
  address: 'What stands between the sequence number and the data could not be read.',
};

/** Reads a stored frame in full. What cannot be read is said in `problem`; it never throws. */
export function decodeFrame(raw: Buffer): Decoded {
  const splitter = new Splitter();
  splitter.push(raw);
  const frame = splitter.next();
  if (!frame?.ok) return unreadable(`These bytes are no frame: ${frame ? frame.reason : 'cut off'}.`);
  const header = readHeader(frame.body);
  if (!header.ok) return unreadable(PROBLEMS[header.reason] ?? header.reason);
  const { token, sequence } = header;
  const sentAt = readSentAt(frame.body);
  const decoded: Decoded = {
    token: header.isEncrypted ? `*${token}` : token,
    account: (header.account ?? accountInData(frame.body, header.dataAt) ?? '').toUpperCase(),
    sequence,
    sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
    events: [],
    facts: addressFacts(header, frame),
    problem: null,
  };
  if (header.isEncrypted) return { ...decoded, problem: 'The message is encrypted.' };
  if (token === 'NULL') return decoded;
  if (token !== 'SIA-DCS' && token !== 'ADM-CID') return { ...decoded, problem: `Messages of the kind ${readable(token)} are not read.` };
  const content = decodeContent(token, frame.body);
  if (!content.ok) return { ...decoded, problem: PROBLEMS[content.reason] ?? content.reason };
  return { ...decoded, events: codedEvents(content), facts: [...decoded.facts, ...contentFacts(content)], problem: problemOf(content) };
}

const unreadable = (problem: string): Decoded => ({ token: '', account: '', sequence: 0, sentAt: null, events: [], facts: [], problem });

/** A text goes with the last event, which it follows; a name with the number that it stands behind. */
function codedEvents({ events, texts }: Content): CodedEvent[] {
  return events.map((event, i) => ({
    token: event.token,
    code: event.code,
    qualifier: event.qualifier === null ? null : String(event.qualifier),
    number: event.number,
    area: event.area,
    user: event.user,
    text: [event.numberName, ...(i === events.length - 1 ? texts : [])].filter((text) => text).join(' · ') || null,
  }));
}

function problemOf({ events, texts, unread }: Content): string | null {
  if (unread.length > 0) return `Not all of it could be read: ${unread.join(' … ')}`;
  return events.length === 0 ? `A text without an event: ${texts.join(' · ')}` : null;
}

type Fact = { name: string; value: string };

function addressFacts(header: Header, frame: Frame): Fact[] {
  return named([
    ['Receiver', header.receiver],
    ['Line', header.line],
    ['CRC', frame.form === 'ascii' ? 'four hex digits' : 'two bytes'],
  ]);
}

function contentFacts(content: Content): Fact[] {
  const occurredAt = content.occurredAt === null ? null : new Date(content.occurredAt).toISOString();
  return [
    ...named([['Account in the data', content.account], ['Time of the event', occurredAt]]),
    ...content.events.flatMap((event) => eventFacts(event)),
    ...content.texts.map((value) => ({ name: 'Text', value })),
    ...content.extended.map(({ id, name, value }) => ({ name: name ?? `Block ${id}`, value })),
  ];
}

function eventFacts(event: DecodedEvent): Fact[] {
  const of = event.code;
  return named([
    [`${of} number`, event.number && event.numberName ? `${event.number} ${event.numberName}` : event.number],
    [`${of} area`, event.area && event.areaName ? `${event.area} ${event.areaName}` : event.area],
    [`${of} user`, event.user && event.userName ? `${event.user} ${event.userName}` : event.user],
    [`${of} peripheral`, event.peripheral && event.peripheralName ? `${event.peripheral} ${event.peripheralName}` : event.peripheral],
    [`${of} panel's date`, event.date],
    [`${of} panel's time`, event.time],
    [`${of} sent from memory`, event.isOld ? 'yes' : null],
    ...event.others.map(({ id, value }): [string, string] => [`${of} ${id}`, value]),
  ]);
}

const named = (pairs: [string, string | null][]): Fact[] => pairs.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
