// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

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
  'metrics.target': MetricsTarget;
}
