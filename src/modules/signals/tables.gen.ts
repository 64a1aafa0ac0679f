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

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface SignalsBatch {
  at: Generated<string>;
  n: number;
  seq: number;
  stream: number;
}

export interface SignalsHeard {
  at: string | null;
  missing: Generated<number>;
  missingAt: string | null;
  refusedAt: string | null;
  refusedFrom: string | null;
  refusedWhy: string | null;
  remote: string | null;
  silentSince: string | null;
  sourceRef: number;
}

export interface SignalsMapping {
  activatedAt: string | null;
  activatedBy: string | null;
  body: Json;
  id: string;
  isAlone: Generated<boolean>;
  madeAt: Generated<string>;
  madeBy: string;
  madeFrom: string | null;
  note: string;
  number: number;
  reason: string | null;
  sourceId: string;
}

export interface SignalsQuarantine {
  account: string;
  id: Generated<number>;
  protocol: Generated<string>;
  raw: Buffer;
  receivedAt: string;
  remote: string;
  token: string;
  why: ColumnType<'unknown' | 'no-key' | 'wrong-key', 'unknown' | 'no-key' | 'wrong-key' | undefined, 'unknown' | 'no-key' | 'wrong-key'>;
}

export interface SignalsRefusal {
  count: number;
  day: Timestamp;
  kind: string;
}

export interface SignalsSeen {
  heardAt: string;
  key: string;
  signalKey: string;
  sourceRef: number;
  until: string;
}

export interface SignalsSignal {
  clear: Buffer | null;
  externalId: string | null;
  hasTime: boolean;
  key: string;
  number: number;
  occurredAt: string;
  raw: Buffer;
  receivedAt: string;
  repeats: Generated<number>;
  seq: number;
  siteId: string | null;
  sourceRef: number;
  stream: number;
}

export interface SignalsSource {
  account: string;
  changedAt: Generated<string>;
  createdAt: Generated<string>;
  id: string;
  isSimulated: Generated<boolean>;
  keyAt: string | null;
  keyBits: number | null;
  keyIn: ColumnType<'header' | 'address', 'header' | 'address' | undefined, 'header' | 'address'>;
  mappingId: string | null;
  name: string;
  protocol: 'dc09' | 'http' | 'syslog' | 'mqtt' | 'mail' | 'onvif';
  ref: Generated<number>;
  senderId: string | null;
  sightId: Generated<string | null>;
  signature: Json | null;
  siteId: string | null;
  state: ColumnType<'active' | 'retired', 'active' | 'retired' | undefined, 'active' | 'retired'>;
  supervisedAt: string | null;
  superviseS: number | null;
  version: Generated<number>;
  wallId: string | null;
}

export interface SignalsSourceKey {
  sealed: Buffer | null;
  sourceId: string;
}

export interface SignalsSourceSignature {
  sealed: Buffer | null;
  sourceId: string;
}

export interface SignalsVSource {
  account: string | null;
  id: string | null;
  name: string | null;
  protocol: string | null;
  siteId: string | null;
  state: string | null;
}

export interface Tables {
  'signals.batch': SignalsBatch;
  'signals.heard': SignalsHeard;
  'signals.mapping': SignalsMapping;
  'signals.quarantine': SignalsQuarantine;
  'signals.refusal': SignalsRefusal;
  'signals.seen': SignalsSeen;
  'signals.signal': SignalsSignal;
  'signals.source': SignalsSource;
  'signals.sourceKey': SignalsSourceKey;
  'signals.sourceSignature': SignalsSourceSignature;
  'signals.vSource': SignalsVSource;
}
