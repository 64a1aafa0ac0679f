import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { nowMs } from '#platform/kernel/clock.ts';
import { type Allowance, refusalOf } from './address.ts';
import { Breaker, type BreakerState, type Pauses } from './breaker.ts';
import { type Answer, exchange, hostOf, portOf } from './exchange.ts';
import { OutgoingFault } from './fault.ts';

/** One outgoing request. `purpose` is a word for the list of targets (`webhook`). Limits: 10 s, 1 MiB, 3 redirects unless said. */
export type Outgoing = {
  url: string;
  purpose: string;
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  timeoutMs?: number;
  maxBytes?: number;
  maxRedirects?: number;
};

/** What is known of a target after each request, for the page of outgoing targets. */
export type Noted = { origin: string; purpose: string; result: 'answered' | OutgoingFault['reason']; status: number | null; tookMs: number; breaker: BreakerState; inRow: number; openUntil: Date | null };

export type ClientOptions = {
  /** Blocks inside that may be reached; asked before each connection. */
  allowed?: () => Promise<readonly Allowance[]>;
  /** All addresses of a name; the system's resolver unless said. */
  resolve?: (host: string) => Promise<readonly string[]>;
  /** Certificates of the authority to believe in place of the usual ones, as PEM. */
  ca?: string;
  note?: (noted: Noted) => void;
  now?: () => number;
  /** How long a host rests that fails; half a minute to ten minutes unless said. */
  pauses?: Pauses;
};

/**
 * The guarded client. `send` throws OutgoingFault; any HTTP status is an answer. `addressesOf` is for other protocols: all
 * addresses of a name, each checked, with the ports under 1024 at which that protocol listens; connect to these and resolve nothing again.
 */
export type Client = {
  send(request: Outgoing): Promise<Answer & { url: string }>;
  watch<T>(origin: string, purpose: string, work: () => Promise<T>): Promise<T>;
  addressesOf(host: string, port: number, usual: readonly number[]): Promise<readonly string[]>;
};

const MOST_BREAKERS = 1000;
/** While one trial is under way the others wait a moment. */
const TRIAL_MS = 5000;
const PRIVILEGED_PORTS = 1024;
const USUAL_PORTS = [80, 443];
const NAME_WITHIN_MS = 10_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const DOWN = new Set([502, 503, 504]);
/** What may go along to another origin: nothing that says who asks. */
const HARMLESS = new Set(['accept', 'accept-language', 'user-agent', 'content-type']);

const resolveBySystem = async (host: string): Promise<readonly string[]> => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** Opens the client; it keeps nothing open between requests but the breakers of its hosts. */
export function openClient({ allowed = async () => [], resolve = resolveBySystem, ca, note, now = nowMs, pauses }: ClientOptions = {}): Client {
  const breakers = new Map<string, Breaker>();
  const breakerOf = (origin: string): Breaker => {
    const known = breakers.get(origin);
    if (known) return known;
    if (breakers.size >= MOST_BREAKERS) for (const [other, { state }] of breakers) if (state === 'closed') breakers.delete(other);
    const made = new Breaker(pauses);
    breakers.set(origin, made);
    return made;
  };
  const guard: Guard = { allowed, resolve, ...(ca === undefined ? {} : { ca }) };

  async function watch<T>(origin: string, purpose: string, work: () => Promise<T>): Promise<T> {
    const breaker = breakerOf(origin);
    const began = now();
    const tell = (result: Noted['result'], status: number | null): void =>
      note?.({ origin, purpose, result, status, tookMs: now() - began, breaker: breaker.state, inRow: breaker.inRow, openUntil: breaker.openUntil === 0 ? null : new Date(breaker.openUntil) });
    if (!breaker.admits(began)) {
      tell('circuit-open', null);
      throw new OutgoingFault('circuit-open', `${origin} failed ${breaker.inRow} times in a row and is asked again after ${new Date(breaker.openUntil).toISOString()}.`, undefined, new Date(Math.max(breaker.openUntil, began + TRIAL_MS)));
    }
    try {
      const value = await work();
      const status = (value as { status?: unknown } | null)?.status;
      if (typeof status === 'number' && DOWN.has(status)) breaker.failed(now());
      else breaker.succeeded();
      tell('answered', typeof status === 'number' ? status : null);
      return value;
    } catch (error) {
      const reason = error instanceof OutgoingFault ? error.reason : 'connect';
      // A target that we refuse says nothing of the host's health.
      if (reason === 'forbidden-target') breaker.abandoned();
      else breaker.failed(now());
      tell(reason, null);
      throw error;
    }
  }

  return { watch, addressesOf: (host, port, usual) => checkedAddresses(guard, { host, port, usual }, nowMs() + NAME_WITHIN_MS), send: (request) => follow(request, (url, hop) => watch(url.origin, request.purpose, () => once(guard, url, hop))) };
}

