import { createHash, randomBytes } from 'node:crypto';
import { nowMs } from '#platform/kernel/clock.ts';
import { BASE64, NS, PASSWORD_DIGEST } from './names.ts';
import { childOf, childrenOf, type Element, escapeXml, namespaceOf, readXml, under } from './xml.ts';

export type Credentials = { user: string; password: string };

/** `at` is the camera's own time in ms since 1970: a token that is minutes off is refused. `to` and `headers` are for what a subscription's address asks for (WS-Addressing 1.0 §3.3). */
export type Asking = { body: string; credentials?: Credentials | null; at?: number; to?: string; action?: string; headers?: string };

/** PasswordDigest of WS-Security UsernameToken 1.0: Base64(SHA-1(nonce + created + password)). */
export const passwordDigest = (nonce: Buffer, created: string, password: string): string => createHash('sha1').update(Buffer.concat([nonce, Buffer.from(created + password)])).digest('base64');

function token({ user, password }: Credentials, at: number): string {
  const nonce = randomBytes(16);
  const created = new Date(at).toISOString();
  return `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${NS.wsse}" xmlns:wsu="${NS.wsu}"><wsse:UsernameToken><wsse:Username>${escapeXml(user)}</wsse:Username><wsse:Password Type="${PASSWORD_DIGEST}">${passwordDigest(nonce, created, password)}</wsse:Password><wsse:Nonce EncodingType="${BASE64}">${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`;
}

/** One request as SOAP 1.2, on one line. */
export function writeEnvelope({ body, credentials = null, at = nowMs(), to, action, headers = '' }: Asking): string {
  const addressing = (action === undefined ? '' : `<wsa:Action s:mustUnderstand="1">${escapeXml(action)}</wsa:Action><wsa:MessageID>urn:uuid:${crypto.randomUUID()}</wsa:MessageID><wsa:ReplyTo><wsa:Address>${NS.wsa}/anonymous</wsa:Address></wsa:ReplyTo>`) + (to === undefined ? '' : `<wsa:To s:mustUnderstand="1">${escapeXml(to)}</wsa:To>`);
  const head = `${credentials ? token(credentials, at) : ''}${addressing}${headers}`;
  // The body's opening tag is written as widely used programs write it: simple devices compare text.
  return `<s:Envelope xmlns:s="${NS.s}" xmlns:wsa="${NS.wsa}">${head === '' ? '' : `<s:Header>${head}</s:Header>`}<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${body}</s:Body></s:Envelope>`;
}

/** What a device answered: the first element of the body, or a fault with its codes (local names, outermost first) and reason. */
export type Answered = { kind: 'answer'; element: Element } | { kind: 'fault'; codes: string[]; reason: string } | { kind: 'unreadable'; reason: string };

/** Reads an answer; it never throws. */
export function readEnvelope(text: string): Answered {
  const read = readXml(text);
  if (!read.ok) return { kind: 'unreadable', reason: read.reason };
  const body = read.root.ns === NS.s && read.root.name === 'Envelope' ? childOf(read.root, NS.s, 'Body') : undefined;
  const first = body?.children[0];
  if (!first) return { kind: 'unreadable', reason: 'It is no answer in SOAP 1.2.' };
  if (first.ns !== NS.s || first.name !== 'Fault') return { kind: 'answer', element: first };
  const reason = (childrenOf(childOf(first, NS.s, 'Reason'), NS.s, 'Text')[0]?.text ?? '').slice(0, 300);
  return { kind: 'fault', codes: codesOf(childOf(first, NS.s, 'Code')), reason };
}

const MOST_CODES = 8;

function codesOf(code: Element | undefined): string[] {
  const codes: string[] = [];
  for (let at = code; at && codes.length < MOST_CODES; at = childOf(at, NS.s, 'Subcode')) {
    const value = childOf(at, NS.s, 'Value')?.text ?? '';
    codes.push(value.slice(value.indexOf(':') + 1).slice(0, 80));
  }
  return codes;
}

/** A name in text by its namespace: ONVIF's own topics get their usual prefix, whatever the device calls it; others keep theirs. */
export function topicOf(element: Element): string {
  return element.text.replace(/\s+/g, '').split('/').map((step) => {
    const at = step.indexOf(':');
    return at > 0 && namespaceOf(element, step.slice(0, at)) === NS.tns1 ? `tns1:${step.slice(at + 1)}` : step;
  }).join('/').slice(0, 300);
}

/** UTCDateTime of GetSystemDateAndTime as ms since 1970; null where the device does not say. */
export function dateTimeIn(answer: Element): number | null {
  const utc = under(childOf(answer, NS.tds, 'SystemDateAndTime'), NS.tt, 'UTCDateTime');
  const part = (group: string, name: string): number => Number(under(utc, NS.tt, group, name)?.text || Number.NaN);
  const ms = Date.UTC(part('Date', 'Year'), part('Date', 'Month') - 1, part('Date', 'Day'), part('Time', 'Hour'), part('Time', 'Minute'), part('Time', 'Second'));
  return Number.isFinite(ms) ? ms : null;
}
