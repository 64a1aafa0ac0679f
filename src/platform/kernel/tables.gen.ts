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

export interface AccessBarred {
  personId: string;
  wallId: string;
}

export interface AccessGiven {
  personId: string | null;
  roleId: number | null;
  since: string | null;
  siteId: string | null;
  until: string | null;
}

export interface AccessGrant {
  approvedBy: string | null;
  decisionId: string | null;
  grantedBy: string | null;
  id: string;
  personId: string;
  reason: Generated<string>;
  roleId: number;
  since: Generated<string>;
  siteId: string | null;
  until: Generated<string>;
}

export interface AccessLens {
  asPerson: string | null;
  asRole: number | null;
  begunAt: Generated<string>;
  dbRole: 'parapet_person' | 'parapet_org';
  id: string;
  place: Generated<string>;
  sessionId: string;
  siteId: string | null;
  title: string;
  until: string;
  viewerId: string;
}

export interface AccessLensGrant {
  lensId: string;
  roleId: number;
  since: string;
  siteId: string | null;
  until: string;
}

export interface AccessPerson {
  createdAt: Generated<string>;
  dbRole: ColumnType<'parapet_person' | 'parapet_org', 'parapet_person' | 'parapet_org' | undefined, 'parapet_person' | 'parapet_org'>;
  id: string;
  kind: 'human' | 'service';
  name: string;
  state: 'invited' | 'active' | 'suspended' | 'leaver';
}

export interface AccessRole {
  id: Generated<number>;
  key: string;
  kind: 'human' | 'service' | 'part' | 'lens';
  maxGrantDays: number | null;
  purpose: Generated<string>;
  title: string;
}

export interface AccessRolePermission {
  permission: string;
  roleId: number;
}

export interface AccessSession {
  address: string | null;
  agent: string | null;
  createdAt: Generated<string>;
  expiresAt: string;
  id: string;
  kind: 'browser' | 'key';
  label: Generated<string>;
  lastSeenAt: Generated<string>;
  personId: string;
  tokenHash: Buffer;
}

export interface AccessSight {
  label: string;
  personId: string;
  roleId: number;
  since: string;
  until: string;
}

export interface AccessSite {
  id: string;
  path: string;
}

export interface AccessWall {
  id: string;
  openedAt: Generated<string>;
  openedBy: string;
}

export interface AccessWallMember {
  partId: number;
  personId: string;
  since: Generated<string>;
  until: Generated<string>;
  wallId: string;
}

export interface LedgerCursor {
  base: Generated<number>;
  id: Generated<string>;
  mentioned: Generated<number>;
  one: Generated<boolean>;
  size: Generated<number>;
  xid: Generated<string>;
}

export interface LedgerEntry {
  actor: string;
  at: Generated<string>;
  body: string;
  id: Generated<string>;
  recordId: string | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  verb: string;
  wallId: string | null;
  xid: Generated<string>;
}

export interface LedgerErasable {
  entryId: string;
  field: string;
  salt: Buffer;
  text: string;
  xid: Generated<string>;
}

export interface LedgerHead {
  at: string;
  note: string;
  root: Buffer;
  size: number;
}

export interface LedgerLeaf {
  actor: string | null;
  entryId: string;
  n: number;
  recordId: string | null;
  sightId: string | null;
  wallId: string | null;
  xid: string;
}

export interface LedgerMention {
  entryId: string;
  recordId: string;
  xid: string;
}

export interface LedgerTile {
  hashes: Buffer;
  idx: number;
  level: number;
}

export interface LedgerWalled {
  recordId: string;
  wallId: string;
}

export interface PlatformCommand {
  actor: string;
  at: Generated<string>;
  key: string;
  reply: Json;
  request: string;
}

export interface PlatformLink {
  actor: string;
  at: Generated<string>;
  fromId: string;
  kind: string;
  toId: string;
}

export interface PlatformMigration {
  at: Generated<string>;
  hash: string;
  name: string;
}

export interface PlatformOutbox {
  at: Generated<string>;
  personId: string | null;
  readPermission: string;
  recordId: string;
  seq: Generated<number>;
  sightId: Generated<string | null>;
  siteId: string | null;
  topic: string;
  wallId: string | null;
  xid: Generated<string>;
}

export interface PlatformRecord {
  at: string;
  id: string;
  kind: string;
  number: string | null;
  readPermission: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: string;
  title: string;
  updatedAt: Generated<string>;
  version: Generated<number>;
  wallId: string | null;
}

export interface PlatformSearch {
  recordId: string;
  words: string;
}

export interface Tables {
  'access.barred': AccessBarred;
  'access.given': AccessGiven;
  'access.grant': AccessGrant;
  'access.lens': AccessLens;
  'access.lensGrant': AccessLensGrant;
  'access.person': AccessPerson;
  'access.role': AccessRole;
  'access.rolePermission': AccessRolePermission;
  'access.session': AccessSession;
  'access.sight': AccessSight;
  'access.site': AccessSite;
  'access.wall': AccessWall;
  'access.wallMember': AccessWallMember;
  'ledger.cursor': LedgerCursor;
  'ledger.entry': LedgerEntry;
  'ledger.erasable': LedgerErasable;
  'ledger.head': LedgerHead;
  'ledger.leaf': LedgerLeaf;
  'ledger.mention': LedgerMention;
  'ledger.tile': LedgerTile;
  'ledger.walled': LedgerWalled;
  'platform.command': PlatformCommand;
  'platform.link': PlatformLink;
  'platform.migration': PlatformMigration;
  'platform.outbox': PlatformOutbox;
  'platform.record': PlatformRecord;
  'platform.search': PlatformSearch;
}
