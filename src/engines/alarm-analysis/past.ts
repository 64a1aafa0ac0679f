/** What an alarm of the past turned out to be, as its file says. */
export type Finding = 'true' | 'false' | 'unknown';

/** An alarm of the past, as the analysis takes it. */
export type Past = {
  /** When it was raised, ms since 1970. */
  readonly at: number;
  readonly device: string;
  readonly site: string | null;
  /** The type as the old system wrote it. */
  readonly said: string;
  /** Its type in the taxonomy; null where nobody mapped it. */
  readonly type: string | null;
  readonly finding: Finding;
};

/** Alarms by finding. */
export type Counts = { readonly false: number; readonly true: number; readonly unknown: number };

export const allOf = (counts: Counts): number => counts.false + counts.true + counts.unknown;
