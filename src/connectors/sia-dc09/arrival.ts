import type { Arrival, CodedEvent, Decoded } from '#platform/wire/port.ts';
import { clearBody, openBody } from './cipher.ts';
import { decodeContent, type Content, type DecodedEvent } from './content.ts';
import { Splitter, type Frame } from './frame.ts';
import { accountInData, readHeader, readSentAt, type Header } from './header.ts';
import { readable } from './text.ts';

/**
 * A message as the sink takes it. The account is that of the header, which is the sender's; else that of the data block; '' where neither has one.
 * Letters of an account count as upper case; the answer repeats them as they came.
 */
export function arrivalFrom(frame: Frame, header: Header, receivedAt: number, remote: string): Arrival {
  const account = (header.account ?? accountInData(frame.body, header.dataAt) ?? '').toUpperCase();
  const sentAt = header.isEncrypted ? null : readSentAt(frame.body);
  const identity = sentAt === null ? frame.body : frame.body.slice(0, -20);
  return { protocol: 'dc09', account, token: `${header.isEncrypted ? '*' : ''}${header.token}`, sequence: header.sequence, raw: frame.raw, identity, sentAt, receivedAt, remote };
}

/** The same of an encrypted message that was opened: a resend is known by what it says, since its bytes differ each time. */
export const openedArrival = (frame: Frame, header: Header, { clear, sentAt }: { clear: string; sentAt: number }, receivedAt: number, remote: string): Arrival => ({
  ...arrivalFrom(frame, header, receivedAt, remote),
  token: header.token,
  identity: clearBody(header, clear).slice(0, -20),
  sentAt,
  clear: Buffer.from(clear, 'latin1'),
});

/** An encrypted message that names no time within these bounds of ours is answered with NAK (DC-09 §5.5.3); ms. */
export const EARLIEST_MS = 40_000;
export const LATEST_MS = 20_000;

/** The test of time that an encrypted message must pass: it stands against a recorded one being played again. */
export const isTimely = (sentAt: number, now: number): boolean => sentAt >= now - EARLIEST_MS && sentAt <= now + LATEST_MS;

/** A stored frame as it would arrive again; null where it carries no event, or is encrypted and `key` does not open it, or not for the time it came at. */
export function arriveAgain(raw: Buffer, receivedAt: number, remote: string, key: Buffer | null = null): Arrival | null {
  const splitter = new Splitter();
  splitter.push(raw);
  const frame = splitter.next();
  if (!frame?.ok) return null;
  const header = readHeader(frame.body);
  if (!header.ok || (header.token !== 'SIA-DCS' && header.token !== 'ADM-CID')) return null;
  if (!header.isEncrypted) return arrivalFrom(frame, header, receivedAt, remote);
  const opened = key && openBody(frame.body, header, key);
  return opened?.ok && isTimely(opened.sentAt, receivedAt) ? openedArrival(frame, header, opened, receivedAt, remote) : null;
}

const PROBLEMS: Record<string, string> = {
  'no-data': 'The message has no data block.',
  empty: 'The data block is empty.',
  'no-event': 'Nothing in the data block could be read as an event.',
  token: 'The message has no readable token.',
  sequence: 'The message has no readable sequence number.',
  address: 'What stands between the sequence number and the data could not be read.',
};

/** Reads a stored frame in full; `clear` is what was opened of an encrypted one when it came. What cannot be read is said in `problem`; it never throws. */
export function decodeFrame(raw: Buffer, clear: Buffer | null = null): Decoded {
  const splitter = new Splitter();
  splitter.push(raw);
  const frame = splitter.next();
  if (!frame?.ok) return unreadable(`These bytes are no frame: ${frame ? frame.reason : 'cut off'}.`);
  const header = readHeader(frame.body);
  if (!header.ok) return unreadable(PROBLEMS[header.reason] ?? header.reason);
  const { token, sequence } = header;
  const body = header.isEncrypted && clear ? clearBody(header, clear.toString('latin1')) : frame.body;
  const sentAt = readSentAt(body);
  const decoded: Decoded = {
    token: header.isEncrypted ? `*${token}` : token,
    account: (header.account ?? accountInData(body, header.dataAt) ?? '').toUpperCase(),
    sequence,
    sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
    events: [],
    facts: addressFacts(header, frame),
    problem: null,
  };
  if (header.isEncrypted && !clear) return { ...decoded, problem: 'The message is encrypted.' };
  if (token === 'NULL') return decoded;
  if (token !== 'SIA-DCS' && token !== 'ADM-CID') return { ...decoded, problem: `Messages of the kind ${readable(token)} are not read.` };
  const content = decodeContent(token, body);
  if (!content.ok) return { ...decoded, problem: PROBLEMS[content.reason] ?? content.reason };
  return { ...decoded, events: codedEvents(content), facts: [...decoded.facts, ...contentFacts(content)], problem: problemOf(content) };
}

const unreadable = (problem: string): Decoded => ({ token: '', account: '', sequence: 0, sentAt: null, events: [], facts: [], problem });

/** A text goes with the last event, which it follows; a name with the number that it stands behind. */
function codedEvents({ events, texts: blocks, extended }: Content): CodedEvent[] {
  const texts = [...blocks, ...extended.filter(({ id }) => id === 'I').map(({ value }) => value)];
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
    ['Encryption', header.isEncrypted ? 'AES' : null],
    ['CRC', frame.form === 'ascii' ? 'four hex digits' : 'two bytes'],
  ]);
}

function contentFacts(content: Content): Fact[] {
  const occurredAt = content.occurredAt === null ? null : new Date(content.occurredAt).toISOString();
  return [
    ...named([['Account in the data', content.account], ['Time of the event', occurredAt]]),
    ...content.events.flatMap((event) => eventFacts(event)),
    ...content.texts.map((value) => ({ name: 'Text', value })),
    ...content.extended.map(({ id, name, value }) => ({ name: name ?? `Block ${id}`, value: id === 'K' ? 'not shown' : value })),
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
