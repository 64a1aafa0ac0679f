// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface BackupRun {
  askedAt: string;
  askedBy: string | null;
  bytes: number | null;
  cause: 'asked' | 'scheduled' | 'command-line';
  endedAt: string | null;
  failure: string | null;
  file: string | null;
  files: number | null;
  hasKeys: Generated<boolean>;
  id: string;
  kind: 'backup' | 'proof' | 'restore';
  leaves: number | null;
  madeAt: string | null;
  node: string | null;
  one: Generated<boolean | null>;
  proofOf: string | null;
  removedAt: string | null;
  rolledBack: number | null;
  rows: number | null;
  sha256: string | null;
  startedAt: string | null;
  state: 'waiting' | 'running' | 'done' | 'failed';
}

export interface BackupSetting {
  atHour: Generated<number>;
  beganAt: Generated<string>;
  isOn: Generated<boolean>;
  keep: Generated<number>;
  one: Generated<boolean>;
  proveEveryDays: Generated<number>;
  timeZone: Generated<string>;
  version: Generated<number>;
}

export interface Tables {
  'backup.run': BackupRun;
  'backup.setting': BackupSetting;
}
