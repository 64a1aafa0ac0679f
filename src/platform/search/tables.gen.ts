// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type ArrayType<T> = ArrayTypeImpl<T> extends (infer U)[]
  ? U[]
  : ArrayTypeImpl<T>;

export type ArrayTypeImpl<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S[], I[], U[]>
  : T[];

export interface SearchRecord {
  at: string;
  permission: string;
  recordId: string;
  titleTokens: number;
  titleWords: number;
  tokens: ArrayType<number>;
}

export interface SearchScope {
  key: number;
  label: string | null;
  permission: string;
  room: number;
}

export interface SearchWord {
  forms: ArrayType<number>;
  room: number;
  unusedAt: string | null;
  word: string;
}

export interface Tables {
  'search.record': SearchRecord;
  'search.scope': SearchScope;
  'search.word': SearchWord;
}
