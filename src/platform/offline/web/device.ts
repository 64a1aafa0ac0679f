import type { Endpoint } from '#platform/kernel/contract.ts';
import { newKey } from '#platform/web/call.ts';
import { countedTime, isOver } from '../rules.ts';
import { DeviceDatabase, deleteDatabase, type Meta, openDatabase } from './database.ts';
import { keyFrom, open, seal } from './seal.ts';

/** Says to a page without asking the database whether this browser keeps anything. */
const FLAG = 'parapet-offline';
const CHANNEL = 'parapet.offline';

/** One thing that was written here. `saved`: on this device only; `sending`: under way; `refused`: a person must look at it. */
export type Command = {
  seq: number; id: string; recordId: string; module: string; path: string; input: Readonly<Record<string, unknown>>; words: string;
  writtenAt: string; skewMs: number; baseVersion: number; state: 'saved' | 'sending' | 'refused'; detail?: string;
};
type NewCommand = Pick<Command, 'recordId' | 'module' | 'path' | 'input' | 'words' | 'baseVersion'>;

/** A record as it was read, and when (by this device's clock). */
export type Kept = { id: string; kind: string; copy: unknown; readMs: number };

/**
 * How the store of this browser stands. `none`: it keeps nothing; `open`; `closed`: the days are over, or somebody else is
 * signed in, and its person opens it by signing in; `wiped`: just now, by order; `broken`: the browser gives no store.
 */
export type DeviceState = {
  kind: 'opening' | 'none' | 'open' | 'closed' | 'wiped' | 'broken';
  meta: Omit<Meta, 'half' | 'key' | 'token'> | null;
  records: readonly Kept[];
  commands: readonly Command[];
  /** Rows that wait and cannot be read while the store is closed. */
  unread: number;
};

const NOTHING: DeviceState = { kind: 'opening', meta: null, records: [], commands: [], unread: 0 };

