/** What a rule remembers of one key. One class for all rules, since the code that all share is then the quicker. `since` only goes forward. */
export class Node<T> {
  readonly key: string;
  since: number;
  readonly state: T;
  isGone = false;
  constructor(key: string, since: number, state: T) {
    this.key = key;
    this.since = since;
    this.state = state;
  }
}

/** A node as JSON. */
export type Row<T> = readonly [key: string, since: number, state: T];

const FEW = 32;

/**
 * Nodes by key and by age; of the same age the lesser key is the older. What expires or falls due next is found in a heap of what `since` was
 * when it was last looked at, since most nodes become younger many times before their age matters: that costs nothing but the number.
 */
export class Keyed<T> {
  readonly #byKey = new Map<string, Node<T>>();
  readonly #most: number;
  readonly #onDrop: () => void;
  #heap: Node<T>[] = [];
  #seen: number[] = [];
  #gone = 0;

  constructor(most: number, onDrop: () => void) {
    this.#most = most;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Nothing is older than this; Infinity where there is nothing. */
  get bound(): number {
    return this.#heap.length > 0 ? (this.#seen[0] as number) : Infinity;
  }

  get oldest(): Node<T> | null {
    while (this.#heap.length > 0) {
      const node = this.#heap[0] as Node<T>;
      if (node.isGone) this.#pop();
      else if (node.since === this.#seen[0]) return node;
      else this.#sink(node);
    }
    return null;
  }

  get(key: string): Node<T> | undefined {
    return this.#byKey.get(key);
  }

  /** Remembers a key that is not there; where there are too many, the oldest goes. */
  add(key: string, since: number, state: T): Node<T> {
    if (this.#byKey.size >= this.#most) this.#dropOldest();
    const node = new Node(key, since, state);
    this.#byKey.set(key, node);
    this.#rise(node);
    return node;
  }

  remove(node: Node<T>): void {
    this.#byKey.delete(node.key);
    node.isGone = true;
    this.#gone++;
    if (this.#gone > FEW && this.#gone * 2 > this.#heap.length) this.#rebuild();
  }

  /** Forgets what is older than that. */
  expire(before: number): void {
    while (this.bound < before) {
      const { oldest } = this;
      if (!oldest || oldest.since >= before) return;
      this.remove(oldest);
    }
  }

  /** As JSON, the oldest first. */
  save(): readonly Row<T>[] {
    return this.#inOrder().map(({ key, since, state }): Row<T> => [key, since, state]);
  }

  load(rows: readonly Row<T>[]): void {
    for (const [key, since, state] of rows) this.add(key, since, state);
  }

  #inOrder(): Node<T>[] {
    return [...this.#byKey.values()].sort((a, b) => a.since - b.since || (a.key < b.key ? -1 : 1));
  }

  #dropOldest(): void {
    const { oldest } = this;
    if (!oldest) return;
    this.remove(oldest);
    this.#onDrop();
  }

  #rebuild(): void {
    this.#heap = this.#inOrder();
    this.#seen = this.#heap.map(({ since }) => since);
    this.#gone = 0;
  }

  #pop(): void {
    this.#gone--;
    const last = this.#heap.pop() as Node<T>;
    const seen = this.#seen.pop() as number;
    if (this.#heap.length > 0) this.#sink(last, seen);
  }

  #rise(node: Node<T>): void {
    const [heap, seen] = [this.#heap, this.#seen];
    let i = heap.length;
    heap.push(node);
    seen.push(node.since);
    for (let above = (i - 1) >> 1; i > 0 && this.#isOlder(node, node.since, above); above = (i - 1) >> 1) {
      this.#put(i, heap[above] as Node<T>, seen[above] as number);
      i = above;
    }
    this.#put(i, node, node.since);
  }

  /** Puts a node in place of the first, and lets it sink to where its age belongs. */
  #sink(node: Node<T>, since = node.since): void {
    const [heap, seen] = [this.#heap, this.#seen];
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      const other = child + 1;
      if (other < heap.length && this.#isOlder(heap[other] as Node<T>, seen[other] as number, child)) child = other;
      if (this.#isOlder(node, since, child)) break;
      this.#put(i, heap[child] as Node<T>, seen[child] as number);
      i = child;
    }
    this.#put(i, node, since);
  }

  #isOlder(node: Node<T>, since: number, at: number): boolean {
    const there = this.#seen[at] as number;
    return since === there ? node.key < (this.#heap[at] as Node<T>).key : since < there;
  }

  #put(i: number, node: Node<T>, since: number): void {
    this.#heap[i] = node;
    this.#seen[i] = since;
  }
}
