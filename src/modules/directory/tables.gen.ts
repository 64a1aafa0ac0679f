// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface DirectoryAccount {
  addedAt: string | null;
  address: string | null;
  changedAt: string | null;
  department: string | null;
  directoryId: string | null;
  email: string | null;
  externalId: string | null;
  familyName: string | null;
  givenName: string | null;
  id: string | null;
  manager: string | null;
  managerId: string | null;
  name: string | null;
  office: string | null;
  phone: string | null;
  siteId: string | null;
  state: string | null;
  title: string | null;
  userName: string | null;
}

export interface DirectoryArrival {
  about: string;
  at: string;
  directoryId: string;
  id: string;
  status: number;
  what: string;
  why: string | null;
}

export interface DirectoryDirectory {
  actorId: string;
  adopts: boolean;
  changedAt: string;
  id: string;
  isOn: Generated<boolean>;
  madeAt: string;
  madeBy: string;
  name: string;
  providerId: string | null;
  subjectFrom: 'none' | 'external-id' | 'user-name';
}

export interface DirectoryGiven {
  at: string;
  grantId: string | null;
  mappingId: string;
  personId: string;
  refused: string | null;
}

export interface DirectoryGroup {
  changedAt: string;
  directoryId: string;
  displayName: string;
  externalId: string | null;
  goneAt: string | null;
  id: string;
  madeAt: string;
}

export interface DirectoryKey {
  directoryId: string;
  serviceId: string;
}

export interface DirectoryMapping {
  approvedBy: string | null;
  decisionId: string | null;
  directoryId: string;
  endedAt: string | null;
  endedBy: string | null;
  groupId: string;
  id: string;
  madeAt: string;
  madeBy: string;
  reason: string;
  roleId: number;
  siteId: string | null;
  until: string;
}

export interface DirectoryMember {
  groupId: string;
  personId: string;
  since: string;
}

export interface DirectoryPerson {
  addedAt: string;
  changedAt: string;
  directoryId: string;
  externalId: string | null;
  familyName: string | null;
  givenName: string | null;
  goneAt: string | null;
  office: string | null;
  personId: string;
  userName: string;
}

export interface Tables {
  'directory.account': DirectoryAccount;
  'directory.arrival': DirectoryArrival;
  'directory.directory': DirectoryDirectory;
  'directory.given': DirectoryGiven;
  'directory.group': DirectoryGroup;
  'directory.key': DirectoryKey;
  'directory.mapping': DirectoryMapping;
  'directory.member': DirectoryMember;
  'directory.person': DirectoryPerson;
}
