import { createHash, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { NS } from './names.ts';
import { passwordDigest } from './soap.ts';
import { childOf, type Element, escapeXml, readXml } from './xml.ts';

type Told = { topic: string; operation?: 'Initialized' | 'Changed' | 'Deleted'; source?: Record<string, string>; data: Record<string, string>; at?: Date };
type Subscription = { until: number; queue: string[]; wake: (() => void) | null; pulls: number };

/** What a camera that is broken or hostile answers in place of the truth. */
export type Hostile = 'doctype' | 'bomb' | 'huge' | 'slow' | 'empty' | 'deep' | 'html';

export type StandInOptions = { user?: string; password?: string; /** What it wants to know who asks by. */ auth?: 'digest' | 'sha256' | 'token' | 'none'; /** Of a subscription, in ms. */ lifeMs?: number; knowsRenew?: boolean; /** How far its clock is ahead, in ms. */ aheadMs?: number; picture?: Buffer; waitMs?: number; /** What it looks through: tokens of its video sources. */ parts?: readonly string[]; firmware?: string; /** Where it says that its stream stands. */ stream?: string };

const ENVELOPE = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="${NS.s}" xmlns:wsa5="${NS.wsa}" xmlns:b="${NS.wsnt}" xmlns:ev="${NS.tev}" xmlns:tt="${NS.tt}" xmlns:d="${NS.tds}" xmlns:m="${NS.trt}" xmlns:topics="${NS.tns1}" xmlns:e="${NS.ter}"><SOAP-ENV:Body>${body}</SOAP-ENV:Body></SOAP-ENV:Envelope>`;
const FAULT = (code: string, reason: string): string => ENVELOPE(`<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:Sender</SOAP-ENV:Value><SOAP-ENV:Subcode><SOAP-ENV:Value>e:${code}</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">${reason}</SOAP-ENV:Text></SOAP-ENV:Reason></SOAP-ENV:Fault>`);
const PROFILE = (part: string, token: string): string => `<m:Profiles token="${token}"><tt:Name>${token}</tt:Name><tt:VideoSourceConfiguration token="c-${part}"><tt:Name>v</tt:Name><tt:SourceToken>${part}</tt:SourceToken></tt:VideoSourceConfiguration><tt:VideoEncoderConfiguration token="e"><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></m:Profiles>`;
const HOSTILE: Readonly<Record<Exclude<Hostile, 'slow' | 'huge'>, () => string>> = {
  doctype: () => `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${ENVELOPE('<d:x>&e;</d:x>').replace(/^.*\n/, '')}`,
  bomb: () => `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">${[...'bcdefghij'].map((name, i) => `<!ENTITY ${name} "${`&${'abcdefghi'[i] ?? 'a'};`.repeat(10)}">`).join('')}]><l>&j;</l>`,
  empty: () => '',
  deep: () => '<a>'.repeat(200_000),
  html: () => '<html><body>Sign in<br></body></html>',
};

/** A camera of our own making over a real socket: SOAP 1.2 with other prefixes than ours, sign-in by digest or token, pull-point subscriptions that end, states, a reboot, and answers that no camera should give. */
export class StandInCamera {
  readonly options: Required<Omit<StandInOptions, 'picture'>> & { picture: Buffer };
  readonly states = new Map<string, Told>();
  readonly calls: string[] = [];
  hostile: Hostile | null = null;
  /** Subscriptions that stand now, and the most that stood at once. */
  readonly subscriptions = new Map<string, Subscription>();
  mostAtOnce = 0;
  port = 0;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #nonce = randomBytes(16).toString('hex');

  constructor({ user = 'watcher', password = 'correct horse', auth = 'digest', lifeMs = 60_000, knowsRenew = true, aheadMs = 0, picture = Buffer.alloc(0), waitMs = 100, parts = ['v'], firmware = '1.4.2', stream = '' }: StandInOptions = {}) {
    this.options = { user, password, auth, lifeMs, knowsRenew, aheadMs, picture, waitMs, parts, firmware, stream };
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/onvif/device_service`;
  }

  count(call: string): number {
    return this.calls.filter((one) => one === call).length;
  }

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.on('connection', (socket: Socket) => void this.#sockets.add(socket.on('error', () => undefined)));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Out of reach, with everything that it kept in its memory. */
  async stop(): Promise<void> {
    for (const { wake } of this.subscriptions.values()) wake?.();
    this.subscriptions.clear();
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }

  /** Tells every subscription; a state is kept, and told again when it is asked for. */
  tell(told: Told): void {
    if (told.operation) this.states.set(JSON.stringify([told.topic, told.source]), told);
    for (const subscription of this.subscriptions.values()) this.#queue(subscription, told);
  }

  #queue(subscription: Subscription, { topic, operation, source = {}, data, at = new Date(Date.now() + this.options.aheadMs) }: Told): void {
    const items = (of: Record<string, string>): string => Object.entries(of).map(([name, value]) => `<tt:SimpleItem Name="${escapeXml(name)}" Value="${escapeXml(value)}"/>`).join('');
    subscription.queue.push(`<b:NotificationMessage><b:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">\n   ${topic.replace(/^tns1:/, 'topics:')}\n  </b:Topic><b:Message><tt:Message UtcTime="${at.toISOString()}"${operation ? ` PropertyOperation="${operation}"` : ''}><tt:Source>${items(source)}</tt:Source><tt:Data>${items(data)}</tt:Data></tt:Message></b:Message></b:NotificationMessage>`);
    subscription.wake?.();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const send = (status: number, text: string | Buffer, type = 'application/soap+xml; charset=utf-8'): void => void (response.destroyed || response.writeHead(status, { 'content-type': type }).end(text));
    if (this.hostile === 'slow') return;
    if (this.hostile === 'huge') return send(200, Buffer.alloc(3 * 1_048_576, 0x20));
    if (this.hostile) return send(200, HOSTILE[this.hostile]());
    const text = Buffer.concat(chunks).toString('utf8');
    const read = readXml(text);
    const first = read.ok ? childOf(read.root, NS.s, 'Body')?.children[0] : undefined;
    const verb = request.method === 'GET' ? 'picture' : (first?.name ?? '');
    const mayAsk = verb === 'GetSystemDateAndTime' || this.#knows(request, read.ok ? read.root : undefined);
    if (!mayAsk && (this.options.auth === 'token' && verb !== 'picture')) return send(400, FAULT('NotAuthorized', 'Sender not authorized'));
    if (!mayAsk) return void response.writeHead(401, { 'www-authenticate': `Digest realm="stand-in", nonce="${this.#nonce}", qop="auth"${this.options.auth === 'sha256' ? ', algorithm=SHA-256' : ''}` }).end();
    this.calls.push(verb);
    if (verb === 'picture') return send(200, this.options.picture, 'image/jpeg');
    const [status, body] = await this.#answer(verb, request.url ?? '', first);
    send(status, body);
  }

  #knows(request: IncomingMessage, root: Element | undefined): boolean {
    const { auth, user, password } = this.options;
    if (auth === 'none') return true;
    if (auth === 'token' && request.method === 'POST') {
      const token = childOf(childOf(childOf(root, NS.s, 'Header'), NS.wsse, 'Security'), NS.wsse, 'UsernameToken');
      const created = childOf(token, NS.wsu, 'Created')?.text ?? '';
      const isFresh = Math.abs(Date.parse(created) - Date.now() - this.options.aheadMs) < 30_000;
      return isFresh && childOf(token, NS.wsse, 'Username')?.text === user && childOf(token, NS.wsse, 'Password')?.text === passwordDigest(Buffer.from(childOf(token, NS.wsse, 'Nonce')?.text ?? '', 'base64'), created, password);
    }
    const header = request.headers.authorization ?? '';
    const part = (name: string): string => new RegExp(`\\b${name}="?([^",]*)"?`).exec(header)?.[1] ?? '';
    const h = (said: string): string => createHash(auth === 'sha256' ? 'sha256' : 'md5').update(said).digest('hex');
    const wanted = h(`${h(`${user}:stand-in:${password}`)}:${this.#nonce}:${part('nc')}:${part('cnonce')}:auth:${h(`${request.method}:${request.url}`)}`);
    return header.startsWith('Digest ') && part('response') === wanted && part('uri') === request.url;
  }

  #times(ns: 'b' | 'ev', until: number): string {
    return `<${ns}:CurrentTime>${new Date(Date.now() + this.options.aheadMs).toISOString()}</${ns}:CurrentTime><${ns}:TerminationTime>${new Date(until + this.options.aheadMs).toISOString()}</${ns}:TerminationTime>`;
  }

  async #answer(verb: string, url: string, asked?: Element): Promise<[number, string]> {
    // It knows only its own address, as behind a translation of addresses.
    const own = 'http://192.168.68.111';
    const { lifeMs, aheadMs } = this.options;
    const now = new Date(Date.now() + aheadMs);
    if (verb === 'GetSystemDateAndTime') return [200, ENVELOPE(`<d:GetSystemDateAndTimeResponse><d:SystemDateAndTime><tt:UTCDateTime><tt:Time><tt:Hour>${now.getUTCHours()}</tt:Hour><tt:Minute>${now.getUTCMinutes()}</tt:Minute><tt:Second>${now.getUTCSeconds()}</tt:Second></tt:Time><tt:Date><tt:Year>${now.getUTCFullYear()}</tt:Year><tt:Month>${now.getUTCMonth() + 1}</tt:Month><tt:Day>${now.getUTCDate()}</tt:Day></tt:Date></tt:UTCDateTime></d:SystemDateAndTime></d:GetSystemDateAndTimeResponse>`)];
    if (verb === 'GetServices') return [200, ENVELOPE(`<d:GetServicesResponse>${[NS.tds, NS.trt, NS.tev].map((ns) => `<d:Service><d:Namespace>${ns}</d:Namespace><d:XAddr>${own}/onvif/${ns === NS.tds ? 'device_service' : ns === NS.trt ? 'media' : 'events'}</d:XAddr></d:Service>`).join('')}</d:GetServicesResponse>`)];
    if (verb === 'GetDeviceInformation') return [200, ENVELOPE(`<d:GetDeviceInformationResponse><d:Manufacturer>Halden Optics</d:Manufacturer><d:Model>HX &amp; 7</d:Model><d:FirmwareVersion>${escapeXml(this.options.firmware)}</d:FirmwareVersion><d:SerialNumber>0042</d:SerialNumber></d:GetDeviceInformationResponse>`)];
    if (verb === 'GetProfiles') return [200, ENVELOPE(`<m:GetProfilesResponse>${this.options.parts.flatMap((part, i) => ['main', 'sub'].map((token) => PROFILE(part, `${token}${i || ''}`))).join('')}</m:GetProfilesResponse>`)];
    if (verb === 'GetVideoSources') return [200, ENVELOPE('<m:GetVideoSourcesResponse><m:VideoSources token="v"><tt:Framerate>25</tt:Framerate></m:VideoSources></m:GetVideoSourcesResponse>')];
    if (verb === 'GetSnapshotUri') return [200, ENVELOPE(`<m:GetSnapshotUriResponse><m:MediaUri><tt:Uri>${own}/picture.jpg?profile=${childOf(asked, NS.trt, 'ProfileToken')?.text ?? ''}&amp;size=full</tt:Uri></m:MediaUri></m:GetSnapshotUriResponse>`)];
    if (verb === 'GetStreamUri') return [200, ENVELOPE(`<m:GetStreamUriResponse><m:MediaUri><tt:Uri>${escapeXml(this.options.stream)}</tt:Uri></m:MediaUri></m:GetStreamUriResponse>`)];
    if (verb === 'CreatePullPointSubscription') {
      const id = `/onvif/subscription/${randomBytes(4).toString('hex')}`;
      const made: Subscription = { until: Date.now() + lifeMs, queue: [], wake: null, pulls: 0 };
      this.#forget();
      this.subscriptions.set(id, made);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.subscriptions.size);
      return [200, ENVELOPE(`<ev:CreatePullPointSubscriptionResponse><ev:SubscriptionReference><wsa5:Address>${own}${id}</wsa5:Address></ev:SubscriptionReference>${this.#times('b', made.until)}</ev:CreatePullPointSubscriptionResponse>`)];
    }
    this.#forget();
    const subscription = this.subscriptions.get(url);
    if (!subscription) return [400, FAULT('ResourceUnknownFault', 'There is no such subscription')];
    if (verb === 'PullMessages') return this.#pull(subscription);
    if (verb === 'Renew') {
      if (!this.options.knowsRenew) return [400, FAULT('ActionNotSupported', 'Renew is not known')];
      subscription.until = Date.now() + lifeMs;
      return [200, ENVELOPE(`<b:RenewResponse>${this.#times('b', subscription.until)}</b:RenewResponse>`)];
    }
    if (verb === 'SetSynchronizationPoint') {
      for (const state of this.states.values()) this.#queue(subscription, { ...state, operation: 'Initialized' });
      return [200, ENVELOPE('<ev:SetSynchronizationPointResponse/>')];
    }
    this.subscriptions.delete(url);
    subscription.wake?.();
    return [200, ENVELOPE('<b:UnsubscribeResponse/>')];
  }

  #forget(): void {
    for (const [id, { until }] of this.subscriptions) if (until < Date.now()) this.subscriptions.delete(id);
  }

  async #pull(subscription: Subscription): Promise<[number, string]> {
    if (subscription.wake) return [400, FAULT('UnableToGetMessagesFault', 'Another pull is under way')];
    if (subscription.queue.length === 0) {
      await new Promise<void>((resolve) => {
        subscription.wake = resolve;
        setTimeout(resolve, this.options.waitMs);
      });
      subscription.wake = null;
    }
    subscription.pulls++;
    return [200, ENVELOPE(`<ev:PullMessagesResponse>${this.#times('ev', subscription.until)}${subscription.queue.splice(0).join('')}</ev:PullMessagesResponse>`)];
  }
}


