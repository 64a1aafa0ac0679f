import { parseName } from './filter.ts';
import { isObject, type Json } from './json.ts';
import type { ResourceKind } from './schema.ts';

type Wanted = { schema: string | null; name: string; sub: string | null };

const namesOf = (list: string): Wanted[] => list.split(',').flatMap((text) => {
  const parsed = parseName(text);
  return parsed.ok ? [parsed.value] : [];
});

const extensionOf = (kind: ResourceKind, key: string) => kind.extensions.find(({ id }) => id === key);
const names = (wanted: readonly Wanted[], schema: string | null, key: string): Wanted[] =>
  wanted.filter((one) => one.name === key.toLowerCase() && (one.schema === schema || (schema === null && one.schema !== null && !one.schema.includes('extension'))));

function part(value: unknown, wanted: readonly Wanted[], keeps: boolean): unknown {
  const subs = new Set(wanted.map(({ sub }) => sub));
  if (subs.has(null)) return keeps ? value : undefined;
  const cut = (item: unknown) => (isObject(item) ? Object.fromEntries(Object.entries(item).filter(([key]) => subs.has(key.toLowerCase()) === keeps)) : item);
  return Array.isArray(value) ? value.map(cut) : cut(value);
}

function cut(object: Json, schema: string | null, wanted: readonly Wanted[], keeps: boolean): Json {
  return Object.fromEntries(Object.entries(object).flatMap(([key, value]): [string, unknown][] => {
    const mine = names(wanted, schema, key);
    const left = mine.length === 0 ? (keeps ? undefined : value) : part(value, mine, keeps);
    return left === undefined ? [] : [[key, left]];
  }));
}

/** The resource with the attributes that are wanted, or without those that are not (RFC 7644 §3.9); `id` and `schemas` always. */
export function project(kind: ResourceKind, resource: Json, { attributes, excludedAttributes }: { attributes?: string | undefined; excludedAttributes?: string | undefined }): Json {
  const keeps = attributes !== undefined && attributes.trim() !== '';
  if (!keeps && (excludedAttributes === undefined || excludedAttributes.trim() === '')) return resource;
  const wanted = namesOf(keeps ? attributes : (excludedAttributes ?? ''));
  const { id, schemas, ...rest } = resource;
  const extended = Object.entries(rest).filter(([key]) => extensionOf(kind, key));
  const plain = cut(Object.fromEntries(Object.entries(rest).filter(([key]) => !extensionOf(kind, key))), null, wanted, keeps);
  const whole = (key: string) => wanted.some(({ schema, name, sub }) => sub === null && `${schema ?? ''}:${name}` === key.toLowerCase());
  for (const [key, value] of extended) {
    const left = whole(key) ? (keeps ? (value as Json) : {}) : cut(value as Json, key.toLowerCase(), wanted, keeps);
    if (Object.keys(left).length > 0) plain[key] = left;
  }
  return { schemas, id, ...plain };
}
