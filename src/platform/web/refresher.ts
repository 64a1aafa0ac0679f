import type { Query, QueryClient } from '@tanstack/react-query';

/** How long a change waits for others, and the least time between two readings of the same thing, in milliseconds. */
const GATHER_MS = 60;
const REST_MS = 250;

/**
 * Reads again what changed, at most once at a time each: a change that comes while its reading is under way makes one
 * more reading afterwards, so that a storm of events neither starves a screen nor leaves it old.
 */
export class Refresher {
  readonly #cache: QueryClient;
  readonly #due = new Set<string>();
  readonly #readAt = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unsubscribe: () => void;

  constructor(cache: QueryClient) {
    this.#cache = cache;
    this.#unsubscribe = cache.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.query.state.fetchStatus === 'idle' && this.#due.has(event.query.queryHash)) this.#soon();
      if (event.type === 'removed') this.#readAt.delete(event.query.queryHash);
    });
  }

  /** Marks what the predicate finds as changed. */
  touch(isTouched: (query: Query) => boolean): void {
    for (const query of this.#cache.getQueryCache().findAll({ predicate: isTouched })) this.#due.add(query.queryHash);
    this.#soon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#readDue(), GATHER_MS);
  }

  #readDue(): void {
    this.#timer = undefined;
    const now = Date.now();
    for (const hash of this.#due) {
      const query = this.#cache.getQueryCache().get(hash);
      if (!query) this.#due.delete(hash);
      else if (query.state.fetchStatus === 'idle') this.#read(query, now);
    }
  }

  #read(query: Query, now: number): void {
    const rests = (this.#readAt.get(query.queryHash) ?? 0) + REST_MS - now;
    if (rests > 0) {
      this.#timer ??= setTimeout(() => this.#readDue(), rests);
      return;
    }
    this.#due.delete(query.queryHash);
    this.#readAt.set(query.queryHash, now);
    void this.#cache.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }
}
