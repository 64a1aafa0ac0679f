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

export interface ConvergenceCursor {
  id: string;
  one: Generated<boolean>;
  xid: string;
}

export interface ConvergenceDestination {
  actorId: string;
  address: string;
  deliveredAt: string | null;
  downTo: number;
  events: string[];
  failingSince: string | null;
  families: string[];
  format: 'parapet' | 'ocsf' | 'cef' | 'rfc5424';
  formerSecret: Buffer | null;
  formerUntil: string | null;
  hasNarrative: boolean;
  id: string;
  madeAt: Generated<string>;
  madeBy: string;
  name: string;
  origin: string;
  pausedWhy: string | null;
  secret: Buffer | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'active' | 'paused' | 'ended', 'active' | 'paused' | 'ended' | undefined, 'active' | 'paused' | 'ended'>;
  transport: 'webhook' | 'syslog';
  version: Generated<number>;
  wallId: string | null;
}

export interface ConvergenceMessage {
  attempts: Generated<number>;
  destinationId: string;
  endedAt: string | null;
  entryId: string | null;
  event: string;
  id: Generated<string>;
  nextAt: Generated<string>;
  queuedAt: Generated<string>;
  reason: Generated<string>;
  recordId: string | null;
  seq: Generated<number>;
  state: ColumnType<'queued' | 'delivered' | 'dead' | 'dropped', 'queued' | 'delivered' | 'dead' | 'dropped' | undefined, 'queued' | 'delivered' | 'dead' | 'dropped'>;
  status: number | null;
  tookMs: number | null;
  tries: Generated<Json>;
}

export interface Tables {
  'convergence.cursor': ConvergenceCursor;
  'convergence.destination': ConvergenceDestination;
  'convergence.message': ConvergenceMessage;
}
