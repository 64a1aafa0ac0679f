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

export interface CasesAllegation {
  addedAt: string;
  addedBy: string;
  caseId: string;
  finding: 'substantiated' | 'unsubstantiated' | 'inconclusive' | 'unfounded' | null;
  findingWhy: Generated<string>;
  foundAt: string | null;
  foundBy: string | null;
  id: string;
  seq: number;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
  subjectId: string | null;
  text: string;
  typeKey: string;
}

export interface CasesCase {
  closedAt: string | null;
  id: string;
  leadId: string;
  noLoss: boolean | null;
  number: string;
  openedAt: string;
  openedBy: string;
  outcome: 'dismissal' | 'warning' | 'transfer' | 'training' | 'referral' | 'recovery' | 'process' | 'none' | 'other' | null;
  outcomeWords: Generated<string>;
  rootCause: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  source: ColumnType<'own' | 'incident' | 'alarm' | 'report', 'own' | 'incident' | 'alarm' | 'report' | undefined, 'own' | 'incident' | 'alarm' | 'report'>;
  state: ColumnType<'assessing' | 'investigating' | 'reviewing' | 'closed', 'assessing' | 'investigating' | 'reviewing' | 'closed' | undefined, 'assessing' | 'investigating' | 'reviewing' | 'closed'>;
  summary: Generated<string>;
  title: string;
  typeKey: string;
  version: Generated<number>;
  wallId: string;
}

export interface CasesClosing {
  caseId: string;
  closedAt: string;
  decidedBy: string | null;
  findings: Json;
  id: string;
  outcome: string;
  proposedBy: string;
  reopenedAt: string | null;
  reopenedBy: string | null;
  reopenedReason: string | null;
  rootCause: string;
}

export interface CasesElement {
  allegationId: string;
  caseId: string;
  id: string;
  note: Generated<string>;
  seq: number;
  state: ColumnType<'open' | 'shown' | 'not-shown', 'open' | 'shown' | 'not-shown' | undefined, 'open' | 'shown' | 'not-shown'>;
  text: string;
}

export interface CasesKeptOut {
  at: string;
  id: string;
  personId: string;
  reportId: string;
  why: Generated<string>;
}

export interface CasesLoss {
  addedAt: string;
  addedBy: string;
  amountMinor: number;
  caseId: string;
  currency: string;
  description: string;
  id: string;
  isEstimate: Generated<boolean>;
  recoveredMinor: Generated<number>;
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface CasesPerson {
  addedAt: string;
  addedBy: string;
  caseId: string;
  details: Generated<string>;
  id: string;
  name: Generated<string>;
  personId: string | null;
  role: 'subject' | 'complainant' | 'witness' | 'other';
  struckAt: string | null;
  struckBy: string | null;
  struckReason: string | null;
}

export interface CasesReport {
  about: Generated<string>;
  caseId: string | null;
  codeHash: Buffer;
  contact: Generated<string>;
  id: string;
  name: Generated<string>;
  number: string;
  place: Generated<string>;
  receivedAt: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'new' | 'taken' | 'dismissed', 'new' | 'taken' | 'dismissed' | undefined, 'new' | 'taken' | 'dismissed'>;
  text: string;
  triagedAt: string | null;
  triagedBy: string | null;
  triageWhy: Generated<string>;
  typeKey: string | null;
  version: Generated<number>;
  wallId: string;
}

export interface CasesReportMessage {
  at: string;
  authorId: string | null;
  id: string;
  reportId: string;
  seq: number;
  text: string;
}

export interface CasesReview {
  at: string;
  byId: string;
  caseId: string;
  id: string;
  verdict: 'passed' | 'returned';
  words: string;
}

export interface CasesStep {
  at: string;
  became: string | null;
  caseId: string;
  id: string;
  personId: string;
  reason: Generated<string>;
  verb: string;
  was: string | null;
}

export interface Tables {
  'cases.allegation': CasesAllegation;
  'cases.case': CasesCase;
  'cases.closing': CasesClosing;
  'cases.element': CasesElement;
  'cases.keptOut': CasesKeptOut;
  'cases.loss': CasesLoss;
  'cases.person': CasesPerson;
  'cases.report': CasesReport;
  'cases.reportMessage': CasesReportMessage;
  'cases.review': CasesReview;
  'cases.step': CasesStep;
}
