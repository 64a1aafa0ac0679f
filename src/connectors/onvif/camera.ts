import type { IncomingHttpHeaders } from 'node:http';
import { nowMs } from '#platform/kernel/clock.ts';
import { OutgoingFault } from '#platform/net/fault.ts';
import type { Client } from '#platform/net/outgoing.ts';
import type { CameraFacts, CameraStream } from '#platform/wire/port.ts';
import { answerChallenge, type Challenge, readChallenge } from './digest.ts';
import { NS } from './names.ts';
import { type Asking, type Credentials, dateTimeIn, readEnvelope, writeEnvelope } from './soap.ts';
import { childOf, childrenOf, type Element, escapeXml, under } from './xml.ts';

/** Why a camera gave nothing: it cannot be reached, this installation may not reach it, it does not take the name and password, its answer cannot be read, or it answered a fault. */
export type CameraTrouble = 'unreachable' | 'not-allowed' | 'credentials' | 'unreadable' | 'fault';

export class CameraFault extends Error {
  readonly trouble: CameraTrouble;
  /** Local names of a SOAP fault's codes, outermost first. */
  readonly codes: readonly string[];

  constructor(trouble: CameraTrouble, message: string, { codes = [], cause }: { codes?: readonly string[]; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'CameraFault';
    this.trouble = trouble;
    this.codes = codes;
  }
}

export type CameraOptions = {
  /** The guarded client: every address is checked by it. */
  client: Client;
  /** Of its device service: `http://10.1.2.3/onvif/device_service`. */
  address: string;
  credentials: Credentials | null;
  /** A word for the list of outgoing targets. */
  purpose?: string;
  /** For one answer, in ms. */
  timeoutMs?: number;
};

const ANSWER_WITHIN_MS = 6_000;
const MOST_ANSWER_BYTES = 1_048_576;
const MOST_PICTURE_BYTES = 8 * 1_048_576;
const MOST_PROFILES = 64;
const RTSP_PORT = 554;
const LEAST_LIVE_PX = 600;
const DIGEST_MUST = new Set([401]);

type Sending = { url: string; method: 'GET' | 'POST'; headers: Record<string, string>; body?: string; timeoutMs: number; maxBytes: number };

/** A camera over SOAP 1.2. Each verb throws CameraFault. Every address that it names is read as one of the host that was asked, so that no password goes elsewhere. */
export class Camera {
  readonly #options: CameraOptions;
  readonly #base: URL;
  #challenge: Challenge | null = null;
  #uses = 0;
  readonly #pictureAt = new Map<string, string>();
  #services: ReadonlyMap<string, string> | null = null;
  /** How far its clock is ahead of ours, in ms; null until it was asked, or where it does not say. */
  driftMs: number | null = null;

  constructor(options: CameraOptions) {
    this.#options = options;
    this.#base = new URL(options.address);
  }

  get host(): string {
    return this.#base.hostname;
  }

  /** Asks for its time and its services, as must come before anything else. */
  async open(): Promise<void> {
    const before = nowMs();
    const answer = await this.#anonymously('<GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/>');
    const at = dateTimeIn(answer);
    this.driftMs = at === null ? null : at - Math.round((before + nowMs()) / 2);
    this.#services = await this.#readServices();
  }

