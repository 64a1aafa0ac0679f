import type { FieldFault, Problem } from '#platform/kernel/problem.ts';
import type { Given, Outcome, RowFault } from './port.ts';

/** Reads the cells of one row and collects what is wrong with them. What is empty or wrong is undefined. */
export type RowReader = {
  readonly faults: RowFault[];
  /** Notes a fault. */
  refuse(column: string, detail: string): undefined;
  text(column: string, most: number): string | undefined;
  /** As `text`; where it is empty, that is a fault. */
  needed(column: string, most: number): string;
  oneOf<const T extends string>(column: string, choices: readonly T[]): T | undefined;
  /** A time with its zone, as ISO 8601 in UTC. */
  time(column: string): string | undefined;
  whole(column: string, least: number, most: number): number | undefined;
  json(column: string): unknown;
};

const WITH_ZONE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$/i;

/** A reader of this row. */
export function readerOf({ cells }: Given): RowReader {
  const faults: RowFault[] = [];
  const refuse = (column: string, detail: string): undefined => void faults.push({ column, detail });
  const text = (column: string, most: number): string | undefined => {
    const value = cells[column];
    return value !== undefined && value.length > most ? refuse(column, `At most ${most} characters`) : value;
  };
  return {
    faults, refuse, text,
    needed: (column, most) => (cells[column] === undefined ? refuse(column, 'This must be there') : text(column, most)) ?? '',
    oneOf: (column, choices) => {
      const value = cells[column];
      return value === undefined ? undefined : (choices.find((choice) => choice === value.toLowerCase()) ?? refuse(column, `One of ${choices.join(', ')}`));
    },
    time: (column) => {
      const value = cells[column];
      if (value === undefined) return undefined;
      const at = WITH_ZONE.test(value) ? Date.parse(value.replace(' ', 'T').replace(/\s+/, '')) : Number.NaN;
      return Number.isFinite(at) ? new Date(at).toISOString() : refuse(column, 'Write the time with its zone, like 2026-11-21T04:12:00Z or 2026-11-21 05:12+01:00');
    },
    whole: (column, least, most) => {
      const value = cells[column];
      if (value === undefined) return undefined;
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      return number >= least && number <= most ? number : refuse(column, `A whole number from ${least} to ${most}`);
    },
    json: (column) => {
      const value = cells[column];
      if (value === undefined) return undefined;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        return refuse(column, 'Write it as JSON');
      }
    },
  };
}

/** A row that is refused, with its faults. */
export const refusedRow = (label: string, faults: readonly RowFault[]): Outcome => ({ does: 'refused', label, faults });

/** The refusal of a verb, said of the columns that it means. `names` are the kind's columns by the fields of the verb. */
export function faultsOfProblem({ extra, message }: Problem, names: Readonly<Record<string, string>> = {}): RowFault[] {
  const of = ({ pointer, detail }: FieldFault): RowFault => {
    const field = pointer.split('/').findLast((part) => part !== '') ?? '';
    return { column: names[field] ?? field, detail };
  };
  return extra.errors && extra.errors.length > 0 ? extra.errors.map(of) : [{ column: '', detail: message }];
}
