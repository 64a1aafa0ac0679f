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

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface WorkordersConcern {
  deviceId: string;
  id: string;
  workorderId: string;
}

export interface WorkordersPart {
  addedAt: string;
  currency: string;
  id: string;
  name: string;
  partNumber: Generated<string>;
  quantity: number;
  struckWhy: Generated<string>;
  unitMinor: number;
  workorderId: string;
}

export interface WorkordersPlan {
  aheadDays: Generated<number>;
  createdAt: string;
  detail: Generated<string>;
  deviceId: string | null;
  deviceKind: Generated<string>;
  every: number;
  id: string;
  plannedUntil: Timestamp | null;
  points: Json;
  sightId: Generated<string | null>;
  siteId: string | null;
  startsOn: Timestamp;
  state: ColumnType<'active' | 'stopped', 'active' | 'stopped' | undefined, 'active' | 'stopped'>;
  stoppedWhy: Generated<string>;
  title: string;
  unit: 'day' | 'week' | 'month';
  version: Generated<number>;
  wallId: string | null;
}

export interface WorkordersRetest {
  byHand: string | null;
  checks: Json;
  endedAt: string | null;
  fixerId: string;
  id: string;
  reason: Generated<string>;
  startedAt: string;
  startedBy: string;
  state: ColumnType<'running' | 'passed' | 'failed', 'running' | 'passed' | 'failed' | undefined, 'running' | 'passed' | 'failed'>;
  until: string;
  workorderId: string;
}

export interface WorkordersRound {
  answers: Json | null;
  doneAt: string | null;
  doneBy: string | null;
  dueOn: Timestamp;
  id: string;
  note: Generated<string>;
  planId: string;
  plannedOn: Timestamp;
  postponedWhy: Generated<string>;
  state: ColumnType<'due' | 'done' | 'dropped', 'due' | 'done' | 'dropped' | undefined, 'due' | 'done' | 'dropped'>;
  version: Generated<number>;
}

export interface WorkordersSetting {
  highHours: Generated<number>;
  lowDays: Generated<number>;
  normalDays: Generated<number>;
  one: Generated<boolean>;
  repeatDays: Generated<number>;
  urgentHours: Generated<number>;
  version: Generated<number>;
}

export interface WorkordersVisit {
  arrivedAt: string | null;
  id: string;
  leftAt: string | null;
  plannedFrom: string;
  plannedUntil: string;
  struckWhy: Generated<string>;
  version: Generated<number>;
  who: string;
  workorderId: string;
}

export interface WorkordersVOrderFact {
  dueAt: string | null;
  failedAt: string | null;
  fixedAt: string | null;
  id: string | null;
  priority: number | null;
  siteId: string | null;
  state: string | null;
}

export interface WorkordersWorkorder {
  assignedAt: string | null;
  cancelReason: Generated<string>;
  cause: Generated<string>;
  detail: Generated<string>;
  done: Generated<string>;
  dueAt: string;
  endedAt: string | null;
  endedBy: string | null;
  exemption: Generated<string>;
  failedAt: string;
  faultCode: string;
  firm: Generated<string>;
  firmContact: Generated<string>;
  fixedAt: string | null;
  fixedBy: string | null;
  id: string;
  isSimulated: Generated<boolean>;
  labourMinutes: number | null;
  number: string;
  origin: 'fault' | 'alarm' | 'incident' | 'inspection' | 'calendar';
  ownerId: string | null;
  priority: number;
  raisedAt: string;
  raisedBy: string;
  returns: Generated<number>;
  sightId: Generated<string | null>;
  siteId: string | null;
  startedAt: string | null;
  state: ColumnType<'raised' | 'assigned' | 'working' | 'waiting' | 'fixed' | 'retesting' | 'tested' | 'closed' | 'cancelled', 'raised' | 'assigned' | 'working' | 'waiting' | 'fixed' | 'retesting' | 'tested' | 'closed' | 'cancelled' | undefined, 'raised' | 'assigned' | 'working' | 'waiting' | 'fixed' | 'retesting' | 'tested' | 'closed' | 'cancelled'>;
  testedAt: string | null;
  title: string;
  version: Generated<number>;
  waitingWhy: Generated<string>;
  wallId: string | null;
}

export interface Tables {
  'workorders.concern': WorkordersConcern;
  'workorders.part': WorkordersPart;
  'workorders.plan': WorkordersPlan;
  'workorders.retest': WorkordersRetest;
  'workorders.round': WorkordersRound;
  'workorders.setting': WorkordersSetting;
  'workorders.visit': WorkordersVisit;
  'workorders.vOrderFact': WorkordersVOrderFact;
  'workorders.workorder': WorkordersWorkorder;
}
