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
  isSimulated: Generated<boolean>;
  knownAt: string;
  lastAt: string;
  note: string | null;
  number: string;
  onTestId: string | null;
  ownerId: string | null;
  point: string | null;
  priority: number;
  raisedAt: string;
  repeats: Generated<number>;
  returnedAt: string | null;
  ruleVersionId: string | null;
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

export interface AlarmsAnalysis {
  answer: Json | null;
  answeredAt: string | null;
  cost: Json | null;
  id: string;
  importId: string | null;
  madeAt: string;
  name: string;
  personId: string;
  reading: Json;
  version: Generated<number>;
}

export interface AlarmsBackTest {
  at: string;
  byId: string;
  found: number;
  fromAt: string;
  id: string;
  isCut: boolean;
  isWhole: boolean;
  jobId: string | null;
  onlyActive: number | null;
  same: number | null;
  signals: number;
  untilAt: string;
  versionId: string;
}

export interface AlarmsBackTestAlarm {
  area: string | null;
  at: string;
  backTestId: string;
  id: string;
  n: number;
  point: string | null;
  sightId: Generated<string | null>;
  signals: Json;
  siteId: string | null;
  sourceId: string;
  sourceName: string;
  standing: 'new' | 'both' | 'gone';
  wallId: string | null;
}

export interface AlarmsClip {
  alarmId: string;
  askedAt: string;
  detail: Generated<string>;
  deviceId: string;
  fileId: string | null;
  fromAt: string | null;
  untilAt: string | null;
  why: 'unreachable' | 'not-allowed' | 'credentials' | 'unreadable' | 'fault' | 'not-stored' | 'no-ffmpeg' | 'paced' | 'too-many' | null;
}

export interface AlarmsControl {
  at: string;
  body: Json;
  id: string;
  n: number;
}

export interface AlarmsCursor {
  seq: number;
  stream: number;
}

export interface AlarmsHandOver {
  checked: Generated<string[]>;
  decidedAt: string | null;
  decidedBy: string | null;
  frozen: Json;
  id: string;
  moved: number | null;
  nextShift: string | null;
  notes: Generated<string>;
  proposedAt: string;
  returned: number | null;
  shiftId: string;
  state: 'proposed' | 'accepted' | 'refused' | 'withdrawn' | 'to-nobody';
  toldAt: string | null;
  why: string | null;
}

export interface AlarmsHeldSignal {
  at: string;
  id: string;
  onTestId: string | null;
  point: string | null;
  ruleVersionId: string | null;
  sightId: Generated<string | null>;
  signalKey: string;
  siteId: string | null;
  sourceId: string | null;
  sourceName: Generated<string>;
  type: string | null;
  wallId: string | null;
  why: ColumnType<'explained' | 'repeat' | 'runaway' | 'test' | 'maintenance' | 'suppressed', 'explained' | 'repeat' | 'runaway' | 'test' | 'maintenance' | 'suppressed' | undefined, 'explained' | 'repeat' | 'runaway' | 'test' | 'maintenance' | 'suppressed'>;
}

export interface AlarmsOffer {
  alarmId: string;
  among: number;
  offeredAt: string;
  open: number;
  passed: Generated<string[]>;
  personId: string | null;
}

export interface AlarmsOnTest {
  beginsAt: string;
  covers: Json | null;
  deviceId: string | null;
  endedAt: string | null;
  endedBy: string | null;
  endedWhy: string | null;
  endsAt: string;
  held: Generated<number>;
  holdsFrom: string | null;
  holdsUntil: string | null;
  id: string;
  mode: 'test' | 'maintenance' | 'suppressed';
  name: string;
  ownerId: string;
  point: string | null;
  putAt: string;
  putBy: string;
  rationaleId: string | null;
  reason: string;
  scope: 'site' | 'device' | 'point';
  sightId: Generated<string | null>;
  siteId: string | null;
  sourceId: string | null;
  takenUntil: string | null;
  type: string | null;
  version: Generated<number>;
  wallId: string | null;
}

export interface AlarmsPast {
  analysisId: string;
  closedAt: string | null;
  device: string;
  finding: 'true' | 'false' | 'unknown';
  key: string;
  raisedAt: string;
  said: string;
  site: string | null;
  type: string | null;
}

export interface AlarmsPicture {
  alarmId: string;
  askedAt: string;
  detail: Generated<string>;
  deviceId: string;
  fileId: string | null;
  takenAt: string | null;
  why: 'unreachable' | 'not-allowed' | 'credentials' | 'unreadable' | 'fault' | 'busy' | 'not-stored' | 'paced' | 'too-many' | 'too-late' | null;
}

