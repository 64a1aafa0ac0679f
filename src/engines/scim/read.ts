import { isObject, type Json, valueOf } from './json.ts';
import { type Attribute, attributesOf, named, type ResourceKind } from './schema.ts';

/** A refusal as RFC 7644 §3.12 names them. */
export type ScimRefusal = { ok: false; scimType: 'invalidFilter' | 'tooMany' | 'uniqueness' | 'mutability' | 'invalidSyntax' | 'invalidPath' | 'noTarget' | 'invalidValue'; detail: string };
export const refusal = (scimType: ScimRefusal['scimType'], detail: string): ScimRefusal => ({ ok: false, scimType, detail });
export const isRefusal = (result: { ok: boolean }): result is ScimRefusal => !result.ok;

type Coerced = { ok: true; value: unknown } | ScimRefusal;

const wrong = ({ name }: Attribute, what: string): ScimRefusal => refusal('invalidValue', `${name} is ${what}.`);

function coercedParts(attribute: Attribute, value: unknown): Coerced {
  // A plain value stands for `value`: Entra ID sends a manager so.
  const object = isObject(value) ? value : typeof value === 'string' && named(attribute.subAttributes ?? [], 'value') ? { value } : null;
  if (!object) return wrong(attribute, 'an object');
  const parts: Json = {};
  for (const part of attribute.subAttributes ?? []) {
    const given = valueOf(object, part.name);
    if (given === undefined || given === null || (part.mutability === 'readOnly')) continue;
    const taken = coerced(part, given);
    if (isRefusal(taken)) return taken;
    parts[part.name] = taken.value;
  }
  return { ok: true, value: parts };
}

function coercedList(attribute: Attribute, value: unknown): Coerced {
  const items: unknown[] = [];
  for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
    const taken = coerced({ ...attribute, multiValued: undefined } as unknown as Attribute, one);
    if (isRefusal(taken)) return taken;
    if (!isObject(taken.value) || taken.value['value'] !== undefined || taken.value['formatted'] !== undefined) items.push(taken.value);
  }
  return { ok: true, value: items };
}

/** A value as an attribute takes it: parts by their own names, what is not kept left out, "True" as true (Entra ID sends it so). */
export function coerced(attribute: Attribute, value: unknown): Coerced {
  if (attribute.multiValued) return coercedList(attribute, value);
  if (attribute.type === 'complex') return coercedParts(attribute, value);
  if (attribute.type === 'boolean') {
    if (typeof value === 'boolean') return { ok: true, value };
    return typeof value === 'string' && /^(?:true|false)$/i.test(value.trim()) ? { ok: true, value: value.trim().toLowerCase() === 'true' } : wrong(attribute, 'true or false');
  }
  return typeof value === 'string' ? { ok: true, value: value.trim() } : wrong(attribute, 'a text');
}

function readInto(target: Json, attributes: readonly Attribute[], source: Json): ScimRefusal | null {
  for (const attribute of attributes) {
    const given = valueOf(source, attribute.name);
    if (attribute.mutability === 'readOnly' || given === undefined || given === null || given === '') continue;
    const taken = coerced(attribute, given);
    if (isRefusal(taken)) return taken;
    if (!Array.isArray(taken.value) || taken.value.length > 0) target[attribute.name] = taken.value;
  }
  return null;
}

/** Reads a whole resource of POST or PUT: names in any case, what only the server says and what is not kept left out (RFC 7644 §3.3, §3.5.1). */
export function readResource(kind: ResourceKind, body: unknown): { ok: true; value: Json } | ScimRefusal {
  if (!isObject(body)) return refusal('invalidSyntax', 'A resource is a JSON object.');
  const schemas = valueOf(body, 'schemas');
  if (!Array.isArray(schemas) || !schemas.some((one) => typeof one === 'string' && one.toLowerCase() === kind.core.id.toLowerCase())) return refusal('invalidSyntax', `Name the schema ${kind.core.id}.`);
  const resource: Json = {};
  const refused = readInto(resource, attributesOf(kind), body);
  if (refused) return refused;
  for (const { id, attributes } of kind.extensions) {
    const part = valueOf(body, id);
    if (!isObject(part)) continue;
    const read: Json = {};
    const wrongPart = readInto(read, attributes, part);
    if (wrongPart) return wrongPart;
    if (Object.keys(read).length > 0) resource[id] = read;
  }
  const missing = attributesOf(kind).find(({ required, name }) => required && (resource[name] === undefined || resource[name] === ''));
  return missing ? refusal('invalidValue', `${missing.name} is required.`) : { ok: true, value: resource };
}
