// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface DeliverAttempt {
  at: string;
  deliveryId: string;
  detail: string;
  n: number;
  result: 'sent' | 'delivered' | 'failed' | 'unknown';
  tookMs: number;
}

export interface DeliverDelivery {
  attempts: Generated<number>;
  channel: 'mail' | 'push' | 'webhook';
  endedAt: string | null;
  expiresAt: string;
  id: Generated<string>;
  isWalled: Generated<boolean>;
  nextAt: Generated<string>;
  personId: string;
  queuedAt: Generated<string>;
  reason: Generated<string>;
  sentAt: string | null;
  source: string;
  sourceId: string;
  state: ColumnType<'queued' | 'sending' | 'sent' | 'delivered' | 'dead' | 'unknown' | 'dropped', 'queued' | 'sending' | 'sent' | 'delivered' | 'dead' | 'unknown' | 'dropped' | undefined, 'queued' | 'sending' | 'sent' | 'delivered' | 'dead' | 'unknown' | 'dropped'>;
  targetId: string | null;
  topic: Generated<string>;
  urgent: boolean;
}

export interface DeliverDevice {
  auth: string;
  endedAt: string | null;
  endedWhy: string | null;
  endpoint: string;
  id: string;
  label: string;
  madeAt: string;
  p256dh: string;
  personId: string;
}

export interface DeliverVapid {
  madeAt: Generated<string>;
  one: Generated<boolean>;
  privateKey: string;
  publicKey: string;
}

export interface DeliverWebhook {
  endedAt: string | null;
  endedWhy: string | null;
  id: string;
  madeAt: string;
  name: string;
  personId: string;
  secret: Buffer;
  url: string;
}

export interface Tables {
  'deliver.attempt': DeliverAttempt;
  'deliver.delivery': DeliverDelivery;
  'deliver.device': DeliverDevice;
  'deliver.vapid': DeliverVapid;
  'deliver.webhook': DeliverWebhook;
}
