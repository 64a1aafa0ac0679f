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

export interface ProceduresEntry {
  answer: string | null;
  at: string;
  by: string;
  dueAt: string | null;
  note: Generated<string>;
  runId: string;
  seq: number;
  stepId: string;
  what: 'done' | 'skipped' | 'tried' | 'taken-back' | 'ended';
}

export interface ProceduresHandled {
  procedureId: string;
  type: string;
}

export interface ProceduresProcedure {
  active: number | null;
  id: string;
  key: string;
  latest: number;
  madeAt: string;
  madeBy: string | null;
  title: string;
}

export interface ProceduresRun {
  begunAt: string;
  begunBy: string;
  endedAt: string | null;
  endedBy: string | null;
  id: string;
  number: string;
  procedureId: string;
  procedureVersion: number;
  recordId: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'running' | 'ended', 'running' | 'ended' | undefined, 'running' | 'ended'>;
  title: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface ProceduresVersion {
  content: Json;
  inForceAt: string | null;
  inForceBy: string | null;
  madeAt: string;
  madeBy: string | null;
  procedureId: string;
  reason: string | null;
  version: number;
}

export interface Tables {
  'procedures.entry': ProceduresEntry;
  'procedures.handled': ProceduresHandled;
  'procedures.procedure': ProceduresProcedure;
  'procedures.run': ProceduresRun;
  'procedures.version': ProceduresVersion;
}
