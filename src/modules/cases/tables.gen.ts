// Generated from the database by `npm run gen-tables`; do not edit.
import type { ColumnType } from 'kysely';

export type Generated<T> = T extends ColumnType<infer S, infer I, infer U>
  ? ColumnType<S, I | undefined, U>
  : ColumnType<T, T | undefined, T>;

export interface CasesCase {
  closedAt: string | null;
  id: string;
  leadId: string;
  number: string;
  openedAt: string;
  openedBy: string;
  sightId: Generated<string | null>;
  siteId: string | null;
  source: ColumnType<'own' | 'incident' | 'alarm' | 'report', 'own' | 'incident' | 'alarm' | 'report' | undefined, 'own' | 'incident' | 'alarm' | 'report'>;
  state: ColumnType<'assessing' | 'investigating' | 'reviewing' | 'closed', 'assessing' | 'investigating' | 'reviewing' | 'closed' | undefined, 'assessing' | 'investigating' | 'reviewing' | 'closed'>;
  summary: Generated<string>;
  title: string;
  typeKey: string;
  version: Generated<number>;
  wallId: string;
}

export interface CasesStep {
  at: string;
  became: string | null;
  caseId: string;
  id: string;
  personId: string;
  reason: Generated<string>;
  verb: string;
  was: string | null;
}

export interface Tables {
  'cases.case': CasesCase;
  'cases.step': CasesStep;
}
