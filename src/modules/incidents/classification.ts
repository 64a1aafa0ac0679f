import { z } from 'zod';
import shipped from './content/classification.json' with { type: 'json' };

const Option = z.strictObject({ key: z.string(), title: z.string() });

/** `persons`, `vehicles`, `things` and `losses` are lists of rows of their own; a `clock` is the decision on a legal duty to notify. */
export const FieldKind = z.enum(['text', 'narrative', 'datetime', 'site', 'place', 'choice', 'number', 'money', 'country', 'persons', 'vehicles', 'things', 'losses', 'clock']);
export type FieldKind = z.output<typeof FieldKind>;

const Field = z.strictObject({
  key: z.string().regex(/^[a-z]+(\.[a-z])?[A-Za-z0-9-]*$/),
  label: z.string().min(1),
  kind: FieldKind,
  required: z.boolean(),
  /** What may be said instead of a value. */
  may: z.array(z.enum(['none', 'unknown'])).optional(),
  options: z.array(Option).optional(),
  hint: z.string().optional(),
  /** Reveals what belongs behind a wall. */
  walled: z.literal(true).optional(),
  /** Required from this severity on. */
  fromSeverity: z.int().min(1).max(5).optional(),
});
const FieldSet = z.strictObject({ key: z.string(), title: z.string(), fields: z.array(Field) });
const Type = z.strictObject({
  key: z.string(),
  family: z.string(),
  title: z.string().min(1),
  defaultSeverity: z.int().min(1).max(5),
  defaultIcsLevel: z.int().min(0).max(4),
  fieldSets: z.array(z.string()).min(1),
  legalClocks: z.array(z.string()),
  notify: z.string(),
  subtypes: z.array(z.string()),
});
const Severity = z.strictObject({ key: z.string(), severity: z.int().min(1).max(5), name: z.string(), definition: z.string(), notify: z.string(), limitsCurrency: z.string() });
const LegalClock = z.strictObject({
  key: z.string(),
  title: z.string(),
  amount: z.int().nonnegative(),
  unit: z.enum(['h', 'days', 'calendar-days', 'business-days', 'month', 'undue-delay', 'without-delay', 'immediately', 'prompt', 'as-soon-as-feasible', 'retention']),
  startsAt: z.string(),
  appliesWhen: z.string(),
  confidence: z.enum(['high', 'medium', 'low']),
  legalAdvice: z.string(),
});
const File = z.strictObject({
  version: z.iso.date(),
  families: z.array(Option),
  types: z.array(Type),
  severities: z.array(Severity),
  icsLevels: z.array(z.strictObject({ level: z.int(), name: z.string(), meaning: z.string() })),
  notificationExtras: z.array(z.strictObject({ when: z.string(), tell: z.string() })),
  fieldSets: z.array(FieldSet),
  legalClocks: z.array(LegalClock),
  closureReasons: z.array(Option),
  closeRequires: z.array(z.string()),
  suggestedFor: z.record(z.string(), z.string()),
});

/** One thing that is asked about an incident. */
export type Field = Readonly<z.output<typeof Field>>;
export type FieldSet = Readonly<z.output<typeof FieldSet>>;
export type IncidentType = Readonly<z.output<typeof Type>>;
export type Severity = Readonly<z.output<typeof Severity>>;
export type LegalClock = Readonly<z.output<typeof LegalClock>>;

const file = File.parse(shipped);
const byKey = <T extends { key: string }>(rows: readonly T[]): ReadonlyMap<string, T> => new Map(rows.map((row) => [row.key, row]));

export const incidentFamilies: readonly { readonly key: string; readonly title: string }[] = file.families;
export const incidentTypes: readonly IncidentType[] = file.types;
export const severities: readonly Severity[] = file.severities;
export const icsLevels = file.icsLevels;
export const closureReasons: readonly { readonly key: string; readonly title: string }[] = file.closureReasons;
/** What closing an incident asks for, in words. */
export const closeRequires: readonly string[] = file.closeRequires;
/** Who else is told, by circumstance. */
export const notificationExtras = file.notificationExtras;

const types = byKey(file.types);
const clocks = byKey(file.legalClocks);
const reasons = byKey(file.closureReasons);
const setsByKey = byKey(file.fieldSets);
const levels = new Map(file.severities.map((row) => [row.severity, row]));

export const incidentTypeOf = (key: string): IncidentType | null => types.get(key) ?? null;
export const severityOf = (level: number): Severity | null => levels.get(level) ?? null;
export const legalClockOf = (key: string): LegalClock | null => clocks.get(key) ?? null;
export const closureReasonOf = (key: string): { readonly key: string; readonly title: string } | null => reasons.get(key) ?? null;

/** Incident types to offer first, by event type of the alarm. */
export const suggestions: Readonly<Record<string, string>> = file.suggestedFor;

/** The incident type to offer first when an alarm of this event type becomes an incident; `other` where none is near. */
export const suggestedTypeFor = (eventType: string): string => new Map(Object.entries(file.suggestedFor)).get(eventType) ?? 'other';

/** The sets of fields that a type asks for, in order: its own, what closing needs, and its legal clocks. Null for a type that is not there. */
export function fieldSetsOf(typeKey: string): readonly FieldSet[] | null {
  const type = types.get(typeKey);
  if (!type) return null;
  return [...type.fieldSets, 'closing'].map(setOf).concat(type.legalClocks.length > 0 ? [clockSet(type)] : []);
}

/** Every field that a type asks for. Null for a type that is not there. */
export const fieldsOf = (typeKey: string): readonly Field[] | null => fieldSetsOf(typeKey)?.flatMap((set) => set.fields) ?? null;

/** The fields that every incident has, before it is classified. */
export const baseFields: readonly Field[] = setOf('base').fields;

function setOf(key: string): FieldSet {
  const set = setsByKey.get(key);
  if (!set) throw new Error(`There is no field set ${key}.`);
  return set;
}

function clockSet(type: IncidentType): FieldSet {
  return { key: 'clocks', title: 'Duties to notify', fields: type.legalClocks.map(clockField) };
}

function clockField(key: string): Field {
  const clock = clocks.get(key);
  if (!clock) throw new Error(`There is no legal clock ${key}.`);
  return { key: `clock.${key}`, label: clock.title, kind: 'clock', required: true, hint: `${clock.appliesWhen}. ${clock.legalAdvice[0]?.toUpperCase()}${clock.legalAdvice.slice(1)}` };
}
