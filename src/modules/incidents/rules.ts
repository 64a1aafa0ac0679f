import { baseFields, closureReasonOf, fieldsOf, incidentTypeOf } from './classification.ts';
import type { Field } from './classification.ts';
import { faultOfValue, isStated } from './values.ts';

export * from './classification.ts';
export * from './values.ts';

/** What the rules need to know of an incident. Struck rows are left out by the caller. Times are ISO. */
export type IncidentFacts = {
  readonly state: 'open' | 'closed';
  readonly typeKey: string | null;
  readonly subtype: string | null;
  readonly severity: number;
  readonly siteId: string | null;
  readonly occurredFrom: string | null;
  readonly occurredTo: string | null;
  readonly knownAt: string | null;
  readonly reportedBy: string;
  readonly place: string;
  readonly narrative: string;
  /** Answers by field key; also what is stated as none or unknown for the columns above. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly noLoss: boolean | null;
  readonly persons: readonly { readonly role: string; readonly name: string; readonly injury: string | null }[];
  readonly things: readonly { readonly kind: string }[];
  readonly losses: readonly unknown[];
  /** Open tasks and corrective actions. */
  readonly openTasks: readonly { readonly title: string; readonly ownerId: string | null; readonly dueAt: string | null }[];
};

/** Who acts, with what their grants allow on this incident. */
export type IncidentActor = { readonly personId: string; readonly mayDeclare: boolean; readonly mayWrite: boolean; readonly mayClose: boolean };

/** What is missing: the field's key, its label and what to do. */
export type Missing = { readonly field: string; readonly label: string; readonly detail: string };

export type IncidentRefusal = { readonly ok: false; readonly kind: 'forbidden' | 'conflict' | 'refused'; readonly code: string; readonly reason: string; readonly missing?: readonly Missing[] };
type Allowed<T> = { readonly ok: true } & T;

export type Classification = { readonly typeKey: string; readonly subtype: string | null; readonly severity: number };

const COLUMNS = ['siteId', 'occurredFrom', 'occurredTo', 'knownAt', 'reportedBy', 'place', 'narrative'] as const;
const REVIEW_WITHIN_MS = 30 * 24 * 3600_000;
const SHORTEST_SUMMARY = 10;
const SHORTEST_REASON = 3;

/** What every incident needs when it is declared: a title and when it began. Severity and type may follow. */
export function declare(actor: IncidentActor, input: { title: string; occurredFrom: string; knownAt: string }): Allowed<{ state: 'open' }> | IncidentRefusal {
  if (!actor.mayDeclare) return forbidden();
  if (input.title.trim() === '') return refuse('incidents.name_it', 'Say in a few words what it is.');
  if (Date.parse(input.knownAt) < Date.parse(input.occurredFrom)) return refuse('incidents.known_before', 'It cannot have been known before it began. Correct one of the two times.');
  return { ok: true, state: 'open' };
}

/** Gives the incident its type, sub-type and severity. What was answered for another type stays, out of sight. */
export function classify(incident: IncidentFacts, actor: IncidentActor, input: { typeKey: string; subtype?: string | null; severity?: number | null }): Allowed<Classification> | IncidentRefusal {
  const stop = mayWrite(incident, actor);
  if (stop) return stop;
  const type = incidentTypeOf(input.typeKey);
  if (!type) return refuse('incidents.no_such_type', 'Choose one of the types.');
  const subtype = input.subtype ?? null;
  if (subtype !== null && !type.subtypes.includes(subtype)) return refuse('incidents.no_such_subtype', `“${type.title}” has no such sub-type.`);
  const severity = input.severity ?? type.defaultSeverity;
  if (!Number.isInteger(severity) || severity < 1 || severity > 5) return refuse('incidents.no_such_severity', 'Choose a severity from 1 to 5.');
  return { ok: true, typeKey: type.key, subtype, severity };
}

/** Whether these answers may be written: each belongs to the incident's type and is well-formed. Null takes an answer back. */
export function answer(incident: IncidentFacts, actor: IncidentActor, answers: Readonly<Record<string, unknown>>): Allowed<object> | IncidentRefusal {
  const stop = mayWrite(incident, actor);
  if (stop) return stop;
  const known = new Map(askedOf(incident).map((field) => [field.key, field]));
  const missing = Object.entries(answers).flatMap(([key, value]): Missing[] => {
    const field = known.get(key);
    if (!field) return [{ field: key, label: key, detail: 'This type of incident has no such field.' }];
    const detail = value === null || isStated(field, value) ? null : isColumn(key) ? 'Change it in the head of the incident.' : faultOfValue(field, value);
    return detail === null ? [] : [{ field: key, label: field.label, detail }];
  });
  return missing.length === 0 ? { ok: true } : { ...refuse('incidents.answers_refused', 'Some answers cannot be kept as they are.'), missing };
}

/** Whether something may be added to an incident: log entries, people, things, losses. */
export const write = (incident: IncidentFacts, actor: IncidentActor): Allowed<object> | IncidentRefusal => mayWrite(incident, actor) ?? { ok: true };

/** Whether an entry may be struck. It stays readable, with who struck it and why. */
export function strike(incident: IncidentFacts, actor: IncidentActor, entry: { struckAt: string | null }, reason: string): Allowed<object> | IncidentRefusal {
  const stop = mayWrite(incident, actor);
  if (stop) return stop;
  if (entry.struckAt !== null) return { ok: false, kind: 'conflict', code: 'incidents.already_struck', reason: 'It is struck already.' };
  return reason.trim().length >= SHORTEST_REASON ? { ok: true } : refuse('incidents.say_why', 'Say why it is struck.');
}

