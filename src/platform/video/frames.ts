import { runFfmpeg } from './ffmpeg.ts';

/** How moving pictures ended: we stopped, nothing came for too long, they could not be read or are over, or the program was killed. */
export type VideoEnd = { why: 'stopped' | 'silent' | 'over' | 'killed'; /** For the log. */ words: string };

export type DrawOptions = { signal: AbortSignal; onFrame: (jpeg: Buffer) => void; firstWithinMs?: number; silentMs?: number };

const MOST_HEAD = 4_096;
const MOST_FRAME = 4 * 2 ** 20;
const MOST_PIXELS = 40_000_000;
const SIDE_PX = 960;
/** Pictures a second that come out. */
export const FRAMES_PER_S = 8;

/** What reads a stream of a relay: over one TCP connection, pictures only (no sound is asked for), nothing else of the network. */
export const streamArgs = (url: string, lookMs: number): string[] => ['-protocol_whitelist', 'rtsp,rtp,tcp', '-rtsp_transport', 'tcp', '-allowed_media_types', 'video', '-max_pixels', String(MOST_PIXELS), '-analyzeduration', String(lookMs * 1_000), '-probesize', '2000000', '-i', url, ...PICTURES_ONLY];
/** What reads an MP4 out of a pipe, and nothing else. */
export const pipeArgs = (): string[] => ['-protocol_whitelist', 'pipe', '-max_pixels', String(MOST_PIXELS), '-f', 'mp4', '-i', 'pipe:0', ...PICTURES_ONLY];
const PICTURES_ONLY = ['-map', '0:v:0', '-an', '-sn', '-dn'];

/** Draws the stream of a relay anew as single pictures until it ends or is stopped: of what the camera sent only its pixels come out. */
export const watchFrames = ({ url, ...options }: DrawOptions & { url: string }): Promise<VideoEnd> => draw(['-threads', '1', '-fflags', 'nobuffer', '-flags', 'low_delay', ...streamArgs(url, 1_000)], options);

/** Draws a recording anew as single pictures, as fast as it was. */
export const replayFrames = ({ mp4, ...options }: DrawOptions & { mp4: AsyncIterable<Buffer> }): Promise<VideoEnd> => draw(['-threads', '1', '-re', ...pipeArgs()], options, mp4);

async function draw(reading: readonly string[], { signal, onFrame, firstWithinMs = 12_000, silentMs = 8_000 }: DrawOptions, input?: AsyncIterable<Buffer>): Promise<VideoEnd> {
  const running = runFfmpeg([...reading, '-vf', `fps=${FRAMES_PER_S},scale=w='min(${SIDE_PX},iw)':h=-2,format=yuvj420p`, '-c:v', 'mjpeg', '-q:v', '6', '-threads', '1', '-flush_packets', '1', '-f', 'mpjpeg', 'pipe:1'], input);
  let isSilent = false;
  const late = (): void => {
    isSilent = true;
    running.stop();
  };
  let timer = setTimeout(late, firstWithinMs);
  const frames = new FrameReader((jpeg) => {
    clearTimeout(timer);
    timer = setTimeout(late, silentMs);
    onFrame(jpeg);
  });
  running.output.on('data', (chunk: Buffer) => void (frames.push(chunk) || running.stop()));
  signal.addEventListener('abort', running.stop, { once: true });
  if (signal.aborted) running.stop();
  const { signal: killedBy, words } = await running.ended;
  clearTimeout(timer);
  signal.removeEventListener('abort', running.stop);
  if (signal.aborted) return { why: 'stopped', words };
  return { why: isSilent ? 'silent' : killedBy ? 'killed' : 'over', words };
}

/** Takes pictures out of the muxer `mpjpeg`: a head with the length, then so many bytes. */
export class FrameReader {
  readonly #onFrame: (jpeg: Buffer) => void;
  #left: Buffer = Buffer.alloc(0);

  constructor(onFrame: (jpeg: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** False where what came is not of that form; nothing more is read then. */
  push(chunk: Buffer): boolean {
    this.#left = Buffer.concat([this.#left, chunk]);
    for (;;) {
      const at = this.#left.indexOf('\r\n\r\n');
      if (at < 0) return this.#left.length <= MOST_HEAD;
      const length = Number(/content-length:\s*(\d+)/i.exec(this.#left.toString('latin1', 0, at))?.[1] ?? Number.NaN);
      if (!(length <= MOST_FRAME)) return false;
      if (this.#left.length < at + 4 + length) return true;
      this.#onFrame(Buffer.from(this.#left.subarray(at + 4, at + 4 + length)));
      this.#left = this.#left.subarray(at + 4 + length);
    }
  }
}
