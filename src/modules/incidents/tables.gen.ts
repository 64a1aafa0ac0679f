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

export interface IncidentsActivation {
  activatedAt: string;
  activatedBy: string;
  endedAt: string | null;
  endedBy: string | null;
  endedWhy: string | null;
  id: string;
  incidentId: string;
  leftOpen: Json | null;
  level: number;
  mode: ColumnType<'single' | 'unified', 'single' | 'unified' | undefined, 'single' | 'unified'>;
  number: number;
  why: Generated<string>;
}

export interface IncidentsBreach {
  consequences: Generated<string>;
  contact: Generated<string>;
  id: string;
  incidentId: string;
  measures: Generated<string>;
  nature: Generated<string>;
  openedAt: string;
  openedBy: string;
  personCategories: Generated<string>;
  personsLeast: number | null;
  personsMost: number | null;
  personsTold: boolean | null;
  personsToldWords: Generated<string>;
  recordCategories: Generated<string>;
  recordsLeast: number | null;
  recordsMost: number | null;
  risk: 'unlikely' | 'risk' | 'high' | null;
  riskWhy: Generated<string>;
  version: Generated<number>;
}

export interface IncidentsBreachNotice {
  clock: 'gdpr-authority' | 'uk-gdpr' | 'gdpr-persons';
  givenAt: string;
  givenBy: string;
  id: string;
  incidentId: string;
  isPartial: Generated<boolean>;
  lateWhy: Generated<string>;
  notedAt: string;
  recipient: string;
  reference: string;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface IncidentsCommandPosition {
  activationId: string;
  addedAt: string;
  addedBy: string;
  closedAt: string | null;
  closedBy: string | null;
  id: string;
  incidentId: string;
  kind: 'commander' | 'deputy' | 'safety' | 'information' | 'liaison' | 'operations' | 'planning' | 'logistics' | 'finance' | 'intelligence' | 'staging' | 'branch' | 'division' | 'group' | 'unit' | 'task-force' | 'strike-team';
  ordinal: number;
  parentId: string | null;
  title: string;
}

export interface IncidentsCostLine {
  addedAt: string;
  addedBy: string;
  amountMinor: number;
  currency: string;
  description: string;
  id: string;
  incidentId: string;
  insteadOfCard: string | null;
  insteadOfHolder: string | null;
  isEstimate: Generated<boolean>;
  kind: 'hours' | 'service' | 'material' | 'travel' | 'penalty' | 'other';
  minutes: number | null;
  rateMinor: number | null;
  reference: Generated<string>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface IncidentsDecision {
  activationId: string;
  at: string;
  decidedBy: string;
  decision: string;
  id: string;
  incidentId: string;
  notedBy: string;
  number: number;
  options: Generated<string>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  why: Generated<string>;
}

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

export interface IncidentsFormSheet {
  approvedAt: string | null;
  approvedBy: string | null;
  begunAt: string;
  begunBy: string;
  chainId: string;
  changedAt: string;
  edition: Generated<number>;
  form: string;
  frozen: Json | null;
  id: string;
  incidentId: string;
  periodId: string | null;
  signedAs: Generated<string>;
  signedAt: string | null;
  signedBy: string | null;
  subject: Generated<string>;
  subjectId: string | null;
  version: number;
  why: Generated<string>;
  written: Generated<Json>;
}

export interface IncidentsHourlyRate {
  agency: Generated<string>;
  currency: string;
  id: string;
  rateMinor: number;
  setAt: string;
  setBy: string;
  struckAt: string | null;
  struckBy: string | null;
  validFrom: string;
  what: 'holder' | 'person' | 'team' | 'vehicle' | 'equipment';
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
  mergedInto: string | null;
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

export interface IncidentsIncidentMerge {
  id: string;
  incidentId: string;
  intoId: string;
  mergedAt: string;
  mergedBy: string;
  reason: string;
  undoneAt: string | null;
  undoneBy: string | null;
  undoneReason: string | null;
  wasClosedAt: string | null;
  wasClosedBy: string | null;
  wasClosureReason: string | null;
  wasClosureSummary: string | null;
  wasState: 'open' | 'closed';
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

export interface IncidentsNeed {
  addedAt: string;
  addedBy: string;
  changedAt: string;
  id: string;
  incidentId: string;
  objectiveId: string;
  state: ColumnType<'open' | 'partly' | 'met', 'open' | 'partly' | 'met' | undefined, 'open' | 'partly' | 'met'>;
  text: string;
}

export interface IncidentsObjective {
  activationId: string;
  changedAt: string;
  id: string;
  incidentId: string;
  number: number;
  periodId: string | null;
  positionId: string | null;
  priority: Generated<number>;
  setAt: string;
  setBy: string;
  state: ColumnType<'open' | 'partly' | 'met', 'open' | 'partly' | 'met' | undefined, 'open' | 'partly' | 'met'>;
  strategies: Generated<string>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  text: string;
}

export interface IncidentsPeriod {
  activationId: string;
  begunBy: string;
  emphasis: Generated<string>;
  endedAt: string | null;
  endedBy: string | null;
  endsAt: string;
  id: string;
  incidentId: string;
  number: number;
  startsAt: string;
}

export interface IncidentsPeriodStep {
  doneAt: string;
  doneBy: string;
  incidentId: string;
  isDone: Generated<boolean>;
  periodId: string;
  step: string;
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

export interface IncidentsPositionHolder {
  agency: Generated<string>;
  fromAt: string;
  fromBy: string;
  id: string;
  incidentId: string;
  name: Generated<string>;
  personId: string | null;
  positionId: string;
  seat: Generated<number>;
  untilAt: string | null;
  untilBy: string | null;
}

export interface IncidentsReportedNeed {
  became: 'task' | 'resource' | null;
  becameAt: string | null;
  becameBy: string | null;
  becameId: string | null;
  id: string;
  incidentId: string;
  need: string;
  reportId: string;
  seq: number;
}

export interface IncidentsResource {
  agency: Generated<string>;
  assignedTo: Generated<string>;
  checkedInAt: string | null;
  checkedInBy: string | null;
  contact: Generated<string>;
  departedAt: string | null;
  departedFrom: Generated<string>;
  expectedAt: string | null;
  id: string;
  identifier: Generated<string>;
  incidentId: string;
  kind: 'person' | 'team' | 'vehicle' | 'equipment';
  leader: Generated<string>;
  name: string;
  notes: Generated<string>;
  orderNumber: Generated<string>;
  persons: Generated<number>;
  place: Generated<string>;
  qualifications: Generated<string>;
  releaseAt: string | null;
  requestedAt: string;
  requestedBy: string;
  seq: number;
  state: 'requested' | 'ordered' | 'en-route' | 'checked-in' | 'staged' | 'assigned' | 'out-of-service' | 'demob-pending' | 'released';
  stateAt: string;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  travel: Generated<string>;
  version: Generated<number>;
}

export interface IncidentsResourceMove {
  at: string;
  became: 'requested' | 'ordered' | 'en-route' | 'checked-in' | 'staged' | 'assigned' | 'out-of-service' | 'demob-pending' | 'released';
  byId: string;
  id: string;
  incidentId: string;
  notedAt: string;
  resourceId: string;
  verb: 'request' | 'order' | 'send' | 'check-in' | 'stage' | 'assign' | 'out-of-service' | 'plan-release' | 'release';
  was: 'requested' | 'ordered' | 'en-route' | 'checked-in' | 'staged' | 'assigned' | 'out-of-service' | 'demob-pending' | null;
  words: Generated<string>;
}

export interface IncidentsReview {
  approvedBy: string | null;
  finishedAt: string | null;
  heldAt: string | null;
  id: string;
  incidentId: string;
  openedAt: string;
  openedBy: string;
  proposedBy: string | null;
  ratings: Generated<Json>;
  state: ColumnType<'draft' | 'finished', 'draft' | 'finished' | undefined, 'draft' | 'finished'>;
  summary: Generated<string>;
  version: Generated<number>;
}

export interface IncidentsReviewAction {
  addedAt: string;
  addedBy: string;
  element: 'planning' | 'organisation' | 'equipment' | 'training' | 'exercises';
  id: string;
  incidentId: string;
  observationId: string;
  taskId: string;
  title: string;
}

export interface IncidentsReviewObservation {
  addedAt: string;
  addedBy: string;
  at: string | null;
  capability: string;
  cause: string | null;
  id: string;
  incidentId: string;
  kind: 'strength' | 'improvement';
  noActionReason: Generated<string>;
  recommendation: Generated<string>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  text: string;
}

export interface IncidentsSafetyMessage {
  activationId: string;
  at: string;
  byId: string;
  endedAt: string | null;
  endedBy: string | null;
  id: string;
  incidentId: string;
  text: string;
}

export interface IncidentsSituationReport {
  actions: Generated<string>;
  at: string;
  authorId: string;
  conditions: string;
  id: string;
  incidentId: string;
  notedAt: string;
  seq: number;
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

export interface IncidentsTimer {
  dueAt: string;
  id: string;
  incidentId: string;
  name: string;
  startedAt: string;
  startedBy: string;
  stoppedAt: string | null;
  stoppedBy: string | null;
}

export interface IncidentsTransfer {
  activationId: string;
  briefing: Json;
  decidedAt: string | null;
  decidedBy: string | null;
  holderId: string;
  id: string;
  incidentId: string;
  proposedAt: string;
  proposedBy: string;
  state: ColumnType<'proposed' | 'accepted' | 'refused' | 'withdrawn' | 'assumed', 'proposed' | 'accepted' | 'refused' | 'withdrawn' | 'assumed' | undefined, 'proposed' | 'accepted' | 'refused' | 'withdrawn' | 'assumed'>;
  toId: string;
  why: Generated<string>;
}

export interface IncidentsVIncidentFact {
  classifiedAt: string | null;
  closedAt: string | null;
  id: string | null;
  knownAt: string | null;
  number: string | null;
  occurredFrom: string | null;
  severity: number | null;
  siteId: string | null;
  state: string | null;
  title: string | null;
  typeKey: string | null;
}

export interface Tables {
  'incidents.activation': IncidentsActivation;
  'incidents.breach': IncidentsBreach;
  'incidents.breachNotice': IncidentsBreachNotice;
  'incidents.commandPosition': IncidentsCommandPosition;
  'incidents.costLine': IncidentsCostLine;
  'incidents.decision': IncidentsDecision;
  'incidents.factEdit': IncidentsFactEdit;
  'incidents.formSheet': IncidentsFormSheet;
  'incidents.hourlyRate': IncidentsHourlyRate;
  'incidents.incident': IncidentsIncident;
  'incidents.incidentMerge': IncidentsIncidentMerge;
  'incidents.logEntry': IncidentsLogEntry;
  'incidents.loss': IncidentsLoss;
  'incidents.need': IncidentsNeed;
  'incidents.objective': IncidentsObjective;
  'incidents.period': IncidentsPeriod;
  'incidents.periodStep': IncidentsPeriodStep;
  'incidents.personInvolved': IncidentsPersonInvolved;
  'incidents.positionHolder': IncidentsPositionHolder;
  'incidents.reportedNeed': IncidentsReportedNeed;
  'incidents.resource': IncidentsResource;
  'incidents.resourceMove': IncidentsResourceMove;
  'incidents.review': IncidentsReview;
  'incidents.reviewAction': IncidentsReviewAction;
  'incidents.reviewObservation': IncidentsReviewObservation;
  'incidents.safetyMessage': IncidentsSafetyMessage;
  'incidents.situationReport': IncidentsSituationReport;
  'incidents.step': IncidentsStep;
  'incidents.thingInvolved': IncidentsThingInvolved;
  'incidents.timer': IncidentsTimer;
  'incidents.transfer': IncidentsTransfer;
  'incidents.vIncidentFact': IncidentsVIncidentFact;
}
