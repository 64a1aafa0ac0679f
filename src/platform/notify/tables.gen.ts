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

export interface NotifyCursor {
  id: string;
  one: Generated<boolean>;
  xid: string;
}

export interface NotifyEscalation {
  beganAt: Generated<string>;
  causeId: string;
  class: string;
  endedAt: string | null;
  id: Generated<string>;
  nextAt: Generated<string>;
  recordId: string;
  siteId: string | null;
  state: ColumnType<'running' | 'acknowledged' | 'over' | 'exhausted', 'running' | 'acknowledged' | 'over' | 'exhausted' | undefined, 'running' | 'acknowledged' | 'over' | 'exhausted'>;
  step: Generated<number>;
  steps: Json;
  whileState: string[];
}

export interface NotifyLadder {
  changedAt: string;
  changedBy: string;
  class: string;
  steps: Json | null;
}

export interface NotifyNotice {
  acknowledgedAt: string | null;
  at: Generated<string>;
  causeId: string;
  class: string;
  escalationId: string | null;
  id: Generated<string>;
  path: string | null;
  personId: string;
  readAt: string | null;
  recordId: string | null;
  urgent: boolean;
  words: Generated<string>;
}

export interface NotifyWish {
  channels: Generated<Json>;
  fromMinute: number | null;
  language: string | null;
  personId: string;
  toMinute: number | null;
  zone: string | null;
}

export interface Tables {
  'notify.cursor': NotifyCursor;
  'notify.escalation': NotifyEscalation;
  'notify.ladder': NotifyLadder;
  'notify.notice': NotifyNotice;
  'notify.wish': NotifyWish;
}
