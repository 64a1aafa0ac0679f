// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface OfflineDevice {
  half: Buffer | null;
  id: string;
  label: string;
  leftAt: string | null;
  madeAt: string;
  personId: string;
  seenAt: string;
  skewMs: Generated<number>;
  tokenHash: Buffer;
  unsent: Generated<number>;
  wipeAt: string | null;
  wipeBy: string | null;
  wipedAt: string | null;
  wipeReason: string | null;
}

export interface OfflineDeviceSession {
  deviceId: string;
  sessionId: string;
}

export interface OfflineTaken {
  at: string;
  deviceId: string;
  droppedAt: string | null;
  recordId: string;
}

export interface Tables {
  'offline.device': OfflineDevice;
  'offline.deviceSession': OfflineDeviceSession;
  'offline.taken': OfflineTaken;
}
