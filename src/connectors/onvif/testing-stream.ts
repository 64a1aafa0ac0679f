import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket as Udp } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { RtspReader, writeRtsp } from './rtsp.ts';

type Options = { user?: string; password?: string; codec?: 'h264' | 'mjpeg'; /** It has sound too. */ hasSound?: boolean };

const ENCODERS = { h264: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10', '-pix_fmt', 'yuv420p'], mjpeg: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-huffman', 'default'] } as const;
/** It knows itself by another address than it is asked at, as behind a translation of addresses. */
const HOST = 'rtsp://192.168.68.111';

/** A camera's stream of our own making over a real socket: RTSP with Digest, a test picture encoded and put into RTP by ffmpeg. */
export class StandInStream {
  readonly options: Required<Options>;
  readonly asked: string[] = [];
  port = 0;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #encoders = new Set<ChildProcess>();
  readonly #nonce = randomBytes(16).toString('hex');

  constructor({ user = 'watcher', password = 'correct horse', codec = 'h264', hasSound = false }: Options = {}) {
    this.options = { user, password, codec, hasSound };
  }

  get address(): string {
    return `${this.#own}/live/main?x=1`;
  }

  get #own(): string {
    return `${HOST}:${this.port}`;
  }

  /** Readers that are connected now. */
  get readers(): number {
    return this.#sockets.size;
  }

  async start(): Promise<this> {
    this.#server = createServer((socket) => this.#serve(socket)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Gone from the network, in the middle of whatever it sent. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    for (const encoder of this.#encoders) encoder.kill('SIGKILL');
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let encoder: { child: ChildProcess; udp: Udp } | null = null;
    socket.on('error', () => undefined).on('close', () => {
      this.#sockets.delete(socket);
      encoder?.child.kill('SIGKILL');
      encoder?.udp.close();
    });
    const parts = new RtspReader();
    socket.on('data', (chunk) => {
      for (const part of parts.push(chunk)) {
        if (part.kind === 'frame') continue;
        const [method = '', uri = ''] = part.line.split(' ');
        const cseq = part.headers.get('cseq') ?? '';
        const say = (status: string, headers: Record<string, string> = {}, body?: string): void => void socket.write(writeRtsp(`RTSP/1.0 ${status}`, new Map([['CSeq', cseq], ...Object.entries(headers)]), Buffer.from(body ?? '')));
        this.asked.push(`${method} ${uri} ${part.headers.get('user-agent') ?? ''}`);
        if (method === 'OPTIONS') say('200 OK', { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN' });
        else if (!this.#knows(method, uri, part.headers.get('authorization') ?? '')) say('401 Unauthorized', { 'WWW-Authenticate': `Digest realm="stand-in", nonce="${this.#nonce}"` });
        else if (method === 'DESCRIBE') say('200 OK', { 'Content-Type': 'application/sdp', 'Content-Base': `${this.#own}/live/main/` }, this.#sdp());
        else if (method === 'SETUP') say('200 OK', { Session: 'abc;timeout=60', Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
        else if (method === 'PLAY') {
          say('200 OK', { Session: 'abc', 'RTP-Info': `url=${this.#own}/live/main/track1` });
          void this.#encode(socket).then((made) => (encoder = made));
        } else say('200 OK', { Session: 'abc' });
      }
    });
  }

  #sdp(): string {
    const format = this.options.codec === 'h264' ? ['96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=1'] : ['26', 'a=rtpmap:26 JPEG/90000'];
    const sound = this.options.hasSound ? ['m=audio 0 RTP/AVP 0', `a=control:${this.#own}/live/main/track2`] : [];
    return ['v=0', 'o=- 0 0 IN IP4 192.168.68.111', 's=Stream', 'c=IN IP4 0.0.0.0', 't=0 0', `m=video 0 RTP/AVP ${format[0]}`, ...format.slice(1), `a=control:${this.#own}/live/main/track1`, ...sound, ''].join('\r\n');
  }

  #knows(method: string, uri: string, header: string): boolean {
    const part = (name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(header)?.[1] ?? '';
    const h = (said: string): string => createHash('md5').update(said).digest('hex');
    const { user, password } = this.options;
    return part('response') === h(`${h(`${user}:stand-in:${password}`)}:${this.#nonce}:${h(`${method}:${uri}`)}`) && part('uri') === uri;
  }

  async #encode(socket: Socket): Promise<{ child: ChildProcess; udp: Udp }> {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    udp.on('message', (packet) => {
      const head = Buffer.from([0x24, 0, 0, 0]);
      head.writeUInt16BE(packet.length, 2);
      if (!socket.destroyed) socket.write(Buffer.concat([head, packet]));
    });
    const child = spawn('ffmpeg', ['-nostdin', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc=size=320x176:rate=10', ...ENCODERS[this.options.codec], '-threads', '1', '-payload_type', this.options.codec === 'h264' ? '96' : '26', '-f', 'rtp', `rtp://127.0.0.1:${udp.address().port}?pkt_size=1200`], { stdio: 'ignore' });
    this.#encoders.add(child);
    child.once('exit', () => void this.#encoders.delete(child));
    return { child, udp };
  }
}