  async #anonymously(body: string): Promise<Element> {
    try {
      return await this.call(this.#base.href, { body, credentials: null });
    } catch (error) {
      // Some devices want a name even here.
      if (!(error instanceof CameraFault) || (error.trouble !== 'credentials' && error.trouble !== 'fault') || !this.#options.credentials) throw error;
      return this.call(this.#base.href, { body });
    }
  }

  async #readServices(): Promise<Map<string, string>> {
    try {
      const answer = await this.call(this.#base.href, { body: `<GetServices xmlns="${NS.tds}"><IncludeCapability>false</IncludeCapability></GetServices>` });
      const found = childrenOf(answer, NS.tds, 'Service').map((service) => [childOf(service, NS.tds, 'Namespace')?.text ?? '', this.here(childOf(service, NS.tds, 'XAddr')?.text ?? '')] as const);
      if (found.length > 0) return new Map(found);
    } catch (error) {
      if (!(error instanceof CameraFault) || error.trouble !== 'fault') throw error;
    }
    const answer = await this.call(this.#base.href, { body: `<GetCapabilities xmlns="${NS.tds}"><Category>All</Category></GetCapabilities>` });
    const capabilities = childOf(answer, NS.tds, 'Capabilities');
    const told = ([['Events', NS.tev], ['Media', NS.trt]] as const).flatMap(([name, ns]) => {
      const address = under(capabilities, NS.tt, name, 'XAddr')?.text;
      return address ? [[ns, this.here(address)] as const] : [];
    });
    return new Map(told);
  }

  /** An address that the camera names, at the host that was asked: behind a translation of addresses it knows only its own. */
  here(address: string): string {
    if (!URL.canParse(address, this.#base.href)) return this.#base.href;
    const named = new URL(address, this.#base.href);
    const at = new URL(this.#base.href);
    if (named.hostname === at.hostname && named.protocol === at.protocol) at.port = named.port;
    at.pathname = named.pathname;
    at.search = named.search;
    return at.href;
  }

  /** The address of a service; throws where the camera has none. */
  async service(ns: string): Promise<string> {
    if (!this.#services) await this.open();
    const found = this.#services?.get(ns);
    if (found === undefined) throw new CameraFault('fault', ns === NS.tev ? 'It has no events.' : 'It has no pictures.');
    return found;
  }

  /** GetDeviceInformation and what else is asked before a camera is taken. */
  async describe(): Promise<CameraFacts> {
    await this.open();
    const told = await this.call(this.#base.href, { body: `<GetDeviceInformation xmlns="${NS.tds}"/>` });
    const line = (name: string): string => (childOf(told, NS.tds, name)?.text ?? '').slice(0, 120);
    const profiles = this.#services?.has(NS.trt) ? await this.#profiles() : [];
    return { make: line('Manufacturer'), model: line('Model'), firmware: line('FirmwareVersion'), serial: line('SerialNumber'), driftMs: this.driftMs, streams: profiles.map(({ token: _, names: __, ...stream }) => stream), parts: partsOf(profiles), hasEvents: this.#services?.has(NS.tev) === true, hasPicture: profiles.length > 0 };
  }

  async #profiles(): Promise<Profile[]> {
    const answer = await this.call(await this.service(NS.trt), { body: `<GetProfiles xmlns="${NS.trt}"/>` });
    return childrenOf(answer, NS.trt, 'Profiles').slice(0, MOST_PROFILES).map(profileIn).filter(({ token }) => token !== '');
  }

  /** Where its picture of now stands: of the profile that looks through one of these parts, else of its first. Throws where it has several parts and none of these. */
  async pictureAddress(parts: readonly string[] = []): Promise<string> {
    const media = await this.service(NS.trt);
    const profiles = await this.#profiles();
    const [profile] = meant(profiles, parts);
    if (profile === undefined) throw new CameraFault('fault', profiles.length > 0 ? 'It has no picture of this part.' : 'It has no profile.');
    const escaped = profile.token.replace(/[&<>]/g, '');
    const answer = await this.call(media, { body: `<GetSnapshotUri xmlns="${NS.trt}"><ProfileToken>${escaped}</ProfileToken></GetSnapshotUri>` });
    const uri = under(childOf(answer, NS.trt, 'MediaUri'), NS.tt, 'Uri')?.text;
    if (!uri) throw new CameraFault('unreadable', 'It does not say where its picture stands.');
    return this.here(uri);
  }

  /** Where a stream stands, at the host that was asked: of the profile that is meant, small enough to be looked at by many, or as the camera shows itself first. */
  async streamAddress(parts: readonly string[], size: 'small' | 'main'): Promise<{ host: string; port: number; path: string }> {
    const media = await this.service(NS.trt);
    const ofPart = meant(await this.#profiles(), parts);
    const profile = size === 'main' ? ofPart[0] : (ofPart.filter(({ width }) => (width ?? 0) >= LEAST_LIVE_PX).toSorted((a, b) => (a.width ?? 0) - (b.width ?? 0))[0] ?? ofPart[0]);
    if (profile === undefined) throw new CameraFault('fault', parts.length > 0 ? 'It has no picture of this part.' : 'It has no profile.');
    const body = `<GetStreamUri xmlns="${NS.trt}"><StreamSetup><Stream xmlns="${NS.tt}">RTP-Unicast</Stream><Transport xmlns="${NS.tt}"><Protocol>RTSP</Protocol></Transport></StreamSetup><ProfileToken>${escapeXml(profile.token)}</ProfileToken></GetStreamUri>`;
    const uri = under(childOf(await this.call(media, { body }), NS.trt, 'MediaUri'), NS.tt, 'Uri')?.text ?? '';
    if (!/^rtsp:/i.test(uri) || !URL.canParse(uri)) throw new CameraFault('unreadable', 'It does not say where its stream stands.');
    const named = new URL(uri);
    return { host: this.host, port: Number(named.port || RTSP_PORT), path: `${named.pathname}${named.search}` };
  }

  /** The picture of now as the camera sends it: bytes of a stranger, to be drawn anew before anybody sees them. */
  async picture(parts: readonly string[] = []): Promise<Buffer> {
    const part = parts.join(' ');
    const url = this.#pictureAt.get(part) ?? (await this.pictureAddress(parts));
    this.#pictureAt.set(part, url);
    const { status, body } = await this.#send({ url, method: 'GET', headers: { accept: 'image/*' }, timeoutMs: this.#timeoutMs, maxBytes: MOST_PICTURE_BYTES });
    if (status === 401 || status === 403) throw new CameraFault('credentials', 'It does not give its picture to this name and password.');
    if (status !== 200 || body.length === 0) throw new CameraFault('fault', `It answered ${status} where its picture should be.`);
    return body;
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? ANSWER_WITHIN_MS;
  }

  /** One call; `withinMs` where the answer may take longer than usual. Answers the first element of the body. */
  async call(url: string, { credentials = this.#options.credentials, withinMs = 0, ...asking }: Asking & { withinMs?: number }): Promise<Element> {
    // What looks at the type alone takes the action from it too (RFC 3902).
    const type = `application/soap+xml; charset=utf-8${asking.action === undefined ? '' : `; action="${asking.action}"`}`;
    const body = writeEnvelope({ ...asking, credentials, at: nowMs() + (this.driftMs ?? 0) });
    const { status, body: bytes } = await this.#send({ url, method: 'POST', headers: { 'content-type': type }, body, timeoutMs: this.#timeoutMs + withinMs, maxBytes: MOST_ANSWER_BYTES }, credentials !== null);
    if (status === 401) throw new CameraFault('credentials', 'It does not take this name and password.');
    const answered = readEnvelope(bytes.toString('utf8'));
    if (answered.kind === 'answer') return answered.element;
    if (answered.kind === 'unreadable') throw new CameraFault('unreadable', `Its answer cannot be read (${status}). ${answered.reason}`);
    if (answered.codes.some((code) => code === 'NotAuthorized' || code === 'FailedAuthentication' || code === 'FailedCheck' || code === 'InvalidSecurity')) throw new CameraFault('credentials', 'It does not take this name and password.', { codes: answered.codes });
    throw new CameraFault('fault', `It refused: ${answered.reason || answered.codes.join(', ') || 'no reason'}`, { codes: answered.codes });
  }

  async #send(sending: Sending, mayAnswer = true): Promise<{ status: number; body: Buffer }> {
    const { credentials } = this.#options;
    const first = await this.#once(sending, mayAnswer);
    if (!DIGEST_MUST.has(first.status) || !mayAnswer || !credentials) return first;
    const challenge = challengeOf(first.headers);
    if (!challenge) return first;
    this.#challenge = challenge;
    this.#uses = 0;
    return this.#once(sending, true);
  }

  async #once({ url, method, headers, body, timeoutMs, maxBytes }: Sending, mayAnswer: boolean): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
    const { client, credentials, purpose = 'camera' } = this.#options;
    const { pathname, search } = new URL(url);
    const authorization = this.#challenge && credentials && mayAnswer ? answerChallenge(this.#challenge, credentials, { method, uri: `${pathname}${search}`, count: ++this.#uses }) : null;
    try {
      return await client.send({ url, purpose, method, headers: { ...headers, ...(authorization && { authorization }) }, ...(body === undefined ? {} : { body }), timeoutMs, maxBytes, maxRedirects: 0 });
    } catch (error) {
      throw error instanceof OutgoingFault ? troubleOf(error) : error;
    }
  }
}

/** A profile of its media service. `names` are those by which the part it looks through is called: the token of the source, and that of its configuration. */
type Profile = CameraStream & { token: string; names: string[] };

function profileIn(profile: Element): Profile {
  const source = childOf(profile, NS.tt, 'VideoSourceConfiguration');
  const encoder = childOf(profile, NS.tt, 'VideoEncoderConfiguration');
  const line = (text: string | undefined): string => (text ?? '').slice(0, 120);
  const size = (name: string): number | null => Number(under(encoder, NS.tt, 'Resolution', name)?.text || Number.NaN) || null;
  const part = line(childOf(source, NS.tt, 'SourceToken')?.text);
  return { token: profile.attributes['token'] ?? '', name: line(childOf(profile, NS.tt, 'Name')?.text), encoding: line(childOf(encoder, NS.tt, 'Encoding')?.text), width: size('Width'), height: size('Height'), part, names: [...new Set([part, line(source?.attributes['token'])])].filter((name) => /^[\x21-\x7e]{1,60}$/.test(name)) };
}

/** The profiles that look through one of these parts; all of them where it has one part only, or none is meant. */
function meant(profiles: readonly Profile[], parts: readonly string[]): readonly Profile[] {
  const ofPart = profiles.filter(({ names }) => names.some((name) => parts.includes(name)));
  return ofPart.length === 0 && (parts.length === 0 || partsOf(profiles).length <= 1) ? profiles : ofPart;
}

const partsOf = (profiles: readonly Profile[]): CameraFacts['parts'] =>
  [...Map.groupBy(profiles.filter(({ part, names }) => part !== '' && names.length > 0), ({ part }) => part)].map(([name, ofPart]) => ({ name, names: [...new Set(ofPart.flatMap(({ names }) => names))].slice(0, 8) }));

const challengeOf = (headers: IncomingHttpHeaders): Challenge | null => readChallenge(headers['www-authenticate'] ?? '');

/** What the guarded client says, as what is the matter with a camera. */
export function troubleOf(fault: OutgoingFault): CameraFault {
  if (fault.reason === 'forbidden-target') return new CameraFault('not-allowed', fault.message, { cause: fault });
  if (fault.reason === 'too-large' || fault.reason === 'protocol' || fault.reason === 'redirect') return new CameraFault('unreadable', fault.message, { cause: fault });
  return new CameraFault('unreachable', fault.message, { cause: fault });
}
