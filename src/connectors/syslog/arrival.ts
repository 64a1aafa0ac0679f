import type { Arrival, Decoded } from '#platform/wire/port.ts';
import { readHeader } from './header.ts';
import { type ReadSyslog, readSyslog } from './read.ts';
import { textOf } from './text.ts';

const LONGEST_ACCOUNT = 255;

/**
 * A message as the sink takes it. Its sender is known by the host that it names, in lower case, else by the address that it came from.
 * With a time of its own a message that comes again byte by byte is the same; without one each is one of its own, since nobody sends syslog again.
 */
export function arrivalFrom(raw: Buffer, receivedAt: number, remote: string): Arrival {
  const { format, host, timestamp, sentAt, structured } = readHeader(textOf(raw));
  const account = accountOf(host) ?? remote;
  return { protocol: 'syslog', account, token: format, sequence: numberOf(structured['meta']?.['sequenceId']), raw, identity: timestamp === null ? null : raw.toString('latin1'), sentAt, receivedAt, remote };
}

const accountOf = (host: string | null): string | null => (host !== null && /^[!-~]+$/.test(host) ? host.toLowerCase().slice(0, LONGEST_ACCOUNT) : null);

/** RFC 5424 §7.3.1: 1 to 2147483647, the number of the message at its sender. */
const numberOf = (text: string | undefined): number => (text !== undefined && /^[1-9]\d{0,9}$/.test(text) && Number(text) <= 2_147_483_647 ? Number(text) : 0);

/** Reads a stored message in full; it never throws. */
export function decodeSyslog(raw: Buffer): Decoded {
  const read = readSyslog(raw);
  const { format, header, fields, sentAt } = read;
  return {
    token: format, account: accountOf(header.host) ?? '', sequence: numberOf(header.structured['meta']?.['sequenceId']), sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
    events: [], facts: factsOf(read), problem: null, subject: { format, header, fields },
  };
}

function factsOf({ format, header, fields, message }: ReadSyslog): Decoded['facts'] {
  const isCoded = format === 'cef' || format === 'leef';
  return [
    ...named([['Severity', header.severity], ['Facility', header.facility], ['Time as written', header.timestamp], ['Host', header.host], ['Program', header.app], ['Process', header.process], ['Message ID', header.messageid]]),
    ...named([['Vendor', header.vendor], ['Product', header.product], ['Version', header.version], ['Event', header.event], ['Name', header.name], ['Severity of the event', header.weight === null ? null : String(header.weight)]]),
    ...Object.entries(header.structured).flatMap(([id, parameters]) => named(Object.entries(parameters).map(([name, value]) => [`${id} ${name}`, value]))),
    ...named(isCoded ? Object.entries(fields) : [['Text', message]]),
  ];
}

const named = (pairs: [string, string | null][]): Decoded['facts'] => pairs.flatMap(([name, value]) => (value === null || value === '' ? [] : [{ name, value }]));
