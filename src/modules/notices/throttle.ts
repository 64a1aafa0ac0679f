import { Problem } from '#platform/kernel/problem.ts';

const BURST = 60;
const EACH_SECOND = 2;
const MOST = 10_000;

type Bucket = { left: number; at: number };

/** How often an address may try links or receipts at this process: 60 at once, then two a second. A code has 132 bits; this keeps guessing from costing anything. */
export class Throttle {
  readonly #buckets = new Map<string, Bucket>();

  /** Throws 429 where there was too much. */
  take(key: string, now: Date): void {
    const at = now.getTime();
    const known = this.#buckets.get(key) ?? { left: BURST, at };
    const left = Math.min(BURST, known.left + (Math.max(0, at - known.at) / 1000) * EACH_SECOND);
    if (this.#buckets.size >= MOST) this.#buckets.clear();
    this.#buckets.set(key, { left: Math.max(0, left - 1), at });
    if (left < 1) throw new Problem('limited', 'notices.too_many', 'Too many attempts from this address. Wait a few seconds.', { retryAfterS: 5 });
  }
}
