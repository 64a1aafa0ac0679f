import { type Entry, isControl, type Ref } from './entry.ts';

export type Waiting = { readonly at: number; readonly entry: Entry };

/** Entries that wait for what may still come before them, the first on top: by time, controls before signals, then by ref. */
export class WaitingLine {
  readonly #heap: Waiting[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get first(): Waiting | undefined {
    return this.#heap[0];
  }

  add(waiting: Waiting): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(waiting);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent] as Waiting;
      if (compare(above, waiting) <= 0) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = waiting;
  }

  shift(): Waiting | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && compare(heap[child + 1] as Waiting, heap[child] as Waiting) < 0) child++;
      if (compare(last, heap[child] as Waiting) <= 0) break;
      heap[i] = heap[child] as Waiting;
      i = child;
    }
    heap[i] = last;
    return first;
  }

  /** In the order in which they will be taken. */
  save(): readonly Waiting[] {
    return this.#heap.toSorted(compare);
  }
}

function compare(a: Waiting, b: Waiting): number {
  if (a.at !== b.at) return a.at - b.at;
  const [first, second] = [isControl(a.entry), isControl(b.entry)];
  return first === second ? compareRefs(a.entry.ref, b.entry.ref) : first ? -1 : 1;
}

/** Numbers before texts; texts by code unit. */
function compareRefs(a: Ref, b: Ref): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
