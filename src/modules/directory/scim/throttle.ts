import { Problem } from '#platform/kernel/problem.ts';

const BURST = 500;
const EACH_SECOND = 50;

type Bucket = { left: number; at: number };

/** How much a directory may send to this process: 500 at once, then 50 a second (a provider sends about 25). */
export class Throttle {
  readonly #buckets = new Map<string, Bucket>();

  /** Throws 429 where there was too much. */
  take(directoryId: string, now: Date): void {
    const at = now.getTime();
    const known = this.#buckets.get(directoryId) ?? { left: BURST, at };
    const left = Math.min(BURST, known.left + (Math.max(0, at - known.at) / 1000) * EACH_SECOND);
    this.#buckets.set(directoryId, { left: Math.max(0, left - 1), at });
    if (left < 1) throw new Problem('limited', 'directory.too_many', 'Too many requests at once. Wait a second.', { retryAfterS: 1 });
  }
}
