import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SOURCE_ROOT } from '../kernel/modules.ts';
import type { Protocol } from './port.ts';

/** Every connector that has a `connector.ts`, by its name; found by folder. */
export const PROTOCOLS: ReadonlyMap<string, Protocol> = await discover();

async function discover(): Promise<Map<string, Protocol>> {
  const found = new Map<string, Protocol>();
  for (const name of readdirSync(join(SOURCE_ROOT, 'connectors')).sort()) {
    const file = join(SOURCE_ROOT, 'connectors', name, 'connector.ts');
    if (!existsSync(file)) continue;
    const { default: protocol } = (await import(pathToFileURL(file).href)) as { default?: Protocol };
    if (protocol) found.set(protocol.name, protocol);
  }
  return found;
}
