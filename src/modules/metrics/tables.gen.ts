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

export interface MetricsCutoff {
  digest: Buffer;
  endsAt: string;
  frozenAt: string;
  id: string;
  kind: 'month' | 'quarter';
  size: number;
  startsAt: string;
}

export interface MetricsFrozenFact {
  bins: string[];
  cutoffId: string;
  fact: string;
  id: string;
  ids: string[];
  kinds: string[];
  records: string[];
  shifts: string[];
  siteId: string | null;
}

export interface MetricsFrozenFigure {
  cutoffId: string;
  definition: Json;
  digest: Buffer;
  figure: Json;
  goals: Json;
  id: string;
  key: string;
  records: number;
  sightId: Generated<string | null>;
  siteId: string | null;
  version: number;
  wallId: string | null;
}

export interface MetricsTarget {
  approvedBy: string | null;
  id: string;
  key: string;
  measure: ColumnType<'value' | 'p90' | 'p985', 'value' | 'p90' | 'p985' | undefined, 'value' | 'p90' | 'p985'>;
  ownerId: string;
  part: ColumnType<'none' | 'shift' | 'type', 'none' | 'shift' | 'type' | undefined, 'none' | 'shift' | 'type'>;
  partKey: Generated<string>;
  proposedBy: string;
  reason: string;
  setAt: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  validFrom: Timestamp;
  value: number | null;
  wallId: string | null;
}

export interface Tables {
  'metrics.cutoff': MetricsCutoff;
  'metrics.frozenFact': MetricsFrozenFact;
  'metrics.frozenFigure': MetricsFrozenFigure;
  'metrics.target': MetricsTarget;
}
