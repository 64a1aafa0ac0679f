import { z } from 'zod';
import { startJob } from '#platform/jobs/jobs.service.ts';
import { type JobKind, jobKind } from '#platform/jobs/port.ts';
import type { Input } from '#platform/kernel/contract.ts';
import type { Ctx } from '#platform/kernel/store.ts';
import type * as contract from './contract.ts';
import { importSites } from './import.service.ts';

const importOfSites: JobKind = jobKind({
  key: 'sites.import', title: 'Import of sites', permission: 'sites:import', args: z.object({ csv: z.string() }), isOneWrite: true,
  run: (ctx, { csv }, { progress }) => {
    progress(0.1, `${csv.split('\n').length} lines`);
    return importSites(ctx, { csv });
  },
});

export const jobKinds: readonly JobKind[] = [importOfSites];

/** Starts an import of sites as a job, whole or not at all. */
export const startImport = (ctx: Ctx, { csv }: Input<typeof contract.startImport>): Promise<{ id: string }> => startJob(ctx, importOfSites, { csv });
