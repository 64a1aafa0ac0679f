import { Dialler } from '#connectors/sia-dc09/dialler.ts';
import { type LiveSignal, liveSignals } from './live.ts';

/** The only machine that the simulator ever dials. */
export const HERE = '127.0.0.1';

/** Nothing goes out faster than this, whatever the speed, so that nothing is flooded. */
const LEAST_BETWEEN_MS = 250;
const FASTEST = 60;

export type StreamOptions = {
  port: number;
  seed: string;
  /** Times faster than life, 1 to 60. */
  speed?: number;
  /** So many signals of the stream are passed over first, so that two starts do not begin alike. */
  skip?: number;
  /** What became of each signal: the receiver's answer, or `dropped` where the one before of its account is not answered yet. */
  told?: (signal: LiveSignal, outcome: 'ACK' | 'NAK' | 'DUH' | 'dropped') => void;
};

/**
 * Sends the calm live stream of the demonstration to the receiver on this machine, each account with a connection and
 * numbers of its own. At most one message of an account is on its way; while a receiver is away, what comes is dropped.
 */
export class LiveStream {
  readonly #options: StreamOptions;
  readonly #diallers = new Map<string, Dialler>();
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: StreamOptions) {
    this.#options = options;
    const signals = liveSignals(options.seed);
    for (let i = 0; i < (options.skip ?? 0); i++) signals.next();
    this.#next(signals);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    for (const dialler of this.#diallers.values()) dialler.close();
  }

  #next(signals: Generator<LiveSignal, never>): void {
    const signal = signals.next().value;
    const speed = Math.min(FASTEST, Math.max(1, this.#options.speed ?? 1));
    this.#timer = setTimeout(() => {
      this.#send(signal);
      this.#next(signals);
    }, Math.max(LEAST_BETWEEN_MS, signal.afterMs / speed));
  }

  #send(signal: LiveSignal): void {
    const { account, token, data } = signal;
    const told = this.#options.told ?? (() => undefined);
    if (this.#waiting.has(account)) return told(signal, 'dropped');
    this.#waiting.add(account);
    this.#diallerOf(account).sendEvent(token, data, { sentAt: Date.now() }).then(
      ({ kind }) => {
        this.#waiting.delete(account);
        told(signal, kind);
      },
      () => undefined,
    );
  }

  #diallerOf(account: string): Dialler {
    const known = this.#diallers.get(account);
    if (known) return known;
    const made = new Dialler({ host: HERE, port: this.#options.port, account, firstSequence: (Math.floor(Date.now() / 1000) % 9_999) + 1 });
    this.#diallers.set(account, made);
    return made;
  }
}
