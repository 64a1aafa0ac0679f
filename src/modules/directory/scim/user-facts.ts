import { z } from 'zod';
import { ENTERPRISE_SCHEMA } from '#engines/scim/schema.ts';
import { isObject, type Json } from '#engines/scim/json.ts';
import { scimProblem } from './answers.ts';

const Line = z.string().max(120);
const Facts = z.object({
  userName: z.string().min(1).max(200), externalId: z.string().max(255).nullable(), name: z.string().min(1).max(120), givenName: Line.nullable(), familyName: Line.nullable(), title: Line, department: Line, active: z.boolean(),
  email: z.email().max(200).nullable(), phone: z.string().regex(/^\+?[\d ()./-]{3,40}$/).nullable(), office: z.string().max(200).nullable(), managerId: z.uuid().nullable(),
});
/** What is taken from a resource. */
export type Facts = z.infer<typeof Facts>;

const CALLED: Record<keyof Facts, string> = {
  userName: 'userName, of at most 200 characters', externalId: 'externalId, of at most 255 characters', name: 'displayName or name, of at most 120 characters', givenName: 'name.givenName, of at most 120 characters', familyName: 'name.familyName, of at most 120 characters',
  title: 'title, of at most 120 characters', department: 'department, of at most 120 characters', active: 'active, true or false', email: 'the address of emails, like name@company.example', phone: 'the number of phoneNumbers, like +31 30 123 4567', office: 'the office of addresses, of at most 200 characters', managerId: 'manager, the id of a person here',
};

const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null);
const objectOf = (value: unknown): Json => (isObject(value) ? value : {});

/** Of several values the one that is kept: the first of these that there is. */
function chosen(value: unknown, types: readonly string[], part = 'value'): string | null {
  const items = (Array.isArray(value) ? (value as unknown[]) : []).filter(isObject).filter((item) => textOf(item[part]) !== null);
  const typed = (type: string) => items.find((item) => textOf(item['type'])?.toLowerCase() === type);
  const found = items.find((item) => item['primary'] === true) ?? types.map(typed).find((item) => item !== undefined) ?? items[0];
  return found ? textOf(found[part]) : null;
}

const isAddress = (text: string | null): boolean => text !== null && z.email().safeParse(text).success;

/** The name as it is shown: whichever part of it was changed; else its parts. */
function nameOf(resource: Json, before: Json | null): string | null {
  const name = objectOf(resource['name']);
  const was = objectOf(before?.['name']);
  const [display, formatted, given, family] = [textOf(resource['displayName']), textOf(name['formatted']), textOf(name['givenName']), textOf(name['familyName'])];
  const joined = [given, family].filter((one) => one !== null).join(' ') || null;
  if (before === null) return display ?? formatted ?? joined ?? textOf(resource['userName']);
  if (display !== null && display !== textOf(before['displayName'])) return display;
  if (formatted !== null && formatted !== textOf(was['formatted'])) return formatted;
  if (joined !== null && given !== null && family !== null && (given !== textOf(was['givenName']) || family !== textOf(was['familyName']))) return joined;
  return display ?? textOf(before['displayName']) ?? formatted ?? joined ?? textOf(resource['userName']);
}

/** Reads from a resource what is kept of it; throws invalidValue with what it must be. */
export function factsOf(resource: Json, before: Json | null): Facts {
  const enterprise = objectOf(resource[ENTERPRISE_SCHEMA]);
  const userName = textOf(resource['userName']);
  const parsed = Facts.safeParse({
    userName, externalId: textOf(resource['externalId']), name: nameOf(resource, before), givenName: textOf(objectOf(resource['name'])['givenName']), familyName: textOf(objectOf(resource['name'])['familyName']),
    title: textOf(resource['title']) ?? '', department: textOf(enterprise['department']) ?? '', active: resource['active'] ?? before?.['active'] ?? true,
    email: chosen(resource['emails'], ['work']) ?? (isAddress(userName) ? userName : null), phone: chosen(resource['phoneNumbers'], ['work', 'mobile']), office: chosen(resource['addresses'], ['work'], 'formatted'),
    managerId: textOf(objectOf(enterprise['manager'])['value']),
  });
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path[0] as keyof Facts | undefined;
  throw scimProblem({ scimType: 'invalidValue', detail: `This is needed otherwise: ${field === undefined ? 'the resource' : CALLED[field]}.` });
}
