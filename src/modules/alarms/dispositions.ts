import shipped from './content/dispositions.json' with { type: 'json' };

type CauseGroup = 'environment' | 'equipment' | 'people' | 'process' | 'design';

/** What an alarm turned out to be. `cause` says whether its false-alarm cause is asked for, from `causeGroups` where there are any. */
export type Disposition = {
  readonly key: string;
  readonly title: string;
  readonly countsAsTrue: boolean;
  readonly cause: 'required' | 'optional' | 'none';
  readonly causeGroups: readonly CauseGroup[];
  readonly also: 'handed-to' | 'duplicate-of' | null;
};

/** Why a false alarm came about. */
export type Cause = { readonly key: string; readonly group: CauseGroup; readonly title: string };

// The browser reads this file too, so its shape is checked by the tests and not by a schema at each start.
const file = shipped as { readonly dispositions: readonly Disposition[]; readonly causes: readonly Cause[] };

/** All dispositions, in the order in which they are offered. */
export const dispositions: readonly Disposition[] = file.dispositions;

/** All false-alarm causes, group by group. */
export const causes: readonly Cause[] = file.causes;

const dispositionByKey = new Map(dispositions.map((row) => [row.key, row]));
const causeByKey = new Map(causes.map((row) => [row.key, row]));

export const dispositionOf = (key: string): Disposition | null => dispositionByKey.get(key) ?? null;
export const causeOf = (key: string): Cause | null => causeByKey.get(key) ?? null;

/** The causes that fit a disposition; empty where none is asked for. */
export function causesFor(disposition: Disposition): readonly Cause[] {
  return disposition.cause === 'none' ? [] : causes.filter((cause) => disposition.causeGroups.includes(cause.group));
}

/** What a person says when closing an alarm. */
export type Finding = {
  disposition: string;
  cause?: string | null | undefined;
  note?: string | null | undefined;
  /** The incident, case or team that it was handed to. */
  handedTo?: string | null | undefined;
  /** The alarm that says the same. */
  duplicateOf?: string | null | undefined;
};

/** What is wrong with a finding: the field and what to do. Null where nothing is. */
export function faultOf(finding: Finding): { field: 'disposition' | 'cause' | 'handedTo' | 'duplicateOf'; detail: string } | null {
  const disposition = dispositionOf(finding.disposition);
  if (!disposition) return { field: 'disposition', detail: 'Choose what the alarm turned out to be.' };
  const cause = finding.cause ? causeOf(finding.cause) : null;
  if (finding.cause && !cause) return { field: 'cause', detail: 'Choose one of the causes.' };
  if (!cause && disposition.cause === 'required') return { field: 'cause', detail: `Say what caused it: “${disposition.title}” is only counted with a cause.` };
  if (cause && !causesFor(disposition).includes(cause)) return { field: 'cause', detail: `“${cause.title}” does not fit “${disposition.title}”. Choose another cause, or none.` };
  if (disposition.also === 'handed-to' && !says(finding.handedTo) && !says(finding.note)) return { field: 'handedTo', detail: 'Say to which incident, case or team it was handed.' };
  if (disposition.also === 'duplicate-of' && !says(finding.duplicateOf) && !says(finding.note)) return { field: 'duplicateOf', detail: 'Say which alarm it repeats.' };
  return null;
}

const says = (text: string | null | undefined): boolean => (text ?? '').trim() !== '';
