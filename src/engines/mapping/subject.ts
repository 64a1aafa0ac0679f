import { LIMITS, type Subject } from './mapping.ts';

/** A value as expressions see it: maps without a prototype, whole numbers as CEL's int. */
export type Value = string | number | bigint | boolean | null | readonly Value[] | ReadonlyMap<string, Value>;

/** A message made ready for expressions. `values` counts all of it, `longest` its longest list or map. */
export type Prepared = { format: string; header: Value; fields: Value; values: number; longest: number };

type Count = { values: number; longest: number };

/** Makes a message ready, once for all expressions; null where it is larger or deeper than is read. */
export function prepare({ format, header, fields }: Subject): Prepared | null {
  const count: Count = { values: 0, longest: 0 };
  const [around, body] = [take(header, 0, count), take(fields, 0, count)];
  return around === undefined || body === undefined ? null : { format: format.slice(0, LIMITS.text), header: around, fields: body, ...count };
}

function take(value: unknown, level: number, count: Count): Value | undefined {
  count.values += 1;
  if (count.values > LIMITS.values || level > LIMITS.levels) return undefined;
  if (typeof value === 'string') return value.length > LIMITS.text ? value.slice(0, LIMITS.text) : value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return takeList(value, level, count);
  if (typeof value === 'object' && value !== null) return takeMap(value, level, count);
  return null;
}

function takeList(list: readonly unknown[], level: number, count: Count): Value | undefined {
  count.longest = Math.max(count.longest, list.length);
  const made: Value[] = [];
  for (const each of list) {
    const taken = take(each, level + 1, count);
    if (taken === undefined) return undefined;
    made.push(taken);
  }
  return made;
}

function takeMap(map: object, level: number, count: Count): Value | undefined {
  const entries = Object.entries(map);
  count.longest = Math.max(count.longest, entries.length);
  const made = new Map<string, Value>();
  for (const [key, each] of entries) {
    const taken = take(each, level + 1, count);
    if (taken === undefined) return undefined;
    made.set(key, taken);
  }
  return made;
}