/** What is still missing before the incident can be closed, field by field. `now` is when it would be closed. */
export function missingToClose(incident: IncidentFacts, now: Date): readonly Missing[] {
  if (incident.typeKey === null || !incidentTypeOf(incident.typeKey)) return [{ field: 'typeKey', label: 'Type', detail: 'Classify the incident first.' }];
  const fields = askedOf(incident).filter((field) => field.required && incident.severity >= (field.fromSeverity ?? 1));
  const missing = fields.flatMap((field): Missing[] => {
    const detail = missingOf(field, incident, now);
    return detail === null ? [] : [{ field: field.key, label: field.label, detail }];
  });
  const loose = incident.openTasks.filter((task) => task.ownerId === null || task.dueAt === null);
  return [...missing, ...loose.map((task) => ({ field: 'tasks', label: task.title, detail: 'Give it an owner and a date, or finish it.' }))];
}

/** Closes an incident for a reason, with a summary, once nothing is missing. */
export function close(incident: IncidentFacts, actor: IncidentActor, input: { reason: string; summary: string }, now: Date): Allowed<{ state: 'closed' }> | IncidentRefusal {
  if (!actor.mayClose) return forbidden();
  const over = isOver(incident);
  if (over) return over;
  if (!closureReasonOf(input.reason)) return refuse('incidents.no_such_reason', 'Choose why it is closed.');
  if (input.summary.trim().length < SHORTEST_SUMMARY) return refuse('incidents.sum_up', 'Sum up in a sentence what it was and how it ended.');
  const missing = missingToClose(incident, now);
  if (missing.length > 0) return { ...refuse('incidents.not_complete', `${missing.length === 1 ? 'One thing is' : `${missing.length} things are`} missing before it can be closed.`), missing };
  if (input.reason === 'police' && !says(incident.fields['policeReference']))
    return { ...refuse('incidents.not_complete', 'Handed to authorities: give their reference.'), missing: [{ field: 'policeReference', label: 'Police reference', detail: 'Give their reference.' }] };
  if (input.reason === 'corrective' && incident.openTasks.length === 0) return refuse('incidents.no_actions', 'No corrective action is open. Add one, or close it as resolved.');
  return { ok: true, state: 'closed' };
}

/** Opens a closed incident again, with the reason; what closed it stays on its timeline. */
export function reopen(incident: IncidentFacts, actor: IncidentActor, reason: string): Allowed<{ state: 'open' }> | IncidentRefusal {
  if (!actor.mayClose) return forbidden();
  if (incident.state === 'open') return { ok: false, kind: 'conflict', code: 'incidents.already_open', reason: 'It is open already.' };
  return reason.trim().length >= SHORTEST_REASON ? { ok: true, state: 'open' } : refuse('incidents.say_why', 'Say why it is opened again.');
}

function askedOf(incident: IncidentFacts): readonly Field[] {
  return (incident.typeKey === null ? null : fieldsOf(incident.typeKey)) ?? baseFields;
}

function missingOf(field: Field, incident: IncidentFacts, now: Date): string | null {
  const given = incident.fields[field.key];
  if (isStated(field, given)) return null;
  if (field.kind === 'persons') return missingPersons(incident);
  if (field.kind === 'vehicles') return incident.things.some((thing) => thing.kind === 'vehicle') ? null : orElse(field, 'Add the vehicle');
  if (field.kind === 'things') return incident.things.some((thing) => thing.kind !== 'vehicle') ? null : orElse(field, 'Add what was lost, damaged or found');
  if (field.kind === 'losses') return incident.losses.length > 0 || incident.noLoss === true ? null : 'Enter what it cost, or say that it cost nothing.';
  const value = isColumn(field.key) ? incident[field.key] : given;
  const fault = value === null || value === undefined || value === '' ? orElse(field, 'Fill it in') : faultOfValue(field, value);
  return fault ?? (field.key === 'afterActionAt' ? reviewTooLate(String(value), now) : null);
}

function missingPersons(incident: IncidentFacts): string | null {
  if (incident.persons.length === 0) return 'Add who was involved, or say that nobody was or that it is not known.';
  const victim = incident.persons.find((person) => person.role === 'victim' && person.injury === null);
  return victim ? `Say how badly ${victim.name === '' ? 'the victim' : victim.name} was hurt; “none” is an answer.` : null;
}

const reviewTooLate = (at: string, now: Date): string | null => (Date.parse(at) - now.getTime() <= REVIEW_WITHIN_MS ? null : 'Hold the review within 30 days.');

function orElse(field: Field, what: string): string {
  if (field.kind === 'clock') return 'Decide: met, not due, or handed over.';
  if (field.kind === 'choice') return 'Choose an answer.';
  const instead = (field.may ?? []).map((word) => (word === 'none' ? 'that there is none' : 'that it is not known'));
  return instead.length === 0 ? `${what}.` : `${what}, or say ${instead.join(' or ')}.`;
}

const isColumn = (key: string): key is (typeof COLUMNS)[number] => (COLUMNS as readonly string[]).includes(key);
const says = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const refuse = (code: string, reason: string): IncidentRefusal => ({ ok: false, kind: 'refused', code, reason });
const forbidden = (): IncidentRefusal => ({ ok: false, kind: 'forbidden', code: 'platform.forbidden', reason: 'Your grants do not allow this here.' });
const isOver = (incident: IncidentFacts): IncidentRefusal | null => (incident.state === 'closed' ? { ok: false, kind: 'conflict', code: 'incidents.already_closed', reason: 'It is closed already.' } : null);
const mayWrite = (incident: IncidentFacts, actor: IncidentActor): IncidentRefusal | null => (actor.mayWrite ? isOver(incident) : forbidden());
