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

export interface JobsContent {
  args: Json;
  jobId: string;
  result: Json | null;
}

export interface JobsJob {
  attempts: Generated<number>;
  endedAt: string | null;
  enqueuedAt: string | null;
  error: Generated<string>;
  id: string;
  kind: string;
  personId: string;
  progress: Generated<number>;
  progressWords: Generated<string>;
  queuedAt: string;
  runnerId: string | null;
  startedAt: string | null;
  state: ColumnType<'queued' | 'running' | 'done' | 'failed' | 'stopped', 'queued' | 'running' | 'done' | 'failed' | 'stopped' | undefined, 'queued' | 'running' | 'done' | 'failed' | 'stopped'>;
  stopAt: string | null;
  stoppedBy: string | null;
  title: string;
}

export interface JobsRunner {
  beatAt: Generated<string>;
  id: string;
  node: string;
  pid: number;
}

export interface Tables {
  'jobs.content': JobsContent;
  'jobs.job': JobsJob;
  'jobs.runner': JobsRunner;
}
