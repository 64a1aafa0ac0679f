import { v7 as uuidv7 } from 'uuid';
import { SERVICE } from '#platform/kernel/access.ts';
import { actAs } from '#platform/kernel/context.ts';
import { openDatabase } from '#platform/kernel/db/pool.ts';
import { store } from '#platform/kernel/store.ts';
import type { ExportManifest } from './make.ts';

const exported = store<object>('exports');

/** Enters in the ledger that everything was exported by whoever has the machine, and how much: as the steward, who does what the command line asks. */
export async function recordExport(url: string, { tables, files, ledger, madeAt }: ExportManifest): Promise<void> {
  const db = openDatabase({ url, max: 1, name: 'parapet verb' });
  try {
    const ctx = await actAs(db, SERVICE.steward);
    const id = uuidv7();
    const after = { id, madeAt, rows: tables.reduce((sum, { rows }) => sum + rows, 0), sealed: tables.reduce((sum, { sealed }) => sum + sealed, 0), files: files.count, leaves: ledger.leaves };
    await exported.writeMany(ctx, 'platform:backup', async () => ({ changes: [{ verb: 'made', before: null, after, of: { recordId: id, siteId: null, wallId: null, readPermission: 'platform:system' } }], result: null }));
  } finally {
    await db.close();
  }
}
