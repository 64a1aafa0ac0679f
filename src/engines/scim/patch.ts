import { type AttributeName, type Filter, parsePath, type Path } from './filter.ts';
import { isObject, type Json, valueOf } from './json.ts';
import { impliedBy, matches } from './matches.ts';
import { coerced, isRefusal, refusal, type ScimRefusal } from './read.ts';
import { type Attribute, attributesOf, isTakenNotKept, named, PATCH_SCHEMA, type ResourceKind } from './schema.ts';

const MOST_OPERATIONS = 1000;
type Verb = 'add' | 'remove' | 'replace';
const VERBS: readonly Verb[] = ['add', 'remove', 'replace'];

class Refused extends Error {
  readonly refusal: ScimRefusal;
  constructor(of: ScimRefusal) {
    super(of.detail);
    this.refusal = of;
  }
}
const fail = (scimType: ScimRefusal['scimType'], detail: string): Refused => new Refused(refusal(scimType, detail));

/** A value as the attribute takes it; a refusal is thrown on. */
function taken(attribute: Attribute, value: unknown): unknown {
  const result = coerced(attribute, value);
  if (isRefusal(result)) throw new Refused(result);
  return result.value;
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The object that holds an attribute: the resource, or one of its extensions. */
type Place = { holder: Json; attribute: Attribute };

function placeOf(kind: ResourceKind, resource: Json, at: AttributeName): Place | null {
  const extension = kind.extensions.find(({ id }) => id.toLowerCase() === at.schema);
  if (at.schema !== null && !extension && at.schema !== kind.core.id.toLowerCase()) throw fail('invalidPath', `There is no schema ${at.schema} here.`);
  const attribute = named(extension ? extension.attributes : attributesOf(kind), at.name);
  if (!attribute) {
    if (isTakenNotKept(at.name) || at.name === 'addresses') return null;
    throw fail('invalidPath', `There is no attribute ${at.name}.`);
  }
  if (!extension) return { holder: resource, attribute };
  const holder = isObject(resource[extension.id]) ? (resource[extension.id] as Json) : {};
  resource[extension.id] = holder;
  return { holder, attribute };
}

const subOf = (attribute: Attribute, name: string): Attribute | null => {
  const found = named(attribute.subAttributes ?? [], name);
  if (found) return found;
  if (isTakenNotKept(name)) return null;
  throw fail('invalidPath', `${attribute.name} has no ${name}.`);
};

/** The same value, of the same type where both name one. */
const sameItem = (a: unknown, b: unknown): boolean => {
  if (!isObject(a) || !isObject(b)) return JSON.stringify(a) === JSON.stringify(b);
  const [mine, other] = [a['type'], b['type']];
  return a['value'] === b['value'] && a['formatted'] === b['formatted'] && (mine === undefined || other === undefined || mine === other);
};

const itemsOf = (holder: Json, { name }: Attribute): unknown[] => (Array.isArray(holder[name]) ? (holder[name] as unknown[]) : []);

/** Of several values one at most is primary: the one that was set last (RFC 7644 §3.5.2). */
function onePrimary(items: unknown[], touched: readonly unknown[]): void {
  const chosen = touched.findLast((item) => isObject(item) && item['primary'] === true);
  if (chosen) for (const item of items) if (item !== chosen && isObject(item) && item['primary'] === true) item['primary'] = false;
}

function keep(holder: Json, { name }: Attribute, items: unknown[]): void {
  if (items.length === 0) delete holder[name];
  else holder[name] = items;
}

/** A new value that the condition fits, for who replaces what is not there yet (Entra ID does so for a first address). */
function madeFor(filter: Filter, attribute: Attribute): Json {
  const implied = impliedBy(filter);
  if (!implied) throw fail('noTarget', `No value of ${attribute.name} fits the condition.`);
  return taken({ ...attribute, multiValued: undefined } as unknown as Attribute, implied) as Json;
}

function applyWithin(verb: Verb, { holder, attribute }: Place, { filter, sub }: Path & { filter: Filter }, value: unknown): void {
  if (!attribute.multiValued) throw fail('invalidPath', `${attribute.name} has one value: it takes no condition.`);
  const inner = sub === null ? null : subOf(attribute, sub);
  if (sub !== null && inner === null) return;
  const items = itemsOf(holder, attribute);
  const chosen = items.filter((item) => matches(filter, item, attribute.subAttributes ?? []));
  if (verb === 'remove' || (verb === 'replace' && isNothing(value))) {
    if (inner === null || inner.name === 'value') return keep(holder, attribute, items.filter((item) => !chosen.includes(item)));
    for (const item of chosen) if (isObject(item)) delete item[inner.name];
    return;
  }
  if (chosen.length === 0) {
    const made = madeFor(filter, attribute);
    chosen.push(made);
    items.push(made);
  }
  for (const item of chosen) {
    if (!isObject(item)) continue;
    if (inner) item[inner.name] = taken(inner, value);
    else Object.assign(item, taken({ ...attribute, multiValued: undefined } as unknown as Attribute, value));
  }
  onePrimary(items, chosen);
  keep(holder, attribute, items);
}

function applyToSeveral(verb: Verb, { holder, attribute }: Place, sub: string | null, value: unknown): void {
  const items = itemsOf(holder, attribute);
  if (sub !== null) {
    const inner = subOf(attribute, sub);
    if (!inner) return;
    if (verb === 'remove') return keep(holder, attribute, inner.name === 'value' ? [] : items.map((item) => (isObject(item) ? Object.fromEntries(Object.entries(item).filter(([name]) => name !== inner.name)) : item)));
    const touched = items.length > 0 ? items : [{}];
    for (const item of touched) if (isObject(item)) item[inner.name] = taken(inner, value);
    return keep(holder, attribute, touched);
  }
  // Without a value all go (RFC 7644 §3.5.2.2); with one, which the standard does not know and Entra ID sends, those.
  if (verb === 'remove' && value === undefined) return keep(holder, attribute, []);
  const given = taken(attribute, value) as unknown[];
  if (verb === 'remove') return keep(holder, attribute, items.filter((item) => !given.some((one) => (isObject(one) && isObject(item) ? one['value'] === item['value'] : sameItem(one, item)))));
  const before = verb === 'replace' ? [] : items;
  const fresh = given.filter((one, i) => !before.some((item) => sameItem(item, one)) && given.findIndex((other) => sameItem(other, one)) === i);
  const after = [...before, ...fresh];
  onePrimary(after, fresh);
  keep(holder, attribute, after);
}

function applyToOne(verb: Verb, { holder, attribute }: Place, sub: string | null, value: unknown): void {
  const { name, type } = attribute;
  const gone = verb === 'remove' || isNothing(value);
  if (sub !== null) {
    if (type !== 'complex') throw fail('invalidPath', `${name} has no parts.`);
    const inner = subOf(attribute, sub);
    if (!inner) return;
    const parts: Json = isObject(holder[name]) ? (holder[name] as Json) : {};
    if (gone) delete parts[inner.name];
    else parts[inner.name] = taken(inner, value);
    if (Object.keys(parts).length === 0) delete holder[name];
    else holder[name] = parts;
  } else if (gone) {
    if (attribute.required) throw fail(verb === 'remove' ? 'mutability' : 'invalidValue', `${name} cannot be empty.`);
    delete holder[name];
  } else if (type === 'complex') {
    const parts = taken(attribute, value) as Json;
    holder[name] = isObject(holder[name]) ? { ...holder[name], ...parts } : parts;
  } else holder[name] = taken(attribute, value);
}

function applyAt(kind: ResourceKind, resource: Json, verb: Verb, path: Path, value: unknown): void {
  const place = placeOf(kind, resource, path.at);
  if (!place) return;
  const { attribute, holder } = place;
  if (attribute.mutability === 'readOnly') {
    if (attribute.name === 'id' && value === holder['id']) return;
    throw fail('mutability', `${attribute.name} is said by this server.`);
  }
  if (path.filter) return applyWithin(verb, place, { ...path, filter: path.filter }, value);
  if (attribute.multiValued) return applyToSeveral(verb, place, path.sub, value);
  applyToOne(verb, place, path.sub, value);
}

function pathOf(text: string): Path {
  const parsed = parsePath(text);
  if (!parsed.ok) throw fail('invalidPath', `The path ${text.slice(0, 100)} cannot be read. ${parsed.reason}`);
  return parsed.value;
}

const extensionNamed = (kind: ResourceKind, text: string) => kind.extensions.find(({ id }) => id.toLowerCase() === text.trim().toLowerCase());

/** Without a path, or with that of a whole extension, the value is an object whose keys are attributes or paths of their own (RFC 7644 §3.5.2.1). */
function applyObject(kind: ResourceKind, resource: Json, verb: Verb, value: unknown, prefix = ''): void {
  if (!isObject(value)) throw fail(verb === 'remove' ? 'noTarget' : 'invalidValue', verb === 'remove' ? 'Say with a path what is to be removed.' : 'Without a path the value is an object of attributes.');
  for (const [key, one] of Object.entries(value)) {
    if (key === 'id' || key === 'meta' || key === 'schemas' || key === 'groups') continue;
    const extension = extensionNamed(kind, key);
    if (extension) applyObject(kind, resource, verb, one, `${extension.id}:`);
    else applyAt(kind, resource, verb, pathOf(`${prefix}${key}`), one);
  }
}

function applyOne(kind: ResourceKind, resource: Json, operation: unknown): void {
  if (!isObject(operation)) throw fail('invalidSyntax', 'An operation is an object with op, path and value.');
  const op = valueOf(operation, 'op');
  const verb = VERBS.find((one) => typeof op === 'string' && one === op.toLowerCase());
  if (!verb) throw fail('invalidSyntax', 'op is add, remove or replace.');
  const path = valueOf(operation, 'path');
  const value = valueOf(operation, 'value');
  if (path === undefined || path === null || path === '') {
    if (verb === 'remove') throw fail('noTarget', 'Say with a path what is to be removed.');
    return applyObject(kind, resource, verb, value);
  }
  if (typeof path !== 'string') throw fail('invalidPath', 'A path is a text.');
  const extension = extensionNamed(kind, path);
  if (extension && verb === 'remove') delete resource[extension.id];
  else if (extension) applyObject(kind, resource, verb, value, `${extension.id}:`);
  else if (verb !== 'remove' && value === undefined) throw fail('invalidValue', `${verb} needs a value.`);
  else applyAt(kind, resource, verb, pathOf(path), value);
}

/**
 * Applies a PATCH request to a resource, all of it or nothing (RFC 7644 §3.5.2); the resource that was given stays as it
 * is. Takes what Entra ID and Okta send beside the standard: operations in any case, booleans as text, no path with
 * dotted keys, a list of values with `remove`, and a condition that nothing fits yet.
 */
export function applyPatch(kind: ResourceKind, resource: Json, request: unknown): { ok: true; value: Json } | ScimRefusal {
  const operations = isObject(request) ? valueOf(request, 'Operations') : undefined;
  const schemas = isObject(request) ? valueOf(request, 'schemas') : undefined;
  if (!Array.isArray(schemas) || !schemas.some((one) => typeof one === 'string' && one.toLowerCase() === PATCH_SCHEMA.toLowerCase())) return refusal('invalidSyntax', `Name the schema ${PATCH_SCHEMA}.`);
  if (!Array.isArray(operations) || operations.length === 0) return refusal('invalidSyntax', 'Operations is a list with at least one operation.');
  if (operations.length > MOST_OPERATIONS) return refusal('tooMany', `At most ${MOST_OPERATIONS} operations in one request.`);
  const patched = structuredClone(resource);
  try {
    for (const operation of operations) applyOne(kind, patched, operation);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
  for (const { id } of kind.extensions) if (isObject(patched[id]) && Object.keys(patched[id] as Json).length === 0) delete patched[id];
  return { ok: true, value: patched };
}