type Guard = { allowed: () => Promise<readonly Allowance[]>; resolve: (host: string) => Promise<readonly string[]>; ca?: string };
type Hop = { method: string; headers: Readonly<Record<string, string>>; body: Buffer | null; until: number; maxBytes: number };

async function follow(request: Outgoing, ask: (url: URL, hop: Hop) => Promise<Answer>): Promise<Answer & { url: string }> {
  const { method = 'GET', headers = {}, body, timeoutMs = 10_000, maxBytes = 1024 * 1024, maxRedirects = 3 } = request;
  let url = readTarget(request.url);
  let hop: Hop = { method, headers: lowerCased(headers), body: body === undefined ? null : Buffer.from(body), until: nowMs() + timeoutMs, maxBytes };
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(url, hop);
    const location = answer.headers.location;
    if (!REDIRECTS.has(answer.status) || location === undefined) return { ...answer, url: url.href };
    if (redirects >= maxRedirects) throw new OutgoingFault('redirect', `${hostOf(url)} redirects more than ${maxRedirects} times.`);
    const next = readTarget(URL.canParse(location, url.href) ? new URL(location, url).href : location);
    if (url.protocol === 'https:' && next.protocol === 'http:') throw new OutgoingFault('redirect', `${hostOf(url)} redirects from https to http.`);
    hop = redirected(hop, answer.status, url.origin === next.origin, hostOf(url));
    url = next;
  }
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function redirected(hop: Hop, status: number, isSameOrigin: boolean, host: string): Hop {
  const keepsBody = status === 307 || status === 308;
  if (keepsBody && hop.body && !isSameOrigin) throw new OutgoingFault('redirect', `${host} redirects what was sent to another host. Set that host as the target instead.`);
  const headers = isSameOrigin ? hop.headers : Object.fromEntries(Object.entries(hop.headers).filter(([name]) => HARMLESS.has(name)));
  if (keepsBody || hop.method === 'GET' || hop.method === 'HEAD') return { ...hop, headers };
  const { 'content-type': _of, ...rest } = headers;
  return { ...hop, method: 'GET', body: null, headers: rest };
}

/** The address that is meant, as a browser reads it: decimal, octal and other spellings of an IPv4 address become the plain one. */
function readTarget(text: string): URL {
  if (!URL.canParse(text)) throw new OutgoingFault('forbidden-target', 'This is no address. Write it like https://host.example/path.');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new OutgoingFault('forbidden-target', 'Only http and https are spoken.');
  if (url.username !== '' || url.password !== '') throw new OutgoingFault('forbidden-target', 'An address must carry no name and password.');
  return url;
}

async function once(guard: Guard, url: URL, hop: Hop): Promise<Answer> {
  const addresses = await checkedAddresses(guard, { host: hostOf(url), port: portOf(url), usual: USUAL_PORTS }, hop.until);
  let last: unknown;
  for (const address of addresses) {
    try {
      return await exchange({ url, address, ...hop, ...(guard.ca === undefined ? {} : { ca: guard.ca }) });
    } catch (error) {
      last = error;
      // Another address of the same name is tried only where this one was never reached.
      if (!(error instanceof OutgoingFault) || error.reason !== 'connect' || !/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/.test((error.cause as NodeJS.ErrnoException | undefined)?.code ?? '')) throw error;
    }
  }
  throw last;
}

/** All addresses of the target, each checked: one that is forbidden forbids the name, since its owner chooses which comes first. */
async function checkedAddresses({ allowed, resolve }: Guard, { host, port, usual }: { host: string; port: number; usual: readonly number[] }, until: number): Promise<readonly string[]> {
  const addresses = isIP(host) ? [host] : await within(resolve(host), until, host);
  if (addresses.length === 0) throw new OutgoingFault('name', `${host} has no address.`);
  const allowances = await allowed();
  for (const address of addresses) {
    const why = refusalOf(address, port, allowances);
    if (why) throw new OutgoingFault('forbidden-target', `${host} leads to ${why}. Where that is meant, allow its block under Administration, Health.`);
    if (port < PRIVILEGED_PORTS && !usual.includes(port) && refusalOf(address, port, []) === null) throw new OutgoingFault('forbidden-target', `Port ${port} is not one of this protocol. Use ${usual.join(', ')} or one from 1024.`);
  }
  return addresses;
}

async function within(asked: Promise<readonly string[]>, until: number, host: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutgoingFault('name', `The name ${host} was not resolved in time.`)), Math.max(0, until - nowMs()));
  });
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    throw error instanceof OutgoingFault ? error : new OutgoingFault('name', `The name ${host} cannot be resolved (${(error as NodeJS.ErrnoException).code ?? 'no answer'}).`, error);
  } finally {
    clearTimeout(timer);
  }
}
