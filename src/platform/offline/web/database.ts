import type { Key, Sealed } from './seal.ts';

const NAME = 'parapet-offline';

/** What stands beside the sealed rows: who this device is, its half of the key, and the key itself while the lease runs. Times in milliseconds by this device's clock. */
export type Meta = {
  deviceId: string; token: string; label: string; personId: string; person: string; half: Key; key: Key | null;
  untilMs: number; latestMs: number; skewMs: number; heardMs: number | null;
};
export type RecordRow = { id: string; kind: string; sealed: Sealed };
/** `seq` is given by the database and never again, also not after rows were deleted. */
export type QueueRow = { seq: number; id: string; sealed: Sealed };

type Stores = { meta: Meta & { one: 1 }; records: RecordRow; queue: QueueRow };
type Name = keyof Stores;

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The store did not answer.'));
  });

/** The database of this browser's device, or null where it has none; `makes` makes it. */
export async function openDatabase({ makes = false } = {}): Promise<DeviceDatabase | null> {
  const request = indexedDB.open(NAME, 1);
  let isNew = false;
  request.onupgradeneeded = () => {
    isNew = true;
    if (!makes) return request.transaction?.abort();
    request.result.createObjectStore('meta', { keyPath: 'one' });
    request.result.createObjectStore('records', { keyPath: 'id' });
    request.result.createObjectStore('queue', { keyPath: 'seq', autoIncrement: true });
  };
  const db = await answerOf(request).catch((error: unknown) => {
    if (isNew && !makes) return null;
    throw error;
  });
  return db && new DeviceDatabase(db);
}

/** Deletes it whole. Waits until other tabs have let go of it. */
export const deleteDatabase = (): Promise<unknown> => answerOf(indexedDB.deleteDatabase(NAME));

/** Five calls over three stores. Each resolves once it is durable; a full disk rejects with `QuotaExceededError`. */
export class DeviceDatabase {
  readonly #db: IDBDatabase;

  constructor(db: IDBDatabase) {
    this.#db = db;
    // Another tab deletes it: whoever held on would keep it from being wiped.
    db.onversionchange = () => db.close();
  }

  get<N extends Name>(name: N, key: IDBValidKey): Promise<Stores[N] | undefined> {
    return answerOf(this.#db.transaction(name).objectStore(name).get(key) as IDBRequest<Stores[N] | undefined>);
  }

  all<N extends Name>(name: N): Promise<Stores[N][]> {
    return answerOf(this.#db.transaction(name).objectStore(name).getAll() as IDBRequest<Stores[N][]>);
  }

  put<N extends Name>(name: N, row: Stores[N]): Promise<void> {
    return this.#write(name, (store) => store.put(row)).then(() => undefined);
  }

  /** Adds to the queue; answers its place. */
  async append(row: Omit<QueueRow, 'seq'>): Promise<number> {
    return Number(await this.#write('queue', (store) => store.add(row)));
  }

  delete(name: Name, key: IDBValidKey): Promise<void> {
    return this.#write(name, (store) => store.delete(key)).then(() => undefined);
  }

  close(): void {
    this.#db.close();
  }

  #write<T>(name: Name, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.#db.transaction(name, 'readwrite', { durability: 'strict' });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('The store did not take it.'));
    });
  }
}
