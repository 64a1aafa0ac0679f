import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { exportAll } from '#platform/exports/make.ts';
import { recordExport } from '#platform/exports/record.ts';
import { Fault } from '#platform/kernel/fault.ts';
import { clusterDirOf, openDatabase } from '../database.ts';
import { verbConfig } from '../verb-config.ts';

/** What the verb does, for the list of verbs. */
export const summary = 'write everything into a folder in open formats, without secrets and what stands behind walls';

const USAGE = 'parapet export DIR [--empty|--demo]';

const folderOf = (args: string[]): string => {
  try {
    const { positionals: [folder, ...more] } = parseArgs({ args, options: {}, allowPositionals: true });
    if (folder === undefined || more.length > 0) throw new Error('Give one folder.');
    return resolve(folder);
  } catch (error) {
    throw new Fault(`${(error as Error).message}\n${USAGE}`);
  }
};

/** `parapet export DIR`: 0 when the whole export is on the disk. */
export const run = async (args: string[]): Promise<number> => {
  const { config, rest } = verbConfig(args);
  const folder = folderOf(rest);
  if (config.databaseUrl === undefined && !existsSync(clusterDirOf(config))) throw new Fault(`There is nothing to export in ${config.dataDir}.`);
  const database = await openDatabase(config);
  try {
    const manifest = await exportAll({ ownerUrl: database.ownerUrl, folder, organisation: config.mode, dataDir: config.dataDir, files: config.files });
    await recordExport(database.urls.web, manifest);
    const sum = (of: 'rows' | 'sealed'): number => manifest.tables.reduce((total, table) => total + table[of], 0);
    console.log(`${folder}: ${manifest.tables.length} tables, ${sum('rows')} rows, ${manifest.files.count} files, the ledger up to ${manifest.ledger.leaves} leaves.`);
    console.log(`${sum('sealed')} rows and ${manifest.files.sealed} files stand behind walls and are counted only; ${manifest.ledger.sealed} leaves are sealed.`);
    if (manifest.files.damaged.length > 0) console.log(`${manifest.files.damaged.length} files are damaged and are not in it, ${manifest.files.damaged[0]} first: run "npx parapet verify".`);
    console.log('It holds names and narratives in the clear: keep it as you keep the system itself.');
    return 0;
  } finally {
    await database.close();
  }
};
