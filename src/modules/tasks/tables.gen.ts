// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface TasksTask {
  blockedBy: Generated<string[]>;
  createdAt: Generated<string>;
  createdBy: string;
  detail: Generated<string>;
  dueAt: string | null;
  endedAt: string | null;
  endedBy: string | null;
  id: string;
  outcome: Generated<string>;
  ownerId: string | null;
  recordId: string;
  repeatFrom: string | null;
  repeatRule: string | null;
  repeatZone: string | null;
  seriesId: string | null;
  state: ColumnType<'open' | 'done' | 'dropped', 'open' | 'done' | 'dropped' | undefined, 'open' | 'done' | 'dropped'>;
  title: string;
  version: Generated<number>;
}

export interface TasksVTaskFact {
  dueAt: string | null;
  endedAt: string | null;
  id: string | null;
  recordId: string | null;
  recordKind: string | null;
  siteId: string | null;
  state: string | null;
  title: string | null;
}

export interface Tables {
  'tasks.task': TasksTask;
  'tasks.vTaskFact': TasksVTaskFact;
}
