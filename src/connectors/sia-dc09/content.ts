import { decodeContactId } from './contact-id.ts';
import { decodeEvents } from './dc03.ts';
import { readHeader, readMoment, readSentAt, type HeaderFault } from './header.ts';
import { readable } from './text.ts';

/** The tokens whose data are events: SIA DC-03 and Ademco Contact ID (DC-05). */
export type EventToken = 'SIA-DCS' | 'ADM-CID';

/** One event of a message. Numbers are kept as sent, with their zeros; what `number` counts (zone, user, door, area) depends on the code. */
export type DecodedEvent = {
  token: EventToken;
  code: string;
  /** Contact ID only: 1 new or opening, 3 restore or closing, 6 still present. */
  qualifier: number | null;
  number: string | null;
  numberName: string | null;
  area: string | null;
  areaName: string | null;
  user: string | null;
  userName: string | null;
  peripheral: string | null;
  peripheralName: string | null;
  /** `HH:MM` or `HH:MM:SS` on the panel's own clock and zone, as sent. */
  time: string | null;
  /** The panel's date, as sent. */
  date: string | null;
  /** Sent again from the panel's memory, not new (DC-03 `O`). */
  isOld: boolean;
  /** Other modifiers, as sent. */
  others: { id: string; value: string }[];
};

/** An extended data block (DC-09 §5.5). `name` is null for an identifier that we do not know. */
export type ExtendedBlock = { id: string; name: string | null; value: string };

/** What a message says. `unread` holds the pieces that could not be read: where it is not empty, a person should look at the raw bytes. */
export type Content = {
  ok: true;
  /** The account in the data block; it may differ from that in the header where a gateway or cloud sends for many. */
  account: string | null;
  events: DecodedEvent[];
  texts: string[];
  extended: ExtendedBlock[];
  /** The extended block H, time of the event, in ms since 1970. */
  occurredAt: number | null;
  /** The time of the message, in ms since 1970. */
  sentAt: number | null;
  unread: string[];
};

/** A body whose data are no event: no data block, an empty one, or one in which nothing was found. It is kept whole all the same. */
export type ContentFault = { ok: false; reason: HeaderFault['reason'] | 'no-data' | 'empty' | 'no-event' };

const EXTENDED_NAMES: Record<string, string> = {
  A: 'authentication hash',
  C: 'supervision category',
  H: 'time of the event',
  I: 'alarm text',
  J: 'network path',
  K: 'encryption key',
  L: 'location',
  M: 'MAC address',
  N: 'network address',
  O: 'building',
  P: 'programming message',
  R: 'room',
  S: 'site',
  T: 'trigger',
  V: 'verification',
  X: 'longitude',
  Y: 'latitude',
  Z: 'altitude',
};

/** Reads the events of a body (`Arrival.content`, `Frame.body`: latin1) of the given token. Pure, linear in the length, and never throws. */
export function decodeContent(token: EventToken, body: string): Content | ContentFault {
  const header = readHeader(body);
  if (!header.ok) return { ok: false, reason: header.reason };
  const end = body.indexOf(']', header.dataAt);
  if (end < 0) return { ok: false, reason: 'no-data' };
  const { account, blocks } = splitData(body.slice(header.dataAt + 1, end));
  const { extended, rest } = readExtended(body, end + 1);
  const found = readBlocks(token, blocks);
  if (rest !== '') found.unread.push(readable(rest));
  if (found.events.length === 0 && found.texts.length === 0) return { ok: false, reason: blocks.length === 0 ? 'empty' : 'no-event' };
  return { ok: true, account, ...found, extended, occurredAt: occurredAt(extended), sentAt: readSentAt(body) };
}

function readBlocks(token: EventToken, blocks: string[]): Pick<Content, 'events' | 'texts' | 'unread'> {
  const events: DecodedEvent[] = [];
  const texts: string[] = [];
  const unread: string[] = [];
  for (const block of blocks) {
    const event = token === 'ADM-CID' ? decodeContactId(block) : null;
    if (event) events.push(event);
    else if (block.startsWith('A')) texts.push(readable(block.slice(1)));
    else if (token === 'ADM-CID') unread.push(readable(block));
    else {
      const read = decodeEvents(block);
      events.push(...read.events);
      texts.push(...read.texts);
      if (read.unread !== '') unread.push(readable(read.unread));
    }
  }
  return { events, texts, unread };
}

function splitData(data: string): { account: string | null; blocks: string[] } {
  const [first = '', ...others] = data.split('|');
  const account = first.startsWith('#') ? readable(first.slice(1)) : null;
  const blocks = account === null ? [first, ...others] : others;
  return { account: account === '' ? null : account, blocks: blocks.filter((block) => block !== '') };
}

/** The blocks `[Xvalue]` from `at` on, and what stands after them other than the timestamp. */
function readExtended(body: string, at: number): { extended: ExtendedBlock[]; rest: string } {
  const extended: ExtendedBlock[] = [];
  let from = at;
  while (body[from] === '[') {
    const end = body.indexOf(']', from);
    if (end < 0) break;
    const id = body.slice(from + 1, from + 2);
    if (end > from + 1) extended.push({ id: readable(id), name: EXTENDED_NAMES[id] ?? null, value: readable(body.slice(from + 2, end)) });
    from = end + 1;
  }
  return { extended, rest: readSentAt(body) === null ? body.slice(from) : body.slice(from, body.length - 20) };
}

function occurredAt(extended: ExtendedBlock[]): number | null {
  const value = extended.find((block) => block.id === 'H')?.value;
  return value === undefined ? null : readMoment(value, value.startsWith('_') ? 1 : 0);
}
