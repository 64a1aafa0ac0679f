import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraSearch, FoundCamera, LookOptions } from '#platform/wire/port.ts';
import { NS } from './names.ts';
import { childOf, type Element, readXml } from './xml.ts';

export type ProbeOptions = LookOptions & { /** Where probes go, for tests. */ port?: number; waitMs?: number; /** How many devices are kept. */ most?: number };

const GROUP = '239.255.255.250';
const PORT = 3_702;
const WAIT_MS = 2_500;
const MOST_FOUND = 200;
/** Of one sender: a recorder says several, one that floods says thousands. */
const MOST_OF_ONE = 8;
const LONGEST_ANSWER = 32_768;
const AGAIN_MS = 500;
const AT_ONCE = 64;
const PACE_MS = 50;
const MOST_INTERFACES = 16;

/** A Probe for network video transmitters (WS-Discovery 2005/04 §5.2, ONVIF Core 7.3). */
export const probeOf = (id: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${NS.s}" xmlns:a="${NS.a}" xmlns:d="${NS.d}"><s:Header><a:Action s:mustUnderstand="1">${NS.d}/Probe</a:Action><a:MessageID>urn:uuid:${id}</a:MessageID><a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe><d:Types xmlns:dn="${NS.dn}">dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>`;

/** What an answer to the probe of that id says: devices at the address that it came from; `elsewhere` counts those that name another, which nobody vouches for. Null where it is no such answer. It never throws. */
export function matchesIn(text: string, id: string, remote: string): { found: FoundCamera[]; elsewhere: number } | null {
  const read = readXml(text);
  if (!read.ok) return null;
  const relates = childOf(childOf(read.root, NS.s, 'Header'), NS.a, 'RelatesTo')?.text ?? '';
  if (relates.replace(/^(?:urn:)?uuid:/, '') !== id) return null;
  const matches = childOf(childOf(read.root, NS.s, 'Body'), NS.d, 'ProbeMatches')?.children.filter(({ ns, name }) => ns === NS.d && name === 'ProbeMatch') ?? [];
  const found = matches.flatMap((match) => foundIn(match, remote));
  return { found, elsewhere: matches.length - found.length };
}

function foundIn(match: Element, remote: string): FoundCamera[] {
  const named = (childOf(match, NS.d, 'XAddrs')?.text ?? '').split(/\s+/).slice(0, 16).filter((address) => address.length <= 255 && URL.canParse(address));
  const address = named.map((one) => new URL(one)).find(({ protocol, hostname, username, password, hash }) => /^https?:$/.test(protocol) && hostname === remote && username + password + hash === '');
  if (!address) return [];
  const scopes = (childOf(match, NS.d, 'Scopes')?.text ?? '').split(/\s+/).slice(0, 64);
  const said = (...names: string[]): string => wordIn(names.map((name) => scopes.find((scope) => scope.toLowerCase().startsWith(`onvif://www.onvif.org/${name}/`))).find((scope) => scope !== undefined) ?? '');
  return [{ address: address.href, name: said('name'), maker: said('manufacturer', 'mfr'), model: said('hardware'), place: said('location'), remote }];
}

function wordIn(scope: string): string {
  const word = scope.split('/').slice(4).join('/');
  try {
    return decodeURIComponent(word).replace(/\p{Cc}+/gu, ' ').slice(0, 120);
  } catch {
    return word.slice(0, 120);
  }
}

/** What was heard so far: bounded by sender and in all, so that a thousand answers cost no more than some. */
class Heard {
  readonly found = new Map<string, FoundCamera>();
  readonly left = { unreadable: 0, elsewhere: 0, beyond: 0 };
  readonly #bySender = new Map<string, number>();
  readonly #id: string;
  readonly #most: number;

  constructor(id: string, most: number) {
    this.#id = id;
    this.#most = most;
  }

  take(bytes: Buffer, remote: string): void {
    const before = this.#bySender.get(remote) ?? 0;
    if (before >= MOST_OF_ONE || this.found.size >= this.#most || (before === 0 && this.#bySender.size >= 4 * this.#most)) return void this.left.beyond++;
    this.#bySender.set(remote, before + 1);
    const read = bytes.length > LONGEST_ANSWER ? null : matchesIn(bytes.toString('utf8'), this.#id, remote);
    if (!read) return void this.left.unreadable++;
    this.left.elsewhere += read.elsewhere;
    for (const one of read.found.slice(0, MOST_OF_ONE)) if (!this.found.has(one.address) && this.found.size < this.#most) this.found.set(one.address, one);
  }
}

/** Asks which cameras are there: in the networks that this machine stands in, by the group of WS-Discovery, which routers do not carry further; or at each of the addresses that are named. Rejects where nothing can be sent. */
export async function probe({ addresses = null, signal, told = () => undefined, port = PORT, waitMs = WAIT_MS, most = MOST_FOUND }: ProbeOptions = {}): Promise<CameraSearch> {
  const id = randomUUID();
  const heard = new Heard(id, most);
  const socket = createSocket('udp4');
  socket.on('message', (bytes, from) => heard.take(bytes, from.address));
  const say = (part: number): void => told(part, heard.found.size);
  try {
    await new Promise<void>((resolve, reject) => void socket.once('error', reject).bind(0, resolve));
    socket.on('error', () => undefined);
    const ask = addresses ? askEach(socket, addresses, port, probeOf(id), signal) : askGroup(socket, port, probeOf(id));
    await ask(say);
    // Datagrams are lost: it is asked twice (WS-Discovery, application-level transmission).
    await sleep(AGAIN_MS, undefined, signal && { signal });
    await ask(() => undefined);
    for (let waited = 0; waited < waitMs; waited += AGAIN_MS) {
      await sleep(Math.min(AGAIN_MS, waitMs - waited), undefined, signal && { signal });
      say(0.5 + waited / waitMs / 2);
    }
  } finally {
    socket.close();
  }
  return { found: [...heard.found.values()].toSorted((a, b) => a.remote.localeCompare(b.remote, 'en', { numeric: true })), left: heard.left };
}

type Ask = (say: (part: number) => void) => Promise<void>;

const sendTo = (socket: Socket, text: string, port: number, host: string): Promise<void> => new Promise((resolve, reject) => socket.send(text, port, host, (error) => (error ? reject(error) : resolve())));

/** To the group on each network that this machine stands in; one hop, whatever its routers would do. */
const askGroup = (socket: Socket, port: number, text: string): Ask => async () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal).slice(0, MOST_INTERFACES);
  socket.setMulticastTTL(1);
  let sent = 0;
  let fault: unknown = new Error('This machine stands in no network.');
  for (const { address } of own) {
    try {
      socket.setMulticastInterface(address);
      await sendTo(socket, text, port, GROUP);
      sent++;
    } catch (error) {
      fault = error;
    }
  }
  if (sent === 0) throw fault;
};

/** One after the other, some at a time; an address that cannot be reached is none that answers. */
const askEach = (socket: Socket, addresses: readonly string[], port: number, text: string, signal: AbortSignal | undefined): Ask => async (say) => {
  for (let at = 0; at < addresses.length; at += AT_ONCE) {
    await Promise.allSettled(addresses.slice(at, at + AT_ONCE).map((address) => sendTo(socket, text, port, address)));
    say((at / addresses.length) * 0.5);
    if (at + AT_ONCE < addresses.length) await sleep(PACE_MS, undefined, signal && { signal });
  }
};
