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

export interface ContinuityDependency {
  addedAt: string;
  addedBy: string;
  id: string;
  kind: 'process' | 'site' | 'system' | 'vendor' | 'people';
  name: Generated<string>;
  note: Generated<string>;
  onProcessId: string | null;
  onSiteId: string | null;
  processId: string;
  rtoMin: number | null;
  struckWhy: Generated<string>;
}

export interface ContinuityProcess {
  detail: Generated<string>;
  id: string;
  impacts: Generated<Json>;
  madeAt: string;
  madeBy: string;
  mbco: Generated<string>;
  mtpdMin: number | null;
  number: string;
  ownerId: string;
  retiredWhy: Generated<string>;
  reviewedAt: string | null;
  reviewedBy: string | null;
  reviewOn: Timestamp;
  rpoMin: number | null;
  rtoMin: number | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'active' | 'retired', 'active' | 'retired' | undefined, 'active' | 'retired'>;
  title: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface Tables {
  'continuity.dependency': ContinuityDependency;
  'continuity.process': ContinuityProcess;
}