/** The store of this browser: what it took along and what was written here. One for all pages of a tab; other tabs are told of changes. */
export class DeviceStore {
  state: DeviceState = NOTHING;
  #db: DeviceDatabase | null = null;
  #meta: Meta | null = null;
  #opened: Promise<void> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Opens it once; asked again it answers at once. */
  ready(): Promise<void> {
    if (this.#channel && !this.#opened) this.#channel.onmessage = () => void this.#open();
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** Reads anew what other tabs may have changed. */
  refresh(): Promise<void> {
    return this.#open();
  }

  get token(): string | null {
    return this.#meta?.token ?? null;
  }

  get isThere(): boolean {
    return this.#meta !== null;
  }

  /** Makes the store of this device. */
  async make(meta: Omit<Meta, 'key' | 'untilMs' | 'latestMs' | 'skewMs' | 'heardMs'>): Promise<void> {
    this.#db = await openDatabase({ makes: true });
    this.#meta = { ...meta, key: null, untilMs: 0, latestMs: Date.now(), skewMs: 0, heardMs: null };
    await this.#saveMeta();
    localStorage.setItem(FLAG, '1');
    await this.#changed();
  }

  /** The server was met: the key is made anew from both halves, for so long. */
  async renew({ half, untilMs, skewMs }: { half: string; untilMs: number; skewMs: number }): Promise<void> {
    if (!this.#meta) return;
    const now = Date.now();
    this.#meta = { ...this.#meta, key: await keyFrom(this.#meta.half, half), untilMs, skewMs, latestMs: now, heardMs: now };
    await this.#saveMeta();
    await this.#changed();
  }

  /** Closes it: without the server's half nothing of it can be read. */
  async close(): Promise<void> {
    if (!this.#meta?.key) return;
    this.#meta = { ...this.#meta, key: null };
    await this.#saveMeta();
    await this.#changed();
  }

  async keep(id: string, kind: string, copy: unknown): Promise<void> {
    const key = this.#meta?.key;
    if (!key || !this.#db) return;
    await this.#db.put('records', { id, kind, sealed: await seal(key, `record:${id}`, { copy, readMs: Date.now() }) });
    await this.#changed();
  }

  async drop(id: string): Promise<void> {
    await this.#db?.delete('records', id);
    await this.#changed();
  }

  /** Keeps what was written; resolves once it is on the disk. Rejects with `QuotaExceededError` where there is no room. */
  async write(command: NewCommand): Promise<void> {
    const meta = this.#meta;
    if (!meta?.key || !this.#db) throw new Error('closed');
    const id = newKey();
    await this.#db.append({ id, sealed: await seal(meta.key, `command:${id}`, { ...command, id, writtenAt: new Date().toISOString(), skewMs: meta.skewMs, state: 'saved' }) });
    await this.#changed();
  }

  async mark(command: Command, change: Pick<Command, 'state' | 'detail'>): Promise<void> {
    const key = this.#meta?.key;
    if (!key || !this.#db) return;
    const { seq, ...rest } = { ...command, ...change };
    await this.#db.put('queue', { seq, id: command.id, sealed: await seal(key, `command:${command.id}`, rest) });
    await this.#changed();
  }

  async forget(command: Pick<Command, 'seq'>): Promise<void> {
    await this.#db?.delete('queue', command.seq);
    await this.#changed();
  }

  /** Deletes everything. `wiped` says that it was by order. */
  async delete(kind: 'none' | 'wiped'): Promise<void> {
    this.#db?.close();
    this.#db = null;
    this.#meta = null;
    localStorage.removeItem(FLAG);
    this.#channel?.postMessage('changed');
    await deleteDatabase();
    this.#set({ ...NOTHING, kind });
  }

  /** Counts the time on, and closes the store where its days are over. */
  async tick(): Promise<void> {
    const meta = this.#meta;
    if (!meta?.key) return;
    const now = Date.now();
    if (isOver(meta, now)) return this.close();
    this.#meta = { ...meta, latestMs: countedTime(meta, now) };
    await this.#saveMeta();
  }

  async #open(): Promise<void> {
    try {
      if (localStorage.getItem(FLAG) === null) {
        this.#db = null;
        this.#meta = null;
        return this.#set({ ...NOTHING, kind: this.state.kind === 'wiped' ? 'wiped' : 'none' });
      }
      this.#db ??= await openDatabase();
      const found = await this.#db?.get('meta', 1);
      if (!found) return this.#set({ ...NOTHING, kind: 'none' });
      const { one: _, ...meta } = found;
      this.#meta = meta;
      if (meta.key && isOver(meta, Date.now())) return await this.close();
      await this.#read();
    } catch {
      this.#set({ ...NOTHING, kind: 'broken' });
    }
  }

  async #read(): Promise<void> {
    const [meta, db] = [this.#meta, this.#db];
    if (!meta || !db) return;
    const [records, queue] = [await db.all('records'), await db.all('queue')];
    const { half: _half, key, token: _token, ...shown } = meta;
    if (!key) return this.#set({ kind: 'closed', meta: shown, records: [], commands: [], unread: queue.length });
    const kept = await Promise.all(records.map(async ({ id, kind, sealed }) => ({ id, kind, ...(await open<Pick<Kept, 'copy' | 'readMs'>>(key, `record:${id}`, sealed)) })));
    const commands = await Promise.all(queue.map(async ({ seq, id, sealed }) => ({ ...(await open<Omit<Command, 'seq'>>(key, `command:${id}`, sealed)), seq })));
    this.#set({ kind: 'open', meta: shown, records: kept, commands, unread: 0 });
  }

  async #saveMeta(): Promise<void> {
    if (this.#meta) await this.#db?.put('meta', { ...this.#meta, one: 1 });
  }

  async #changed(): Promise<void> {
    await this.#read();
    this.#channel?.postMessage('changed');
  }

  #set(state: DeviceState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** An operation as it can be kept: what `call` needs of it. */
export const lateEndpoint = (path: string): Endpoint => ({ method: 'POST', path: path as Endpoint['path'], body: { def: { type: 'object' } }, summary: '', permission: 'signed-in', reply: null }) as unknown as Endpoint;
