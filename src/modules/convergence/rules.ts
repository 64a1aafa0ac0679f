/** What a system outside can be told of, by the verb of the ledger. `begins`, `goes-on`, `ends`: what it means for the record. */
export const EVENTS = [
  { key: 'alarms.raised', verbs: ['alarms.raised'], means: 'begins' },
  { key: 'alarms.acknowledged', verbs: ['alarms.acknowledged'], means: 'goes-on' },
  { key: 'alarms.escalated', verbs: ['alarms.escalated'], means: 'goes-on' },
  { key: 'alarms.returned', verbs: ['alarms.returned'], means: 'goes-on' },
  { key: 'alarms.shelved', verbs: ['alarms.shelved', 'alarms.unshelved'], means: 'goes-on' },
  { key: 'alarms.closed', verbs: ['alarms.closed', 'alarms.closed-by-rule'], means: 'ends' },
  { key: 'incidents.declared', verbs: ['incidents.declared'], means: 'begins' },
  { key: 'incidents.severity-changed', verbs: ['incidents.severity-changed'], means: 'goes-on' },
  { key: 'incidents.reopened', verbs: ['incidents.reopened'], means: 'goes-on' },
  { key: 'incidents.closed', verbs: ['incidents.closed'], means: 'ends' },
  { key: 'devices.went-down', verbs: ['devices.went-down'], means: 'begins' },
  { key: 'devices.came-back', verbs: ['devices.came-back'], means: 'ends' },
] as const satisfies readonly { key: string; verbs: readonly string[]; means: 'begins' | 'goes-on' | 'ends' }[];
export type EventKey = (typeof EVENTS)[number]['key'];
export const EVENT_KEYS = EVENTS.map(({ key }) => key) as [EventKey, ...EventKey[]];

/** With which permission an event's record is read. */
export const readPermissionOf = (event: string): string => `${event.split('.')[0] ?? ''}:read`;

/** Where messages go, read from what was typed. `origin` is what people are shown of it. */
export type Target = { transport: 'webhook' | 'syslog'; address: string; origin: string };
export type SyslogTarget = { carrier: 'udp' | 'tcp' | 'tls'; host: string; port: number };

const SYSLOG_SCHEMES: Readonly<Record<string, { carrier: SyslogTarget['carrier']; port: number }>> = { 'syslog+udp:': { carrier: 'udp', port: 514 }, 'syslog+tcp:': { carrier: 'tcp', port: 601 }, 'syslog+tls:': { carrier: 'tls', port: 6514 } };
const OWN_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Reads an address; a text says what is wrong with it. */
export function readTarget(text: string): Target | string {
  if (!URL.canParse(text)) return 'Write it like https://host.example/path or syslog+tls://host.example:6514.';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'Leave name and password out of the address: what is sent is signed.';
  if (SYSLOG_SCHEMES[url.protocol]) return url.hostname === '' || url.pathname.length > 1 || url.search !== '' ? 'Name host and port, nothing behind them.' : { transport: 'syslog', address: url.href, origin: `${url.protocol}//${url.host}` };
  if (url.protocol === 'https:' || (url.protocol === 'http:' && OWN_MACHINE.test(url.hostname))) return { transport: 'webhook', address: url.href, origin: url.origin };
  return url.protocol === 'http:' ? 'Only https is spoken, except with this machine itself.' : 'Write https://, syslog+tls://, syslog+tcp:// or syslog+udp://.';
}

/** Carrier, host and port of a syslog address as `readTarget` keeps it. */
export function syslogTargetOf(address: string): SyslogTarget {
  const url = new URL(address);
  const scheme = SYSLOG_SCHEMES[url.protocol] ?? { carrier: 'tls', port: 6514 };
  return { carrier: scheme.carrier, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port || scheme.port) };
}

/** Ports under 1024 at which syslog listens, beside those of the web (IANA service names: syslog, syslog-conn). */
export const SYSLOG_PORTS = [514, 601];

// 5 s to 8 h, together a day less some minutes.
const PAUSES_S = [5, 30, 120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 28_800] as const;

/** Seconds until the next try after so many; null where there is none any more. `spread` is 0 to 1 and parts what failed together by up to a fifth. */
export function pauseAfter(attempts: number, spread: number): number | null {
  const pause = PAUSES_S[Math.max(0, attempts - 1)];
  return pause === undefined ? null : Math.round(pause * (1 + spread / 5));
}

/** So long nothing may go through before a destination is paused, in ms. */
export const PAUSE_AFTER_MS = 86_400_000;
/** So long a message may wait, a pause of its destination included, in ms. */
export const TOO_OLD_MS = 7 * 86_400_000;
/** So long the secret before still signs beside the new one, in ms. */
export const OVERLAP_MS = 86_400_000;

/** What a try came to. `later`: no try at all; `failed` may pass; `dead` will not, whatever is mended there; `gone`: it wants no more of anything. */
export type Outcome = { kind: 'delivered'; detail: string; status?: number } | { kind: 'failed'; detail: string; status?: number; notBefore?: Date } | { kind: 'later'; detail: string; until: Date } | { kind: 'dead' | 'gone'; detail: string; status?: number };

/** What the answer of a webhook's receiver means. That it takes this message never (400, 413, 415, 422) holds up no other; all else may be mended there within a day. */
export function webhookOutcome(status: number, notBefore: Date | null): Outcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', detail: `answered ${status}`, status };
  if (status === 410) return { kind: 'gone', detail: 'answered 410: it wants no more', status };
  if (status === 400 || status === 413 || status === 415 || status === 422) return { kind: 'dead', detail: `refused it (${status})`, status };
  return { kind: 'failed', detail: status >= 300 && status < 400 ? `redirects elsewhere (${status}); set that address instead` : `answered ${status}`, status, ...(notBefore && { notBefore }) };
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), at most a day. */
export function readRetryAfter(text: string | undefined, now: Date): Date | null {
  if (text === undefined) return null;
  const at = /^\d{1,9}$/.test(text.trim()) ? now.getTime() + Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : new Date(Math.min(Math.max(at, now.getTime()), now.getTime() + PAUSE_AFTER_MS));
}
