// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export interface IncidentsFactEdit {
  at: string;
  baseVersion: number;
  byId: string;
  deviceId: string | null;
  field: 'title' | 'place' | 'narrative' | 'reportedBy';
  id: string;
  incidentId: string;
  notedAt: string;
  seq: Generated<number>;
  value: string;
  version: number;
  writtenAt: string | null;
}

export interface IncidentsIncident {
  closedAt: string | null;
  closedBy: string | null;
  closureReason: string | null;
  closureSummary: string | null;
  commanderId: string | null;
  declaredAt: string;
  declaredBy: string;
  disputed: Generated<string[]>;
  fields: Generated<Json>;
  id: string;
  isSimulated: Generated<boolean>;
  knownAt: string;
  logCount: Generated<number>;
  losses: Generated<Json>;
  narrative: Generated<string>;
  noLoss: boolean | null;
  number: string;
  occurredFrom: string;
  occurredTo: string | null;
  place: Generated<string>;
  reportedBy: Generated<string>;
  severity: number;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'open' | 'closed', 'open' | 'closed' | undefined, 'open' | 'closed'>;
  subtype: string | null;
  title: string;
  typeKey: string | null;
  version: Generated<number>;
  wallId: string | null;
}

export interface IncidentsLogEntry {
  at: string;
  authorId: string;
  corrects: string | null;
  deviceId: string | null;
  id: string;
  incidentId: string;
  kind: ColumnType<'note' | 'decision' | 'action' | 'contact' | 'observation' | 'order', 'note' | 'decision' | 'action' | 'contact' | 'observation' | 'order' | undefined, 'note' | 'decision' | 'action' | 'contact' | 'observation' | 'order'>;
  notedAt: string;
  seq: number;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  text: string;
  writtenAt: string | null;
}

export interface IncidentsLoss {
  addedAt: string;
  addedBy: string;
  amountMinor: number;
  currency: string;
  description: string;
  id: string;
  incidentId: string;
  isEstimate: Generated<boolean>;
  kind: 'property' | 'stock' | 'cash' | 'data' | 'damage' | 'response' | 'interruption' | 'other';
  recoveredMinor: Generated<number>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface IncidentsPersonInvolved {
  addedAt: string;
  addedBy: string;
  details: Generated<string>;
  id: string;
  incidentId: string;
  injury: 'none' | 'first aid' | 'medical' | 'hospital' | 'death' | null;
  name: Generated<string>;
  personId: string | null;
  role: 'victim' | 'subject' | 'witness' | 'reporter';
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface IncidentsStep {
  at: string;
  became: string | null;
  id: string;
  incidentId: string;
  personId: string;
  reason: Generated<string>;
  verb: string;
  was: string | null;
}

export interface IncidentsThingInvolved {
  addedAt: string;
  addedBy: string;
  description: string;
  details: Generated<string>;
  id: string;
  identifier: Generated<string>;
  incidentId: string;
  kind: 'vehicle' | 'item' | 'document' | 'data-carrier' | 'weapon' | 'substance' | 'drone' | 'organisation' | 'other';
  role: Generated<string>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface Tables {
  'incidents.factEdit': IncidentsFactEdit;
  'incidents.incident': IncidentsIncident;
  'incidents.logEntry': IncidentsLogEntry;
  'incidents.loss': IncidentsLoss;
  'incidents.personInvolved': IncidentsPersonInvolved;
  'incidents.step': IncidentsStep;
  'incidents.thingInvolved': IncidentsThingInvolved;
}
