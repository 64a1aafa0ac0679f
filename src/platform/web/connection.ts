/**
 * How the connection stands. `lagS` is how far behind the screen may be, in seconds; `since` is the moment of the last
 * word from the server, or of the first try where there was none.
 */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'live'; lagS: number }
  | { kind: 'late'; lagS: number; since: Date }
  | { kind: 'cut'; since: Date };

/** The server pings each 5 s; a word later than that by more than the grace makes the connection late. */
const PING_MS = 5_000;
const GRACE_MS = 2_500;
const CUT_MS = 20_000;
const OFFSETS_KEPT = 24;

/**
 * Judges the connection from the pings. The difference of clocks is the least that was seen of (here minus there), so
 * a wrong clock on either side doesn't count as delay. All times in milliseconds since the epoch.
 */
export class Connection {
  state: ConnectionState = { kind: 'connecting' };
  #offsets: number[] = [];
  #heardAt = 0;
  #beganAt = 0;
  #delayMs = 0;
  #isOpen = false;
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** A word from the server, with the time that stood in it. */
  heard(at: number, serverAt?: number): void {
    this.#isOpen = true;
    this.#heardAt = at;
    if (serverAt !== undefined) {
      this.#offsets = [...this.#offsets, at - serverAt].slice(-OFFSETS_KEPT);
      this.#delayMs = at - serverAt - this.#offset();
    }
    this.tick(at);
  }

  /** The line stands, though nothing was said yet. */
  opened(at: number): void {
    this.heard(at);
  }

  /** The line broke. */
  cut(at: number): void {
    this.#isOpen = false;
    this.tick(at);
  }

  /** Judges again as time goes by. */
  tick(at: number): void {
    if (this.#beganAt === 0) this.#beganAt = at;
    const next = this.#judge(at);
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    for (const listener of this.#listeners) listener();
  }

  /** The server's time at a time of ours. */
  serverTime(at: number): number {
    return this.#offsets.length > 0 ? at - this.#offset() : at;
  }

  #offset(): number {
    return Math.min(...this.#offsets);
  }

  #judge(at: number): ConnectionState {
    const silentMs = at - this.#heardAt;
    const since = new Date(this.#heardAt);
    if (!this.#isOpen && this.#heardAt === 0) return at - this.#beganAt > CUT_MS ? { kind: 'cut', since: new Date(this.#beganAt) } : { kind: 'connecting' };
    if (!this.#isOpen) return { kind: 'cut', since };
    if (silentMs > CUT_MS) return { kind: 'cut', since };
    if (silentMs > PING_MS + GRACE_MS) return { kind: 'late', lagS: Math.round(silentMs / 1_000), since };
    if (this.#delayMs > GRACE_MS) return { kind: 'late', lagS: Math.round(this.#delayMs / 1_000), since };
    return { kind: 'live', lagS: Math.round(this.#delayMs / 100) / 10 };
  }
}
