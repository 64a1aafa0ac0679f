// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface PeoplePerson {
  changedAt: Generated<string>;
  createdAt: Generated<string>;
  department: Generated<string>;
  email: string | null;
  employer: Generated<string>;
  id: string;
  phone: string | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  title: Generated<string>;
  version: Generated<number>;
  wallId: string | null;
}

export interface Tables {
  'people.person': PeoplePerson;
}
