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

export interface RiskAsset {
  createdAt: string;
  delays: Generated<Json>;
  id: string;
  kind: 'people' | 'property' | 'information' | 'reputation';
  leastInterruption: number | null;
  name: string;
  note: Generated<string>;
  number: string;
  retiredWhy: Generated<string>;
  sightId: Generated<string | null>;
  siteId: string | null;
  state: ColumnType<'active' | 'retired', 'active' | 'retired' | undefined, 'active' | 'retired'>;
  strategy: ColumnType<'mixed' | 'stealth' | 'force' | 'deceit', 'mixed' | 'stealth' | 'force' | 'deceit' | undefined, 'mixed' | 'stealth' | 'force' | 'deceit'>;
  tools: Generated<string[]>;
  version: Generated<number>;
  wallId: string | null;
  x: number | null;
  y: number | null;
  zoneId: string | null;
}

export interface RiskLive {
  assets: Generated<Json>;
  changedAt: string;
  floorId: string;
  sightId: Generated<string | null>;
  siteId: string;
  states: Generated<Json>;
  version: Generated<number>;
  wallId: string | null;
}

export interface RiskProtection {
  changedAt: string;
  changedBy: string;
  figures: Json;
  floorId: string;
  sightId: Generated<string | null>;
  siteId: string;
  version: Generated<number>;
  wallId: string | null;
}

export interface RiskScenario {
  answer: Json;
  assetId: string;
  figuresVersion: number;
  id: string;
  madeAt: string;
  madeBy: string;
  name: string;
  planVersion: number;
  question: Json;
  sightId: Generated<string | null>;
  siteId: string;
  struckWhy: Generated<string>;
  version: Generated<number>;
  wallId: string | null;
}

export interface Tables {
  'risk.asset': RiskAsset;
  'risk.live': RiskLive;
  'risk.protection': RiskProtection;
  'risk.scenario': RiskScenario;
}
