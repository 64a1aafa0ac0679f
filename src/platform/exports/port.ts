import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';

/** What a line has beyond the columns of its table: an SQL expression over the row `t`, and what it is. */
export type Extra = { name: string; sql: string; schema: Record<string, unknown> };

/** What a service or module says of its tables when everything is exported; without a word a table goes as it is. */
export type ExportParts = {
  /** `table` or `table.column`, with why an export has it not. */
  leftOut: Readonly<Record<string, string>>;
  /** By table. */
  more?: Readonly<Record<string, readonly Extra[]>>;
};

/** What the exporter knows of all schemas: `schema.table` or `schema.table.column`. */
export type AllParts = { leftOut: ReadonlyMap<string, string>; more: ReadonlyMap<string, readonly Extra[]> };

const KERNEL: Readonly<Record<string, string>> = {
  'access.session': 'sign-ins and keys of the moment; they end with the installation',
  'access.lens': 'seeing as another, of the moment',
  'access.lens_grant': 'seeing as another, of the moment',
  'access.sight': 'computed from grants and sites',
  'platform.outbox': 'messages on their way; what happened stands in the ledger',
  'platform.command': 'answers that were given to senders, for a day',
  'platform.search': 'words by which records are found; made from the records',
  'platform.migration': 'of this program, not of the organisation; the manifest names the last',
  'ledger.entry': 'stands in ledger/ledger.jsonl, where it can be checked',
  'ledger.leaf': 'stands in ledger/ledger.jsonl, where it can be checked',
  'ledger.tile': 'hashes of the same leaves',
  'ledger.cursor': 'how far this server has sealed',
  'ledger.mention': 'an index over the entries',
  'ledger.walled': 'says which records stand behind which wall',
};

/** Rules of all schemas, from the `export-parts.ts` of services and modules, exporting `exportParts`; found by folder. */
export async function discoverParts(): Promise<AllParts> {
  const leftOut = new Map(Object.entries(KERNEL));
  const more = new Map<string, readonly Extra[]>();
  for (const file of ['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', 'export-parts.ts')).sort())) {
    const schema = basename(dirname(file)).replaceAll('-', '_');
    const { exportParts } = (await import(pathToFileURL(file).href)) as { exportParts: ExportParts };
    for (const [name, why] of Object.entries(exportParts.leftOut)) leftOut.set(`${schema}.${name}`, why);
    for (const [name, extras] of Object.entries(exportParts.more ?? {})) more.set(`${schema}.${name}`, extras);
  }
  return { leftOut, more };
}
