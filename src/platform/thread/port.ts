import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_ROOT } from '#platform/kernel/modules.ts';

/**
 * What a module or service lets the timeline of a record say: `steps.ts` in its folder, exporting `stepSource`. By the
 * ledger's verb, in words that say nothing which not everybody may know who sees the record and holds the permission.
 */
export type StepSource = { permission: string; words: Readonly<Record<string, string>> };

/** Words and permission of each verb. Throws where two bring the same verb. */
export function joinSteps(all: readonly StepSource[]): ReadonlyMap<string, { words: string; permission: string }> {
  const joined = new Map<string, { words: string; permission: string }>();
  for (const { permission, words } of all) {
    for (const [verb, said] of Object.entries(words)) {
      if (joined.has(verb)) throw new Error(`Two sources bring the step ${verb}.`);
      joined.set(verb, { words: said, permission });
    }
  }
  return joined;
}

let found: Promise<ReturnType<typeof joinSteps>> | undefined;

/** Every `steps.ts` of services and modules, found by folder, once a process. */
export function discoverSteps(): Promise<ReturnType<typeof joinSteps>> {
  found ??= (async () => {
    const files = ['platform', 'modules'].flatMap((layer) => globSync(join(SOURCE_ROOT, layer, '*', 'steps.ts')).sort());
    return joinSteps(await Promise.all(files.map(async (file) => ((await import(pathToFileURL(file).href)) as { stepSource: StepSource }).stepSource)));
  })();
  return found;
}
