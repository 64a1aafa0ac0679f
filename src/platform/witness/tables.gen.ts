// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface WitnessStanding {
  error: string | null;
  failingSince: string | null;
  kind: 'folder' | 'syslog' | 'mail';
  node: string;
  sentAt: string | null;
  sentSize: Generated<number>;
  target: string;
  triedAt: string;
}

export interface Tables {
  'witness.standing': WitnessStanding;
}
