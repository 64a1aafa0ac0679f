import { timeNow } from '#platform/kernel/clock.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import { type VideoEnd, watchFrames } from '#platform/video/frames.ts';
import type { CameraTrouble } from '#platform/wire/port.ts';
import { type MeantCamera, streamOf } from '../cameras.ts';

/** Why there are no moving pictures, in words for who looks. */
export type LiveTrouble = { why: CameraTrouble['trouble'] | 'busy'; detail: string };
/** Who looks: told of each picture as it is drawn, and once of the end. */
export type Viewer = { frame(jpeg: Buffer, takenAt: string): void; ended(trouble: LiveTrouble): void };

const MOST_STREAMS = 4;
const MOST_VIEWERS = 40;
/** A stream that nobody looks at goes on so long: whoever opens the next page need not wait for it. */
const LINGER_MS = 2_000;
const ENDED: Readonly<Record<VideoEnd['why'], LiveTrouble>> = {
  stopped: { why: 'unreachable', detail: 'Its moving pictures were ended.' },
  silent: { why: 'unreachable', detail: 'It sent no moving picture for several seconds.' },
  over: { why: 'unreadable', detail: 'What it sends cannot be shown as moving pictures.' },
  killed: { why: 'fault', detail: 'The program that reads its moving pictures was ended.' },
};

const streams = new Map<string, LiveStream>();

/** Looks at a camera's moving pictures: one stream and one ffmpeg for all who look. Settles with the first picture, or with why there is none. */
export async function joinStream(db: Database, camera: MeantCamera, viewer: Viewer): Promise<{ leave(): void } | LiveTrouble> {
  const key = [camera.id, ...camera.parts].join(' ');
  const known = streams.get(key);
  if (known) return known.join(viewer);
  if (streams.size >= MOST_STREAMS) return { why: 'busy', detail: `Moving pictures of ${MOST_STREAMS} other cameras are being looked at.` };
  const made = new LiveStream();
  streams.set(key, made);
  void made.run(db, camera).finally(() => streams.get(key) === made && streams.delete(key));
  return made.join(viewer);
}

class LiveStream {
  readonly #viewers = new Map<Viewer, (come: boolean) => void>();
  readonly #stop = new AbortController();
  readonly #trouble = Promise.withResolvers<LiveTrouble>();
  #isMoving = false;
  #timer: NodeJS.Timeout | undefined;

  async join(viewer: Viewer): Promise<{ leave(): void } | LiveTrouble> {
    if (this.#viewers.size >= MOST_VIEWERS) return { why: 'busy', detail: `${MOST_VIEWERS} others look at it.` };
    clearTimeout(this.#timer);
    const come = Promise.withResolvers<boolean>();
    this.#viewers.set(viewer, come.resolve);
    if (this.#isMoving) come.resolve(true);
    if (await come.promise) return { leave: () => this.#leave(viewer) };
    return this.#trouble.promise;
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#timer = setTimeout(() => this.#stop.abort(), LINGER_MS);
  }

  async run(db: Database, camera: MeantCamera): Promise<void> {
    const trouble = await this.#watch(db, camera).catch((): LiveTrouble => ENDED.killed);
    clearTimeout(this.#timer);
    this.#trouble.resolve(trouble);
    for (const [viewer, come] of this.#viewers) {
      come(false);
      viewer.ended(trouble);
    }
    this.#viewers.clear();
  }

  async #watch(db: Database, camera: MeantCamera): Promise<LiveTrouble> {
    const relay = await streamOf(db, camera, 'small');
    if ('trouble' in relay) return { why: relay.trouble, detail: relay.detail };
    try {
      const { why } = await watchFrames({ url: relay.url, signal: this.#stop.signal, onFrame: (jpeg) => this.#tell(jpeg) });
      relay.close();
      const came = await relay.ended;
      return came ? { why: came.trouble, detail: came.detail } : ENDED[why];
    } finally {
      relay.close();
    }
  }

  #tell(jpeg: Buffer): void {
    this.#isMoving = true;
    const takenAt = timeNow().toISOString();
    for (const [viewer, come] of this.#viewers) {
      come(true);
      viewer.frame(jpeg, takenAt);
    }
  }
}
