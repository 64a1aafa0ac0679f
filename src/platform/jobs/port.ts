import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import type { Ctx } from '#platform/kernel/context.ts';
import type { Database } from '#platform/kernel/db/pool.ts';
import type { Log } from '#platform/kernel/http.ts';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';

/** What a running job is given beside its context. */
export type JobTools = {
  /** Aborts when the job is to stop; statements of its context are refused from then on anyway. */
  signal: AbortSignal;
  /** Says how far it is, 0 to 1, and with what it is busy; shown about twice a second. */
  progress(part: number, words?: string): void;
  /** With the rights of the worker itself, for what is no record. */
  worker: Database;
  log: Log;
};

/**
 * A sort of job. It runs in the worker as the person who started it, with what they may see at that moment; more than
 * once where a worker dies, so it must do no harm twice.
 */
export type JobKind<Args = unknown> = {
  /** `<module>.<what>` */
  key: string;
  title: string;
  /** What its starter must hold. */
  permission: string;
  args: z.ZodType<Args>;
  /** It writes once (`store.write`, `writeMany`) and answers what that write answers, and so is done once whatever happens: a repetition gets the first answer. */
  isOneWrite: boolean;
  run(ctx: Ctx, args: Args, tools: JobTools): Promise<unknown>;
};

/** Declares a sort of job; the compiler checks that arguments and work fit. */
export const jobKind = <Args>(kind: JobKind<Args>): JobKind => kind as unknown as JobKind;

let found: Promise<ReadonlyMap<string, JobKind>> | undefined;

/** Every sort of job, from the `job-kinds.ts` of services and modules, exporting `jobKinds`; found by folder, once a process. */
export function discoverJobKinds(): Promise<ReadonlyMap<string, JobKind>> {
  found ??= (async () => {
    const files = ['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', 'job-kinds.ts')).sort());
    const kinds = await Promise.all(files.map(async (file) => ((await import(pathToFileURL(file).href)) as { jobKinds: readonly JobKind[] }).jobKinds));
    return new Map(kinds.flat().map((kind) => [kind.key, kind]));
  })();
  return found;
}
