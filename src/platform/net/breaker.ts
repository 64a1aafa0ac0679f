/** How a host stands: closed lets everything through, open nothing until a time, half-open one trial. */
export type BreakerState = 'closed' | 'open' | 'half-open';

const FAILURES_TO_OPEN = 5;

/** For how long a host rests: first, and at most, in ms. */
export type Pauses = { firstMs: number; longestMs: number };
const USUAL: Pauses = { firstMs: 30_000, longestMs: 600_000 };

/** Keeps a host that fails from being asked again and again. Times are milliseconds since 1970, given by the caller. */
export class Breaker {
  state: BreakerState = 'closed';
  /** Failures in a row. */
  inRow = 0;
  /** Until when nothing is sent; 0 where it is closed. */
  openUntil = 0;
  readonly #pauses: Pauses;
  #pauseMs: number;
  #isTrying = false;

  constructor(pauses: Pauses = USUAL) {
    this.#pauses = pauses;
    this.#pauseMs = pauses.firstMs;
  }

  /** May a request go now? In half-open only one at a time does. */
  admits(now: number): boolean {
    if (this.state === 'closed') return true;
    if (now < this.openUntil || this.#isTrying) return false;
    this.state = 'half-open';
    this.#isTrying = true;
    return true;
  }

  succeeded(): void {
    this.state = 'closed';
    this.inRow = 0;
    this.openUntil = 0;
    this.#pauseMs = this.#pauses.firstMs;
    this.#isTrying = false;
  }

  /** Nothing was learned of the host. */
  abandoned(): void {
    this.#isTrying = false;
  }

  failed(now: number): void {
    this.inRow += 1;
    const wasTrial = this.#isTrying;
    this.#isTrying = false;
    if (!wasTrial && this.inRow < FAILURES_TO_OPEN) return;
    if (this.state === 'open') return;
    if (wasTrial) this.#pauseMs = Math.min(this.#pauseMs * 2, this.#pauses.longestMs);
    this.state = 'open';
    this.openUntil = now + this.#pauseMs;
  }
}
