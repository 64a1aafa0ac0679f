// Makes or restores a backup as a process of its own, for tests that kill it: `make` or `restore`, and the options as JSON.
import { migrate } from '#platform/kernel/migrate.ts';
import { makeBackup, type MakeOptions } from './make.ts';
import { openBackup } from './manifest.ts';
import { restoreBackup, type RestoreOptions } from './restore.ts';

const [what, json = ''] = process.argv.slice(2);
const given = JSON.parse(json) as MakeOptions & RestoreOptions & { file: string };
try {
  if (what === 'make') await makeBackup(given);
  else {
    const { ownerUrl, login } = given;
    await restoreBackup({ ...given, backup: await openBackup(given.file), batchCheckers: {}, migrateForward: () => migrate({ ownerUrl, login, isRestore: true }) });
  }
} catch (error) {
  process.stderr.write((error as Error).message);
  process.exitCode = 1;
}
