// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface AlarmsAlarm {
  acknowledgedAt: string | null;
  acknowledgedBy: string | null;
  answerBy: string;
  area: string | null;
  cause: string | null;
  claimedAt: string | null;
  closedAt: string | null;
  closedBy: string | null;
  closedWhilePresent: Generated<boolean>;
  conditionKey: string;
  disposition: string | null;
  duplicateOf: string | null;
  escalateAt: string | null;
  escalatedAt: string | null;
  foldedBehind: string | null;
  foldedInto: string | null;
  handedTo: string | null;
  handling: 'unacknowledged' | 'acknowledged' | 'shelved' | 'closed';
  id: string;
  incidentId: string | null;
  incidentNumber: string | null;
  isActive: boolean;
  knownAt: string;
  lastAt: string;
  note: string | null;
  number: string;
  ownerId: string | null;
  point: string | null;
  priority: number;
  raisedAt: string;
  repeats: Generated<number>;
  returnedAt: string | null;
  shelvedBy: string | null;
  shelvedUntil: string | null;
  shelvedWhy: string | null;
  sightId: Generated<string | null>;
  siteId: string | null;
  sourceId: string | null;
  sourceName: Generated<string>;
  title: string;
  type: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface AlarmsAlarmSignal {
  alarmId: string;
  at: string;
  effect: 'raise' | 'repeat' | 'return' | 'withdraw';
  signalKey: string;
}

export interface AlarmsCursor {
  seq: number;
  stream: number;
}

export interface Tables {
  'alarms.alarm': AlarmsAlarm;
  'alarms.alarmSignal': AlarmsAlarmSignal;
  'alarms.cursor': AlarmsCursor;
}
