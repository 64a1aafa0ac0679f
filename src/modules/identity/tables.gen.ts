// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface IdentityAttempt {
  blockedUntil: string;
  failures: number;
  firstAt: string;
  key: string;
}

export interface IdentityCredential {
  changedAt: Generated<string>;
  changedBy: string | null;
  email: string;
  passwordHash: string | null;
  personId: string;
}

export interface IdentityOrganisation {
  demoEndedAt: string | null;
  demoLoadedAt: string | null;
  foundedAt: Generated<string>;
  id: string;
  isDemo: Generated<boolean>;
  name: string;
  one: Generated<boolean>;
}

export interface IdentityTurn {
  at: string;
  byId: string;
  personId: string;
  reason: string;
  state: 'active' | 'suspended' | 'leaver';
}

export interface Tables {
  'identity.attempt': IdentityAttempt;
  'identity.credential': IdentityCredential;
  'identity.organisation': IdentityOrganisation;
  'identity.turn': IdentityTurn;
}
