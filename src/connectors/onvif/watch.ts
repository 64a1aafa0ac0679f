import { setTimeout as pause } from 'node:timers/promises';
import { nowMs } from '#platform/kernel/clock.ts';
import type { Client } from '#platform/net/outgoing.ts';
import type { Arrival, Sink } from '#platform/wire/port.ts';
import { Camera, CameraFault } from './camera.ts';
import { arrivalFrom, type Notification, notificationIn, stateKey, stateOf } from './message.ts';
import { PullPoint } from './pull-point.ts';
import type { Credentials } from './soap.ts';
import type { Element } from './xml.ts';

export type WatchOptions = {
  client: Client; sink: Sink; account: string; credentials: Credentials | null;
  /** Pauses after a failure in ms: the first, then twice as long each time up to the longest. */
  againMs: number; longestMs: number;
};

const MOST_STATES = 2_000;
const MOST_RAW_BYTES = 65_536;
const STORE_AGAIN_MS = 1_000;
const AT_ONCE_MS = 50;
const IDLE_MS = 500;
/** A camera that counts wrong passwords may lock the name. */
const REFUSED_AGAIN_MS = 60_000;

/** One camera, heard by one subscription at a time until it is ended. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #ending = new AbortController();
  /** How each state stood when it was told last: what differs after a gap changed while nobody listened. */
  readonly #states = new Map<string, string>();
  #point: PullPoint | null = null;
  isHeard = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    void this.#run();
  }

  /** Gives its subscription back; what is under way is not waited for. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#point?.end();
  }

  get #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  async #run(): Promise<void> {
    const { againMs, longestMs } = this.#options;
    for (let failures = 0; !this.#isEnding; ) {
      const before = this.isHeard;
      try {
        await this.#listen();
      } catch (error) {
        failures = this.isHeard ? 1 : failures + 1;
        this.isHeard = false;
        if (this.#isEnding) return;
        const trouble = error instanceof CameraFault ? error.trouble : 'unreachable';
        this.#tell(trouble);
        // A camera that was heard until now is asked again at once: it may only have forgotten the subscription.
        const wait = trouble === 'credentials' || trouble === 'not-allowed' ? Math.min(REFUSED_AGAIN_MS, Math.max(longestMs, againMs)) : before && trouble === 'fault' ? 0 : Math.min(longestMs, againMs * 2 ** Math.min(10, failures - 1));
        await pause(wait, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      }
    }
  }

  async #listen(): Promise<void> {
    const { client, account: address, credentials } = this.#options;
    const camera = new Camera({ client, address, credentials });
    await camera.open();
    this.#point = await PullPoint.create(camera);
    try {
      if (this.#isEnding) return await this.#point.end();
      await this.#point.askStates();
      while (!this.#isEnding) {
        const asked = nowMs();
        const messages = await this.#point.pull();
        const isAtOnce = nowMs() - asked < AT_ONCE_MS;
        if (this.#isEnding) return;
        this.isHeard = true;
        this.#options.sink.heard(address, nowMs(), camera.host, 'onvif');
        await this.#take(messages, camera.host);
        await this.#point.renewWhenDue();
        // A device that answers at once instead of waiting is not asked without a pause.
        if (isAtOnce) await pause(messages.length > 0 ? AT_ONCE_MS : IDLE_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      }
    } catch (error) {
      // One subscription a camera: what may still stand there is given back before another is asked for.
      if (error instanceof CameraFault && error.trouble !== 'unreachable') await this.#point.end();
      throw error;
    } finally {
      this.#point = null;
    }
  }

  async #take(messages: readonly Element[], remote: string): Promise<void> {
    const receivedAt = nowMs();
    const arrivals = messages.flatMap((element) => {
      const notification = notificationIn(element);
      if (!notification) {
        this.#options.sink.refused('onvif-unreadable', remote);
        return [];
      }
      const news = this.#newsOf(notification);
      if (news === 'known') return [];
      const arrival = arrivalFrom(element, notification, { account: this.#options.account, receivedAt, remote, isMissed: news === 'missed' });
      if (arrival.raw.length <= MOST_RAW_BYTES) return [arrival];
      this.#options.sink.refused('onvif-too-long', remote);
      return [];
    });
    for (const arrival of arrivals) await this.#store(arrival);
  }

  /** A state that is told again as it was known says nothing; one that differs from what was known changed while nobody listened. */
  #newsOf(notification: Notification): 'news' | 'known' | 'missed' {
    if (notification.operation === '') return 'news';
    const key = stateKey(notification);
    const state = stateOf(notification);
    const before = this.#states.get(key);
    if (notification.operation === 'Deleted') this.#states.delete(key);
    else if (before !== undefined || this.#states.size < MOST_STATES) this.#states.set(key, state);
    if (notification.operation !== 'Initialized' || before === undefined) return 'news';
    return before === state ? 'known' : 'missed';
  }

  /** Until it is durable: the camera has forgotten it, so that nothing more is asked for before. */
  async #store(arrival: Arrival): Promise<void> {
    while (!this.#isEnding) {
      const failure = await new Promise<Error | null>((resolve) => this.#options.sink.accept(arrival, resolve));
      if (!failure) return;
      await pause(STORE_AGAIN_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined);
    }
  }

  #tell(trouble: string): void {
    const { account, sink } = this.#options;
    const remote = new URL(account).hostname;
    sink.refused(`onvif-${trouble}`, remote, { protocol: 'onvif', account, token: '', sequence: 0, raw: Buffer.alloc(0), identity: null, sentAt: null, receivedAt: nowMs(), remote });
  }
}
