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

export interface SubjectsAsk {
  askedAt: Generated<string>;
  decidedAt: string | null;
  decidedBy: string | null;
  ground: Generated<string>;
  id: Generated<string>;
  kind: 'access' | 'erasure';
  name: string;
  requestId: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'waiting' | 'released' | 'refused' | 'over', 'waiting' | 'released' | 'refused' | 'over' | undefined, 'waiting' | 'released' | 'refused' | 'over'>;
  wallId: string;
}

export interface SubjectsBehind {
  askId: string;
  at: string | null;
  body: Json;
  id: Generated<string>;
  tbl: string;
  why: string[];
}

export interface SubjectsConcern {
  about: string | null;
  actors: Generated<string[]>;
  at: string;
  clear: Generated<string[]>;
  erase: 'delete' | 'clear' | 'keep';
  give: Generated<string[]>;
  kept: string | null;
  key: string;
  knownBy: Generated<string[]>;
  named: 'delete' | 'replace';
  record: string;
  tbl: string;
  texts: Generated<string[]>;
  wall: string;
}

export interface SubjectsErased {
  at: Generated<string>;
  isWhole: boolean;
  n: Generated<number>;
  personId: string | null;
  requestId: string | null;
}

export interface SubjectsFinding {
  about: number;
  did: number;
  named: number;
  requestId: string;
  tbl: string;
}

export interface SubjectsItem {
  at: string | null;
  because: Generated<string>;
  body: Json | null;
  ground: Generated<string>;
  holdId: string | null;
  id: Generated<string>;
  key: string;
  masked: Json | null;
  outcome: 'given' | 'removed' | 'cleared' | 'replaced' | 'stays' | 'kept' | 'held';
  recordId: string | null;
  requestId: string;
  tbl: string;
  treatment: ColumnType<'masked' | 'whole' | 'withheld', 'masked' | 'whole' | 'withheld' | undefined, 'masked' | 'whole' | 'withheld'>;
  wallId: string | null;
  why: string[];
}

export interface SubjectsPackage {
  bytes: number;
  expiresAt: string;
  madeAt: string;
  requestId: string;
  sealed: Buffer;
  sha256: string;
}

export interface SubjectsRequest {
  alsoKnown: Generated<string[]>;
  approvedAt: string | null;
  approvedBy: string | null;
  askedOn: Timestamp;
  assignedTo: string | null;
  channel: string;
  decisionId: string | null;
  dueOn: Timestamp;
  endedAt: string | null;
  endedBy: string | null;
  erasedNumber: number | null;
  extendedWhy: string | null;
  id: string;
  identityAt: string | null;
  identityBy: string | null;
  identityHow: string | null;
  jobId: string | null;
  kind: 'access' | 'erasure';
  lookedAt: string | null;
  name: string;
  number: string;
  outcome: Generated<string>;
  overrules: Generated<string[]>;
  personId: string | null;
  receivedAt: string;
  receivedBy: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'received' | 'checked' | 'shown' | 'approved' | 'answered' | 'done' | 'refused' | 'withdrawn', 'received' | 'checked' | 'shown' | 'approved' | 'answered' | 'done' | 'refused' | 'withdrawn' | undefined, 'received' | 'checked' | 'shown' | 'approved' | 'answered' | 'done' | 'refused' | 'withdrawn'>;
  version: Generated<number>;
  wallId: string | null;
}

export interface Tables {
  'subjects.ask': SubjectsAsk;
  'subjects.behind': SubjectsBehind;
  'subjects.concern': SubjectsConcern;
  'subjects.erased': SubjectsErased;
  'subjects.finding': SubjectsFinding;
  'subjects.item': SubjectsItem;
  'subjects.package': SubjectsPackage;
  'subjects.request': SubjectsRequest;
}
