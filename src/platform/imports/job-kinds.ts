import { z } from 'zod';
import { type JobKind, jobKind } from '#platform/jobs/port.ts';
import { takeFile } from './take.ts';

const Args = z.object({ importId: z.uuid() });
const kind = (key: string, title: string, isTrial: boolean): JobKind =>
  jobKind({ key, title, permission: '', args: Args, isOneWrite: false, run: (ctx, { importId }, tools) => takeFile(ctx, importId, isTrial, tools) });

export const tryKind: JobKind = kind('imports.try', 'Dry run of an import', true);
export const runKind: JobKind = kind('imports.run', 'Import', false);

export const jobKinds: readonly JobKind[] = [tryKind, runKind];
