// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface LiveMarkKey {
  key: Buffer;
  one: Generated<boolean>;
}

export interface Tables {
  'live.markKey': LiveMarkKey;
}
