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

export interface IdentityApiKey {
  grantId: string | null;
  madeAt: string;
  madeBy: string;
  ownerId: string | null;
  personId: string;
}

export interface IdentityAttempt {
  blockedUntil: string;
  failures: number;
  firstAt: string;
  key: string;
}

export interface IdentityCeremony {
  expiresAt: string;
  id: string;
  kind: 'second-factor' | 'passkey' | 'oidc';
  madeAt: string;
  personId: string | null;
  state: Json;
  tokenHash: Buffer;
}

export interface IdentityCredential {
  changedAt: Generated<string>;
  changedBy: string | null;
  email: string;
  passwordHash: string | null;
  personId: string;
}

export interface IdentityGlassAsk {
  askedAt: Generated<string>;
  askerId: string;
  confirmedAt: string | null;
  declinedWhy: Generated<string>;
  id: string;
  lapsesAt: Generated<string>;
  minutes: number;
  number: string;
  reason: string;
  state: ColumnType<'asked' | 'confirmed' | 'declined' | 'withdrawn' | 'used', 'asked' | 'confirmed' | 'declined' | 'withdrawn' | 'used' | undefined, 'asked' | 'confirmed' | 'declined' | 'withdrawn' | 'used'>;
  usedAt: string | null;
  witnessId: string;
  words: string;
}

export interface IdentityGlassEntry {
  askerId: string;
  askId: string;
  endedAt: string | null;
  endedBy: string | null;
  enteredAt: Generated<string>;
  id: string;
  keepPermission: string;
  readPermission: string;
  reason: string;
  recordId: string;
  reviewedAt: string | null;
  reviewedBy: string | null;
  reviewWhy: Generated<string>;
  siteId: string | null;
  toldEndAt: string | null;
  until: string;
  verdict: 'justified' | 'not-justified' | null;
  wallId: string;
  witnessId: string;
  words: string;
}

export interface IdentityHandedOver {
  at: string;
  handoverId: string;
  itemId: string;
  kind: string;
  recordId: string;
  toId: string | null;
}

export interface IdentityHandover {
  byId: string;
  cause: 'suspended' | 'left' | 'moved';
  dueAt: string;
  handTo: string | null;
  id: string;
  personId: string;
  settledAt: string | null;
}

export interface IdentityLine {
  id: string;
  managerId: string;
  personId: string;
  setBy: string;
  since: Generated<string>;
  until: Generated<string>;
}

export interface IdentityLink {
  id: string;
  knownAs: Generated<string>;
  lastUsedAt: string | null;
  madeAt: string;
  madeBy: string;
  personId: string;
  providerId: string;
  subject: string;
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

export interface IdentityPasskey {
  counter: number;
  credentialId: Buffer;
  id: string;
  isSynced: boolean;
  lastUsedAt: string | null;
  madeAt: string;
  name: string;
  personId: string;
  publicKey: Buffer;
  suspectAt: string | null;
  transports: Generated<string[]>;
}

export interface IdentityProof {
  confirmedAt: string;
  openedWith: string[];
  personId: string;
  secondFactorAt: string | null;
  sessionId: string;
}

export interface IdentityProvider {
  askedAt: string | null;
  askedWell: boolean | null;
  askedWords: string | null;
  changedAt: string;
  clientId: string;
  id: string;
  isOn: boolean;
  issuer: string;
  madeAt: string;
  madeBy: string;
  name: string;
  scopes: string;
  sealed: Buffer | null;
  secondFactor: 'ask' | 'when-told' | 'trusted';
}

export interface IdentityProviderSession {
  providerId: string;
  sessionId: string;
  sid: string | null;
  subject: string;
}

export interface IdentityRecoveryCode {
  hash: Buffer;
  madeAt: string;
  personId: string;
  usedAt: string | null;
}

export interface IdentityResetLink {
  expiresAt: string;
  id: string;
  madeAt: string;
  madeBy: string;
  personId: string;
  tokenHash: Buffer;
  usedAt: string | null;
}

export interface IdentityRoleRule {
  roleId: number;
  secondFactor: boolean;
  setAt: string;
  setBy: string;
}

export interface IdentitySuspension {
  at: string;
  byId: string | null;
  partId: number;
  personId: string;
  wallId: string;
}

export interface IdentityTotp {
  confirmedAt: string | null;
  id: string;
  lastStep: Generated<number>;
  madeAt: string;
  personId: string;
  sealed: Buffer;
}

export interface IdentityTurn {
  at: string;
  byId: string;
  personId: string;
  reason: string;
  state: 'active' | 'suspended' | 'leaver';
}

export interface IdentityWallEvent {
  at: Generated<string>;
  byId: string | null;
  id: Generated<string>;
  otherId: string | null;
  personId: string;
  verb: 'custodian-succeeded' | 'custodian-missing' | 'membership-ended' | 'glass-broken' | 'glass-ended';
  wallId: string;
}

export interface Tables {
  'identity.apiKey': IdentityApiKey;
  'identity.attempt': IdentityAttempt;
  'identity.ceremony': IdentityCeremony;
  'identity.credential': IdentityCredential;
  'identity.glassAsk': IdentityGlassAsk;
  'identity.glassEntry': IdentityGlassEntry;
  'identity.handedOver': IdentityHandedOver;
  'identity.handover': IdentityHandover;
  'identity.line': IdentityLine;
  'identity.link': IdentityLink;
  'identity.organisation': IdentityOrganisation;
  'identity.passkey': IdentityPasskey;
  'identity.proof': IdentityProof;
  'identity.provider': IdentityProvider;
  'identity.providerSession': IdentityProviderSession;
  'identity.recoveryCode': IdentityRecoveryCode;
  'identity.resetLink': IdentityResetLink;
  'identity.roleRule': IdentityRoleRule;
  'identity.suspension': IdentitySuspension;
  'identity.totp': IdentityTotp;
  'identity.turn': IdentityTurn;
  'identity.wallEvent': IdentityWallEvent;
}
