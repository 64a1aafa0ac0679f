import { fieldsOf, incidentTypeOf } from './classification.ts';
import type { Field } from './classification.ts';
import type { IncidentActor, IncidentFacts } from './rules.ts';

/** An open, unclassified incident with the least that one has. */
export const anIncident = (change: Partial<IncidentFacts> = {}): IncidentFacts => ({
  state: 'open', typeKey: null, subtype: null, severity: 1, siteId: null, occurredFrom: '2026-11-20T12:00:00Z', occurredTo: null, knownAt: '2026-11-20T12:05:00Z',
  reportedBy: '', place: '', narrative: '', fields: {}, noLoss: null, persons: [], things: [], losses: [], openTasks: [], ...change,
});

/** An incident of that type with a well-formed answer to everything that its type asks. */
export function aCompleteIncident(typeKey: string, change: Partial<IncidentFacts> = {}): IncidentFacts {
  const fields = Object.fromEntries((fieldsOf(typeKey) ?? []).map((field) => [field.key, exampleOf(field)]).filter(([, value]) => value !== undefined));
  return anIncident({
    typeKey, severity: incidentTypeOf(typeKey)?.defaultSeverity ?? 1, siteId: 'site', occurredTo: '2026-11-20T12:30:00Z', reportedBy: 'Gate officer', place: 'North gate', narrative: 'A van stopped at the gate and left again.',
    fields, noLoss: true, persons: [{ role: 'witness', name: 'Bo', injury: null }], things: [{ kind: 'vehicle' }, { kind: 'item' }], ...change,
  });
}

/** A person who may do everything with an incident. */
export const aCommander = (change: Partial<IncidentActor> = {}): IncidentActor => ({ personId: 'ana', mayDeclare: true, mayWrite: true, mayClose: true, ...change });

const COLUMNS = new Set(['occurredFrom', 'occurredTo', 'knownAt', 'reportedBy', 'siteId', 'place', 'narrative']);

/** A well-formed answer, or undefined for what has a column or rows of its own. */
export function exampleOf(field: Field): unknown {
  if (COLUMNS.has(field.key)) return undefined;
  switch (field.kind) {
    case 'persons': case 'vehicles': case 'things': case 'losses': case 'site': return undefined;
    case 'datetime': return '2026-11-25T09:00:00Z';
    case 'choice': return field.options?.[0]?.key;
    case 'number': return 2;
    case 'money': return { amountMinor: 120_000, currency: 'EUR' };
    case 'country': return 'NL';
    case 'clock': return { decision: 'not-due', note: 'no duty here, counsel agreed' };
    default: return 'An answer';
  }
}
