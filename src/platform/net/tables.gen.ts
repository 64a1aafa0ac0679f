// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface NetAllowance {
  endedAt: string | null;
  endedBy: string | null;
  id: string;
  madeAt: string;
  madeBy: string;
  port: number | null;
  range: string;
  reason: string;
}

export interface NetTarget {
  answered: Generated<number>;
  breaker: 'closed' | 'half-open' | 'open';
  failed: Generated<number>;
  inRow: Generated<number>;
  lastAt: Generated<string>;
  openUntil: string | null;
  origin: string;
  purpose: string;
  result: string;
  status: number | null;
  tookMs: number;
}

export interface Tables {
  'net.allowance': NetAllowance;
  'net.target': NetTarget;
}
