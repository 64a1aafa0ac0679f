const EVERY_MS = 20;

/**
 * Tells other processes that something was committed, at most every 20 ms, with an empty payload and in a transaction
 * of its own: NOTIFY inside a writing transaction would serialise all commits of the server.
 */
export class Doorbell {
  readonly #notify: (channel: string) => Promise<unknown>;
  readonly #channel: string;
  #timer: NodeJS.Timeout | null = null;

  constructor(notify: (channel: string) => Promise<unknown>, channel: string) {
    this.#notify = notify;
    this.#channel = channel;
  }

  ring(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#notify(this.#channel).catch(() => undefined);
    }, EVERY_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
