/** A binary heap over typed arrays: least key first, of equal keys the least second key. It grows by doubling and is emptied without being freed. */
export type Heap = {
  keys: Float64Array;
  seconds: Float64Array;
  items: Int32Array;
  size: number;
  /** The keys of what `popLeast` took out last. */
  key: number;
  second: number;
};

/** Opens an empty heap. */
export const openHeap = (capacity = 1024): Heap => ({ keys: new Float64Array(capacity), seconds: new Float64Array(capacity), items: new Int32Array(capacity), size: 0, key: 0, second: 0 });

function grow(heap: Heap): void {
  const { keys, seconds, items } = heap;
  heap.keys = new Float64Array(keys.length * 2);
  heap.seconds = new Float64Array(keys.length * 2);
  heap.items = new Int32Array(keys.length * 2);
  heap.keys.set(keys);
  heap.seconds.set(seconds);
  heap.items.set(items);
}

/** Puts an item in. */
export function pushItem(heap: Heap, key: number, second: number, item: number): void {
  if (heap.size === heap.keys.length) grow(heap);
  const { keys, seconds, items } = heap;
  let at = heap.size++;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const parentKey = keys[parent] as number;
    if (parentKey < key || (parentKey === key && (seconds[parent] as number) <= second)) break;
    keys[at] = parentKey;
    seconds[at] = seconds[parent] as number;
    items[at] = items[parent] as number;
    at = parent;
  }
  keys[at] = key;
  seconds[at] = second;
  items[at] = item;
}

/** Takes out the least item, and keeps its keys in the heap's `key` and `second`; −1 where the heap is empty. */
export function popLeast(heap: Heap): number {
  if (heap.size === 0) return -1;
  const { keys, seconds, items } = heap;
  const least = items[0] as number;
  heap.key = keys[0] as number;
  heap.second = seconds[0] as number;
  const size = --heap.size;
  const lastKey = keys[size] as number;
  const lastSecond = seconds[size] as number;
  let at = 0;
  for (let child = 1; child < size; child = 2 * at + 1) {
    const right = child + 1;
    if (right < size && ((keys[right] as number) < (keys[child] as number) || (keys[right] === keys[child] && (seconds[right] as number) < (seconds[child] as number)))) child = right;
    const childKey = keys[child] as number;
    if (childKey > lastKey || (childKey === lastKey && (seconds[child] as number) >= lastSecond)) break;
    keys[at] = childKey;
    seconds[at] = seconds[child] as number;
    items[at] = items[child] as number;
    at = child;
  }
  keys[at] = lastKey;
  seconds[at] = lastSecond;
  items[at] = items[size] as number;
  return least;
}