/** What a device answers to a probe: `id` is the probe's own, `key` the device's. */
export const probeMatch = ({ id, address, name = 'Gate%20camera', key = '1' }: { id: string; address: string; name?: string; key?: string }): string =>
  `<e:Envelope xmlns:e="${NS.s}" xmlns:w="${NS.a}" xmlns:d="${NS.d}"><e:Header><w:RelatesTo>uuid:${id}</w:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch><w:EndpointReference><w:Address>urn:uuid:${key}</w:Address></w:EndpointReference><d:Scopes>onvif://www.onvif.org/name/${name} onvif://www.onvif.org/hardware/HX-7 onvif://www.onvif.org/location/North onvif://www.onvif.org/mfr/Halden</d:Scopes><d:XAddrs>${address}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>`;

/** Answers probes at this address of the loopback with whatever `answers` makes of the probe's id. */
export async function answerProbes({ address, port = 0 }: { address: string; port?: number }, answers: (id: string) => readonly string[]): Promise<{ port: number; close(): void }> {
  const socket = createSocket('udp4').bind(port, address);
  await once(socket, 'listening');
  socket.on('message', (bytes, from) => {
    const id = /urn:uuid:([\w-]+)/.exec(bytes.toString())?.[1] ?? '';
    for (const text of answers(id)) socket.send(text, from.port, from.address);
  });
  return { port: socket.address().port, close: () => void socket.close() };
}
