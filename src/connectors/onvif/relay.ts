import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { CameraTrouble } from '#platform/wire/port.ts';
import { answerChallenge, type Challenge, readChallenge } from './digest.ts';
import { RtspReader, type RtspPart, writeRtsp } from './rtsp.ts';
import type { Credentials } from './soap.ts';

/** `address` was checked by the guarded client, and is connected to; `host` and `port` are what the camera is asked by. */
export type RelayOptions = { address: string; host: string; port: number; /** Path and query of the stream. */ path: string; credentials: Credentials | null; /** The most that a camera may send, in bytes a second over five seconds. */ mostBytesPerS?: number; silentMs?: number };

/** `url` is good for one reader on this machine; `ended` settles with why it ended, null where `close` did it or its reader went. */
export type Relay = { url: string; close(): void; ended: Promise<CameraTrouble | null> };

type Message = Extract<RtspPart, { kind: 'message' }>;
type Asked = { cseq: string; method: string; uri: string; headers: ReadonlyMap<string, string>; wasAuthorized: boolean };

const OVER_S = 5;
const CLAIMED_WITHIN_MS = 10_000;
const MOST_ASKED = 16;
const MOST_UNREAD_BYTES = 4 * 2 ** 20;
/** What of a camera's answers is told to its reader; nothing of where it would rather be asked. */
const TOLD = new Set(['content-type', 'content-base', 'session', 'transport', 'rtp-info', 'public', 'range']);
const SENT = new Set(['accept', 'transport', 'session', 'range', 'user-agent']);

/**
 * Stands between a camera and the program that reads its stream: it signs in, so that the program knows neither name nor
 * password nor anything of where the camera is, and it alone connects, to the one address that was checked.
 */
export async function openRelay(options: RelayOptions): Promise<Relay> {
  const relaying = new Relaying(options);
  await relaying.listen();
  return relaying;
}

