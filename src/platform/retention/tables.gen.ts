// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface RetentionHanging {
  key: string;
  people: string | null;
  remove: string;
}

export interface RetentionHold {
  custodianId: string;
  id: string;
  keepsBackups: Generated<boolean>;
  matter: string;
  number: string;
  placedAt: string;
  placedBy: string;
  reason: string;
  releasedAt: string | null;
  releasedBy: string | null;
  releaseReason: string | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'active' | 'released', 'active' | 'released' | undefined, 'active' | 'released'>;
  version: Generated<number>;
  wallId: string | null;
}

export interface RetentionKind {
  class: string;
  due: string | null;
  facts: string;
  key: string;
  purposes: string[];
  remove: string | null;
}

export interface RetentionRun {
  approvedAt: string | null;
  approvedBy: string | null;
  askedAt: string;
  askedBy: string;
  asOf: string;
  classes: string[];
  decisionId: string | null;
  endedAt: string | null;
  id: string;
  jobId: string | null;
  outcome: Generated<string>;
  root: Buffer | null;
  scheduleId: number | null;
  state: ColumnType<'looking' | 'shown' | 'approved' | 'running' | 'done' | 'refused', 'looking' | 'shown' | 'approved' | 'running' | 'done' | 'refused' | undefined, 'looking' | 'shown' | 'approved' | 'running' | 'done' | 'refused'>;
  withWalled: Generated<boolean>;
}

export interface RetentionRunCount {
  cutoff: string | null;
  days: number | null;
  due: Generated<number>;
  isCapped: Generated<boolean>;
  kind: string;
  removed: Generated<number>;
  runId: string;
  stayed: Generated<number>;
}

export interface RetentionRunItem {
  at: string;
  holdId: string | null;
  id: string;
  isWalled: boolean;
  kind: string;
  recordId: string | null;
  runId: string;
  state: 'due' | 'spared' | 'removed' | 'stayed';
  why: Generated<string>;
}

export interface RetentionRunWalled {
  due: Generated<number>;
  kind: string;
  removed: Generated<number>;
  runId: string;
}

export interface RetentionSchedule {
  basis: string;
  changedAt: Generated<string>;
  changedBy: string | null;
  class: string;
  days: number | null;
  id: Generated<number>;
  owner: string;
  purpose: string;
  reason: Generated<string>;
  runsFrom: string;
  source: Generated<string>;
}

export interface RetentionScope {
  fromAt: string | null;
  holdId: string;
  id: string;
  kind: string | null;
  personId: string | null;
  recordId: string | null;
  siteId: string | null;
  tillAt: string | null;
}

export interface Tables {
  'retention.hanging': RetentionHanging;
  'retention.hold': RetentionHold;
  'retention.kind': RetentionKind;
  'retention.run': RetentionRun;
  'retention.runCount': RetentionRunCount;
  'retention.runItem': RetentionRunItem;
  'retention.runWalled': RetentionRunWalled;
  'retention.schedule': RetentionSchedule;
  'retention.scope': RetentionScope;
}
