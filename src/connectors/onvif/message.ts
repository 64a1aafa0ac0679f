import { hash } from 'node:crypto';
import type { Arrival, Decoded } from '#platform/wire/port.ts';
import { NS } from './names.ts';
import { topicOf } from './soap.ts';
import { childOf, childrenOf, type Element, readXml, writeXml } from './xml.ts';

type Items = Record<string, string>;

/** A message of a camera. `operation` is empty where it tells an event and no state; `at` is in ms since 1970. */
export type Notification = { topic: string; operation: string; at: number | null; source: Items; key: Items; data: Items };

const OWN = 'urn:parapet:onvif';
const MOST_ITEMS = 60;
const LONGEST_VALUE = 500;

/** Reads a NotificationMessage; null where it holds no message of ONVIF. */
export function notificationIn(element: Element): Notification | null {
  const topic = childOf(element, NS.wsnt, 'Topic');
  const message = childOf(childOf(element, NS.wsnt, 'Message'), NS.tt, 'Message');
  if (!topic || !message) return null;
  const { UtcTime: time = '', PropertyOperation: operation = '' } = message.attributes;
  return { topic: topicOf(topic), operation, at: momentOf(time), source: itemsIn(message, 'Source'), key: itemsIn(message, 'Key'), data: itemsIn(message, 'Data') };
}

function itemsIn(message: Element, name: string): Items {
  const items = childrenOf(childOf(message, NS.tt, name), NS.tt, 'SimpleItem').slice(0, MOST_ITEMS);
  return Object.fromEntries(items.map(({ attributes: { Name = '', Value = '' } }) => [Name.slice(0, 80), Value.slice(0, LONGEST_VALUE)]));
}

/** UtcTime is UTC, also where a device leaves the Z out. */
function momentOf(text: string): number | null {
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return ms > 0 && ms < 253_402_300_800_000 ? ms : null;
}

/** What a state is known by, and how it stands. */
export const stateKey = ({ topic, source, key }: Notification): string => JSON.stringify([topic, source, key]);
export const stateOf = ({ data }: Notification): string => JSON.stringify(data);

const STATE = /^(?:true|false|0|1)$/i;
const NO_STATE = /(?:Id|Token|Count|Level|Index)$/i;
const GONE = 'Deleted';

/** on, off, or empty where nothing of it is a yes or no; whatever a vendor calls it. */
export function switchOf({ data, operation }: Pick<Notification, 'data' | 'operation'>): 'on' | 'off' | '' {
  const value = Object.entries(data).find(([name, text]) => STATE.test(text) && !NO_STATE.test(name))?.[1];
  if (value === undefined) return '';
  return operation !== GONE && /^(?:true|1)$/i.test(value) ? 'on' : 'off';
}

const PLACES = ['InputToken', 'DoorToken', 'AccessPointToken', 'RelayToken', 'Token', 'VideoSourceToken', 'Source', 'VideoSource', 'VideoSourceConfigurationToken'] as const;

/** Which part of the device speaks: an input, a door, a picture. */
const placeOf = ({ source }: Notification): string => PLACES.map((name) => source[name]).find((value) => value !== undefined && value !== '') ?? '';

export type Came = { account: string; receivedAt: number; remote: string; /** A state that changed while nobody listened, and is told only now. */ isMissed: boolean };

/**
 * A message as the sink takes it. Kept is what came with its namespaces written out, since prefixes are declared around it.
 * The same place, time and content is the same message, whatever subscription it came by; one without a time is one of its own.
 */
export function arrivalFrom(element: Element, notification: Notification, { account, receivedAt, remote, isMissed }: Came): Arrival {
  const { topic, operation, at, source, key, data } = notification;
  const said: Element = { ...element, children: element.children.map((child) => (child.name === 'Topic' ? { ...child, text: topic } : child)).filter(({ name }) => name === 'Topic' || name === 'Message') };
  const raw = Buffer.from(`<Heard xmlns="${OWN}"${isMissed ? ' missed="true"' : ''}>${writeXml(said, OWN)}</Heard>`);
  return {
    protocol: 'onvif', account, token: 'NOTIFY', sequence: 0, raw, identity: null, sentAt: at, receivedAt, remote,
    ...(at !== null && { externalId: `sha256:${hash('sha256', JSON.stringify([topic, source, key, data, operation === GONE, at]), 'hex')}` }),
  };
}

const topicOnly = /(?:^|\/)tns1:/g;

/** Reads a kept message in full; it never throws. */
export function decodeMessage(raw: Buffer): Decoded {
  const nothing = { token: 'NOTIFY', account: '', sequence: 0, sentAt: null, events: [], facts: [] };
  const read = readXml(raw.toString('utf8'));
  const kept = read.ok ? childOf(read.root, NS.wsnt, 'NotificationMessage') : undefined;
  const notification = kept ? keptIn(kept) : null;
  if (!read.ok || !notification) return { ...nothing, problem: read.ok ? 'This is no message of a camera.' : read.reason };
  const { topic, operation, at, source, key, data } = notification;
  const isMissed = read.root.attributes['missed'] === 'true';
  const facts = [{ name: 'Topic', value: topic }, ...(operation === '' ? [] : [{ name: 'Operation', value: isMissed ? `${operation}; it changed while nobody listened` : operation }]), ...[source, key, data].flatMap((items) => Object.entries(items).map(([name, value]) => ({ name, value })))];
  const fields = { topic, path: topic.replace(topicOnly, (found) => (found.startsWith('/') ? '/' : '')), operation, isNews: operation !== 'Initialized' || isMissed, state: switchOf(notification), place: placeOf(notification), source, key, data };
  return { ...nothing, sentAt: at === null ? null : new Date(at).toISOString(), facts: facts.slice(0, MOST_ITEMS), problem: null, subject: { format: 'onvif', header: { topic }, fields } };
}

/** In what is kept the usual prefix stands for ONVIF's topics, without a declaration. */
const keptIn = (element: Element): Notification | null => notificationIn({ ...element, children: element.children.map((child) => (child.name === 'Topic' ? { ...child, scope: { own: { tns1: NS.tns1 }, above: null } } : child)) });

/** A kept message as it would arrive again; null where it cannot be read. */
export function arrivalOf(raw: Buffer, receivedAt: number, remote: string): Arrival | null {
  const read = readXml(raw.toString('utf8'));
  const kept = read.ok ? childOf(read.root, NS.wsnt, 'NotificationMessage') : undefined;
  const notification = kept ? keptIn(kept) : null;
  return read.ok && kept && notification ? arrivalFrom(kept, notification, { account: '', receivedAt, remote, isMissed: read.root.attributes['missed'] === 'true' }) : null;
}
