import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Module } from './http.ts';

/** The `src` folder. */
export const SOURCE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Every service and module that has a `module.ts`, found by folder: adding a module is adding a folder. */
export async function discoverModules(): Promise<Module[]> {
  const found: Module[] = [];
  for (const layer of ['platform', 'modules']) {
    const folder = join(SOURCE_ROOT, layer);
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name, 'module.ts');
      if (!existsSync(file)) continue;
      const { default: module } = (await import(pathToFileURL(file).href)) as { default: Module };
      if (module.name !== name) throw new Error(`The module in ${layer}/${name} calls itself ${module.name}.`);
      found.push(module);
    }
  }
  return found;
}
