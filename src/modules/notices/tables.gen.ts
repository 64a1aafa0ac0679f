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

export interface NoticesAttempt {
  at: string;
  detail: string;
  n: number;
  noticeId: string;
  result: 'sent' | 'delivered' | 'failed' | 'unknown';
  sendId: string;
  tookMs: number;
}

export interface NoticesExpected {
  id: string;
  musterId: string;
  name: Generated<string>;
  personId: string | null;
  place: Generated<string>;
  saidAt: string | null;
  saidBy: string | null;
  saidWay: 'self' | 'warden' | 'notice' | null;
  state: ColumnType<'missing' | 'safe' | 'help' | 'away', 'missing' | 'safe' | 'help' | 'away' | undefined, 'missing' | 'safe' | 'help' | 'away'>;
}

export interface NoticesGateway {
  address: Buffer;
  currency: string | null;
  endedAt: string | null;
  id: string;
  kind: 'sms' | 'teams' | 'slack';
  madeAt: string;
  madeBy: string;
  name: string;
  origin: string;
  perMinute: number;
  priceMinor: number | null;
  sender: Generated<string>;
  state: ColumnType<'active' | 'ended', 'active' | 'ended' | undefined, 'active' | 'ended'>;
  token: Buffer | null;
}

export interface NoticesMuster {
  closedAt: string | null;
  closedBy: string | null;
  id: string;
  noticeId: string | null;
  number: string;
  openedAt: string;
  openedBy: string;
  report: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'open' | 'closed', 'open' | 'closed' | undefined, 'open' | 'closed'>;
  title: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface NoticesNotice {
  answersUntil: string;
  audience: Json;
  channels: string[];
  decisionId: string | null;
  endedAt: string | null;
  id: string;
  isLifeSafety: Generated<boolean>;
  madeAt: string;
  madeBy: string;
  number: string;
  overQuietWhy: Generated<string>;
  pace: 'together' | 'in-turn';
  question: 'none' | 'safety' | 'received';
  recalledAt: string | null;
  recalledBy: string | null;
  recallWhy: Generated<string>;
  releasedAt: string | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  size: number;
  state: 'waiting' | 'sending' | 'sent' | 'recalled' | 'lapsed';
  templateKey: Generated<string>;
  texts: Json;
  title: string;
  turnS: number;
  version: Generated<number>;
  wallId: string | null;
}

export interface NoticesRecipient {
  answer: 'safe' | 'help' | 'unaffected' | 'received' | null;
  answeredAt: string | null;
  answeredBy: 'link' | 'app' | null;
  codeHash: Buffer;
  id: string;
  language: 'en' | 'de' | null;
  note: Generated<string>;
  noticeId: string;
  personId: string;
  seenAt: string | null;
}

export interface NoticesSend {
  attempts: Generated<number>;
  channel: 'app' | 'push' | 'mail' | 'sms' | 'room';
  endedAt: string | null;
  gatewayId: string | null;
  id: Generated<string>;
  nextAt: string | null;
  notBefore: string | null;
  noticeId: string;
  outsideId: string | null;
  reason: Generated<string>;
  recipientId: string | null;
  sentAt: string | null;
  state: 'queued' | 'handed' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'recalled' | 'skipped';
  turn: Generated<number>;
}

export interface NoticesSetting {
  answerHours: Generated<number>;
  approveOver: Generated<number>;
  one: Generated<boolean>;
  version: Generated<number>;
}

export interface NoticesTemplate {
  isLifeSafety: boolean;
  key: string;
  question: 'none' | 'safety' | 'received';
  texts: Json;
  title: string;
  version: Generated<number>;
}

export interface NoticesTongue {
  language: 'en' | 'de';
  personId: string;
}

export interface Tables {
  'notices.attempt': NoticesAttempt;
  'notices.expected': NoticesExpected;
  'notices.gateway': NoticesGateway;
  'notices.muster': NoticesMuster;
  'notices.notice': NoticesNotice;
  'notices.recipient': NoticesRecipient;
  'notices.send': NoticesSend;
  'notices.setting': NoticesSetting;
  'notices.template': NoticesTemplate;
  'notices.tongue': NoticesTongue;
}
