import type { Comparison, Filter, Literal } from './filter.ts';
import { isObject, type Json, valueOf } from './json.ts';
import { type Attribute, named } from './schema.ts';

const isPresent = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

const ORDER: Record<'gt' | 'ge' | 'lt' | 'le', (a: string | number, b: string | number) => boolean> = { gt: (a, b) => a > b, ge: (a, b) => a >= b, lt: (a, b) => a < b, le: (a, b) => a <= b };

function compares(found: unknown, op: Comparison, wanted: Literal, isExact: boolean): boolean {
  if (op === 'ne') return !compares(found, 'eq', wanted, isExact);
  if (wanted === null) return op === 'eq' && !isPresent(found);
  if (typeof found === 'boolean' || typeof wanted === 'boolean') return op === 'eq' && String(found).toLowerCase() === String(wanted).toLowerCase();
  if (typeof found !== 'string' && typeof found !== 'number') return false;
  if (typeof found !== typeof wanted) return false;
  const fold = (value: string | number) => (typeof value === 'string' && !isExact ? value.toLowerCase() : value);
  const [left, right] = [fold(found), fold(wanted as string | number)];
  if (op === 'eq') return left === right;
  if (op === 'co') return String(left).includes(String(right));
  if (op === 'sw') return String(left).startsWith(String(right));
  if (op === 'ew') return String(left).endsWith(String(right));
  return ORDER[op](left, right);
}

/** Does one value of an attribute with several fit the condition in the [ ] of a value path (RFC 7644 §3.5.2)? A plain value is its own `value`. */
export function matches(filter: Filter, item: unknown, attributes: readonly Attribute[]): boolean {
  const of = (name: string): unknown => (isObject(item) ? valueOf(item as Json, name) : name === 'value' ? item : undefined);
  switch (filter.kind) {
    case 'and': return matches(filter.left, item, attributes) && matches(filter.right, item, attributes);
    case 'or': return matches(filter.left, item, attributes) || matches(filter.right, item, attributes);
    case 'not': return !matches(filter.of, item, attributes);
    case 'present': return isPresent(of(filter.at.name));
    case 'within': return false;
    case 'compare': return compares(of(filter.at.name), filter.op, filter.value, named(attributes, filter.at.name)?.caseExact === true);
  }
}

/** What a new value must hold so that the condition fits it: only of conditions `eq` joined by `and`; else null. */
export function impliedBy(filter: Filter): Json | null {
  if (filter.kind === 'compare') return filter.op === 'eq' && filter.value !== null ? { [filter.at.name]: filter.value } : null;
  if (filter.kind !== 'and') return null;
  const [left, right] = [impliedBy(filter.left), impliedBy(filter.right)];
  return left && right ? { ...left, ...right } : null;
}