export interface AlarmsRationale {
  approvedAt: string | null;
  approvedBy: string | null;
  cause: string;
  consequence: string;
  id: string;
  isAlone: Generated<boolean>;
  ownerId: string;
  response: string;
  reviewOn: Timestamp;
  severity: number;
  state: 'draft' | 'approved' | 'replaced';
  type: string;
  version: Generated<number>;
  withinMin: number;
  writtenAt: string;
  writtenBy: string;
}

export interface AlarmsRouting {
  answerWithinS: Generated<number>;
  changedAt: string | null;
  changedBy: string | null;
  isOn: Generated<boolean>;
  one: Generated<boolean>;
}

export interface AlarmsRule {
  createdAt: string;
  createdBy: string;
  id: string;
  name: string;
  number: string;
  shipped: string | null;
  version: Generated<number>;
}

export interface AlarmsRuleClock {
  id: number;
  knownAt: string;
}

export interface AlarmsRuleMemory {
  cursors: Json;
  id: number;
  knownAt: string;
  memory: Json;
}

export interface AlarmsRuleVersion {
  activatedAt: string | null;
  activatedBy: string | null;
  activatedWhy: string | null;
  definition: Json;
  holdsFrom: string | null;
  holdsUntil: string | null;
  id: string;
  isAlone: Generated<boolean>;
  n: number;
  name: string;
  retiredAt: string | null;
  retiredBy: string | null;
  retiredWhy: string | null;
  ruleId: string;
  state: 'draft' | 'active' | 'retired';
  why: string;
  writtenAt: string;
  writtenBy: string;
}

export interface AlarmsRunaway {
  endedAt: string | null;
  held: Generated<number>;
  id: string;
  key: string;
  lastAt: string;
  lastMinute: Generated<number>;
  minute: string;
  point: string | null;
  releasedAt: string | null;
  releasedBy: string | null;
  releasedWhy: string | null;
  ruleVersionId: string;
  sightId: Generated<string | null>;
  since: string;
  siteId: string | null;
  sourceId: string;
  sourceName: string;
  thisMinute: Generated<number>;
  version: Generated<number>;
  wallId: string | null;
}

export interface AlarmsShift {
  beganAt: string;
  desk: Generated<string>;
  endedAt: string | null;
  endedBy: string | null;
  endedHow: 'handed-over' | 'to-nobody' | 'by-supervisor' | null;
  endedWhy: string | null;
  id: string;
  number: string;
  personId: string;
  reach: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  version: Generated<number>;
  wallId: string | null;
}

export interface AlarmsShiftEntry {
  aboutId: string | null;
  at: string;
  byId: string;
  id: string;
  shiftId: string;
  struckAt: string | null;
  struckBy: string | null;
  struckWhy: string | null;
  words: string;
}

export interface AlarmsTestPoint {
  firstAt: string;
  heard: number;
  id: string;
  isOpen: boolean;
  lastAt: string;
  lastType: string;
  onTestId: string;
  point: string;
  sourceId: string;
  sourceName: string;
}

export interface AlarmsVAlarmFact {
  answerBy: string | null;
  answeredAt: string | null;
  byPerson: boolean | null;
  closedAt: string | null;
  disposition: string | null;
  handling: string | null;
  id: string | null;
  point: string | null;
  priority: number | null;
  raisedAt: string | null;
  siteId: string | null;
  sourceId: string | null;
  sourceName: string | null;
  type: string | null;
}

export interface AlarmsVShiftFact {
  beganAt: string | null;
  endedAt: string | null;
  endedHow: string | null;
  id: string | null;
  siteId: string | null;
}

export interface Tables {
  'alarms.alarm': AlarmsAlarm;
  'alarms.alarmSignal': AlarmsAlarmSignal;
  'alarms.analysis': AlarmsAnalysis;
  'alarms.backTest': AlarmsBackTest;
  'alarms.backTestAlarm': AlarmsBackTestAlarm;
  'alarms.clip': AlarmsClip;
  'alarms.control': AlarmsControl;
  'alarms.cursor': AlarmsCursor;
  'alarms.handOver': AlarmsHandOver;
  'alarms.heldSignal': AlarmsHeldSignal;
  'alarms.offer': AlarmsOffer;
  'alarms.onTest': AlarmsOnTest;
  'alarms.past': AlarmsPast;
  'alarms.picture': AlarmsPicture;
  'alarms.rationale': AlarmsRationale;
  'alarms.routing': AlarmsRouting;
  'alarms.rule': AlarmsRule;
  'alarms.ruleClock': AlarmsRuleClock;
  'alarms.ruleMemory': AlarmsRuleMemory;
  'alarms.ruleVersion': AlarmsRuleVersion;
  'alarms.runaway': AlarmsRunaway;
  'alarms.shift': AlarmsShift;
  'alarms.shiftEntry': AlarmsShiftEntry;
  'alarms.testPoint': AlarmsTestPoint;
  'alarms.vAlarmFact': AlarmsVAlarmFact;
  'alarms.vShiftFact': AlarmsVShiftFact;
}
