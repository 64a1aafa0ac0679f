import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';
import { KERNEL } from './kernel-concerns.ts';

/**
 * What a table has to do with people. Expressions are SQL over the row `x`; `$1` is the person. Every reference to a person
 * stands in `about` or `actors`, and every column that takes text in one of `texts`, `clear`, `secret` or `plain`
 * (declared.test.ts).
 */
export type Concern = {
  /** A condition: the row is about this person. */
  about?: string;
  /** Columns with who did something: the reference stays, and reads "Erased person N". */
  actors?: readonly string[];
  /** Columns in which somebody may be named: searched; an erasure replaces the name. */
  texts?: readonly string[];
  /** Columns that name nobody: codes, states, keys. */
  plain?: readonly string[];
  /** Columns with what nobody is told and what may not be changed, with why. */
  secret?: Readonly<Record<string, string>>;
  /** What the person is given beside `texts`: a column, or `name=expression`. */
  give?: readonly string[];
  /** Columns of a row about a person by whose values they are found elsewhere: name, address, telephone. */
  knownBy?: readonly string[];
  /** What becomes of a row about the person: it goes, is emptied of `clear`, or stays because it is a reference without words. Stays unless said. */
  erase?: 'delete' | 'clear' | 'keep';
  /** Columns that are emptied. */
  clear?: readonly string[];
  /** What becomes of a row that only names the person. */
  named?: 'delete' | 'replace';
  /** What names the row; `x.id` unless said. */
  key?: string;
  /** When it was. */
  at?: string;
  /** The record on which it hangs: holds and walls are the record's. */
  record?: string;
  /** The wall of a row that hangs on no record. */
  wall?: string;
  /** Class of the schedule that keeps records of this table, and what hangs on them, against an erasure (GDPR art. 17 (3)). */
  kept?: string;
};

/** What one folder declares in its `concerns.ts`: tables by name, and those that hold nothing of anybody, with why. */
export type Concerns = { tables: Readonly<Record<string, Concern>>; apart: Readonly<Record<string, string>> };

/** All folders together, by `schema.table`. */
export type AllConcerns = { tables: ReadonlyMap<string, Concern>; apart: ReadonlyMap<string, string> };

/** What services and modules declare, exporting `concerns`; found by folder, with the kernel's. */
export async function discoverConcerns(): Promise<AllConcerns> {
  const tables = new Map(Object.entries(KERNEL.tables));
  const apart = new Map(Object.entries(KERNEL.apart));
  for (const file of ['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', 'concerns.ts')).sort())) {
    const schema = basename(dirname(file)).replaceAll('-', '_');
    const { concerns } = (await import(pathToFileURL(file).href)) as { concerns: Concerns };
    for (const [name, concern] of Object.entries(concerns.tables)) tables.set(`${schema}.${name}`, concern);
    for (const [name, why] of Object.entries(concerns.apart)) apart.set(`${schema}.${name}`, why);
  }
  return { tables, apart };
}
