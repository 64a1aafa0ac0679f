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

export interface TwoPersonDecision {
  decidedAt: string | null;
  decidedBy: string | null;
  decidedWhy: Generated<string>;
  expiresAt: string;
  facts: Json;
  id: string;
  kind: string;
  payload: Json;
  permission: string;
  proposedAt: string;
  proposedBy: string;
  reason: string;
  recordId: string;
  review: 'confirmed' | 'objected' | null;
  reviewedAt: string | null;
  reviewedBy: string | null;
  reviewWhy: Generated<string>;
  sameAs: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: 'waiting' | 'approved' | 'alone' | 'refused' | 'withdrawn' | 'expired';
  subjectId: string | null;
  wallId: string | null;
}

export interface TwoPersonStopped {
  at: Generated<string>;
  personId: string;
}

export interface TwoPersonTouched {
  at: Generated<string>;
  byId: string;
  personId: string;
}

export interface Tables {
  'twoPerson.decision': TwoPersonDecision;
  'twoPerson.stopped': TwoPersonStopped;
  'twoPerson.touched': TwoPersonTouched;
}
