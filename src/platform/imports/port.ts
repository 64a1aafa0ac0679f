import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ctx } from '#platform/kernel/context.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';

/** One column that a kind takes. `also` are other headings under which old systems write it. */
export type ImportColumn = { key: string; title: string; help: string; isRequired?: true; also?: readonly string[] };

/** One row as a kind gets it: its cells by the kind's columns, trimmed; an empty cell is not there. */
export type Given = {
  /** Counted from 1, without the heading. */
  n: number;
  /** Line of the file at which it begins. */
  line: number;
  cells: Readonly<Record<string, string>>;
  /** The id that the other system gave it, where the file has one. */
  externalId: string | null;
  /** The record that came in under that id before; whether the importer sees it is for the kind to ask. */
  recordId: string | null;
};

/** What is wrong with a row: the column, and what to do. */
export type RowFault = { column: string; detail: string };

/** What became of a row. `label` names it to people. */
export type Outcome =
  | { does: 'created' | 'changed' | 'unchanged'; id: string; label: string }
  | { does: 'refused'; label: string; faults: readonly RowFault[] };

/** Finds records of any kind by the ids that they had in the file's system (`source`). */
export type Finder = { source: string; byExternalId(kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> };

/** A sort of record that may come in by a file. */
export type ImportKind = {
  /** As the record's header has it, or `<module>.<noun>`. */
  key: string;
  title: string;
  /** What the importer must hold somewhere; where, the database says to each row. */
  permission: string;
  columns: readonly ImportColumn[];
  mostRows: number;
  /** So many rows are one transaction. */
  atOnce: number;
  /** Its files are begun on a page of the module's own, which also says their source; they are not offered among the others. */
  hasOwnPage?: true;
  /** Columns by the fields of which the verbs speak when they refuse, where these differ. */
  columnOf?: Readonly<Record<string, string>>;
  /**
   * Writes the rows through the module's verbs, in the transaction that is open, and answers for each in order. A trial
   * runs the same and is taken back. Throws a Problem where the database refuses one; the rows are then tried one by one.
   */
  take(ctx: Ctx, rows: readonly Given[], find: Finder): Promise<readonly Outcome[]>;
};

let found: Promise<ReadonlyMap<string, ImportKind>> | undefined;

/** Every sort of record that comes in by a file, from the `import-kinds.ts` of modules, exporting `importKinds`; found by folder, once a process. */
export function discoverImportKinds(): Promise<ReadonlyMap<string, ImportKind>> {
  found ??= (async () => {
    const files = globSync(join(SOURCE_ROOT, 'modules', '*', 'import-kinds.ts')).sort();
    const kinds = await Promise.all(files.map(async (file) => ((await import(pathToFileURL(file).href)) as { importKinds: readonly ImportKind[] }).importKinds));
    return new Map(kinds.flat().map((kind) => [kind.key, kind]));
  })();
  return found;
}
