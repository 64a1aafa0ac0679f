// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface DevicesCursor {
  seq: number;
  stream: number;
}

export interface DevicesDevice {
  address: Generated<string>;
  behindId: string | null;
  certificateUntil: Timestamp | null;
  changedAt: Generated<string>;
  clip: ColumnType<'off' | 'after' | 'around', 'off' | 'after' | 'around' | undefined, 'off' | 'after' | 'around'>;
  code: string;
  createdAt: Generated<string>;
  endOfLifeOn: Timestamp | null;
  expectedEveryS: number | null;
  firmware: Generated<string>;
  id: string;
  installedOn: Timestamp | null;
  installer: Generated<string>;
  kind: 'camera' | 'recorder' | 'panel' | 'controller' | 'reader' | 'lock' | 'detector' | 'sensor' | 'button' | 'intercom' | 'sounder' | 'switch' | 'power' | 'gateway' | 'server' | 'other';
  make: Generated<string>;
  model: Generated<string>;
  name: string;
  note: Generated<string>;
  serial: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'active' | 'retired', 'active' | 'retired' | undefined, 'active' | 'retired'>;
  version: Generated<number>;
  wallId: string | null;
  warrantyUntil: Timestamp | null;
}

export interface DevicesFault {
  deviceId: string;
  id: string;
  point: Generated<string>;
  signalKey: string;
  since: string;
  type: string;
  until: string | null;
}

export interface DevicesHealth {
  deviceId: string;
  driftMs: number | null;
  driftSince: string | null;
  dueAt: string | null;
  heardAt: string | null;
  isSilent: Generated<boolean>;
  reach: ColumnType<'unknown' | 'up' | 'down', 'unknown' | 'up' | 'down' | undefined, 'unknown' | 'up' | 'down'>;
  reachSince: string;
  reachWhy: Generated<string>;
}

export interface DevicesModel {
  endOfLifeOn: Timestamp | null;
  id: string;
  make: string;
  model: string;
  version: Generated<number>;
  wantedFirmware: Generated<string>;
}

export interface DevicesPlate {
  askedAt: string;
  changedAt: string | null;
  deviceId: string;
  firmware: Generated<string>;
  make: Generated<string>;
  model: Generated<string>;
  readAt: string | null;
  serial: Generated<string>;
  wasFirmware: string | null;
  wasMake: string | null;
  wasModel: string | null;
  wasSerial: string | null;
  why: 'unreachable' | 'not-allowed' | 'credentials' | 'unreadable' | 'fault' | null;
}

export interface DevicesPoint {
  deviceId: string;
  id: string;
  point: Generated<string>;
  since: string | null;
  sourceId: string;
  until: string | null;
}

export interface DevicesReckoning {
  basis: Generated<string>;
  currency: string;
  falseAlarmMinor: number;
  one: Generated<boolean>;
  version: Generated<number>;
}

export interface DevicesVDevice {
  behindId: string | null;
  code: string | null;
  id: string | null;
  kind: string | null;
  name: string | null;
  reach: string | null;
  reachSince: string | null;
  siteId: string | null;
  state: string | null;
}

export interface DevicesVDeviceLife {
  endOfLifeOn: Timestamp | null;
  id: string | null;
  kind: string | null;
  siteId: string | null;
}

export interface DevicesVDevicePlate {
  code: string | null;
  id: string | null;
  make: string | null;
  model: string | null;
  name: string | null;
  serial: string | null;
}

export interface DevicesVPoint {
  deviceId: string | null;
  point: string | null;
  since: string | null;
  sourceId: string | null;
  until: string | null;
}

export interface Tables {
  'devices.cursor': DevicesCursor;
  'devices.device': DevicesDevice;
  'devices.fault': DevicesFault;
  'devices.health': DevicesHealth;
  'devices.model': DevicesModel;
  'devices.plate': DevicesPlate;
  'devices.point': DevicesPoint;
  'devices.reckoning': DevicesReckoning;
  'devices.vDevice': DevicesVDevice;
  'devices.vDeviceLife': DevicesVDeviceLife;
  'devices.vDevicePlate': DevicesVDevicePlate;
  'devices.vPoint': DevicesVPoint;
}
