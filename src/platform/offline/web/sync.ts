import { call, ProblemError } from '#platform/web/call.ts';
import { addDevice, contactServer, hearOrder, leaveBehind, leaveDevice, takeAlong } from '../contract.ts';
import { meaningOf, pauseMs } from '../rules.ts';
import { type Command, DeviceStore, lateEndpoint } from './device.ts';
import { newHalf } from './seal.ts';
import { keepShell, leaveShell } from './keep-shell.ts';

const LOCK = 'parapet.offline';
const CONTACT_EVERY_MS = 60_000;
const TICK_MS = 15_000;

/** How the line to the server stands for this device. `another`: somebody else is signed in here. */
export type Line = { kind: 'unknown' | 'cut' | 'sign-in' | 'another' | 'unknown-device' | 'here'; isSending: boolean; nextTryMs: number | null };

/** How a record of a kind is read for taking along; registered by the module that owns the kind. */
const readings = new Map<string, (id: string) => Promise<unknown>>();
export const registerTaking = (kind: string, read: (id: string) => Promise<unknown>): void => void readings.set(kind, read);

export const device = new DeviceStore();

/** Sends what was written here, in order, once, when the server can be reached; of several tabs one at a time. */
class Sync {
  line: Line = { kind: 'unknown', isSending: false, nextTryMs: null };
  #failures = 0;
  #contactMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #isStarted = false;
  #hasScreens = false;
  readonly #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins for as long as the page stands; again is nothing. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void device.ready().then(() => this.now());
    addEventListener('online', () => this.now());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.now());
    setInterval(() => {
      void device.tick();
      const isDue = this.line.nextTryMs === null && (Date.now() - this.#contactMs > CONTACT_EVERY_MS || waiting().length > 0);
      if (isDue && document.visibilityState === 'visible') this.now();
    }, TICK_MS);
  }

  /** Tries at once; a try that is under way is followed by another. */
  now(): void {
    if (!device.isThere) return;
    clearTimeout(this.#timer);
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#inTurn().finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        this.now();
      }
    });
  }

  async #inTurn(): Promise<void> {
    if (!('locks' in navigator)) return this.#run();
    // Each tab in turn: who comes second finds nothing left to send, and hears for itself how the line stands.
    await navigator.locks.request(LOCK, () => this.#run());
  }

  async #run(): Promise<void> {
    try {
      this.#set({ isSending: true, nextTryMs: null });
      await device.refresh();
      if (!(await this.#contact())) return;
      this.#failures = 0;
      this.#keepScreens();
      const hadMore = waiting().length > 0;
      for (let next = waiting()[0]; next; next = waiting()[0]) if (!(await this.#send(next))) return;
      // The list of devices says what is left here.
      if (hadMore && !(await this.#contact())) return;
      await this.#readAnew();
    } catch (error) {
      this.#later(error);
    } finally {
      this.#set({ isSending: false });
    }
  }

  /** The first word is the order: whoever must delete sends and reads nothing before. Answers whether there is anything to go on with. */
  async #contact(): Promise<boolean> {
    const [token, meta] = [device.token, device.state.meta];
    if (!token || !meta) return false;
    const { order } = await call('offline', hearOrder, { device: token });
    if (order === 'wipe') {
      await this.#wipe(token);
      return false;
    }
    try {
      const { half, serverTime, until, records } = await call('offline', contactServer, { id: meta.deviceId, deviceTime: new Date().toISOString(), unsent: Math.max(device.state.commands.length, device.state.unread) });
      const skewMs = Date.now() - Date.parse(serverTime);
      await device.renew({ half, untilMs: Date.parse(until) + skewMs, skewMs });
      for (const { id } of device.state.records) if (!records.some((one) => one.id === id)) await device.drop(id);
      this.#contactMs = Date.now();
      this.#set({ kind: 'here' });
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError) || (error.status !== 401 && error.status !== 404)) throw error;
      if (error.status === 401) this.#set({ kind: 'sign-in' });
      else {
        // The order says "keep", and this session is not its person's.
        if (order === 'keep') await device.close();
        this.#set({ kind: order === 'keep' ? 'another' : 'unknown-device' });
      }
      return false;
    }
  }

  /** Once a page: the screens of the version that the server has now. */
  #keepScreens(): void {
    if (this.#hasScreens) return;
    this.#hasScreens = true;
    void keepShell().catch(() => (this.#hasScreens = false));
  }

  async #wipe(token: string): Promise<void> {
    await device.delete('wiped');
    await leaveShell();
    await call('offline', hearOrder, { device: token, done: true }).catch(() => undefined);
  }

  /** Sends one; answers whether to go on with the next. The same one sent again is the same request, so that nothing is done twice. */
  async #send(command: Command): Promise<boolean> {
    await device.mark(command, { state: 'sending' });
    const from = { deviceId: device.state.meta?.deviceId ?? '', seq: command.seq, writtenAt: command.writtenAt, skewMs: command.skewMs, baseVersion: command.baseVersion };
    try {
      await call(command.module, lateEndpoint(command.path), { ...command.input, id: command.recordId, device: from } as never, { key: command.id });
      await device.forget(command);
      return true;
    } catch (error) {
      const meaning = error instanceof ProblemError ? meaningOf(error.status) : 'later';
      if (meaning === 'refused') {
        await device.mark(command, { state: 'refused', detail: (error as ProblemError).detail });
        return true;
      }
      await device.mark(command, { state: 'saved' });
      if (meaning === 'sign-in') this.#set({ kind: 'sign-in' });
      else this.#later(error);
      return false;
    }
  }

  async #readAnew(): Promise<void> {
    for (const { id, kind } of device.state.records) await this.#readOne(id, kind);
  }

  async #readOne(id: string, kind: string): Promise<void> {
    const read = readings.get(kind);
    if (!read) return;
    try {
      await device.keep(id, kind, await read(id));
    } catch (error) {
      if (!(error instanceof ProblemError) || (error.status !== 403 && error.status !== 404)) throw error;
      await device.drop(id);
    }
  }

  #later(error: unknown): void {
    this.#failures += 1;
    const pause = Math.max(pauseMs(this.#failures, Math.random()), error instanceof ProblemError ? (error.retryAfterS ?? 0) * 1_000 : 0);
    this.#set({ kind: 'cut', nextTryMs: Date.now() + pause });
    this.#timer = setTimeout(() => this.now(), pause);
  }

  #set(change: Partial<Line>): void {
    this.line = { ...this.line, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Takes a record along; makes this browser a device where it is none yet. Throws ProblemError, or what the browser says of its store. */
  async take({ id, kind, person, label }: { id: string; kind: string; person: { personId: string; name: string }; label: string }): Promise<void> {
    await device.ready();
    if (!device.isThere) {
      const made = { deviceId: crypto.randomUUID(), token: crypto.randomUUID(), label };
      await call('offline', addDevice, { id: made.deviceId, token: made.token, label });
      await device.make({ ...made, personId: person.personId, person: person.name, half: await newHalf() });
      await navigator.storage?.persist?.().catch(() => false);
    }
    const deviceId = device.state.meta?.deviceId ?? '';
    if (!(await this.#contact())) throw new Error(this.line.kind);
    await call('offline', takeAlong, { id: deviceId, recordId: id });
    await this.#readOne(id, kind);
    await keepShell();
    this.start();
  }

  async leaveBehind(id: string): Promise<void> {
    const meta = device.state.meta;
    if (meta) await call('offline', leaveBehind, { id: meta.deviceId, recordId: id });
    await device.drop(id);
  }

  /** Deletes what is kept here and lets the server know; what fails there keeps nothing here. */
  async leave(): Promise<void> {
    await device.ready();
    const meta = device.state.meta;
    if (!meta) return;
    await call('offline', leaveDevice, { id: meta.deviceId }).catch(() => undefined);
    await device.delete('none');
    await leaveShell();
  }
}

export const sync = new Sync();

/** What is to be sent, in the order in which it was written. */
const waiting = (): Command[] => device.state.commands.filter(({ state }) => state !== 'refused').sort((a, b) => a.seq - b.seq);
