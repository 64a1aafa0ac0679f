import { hash } from 'node:crypto';
import type { Arrival, Decoded } from '#platform/wire/port.ts';

/** A message as it was published. */
export type Published = { topic: string; payload: Buffer };

const SEPARATOR = 0;
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** What senders call a message, and when it was; looked for at the top and, as Frigate has it, in `after`. */
const IDS = ['id', 'uuid', 'guid', 'eventId', 'event_id', 'messageId', 'message_id'] as const;
const TIMES = ['frame_time', 'timestamp', 'time', 'ts', 'datetime'] as const;
const MOST_FACTS = 60;

/** What is kept: the topic, a NUL that no topic holds (MQTT 3.1.1 §1.5.3), the payload byte by byte. */
export const rawOf = ({ topic, payload }: Published): Buffer => Buffer.concat([Buffer.from(topic), Buffer.from([SEPARATOR]), payload]);

/** The message in kept bytes; null where they are none. */
export function publishedIn(raw: Buffer): Published | null {
  const at = raw.indexOf(SEPARATOR);
  return at < 0 ? null : { topic: raw.toString('utf8', 0, at), payload: raw.subarray(at + 1) };
}

type Came = { filter: string; receivedAt: number; remote: string; /** Of the packet; it stays the same when it is sent again. */ packetId: number };

/**
 * A message as the sink takes it. One that names itself or its time is known again by its content for as long as names count;
 * any other by its packet and content, for the minute in which a broker sends again after a cut.
 */
export function arrivalFrom(published: Published, { filter, receivedAt, remote, packetId }: Came): Arrival {
  const raw = rawOf(published);
  const { id, sentAt } = markOf(jsonOf(published.payload));
  return {
    protocol: 'mqtt', account: filter, token: 'PUBLISH', sequence: 0, raw, sentAt, receivedAt, remote, identity: `${packetId}|${raw.toString('latin1')}`,
    ...((id !== null || sentAt !== null) && { externalId: `sha256:${hash('sha256', raw, 'hex')}` }),
  };
}

/** Reads a kept message in full; it never throws. */
export function decodeMessage(raw: Buffer): Decoded {
  const published = publishedIn(raw);
  const nothing = { token: 'PUBLISH', account: '', sequence: 0, sentAt: null, events: [] };
  if (!published) return { ...nothing, facts: [], problem: 'These bytes have no topic.' };
  const { topic, payload } = published;
  const json = jsonOf(payload);
  const fields = json === undefined ? { text: textOf(payload) } : typeof json === 'object' && json !== null ? json : { text: String(json), value: json };
  const { sentAt } = markOf(json);
  return {
    ...nothing, sentAt: sentAt === null ? null : new Date(sentAt).toISOString(), facts: [{ name: 'Topic', value: topic }, ...factsOf(fields)], problem: null,
    subject: { format: json === undefined ? 'text' : 'json', header: { topic, levels: topic.split('/') }, fields },
  };
}

function jsonOf(payload: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(payload)) as unknown;
  } catch {
    return undefined;
  }
}

const textOf = (payload: Buffer): string => {
  try {
    return utf8.decode(payload);
  } catch {
    return `${payload.length} bytes`;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function markOf(json: unknown): { id: string | null; sentAt: number | null } {
  const places = isObject(json) ? [json, ...(isObject(json['after']) ? [json['after']] : [])] : [];
  const first = (names: readonly string[]): unknown => places.flatMap((place) => names.map((name) => place[name])).find((value) => (typeof value === 'string' && value !== '') || typeof value === 'number');
  const id = first(IDS);
  return { id: id === undefined ? null : String(id), sentAt: momentOf(first(TIMES)) };
}

/** RFC 3339 with an offset, or seconds or milliseconds since 1970; else null. */
function momentOf(value: unknown): number | null {
  const ms = typeof value === 'number' ? (value < 1e11 ? value * 1_000 : value) : typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? Date.parse(value) : Number.NaN;
  return ms > 0 && ms < 253_402_300_800_000 ? Math.floor(ms) : null;
}

/** Leaves of the payload with their paths, as many as a person reads. */
function factsOf(fields: unknown): Decoded['facts'] {
  const facts: Decoded['facts'] = [];
  const walk = (value: unknown, path: string): void => {
    if (facts.length >= MOST_FACTS || value === null || path.length > 200) return;
    if (typeof value === 'object') for (const [key, each] of Object.entries(value as object).slice(0, MOST_FACTS)) walk(each, path === '' ? key : `${path}.${key}`);
    else facts.push({ name: path, value: String(value).slice(0, 500) });
  };
  walk(fields, '');
  return facts;
}