class Relaying implements Relay {
  readonly #options: Required<RelayOptions>;
  readonly #token = randomBytes(16).toString('hex');
  readonly #server: Server;
  readonly #ended = Promise.withResolvers<CameraTrouble | null>();
  readonly #asked = new Map<string, Asked>();
  #reader: Socket | null = null;
  #camera: Socket | null = null;
  #challenge: Challenge | null = null;
  #uses = 0;
  #cseq = 0;
  #local = '';
  #bytes = 0;
  #isOver = false;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: RelayOptions) {
    this.#options = { mostBytesPerS: 3 * 2 ** 20, silentMs: 8_000, ...options };
    this.#server = createServer((socket) => this.#claim(socket));
  }

  get url(): string {
    return this.#local;
  }

  get ended(): Promise<CameraTrouble | null> {
    return this.#ended.promise;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const at = this.#server.address();
    this.#local = `rtsp://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}/${this.#token}`;
    this.#timers.push(setTimeout(() => this.#reader ?? this.#end(null), CLAIMED_WITHIN_MS));
  }

  close(): void {
    this.#end(null);
  }

  #end(why: CameraTrouble | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#server.close();
    this.#reader?.destroy();
    this.#camera?.destroy();
    this.#ended.resolve(why);
  }

  #fail(trouble: CameraTrouble['trouble'], detail: string): void {
    this.#end({ trouble, detail });
  }

  /** Whoever comes first and knows the token is the reader; nobody else is let in. */
  #claim(socket: Socket): void {
    const parts = new RtspReader();
    socket.on('error', () => undefined).setTimeout(CLAIMED_WITHIN_MS, () => void (socket === this.#reader || socket.destroy()));
    socket.on('data', (chunk) => {
      try {
        for (const part of parts.push(chunk)) {
          if (socket !== this.#reader && !this.#isFirst(socket, part)) return void socket.destroy();
          this.#fromReader(part);
        }
      } catch {
        socket.destroy();
      }
    });
  }

  #isFirst(socket: Socket, part: RtspPart): boolean {
    const token = part.kind === 'message' ? Buffer.from(/^\w+ rtsp:\/\/[^/]+\/(\w{32})/.exec(part.line)?.[1] ?? '') : Buffer.alloc(0);
    if (this.#reader || token.length !== this.#token.length || !timingSafeEqual(token, Buffer.from(this.#token))) return false;
    this.#reader = socket;
    this.#server.close();
    socket.setTimeout(0).on('close', () => this.#end(null));
    this.#dial();
    return true;
  }

  #dial(): void {
    const { address, port, silentMs, mostBytesPerS } = this.#options;
    const parts = new RtspReader();
    const camera = connect({ host: address, port });
    this.#camera = camera;
    camera.setTimeout(silentMs, () => this.#fail('unreachable', `It sent nothing for ${silentMs / 1000} seconds.`));
    camera.on('error', ({ message }) => this.#fail('unreachable', `Its stream cannot be reached (${message}).`));
    camera.on('close', () => this.#fail('unreachable', 'It ended its stream.'));
    camera.on('data', (chunk) => {
      this.#bytes += chunk.length;
      if (this.#bytes > mostBytesPerS * OVER_S) return this.#fail('fault', 'It sends more than is taken. Set a lower rate at the camera.');
      try {
        for (const part of parts.push(chunk)) this.#fromCamera(part);
      } catch {
        this.#fail('unreadable', 'What it sends is no stream that can be read.');
      }
    });
    this.#timers.push(setInterval(() => (this.#bytes = 0), OVER_S * 1_000));
  }

  #fromReader(part: RtspPart): void {
    if (part.kind === 'frame') return void this.#camera?.write(part.bytes);
    const [method = '', uri = ''] = part.line.split(' ');
    if (!uri.startsWith(this.#local) || this.#asked.size >= MOST_ASKED) return this.#end(null);
    this.#ask({ cseq: part.headers.get('cseq') ?? '0', method, uri: this.#there(uri), headers: part.headers, wasAuthorized: false });
  }

  #ask(asked: Asked): void {
    const { credentials } = this.#options;
    const own = String(++this.#cseq);
    const headers = new Map([['cseq', own], ...[...asked.headers].filter(([name]) => SENT.has(name))]);
    if (this.#challenge && credentials) headers.set('authorization', answerChallenge(this.#challenge, credentials, { method: asked.method, uri: asked.uri, count: ++this.#uses }));
    this.#asked.set(own, { ...asked, wasAuthorized: asked.wasAuthorized || headers.has('authorization') });
    this.#camera?.write(writeRtsp(`${asked.method} ${asked.uri} RTSP/1.0`, headers));
  }

  #fromCamera(part: RtspPart): void {
    if (part.kind === 'frame') return this.#tell(part.bytes);
    // What a camera asks of us by itself, such as to look elsewhere, is not heard.
    if (!part.line.startsWith('RTSP/1.0 ')) return;
    const own = part.headers.get('cseq') ?? '';
    const asked = this.#asked.get(own);
    if (!asked) return;
    this.#asked.delete(own);
    const status = Number(part.line.slice(9, 12));
    if (status === 401) return this.#challenged(part, asked);
    if (status === 403) return this.#fail('credentials', 'It does not give its stream to this name and password.');
    if (status !== 200 && (asked.method === 'DESCRIBE' || asked.method === 'SETUP' || asked.method === 'PLAY')) return this.#fail('fault', `It answered ${status} where its stream should be.`);
    const headers = new Map([['cseq', asked.cseq], ...[...part.headers].filter(([name]) => TOLD.has(name)).map(([name, value]) => [name, this.#here(value)] as const)]);
    // Its reader was told no path, against which the parts of the stream are named where nothing else is said.
    if (asked.method === 'DESCRIBE' && !headers.has('content-base')) headers.set('content-base', `${this.#local}${this.#options.path}`);
    this.#tell(writeRtsp(`RTSP/1.0 ${status} ${status === 200 ? 'OK' : 'Refused'}`, headers, Buffer.from(this.#here(part.body.toString('latin1')), 'latin1')));
  }

  #challenged({ headers }: Message, asked: Asked): void {
    const challenge = readChallenge(headers.get('www-authenticate') ?? '');
    const isStale = /stale\s*=\s*"?true/i.test(headers.get('www-authenticate') ?? '');
    if (!this.#options.credentials || !challenge || (asked.wasAuthorized && !isStale)) return this.#fail('credentials', challenge || !this.#options.credentials ? 'It does not take this name and password for its stream.' : 'It wants a sign-in for its stream that is not spoken here: Digest is.');
    this.#challenge = challenge;
    this.#uses = 0;
    this.#ask({ ...asked, wasAuthorized: true });
  }

  #tell(bytes: Buffer): void {
    const reader = this.#reader;
    if (!reader || reader.destroyed) return;
    if (reader.writableLength > MOST_UNREAD_BYTES) return this.#end(null);
    reader.write(bytes);
  }

  /** Addresses of the camera as its reader knows them, whatever host the camera takes itself for; and back. */
  #here(text: string): string {
    return text.replaceAll(/rtsp:\/\/[^/\s;,"]+/gi, this.#local);
  }

  #there(uri: string): string {
    const { host, port, path } = this.#options;
    return `rtsp://${host}:${port}${uri.slice(this.#local.length) || path}`;
  }
}
