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

export interface ImportsImport {
  begunAt: string;
  done: Json | null;
  head: Json | null;
  id: string;
  jobId: string | null;
  kind: string;
  mapping: Generated<Json>;
  name: string;
  personId: string;
  size: number;
  source: Generated<string>;
  state: ColumnType<'coming' | 'ready' | 'unreadable' | 'tried' | 'done', 'coming' | 'ready' | 'unreadable' | 'tried' | 'done' | undefined, 'coming' | 'ready' | 'unreadable' | 'tried' | 'done'>;
  stored: Generated<number>;
  taken: Generated<number>;
  touchedAt: string;
  tried: Json | null;
}

export interface ImportsKnown {
  externalId: string;
  kind: string;
  knownAt: Generated<string>;
  recordId: string;
  source: string;
}

export interface ImportsMapping {
  heading: string;
  kind: string;
  mapping: Json;
  personId: string;
}

export interface ImportsOutcome {
  cells: Generated<Json>;
  does: 'created' | 'changed' | 'unchanged' | 'refused';
  faults: Generated<Json>;
  importId: string;
  isTrial: boolean;
  label: Generated<string>;
  line: number;
  n: number;
  recordId: string | null;
}

export interface ImportsPart {
  bytes: Buffer;
  importId: string;
  n: number;
}

export interface Tables {
  'imports.import': ImportsImport;
  'imports.known': ImportsKnown;
  'imports.mapping': ImportsMapping;
  'imports.outcome': ImportsOutcome;
  'imports.part': ImportsPart;
}
