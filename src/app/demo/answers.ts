import { fieldsOf } from '#modules/incidents/rules.ts';
import type { Field } from '#modules/incidents/rules.ts';

/** The answer that most incidents give, where a type asks for a choice. */
const USUAL: Readonly<Record<string, string>> = {
  'people.careOffered': 'not-needed', 'access.method': 'left-open', 'weapon.kind': 'unknown', 'weapon.used': 'unknown', 'threat.channel': 'spoken', 'threat.imminence': 'none',
  'info.personalData': 'no', 'info.encrypted': 'unknown', 'info.exfiltrated': 'no', 'info.controllerOrProcessor': 'none', 'injury.party': 'employee', 'injury.workRelated': 'yes', 'injury.hospitalised': 'no',
  'injury.scenePreserved': 'not-needed', 'hazard.released': 'no', 'hazard.evacuated': 'no', 'travel.embassyTold': 'not-needed', 'travel.contactState': 'safe', 'principal.publicExposure': 'yes',
  'principal.routeChanged': 'yes', 'crowd.mood': 'loud', 'drone.pilotFound': 'no', 'order.served': 'no-order', 'witnesslog.violenceType': '2', 'witnesslog.incidentKind': 'threat',
  'witnesslog.locationKind': 'workplace', 'witnesslog.committerClass': 'client', reporterTold: 'yes',
};
const WORDS: Readonly<Record<string, string>> = {
  'travel.traveller': 'Named in the travel system', 'principal.code': 'Named in the protection file', 'cargo.shipment': 'Named in the transport order', 'witnesslog.circumstances': 'Told in the log, without names.',
  'witnesslog.consequences': 'Spoken with everybody concerned; help was offered.', 'witnesslog.completer': 'The watch lead',
};
const COLUMNS = new Set(['siteId', 'occurredFrom', 'occurredTo', 'knownAt', 'reportedBy', 'place', 'narrative']);

/** What of an incident is known besides its fields: which lists have rows, and its country and end. */
export type Known = { occurredFrom: Date; occurredTo: Date | null; closedAt: Date; severity: number; country: string; firstActions: string; hasPersons: boolean; hasVehicles: boolean; hasThings: boolean };

/** A well-formed answer to everything that a type asks, so that the incident can be closed; `told` goes before what is usual. */
export function answersFor(typeKey: string, known: Known, told: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const answers: Record<string, unknown> = known.occurredTo === null ? { occurredTo: { stated: 'none' } } : {};
  for (const field of fieldsOf(typeKey) ?? []) {
    if (COLUMNS.has(field.key) || !field.required || (field.fromSeverity ?? 1) > known.severity) continue;
    const answer = told[field.key] ?? usual(field, known);
    if (answer !== undefined) answers[field.key] = answer;
  }
  return { ...answers, ...told };
}

function usual(field: Field, known: Known): unknown {
  if (field.key === 'firstActions') return known.firstActions;
  if (field.key === 'afterActionAt') return new Date(known.closedAt.getTime() + 5 * 86_400_000).toISOString();
  if (field.kind === 'persons') return known.hasPersons ? undefined : { stated: 'none' };
  if (field.kind === 'vehicles') return known.hasVehicles ? undefined : { stated: 'none' };
  if (field.kind === 'things') return known.hasThings ? undefined : { stated: 'none' };
  if (field.kind === 'losses') return undefined;
  if (field.kind === 'choice') return USUAL[field.key] ?? field.options?.[0]?.key;
  if (field.kind === 'clock') return { decision: 'not-due', note: 'Looked at on the day: no duty to notify.' };
  if (field.kind === 'country') return known.country;
  const stated = field.may?.[0];
  if (stated !== undefined) return { stated };
  return field.kind === 'datetime' ? known.occurredFrom.toISOString() : (WORDS[field.key] ?? 'Told in the log.');
}
