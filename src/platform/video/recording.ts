import { nowMs } from '#platform/kernel/clock.ts';
import { type Running, runFfmpeg } from './ffmpeg.ts';
import { pipeArgs, streamArgs } from './frames.ts';
import { decodeTimeOf, Mp4Reader, timescaleOf } from './boxes.ts';

/** `url` is a relay's; `keepMs` how far back it remembers, in memory only. */
export type RecordOptions = { url: string; keepMs: number };
/** A clip as MP4, its pictures as the camera encoded them, without sound; from when to when, in ms since 1970, to within the distance of two of the camera's key frames. */
export type Clip = { mp4: Buffer; fromMs: number; untilMs: number };

/** `atMs` is when it was whole; `mediaMs` its beginning by the camera's own clock. */
type Fragment = { bytes: Buffer; atMs: number; mediaMs: number };
type Taker = { fragments: Fragment[]; untilMs: number; bytes: number; done: () => void };

const FRAGMENTED = ['-c', 'copy', '-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'];
/** What it holds of one camera, whatever that sends. */
const MOST_HELD = 32 * 2 ** 20;
const MOST_CLIP = 64 * 2 ** 20;
const KEY_FRAME_WITHIN_MS = 10_000;
const WRITTEN_WITHIN_MS = 20_000;

/** Records the stream of a relay into memory: the last seconds at any time, and clips out of it. Nothing of it reaches a disk before it is asked for. */
export class Recording {
  readonly #keepMs: number;
  readonly #running: Running;
  readonly #takers = new Set<Taker>();
  readonly #reader = new Mp4Reader();
  #head: Buffer | null = null;
  #held: Fragment[] = [];
  readonly #beganMs = nowMs();
  #scale = 90_000;
  /** What is to be added to the camera's clock for ours: of all fragments the least, since what the program looked at first came late. */
  #aheadMs = Infinity;
  #isOver = false;
  /** Settles with what the program complained of. */
  readonly ended: Promise<string>;

  constructor({ url, keepMs }: RecordOptions) {
    this.#keepMs = keepMs;
    this.#running = runFfmpeg([...streamArgs(url, 2_500), ...FRAGMENTED]);
    this.#running.output.on('data', (chunk: Buffer) => this.#hear(chunk));
    this.ended = this.#running.ended.then(({ words }) => {
      this.#isOver = true;
      for (const { done } of this.#takers) done();
      return words;
    });
  }

  /** How many fragments it holds now. */
  get held(): number {
    return this.#held.length;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  stop(): void {
    this.#running.stop();
  }

  #hear(chunk: Buffer): void {
    try {
      for (const { kind, bytes } of this.#reader.push(chunk)) {
        if (kind === 'head') this.#begin(bytes);
        else this.#keep(bytes);
      }
    } catch {
      this.stop();
    }
  }

  #begin(head: Buffer): void {
    this.#head = head;
    this.#scale = timescaleOf(head);
  }

  #keep(bytes: Buffer): void {
    const fragment = { bytes, atMs: nowMs(), mediaMs: (decodeTimeOf(bytes) / this.#scale) * 1_000 };
    const before = this.#held.at(-1);
    // The one before was whole when this one began.
    if (before) this.#aheadMs = Math.min(this.#aheadMs, before.atMs - fragment.mediaMs);
    this.#held.push(fragment);
    let held = this.#held.reduce((sum, one) => sum + one.bytes.length, 0);
    while (this.#held.length > 0 && (held > MOST_HELD || (this.#held[0] as Fragment).atMs < fragment.atMs - this.#keepMs)) held -= (this.#held.shift() as Fragment).bytes.length;
    for (const taker of this.#takers) {
      taker.fragments.push(fragment);
      taker.bytes += bytes.length;
      if (fragment.atMs >= taker.untilMs || taker.bytes > MOST_CLIP) taker.done();
    }
  }

  /** Waits for that time to be over and answers the clip; null where nothing came of it, or nothing that can be read. */
  async take(fromMs: number, untilMs: number): Promise<Clip | null> {
    const { promise, resolve: done } = Promise.withResolvers<void>();
    const taker: Taker = { fragments: this.#held.filter(({ atMs }) => atMs > fromMs), untilMs, bytes: 0, done };
    this.#takers.add(taker);
    const timer = setTimeout(done, Math.max(0, untilMs - nowMs()) + KEY_FRAME_WITHIN_MS);
    if (this.#isOver) done();
    await promise;
    clearTimeout(timer);
    this.#takers.delete(taker);
    const [first, last] = [taker.fragments[0], taker.fragments.at(-1)];
    if (!this.#head || !first || !last) return null;
    const mp4 = await written([this.#head, ...taker.fragments.map(({ bytes }) => bytes)]);
    const startMs = Number.isFinite(this.#aheadMs) ? first.mediaMs + this.#aheadMs : this.#beganMs;
    return mp4 && { mp4, fromMs: Math.round(Math.min(Math.max(startMs, this.#beganMs), first.atMs)), untilMs: last.atMs };
  }
}

/** The same pictures as an MP4 whose time begins at nought; null where they cannot be read. */
async function written(parts: readonly Buffer[]): Promise<Buffer | null> {
  const running = runFfmpeg([...pipeArgs(), ...FRAGMENTED], eachOf(parts));
  const timer = setTimeout(running.stop, WRITTEN_WITHIN_MS);
  const chunks: Buffer[] = [];
  running.output.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { code } = await running.ended;
  clearTimeout(timer);
  const bytes = Buffer.concat(chunks);
  return code === 0 && bytes.includes('moof') ? bytes : null;
}

async function* eachOf(parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}
