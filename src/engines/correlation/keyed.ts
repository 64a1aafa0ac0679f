/** What a rule remembers of one key. Nodes form a list in order of `since`, the oldest first. */
export class Node {
  readonly key: string;
  since: number;
  before: Node | null = null;
  behind: Node | null = null;
  constructor(key: string, since: number) {
    this.key = key;
    this.since = since;
  }
}

/** Nodes by key and by age: time only goes forward, so the head is what expires or falls due next, and what goes first where there are too many. */
export class Keyed<N extends Node> {
  readonly #nodes = new Map<string, N>();
  readonly #most: number;
  readonly #onDrop: (node: N) => void;
  #head: N | null = null;
  #tail: N | null = null;

  constructor(most: number, onDrop: (node: N) => void) {
    this.#most = most;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get oldest(): N | null {
    return this.#head;
  }

  get(key: string): N | undefined {
    return this.#nodes.get(key);
  }

  /** Adds a node whose key is not there, as the youngest. */
  add(node: N): N {
    if (this.#nodes.size >= this.#most && this.#head) {
      const oldest = this.#head;
      this.remove(oldest);
      this.#onDrop(oldest);
    }
    this.#nodes.set(node.key, node);
    this.#append(node);
    return node;
  }

  /** Makes it the youngest. */
  touch(node: N, at: number): void {
    node.since = at;
    if (node === this.#tail) return;
    this.#unlink(node);
    this.#append(node);
  }

  remove(node: N): void {
    this.#nodes.delete(node.key);
    this.#unlink(node);
  }

  /** Forgets what is older than that. */
  expire(before: number): void {
    while (this.#head && this.#head.since < before) this.remove(this.#head);
  }

  /** The oldest first. */
  *[Symbol.iterator](): Generator<N> {
    for (let node: N | null = this.#head; node; node = node.behind as N | null) yield node;
  }

  #append(node: N): void {
    node.before = this.#tail;
    node.behind = null;
    if (this.#tail) this.#tail.behind = node;
    else this.#head = node;
    this.#tail = node;
  }

  #unlink(node: N): void {
    if (node.before) node.before.behind = node.behind;
    else this.#head = node.behind as N | null;
    if (node.behind) node.behind.before = node.before;
    else this.#tail = node.before as N | null;
  }
}
